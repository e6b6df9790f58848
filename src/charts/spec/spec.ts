/**
 * The neutral description of a chart: data and decisions, no functions. The picture and the MCP App draw the same one, so
 * it has to survive JSON.
 */
export type ChartSpec = CartesianSpec | SlicesSpec | NumberSpec | GaugeSpec | HeatmapSpec | TableSpec;

interface SpecBase {
  readonly title: string;
  /** Limits and doubts, shown under the title and repeated in the text of the answer. */
  readonly notes: readonly string[];
  /** Some of the data is not drawn, or only as Other: highest and lowest are of what is drawn. */
  readonly isCut?: boolean;
  /** Page of the chart in Lightdash. */
  readonly url?: string;
  /** Colours of the series in their order, `#rrggbb`. */
  readonly palette?: readonly string[];
}

/** Format of numbers. `digits` are decimals; percent values are fractions (0.12 is 12%). */
export interface ValueFormat {
  readonly style: 'number' | 'currency' | 'percent' | 'id';
  readonly digits?: number;
  /** ISO code, for `currency`. */
  readonly currency?: string;
  readonly prefix?: string;
  readonly suffix?: string;
  /** Written shortened by this power, as in `1.2M`. */
  readonly compact?: 'thousands' | 'millions' | 'billions' | 'trillions';
}

/** Series over one axis of categories, times or numbers. */
export interface CartesianSpec extends SpecBase {
  readonly kind: 'cartesian';
  readonly x: SpecX;
  /** One or two value axes: left (below, if horizontal) and right. */
  readonly axes: readonly SpecAxis[];
  readonly series: readonly SpecSeries[];
  /** Bars lie: x runs down the left side. */
  readonly horizontal?: boolean;
  /** Stacks are drawn as shares of 100 %. */
  readonly percentStack?: boolean;
}

/** The axis that the series share. */
export type SpecX = {
  readonly label: string;
} & (
  | {
      readonly type: 'category';
      /** Full names of the categories or periods. */
      readonly values: readonly string[];
      /** Shorter names for the axis, one for each value: `Jan\n2025`. */
      readonly ticks?: readonly string[];
      /** The last value is what was cut, added up. */
      readonly hasOther?: boolean;
    }
  | { readonly type: 'time' /** Milliseconds since 1970, UTC. */; readonly values: readonly number[] }
  | {
      readonly type: 'number';
      readonly values: readonly number[];
      readonly format: ValueFormat;
      /** Name of each point. */
      readonly names?: readonly string[];
    }
);

/** An axis of values. */
export interface SpecAxis {
  readonly label?: string;
  readonly format: ValueFormat;
  readonly min?: number;
  readonly max?: number;
  readonly inverse?: boolean;
}

/** Form of a series. */
export type SeriesType = 'bar' | 'line' | 'area' | 'scatter';

/** One series of numbers. */
export interface SpecSeries {
  readonly name: string;
  readonly type: SeriesType;
  /** Index into `axes`. */
  readonly axis: 0 | 1;
  /** Series of the same stack are drawn on top of each other. */
  readonly stack?: string;
  readonly format: ValueFormat;
  /** One for each value of x, or null. */
  readonly values: readonly (number | null)[];
  readonly color?: string;
  /** Value labels next to the marks. */
  readonly labels?: boolean;
  readonly smooth?: boolean;
  readonly symbols?: boolean;
  readonly connectNulls?: boolean;
  readonly lines?: readonly ReferenceLine[];
  /** The values add up: a total may be shown. */
  readonly additive?: boolean;
  /** The sum of the series that were cut. */
  readonly isOther?: boolean;
}

/** A line across the chart at a value of the value axis, or at the name of a category. */
export interface ReferenceLine {
  readonly at: number | string;
  readonly on: 'value' | 'category';
  readonly label?: string;
}

/** Parts of a whole (pie, treemap) or steps of a funnel. */
export interface SlicesSpec extends SpecBase {
  readonly kind: 'pie' | 'funnel' | 'treemap';
  readonly label: string;
  readonly valueLabel: string;
  readonly format: ValueFormat;
  readonly slices: readonly { readonly name: string; readonly value: number; readonly color?: string }[];
  readonly donut?: boolean;
  readonly additive?: boolean;
  readonly show?: { readonly value: boolean; readonly percentage: boolean };
}

/** One number, large. */
export interface NumberSpec extends SpecBase {
  readonly kind: 'number';
  readonly label: string;
  /** Undefined if there is no row; a string if the field is not a number. */
  readonly value?: number | string;
  readonly format: ValueFormat;
  readonly comparison?: {
    readonly label: string;
    readonly text: string;
    /** True for a change to the better, false for the worse; undefined if there is none. */
    readonly good?: boolean;
  };
}

/** One number on a scale. */
export interface GaugeSpec extends SpecBase {
  readonly kind: 'gauge';
  readonly label: string;
  readonly value: number;
  readonly format: ValueFormat;
  readonly min: number;
  readonly max: number;
  readonly sections: readonly { readonly from: number; readonly to: number; readonly color: string }[];
}

/** A number for each pair of two groups, as a colour. */
export interface HeatmapSpec extends SpecBase {
  readonly kind: 'heatmap';
  readonly x: { readonly label: string; readonly values: readonly string[]; readonly ticks?: readonly string[] };
  readonly y: { readonly label: string; readonly values: readonly string[] };
  readonly valueLabel: string;
  readonly format: ValueFormat;
  /** Rows of y, each with a value for every x. */
  readonly cells: readonly (readonly (number | null)[])[];
}

/** Rows without a picture: saved tables and kinds of charts that are not drawn here. */
export interface TableSpec extends SpecBase {
  readonly kind: 'table';
  readonly columns: readonly { readonly label: string; readonly format?: ValueFormat }[];
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
}
