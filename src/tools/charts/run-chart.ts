import { chartDefinition, chartVersion } from '../../charts/chart-definition.ts';
import { ignoreApiError, NotJsonError } from '../../lightdash/errors.ts';
import { type ArgumentsOf, operationById } from '../../operations/index.ts';
import { savedQueryOf } from '../../query/builder/saved-query.ts';
import { chartRequest, dashboardChartRequest } from '../../query/execution/query-requests.ts';
import { type DashboardFilters, nativeFilters } from '../../query/filters/dashboard-filters.ts';
import { readSavedParameters } from '../../query/parameters/parameter.ts';
import { formatTimestamp } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text, texts } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { grainNotes } from '../query/granularity.ts';
import { answerRun, type QueryRun } from '../query/query-answer.ts';
import type { Describe, ToolContext } from '../tool.ts';
import { startChartNotes } from './chart-notes.ts';
import { chartRows, droppedFilters } from './chart-rows.ts';
import { chartFromResponse, type LoadedChart, prefetchChart } from './load-chart.ts';
import { filtersOfTile, omittedFilters, requestedFilters, sqlTileFilters } from './requested-filters.ts';
import { type FoundSqlChart, orSqlChart, sqlChartRun } from './sql-chart-run.ts';

/** A run of a saved chart, and the chart as far as it can be read. */
export interface ChartRun extends QueryRun {
  readonly loaded: Promise<LoadedChart>;
}

/** The run of a saved chart. */
export function chartRun({ formatted, ...args }: ArgumentsOf<'PostChartResults'>, context: ToolContext): ChartRun {
  const { loaded, find } = prefetchChart(chartDefinition(context.read, args.chartUuid), context, true);
  const chartNotes = startChartNotes(loaded, args, context);
  return {
    loaded,
    request: chartRequest(args, find),
    describe: async (result, later) => chartRows(result, await loaded, { formatted, chartNotes }, later),
    end: chartNotes.end,
  };
}

const runChart: ToolHandler<'PostChartResults'> = (_operation, args, context) => {
  const answer = (run: QueryRun) => answerRun(run, context);
  const { chartUuid, formatted, parameters } = args;
  return orSqlChart(
    chartUuid,
    context,
    () => answer(chartRun(args, context)),
    (chart) => answer(sqlChartRun(chart, context, { formatted, parameters: { written: parameters } })),
  );
};

const runVersion: ToolHandler<'getChartVersionResults'> = (_operation, { formatted, ...args }, context) => {
  const version = chartVersion(context.read, args.chartUuid, args.versionUuid);
  const { loaded, find } = prefetchChart(version, context, true);
  const chartNotes = startChartNotes(loaded, {}, context);
  const describe: Describe = async (result, later) => {
    const { table, renderOptions } = await chartRows(result, await loaded, { formatted, chartNotes }, later);
    const changed = formatTimestamp((await loaded).chart?.updatedAt);
    const title = changed === undefined ? renderOptions.title : `${renderOptions.title}, version of ${changed}`;
    return { table, renderOptions: { ...renderOptions, title } };
  };
  return answerRun({ request: chartRequest(args, find), describe, end: chartNotes.end }, context);
};

const runOnDashboard: ToolHandler<'PostDashboardTile'> = (operation, args, context) =>
  orSqlChart(
    args.chartUuid,
    context,
    () => runChartOnDashboard(operation, args, context),
    (chart) => runSqlChartOnDashboard(chart, args, context),
  );

async function runSqlChartOnDashboard(
  chart: FoundSqlChart,
  { dashboardUuid, dashboardFilters, parameters, formatted }: ArgumentsOf<'PostDashboardTile'>,
  context: ToolContext,
) {
  const dashboard = await context.read(operationById('GetDashboard'), { dashboardUuid });
  const source = isObject(dashboard) ? dashboard : {};
  const tile = objects(source.tiles).find(
    ({ properties }) => isObject(properties) && properties.savedSqlUuid === chart.savedSqlUuid,
  );
  if (tile === undefined)
    throw new ArgumentsError(['chartUuid: this SQL chart is not on the dashboard; run_saved_chart runs it']);
  const filters = dashboardFilters === undefined ? sqlTileFilters(source.filters) : nativeFilters(dashboardFilters);
  if (filters === undefined)
    throw new ArgumentsError([
      'dashboardFilters: for an SQL chart write them as Lightdash does: {dimensions: [{id, target: {fieldId: column, isSqlColumn: true, fallbackType}, operator, values}]}',
    ]);
  const run = sqlChartRun(chart, context, {
    formatted,
    parameters: { written: parameters, saved: readSavedParameters(source.parameters) },
    tile: { dashboardUuid, tileUuid: text(tile.uuid) ?? '', dashboardFilters: filters },
  });
  return answerRun(run, context);
}

const runChartOnDashboard: ToolHandler<'PostDashboardTile'> = async (_operation, { formatted, ...args }, context) => {
  const { loaded, find } = prefetchChart(chartDefinition(context.read, args.chartUuid), context, true);
  const readDashboard = () => context.read(operationById('GetDashboard'), { dashboardUuid: args.dashboardUuid });
  const requested = await requestedFilters(args.dashboardFilters, loaded, context);
  // With filters of the caller it is read for a note alone, once the chart could be read.
  const dashboard = requested
    ? loaded.then(({ chart }) => chart && readDashboard()).catch(ignoreApiError)
    : Promise.resolve(await readDashboard().catch(ignoreUnreadable));
  const tile = requested ? undefined : tileOf(await dashboard, args.chartUuid);
  const filters = requested?.filters ?? ownFilters(await dashboard, args.chartUuid);
  const source = await dashboard;
  const saved = readSavedParameters(isObject(source) ? source.parameters : undefined);
  const request = dashboardChartRequest({ ...args, dashboardFilters: filters }, find, text(tile?.uuid), saved);
  const { parameters } = args;
  const chartNotes = startChartNotes(loaded, { parameters, dashboardFilters: filters }, context);
  const describe: Describe = async (result, later) => {
    const { results } = result;
    const chart = await chartFromResponse(results, loaded);
    const { table, renderOptions } = await chartRows(result, chart, { formatted, chartNotes }, later);
    const dropped = droppedFilters(filters, results).map(
      (rule) => `Not applied, as the chart's explore lacks the table: ${rule}.`,
    );
    const notes = [
      ...(requested?.notes ?? []),
      ...(requested === undefined && args.dashboardFilters !== undefined ? [EMPTY_FILTERS] : []),
      ...(requested === undefined && source === undefined ? [UNREAD_DASHBOARD] : []),
      ...dashboardNotes(await dashboard, args.chartUuid, filters),
      ...grainNotes(args.granularity, texts(savedQueryOf(results)?.dimensions), chart.explore),
      ...(renderOptions.notes ?? []),
      ...dropped,
    ];
    return { table, renderOptions: { ...renderOptions, notes } };
  };
  return answerRun({ request, describe, end: chartNotes.end }, context);
};

const UNREAD_DASHBOARD = 'The dashboard could not be read: its filters and its parameters are not applied.';
/** For a response that is not of its form; a refusal still ends the call. */
const ignoreUnreadable = (error: unknown): undefined => {
  if (!(error instanceof NotJsonError)) throw error;
};

const EMPTY_FILTERS =
  "dashboardFilters is empty: the dashboard's own filters hold. run_saved_chart runs the chart without them.";

/** Filters of a dashboard for a chart of it. */
const ownFilters = (dashboard: unknown, chartUuid: string): DashboardFilters =>
  filtersOfTile(tileOf(dashboard, chartUuid) ?? {}, isObject(dashboard) ? dashboard.filters : undefined);

function dashboardNotes(dashboard: unknown, chartUuid: string, applied: DashboardFilters): readonly string[] {
  if (dashboard === undefined) return [];
  const omitted = omittedFilters(ownFilters(dashboard, chartUuid), applied).map(plainText);
  return [
    ...(tileOf(dashboard, chartUuid) ? [] : ['The chart is not on this dashboard.']),
    ...(omitted.length > 0
      ? [`Without the dashboard's own filters, which dashboardFilters replaces: ${omitted.join('; ')}.`]
      : []),
  ];
}

/** The first tile of a dashboard that shows a chart. */
const tileOf = (dashboard: unknown, chartUuid: string): JsonObject | undefined =>
  objects(isObject(dashboard) ? dashboard.tiles : undefined).find(
    ({ properties }) => isObject(properties) && properties.savedChartUuid === chartUuid,
  );

/** Handlers that run a saved chart, an older version of it, or it as a tile. */
export const runChartHandlers = {
  PostChartResults: runChart,
  getChartVersionResults: runVersion,
  PostDashboardTile: runOnDashboard,
} satisfies ToolHandlers;
