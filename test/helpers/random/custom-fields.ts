import fc from 'fast-check';
import { type RandomFilter, rule, SIGNS } from './filters.ts';
import { type Alias, type Column, type Model, TABLES } from './models.ts';

/** A field that a query defines: the argument, and the column in SQL. */
export interface CustomField {
  readonly argument: Record<string, unknown>;
  readonly column: Column;
  /** Tables that it reads besides its own. */
  readonly tables: readonly Alias[];
}

const AGGREGATES: readonly (readonly [type: string, sql: (expression: string) => string, isInexact: boolean])[] = [
  ['sum', (x) => `sum(${x})`, false],
  ['average', (x) => `avg(${x})`, true],
  ['min', (x) => `min(${x})`, false],
  ['max', (x) => `max(${x})`, false],
  ['count', (x) => `count(${x})`, false],
  ['count_distinct', (x) => `count(distinct ${x})`, false],
  ['median', (x) => `quantile_cont((${x})::double, 0.5)`, true],
];

/** A custom metric over a number of any table of the explore, with a filter or without. */
export function customMetric(model: Model, filters: fc.Arbitrary<RandomFilter>): fc.Arbitrary<CustomField> {
  return fc
    .record({
      of: fc.constantFrom(...model.numbers),
      aggregate: fc.constantFrom(...AGGREGATES),
      percentile: fc.option(fc.constantFrom(10, 50, 90), { nil: undefined, freq: 6 }),
      isExpression: fc.boolean(),
      filter: fc.option(filters, { nil: undefined }),
      name: fc.constantFrom('made_up', 'extra'),
    })
    .map(({ of, aggregate: [type, aggregate, isInexact], percentile, isExpression, filter, name }) => {
      const table = TABLES[of.table];
      const column = of.id.slice(table.length + 1);
      const value = isExpression ? `${of.sql} * 2 - 1` : of.sql;
      const kept = filter ? `case when ${filter.sql} then ${value} end` : value;
      const sql = percentile === undefined ? aggregate(kept) : `quantile_cont((${kept})::double, ${percentile / 100})`;
      return {
        argument: {
          ...{ table, name, type: percentile === undefined ? type : 'percentile' },
          sql: isExpression ? `\${TABLE}.${column} * 2 - 1` : `\${TABLE}.${column}`,
          ...(percentile !== undefined && { percentile }),
          ...(filter && { filters: filter.written }),
        },
        column: { id: `${table}_${name}`, sql, table: of.table, isInexact: isInexact || percentile !== undefined },
        tables: filter?.tables ?? [],
      };
    });
}

/** A custom dimension: SQL of our own, or a number in bins. */
export function customDimension(model: Model): fc.Arbitrary<CustomField> {
  const written = fc.constantFrom(...model.numbers).chain((of) => {
    const table = TABLES[of.table];
    const reference = `\${${table}.${of.id.slice(table.length + 1)}}`;
    const base = { name: 'Band', table, type: 'sql' };
    const kinds: readonly CustomField[] = [
      {
        argument: {
          ...{ ...base, id: 'band', dimensionType: 'string' },
          sql: `CASE WHEN ${reference} > 5 THEN 'high' ELSE 'low' END`,
        },
        column: { id: 'band', table: of.table, sql: `case when ${of.sql} > 5 then 'high' else 'low' end` },
        tables: [],
      },
      {
        argument: { ...base, id: 'tenfold', dimensionType: 'number', sql: `${reference} * 10` },
        column: { id: 'tenfold', table: of.table, sql: `${of.sql} * 10` },
        tables: [],
      },
      {
        argument: { ...base, id: 'is_big', dimensionType: 'boolean', sql: `${reference} >= 5` },
        column: { id: 'is_big', table: of.table, sql: `${of.sql} >= 5` },
        tables: [],
      },
    ];
    return fc.constantFrom(...kinds);
  });
  return fc.oneof(written, bins(model));
}

/** Bins as Lightdash labels them. */
function bins(model: Model): fc.Arbitrary<CustomField> {
  return fc.constantFrom(...model.numbers).chain((of) => {
    const common = { id: 'bin', name: 'Bin', table: TABLES[of.table], type: 'bin', dimensionId: of.id };
    const column = (sql: string, order: string): Column => ({ id: 'bin', table: of.table, sql, order });
    const fixed = fc.constantFrom(1, 2, 10, 25).map((binWidth): CustomField => {
      const from = `floor(${of.sql} / ${binWidth})::bigint * ${binWidth}`;
      return {
        argument: { ...common, binType: 'fixed_width', binWidth },
        column: column(`(${from}) || ' - ' || (${from} + ${binWidth} - 1)`, `(${from})`),
        tables: [],
      };
    });
    const ranges = fc.constantFrom([2, 10], [5, 1980], [0, 5]).map(([low = 0, high = 0]): CustomField => {
      const branches = [
        `when ${of.sql} is null then null`,
        `when ${of.sql} < ${low} then '<${low}'`,
        `when ${of.sql} >= ${low} and ${of.sql} < ${high} then '${low}-${high}'`,
        `else '≥${high}'`,
      ];
      const order = `case when ${of.sql} is null then 3 when ${of.sql} < ${low} then 0 when ${of.sql} < ${high} then 1 else 2 end`;
      return {
        argument: {
          ...{ ...common, binType: 'custom_range' },
          customRange: [{ to: low }, { from: low, to: high }, { from: high }],
        },
        column: column(`case ${branches.join(' ')} end`, order),
        tables: [],
      };
    });
    return fc.oneof(fixed, ranges);
  });
}

const reference = (column: Column) => {
  const table = TABLES[column.table];
  return `\${${table}.${column.id.slice(table.length + 1)}}`;
};

/** A table calculation over one selected metric or two. */
export function tableCalculation(metrics: readonly Column[]): fc.Arbitrary<CustomField> {
  const [first, second = first] = metrics;
  if (first === undefined || second === undefined) throw new Error('a calculation needs a metric');
  const common = { name: 'calc', displayName: 'Calc' };
  const column = (sql: string): Column => ({ id: 'calc', table: first.table, sql, isInexact: true });
  const kinds: readonly CustomField[] = [
    {
      argument: { ...common, sql: `${reference(first)} * 2` },
      column: { ...column(`"${first.id}" * 2`), isInexact: first.isInexact === true },
      tables: [],
    },
    {
      argument: { ...common, sql: `1.0 * ${reference(first)} / NULLIF(${reference(second)}, 0)` },
      column: column(`1.0::double * "${first.id}" / nullif("${second.id}", 0)`),
      tables: [],
    },
    {
      argument: { ...common, sql: `COALESCE(${reference(first)}, 0) - COALESCE(${reference(second)}, 0)` },
      column: column(`coalesce("${first.id}", 0) - coalesce("${second.id}", 0)`),
      tables: [],
    },
  ];
  return fc.constantFrom(...kinds);
}

/** A rule on a column of the result: a metric or a calculation. */
export function resultRule(id: string): fc.Arbitrary<{ readonly written: object; readonly sql: string }> {
  const comparison = fc
    .tuple(fc.constantFrom(...Object.entries(SIGNS)), fc.constantFrom(0.37, 1.83, 3.77, 25.3, 140.7, 4_999.3))
    .map(([[operator, sign], value]) => ({
      written: rule(id, operator, [value], 0),
      sql: `"${id}" ${sign} ${value}`,
    }));
  const between = fc.constantFrom([0.21, 3.9], [10.1, 300.3]).map(([low = 0, high = 0]) => ({
    written: rule(id, 'inBetween', [low, high], 3),
    sql: `"${id}" between ${low} and ${high}`,
  }));
  const empty = fc.boolean().map((isNull) => ({
    written: rule(id, isNull ? 'isNull' : 'notNull', undefined, 0),
    sql: `"${id}" is ${isNull ? '' : 'not '}null`,
  }));
  return fc.oneof(
    { weight: 4, arbitrary: comparison },
    { weight: 2, arbitrary: between },
    { weight: 1, arbitrary: empty },
  );
}
