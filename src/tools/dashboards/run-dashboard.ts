import * as z from 'zod';
import { mapConcurrent } from '../../async/map-concurrent.ts';
import { dashboardUuid as dashboardUuidSchema, parameters as parametersSchema } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import { readSavedParameters, savedParametersLine } from '../../query/parameters/parameter.ts';
import { pluralize } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { normalizeName } from '../../text/names.ts';
import { plainText, truncate } from '../../text/plain-text.ts';
import { type Budget, estimateTokens } from '../../text/token-budget.ts';
import { ArgumentsError } from '../arguments.ts';
import {
  describeActiveFilters,
  describeDashboardFilters,
  MAX_MARKDOWN_LENGTH,
  tileSections,
  titleOf,
} from '../content/render-dashboard.ts';
import { defineTool } from '../operation-tool.ts';
import type { ToolAnswer } from '../tool.ts';
import { chartOfTile, runTile } from './run-tile.ts';

/** Each chart is a query on the warehouse: more at a time would slow down people who view dashboards. */
const CONCURRENCY = 5;
/** Equal to the number of results that are kept for later pages. */
const MAX_CHARTS = 40;
const ROWS_PER_TILE = 10;

interface TileInTab {
  readonly tab: string | undefined;
  readonly tile: JsonObject;
}

/** Runs the charts of a dashboard as a viewer sees them. */
export const runDashboard = defineTool({
  name: 'run_dashboard',
  title: 'Open or run a dashboard (board): all its numbers, KPIs',
  description: 'Runs all charts of a dashboard under its filters: the numbers, first rows of each. Counts as a view.',
  toolset: 'dashboards',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({
    dashboardUuid: dashboardUuidSchema(),
    tab: z.string().optional(),
    rows: z.int().min(1).max(500).default(ROWS_PER_TILE).describe('Of each chart'),
    offset: z.int().min(0).default(0).describe('Charts to skip'),
    parameters: parametersSchema(),
  }),
  async run({ dashboardUuid, tab, rows, offset, parameters }, context) {
    const { results: source } = await context.execute(operationById('GetDashboard'), { dashboardUuid });
    const dashboard = isObject(source) ? source : {};
    const tiles = objects(dashboard.tiles);
    const inTabs = tileSections(tiles, objects(dashboard.tabs)).flatMap((section) =>
      section.tiles.map((tile) => ({ tab: section.tab, tile })),
    );
    const selected = tilesOfTab(inTabs, tab);
    const charts = selected.flatMap(({ tile }) => {
      const chartUuid = chartOfTile(tile);
      return chartUuid === undefined ? [] : [{ tile, chartUuid }];
    });
    const running = charts.slice(offset, offset + MAX_CHARTS);
    const headOf = (count: number) => {
      const next = offset + count < charts.length ? offset + count : undefined;
      const late = running.length - count;
      return { next, head: describeHead(dashboard, tiles, { charts: charts.length, running: count, next, late }) };
    };
    const budget = budgetPerChart(context.budget, headOf(running.length).head, running.length);
    let done = 0;
    const results = await mapConcurrent(running, CONCURRENCY, async ({ tile, chartUuid }) => {
      // A query that starts now would only be handed back: the next call starts it.
      if (context.polling.deadline.aborted) return undefined;
      const answer = await runTile({ tile, chartUuid, dashboard, parameters }, rows, { ...context, budget });
      done += 1;
      context.progress(`${done} of ${running.length} charts have run`);
      return [tile, answer] as const;
    });
    const outputs = results.filter((output) => output !== undefined);
    const { head, next } = headOf(outputs.length);
    const answers = new Map(outputs);
    const shown = selected.filter(({ tile }) => chartOfTile(tile) === undefined || answers.has(tile));
    return {
      text: [head, ...describeTiles(shown, answers, offset > 0)].join('\n'),
      data: {
        name: text(dashboard.name),
        filters: describeActiveFilters(dashboard.filters, tiles),
        parameters: readSavedParameters(dashboard.parameters),
        charts: charts.length,
        offset,
        next: next === undefined ? null : { offset: next },
        tiles: outputs.map(([tile, { data }]) => ({ tileUuid: tile.uuid, title: titleOf(tile), result: data })),
      },
      rows: outputs.reduce((sum, [, answer]) => sum + (answer.rows ?? 0), 0),
    };
  },
});

function tilesOfTab(tiles: readonly TileInTab[], wanted: string | undefined): readonly TileInTab[] {
  if (wanted === undefined) return tiles;
  const inTab = tiles.filter(({ tab }) => tab !== undefined && normalizeName(tab) === normalizeName(wanted));
  if (inTab.length > 0) return inTab;
  const tabs = [...new Set(tiles.flatMap(({ tab }) => tab ?? []))];
  throw new ArgumentsError([
    tabs.length > 0
      ? `tab: the dashboard has no tab "${wanted}" with tiles; it has ${tabs.join(', ')}`
      : 'tab: the dashboard has no tabs; leave it out',
  ]);
}

interface ChartCounts {
  readonly charts: number;
  readonly running: number;
  /** Offset of the next charts. */
  readonly next: number | undefined;
  /** Charts that were not started because the time of the call was up. */
  readonly late: number;
}

function describeHead(
  source: JsonObject,
  tiles: readonly JsonObject[],
  { charts, running, next, late }: ChartCounts,
): string {
  const lines = [
    `# ${text(source.name) ?? 'Unnamed dashboard'}`,
    ...(text(source.description) ? [truncate(text(source.description) ?? '', 500)] : []),
    ...describeDashboardFilters(source.filters, tiles),
    ...savedParametersLine(source.parameters),
    next === undefined
      ? `${pluralize(running, 'chart')}${running < charts ? ` of ${charts}` : ''}.`
      : `${running} of ${pluralize(charts, 'chart')}${late > 0 ? `, as the time of the call was up for ${late} more` : ''}; the next with offset ${next}.`,
  ];
  return lines.map(plainText).join('\n');
}

/** An equal part of the budget for each chart, less its title (about 60 tokens). */
function budgetPerChart({ tokens, characters, jsonCharacters }: Budget, head: string, charts: number): Budget {
  const parts = Math.max(charts, 1);
  return {
    tokens: Math.floor((tokens - estimateTokens(head)) / parts) - 60,
    characters: Math.floor((characters - head.length) / parts) - 300,
    ...(jsonCharacters !== undefined && { jsonCharacters: Math.floor(jsonCharacters / parts) }),
  };
}

function describeTiles(
  shown: readonly TileInTab[],
  answers: ReadonlyMap<JsonObject, ToolAnswer>,
  isLaterPage: boolean,
): string[] {
  let current: string | undefined;
  return shown.flatMap(({ tab, tile }) => {
    const answer = answers.get(tile);
    // The first page has shown the tiles without rows.
    if (answer === undefined && isLaterPage) return [];
    const heading = tab !== undefined && tab !== current ? ['', `# Tab ${plainText(tab)}`] : [];
    current = tab;
    return [
      ...heading,
      '',
      ...(answer ? [`## ${plainText(titleOf(tile) || 'SQL chart')}`, answer.text] : describeOther(tile)),
    ];
  });
}

/** A tile without rows. */
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
      return [`## ${plainText(title ?? 'SQL chart')}`, 'Not run: the SQL chart was deleted.'];
    case 'saved_chart':
      return [`## ${plainText(title ?? 'Chart')}`, 'Not run: the chart was deleted.'];
    default:
      return [`## ${plainText(title ?? String(tile.type))}`, `Not run: ${plainText(String(tile.type))}.`];
  }
}
