import { SandboxError } from '../errors.ts';
import type { Release } from '../release/releases.ts';
import { type BuildContext, buildQuery, inPassingGroups } from './build-query.ts';
import { writeCsv } from './csv.ts';
import { defaultSorts } from './default-sorts.ts';
import { openDatabase, type QueryResult } from './duckdb.ts';
import {
  applyLimit,
  checkLimitedSql,
  checkTimeZone,
  dropFirstColumn,
  findIntegerColumns,
  limitError,
  MAXIMUM_LIMIT,
  refuseInvalidDates,
  toRows,
} from './execution.ts';
import { type Explore, getFieldId } from './explore.ts';
import { listDimensions, listMetrics } from './fields.ts';
import { listRules } from './filter-groups.ts';
import { formatItemValue, toRawValue } from './formatting.ts';
import { withDateZoom, withTodaysGrains } from './grains.ts';
import { zoomExplore } from './granularity.ts';
import { getSelectedItems, type Item } from './item-map.ts';
import type { FilterRule, MetricQuery } from './metric-query.ts';
import { type ParameterValues, parameterReferences, withParameters } from './parameters.ts';
import { postgresColumnName } from './postgres-dialect.ts';
import type { QueryOptions } from './request.ts';
import type { CsvFile, CsvOptions, MetricQueryResults, SqlResults, WholeResult } from './results.ts';

export type { Explore, ExploreField, ExploreTable } from './explore.ts';
export { getFieldId } from './explore.ts';

export type * from './metric-query.ts';
export { type ParameterValue, type ParameterValues, parameterReferences } from './parameters.ts';
export { parseMetricQueryRequest, type QueryOptions } from './request.ts';
export type * from './results.ts';
export { withColumnRules } from './sql-filters.ts';

interface FieldSearch {
  readonly fieldId: string;
  readonly search: string;
  readonly limit: number;
  /** Further rules (all must hold); those on fields that the explore does not have are left out. */
  readonly filters?: readonly FilterRule[];
}

interface WarehouseOptions {
  /** The folder with `tables.sql` and `data/*.csv`. */
  readonly dataDir: string;
  /** The clock that relative dates ("in the past 3 months") count from. */
  readonly now?: () => Date;
  /** The release whose SQL, filters and formats to use; 0.1366 by default. */
  readonly release?: Release;
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

/**
 * Opens the data in DuckDB, in memory; the first of a process loads it (about 0.15 s).
 * @throws MissingWarehouseEngineError when `@duckdb/node-api` is not installed.
 */
export async function openWarehouse(options: WarehouseOptions): Promise<Warehouse> {
  const { dataDir, now = () => new Date(), release = '0.1366' } = options;
  const isOlder = release === '0.1366';
  const database = await openDatabase(dataDir, isOlder ? 'number' : 'text');

  return {
    async runMetricQuery(explore, metricQuery, options = {}) {
      const { rows, fields } = await runItems(explore, metricQuery, applyLimit(metricQuery, options.csvLimit), options);
      return { rows, metricQuery, cacheMetadata: { cacheHit: false }, fields };
    },

    runWhole: (explore, metricQuery, options = {}) => runItems(explore, metricQuery, metricQuery, options),

    fieldsOf: (explore, metricQuery, options = {}) =>
      getSelectedItems(prepareExplore(explore, metricQuery, options), metricQuery, release),

    compileMetricQuery(explore, metricQuery, options = {}) {
      const { sql } = buildQuery(
        prepareExplore(explore, metricQuery, options),
        metricQuery,
        contextOf(metricQuery, options),
      );
      return withParameters(sql, options.parameters ?? {}, `explore "${explore.name}"`);
    },

    parametersOf(explore, metricQuery, options = {}) {
      const { sql } = buildQuery(
        prepareExplore(explore, metricQuery, options),
        metricQuery,
        contextOf(metricQuery, options),
      );
      withParameters(sql, options.parameters ?? {}, `explore "${explore.name}"`);
      return parameterReferences(sql);
    },

    readableSql(explore, metricQuery, options = {}) {
      const context = { ...contextOf(metricQuery, options), isLenient: !isOlder };
      const { sql } = buildQuery(prepareExplore(explore, metricQuery, options), metricQuery, context);
      const query = withParameters(sql, options.parameters ?? {}, `explore "${explore.name}"`);
      return { query, parameterReferences: parameterReferences(sql) };
    },

    async calculateTotals(explore, metricQuery, options = {}) {
      if (metricQuery.metrics.length === 0) return {};
      // Measured on 1.219, v1: no totals if a filter is on a metric.
      if (!isOlder && listRules(metricQuery.filters.metrics).length > 0) return {};
      const total: MetricQuery = { ...metricQuery, dimensions: [], sorts: [], tableCalculations: [], limit: 1 };
      const [row = {}] = toRows(await run(explore, total, options));
      return Object.fromEntries(Object.entries(row).map(([id, value]) => [id, toRawValue(undefined, value)]));
    },

    async runTotals(explore, metricQuery, by, options = {}) {
      const context = contextOf(metricQuery, options);
      const preparedExplore = prepareExplore(explore, metricQuery, options);
      const isFiltered = listRules(metricQuery.filters.metrics).length > 0;
      const condition = isFiltered ? { condition: inPassingGroups(preparedExplore, metricQuery, context) } : {};
      const { dimensions, tableCalculations: _, ...filters } = metricQuery.filters;
      const total: MetricQuery = {
        ...metricQuery,
        dimensions: by,
        filters: { ...filters, ...(dimensions ? { dimensions } : {}), metrics: { and: [] } },
        sorts: [],
        tableCalculations: [],
        limit: by.length === 0 ? 1 : metricQuery.limit,
      };
      return runItems(explore, total, total, options, condition);
    },

    async runCsv(explore, metricQuery, options) {
      const items = getSelectedItems(explore, metricQuery, release);
      const result = await run(explore, applyLimit(metricQuery, options.csvLimit), options.query ?? {});
      const columns = [...new Set(result.columns.map(({ name }) => name))];
      return writeCsv(
        columns.filter((id) => id in items),
        items,
        toRows(result),
        options,
      );
    },

    async runSql(text, parameters = {}) {
      const sql = isOlder ? text : withParameters(text, parameters, 'the query');
      if (!isOlder) checkLimitedSql(sql);
      const result = await database.query(sql);
      const columns = result.columns.map(({ name, type }) => ({ name: postgresColumnName(name), type }));
      const rows = result.rows.map((row) =>
        Object.fromEntries(columns.map(({ name }, index) => [name, toRawValue(undefined, row[index])])),
      );
      const fields = Object.fromEntries(columns.map(({ name, type }) => [name, { type }]));
      return { fields: rows.length > 0 ? fields : {}, rows };
    },

    async searchFieldValues(explore, { fieldId, search, limit, filters = [] }) {
      if (limit > MAXIMUM_LIMIT) throw limitError();
      const dimensionIds = new Set(listDimensions(explore).map(getFieldId));
      if (!dimensionIds.has(fieldId)) {
        const metric = listMetrics(explore).find((field) => getFieldId(field) === fieldId);
        if (!metric) throw new SandboxError(404, 'NotExistsError', `Can't dimension with id: ${fieldId}`);
        throw new SandboxError(
          400,
          'ParameterError',
          `Searching by field is only available for dimensions, but ${fieldId} is a ${metric.type}`,
        );
      }
      const rules = filters.filter((rule) => dimensionIds.has(rule.target.fieldId));
      const result = await run(
        explore,
        {
          exploreName: explore.name,
          dimensions: [fieldId],
          metrics: [],
          filters: {
            dimensions: {
              and: [{ target: { fieldId }, operator: 'include', values: [search], caseSensitive: false }, ...rules],
            },
          },
          sorts: [{ fieldId, descending: false }],
          limit,
          tableCalculations: [],
        },
        {},
      );
      return { search, results: result.rows.map(([value]) => toRawValue(undefined, value)) };
    },
  };

  function contextOf(query: MetricQuery, { timeZone }: QueryOptions): BuildContext {
    return { release, now: now(), timeZone: isOlder ? query.timezone : timeZone };
  }

  /** The explore as the query's own grains make it. */
  function prepareExplore(explore: Explore, query: MetricQuery, options: QueryOptions): Explore {
    if (isOlder) return zoomExplore(explore, query, options.granularity);
    return withTodaysGrains(withDateZoom(explore, query.dimensions, options), options.timeZone);
  }

  /** Runs a query whose limit is settled in `limited`, and formats its cells. */
  async function runItems(
    explore: Explore,
    metricQuery: MetricQuery,
    limited: MetricQuery,
    options: QueryOptions,
    extra: Pick<BuildContext, 'condition'> = {},
  ): Promise<WholeResult> {
    const fields = getSelectedItems(prepareExplore(explore, metricQuery, options), metricQuery, release);
    const result = await run(explore, limited, options, extra);
    const zone = isOlder ? undefined : options.timeZone;
    const rows = toRows(result).map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([id, value]) => {
          const formatted = formatItemValue(fields[id], value, release, zone);
          return [id, { value: { raw: toRawValue(fields[id], value, release), formatted } }];
        }),
      ),
    );
    const columns = result.columns.map(({ name, type }): [string, { type: string; reference: string }] => [
      name,
      { type, reference: name },
    ]);
    return { rows, fields, columns: Object.fromEntries(columns) };
  }

  /** Runs a query whose limit is settled. */
  async function run(
    explore: Explore,
    metricQuery: MetricQuery,
    options: QueryOptions,
    extra: Pick<BuildContext, 'condition'> = {},
  ): Promise<QueryResult> {
    if (isOlder) checkTimeZone(metricQuery.timezone);
    const query = isOlder ? metricQuery : { ...metricQuery, sorts: defaultSorts(explore, metricQuery) };
    const context = { ...contextOf(query, options), ...extra };
    const preparedExplore = prepareExplore(explore, query, options);
    const fill = (sql: string) => withParameters(sql, options.parameters ?? {}, `explore "${explore.name}"`);
    const sql = fill(buildQuery(preparedExplore, query, context).sql);
    const integerColumns = await findIntegerColumns(database, preparedExplore, query, context, fill);
    const result = await database.query(fill(buildQuery(preparedExplore, query, context, { integerColumns }).sql), sql);
    refuseInvalidDates(sql);
    // Postgres selects nothing from a table; DuckDB has to select something.
    const isEmpty = query.dimensions.length === 0 && query.metrics.length === 0 && result.columns[0]?.name === '1';
    return isEmpty ? dropFirstColumn(result) : result;
  }
}
