import { describe, expect, test } from 'vitest';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { expectLine } from '../../helpers/answers.ts';
import { expectNoNote, expectNote } from '../../helpers/notes.ts';
import { answerOf, expectRows, RELEASES, useRoastery } from '../setup.ts';

describe.each(RELEASES)('A filter value that no row has, on %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);
  const run = (args: Record<string, unknown>) =>
    answerOf(roastery(), 'run_metric_query', { exploreId: 'orders', metrics: ['orders_order_count'], ...args });
  const rule = (field: string, operator: string, ...values: string[]) => ({ field, operator, values });
  const expectNoDelivered = (text: string) =>
    expectNote(text, 'no such value', 'orders_status', '"Delivered"', 'nearest', 'delivered');

  test('is answered, if it is empty, with the operator for rows without one', async () => {
    const text = await run({ filters: [rule('orders_coupon_code', 'equals', '')] });
    expectNote(text, 'no such value', 'orders_coupon_code', '""', 'isNull');
  });

  test('is named under a negative operator', async () => {
    const text = await run({ filters: [rule('orders_status', 'notEquals', 'Delivered')] });
    expectNoDelivered(text);
    expectRows(text, await roastery().data.rows('select count(*) from orders'));
  });

  test('is named next to one that is there', async () => {
    const status = await run({ filters: [rule('orders_status', 'equals', 'delivered', 'Shipped')] });
    expectNote(status, 'no such value', 'orders_status', '"Shipped"', 'nearest', 'shipped');
    const revenue = await run({
      metrics: ['order_items_total_revenue'],
      filters: [rule('orders_channel', 'equals', 'wholesale_portal', 'Web')],
    });
    expectNote(revenue, 'no such value', 'orders_channel', '"Web"', 'nearest', 'web');
  });

  test('is named in a branch of an or, and in a nested group', async () => {
    const or = [rule('orders_status', 'equals', 'Delivered'), rule('orders_channel', 'equals', 'phone')];
    expectNoDelivered(await run({ filters: { or } }));
    expectNoDelivered(
      await run({ filters: { and: [{ or: [{ and: or }, rule('orders_channel', 'equals', 'web')] }] } }),
    );
  });

  test('is named for startsWith, which is case-sensitive', async () => {
    const text = await run({ filters: [rule('orders_status', 'startsWith', 'Deliv')] });
    expectNote(text, 'no such value', 'orders_status', 'begins', '"Deliv"', 'nearest', 'delivered');
    expectRows(text, [[0]]);
    expectNoNote(await run({ filters: [rule('orders_status', 'startsWith', 'deliv')] }), 'no such value');
  });

  test('is named for endsWith and include, which ignore the case', async () => {
    const ending = await run({ filters: [rule('orders_status', 'endsWith', 'ERED')] });
    expectNote(ending, 'no such value', 'orders_status', 'ends with', '"ERED"', 'delivered');
    for (const operator of ['include', 'doesNotInclude']) {
      const text = await run({ filters: [rule('orders_status', operator, 'courier')] });
      expectNote(text, 'no such value', 'orders_status', 'contains', '"courier"', 'cancelled');
    }
    const ofMany = await run({ filters: [rule('customers_full_name', 'include', 'zzz')] });
    expectNote(ofMany, 'no such value', 'customers_full_name', '"zzz"');
    for (const there of [rule('orders_status', 'include', 'DELIV'), rule('customers_full_name', 'endsWith', 'Lopez')])
      expectNoNote(await run({ filters: [there] }), 'no such value', 'value not verified');
  });

  test('is not looked up for a dimension that only the query defines, with a note', async () => {
    const sql = `upper(\${orders.status})`;
    const customDimensions = [{ id: 'mine', name: 'Mine', table: 'orders', type: 'sql', dimensionType: 'string', sql }];
    const unshown = await run({ customDimensions, filters: [rule('mine', 'equals', 'Delivered')] });
    expectNote(unshown, 'value not verified', 'mine', '"Delivered"');
    const shown = { customDimensions, dimensions: ['mine'], filters: [rule('mine', 'equals', 'DELIVERED')] };
    expectNoNote(await run(shown), 'value not verified', 'no such value');
  });

  test('is named in the filters of a custom metric', async () => {
    const text = await run({
      metrics: ['orders_late'],
      additionalMetrics: [
        {
          table: 'orders',
          name: 'late',
          type: 'count_distinct',
          sql: `\${TABLE}.order_id`,
          filters: [rule('orders_status', 'equals', 'Delivered')],
        },
      ],
    });
    expectNoDelivered(text);
  });

  test('is named for a field of a joined table', async () => {
    const text = await run({ filters: [rule('customers_country', 'notEquals', 'portugal')] });
    expectNote(text, 'no such value', 'customers_country', '"portugal"', 'nearest', 'Portugal');
    const values = await answerOf(roastery(), 'search_field_values', {
      exploreId: 'orders',
      field: 'customers_country',
    });
    expect(values).toContain('Portugal');
  });

  test('is named by totals, underlying data and charts on a dashboard', async () => {
    const filters = [rule('orders_status', 'notEquals', 'Delivered')];
    const args = { exploreId: 'orders', metrics: ['orders_order_count'], filters };
    expectNoDelivered(await answerOf(roastery(), 'calculate_query_totals', args));
    expectNoDelivered(
      await answerOf(roastery(), 'run_underlying_data_query', {
        exploreId: 'orders',
        dimensions: ['orders_order_id'],
        filters,
        limit: 3,
      }),
    );
    const chart = {
      chartUuid: ids.charts.topProducts,
      dashboardUuid: ids.dashboards.sales,
      dashboardFilters: [rule('orders_status', 'notEquals', 'Delivered')],
    };
    expectNoDelivered(await answerOf(roastery(), 'run_dashboard_chart', chart));
  });

  test('is named by files, and by totals and files of a saved chart', async () => {
    const filters = [rule('orders_status', 'notEquals', 'Delivered')];
    const query = { exploreId: 'orders', metrics: ['orders_order_count'], filters };
    expectNoDelivered(await answerOf(roastery(), 'download_query_csv', query));
    const made = await answerOf(roastery(), 'create_chart', { name: 'Not delivered', space: 'Sales', query });
    const chartUuid = /saved\/([0-9a-f-]{36})/.exec(made)?.[1];
    for (const tool of ['calculate_chart_totals', 'download_chart_csv', 'show_chart'])
      expectNoDelivered(await answerOf(roastery(), tool, { chartUuid }));
    const file = await answerOf(roastery(), 'download_chart_csv', { chartUuid });
    expectLine(file, 'Not delivered', 'Filters', 'orders_status ≠ Delivered');
  });

  test('costs one look-up of its field, however many values are compared', async () => {
    const { sandbox } = roastery();
    const filters = [rule('order_items_grind', 'notEquals', 'Courier'), rule('order_items_grind', 'notEquals', 'X')];
    const before = sandbox.requests.length;
    for (let call = 0; call < 3; call += 1) expectNote(await run({ filters }), 'no such value', '"Courier"');
    const lookUps = sandbox.requests.slice(before).filter(({ path }) => /field-values|\/search$/.test(path));
    expect(lookUps).toHaveLength(1);
  });

  test('needs no look-up if the rows show it', async () => {
    const { sandbox } = roastery();
    const before = sandbox.requests.length;
    await run({
      dimensions: ['products_roast_level'],
      metrics: ['order_items_total_revenue'],
      filters: [rule('products_roast_level', 'equals', 'Medium')],
    });
    const lookUps = sandbox.requests.slice(before).filter(({ path }) => /field-values|\/search$/.test(path));
    expect(lookUps).toEqual([]);
  });

  test('is no note on existing values, however they are compared', async () => {
    const filters = [
      rule('orders_status', 'equals', 'delivered', 'shipped'),
      rule('orders_channel', 'notEquals', 'phone'),
      rule('customers_full_name', 'notEquals', 'Ada Lopez'),
    ];
    for (const dimensions of [[], ['orders_status'], ['orders_channel']]) {
      const text = await run({ dimensions, filters });
      expectNoNote(text, 'no such value', 'value not verified');
    }
  });

  test('is noticed among thousands', async () => {
    const text = await run({ filters: [rule('customers_full_name', 'notEquals', 'ada lopez', 'Ada Lopez', 'Nobody')] });
    expectNote(text, 'no such value', 'customers_full_name', '"ada lopez"', 'Ada Lopez', '"Nobody"');
    expect(text).not.toContain('value "Ada Lopez"');
  });
});

describe('With LIGHTDASH_CHECK_VALUES=doubtful', () => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery', LIGHTDASH_CHECK_VALUES: 'doubtful' }, '1.219');
  const count = (operator: string) =>
    answerOf(roastery(), 'run_metric_query', {
      exploreId: 'orders',
      metrics: ['orders_order_count'],
      filters: [{ field: 'orders_status', operator, values: ['Delivered'] }],
    });

  test('only results that look wrong are checked', async () => {
    expectNote(await count('equals'), 'no such value');
    expectNoNote(await count('notEquals'), 'no such value');
  });
});
