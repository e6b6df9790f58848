import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SandboxError } from '../../../src/sandbox/errors.ts';
import { type MetricQuery, parseMetricQueryRequest, type Warehouse } from '../../../src/sandbox/warehouse/index.ts';
import { getExplore, openTestWarehouse, readFixture } from './open-test-warehouse.ts';

const error = z.object({ statusCode: z.number(), name: z.string(), message: z.string(), data: z.unknown() });
const row = z.record(z.string(), z.object({ value: z.object({ raw: z.unknown(), formatted: z.string() }) }));
const metricQuery = z.custom<MetricQuery>((value) => typeof value === 'object');

const metricQueries = readFixture(
  'metric-queries.json',
  z.array(
    z.object({
      note: z.string(),
      explore: z.string(),
      body: z.unknown().optional(),
      metricQuery: metricQuery.optional(),
      granularity: z.string().optional(),
      rows: z.array(row).optional(),
      fields: z.record(z.string(), z.string()).optional(),
      error: error.optional(),
    }),
  ),
);
const sqlQueries = readFixture(
  'sql-queries.json',
  z.array(
    z.object({
      note: z.string(),
      sql: z.string(),
      fields: z.unknown().optional(),
      rows: z.array(z.unknown()).optional(),
      firstRows: z.array(z.unknown()).optional(),
      error: error.optional(),
    }),
  ),
);
const { compiled, totals, search, csv } = readFixture(
  'other-queries.json',
  z.object({
    compiled: z.array(z.object({ note: z.string(), body: z.unknown(), sql: z.string() })),
    totals: z.array(
      z.object({
        note: z.string(),
        body: z.object({ explore: z.string(), metricQuery: z.unknown() }),
        totals: z.record(z.string(), z.unknown()),
      }),
    ),
    search: z.array(
      z.object({
        note: z.string(),
        fieldId: z.string(),
        body: z.object({ table: z.string(), search: z.string(), limit: z.number() }),
        search: z.string().optional(),
        results: z.array(z.unknown()).optional(),
        error: error.optional(),
      }),
    ),
    csv: z.array(
      z.object({
        note: z.string(),
        body: z.looseObject({
          onlyRaw: z.boolean(),
          showTableNames: z.boolean(),
          columnOrder: z.array(z.string()),
          customLabels: z.record(z.string(), z.string()),
          hiddenFields: z.array(z.string()),
        }),
        text: z.string(),
      }),
    ),
  }),
);

/** Queries cut at their limit without a sort: Postgres kept some rows of many, which ones is its own affair. */
const ARBITRARY_CUTS = [
  'RunMetricQuery: hidden dimension can be queried',
  'RunMetricQuery: limit 5000 (the maximum)',
  'RunMetricQuery: string min and max metrics',
];

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openTestWarehouse();
});

/** The content of the server's envelope. */
async function answer<T>(run: () => Promise<T> | T): Promise<T | { error: unknown }> {
  try {
    return await run();
  } catch (cause) {
    if (!(cause instanceof SandboxError)) throw cause;
    const { statusCode, name, message, data } = cause;
    return { error: { statusCode, name, message, data } };
  }
}

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const asSet = (rows: readonly unknown[]) => rows.map((value) => JSON.stringify(value)).sort();

describe('a metric query answers as the recorded server did', () => {
  it.each(metricQueries.filter(({ note }) => !ARBITRARY_CUTS.includes(note)))('$note', async (exchange) => {
    let isSorted = false;
    const got = await answer(() => {
      const request = exchange.body
        ? parseMetricQueryRequest(exchange.body)
        : { metricQuery: metricQuery.parse(exchange.metricQuery), options: {} };
      isSorted = request.metricQuery.sorts.length > 0;
      const granularity = exchange.granularity ? { granularity: exchange.granularity } : {};
      return warehouse.runMetricQuery(getExplore(exchange.explore), request.metricQuery, {
        ...request.options,
        ...granularity,
      });
    });
    if (exchange.error || 'error' in got) {
      expect(got).toEqual({ error: exchange.error });
      return;
    }
    const rows = exchange.rows ?? [];
    if (isSorted) expect(asJson(got.rows)).toEqual(rows);
    else expect(asSet(got.rows)).toEqual(asSet(rows));
    expect(got.metricQuery).toEqual(exchange.metricQuery ?? exchange.body);
    expect(got.cacheMetadata).toEqual({ cacheHit: false });
    const keys = Object.entries(asJson(got.fields) as object).map(([id, item]) => [
      id,
      Object.keys(item).sort().join(' '),
    ]);
    expect(Object.fromEntries(keys)).toEqual(exchange.fields);
  });

  it.each(metricQueries.filter(({ note }) => ARBITRARY_CUTS.includes(note)))(
    '$note (the recorded rows are among all rows)',
    async ({ body, explore, rows = [] }) => {
      const { metricQuery, options } = parseMetricQueryRequest(body);
      const cut = await warehouse.runMetricQuery(getExplore(explore), metricQuery, options);
      const all = await warehouse.runMetricQuery(getExplore(explore), metricQuery, { csvLimit: null });
      expect(cut.rows).toHaveLength(metricQuery.limit);
      expect(asSet(all.rows)).toEqual(expect.arrayContaining(asSet(rows)));
    },
  );
});

describe('raw SQL answers as the recorded server did', () => {
  it.each(sqlQueries)('$note', async ({ sql, error, fields, rows, firstRows }) => {
    const got = await answer(() => warehouse.runSql(sql));
    if (error || 'error' in got) expect(got).toEqual({ error });
    else if (firstRows) expect([got.rows.length, got.rows.slice(0, 3), got.fields]).toEqual([6000, firstRows, fields]);
    else expect(got).toEqual({ fields, rows });
  });
});

describe('the compiled SQL is the recorded one', () => {
  it.each(compiled)('$note', ({ body, sql }) => {
    expect(warehouse.compileMetricQuery(getExplore('orders'), parseMetricQueryRequest(body).metricQuery)).toBe(sql);
  });
});

describe('totals are the recorded ones', () => {
  it.each(totals)('$note', async ({ body, totals }) => {
    const query = metricQuery.parse(body.metricQuery);
    expect(await warehouse.calculateTotals(getExplore(body.explore), query)).toEqual(totals);
  });
});

describe('a search for values of a field answers as the recorded server did', () => {
  it.each(search)('$note', async ({ fieldId, body, note: _, ...expected }) => {
    const got = await answer(() => warehouse.searchFieldValues(getExplore(body.table), { fieldId, ...body }));
    expect(got).toEqual(
      expected.error ? { error: expected.error } : { search: body.search, results: expected.results },
    );
  });
});

describe('a CSV file is the recorded one', () => {
  it.each(csv)('$note', async ({ body, text }) => {
    const file = await warehouse.runCsv(getExplore('orders'), metricQuery.parse(body), body);
    expect(file.text).toBe(text);
    expect(file.truncated).toBe(false);
  });
});
