import { describe, expect, test } from 'vitest';
import { buildMetricQuery, type MetricQueryArguments } from '../../src/query/builder/metric-query.ts';
import { describeFilters } from '../../src/query/filters/describe-filters.ts';
import { expectLine } from '../helpers/answers.ts';
import { expectNote } from '../helpers/notes.ts';
import { explores, roastery } from './roastery.ts';

const build = (args: MetricQueryArguments) => buildMetricQuery(roastery.orders, args, { elsewhere: explores });

const count = { metrics: ['orders_order_count'] };
const byStatus = { dimensions: ['orders_status'], ...count };
const where = (field: string, operator: string, values?: unknown, more: object = {}) => ({
  ...count,
  filters: [{ field, operator, ...(values !== undefined && { values }), ...more }],
});

/** Mistakes in naming fields that are put right. */
const RENAMED: readonly (readonly [mistake: string, args: MetricQueryArguments, selected: string])[] = [
  ['a dot instead of an underscore', { dimensions: ['orders.status'] }, 'orders_status'],
  ['a reference as in SQL', { metrics: [`\${orders.order_count}`] }, 'orders_order_count'],
  ['a bare name', { dimensions: ['status'] }, 'orders_status'],
  ['a label', { dimensions: ['Sales channel'] }, 'orders_channel'],
  ['a label of a metric', { metrics: ['Revenue'] }, 'order_items_total_revenue'],
  ['a label with a question mark left out', { dimensions: ['gift'] }, 'orders_is_gift'],
  ['a label with its table', { dimensions: ['Customers Country'] }, 'customers_country'],
  ['a name under the wrong table', { dimensions: ['orders_country'] }, ''],
  ['other case', { dimensions: ['Orders_Status'] }, 'orders_status'],
  ['camel case', { metrics: ['orderCount'] }, 'orders_order_count'],
  ['a plural', { dimensions: ['customers_countries'] }, 'customers_country'],
  ['a singular table', { metrics: ['order_items.total_revenue'] }, 'order_items_total_revenue'],
  ['spaces', { metrics: ['orders order count'] }, 'orders_order_count'],
  ['a grain as a call', { dimensions: ['month(orders_ordered_at)'] }, 'orders_ordered_at_month'],
  ['a grain after a dot', { dimensions: ['orders.ordered_at.month'] }, 'orders_ordered_at_month'],
  ['a label of a grain', { dimensions: ['Ordered month'] }, 'orders_ordered_at_month'],
  ['a heading of a result', { metrics: ['order_items_total_revenue [USD]'] }, 'order_items_total_revenue'],
  ['a metric as a dimension', { dimensions: ['orders_order_count'] }, 'orders_order_count'],
  ['a dimension as a metric', { metrics: ['orders_status'] }, 'orders_status'],
  ['one field instead of a list', { metrics: 'orders_order_count' }, 'orders_order_count'],
  ['a list in a string', { metrics: '["orders_order_count"]' }, 'orders_order_count'],
  ['names in a string', { metrics: 'orders_order_count, orders_average_rating' }, 'orders_average_rating'],
  ['an object for a field', { dimensions: [{ fieldId: 'orders_status' }] }, 'orders_status'],
];

describe('a field not written as its id', () => {
  test.each(RENAMED.filter(([, , selected]) => selected !== ''))('%s is read as the right one', (_, args, selected) => {
    const built = build(args);
    if (!built.ok) throw new Error(built.problems.join(' '));
    expect([...built.query.dimensions, ...built.query.metrics]).toContain(selected);
  });
});

/** Mistakes that are refused; the nearest right field is named, and with it the question is answered. */
const REFUSED: readonly (readonly [
  mistake: string,
  args: (field: string) => MetricQueryArguments,
  wrong: string,
  right: string,
])[] = [
  ['a typing error', (field) => ({ metrics: [field] }), 'orders_oder_count', 'orders_order_count'],
  ['letters swapped', (field) => ({ dimensions: [field] }), 'customers_conutry', 'customers_country'],
  ['a letter doubled', (field) => ({ dimensions: [field] }), 'customers_loyallty_tier', 'customers_loyalty_tier'],
  ['a metric of another table', (field) => ({ metrics: [field] }), 'orders_total_revenue', 'order_items_total_revenue'],
  ['a dimension of another table', (field) => ({ dimensions: [field] }), 'orders_country', 'customers_country'],
  ['a made-up metric', (field) => ({ metrics: [field] }), 'total_sales', 'order_items_total_revenue'],
  ['a made-up count', (field) => ({ metrics: [field] }), 'number_of_orders', 'orders_order_count'],
  ['a made-up average', (field) => ({ metrics: [field] }), 'orders_avg_rating', 'orders_average_rating'],
  ['a made-up date', (field) => ({ dimensions: [field] }), 'orders_order_date_month', 'orders_ordered_at_month'],
  ['a grain that is not made', (field) => ({ dimensions: [field] }), 'orders_shipped_at_quarter', 'orders_shipped_at'],
  ['a name in two tables', (field) => ({ dimensions: [field] }), 'unit_price', 'order_items_unit_price'],
  ['an adjective', (field) => ({ dimensions: [field] }), 'orders_ordered_at_monthly', 'orders_ordered_at_month'],
  ['an abbreviation', (field) => ({ dimensions: [field] }), 'cust_country', 'customers_country'],
  ['a wrong field in a filter', (field) => where(field, 'equals', ['x']), 'orders_state', 'orders_status'],
  [
    'a wrong field in a calculation',
    (field) => ({ ...count, tableCalculations: [{ name: 'x', displayName: 'X', sql: `\${${field}} / 2` }] }),
    'orders.order_cuont',
    'orders_order_count',
  ],
];

describe('an unknown field', () => {
  test.each(REFUSED)('%s is refused with the right field', (_, args, wrong, right) => {
    const built = build(args(wrong));
    expect(built.ok).toBe(false);
    expect(built.ok ? '' : built.problems.join('\n')).toContain(`${right} (`);
    expect(build(args(right))).toMatchObject({ ok: true });
  });

  test('of another explore is refused with the name of that explore', () => {
    const built = build({ dimensions: ['subscriptions_plan'], metrics: ['subscriptions_mrr'] });
    expectLine(built.ok ? '' : built.problems.join('\n'), 'subscriptions_plan', 'explore subscriptions');
  });

  test('similar to none is refused with ways to search', () => {
    const built = build({ metrics: ['xyzzy'] });
    expectLine(
      built.ok ? '' : (built.problems[0] ?? ''),
      'orders',
      'customers',
      'order_items',
      'products',
      'find_fields',
    );
  });
});

/** Filters that models write and Lightdash does not take, with what they come to. */
const FILTERS: readonly (readonly [args: MetricQueryArguments, words: string])[] = [
  [where('orders_status', '=', 'delivered'), 'orders_status = delivered'],
  [where('orders_status', '!=', ['cancelled']), 'orders_status ≠ cancelled'],
  [where('orders_status', 'in', ['shipped', 'delivered']), 'orders_status = shipped or delivered'],
  [where('orders_status', 'not in', ['shipped', 'delivered']), 'orders_status ≠ shipped, delivered'],
  [where('orders_status', 'is', 'delivered'), 'orders_status = delivered'],
  [where('orders_status', 'EQUALS', 'delivered'), 'orders_status = delivered'],
  [where('customers_city', 'contains', 'Port'), 'customers_city contains Port'],
  [where('customers_city', 'like', 'Po%'), 'customers_city starts with Po'],
  [where('customers_city', 'ilike', '%ort%'), 'customers_city contains ort'],
  [where('customers_city', 'starts_with', ['Po']), 'customers_city starts with Po'],
  [where('orders_coupon_code', 'is null'), 'orders_coupon_code is empty'],
  [where('orders_coupon_code', 'equals', [null]), 'orders_coupon_code is empty'],
  [where('orders_coupon_code', '!=', null), 'orders_coupon_code is not empty'],
  [
    where('orders_coupon_code', 'equals', ['SPRING', null]),
    '(orders_coupon_code = SPRING or orders_coupon_code is empty)',
  ],
  [where('orders_rating', '>=', '4'), 'orders_rating ≥ 4'],
  [where('orders_rating', 'between', [2, 4]), 'orders_rating ≥ 2; orders_rating ≤ 4'],
  [where('orders_rating', 'between', '2 and 4'), 'orders_rating ≥ 2; orders_rating ≤ 4'],
  [where('orders_rating', 'not between', [2, 4]), '(orders_rating < 2 or orders_rating > 4)'],
  [where('orders_shipping_fee', 'greater than', '$1,000.50'), 'orders_shipping_fee > 1000.5049995'],
  [where('orders_delivery_rate', '>', '80%'), 'orders_delivery_rate > 0.8'],
  [where('orders_is_gift', 'equals', ['false']), 'orders_is_gift = false'],
  [where('orders_is_gift', 'is', 'yes'), 'orders_is_gift = true'],
  [where('orders_ordered_at_month', 'equals', ['2024-03']), 'orders_ordered_at_month = 2024-03'],
  [where('orders_ordered_at_month', 'equals', ['March 2024']), 'orders_ordered_at_month = 2024-03'],
  [where('orders_ordered_at_month', 'equals', ['2024']), 'orders_ordered_at_month from 2024-01 to 2024-12'],
  [where('orders_ordered_at_month', 'equals', [2024]), 'orders_ordered_at_month from 2024-01 to 2024-12'],
  [
    where('orders_ordered_at_month', 'between', ['2024-01-01', '2024-03-31']),
    'orders_ordered_at_month from 2024-01 to 2024-03',
  ],
  [
    where('orders_ordered_at_month', 'equals', ['2024-01', '2024-03']),
    '(orders_ordered_at_month = 2024-01 or orders_ordered_at_month = 2024-03)',
  ],
  [where('orders_ordered_at_quarter', 'equals', ['Q1 2024']), 'orders_ordered_at_quarter = 2024-Q1'],
  [
    where('orders_ordered_at_year', 'in', ['2023', '2024']),
    '(orders_ordered_at_year = 2023 or orders_ordered_at_year = 2024)',
  ],
  [
    where('orders_ordered_at_week', 'equals', ['2024-03-06']),
    'orders_ordered_at_week > 2024-02-28; orders_ordered_at_week ≤ 2024-03-06',
  ],
  [where('orders_delivered_on', 'equals', ['2024-03']), 'orders_delivered_on from 2024-03-01 to 2024-03-31'],
  [
    where('orders_ordered_at', 'equals', ['2024-03-15']),
    'orders_ordered_at ≥ 2024-03-15T00:00:00Z; orders_ordered_at < 2024-03-16T00:00:00Z',
  ],
  [
    where('orders_ordered_at', 'between', ['2024-01-01', '2024-03-31']),
    'orders_ordered_at ≥ 2024-01-01T00:00:00Z; orders_ordered_at < 2024-04-01T00:00:00Z',
  ],
  [
    where('orders_ordered_at', 'between', '2024-01 to 2024-03'),
    'orders_ordered_at ≥ 2024-01-01T00:00:00Z; orders_ordered_at < 2024-04-01T00:00:00Z',
  ],
  [where('orders_ordered_at', 'after', '2024'), 'orders_ordered_at ≥ 2025-01-01T00:00:00Z'],
  [where('orders_ordered_at', 'since', ['2024-06']), 'orders_ordered_at ≥ 2024-06-01T00:00:00Z'],
  [where('orders_ordered_at', 'inThePast', ['3 completed months']), 'orders_ordered_at in the past 3 completed months'],
  [
    where('orders_ordered_at', 'inThePast', [3], { unit: 'completed months' }),
    'orders_ordered_at in the past 3 completed months',
  ],
  [where('orders_ordered_at', 'in the last', [30], { unit: 'day' }), 'orders_ordered_at in the past 30 days'],
  [where('orders_ordered_at', 'equals', ['last month']), 'orders_ordered_at in the past 1 completed month'],
  [where('orders_ordered_at', 'this year'), 'orders_ordered_at in the current year'],
  [where('orders_ordered_at', 'inTheCurrent', ['quarter']), 'orders_ordered_at in the current quarter'],
  [where('Ordered', 'equals', 'yesterday'), 'orders_ordered_at in the past 1 completed day'],
  [
    { ...count, filters: { orders_status: 'delivered', is_gift: true } },
    'orders_status = delivered; orders_is_gift = true',
  ],
  [
    { ...count, filters: { field: 'orders_status', operator: 'equals', value: 'delivered' } },
    'orders_status = delivered',
  ],
  [
    { ...count, filters: '[{"field":"orders_status","operator":"equals","values":["delivered"]}]' },
    'orders_status = delivered',
  ],
  [{ ...count, filters: [{ fieldId: 'orders_status', op: 'eq', value: 'delivered' }] }, 'orders_status = delivered'],
  [
    {
      ...count,
      filters: { dimensions: [{ target: { fieldId: 'orders_status' }, operator: 'equals', values: ['delivered'] }] },
    },
    'orders_status = delivered',
  ],
  [
    {
      ...count,
      filters: {
        and: [
          { field: 'status', operator: 'equals', values: ['delivered'] },
          { field: 'order count', operator: '>', values: [2] },
        ],
      },
    },
    'orders_status = delivered; orders_order_count > 2',
  ],
];

describe("a filter in another form than Lightdash's", () => {
  test.each(FILTERS.map(([args, words]) => [JSON.stringify(args.filters), args, words] as const))(
    '%s is understood',
    (_, args, words) => {
      const built = build(args);
      if (!built.ok) throw new Error(built.problems.join(' '));
      expect(describeFilters(built.query.filters).join('; ')).toBe(words);
      expect(build({ ...args, filters: built.query.filters })).toMatchObject({ ok: true, query: built.query });
    },
  );
});

/** A mistake that cannot be put right is refused with what to write, and that works. */
const REPAIRS: readonly (readonly [
  mistake: string,
  args: MetricQueryArguments,
  says: RegExp,
  repaired: MetricQueryArguments,
])[] = [
  [
    'an operator of another type',
    where('orders_rating', 'contains', ['2']),
    /include.*orders_rating \(number\).*equals,/,
    where('orders_rating', 'equals', ['2']),
  ],
  [
    'a comparison of texts',
    where('orders_status', '>', ['m']),
    /equals, notEquals, include/,
    where('orders_status', 'startsWith', ['m']),
  ],
  [
    'an operator misspelt',
    where('orders_status', 'equalz', ['x']),
    /equals\?/,
    where('orders_status', 'equals', ['x']),
  ],
  [
    'an operator unheard of',
    where('orders_status', 'resembles', ['x']),
    /equals, notEquals, include/,
    where('orders_status', 'include', ['x']),
  ],
  [
    'several periods as the current one',
    where('orders_ordered_at', 'inTheCurrent', [2], { unit: 'years' }),
    /inTheCurrent takes one unit.*inThePast/,
    where('orders_ordered_at', 'inThePast', [2], { unit: 'years' }),
  ],
  [
    'a window with the word of a range',
    where('orders_ordered_at', 'equals', ['week to date']),
    /"week to date".*inTheCurrent/,
    where('orders_ordered_at', 'inTheCurrent', [], { unit: 'weeks' }),
  ],
  [
    'a date in words unknown',
    where('orders_ordered_at', 'equals', ['soon']),
    /Write 2024-03-15, 2024-03/,
    where('orders_ordered_at', 'equals', ['2024-03-15']),
  ],
  [
    'a date of two readings',
    where('orders_ordered_at', 'after', ['03/04/2024']),
    /Write 2024-03-15/,
    where('orders_ordered_at', 'after', ['2024-03-04']),
  ],
  [
    'a day that is not',
    where('orders_ordered_at_day', 'equals', ['2023-02-29']),
    /\bdate\b/,
    where('orders_ordered_at_day', 'equals', ['2023-02-28']),
  ],
  [
    'a day on a month',
    where('orders_ordered_at_month', 'equals', ['2024-03-15']),
    /2024-03.*orders_ordered_at_day/,
    where('orders_ordered_at_day', 'equals', ['2024-03-15']),
  ],
  [
    'a month on a quarter',
    where('orders_ordered_at_quarter', 'equals', ['2024-02']),
    /holds quarters.*write 2024-Q1/,
    where('orders_ordered_at_quarter', 'equals', ['2024-Q1']),
  ],
  [
    'a relative date in a comparison',
    where('orders_ordered_at', '>', ['last month']),
    /goes with equals/,
    where('orders_ordered_at', 'equals', ['last month']),
  ],
  [
    'a window without a number',
    where('orders_ordered_at', 'inThePast', ['some']),
    /whole number.*unit/,
    where('orders_ordered_at', 'inThePast', [1], { unit: 'months' }),
  ],
  [
    'a unit unknown',
    where('orders_ordered_at', 'inThePast', [3], { unit: 'moons' }),
    /minutes, hours, days, weeks, months/,
    where('orders_ordered_at', 'inThePast', [3], { unit: 'months' }),
  ],
  [
    'dates the wrong way round',
    where('orders_ordered_at_day', 'between', ['2024-03-31', '2024-01-01']),
    /write \["2024-01-01","2024-03-31"\]/,
    where('orders_ordered_at_day', 'between', ['2024-01-01', '2024-03-31']),
  ],
  [
    'numbers the wrong way round',
    where('orders_rating', 'between', [4, 2]),
    /write \[2, 4\]/,
    where('orders_rating', 'between', [2, 4]),
  ],
  [
    'text for a number',
    where('orders_rating', '>', ['high']),
    /compared with numbers/,
    where('orders_rating', '>', [4]),
  ],
  [
    'text for a boolean',
    where('orders_is_gift', 'equals', ['maybe']),
    /write \[true\] or \[false\]/,
    where('orders_is_gift', 'equals', [true]),
  ],
  ['no values', where('orders_status', 'equals', []), /has no values/, where('orders_status', 'equals', ['shipped'])],
  [
    'a date for the latest of dates',
    where('orders_latest_order', '>', ['2024-01-01']),
    /orders_ordered_at \(Ordered\)/,
    where('orders_ordered_at', '>', ['2024-01-01']),
  ],
  [
    'a rule without a field',
    { ...count, filters: [{ operator: 'equals', values: ['x'] }] },
    /has no field/,
    where('orders_status', 'equals', ['x']),
  ],
  [
    'a rule as a sentence',
    { ...count, filters: ['orders_status = delivered'] },
    /Write filters as/,
    where('orders_status', 'equals', ['delivered']),
  ],
  [
    'an or across kinds',
    {
      ...count,
      filters: {
        or: [
          { field: 'orders_status', operator: 'equals', values: ['x'] },
          { field: 'orders_order_count', operator: '>', values: [2] },
        ],
      },
    },
    /dimensions.*metrics/,
    {
      ...count,
      filters: {
        and: [
          { field: 'orders_status', operator: 'equals', values: ['x'] },
          { field: 'orders_order_count', operator: '>', values: [2] },
        ],
      },
    },
  ],
  [
    'a sort that is not selected',
    { ...byStatus, sorts: ['-orders_channel'] },
    /orders_status, orders_order_count.*orders_channel/,
    { ...byStatus, sorts: ['-orders_order_count'] },
  ],
  [
    'a sort that breaks out of SQL',
    { ...byStatus, sorts: [{ fieldId: 'orders_status"; drop table x; --', descending: true }] },
    /selected: orders_status/,
    { ...byStatus, sorts: ['orders_status'] },
  ],
  [
    'a sort by nothing',
    { ...byStatus, sorts: [{ descending: true }] },
    /Write "-field_id"/,
    { ...byStatus, sorts: ['-orders_status'] },
  ],
  ['nothing selected', {}, /metric or dimension/, count],
  ['a limit in words', { ...count, limit: 'all' }, /limit is a number/, { ...count, limit: 100 }],
  ['a limit below nothing', { ...count, limit: -1 }, /limit is a number/, { ...count, limit: 1 }],
  ['a limit of nothing', { ...count, limit: 0.1 }, /limit is a number/, { ...count, limit: 1 }],
  ['a limit that is no number', { ...count, limit: false }, /limit is a number/, { ...count, limit: 1 }],
  ['a time zone unknown', { ...count, timezone: 'Lisbon' }, /Europe\/Lisbon/, { ...count, timezone: 'Europe/Lisbon' }],
  [
    'a calculation over what is not selected',
    { ...count, tableCalculations: [{ name: 'x', displayName: 'X', sql: `\${orders.average_rating} * 2` }] },
    /add it to metrics/,
    {
      metrics: ['orders_order_count', 'orders_average_rating'],
      tableCalculations: [{ name: 'x', displayName: 'X', sql: `\${orders.average_rating} * 2` }],
    },
  ],
  [
    'a calculation without SQL',
    { ...count, tableCalculations: [{ name: 'x' }] },
    /lacks sql: write/,
    { ...count, tableCalculations: [{ name: 'x', sql: `\${orders.order_count} * 2` }] },
  ],
  [
    'a custom metric of no table',
    { metrics: ['orders_x'], additionalMetrics: [{ name: 'x', type: 'sum', sql: `\${TABLE}.rating` }] },
    /lacks table/,
    {
      metrics: ['orders_x'],
      additionalMetrics: [{ name: 'x', table: 'orders', type: 'sum', sql: `\${TABLE}.rating` }],
    },
  ],
  [
    'a custom metric of another table',
    { metrics: ['plans_x'], additionalMetrics: [{ name: 'x', table: 'plans', type: 'sum', sql: `\${TABLE}.rating` }] },
    /tables.*orders, customers/,
    {
      metrics: ['orders_x'],
      additionalMetrics: [{ name: 'x', table: 'orders', type: 'sum', sql: `\${TABLE}.rating` }],
    },
  ],
  [
    'bins over text',
    {
      dimensions: ['b'],
      ...count,
      customDimensions: [
        {
          id: 'b',
          name: 'B',
          table: 'orders',
          type: 'bin',
          dimensionId: 'orders_status',
          binType: 'fixed_width',
          binWidth: 2,
        },
      ],
    },
    /number dimension/,
    {
      dimensions: ['b'],
      ...count,
      customDimensions: [
        {
          id: 'b',
          name: 'B',
          table: 'orders',
          type: 'bin',
          dimensionId: 'orders_rating',
          binType: 'fixed_width',
          binWidth: 2,
        },
      ],
    },
  ],
];

describe('a mistake that cannot be corrected', () => {
  test.each(REPAIRS)('%s is refused with a correct form', (_, args, says, repaired) => {
    const built = build(args);
    expect(built.ok ? '' : built.problems.join('\n')).toMatch(says);
    expect(build(repaired)).toMatchObject({ ok: true });
  });

  test('is reported with all others at once', () => {
    const built = build({
      metrics: ['orders_nope', 'xyzzy'],
      sorts: ['-whatever'],
      limit: -1,
      filters: [{ field: 'orders_status', operator: '>', values: ['m'] }],
    });
    expect(built.ok ? 0 : built.problems.length).toBe(5);
  });
});

describe('a note reports', () => {
  const notes = (args: MetricQueryArguments): string => {
    const built = build(args);
    return built.ok ? built.notes.join('\n') : built.problems.join('\n');
  };

  test('fields that were corrected, apart from punctuation', () => {
    expectLine(notes({ metrics: ['Revenue'] }), '"Revenue"', 'order_items_total_revenue');
    expect(notes({ metrics: ['orders.order_count'] })).toBe('');
  });

  test('a metric among the dimensions', () => {
    expectLine(notes({ dimensions: ['orders_order_count'] }), 'orders_order_count', 'metric');
  });

  test('a limit over the maximum', () => {
    expectLine(notes({ ...count, limit: 1_000_000 }), 'limit', 1_000_000, 5_000);
  });

  test('an ambiguous window', () => {
    expect(notes(where('orders_ordered_at', 'equals', ['last 3 months']))).toContain('"completed months"');
    expect(notes(where('orders_ordered_at', 'inThePast', [3]))).toMatch(/\bdays\b/);
  });

  test('sums that a join inflates', () => {
    const shipping = notes({ dimensions: ['products_category'], metrics: ['orders_total_shipping'] });
    expectNote(shipping, 'inflated', 'orders_total_shipping', 'may', 'order_items', 'orders');
    expect(notes({ dimensions: ['customers_country'], metrics: ['orders_total_shipping'] })).toBe('');
  });
});
