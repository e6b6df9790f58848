import { readCell } from '../lightdash/rows/cell.ts';
import type { Row } from '../lightdash/rows/rows.ts';
import type { Column, ResultTable } from '../query/execution/result-table.ts';

/** The facts of a text of rows as data, for programs: the form that the tools' `outputSchema` declares. */
export interface ResultFacts {
  readonly title: string;
  readonly heading?: readonly string[];
  /** Rows of the whole result. */
  readonly rowCount: number;
  /** Position of the first row returned. */
  readonly offset: number;
  readonly columns: readonly ColumnFacts[];
  /** The rows of this page: by column the value as Lightdash sent it, or its formatted text if that was requested. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** The limit that the query ran with; null if it had none. */
  readonly limit: number | null;
  /** True if there may be more rows than the limit let through. */
  readonly limitReached: boolean;
  /** False if the query was not sorted: at a reached limit its rows are arbitrary. */
  readonly sorted?: boolean;
  /** Ids of the columns whose values the chart shows as columns; the rows here are those of the query. */
  readonly pivot?: readonly string[];
  /** Ids of the columns that a table chart hides. */
  readonly hidden?: readonly string[];
  /** Filters that ran, in words. */
  readonly filters: readonly string[];
  /** Warnings, and notes on what was changed, added or not applied. */
  readonly notes: readonly string[];
  /** Arguments of get_query_result for the rows after these; null for the last page. */
  readonly next: { readonly resultId?: string; readonly offset: number } | null;
}

/** Facts of a column; those that are absent are unknown. */
interface ColumnFacts {
  readonly id: string;
  readonly label?: string;
  readonly kind?: string;
  /** Type of the field in the model: `sum`, `string`. */
  readonly type?: string;
  readonly valueType?: string;
  /** Currency or unit: `USD`; `%` for a ratio, whose values are fractions. */
  readonly unit?: string;
  readonly decimals?: number;
  /** Grain of a date. */
  readonly interval?: string;
  /** Filters of the metric, in words. */
  readonly only?: readonly string[];
}

/** Options of a text of rows that its data has as well. */
interface FactsOptions {
  readonly title: string;
  readonly heading?: readonly string[];
  readonly limit?: number | undefined;
  readonly sorted?: boolean;
  readonly filters?: readonly string[];
  readonly notes?: readonly string[];
  readonly format?: 'raw' | 'formatted';
  readonly pivot?: readonly string[];
  readonly hidden?: readonly string[];
  readonly offset?: number;
  readonly resultId?: string | undefined;
}

/** The facts of one page of rows. */
export function resultFacts(
  table: ResultTable,
  options: FactsOptions,
  page: { readonly shown: number; readonly more: boolean },
): ResultFacts {
  const { limit, offset = 0, resultId } = options;
  const total = table.rows.length;
  const isFormatted = options.format === 'formatted';
  const end = offset + page.shown;
  return {
    title: options.title,
    ...(options.heading && options.heading.length > 0 && { heading: options.heading }),
    rowCount: total,
    offset,
    columns: table.columns.map(columnFacts),
    rows: [...table.rows.slice(offset, end)].map((row) => rowValues(row, table.columns, isFormatted)),
    limit: limit ?? null,
    limitReached: limit !== undefined && total >= limit,
    ...(options.sorted !== undefined && { sorted: options.sorted }),
    ...(options.pivot && options.pivot.length > 0 && { pivot: options.pivot }),
    ...(options.hidden && options.hidden.length > 0 && { hidden: options.hidden }),
    filters: options.filters ?? [],
    notes: options.notes ?? [],
    next: page.more ? { ...(resultId !== undefined && { resultId }), offset: end } : null,
  };
}

/** A row as the facts have it. */
export function rowValues(row: Row, columns: readonly Column[], isFormatted: boolean): Record<string, unknown> {
  return Object.fromEntries(
    columns.flatMap(({ id }) => {
      if (!Object.hasOwn(row, id)) return [];
      const { raw, formatted } = readCell(row[id]);
      return [[id, isFormatted && formatted !== undefined ? formatted : (raw ?? null)]];
    }),
  );
}

/** The facts of a column for structured output, without those that it lacks. */
export function columnFacts({ id, label, kind, type, valueType, interval, format, only }: Column): ColumnFacts {
  return {
    id,
    ...(label !== undefined && { label }),
    ...(kind !== undefined && { kind }),
    ...(type !== undefined && { type }),
    ...(valueType !== undefined && { valueType }),
    ...(format.unit !== undefined && { unit: format.unit }),
    ...(format.decimals !== undefined && { decimals: format.decimals }),
    ...(interval !== undefined && { interval }),
    ...(only.length > 0 && { only }),
  };
}
