import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toolDefinitions } from '../../../src/inventory/tool-entries.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { expectLine } from '../../helpers/answers.ts';
import { type Connection, callTool, connectInMemory } from '../../helpers/client.ts';
import { type Loopback, openLoopback } from '../../helpers/loopback.ts';
import { RELEASES, TODAY } from '../setup.ts';

// Kind 11 of the faults: a response that holds nothing is not an empty list.

type Unreadable = readonly [status: number, type: string, body: string];

/** The envelope without results, which a few reads have. */
const WITHOUT_RESULTS: readonly Unreadable[] = [
  [200, 'application/json', '{"status":"ok"}'],
  [200, 'application/json', '{"status":"ok","results":null}'],
];
/** Results that hold nothing; a few reads have them. */
const EMPTY_RESULTS: Unreadable = [200, 'application/json', '{"status":"ok","results":{}}'];
/** A page without its list: no answer to what lists. */
const DATA_WITHOUT_LIST: Unreadable = [200, 'application/json', '{"status":"ok","results":{"data":{}}}'];
const LISTS = /^list_|_logs$|_jobs$|_history$|^get_explore$|_query$/;
/** Bodies that are no answer to any read. */
const UNREADABLE: readonly Unreadable[] = [
  [200, 'application/json', '{}'],
  [200, 'application/json', 'null'],
  [200, 'application/json', '[]'],
  [200, 'application/json', '"fine"'],
  [200, 'text/html', '<!doctype html><title>Sign in</title>'],
  [200, 'text/plain', ''],
  [204, 'text/plain', ''],
];

/** Recorded without results: Slack that is not connected, no credentials chosen. */
const MAY_LACK_RESULTS = ['get_slack_channels', 'get_user_warehouse_credentials_preference', 'run_read_operation'];
/** Recorded with results that are an object without keys: no comments, no totals. */
const MAY_BE_EMPTY = [...MAY_LACK_RESULTS, 'get_comments', 'calculate_chart_totals'];
/** By the API document an object without keys is a good answer: the text says that it holds no list. */
const WITHOUT_LIST = ['get_catalog_analytics', 'get_catalog_field_analytics', 'get_catalog_metadata'];
/** They read nothing from Lightdash, or what they read is not about the question. */
const LOCAL = ['find_operation', 'describe_operation', 'get_query_result', 'cancel_query', 'get_csv_url'];

const query = { projectUuid: ids.project, exploreId: 'orders', metrics: ['orders_order_count'] };
const uuid = '0e0c5a10-7b0d-4c1e-9a51-3d2f60a7c0ff';
/** Values of required arguments, by name. */
const VALUES: Readonly<Record<string, unknown>> = {
  projectUuid: ids.project,
  chartUuid: ids.charts.totalRevenue,
  dashboardUuid: ids.dashboards.sales,
  spaceUuid: ids.spaces.sales,
  userUuid: ids.users.edie,
  user: 'edie@roastery.example',
  exploreId: 'orders',
  table: 'orders',
  field: 'orders_status',
  words: 'revenue',
  query: 'revenue',
  jobId: '1',
  operation: 'getProjectParameters',
};
const ARGUMENTS: Readonly<Record<string, Record<string, unknown>>> = {
  run_metric_query: query,
  run_underlying_data_query: { ...query, dimensions: ['orders_status'] },
  calculate_query_totals: query,
  compile_query: query,
  download_query_csv: query,
  show_chart: { chartUuid: ids.charts.totalRevenue },
  get_content_as_code: { projectUuid: ids.project, items: [ids.charts.totalRevenue] },
  run_read_operation: { operation: 'getProjectParametersList', arguments: { projectUuid: ids.project } },
};

const readers = toolDefinitions.filter(
  ({ name, annotations }) => annotations?.readOnlyHint === true && !LOCAL.includes(name),
);
const argumentsOf = ({ name, inputSchema }: (typeof readers)[number]): Record<string, unknown> => {
  const needed = new Set([
    ...(inputSchema.required ?? []),
    ...('projectUuid' in (inputSchema.properties ?? {}) ? ['projectUuid'] : []),
  ]);
  return ARGUMENTS[name] ?? Object.fromEntries([...needed].map((key) => [key, VALUES[key] ?? uuid]));
};

describe.each(RELEASES)('A response without results, on %s', (release) => {
  let sandbox: Sandbox;
  let proxy: Loopback;
  let spoil: (request: string) => Unreadable | undefined = () => undefined;

  beforeAll(async () => {
    sandbox = await startSandbox({ version: release, now: () => new Date(TODAY) });
    proxy = await openLoopback(async ({ method, target, headers, body }, response) => {
      const own = spoil(`${method} ${target.replace(/\?.*/, '')}`);
      if (own) {
        response.writeHead(own[0], { 'content-type': own[1] });
        response.end(own[2]);
        return;
      }
      const forwarded = await fetch(new URL(target, sandbox.url), {
        method,
        headers: {
          ...(headers.authorization !== undefined && { authorization: headers.authorization }),
          ...(headers.cookie !== undefined && { cookie: headers.cookie }),
          'content-type': 'application/json',
        },
        ...(method !== 'GET' && body !== '' && { body }),
      });
      const type = forwarded.headers.get('content-type') ?? 'text/plain';
      const cookie = forwarded.headers.get('set-cookie');
      response.writeHead(forwarded.status, { 'content-type': type, ...(cookie && { 'set-cookie': cookie }) });
      response.end(Buffer.from(await forwarded.arrayBuffer()));
    });
  });
  afterAll(async () => {
    await proxy.close();
    await sandbox.close();
  });

  /** Connects to a server that has cached nothing. */
  const connect = () =>
    connectInMemory(
      {
        LIGHTDASH_URL: proxy.url.href,
        LIGHTDASH_API_KEY: sandbox.tokens.admin,
        LIGHTDASH_EMAIL: sandbox.administrator.email,
        LIGHTDASH_PASSWORD: sandbox.administrator.password,
      },
      { clock: () => Date.parse(TODAY) },
    );

  /** Calls a tool while requests are answered by `answer`. */
  async function callWhile(answer: typeof spoil, tool: string, args: Record<string, unknown>, host?: Connection) {
    const connection = host ?? (await connect());
    spoil = answer;
    try {
      return await callTool(connection.client, tool, args);
    } finally {
      spoil = () => undefined;
      if (host === undefined) await connection.close();
    }
  }

  const isLookUp = (request: string) => /\/(login|health)$/.test(request);

  test.each(readers.map((reader) => [reader.name, argumentsOf(reader)] as const))('%s', async (tool, args) => {
    const bodies: readonly Unreadable[] = [
      ...UNREADABLE,
      ...(MAY_LACK_RESULTS.includes(tool) ? [] : WITHOUT_RESULTS),
      ...([...MAY_BE_EMPTY, ...WITHOUT_LIST].includes(tool) ? [] : [EMPTY_RESULTS]),
      ...(LISTS.test(tool) ? [DATA_WITHOUT_LIST] : []),
    ];
    // One server for all of them: what cannot be read is not cached.
    const host = await connect();
    for (const body of bodies) {
      const { text, isError } = await callWhile((request) => (isLookUp(request) ? undefined : body), tool, args, host);
      expect(isError, `${body[2]}\n${text}`).toBe(true);
      expect(text).not.toContain('was not called');
      expect(text).not.toContain('failed inside of');
    }
    await host.close();
  });

  // 1.219 has the metadata of a table in its explore.
  const unlisted = WITHOUT_LIST.filter((tool) => release === '0.1366' || tool !== 'get_catalog_metadata');
  test.each(unlisted)('%s says that there is no list', async (tool) => {
    const reader = readers.find(({ name }) => name === tool);
    const args = reader ? argumentsOf(reader) : {};
    const { text } = await callWhile((request) => (isLookUp(request) ? undefined : EMPTY_RESULTS), tool, args);
    expectLine(text, 'no list');
  });

  test('an explore without tables is named by a search, which finds the fields of the others', async () => {
    const { text, isError } = await callWhile(
      (request) => (request.endsWith('/explores/orders') ? DATA_WITHOUT_LIST : undefined),
      'find_fields',
      { projectUuid: ids.project, query: 'churn rate' },
    );
    expect(isError, text).toBe(false);
    expectLine(text, 'subscriptions_churn_rate');
    expectLine(text, 'could not be read', 'orders');
  });

  const at = (path: RegExp) => (request: string) => (path.test(request) ? WITHOUT_RESULTS[0] : undefined);

  test('a chart whose definition cannot be read is not reported as unfiltered, nor its file as complete', async () => {
    const chartUuid = ids.charts.countryTable;
    const unread = at(/^GET .*\/saved\/[^/]+(\/history|\/version\/[^/]+)?$/);
    const totals = await callWhile(unread, 'calculate_chart_totals', { chartUuid });
    if (!totals.isError) expectLine(totals.text, 'not', 'read');
    const file = await callWhile(unread, 'download_chart_csv', { chartUuid });
    if (!file.isError) expect(file.text).not.toMatch(release === '0.1366' ? /It is complete/ : /^It is complete\.$/m);
  });

  test.runIf(release === '0.1366')('a list of charts says that SQL charts could not be listed', async () => {
    const { text, isError } = await callWhile(at(/\/charts$/), 'list_chart_summaries_in_project', {
      projectUuid: ids.project,
    });
    expect(isError).toBe(false);
    expectLine(text, 'SQL charts', 'not', 'listed');
  });
});
