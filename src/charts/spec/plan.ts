import type { ReferenceLine, SeriesType } from './spec.ts';

type PlanKind = 'cartesian' | 'pie' | 'funnel' | 'treemap' | 'number' | 'heatmap' | 'scatter' | 'table';

/** Decisions about a chart, by column ids; `buildSpec` applies them to the rows. */
export interface ChartPlan {
  readonly kind: PlanKind;
  readonly title: string;
  /** Column along x (categories of a pie, rows of a table). */
  readonly x?: string;
  readonly y: readonly PlannedMetric[];
  /** Columns whose values make one series each. */
  readonly splitBy: readonly string[];
  readonly percentStack?: boolean;
  readonly horizontal?: boolean;
  /** Order of categories: that of the rows, the largest first, by name, or their own (weekdays, numbers, bins). */
  readonly order?: 'rows' | 'value' | 'name' | 'natural';
  readonly style?: SavedStyle;
  readonly notes?: readonly string[];
}

/** A column of numbers, and how it is drawn. */
export interface PlannedMetric {
  readonly column: string;
  readonly type: SeriesType;
  readonly axis: 0 | 1;
  /** Series of a metric with a stack are drawn on top of each other. */
  readonly stack?: string;
  readonly labels?: boolean;
}

/** Settings of a saved chart beyond the plan. */
export interface SavedStyle {
  readonly palette?: readonly string[];
  /** Style of the series of a metric; `pivot` are the raw values of the split columns. */
  series?(column: string, pivot: readonly string[]): SeriesStyle | undefined;
  readonly xLabel?: string;
  /** x runs backwards. */
  readonly reverse?: boolean;
  readonly axes?: readonly AxisStyle[];
  readonly donut?: boolean;
  readonly show?: { readonly value: boolean; readonly percentage: boolean };
  /** Name and colour of a slice or step. */
  slice?(name: string): { readonly name?: string; readonly color?: string } | undefined;
  readonly label?: string;
}

/** `average` is computed over the values that are drawn. */
export type PlannedLine = ReferenceLine | { readonly on: 'average'; readonly label?: string };

/** The style that a saved chart gives one series. */
export interface SeriesStyle {
  readonly name?: string;
  readonly color?: string;
  readonly type?: SeriesType;
  readonly axis?: 0 | 1;
  readonly stack?: string;
  readonly hidden?: boolean;
  readonly labels?: boolean;
  readonly smooth?: boolean;
  readonly symbols?: boolean;
  readonly connectNulls?: boolean;
  readonly lines?: readonly PlannedLine[];
}

interface AxisStyle {
  readonly label?: string;
  readonly min?: number;
  readonly max?: number;
  readonly inverse?: boolean;
}

/** A chart that does not fit the rows; the message says what would. */
export class ChartRefusal extends Error {}
