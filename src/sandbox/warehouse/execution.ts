import { SandboxError, unexpectedServerError } from '../errors.ts';
import { type BuildContext, buildQuery } from './build-query.ts';
import { CSV_CELLS_LIMIT } from './csv.ts';
import type { Database, QueryResult } from './duckdb.ts';
import type { Explore } from './explore.ts';
import type { MetricQuery } from './metric-query.ts';
import { findSecondStatement } from './postgres-dialect.ts';
import { zoneOffset } from './relative-dates.ts';
import { lineAndCharacter } from './warehouse-error.ts';

/** LIGHTDASH_QUERY_MAX_LIMIT of the recorded servers. */
export const MAXIMUM_LIMIT = 5000;

/**
 * Refuses what 1.219 cannot limit: it adds LIMIT after the SQL to see its columns.
 * @throws SandboxError 400 WarehouseQueryError
 */
export function checkLimitedSql(sql: string): void {
  if (findSecondStatement(sql) !== undefined) {
    const message = 'cannot insert multiple commands into a prepared statement';
    throw new SandboxError(400, 'WarehouseQueryError', message);
  }
  if (/^\s*(?:$|(?:delete|update|insert|create|drop|alter|truncate)\b)/i.test(sql)) {
    const position = lineAndCharacter(`${sql} LIMIT 1`, sql.length + 1);
    throw new SandboxError(400, 'WarehouseQueryError', 'syntax error at or near "LIMIT"', position);
  }
}

/** The sums that table calculations compute with: integers in Postgres, so that their division truncates. */
export async function findIntegerColumns(
  database: Database,
  explore: Explore,
  query: MetricQuery,
  context: BuildContext,
  fill: (sql: string) => string,
) {
  if (query.tableCalculations.length === 0) return [];
  const metricsSql = fill(buildQuery(explore, query, context, { integerColumns: [] }).metricsSql);
  const { columns } = await database.query(`select * from (\n${metricsSql}\n) as metrics limit 0`, metricsSql);
  return columns.filter(({ sqlType }) => sqlType === 'HUGEINT').map(({ name }) => name);
}

/** Lightdash sets the session's time zone before the query; an unknown zone is a failure of the query. */
export function checkTimeZone(timeZone: string | null | undefined): void {
  if (!timeZone) return;
  try {
    zoneOffset(new Date(), timeZone);
  } catch {
    throw unexpectedServerError();
  }
}

/** Postgres reads every literal; DuckDB only those that it evaluates: not the second bound when the first leaves no rows. */
export function refuseInvalidDates(sql: string): void {
  const literal = /(?<=[<>=] \()'Invalid date'/.exec(sql);
  if (!literal) return;
  const message = 'invalid input syntax for type timestamp: "Invalid date"';
  throw new SandboxError(400, 'WarehouseQueryError', message, lineAndCharacter(sql, literal.index));
}

/** The result without its first column. */
export function dropFirstColumn({ columns, rows }: QueryResult): QueryResult {
  return { columns: columns.slice(1), rows: rows.map((row) => row.slice(1)) };
}

/** The rows as objects by column. */
export function toRows({ columns, rows }: QueryResult): Record<string, unknown>[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));
}

/** @throws SandboxError 400 ParameterError: Lightdash refuses a high limit rather than cutting it. */
export function applyLimit(query: MetricQuery, csvLimit: number | null | undefined): MetricQuery {
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

/** 400 for a limit above the server's maximum. */
export function limitError(): SandboxError {
  return new SandboxError(400, 'ParameterError', `Query limit can not exceed ${MAXIMUM_LIMIT}`);
}
