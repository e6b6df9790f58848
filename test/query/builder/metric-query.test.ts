import fc from 'fast-check';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { metricQuery as metricQueryInput } from '../../../src/operations/metric-query.ts';
import { buildMetricQuery, fieldsOfQuery } from '../../../src/query/builder/metric-query.ts';
import { overlapNotes } from '../../../src/query/builder/overlap-notes.ts';
import { readExplore, UnreadableExplore } from '../../../src/query/fields/explore.ts';
import { comparedTexts, nearestValues } from '../../../src/query/filters/compared-texts.ts';
import { filteredFields } from '../../../src/query/filters/required-filters.ts';
import { isObject } from '../../../src/text/json.ts';
import { expectLine } from '../../helpers/answers.ts';
import { expectNote } from '../../helpers/notes.ts';
import { fieldOf, fixture, roastery } from '../roastery.ts';

const { orders, subscriptions } = roastery;

describe('random arguments', () => {
  const fieldName = fc.constantFrom(
    'orders_status',
    'Revenue',
    'orders_order_count',
    'orders_ordered_at',
    'nope',
    'orders.rating',
    'orders_is_gift',
  );
  const operator = fc.constantFrom(
    'equals',
    '!=',
    '>',
    'between',
    'include',
    'inThePast',
    'isNull',
    'nope',
    'last month',
  );
  const value = fc.oneof(
    fc.constantFrom(null, '2024', '5', 'true', 'x%', 'last month', '1,000'),
    fc.integer(),
    fc.boolean(),
    fc.string(),
  );
  const rule = fc.record({
    field: fieldName,
    operator,
    values: fc.oneof(fc.array(value, { maxLength: 3 }), value),
    unit: fc.constantFrom(undefined, 'months', 'completed weeks'),
  });
  const filters = fc.oneof(
    fc.array(rule, { maxLength: 3 }),
    fc.record({ or: fc.array(rule, { maxLength: 3 }) }),
    fc.array(fc.record({ or: fc.array(rule) }), { maxLength: 2 }),
    fc.anything(),
  );

  test('build a query or a message why not; they never throw', () => {
    fc.assert(
      fc.property(filters, fc.anything(), fc.anything(), (filterGroup, sorts, dimensions) => {
        const built = buildMetricQuery(orders, {
          metrics: ['orders_order_count'],
          filters: filterGroup,
          sorts,
          dimensions,
        });
        if (!built.ok) expect(built.problems.length).toBeGreaterThan(0);
      }),
    );
  });

  test('every filter of the result is on an existing field, and is read the same a second time', () => {
    fc.assert(
      fc.property(filters, (filterGroup) => {
        const built = buildMetricQuery(orders, { metrics: ['orders_order_count'], filters: filterGroup });
        if (!built.ok) return;
        for (const id of filteredFields(built.query.filters)) expect(orders.fields.has(id)).toBe(true);
        expect(buildMetricQuery(orders, built.query)).toMatchObject({ ok: true, query: built.query });
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    { or: [{ field: 'Revenue', operator: '!=', values: [0, '5'] }] },
    [
      { field: 'Revenue', values: ['2024'] },
      { field: 'orders_status', operator: 'include', values: ['ship'] },
    ],
    { field: 'orders_status', operator: 'equals', values: ['Shipped'], caseSensitive: false },
  ])('the filters %j read the same a second time', (filters) => {
    const built = buildMetricQuery(orders, { metrics: ['orders_order_count'], filters });
    if (!built.ok) throw new Error(built.problems.join());
    expect(buildMetricQuery(orders, built.query)).toMatchObject({ ok: true, query: built.query });
  });

  test('a sort is by a selected field, or refused', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fieldName,
            fieldName.map((name) => `-${name}`),
          ),
        ),
        (sorts) => {
          const built = buildMetricQuery(orders, {
            metrics: ['orders_order_count'],
            dimensions: ['orders_status'],
            sorts,
          });
          if (built.ok)
            for (const { fieldId } of built.query.sorts)
              expect(['orders_order_count', 'orders_status']).toContain(fieldId);
        },
      ),
    );
  });
});

describe('filters that the model requires', () => {
  test('are added if the query does not filter the field', () => {
    const built = buildMetricQuery(subscriptions, {
      metrics: ['subscriptions_mrr'],
      filters: [{ field: 'subscriptions_plan', operator: 'equals', values: ['Office'] }],
    });
    expect(built.ok && built.query.filters.dimensions).toMatchObject({
      and: [
        { target: { fieldId: 'subscriptions_plan' } },
        {
          target: { fieldId: 'subscriptions_started_on' },
          operator: 'inThePast',
          values: [10],
          settings: { unitOfTime: 'years' },
        },
      ],
    });
  });

  test('give way to a filter on the field or on a grain of it', () => {
    const built = buildMetricQuery(subscriptions, {
      metrics: ['subscriptions_mrr'],
      filters: [{ field: 'subscriptions_started_on_year', operator: 'equals', values: ['2024'] }],
    });
    expect(built).toMatchObject({ ok: true, notes: [] });
  });
});

describe('sorts', () => {
  const sorted = (sorts: unknown) => {
    const built = buildMetricQuery(orders, { dimensions: ['orders_status'], metrics: ['orders_order_count'], sorts });
    return built.ok ? built.query.sorts : built.problems;
  };
  const descending = [{ fieldId: 'orders_order_count', descending: true }];

  test.each([
    '-orders_order_count',
    'orders_order_count desc',
    'orders_order_count:DESC',
    '-Order count',
    '["-orders_order_count"]',
  ])('%s sorts descending', (sort) => {
    expect(sorted(sort)).toEqual(descending);
  });

  test.each([
    { field: 'orders_order_count', direction: 'desc' },
    { fieldId: 'orders_order_count', desc: true },
    { fieldId: '-orders.order_count' },
  ])('%o sorts descending', (sort) => {
    expect(sorted([sort])).toEqual(descending);
  });

  test('keep keys of newer servers', () => {
    expect(sorted([{ fieldId: 'orders_status', descending: false, nullsFirst: true }])).toEqual([
      { fieldId: 'orders_status', descending: false, nullsFirst: true },
    ]);
  });
});

describe('an explore', () => {
  test('without tables is said to be unreadable', () => {
    expect(() => readExplore({ name: 'wrong', errors: [] })).toThrow(UnreadableExplore);
    expect(() => readExplore(null)).toThrow(UnreadableExplore);
  });

  test('gives min and max the type of their field', () => {
    expect(fieldOf(orders, 'orders_latest_order')).toMatchObject({ valueType: 'timestamp', filterType: 'number' });
  });

  test('of a newer server states the relationships of its joins', () => {
    const source = fixture('explores/orders');
    const stated = readExplore({
      ...(isObject(source) ? source : {}),
      joinedTables: [
        { table: 'customers', sqlOn: '', relationship: 'many-to-one' },
        { table: 'order_items', sqlOn: '', relationship: 'one-to-many', hidden: true },
      ],
    });
    expect(stated.joins.map((join) => join.multiplies)).toEqual(['no', 'yes']);
    expect(fieldOf(stated, 'order_items_total_revenue').hidden).toBe(true);
    const built = buildMetricQuery(stated, { dimensions: ['order_items_grind'], metrics: ['orders_total_shipping'] });
    const [note = '', ...others] = built.ok ? built.notes : [];
    expectNote(note, 'inflated', 'orders_total_shipping is', 'order_items', 'orders');
    expect(others).toEqual([]);
  });
});

test('a join that the server guards against gets no warning', () => {
  const source = fixture('explores/orders');
  if (!isObject(source) || !isObject(source.tables) || !isObject(source.tables.orders)) throw new Error('orders');
  const explore = readExplore({
    ...source,
    tables: { ...source.tables, orders: { ...source.tables.orders, primaryKey: ['order_id'] } },
    joinedTables: [{ table: 'order_items', sqlOn: '', relationship: 'one-to-many' }],
  });
  const built = buildMetricQuery(explore, { dimensions: ['order_items_grind'], metrics: ['orders_total_shipping'] });
  if (!built.ok) throw new Error(built.problems.join());
  expect(built.notes).toEqual([]);
  // An order with two grinds counts in both rows.
  expectNote(overlapNotes(explore, built.query).join('\n'), 'overlapping rows', 'orders_total_shipping');
});

describe('joins that multiply', () => {
  const source = fixture('explores/orders');
  const joined = (joinedTables: readonly object[], keys: Readonly<Record<string, readonly string[]>> = {}) => {
    if (!isObject(source) || !isObject(source.tables)) throw new Error('orders');
    const tables = Object.fromEntries(
      Object.entries(source.tables).map(([name, table]) => [
        name,
        { ...(isObject(table) ? table : {}), ...(keys[name] && { primaryKey: keys[name] }) },
      ]),
    );
    return readExplore({ ...source, tables, joinedTables });
  };
  const notesOf = (index: ReturnType<typeof readExplore>, args: Parameters<typeof buildMetricQuery>[1]) => {
    const built = buildMetricQuery(index, args);
    if (!built.ok) throw new Error(built.problems.join(' '));
    return built.notes;
  };
  const toMany = (table: string, on: string, relationship = 'one-to-many') => ({
    ...{ table, relationship },
    sqlOn: `\${${table}.x} = \${${on}.x}`,
  });

  test('in parallel combine their rows, which the server does not guard against', () => {
    const index = joined([toMany('order_items', 'orders'), toMany('customers', 'orders')], {
      ...{ orders: ['order_id'], order_items: ['order_item_id'], customers: ['customer_id'] },
    });
    const dimensions = ['order_items_grind', 'customers_city'];
    const [note = '', ...others] = notesOf(index, { dimensions });
    expectNote(note, 'combined rows', 'order_items', 'customers', 'are');
    expect(others).toEqual([]);
    const guessed = joined(
      [toMany('order_items', 'orders'), { ...toMany('customers', 'orders'), relationship: undefined }],
      {
        ...{ orders: ['order_id'], order_items: ['order_item_id'], customers: ['customer_id'] },
      },
    );
    expectNote(notesOf(guessed, { dimensions }).join('\n'), 'combined rows', 'order_items', 'customers', 'may be');
    expect(notesOf(index, { dimensions: ['order_items_grind'] })).toEqual([]);
    // One through the other is no second branch.
    const chain = joined([toMany('order_items', 'orders'), toMany('products', 'order_items')]);
    expect(notesOf(chain, { dimensions: ['order_items_grind', 'products_category'] })).toEqual([]);
  });

  test('through a bridge without a key repeat the rows behind it', () => {
    const bridge = [toMany('order_items', 'orders'), toMany('customers', 'order_items', 'many-to-many')];
    const keys = { orders: ['order_id'], customers: ['customer_id'] };
    const args = { metrics: ['customers_average_birth_year', 'orders_total_shipping'] };
    const notes = notesOf(joined(bridge, keys), args);
    expect(notes).toHaveLength(2);
    expect(notes.join(' ')).toMatch(/customers_average_birth_year .*inflated/);
    expect(notes.join(' ')).toMatch(/orders_total_shipping is inflated/);
  });

  test('over a unique id get no warning', () => {
    const dimension = { table: 'customers', sqlOn: '${customers.customer_identifier} = ${orders.customer_id}' };
    const plain = { table: 'order_items', sqlOn: 'orders.order_id = order_items.order_id' };
    const index = joined([dimension, plain]);
    expect(index.joins.map(({ multiplies }) => multiplies)).toEqual(['no', 'likely']);
    expect(notesOf(index, { dimensions: ['customers_city'], metrics: ['orders_total_shipping'] })).toEqual([]);
  });
});

test('several parts of a text next to another rule of a custom metric are refused on releases that misread them', () => {
  const additionalMetrics = [
    {
      ...{ table: 'orders', name: 'some', type: 'count_distinct', sql: '${TABLE}.order_id' },
      filters: [
        { field: 'orders_status', operator: 'include', values: ['deliver', 'ship'] },
        { field: 'orders_channel', operator: 'equals', values: ['web'] },
      ],
    },
  ];
  const build = (isNewer: boolean) =>
    buildMetricQuery(orders, { metrics: ['orders_some'], additionalMetrics }, { isNewer });
  const older = build(false);
  expectLine(older.ok ? '' : older.problems.join('\n'), 'some', 'include', 'CASE WHEN');
  expect(build(true)).toMatchObject({ ok: true });
});

describe('a limit', () => {
  const limitOf = (limit: unknown, limits = {}) => {
    const built = buildMetricQuery(orders, { metrics: ['orders_order_count'], limit }, limits);
    return built.ok ? built.query.limit : built.problems;
  };

  test('is 500 by default, and never over that of the server', () => {
    expect(limitOf(undefined)).toBe(500);
    expect(limitOf(undefined, { maxLimit: 100 })).toBe(100);
    expect(limitOf(700, { maxLimit: 600 })).toBe(600);
  });

  test('of a fraction of a row is refused, and not rounded to none', () => {
    expect(limitOf(0.2)).toEqual([expect.stringMatching(/limit .*1 to 5000.*0\.2/)]);
    expect(limitOf(0)).toBe(0);
    const rounded = buildMetricQuery(orders, { metrics: ['orders_order_count'], limit: 2.7 });
    expect(rounded).toMatchObject({ ok: true, query: { limit: 3 }, notes: [expect.stringMatching(/2\.7.* 3/)] });
  });
});

test('an unknown field is searched in the other explores', () => {
  const built = buildMetricQuery(
    orders,
    { dimensions: ['subscriptions_plan'], metrics: ['orders_ordr_count'] },
    { elsewhere: [orders, subscriptions] },
  );
  if (built.ok) throw new Error('it was built');
  expectLine(built.problems[0] ?? '', 'subscriptions_plan', 'explore subscriptions');
});

test('a definition of a query may not have the id of a field', () => {
  const built = buildMetricQuery(orders, {
    metrics: ['orders_order_count'],
    tableCalculations: [{ name: 'orders_order_count', sql: '1' }],
  });
  expectLine(built.ok ? '' : (built.problems[0] ?? ''), 'orders_order_count', 'id', 'another name');
});

test('a filter on bins is refused, because the server fails on it', () => {
  const bins = {
    id: 'bins',
    name: 'Bins',
    table: 'orders',
    type: 'bin',
    dimensionId: 'orders_rating',
    binType: 'fixed_width',
    binWidth: 2,
  };
  const built = buildMetricQuery(orders, {
    dimensions: ['bins'],
    customDimensions: [bins],
    filters: [{ field: 'bins', operator: 'equals', values: ['0 - 1'] }],
  });
  expectLine(built.ok ? '' : (built.problems[0] ?? ''), 'bins', 'filter the dimension');
});

test('fields that a query defines are known when its result is read', () => {
  const built = buildMetricQuery(orders, {
    metrics: ['orders_fees'],
    additionalMetrics: [
      {
        table: 'orders',
        name: 'fees',
        type: 'sum',
        sql: `\${TABLE}.shipping_fee`,
        formatOptions: { type: 'currency', currency: 'EUR' },
      },
    ],
    filters: [{ field: 'double', operator: '>', values: [2] }],
    tableCalculations: [{ name: 'double', sql: `\${orders_fees} * 2` }],
  });
  if (!built.ok) throw new Error(built.problems.join(' '));
  expect(fieldsOfQuery(orders, built.query).get('orders_fees')?.format.unit).toBe('EUR');
  expect(built.query.tableCalculations).toEqual([
    { name: 'double', displayName: 'double', sql: `\${orders.fees} * 2`, type: 'number' },
  ]);
  expect(built.query.filters.tableCalculations).toMatchObject({ and: [{ target: { fieldId: 'double' } }] });
});

describe('a result without rows', () => {
  test('lists the compared texts', () => {
    const built = buildMetricQuery(orders, {
      metrics: ['orders_order_count'],
      filters: [
        { field: 'customers_city', operator: 'equals', values: ['porto'] },
        { field: 'orders_rating', operator: 'equals', values: [5] },
      ],
    });
    if (!built.ok) throw new Error(built.problems.join(' '));
    expect(comparedTexts(orders, built.query, { isNewer: true })).toEqual([
      { fieldId: 'customers_city', value: 'porto', comparison: 'equals', ignoresCase: false, isShown: false },
    ]);
  });

  test('has the values nearest to them first', () => {
    expect(nearestValues('porto', ['Austin', 'Portland', 'Porto', 'London'])).toEqual(['Porto', 'Portland']);
    expect(nearestValues('Wholesale', ['web', 'wholesale_portal'])).toEqual(['wholesale_portal']);
    expect(nearestValues('x', ['Austin'])).toEqual([]);
  });
});

describe('the schema of the arguments', () => {
  const schema = JSON.stringify(z.toJSONSchema(z.strictObject(metricQueryInput()), { io: 'input' }));

  test('costs under 620 tokens and refers to nothing', () => {
    expect(encode(schema).length).toBeLessThan(620);
    expect(schema).not.toMatch(/\$ref|\$defs/);
  });

  test('accepts any value, because it is checked elsewhere', () => {
    const about = { projectUuid: 'p', exploreId: 'orders' };
    expect(z.strictObject(metricQueryInput()).parse({ ...about, limit: '5', filters: { a: 1 } })).toEqual({
      ...about,
      limit: '5',
      filters: { a: 1 },
    });
  });
});
