import { expect, test } from 'vitest';
import { selectedColumns } from '../../../src/query/sql/select-columns.ts';

test.each([
  ['select 1 as a, 2 as a', ['a', 'a']],
  ["select status, 'x, y' as b from orders", ['status', 'b']],
  ['with x as (select 1 as z, 2 as z) select count(*), count(id) n, max(id) from x', ['count', 'n', 'max']],
  ['SELECT DISTINCT o.id, "Order ID", c.id /* , d.id */ FROM o JOIN c USING (x)', ['id', 'Order ID', 'id']],
  ['select coalesce(a, b) -- , c\n, a::int, 1', ['coalesce', 'a', '?column?']],
  ['select 1 as a union select 2 as b', ['a']],
])('the columns of %s', (sql, names) => {
  expect(selectedColumns(sql)?.names).toEqual(names);
});

test('stars and joins are counted', () => {
  expect(selectedColumns('select o.*, c.*, 2 * 3 as x from o join c on true')).toEqual({
    ...{ names: ['x'], stars: 2, hasJoin: true },
  });
  expect(selectedColumns('show tables')).toBeUndefined();
});
