import type { CustomFormat } from './explore.ts';

/** A metric query as Lightdash stores it in charts and echoes it with results. Field ids are `table_field`. */
export interface MetricQuery {
  readonly exploreName: string;
  readonly dimensions: readonly string[];
  readonly metrics: readonly string[];
  /** Validated only as "an object": what is inside is checked when the query is compiled. */
  readonly filters: Filters;
  readonly sorts: readonly Sort[];
  readonly limit: number;
  readonly tableCalculations: readonly TableCalculation[];
  readonly additionalMetrics?: readonly AdditionalMetric[];
  readonly customDimensions?: readonly CustomDimension[];
  readonly timezone?: string | null;
  readonly metadata?: unknown;
  /** Other formats for single fields (1.219). */
  readonly metricOverrides?: FormatOverrides;
  readonly dimensionOverrides?: FormatOverrides;
}

/** Formats of metrics that a query changes, by field id. */
export type FormatOverrides = Readonly<Record<string, unknown>>;

/** Filters of a query, by kind of field. */
export interface Filters {
  readonly dimensions?: FilterGroup;
  readonly metrics?: FilterGroup;
  readonly tableCalculations?: FilterGroup;
}

/** A group has `and` or `or`; groups nest. */
export interface FilterGroup {
  readonly id?: string;
  readonly and?: readonly (FilterGroup | FilterRule)[];
  readonly or?: readonly (FilterGroup | FilterRule)[];
}

/** One rule of a filter. */
export interface FilterRule {
  readonly id?: string;
  readonly target: { readonly fieldId: string; readonly [key: string]: unknown };
  readonly operator: string;
  readonly values?: readonly unknown[];
  readonly settings?: { readonly unitOfTime?: string; readonly completed?: boolean };
  readonly disabled?: boolean;
  /** On 1.219 false ignores the case of text. */
  readonly caseSensitive?: boolean;
}

/** One sort of a query. */
export interface Sort {
  readonly fieldId: string;
  readonly descending: boolean;
  /** Since 1.219. */
  readonly nullsFirst?: boolean;
}

/** A calculation over the rows of a result, in SQL or as a formula. */
export interface TableCalculation {
  readonly name: string;
  readonly displayName: string;
  /** References are `${table.field}`; absent if there is a template or a formula (1.219). */
  readonly sql?: string | undefined;
  readonly template?: unknown;
  /** `=orders_order_count * 2` */
  readonly formula?: string | undefined;
  readonly type?: string;
  readonly format?: CustomFormat;
  readonly [key: string]: unknown;
}

/** A metric that is defined in the query. */
export interface AdditionalMetric {
  readonly table: string;
  readonly name: string;
  readonly label?: string;
  readonly type: string;
  readonly sql: string;
  /** Rules whose target is `{fieldRef: "table.field"}`. */
  readonly filters?: readonly MetricFilterRule[];
  readonly percentile?: number;
  readonly [key: string]: unknown;
}

interface MetricFilterRule extends Omit<FilterRule, 'target'> {
  readonly target: { readonly fieldRef: string };
}

/** A custom dimension of bins. */
export interface BinDimension {
  readonly type: 'bin';
  readonly id: string;
  readonly name: string;
  readonly table: string;
  readonly dimensionId: string;
  readonly binType: 'fixed_number' | 'fixed_width' | 'custom_range' | 'custom_group';
  readonly binNumber?: number;
  readonly binWidth?: number;
  /** `from` inclusive, `to` exclusive; either may be absent at the ends. */
  readonly customRange?: readonly { readonly from?: number; readonly to?: number }[];
}

/** A custom dimension in SQL. */
export interface SqlDimension {
  readonly type: 'sql';
  readonly id: string;
  readonly name: string;
  readonly table: string;
  readonly sql: string;
  readonly dimensionType: string;
}

/** A dimension that is defined in the query. */
export type CustomDimension = BinDimension | SqlDimension;
