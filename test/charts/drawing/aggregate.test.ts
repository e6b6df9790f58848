import { expect, it } from 'vitest';
import { aggregateRows } from '../../../src/charts/spec/aggregate.ts';
import { category, data, orders } from './samples.ts';

it.each([
  ['sum', [8, null]],
  ['avg', [4, null]],
  ['min', [3, null]],
  ['max', [5, null]],
  ['count', [2, 0]],
  ['any', [3, null]],
])('an SQL chart shows the %s of the rows of a name', (aggregation, expected) => {
  const rows = data(
    [category('p'), orders],
    [
      ['a', 3],
      ['b', null],
      ['a', '5'],
      ['a', null],
    ],
  );
  const joined = aggregateRows(rows, ['p'], new Map([['orders', aggregation]]));
  expect(joined.rows.map(({ orders: value }) => value)).toEqual(expected);
  expect(joined.notes).toEqual([expect.stringContaining(aggregation)]);
});

it('rows of different names stay as they are', () => {
  const rows = data([category('p'), orders], [['a', 3]]);
  expect(aggregateRows(rows, ['p'], new Map([['orders', 'sum']]))).toEqual(rows);
});
