import { chartDefinition, chartVersion } from '../../charts/chart-definition.ts';
import { type ArgumentsOf, operationById } from '../../operations/index.ts';
import { chartRequest, dashboardChartRequest } from '../../query/execution/query-requests.ts';
import { mergeDashboardFilters } from '../../query/filters/dashboard-filters.ts';
import { formatTimestamp } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { grainNotes } from '../query/prepare-query.ts';
import { answerQuery, type QueryRun } from '../query/query-answer.ts';
import type { ToolContext } from '../tool.ts';
import { askedDashboardFilters, filtersOfTile } from './asked-dashboard-filters.ts';
import { chartRows, droppedFilters } from './chart-rows.ts';
import { chartFromResponse, type LoadedChart, prefetchChart } from './load-chart.ts';

/** A run of a saved chart, and the chart as far as it can be read. */
export interface ChartRun extends QueryRun {
  readonly loaded: Promise<LoadedChart>;
}

/** The run of a saved chart. */
export function chartRun({ formatted, ...args }: ArgumentsOf<'PostChartResults'>, context: ToolContext): ChartRun {
  const { loaded, find } = prefetchChart(chartDefinition(context.read, args.chartUuid), context);
  return {
    loaded,
    request: chartRequest(args, find),
    describe: async (ready) => chartRows(ready, await loaded, formatted),
  };
}

const runChart: ToolHandler<'PostChartResults'> = (_operation, args, context) => {
  const { request, describe } = chartRun(args, context);
  return answerQuery(request, context, describe);
};

const runVersion: ToolHandler<'getChartVersionResults'> = (_operation, { formatted, ...args }, context) => {
  const version = chartVersion(context.read, args.chartUuid, args.versionUuid);
  const { loaded, find } = prefetchChart(version, context);
  return answerQuery(chartRequest(args, find), context, async (ready) => {
    const { table, renderOptions } = chartRows(ready, await loaded, formatted);
    const changed = formatTimestamp((await loaded).chart?.updatedAt);
    const title = changed === undefined ? renderOptions.title : `${renderOptions.title}, version of ${changed}`;
    return { table, renderOptions: { ...renderOptions, title } };
  });
};

const runOnDashboard: ToolHandler<'PostDashboardTile'> = async (_operation, { formatted, ...args }, context) => {
  const { loaded, find } = prefetchChart(chartDefinition(context.read, args.chartUuid), context);
  const [asked, dashboard] = await Promise.all([
    askedDashboardFilters(args.dashboardFilters, loaded),
    context.read(operationById('GetDashboard'), { dashboardUuid: args.dashboardUuid }),
  ]);
  const tile = tileOf(dashboard, args.chartUuid);
  const filters = mergeDashboardFilters(
    filtersOfTile(tile ?? {}, isObject(dashboard) ? dashboard.filters : undefined),
    asked.filters,
  );
  const request = dashboardChartRequest({ ...args, dashboardFilters: filters }, find, text(tile?.uuid));
  return answerQuery(request, context, async (ready) => {
    const { results } = ready;
    const { table, renderOptions } = chartRows(ready, await chartFromResponse(results, loaded), formatted);
    const dropped = droppedFilters(filters, results).map(
      (rule) => `Not applied, as the chart's explore lacks the table: ${rule}.`,
    );
    const elsewhere = tile ? [] : ['The chart is not on this dashboard: its filters are applied all the same.'];
    const notes = [...asked.notes, ...grainNotes(args), ...(renderOptions.notes ?? []), ...dropped, ...elsewhere];
    return { table, renderOptions: { ...renderOptions, notes } };
  });
};

/** The first tile of a dashboard that shows a chart. */
const tileOf = (dashboard: unknown, chartUuid: string): JsonObject | undefined =>
  objects(isObject(dashboard) ? dashboard.tiles : undefined).find(
    ({ properties }) => isObject(properties) && properties.savedChartUuid === chartUuid,
  );

export const runChartHandlers = {
  PostChartResults: runChart,
  getChartVersionResults: runVersion,
  PostDashboardTile: runOnDashboard,
} satisfies ToolHandlers;
