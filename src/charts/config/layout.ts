import type { ChartModel } from './read-chart.ts';
import type { CartesianConfig, CartesianSeries, TableConfig } from './schemas.ts';

/** `stack100` shows shares of a whole. */
export type Stacking = 'none' | 'stack' | 'stack100';

/** The x and y fields of a cartesian chart: those of its layout, else those that its series refer to. */
export function cartesianFields({ layout, eChartsConfig }: CartesianConfig): {
  readonly x: string | undefined;
  readonly y: readonly string[];
} {
  const series = eChartsConfig?.series ?? [];
  const referred = series.flatMap(({ encode }) => encode?.yRef?.field ?? []);
  return {
    x: layout?.xField ?? series.find(({ encode }) => encode?.xRef)?.encode?.xRef?.field,
    y: layout?.yField && layout.yField.length > 0 ? layout.yField : [...new Set(referred)],
  };
}

/**
 * Stacking of bars and areas. `layout.stack` is a boolean or one of `none`, `stack`, `stack100`; without it, series
 * that name a stack are stacked.
 */
export function stackingOf({ layout, eChartsConfig }: CartesianConfig): Stacking {
  const stack = layout?.stack;
  if (stack === 'stack100') return 'stack100';
  if (stack === undefined) return eChartsConfig?.series?.some((item) => item.stack) ? 'stack' : 'none';
  return stack === false || stack === 'none' ? 'none' : 'stack';
}

/** The look of one series: an area is a line with a filled area. */
export function seriesType({ type, areaStyle }: CartesianSeries): 'bar' | 'line' | 'area' | 'scatter' {
  if (areaStyle || type === 'area') return 'area';
  return type === 'line' || type === 'scatter' ? type : 'bar';
}

/**
 * The key of a series in `metadata`, and of a pivoted column: its field, then each pivot field and value, joined by dots
 * (`orders_order_count.orders_channel.web`).
 */
export function seriesKey({ encode }: CartesianSeries): string | undefined {
  const reference = encode?.yRef;
  if (!reference) return undefined;
  return [reference.field, ...(reference.pivotValues ?? []).map(({ field, value }) => `${field}.${value}`)].join('.');
}

/** The columns that a table hides, and the headings it gives, by field id. */
export function tableColumns({ columns }: TableConfig): {
  readonly hidden: readonly string[];
  readonly headings: ReadonlyMap<string, string>;
} {
  const all = Object.entries(columns ?? {});
  return {
    hidden: all.flatMap(([id, { visible }]) => (visible === false ? [id] : [])),
    headings: new Map(all.flatMap(([id, { name }]) => (name === undefined ? [] : [[id, name] as const]))),
  };
}

/** Field ids that the chart shows, without those of its query that it leaves out. Empty if its configuration names none. */
export function shownFields({ chart, pivotColumns }: ChartModel): readonly string[] {
  const named = (): readonly (string | undefined)[] => {
    switch (chart.type) {
      case 'cartesian': {
        const { x, y } = cartesianFields(chart.config);
        return [x, ...y, ...pivotColumns];
      }
      case 'pie':
        return [...(chart.config.groupFieldIds ?? []), chart.config.metricId];
      case 'funnel':
        return [chart.config.fieldId];
      case 'big_number':
        return [chart.config.selectedField, chart.config.comparisonField];
      case 'treemap':
        return [...(chart.config.groupFieldIds ?? []), chart.config.sizeMetricId, chart.config.colorMetricId];
      case 'gauge':
        return [chart.config.selectedField, chart.config.maxFieldId];
      case 'map': {
        const { locationFieldId, latitudeFieldId, longitudeFieldId, valueFieldId, sizeFieldId } = chart.config;
        return [locationFieldId, latitudeFieldId, longitudeFieldId, valueFieldId, sizeFieldId];
      }
      case 'sankey':
        return [chart.config.sourceFieldId, chart.config.targetFieldId, chart.config.metricFieldId];
      case 'table':
      case 'custom':
      case 'data_app_viz':
      case 'unknown':
        return [];
      default:
        return chart satisfies never;
    }
  };
  return [...new Set(named().flatMap((id) => id ?? []))];
}
