import fc from 'fast-check';

/** A filter as a caller may write it, and the condition that it means, in SQL over the aliases of `random-queries.ts`. */
export interface RandomFilter {
  readonly written: unknown;
  readonly sql: string;
}

/** The facts that the meaning of a filter hangs on. */
export interface FilterSetting {
  /** `o.ordered_at` on the clocks of the query's zone. */
  readonly orderedAt: string;
  /** True if "does not contain" keeps rows without a value: 1.219. */
  readonly keepsEmpty: boolean;
}

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
const list = (values: readonly unknown[]) =>
  values.map((value) => (typeof value === 'string' ? quote(value) : String(value))).join(', ');
const joined = (word: 'and' | 'or', parts: readonly string[]) => `(${parts.join(` ${word} `)})`;

/** One rule in one of the forms that are read alike. */
const rule = (field: string, operator: string, values: readonly unknown[] | undefined, form: number): object => {
  const valueFields = values === undefined ? {} : { values };
  if (form === 0) return { fieldId: field, operator, ...valueFields };
  if (form === 1) return { target: { fieldId: field }, operator, ...valueFields };
  if (form === 2 && values?.length === 1) return { field, op: operator, value: values[0] };
  return { field, operator, ...valueFields };
};
const form = fc.nat({ max: 3 });
const some = <Value>(values: readonly Value[], max = 3) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: max });

const empties = (fields: readonly (readonly [id: string, sql: string])[]) =>
  fc.tuple(fc.constantFrom(...fields), fc.boolean(), form).map(
    ([[id, sql], isNull, shape]): RandomFilter => ({
      written: rule(id, isNull ? 'isNull' : 'notNull', undefined, shape),
      sql: `${sql} is ${isNull ? '' : 'not '}null`,
    }),
  );

const TEXTS = [
  ['orders_status', 'o.status', ['delivered', 'shipped', 'returned', 'cancelled', 'Delivered']],
  ['orders_channel', 'o.channel', ['web', 'phone', 'mobile', 'wholesale_portal', 'Web']],
  ['orders_coupon_code', 'o.coupon_code', ['WELCOME10', 'nothing', 'welcome10']],
  ['customers_country', 'c.country', ['Portugal', 'Germany', 'France', 'portugal']],
] as const;
const PARTS = ['e', 'E', 'del', 'WEL', 'port', 'al', 'b'];

function texts({ keepsEmpty }: FilterSetting): fc.Arbitrary<RandomFilter> {
  const equality = fc
    .tuple(fc.constantFrom(...TEXTS), fc.boolean(), fc.boolean(), form)
    .chain(([[id, sql, values], isNegative, withNull, shape]) =>
      some<string>(values).map((chosen): RandomFilter => {
        const written = withNull ? [...chosen, null] : chosen;
        const condition = isNegative
          ? `(${sql} not in (${list(chosen)}) or ${sql} is null)${withNull ? ` and ${sql} is not null` : ''}`
          : `${sql} in (${list(chosen)})${withNull ? ` or ${sql} is null` : ''}`;
        return { written: rule(id, isNegative ? 'notEquals' : 'equals', written, shape), sql: `(${condition})` };
      }),
    );
  const parts = fc
    .tuple(
      fc.constantFrom(...TEXTS),
      fc.constantFrom('include', 'doesNotInclude', 'startsWith', 'endsWith'),
      some(PARTS, 2),
      form,
    )
    .map(([[id, sql], operator, values, shape]): RandomFilter => {
      const like = (pattern: string) => `${sql} like ${quote(pattern)}`;
      const conditions = values.map((value) => {
        if (operator === 'startsWith') return like(`${value}%`);
        if (operator === 'endsWith') return like(`%${value}`);
        return `${sql} ${operator === 'include' ? '' : 'not '}ilike ${quote(`%${value}%`)}`;
      });
      const condition = joined(operator === 'doesNotInclude' ? 'and' : 'or', conditions);
      const kept = operator === 'doesNotInclude' && keepsEmpty ? ` or ${sql} is null` : '';
      return { written: rule(id, operator, values, shape), sql: `(${condition}${kept})` };
    });
  return fc.oneof(equality, parts, empties(TEXTS.map(([id, sql]) => [id, sql])));
}

const NUMBERS = [
  ['orders_rating', 'o.rating', [1, 2, 3, 4, 5]],
  ['orders_shipping_fee', 'o.shipping_fee', [0, 3.5, 4.9, 7.25]],
  ['orders_discount_amount', 'o.discount_amount', [0, 1.5, 10]],
] as const;
const SIGNS = {
  ...{ lessThan: '<', lessThanOrEqual: '<=', greaterThan: '>', greaterThanOrEqual: '>=' },
} as const;

function numbers(): fc.Arbitrary<RandomFilter> {
  const equality = fc
    .tuple(fc.constantFrom(...NUMBERS), fc.boolean(), form)
    .chain(([[id, sql, values], isNegative, shape]) =>
      some<number>(values).map(
        (chosen): RandomFilter => ({
          written: rule(id, isNegative ? 'notEquals' : 'equals', chosen, shape),
          sql: isNegative ? `(${sql} not in (${list(chosen)}) or ${sql} is null)` : `${sql} in (${list(chosen)})`,
        }),
      ),
    );
  const comparison = fc
    .tuple(fc.constantFrom(...NUMBERS), fc.constantFrom(...Object.entries(SIGNS)), form)
    .chain(([[id, sql, values], [operator, sign], shape]) =>
      fc
        .constantFrom<number>(...values)
        .map(
          (value): RandomFilter => ({ written: rule(id, operator, [value], shape), sql: `${sql} ${sign} ${value}` }),
        ),
    );
  const between = fc
    .tuple(fc.constantFrom(...NUMBERS), fc.boolean(), form)
    .chain(([[id, sql, values], isNegative, shape]) =>
      fc.tuple(fc.constantFrom<number>(...values), fc.constantFrom<number>(...values)).map((pair): RandomFilter => {
        const [low = 0, high = 0] = pair.toSorted((left, right) => left - right);
        return {
          written: rule(id, isNegative ? 'notInBetween' : 'inBetween', [low, high], shape),
          sql: isNegative ? `(${sql} < ${low} or ${sql} > ${high})` : `${sql} between ${low} and ${high}`,
        };
      }),
    );
  return fc.oneof(equality, comparison, between, empties(NUMBERS.map(([id, sql]) => [id, sql])));
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

function dates({ orderedAt }: FilterSetting): fc.Arbitrary<RandomFilter> {
  // A grain compares whole periods of its own.
  const fields = [
    ['orders_ordered_at', orderedAt, PERIODS],
    ['orders_ordered_at_day', `date_trunc('day', ${orderedAt})`, PERIODS],
    [
      'orders_ordered_at_month',
      `date_trunc('month', ${orderedAt})`,
      PERIODS.filter(([, , , kind]) => MONTHS.includes(kind)),
    ],
    ['orders_ordered_at_year', `date_trunc('year', ${orderedAt})`, PERIODS.filter(([, , , kind]) => kind === 'year')],
    ['orders_delivered_on', 'o.delivered_on', PERIODS],
  ] as const;
  const periods = fc
    .tuple(fc.constantFrom(...fields), fc.constantFrom(...DATE_OPERATORS), form)
    .chain(([[id, sql, of], operator, shape]) =>
      fc.uniqueArray(fc.constantFrom<Period>(...of), { minLength: 1, maxLength: 2 }).map((chosen): RandomFilter => {
        const isRange = operator.endsWith('nBetween');
        const isList = operator === 'equals' || operator === 'notEquals';
        const sorted = chosen.toSorted(([, left], [, right]) => (left < right ? -1 : 1));
        const used = isRange
          ? [sorted[0] ?? PERIODS[0], sorted.at(-1) ?? PERIODS[0]]
          : isList
            ? chosen
            : chosen.slice(0, 1);
        const written = rule(
          id,
          operator,
          used.map(([text]) => text),
          shape,
        );
        return { written, sql: periodCondition(sql, operator, used) };
      }),
    );
  const weeks = fc
    .tuple(fc.constantFrom('equals', 'lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'), form)
    .chain(([operator, shape]) =>
      fc.constantFrom('2024-03-06', '2024-03-04', '2023-11-12').map((day): RandomFilter => {
        const sign = operator === 'equals' ? '=' : SIGNS[operator as keyof typeof SIGNS];
        return {
          written: rule('orders_ordered_at_week', operator, [day], shape),
          sql: `date_trunc('week', ${orderedAt}) ${sign} date_trunc('week', date '${day}')`,
        };
      }),
    );
  const instants = fc
    .tuple(
      fc.constantFrom(...Object.entries(SIGNS)),
      fc.constantFrom('2024-03-31T00:00:00Z', '2024-06-15T13:30:00Z'),
      form,
    )
    .map(
      ([[operator, sign], instant, shape]): RandomFilter => ({
        written: rule('orders_ordered_at', operator, [instant], shape),
        sql: `o.ordered_at ${sign} timestamp '${instant.slice(0, 19).replace('T', ' ')}'`,
      }),
    );
  return fc.oneof(periods, periods, weeks, instants, empties([['orders_delivered_on', 'o.delivered_on']]));
}

function periodCondition(sql: string, operator: string, used: readonly Period[]): string {
  const within = ([, start, end]: Period) => `(${sql} >= date '${start}' and ${sql} < date '${end}')`;
  const [[, start, end], [, , last]] = [used[0] ?? PERIODS[0], used.at(-1) ?? PERIODS[0]];
  switch (operator) {
    case 'equals':
      return joined('or', used.map(within));
    case 'notEquals':
      return joined(
        'and',
        used.map((period) => `(not ${within(period)} or ${sql} is null)`),
      );
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

const booleans = fc.tuple(fc.boolean(), form).map(
  ([value, shape]): RandomFilter => ({
    written: rule('orders_is_gift', 'equals', [value], shape),
    sql: `o.is_gift = ${value}`,
  }),
);

/** Trees of rules on dimensions, in every form that the argument takes. */
export function randomFilters(setting: FilterSetting): fc.Arbitrary<RandomFilter> {
  const leaf = fc.oneof(texts(setting), numbers(), dates(setting), booleans);
  const { node } = fc.letrec<{ node: RandomFilter }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc
        .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('node'), { minLength: 1, maxLength: 3 }))
        .map(
          ([join, nodes]): RandomFilter => ({
            written: { [join]: nodes.map(({ written }) => written) },
            sql: joined(
              join,
              nodes.map(({ sql }) => sql),
            ),
          }),
        ),
    ),
  }));
  const top = fc.array(node, { minLength: 1, maxLength: 3 });
  return fc.tuple(top, fc.nat({ max: 4 })).map(([nodes, shape]): RandomFilter => {
    const written = nodes.map((randomFilter) => randomFilter.written);
    const conditions = nodes.map((randomFilter) => randomFilter.sql);
    const isOr = shape === 1 || shape === 3;
    const sql = joined(isOr ? 'or' : 'and', conditions);
    if (shape === 0) return { written: { and: written }, sql };
    if (shape === 1) return { written: { or: written }, sql };
    if (shape === 2) return { written: JSON.stringify(written), sql };
    if (shape === 3) return { written: { type: 'or', dimensions: written }, sql };
    return { written, sql };
  });
}
