import { describe, expect, test } from 'vitest';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { lightdashOf } from '../../helpers/lightdash-api.ts';
import { RELEASES, useStory, uuidAfter } from './story.ts';

const ordersBy = (dimension: string, name: string) => ({
  newChart: { name, query: { exploreId: 'orders', dimensions: [dimension], metrics: ['orders_order_count'] } },
});

describe.each(RELEASES)('an analyst and dashboards, on %s', (version) => {
  const story = useStory(version);
  const dashboard = (uuid: string) => story().sandbox.store.dashboards.get(uuid);
  const titles = (uuid: string) =>
    dashboard(uuid)?.tiles.map(({ properties }) => [properties.title, properties.chartName].find(Boolean) ?? '');

  test('6: questions become a dashboard with its own charts, with the numbers of the data', async () => {
    const { call, data, sandbox } = story();
    const made = await call('create_dashboard', {
      name: 'Operations',
      space: 'Sales',
      tiles: [
        { heading: 'How we sell' },
        ordersBy('orders_channel', 'Orders by channel, here'),
        ordersBy('orders_status', 'Orders by status, here'),
        { markdown: 'Numbers of the shop.' },
      ],
      filters: [{ field: 'orders_channel', operator: 'equals', values: ['phone'] }],
    });
    const dashboardUuid = uuidAfter('dashboards/', made);
    expect(dashboard(dashboardUuid)).toMatchObject({ name: 'Operations', spaceUuid: ids.spaces.sales });
    expect(dashboard(dashboardUuid)?.tiles).toHaveLength(4);
    const inside = [...sandbox.store.charts.values()].filter((chart) => chart.dashboardUuid === dashboardUuid);
    expect(inside.map(({ name }) => name).sort()).toEqual(['Orders by channel, here', 'Orders by status, here']);

    const shown = await call('run_dashboard', { dashboardUuid });
    const [[phone] = []] = await data.rows("select count(*) from orders where channel = 'phone'");
    expect(shown).toContain(`phone,${String(phone)}`);
    const [[arrived] = []] = await data.rows(
      "select count(*) from orders where channel = 'phone' and status = 'delivered'",
    );
    expect(shown).toContain(`delivered,${String(arrived)}`);
  });

  test('7: a dashboard is changed tile by tile, and back again if versions are kept', async () => {
    const { call } = story();
    const dashboardUuid = ids.dashboards.sales;
    const before = structuredClone(dashboard(dashboardUuid));
    const text = await call('update_dashboard', {
      dashboardUuid,
      add: [{ chart: 'Customers by country', width: 'half' }],
      rename: [{ tile: 'Total revenue', title: 'Turnover' }],
    });
    const after = dashboard(dashboardUuid);
    expect(after?.tiles).toHaveLength((before?.tiles.length ?? 0) + 1);
    expect(titles(dashboardUuid)).toContain('Turnover');
    expect(after?.filters).toEqual(before?.filters);
    if (version === '0.1366') {
      expect(text).toContain('keeps no versions');
      return;
    }
    expect(await call('get_dashboard_history', { dashboardUuid })).toContain('Ada Abara');
    await call('rollback_dashboard_version', { dashboardUuid, versionUuid: uuidAfter('versionUuid', text) });
    expect(dashboard(dashboardUuid)?.tiles.map(({ uuid }) => uuid)).toEqual(before?.tiles.map(({ uuid }) => uuid));
    expect(titles(dashboardUuid)).not.toContain('Turnover');
  });

  test('8: a weekly report is set up, its readers and its time change, it pauses and ends', async () => {
    const { call, sandbox, questions } = story();
    const scheduled = await call('create_scheduler', {
      name: 'Portugal, weekly',
      dashboard: 'Sales overview',
      to: ['ada@roastery.example'],
      when: 'every Friday 16:00 Europe/Lisbon',
      filters: [{ field: 'customers_country', operator: 'equals', values: ['Portugal'] }],
      message: 'The week in Portugal',
    });
    const schedulerUuid = uuidAfter('schedulerUuid', scheduled);
    const stored = () => sandbox.store.schedulers.get(schedulerUuid);
    expect(stored()).toMatchObject({ dashboardUuid: ids.dashboards.sales, filters: [{ values: ['Portugal'] }] });

    await call('update_scheduler', { schedulerUuid, when: 'weekdays 7:30', add: ['edie@roastery.example'] });
    expect(questions.at(-1)).toContain('edie@roastery.example');
    expect(stored()).toMatchObject({
      cron: '30 7 * * 1-5',
      timezone: 'Europe/Lisbon',
      message: 'The week in Portugal',
      filters: [{ values: ['Portugal'] }],
    });
    const questionCount = questions.length;
    await call('update_scheduler', { schedulerUuid, enabled: false });
    expect(questions).toHaveLength(questionCount);
    expect(stored()?.enabled).toBe(false);
    expect(await call('list_schedulers', { dashboard: 'Sales overview' })).toMatch(/Portugal, weekly.*\|off$/m);

    await call('delete_scheduler', { schedulerUuid });
    expect(stored()).toBeUndefined();
  });

  test('9: a dashboard is copied, moved to another space, and the original deleted with its own charts', async () => {
    const { call, sandbox, questions } = story();
    const dashboardUuid = ids.dashboards.sales;
    const copied = await call('duplicate_dashboard', { dashboardUuid, name: 'Sales, for Finance' });
    const copyUuid = uuidAfter('dashboards/', copied);
    await call('update_dashboard', { dashboardUuid: copyUuid, space: 'Finance (private)' });
    expect(dashboard(copyUuid)).toMatchObject({ name: 'Sales, for Finance', spaceUuid: ids.spaces.finance });

    await call('delete_dashboard', { dashboardUuid });
    expect(questions.at(-1)).toContain('Sales overview');
    expect(sandbox.store.dashboards.has(dashboardUuid)).toBe(false);
    expect(sandbox.store.charts.has(ids.charts.insideDashboard)).toBe(false);
    expect([...sandbox.store.schedulers.values()].some((scheduler) => scheduler.dashboardUuid === dashboardUuid)).toBe(
      false,
    );
    expect(sandbox.store.dashboards.has(copyUuid)).toBe(true);
    expect(sandbox.store.charts.has(ids.charts.revenueByMonth)).toBe(true);
  });

  test('10: a colleague changes the dashboard meanwhile, and loses nothing', async () => {
    const { call, sandbox } = story();
    const dashboardUuid = ids.dashboards.sales;
    await call('get_dashboard', { dashboardUuid });
    await lightdashOf(sandbox, 'editor').patch(`/api/v1/dashboards/${dashboardUuid}`, { name: 'Sales overview 2025' });
    await call('update_dashboard', { dashboardUuid, add: [{ markdown: 'Seen', title: 'Seen' }] });
    expect(dashboard(dashboardUuid)?.name).toBe('Sales overview 2025');
    expect(titles(dashboardUuid)).toContain('Seen');
  });
});
