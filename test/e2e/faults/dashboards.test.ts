import { describe, expect, test } from 'vitest';
import { expectLine } from '../../helpers/answers.ts';
import { callTool } from '../../helpers/client.ts';
import { expectNoNote, expectNote } from '../../helpers/notes.ts';
import { answerOf, expectRows, RELEASES, useRoastery } from '../setup.ts';

describe.each(RELEASES)('A chart on a dashboard, on %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);
  const uuidOf = async (tool: string, search: string) =>
    /\|([0-9a-f-]{36})/.exec(await answerOf(roastery(), tool, { search }))?.[1] ?? '';
  const called = async (chart: string, args: Record<string, unknown> = {}) => ({
    chartUuid: await uuidOf('list_chart_summaries_in_project', chart),
    dashboardUuid: await uuidOf('list_dashboards', 'Sales overview'),
    ...args,
  });
  const run = async (chart: string, dashboardFilters?: unknown) =>
    answerOf(roastery(), 'run_dashboard_chart', await called(chart, { dashboardFilters }));

  test('has the filters of the dashboard', async () => {
    // The value is of the fault list; without the filters it is 541507.57.
    expect(await run('Total revenue')).toContain('488566.74');
  });

  test('keeps the filters of the dashboard if dashboardFilters is empty, and says so', async () => {
    const text = await run('Total revenue', []);
    expect(text).toContain('488566.74');
    expectNote(text, 'empty filters', 'run_saved_chart');
    expectNoNote(await run('Total revenue'), 'empty filters');
  });

  test('names the filters in force: a rule of the dashboard replaces the one of the chart on 1.219', async () => {
    const rule = (field: string, ...values: string[]) => ({ field, operator: 'equals', values });
    await answerOf(roastery(), 'create_chart', {
      name: 'Delivered in 2023',
      space: 'Sales',
      query: {
        exploreId: 'orders',
        dimensions: ['orders_channel'],
        metrics: ['orders_order_count'],
        filters: [rule('orders_ordered_at', '2023'), rule('orders_status', 'delivered')],
      },
    });
    await answerOf(roastery(), 'create_dashboard', {
      name: 'Under way',
      space: 'Sales',
      tiles: [{ chart: 'Delivered in 2023' }],
      filters: [rule('orders_status', 'shipped')],
    });
    const text = await answerOf(roastery(), 'run_dashboard', { dashboardUuid: 'Under way' });
    if (release === '0.1366') {
      expectLine(text, 'Filters', 'orders_status = delivered', 'orders_status = shipped');
      return;
    }
    expect(text).not.toContain('orders_status = delivered');
    expectLine(text, 'Filters', /2023-01-01/, /2024-01-01/);
    const [, tile = ''] = text.split('## ');
    expectRows(
      tile,
      await roastery().data.rows(
        "select channel, count(*) from orders where status = 'shipped' and year(ordered_at) = 2023 group by 1 order by 1",
      ),
      0.005,
      'any',
    );
  });

  test('has filters written like those of a query', async () => {
    const phone = { field: 'orders_channel', operator: 'equals', values: ['phone'] };
    expect(await run('Top', [phone])).toContain('Morning Fog,2620.80');
    const lost = await callTool(
      roastery().connection.client,
      'run_dashboard_chart',
      await called('Top', { dashboardFilters: { filters: [phone] } }),
    );
    expect(lost).toMatchObject({ isError: true });
  });

  test('has a rule without the table of its field, and the last day of a range', async () => {
    const days = "o.ordered_at >= '2024-03-01' and o.ordered_at < '2024-04-01'";
    const [[revenue] = []] = await roastery().data.rows(`select sum(i.quantity * i.unit_price)
      from order_items i join products p using (product_id) join orders o using (order_id)
      where p.product_name = 'Morning Fog' and ${days}`);
    const condition = { operator: 'inBetween', values: ['2024-03-01', '2024-03-31'] };
    const table = { fieldId: 'orders_ordered_at', tableName: 'orders' };
    const written = [
      [{ field: 'orders_ordered_at', ...condition }],
      { dimensions: [{ id: 'a', target: { fieldId: 'orders_ordered_at' }, ...condition }], metrics: [] },
      { dimensions: [{ id: 'a', target: table, ...condition }], metrics: [], tableCalculations: [] },
    ];
    for (const dashboardFilters of written) {
      const text = await run('Top', dashboardFilters);
      expectNoNote(text, 'not applied');
      expect(text).toContain(`Morning Fog,${Number(revenue).toFixed(2)}`);
    }
  });

  test('has a month in its filters as a month, also where no query is read', async () => {
    const month = { field: 'orders_ordered_at_month', operator: 'equals', values: ['2024-03'] };
    const day = { field: 'orders_ordered_at_day', operator: 'equals', values: ['2024-03-01'] };
    const args = { name: 'March', space: 'Sales', tiles: [{ chart: 'Total revenue' }], filters: [month, day] };
    expectLine(await answerOf(roastery(), 'create_dashboard', args), 'orders_ordered_at_month = 2024-03;');
    const dashboardUuid = await uuidOf('list_dashboards', 'March');
    for (const tool of ['get_dashboard', 'run_dashboard'])
      expectLine(
        await answerOf(roastery(), tool, { dashboardUuid }),
        'orders_ordered_at_month = 2024-03;',
        'orders_ordered_at_day = 2024-03-01',
      );
  });

  test('says which filters of the dashboard the requested ones replace', async () => {
    const text = await run('Total revenue', [{ field: 'orders_status', operator: 'equals', values: ['shipped'] }]);
    expectLine(text, 'Without', 'own filters', 'orders_channel ≠ phone');
    const none = await run('Total revenue', { dimensions: [], metrics: [], tableCalculations: [] });
    expect(none).toContain('541507.57');
    expectLine(none, 'Without', 'own filters', 'orders_channel ≠ phone');
  });

  test('is said not to be filtered when its dashboard is made, changed or sent, if its explore lacks the field', async () => {
    // 0.1366 returns no name of an SQL chart with its tile.
    const sqlTile = `"${release === '0.1366' ? 'c1f27ef2-bb34-46d0-a378-a2a8f19d335f' : 'Raw orders by day'}" (SQL`;
    const german = { field: 'customers_country', operator: 'equals', values: ['Germany'] };
    const web = { field: 'orders_channel', operator: 'equals', values: ['web'] };
    const made = await answerOf(roastery(), 'create_dashboard', {
      ...{ name: 'Two explores', space: 'Sales' },
      tiles: [{ chart: 'Total revenue' }, { chart: 'MRR by plan' }, { sqlChart: 'Raw orders by day' }],
      filters: [web],
    });
    expectLine(made, 'Note', 'orders_channel = web does not filter', '"MRR by plan"', sqlTile);
    expect(made).not.toMatch(/does not filter.*Total revenue/);
    const whole = await answerOf(roastery(), 'run_dashboard', { dashboardUuid: 'Two explores' });
    const [, total = '', mrr = ''] = whole.split('## ');
    const revenue = `select sum(quantity * unit_price) from orders join order_items using (order_id) where channel = 'web'`;
    expectRows(total, await roastery().data.rows(revenue));
    expectRows(
      mrr,
      await roastery().data.rows(
        `select plan, sum(monthly_price) from subscriptions where status = 'active' group by 1 order by 2 desc`,
      ),
    );
    const changed = await answerOf(roastery(), 'update_dashboard', {
      dashboardUuid: 'Two explores',
      filters: [german],
    });
    expectLine(changed, 'Note', 'customers_country = Germany does not filter', sqlTile);
    expect(changed).not.toMatch(/does not filter.*MRR by plan/);
    const sent = await answerOf(roastery(), 'create_scheduler', {
      ...{ dashboard: 'Two explores', to: ['me'], when: 'every Monday 8:00' },
      filters: [{ ...german, values: ['Portugal'] }],
    });
    expect(sent).toContain(`customers_country = Portugal does not filter ${sqlTile}`);
  });

  test('is sent under the other filters of its dashboard, too, which the preview of a delivery names', async () => {
    const portugal = { field: 'customers_country', operator: 'equals', values: ['Portugal'] };
    const delivery = { dashboard: 'Sales overview', to: ['me'], when: 'every Monday 8:00' };
    const text = await answerOf(roastery(), 'create_scheduler', { ...delivery, filters: [portugal] });
    expect(text).toMatch(/own filters hold, too: orders_channel ≠ phone/);
    const replaced = { field: 'orders_channel', operator: 'equals', values: ['web'] };
    const other = await answerOf(roastery(), 'create_scheduler', { ...delivery, filters: [replaced] });
    expect(other).not.toContain('own filters');
  });

  test('has the rules of a group that is joined by "and", and no group that is joined by "or"', async () => {
    const delivered = { field: 'orders_status', operator: 'equals', values: ['delivered'] };
    const web = { field: 'orders_channel', operator: 'equals', values: ['web'] };
    const args = { space: 'Sales', tiles: [{ chart: 'Total revenue' }] };
    const made = await answerOf(roastery(), 'create_dashboard', {
      ...{ ...args, name: 'Grouped' },
      filters: [{ and: [delivered, web] }],
    });
    expectLine(made, 'Filters', 'orders_status = delivered', 'orders_channel = web');
    for (const group of [{ or: [delivered, web] }, {}]) {
      const refused = await callTool(roastery().connection.client, 'create_dashboard', {
        ...{ ...args, name: 'Either' },
        filters: [group],
      });
      expect(refused.isError).toBe(true);
      expectLine(refused.text, 'filters', 'or' in group ? '"and" alone' : 'names its field');
      expect(refused.text).not.toContain('no explore');
    }
  });
});
