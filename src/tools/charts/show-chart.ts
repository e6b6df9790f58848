import * as z from 'zod';
import { CHART_TYPES } from '../../charts/spec/chart-types.ts';
import { chartUuid, dashboardUuid, parameters } from '../../operations/fields.ts';
import { defineTool } from '../operation-tool.ts';

const input = () => ({
  chartUuid: chartUuid().optional().describe('Or name'),
  dashboardUuid: dashboardUuid().optional().describe('Needs tileUuid'),
  tileUuid: z.string().optional().describe('Or title'),
  resultId: z.string().min(1).optional().describe('Or last'),
  query: z.record(z.string(), z.unknown()).optional().describe('Of run_metric_query'),
  projectUuid: z.string().min(1).optional(),
  parameters: parameters(),
  as: z.enum(CHART_TYPES).optional(),
  x: z.string().optional(),
  y: z.array(z.string()).min(1).optional(),
  split_by: z.string().optional(),
  title: z.string().optional(),
  theme: z.enum(['light', 'dark']).optional(),
  save: z.boolean().default(false).describe('Write files'),
});

/** Draws a chart for the person: an App if the host shows it, else a picture; the text is whole without either. */
export const showChart = defineTool({
  name: 'show_chart',
  title: 'Make and show a chart: draw, plot, visualize, a picture for slides',
  description:
    'Draws a chart to see (bar, line, pie …; plot, graph, picture): of a saved chart, dashboard tile, earlier result or query.',
  toolset: 'charts',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input,
  async run(args, context) {
    const { showChartAnswer } = await import('./answer-chart.ts');
    return showChartAnswer(args, context);
  },
});

/** For the App alone, if its host dropped what show_chart sent along: the same chart as JSON. */
export const chartDataTool = defineTool({
  name: 'chart_data',
  title: 'Data of a shown chart',
  description: 'The data of a chart for the chart App.',
  toolset: 'charts',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input,
  async run(args, context) {
    const { chartDataAnswer } = await import('./answer-chart.ts');
    return chartDataAnswer(args, context);
  },
});
