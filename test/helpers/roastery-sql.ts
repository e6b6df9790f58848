import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

const folder = fileURLToPath(new URL('../../src/sandbox/roastery/', import.meta.url));
const tables = ['products', 'customers', 'subscriptions', 'orders', 'order_items'];

/** A value of a result: dates and times as ISO text. */
export type SqlValue = string | number | boolean | null;

export interface RoasterySql {
  /** Runs DuckDB's own SQL over the CSV files; the rows as lists, in the order of the SQL. */
  rows(sql: string): Promise<SqlValue[][]>;
  close(): void;
}

let loading: Promise<DuckDBInstance> | undefined;

async function load(): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const schema = readFileSync(`${folder}tables.sql`, 'utf8');
  await connection.run(schema.replace(/create schema \w+;/, '').replaceAll('roastery.', ''));
  for (const table of tables) {
    await connection.run(`copy ${table} from '${folder}data/${table}.csv' (header, null '')`);
  }
  connection.closeSync();
  return instance;
}

/**
 * The Roastery data by itself: the CSV files in a database that knows nothing of explores, of Lightdash or of the sandbox. What
 * a question should answer is computed here. It is loaded once a worker: tests only read it.
 */
export async function openRoastery(): Promise<RoasterySql> {
  loading ??= load();
  const connection = await (await loading).connect();
  return {
    async rows(sql) {
      const reader = await connection.runAndReadAll(sql);
      return reader.getRowsJson().map((row) => row.map(plain));
    },
    close() {
      connection.closeSync();
    },
  };
}

/** DuckDB writes decimals and big integers as text. */
function plain(value: unknown): SqlValue {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  const text = String(value);
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? Number(text) : text;
}
