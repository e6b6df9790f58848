import { describe, expect, test } from 'vitest';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { RELEASES, useStory, uuidAfter } from './story.ts';

describe.each(RELEASES)('a content manager, on %s', (version) => {
  const story = useStory(version);
  const isNewer = version === '1.219';

  test('12: a chart is searched for, moved with its dashboard, verified and pinned', async () => {
    const { call, refused, sandbox } = story();
    const chartUuid = ids.charts.ordersByChannel;
    const search = await call('search_content', { search: 'Orders by channel' });
    expect(search).toContain(chartUuid);

    await call('move_content', { items: ['Orders by channel', 'Sales overview'], space: 'Finance (private)' });
    expect(sandbox.store.charts.get(chartUuid)?.spaceUuid).toBe(ids.spaces.finance);
    expect(sandbox.store.dashboards.get(ids.dashboards.sales)?.spaceUuid).toBe(ids.spaces.finance);
    expect(sandbox.store.charts.get(ids.charts.revenueByMonth)?.spaceUuid).toBe(ids.spaces.sales);

    await call('pin_content', { item: 'Orders by channel' });
    expect(sandbox.store.charts.get(chartUuid)?.pinnedOrder).not.toBeNull();
    if (!isNewer) {
      await refused('verify_content', { item: 'Orders by channel' });
      return;
    }
    await call('verify_content', { item: 'Orders by channel' });
    expect(sandbox.store.charts.get(chartUuid)?.verification).toBeTruthy();
    expect(await call('search_content', { verified: true })).toContain(chartUuid);
  });

  test('13: a dashboard that was deleted by mistake is restored with its tiles and deliveries', async () => {
    const { call, refused, sandbox, questions } = story();
    const dashboardUuid = ids.dashboards.sales;
    const tiles = structuredClone(sandbox.store.dashboards.get(dashboardUuid)?.tiles);
    const weekly = await call('create_scheduler', {
      name: 'Sales, weekly',
      dashboard: 'Sales overview',
      to: ['me'],
      when: 'every Monday 8:00',
    });
    const schedulerUuid = uuidAfter('schedulerUuid', weekly);
    await call('delete_dashboard', { dashboardUuid });
    expect(questions.at(-1)).toContain('Sales overview');
    expect(sandbox.store.dashboards.has(dashboardUuid)).toBe(false);
    if (!isNewer) {
      await refused('list_deleted_content', {});
      await refused('restore_content', { item: 'Sales overview' });
      return;
    }
    expect(await call('list_deleted_content', {})).toContain('Sales overview');
    const back = await call('restore_content', { item: 'Sales overview' });
    expect(back).toContain(`/dashboards/${dashboardUuid}`);
    expect(sandbox.store.dashboards.get(dashboardUuid)?.tiles).toEqual(tiles);
    expect(sandbox.store.charts.has(ids.charts.insideDashboard)).toBe(true);
    expect(sandbox.store.schedulers.has(schedulerUuid)).toBe(true);
    expect(await call('list_schedulers', { dashboard: 'Sales overview' })).toContain('Sales, weekly');
  });

  test('14: a chart is read as code, changed there and applied, on releases that have it', async () => {
    const { call, refused, sandbox, questions } = story();
    const chart = () => sandbox.store.charts.get(ids.charts.ordersByChannel);
    if (!isNewer) {
      await refused('get_content_as_code', { items: ['Orders by channel'] });
      return;
    }
    const text = await call('get_content_as_code', { items: ['Orders by channel'] });
    const code = text.slice(text.search(/^(?:---|charts:|name:|chartConfig:|- )/m));
    expect(code).toContain('Orders by channel');
    const kinds = structuredClone(chart()?.versions.at(-1)?.chartConfig);
    await call('apply_content_as_code', {
      code: code.replace('name: Orders by channel', 'name: Orders by channel, 2025'),
    });
    expect(questions.at(-1)).toContain('Orders by channel, 2025');
    expect(chart()?.name).toBe('Orders by channel, 2025');
    expect(chart()?.versions.at(-1)?.chartConfig).toEqual(kinds);
  });
});
