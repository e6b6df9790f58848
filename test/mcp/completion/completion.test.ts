import { expect, test } from 'vitest';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { charts, dashboards, project, sandboxForTests, spaces } from '../resources/sandbox.ts';

const { sandbox, connect } = await sandboxForTests();
const base = 'lightdash://projects/{projectUuid}';

type Context = Record<string, string>;
type Client = Awaited<ReturnType<typeof connect>>['client'];

async function completeTemplate(client: Client, template: string, name: string, value: string, context: Context = {}) {
  const { completion } = await client.complete({
    ref: { type: 'ref/resource', uri: template },
    argument: { name, value },
    context: { arguments: context },
  });
  return completion.values;
}

async function completePrompt(client: Client, prompt: string, name: string, value: string, context: Context = {}) {
  const { completion } = await client.complete({
    ref: { type: 'ref/prompt', name: prompt },
    argument: { name, value },
    context: { arguments: context },
  });
  return completion.values;
}

test.each([
  ['projectUuid', `${base}/charts`, 'roast', [project]],
  ['projectUuid', `${base}/charts`, '28a012', [project]],
  ['exploreId', `${base}/explores/{exploreId}`, 'subs', ['subscriptions']],
  ['chartUuid', `${base}/charts/{chartUuid}`, 'revenue', [charts.revenueByMonth, charts.totalRevenue]],
  ['chartUuid', `${base}/charts/{chartUuid}`, 'TOTAL revenue', [charts.totalRevenue]],
  ['chartUuid', `${base}/charts/{chartUuid}`, 'by plan', [charts.mrrByPlan]],
  ['chartUuid', `${base}/charts/{chartUuid}`, '87b15963', [charts.revenueByMonth]],
  ['chartUuid', `${base}/charts/{chartUuid}`, 'nothing of the kind', []],
  ['dashboardUuid', `${base}/dashboards/{dashboardUuid}`, 'overview', [dashboards.sales]],
])('completes %s of %s from "%s"', async (name, template, typed, values) => {
  const { client } = await connect();
  expect(
    await completeTemplate(client, template, name, typed, name === 'projectUuid' ? {} : { projectUuid: project }),
  ).toEqual(values);
});

test('an empty value completes to everything, by name', async () => {
  const { client } = await connect();
  const template = `${base}/explores/{exploreId}`;
  const all = ['customers', 'orders', 'products', 'subscriptions'];
  expect(await completeTemplate(client, template, 'exploreId', '', { projectUuid: project })).toEqual(all);
  expect(await completeTemplate(client, template, 'exploreId', '')).toEqual(all);
  expect(await completeTemplate(client, template, 'exploreId', '', { projectUuid: 'Roastery' })).toEqual(all);
  expect(await completeTemplate(client, template, 'exploreId', '', { projectUuid: 'another' })).toEqual([]);
});

test.each([
  ['explore_metric', 'metric', 'revenue', 'order_items_total_revenue'],
  ['explore_metric', 'metric', 'order count', 'orders_order_count'],
  ['explore_metric', 'projectUuid', 'roas', project],
  ['explain_chart', 'chartUuid', 'top cof', ids.charts.topProducts],
  ['summarize_dashboard_week', 'dashboardUuid', 'subscr', dashboards.subscriptions],
  ['who_can_see_what', 'spaceUuid', 'private', spaces.finance],
  ['onboard_member', 'member', 'edie', 'edie@roastery.example'],
  ['onboard_member', 'group', 'bar', 'Baristas'],
  ['onboard_member', 'projectRole', 'viewer', 'viewer'],
  ['spring_clean', 'projectUuid', 'ROAST', project],
])('completes %s %s from "%s"', async (prompt, name, typed, first) => {
  const { client } = await connect();
  expect((await completePrompt(client, prompt, name, typed))[0]).toBe(first);
});

test('the same name typed letter by letter is one request to Lightdash', async () => {
  const { client } = await connect();
  const template = `${base}/charts/{chartUuid}`;
  for (const typed of ['', 'r', 're', 'rev', 'reve']) {
    await completeTemplate(client, template, 'chartUuid', typed, { projectUuid: project });
  }
  expect(sandbox.requests.map(({ path }) => path)).toEqual([
    '/api/v1/org/projects',
    '/api/v1/health',
    `/api/v1/projects/${project}/chart-summaries`,
  ]);
});

test('at most a hundred values are returned, with a mark that there are more', async () => {
  const chart = sandbox.store.charts.get(ids.charts.totalRevenue);
  if (chart === undefined) throw new Error('the sandbox has no such chart');
  for (let number = 0; number < 150; number += 1) {
    const uuid = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
    sandbox.store.charts.set(uuid, { ...chart, uuid, name: `Many ${number}` });
  }
  const { client } = await connect();
  const { completion } = await client.complete({
    ref: { type: 'ref/prompt', name: 'explain_chart' },
    argument: { name: 'chartUuid', value: 'many' },
  });
  expect(completion.values).toHaveLength(100);
  expect(completion).toMatchObject({ total: 150, hasMore: true });
});

test('requests that Lightdash refuses complete to nothing, without an error', async () => {
  const { client } = await connect({ LIGHTDASH_API_KEY: 'deadbeefdeadbeefdeadbeefdeadbeef' });
  expect(await completeTemplate(client, `${base}/charts`, 'projectUuid', '')).toEqual([]);
});

test('people and groups are not completed if the organization is out of scope', async () => {
  const { client } = await connect({ LIGHTDASH_ALLOWED_PROJECTS: 'Roastery' });
  expect(await completePrompt(client, 'onboard_member', 'member', '')).toEqual([]);
  const { client: wider } = await connect({
    LIGHTDASH_ALLOWED_PROJECTS: 'Roastery',
    LIGHTDASH_ALLOW_ORGANIZATION: 'true',
  });
  expect(await completePrompt(wider, 'onboard_member', 'member', 'ada')).toEqual(['ada@roastery.example']);
});

test('completions that the settings switch off are empty, and send nothing to Lightdash', async () => {
  const { client: all } = await connect();
  expect((await completePrompt(all, 'onboard_member', 'group', '')).length).toBeGreaterThan(0);
  const { client } = await connect({
    LIGHTDASH_EXCLUDE_TOOLS:
      'list_groups_in_organization,list_chart_summaries_in_project,list_charts_in_project,list_dashboards,list_spaces_in_project',
  });
  const before = sandbox.requests.length;
  expect(await completePrompt(client, 'onboard_member', 'group', '')).toEqual([]);
  expect(await completePrompt(client, 'explain_chart', 'chartUuid', '')).toEqual([]);
  expect(sandbox.requests.length).toBe(before);
});

test('an unknown template, prompt or argument is refused', async () => {
  const { client } = await connect();
  await expect(completeTemplate(client, 'lightdash://nope/{x}', 'x', '')).rejects.toMatchObject({ code: -32602 });
  await expect(completePrompt(client, 'nope', 'x', '')).rejects.toMatchObject({ code: -32602 });
  await expect(completePrompt(client, 'explain_chart', 'x', '')).rejects.toMatchObject({
    code: -32602,
    message: expect.stringContaining('chartUuid'),
  });
});
