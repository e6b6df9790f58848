import type { Explore } from './explore.ts';
import type { FilterRule, MetricQuery } from './metric-query.ts';

export type { CustomFormat, Explore, ExploreField, ExploreJoin, ExploreTable } from './explore.ts';
export { getFieldId } from './explore.ts';
export type {
  AdditionalMetric,
  CustomDimension,
  FilterGroup,
  FilterRule,
  Filters,
  MetricQuery,
  Sort,
  TableCalculation,
} from './metric-query.ts';

/** One cell: `raw` is a number, string, boolean or null; `formatted` is what Lightdash shows ("∅" for null). */
export interface ResultCell {
  readonly value: { readonly raw: unknown; readonly formatted: string };
}
export type ResultRow = Record<string, ResultCell>;

/** What `runQuery`, `runUnderlyingDataQuery` and saved charts answer. */
export interface MetricQueryResults {
  readonly rows: ResultRow[];
  readonly metricQuery: MetricQuery;
  readonly cacheMetadata: { readonly cacheHit: false };
  /** Definitions of the selected fields by id. */
  readonly fields: Record<string, Record<string, unknown>>;
}

/** A body of `runQuery`, `runUnderlyingDataQuery` or `compileQuery`, checked. */
export interface MetricQueryRequest {
  /** To be echoed: unknown keys, `granularity` and `csvLimit` are gone, numbers that came as strings are numbers. */
  readonly metricQuery: MetricQuery;
  readonly options: QueryOptions;
}

export interface QueryOptions {
  /** "Day", "Week", "Month", "Quarter", "Year": replaces the grain of the first selected date dimension. */
  readonly granularity?: string;
  /** Replaces the query's limit; null (CSV only) means as many rows as 100,000 cells allow. */
  readonly csvLimit?: number | null;
}

export interface CsvOptions {
  /** True: raw values; false: formatted ones. */
  readonly onlyRaw: boolean;
  readonly csvLimit?: number | null;
  readonly showTableNames: boolean;
  /** Field ids; columns not named come after, in the query's order. */
  readonly columnOrder: readonly string[];
  readonly customLabels?: Readonly<Record<string, string>>;
  readonly hiddenFields?: readonly string[];
}

export interface CsvFile {
  readonly text: string;
  /** Rows without the heading. */
  readonly rowCount: number;
  /** True when the 100,000-cell limit cut rows off. */
  readonly truncated: boolean;
}

export interface SqlResults {
  /** Column types by name: string, number, boolean, date, timestamp. Empty when there are no rows. */
  readonly fields: Record<string, { readonly type: string }>;
  /** Bare values; dates and timestamps as ISO strings with milliseconds. */
  readonly rows: Record<string, unknown>[];
}

export interface FieldSearch {
  readonly fieldId: string;
  readonly search: string;
  readonly limit: number;
  /** Further rules on other dimensions of the explore (all must hold). */
  readonly filters?: readonly FilterRule[];
}

export interface WarehouseOptions {
  /** The folder with `tables.sql` and `data/*.csv`. */
  readonly dataDir: string;
  /** The clock that relative dates ("in the past 3 months") count from. */
  readonly now?: () => Date;
}

/**
 * The Roastery data in an embedded DuckDB that answers Lightdash's metric queries. Calls may overlap.
 * All methods throw SandboxError as Lightdash would answer.
 */
export interface Warehouse {
  /** Runs a metric query (also underlying data and saved charts). The explore in the path wins over `exploreName`. */
  runMetricQuery(explore: Explore, metricQuery: MetricQuery, options?: QueryOptions): Promise<MetricQueryResults>;
  /** The SQL text, ending in LIMIT, as `compileQuery` answers it. */
  compileMetricQuery(explore: Explore, metricQuery: MetricQuery, options?: QueryOptions): string;
  /** Metric values over the whole query, by metric id; {} without metrics. */
  calculateTotals(explore: Explore, metricQuery: MetricQuery): Promise<Record<string, unknown>>;
  /** The CSV file of a query. */
  runCsv(explore: Explore, metricQuery: MetricQuery, options: CsvOptions): Promise<CsvFile>;
  /** Raw SQL, read-only, one statement. */
  runSql(sql: string): Promise<SqlResults>;
  /** Distinct values of a dimension that contain `search`, sorted: `results` of field search. */
  searchFieldValues(explore: Explore, search: FieldSearch): Promise<{ search: string; results: unknown[] }>;
  close(): Promise<void>;
}

/**
 * Opens DuckDB in memory and loads the data (about 0.15 s).
 * @throws MissingWarehouseEngineError when `@duckdb/node-api` is not installed.
 */
export async function openWarehouse(_options: WarehouseOptions): Promise<Warehouse> {
  throw new Error('in work');
}

/**
 * Checks the body of `runQuery`, `runUnderlyingDataQuery` or `compileQuery` (or the `metricQuery` of calculate-total,
 * with `path` "body.metricQuery").
 * @throws SandboxError 422 ValidateError with the problems keyed by path in `data`, as the real server does.
 */
export function parseMetricQueryRequest(_body: unknown, _path = 'body'): MetricQueryRequest {
  throw new Error('in work');
}
