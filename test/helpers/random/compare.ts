import { expect } from 'vitest';
import { tableOf } from '../answers.ts';
import type { SqlValue } from '../roastery-sql.ts';
import type { RandomQuery } from './queries.ts';

/** A cell as the answer writes the value: 12 digits of a number are certain. */
export function isSame(cell: string, value: SqlValue): boolean {
  if (value === null) return cell === '';
  if (typeof value !== 'number') return cell === String(value);
  const difference = Math.abs(Number(cell) - value);
  return cell !== '' && difference <= 1e-9 * Math.max(1, Math.abs(value));
}

/** Numbers as they are compared: money keeps its decimals. */
const plain = (cell: unknown): string => {
  const text = cell === null ? '' : String(cell);
  return /^-?\d+(\.\d+)?$/.test(text) ? String(Number(text)) : text;
};
const key = (row: readonly unknown[]) => row.map(plain).join('|');
const inOneOrder = <Row extends readonly unknown[]>(rows: readonly Row[], dimensions: number): Row[] =>
  rows.toSorted((left, right) => (key(left.slice(0, dimensions)) < key(right.slice(0, dimensions)) ? -1 : 1));

/** Asserts that the cells of an answer are those of SQL, as far as they are shown. */
export function expectCells(
  text: string,
  { sql, ids, dimensions, isOrdered, args }: RandomQuery,
  expected: SqlValue[][],
): void {
  const shown = `${JSON.stringify(args)}\n${sql}\n${text.slice(0, 3_000)}`;
  if (expected.length === 0) {
    expect(text, shown).toMatch(/^0 rows/);
    return;
  }
  const table = tableOf(text);
  expect(table.ids.toSorted(), shown).toEqual(ids.toSorted());
  const at = ids.map((id) => table.ids.indexOf(id));
  const sent = table.rows.map((row) => at.map((column) => row[column] ?? ''));
  // A result longer than an answer is compared as far as it is shown.
  const isCut = sent.length > 0 && /more rows?: get_query_result/.test(text);
  // The line of a single cell without a value is empty.
  if (expected.length === 1 && expected[0]?.length === 1 && expected[0][0] === null) {
    expect(text, shown).toMatch(/^1 row .*\n$/s);
    return;
  }
  if (!isCut || isOrdered) expectRowsOfSql(sent, { dimensions, isOrdered, isCut }, expected, shown);
}

/** Asserts that rows are those of SQL, in its order if it has one; of a cut result as far as it goes. */
export function expectRowsOfSql(
  sent: readonly (readonly string[])[],
  {
    dimensions,
    isOrdered,
    isCut = false,
  }: Pick<RandomQuery, 'dimensions' | 'isOrdered'> & { readonly isCut?: boolean },
  expected: SqlValue[][],
  shown: string,
): void {
  const rows = isOrdered ? sent : inOneOrder(sent, dimensions.length);
  const wanted = isOrdered ? expected : inOneOrder(expected, dimensions.length);
  if (!isCut) expect(rows.length, shown).toBe(wanted.length);
  for (const [position, row] of rows.entries()) {
    const differs = row.findIndex((cell, column) => !isSame(cell, wanted[position]?.[column] ?? null));
    expect(differs, `row ${position}: ${row.join()} for ${wanted[position]?.join()}\n${shown}`).toBe(-1);
  }
}

/** True for a query that is refused for what Lightdash cannot do in the filters of a custom metric, with the reason. */
export const isRefused = ({ isError, text }: { isError: boolean; text: string }, { args }: RandomQuery): boolean =>
  isError &&
  JSON.stringify(args.additionalMetrics ?? []).includes('"filters"') &&
  /needs an "or", which is not possible there|reads as another condition/.test(text);
