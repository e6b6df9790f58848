import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isObject, type JsonObject, objects } from '../../src/text/json.ts';
import { expectLine } from '../helpers/answers.ts';
import { callTool, connectInMemory } from '../helpers/client.ts';
import { openLoopback } from '../helpers/loopback.ts';
import { type Exchange, readNewerRecordings, recorded } from '../helpers/recordings.ts';
import { bodyOf, isSignedIn, QueryReplay, sendExchange, sortsOf } from './query-replay.ts';

// The answers of a real Lightdash 0.2904 to queries of v2: each recorded query is made by its tool, has to be sent as it
// was recorded, and its recorded rows have to come back.

const projectUuid = '340e74b7-3242-475d-a5bb-5ba0acffe039';
const replay = new QueryReplay({
  queries: readNewerRecordings(),
  health: { version: '0.2904.5', query: { maxLimit: 5000, csvCellsLimit: 100_000, maxPageSize: 2500 } },
  read,
});

function read(path: string): Exchange | undefined {
  const explore = /\/explores\/(\w+)$/.exec(path)?.[1];
  if (explore !== undefined) return recorded('GetExplore', explore === 'nope' ? 'unknown explore' : explore);
  if (path.endsWith('/explores')) return recorded('GetExplores', 'admin');
  if (path.endsWith('/history')) return recorded('GetChartHistory', 'ok');
  return /\/version\/[^/]+$/.test(path) ? recorded('GetChartVersion', 'ok') : undefined;
}

beforeAll(() => replay.open());
afterAll(() => replay.close());

describe('a recorded metric query', () => {
  const exchanges = replay
    .exchangesOf('executeAsyncMetricQuery')
    .filter((exchange) => isObject(bodyOf(exchange).query) && isSignedIn(exchange));
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
    const answer = await replay.call(exchange, 'run_metric_query', {
      projectUuid,
      exploreId: exploreName,
      ...parts,
      ...granularity,
    });
    if (refused.includes(note) || answer.body === undefined) {
      expect(answer.body).toBeUndefined();
      expect(refused).toContain(note);
      expect(answer.text).toMatch(/was not (called|carried out)|Not recorded|does not exist/i);
      return;
    }
    expect(answer.body).toEqual({
      query: { ...(isObject(query) ? query : {}), ...sortsOf(query), ...mended[note] },
      ...(dateZoom !== undefined && { dateZoom }),
    });
    if (exchange.response.status < 300) return replay.expectRecorded(exchange, answer);
    expect(answer.isError).toBe(true);
  });
});

describe('recorded SQL', () => {
  const exchanges = replay
    .exchangesOf('executeAsyncSqlQuery')
    .filter((exchange) => bodyOf(exchange).sql && isSignedIn(exchange));
  test.each(exchanges.map((exchange) => [exchange.note, exchange] as const))('%s', async (note, exchange) => {
    const { sql } = bodyOf(exchange);
    if (/slow/.test(note)) return;
    const answer = await replay.call(exchange, 'run_sql_query', { projectUuid, sql });
    expect(answer.body).toEqual({ sql, limit: 5000 });
    if (exchange.response.status < 300) return replay.expectRecorded(exchange, answer);
    expect(answer.isError).toBe(true);
    const { error } = isObject(exchange.response.body) ? exchange.response.body : {};
    expect(answer.text).toContain(isObject(error) ? String(error.message) : '?');
  });
});

describe('a recorded chart', () => {
  const exchanges = replay.exchangesOf('executeAsyncSavedChartQuery').filter((exchange) => {
    const { chartUuid, limit, pivotResults } = bodyOf(exchange);
    // Slugs, limits and pivots of their own are nothing that the tools ask for.
    return /^[0-9a-f-]{36}$/.test(String(chartUuid)) && limit === undefined && pivotResults === undefined;
  });
  test.each(exchanges.map((exchange) => [exchange.note, exchange] as const))('%s', async (_note, exchange) => {
    const { chartUuid, versionUuid } = bodyOf(exchange);
    const tool = versionUuid === undefined ? 'run_saved_chart' : 'run_chart_version';
    const answer = await replay.call(exchange, tool, {
      chartUuid,
      ...(versionUuid !== undefined && { versionUuid }),
    });
    expect(answer.body).toEqual(bodyOf(exchange));
    if (exchange.response.status < 300) return replay.expectRecorded(exchange, answer);
    expect(answer.isError).toBe(true);
  });
});

describe('a recorded chart on a dashboard', () => {
  const exchanges = replay.exchangesOf('executeAsyncDashboardChartQuery').filter((exchange) => {
    const { limit, dashboardFilters } = bodyOf(exchange);
    return limit === undefined && dashboardFilters !== undefined && exchange.note !== 'unknown tile';
  });
  test.each(exchanges.map((exchange) => [exchange.note, exchange] as const))('%s', async (_note, exchange) => {
    const { tileUuid: _tile, dateZoom, ...body } = bodyOf(exchange);
    const granularity = isObject(dateZoom) ? dateZoom.granularity : undefined;
    const answer = await replay.call(exchange, 'run_dashboard_chart', { ...body, granularity });
    const sentZoom = granularity === undefined ? {} : { dateZoom: { granularity } };
    expect(answer.body).toEqual({ ...body, ...sentZoom, tileUuid: expect.any(String) });
    if (exchange.response.status >= 300) return expect(answer.isError).toBe(true);
    replay.expectRecorded(exchange, answer);
  });
});

describe('a recorded search for values', () => {
  const exchanges = replay.exchangesOf('executeAsyncFieldValueSearch').filter(({ response }) => response.status < 300);
  test.each(exchanges.map((exchange) => [exchange.note, exchange] as const))('%s', async (_note, exchange) => {
    const { table, fieldId, search, limit = 50 } = bodyOf(exchange);
    const answer = await replay.call(exchange, 'search_field_values', {
      projectUuid,
      exploreId: table,
      field: fieldId,
      search,
      limit,
    });
    expect(answer.body).toEqual({ table, fieldId, search, limit });
    const values = objects(replay.resultsOf(exchange).rows).map((row) => {
      const cell = row[String(fieldId)];
      return isObject(cell) && isObject(cell.value) ? String(cell.value.raw) : '?';
    });
    expect(answer.text.split('\n').slice(1)).toEqual(values);
  });
});

test('a recorded file is returned with its link and its lifetime', async () => {
  const [file] = replay.exchangesOf('downloadResults');
  const source = replay.exchangesOf('executeAsyncMetricQuery').find(({ note }) => note === 'source for download');
  if (file === undefined || source === undefined) throw new Error('not recorded');
  const { query } = bodyOf(source);
  const { exploreName, ...parts } = isObject(query) ? query : {};
  replay.expect(source);
  const downloading = await openLoopback((received, response) =>
    received.target.endsWith('/download') ? sendExchange(response, file) : replay.answer(received, response),
  );
  const { client, close } = await connectInMemory({ LIGHTDASH_URL: downloading.url.href, LIGHTDASH_API_KEY: 'x' });
  const { text } = await callTool(client, 'download_query_csv', { projectUuid, exploreId: exploreName, ...parts });
  expect(text).toMatch(/^CSV file of \d+ rows: http:\/\/127\.0\.0\.1:4568\/ld2904\/csv-/);
  expectLine(text, 'until 2026-11-26 20:20 UTC', '3 days');
  await close();
  await downloading.close();
});

test('a recorded cancellation has no results, and is reported as done', async () => {
  const [, stopped] = replay.exchangesOf('cancelAsyncQuery');
  const queryUuid = stopped?.request.path.split('/').at(-2) ?? '';
  if (stopped === undefined) throw new Error('not recorded');
  replay.expect(stopped);
  const { text } = await callTool(replay.client, 'cancel_query', { projectUuid, queryUuid });
  expectLine(text, 'gave', 'up', 'pending', 'warehouse', 'may');
  // The next states that were recorded: still pending after 600 ms, then cancelled.
  await callTool(replay.client, 'cancel_query', { projectUuid, queryUuid });
  const rows = await callTool(replay.client, 'get_query_result', { projectUuid, queryUuid });
  expect(rows.isError).toBe(true);
  expectLine(rows.text, 'cancelled', 'no rows');
});
