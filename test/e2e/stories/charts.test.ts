import { describe, expect, test } from 'vitest';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { expectLine } from '../../helpers/answers.ts';
import { expectRows } from '../setup.ts';
import { RELEASES, useStory, uuidAfter } from './story.ts';

const byChannel = { exploreId: 'orders', dimensions: ['orders_channel'], metrics: ['orders_order_count'] };
const delivered = [{ field: 'orders_status', operator: 'equals', values: ['delivered'] }];

describe.each(RELEASES)('an analyst and charts, on %s', (version) => {
  const story = useStory(version);
  const chart = (uuid: string) => story().sandbox.store.charts.get(uuid);

  test('1: an answer is kept as a chart, sent every Monday, sent now, and listed', async () => {
    const { call, data, sandbox, questions } = story();
    const answer = await call('run_metric_query', { ...byChannel, filters: delivered, sorts: ['orders_channel'] });
    const expected = await data.rows(
      "select channel, count(*) from orders where status = 'delivered' group by 1 order by 1",
    );
    expectRows(answer, expected);

    const saved = await call('create_chart', { name: 'Delivered by channel', resultId: 'last', space: 'Sales' });
    const chartUuid = uuidAfter('saved/', saved);
    expect(chart(chartUuid)).toMatchObject({ name: 'Delivered by channel', spaceUuid: ids.spaces.sales });
    expectRows(await call('run_saved_chart', { chartUuid }), expected, 0, 'any');

    const scheduled = await call('create_scheduler', {
      name: 'Delivered, weekly',
      chart: 'Delivered by channel',
      to: ['vic@roastery.example'],
      when: 'every Monday 8:00',
      timezone: 'Europe/Lisbon',
    });
    const schedulerUuid = uuidAfter('schedulerUuid', scheduled);
    expect(questions.at(-1)).toMatch(/Delivered by channel.*vic@roastery\.example.*Europe\/Lisbon/s);
    expect(sandbox.store.schedulers.get(schedulerUuid)).toMatchObject({
      savedChartUuid: chartUuid,
      cron: '0 8 * * 1',
      timezone: 'Europe/Lisbon',
    });
    expect(await call('send_scheduler_now', { schedulerUuid })).toContain('Sent "Delivered, weekly"');
    expect(await call('list_schedulers', { chart: 'Delivered by channel' })).toContain(schedulerUuid);
  });

  test('2: a chart is changed, its history read, and the change undone', async () => {
    const { call, data } = story();
    const counts = (condition: string) =>
      data.rows(`select channel, count(*) from orders where ${condition} group by 1 order by 1`);
    const chartUuid = uuidAfter('saved/', await call('create_chart', { query: byChannel, name: 'Channels' }));
    expectRows(await call('run_saved_chart', { chartUuid }), await counts('true'), 0, 'any');

    const text = await call('update_chart', { chartUuid, query: { filters: delivered }, name: 'Channels, delivered' });
    expect(text).toContain('orders_status');
    expect(chart(chartUuid)).toMatchObject({ name: 'Channels, delivered' });
    expect(chart(chartUuid)?.versions).toHaveLength(2);
    expectRows(await call('run_saved_chart', { chartUuid }), await counts("status = 'delivered'"), 0, 'any');

    expect(await call('get_chart_history', { chartUuid })).toContain('Ada Abara');
    await call('rollback_chart_version', { chartUuid, versionUuid: uuidAfter('versionUuid', text) });
    expectRows(await call('run_saved_chart', { chartUuid }), await counts('true'), 0, 'any');
    const [first, , last] = chart(chartUuid)?.versions ?? [];
    expect(last?.metricQuery).toEqual(first?.metricQuery);
    expect(last?.chartConfig).toEqual(first?.chartConfig);
    expect(chart(chartUuid)?.name).toBe('Channels, delivered');
  });

  test('3: a chart is shown, copied, renamed and moved; its original is deleted, the copy stays', async () => {
    const { call, sandbox, questions } = story();
    const made = await call('create_chart', { query: byChannel, name: 'Channels', space: 'Sales', show: 'bar' });
    const chartUuid = uuidAfter('saved/', made);
    expect(await call('show_chart', { chartUuid })).toMatch(/Channels|\[image\]/);

    const copied = await call('duplicate_chart', { chartUuid, name: 'Channels, for Finance' });
    const copyUuid = uuidAfter('saved/', copied);
    expect(copyUuid).not.toBe(chartUuid);
    await call('update_chart', { chartUuid: copyUuid, space: 'Finance (private)', show: 'pie' });
    expect(chart(copyUuid)).toMatchObject({ name: 'Channels, for Finance', spaceUuid: ids.spaces.finance });
    expect(chart(copyUuid)?.versions.at(-1)?.chartConfig).toMatchObject({ type: 'pie' });

    await call('delete_chart', { chartUuid });
    expect(questions.at(-1)).toContain('"Channels"');
    expect(sandbox.store.charts.has(chartUuid)).toBe(false);
    expect(sandbox.store.charts.has(copyUuid)).toBe(true);
  });

  test('4: SQL becomes a chart that is changed and sent, on releases that have it', async () => {
    const { call, refused, data, sandbox } = story();
    const sql = 'select status, count(*) as n from roastery.orders group by 1 order by 1';
    const answer = await call('run_sql_query', { sql });
    expectRows(answer, await data.rows('select status, count(*) from orders group by 1 order by 1'));
    const args = { name: 'Statuses', space: 'Sales', sql, show: 'bar' };
    if (version === '0.1366') {
      await refused('create_sql_chart', args);
      return;
    }
    const savedSqlUuid = uuidAfter('savedSqlUuid', await call('create_sql_chart', args));
    await call('update_sql_chart', { sqlChart: 'Statuses', limit: 3 });
    expect(sandbox.store.sqlCharts.get(savedSqlUuid)).toMatchObject({ name: 'Statuses', sql, limit: 3 });
    const scheduled = await call('create_scheduler', {
      name: 'Statuses, monthly',
      chart: 'Statuses',
      to: ['me'],
      when: '1st of the month 7:00',
      format: 'xlsx',
    });
    expect(sandbox.store.schedulers.get(uuidAfter('schedulerUuid', scheduled))).toMatchObject({
      savedSqlUuid,
      format: 'xlsx',
      cron: '0 7 1 * *',
    });
  });

  test('5: an alert has a threshold that is not reached, then one that is', async () => {
    const { call, data, sandbox } = story();
    const made = await call('create_chart', {
      name: 'All orders',
      query: { exploreId: 'orders', metrics: ['orders_order_count'] },
      show: 'big_number',
    });
    const watch = (name: string, value: number) =>
      call('create_scheduler', {
        name,
        chart: uuidAfter('saved/', made),
        to: ['me'],
        when: 'hourly',
        alert: { field: 'orders_order_count', operator: '<', value },
      });
    const low = uuidAfter('schedulerUuid', await watch('Few orders?', 10));
    const high = uuidAfter('schedulerUuid', await watch('Fewer than ever?', 1_000_000));
    const [[count] = []] = await data.rows('select count(*) from orders');
    const notMet = await call('send_scheduler_now', { schedulerUuid: low });
    const met = await call('send_scheduler_now', { schedulerUuid: high });
    if (version === '1.219') {
      expect(notMet).toContain('Nothing was sent');
      expect(notMet).toContain(`orders_order_count is ${String(count)}`);
      expectLine(met, 'met', 'sent');
      const runs = await call('list_scheduler_runs', {});
      expectLine(runs, 'no one', 'not met');
    }
    await call('delete_scheduler', { schedulerUuid: low });
    expect(sandbox.store.schedulers.has(low)).toBe(false);
    expect(sandbox.store.schedulers.has(high)).toBe(true);
  });
});
