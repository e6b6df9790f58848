import { SandboxError, unexpectedServerError } from '../errors.ts';
import { buildQuery } from './build-query.ts';
import { CSV_CELLS_LIMIT, writeCsv } from './csv.ts';
import { type Database, openDatabase, type QueryResult } from './duckdb.ts';
import { type Explore, getFieldId } from './explore.ts';
import { listDimensions, listMetrics } from './fields.ts';
import { formatItemValue, toRawValue } from './formatting.ts';
import { zoomExplore } from './granularity.ts';
import { getSelectedItems, type Item } from './item-map.ts';
import type { FilterRule, MetricQuery } from './metric-query.ts';
import { postgresColumnName } from './postgres-dialect.ts';
import { zoneOffset } from './relative-dates.ts';
import type { QueryOptions } from './request.ts';
import type { CsvFile, CsvOptions, MetricQueryResults, SqlResults, WholeResult } from './results.ts';
import { lineAndCharacter } from './warehouse-error.ts';

export type { CustomFormat, Explore, ExploreField, ExploreJoin, ExploreTable } from './explore.ts';
export { getFieldId } from './explore.ts';
export { findZoomedDimension } from './granularity.ts';
export type * from './metric-query.ts';
export { type MetricQueryRequest, parseMetricQueryRequest, type QueryOptions } from './request.ts';
export type * from './results.ts';

/** LIGHTDASH_QUERY_MAX_LIMIT of the recorded server. */
const MAXIMUM_LIMIT = 5000;

export interface FieldSearch {
  readonly fieldId: string;
  readonly search: string;
  readonly limit: number;
  /** Further rules (all must hold); those on fields that the explore does not have are left out. */
  readonly filters?: readonly FilterRule[];
}

export interface WarehouseOptions {
  /** The folder with `tables.sql` and `data/*.csv`. */
  readonly dataDir: string;
  /** The clock that relative dates ("in the past 3 months") count from. */
  readonly now?: () => Date;
  /** How integers of 64 bits and more are told: as numbers (0.1366) or as text (1.219). */
  readonly bigInts?: 'number' | 'text';
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
  /** Metric values over the whole query, by metric id; {} without metrics. */
  calculateTotals(explore: Explore, metricQuery: MetricQuery): Promise<Record<string, unknown>>;
  /** The CSV file of a query. */
  runCsv(explore: Explore, metricQuery: MetricQuery, options: CsvOptions): Promise<CsvFile>;
  /** Raw SQL, read-only, one statement. */
  runSql(sql: string): Promise<SqlResults>;
  /** Distinct values of a dimension that contain `search`, sorted: what field search answers. */
  searchFieldValues(explore: Explore, search: FieldSearch): Promise<{ search: string; results: unknown[] }>;
  close(): void;
}

/**
 * Opens DuckDB in memory and loads the data (about 0.15 s).
 * @throws MissingWarehouseEngineError when `@duckdb/node-api` is not installed.
 */
export async function openWarehouse(options: WarehouseOptions): Promise<Warehouse> {
  const { dataDir, now = () => new Date(), bigInts } = options;
  const database = await openDatabase(dataDir, bigInts);

  return {
    async runMetricQuery(explore, metricQuery, options = {}) {
      const { rows, fields } = await runItems(explore, metricQuery, applyLimit(metricQuery, options.csvLimit), options);
      return { rows, metricQuery, cacheMetadata: { cacheHit: false }, fields };
    },

    runWhole: (explore, metricQuery, options = {}) => runItems(explore, metricQuery, metricQuery, options),

    fieldsOf: (explore, metricQuery, options = {}) =>
      getSelectedItems(zoomExplore(explore, metricQuery, options.granularity), metricQuery),

    compileMetricQuery(explore, metricQuery, options = {}) {
      return buildQuery(zoomExplore(explore, metricQuery, options.granularity), metricQuery, now()).sql;
    },

    async calculateTotals(explore, metricQuery) {
      if (metricQuery.metrics.length === 0) return {};
      const total: MetricQuery = { ...metricQuery, dimensions: [], sorts: [], tableCalculations: [], limit: 1 };
      const [row = {}] = toRows(await run(explore, total));
      return Object.fromEntries(Object.entries(row).map(([id, value]) => [id, toRawValue(undefined, value)]));
    },

    async runCsv(explore, metricQuery, options) {
      const items = getSelectedItems(explore, metricQuery);
      const result = await run(explore, applyLimit(metricQuery, options.csvLimit));
      const columns = [...new Set(result.columns.map(({ name }) => name))];
      return writeCsv(
        columns.filter((id) => id in items),
        items,
        toRows(result),
        options,
      );
    },

    async runSql(sql) {
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
      const known = new Set(listDimensions(explore).map(getFieldId));
      if (!known.has(fieldId)) {
        const metric = listMetrics(explore).find((field) => getFieldId(field) === fieldId);
        if (!metric) throw new SandboxError(404, 'NotExistsError', `Can't dimension with id: ${fieldId}`);
        throw new SandboxError(
          400,
          'ParameterError',
          `Searching by field is only available for dimensions, but ${fieldId} is a ${metric.type}`,
        );
      }
      const rules = filters.filter((rule) => known.has(rule.target.fieldId));
      const result = await run(explore, {
        exploreName: explore.name,
        dimensions: [fieldId],
        metrics: [],
        filters: {
          dimensions: { and: [{ target: { fieldId }, operator: 'include', values: [search] }, ...rules] },
        },
        sorts: [{ fieldId, descending: false }],
        limit,
        tableCalculations: [],
      });
      return { search, results: result.rows.map(([value]) => toRawValue(undefined, value)) };
    },

    close: () => database.close(),
  };

  /** Runs a query whose limit is settled in `limited`, and formats its cells. */
  async function runItems(
    explore: Explore,
    metricQuery: MetricQuery,
    limited: MetricQuery,
    { granularity }: QueryOptions,
  ): Promise<WholeResult> {
    const zoomed = zoomExplore(explore, metricQuery, granularity);
    const fields = getSelectedItems(zoomed, metricQuery);
    const result = await run(zoomed, limited);
    const rows = toRows(result).map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([id, value]) => [
          id,
          { value: { raw: toRawValue(fields[id], value), formatted: formatItemValue(fields[id], value) } },
        ]),
      ),
    );
    const columns = Object.fromEntries(result.columns.map(({ name, type }) => [name, { type, reference: name }]));
    return { rows, fields, columns };
  }

  /** Runs a query whose limit is settled. */
  async function run(explore: Explore, query: MetricQuery): Promise<QueryResult> {
    checkTimeZone(query.timezone);
    const time = now();
    const { sql } = buildQuery(explore, query, time);
    const integerColumns = await findIntegerColumns(database, explore, query, time);
    const result = await database.query(buildQuery(explore, query, time, { integerColumns }).sql, sql);
    refuseInvalidDates(sql);
    // Postgres selects nothing from a table; DuckDB has to select something.
    const isEmpty = query.dimensions.length === 0 && query.metrics.length === 0 && result.columns[0]?.name === '1';
    return isEmpty ? dropFirstColumn(result) : result;
  }
}

/** The sums that table calculations compute with: integers in Postgres, so that their division truncates. */
async function findIntegerColumns(database: Database, explore: Explore, query: MetricQuery, now: Date) {
  if (query.tableCalculations.length === 0) return [];
  const { metricsSql } = buildQuery(explore, query, now, { integerColumns: [] });
  const { columns } = await database.query(`select * from (\n${metricsSql}\n) as metrics limit 0`, metricsSql);
  return columns.filter(({ sqlType }) => sqlType === 'HUGEINT').map(({ name }) => name);
}

/** Lightdash sets the session's time zone before the query, and stumbles when there is no such zone. */
function checkTimeZone(timeZone: string | null | undefined): void {
  if (!timeZone) return;
  try {
    zoneOffset(new Date(), timeZone);
  } catch {
    throw unexpectedServerError();
  }
}

/** Postgres reads every literal; DuckDB those that it comes to: not the second bound when the first leaves no rows. */
function refuseInvalidDates(sql: string): void {
  const literal = /(?<=[<>=] \()'Invalid date'/.exec(sql);
  if (!literal) return;
  const message = 'invalid input syntax for type timestamp: "Invalid date"';
  throw new SandboxError(400, 'WarehouseQueryError', message, lineAndCharacter(sql, literal.index));
}

function dropFirstColumn({ columns, rows }: QueryResult): QueryResult {
  return { columns: columns.slice(1), rows: rows.map((row) => row.slice(1)) };
}

function toRows({ columns, rows }: QueryResult): Record<string, unknown>[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));
}

/** @throws SandboxError 400 ParameterError: Lightdash refuses a high limit rather than cutting it. */
function applyLimit(query: MetricQuery, csvLimit: number | null | undefined): MetricQuery {
  if (csvLimit === undefined) {
    if (query.limit > MAXIMUM_LIMIT) throw limitError();
    return query;
  }
  const columns = query.dimensions.length + query.metrics.length + query.tableCalculations.length;
  if (columns === 0) {
    throw new SandboxError(400, 'ParameterError', 'Query must have at least one dimension or metric');
  }
  const maximum = Math.floor(CSV_CELLS_LIMIT / columns);
  return { ...query, limit: csvLimit === null ? maximum : Math.min(csvLimit, maximum) };
}

function limitError(): SandboxError {
  return new SandboxError(400, 'ParameterError', `Query limit can not exceed ${MAXIMUM_LIMIT}`);
}
