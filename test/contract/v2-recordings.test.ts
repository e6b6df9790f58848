import type { ServerResponse } from 'node:http';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PollingOptions } from '../../src/async/poll.ts';
import { exactNumber } from '../../src/query/execution/result-table.ts';
import { isObject, type JsonObject, objects, texts } from '../../src/text/json.ts';
import { expectLine } from '../helpers/answers.ts';
import { type Connection, callTool, connectInMemory } from '../helpers/client.ts';
import { answerResults, type Loopback, openLoopback, type Received } from '../helpers/loopback.ts';
import { bodyText, type Exchange, readNewerRecordings, recorded } from '../helpers/recordings.ts';

// The answers of a real Lightdash 0.2904 to queries of v2: each recorded query is made by its tool, has to be sent as it
// was recorded, and its recorded rows have to come back.

const recordings = new Map(readNewerRecordings().map((recording) => [recording.operationId, recording.exchanges]));
const exchangesOf = (operationId: string) => recordings.get(operationId) ?? [];
const pages = exchangesOf('getAsyncQueryResults');

const projectUuid = '340e74b7-3242-475d-a5bb-5ba0acffe039';
const health = { version: '0.2904.5', query: { maxLimit: 5000, csvCellsLimit: 100_000, maxPageSize: 2500 } };

/** The start of a query that a test is about. */
let expected: Exchange | undefined;
let sent: Received | undefined;

const sendExchange = (response: ServerResponse, exchange: Exchange) => {
  const { status, contentType } = exchange.response;
  response.writeHead(status, contentType ? { 'content-type': contentType } : {});
  response.end(bodyText(exchange));
};

/** The states of a query in the order in which they came, but for pages of a size that no call here requests. */
const statesOf = (queryUuid: string): readonly Exchange[] =>
  pages.filter(
    ({ note, request, response }) => request.path.endsWith(queryUuid) && response.status === 200 && !/^page/.test(note),
  );

/** Number of polls of each query; the last state is repeated. */
const looks = new Map<string, number>();
function nextState(queryUuid: string): Exchange | undefined {
  const states = statesOf(queryUuid);
  const look = looks.get(queryUuid) ?? 0;
  looks.set(queryUuid, look + 1);
  return states[Math.min(look, states.length - 1)];
}

/** The answer of the recorded server, as an exchange or as plain results. */
function lookUp(received: Received): Exchange | JsonObject | undefined {
  const { pathname, searchParams } = new URL(received.target, 'http://replay');
  const explore = /\/explores\/(\w+)$/.exec(pathname)?.[1];
  const queryUuid = /\/query\/([0-9a-f-]{36})$/.exec(pathname)?.[1];
  if (pathname === '/api/v1/health') return health;
  if (explore !== undefined) return recorded('GetExplore', explore === 'nope' ? 'unknown explore' : explore);
  if (pathname.endsWith('/explores')) return recorded('GetExplores', 'admin');
  if (pathname.endsWith('/history')) return recorded('GetChartHistory', 'ok');
  if (/\/version\/[^/]+$/.test(pathname)) return recorded('GetChartVersion', 'ok');
  // Later pages were not recorded.
  if (queryUuid !== undefined) return searchParams.get('page') === '1' ? nextState(queryUuid) : { status: 'ready' };
  // A look-up of values may come late, out of the call before.
  const isLookUp = pathname.endsWith('/field-values') && !expected?.request.path.endsWith('/field-values');
  if (received.method === 'POST' && !isLookUp) sent ??= received;
  return received.method === 'POST' ? expected : undefined;
}

const isExchange = (found: Exchange | JsonObject): found is Exchange => 'response' in found;

function answer(received: Received, response: ServerResponse): void {
  const found = lookUp(received);
  if (found === undefined) response.writeHead(404).end();
  else if (isExchange(found)) sendExchange(response, found);
  else answerResults(response, found);
}

let server: Loopback;
let asText: Connection;
let asData: Connection;

beforeAll(async () => {
  server = await openLoopback(answer);
  const polling = (): PollingOptions => ({
    deadline: new AbortController().signal,
    sleep: () => Promise.resolve(),
  });
  // Without look-ups for each query: none was recorded.
  const environment = {
    LIGHTDASH_URL: server.url.href,
    LIGHTDASH_API_KEY: 'x',
    LIGHTDASH_CHECK_VALUES: 'doubtful',
  };
  asText = await connectInMemory(environment, { polling });
  asData = await connectInMemory({ ...environment, LIGHTDASH_OUTPUT: 'structured' }, { polling });
});
afterAll(async () => {
  await asText.close();
  await asData.close();
  await server.close();
});

interface QueryCall {
  readonly text: string;
  readonly isError: boolean;
  readonly data: JsonObject;
  /** The body that started the query; undefined where the call was refused before. */
  readonly body: JsonObject | undefined;
}

async function callQueryTool(exchange: Exchange, tool: string, args: JsonObject): Promise<QueryCall> {
  expected = exchange;
  sent = undefined;
  looks.clear();
  const answer = await callTool(asText.client, tool, { ...args });
  const body: unknown = sent === undefined ? undefined : JSON.parse((sent as Received).body);
  looks.clear();
  const { structuredContent } = (await asData.client.callTool({
    name: tool,
    arguments: { ...args },
  })) as CallToolResult;
  const data = isObject(structuredContent) && isObject(structuredContent.results) ? structuredContent.results : {};
  return { ...answer, data, body: isObject(body) ? body : undefined };
}

/** The page of a query that was started with this answer. */
function resultsOf({ response }: Exchange): JsonObject {
  const start = isObject(response.body) && isObject(response.body.results) ? response.body.results : {};
  const page = statesOf(String(start.queryUuid)).findLast(({ response: { body } }) =>
    /"status":"(ready|error)"/.test(JSON.stringify(body)),
  );
  const { body } = page?.response ?? {};
  return isObject(body) && isObject(body.results) ? body.results : {};
}

/** Recorded rows as they have to come out: numbers that came as text are numbers. */
function expectedRows({ rows, columns }: JsonObject, shown: unknown): unknown[] {
  const ids = objects(shown).map(({ id }) => id);
  const types = isObject(columns) ? columns : {};
  return objects(rows).map((row) =>
    Object.fromEntries(
      Object.entries(row).flatMap(([id, cell]) => {
        // The column of the order of a bin's ranges was not requested.
        if (!ids.includes(id)) return [];
        const column = types[id];
        const isNumber = isObject(column) && column.type === 'number';
        const raw = isObject(cell) && isObject(cell.value) ? cell.value.raw : cell;
        return [[id, (isNumber ? exactNumber(raw) : raw) ?? null]];
      }),
    ),
  );
}

/** Checks that the recorded rows, or the recorded error, came back. */
function expectRecorded(exchange: Exchange, { text, isError, data }: QueryCall): void {
  const results = resultsOf(exchange);
  if (results.status === 'error') {
    expect(isError, text).toBe(true);
    expect(text).toContain(String(results.error).split('\n')[0]);
    return;
  }
  expect(isError, text).toBe(false);
  expect(data.rows).toEqual(expectedRows(results, data.columns).slice(0, objects(data.rows).length));
  const total = Number(results.totalResults);
  // Long results were recorded in part.
  const isWhole = total === objects(results.rows).length;
  expect(text.includes(`INCOMPLETE: Lightdash counts ${total} rows`)).toBe(!isWhole);
}

const bodyOf = ({ request }: Exchange): JsonObject => (isObject(request.body) ? request.body : {});
const byWhom = ({ request }: Exchange) => !/no auth|unknown token/.test(request.auth);

/**
 * The sorts of a recorded query as they are sent: those from the largest put rows without a value last, and without any a
 * date sorts upwards. A sorted query requests one row more than its limit, which shows if it ties with the last.
 */
function sortsOf(query: unknown): JsonObject {
  const { sorts, dimensions, limit } = isObject(query) ? query : {};
  const written = objects(sorts);
  const date = texts(dimensions).find((id) => /_(day|week|month|quarter|year)$/.test(id));
  if (written.length === 0) return date === undefined ? {} : { sorts: [{ fieldId: date, descending: false }] };
  const looksAhead = typeof limit === 'number' && limit < 5000 && texts(dimensions).length > 0;
  return {
    sorts: written.map((sort) => (sort.descending === true ? { nullsFirst: false, ...sort } : sort)),
    ...(looksAhead && { limit: limit + 1 }),
  };
}

describe('a recorded metric query', () => {
  const exchanges = exchangesOf('executeAsyncMetricQuery').filter(
    (exchange) => isObject(bodyOf(exchange).query) && byWhom(exchange),
  );
  /** Refused before anything is sent, because its explore has no such field, or it says nothing. */
  const refused = [
    'unknown explore',
    'unknown dimension',
    'unknown metric',
    'unknown filter field',
    'unknown sort field',
    'no fields at all',
  ];
  /** Sent otherwise, on purpose. */
  const mended: Readonly<Record<string, JsonObject>> = {
    'limit above health.query.maxLimit (5000)': { limit: 5000 },
    'inBetween number filter': { filters: { dimensions: expect.anything() } },
    'bad filter operator': { filters: { dimensions: expect.anything() } },
    'query without filters, sorts, limit, tableCalculations': {
      filters: {},
      sorts: [],
      limit: 500,
      tableCalculations: [],
    },
  };

  test.each(exchanges.map((exchange) => [exchange.note, exchange] as const))('%s', async (note, exchange) => {
    const { query, dateZoom } = bodyOf(exchange);
    const { exploreName, ...parts } = isObject(query) ? query : {};
    const granularity = isObject(dateZoom) ? { granularity: dateZoom.granularity } : {};
    const answer = await callQueryTool(exchange, 'run_metric_query', {
      projectUuid,
      exploreId: exploreName,
      ...parts,
      ...granularity,
    });
    if (refused.includes(note) || answer.body === undefined) {
      expect(answer.body).toBeUndefined();
      expect(refused).toContain(note);
      expect(answer.text).toMatch(/was not (called|carried out)|Not found|does not exist/i);
      return;
    }
    expect(answer.body).toEqual({
      query: { ...(isObject(query) ? query : {}), ...sortsOf(query), ...mended[note] },
      ...(dateZoom !== undefined && { dateZoom }),
    });
    if (exchange.response.status < 300) return expectRecorded(exchange, answer);
    expect(answer.isError).toBe(true);
  });
});

describe('recorded SQL', () => {
  const exchanges = exchangesOf('executeAsyncSqlQuery').filter((exchange) => bodyOf(exchange).sql && byWhom(exchange));
  test.each(exchanges.map((exchange) => [exchange.note, exchange] as const))('%s', async (note, exchange) => {
    const { sql } = bodyOf(exchange);
    if (/slow/.test(note)) return;
    const answer = await callQueryTool(exchange, 'run_sql_query', { projectUuid, sql });
    expect(answer.body).toEqual({ sql, limit: 5000 });
    if (exchange.response.status < 300) return expectRecorded(exchange, answer);
    expect(answer.isError).toBe(true);
    const { error } = isObject(exchange.response.body) ? exchange.response.body : {};
    expect(answer.text).toContain(isObject(error) ? String(error.message) : '?');
  });
});

describe('a recorded chart', () => {
  const exchanges = exchangesOf('executeAsyncSavedChartQuery').filter((exchange) => {
    const { chartUuid, limit, pivotResults } = bodyOf(exchange);
    // Slugs, limits and pivots of their own are nothing that the tools ask for.
    return /^[0-9a-f-]{36}$/.test(String(chartUuid)) && limit === undefined && pivotResults === undefined;
  });
  test.each(exchanges.map((exchange) => [exchange.note, exchange] as const))('%s', async (_note, exchange) => {
    const { chartUuid, versionUuid } = bodyOf(exchange);
    const tool = versionUuid === undefined ? 'run_saved_chart' : 'run_chart_version';
    const answer = await callQueryTool(exchange, tool, {
      chartUuid,
      ...(versionUuid !== undefined && { versionUuid }),
    });
    expect(answer.body).toEqual(bodyOf(exchange));
    if (exchange.response.status < 300) return expectRecorded(exchange, answer);
    expect(answer.isError).toBe(true);
  });
});

describe('a recorded chart on a dashboard', () => {
  const exchanges = exchangesOf('executeAsyncDashboardChartQuery').filter((exchange) => {
    const { limit, dashboardFilters } = bodyOf(exchange);
    return limit === undefined && dashboardFilters !== undefined && exchange.note !== 'unknown tile';
  });
  test.each(exchanges.map((exchange) => [exchange.note, exchange] as const))('%s', async (_note, exchange) => {
    const { tileUuid: _tile, dateZoom, ...body } = bodyOf(exchange);
    const granularity = isObject(dateZoom) ? dateZoom.granularity : undefined;
    const answer = await callQueryTool(exchange, 'run_dashboard_chart', { ...body, granularity });
    const sentZoom = granularity === undefined ? {} : { dateZoom: { granularity } };
    expect(answer.body).toEqual({ ...body, ...sentZoom, tileUuid: expect.any(String) });
    if (exchange.response.status >= 300) return expect(answer.isError).toBe(true);
    expectRecorded(exchange, answer);
  });
});

describe('a recorded search for values', () => {
  const exchanges = exchangesOf('executeAsyncFieldValueSearch').filter(({ response }) => response.status < 300);
  test.each(exchanges.map((exchange) => [exchange.note, exchange] as const))('%s', async (_note, exchange) => {
    const { table, fieldId, search, limit = 50 } = bodyOf(exchange);
    const answer = await callQueryTool(exchange, 'search_field_values', {
      projectUuid,
      exploreId: table,
      field: fieldId,
      search,
      limit,
    });
    expect(answer.body).toEqual({ table, fieldId, search, limit });
    const values = objects(resultsOf(exchange).rows).map((row) => {
      const cell = row[String(fieldId)];
      return isObject(cell) && isObject(cell.value) ? String(cell.value.raw) : '?';
    });
    expect(answer.text.split('\n').slice(1)).toEqual(values);
  });
});

test('a recorded file is returned with its link and its lifetime', async () => {
  const [file] = exchangesOf('downloadResults');
  const source = exchangesOf('executeAsyncMetricQuery').find(({ note }) => note === 'source for download');
  if (file === undefined || source === undefined) throw new Error('not recorded');
  const { query } = bodyOf(source);
  const { exploreName, ...parts } = isObject(query) ? query : {};
  expected = source;
  looks.clear();
  const downloading = await openLoopback((received, response) =>
    received.target.endsWith('/download') ? sendExchange(response, file) : answer(received, response),
  );
  const { client, close } = await connectInMemory({ LIGHTDASH_URL: downloading.url.href, LIGHTDASH_API_KEY: 'x' });
  const { text } = await callTool(client, 'download_query_csv', { projectUuid, exploreId: exploreName, ...parts });
  expect(text).toMatch(/^CSV file of \d+ rows: http:\/\/127\.0\.0\.1:4568\/ld2904\/csv-/);
  expectLine(text, 'until 2026-11-26 20:20 UTC', '3 days');
  await close();
  await downloading.close();
});

test('a recorded cancel has no results, and is reported as done', async () => {
  const [, stopped] = exchangesOf('cancelAsyncQuery');
  const queryUuid = stopped?.request.path.split('/').at(-2) ?? '';
  if (stopped === undefined) throw new Error('not recorded');
  expected = stopped;
  looks.clear();
  const { text } = await callTool(asText.client, 'cancel_query', { projectUuid, queryUuid });
  expectLine(text, 'gave', 'up', 'pending', 'warehouse', 'may');
  // The next states that were recorded: still pending after 600 ms, then cancelled.
  await callTool(asText.client, 'cancel_query', { projectUuid, queryUuid });
  const rows = await callTool(asText.client, 'get_query_result', { projectUuid, queryUuid });
  expect(rows.isError).toBe(true);
  expectLine(rows.text, 'cancelled', 'no rows');
});
