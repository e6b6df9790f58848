import type { MetricQuery } from './metric-query.ts';
import type { QueryOptions } from './request.ts';

/** One cell: `raw` is a number, string, boolean or null; `formatted` is what Lightdash shows ("∅" for null). */
interface ResultCell {
  readonly value: { readonly raw: unknown; readonly formatted: string };
}
type ResultRow = Record<string, ResultCell>;

/** Result of `runQuery`, `runUnderlyingDataQuery` and saved charts. */
export interface MetricQueryResults {
  readonly rows: ResultRow[];
  readonly metricQuery: MetricQuery;
  readonly cacheMetadata: { readonly cacheHit: false };
  /** Definitions of the selected fields by id. */
  readonly fields: Record<string, Record<string, unknown>>;
}

/** All rows of a query, to be handed out in pages. */
export interface WholeResult {
  readonly rows: ResultRow[];
  readonly fields: Record<string, Record<string, unknown>>;
  /** Types of the columns in the warehouse, by id. */
  readonly columns: Record<string, { readonly type: string; readonly reference: string }>;
}

/** Columns, labels and format of a CSV file. */
export interface CsvOptions {
  /** True: raw values; false: formatted ones. */
  readonly onlyRaw: boolean;
  /** Replaces the query's limit; null means as many rows as 100,000 cells allow. */
  readonly csvLimit?: number | null;
  readonly showTableNames: boolean;
  /** Field ids; columns that it does not name come first, in the query's order. */
  readonly columnOrder: readonly string[];
  readonly customLabels?: Readonly<Record<string, string>>;
  readonly hiddenFields?: readonly string[];
  /** Options of a run. */
  readonly query?: QueryOptions;
}

/** A CSV file with its number of rows. */
export interface CsvFile {
  readonly text: string;
  /** Rows without the heading. */
  readonly rowCount: number;
  /** True when the 100,000-cell limit cut rows off. */
  readonly truncated: boolean;
}

/** Result of SQL that the caller wrote. */
export interface SqlResults {
  /** Column types by name: string, number, boolean, date, timestamp. Empty without rows. */
  readonly fields: Record<string, { readonly type: string }>;
  /** Bare values; dates and timestamps as ISO strings with milliseconds. */
  readonly rows: Record<string, unknown>[];
}
