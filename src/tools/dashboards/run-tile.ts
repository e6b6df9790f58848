import { chartDefinition } from '../../charts/chart-definition.ts';
import { LightdashError } from '../../lightdash/errors.ts';
import { savedQueryOf } from '../../query/builder/saved-query.ts';
import { dashboardChartRequest } from '../../query/execution/query-requests.ts';
import type { ResultTable } from '../../query/execution/result-table.ts';
import { filterKinds } from '../../query/filters/lightdash-filters.ts';
import { readSavedParameters } from '../../query/parameters/parameter.ts';
import { isObject, type JsonObject, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { startChartNotes } from '../charts/chart-notes.ts';
import { activeRules } from '../charts/chart-query.ts';
import { chartRows, droppedFilters } from '../charts/chart-rows.ts';
import { chartFromResponse, prefetchChart } from '../charts/load-chart.ts';
import { filtersOfTile, sqlTileFilters } from '../charts/requested-filters.ts';
import type { ChartRun } from '../charts/run-chart.ts';
import { type SqlChartRun, sqlChartRun } from '../charts/sql-chart-run.ts';
import { answerRun } from '../query/query-answer.ts';
import type { Describe, ToolAnswer, ToolContext } from '../tool.ts';

/** The chart or SQL chart of a tile; undefined for other kinds of tiles and for a deleted chart. */
export function chartOfTile({ type, properties }: JsonObject): string | undefined {
  if (!isObject(properties)) return undefined;
  if (type === 'saved_chart') return text(properties.savedChartUuid);
  return type === 'sql_chart' ? text(properties.savedSqlUuid) : undefined;
}

/** A tile with a chart or SQL chart, and its dashboard. */
interface ChartTile {
  readonly tile: JsonObject;
  readonly chartUuid: string;
  readonly dashboard: JsonObject;
  /** Values of parameters that the call sets. */
  readonly parameters?: unknown;
}

/** Runs the chart of a tile as its dashboard does; a failure of Lightdash becomes the text of the tile. */
export async function runTile(chartTile: ChartTile, maxRows: number, context: ToolContext): Promise<ToolAnswer> {
  try {
    return await answerRun(tileRun(chartTile, context), context, { maxRows });
  } catch (error) {
    if (!(error instanceof LightdashError) || context.signal.aborted) throw error;
    return { text: `FAILED: ${plainText(error.message)}`, data: { error: error.message } };
  }
}

/**
 * The run of a tile's chart under the filters of its dashboard, and under its parameters that the call does not set. Its
 * notes name the chart's own filters, or all of them.
 */
export function tileRun(
  chartTile: ChartTile,
  context: ToolContext,
  named: 'own' | 'all' = 'own',
): ChartRun | SqlChartRun {
  const { tile, chartUuid, dashboard, parameters } = chartTile;
  if (tile.type === 'sql_chart') return sqlTileRun(chartTile, context);
  const filters = filtersOfTile(tile, dashboard.filters);
  const { loaded, find } = prefetchChart(chartDefinition(context.read, chartUuid), context, true);
  const args = { chartUuid, dashboardUuid: dashboard.uuid, dashboardFilters: filters, dashboardSorts: [], parameters };
  const saved = readSavedParameters(dashboard.parameters);
  const chartNotes = startChartNotes(loaded, { parameters, dashboardFilters: filters }, context);
  const describe: Describe = async (result, later) => {
    const { results } = result;
    const chart = await chartFromResponse(results, loaded);
    // The dashboard's filters are listed once above the tiles; a tile without rows lists all filters.
    const filtersShown = ({ rows }: ResultTable) =>
      named === 'own' && rows.length > 0
        ? withoutRules(savedQueryOf(results)?.filters, activeRules(filters).map(ruleKey))
        : undefined;
    const { table, renderOptions } = await chartRows(result, chart, { chartNotes, filtersShown }, later);
    const dropped = droppedFilters(filters, results).map(
      (rule) => `Without the dashboard's ${rule}: the chart's explore lacks the table.`,
    );
    const notes = [...(renderOptions.notes ?? []), ...dropped];
    return { table, renderOptions: { ...renderOptions, notes } };
  };
  const request = dashboardChartRequest(args, find, text(tile.uuid), saved);
  return { loaded, request, describe, end: chartNotes.end };
}

const ruleKey = ({ target, operator, values }: JsonObject): string =>
  JSON.stringify([isObject(target) ? target.fieldId : target, operator, values ?? []]);

/** Filters of a query without some rules: those that ran are read, for a dashboard's rule may replace one of the chart. */
function withoutRules(node: unknown, rules: readonly string[]): unknown {
  if (Array.isArray(node))
    return node
      .filter((rule) => !isObject(rule) || !rules.includes(ruleKey(rule)))
      .map((rule) => withoutRules(rule, rules));
  if (!isObject(node)) return node;
  const groups = [...filterKinds, 'and', 'or'].filter((key) => key in node);
  return { ...node, ...Object.fromEntries(groups.map((key) => [key, withoutRules(node[key], rules)])) };
}

function sqlTileRun({ tile, chartUuid, dashboard, parameters }: ChartTile, context: ToolContext): SqlChartRun {
  const projectUuid = text(dashboard.projectUuid) ?? '';
  return sqlChartRun({ projectUuid, savedSqlUuid: chartUuid }, context, {
    parameters: { written: parameters, saved: readSavedParameters(dashboard.parameters) },
    tile: {
      dashboardUuid: text(dashboard.uuid) ?? '',
      tileUuid: text(tile.uuid) ?? '',
      dashboardFilters: sqlTileFilters(dashboard.filters),
    },
  });
}
