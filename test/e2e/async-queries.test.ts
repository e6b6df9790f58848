import { setImmediate } from 'node:timers/promises';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PollingOptions } from '../../src/async/poll.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { expectLine, tableOf } from '../helpers/answers.ts';
import { type Connection, callTool, connectInMemory, type ToolAnswer } from '../helpers/client.ts';
import { answerJson, answerResults, startLoopback } from '../helpers/loopback.ts';
import { recorded } from '../helpers/recordings.ts';

// Queries as newer Lightdashes run them: started, polled, read in pages, cancelled. Time is the test's: nothing waits.

const projectUuid = ids.project;
const byStatus = {
  projectUuid,
  exploreId: 'orders',
  dimensions: ['orders_status'],
  metrics: ['orders_order_count'],
  sorts: ['orders_status'],
};
const [delivered, handle] = ['delivered,2535', /get_query_result (\{.*\})/];

/** Polling whose end a test decides, and that records every wait. */
class Waits {
  /** Length of each wait, in milliseconds. */
  readonly requestTimes: number[] = [];
  /** Runs instead of waiting. */
  instead: (count: number) => void | Promise<void> = () => undefined;
  #deadline = new AbortController();
  #first: (() => void) | undefined;

  polling = (): PollingOptions => ({
    deadline: this.#deadline.signal,
    sleep: async (milliseconds, signal) => {
      this.requestTimes.push(milliseconds);
      this.#first?.();
      await this.instead(this.requestTimes.length);
      await setImmediate();
      signal.throwIfAborted();
    },
  });

  /** Resolves when a call waits for its query. */
  waiting(): Promise<void> {
    return new Promise((resolve) => {
      this.#first = resolve;
    });
  }

  /** The host has to have its answer now. */
  runOut(): void {
    this.#deadline.abort();
  }

  /** A new call has time again. */
  renew(): void {
    this.#deadline = new AbortController();
  }
}

let sandbox: Sandbox;
let connection: Connection;
let waits: Waits;

async function connect(options: SandboxOptions = {}, environment: Record<string, string> = {}): Promise<void> {
  sandbox = await startSandbox({ version: '1.219', now: () => new Date('2025-01-15T09:30:00Z'), ...options });
  waits = new Waits();
  connection = await connectInMemory(
    {
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_EMAIL: sandbox.administrator.email,
      LIGHTDASH_PASSWORD: sandbox.administrator.password,
      ...environment,
    },
    { polling: waits.polling },
  );
}

const call = (tool: string, args: Record<string, unknown>): Promise<ToolAnswer> =>
  callTool(connection.client, tool, args);
const sent = (part: RegExp) => sandbox.requests.filter(({ method, path }) => part.test(`${method} ${path}`));
const argumentsIn = (text: string): Record<string, unknown> => JSON.parse(handle.exec(text)?.[1] ?? '{}');

afterEach(async () => {
  await connection.close();
  await sandbox.close();
});

describe('On a server with v2 queries', () => {
  beforeEach(() => connect());

  const { revenueByMonth: chartUuid } = ids.charts;
  const onV2: readonly (readonly [tool: string, args: Record<string, unknown>, route: string])[] = [
    ['run_metric_query', byStatus, 'metric-query'],
    [
      'run_underlying_data_query',
      { projectUuid, exploreId: 'orders', dimensions: ['orders_order_id'] },
      'metric-query',
    ],
    ['run_saved_chart', { chartUuid }, 'chart'],
    ['run_dashboard_chart', { chartUuid, dashboardUuid: ids.dashboards.sales }, 'dashboard-chart'],
    ['run_dashboard', { dashboardUuid: ids.dashboards.sales }, 'dashboard-chart'],
    ['run_sql_query', { projectUuid, sql: 'select 1 as one' }, 'sql'],
    ['search_field_values', { projectUuid, exploreId: 'orders', field: 'orders_status' }, 'field-values'],
    ['download_query_csv', byStatus, 'metric-query'],
    ['download_chart_csv', { chartUuid }, 'chart'],
  ];
  test.each(onV2)('%s uses v2 and none of the deprecated routes', async (tool, args, route) => {
    const { text, isError } = await call(tool, args);
    expect(isError, text).toBe(false);
    expect(sent(new RegExp(`^POST /api/v2/.*/query/${route}$`)).length).toBeGreaterThan(0);
    expect(sent(/runQuery|runUnderlyingDataQuery|sqlQuery|\/results$|chart-and-results|downloadCsv|\/search$/)).toEqual(
      [],
    );
  });

  test('an earlier version of a chart uses v2 too', async () => {
    const versions = sandbox.store.charts.get(chartUuid)?.versions ?? [];
    const texts = await Promise.all(
      versions.map(async ({ versionUuid }) => (await call('run_chart_version', { chartUuid, versionUuid })).text),
    );
    // One of them had a limit of its own.
    expect(texts.filter((text) => text.includes('limit 24 reached'))).toHaveLength(1);
    expect(sent(/query\/chart$/)).toHaveLength(versions.length);
  });

  test('totals come from the routes that both releases have', async () => {
    expect((await call('calculate_query_totals', byStatus)).text).toContain('orders_order_count (Order count): 3000');
    expect((await call('calculate_chart_totals', { chartUuid })).isError).toBe(false);
  });

  test('the capabilities of the server are read once, also by parallel calls', async () => {
    expect(sent(/health/)).toEqual([]);
    await Promise.all([1, 2, 3].map((limit) => call('run_metric_query', { ...byStatus, limit })));
    await call('run_sql_query', { projectUuid, sql: 'select 1 as one' });
    expect(sent(/health/)).toHaveLength(1);
  });

  test('a query is polled at growing intervals until it is ready', async () => {
    const held = sandbox.queries.hold();
    waits.instead = (count) => (count === 20 ? held.release() : undefined);
    const { text } = await call('run_metric_query', byStatus);
    expect(text).toContain(delivered);
    expect(waits.requestTimes.length).toBeGreaterThanOrEqual(20);
    expect(waits.requestTimes[0]).toBeLessThan(100);
    expect(waits.requestTimes).toEqual(waits.requestTimes.toSorted((left, right) => left - right));
    expect(Math.max(...waits.requestTimes)).toBe(2_000);
    expect(sent(/^POST .*\/query\/metric-query$/)).toHaveLength(1);
  });

  test('the host gets its progress', async () => {
    const held = sandbox.queries.hold();
    waits.instead = (count) => (count === 20 ? held.release() : undefined);
    const updates: { progress: number; message?: string | undefined }[] = [];
    await connection.client.callTool({ name: 'run_metric_query', arguments: byStatus }, undefined, {
      onprogress: (progress) => updates.push(progress),
    });
    expect(updates.length).toBeGreaterThan(2);
    expect(updates.map(({ progress }) => progress)).toEqual(updates.map((_, at) => at + 1));
    expect(updates[0]?.message).toMatch(/\(\d+ s\)$/);
  });

  test('a query that fails in the warehouse is an error, although Lightdash answers 200', async () => {
    const { text, isError } = await call('run_metric_query', {
      ...byStatus,
      tableCalculations: [{ name: 'broken', displayName: 'Broken', sql: `cast(\${orders.status} as integer)` }],
    });
    expect(isError).toBe(true);
    expect(text).toMatch(/^invalid input syntax/);
    expect(text).toContain('compile_query');
    expect(sandbox.queries.all.at(-1)?.status).toBe('error');
  });

  test('one past the deadline returns a handle, which later gives its rows with the same notes', async () => {
    const atOnce = (await call('run_metric_query', byStatus)).text;
    const held = sandbox.queries.hold();
    waits.instead = () => waits.runOut();
    const { text, isError } = await call('run_metric_query', byStatus);
    expect(isError).toBe(false);
    expectLine(text, 'still running', 'not stopped');
    expect(argumentsIn(text)).toHaveProperty('queryUuid');
    expect(sandbox.queries.all.at(-1)?.status).toBe('pending');

    const again = await call('get_query_result', argumentsIn(text));
    expect(again.text).toBe(text);

    held.release();
    waits.renew();
    waits.instead = () => undefined;
    expect((await call('get_query_result', argumentsIn(text))).text).toBe(atOnce);
    expect(sent(/^POST .*\/query\/metric-query$/)).toHaveLength(2);
  });

  test.each([
    ['run_saved_chart', { chartUuid: ids.charts.revenueByMonth }],
    ['run_dashboard_chart', { chartUuid: ids.charts.revenueByMonth, dashboardUuid: ids.dashboards.sales }],
    ['run_underlying_data_query', { ...byStatus, dimensions: ['orders_order_id'], metrics: [], sorts: [], limit: 5 }],
    ['run_sql_query', { projectUuid, sql: 'select status, count(*) as n from roastery.orders group by 1' }],
    ['search_field_values', { projectUuid, exploreId: 'orders', field: 'orders_status' }],
  ] as const)('%s past the deadline returns its rows later', async (tool, args) => {
    const held = sandbox.queries.hold();
    waits.instead = () => waits.runOut();
    const { text } = await call(tool, { ...args });
    held.release();
    waits.renew();
    waits.instead = () => undefined;
    const later = await call('get_query_result', argumentsIn(text));
    if (tool === 'run_sql_query') return expect(later.text).toContain('limit 5,000');
    expect(later.isError, later.text).toBe(false);
    expect(tableOf(later.text).rows.length).toBeGreaterThan(3);
  });

  test('a handle of another process returns its rows too', async () => {
    await call('run_metric_query', byStatus);
    const { queryUuid } = sandbox.queries.all.at(-1) ?? {};
    const { client, close } = await connectInMemory({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
    });
    expect((await callTool(client, 'get_query_result', { queryUuid, projectUuid })).text).toContain(delivered);
    // One visible project need not be named.
    expect((await callTool(client, 'get_query_result', { queryUuid })).text).toContain('cancelled,112');
    await close();
  });

  test('results that have expired are an error that says to run it again', async () => {
    await call('run_metric_query', byStatus);
    const { queryUuid } = sandbox.queries.all.at(-1) ?? {};
    sandbox.queries.expire();
    const { text, isError } = await call('get_query_result', { queryUuid, projectUuid });
    expect(isError).toBe(true);
    expectLine(text, 'results', 'expired');
    expectLine(text, /^Run/, 'again');
  });

  test('the query of another user is not found', async () => {
    await call('run_metric_query', byStatus);
    const { queryUuid } = sandbox.queries.all.at(-1) ?? {};
    const viewer = await connectInMemory({ LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.viewer });
    const { text, isError } = await callTool(viewer.client, 'get_query_result', { queryUuid, projectUuid });
    expect(isError).toBe(true);
    expectLine(text, 'user who ran');
    await viewer.close();
  });

  test('cancel_query stops a running one, and the answer says what remains', async () => {
    sandbox.queries.hold();
    waits.instead = () => waits.runOut();
    const { text } = await call('run_metric_query', byStatus);
    waits.renew();
    waits.instead = () => undefined;
    const args = argumentsIn(text);
    expectLine((await call('cancel_query', args)).text, 'gave', 'pending', 'warehouse', 'may');
    expect(sandbox.queries.all.at(-1)?.status).toBe('cancelled');
    expectLine((await call('cancel_query', args)).text, 'Nothing', 'stopped', '(cancelled)');
    const rows = await call('get_query_result', args);
    expect(rows.isError).toBe(true);
    expectLine(rows.text, 'cancelled', 'no rows');
  });

  test('cancel_query keeps the rows of a finished query', async () => {
    await call('run_metric_query', byStatus);
    const { queryUuid } = sandbox.queries.all.at(-1) ?? {};
    expectLine((await call('cancel_query', { queryUuid, projectUuid })).text, 'Nothing', 'stopped', '(ready)');
    expect((await call('get_query_result', { queryUuid, projectUuid })).text).toContain(delivered);
  });

  test('a call that the host cancels has its query cancelled in the warehouse', async () => {
    sandbox.queries.hold();
    const host = new AbortController();
    const waiting = waits.waiting();
    const calling = connection.client.callTool({ name: 'run_metric_query', arguments: byStatus }, undefined, {
      signal: host.signal,
    });
    await waiting;
    host.abort();
    await expect(calling).rejects.toThrow();
    await until(() => sandbox.queries.all.at(-1)?.status === 'cancelled');
    const { queryUuid } = sandbox.queries.all.at(-1) ?? {};
    expect(sent(/^POST .*\/cancel$/).map(({ path }) => path)).toEqual([
      `/api/v2/projects/${projectUuid}/query/${queryUuid}/cancel`,
    ]);
  });

  test('a call that is cancelled before its query has an id still cancels the query', async () => {
    sandbox.queries.hold();
    const host = new AbortController();
    const calling = connection.client.callTool({ name: 'run_metric_query', arguments: byStatus }, undefined, {
      signal: host.signal,
    });
    await until(() => sent(/^POST .*\/query\/metric-query$/).length > 0 || sandbox.queries.all.length > 0);
    host.abort();
    await expect(calling).rejects.toThrow();
    await until(() => sandbox.queries.all.at(-1)?.status === 'cancelled');
    expect(sent(/^POST .*\/cancel$/)).toHaveLength(1);
  });

  test('a long result is read page by page, as big as the server allows', async () => {
    const { text } = await call('run_metric_query', {
      ...byStatus,
      dimensions: ['orders_order_id'],
      sorts: ['orders_order_id'],
      limit: 5_000,
    });
    expect(text).toMatch(/^Rows 1-[\d,]+ of 3,000 of orders, limit 5,000 not reached\./);
    // One look after each wait, the last of which brings 2,500 rows; then the second page.
    expect(sent(/^GET \/api\/v2\/.*\/query\//)).toHaveLength(waits.requestTimes.length + 1);
  });

  test('a chart with a field that is hidden from the user is refused without blaming the token', async () => {
    const chart = sandbox.store.charts.get(ids.charts.countryTable);
    const [version] = chart?.versions ?? [];
    if (chart === undefined || version === undefined) throw new Error('the seed has changed');
    const metricQuery = { ...version.metricQuery, dimensions: ['customers_email'] };
    sandbox.store.charts.set(chart.uuid, { ...chart, versions: [{ ...version, metricQuery }] });
    const viewer = await connectInMemory({ LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.viewer });
    const { text, isError } = await callTool(viewer.client, 'run_saved_chart', { chartUuid: chart.uuid });
    expect(isError).toBe(true);
    expect(text.split('\n')[0]).toContain("don't have authorization");
    expectLine(text, 'user attribute', 'hides');
    expect(text).not.toContain('LIGHTDASH_API_KEY');
    await viewer.close();
  });

  test('an unknown token is reported as one', async () => {
    const stranger = await connectInMemory({ LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: 'ldpat_unknown' });
    const { text } = await callTool(stranger.client, 'run_metric_query', byStatus);
    expect(text.split('\n')[0]).toContain('Failed to authorize user');
    expectLine(text, 'token', 'unknown', 'expired');
    await stranger.close();
  });

  test('our own limit is always sent, because v2 has none', async () => {
    const { text } = await call('run_sql_query', { projectUuid, sql: 'select * from range(20000)' });
    expectLine(text, 'of 5,000', 'limit 5,000 reached');
    const items = { projectUuid, exploreId: 'orders', dimensions: ['order_items_order_item_id'], limit: 1_000_000 };
    expectLine((await call('run_metric_query', items)).text, 'of 5,000', 'orders', 'limit 5,000 reached');
  });

  test('whole numbers that come as text are numbers again, unless they do not fit', async () => {
    const structured = await connectInMemory({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_OUTPUT: 'structured',
    });
    const rowsOf = async (name: string, args: Record<string, unknown>) => {
      const { structuredContent } = (await structured.client.callTool({ name, arguments: args })) as CallToolResult;
      return JSON.stringify(structuredContent);
    };
    expect(await rowsOf('run_metric_query', byStatus)).toContain('"orders_order_count":2535');
    const sql = "select 42::bigint as small, 9007199254740993::bigint as big, '007' as code";
    const text = await rowsOf('run_sql_query', { projectUuid, sql });
    expect(text).toContain('"small":42,"big":"9007199254740993","code":"007"');
    await structured.close();
  });
});

describe('A file of rows', () => {
  beforeEach(() => connect());
  const link = /http:\/\/127\.0\.0\.1:\S+/;

  const opened = async (text: string) => {
    const headers = { authorization: `ApiKey ${sandbox.tokens.admin}` };
    return (await fetch(link.exec(text)?.[0] ?? '', { headers })).text();
  };

  test('is written by v2, and its link opens only for its user', async () => {
    const { text } = await call('download_query_csv', { ...byStatus, customLabels: { orders_status: 'State' } });
    expectLine(text, /^CSV/, '5 rows', link);
    expectLine(text, 'complete', 'limit 500 not reached', 'link', 'only', 'token');
    expect(sent(/^GET .*\/file\//), 'the file itself is not fetched').toEqual([]);
    expect((await fetch(link.exec(text)?.[0] ?? '')).status, 'without the token').toBe(404);
    const file = await opened(text);
    expect(file).toMatch(/^State,Order count\n/);
    expect(file).toContain('delivered,"2,535"');
  });

  test('that is cut by its limit says so', async () => {
    const { text } = await call('download_query_csv', { ...byStatus, csvLimit: 2 });
    expectLine(text, /^CSV/, '2 rows');
    expectLine(text, 'limit', '2 rows', 'reached');
    expect((await call('download_query_csv', { ...byStatus, limit: 2, csvLimit: null })).text).toContain('of 5 rows');
  });

  test('of a chart has the columns of the chart, under the filters of a dashboard', async () => {
    const { countryTable: chartUuid } = ids.charts;
    const plain = await call('download_chart_csv', { chartUuid });
    const rule = (tableName: string, fieldId: string, value: string) => ({
      id: fieldId,
      target: { tableName, fieldId },
      operator: 'equals',
      values: [value],
    });
    const filtered = await call('download_chart_csv', {
      chartUuid,
      dashboardFilters: {
        dimensions: [
          rule('customers', 'customers_country', 'Portugal'),
          rule('subscriptions', 'subscriptions_plan', 'Taster'),
        ],
        metrics: [],
        tableCalculations: [],
      },
    });
    const read = async ({ text }: ToolAnswer) => (await opened(text)).trim().split('\n');
    const [all, some] = [await read(plain), await read(filtered)];
    expect(some[0]).toBe(all[0]);
    expect(some.slice(1)).toEqual(all.slice(1).filter((line) => /^"?Portugal/.test(line)));
    expect(some.length).toBeGreaterThan(1);
    expectLine(filtered.text, 'Not applied', 'subscriptions_plan = Taster');
  });

  test.each([
    ['any project', {}],
    ['one project alone', { LIGHTDASH_ALLOWED_PROJECTS: 'Roastery' }],
  ])('of a query past the deadline is requested by its queryUuid, if it allows %s', async (_, environment) => {
    await connection.close();
    await sandbox.close();
    await connect({}, environment);
    const held = sandbox.queries.hold();
    waits.instead = () => waits.runOut();
    const { text } = await call('download_query_csv', byStatus);
    const args = JSON.parse(/get_csv_url (\{.*\})/.exec(text)?.[1] ?? '{}');
    expect(text).toContain((await call('get_csv_url', args)).text);
    held.release();
    waits.renew();
    waits.instead = () => undefined;
    expectLine((await call('get_csv_url', args)).text, /^CSV/, '5 rows');
    expect(sent(/query\/metric-query$/)).toHaveLength(1);
  });

  test('is no longer requested by a job, with a note', async () => {
    const { text, isError } = await call('get_csv_url', { jobId: '4' });
    expect(isError).toBe(true);
    expectLine(text, 'Google Sheets', 'not found');
    expectLine(text, 'only', 'Google Sheets');
  });
});

describe('On a newer server without object storage', () => {
  beforeEach(() => connect({ objectStorage: false }));

  test('queries fall back to v1, and later ones start there', async () => {
    expect((await call('run_metric_query', byStatus)).text).toContain(delivered);
    expect((await call('run_metric_query', { ...byStatus, limit: 50 })).text).toContain(delivered);
    expect((await call('run_saved_chart', { chartUuid: ids.charts.revenueByMonth })).text).toContain('2024-01');
    expect((await call('run_sql_query', { projectUuid, sql: 'select 7 as n' })).text).toContain('7');
    expect(
      (await call('search_field_values', { projectUuid, exploreId: 'orders', field: 'orders_status' })).text,
    ).toContain('delivered');
    expect(sent(/^POST \/api\/v2\/.*\/query\//)).toHaveLength(1);
    expect(sent(/runQuery$/)).toHaveLength(2);
  });

  test('files cannot be written, and the answer says so', async () => {
    const { text, isError } = await call('download_query_csv', byStatus);
    expect(isError).toBe(true);
    expectLine(text, 'no files', 'no object storage');
  });
});

describe('On a newer server without object storage and without v1', () => {
  beforeEach(() => connect({ objectStorage: false, withoutDeprecated: true }));

  test('a query and a file name the missing storage, each time', async () => {
    for (const tool of ['run_metric_query', 'download_query_csv', 'run_metric_query']) {
      const { text, isError } = await call(tool, byStatus);
      expect(isError).toBe(true);
      expectLine(text, 'no object storage');
      expectLine(text, 'administrator');
    }
  });
});

describe('On a server whose health cannot be read', () => {
  beforeEach(() => connect({ version: '0.1366' }));

  test('v1 is assumed, and health is not requested again at every call', async () => {
    const explore = recorded('GetExplore', 'orders').response.body;
    const rows = recorded('RunMetricQuery', 'one dimension, one metric').response.body;
    const server = await startLoopback(({ target }, response) => {
      if (target.endsWith('/health')) return answerJson(response, 500, { status: 'error', error: { message: 'down' } });
      return answerJson(response, 200, target.endsWith('runQuery') ? rows : explore);
    });
    const { client, close } = await connectInMemory({ LIGHTDASH_URL: server.url.href, LIGHTDASH_API_KEY: 'x' });
    for (const limit of [10, 20])
      expect((await callTool(client, 'run_metric_query', { ...byStatus, limit })).isError).toBe(false);
    expect(server.received.filter(({ target }) => target.endsWith('/runQuery'))).toHaveLength(2);
    expect(server.received.filter(({ target }) => target.endsWith('/health'))).toHaveLength(1);
    await close();
  });

  describe('a long query of v1', () => {
    const explore = recorded('GetExplore', 'orders').response.body;
    let answerNow: () => void;
    let isClosed: boolean;
    let count: number;
    let deadline: AbortController;
    let slow: Connection;

    beforeEach(async () => {
      [answerNow, isClosed, count] = [() => undefined, false, 0];
      const server = await startLoopback(({ target }, response) => {
        if (target.endsWith('/health'))
          return answerResults(response, { version: '0.1366.1', query: { maxLimit: 5000 } });
        if (!target.endsWith('runQuery')) return answerJson(response, 200, explore);
        count += 1;
        response.once('close', () => {
          isClosed = true;
        });
        answerNow = () => answerResults(response, { rows: [], fields: {}, metricQuery: {} });
      });
      deadline = new AbortController();
      slow = await connectInMemory(
        { LIGHTDASH_URL: server.url.href, LIGHTDASH_API_KEY: 'x' },
        {
          polling: () => ({
            deadline: deadline.signal,
            sleep: () => Promise.reject(new Error('nothing to wait for')),
          }),
        },
      );
    });
    afterEach(() => slow.close());

    test('keeps its call open and reports progress to the host', async () => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      const messages: string[] = [];
      const calling = slow.client.callTool({ name: 'run_metric_query', arguments: byStatus }, undefined, {
        onprogress: ({ message }) => {
          messages.push(message ?? '');
          if (messages.length === 20) answerNow();
        },
      });
      await until(() => count > 0);
      vi.advanceTimersByTime(60_000);
      vi.useRealTimers();
      expect(JSON.stringify(await calling)).toContain('0 rows of orders');
      expect(messages.at(-1)).toContain('(60 s)');
    });

    test('past the deadline returns its rows later, and is sent once', async () => {
      const calling = callTool(slow.client, 'run_metric_query', byStatus);
      await until(() => count > 0);
      deadline.abort();
      const { text, isError } = await calling;
      expect(isError, text).toBe(false);
      expectLine(text, /^The query/, 'not answered', 'not', 'again');
      deadline = new AbortController();
      answerNow();
      expect((await callTool(slow.client, 'get_query_result', argumentsIn(text))).text).toContain('0 rows of orders');
      expect(count).toBe(1);
    });

    test('is cancelled by its handle: its request ends', async () => {
      const calling = callTool(slow.client, 'run_metric_query', byStatus);
      await until(() => count > 0);
      deadline.abort();
      const { text } = await calling;
      expect((await callTool(slow.client, 'cancel_query', argumentsIn(text))).text).toContain('warehouse may finish');
      await until(() => isClosed);
      deadline = new AbortController();
      const rows = await callTool(slow.client, 'get_query_result', argumentsIn(text));
      expect(rows.isError).toBe(true);
    });
  });
});

/** Lets other work go on until it is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setImmediate();
}
