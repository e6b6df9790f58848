import { LightdashError } from '../lightdash/errors.ts';
import { chartDefinition, chartVersion } from '../query/chart-definition.ts';
import { UnreadableExplore } from '../query/explore.ts';
import { exploreOf } from '../query/explores.ts';
import type { Field } from '../query/field.ts';
import { describeFilters, describeRule } from '../query/filter-words.ts';
import { finite, isObject, type JsonObject, list, objects, text } from '../query/json.ts';
import { filterKinds } from '../query/lightdash-filters.ts';
import { chartQuestion, dashboardChartQuestion, type FindChart } from '../query/questions.ts';
import { readResult } from '../query/result-table.ts';
import type { Ready } from '../query/run.ts';
import { shortened } from '../render/prose.ts';
import { renderTotals } from '../render/totals.ts';
import type { Behaviour } from './operation-tool.ts';
import { answerQuestion, type Describe } from './running.ts';
import type { StoredResult, ToolAnswer, ToolArguments, ToolContext } from './tool.ts';

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
 */
function chartRows(ready: Ready, chart: JsonObject | undefined, args: ToolArguments): StoredResult {
  const { results: answer, api, warnings } = ready;
  const query = isObject(answer) && isObject(answer.metricQuery) ? answer.metricQuery : {};
  const explore = text(query.exploreName) ?? text(chart?.tableName) ?? '?';
  const name = text(chart?.name);
  const description = text(chart?.description);
  return {
    table: readResult(answer),
    about: {
      of: name === undefined ? explore : `${name} (chart of ${explore})`,
      ...(description && { heading: [shortened(description, LONGEST_DESCRIPTION)] }),
      // Without dimensions there is one row, whatever the limit.
      limit: list(query.dimensions).length > 0 ? finite(query.limit) : undefined,
      sorted: objects(query.sorts).length > 0 || api === 'v2',
      filters: describeFilters(query.filters),
      notes: warnings,
      ...(args.format === 'formatted' && { format: 'formatted' }),
    },
  };
}

/** A chart's definition, asked for once and beside the run. */
function lookingAt(looking: Promise<JsonObject | undefined>, context: ToolContext) {
  const chart = orUndefined(looking);
  // What comes of it is dealt with where it is awaited; a failed run must not leave it unwatched.
  chart.catch(() => undefined);
  const find: FindChart = async () => {
    const found = await chart;
    const projectUuid = text(found?.projectUuid);
    if (projectUuid === undefined) return undefined;
    const { maxLimit } = await context.server.facts();
    const own = isObject(found?.metricQuery) ? finite(found.metricQuery.limit) : undefined;
    // Newer servers have no ceiling: a chart of a million rows would be read whole.
    return { projectUuid, limit: own !== undefined && own > maxLimit ? maxLimit : undefined };
  };
  return { chart, find };
}

const runChart: Behaviour = (_operation, { format, ...args }, context) => {
  const { chart, find } = lookingAt(chartDefinition(context.read, String(args.chartUuid)), context);
  return answerQuestion(chartQuestion(args, find), context, async (ready) => chartRows(ready, await chart, { format }));
};

const runVersion: Behaviour = (_operation, { format, ...args }, context) => {
  const version = chartVersion(context.read, String(args.chartUuid), String(args.versionUuid));
  const { chart, find } = lookingAt(version, context);
  return answerQuestion(chartQuestion(args, find), context, async (ready) => {
    const definition = await chart;
    const { table, about } = chartRows(ready, definition, { format });
    const changed = text(definition?.updatedAt)?.slice(0, 16).replace('T', ' ');
    const of = changed === undefined ? about.of : `${about.of}, version of ${changed}`;
    return { table, about: { ...about, of } };
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

const runOnDashboard: Behaviour = (_operation, { format, ...args }, context) => {
  const { chart, find } = lookingAt(chartDefinition(context.read, String(args.chartUuid)), context);
  return answerQuestion(dashboardChartQuestion(args, find), context, async (ready) => {
    const { results } = ready;
    const { table, about } = chartRows(ready, chartIn(results) ?? (await chart), { format });
    const dropped = droppedFilters(args.dashboardFilters, results);
    const notes = dropped.map((rule) => `Not applied, as the chart's explore lacks the table: ${rule}.`);
    return { table, about: { ...about, notes: [...(about.notes ?? []), ...notes] } };
  });
};

/** The definition of a chart that v1 sends with its rows on a dashboard. */
const chartIn = (results: unknown): JsonObject | undefined =>
  isObject(results) && isObject(results.chart) ? results.chart : undefined;

/** A chart as a tile of its dashboard shows it. `filters` are the dashboard's, as they are for this tile. */
export async function answerWithTile(
  { chartUuid, dashboardUuid, tileUuid, filters, most }: TileRun,
  context: ToolContext,
): Promise<ToolAnswer> {
  const { chart, find } = lookingAt(chartDefinition(context.read, chartUuid), context);
  const args = { chartUuid, dashboardUuid, dashboardFilters: filters, dashboardSorts: [] };
  const describe: Describe = async (ready) => {
    const { results } = ready;
    const definition = chartIn(results) ?? (await chart);
    const { table, about } = chartRows(ready, definition, {});
    // The dashboard's filters stand above, once; where nothing passes, all of them are said.
    const own = isObject(definition?.metricQuery) && table.rows.length > 0 ? definition.metricQuery.filters : undefined;
    const dropped = droppedFilters(filters, results).map(
      (rule) => `Without the dashboard's ${rule}: the chart's explore lacks the table.`,
    );
    const notes = [...(about.notes ?? []), ...dropped];
    return { table, about: { ...about, ...(own !== undefined && { filters: describeFilters(own) }), notes } };
  };
  return answerQuestion(dashboardChartQuestion(args, find, tileUuid), context, describe, { most });
}

interface TileRun {
  readonly chartUuid: string;
  readonly dashboardUuid: unknown;
  readonly tileUuid: string | undefined;
  readonly filters: unknown;
  /** Rows to show at most. */
  readonly most: number;
}

const totals: Behaviour = async (operation, args, context) => {
  const [{ results }, chart] = await Promise.all([
    context.perform(operation, args),
    orUndefined(chartDefinition(context.read, String(args.chartUuid))),
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
      notes: asked.map((rule) => `Dashboard filter, where the chart's explore has the table: ${rule}.`),
      fields: await fieldsOf(chart, context),
    }),
    data: results,
  };
};

/** The fields of a chart's explore, where that can be read. */
async function fieldsOf(
  chart: JsonObject | undefined,
  context: ToolContext,
): Promise<ReadonlyMap<string, Field> | undefined> {
  const [projectUuid, exploreId] = [text(chart?.projectUuid), text(chart?.tableName)];
  if (projectUuid === undefined || exploreId === undefined) return undefined;
  return (await orUndefined(exploreOf(context.read, projectUuid, exploreId)))?.fields;
}

/** What the tools that run saved charts do instead of passing the answer on, by operation. */
export const savedBehaviours: Readonly<Record<string, Behaviour>> = {
  PostChartResults: runChart,
  getChartVersionResults: runVersion,
  PostDashboardTile: runOnDashboard,
  CalculateTotalFromSavedChart: totals,
};
