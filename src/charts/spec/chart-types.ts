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

/** A type of chart that can be drawn. */
export type ChartType = (typeof CHART_TYPES)[number];
