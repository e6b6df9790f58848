import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { parameterIds } from '../../src/sandbox/seed/parameters.ts';
import { openRoastery, type RoasterySql } from '../helpers/roastery-sql.ts';
import { Person } from './person.ts';

// Queries as 1.219 runs them, over HTTP, compared with SQL on the data.

let sandbox: Sandbox;
let data: RoasterySql;
let admin: Person;
beforeAll(async () => {
  sandbox = await startSandbox({ version: '1.219', now: () => new Date('2025-01-15T09:30:00Z') });
  data = await openRoastery();
  admin = Person.withToken(sandbox, sandbox.tokens.admin);
});
afterAll(async () => {
  data.close();
  await sandbox.close();
});
beforeEach(() => sandbox.reset());

const base = `/api/v2/projects/${ids.project}/query`;
const started = z.looseObject({ queryUuid: z.string() });
const cell = z.object({ value: z.object({ raw: z.unknown(), formatted: z.string() }) });
const page = z.looseObject({ status: z.string(), rows: z.array(z.record(z.string(), cell)).optional() });

/** Reads a query until it is no longer pending. */
async function results(queryUuid: string, person = admin) {
  for (;;) {
    const answer = await person.get(page, 'GET', `${base}/${queryUuid}?pageSize=2500`);
    if (answer.status !== 'pending') return answer;
  }
}

async function run(kind: string, body: unknown, person = admin) {
  const start = await person.get(started, 'POST', `${base}/${kind}`, body);
  const { rows = [], ...rest } = await results(start.queryUuid, person);
  return { start, rest, rows, raw: rows.map((row) => Object.values(row).map(({ value }) => value.raw)) };
}

const query = (fields: Record<string, unknown>) => ({
  query: {
    ...{ exploreName: 'orders', dimensions: [], metrics: ['orders_order_count'], filters: {}, sorts: [] },
    ...{ limit: 5000, tableCalculations: [], ...fields },
  },
});
const where = (fieldId: string, operator: string, values: unknown[], more = {}) => ({
  dimensions: { id: 'root', and: [{ id: 'rule', target: { fieldId }, operator, values, ...more }] },
});
/** Counts come as text. */
const asText = (rows: readonly (readonly unknown[])[]) => rows.map((row) => row.map((value) => String(value)));

describe('zones', () => {
  const byMonth = {
    dimensions: ['orders_ordered_at_month'],
    sorts: [{ fieldId: 'orders_ordered_at_month', descending: false }],
  };
  const monthsIn = (zone: string) =>
    data.rows(`select strftime((ordered_at at time zone 'UTC') at time zone '${zone}', '%Y-%m-01') as month,
      count(distinct order_id) from orders group by 1 order by 1`);

  it('cut months in the zone of the query, and name it', async () => {
    const { raw, start } = await run('metric-query', query({ ...byMonth, timezone: 'America/Los_Angeles' }));
    expect(start.resolvedTimezone).toBe('America/Los_Angeles');
    expect(raw).toEqual(asText(await monthsIn('America/Los_Angeles')));
    expect(raw).not.toEqual((await run('metric-query', query(byMonth))).raw);
  });

  it('default to that of the project', async () => {
    const path = `/api/v1/projects/${ids.project}/queryTimezoneSettings`;
    await admin.call('PATCH', path, { queryTimezone: 'Asia/Tokyo' });
    const { raw, start } = await run('metric-query', query({ ...byMonth, timezone: 'project_timezone' }));
    expect(start.resolvedTimezone).toBe('Asia/Tokyo');
    expect(raw).toEqual(asText(await monthsIn('Asia/Tokyo')));
  });

  it('leave absolute dates on a timestamp in UTC, and move those on a day', async () => {
    const count = async (fieldId: string) =>
      (
        await run(
          'metric-query',
          query({ filters: where(fieldId, 'greaterThanOrEqual', ['2024-12-31']), timezone: 'America/Los_Angeles' }),
        )
      ).raw;
    const [byMoment] = await data.rows("select count(*) from orders where ordered_at >= '2024-12-31'");
    const [byDay] = await data.rows(`select count(*) from orders
      where cast((ordered_at at time zone 'UTC') at time zone 'America/Los_Angeles' as date) >= '2024-12-31'`);
    expect(await count('orders_ordered_at')).toEqual(asText([byMoment ?? []]));
    expect(await count('orders_ordered_at_day')).toEqual(asText([byDay ?? []]));
    expect(byMoment).not.toEqual(byDay);
  });

  it('are refused if they do not exist', async () => {
    const answer = await admin.call('POST', `${base}/metric-query`, query({ timezone: 'Mars/Base' }));
    expect(answer).toMatchObject({ status: 400, error: { message: 'Invalid timezone: Mars/Base' } });
  });
});

describe('parameters', () => {
  const market = { exploreName: 'market_orders', metrics: ['market_orders_market_order_count'] };
  const ordersOf = async (country: string) => {
    const sql = `select count(*) from orders join customers using (customer_id) where country = '${country}'`;
    return asText(await data.rows(sql));
  };

  it.each([
    ['by default', undefined, 'Portugal'],
    ['as given', { market: 'Germany' }, 'Germany'],
    ['with a quote in it', { market: "x' or '1'='1" }, "x'' or ''1''=''1"],
  ])('have their value %s', async (_, parameters, country) => {
    const { raw, start } = await run('metric-query', { ...query(market), parameters });
    expect(raw).toEqual(await ordersOf(country));
    expect(start).toMatchObject({
      parameterReferences: ['market'],
      usedParametersValues: { market: parameters?.market ?? 'Portugal' },
    });
  });

  it('take several values if they may', async () => {
    const request = query({ exploreName: 'market_orders', metrics: ['market_orders_channel_order_count'] });
    const { raw } = await run('metric-query', { ...request, parameters: { channels: ['phone', 'web'] } });
    expect(raw).toEqual(asText(await data.rows("select count(*) from orders where channel in ('phone', 'web')")));
  });

  it('are required if they have no default', async () => {
    const request = query({ exploreName: 'market_orders', metrics: ['market_orders_well_rated_order_count'] });
    const answer = await admin.call('POST', `${base}/metric-query`, request);
    expect(answer).toMatchObject({ status: 400, error: { name: 'CompileError' } });
    expect(answer.error?.message).toContain('Missing parameters: least_rating');
    const { raw } = await run('metric-query', { ...request, parameters: { least_rating: 4 } });
    expect(raw).toEqual(asText(await data.rows('select count(*) from orders where rating >= 4')));
  });

  it('saved with a dashboard apply if they are sent', async () => {
    const body = {
      chartUuid: parameterIds.chart,
      tileUuid: parameterIds.tile,
      dashboardUuid: parameterIds.dashboard,
      dashboardFilters: { dimensions: [], metrics: [], tableCalculations: [] },
      dashboardSorts: [],
    };
    const sum = ({ raw }: { raw: unknown[][] }) => raw.reduce((total, [, count]) => total + Number(count), 0);
    expect([[String(sum(await run('dashboard-chart', body)))]]).toEqual(await ordersOf('Portugal'));
    const sent = await run('dashboard-chart', { ...body, parameters: { market: 'Germany' } });
    expect([[String(sum(sent))]]).toEqual(await ordersOf('Germany'));
  });

  it('are listed, searched, and replaced as a whole', async () => {
    const path = `/api/v2/projects/${ids.project}/parameters`;
    const listed = z.object({ data: z.array(z.looseObject({ name: z.string() })) });
    const names = async (search = '') =>
      (await admin.get(listed, 'GET', `${path}/list?search=${search}`)).data.map(({ name }) => name);
    expect(await names()).toEqual(['channels', 'least_rating', 'market']);
    expect(await names('rat')).toEqual(['least_rating']);
    await admin.call('PUT', path, { only: { label: 'Only' } });
    expect(await names()).toEqual(['only']);
    const editor = Person.withToken(sandbox, sandbox.tokens.editor);
    expect((await editor.call('PUT', path, {})).status).toBe(403);
  });
});

describe('totals', () => {
  const totalled = async (request: unknown, body: unknown) => {
    const { start } = await run('metric-query', request);
    const { queryUuid } = await admin.get(started, 'POST', `${base}/${start.queryUuid}/calculate-total`, body);
    return ((await results(queryUuid)).rows ?? []).map((row) => Object.values(row).map(({ value }) => value.raw));
  };

  it('are over the groups that pass a filter on a metric', async () => {
    const rule = { id: 'rule', target: { fieldId: 'orders_order_count' }, operator: 'greaterThan', values: [150] };
    const request = query({
      dimensions: ['customers_country', 'orders_status'],
      filters: { metrics: { id: 'root', and: [rule] } },
    });
    const [[count] = []] = await data.rows(`select sum(n) from (select count(*) as n from orders
      join customers using (customer_id) group by country, status having count(*) > 150)`);
    expect(await totalled(request, { kind: 'grandTotal' })).toEqual([[String(count)]]);
  });

  it('by some of the dimensions are subtotals', async () => {
    const request = query({ dimensions: ['orders_channel', 'orders_status'] });
    const rows = await totalled(request, { kind: 'columnSubtotal', subtotalDimensions: ['orders_channel'] });
    const right = await data.rows('select channel, count(*) from orders group by 1 order by 2 desc');
    expect(rows).toEqual(asText(right));
  });

  it('of rows need a pivot', async () => {
    const { start } = await run('metric-query', query({}));
    const answer = await admin.call('POST', `${base}/${start.queryUuid}/calculate-total`, { kind: 'rowTotal' });
    expect(answer).toMatchObject({ status: 400, error: { name: 'NotSupportedError' } });
  });
});

describe('filters', () => {
  it.each([
    ['include', ['port'], {}, "city like '%port%'"],
    ['include', ['port'], { caseSensitive: false }, "lower(city) like '%port%'"],
    ['equals', ['PORTO'], { caseSensitive: false }, "upper(city) = 'PORTO'"],
    ['doesNotInclude', ['a'], {}, "city not like '%a%' or city is null"],
  ])('on text: %s %j %j', async (operator, values, more, condition) => {
    const filters = where('customers_city', operator, values, more);
    const request = { exploreName: 'customers', metrics: ['customers_customer_count'], filters };
    const right = await data.rows(`select count(*) from customers where ${condition}`);
    expect((await run('metric-query', query(request))).raw).toEqual(asText(right));
  });

  it.each([
    ['orders_rating', 'inBetween', [2, 4], undefined, 'rating between 2 and 4'],
    ['orders_rating', 'notInBetween', [2, 4], undefined, 'rating < 2 or rating > 4'],
    [
      'orders_ordered_at',
      'inTheCurrent',
      [1],
      { unitOfTime: 'weeks' },
      "ordered_at between '2025-01-13' and '2025-01-19 23:59:59'",
    ],
    ['orders_ordered_at', 'notInTheCurrent', [1], { unitOfTime: 'years' }, 'year(ordered_at) <> 2025'],
    [
      'orders_ordered_at',
      'inThePast',
      [2],
      { unitOfTime: 'months', completed: true },
      "ordered_at >= '2024-11-01' and ordered_at < '2025-01-01'",
    ],
    ['orders_ordered_at', 'inPeriodToDate', [], { unitOfTime: 'years' }, 'dayofyear(ordered_at) <= 15'],
  ])('on %s: %s %j %j', async (fieldId, operator, values, settings, condition) => {
    const filters = where(fieldId, operator, values, settings && { settings });
    const right = await data.rows(`select count(*) from orders where ${condition}`);
    expect((await run('metric-query', query({ filters }))).raw).toEqual(asText(right));
  });

  it('that a type does not support are refused, and noted in the compiled SQL', async () => {
    const filters = where('orders_status', 'greaterThan', ['a']);
    expect((await admin.call('POST', `${base}/metric-query`, query({ filters }))).status).toBe(400);
    const path = `/api/v1/projects/${ids.project}/explores/orders/compileQuery`;
    const { query: sql } = await admin.get(
      z.looseObject({ query: z.string() }),
      'POST',
      path,
      query({ filters }).query,
    );
    expect(sql).toContain('/* ERROR: No function has been implemented');
  });
});

describe('rows', () => {
  it('carry the parts of a ratio, which have no definition', async () => {
    const { rows, start } = await run('metric-query', query({ metrics: ['orders_delivery_rate'] }));
    expect(Object.keys(rows[0] ?? {})).toEqual([
      'orders_delivery_rate',
      'orders_delivered_order_count',
      'orders_order_count',
    ]);
    expect(Object.keys(z.record(z.string(), z.unknown()).parse(start.fields))).toEqual(['orders_delivery_rate']);
  });

  it('have formats by expression', async () => {
    const request = {
      exploreName: 'market_orders',
      metrics: ['market_orders_total_shipping', 'market_orders_average_rating'],
    };
    const [[fees] = []] = await data.rows('select sum(shipping_fee) from orders');
    const { rows } = await run('metric-query', query(request));
    const formatted = Object.values(rows[0] ?? {}).map(({ value }) => value.formatted);
    const euros = Number(fees).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    expect(formatted[0]).toBe(`€${euros}`);
    expect(formatted[1]).toMatch(/^\d\.\d stars$/);
  });

  it('of another user are not found, and cancelling loses those of a finished query', async () => {
    const { start } = await run('metric-query', query({}));
    const viewer = Person.withToken(sandbox, sandbox.tokens.viewer);
    expect((await viewer.call('GET', `${base}/${start.queryUuid}`)).status).toBe(404);
    expect((await admin.call('POST', `${base}/${start.queryUuid}/cancel`)).text).toBe('{"status":"ok"}');
    expect((await results(start.queryUuid)).status).toBe('cancelled');
  });

  it('of SQL charts are returned to viewers, under filters on their columns', async () => {
    const viewer = Person.withToken(sandbox, sandbox.tokens.viewer);
    const [savedSqlUuid = ''] = sandbox.store.sqlCharts.keys();
    const { raw } = await run('sql-chart', { savedSqlUuid }, viewer);
    expect(raw.length).toBeGreaterThan(1);
    const rule = {
      ...{ id: 'rule', operator: 'greaterThan', values: [5] },
      target: { fieldId: 'orders', tableName: 'sql_chart', isSqlColumn: true, fallbackType: 'number' },
    };
    const { raw: some } = await run('dashboard-sql-chart', {
      ...{ savedSqlUuid, dashboardUuid: ids.dashboards.sales, tileUuid: ids.tiles.revenueByMonth, dashboardSorts: [] },
      dashboardFilters: { dimensions: [rule], metrics: [], tableCalculations: [] },
    });
    const [[days] = []] = await data.rows(`select count(*) from (select 1 from orders
      group by cast(ordered_at as date) having count(*) > 5)`);
    expect(some.length).toBe(Number(days));
  });
});

describe('files', () => {
  const link = z.object({ fileUrl: z.string(), truncated: z.boolean() });
  const open = (url: string, token?: string) =>
    fetch(url, token === undefined ? {} : { headers: { authorization: `ApiKey ${token}` } });

  it('can be opened only by their user', async () => {
    const { start } = await run('metric-query', query({ dimensions: ['orders_status'] }));
    const path = `${base}/${start.queryUuid}/schedule-download`;
    const { jobId } = await admin.get(z.object({ jobId: z.string() }), 'POST', path, { type: 'csv' });
    await sandbox.settled();
    const job = z.looseObject({ status: z.string(), details: link.loose() });
    const { details } = await admin.get(job, 'GET', `/api/v1/schedulers/job/${jobId}/status`);
    expect((await open(details.fileUrl)).status).toBe(404);
    expect((await open(details.fileUrl, sandbox.tokens.viewer)).status).toBe(404);
    const file = await open(details.fileUrl, sandbox.tokens.admin);
    expect(file.headers.get('content-type')).toContain('text/csv');
    expect(await file.text()).toContain('delivered');
  });

  it('of raw rows are in the object storage, with a public link', async () => {
    const { start } = await run('metric-query', query({}));
    const answer = await admin.get(
      z.object({ fileUrl: z.string() }),
      'POST',
      `${base}/${start.queryUuid}/download`,
      {},
    );
    expect((await open(answer.fileUrl)).status).toBe(200);
  });
});

describe('SQL', () => {
  it('is run before its start is answered', async () => {
    const held = sandbox.queries.holdSql();
    const start = admin.get(started, 'POST', `${base}/sql`, { sql: 'select 1 as one' });
    expect(await Promise.race([start, new Promise((resolve) => setImmediate(resolve, 'waiting'))])).toBe('waiting');
    held.release();
    expect((await results((await start).queryUuid)).rows).toHaveLength(1);
  });

  it.each([
    ['delete from roastery.orders', 'syntax error at or near "LIMIT"'],
    ['select 1; select 2', 'cannot insert multiple commands into a prepared statement'],
    ['select nope from roastery.orders', 'column "nope" does not exist'],
  ])('%s is refused at once', async (sql, message) => {
    const answer = await admin.call('POST', `${base}/sql`, { sql });
    expect(answer).toMatchObject({ status: 400, error: { name: 'WarehouseQueryError', message } });
  });
});

describe('values of a field', () => {
  it('can be searched by the name of an explore', async () => {
    const request = { fieldId: 'customers_city', search: 'POR' };
    const { start, raw } = await run('field-values', { ...request, table: 'orders' });
    expect(start).toMatchObject({ valueFieldId: 'customers_city', labelFieldId: null });
    const right = await data.rows("select distinct city from customers where city ilike '%por%' order by 1");
    expect(raw).toEqual(right);
    const items = await admin.call('POST', `${base}/field-values`, { ...request, table: 'order_items' });
    expect(items).toMatchObject({ status: 404, error: { message: 'Explore order_items does not exist' } });
  });
});
