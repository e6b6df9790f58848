import { chartDefinition, chartFields, chartVersion } from '../../charts/chart-definition.ts';
import { LightdashError } from '../../lightdash/errors.ts';
import { readCustomFields } from '../../query/builder/custom-fields.ts';
import { fanOutWarnings } from '../../query/builder/fan-out-warnings.ts';
import { Diagnostics } from '../../query/diagnostics.ts';
import { chartRequest, dashboardChartRequest, type FindChart } from '../../query/execution/query-requests.ts';
import { readResultTable } from '../../query/execution/result-table.ts';
import type { QueryResult } from '../../query/execution/run-query.ts';
import { readExplore, UnreadableExplore } from '../../query/fields/explore.ts';
import { exploreOf } from '../../query/fields/explores.ts';
import type { FieldIndex } from '../../query/fields/field.ts';
import { describeFilters, describeRule } from '../../query/filters/describe-filters.ts';
import { filterKinds } from '../../query/filters/lightdash-filters.ts';
import { finite, isObject, type JsonObject, list, objects, text } from '../../text/json.ts';
import { truncate } from '../../text/plain-text.ts';
import type { ToolHandler } from '../operation-tool.ts';
import { grainNotes } from '../query/metric-query.ts';
import { answerQuery } from '../query/query-answer.ts';
import { renderTotals } from '../query/totals.ts';
import type { Describe, StoredResult, ToolAnswer, ToolArguments, ToolContext } from '../tool.ts';

/** What a look-up beside the real call gives; undefined where it fails, because the call must not depend on it. */
async function orUndefined<Found>(looking: Promise<Found>): Promise<Found | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (error instanceof LightdashError || error instanceof UnreadableExplore) return undefined;
    throw error;
  }
}

const LONGEST_DESCRIPTION = 500;

/**
 * The rows of a chart with what is to be known of them, from what any of the operations that run charts answers.
 *
 * @param chart its definition, for name and description; without it the explore names the rows.
 * @param index its explore, where that can be read: it tells which numbers a join inflates.
 */
function chartRows(
  ready: QueryResult,
  chart: JsonObject | undefined,
  index: FieldIndex | undefined,
  args: ToolArguments,
): StoredResult {
  const { results: answer, api, warnings } = ready;
  const query = isObject(answer) && isObject(answer.metricQuery) ? answer.metricQuery : {};
  const explore = text(query.exploreName) ?? text(chart?.tableName) ?? '?';
  const name = text(chart?.name);
  const description = text(chart?.description);
  return {
    table: readResultTable(answer),
    renderOptions: {
      title: name === undefined ? explore : `${name} (chart of ${explore})`,
      ...(description && { heading: [truncate(description, LONGEST_DESCRIPTION)] }),
      // Without dimensions there is one row, whatever the limit.
      limit: list(query.dimensions).length > 0 ? finite(query.limit) : undefined,
      sorted: objects(query.sorts).length > 0 || api === 'v2',
      filters: describeFilters(query.filters),
      notes: [...warnings, ...(index ? fanOutNotes(index, query) : [])],
      ...(args.formatted === true && { format: 'formatted' }),
    },
  };
}

/** What a join of the query makes of its sums and averages. */
function fanOutNotes(index: FieldIndex, query: JsonObject): readonly string[] {
  const { fields } = readCustomFields(index, query, new Diagnostics()).index;
  const { selected, filtered } = chartFields({ metricQuery: query });
  const used = [...new Set([...selected, ...filtered])].flatMap((id) => fields.get(id) ?? []);
  return fanOutWarnings(index, used);
}

interface KnownChart {
  readonly chart: JsonObject | undefined;
  readonly index: FieldIndex | undefined;
}

/** A chart and its explore, as far as they can be read. */
async function loadChartAndExplore(context: ToolContext, chart: Promise<JsonObject | undefined>): Promise<KnownChart> {
  const found = await orUndefined(chart);
  const [projectUuid, exploreId] = [text(found?.projectUuid), text(found?.tableName)];
  if (projectUuid === undefined || exploreId === undefined) return { chart: found, index: undefined };
  return { chart: found, index: await orUndefined(exploreOf(context.read, projectUuid, exploreId)) };
}

/** A chart's definition, asked for once and beside the run. */
export function prefetchChart(looking: Promise<JsonObject | undefined>, context: ToolContext) {
  const chart = orUndefined(looking);
  const seen = loadChartAndExplore(context, chart);
  // What comes of it is dealt with where it is awaited; a failed run must not leave it unwatched.
  seen.catch(() => undefined);
  const find: FindChart = async () => {
    const found = await chart;
    const projectUuid = text(found?.projectUuid);
    if (projectUuid === undefined) return undefined;
    const { maxLimit } = await context.server.get();
    const own = isObject(found?.metricQuery) ? finite(found.metricQuery.limit) : undefined;
    // Newer servers have no ceiling: a chart of a million rows would be read whole.
    return { projectUuid, limit: own !== undefined && own > maxLimit ? maxLimit : undefined };
  };
  return { seen, find };
}

const runChart: ToolHandler = (_operation, { formatted, ...args }, context) => {
  const { seen, find } = prefetchChart(chartDefinition(context.read, String(args.chartUuid)), context);
  return answerQuery(chartRequest(args, find), context, async (ready) => {
    const { chart, index } = await seen;
    return chartRows(ready, chart, index, { formatted });
  });
};

const runVersion: ToolHandler = (_operation, { formatted, ...args }, context) => {
  const version = chartVersion(context.read, String(args.chartUuid), String(args.versionUuid));
  const { seen, find } = prefetchChart(version, context);
  return answerQuery(chartRequest(args, find), context, async (ready) => {
    const { chart, index } = await seen;
    const { table, renderOptions } = chartRows(ready, chart, index, { formatted });
    const changed = text(chart?.updatedAt)?.slice(0, 16).replace('T', ' ');
    const title = changed === undefined ? renderOptions.title : `${renderOptions.title}, version of ${changed}`;
    return { table, renderOptions: { ...renderOptions, title } };
  });
};

/** The rules of dashboard filters, in words, that the answer's `appliedDashboardFilters` does not have. */
function droppedFilters(asked: unknown, answer: unknown): readonly string[] {
  const applied = isObject(answer) ? answer.appliedDashboardFilters : undefined;
  if (!isObject(applied)) return [];
  return filterKinds.flatMap((kind) => {
    const used = objects(applied[kind]).map((rule) => keyOf(rule));
    return objects(isObject(asked) ? asked[kind] : undefined)
      .filter((rule) => rule.disabled !== true && !used.includes(keyOf(rule)))
      .flatMap((rule) => describeRule(rule) ?? []);
  });
}

const keyOf = ({ id, target, operator, values }: JsonObject): string =>
  JSON.stringify([id, isObject(target) ? target.fieldId : undefined, operator, values]);

function readable(explore: unknown): FieldIndex | undefined {
  try {
    return isObject(explore) ? readExplore(explore) : undefined;
  } catch (error) {
    if (error instanceof UnreadableExplore) return undefined;
    throw error;
  }
}

const runOnDashboard: ToolHandler = (_operation, { formatted, ...args }, context) => {
  const { seen, find } = prefetchChart(chartDefinition(context.read, String(args.chartUuid)), context);
  return answerQuery(dashboardChartRequest(args, find), context, async (ready) => {
    const { results } = ready;
    const { chart, index } = await chartFromResponse(results, seen);
    const { table, renderOptions } = chartRows(ready, chart, index, { formatted });
    const dropped = droppedFilters(args.dashboardFilters, results);
    const notes = dropped.map((rule) => `Not applied, as the chart's explore lacks the table: ${rule}.`);
    return {
      table,
      renderOptions: { ...renderOptions, notes: [...grainNotes(args), ...(renderOptions.notes ?? []), ...notes] },
    };
  });
};

/** A chart and its explore: v1 sends both with the rows on a dashboard; otherwise they are looked up. */
async function chartFromResponse(results: unknown, seen: Promise<KnownChart>): Promise<KnownChart> {
  if (!isObject(results) || !isObject(results.chart)) return seen;
  return { chart: results.chart, index: readable(results.explore) };
}

/** A chart as a tile of its dashboard shows it. `filters` are the dashboard's, as they are for this tile. */
export async function answerWithTile(
  { chartUuid, dashboardUuid, tileUuid, filters, maxRows }: TileRun,
  context: ToolContext,
): Promise<ToolAnswer> {
  const { seen, find } = prefetchChart(chartDefinition(context.read, chartUuid), context);
  const args = { chartUuid, dashboardUuid, dashboardFilters: filters, dashboardSorts: [] };
  const describe: Describe = async (ready) => {
    const { results } = ready;
    const { chart: definition, index } = await chartFromResponse(results, seen);
    const { table, renderOptions } = chartRows(ready, definition, index, {});
    // The dashboard's filters stand above, once; where nothing passes, all of them are said.
    const own = isObject(definition?.metricQuery) && table.rows.length > 0 ? definition.metricQuery.filters : undefined;
    const dropped = droppedFilters(filters, results).map(
      (rule) => `Without the dashboard's ${rule}: the chart's explore lacks the table.`,
    );
    const notes = [...(renderOptions.notes ?? []), ...dropped];
    return {
      table,
      renderOptions: { ...renderOptions, ...(own !== undefined && { filters: describeFilters(own) }), notes },
    };
  };
  return answerQuery(dashboardChartRequest(args, find, tileUuid), context, describe, { maxRows });
}

interface TileRun {
  readonly chartUuid: string;
  readonly dashboardUuid: unknown;
  readonly tileUuid: string | undefined;
  readonly filters: unknown;
  /** Rows to show at most. */
  readonly maxRows: number;
}

const totals: ToolHandler = async (operation, args, context) => {
  const [{ results }, { chart, index }] = await Promise.all([
    context.execute(operation, args),
    loadChartAndExplore(context, chartDefinition(context.read, String(args.chartUuid))),
  ]);
  const query = isObject(chart?.metricQuery) ? chart.metricQuery : {};
  const dashboard = isObject(args.dashboardFilters) ? args.dashboardFilters : {};
  const asked = filterKinds.flatMap((kind) =>
    objects(dashboard[kind]).flatMap((rule) => (rule.disabled === true ? [] : (describeRule(rule) ?? []))),
  );
  const name = text(chart?.name);
  return {
    text: renderTotals(results, {
      of: name === undefined ? 'the chart' : `${name} (chart of ${text(chart?.tableName) ?? '?'})`,
      filters: describeFilters(query.filters),
      notes: [
        ...asked.map((rule) => `Dashboard filter, where the chart's explore has the table: ${rule}.`),
        ...(index ? fanOutNotes(index, query) : []),
      ],
      fields: index?.fields,
    }),
    data: results,
  };
};

/** What the tools that run saved charts do instead of passing the answer on, by operation. */
export const runChartHandlers: Readonly<Record<string, ToolHandler>> = {
  PostChartResults: runChart,
  getChartVersionResults: runVersion,
  PostDashboardTile: runOnDashboard,
  CalculateTotalFromSavedChart: totals,
};
