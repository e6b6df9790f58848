import { readFileSync } from 'node:fs';
import { z } from 'zod';

const json = z.record(z.string(), z.unknown());

const recordedChart = z.object({
  release: z.string(),
  name: z.string(),
  tableName: z.string(),
  metricQuery: json,
  chartConfig: z.looseObject({ type: z.string(), config: json.nullish() }),
  tableConfig: json,
  pivotConfig: json.optional(),
});

export type RecordedChart = z.infer<typeof recordedChart>;

/** Charts that real servers of both releases saved and returned, one of each configuration. */
export const savedCharts: readonly RecordedChart[] = z
  .array(recordedChart)
  .parse(JSON.parse(readFileSync(new URL('../fixtures/charts/saved-charts.json', import.meta.url), 'utf8')));

export function savedChart(name: string): RecordedChart {
  const savedChart = savedCharts.find((chart) => chart.name === name);
  if (!savedChart) throw new Error(`No recorded chart is named ${name}`);
  return savedChart;
}
