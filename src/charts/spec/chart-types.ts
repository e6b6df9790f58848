/** Kinds that can be requested. */
export const CHART_TYPES = [
  'bar',
  'stacked_bar',
  'line',
  'area',
  'scatter',
  'pie',
  'funnel',
  'number',
  'heatmap',
] as const;

export type ChartType = (typeof CHART_TYPES)[number];
