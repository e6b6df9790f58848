import { describe, expect, test } from 'vitest';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { tools } from '../../../src/tools/index.ts';
import { callTool, connectInMemory } from '../../helpers/client.ts';
import { expectNoNote, expectNote } from '../../helpers/notes.ts';
import { RELEASES, useRoastery } from '../setup.ts';

/** The start of an object or list as JSON, also in a cell of a table. Values of an attribute are the list that a write takes. */
const JSON_VALUE = /\{"+\w|\[""|\[\{/;
/** The arguments of a next call, after the name of its tool: they are to be sent as they are. */
const NEXT_CALL = /\b[a-z]+(?:_[a-z]+)+ \{.*\}/g;

const project = { projectUuid: ids.project };
const chartUuid = ids.charts.revenueByMonth;
const query = { ...project, exploreId: 'orders', metrics: ['orders_order_count'] };

describe.each(RELEASES)('On %s', (release) => {
  const roastery = useRoastery({}, release);

  /** Arguments of the reading tools that need some. */
  const argumentsOf = (): Readonly<Record<string, Record<string, unknown>>> => {
    const { store } = roastery().sandbox;
    const versionUuid = store.charts.get(chartUuid)?.versions.at(0)?.versionUuid;
    const [scheduler] = [...store.schedulers.values()];
    return {
      get_space: { ...project, spaceUuid: ids.spaces.sales },
      get_space_access: { ...project, spaceUuid: ids.spaces.sales },
      get_project_member_access: { ...project, userUuid: ids.users.edie },
      get_saved_chart: { chartUuid },
      get_chart_history: { chartUuid },
      get_chart_version: { chartUuid, versionUuid },
      run_chart_version: { chartUuid, versionUuid },
      run_saved_chart: { chartUuid },
      show_chart: { chartUuid },
      calculate_chart_totals: { chartUuid },
      download_chart_csv: { chartUuid },
      run_dashboard_chart: { chartUuid, dashboardUuid: ids.dashboards.sales },
      get_dashboard: { dashboardUuid: ids.dashboards.sales },
      run_dashboard: { dashboardUuid: ids.dashboards.sales },
      get_dashboard_history: { dashboardUuid: ids.dashboards.sales },
      get_comments: { dashboardUuid: ids.dashboards.sales },
      get_pinned_items: { ...project, pinnedListUuid: ids.pinnedList },
      get_group: { groupUuid: ids.groups.finance, includeMembers: 5 },
      get_group_members: { groupUuid: ids.groups.finance },
      get_organization_member_by_uuid: { userUuid: ids.users.edie },
      get_scheduler: { schedulerUuid: scheduler?.schedulerUuid },
      get_scheduled_jobs: { schedulerUuid: scheduler?.schedulerUuid },
      get_explore: { ...project, exploreId: 'orders' },
      get_catalog_metadata: { ...project, table: 'orders' },
      get_catalog_analytics: { ...project, table: 'orders' },
      get_catalog_field_analytics: { ...project, table: 'orders', field: 'order_count' },
      find_fields: { ...project, query: 'revenue' },
      search_field_values: { ...project, exploreId: 'orders', field: 'orders_status' },
      run_metric_query: { ...query, dimensions: ['orders_status'] },
      run_underlying_data_query: { ...query, dimensions: ['orders_order_id'], limit: 3 },
      calculate_query_totals: query,
      download_query_csv: query,
      compile_query: query,
      run_sql_query: { ...project, sql: 'select status, order_id from roastery.orders limit 2' },
      get_login_options: { email: 'ada@roastery.example' },
    };
  };

  test('no reading tool returns JSON', { timeout: 120_000 }, async () => {
    const reading = tools.filter(({ readOnly, toolset }) => readOnly && toolset !== 'api');
    const argumentNames = argumentsOf();
    const withJson: string[] = [];
    let answered = 0;
    for (const { name } of reading) {
      const args = argumentNames[name] ?? project;
      const { text, isError } = await callTool(roastery().connection.client, name, args);
      const { text: bare, isError: failed } =
        isError && argumentNames[name] === undefined
          ? await callTool(roastery().connection.client, name)
          : { text, isError };
      if (!failed) answered += 1;
      if (JSON_VALUE.test(bare.replace(NEXT_CALL, ''))) withJson.push(`${name}: ${bare.slice(0, 300)}`);
    }
    expect(withJson).toEqual([]);
    // The others need a service outside, a session, or a job.
    expect(answered).toBeGreaterThan(reading.length * 0.75);
  });

  test('a next step that the settings switch off is marked as off', async () => {
    const { sandbox } = roastery();
    const few = await connectInMemory({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_TOOLS: 'get_space,get_project',
    });
    const { text } = await callTool(few.client, 'get_space', { ...project, spaceUuid: ids.spaces.sales });
    expect(text).toContain('get_space_access');
    expectNote(text, 'switched off tools', 'get_space_access');
    await few.close();
    const all = await callTool(roastery().connection.client, 'get_space', { ...project, spaceUuid: ids.spaces.sales });
    expectNoNote(all.text, 'switched off tools');
  });

  test('the list of dashboards says who changed each', async () => {
    const { text } = await callTool(roastery().connection.client, 'list_dashboards', project);
    expect(text).toMatch(/Sales overview\|.*\d by Ada Abara/);
  });
});
