import { SandboxError } from '../errors.ts';
import type { Release } from '../release/releases.ts';
import { type BuildContext, buildQuery, inPassingGroups } from './build-query.ts';
import { writeCsv } from './csv.ts';
import { defaultSorts } from './default-sorts.ts';
import { type Database, openDatabase, type QueryResult } from './duckdb.ts';
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
import type { MetricQuery } from './metric-query.ts';
import { type ParameterValues, parameterReferences, withParameters } from './parameters.ts';
import { postgresColumnName } from './postgres-dialect.ts';
import type { QueryOptions } from './request.ts';
import type { CsvFile, CsvOptions, MetricQueryResults, SqlResults, WholeResult } from './results.ts';

import type { FieldSearch, Warehouse } from './warehouse.ts';

interface WarehouseOptions {
  /** The folder with `tables.sql` and `data/*.csv`. */
  readonly dataDir: string;
  /** The clock that relative dates ("in the past 3 months") count from. */
  readonly now?: () => Date;
  /** The release whose SQL, filters and formats to use; 0.1366 by default. */
  readonly release?: Release;
}

/**
 * Opens the data in DuckDB, in memory; the first of a process loads it (about 0.15 s).
 * @throws MissingWarehouseEngineError when `@duckdb/node-api` is not installed.
 */
export async function openWarehouse(options: WarehouseOptions): Promise<Warehouse> {
  const { dataDir, now = () => new Date(), release = '0.1366' } = options;
  const database = await openDatabase(dataDir, release === '0.1366' ? 'number' : 'text');
  return new DuckDbWarehouse(database, now, release);
}

class DuckDbWarehouse implements Warehouse {
  readonly #database: Database;
  readonly #now: () => Date;
  readonly #release: Release;
  readonly #isOlder: boolean;

  constructor(database: Database, now: () => Date, release: Release) {
    this.#database = database;
    this.#now = now;
    this.#release = release;
    this.#isOlder = release === '0.1366';
  }

  async runMetricQuery(
    explore: Explore,
    metricQuery: MetricQuery,
    options: QueryOptions = {},
  ): Promise<MetricQueryResults> {
    const { rows, fields } = await this.#runItems(
      explore,
      metricQuery,
      applyLimit(metricQuery, options.csvLimit),
      options,
    );
    return { rows, metricQuery, cacheMetadata: { cacheHit: false }, fields };
  }

  runWhole(explore: Explore, metricQuery: MetricQuery, options: QueryOptions = {}): Promise<WholeResult> {
    return this.#runItems(explore, metricQuery, metricQuery, options);
  }

  fieldsOf(explore: Explore, metricQuery: MetricQuery, options: QueryOptions = {}): Record<string, Item> {
    return getSelectedItems(this.#prepareExplore(explore, metricQuery, options), metricQuery, this.#release);
  }

  compileMetricQuery(explore: Explore, metricQuery: MetricQuery, options: QueryOptions = {}): string {
    const { sql } = buildQuery(
      this.#prepareExplore(explore, metricQuery, options),
      metricQuery,
      this.#contextOf(metricQuery, options),
    );
    return withParameters(sql, options.parameters ?? {}, `explore "${explore.name}"`);
  }

  parametersOf(explore: Explore, metricQuery: MetricQuery, options: QueryOptions = {}): readonly string[] {
    const { sql } = buildQuery(
      this.#prepareExplore(explore, metricQuery, options),
      metricQuery,
      this.#contextOf(metricQuery, options),
    );
    withParameters(sql, options.parameters ?? {}, `explore "${explore.name}"`);
    return parameterReferences(sql);
  }

  readableSql(explore: Explore, metricQuery: MetricQuery, options: QueryOptions = {}) {
    const context = { ...this.#contextOf(metricQuery, options), isLenient: !this.#isOlder };
    const { sql } = buildQuery(this.#prepareExplore(explore, metricQuery, options), metricQuery, context);
    const query = withParameters(sql, options.parameters ?? {}, `explore "${explore.name}"`);
    return { query, parameterReferences: parameterReferences(sql) };
  }

  async calculateTotals(explore: Explore, metricQuery: MetricQuery, options: QueryOptions = {}) {
    if (metricQuery.metrics.length === 0) return {};
    // Measured on 1.219, v1: no totals if a filter is on a metric.
    if (!this.#isOlder && listRules(metricQuery.filters.metrics).length > 0) return {};
    const total: MetricQuery = { ...metricQuery, dimensions: [], sorts: [], tableCalculations: [], limit: 1 };
    const [row = {}] = toRows(await this.#run(explore, total, options));
    return Object.fromEntries(Object.entries(row).map(([id, value]) => [id, toRawValue(undefined, value)]));
  }

  async runTotals(
    explore: Explore,
    metricQuery: MetricQuery,
    by: readonly string[],
    options: QueryOptions = {},
  ): Promise<WholeResult> {
    const context = this.#contextOf(metricQuery, options);
    const preparedExplore = this.#prepareExplore(explore, metricQuery, options);
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
    return this.#runItems(explore, total, total, options, condition);
  }

  async runCsv(explore: Explore, metricQuery: MetricQuery, options: CsvOptions): Promise<CsvFile> {
    const items = getSelectedItems(explore, metricQuery, this.#release);
    const result = await this.#run(explore, applyLimit(metricQuery, options.csvLimit), options.query ?? {});
    const columns = [...new Set(result.columns.map(({ name }) => name))];
    return writeCsv(
      columns.filter((id) => id in items),
      items,
      toRows(result),
      options,
    );
  }

  async runSql(text: string, parameters: ParameterValues = {}): Promise<SqlResults> {
    const sql = this.#isOlder ? text : withParameters(text, parameters, 'the query');
    if (!this.#isOlder) checkLimitedSql(sql);
    const result = await this.#database.query(sql);
    const columns = result.columns.map(({ name, type }) => ({ name: postgresColumnName(name), type }));
    const rows = result.rows.map((row) =>
      Object.fromEntries(columns.map(({ name }, index) => [name, toRawValue(undefined, row[index])])),
    );
    const fields = Object.fromEntries(columns.map(({ name, type }) => [name, { type }]));
    return { fields: rows.length > 0 ? fields : {}, rows };
  }

  async searchFieldValues(explore: Explore, { fieldId, search, limit, filters = [] }: FieldSearch) {
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
    const result = await this.#run(
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
  }

  #contextOf(query: MetricQuery, { timeZone }: QueryOptions): BuildContext {
    return { release: this.#release, now: this.#now(), timeZone: this.#isOlder ? query.timezone : timeZone };
  }

  /** The explore as the query's own grains make it. */
  #prepareExplore(explore: Explore, query: MetricQuery, options: QueryOptions): Explore {
    if (this.#isOlder) return zoomExplore(explore, query, options.granularity);
    return withTodaysGrains(withDateZoom(explore, query.dimensions, options), options.timeZone);
  }

  /** Runs a query whose limit is settled in `limited`, and formats its cells. */
  async #runItems(
    explore: Explore,
    metricQuery: MetricQuery,
    limited: MetricQuery,
    options: QueryOptions,
    extra: Pick<BuildContext, 'condition'> = {},
  ): Promise<WholeResult> {
    const fields = getSelectedItems(this.#prepareExplore(explore, metricQuery, options), metricQuery, this.#release);
    const result = await this.#run(explore, limited, options, extra);
    const zone = this.#isOlder ? undefined : options.timeZone;
    const rows = toRows(result).map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([id, value]) => {
          const formatted = formatItemValue(fields[id], value, this.#release, zone);
          return [id, { value: { raw: toRawValue(fields[id], value, this.#release), formatted } }];
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
  async #run(
    explore: Explore,
    metricQuery: MetricQuery,
    options: QueryOptions,
    extra: Pick<BuildContext, 'condition'> = {},
  ): Promise<QueryResult> {
    if (this.#isOlder) checkTimeZone(metricQuery.timezone);
    const query = this.#isOlder ? metricQuery : { ...metricQuery, sorts: defaultSorts(explore, metricQuery) };
    const context = { ...this.#contextOf(query, options), ...extra };
    const preparedExplore = this.#prepareExplore(explore, query, options);
    const fill = (sql: string) => withParameters(sql, options.parameters ?? {}, `explore "${explore.name}"`);
    const sql = fill(buildQuery(preparedExplore, query, context).sql);
    const integerColumns = await findIntegerColumns(this.#database, preparedExplore, query, context, fill);
    const result = await this.#database.query(
      fill(buildQuery(preparedExplore, query, context, { integerColumns }).sql),
      sql,
    );
    refuseInvalidDates(sql);
    // Postgres selects nothing from a table; DuckDB has to select something.
    const isEmpty = query.dimensions.length === 0 && query.metrics.length === 0 && result.columns[0]?.name === '1';
    return isEmpty ? dropFirstColumn(result) : result;
  }
}
