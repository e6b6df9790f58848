import { expect, test } from 'vitest';
import { lowestLimit, selectedColumns } from '../../../src/query/sql/select-columns.ts';

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
  // The decimals of round, or of a cast around the quotient, come after the cut.
  ['select round(a / b, 2), round(a / b), a::numeric / b, cast(a as float) / b', [true, true, false, false]],
  ['select (a / b)::numeric, cast(a / b as decimal(10, 2)), a / b * 100.0, 100.0 * a / b', [true, true, true, false]],
  [
    'select a::int / b, a::double precision / b, a / 2., a / .5, a / 1e2, a / b::float8',
    [true, ...Array(5).fill(false)],
  ],
  ['select a / -b, -1.0 * a / b, (a + 0.0) / b, a + 1.0 / 2, a + 1 / 2', [true, false, false, false, true]],
  ['select avg(a) over (order by b) / c, sum(a) filter (where b) / c, sqrt(a) / b', [false, true, false]],
  ["select sum(case when s = 'a/b' then 1.0 else 0 end) / count(*), case when a then 1.0 end / b", [false, false]],
  [
    "select a || '/' || b, a // b, /* 1 / 2 */ 3 as three, extract(epoch from a - b) / 60",
    [false, false, false, false],
  ],
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
    ...{ names: ['x'], stars: 2, hasPlainStar: false, hasJoin: true },
  });
  expect(selectedColumns('select *, 1 as x from o, c')).toMatchObject({ stars: 1, hasPlainStar: true, hasJoin: true });
  expect(selectedColumns('show tables')).toBeUndefined();
});

test('values of arrays and objects are no columns', () => {
  const selected = selectedColumns("select array[1, 2, 3] as a, {'k': 1, 'l': 2} as o, count(*) as n from t");
  expect(selected?.names).toEqual(['a', 'o', 'n']);
});

test.each([
  ['select a from t limit 10', 10],
  ['select a from t order by a LIMIT 3 offset 2;', 3],
  ['select a from t limit 5, 20', 20],
  ['select top 7 a from t', 7],
  ['select a from t order by a fetch first 4 rows only', 4],
  ['with x as (select a from t limit 2) select a from x', 500],
  ['select a from (select a from t limit 2) x where b = (select 1 limit 1)', 500],
  ["select a, 'limit 3' as b from t -- limit 4", 500],
  ['select a as limit_3 from t limit all', 500],
  ['select a from t union all (select a from u limit 2) limit 9', 9],
  ['select a from t limit 9000', 500],
])('the limit of %s is %d, if that of the server is 500', (sql, expected) => {
  expect(lowestLimit(sql, 500)).toBe(expected);
});

test('SQL without a limit has that of the server, if there is one', () => {
  expect(lowestLimit('select a from t', undefined)).toBeUndefined();
  expect(lowestLimit('select a from t limit 3', undefined)).toBe(3);
  expect(lowestLimit('not a statement', 5)).toBe(5);
});
