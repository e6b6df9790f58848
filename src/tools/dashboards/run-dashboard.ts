import * as z from 'zod';
import { mapConcurrent } from '../../async/map-concurrent.ts';
import { LightdashError } from '../../lightdash/errors.ts';
import { dashboardUuid as dashboard } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import type { FilterKind } from '../../query/filters/lightdash-filters.ts';
import { pluralize } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { normalizeName } from '../../text/names.ts';
import { plainText, truncate } from '../../text/plain-text.ts';
import { type Budget, estimateTokens } from '../../text/token-budget.ts';
import { ArgumentsError } from '../arguments.ts';
import { answerWithTile } from '../charts/run-chart.ts';
import { describeDashboardFilters, MAX_MARKDOWN_LENGTH, tileSections, titleOf } from '../content/render-dashboard.ts';
import type { Tool, ToolContext } from '../tool.ts';

/** Each is a query on the warehouse: more at a time would take it from the people who look at dashboards. */
const CONCURRENCY = 5;
/** So many results are kept for reading on. */
const MOST_CHARTS = 20;
const ROWS_A_TILE = 10;

interface TileInTab {
  readonly tab: string | undefined;
  readonly tile: JsonObject;
}

/** What became of one tile: its lines, and for programs its data. */
interface TileOutput {
  readonly text: string;
  readonly data?: unknown;
  readonly rows?: number;
}

/** Runs the charts of a dashboard as a viewer sees them. */
export const runDashboard: Tool = {
  name: 'run_dashboard',
  title: 'Run a dashboard',
  description: 'Runs all charts of a dashboard under its filters: the first rows of each. Counts as a view.',
  toolset: 'dashboards',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({
    dashboardUuid: dashboard(),
    tab: z.string().optional(),
    rows: z.int().min(1).max(500).default(ROWS_A_TILE).describe('Of each chart'),
    offset: z.int().min(0).default(0).describe('Charts to skip'),
  }),
  async run({ dashboardUuid, tab, rows, offset }, context) {
    const { results } = await context.execute(operationById('GetDashboard'), { dashboardUuid });
    const source = isObject(results) ? results : {};
    const tiles = objects(source.tiles);
    const placed = inTab(
      tileSections(tiles, objects(source.tabs)).flatMap((section) =>
        section.tiles.map((tile) => ({ tab: section.tab, tile })),
      ),
      typeof tab === 'string' ? tab : undefined,
    );
    const charts = placed.filter(({ tile }) => chartOf(tile) !== undefined);
    const first = Number(offset);
    const running = charts.slice(first, first + MOST_CHARTS).map(({ tile }) => tile);
    const left = charts.length - first - running.length;
    const shown = placed.filter(({ tile }) => chartOf(tile) === undefined || running.includes(tile));
    const head = headOf(source, tiles, charts.length, running.length, left > 0 ? first + running.length : undefined);
    const budget = shareOf(context.budget, head, running.length);
    const maxRows = Number(rows);
    let done = 0;
    const told = await mapConcurrent(running, CONCURRENCY, async (tile) => {
      const answer = await runTile(tile, source, { ...context, budget }, maxRows);
      done += 1;
      context.progress(`${done} of ${running.length} charts have run`);
      return [tile, answer] as const;
    });
    const answers = new Map(told);
    return {
      text: [head, ...linesOf(shown, answers, first > 0)].join('\n'),
      data: told.map(([tile, { text: _text, ...answer }]) => ({
        tileUuid: tile.uuid,
        title: titleOf(tile),
        ...answer,
      })),
      rows: told.reduce((sum, [, answer]) => sum + (answer.rows ?? 0), 0),
    };
  },
};

function inTab(placed: readonly TileInTab[], wanted: string | undefined): readonly TileInTab[] {
  if (wanted === undefined) return placed;
  const found = placed.filter(({ tab }) => tab !== undefined && normalizeName(tab) === normalizeName(wanted));
  if (found.length > 0) return found;
  const tabs = [...new Set(placed.flatMap(({ tab }) => tab ?? []))];
  throw new ArgumentsError([
    tabs.length > 0
      ? `tab: the dashboard has no tab "${wanted}" with tiles; it has ${tabs.join(', ')}`
      : 'tab: the dashboard has no tabs; leave it out',
  ]);
}

/** The chart of a tile that can be run: SQL charts and deleted ones cannot. */
const chartOf = (tile: JsonObject): string | undefined =>
  tile.type === 'saved_chart' && isObject(tile.properties) ? text(tile.properties.savedChartUuid) : undefined;

function headOf(
  source: JsonObject,
  tiles: readonly JsonObject[],
  charts: number,
  running: number,
  next: number | undefined,
): string {
  const lines = [
    `# ${text(source.name) ?? 'Unnamed dashboard'}`,
    ...(text(source.description) ? [truncate(text(source.description) ?? '', 500)] : []),
    ...describeDashboardFilters(source.filters, tiles),
    next === undefined
      ? `${pluralize(running, 'chart')}${running < charts ? ` of ${charts}` : ''}.`
      : `${running} of ${pluralize(charts, 'chart')}; the next with offset ${next}.`,
  ];
  return lines.map(plainText).join('\n');
}

/** An equal part of the budget for each chart, so that the last is shown as well as the first. */
function shareOf({ tokens, characters }: Budget, head: string, charts: number): Budget {
  const parts = Math.max(charts, 1);
  // About 60 tokens a chart go to its title.
  return {
    tokens: Math.floor((tokens - estimateTokens(head)) / parts) - 60,
    characters: Math.floor((characters - head.length) / parts) - 300,
  };
}

async function runTile(
  tile: JsonObject,
  source: JsonObject,
  context: ToolContext,
  maxRows: number,
): Promise<TileOutput> {
  try {
    const run = {
      chartUuid: chartOf(tile) ?? '',
      dashboardUuid: source.uuid,
      tileUuid: text(tile.uuid),
      filters: filtersFor(tile, source.filters),
      maxRows,
    };
    return await answerWithTile(run, context);
  } catch (error) {
    if (!(error instanceof LightdashError) || context.signal.aborted) throw error;
    return { text: `FAILED: ${plainText(error.message)}`, data: { error: error.message } };
  }
}

/**
 * The dashboard's filters as its page sends them for a tile: a filter may be aimed at another field there, or be off. One that
 * is switched off or has no value yet filters nothing.
 */
function filtersFor(tile: JsonObject, filters: unknown): Readonly<Record<FilterKind, readonly JsonObject[]>> {
  const of = (kind: FilterKind) =>
    objects(isObject(filters) ? filters[kind] : undefined)
      .filter((rule) => rule.disabled !== true)
      .flatMap(({ tileTargets, ...rule }): JsonObject[] => {
        const target = isObject(tileTargets) ? tileTargets[String(tile.uuid)] : undefined;
        if (target === false) return [];
        return [isObject(target) ? { ...rule, target } : rule];
      });
  return { dimensions: of('dimensions'), metrics: of('metrics'), tableCalculations: of('tableCalculations') };
}

function linesOf(shown: readonly TileInTab[], answers: ReadonlyMap<JsonObject, TileOutput>, later: boolean): string[] {
  let current: string | undefined;
  return shown.flatMap(({ tab, tile }) => {
    const answer = answers.get(tile);
    // What a first call has told is not told again with the next charts.
    if (answer === undefined && later) return [];
    const heading = tab !== undefined && tab !== current ? ['', `# Tab ${plainText(tab)}`] : [];
    current = tab;
    return [...heading, '', ...(answer ? [`## ${plainText(titleOf(tile))}`, answer.text] : describeOther(tile))];
  });
}

/** A tile that has no rows to show. */
function describeOther(tile: JsonObject): string[] {
  const properties = isObject(tile.properties) ? tile.properties : {};
  const title = text(titleOf(tile));
  switch (tile.type) {
    case 'markdown':
      return [
        ...(title ? [`## ${plainText(title)} (text)`] : []),
        plainText(truncate(text(properties.content) ?? '', MAX_MARKDOWN_LENGTH)),
      ];
    case 'heading':
      return [`## ${plainText(text(properties.text) ?? '')}`];
    case 'loom':
      return [`## ${plainText(title ?? 'Video')}`, `Video: ${plainText(text(properties.url) ?? '')}`];
    case 'sql_chart':
      return [`## ${plainText(title ?? 'SQL chart')}`, 'Not run: an SQL chart, to be seen in Lightdash.'];
    case 'saved_chart':
      return [`## ${plainText(title ?? 'Chart')}`, 'Not run: the chart was deleted.'];
    default:
      return [`## ${plainText(title ?? String(tile.type))}`, `Not run: ${plainText(String(tile.type))}.`];
  }
}
