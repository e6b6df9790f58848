import { seriesKey, seriesType } from '../config/layout.ts';
import type { CartesianConfig, CartesianSeries } from '../config/schemas.ts';
import type { PlannedLine, SavedStyle, SeriesStyle } from './plan.ts';

/** Styles of a saved chart's series by metric and pivot values. A value that is new since it was saved looks like its sisters. */
export function savedSeriesStyle(
  config: CartesianConfig,
  pivotColumns: readonly string[],
): NonNullable<SavedStyle['series']> {
  const { layout, eChartsConfig, metadata } = config;
  const saved = eChartsConfig?.series ?? [];
  const byReference = new Map(saved.map((series) => [referenceOf(series, pivotColumns), series]));
  const selected = eChartsConfig?.legend?.selected ?? {};
  return (column, pivot): SeriesStyle => {
    const exact = byReference.get(JSON.stringify([column, ...pivot]));
    const like = exact ?? saved.find(({ encode }) => encode?.yRef?.field === column);
    if (!like) return {};
    const color = exact?.color ?? metadata?.[(exact && seriesKey(exact)) ?? '']?.color;
    const name = exact?.name;
    const isHidden = exact?.hidden || exact?.isFilteredOut || (name !== undefined && selected[name] === false);
    const lines = linesOf(exact, layout?.flipAxes === true);
    return {
      type: seriesType(like),
      axis: like.yAxisIndex === 1 ? 1 : 0,
      ...(name !== undefined && { name }),
      ...(color !== undefined && { color }),
      ...(isHidden && { hidden: true }),
      ...(like.label?.show !== undefined && { labels: like.label.show }),
      ...(like.smooth && { smooth: true }),
      ...(like.showSymbol !== undefined && { symbols: like.showSymbol }),
      ...(layout?.connectNulls && { connectNulls: true }),
      ...(lines.length > 0 && { lines }),
    };
  };
}

/** Values are compared as text: they are saved as strings, numbers, booleans or null. */
function referenceOf({ encode }: CartesianSeries, pivotColumns: readonly string[]): string {
  const { field, pivotValues = [] } = encode?.yRef ?? {};
  const values = pivotColumns.flatMap((id) => {
    const pivot = pivotValues.find((pivotValue) => pivotValue.field === id);
    return pivot ? [String(pivot.value)] : [];
  });
  return JSON.stringify([field, ...values]);
}

function linesOf(series: CartesianSeries | undefined, isFlipped: boolean): readonly PlannedLine[] {
  return (series?.markLine?.data ?? []).flatMap((line): PlannedLine[] => {
    const label = line.name === undefined ? {} : { label: line.name };
    if (line.dynamicValue === 'average') return [{ on: 'average', ...label }];
    const [onValue, onCategory] = isFlipped ? [line.xAxis, line.yAxis] : [line.yAxis, line.xAxis];
    const value = onValue === undefined ? Number.NaN : Number(onValue);
    if (Number.isFinite(value)) return [{ on: 'value', at: value, ...label }];
    return onCategory === undefined ? [] : [{ on: 'category', at: String(onCategory), ...label }];
  });
}
