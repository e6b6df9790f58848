import { isObject, objects, text, texts } from '../text/json.ts';

/** What people call the kinds that Lightdash tells apart in its lists. */
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
  custom: 'custom chart',
};

/** `vertical_bar` as people say it; a kind of a newer release by its own name. */
export function chartKindName(kind: unknown): string {
  const known = text(kind);
  if (known === undefined) return 'chart';
  return Object.hasOwn(names, known) ? (names[known] ?? known) : known.replaceAll('_', ' ');
}

/**
 * The kind of a saved chart, as the lists of charts have it. A chart read by itself does not say it: `cartesian` may be
 * bars, lines or points, by the types of its series.
 */
export function chartKind(chartConfig: unknown): string {
  const { type, config } = isObject(chartConfig) ? chartConfig : {};
  if (type !== 'cartesian') return text(type) ?? 'chart';
  const { layout, eChartsConfig } = isObject(config) ? config : {};
  const series = objects(isObject(eChartsConfig) ? eChartsConfig.series : undefined);
  const types = new Set(series.map((one) => (isObject(one.areaStyle) ? 'area' : (text(one.type) ?? 'bar'))));
  const [only = 'bar', ...others] = types;
  if (others.length > 0) return 'mixed';
  if (only !== 'bar') return only;
  return isObject(layout) && layout.flipAxes === true ? 'horizontal_bar' : 'vertical_bar';
}

/** How a chart lays its fields out, in words: axes, slices, the big number, columns hidden or renamed. */
export function describeLayout(chartConfig: unknown, pivotConfig: unknown): readonly string[] {
  const { type, config } = isObject(chartConfig) ? chartConfig : {};
  const source = isObject(config) ? config : {};
  const split = texts(isObject(pivotConfig) ? pivotConfig.columns : undefined);
  const pivot = split.length > 0 ? [`split by ${split.join(', ')}`] : [];
  switch (type) {
    case 'cartesian': {
      const { xField, yField, stack } = isObject(source.layout) ? source.layout : {};
      const x = text(xField);
      const y = texts(yField);
      return [
        ...(x ? [`x ${x}`] : []),
        ...(y.length > 0 ? [`y ${y.join(', ')}`] : []),
        ...pivot,
        ...(stack ? ['stacked'] : []),
      ];
    }
    case 'pie': {
      const groups = texts(source.groupFieldIds);
      const metric = text(source.metricId);
      return [...(metric ? [`slices of ${metric}`] : []), ...(groups.length > 0 ? [`by ${groups.join(', ')}`] : [])];
    }
    case 'big_number': {
      const field = text(source.selectedField);
      const label = text(source.label);
      return field ? [`shows ${field}${label ? ` as "${label}"` : ''}`] : [];
    }
    case 'table':
      return [...pivot, ...describeColumns(source.columns)];
    default:
      return pivot;
  }
}

function describeColumns(columns: unknown): string[] {
  const all = Object.entries(isObject(columns) ? columns : {});
  const hidden = all.flatMap(([id, column]) => (isObject(column) && column.visible === false ? [id] : []));
  const renamed = all.flatMap(([id, column]) => {
    const name = isObject(column) ? text(column.name) : undefined;
    return name ? [`${id} headed "${name}"`] : [];
  });
  return [...(hidden.length > 0 ? [`hidden ${hidden.join(', ')}`] : []), ...renamed];
}
