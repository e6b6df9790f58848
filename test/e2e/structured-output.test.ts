import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { isObject, type JsonObject, objects, texts } from '../../src/text/json.ts';
import { type Connection, connectInMemory } from '../helpers/client.ts';

const projectUuid = ids.project;

/** Calls that return rows, totals, values and a dashboard. */
const calls: readonly (readonly [string, JsonObject])[] = [
  [
    'run_metric_query',
    {
      projectUuid,
      exploreId: 'orders',
      dimensions: ['orders_ordered_at_month'],
      metrics: ['order_items_total_revenue', 'orders_total_shipping'],
      filters: [{ field: 'orders_channel', operator: 'equals', values: ['Phone', 'web'] }],
      sorts: ['orders_ordered_at_month'],
      limit: 5,
    },
  ],
  ['run_sql_query', { projectUuid, sql: 'select 1.5 as one, null as nothing' }],
  ['run_saved_chart', { chartUuid: ids.charts.countryTable }],
  ['calculate_query_totals', { projectUuid, exploreId: 'orders', metrics: ['orders_total_shipping'] }],
  ['search_field_values', { projectUuid, exploreId: 'orders', field: 'orders_status', limit: 2 }],
  ['run_dashboard', { dashboardUuid: ids.dashboards.sales, rows: 3 }],
  ['find_fields', { projectUuid, words: 'revenue' }],
  ['list_spaces_in_project', { projectUuid }],
];

describe.each(['0.1366', '1.219'] as const)('structured output on %s', (version) => {
  let sandbox: Sandbox;
  let asText: Connection;
  let asData: Connection;

  beforeAll(async () => {
    sandbox = await startSandbox({ version });
    const env = { LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin };
    asText = await connectInMemory(env);
    asData = await connectInMemory({ ...env, LIGHTDASH_OUTPUT: 'structured' });
    // The client checks each result against the schemas that it was listed.
    await asData.client.listTools();
  });

  afterAll(async () => {
    await Promise.all([asText.close(), asData.close()]);
    await sandbox.close();
  });

  const call = async (client: Connection['client'], name: string, args: JsonObject) =>
    (await client.callTool({ name, arguments: { ...args } })) as CallToolResult;
  const resultsOf = ({ structuredContent }: CallToolResult): JsonObject => {
    const results = structuredContent?.results;
    return isObject(results) ? results : {};
  };

  test.each(calls)('%s returns its text in addition to its data', async (name, args) => {
    const data = await call(asData.client, name, args);
    const text = await call(asText.client, name, args);
    const withoutIds = (part: unknown) => JSON.stringify(part).replace(/[A-Za-z0-9_-]{8}(?=\\")/g, '');
    expect(data.isError ?? false, JSON.stringify(data.content)).toBe(false);
    expect(data.structuredContent).toBeDefined();
    if (!JSON.stringify(text.content).includes('resultId'))
      expect(withoutIds(data.content)).toBe(withoutIds(text.content));
    expect(JSON.stringify(data.structuredContent).length).toBeLessThanOrEqual(60_000);
  });

  test('every note, filter, unit, label and limit of a query is a fact', async () => {
    const [name, args] = calls[0] ?? ['', {}];
    const data = await call(asData.client, name, args);
    const results = resultsOf(data);
    const text = JSON.stringify(data.content);
    expect(texts(results.notes).length).toBeGreaterThan(0);
    for (const note of texts(results.notes)) expect(text).toContain(`Note: ${note}`.replaceAll('"', '\\"'));
    expect(text.split('Note: ')).toHaveLength(texts(results.notes).length + 1);
    expect(results).toMatchObject({ limit: 5, limitReached: true, rowCount: 5, next: null });
    expect(texts(results.filters).join()).toContain('Phone');
    const revenue = objects(results.columns).find(({ id }) => id === 'order_items_total_revenue');
    expect(revenue).toMatchObject({ label: 'Revenue', type: 'sum', unit: 'USD', kind: 'metric' });
    expect(objects(results.rows)).toHaveLength(5);
    for (const row of objects(results.rows)) expect(typeof row.order_items_total_revenue).toBe('number');
  });

  test('a dashboard has each of its filters and saved parameters by itself', async () => {
    const dashboard = async (dashboardUuid: string) =>
      resultsOf(await call(asData.client, 'run_dashboard', { dashboardUuid, rows: 1 }));
    expect(await dashboard(ids.dashboards.sales)).toMatchObject({
      filters: ['orders_channel ≠ phone'],
      parameters: {},
    });
    if (version === '1.219')
      expect(await dashboard('German market')).toMatchObject({ filters: [], parameters: { market: 'Germany' } });
  });

  test('a result of 5,000 rows is bounded, and its next page can be read', async () => {
    const sql = "select n, 'a text of some length that fills the answer ' || n as words from range(5000) as t(n)";
    const first = resultsOf(await call(asData.client, 'run_sql_query', { projectUuid, sql }));
    expect(first.rowCount).toBe(5_000);
    expect(JSON.stringify(first).length).toBeLessThanOrEqual(40_000);
    const second = resultsOf(await call(asData.client, 'get_query_result', isObject(first.next) ? first.next : {}));
    const shown = objects(first.rows).length;
    expect(second.offset).toBe(shown);
    expect(objects(second.rows)[0]?.n).toBe(shown);
  });

  test('only tools that query declare a schema, and only with structured output', async () => {
    const declared = async ({ client }: Connection) =>
      (await client.listTools()).tools.filter(({ outputSchema }) => outputSchema).map(({ name }) => name);
    expect(await declared(asText)).toEqual([]);
    expect(await declared(asData)).toEqual(
      expect.arrayContaining(['run_metric_query', 'run_sql_query', 'run_dashboard']),
    );
  });
});
