import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defaultSorts } from '../../../src/sandbox/warehouse/default-sorts.ts';
import {
  type MetricQuery,
  openWarehouse,
  parseMetricQueryRequest,
  type QueryOptions,
  type Warehouse,
} from '../../../src/sandbox/warehouse/index.ts';
import { getExplore, readFixture, roastery } from './open-test-warehouse.ts';

// Queries of a real 1.219: their SQL, white space aside, and their rows.

const metricQuery = z.custom<MetricQuery>((value) => typeof value === 'object');
const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())]));
const row = z.record(z.string(), z.object({ value: z.object({ raw: z.unknown(), formatted: z.string() }) }));
const recorded = readFixture(
  'todays-queries.json',
  z.object({
    compiled: z.array(
      z.object({
        note: z.string(),
        explore: z.string(),
        now: z.string(),
        projectZone: z.string().optional(),
        body: z.looseObject({ parameters: parameters.optional(), timezone: z.string().optional() }),
        sql: z.string(),
      }),
    ),
    rows: z.array(
      z.object({
        note: z.string(),
        metricQuery,
        dateZoom: z.custom<Pick<QueryOptions, 'granularity' | 'xAxisFieldId'>>().optional(),
        parameters: parameters.optional(),
        timeZone: z.string().optional(),
        rows: z.array(row),
      }),
    ),
  }),
);

let warehouse: Warehouse;
let now = '';
beforeAll(async () => {
  warehouse = await openWarehouse({ dataDir: roastery, release: '1.219', now: () => new Date(now) });
});

const onOneLine = (sql: string) => sql.replaceAll(/\s+/g, ' ');

describe('the SQL for reading is the recorded one', () => {
  it.each(recorded.compiled)('$note', ({ explore: name, body, projectZone, sql, ...rest }) => {
    now = rest.now;
    const explore = getExplore(name);
    const { metricQuery: query } = parseMetricQueryRequest(body, 'body', '1.219');
    const timeZone = body.timezone ?? projectZone;
    const options = { ...(timeZone && { timeZone }), ...(body.parameters && { parameters: body.parameters }) };
    const sorted = { ...query, sorts: defaultSorts(explore, query) };
    const { query: made } = warehouse.readableSql(explore, sorted, options);
    expect(onOneLine(made)).toBe(onOneLine(sql));
  });
});

describe('the rows are the recorded ones', () => {
  it.each(recorded.rows)('$note', async ({ metricQuery: query, dateZoom, parameters: values, timeZone, rows }) => {
    const options = { ...dateZoom, ...(timeZone && { timeZone }), ...(values && { parameters: values }) };
    const got = await warehouse.runWhole(getExplore(query.exploreName), query, options);
    const asSet = (all: readonly unknown[]) => all.map((item) => JSON.stringify(item)).sort();
    // Rows that a limit cut may be others of the same rank.
    if (rows.length >= query.limit && query.limit > 0) expect(got.rows).toHaveLength(rows.length);
    else expect(asSet(got.rows)).toEqual(asSet(rows));
  });
});
