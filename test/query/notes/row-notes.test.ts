import { describe, expect, test } from 'vitest';
import { buildMetricQuery, type MetricQuery } from '../../../src/query/builder/metric-query.ts';
import { readResultTable } from '../../../src/query/execution/result-table.ts';
import { roundedNumberNotes, rowNotes, tieNotes } from '../../../src/query/notes/row-notes.ts';
import { linesWith } from '../../helpers/answers.ts';
import { hasNote } from '../../helpers/notes.ts';
import { roastery } from '../roastery.ts';

const [status, orders, rating] = ['orders_status', 'orders_order_count', 'orders_average_rating'];

function queryOf(more: Partial<MetricQuery> = {}): MetricQuery {
  const built = buildMetricQuery(roastery.orders, { dimensions: [status], metrics: [orders, rating] });
  if (!built.ok) throw new Error(built.problems.join());
  return { ...built.query, ...more };
}
const rowsOf = (lines: readonly (readonly [count: number | null, rating: number | null])[]) =>
  lines.map(([count, average], at) => ({ [status]: `s${at}`, [orders]: count, [rating]: average }));
const notesOn = (query: MetricQuery, rows: readonly Record<string, unknown>[]) =>
  rowNotes(roastery.orders, query, readResultTable({ rows, fields: {}, metricQuery: query }), {
    now: new Date(),
    firstWeekday: 0,
  });
const by = (fieldId: string, descending = true) => ({ fieldId, descending });

test('the limit cuts between ties only if the rows are equal by every sort', () => {
  const query = queryOf({ sorts: [by(orders), by(rating)], limit: 1 });
  const [note = ''] = tieNotes(
    query,
    rowsOf([
      [3, 4.5],
      [3, 4.5],
    ]),
  );
  expect(hasNote(note, 'tie at the limit')).toBe(true);
  expect(linesWith(note, orders, rating)).toHaveLength(1);
  expect(
    tieNotes(
      query,
      rowsOf([
        [3, 4.5],
        [3, 4],
      ]),
    ),
  ).toEqual([]);
  expect(
    tieNotes(
      queryOf({ sorts: [], limit: 1 }),
      rowsOf([
        [3, 4.5],
        [3, 4.5],
      ]),
    ),
  ).toEqual([]);
});

test('rows without the sorted value are counted if they come first in a descending sort', () => {
  const rows = rowsOf([
    [1, null],
    [2, null],
    [3, 5],
  ]);
  const [note = ''] = notesOn(queryOf({ sorts: [by(rating)] }), rows);
  expect(hasNote(note, 'empty values first')).toBe(true);
  expect(linesWith(note, 2, rating)).toHaveLength(1);
  expect(notesOn(queryOf({ sorts: [by(rating, false)] }), rows)).toEqual([]);
  expect(notesOn(queryOf({ sorts: [by(rating)] }), rows.toReversed())).toEqual([]);
});

describe('a quotient that is whole in every row', () => {
  const customers = 'orders_unique_customer_count';
  const divided = (count: number, people: number, sql: string, r: unknown = 2) =>
    notesOn(queryOf({ sorts: [], tableCalculations: [{ name: 'r', displayName: 'r', sql }] }), [
      { [status]: 'a', [orders]: count, [customers]: people, [rating]: 2, r },
    ]);
  const [dividend, divisor] = [`\${orders.order_count}`, `\${orders.unique_customer_count}`];

  test.each([
    `${dividend} / ${divisor}`,
    `${dividend} / nullif(${divisor}, 0)`,
    `round(${dividend} / ${divisor}, 2)`,
    `(${dividend} / ${divisor})::numeric`,
    `'a' || 1 -- b\n + ${dividend} / ${divisor}`,
  ])('is doubted: %s', (sql) => {
    const [note = ''] = divided(5, 2, sql);
    expect(hasNote(note, 'whole quotient')).toBe(true);
  });

  test.each([
    `1.0 * ${dividend} / ${divisor}`,
    `${dividend} / ${divisor}::float`,
    `\${orders.average_rating} / ${divisor}`,
    `${dividend} -- per ${divisor} / 7`,
    `case when ${dividend} > 1 then 'a/b' end`,
  ])('is not, if nothing can be lost: %s', (sql) => {
    expect(divided(5, 2, sql)).toEqual([]);
  });

  test('is not, if an operand has decimals or no row lost a remainder', () => {
    expect(divided(5, 2.5, `${dividend} / ${divisor}`)).toEqual([]);
    expect(divided(6, 3, `${dividend} / ${divisor}`)).toEqual([]);
    expect(divided(6, 3, `${dividend} / nullif(${divisor}, 0)`)).toEqual([]);
    expect(divided(6, 3, `${dividend} / ${divisor}`, null)).toEqual([]);
  });
});

test.each([
  [2 ** 53, true],
  [-(2 ** 53), true],
  [2 ** 53 - 1, false],
])('%d was rounded: %s', (number, isRounded) => {
  const query = queryOf();
  const table = readResultTable({ rows: rowsOf([[number, 1]]), fields: {}, metricQuery: query });
  const notes = roundedNumberNotes(table);
  expect(notes.map((note) => hasNote(note, 'rounded numbers'))).toEqual(isRounded ? [true] : []);
  expect(linesWith(notes.join('\n'), orders)).toHaveLength(notes.length);
});
