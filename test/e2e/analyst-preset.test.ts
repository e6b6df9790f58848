import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { type Connection, callTool, callToolConfirmed, connectInMemory } from '../helpers/client.ts';

// A route that Lightdash marks deprecated goes some day: the tools of an analyst rest on none of them.

let sandbox: Sandbox;
let host: Connection;
beforeAll(async () => {
  sandbox = await startSandbox({ version: '1.219' });
  host = await connectInMemory({
    LIGHTDASH_URL: sandbox.url,
    LIGHTDASH_API_KEY: sandbox.tokens.admin,
    LIGHTDASH_TOOLSETS: 'analyst',
    LIGHTDASH_PROJECT: 'Roastery',
  });
});
afterAll(async () => {
  await host.close();
  await sandbox.close();
});

const chartUuid = ids.charts.revenueByMonth;
const dashboardUuid = ids.dashboards.sales;
const query = { exploreId: 'orders', dimensions: ['orders_status'], metrics: ['orders_order_count'] };

/** The text of an answer that is no error. */
async function textOf(tool: string, args: Record<string, unknown>): Promise<string> {
  const { text, isError } = await callToolConfirmed(host.client, tool, args);
  expect({ tool, isError, text }).toMatchObject({ isError: false });
  return text;
}

const uuidIn = (text: string) => /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(text)?.[0] ?? '';
const named = (all: ReadonlyMap<string, { readonly name: string; readonly uuid: string }>, name: string) =>
  [...all.values()].find((item) => item.name === name)?.uuid;
const versionOf = (chart: string) => sandbox.store.charts.get(chart)?.versions.at(0)?.versionUuid ?? '';

/** Arguments of a call of each tool that works; those of a later call may need the answer of an earlier one. */
const calls: Readonly<Record<string, () => Record<string, unknown> | Promise<Record<string, unknown>>>> = {
  get_context: () => ({}),
  get_explores: () => ({}),
  get_explore: () => ({ exploreId: 'market_orders' }),
  find_fields: () => ({ words: 'revenue' }),
  run_metric_query: () => query,
  run_underlying_data_query: () => ({ exploreId: 'orders', dimensions: ['orders_order_id'], limit: 3 }),
  calculate_query_totals: () => query,
  compile_query: () => query,
  download_query_csv: () => query,
  run_sql_query: () => ({ sql: 'select 1 as one' }),
  search_field_values: () => ({ exploreId: 'orders', field: 'orders_status' }),
  get_query_result: async () => {
    const text = await textOf('download_query_csv', query);
    return JSON.parse(/get_query_result (\{.*\})/.exec(text)?.[1] ?? '{}');
  },
  get_catalog: () => ({}),
  get_metrics_catalog: () => ({}),
  get_catalog_metadata: () => ({ table: 'orders' }),
  get_catalog_analytics: () => ({ table: 'orders' }),
  get_catalog_field_analytics: () => ({ table: 'orders', field: 'order_count' }),
  get_tags: () => ({}),
  list_parameters: () => ({}),
  list_chart_summaries_in_project: () => ({ search: 'revenue' }),
  search_content: () => ({ search: 'revenue' }),
  get_saved_chart: () => ({ chartUuid }),
  run_saved_chart: () => ({ chartUuid }),
  run_dashboard_chart: () => ({ chartUuid, dashboardUuid }),
  calculate_chart_totals: () => ({ chartUuid }),
  download_chart_csv: () => ({ chartUuid }),
  get_chart_history: () => ({ chartUuid }),
  get_chart_version: () => ({ chartUuid, versionUuid: versionOf(chartUuid) }),
  run_chart_version: () => ({ chartUuid, versionUuid: versionOf(chartUuid) }),
  rollback_chart_version: () => ({ chartUuid, versionUuid: versionOf(chartUuid) }),
  show_chart: () => ({ chartUuid }),
  create_chart: () => ({ name: 'Orders', query }),
  update_chart: () => ({ chartUuid, description: 'By month' }),
  create_sql_chart: () => ({ name: 'One', sql: 'select 1 as one', space: 'Sales' }),
  update_sql_chart: () => ({ sqlChart: 'Raw orders by day', description: 'By day' }),
  duplicate_chart: () => ({ chartUuid, name: 'Another' }),
  delete_chart: async () => {
    await textOf('duplicate_chart', { chartUuid, name: 'A third' });
    return { chartUuid: named(sandbox.store.charts, 'A third') };
  },
  list_dashboards: () => ({}),
  get_dashboard: () => ({ dashboardUuid }),
  run_dashboard: () => ({ dashboardUuid }),
  create_dashboard: () => ({ name: 'Harvest', tiles: [{ chart: chartUuid }] }),
  update_dashboard: () => ({ dashboardUuid, description: 'Of this year' }),
  duplicate_dashboard: () => ({ dashboardUuid, name: 'Sales again' }),
  get_dashboard_history: () => ({ dashboardUuid }),
  rollback_dashboard_version: async () => ({
    dashboardUuid,
    versionUuid: uuidIn(await textOf('get_dashboard_history', { dashboardUuid })),
  }),
  delete_dashboard: async () => {
    await textOf('duplicate_dashboard', { dashboardUuid, name: 'Sales, twice' });
    return { dashboardUuid: named(sandbox.store.dashboards, 'Sales, twice') };
  },
  list_spaces_in_project: () => ({}),
  get_space: () => ({ spaceUuid: ids.spaces.sales }),
  create_scheduler: () => ({
    name: 'Weekly',
    chart: chartUuid,
    to: ['ada@roastery.example'],
    when: 'every Monday at 8',
  }),
  list_schedulers: () => ({}),
  get_comments: () => ({ dashboardUuid }),
  get_notifications: () => ({}),
  get_pinned_items: () => ({ pinnedListUuid: ids.pinnedList }),
};

/** Those that need something that a Lightdash of one person lacks: a query that runs on, a link that was made elsewhere. */
const elsewhere = ['cancel_query', 'get_csv_url', 'get_share_url'];

test('every tool of the preset is called, and none sends a request to a deprecated route', async () => {
  const { tools } = await host.client.listTools();
  const names = tools.map(({ name }) => name).filter((name) => !elsewhere.includes(name));
  expect(names.filter((name) => calls[name] === undefined)).toEqual([]);
  for (const name of names) await textOf(name, (await calls[name]?.()) ?? {});
  const deprecated = sandbox.requests.filter((request) => request.deprecated);
  expect(deprecated.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  // The count means something only if the mark does.
  const { status } = await fetch(`${sandbox.url}/api/v1/schedulers/${ids.project}/jobs`, {
    headers: { authorization: `ApiKey ${sandbox.tokens.admin}` },
  });
  expect([status, sandbox.requests.at(-1)?.deprecated]).toEqual([expect.any(Number), true]);
  expect((await callTool(host.client, 'get_share_url', { nanoId: 'x' })).isError).toBe(true);
});
