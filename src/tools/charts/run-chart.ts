import { chartDefinition, chartVersion } from '../../charts/chart-definition.ts';
import { chartRequest, dashboardChartRequest } from '../../query/execution/query-requests.ts';
import { formatTimestamp } from '../../text/format.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { grainNotes } from '../query/prepare-query.ts';
import { answerQuery } from '../query/query-answer.ts';
import { chartRows, droppedFilters } from './chart-rows.ts';
import { chartFromResponse, prefetchChart } from './load-chart.ts';

const runChart: ToolHandler<'PostChartResults'> = (_operation, { formatted, ...args }, context) => {
  const { loaded, find } = prefetchChart(chartDefinition(context.read, args.chartUuid), context);
  return answerQuery(chartRequest(args, find), context, async (ready) => chartRows(ready, await loaded, formatted));
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
