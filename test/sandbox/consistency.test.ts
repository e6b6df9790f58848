import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { Person } from './person.ts';
import { danglingReferences } from './references.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

/** Numbers from 0 to 1 that are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Step = [method: string, path: string, body?: unknown];

/** One call that might be made just now: mostly on things that exist, sometimes on things that do not. */
function anyStep(next: () => number): Step {
  const { store } = sandbox;
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(next() * items.length)];
  const any = (map: Map<string, unknown>) => (next() < 0.05 ? undefined : pick([...map.keys()])) ?? crypto.randomUUID();
  const project = () => `/api/v1/projects/${any(store.projects)}`;
  const name = () => `Thing ${Math.floor(next() * 1000)}`;
  const userUuid = () => any(store.users);
  const groupUuid = () => any(store.groups);
  const spaceRole = () => pick(['viewer', 'editor', 'admin']);
  const role = () => pick(['viewer', 'interactive_viewer', 'editor', 'developer', 'admin']);
  const query = {
    exploreName: 'orders',
    dimensions: ['orders_status'],
    metrics: ['orders_order_count'],
    filters: {},
    sorts: [],
    limit: 5,
    tableCalculations: [],
  };
  const chart = {
    tableName: 'orders',
    metricQuery: query,
    chartConfig: { type: 'table' },
    tableConfig: { columnOrder: [] },
  };
  const tile = () => ({
    type: 'saved_chart',
    x: 0,
    y: 0,
    w: 1,
    h: 1,
    properties: { savedChartUuid: any(store.charts) },
  });
  const delivery = {
    name: 'n',
    cron: '0 8 * * *',
    format: 'csv',
    options: {},
    targets: [{ recipient: 'a@b.example' }],
  };
  const steps: (() => Step)[] = [
    () => ['GET', '/api/v1/org/users?includeGroups=5'],
    () => ['GET', `${project()}/spaces`],
    () => ['GET', `${project()}/charts`],
    () => ['GET', `${project()}/dashboards`],
    () => ['GET', `${project()}/dataCatalog/metrics`],
    () => ['GET', `${project()}/validate`],
    () => ['GET', `${project()}/spaces/${any(store.spaces)}`],
    () => ['GET', `/api/v1/dashboards/${any(store.dashboards)}`],
    () => ['GET', `/api/v1/comments/dashboards/${any(store.dashboards)}`],
    () => ['GET', `/api/v1/schedulers/${any(store.projects)}/logs`],
    () => ['POST', `/api/v1/saved/${any(store.charts)}/results`, {}],
    () => ['POST', `${project()}/explores/orders/runQuery`, query],
    () => ['POST', `${project()}/spaces`, { name: name(), isPrivate: next() < 0.5 }],
    () => ['DELETE', `${project()}/spaces/${any(store.spaces)}`],
    () => ['POST', `${project()}/spaces/${any(store.spaces)}/share`, { userUuid: userUuid(), spaceRole: spaceRole() }],
    () => ['DELETE', `${project()}/spaces/${any(store.spaces)}/share/${userUuid()}`],
    () => [
      'POST',
      `${project()}/spaces/${any(store.spaces)}/group/share`,
      { groupUuid: groupUuid(), spaceRole: spaceRole() },
    ],
    () => ['POST', '/api/v1/org/groups', { name: name(), members: [{ userUuid: userUuid() }] }],
    () => ['DELETE', `/api/v1/groups/${groupUuid()}`],
    () => ['PUT', `/api/v1/groups/${groupUuid()}/members/${userUuid()}`],
    () => ['DELETE', `/api/v1/groups/${groupUuid()}/members/${userUuid()}`],
    () => ['POST', `/api/v1/groups/${groupUuid()}/projects/${any(store.projects)}`, { role: role() }],
    () => ['POST', `${project()}/saved`, { ...chart, name: name(), spaceUuid: any(store.spaces) }],
    () => ['POST', `${project()}/saved`, { ...chart, name: name(), dashboardUuid: any(store.dashboards) }],
    () => ['PATCH', `/api/v1/saved/${any(store.charts)}`, { spaceUuid: any(store.spaces) }],
    () => ['POST', `/api/v1/saved/${any(store.charts)}/version`, chart],
    () => ['PATCH', `/api/v1/saved/${any(store.charts)}/pinning`],
    () => ['DELETE', `/api/v1/saved/${any(store.charts)}`],
    () => [
      'POST',
      `${project()}/dashboards`,
      { name: name(), spaceUuid: any(store.spaces), tabs: [], tiles: [tile(), tile()] },
    ],
    () => ['PATCH', `/api/v1/dashboards/${any(store.dashboards)}`, { tiles: [tile()], tabs: [] }],
    () => ['PATCH', `/api/v1/dashboards/${any(store.dashboards)}`, { spaceUuid: any(store.spaces) }],
    () => ['DELETE', `/api/v1/dashboards/${any(store.dashboards)}`],
    () => ['POST', `/api/v1/saved/${any(store.charts)}/schedulers`, delivery],
    () => ['POST', `/api/v1/dashboards/${any(store.dashboards)}/schedulers`, delivery],
    () => ['DELETE', `/api/v1/schedulers/${any(store.schedulers)}`],
    () => ['POST', `${project()}/tags`, { name: name(), color: 'red' }],
    () => ['DELETE', `${project()}/tags/${any(store.tags)}`],
    () => ['POST', `${project()}/dataCatalog/${any(store.catalog)}/categories`, { tagUuid: any(store.tags) }],
    () => ['POST', `${project()}/validate`, {}],
    () => ['POST', `${project()}/createPreview`, { name: name(), copyContent: true }],
    () => ['DELETE', `/api/v1/org/projects/${pick([...store.projects.keys()].slice(1)) ?? crypto.randomUUID()}`],
    () => ['POST', `/api/v1/saved/${any(store.charts)}/promote`],
    () => ['POST', `/api/v1/dashboards/${any(store.dashboards)}/promote`],
    () => ['POST', '/api/v1/schedulers/send', { ...delivery, savedChartUuid: any(store.charts), dashboardUuid: null }],
    () => [
      'POST',
      '/api/v1/invite-links',
      { email: `${name()}@x.example`, role: role(), expiresAt: '2030-01-01T00:00:00.000Z' },
    ],
    () => ['DELETE', `/api/v1/org/user/${pick([...store.users.keys()].slice(4)) ?? crypto.randomUUID()}`],
  ];
  const step = pick(steps);
  return step ? step() : ['GET', '/api/v1/org'];
}

/** Comments on tiles, which need a dashboard to find one. */
function commentStep(next: () => number): Step | null {
  const dashboards = [...sandbox.store.dashboards.values()].filter((dashboard) => dashboard.tiles.length > 0);
  const dashboard = dashboards[Math.floor(next() * dashboards.length)];
  if (!dashboard) return null;
  const path = `/api/v1/comments/dashboards/${dashboard.uuid}/${dashboard.tiles[0]?.uuid}`;
  return ['POST', path, { text: 'x', textHtml: 'x', mentions: [...sandbox.store.users.keys()].slice(0, 2) }];
}

const CALLS = 600;

describe('hundreds of mixed calls', () => {
  it.each([1, 2, 3])('leave a store without dangling references (seed %i)', async (seed) => {
    sandbox.reset();
    const next = numbers(seed);
    const { admin, editor, viewer } = sandbox.tokens;
    const people = [admin, admin, admin, editor, viewer].map((token) => Person.withToken(sandbox, token));
    for (let count = 0; count < CALLS; count += 1) {
      const person = people[Math.floor(next() * people.length)];
      const [method, path, body] = (next() < 0.03 ? commentStep(next) : null) ?? anyStep(next);
      await person?.call(method, path, body);
    }
    await sandbox.settled();
    expect(sandbox.faults).toEqual([]);
    expect(danglingReferences(sandbox.store)).toEqual([]);
    expect(sandbox.requests).toHaveLength(CALLS);
  });

  it('are undone by a reset', () => {
    sandbox.reset();
    const { charts, spaces, users, groups, projects } = sandbox.store;
    expect([charts, spaces, users, groups, projects].map((map) => map.size)).toEqual([11, 4, 6, 2, 1]);
    expect(sandbox.requests).toEqual([]);
    expect(danglingReferences(sandbox.store)).toEqual([]);
  });
});

describe('the memory of background jobs', () => {
  it('is bounded', async () => {
    sandbox.reset();
    const admin = Person.withToken(sandbox, sandbox.tokens.admin);
    const project = '/api/v1/projects/28a012f6-4897-4927-8e21-30880ba92505';
    for (let count = 0; count < 150; count += 1)
      await admin.call('POST', `${project}/sqlRunner/run`, { sql: 'select 1 as one' });
    await sandbox.settled();
    for (let count = 0; count < 400; count += 1) await admin.call('POST', `${project}/validate`, {});
    await sandbox.settled();
    expect([sandbox.store.jobs.size, sandbox.store.files.size, sandbox.store.validationErrors.size]).toEqual([
      500, 100, 1,
    ]);
  });
});
