import type { Explore } from './explore.ts';
import type { Item } from './item-map.ts';
import type { FilterRule, MetricQuery } from './metric-query.ts';
import type { ParameterValues } from './parameters.ts';
import type { QueryOptions } from './request.ts';
import type { CsvFile, CsvOptions, MetricQueryResults, SqlResults, WholeResult } from './results.ts';

/** A search for values of a dimension. */
export interface FieldSearch {
  readonly fieldId: string;
  readonly search: string;
  readonly limit: number;
  /** Further rules (all must hold); those on fields that the explore does not have are left out. */
  readonly filters?: readonly FilterRule[];
}

/**
 * The Roastery data in an embedded DuckDB that answers Lightdash's metric queries. Calls may overlap.
 * All methods throw SandboxError as Lightdash would answer.
 */
export interface Warehouse {
  /** Runs a metric query (also underlying data and saved charts). The explore in the path wins over `exploreName`. */
  runMetricQuery(explore: Explore, metricQuery: MetricQuery, options?: QueryOptions): Promise<MetricQueryResults>;
  /** The same as a result to read in pages: with the columns' types, and with no ceiling on its limit. */
  runWhole(explore: Explore, metricQuery: MetricQuery, options?: QueryOptions): Promise<WholeResult>;
  /** Definitions of the fields that a query selects, by id. */
  fieldsOf(explore: Explore, metricQuery: MetricQuery, options?: QueryOptions): Record<string, Item>;
  /** The SQL text, ending in LIMIT, as `compileQuery` answers it. */
  compileMetricQuery(explore: Explore, metricQuery: MetricQuery, options?: QueryOptions): string;
  /** The parameters that a query refers to; throws what compiling it throws. */
  parametersOf(explore: Explore, metricQuery: MetricQuery, options?: QueryOptions): readonly string[];
  /** The same SQL to show: parts that do not compile are left out or noted in a comment (1.219). */
  readableSql(
    explore: Explore,
    metricQuery: MetricQuery,
    options?: QueryOptions,
  ): { readonly query: string; readonly parameterReferences: readonly string[] };
  /** Metric values over the whole query, by metric id; {} without metrics. */
  calculateTotals(explore: Explore, metricQuery: MetricQuery, options?: QueryOptions): Promise<Record<string, unknown>>;
  /**
   * The metrics of a query over the groups that pass its filters on metrics, as v2 of 1.219 totals them.
   * @param by dimensions that stay; none for a grand total
   */
  runTotals(
    explore: Explore,
    metricQuery: MetricQuery,
    by: readonly string[],
    options?: QueryOptions,
  ): Promise<WholeResult>;
  /** The CSV file of a query. */
  runCsv(explore: Explore, metricQuery: MetricQuery, options: CsvOptions): Promise<CsvFile>;
  /** Raw SQL, read-only, one statement. */
  runSql(sql: string, parameters?: ParameterValues): Promise<SqlResults>;
  /** Distinct values of a dimension that contain `search`, sorted: what field search answers. */
  searchFieldValues(explore: Explore, search: FieldSearch): Promise<{ search: string; results: unknown[] }>;
}
