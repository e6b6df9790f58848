import { cartesianFields, seriesType, shownFields, stackingOf } from './layout.ts';
import type { ChartField } from './look.ts';
import type { ChartModel } from './read-chart.ts';

/** Notes on what a chart does not show of its query, or shows without a meaning. */
export function lookNotes(model: ChartModel, fields: readonly ChartField[]): readonly string[] {
  return [...unshownNotes(model, fields), ...partNotes(model, fields)];
}

/** Fields of the query that the chart leaves out; tables show all. */
function unshownNotes(model: ChartModel, fields: readonly ChartField[]): readonly string[] {
  const shown = new Set([...shownFields(model), ...model.pivotColumns, ...stepFields(model, fields)]);
  const unshown = fields.filter(({ id }) => !shown.has(id)).map(({ id }) => id);
  if (shown.size === 0 || unshown.length === 0 || model.chart.type === 'table') return [];
  const hasOneRow = model.chart.type === 'big_number' || model.chart.type === 'gauge';
  const isGrouped = fields.some(({ role }) => role === 'dimension');
  return [
    `${unshown.join(', ')}: in the query, and not shown by the chart; x, y and split_by say what it shows.`,
    ...(hasOneRow && isGrouped ? ['it shows the number of the first row alone, which is no total.'] : []),
  ];
}

/** The steps of a funnel are the values of the first dimension, or the metrics of one row; its configuration names neither. */
function stepFields({ chart }: ChartModel, fields: readonly ChartField[]): readonly string[] {
  if (chart.type !== 'funnel') return [];
  const isStep = ({ role }: ChartField) => (chart.config.dataInput === 'row') === (role !== 'dimension');
  const steps = fields.filter(isStep).map(({ id }) => id);
  return chart.config.dataInput === 'row' ? steps : steps.slice(0, 1);
}

/** Values that are drawn as parts of a whole, and are none. */
function partNotes({ chart, pivotColumns }: ChartModel, fields: readonly ChartField[]): readonly string[] {
  const partIds = (): readonly string[] => {
    switch (chart.type) {
      case 'pie':
        return [chart.config.metricId ?? ''];
      case 'treemap':
        return [chart.config.sizeMetricId ?? ''];
      case 'cartesian': {
        const { y } = cartesianFields(chart.config);
        const series = chart.config.eChartsConfig?.series ?? [];
        const canStack = series.some((item) => ['bar', 'area'].includes(seriesType(item)));
        const isStacked = stackingOf(chart.config) !== 'none' && canStack && (y.length > 1 || pivotColumns.length > 0);
        return isStacked ? y : [];
      }
      default:
        return [];
    }
  };
  const parts = fields.filter(({ id }) => partIds().includes(id));
  const averages = parts.filter(({ isAverage }) => isAverage).map(({ id }) => id);
  const units = pivotColumns.length > 0 ? 1 : new Set(parts.map(({ unit }) => unit)).size;
  return [
    ...(averages.length > 0 ? [`${averages.join(', ')} does not add up: sums and shares of it mean nothing.`] : []),
    ...(units > 1 ? ['values of different units are stacked on each other; bar, line and mixed draw them apart.'] : []),
  ];
}
