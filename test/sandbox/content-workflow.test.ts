import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { Person } from './person.ts';

let sandbox: Sandbox;
let admin: Person;
let vic: Person;
beforeAll(async () => {
  sandbox = await startSandbox();
  admin = Person.withToken(sandbox, sandbox.tokens.admin);
  vic = Person.withToken(sandbox, sandbox.tokens.viewer);
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const project = '/api/v1/projects/28a012f6-4897-4927-8e21-30880ba92505';
const salesSpace = '1ea731d7-577c-4794-bf58-fa7deacc5c49';
const salesDashboard = '/api/v1/dashboards/773fb4ea-cdb1-4e3f-9beb-4741c213a619';
const revenueByMonth = '/api/v1/saved/87b15963-d55c-462f-b96a-8548fff4df8a';
const query = {
  exploreName: 'orders',
  dimensions: ['orders_status'],
  metrics: ['orders_order_count'],
  filters: {},
  sorts: [],
  limit: 500,
  tableCalculations: [],
};
const version = {
  tableName: 'orders',
  metricQuery: query,
  chartConfig: { type: 'table', config: {} },
  tableConfig: { columnOrder: ['orders_status', 'orders_order_count'] },
};
const withUuid = z.object({ uuid: z.string() });
const rows = z.object({ rows: z.array(z.record(z.string(), z.object({ value: z.object({ raw: z.unknown() }) }))) });

describe('a chart', () => {
  const history = z.object({ history: z.array(z.object({ versionUuid: z.string() })) });

  it('gets versions, is rolled back to an older one, and keeps all of them', async () => {
    const { uuid } = await admin.get(withUuid, 'POST', `${project}/saved`, {
      ...version,
      name: 'Mine',
      spaceUuid: salesSpace,
    });
    const limited = { ...version, metricQuery: { ...query, limit: 2 } };
    await admin.call('POST', `/api/v1/saved/${uuid}/version`, limited);
    expect((await vic.get(rows, 'POST', `/api/v1/saved/${uuid}/results`, {})).rows).toHaveLength(2);
    const before = await admin.get(history, 'GET', `/api/v1/saved/${uuid}/history`);
    const oldest = before.history.at(-1)?.versionUuid;
    await admin.call('POST', `/api/v1/saved/${uuid}/rollback/${oldest}`);
    expect((await vic.get(rows, 'POST', `/api/v1/saved/${uuid}/results`, {})).rows).toHaveLength(5);
    const after = await admin.get(history, 'GET', `/api/v1/saved/${uuid}/history`);
    expect(after.history.slice(1)).toEqual(before.history);
  });

  it('on an unknown explore is refused and created all the same', async () => {
    const wrong = { ...version, tableName: 'nope', name: 'Ghost', spaceUuid: salesSpace };
    expect((await admin.call('POST', `${project}/saved`, wrong)).error?.message).toBe('Explore "nope" does not exist.');
    expect((await admin.call('GET', `${project}/charts`)).text).toContain('Ghost');
  });

  it('counts a view with every read, and taken names get a number', async () => {
    await admin.call('GET', revenueByMonth);
    await admin.call('GET', revenueByMonth);
    expect((await admin.call('GET', `${revenueByMonth}/views`)).results).toMatchObject({ views: 2 });
    const copy = await admin.call('POST', `${project}/saved?duplicateFrom=87b15963-d55c-462f-b96a-8548fff4df8a`, {
      chartName: 'Revenue by month',
      chartDesc: 'again',
    });
    expect(copy.results).toMatchObject({ slug: 'revenue-by-month-1', description: 'again' });
  });

  it('is deleted with its deliveries and leaves an empty tile', async () => {
    await admin.call('DELETE', '/api/v1/saved/c5157981-f07f-4046-a737-5622218dbe4e');
    expect((await admin.call('GET', '/api/v1/schedulers/4910fc9a-0bfa-4c28-bc43-aef83c252003')).status).toBe(404);
    const dashboard = await admin.call('GET', salesDashboard);
    expect(dashboard.status).toBe(200);
    expect(dashboard.text).toContain('"savedChartUuid":null');
  });
});

describe('a dashboard', () => {
  it('is created in the project of its space, whatever project the path names', async () => {
    const answer = await admin.call('POST', '/api/v1/projects/00000000-0000-4000-8000-000000000000/dashboards', {
      name: 'Lost',
      spaceUuid: salesSpace,
      tiles: [],
      tabs: [],
    });
    expect(answer.status).toBe(201);
    expect(answer.results).toMatchObject({ projectUuid: '28a012f6-4897-4927-8e21-30880ba92505', spaceName: 'Sales' });
  });

  it('keeps the uuids of its tiles in a copy, which has copies of its own charts', async () => {
    const body = { dashboardName: 'Copy', dashboardDesc: '' };
    const source = '773fb4ea-cdb1-4e3f-9beb-4741c213a619';
    const tiles = z.object({
      tiles: z.array(
        z.object({ uuid: z.string(), properties: z.looseObject({ savedChartUuid: z.string().optional() }) }),
      ),
    });
    const copy = await admin.get(tiles, 'POST', `${project}/dashboards?duplicateFrom=${source}`, body);
    const original = await admin.get(tiles, 'GET', salesDashboard);
    expect(copy.tiles.map((tile) => tile.uuid)).toEqual(original.tiles.map((tile) => tile.uuid));
    const inside = 'bbd5149c-31ce-4454-9a79-b07f10f14881';
    expect(original.tiles.at(-1)?.properties.savedChartUuid).toBe(inside);
    expect(copy.tiles.at(-1)?.properties.savedChartUuid).not.toBe(inside);
  });

  it('gets a new version with new tiles only', async () => {
    const numbered = z.object({ dashboardVersionId: z.number() });
    const before = await admin.get(numbered, 'PATCH', salesDashboard, { name: 'Renamed' });
    expect(before.dashboardVersionId).toBe(3);
    const after = await admin.get(numbered, 'PATCH', salesDashboard, { tiles: [], filters: {}, tabs: [] });
    expect(after.dashboardVersionId).toBeGreaterThan(3);
    expect((await admin.call('GET', '/api/v1/saved/bbd5149c-31ce-4454-9a79-b07f10f14881')).status).toBe(404);
  });

  it('applies its filters to a tile, but not those of a table that the chart does not know', async () => {
    const filter = (fieldId: string, tableName: string, values: string[]) => ({
      dashboardUuid: '773fb4ea-cdb1-4e3f-9beb-4741c213a619',
      dashboardSorts: [],
      dashboardFilters: {
        dimensions: [{ id: 'a', target: { fieldId, tableName }, operator: 'equals', values }],
        metrics: [],
        tableCalculations: [],
      },
    });
    const tile = '/api/v1/saved/0d8b9ae5-29cb-429f-8874-2d45281235ac/chart-and-results';
    const revenue = async (body: object) =>
      (await admin.get(rows, 'POST', tile, body)).rows[0]?.order_items_total_revenue?.value.raw;
    expect(await revenue(filter('customers_country', 'customers', ['Portugal']))).toBeCloseTo(95303.31, 6);
    expect(await revenue(filter('subscriptions_plan', 'subscriptions', ['Taster']))).toBeCloseTo(541507.57, 6);
  });
});

describe('a preview', () => {
  const previewed = async () => {
    const wanted = { name: 'Preview', copyContent: true };
    return admin.get(z.string(), 'POST', `${project}/createPreview`, wanted);
  };
  const summaries = z.array(z.object({ uuid: z.string(), slug: z.string() }));
  const changed = z.object({ charts: z.array(z.object({ action: z.string(), data: z.looseObject({}) })) });

  it('is a copy whose changes are promoted to its origin', async () => {
    const preview = `/api/v1/projects/${await previewed()}`;
    const charts = await admin.get(summaries, 'GET', `${preview}/chart-summaries`);
    const uuid = charts.find((chart) => chart.slug === 'top-coffees')?.uuid;
    expect((await admin.get(changed, 'GET', `/api/v1/saved/${uuid}/promoteDiff`)).charts[0]?.action).toBe('no changes');
    await admin.call('PATCH', `/api/v1/saved/${uuid}`, { description: 'Changed in the preview' });
    expect((await admin.get(changed, 'GET', `/api/v1/saved/${uuid}/promoteDiff`)).charts[0]).toMatchObject({
      action: 'update',
      data: { uuid: '759185a2-ce7c-4322-a4dd-9a22fd9f78d2', oldUuid: uuid, spaceSlug: 'sales' },
    });
    await admin.call('POST', `/api/v1/saved/${uuid}/promote`);
    const original = await admin.call('GET', '/api/v1/saved/759185a2-ce7c-4322-a4dd-9a22fd9f78d2');
    expect(original.results).toMatchObject({ description: 'Changed in the preview' });
  });

  it('promotes a dashboard onto its original, which then shows the original charts', async () => {
    const preview = `/api/v1/projects/${await previewed()}`;
    const dashboards = z.array(z.object({ uuid: z.string(), name: z.string() }));
    const list = await admin.get(dashboards, 'GET', `${preview}/dashboards`);
    const uuid = list.find((item) => item.name === 'Sales overview')?.uuid;
    const answer = await admin.call('POST', `/api/v1/dashboards/${uuid}/promote`);
    expect(answer.results).toMatchObject({ uuid: '773fb4ea-cdb1-4e3f-9beb-4741c213a619', spaceSlug: 'sales' });
    expect(answer.text).toContain('"savedChartUuid":"0d8b9ae5-29cb-429f-8874-2d45281235ac"');
    expect(sandbox.store.dashboards.size).toBe(4);
  });

  it('is deleted with everything in it', async () => {
    const sizes = () => {
      const { charts, dashboards, spaces, catalog, explores, projects } = sandbox.store;
      return [charts, dashboards, spaces, catalog, explores, projects].map((map) => map.size);
    };
    const before = sizes();
    const uuid = await previewed();
    expect((await vic.call('DELETE', `/api/v1/org/projects/${uuid}`)).status).toBe(403);
    await admin.call('DELETE', `/api/v1/org/projects/${uuid}`);
    expect(sizes()).toEqual(before);
  });

  it('is required to promote a chart', async () => {
    const answer = await admin.call('POST', `${revenueByMonth}/promote`);
    expect(answer.error?.message).toBe('This chart does not have an upstream project');
  });
});

describe('comments', () => {
  const path = '/api/v1/comments/dashboards/773fb4ea-cdb1-4e3f-9beb-4741c213a619';
  const tile = '23193313-e636-44b7-9231-87adb40195de';

  it('lose their scripts, notify the mentioned, and are removed by their author or a moderator', async () => {
    const body = {
      text: 'x',
      textHtml: '<p>hi<script>alert(1)</script></p>',
      mentions: ['e24a02c9-5d9b-4e07-ba41-9b4b3714fec0'],
    };
    const commentId = await vic.get(z.string(), 'POST', `${path}/${tile}`, body);
    expect((await vic.call('GET', path)).text).toContain('"textHtml":"<p>hi</p>"');
    const edie = Person.withToken(sandbox, sandbox.tokens.editor);
    const news = await edie.call('GET', '/api/v1/notifications?type=dashboardComments');
    expect(news.text).toContain('Vic Viewer tagged you in dashboard');
    expect((await vic.call('DELETE', `${path}/927b1d57-98b0-4ede-a7bc-950cba0efc21`)).status).toBe(403);
    expect((await vic.call('DELETE', `${path}/${commentId}`)).status).toBe(200);
    await admin.call('DELETE', `${path}/927b1d57-98b0-4ede-a7bc-950cba0efc21`);
    expect((await admin.call('GET', path)).results).toEqual({});
    expect(sandbox.store.comments.size).toBe(0);
  });
});

describe('deliveries', () => {
  const scheduler = '/api/v1/schedulers/4910fc9a-0bfa-4c28-bc43-aef83c252003';

  it('list the remaining runs of today', async () => {
    const today = await startSandbox({ now: () => new Date('2026-11-23T08:30:00.000Z') });
    const ada = Person.withToken(today, today.tokens.admin);
    const jobs = await ada.call('GET', `${scheduler}/jobs`);
    expect(jobs.results).toEqual([{ id: expect.any(Number), date: '2026-11-23T09:00:00.000Z' }]);
    await ada.call('PATCH', `${scheduler}/enabled`, { enabled: false });
    expect((await ada.call('GET', `${scheduler}/jobs`)).results).toEqual([]);
    await today.close();
  });

  it('save an invalid time zone before they fail on it', async () => {
    const changed = {
      name: 'n',
      cron: '0 9 * * 1',
      timezone: 'Mars/Base',
      format: 'csv',
      options: {},
      targets: [],
      includeLinks: true,
    };
    expect((await admin.call('PATCH', scheduler, changed)).status).toBe(500);
    expect((await admin.call('GET', scheduler)).results).toMatchObject({ timezone: 'Mars/Base' });
  });

  it('fail on a bad default time zone as long as one uses it', async () => {
    const settings = `${project}/schedulerSettings`;
    const set = async (schedulerTimezone: string) =>
      (await admin.call('PATCH', settings, { schedulerTimezone })).status;
    expect([await set('Europe/Lisbon'), await set('Nope/Zone'), await set('UTC')]).toEqual([200, 500, 500]);
    expect((await admin.call('GET', project)).results).toMatchObject({ schedulerTimezone: 'Nope/Zone' });
    await admin.call('DELETE', '/api/v1/schedulers/51ed0edc-b9c8-4579-8711-ea9dd9104912');
    expect(await set('UTC')).toBe(200);
  });

  it.each(['every day', '* * * * *', '*/5 * * * *', '0 9 * *', '61 9 * * *'])('refuse to run "%s"', async (cron) => {
    const path = '/api/v1/saved/c5157981-f07f-4046-a737-5622218dbe4e/schedulers';
    const answer = await admin.call('POST', path, { name: 'n', cron, format: 'csv', options: {}, targets: [] });
    expect(answer.error?.message).toBe('Frequency not allowed, custom input is limited to hourly');
  });
});
