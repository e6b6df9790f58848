import fc from 'fast-check';
import type { Alias, FilterField } from './models.ts';

/** A filter as a caller may write it, and the condition that it means, in SQL over the aliases of `models.ts`. */
export interface RandomFilter {
  readonly written: unknown;
  readonly sql: string;
  readonly tables: readonly Alias[];
}

/** The facts that the meaning of a filter hangs on. */
export interface FilterSetting {
  readonly fields: readonly FilterField[];
  /** True if "does not contain" keeps rows without a value: 1.219. */
  readonly keepsEmpty: boolean;
}

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
const list = (values: readonly unknown[]) =>
  values.map((value) => (typeof value === 'string' ? quote(value) : String(value))).join(', ');
const joined = (word: 'and' | 'or', parts: readonly string[]) => `(${parts.join(` ${word} `)})`;

/** One rule in one of the forms that are read alike. */
export const rule = (field: string, operator: string, values: readonly unknown[] | undefined, form: number): object => {
  const valueFields = values === undefined ? {} : { values };
  if (form === 0) return { fieldId: field, operator, ...valueFields };
  if (form === 1) return { target: { fieldId: field }, operator, ...valueFields };
  if (form === 2 && values?.length === 1) return { field, op: operator, value: values[0] };
  return { field, operator, ...valueFields };
};
const form = fc.nat({ max: 3 });
const some = <Value>(values: readonly Value[], max = 3) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: max });

const empties = ({ id, sql, table }: FilterField): fc.Arbitrary<RandomFilter> =>
  fc.tuple(fc.boolean(), form).map(([isNull, shape]) => ({
    written: rule(id, isNull ? 'isNull' : 'notNull', undefined, shape),
    sql: `${sql} is ${isNull ? '' : 'not '}null`,
    tables: [table],
  }));

const PARTS = ['e', 'E', 'del', 'WEL', 'port', 'al', 'b', '%', '_', "'"];
/** A value as a pattern, where % and _ stand for themselves or for anything: Lightdash escapes neither. */
const TEXT_OPERATORS = ['include', 'doesNotInclude', 'startsWith', 'endsWith'] as const;

function texts({ id, sql, table, values }: FilterField, keepsEmpty: boolean): fc.Arbitrary<RandomFilter> {
  const equality = fc
    .tuple(fc.boolean(), fc.boolean(), form, some(values))
    .map(([isNegative, withNull, shape, chosen]): RandomFilter => {
      const written = withNull ? [...chosen, null] : chosen;
      const condition = isNegative
        ? `(${sql} not in (${list(chosen)}) or ${sql} is null)${withNull ? ` and ${sql} is not null` : ''}`
        : `${sql} in (${list(chosen)})${withNull ? ` or ${sql} is null` : ''}`;
      const operator = isNegative ? 'notEquals' : 'equals';
      return { written: rule(id, operator, written, shape), sql: `(${condition})`, tables: [table] };
    });
  const parts = fc
    .tuple(fc.constantFrom(...TEXT_OPERATORS), some(PARTS, 2), form)
    .map(([operator, chosen, shape]): RandomFilter => {
      const like = (pattern: string) => `${sql} like ${quote(pattern)}`;
      const conditions = chosen.map((value) => {
        if (operator === 'startsWith') return like(`${value}%`);
        if (operator === 'endsWith') return like(`%${value}`);
        return `${sql} ${operator === 'include' ? '' : 'not '}ilike ${quote(`%${value}%`)}`;
      });
      const condition = joined(operator === 'doesNotInclude' ? 'and' : 'or', conditions);
      const kept = operator === 'doesNotInclude' && keepsEmpty ? ` or ${sql} is null` : '';
      return { written: rule(id, operator, chosen, shape), sql: `(${condition}${kept})`, tables: [table] };
    });
  return fc.oneof(equality, parts);
}

export const SIGNS = {
  ...{ lessThan: '<', lessThanOrEqual: '<=', greaterThan: '>', greaterThanOrEqual: '>=' },
} as const;
const SIGN_LIST = Object.entries(SIGNS);

function numbers({ id, sql, table, values }: FilterField): fc.Arbitrary<RandomFilter> {
  const value = fc.constantFrom(...values);
  const equality = fc.tuple(fc.boolean(), form, some(values)).map(
    ([isNegative, shape, chosen]): RandomFilter => ({
      written: rule(id, isNegative ? 'notEquals' : 'equals', chosen, shape),
      sql: isNegative ? `(${sql} not in (${list(chosen)}) or ${sql} is null)` : `${sql} in (${list(chosen)})`,
      tables: [table],
    }),
  );
  const comparison = fc.tuple(fc.constantFrom(...SIGN_LIST), form, value).map(
    ([[operator, sign], shape, bound]): RandomFilter => ({
      written: rule(id, operator, [bound], shape),
      sql: `${sql} ${sign} ${bound}`,
      tables: [table],
    }),
  );
  const between = fc.tuple(fc.boolean(), form, value, value).map(([isNegative, shape, ...pair]): RandomFilter => {
    const [low = 0, high = 0] = pair.toSorted((left, right) => Number(left) - Number(right));
    return {
      written: rule(id, isNegative ? 'notInBetween' : 'inBetween', [low, high], shape),
      sql: isNegative ? `(${sql} < ${low} or ${sql} > ${high})` : `${sql} between ${low} and ${high}`,
      tables: [table],
    };
  });
  return fc.oneof(equality, comparison, between);
}

/** Dates as written, with their first day and the day after. */
const PERIODS = [
  ['2023', '2023-01-01', '2024-01-01', 'year'],
  ['2024', '2024-01-01', '2025-01-01', 'year'],
  ['2024-Q2', '2024-04-01', '2024-07-01', 'quarter'],
  ['Q4 2023', '2023-10-01', '2024-01-01', 'quarter'],
  ['2024-03', '2024-03-01', '2024-04-01', 'month'],
  ['Feb 2024', '2024-02-01', '2024-03-01', 'month'],
  ['2024-W10', '2024-03-04', '2024-03-11', 'week'],
  ['2024-12-31', '2024-12-31', '2025-01-01', 'day'],
  ['2024-02-29', '2024-02-29', '2024-03-01', 'day'],
  ['2023-07-05', '2023-07-05', '2023-07-06', 'day'],
] as const;
type Period = (typeof PERIODS)[number];
const MONTHS: readonly string[] = ['month', 'quarter', 'year'];

const DATE_OPERATORS = [
  ...(['equals', 'notEquals', 'inBetween', 'notInBetween'] as const),
  ...(['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'] as const),
];

/** A field and the periods that it may be compared with: a grain compares whole periods of its own. */
function grainsOf({ id, sql, kind }: FilterField): readonly (readonly [string, string, readonly Period[]])[] {
  if (kind === 'day') return [[id, sql, PERIODS]];
  return [
    [id, sql, PERIODS],
    [`${id}_day`, `date_trunc('day', ${sql})`, PERIODS],
    [`${id}_month`, `date_trunc('month', ${sql})`, PERIODS.filter(([, , , grain]) => MONTHS.includes(grain))],
    [
      `${id}_quarter`,
      `date_trunc('quarter', ${sql})`,
      PERIODS.filter(([, , , grain]) => grain === 'quarter' || grain === 'year'),
    ],
    [`${id}_year`, `date_trunc('year', ${sql})`, PERIODS.filter(([, , , grain]) => grain === 'year')],
  ];
}

function dates(field: FilterField): fc.Arbitrary<RandomFilter> {
  const { id, table, utc } = field;
  const periods = fc
    .tuple(fc.constantFrom(...grainsOf(field)), fc.constantFrom(...DATE_OPERATORS), form)
    .chain(([[of, sql, allowed], operator, shape]) =>
      fc
        .uniqueArray(fc.constantFrom<Period>(...allowed), { minLength: 1, maxLength: 2 })
        .map((chosen): RandomFilter => {
          const used = usedPeriods(operator, chosen);
          const written = used.map(([text]) => text);
          return {
            written: rule(of, operator, written, shape),
            sql: periodCondition(sql, operator, used),
            tables: [table],
          };
        }),
    );
  if (utc === undefined) return periods;
  const weeks = fc
    .tuple(fc.constantFrom(['equals', '='] as const, ...SIGN_LIST), form)
    .chain(([[operator, sign], shape]) =>
      fc.constantFrom('2024-03-06', '2024-03-04', '2023-11-12').map(
        (date): RandomFilter => ({
          written: rule(`${id}_week`, operator, [date], shape),
          sql: `date_trunc('week', ${field.sql}) ${sign} date_trunc('week', date '${date}')`,
          tables: [table],
        }),
      ),
    );
  const instants = fc
    .tuple(fc.constantFrom(...SIGN_LIST), fc.constantFrom('2024-03-31T00:00:00Z', '2024-06-15T13:30:00Z'), form)
    .map(
      ([[operator, sign], instant, shape]): RandomFilter => ({
        written: rule(id, operator, [instant], shape),
        sql: `${utc} ${sign} timestamp '${instant.slice(0, 19).replace('T', ' ')}'`,
        tables: [table],
      }),
    );
  return fc.oneof(periods, periods, weeks, instants);
}

function usedPeriods(operator: string, chosen: readonly Period[]): readonly Period[] {
  const sorted = chosen.toSorted(([, left], [, right]) => (left < right ? -1 : 1));
  if (operator.endsWith('nBetween')) return [sorted[0] ?? PERIODS[0], sorted.at(-1) ?? PERIODS[0]];
  return operator === 'equals' || operator === 'notEquals' ? chosen : chosen.slice(0, 1);
}

function periodCondition(sql: string, operator: string, used: readonly Period[]): string {
  const within = ([, start, end]: Period) => `(${sql} >= date '${start}' and ${sql} < date '${end}')`;
  const [[, start, end], [, , last]] = [used[0] ?? PERIODS[0], used.at(-1) ?? PERIODS[0]];
  const isOutside = (period: Period) => `(not ${within(period)} or ${sql} is null)`;
  switch (operator) {
    case 'equals':
      return joined('or', used.map(within));
    case 'notEquals':
      return joined('and', used.map(isOutside));
    case 'inBetween':
      return `(${sql} >= date '${start}' and ${sql} < date '${last}')`;
    case 'notInBetween':
      return `(${sql} < date '${start}' or ${sql} >= date '${last}')`;
    case 'lessThan':
      return `${sql} < date '${start}'`;
    case 'lessThanOrEqual':
      return `${sql} < date '${end}'`;
    case 'greaterThan':
      return `${sql} >= date '${end}'`;
    default:
      return `${sql} >= date '${start}'`;
  }
}

const booleans = ({ id, sql, table }: FilterField): fc.Arbitrary<RandomFilter> =>
  fc.tuple(fc.boolean(), fc.boolean(), form).map(([value, isNegative, shape]) => ({
    written: rule(id, isNegative ? 'notEquals' : 'equals', [value], shape),
    sql: isNegative ? `(${sql} is distinct from ${value})` : `${sql} = ${value}`,
    tables: [table],
  }));

function oneRule(field: FilterField, keepsEmpty: boolean): fc.Arbitrary<RandomFilter> {
  const rules =
    field.kind === 'text'
      ? texts(field, keepsEmpty)
      : field.kind === 'number'
        ? numbers(field)
        : field.kind === 'boolean'
          ? booleans(field)
          : dates(field);
  return fc.oneof({ weight: 5, arbitrary: rules }, { weight: 1, arbitrary: empties(field) });
}

/** Rules that all hold: the filters of a custom metric know no "or". */
export function randomRules({ fields, keepsEmpty }: FilterSetting): fc.Arbitrary<RandomFilter> {
  const one = fc.constantFrom(...fields).chain((field) => oneRule(field, keepsEmpty));
  return fc
    .array(one, { minLength: 1, maxLength: 2 })
    .map((rules) => ({ ...together('and', rules), written: writtenOf(rules) }));
}

/** Trees of rules on dimensions, in every form that the argument takes. */
export function randomFilters({ fields, keepsEmpty }: FilterSetting): fc.Arbitrary<RandomFilter> {
  const leaf = fc.constantFrom(...fields).chain((field) => oneRule(field, keepsEmpty));
  const { node } = fc.letrec<{ node: RandomFilter }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc
        .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('node'), { minLength: 1, maxLength: 3 }))
        .map(([join, nodes]): RandomFilter => ({ ...together(join, nodes), written: { [join]: writtenOf(nodes) } })),
    ),
  }));
  const top = fc.array(node, { minLength: 1, maxLength: 3 });
  return fc.tuple(top, fc.nat({ max: 4 })).map(([nodes, shape]): RandomFilter => {
    const written = writtenOf(nodes);
    const all = together(shape === 1 || shape === 3 ? 'or' : 'and', nodes);
    if (shape === 0) return { ...all, written: { and: written } };
    if (shape === 1) return { ...all, written: { or: written } };
    if (shape === 2) return { ...all, written: JSON.stringify(written) };
    if (shape === 3) return { ...all, written: { type: 'or', dimensions: written } };
    return { ...all, written };
  });
}

const writtenOf = (nodes: readonly RandomFilter[]) => nodes.map(({ written }) => written);
const together = (join: 'and' | 'or', nodes: readonly RandomFilter[]) => ({
  sql: joined(
    join,
    nodes.map(({ sql }) => sql),
  ),
  tables: nodes.flatMap(({ tables }) => tables),
});
