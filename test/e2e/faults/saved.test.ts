import { describe, expect, test } from 'vitest';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { tableOf } from '../../helpers/answers.ts';
import { expectNoNote, expectNote } from '../../helpers/notes.ts';
import { answerOf, expectRows, RELEASES, useRoastery } from '../setup.ts';

const rule = (field: string, operator: string, ...values: unknown[]) => ({ field, operator, values });
const count = { exploreId: 'orders', metrics: ['orders_order_count'] };

describe.each(RELEASES)('The rows of a saved chart, on %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);
  let charts = 0;
  const create = async (query: Record<string, unknown>) => {
    charts += 1;
    const made = await answerOf(roastery(), 'create_chart', { name: `Chart ${charts}`, space: 'Sales', query });
    return /saved\/([0-9a-f-]{36})/.exec(made)?.[1] ?? '';
  };
  const run = async (query: Record<string, unknown>) =>
    answerOf(roastery(), 'run_saved_chart', { chartUuid: await create(query) });
  const onDashboard = (args: Record<string, unknown>) =>
    answerOf(roastery(), 'run_dashboard_chart', {
      ...{ chartUuid: ids.charts.revenueByMonth, dashboardUuid: ids.dashboards.sales },
      ...args,
    });
  const sql = (text: string) => roastery().data.rows(text);

  test('have notes about cut periods and periods without a row', async () => {
    const window = rule('orders_ordered_at', 'inBetween', '2024-01-15', '2024-03-14');
    const byMonth = { ...count, dimensions: ['orders_ordered_at_month'] };
    const cut = await run({ ...byMonth, filters: [window] });
    expectNote(cut, 'cut period', '2024-01', '2024-01-15', '2024-03', '2024-03-15');
    const few = [rule('orders_ordered_at_year', 'equals', '2024'), rule('orders_status', 'equals', 'cancelled')];
    const missing = await run({ ...byMonth, filters: [...few, rule('customers_country', 'equals', 'Portugal')] });
    expectNote(missing, 'missing period', '2', '12', '2024-02', '2024-12');
    expect(missing).toContain('orders_ordered_at_year = 2024;');
    expectRows(
      missing,
      await sql(`select strftime(ordered_at, '%Y-%m'), count(*) from orders join customers using (customer_id)
        where year(ordered_at) = 2024 and status = 'cancelled' and country = 'Portugal' group by 1 order by 1`),
    );
  });

  test('have no note about periods that the filters exclude by name', async () => {
    const quarters = [rule('orders_ordered_at_quarter', 'equals', '2024-Q1', '2024-Q3')];
    const text = await run({ ...count, dimensions: ['orders_ordered_at_quarter'], filters: quarters });
    expectNoNote(text, 'missing period', 'cut period');
    const months = {
      or: [rule('orders_ordered_at', 'equals', '2023-02'), rule('orders_ordered_at', 'equals', '2024-02')],
    };
    const februaries = await run({ ...count, dimensions: ['orders_ordered_at_month'], filters: months });
    expectNoNote(februaries, 'missing period', 'cut period');
    const others = [rule('orders_ordered_at_month', 'notEquals', '2024-02')];
    const without = await run({ ...count, dimensions: ['orders_ordered_at_month'], filters: others });
    expectNoNote(without, 'missing period');
  });

  test('name the period that a moving window cuts', async () => {
    const window = { field: 'orders_ordered_at', operator: 'inThePast', values: [10], unit: 'months' };
    const text = await run({ ...count, dimensions: ['orders_ordered_at_month'], filters: [window] });
    expectNote(text, 'cut period', '2024-03', '2024-03-15 09:30', 'completed months');
    expect(text).toContain('in the past 10 months (since 2024-03-15');
  });

  test('name missing values of their own filters', async () => {
    const delivered = await run({ ...count, filters: [rule('orders_status', 'notEquals', 'Delivered')] });
    expectNote(delivered, 'no such value', 'orders_status', '"Delivered"', 'delivered');
    const extraContent = {
      or: [rule('orders_status', 'equals', 'delivered', 'Shipped'), rule('orders_channel', 'equals', 'phone')],
    };
    const text = await run({ ...count, dimensions: ['orders_channel'], filters: extraContent });
    expectNote(text, 'no such value', 'orders_status', '"Shipped"', 'shipped');
    const noNeed = await run({ ...count, filters: [rule('orders_status', 'equals', 'delivered')] });
    expect(noNeed).not.toContain('Note');
  });

  test('have notes about shared names, overlapping counts and distinct rows', async () => {
    const germans = {
      ...{ exploreId: 'orders', metrics: ['order_items_total_revenue'], dimensions: ['customers_full_name'] },
      ...{ filters: [rule('customers_country', 'equals', 'Germany')], sorts: ['-order_items_total_revenue'], limit: 3 },
    };
    expectNote(await run(germans), 'shared name', '"Ada Lopez" (2)');
    expectNote(await run({ ...count, dimensions: ['products_category'] }), 'overlapping counts', 'orders_order_count');
    const distinct = await run({ exploreId: 'orders', dimensions: ['customers_country'] });
    expect(distinct).toMatch(/^6 distinct rows of/);
  });

  test('say when the data begins and ends if there are none', async () => {
    const text = await run({ ...count, filters: [rule('orders_ordered_at', 'equals', '2025')] });
    expectNote(text, 'dates there are', 'orders_ordered_at', '2023-01-01', '2024-12-31');
  });

  test('say on a dashboard that a date zoom has no effect on a chart without a date', async () => {
    const total = { dashboardUuid: ids.dashboards.sales, chartUuid: ids.charts.totalRevenue };
    const text = await answerOf(roastery(), 'run_dashboard_chart', { ...total, granularity: 'Month' });
    expectNote(text, 'no effect', 'granularity');
  });

  test('say on a dashboard which date zoom applies', async () => {
    const window = rule('orders_ordered_at', 'inBetween', '2024-01-15', '2024-11-13');
    const quarters = await onDashboard({ granularity: 'Quarter', dashboardFilters: [window] });
    expectNote(quarters, 'cut period', '2024-Q1', '2024-01-15', '2024-Q4', '2024-11-14.');
    expectRows(
      quarters,
      await sql(`select year(ordered_at) || '-Q' || quarter(ordered_at), sum(quantity * unit_price)
        from orders join order_items using (order_id)
        where ordered_at >= '2024-01-15' and ordered_at < '2024-11-14' group by 1 order by 1`),
    );
    const march = rule('orders_ordered_at_month', 'equals', '2024-03');
    const days = await onDashboard({ granularity: 'Day', dashboardFilters: [march] });
    expectNote(days, 'changed grain', 'orders_ordered_at_month', 'days', 'months');
  });

  test('have the same notes in a dashboard that is run whole', async () => {
    const chart = { name: 'Portuguese cancellations', show: 'bar' };
    const filters = [
      rule('orders_ordered_at_year', 'equals', '2024'),
      rule('orders_status', 'equals', 'cancelled', 'Lost'),
      rule('customers_country', 'equals', 'Portugal'),
    ];
    const query = { ...count, dimensions: ['orders_ordered_at_month'], filters };
    const made = await answerOf(roastery(), 'create_dashboard', {
      ...{ name: 'Noted', space: 'Sales' },
      tiles: [{ newChart: { ...chart, query } }],
    });
    const dashboardUuid = /dashboards\/([0-9a-f-]{36})/.exec(made)?.[1];
    const text = await answerOf(roastery(), 'run_dashboard', { dashboardUuid });
    expectNote(text, 'missing period', '2', '12', '2024-02');
    expectNote(text, 'no such value', 'orders_status', '"Lost"');
  });

  test('are under the same filters of a dashboard in a file, in totals and on the dashboard', async () => {
    const delivered = [rule('orders_status', 'equals', 'delivered')];
    const chartUuid = await create({ ...count, dimensions: ['orders_status'], filters: delivered });
    const args = { chartUuid, dashboardFilters: [rule('orders_status', 'equals', 'shipped')] };
    const file = await answerOf(roastery(), 'download_chart_csv', args);
    const totals = await answerOf(roastery(), 'calculate_chart_totals', args);
    const rows = await answerOf(roastery(), 'run_dashboard_chart', { ...args, dashboardUuid: ids.dashboards.sales });
    // A dashboard's filter takes the place of the chart's on 1.219, and holds in addition to it on 0.1366.
    const filters =
      release === '1.219' ? 'orders_status = shipped' : 'orders_status = delivered; orders_status = shipped';
    for (const text of [file, totals, rows]) expect(text).toMatch(new RegExp(`ilters: ${filters}[.:]`));
    if (release === '1.219') {
      expect(file).toContain('CSV file of 1 row');
      const [[shipped] = []] = await sql("select count(*) from orders where status = 'shipped'");
      expect(totals).toContain(`: ${shipped}`);
      expectRows(rows, [['shipped', Number(shipped)]]);
    } else expect(rows).toMatch(/^0 rows/);
  });

  test('keep to the limit of the chart, and say if the next one ties', async () => {
    const ratings = { exploreId: 'orders', metrics: ['orders_order_count'], dimensions: ['customers_customer_id'] };
    const text = await run({ ...ratings, sorts: ['-orders_order_count'], limit: 20 });
    const [[last] = [], [next] = []] = await sql(`select count(*) from orders group by customer_id
      order by 1 desc limit 2 offset 19`);
    expect(last).toBe(next);
    expect(text).toMatch(/^20 rows of .* limit 20 reached/);
    // v1 takes no limit for a chart.
    expectNote(text, 'tie at the limit', 'orders_order_count');
  });
});

describe.each(RELEASES)('A chart that pivots, on %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);
  const ask = (tool: string, args: Record<string, unknown>) => answerOf(roastery(), tool, args);
  const sql = async (where: string) => {
    const channels = (
      await roastery().data.rows(`select distinct channel from orders where ${where} order by 1`)
    ).flat();
    const counts = channels.map((channel) => `count(*) filter (channel = '${channel}')`);
    return roastery().data.rows(`select year(ordered_at) || '-Q' || quarter(ordered_at), ${counts.join(', ')}
      from orders where ${where} group by 1 order by 1`);
  };

  test('is returned as it is shown', async () => {
    const text = await ask('run_saved_chart', { chartUuid: ids.charts.ordersByChannel });
    expect(text).toMatch(/^32 rows /);
    expect(tableOf(text).ids).toEqual(['orders_ordered_at_quarter', 'mobile', 'phone', 'web', 'wholesale_portal']);
    expectRows(text, await sql('true'));
    expect(text).not.toContain('more row');
  });

  test('is returned so on its dashboard, alone and with the others, under its filters', async () => {
    const where = { dashboardUuid: ids.dashboards.sales };
    const alone = await ask('run_dashboard_chart', { ...where, chartUuid: ids.charts.ordersByChannel });
    expectRows(alone, await sql("channel <> 'phone'"));
    const all = await ask('run_dashboard', { ...where, rows: 5 });
    const tile = all.slice(all.indexOf('## Orders by channel'));
    expectRows(tile, (await sql("channel <> 'phone'")).slice(0, 5));
    const next = /9 more rows: get_query_result (\{.*\})/.exec(tile)?.[1];
    const rest = await ask('get_query_result', JSON.parse(next ?? ''));
    expect(rest).toMatch(/^Rows 16-24 of 24/);
    expectRows(rest, (await sql("channel <> 'phone'")).slice(5));
  });
});
