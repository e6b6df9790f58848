import type { Look, RowsOf } from '../../charts/config/look.ts';
import { readCell } from '../../lightdash/rows/cell.ts';
import type { StoredResult } from '../tool.ts';

/** Series that are saved with a chart; the web app adds the others when it opens it. */
const MAX_SERIES = 50;

/** A chart saved of an answer gets the kind of its picture; one row says nothing about the rows to come. */
export function rowsOfResult(stored: StoredResult | undefined): RowsOf | undefined {
  if (stored === undefined || stored.table.rows.length < 2) return undefined;
  const rows = [...stored.table.rows];
  const distinct = (id: string) => new Set(rows.map((row) => JSON.stringify(readCell(row[id]).raw))).size;
  return ({ x, y, splitBy }) => ({
    count: rows.length,
    groups: distinct(x),
    series: y.length * splitBy.reduce((count, id) => count * distinct(id), 1),
    hasNegatives: rows.some((row) => y.some((id) => Number(readCell(row[id]).raw) < 0)),
  });
}

/** Values of the split fields in the order of the rows; the web app finds those of later rows by itself. */
export function splitValuesOf(
  { splitBy }: Look,
  stored: StoredResult | undefined,
): readonly (readonly unknown[])[] | undefined {
  if (stored === undefined || splitBy.length === 0) return undefined;
  const combinations = new Map<string, readonly unknown[]>();
  for (const row of stored.table.rows) {
    const values = splitBy.map((id) => readCell(row[id]).raw);
    combinations.set(JSON.stringify(values), values);
    if (combinations.size >= MAX_SERIES) break;
  }
  return combinations.size > 0 ? [...combinations.values()] : undefined;
}
