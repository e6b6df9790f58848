import { cartesianFields, stackingOf, tableColumns } from './layout.ts';
import type { ChartModel } from './read-chart.ts';

/** A chart's layout in words: axes, slices, the big number, columns hidden or renamed. */
export function describeLayout({ chart, pivotColumns }: ChartModel): readonly string[] {
  const pivot = pivotColumns.length > 0 ? [`split by ${pivotColumns.join(', ')}`] : [];
  switch (chart.type) {
    case 'cartesian': {
      const { x, y } = cartesianFields(chart.config);
      const stacking = stackingOf(chart.config);
      return [
        ...phrase('x', x),
        ...phrase('y', y),
        ...pivot,
        ...(stacking === 'none' ? [] : [stacking === 'stack100' ? 'stacked to 100 %' : 'stacked']),
      ];
    }
    case 'pie':
      return [...phrase('slices of', chart.config.metricId), ...phrase('by', chart.config.groupFieldIds)];
    case 'funnel':
      return phrase('steps of', chart.config.fieldId);
    case 'big_number': {
      const { selectedField, label } = chart.config;
      return phrase('shows', selectedField && label ? `${selectedField} as "${label}"` : selectedField);
    }
    case 'treemap':
      return [
        ...phrase('area', chart.config.sizeMetricId),
        ...phrase('colour', chart.config.colorMetricId),
        ...phrase('by', chart.config.groupFieldIds),
      ];
    case 'gauge': {
      const { selectedField, min, max, maxFieldId } = chart.config;
      return [
        ...phrase('shows', selectedField),
        ...(max === undefined ? [] : [`from ${min ?? 0} to ${max}`]),
        ...phrase('up to', maxFieldId),
      ];
    }
    case 'map': {
      const { locationFieldId, latitudeFieldId, longitudeFieldId, valueFieldId } = chart.config;
      const points = [latitudeFieldId, longitudeFieldId].flatMap((id) => id ?? []);
      return [...phrase('places', locationFieldId ?? points), ...phrase('values', valueFieldId)];
    }
    case 'sankey': {
      const { sourceFieldId, targetFieldId, metricFieldId } = chart.config;
      return [...phrase('from', sourceFieldId), ...phrase('to', targetFieldId), ...phrase('width', metricFieldId)];
    }
    case 'table': {
      const { hidden, headings } = tableColumns(chart.config);
      return [...pivot, ...phrase('hidden', hidden), ...[...headings].map(([id, name]) => `${id} headed "${name}"`)];
    }
    case 'custom':
    case 'data_app_viz':
    case 'unknown':
      return pivot;
    default:
      return chart satisfies never;
  }
}

function phrase(word: string, fields: string | readonly string[] | undefined): string[] {
  const shown = typeof fields === 'string' ? fields : (fields ?? []).join(', ');
  return shown === '' ? [] : [`${word} ${shown}`];
}
