import { LightdashError } from '../lightdash/errors.ts';
import { chartDefinition, chartVersion } from '../query/chart-definition.ts';
import { UnreadableExplore } from '../query/explore.ts';
import { exploreOf } from '../query/explores.ts';
import type { Field } from '../query/field.ts';
import { describeFilters, describeRule } from '../query/filter-words.ts';
import { finite, isObject, type JsonObject, list, objects, text } from '../query/json.ts';
import { filterKinds } from '../query/lightdash-filters.ts';
import { readResult } from '../query/result-table.ts';
import { shortened } from '../render/prose.ts';
import { renderTotals } from '../render/totals.ts';
import type { Behaviour } from './operation-tool.ts';
import { answerWithRows } from './query.ts';
import type { StoredResult, ToolArguments, ToolContext } from './tool.ts';

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
export function chartRows(answer: unknown, chart: JsonObject | undefined, args: ToolArguments): StoredResult {
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
      sorted: objects(query.sorts).length > 0,
      filters: describeFilters(query.filters),
      ...(args.format === 'formatted' && { format: 'formatted' }),
    },
  };
}

const runChart: Behaviour = async (operation, { format, ...args }, context) => {
  const [{ results }, chart] = await Promise.all([
    context.perform(operation, args),
    orUndefined(chartDefinition(context.read, String(args.chartUuid))),
  ]);
  return answerWithRows(chartRows(results, chart, { format }), context);
};

const runVersion: Behaviour = async (operation, { format, ...args }, context) => {
  const [{ results }, chart] = await Promise.all([
    context.perform(operation, args),
    orUndefined(chartVersion(context.read, String(args.chartUuid), String(args.versionUuid))),
  ]);
  const { table, about } = chartRows(results, chart, { format });
  const changed = text(chart?.updatedAt)?.slice(0, 16).replace('T', ' ');
  const of = changed === undefined ? about.of : `${about.of}, version of ${changed}`;
  return answerWithRows({ table, about: { ...about, of } }, context);
};

/** The rules of dashboard filters, in words, that the answer's `appliedDashboardFilters` does not have. */
export function droppedFilters(asked: unknown, answer: unknown): readonly string[] {
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

const runOnDashboard: Behaviour = async (operation, { format, ...args }, context) => {
  const { results } = await context.perform(operation, args);
  const chart = isObject(results) && isObject(results.chart) ? results.chart : undefined;
  const { table, about } = chartRows(results, chart, { format });
  const dropped = droppedFilters(args.dashboardFilters, results);
  const notes = dropped.map((rule) => `Not applied, as the chart's explore lacks the table: ${rule}.`);
  return answerWithRows({ table, about: { ...about, notes } }, context);
};

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
