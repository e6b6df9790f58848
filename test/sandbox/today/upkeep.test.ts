import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { todaysIds } from '../../../src/sandbox/seed/today.ts';
import { onToday, project } from './people.ts';

const stage = onToday();
const germany = `/api/v1/saved/${todaysIds.charts.germany}`;
const started = z.looseObject({ jobId: z.string() });
const delivery = {
  name: 'Mine',
  cron: '0 8 * * 1',
  format: 'csv',
  options: { formatted: true, limit: 'table' },
  targets: [{ recipient: 'ada@roastery.example' }],
  enabled: true,
  includeLinks: true,
  appUuid: null,
  appName: null,
};
const madeDelivery = z.looseObject({
  schedulerUuid: z.string(),
  targets: z.array(z.looseObject({ recipient: z.string(), schedulerEmailTargetUuid: z.string() })),
});
const pageOf = z.looseObject({ data: z.array(z.looseObject({})) });

describe('a delivery', () => {
  it('loses the targets that an update omits, and keeps those that it names', async () => {
    const admin = stage.as('admin');
    const targets = [{ recipient: 'ada@roastery.example' }, { recipient: 'vic@roastery.example' }];
    const made = await admin.get(madeDelivery, 'POST', `${germany}/schedulers`, { ...delivery, targets });
    const [first] = made.targets;
    const kept = await admin.get(madeDelivery, 'PATCH', `/api/v1/schedulers/${made.schedulerUuid}`, {
      ...delivery,
      targets: [first],
    });
    expect(kept.targets).toMatchObject([{ schedulerEmailTargetUuid: first?.schedulerEmailTargetUuid }]);
  });

  it('is created by interactive viewers for themselves, and sent, with a run to read', async () => {
    const vic = stage.as('viewer');
    expect((await stage.as('plainViewer').call('POST', `${germany}/schedulers`, delivery)).status).toBe(403);
    const { schedulerUuid } = await vic.get(madeDelivery, 'POST', `${germany}/schedulers`, delivery);
    expect((await stage.as('editor').call('DELETE', `/api/v1/schedulers/${schedulerUuid}`)).status).toBe(403);
    await vic.get(started, 'POST', `/api/v1/schedulers/${schedulerUuid}/send`);
    const runs = await stage.as('admin').get(pageOf, 'GET', `/api/v1/schedulers/${ids.project}/runs`);
    expect(runs.data).toContainEqual(expect.objectContaining({ schedulerUuid }));
  });

  it('that runs more than once an hour is refused', async () => {
    const often = { ...delivery, cron: '*/5 * * * *' };
    expect(await stage.as('admin').call('POST', `${germany}/schedulers`, often)).toMatchObject({
      status: 400,
      error: { message: 'Frequency not allowed, custom input is limited to hourly' },
    });
  });
});

describe('validation', () => {
  it('finds errors, groups them, and hides dismissed ones', async () => {
    const admin = stage.as('admin');
    const { jobId } = await admin.get(started, 'POST', `${project}/validate`, {});
    await vi.waitFor(() => expect(stage.sandbox.store.jobs.get(Number(jobId))?.status).toBe('completed'));
    const results = `/api/v2/projects/${ids.project}/validate`;
    const error = z.looseObject({ validationUuid: z.string(), name: z.string() });
    const list = z.looseObject({ data: z.array(error) });
    const { data: errors } = await admin.get(list, 'GET', `${results}?sourceTypes=chart&errorTypes=dimension`);
    expect(errors.map(({ name }) => name)).toEqual(['Old chart (broken)']);
    const summary = await admin.call('GET', `${results}/summary`);
    expect(summary.results).toMatchObject({
      groups: expect.arrayContaining([
        expect.objectContaining({ groupKey: 'dimension:orders:orders_store_region', affectedCharts: 1 }),
      ]),
    });
    expect((await admin.call('DELETE', `${project}/validate/${errors[0]?.validationUuid}`)).status).toBe(200);
    expect((await admin.call('GET', `${results}/${errors[0]?.validationUuid}`)).status).toBe(404);
    expect((await stage.as('editor').call('GET', results)).status).toBe(403);
  });
});

describe('a rename', () => {
  const rename = { type: 'field', model: 'orders', from: 'channel', to: 'sales_channel' };

  it('is shown before it is applied, in charts and in their alerts', async () => {
    const preview = await stage.as('developer').call('POST', `${project}/rename/preview`, rename);
    expect(preview.results).toMatchObject({
      charts: expect.arrayContaining([{ uuid: todaysIds.charts.germany, name: 'Orders in Germany' }]),
      alerts: [expect.objectContaining({ name: 'Few orders' })],
    });
    expect((await stage.as('editor').call('POST', `${project}/rename/preview`, rename)).status).toBe(403);
  });

  it('creates a new version of each chart, and none in a dry run', async () => {
    const versions = () => stage.sandbox.store.charts.get(todaysIds.charts.germany)?.versions ?? [];
    await stage.as('admin').get(started, 'POST', `${project}/rename`, { ...rename, dryRun: true });
    await stage.as('admin').get(started, 'POST', `${project}/rename`, rename);
    await vi.waitFor(() => expect(versions()).toHaveLength(2));
    expect(versions()[1]?.metricQuery.dimensions).toEqual(['orders_sales_channel']);
    expect(versions()[1]?.tableConfig.columnOrder).toContain('orders_sales_channel');
  });
});

describe('charts as code', () => {
  it('change nothing if they come back unchanged', async () => {
    const admin = stage.as('admin');
    const charts = z.looseObject({ charts: z.array(z.looseObject({ slug: z.string() })) });
    const code = await admin.get(charts, 'GET', `${project}/code/charts?ids=orders-in-germany`);
    const [chart] = code.charts;
    const upload = (body: unknown) => admin.call('POST', `${project}/code/charts/orders-in-germany`, body);
    expect((await upload(chart)).results).toMatchObject({ charts: [{ action: 'no changes' }] });
    expect((await upload({ ...chart, name: 'German orders' })).results).toMatchObject({
      charts: [{ action: 'update' }],
    });
    expect(stage.sandbox.store.charts.get(todaysIds.charts.germany)?.name).toBe('German orders');
    expect((await stage.as('viewer').call('GET', `${project}/code/charts`)).status).toBe(403);
  });
});

describe('deliveries as code', () => {
  const path = `${project}/code/scheduledDeliveries`;
  const list = z.looseObject({ scheduledDeliveries: z.array(z.looseObject({ slug: z.string() })) });

  it('change nothing if they come back unchanged, and are changed and created', async () => {
    const admin = stage.as('admin');
    const slug = 'german-orders-as-a-spreadsheet';
    const code = (await admin.get(list, 'GET', path)).scheduledDeliveries.find(
      (scheduledDelivery) => scheduledDelivery.slug === slug,
    );
    const upload = (as: string, body: unknown) => admin.call('POST', `${path}/${as}`, body);
    expect((await upload(slug, code)).results).toEqual({ action: 'no changes' });
    expect((await upload(slug, { ...code, cron: '0 7 * * *' })).results).toEqual({ action: 'update' });
    expect((await upload('another', { ...code, slug: 'another' })).results).toEqual({ action: 'create' });
    expect(await upload(slug, { ...code, cron: 'often' })).toMatchObject({ status: 400 });
    const stored = [...stage.sandbox.store.schedulers.values()].filter((scheduler) =>
      [slug, 'another'].includes(scheduler.slug ?? ''),
    );
    expect(stored.map(({ cron }) => cron)).toContain('0 7 * * 1');
  });
});
