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

test.each([
  ['select a / b as q, a * 1.0 / b as r, c', [true, false, false]],
  ['select round(a / b, 2), round(a / b), a::numeric / b, cast(a as float) / b', [false, true, false, false]],
  ["select a, '1/2' as b from x where a / 2 > 1 -- a/b", [false, false]],
  [
    'with x as (select g, sum(a) / count(*) as q from t group by g) select g, x.q, max(q) as q from x',
    [false, true, true],
  ],
  ['select q from (select a / 2.0 as q from t) as x', [false]],
])('the columns that divide whole numbers of %s', (sql, expected) => {
  expect(selectedColumns(sql)?.dividesWhole).toEqual(expected);
});

test.each([
  ['select * from a, b', true],
  ['select * from a inner join b using (c)', true],
  ['select * from (select * from a join b using (c)) as x where c in (1, 2) order by 1, 2', false],
  ['select * from a where b = 1', false],
])('%s reads several tables: %s', (sql, expected) => {
  expect(selectedColumns(sql)?.hasJoin).toBe(expected);
});

test('stars and joins are counted', () => {
  expect(selectedColumns('select o.*, c.*, 2 * 3 as x from o join c on true')).toMatchObject({
    ...{ names: ['x'], stars: 2, hasJoin: true },
  });
  expect(selectedColumns('show tables')).toBeUndefined();
});
