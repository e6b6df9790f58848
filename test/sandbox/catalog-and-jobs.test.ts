import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { Person } from './person.ts';

let sandbox: Sandbox;
let admin: Person;
let val: Person;
beforeAll(async () => {
  sandbox = await startSandbox();
  admin = Person.withToken(sandbox, sandbox.tokens.admin);
  val = Person.withToken(sandbox, sandbox.tokens.plainViewer);
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const project = '/api/v1/projects/28a012f6-4897-4927-8e21-30880ba92505';
const finance = 'ea28c0ba-5a83-4ece-b43f-24e51f17471c';

const metrics = z.object({
  data: z.array(
    z.object({
      name: z.string(),
      chartUsage: z.number(),
      catalogSearchUuid: z.string(),
      categories: z.array(z.object({ name: z.string() })),
      icon: z.unknown(),
    }),
  ),
});
const mrr = async () => {
  const page = await admin.get(metrics, 'GET', `${project}/dataCatalog/metrics?search=MRR`);
  return page.data.find((metric) => metric.name === 'mrr');
};
const exploreOf = async (name: string) => (await admin.call('GET', `${project}/explores/${name}`)).results;

describe('the catalog', () => {
  it('carries categories and icons over by name when explores are set, under new uuids', async () => {
    const before = await mrr();
    const item = `${project}/dataCatalog/${before?.catalogSearchUuid}`;
    await admin.call('POST', `${item}/categories`, { tagUuid: finance });
    await admin.call('PATCH', `${item}/icon`, { icon: { unicode: '2615' } });
    expect((await admin.call('POST', `${item}/categories`, { tagUuid: finance })).status).toBe(500);
    const explores = [await exploreOf('orders'), await exploreOf('subscriptions')];
    expect((await admin.call('PUT', `${project}/explores`, explores)).status).toBe(200);
    const after = await mrr();
    expect(after).toMatchObject({ categories: [{ name: 'finance' }], icon: { unicode: '2615' }, chartUsage: 1 });
    expect(after?.catalogSearchUuid).not.toBe(before?.catalogSearchUuid);
    expect((await admin.call('PATCH', `${item}/icon`, { icon: null })).error?.message).toBe('Catalog search not found');
    await admin.call('DELETE', `${project}/tags/${finance}`);
    expect((await mrr())?.categories).toEqual([]);
  });

  it('finds metrics by category and sorts them by how many charts use them', async () => {
    const page = await mrr();
    await admin.call('POST', `${project}/dataCatalog/${page?.catalogSearchUuid}/categories`, { tagUuid: finance });
    const list = await admin.get(metrics, 'GET', `${project}/dataCatalog/metrics?categories=${finance}`);
    expect(list.data.map((metric) => metric.name)).toEqual(['mrr']);
    const used = await admin.get(metrics, 'GET', `${project}/dataCatalog/metrics?sort=chartUsage&order=desc`);
    expect(used.data[0]).toMatchObject({ name: 'order_count', chartUsage: 3 });
  });
});

describe('setting explores', () => {
  it('to anything but a list leaves them listed, but unreadable', async () => {
    const explores = [await exploreOf('orders')];
    expect((await admin.call('PUT', `${project}/explores`, {})).status).toBe(500);
    expect(await admin.call('GET', `${project}/explores`)).toMatchObject({ results: { length: 4 } });
    expect((await admin.call('GET', `${project}/explores/orders`)).status).toBe(404);
    await admin.call('PUT', `${project}/explores`, explores);
    expect((await admin.call('GET', `${project}/explores/orders`)).status).toBe(200);
    expect(await admin.call('GET', `${project}/explores`)).toMatchObject({ results: { length: 1 } });
  });

  it('accepts those with compile errors, and reports them when read', async () => {
    const wrong = {
      name: 'wrong',
      label: 'Wrong',
      errors: [{ type: 'CompileError', message: 'Something is missing' }],
    };
    await admin.call('PUT', `${project}/explores`, [wrong]);
    expect((await admin.call('GET', `${project}/explores`)).results).toEqual([wrong]);
    expect((await admin.call('GET', `${project}/explores/wrong`)).error?.message).toBe('Explore "wrong" has an error.');
  });
});

describe('jobs', () => {
  const job = z.object({ jobId: z.number() });
  const csv = {
    exploreName: 'orders',
    dimensions: ['orders_status'],
    metrics: ['orders_order_count'],
    filters: {},
    sorts: [{ fieldId: 'orders_status', descending: false }],
    limit: 10,
    tableCalculations: [],
    onlyRaw: true,
    showTableNames: false,
    columnOrder: [],
  };
  const start = (body: object = csv) => val.get(job, 'POST', `${project}/explores/orders/downloadCsv`, body);
  const status = async (jobId: number) => (await admin.call('GET', `/api/v1/schedulers/job/${jobId}/status`)).results;

  it('write a file that anybody with its address can read, also for a viewer who may not run the query', async () => {
    const { jobId } = await start();
    await sandbox.settled();
    const url = z.object({ url: z.string(), status: z.literal('completed'), truncated: z.literal(false) });
    const done = await val.get(url, 'GET', `/api/v1/csv/${jobId}`);
    const file = await fetch(done.url);
    expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect((await file.text()).split('\n').slice(0, 2)).toEqual(['Status,Order count', 'cancelled,112']);
  });

  it('are started until a worker has done them', async () => {
    let release = () => {};
    const worker = new Promise<void>((resolve) => {
      release = resolve;
    });
    const waiting = await startSandbox({ pickUp: () => worker });
    const ada = Person.withToken(waiting, waiting.tokens.admin);
    const { jobId } = await ada.get(job, 'POST', `${project}/explores/orders/downloadCsv`, csv);
    expect((await ada.call('GET', `/api/v1/csv/${jobId}`)).results).toEqual({ status: 'started', truncated: false });
    release();
    await waiting.settled();
    expect((await ada.call('GET', `/api/v1/csv/${jobId}`)).results).toMatchObject({ status: 'completed' });
    await waiting.close();
  });

  it('are hidden from all other users, the admin too', async () => {
    const { jobId } = await start();
    const others = await admin.call('GET', `/api/v1/csv/${jobId}`);
    expect(others.error?.message).toBe('Download CSV job not found');
  });

  it('that fail keep an error without its message', async () => {
    const { jobId } = await start({ ...csv, dimensions: ['orders_nope'], sorts: [] });
    await sandbox.settled();
    expect((await val.call('GET', `/api/v1/csv/${jobId}`)).results).toEqual({ status: 'error', truncated: false });
    expect(await status(jobId)).toMatchObject({
      status: 'error',
      details: { error: { name: 'FieldReferenceError', statusCode: 400, data: {} } },
    });
  });

  it('of deliveries finish, except for images', async () => {
    const send = (format: string) =>
      val.get(job, 'POST', '/api/v1/schedulers/send', {
        name: 'Now',
        format,
        cron: '0 9 * * 1',
        options: {},
        targets: [],
        savedChartUuid: '0d8b9ae5-29cb-429f-8874-2d45281235ac',
        dashboardUuid: null,
      });
    const [asCsv, asImage] = [await send('csv'), await send('image')];
    await sandbox.settled();
    expect(await status(asCsv.jobId)).toEqual({ status: 'completed', details: null });
    expect(await status(asImage.jobId)).toMatchObject({ status: 'error', details: { error: expect.any(String) } });
  });

  it('of validation find broken charts; those against explores of the request store no result', async () => {
    const validate = async (body: object) => (await admin.get(job, 'POST', `${project}/validate`, body)).jobId;
    const errorList = z.array(z.object({ name: z.string(), error: z.string(), validationId: z.number() }));
    const { tables, ...orders } = z.looseObject({ tables: z.looseObject({}) }).parse(await exploreOf('orders'));
    const without = { ...tables, orders: { ...z.looseObject({}).parse(tables.orders), metrics: {} } };
    const jobId = await validate({ explores: [{ ...orders, tables: without }], validationTargets: ['charts'] });
    await sandbox.settled();
    const apart = await admin.get(errorList, 'GET', `${project}/validate?jobId=${jobId}`);
    expect(apart.map((item) => item.error)).toContain("Metric error: the field 'orders_order_count' no longer exists");
    expect((await admin.get(errorList, 'GET', `${project}/validate`)).map((item) => item.name)).toEqual([
      'Old chart (broken)',
    ]);
    await admin.call('DELETE', '/api/v1/saved/77a0501b-0c25-4ddc-a2ac-8e245665f04e');
    await validate({});
    await sandbox.settled();
    expect(await admin.get(errorList, 'GET', `${project}/validate`)).toEqual([]);
  });

  it('of SQL return their rows as lines of JSON', async () => {
    const { jobId } = await admin.get(job, 'POST', `${project}/sqlRunner/run`, { sql: 'select 1 as one' });
    await sandbox.settled();
    const details = z.object({ details: z.object({ fileUrl: z.string() }) }).parse(await status(jobId));
    const file = await fetch(details.details.fileUrl, { headers: admin.headers });
    expect([file.headers.get('content-type'), await file.text()]).toEqual([null, '{"one":1}\n']);
  });
});

describe('an integration that is not connected', () => {
  it.each([
    ['GET', '/api/v1/slack/channels', 200],
    ['GET', '/api/v1/gdrive/get-access-token', 404],
    ['GET', `${project}/git-integration`, 200],
    ['GET', '/api/v1/github/oauth/callback', 500],
    ['GET', `${project}/git-integration/pull-requests/chart/759185a2-ce7c-4322-a4dd-9a22fd9f78d2/fields`, 500],
  ])('answers %s %s with %i', async (method, path, expected) => {
    expect((await admin.call(method, path)).status).toBe(expected);
  });

  it('redirects to GitHub to install', async () => {
    const ada = await Person.signedIn(sandbox, 'ada@roastery.example');
    const answer = await ada.call('GET', '/api/v1/github/install');
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toMatch(/^https:\/\/github\.com\/apps\//);
  });
});
