import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { Person } from './person.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const project = '/api/v1/projects/28a012f6-4897-4927-8e21-30880ba92505';
const query = {
  exploreName: 'orders',
  dimensions: ['orders_status'],
  metrics: ['orders_order_count'],
  filters: {},
  sorts: [],
  limit: 10,
  tableCalculations: [],
};
const delivery = {
  name: 'n',
  cron: '0 8 * * *',
  format: 'csv',
  options: { formatted: true, limit: 'table' },
  targets: [{ recipient: 'ada@roastery.example' }],
  enabled: true,
  includeLinks: true,
};
const topProducts = '/api/v1/saved/759185a2-ce7c-4322-a4dd-9a22fd9f78d2';
const privateChart = '/api/v1/saved/ba6a7ee8-1633-482f-b1ff-7b332b8213cd';
const salesDashboard = '/api/v1/dashboards/773fb4ea-cdb1-4e3f-9beb-4741c213a619';
const comments =
  '/api/v1/comments/dashboards/773fb4ea-cdb1-4e3f-9beb-4741c213a619/23193313-e636-44b7-9231-87adb40195de';
const salesSpace = `${project}/spaces/1ea731d7-577c-4794-bf58-fa7deacc5c49`;
const financeSpace = `${project}/spaces/2437e4ca-c74e-4d3a-8ec0-373cd1dada40`;
const customSql = { id: 'x', name: 'X', table: 'orders', type: 'sql', sql: "'a'", dimensionType: 'string' };

/** Status by role: admin, editor of the project, interactive viewer (Vic, through a group), mere viewer (Val). */
const table: [
  what: string,
  method: string,
  path: string,
  body: unknown,
  ...status: [number, number, number, number],
][] = [
  ['run a query', 'POST', `${project}/explores/orders/runQuery`, query, 200, 200, 200, 403],
  ['look underneath', 'POST', `${project}/explores/orders/runUnderlyingDataQuery`, query, 200, 200, 200, 403],
  [
    'total a query',
    'POST',
    `${project}/calculate-total`,
    { explore: 'orders', metricQuery: query },
    200,
    200,
    200,
    403,
  ],
  ['compile a query', 'POST', `${project}/explores/orders/compileQuery`, query, 200, 200, 200, 200],
  [
    'bring SQL',
    'POST',
    `${project}/explores/orders/runQuery`,
    { ...query, dimensions: ['x'], customDimensions: [customSql] },
    200,
    403,
    403,
    403,
  ],
  ['run SQL', 'POST', `${project}/sqlQuery`, { sql: 'select 1 as one' }, 200, 403, 403, 403],
  ['read an explore', 'GET', `${project}/explores/orders`, undefined, 200, 200, 200, 200],
  ['run a saved chart', 'POST', `${topProducts}/results`, {}, 200, 200, 200, 200],
  ['run a chart of a private space', 'POST', `${privateChart}/results`, {}, 200, 200, 403, 403],
  ['read a private space', 'GET', financeSpace, undefined, 200, 200, 403, 403],
  ['read an open space', 'GET', salesSpace, undefined, 200, 200, 200, 200],
  [
    'download a saved chart',
    'POST',
    `${topProducts}/downloadCsv`,
    { onlyRaw: false, dashboardFilters: {} },
    200,
    200,
    200,
    200,
  ],
  ['write a comment', 'POST', comments, { text: 'x', textHtml: 'x', mentions: [] }, 200, 200, 200, 403],
  ['schedule a delivery', 'POST', `${topProducts}/schedulers`, delivery, 200, 200, 200, 403],
  [
    'change the delivery of another',
    'PATCH',
    '/api/v1/schedulers/4910fc9a-0bfa-4c28-bc43-aef83c252003/enabled',
    { enabled: false },
    200,
    200,
    403,
    403,
  ],
  [
    'read the log of deliveries',
    'GET',
    '/api/v1/schedulers/28a012f6-4897-4927-8e21-30880ba92505/logs',
    undefined,
    200,
    200,
    403,
    403,
  ],
  ['create a space', 'POST', `${project}/spaces`, { name: 'x' }, 200, 200, 403, 403],
  ['rename an open space of another', 'PATCH', salesSpace, { name: 'x', isPrivate: false }, 200, 403, 403, 403],
  ['rename a chart of an open space', 'PATCH', topProducts, { name: 'x' }, 200, 200, 403, 403],
  ['rename a dashboard', 'PATCH', salesDashboard, { name: 'x' }, 200, 200, 403, 403],
  ['create a tag', 'POST', `${project}/tags`, { name: 'x', color: 'red' }, 201, 201, 403, 403],
  [
    'arrange pinned items',
    'PATCH',
    `${project}/pinned-lists/415870b0-983a-4399-8380-74a9d299ccc8/items/order`,
    [],
    200,
    200,
    403,
    403,
  ],
  ['validate the project', 'POST', `${project}/validate`, {}, 200, 403, 403, 403],
  ['make a preview', 'POST', `${project}/createPreview`, { name: 'x', copyContent: false }, 200, 403, 403, 403],
  [
    'give access to the project',
    'POST',
    `${project}/access`,
    { email: 'val@roastery.example', role: 'editor', sendEmail: false },
    200,
    403,
    403,
    403,
  ],
  ['see who has access', 'GET', `${project}/access`, undefined, 200, 200, 200, 200],
  ['see which groups have access', 'GET', `${project}/groupAccesses`, undefined, 200, 403, 403, 403],
  ['create a group', 'POST', '/api/v1/org/groups', { name: 'x' }, 201, 403, 403, 403],
  ['read a group', 'GET', '/api/v1/groups/86aba621-0fa0-429e-9978-f79624ee6a80', undefined, 200, 403, 403, 403],
  ['list members', 'GET', '/api/v1/org/users', undefined, 200, 200, 200, 200],
  [
    'change the role of a member',
    'PATCH',
    '/api/v1/org/users/7b62f0ab-1faf-46ef-8ad1-c446ceaab47e',
    { role: 'member' },
    200,
    403,
    403,
    403,
  ],
  ['read attributes', 'GET', '/api/v1/org/attributes', undefined, 200, 403, 403, 403],
];

describe('the rights of each role', () => {
  it.each(table)('%s', async (_, method, path, body, ...expected) => {
    const { admin, editor, viewer, plainViewer } = sandbox.tokens;
    const statuses: number[] = [];
    for (const token of [admin, editor, viewer, plainViewer]) {
      sandbox.reset();
      statuses.push((await Person.withToken(sandbox, token).call(method, path, body)).status);
    }
    expect(statuses).toEqual(expected);
  });

  it('keeps other organizations out with a 403, not a 404', async () => {
    const stranger = new Person(sandbox);
    const person = { firstName: 'S', lastName: 'T', email: 's@elsewhere.example', password: 'Roastery!1366' };
    const made = await stranger.call('POST', '/api/v1/user', person);
    stranger.headers.cookie = made.headers.get('set-cookie')?.split(';')[0] ?? '';
    await stranger.call('PUT', '/api/v1/org', { name: 'Elsewhere' });
    for (const path of [project, `${topProducts}/history`, salesSpace]) {
      expect((await stranger.call('GET', path)).error, path).toMatchObject({ statusCode: 403, name: 'ForbiddenError' });
    }
    expect((await stranger.call('GET', '/api/v1/org/projects')).results).toEqual([]);
  });

  it('hides fields behind an attribute instead of refusing', async () => {
    const vic = Person.withToken(sandbox, sandbox.tokens.viewer);
    expect((await vic.call('GET', `${project}/explores/customers`)).text).not.toContain('"email"');
    const withEmail = { ...query, exploreName: 'customers', dimensions: ['customers_email'], metrics: [] };
    const answer = await vic.call('POST', `${project}/explores/customers/runQuery`, withEmail);
    expect(answer.error).toMatchObject({ statusCode: 400, name: 'FieldReferenceError' });
  });
});
