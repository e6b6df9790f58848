import { chartDefinition } from '../../charts/chart-definition.ts';
import { describeFilters, describeRule } from '../../query/filters/describe-filters.ts';
import { filterKinds } from '../../query/filters/lightdash-filters.ts';
import { isObject, text } from '../../text/json.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { renderTotals } from '../query/render-totals.ts';
import { activeRules, chartTitle, fanOutNotes } from './chart-rows.ts';
import { loadChart } from './load-chart.ts';

const totals: ToolHandler<'CalculateTotalFromSavedChart'> = async (operation, args, context) => {
  const [{ results }, { chart, explore }] = await Promise.all([
    context.execute(operation, args),
    loadChart(chartDefinition(context.read, args.chartUuid), context),
  ]);
  const query = isObject(chart?.metricQuery) ? chart.metricQuery : {};
  const dashboardRules = filterKinds
    .flatMap((kind) => activeRules(args.dashboardFilters, kind))
    .flatMap((rule) => describeRule(rule) ?? []);
  return {
    text: renderTotals(results, {
      title: chartTitle(chart, text(chart?.tableName) ?? '?') ?? 'the chart',
      filters: describeFilters(query.filters),
      notes: [
        ...dashboardRules.map((rule) => `Dashboard filter, if the chart's explore has the table: ${rule}.`),
        ...(explore ? fanOutNotes(explore, query) : []),
      ],
      fields: explore?.fields,
    }),
    data: results,
  };
};

export const chartTotalsHandlers = { CalculateTotalFromSavedChart: totals } satisfies ToolHandlers;
