import { describe, expect, it } from 'vitest';
import { findSecondStatement, postgresColumnName, toDuckDb } from '../../../src/sandbox/warehouse/postgres-dialect.ts';

describe("Postgres' dialect for DuckDB", () => {
  it.each([
    ['select x::numeric / 2', 'select x::double / 2'],
    ['select x::numeric(10,2)', 'select x::numeric(10,2)'],
    ['select cast(x as decimal)', 'select cast(x as double)'],
    ['select null as a', 'select null::text as a'],
    ['select \'::numeric\' as "null as"', 'select \'::numeric\' as "null as"'],
    ['select g from generate_series(1, 3) g', 'select g from generate_series(1, 3) g(g)'],
    [
      'select percentile_cont(0.5) within group (order by (a + "b")) from t',
      'select percentile_cont(0.5) within group (order by cast(((a + "b")) as double)) from t',
    ],
    [`select to_char(f(a, 'x'), 'YYYY-"Q"Q FMDay')`, `select to_char(f(a, 'x'), '%Y-Q\u0002 %A')`],
    ['select 1 from generate_series(1, 3) where true', 'select 1 from generate_series(1, 3) where true'],
  ])('%s', (sql, expected) => {
    expect(toDuckDb(sql)).toBe(expected);
  });

  it.each([
    ['select 1; select 2', 8],
    ['select 1;', undefined],
    ['select 1; -- done', undefined],
    ["select ';'; select 2", 10],
    ["select 'a;b' /* ; */", undefined],
  ])('finds the second statement of %s', (sql, expected) => {
    expect(findSecondStatement(sql)).toBe(expected);
  });

  it.each([
    ['count_star()', 'count'],
    ['max(rating)', 'max'],
    ['(1 + 1)', '?column?'],
    ['CAST(status AS VARCHAR)', 'status'],
    ['order count', 'order count'],
  ])('names %s %s', (name, expected) => {
    expect(postgresColumnName(name)).toBe(expected);
  });
});
