import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Release, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { type Connection, callTool, callToolConfirmed, connectInMemory } from '../helpers/client.ts';
import { type InterceptingLightdash, interceptLightdash, type StandIn } from '../helpers/intercepting-lightdash.ts';

// A proxy before Lightdash may keep its health to itself: the release then shows by what else the server answers.

const refused = { status: 403, body: 'Forbidden' };
/** A later release whose health says less. */
const shorter = { status: 200, body: { status: 'ok', results: { version: '1.300.0', query: { maxLimit: 5000 } } } };

const cases: readonly { release: Release; headers: string[]; withoutDeprecated: boolean; health?: StandIn }[] = [
  { release: '1.219', headers: [], withoutDeprecated: true, health: shorter },
  { release: '1.219', headers: ['lightdash-version'], withoutDeprecated: false },
  { release: '1.219', headers: [], withoutDeprecated: true },
  { release: '1.219', headers: [], withoutDeprecated: false },
  { release: '0.1366', headers: [], withoutDeprecated: false },
];

describe.each(cases)('$release behind a proxy, health: $health.status, other headers: $headers', (server) => {
  const { release, headers, withoutDeprecated, health = refused } = server;
  let sandbox: Sandbox;
  let proxy: InterceptingLightdash;
  let host: Connection;

  beforeAll(async () => {
    sandbox = await startSandbox({ version: release, withoutDeprecated });
    proxy = await interceptLightdash(sandbox.url, headers);
    proxy.intercept(/^$/, { status: 500, body: {} }, (request) =>
      request === 'GET /api/v1/health' ? health : undefined,
    );
    host = await connectInMemory({
      LIGHTDASH_URL: proxy.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_PROJECT: 'Roastery',
    });
  });
  afterAll(async () => {
    await host.close();
    await proxy.close();
    await sandbox.close();
  });

  const query = { exploreId: 'orders', metrics: ['orders_order_count'] };
  const calls: readonly (readonly [tool: string, args: Record<string, unknown>, fact: string])[] = [
    ['run_metric_query', query, '3000'],
    ['run_sql_query', { sql: 'select count(*) as n from roastery.orders' }, '3000'],
    ['run_saved_chart', { chartUuid: ids.charts.revenueByMonth }, '2024-01'],
    ['download_query_csv', query, 'http://127.0.0.1'],
    ['list_chart_summaries_in_project', {}, 'Revenue by month'],
    ['get_scheduler_logs', {}, 'Weekly'],
    // From 1.104 on the space itself lists its caller alone.
    ['get_space_access', { spaceUuid: 'Sales' }, 'Edie Editor'],
  ];

  test.each(calls)('%s works', async (tool, args, fact) => {
    const { text, isError } = await callToolConfirmed(host.client, tool, args);
    expect(isError, text).toBe(false);
    expect(text).toContain(fact);
  });

  test('no request goes to a deprecated route', () => {
    expect(sandbox.requests.filter(({ deprecated }) => deprecated)).toEqual([]);
  });

  test('the place of health is looked up once, and a query goes at once to the API that answered the first', async () => {
    const sent = sandbox.requests.length;
    const reads = () => sandbox.requests.filter(({ path }) => path.endsWith('/api/v1/user')).length;
    const readsBefore = reads();
    await callTool(host.client, 'run_sql_query', { sql: 'select 1 as one' });
    await callTool(host.client, 'list_chart_summaries_in_project', { search: 'orders' });
    expect(reads()).toBe(readsBefore);
    const refused = sandbox.requests.slice(sent).filter(({ status }) => status === 404);
    expect(refused).toEqual([]);
  });

  test('no request is for a missing route', () => {
    expect(sandbox.requests.filter(({ status }) => status === 404)).toEqual([]);
  });
});
