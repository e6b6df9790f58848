import type { SavedChartConfig } from './saved-config.ts';

/** Names for people of the kinds in Lightdash's lists of charts. */
const names: Readonly<Record<string, string>> = {
  vertical_bar: 'bar chart',
  horizontal_bar: 'horizontal bar chart',
  line: 'line chart',
  area: 'area chart',
  scatter: 'scatter plot',
  mixed: 'mixed chart',
  pie: 'pie chart',
  funnel: 'funnel chart',
  table: 'table',
  big_number: 'big number',
  treemap: 'treemap',
  gauge: 'gauge',
  map: 'map',
  sankey: 'sankey diagram',
  custom: 'custom chart',
  data_app_viz: 'data app',
};

/** `vertical_bar` as people say it; a kind of a later release by its own name. */
export function chartKindName(kind: unknown): string {
  if (typeof kind !== 'string' || kind === '') return 'chart';
  return Object.hasOwn(names, kind) ? (names[kind] ?? kind) : kind.replaceAll('_', ' ');
}

/**
 * The kind as the lists of charts name it. A chart read on its own does not include it: `cartesian` is bars, lines, areas
 * or points, by the types of its series.
 */
export function chartKind({ type, config }: SavedChartConfig): string {
  if (type === 'unknown') return config.type ?? 'chart';
  if (type !== 'cartesian') return type;
  const types = new Set(
    (config.eChartsConfig?.series ?? []).map((item) => (item.areaStyle ? 'area' : (item.type ?? 'bar'))),
  );
  const [only = 'bar', ...others] = types;
  if (others.length > 0) return 'mixed';
  if (only !== 'bar') return only;
  return config.layout?.flipAxes === true ? 'horizontal_bar' : 'vertical_bar';
}
