import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MissingWarehouseEngineError, SandboxError } from '../errors.ts';
import { findSecondStatement, POSTGRES_MACROS, toDuckDb } from './postgres-dialect.ts';
import { lineAndCharacter, toWarehouseError } from './warehouse-error.ts';

/** Lightdash's names for the types of result columns. */
type ColumnType = 'string' | 'number' | 'boolean' | 'date' | 'timestamp';

/** Columns with Lightdash's types, and rows as lists in their order. */
export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: ColumnType; readonly sqlType: string }[];
  /** Numbers, strings, booleans, nulls; dates and timestamps as Date (UTC). */
  readonly rows: readonly (readonly unknown[])[];
}

/** The embedded warehouse with the tables of the seed. */
export interface Database {
  /**
   * Runs one read-only statement of Postgres' dialect.
   * @throws SandboxError 400 WarehouseQueryError; positions count in `reportedSql`, the text that the user sent.
   */
  query(sql: string, reportedSql?: string): Promise<QueryResult>;
}

const TABLES = ['products', 'customers', 'subscriptions', 'orders', 'order_items'];

type Engine = typeof import('@duckdb/node-api');
type Instance = Awaited<ReturnType<Engine['DuckDBInstance']['create']>>;

/** Instances by their folder of data: nothing that a sandbox runs can change one, and the data takes 0.15 s to load. */
const instances = new Map<string, Promise<Instance>>();

function instanceOf(engine: Engine, dataDir: string): Promise<Instance> {
  const loaded = instances.get(dataDir) ?? loadInstance(engine, dataDir);
  instances.set(dataDir, loaded);
  loaded.catch(() => instances.delete(dataDir));
  return loaded;
}

/** Opens DuckDB in memory, loads the tables and shuts the door to files and settings. */
async function loadInstance({ DuckDBInstance }: Engine, dataDir: string): Promise<Instance> {
  // One thread adds floats up in one order; the limit is ten times what the data takes.
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '100MB' });
  const setup = await instance.connect();
  // The explores say "roastery"."roastery"."orders" (database, schema, table), people write roastery.orders. With the
  // tables in a schema and views in the database's default one both are found, and neither is ambiguous.
  await setup.run("attach ':memory:' as roastery; create schema roastery.roastery;");
  const tables = await readFile(join(dataDir, 'tables.sql'), 'utf8');
  await setup.run(
    tables.replace(/create schema \w+;/, '').replaceAll('create table roastery.', 'create table roastery.roastery.'),
  );
  for (const table of TABLES) {
    const file = join(dataDir, 'data', `${table}.csv`).replaceAll("'", "''");
    await setup.run(`copy roastery.roastery.${table} from '${file}' (header, null '')`);
    await setup.run(`create view roastery.main.${table} as from roastery.roastery.${table}`);
  }
  await setup.run('create type jsonb as json');
  for (const macro of POSTGRES_MACROS) await setup.run(macro);
  // A timestamp without a zone is one of UTC.
  await setup.run("set global timezone = 'UTC'");
  await setup.run("set global default_null_order = 'nulls_last_on_asc_first_on_desc'");
  await setup.run('set global errors_as_json = true');
  await setup.run('set global enable_external_access = false');
  await setup.run('set global lock_configuration = true');
  setup.closeSync();
  return instance;
}

/**
 * The data of a folder in DuckDB, loaded with its first database and kept as long as the process.
 * @param bigInts how integers of 64 bits and more come: as numbers, or as text without loss, as newer releases have them
 */
export async function openDatabase(dataDir: string, bigInts: 'number' | 'text' = 'number'): Promise<Database> {
  const engine = await loadEngine();
  const { StatementType } = engine;
  const instance = await instanceOf(engine, dataDir);

  return {
    async query(sql, reportedSql = sql) {
      const second = findSecondStatement(sql);
      if (second !== undefined) {
        // The parser sees every statement, so a broken one later comes first.
        await parse(sql);
        throw new SandboxError(
          400,
          'WarehouseQueryError',
          'syntax error at or near ";"',
          lineAndCharacter(reportedSql, second),
        );
      }
      const executed = toDuckDb(sql);
      const connection = await instance.connect();
      try {
        const statement = await connection.prepare(executed);
        const kind = statement.statementType;
        if (kind !== StatementType.SELECT && kind !== StatementType.EXPLAIN) {
          throw new SandboxError(
            400,
            'WarehouseQueryError',
            `cannot execute ${StatementType[kind] ?? 'this'} in a read-only transaction`,
          );
        }
        const reader = await statement.runAndReadAll();
        const columns = reader.columnNames().map((name, index) => {
          const sqlType = reader.columnType(index).toString();
          return { name, type: toColumnType(sqlType), sqlType };
        });
        const isJson = columns.map((_, index) => reader.columnType(index).alias === 'JSON');
        const toPlain = (value: unknown, index: number) =>
          isJson[index] && typeof value === 'string' ? JSON.parse(value) : toPlainValue(value, bigInts);
        return { columns, rows: reader.getRowsJS().map((row) => row.map(toPlain)) };
      } catch (error) {
        throw error instanceof SandboxError ? error : toWarehouseError(error, executed, reportedSql);
      } finally {
        connection.closeSync();
      }
    },
  };

  async function parse(sql: string): Promise<void> {
    const connection = await instance.connect();
    try {
      await connection.extractStatements(sql);
    } catch (error) {
      throw toWarehouseError(error, sql, sql);
    } finally {
      connection.closeSync();
    }
  }
}

async function loadEngine(): Promise<Engine> {
  try {
    return await import('@duckdb/node-api');
  } catch (cause) {
    throw new MissingWarehouseEngineError({ cause });
  }
}

function toColumnType(sqlType: string): ColumnType {
  if (/^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DECIMAL|DOUBLE|FLOAT)/.test(sqlType)) return 'number';
  if (sqlType === 'BOOLEAN') return 'boolean';
  if (sqlType === 'DATE') return 'date';
  return sqlType.startsWith('TIMESTAMP') ? 'timestamp' : 'string';
}

/** A JSON value, as Postgres' driver for Node returns it. */
function toPlainValue(value: unknown, bigInts: 'number' | 'text'): unknown {
  if (typeof value === 'bigint') return bigInts === 'text' ? String(value) : Number(value);
  if (Array.isArray(value)) return value.map((item) => toPlainValue(item, bigInts));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if ('months' in value && 'days' in value && 'micros' in value) {
    return toPlainInterval(Number(value.months), Number(value.days), Number(value.micros));
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toPlainValue(item, bigInts)]));
}

/** `{"days":1,"hours":2}`: only the parts that are not zero. */
function toPlainInterval(months: number, days: number, micros: number): Record<string, number> {
  const parts = {
    years: Math.trunc(months / 12),
    months: months % 12,
    days,
    hours: Math.trunc(micros / 3_600_000_000),
    minutes: Math.trunc(micros / 60_000_000) % 60,
    seconds: Math.trunc(micros / 1_000_000) % 60,
    milliseconds: (micros % 1_000_000) / 1000,
  };
  return Object.fromEntries(Object.entries(parts).filter(([, amount]) => amount !== 0));
}
