import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectLine, tableOf } from '../../helpers/answers.ts';
import { callTool } from '../../helpers/client.ts';
import { answerOf, expectRows, RELEASES, useRoastery } from '../setup.ts';

const delivered = { field: 'orders_status', operator: 'equals', values: ['delivered'] };
const phone = { field: 'orders_channel', operator: 'equals', values: ['phone'] };
const count = { exploreId: 'orders', metrics: ['orders_order_count'] };

describe.each(RELEASES)('An argument of a query, on %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);
  const answer = (args: Record<string, unknown>) => answerOf(roastery(), 'run_metric_query', { ...count, ...args });
  const refusal = async (args: Record<string, unknown>) => {
    const sent = roastery().sandbox.requests.length;
    const result = await callTool(roastery().connection.client, 'run_metric_query', { ...count, ...args });
    expect(result).toMatchObject({ isError: true });
    const queries = roastery()
      .sandbox.requests.slice(sent)
      .filter(({ method }) => method === 'POST');
    expect(queries).toEqual([]);
    return result.text;
  };

  test.each(['negate', 'not', 'exclude'])('%s of a rule is refused, with the operator to write', async (key) => {
    expect(await refusal({ filters: [{ ...delivered, [key]: true }] })).toContain('notEquals');
  });

  test.each(['logic', 'conjunction'])('%s of a rule is refused, with the group to write', async (key) => {
    expect(await refusal({ filters: [{ ...delivered, [key]: 'or' }, phone] })).toContain('{"or": [...]}');
  });

  test('a field that a query defines and does not use gets a note', async () => {
    const tier = {
      id: 'tier',
      name: 'Tier',
      type: 'sql',
      table: 'orders',
      sql: '${TABLE}.status',
      dimensionType: 'string',
    };
    expectLine(await answer({ customDimensions: [tier] }), 'Note', 'not selected', 'tier', 'dimensions');
    const ofTier = { field: 'tier', values: ['delivered'] };
    expect(await answer({ customDimensions: [tier], filters: [ofTier] })).not.toContain('not selected');
    const rows = { table: 'orders', name: 'rows', type: 'count', sql: '${TABLE}.order_id' };
    expectLine(await answer({ additionalMetrics: [rows] }), 'Note', 'not selected', 'orders_rows', 'metrics');
  });

  test('percentile of a custom metric is a number of percent', async () => {
    const p90 = { table: 'orders', name: 'p90', type: 'percentile', percentile: 90, sql: '${TABLE}.shipping_fee' };
    const ofP90 = (more: object) => ({ metrics: ['orders_p90'], additionalMetrics: [{ ...p90, ...more }] });
    for (const percentile of [0.9, -1, 101, '90', null])
      expectLine(await refusal(ofP90({ percentile })), 'percentile', '100');
    expectLine(await refusal(ofP90({ percentile: 0.9 })), '"percentile": 90');
    const text = await answer(ofP90({ format: { type: 'currency', currency: 'EUR' } }));
    expect(text).toContain('orders_p90 [EUR]');
    expectRows(text, await roastery().data.rows('select quantile_cont(shipping_fee, 0.9) from orders'));
    expectLine(text, 'Note', 'orders_p90', 'percentile 90');
  });

  test('an open end of a range of bins is one that is left out', async () => {
    const bins = (customRange: object[]) => ({
      dimensions: ['band'],
      sorts: ['orders_order_count'],
      customDimensions: [
        {
          id: 'band',
          name: 'Band',
          table: 'orders',
          type: 'bin',
          dimensionId: 'orders_rating',
          binType: 'custom_range',
          customRange,
        },
      ],
    });
    const text = await answer(
      bins([
        { from: null, to: 3 },
        { from: '3', to: 5 },
        { from: 4, to: '' },
      ]),
    );
    const counts = `select case when rating < 3 then '<3' when rating < 5 then '3-5' when rating >= 4 then '≥4' end, count(*)
      from orders group by 1 order by 2`;
    expectRows(text, await roastery().data.rows(counts));
    expectLine(text, 'Note', 'band', 'overlap', 'first');
    for (const range of [{ from: 5, to: 3 }, { from: 'x' }, {}])
      expectLine(await refusal(bins([range])), 'band', JSON.stringify(range));
  });

  test('a group next to a rule is refused', async () => {
    expect(await refusal({ filters: [{ ...delivered, or: [phone] }] })).toContain('group');
  });

  test.each([
    { name: 'empty rule', filters: [{}] },
    { name: 'empty group', filters: { or: [] } },
    {
      name: 'unit with another key',
      filters: [
        { field: 'orders_ordered_at', operator: 'inThePast', values: [3], unit: 'months', includeCurrent: false },
      ],
    },
    {
      name: 'unit with an offset',
      filters: [{ field: 'orders_ordered_at', operator: 'inThePast', values: [3], unit: 'months', offset: 1 }],
    },
  ])('an $name is refused', async ({ filters }) => {
    await refusal({ filters });
  });

  test.each([
    ['isNull', 'notNull'],
    ['notNull', 'isNull'],
  ])('%s with false is refused, with %s to write', async (operator, opposite) => {
    const rule = { field: 'orders_status', operator };
    expect(await refusal({ filters: [{ ...rule, values: [false] }] })).toContain(opposite);
    expectRows(
      await answer({ filters: [{ ...rule, values: [true] }] }),
      await roastery().data.rows(
        `select count(*) from orders where status is ${operator === 'isNull' ? '' : 'not '}null`,
      ),
    );
  });

  test('a disabled rule is left out, and the answer says so', async () => {
    const text = await answer({ filters: [{ ...delivered, disabled: true }] });
    expectRows(text, await roastery().data.rows('select count(*) from orders'));
    expect(text).toContain('orders_status is disabled');
  });

  test.each([
    ['or', "status = 'delivered' or channel = 'phone'"],
    ['and', "status = 'delivered' and channel = 'phone'"],
  ])('type %s next to dimensions joins the rules', async (type, where) => {
    const rules = [delivered, phone].map(({ field, ...rule }) => ({ fieldId: field, ...rule }));
    const text = await answer({ filters: { type, dimensions: rules } });
    expectRows(text, await roastery().data.rows(`select count(*) from orders where ${where}`));
  });

  test('filters of a custom metric are written like those of the query', async () => {
    const metric = { table: 'orders', name: 'by_phone', type: 'count_distinct', sql: '${TABLE}.order_id' };
    const text = await answer({ metrics: ['orders_by_phone'], additionalMetrics: [{ ...metric, filters: [phone] }] });
    expectRows(text, await roastery().data.rows("select count(distinct order_id) from orders where channel = 'phone'"));
    expect(await refusal({ additionalMetrics: [{ ...metric, where: "${TABLE}.channel = 'phone'" }] })).toContain(
      'filters',
    );
    expect(await refusal({ additionalMetrics: [{ ...metric, type: 'avg' }] })).toContain('average');
    expect(await refusal({ additionalMetrics: [{ ...metric, type: 'percentile' }] })).toContain('percentile');
  });

  test('bins without their width are refused', async () => {
    const bins = {
      id: 'band',
      name: 'Band',
      table: 'orders',
      type: 'bin',
      dimensionId: 'orders_discount_amount',
      binType: 'fixed_width',
    };
    expect(await refusal({ dimensions: ['band'], customDimensions: [{ ...bins, width: 1000 }] })).toContain('binWidth');
  });

  test.runIf(release === '0.1366')('a type of metric that the release lacks is refused', async () => {
    const total = { table: 'orders', name: 'part', type: 'percent_of_total', sql: '${orders.order_count}' };
    const query = { metrics: ['orders_part'], additionalMetrics: [total] };
    expect(await refusal(query)).toContain('percent_of_total');
  });

  test('a text in bins of numbers is refused, with the SQL that groups it', async () => {
    const bins = { ...{ id: 'g', name: 'G', table: 'orders', type: 'bin' }, dimensionId: 'orders_channel' };
    const query = (more: object) => ({ dimensions: ['g'], customDimensions: [{ ...bins, ...more }] });
    expect(await refusal(query({ binType: 'fixed_width', binWidth: 2 }))).toContain('CASE WHEN ${orders.channel} IN');
    expect(await refusal(query({ binType: 'custom_group' }))).toContain('customGroups');
  });

  test('the case of a filter gets a note only on a release that ignores it', async () => {
    const filters = [{ field: 'orders_status', operator: 'equals', values: ['DELIVERED'], caseSensitive: false }];
    const text = await answer({ filters });
    if (release === '0.1366') expectLine(text, 'Note', 'caseSensitive', 'ignore');
    else {
      expectRows(text, await roastery().data.rows("select count(*) from orders where status = 'delivered'"));
      expect(text).not.toContain('Note');
    }
  });

  test('descending as text sorts descending', async () => {
    const sorts = [{ fieldId: 'orders_order_count', descending: 'true' }];
    const text = await answer({ dimensions: ['orders_status'], sorts, limit: 2 });
    expectRows(
      text,
      await roastery().data.rows('select status, count(*) n from orders group by 1 order by n desc limit 2'),
    );
    expect(tableOf(text).rows).toHaveLength(2);
  });

  test('a granularity that changes nothing, or not all dates, gets a note', async () => {
    const ofMonths = (...dimensions: string[]) => ({ dimensions, granularity: 'month' });
    expectLine(
      await answer({ ...ofMonths('orders_ordered_at'), limit: 5 }),
      'Note',
      'granularity',
      'orders_ordered_at_month',
    );
    expectLine(await answer(ofMonths('orders_status')), 'Note', 'granularity', 'no effect');
    const two = await answer({ ...ofMonths('orders_ordered_at_day', 'orders_shipped_at_day'), limit: 5 });
    expectLine(two, 'Note', 'granularity', 'orders_ordered_at_day', 'not orders_shipped_at_day');
  });

  test('the case of a choice does not matter', async () => {
    const months = await answer({ dimensions: ['orders_ordered_at_day'], granularity: 'month' });
    for (const granularity of ['MONTH', 'Month', ' month'])
      expect(await answer({ dimensions: ['orders_ordered_at_day'], granularity })).toBe(months);
    const charts = await answerOf(roastery(), 'search_content', { types: ['Chart'] });
    expect(charts).toBe(await answerOf(roastery(), 'search_content', { types: ['chart'] }));
  });

  test('a word of the explore is answered with the fields that have it first', async () => {
    expect(await refusal({ metrics: ['count'] })).toMatch(/did you mean \w+_count /);
  });

  test('with any key renamed, a part of a query is refused unsent', async () => {
    const parts = [
      { name: 'filters', value: delivered },
      { name: 'filters', value: { or: [delivered, phone] } },
      { name: 'sorts', value: { fieldId: 'orders_order_count', descending: true } },
      { name: 'additionalMetrics', value: { table: 'orders', name: 'fee', type: 'sum', sql: '${TABLE}.shipping_fee' } },
      { name: 'tableCalculations', value: { name: 'twice', displayName: 'Twice', sql: '${orders.order_count} * 2' } },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...parts),
        fc.nat(),
        fc.constantFrom('x', '_', '2'),
        async (part, at, suffix) => {
          const keys = Object.keys(part.value);
          const renamed = Object.entries(part.value).map(([key, value], index) =>
            index === at % keys.length ? [`${key}${suffix}`, value] : [key, value],
          );
          await refusal({ [part.name]: [Object.fromEntries(renamed)] });
        },
      ),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 20), seed: Number(process.env.PROPERTY_SEED ?? 8) },
    );
  });
});
