import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isObject, type JsonObject, objects } from '../../src/text/json.ts';
import { expectLine } from '../helpers/answers.ts';
import { type Exchange, readTodaysRecordings } from '../helpers/recordings.ts';
import { saysWhy } from './key-facts.ts';
import { bodyOf, QueryReplay, sortsOf } from './query-replay.ts';

// The answers of a real Lightdash 1.219.0 to queries of v2: each query is run by the tool for it, sent as it was recorded, and its
// recorded rows, or its recorded refusal, come back.

const projectUuid = '03b60556-d581-4a0e-9946-7436c6021c5b';
const { operations, besides, queries } = readTodaysRecordings();
const reads = [...operations, ...besides].flatMap(({ method, pathTemplate, exchanges }) => {
  const pattern = new RegExp(`^${pathTemplate.replace(/\{\w+\}/g, '[^/]+')}$`);
  return method === 'GET' ? exchanges.map((exchange) => ({ exchange, pattern })) : [];
});

/**
 * The recorded response to a read; things of another uuid do not stand in for explores and dashboards. A version of a chart
 * is the chart as it was recorded when it was made or read.
 */
function read(path: string): Exchange | undefined {
  const matches = reads.filter(({ pattern }) => pattern.test(path)).map(({ exchange }) => exchange);
  const same = matches.filter(({ request }) => request.path === path && Object.keys(request.query).length === 0);
  const succeeded = (exchange: Exchange) => exchange.response.status === 200;
  const chartPath = /^(.*\/saved\/[^/]+)\/version\//.exec(path)?.[1];
  const chart = chartPath === undefined ? undefined : read(chartPath);
  if (chart && isObject(chart.response.body))
    return {
      ...chart,
      response: { ...chart.response, body: { status: 'ok', results: { chart: chart.response.body.results } } },
    };
  const other = /\/(explores|saved|dashboards)\/[^/]+$/.test(path) ? undefined : matches.find(succeeded);
  return same.find(succeeded) ?? same[0] ?? other;
}

const replay = new QueryReplay({
  queries,
  health: { version: '1.219.0', query: { maxLimit: 5000, csvCellsLimit: 100_000, maxPageSize: 2500 } },
  read,
});
beforeAll(() => replay.open());
afterAll(() => replay.close());

/** Recorded queries that no tool call says, by what is in them. */
const inexpressible: readonly (readonly [body: RegExp, reason: string])[] = [
  [/"context":/, 'no tool sends a context'],
  [/"pivotConfiguration"/, 'no tool sends a pivot'],
  [/"metricOverrides"/, 'no tool changes the formats of metrics'],
  [/"query":.*"dashboardFilters"|"dashboardFilters".*"query":/, 'filters of a dashboard are for its charts'],
  [/"xAxisFieldId"/, 'a granularity is for all dates'],
  [/"chartUuid".*"limit"|"limit".*"chartUuid"/, 'a chart has its own limit'],
  [/"fieldId".*"filters"/, 'values are searched without filters'],
  [
    /^(?!.*"search").*"table":"\w+","fieldId"|"fieldId":"orders_rating"/,
    'numbers are searched by a query, the rest with a text',
  ],
  [
    /"chartUuid"(?!.*"dashboardFilters").*"dashboardUuid"|"dashboardUuid"(?!.*"dashboard(Filters|Sorts)".*"dashboard(Filters|Sorts)")/,
    'filters and sorts are always sent',
  ],
  [/"sql".*"limit"/, 'SQL has a limit of its own'],
  [/"savedSqlUuid"/, 'an SQL chart is found in a list of content, which was not recorded with it'],
  [/^\{("slug".*)?\}$/, 'charts go by their uuid'],
];

/** Queries that 1.219 took and the tools refuse, with the reason. */
const refusedOnPurpose: Readonly<Record<string, string>> = {
  'unknown sort field': 'it fails once the query runs',
  'limit -1': 'it fails once the query runs',
  'limit -1, to the end': 'it fails once the query runs',
  'no fields': 'rows without columns',
  'timezone project_timezone (the word that saved charts carry)': 'it is what is taken without a time zone',
  'over a virtual view': 'its explore was not recorded',
  'grain that the model does not list: orders_ordered_at_hour': 'its column comes back under another name',
  'grain that the model does not list: orders_ordered_at_minute': 'its column comes back under another name',
  'grain that the model does not list, sorted by it': 'it fails once the query runs',
  'bad date in a filter': 'it fails once the query runs',
  'parameter given that nothing uses': 'a mistyped name must not be ignored',
  'dashboard filter on the same field with no values': 'Lightdash ignores it',
  'unknown field': 'Lightdash ignores it',
  'unknown tile': 'Lightdash ignores it',
};

/** Parts of a query that are sent otherwise, on purpose. */
const mended: Readonly<Record<string, JsonObject>> = {
  'without dimensions': { dimensions: [] },
  'without filters': { filters: {} },
  'without sorts': { sorts: [] },
  'without limit': { limit: 501 },
  'without tableCalculations': { tableCalculations: [] },
  'limit 0': { limit: 0 },
  'limit 100000': { limit: 5000 },
  'the same, disabled': { dashboardFilters: { dimensions: [], metrics: [], tableCalculations: [] } },
  'year as a number': { filters: { dimensions: expect.anything() } },
  'required filter of a table (orders has none): subscriptions': { filters: { dimensions: expect.anything() } },
};

const counts = { sent: 0, refused: 0, inexpressible: 0 };
const kinds = [
  'MetricQuery',
  'SqlQuery',
  'SavedChartQuery',
  'SqlChartQuery',
  'DashboardChartQuery',
  'FieldValueSearch',
];
const exchangesOf = (kind: string) => replay.exchangesOf(`executeAsync${kind}`);

interface Expected {
  readonly tool: string;
  readonly args: JsonObject;
  /** The body that starts the query. */
  readonly body: JsonObject;
}

/** The tool call of a recorded query, and the body that it sends. */
const calls: Readonly<Record<string, (body: JsonObject, note: string) => Expected>> = {
  MetricQuery({ query, dateZoom, parameters }, note) {
    const { exploreName, ...parts } = isObject(query) ? query : {};
    const granularity = isObject(dateZoom) ? { granularity: dateZoom.granularity } : {};
    const values = parameters === undefined ? {} : { parameters };
    return {
      tool: 'run_metric_query',
      args: { projectUuid, exploreId: exploreName, ...parts, ...granularity, ...values },
      body: {
        query: { ...(isObject(query) ? query : {}), ...sortsOf(query), ...mended[note] },
        ...(dateZoom !== undefined && { dateZoom }),
        ...values,
      },
    };
  },
  SqlQuery({ sql, limit = 5000, parameters }) {
    const values = parameters === undefined ? {} : { parameters };
    return { tool: 'run_sql_query', args: { projectUuid, sql, ...values }, body: { sql, limit, ...values } };
  },
  SavedChartQuery: (body) => ({ tool: 'run_saved_chart', args: { chartUuid: body.chartUuid }, body }),
  SqlChartQuery: (body) => ({ tool: 'run_saved_chart', args: { chartUuid: body.savedSqlUuid }, body }),
  DashboardChartQuery({ dateZoom, ...body }, note) {
    const { tileUuid: _tile, ...args } = body;
    const granularity = isObject(dateZoom) ? dateZoom.granularity : undefined;
    const zoom = granularity === undefined ? {} : { dateZoom: { granularity }, limit: expect.any(Number) };
    return {
      tool: 'run_dashboard_chart',
      args: { ...args, granularity },
      body: { ...body, tileUuid: expect.any(String), ...zoom, ...mended[note] },
    };
  },
  FieldValueSearch: ({ table, fieldId, search, limit = 50 }) => ({
    tool: 'search_field_values',
    args: { projectUuid, exploreId: table, field: fieldId, search, limit },
    body: { table, fieldId, search, limit },
  }),
};

describe.each(kinds)('a recorded %s of 1.219', (kind) => {
  test.each(exchangesOf(kind).map((exchange) => [exchange.note, exchange] as const))('%s', async (note, exchange) => {
    const body = JSON.stringify(exchange.request.body);
    if (inexpressible.some(([pattern]) => pattern.test(body))) {
      counts.inexpressible += 1;
      return;
    }
    const call = calls[kind]?.(bodyOf(exchange), note);
    if (call === undefined) throw new Error(`no call of ${kind}`);
    const answer = await replay.call(exchange, call.tool, call.args);
    const hasSucceeded = exchange.response.status < 300;
    if (answer.body === undefined) {
      counts.refused += 1;
      expect(answer.isError, answer.text).toBe(true);
      expect(hasSucceeded ? refusedOnPurpose[note] : 'refused there, too', answer.text).toBeDefined();
      return;
    }
    counts.sent += 1;
    expect(answer.body).toEqual(call.body);
    if (note === 'unknown parameter in SQL') expectLine(answer.text, 'nope', 'no', 'parameter');
    else if (!hasSucceeded) expect(saysWhy(answer.text, exchange), answer.text).toEqual([]);
    else if (kind === 'FieldValueSearch') expect(answer.text.split('\n').slice(1)).toEqual(valuesOf(exchange));
    else replay.expectRecorded(exchange, answer);
  });
});

/** The values of a recorded search. */
const valuesOf = (exchange: Exchange) =>
  objects(replay.resultsOf(exchange).rows).map((row) => {
    const cell = row[String(bodyOf(exchange).fieldId)];
    return isObject(cell) && isObject(cell.value) ? String(cell.value.raw) : '?';
  });

test('every recorded query is accounted for', () => {
  process.stdout.write(`\nqueries of 1.219: ${JSON.stringify(counts)}\n`);
  const recorded = kinds.reduce((sum, kind) => sum + exchangesOf(kind).length, 0);
  expect(counts.sent + counts.refused + counts.inexpressible).toBe(recorded);
});
