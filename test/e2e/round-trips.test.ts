import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { tableOf } from '../helpers/answers.ts';
import { type Connection, callTool, connectInMemory } from '../helpers/client.ts';

const charts = ['87b15963-d55c-462f-b96a-8548fff4df8a', 'c5157981-f07f-4046-a737-5622218dbe4e'];
const revenueByMonth = {
  exploreId: 'orders',
  dimensions: ['orders_ordered_at_month'],
  metrics: ['order_items_total_revenue'],
};

/** Ids as `…`: the kind of a request matters, not its object. */
const nameless = (path: string) => path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…').replace(/\?.*/, '');

/** The requests of a query on each release, once its explore is cached. */
const releases = [
  { version: '0.1366', query: ['POST /api/v1/projects/…/explores/orders/runQuery'] },
  // Newer servers hand out rows by a second request only.
  { version: '1.219', query: ['POST /api/v2/projects/…/query/metric-query', 'GET /api/v2/projects/…/query/…'] },
] as const;

describe.each(releases)('requests to a Lightdash of $version', ({ version, query }) => {
  let sandbox: Sandbox;
  let host: Connection;
  beforeAll(async () => {
    sandbox = await startSandbox({ version });
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    sandbox.reset();
    host = await connectInMemory({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_PROJECT: 'Roastery',
    });
    return () => host.close();
  });

  /** The requests of the calls: each kind, sorted. */
  async function countRequests(...calls: readonly (readonly [tool: string, args: Record<string, unknown>])[]) {
    const before = sandbox.requests.length;
    const answers = await Promise.all(calls.map(([tool, args]) => callTool(host.client, tool, args)));
    for (const { isError, text } of answers) expect(isError, text).toBe(false);
    const requests = sandbox.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
    // A query that is not ready yet is looked at again; how often is a matter of time.
    const looks = requests.filter((request) => request.startsWith('GET /api/v2/'));
    const others = requests.filter((request) => !looks.includes(request));
    return [...others, ...new Set(looks)].map(nameless).sort();
  }
  const times = (count: number, requests: readonly string[]) =>
    requests.flatMap((request) => Array.from({ length: count }, () => request)).sort();

  const lookUps = ['GET /api/v1/health', 'GET /api/v1/org/projects', 'GET /api/v1/projects/…/explores/orders'];

  test('the first query looks up the project, its explore and the server, each once', async () => {
    expect(await countRequests(['run_metric_query', revenueByMonth])).toEqual([...lookUps, ...query].sort());
  });

  test('eight concurrent queries look them up once, too', async () => {
    const eight = Array.from({ length: 8 }, () => ['run_metric_query', revenueByMonth] as const);
    expect(await countRequests(...eight)).toEqual([...lookUps, ...times(8, query)].sort());
  });

  test('a result without notes is its rows under one line of at most 20 tokens', async () => {
    const status = { exploreId: 'orders', dimensions: ['orders_status'], metrics: ['orders_order_count'] };
    const { text } = await callTool(host.client, 'run_metric_query', status);
    const { rows } = tableOf(text);
    const [first = '', ...others] = text.trimEnd().split('\n');
    expect(rows).toHaveLength(5);
    expect(others).toHaveLength(rows.length + 1);
    expect(encode(first).length).toBeLessThanOrEqual(20);
    const filtered = { ...status, filters: [{ field: 'orders_channel', operator: 'equals', values: ['phone'] }] };
    const answer = await callTool(host.client, 'run_metric_query', filtered);
    const [, echo = ''] = answer.text.split('\n');
    expect(echo).toBe('Filters: orders_channel = phone.');
    expect(answer.text.trimEnd().split('\n')).toHaveLength(tableOf(answer.text).rows.length + 3);
  });

  test('a query whose explore is cached is the only request', async () => {
    await countRequests(
      ['get_explore', { exploreId: 'orders' }],
      ['list_organization_projects', {}],
      ['run_metric_query', revenueByMonth],
    );
    expect(await countRequests(['run_metric_query', revenueByMonth])).toEqual(times(1, query));
    const filtered = { ...revenueByMonth, filters: [{ field: 'orders_channel', operator: 'equals', values: ['web'] }] };
    // The values of a filtered field are looked up once.
    const first = await countRequests(['run_metric_query', filtered]);
    expect(first.filter((request) => /field-values|\/search$/.test(request))).toHaveLength(1);
    expect(await countRequests(['run_metric_query', filtered])).toEqual(times(1, query));
  });

  test('the fields of all explores are read once, even for concurrent searches', async () => {
    const words = ['revenue', 'customers', 'plan'].map((item) => ['find_fields', { words: item }] as const);
    const first = await countRequests(...words);
    expect(first).toEqual([...new Set(first)]);
    expect(first.filter((request) => request.includes('/explores/'))).toHaveLength(version === '0.1366' ? 4 : 5);
    expect(await countRequests(...words)).toEqual([]);
    expect(await countRequests(['run_metric_query', revenueByMonth])).toEqual([...query, 'GET /api/v1/health'].sort());
  });

  test('a chart is looked up once in addition to its rows', async () => {
    const run = charts.map((chartUuid) => ['run_saved_chart', { chartUuid }] as const);
    await countRequests(...run);
    const again = await countRequests(...run);
    expect(again.filter((request) => !/runQuery|results|\/query\//.test(request))).toEqual([]);
    expect(again).toHaveLength(charts.length * query.length);
  });

  test('after a write by this server look-ups are sent again', async () => {
    await countRequests(['run_metric_query', revenueByMonth]);
    await countRequests(['create_tag', { name: 'new', color: '#ff0000' }]);
    const after = await countRequests(['run_metric_query', revenueByMonth]);
    expect(after).toEqual([...lookUps.slice(1), ...query].sort());
  });
});
