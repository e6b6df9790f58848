import { chartDefinition, chartVersion } from '../../charts/chart-definition.ts';
import type { ArgumentsOf } from '../../operations/index.ts';
import { chartRequest, dashboardChartRequest } from '../../query/execution/query-requests.ts';
import { formatTimestamp } from '../../text/format.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { grainNotes } from '../query/prepare-query.ts';
import { answerQuery, type QueryRun } from '../query/query-answer.ts';
import type { ToolContext } from '../tool.ts';
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

const runOnDashboard: ToolHandler<'PostDashboardTile'> = (_operation, { formatted, ...args }, context) => {
  const { loaded, find } = prefetchChart(chartDefinition(context.read, args.chartUuid), context);
  return answerQuery(dashboardChartRequest(args, find), context, async (ready) => {
    const { results } = ready;
    const { table, renderOptions } = chartRows(ready, await chartFromResponse(results, loaded), formatted);
    const notes = droppedFilters(args.dashboardFilters, results).map(
      (rule) => `Not applied, as the chart's explore lacks the table: ${rule}.`,
    );
    return {
      table,
      renderOptions: { ...renderOptions, notes: [...grainNotes(args), ...(renderOptions.notes ?? []), ...notes] },
    };
  });
};

export const runChartHandlers = {
  PostChartResults: runChart,
  getChartVersionResults: runVersion,
  PostDashboardTile: runOnDashboard,
} satisfies ToolHandlers;
