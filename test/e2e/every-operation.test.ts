import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operationsByToolset } from '../../src/operations/index.ts';
import { validationUuidOf } from '../../src/sandbox/areas/validation.ts';
import { RELEASES, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { type Connection, callToolConfirmed, connectInMemory } from '../helpers/client.ts';
import { irreversibleCases } from '../policy/irreversible.ts';

// Every operation, in workflows that look again at what they did, against the embedded Lightdash. Each test starts from
// the seeded state.

const UNKNOWN_USER_UUID = '00000000-0000-4000-8000-000000000000';
const projectUuid = 'Roastery';

/** 1.219 as it is, and as it will be without the routes that it marks deprecated. */
const servers = [
  ...RELEASES.map((version) => ({ version, withoutDeprecated: false })),
  { version: '1.219' as const, withoutDeprecated: true },
];

/** Routes that 1.219 announced to remove and that nothing replaces: their tools say since when, and what to do instead. */
const GONE_IN_JUNE = /1\.219.* 2026-09-10\.\nNo replacement/;

/** Facts of the answers of tools whose effect no later call reads. */
const facts: Readonly<Record<string, RegExp>> = {
  calculate_chart_totals: /\(Revenue\): 541507\.57/,
  get_chart_version: /limit 500 -> 36/,
  run_chart_version: /^24 rows of Revenue by month[\s\S]*2023-01,10634\.44/,
  rollback_chart_version: /"Revenue by month".*Sales/,
  update_dashboards: /"Harvest 2024" in space Sales/,
  update_project_metadata: /"Try out".*"Roastery"/,
  promote_dashboard_diff: /changes 1 item[\s\S]*"Sales overview" is overwritten/,
  promote_dashboard: /"Sales overview" in space Sales, 7 tiles/,
  promote_chart_diff: /change nothing/,
  promote_chart: /"Total revenue".*Sales/,
  delete_chart: /"Total revenue"|"Old chart/,
  add_space_user_access: /Vic Viewer .*: viewer/,
  add_space_group_access: /group Baristas: editor/,
  delete_space: /"Tasting room"/,
  grant_project_access_to_user: /Val Plain .*: viewer/,
  delete_group: /"Master roasters"/,
  update_organization_email_domains: /roastery\.example[\s\S]*viewer/,
  delete_organization_member: /Val Plain/,
  get_catalog_analytics: /^Charts that use a table[\s\S]*Revenue by month/,
  get_catalog_field_analytics: /^Charts that use a field[\s\S]*Orders by channel/,
  get_custom_metrics: /^1 custom metric[\s\S]*Sum of discount/,
  add_category_to_catalog_item: /"Churn rate".*winter/,
  update_catalog_item_icon: /"Churn rate"/,
  set_explores: /by 4 \(orders, customers, subscriptions, products\)/,
  get_scheduled_jobs: /empty/,
  get_scheduler_logs: /deliveries[\s\S]*Every Monday/,
  get_scheduler_job_status: /status: completed/,
  update_notification: /seen/,
  resolve_comment: /Why the dip in March/,
  update_pinned_items_order: /^Reordered\. [\s\S]*Revenue by month/,
  get_slack_channels: /No Slack channels/,
  get_git_integration: /is off/,
  uninstall_github_app_for_organization: /GitHub app/,
  get_login_options: /email and password/,
  create_email_one_time_passcode: /noor@roastery\.example is not verified.* works until /,
  join_organization: /"Roastery/,
  create_organization: /"Sol alone"/,
  delete_my_organization: /"Sol alone"/,
  delete_me: /Una None/,
};

describe.each(servers)('every operation on $version, deprecated routes taken away: $withoutDeprecated', (server) => {
  const { version, withoutDeprecated } = server;
  const isNewer = version === '1.219';
  let sandbox: Sandbox;
  let admin: Connection;
  const succeeded = new Set<string>();
  const refused = new Map<string, string>();
  /** Tools that sent a request to a route that 1.219 marks deprecated. */
  const onDeprecated = new Set<string>();

  beforeAll(async () => {
    sandbox = await startSandbox({ version, withoutDeprecated });
    admin = await connectAdmin();
  });
  afterAll(async () => {
    await admin.close();
    await sandbox.close();
  });

  const connectAdmin = () =>
    connectInMemory({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_EMAIL: sandbox.administrator.email,
      LIGHTDASH_PASSWORD: sandbox.administrator.password,
    });

  /** Calls a tool that must succeed; gives its text. */
  async function call(name: string, args: Record<string, unknown> = {}, host = admin): Promise<string> {
    const before = sandbox.requests.length;
    const { text, isError } = await callToolConfirmed(host.client, name, args);
    expect({ name, isError, text }).toMatchObject({ isError: false });
    const fact = facts[name];
    if (fact !== undefined) expect(text).toMatch(fact);
    succeeded.add(name);
    if (sandbox.requests.slice(before).some(({ deprecated }) => deprecated)) onDeprecated.add(name);
    return text;
  }

  /** Calls a tool that a Lightdash without the outside service, or with the rules it has, refuses in words. */
  async function callRefused(name: string, args: Record<string, unknown>, why: RegExp, host = admin): Promise<void> {
    const before = sandbox.requests.length;
    const { text, isError } = await callToolConfirmed(host.client, name, args);
    if (sandbox.requests.slice(before).some(({ deprecated }) => deprecated)) onDeprecated.add(name);
    expect({ name, isError, text }).toMatchObject({ isError: true, text: expect.stringMatching(why) });
    refused.set(name, text);
  }

  const uuidIn = (text: string, after: string | RegExp = '') => {
    const uuid = new RegExp(`${after instanceof RegExp ? after.source : after}[^]*?([0-9a-f-]{36})`).exec(text)?.[1];
    if (uuid === undefined) throw new Error(`no uuid after ${String(after)} in ${text.slice(0, 400)}`);
    return uuid;
  };

  async function as(person: 'viewer' | 'plainViewer' | 'editor'): Promise<Connection> {
    return connectInMemory({ LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens[person] });
  }

  test('a question: from explores to rows, totals, SQL and files', async () => {
    const orders = { projectUuid, exploreId: 'orders', metrics: ['orders_order_count'] };
    expect(await call('get_explores', { projectUuid })).toContain('subscriptions');
    expect(await call('get_explore', { projectUuid, exploreId: 'orders' })).toContain('order_count');
    const rows = await call('run_metric_query', { ...orders, dimensions: ['orders_status'] });
    expect(rows).toContain('delivered,2535');
    expect(await call('calculate_query_totals', { ...orders, dimensions: ['orders_status'] })).toContain('3000');
    expect(await call('compile_query', orders)).toContain('COUNT(DISTINCT');
    expect(await call('run_underlying_data_query', { ...orders, dimensions: ['orders_order_id'], limit: 3 })).toContain(
      '3 rows',
    );
    expect(await call('run_sql_query', { projectUuid, sql: 'select count(*) as n from roastery.orders' })).toContain(
      '3000',
    );
    expect(await call('download_query_csv', orders)).toMatch(/http:\/\/127\.0\.0\.1.*(csv|file)\//);
    const jobId = sandbox.requests.map(({ path }) => /\/api\/v1\/csv\/(\d+)$/.exec(path)?.[1]).findLast(Boolean);
    if (isNewer) await callRefused('get_csv_url', { jobId: '7' }, /exports to CSV return their link at once/);
    else expect(await call('get_csv_url', { jobId: String(jobId) })).toContain('completed');
    expect(await call('upload_google_sheet', orders)).toMatch(/job \d+/);
  });

  test('charts: list, run, total, export, versions, rollback', async () => {
    const chartUuid = ids.charts.revenueByMonth;
    expect(await call('list_charts_in_project', { projectUuid })).toContain('Revenue by month');
    expect(await call('list_chart_summaries_in_project', { projectUuid })).toContain('Revenue by month');
    expect(await call('run_saved_chart', { chartUuid })).toContain('2024-01');
    expect(await call('run_dashboard_chart', { chartUuid, dashboardUuid: ids.dashboards.sales })).toContain('2024-01');
    await call('calculate_chart_totals', { chartUuid });
    expect(await call('download_chart_csv', { chartUuid })).toContain('http://127.0.0.1');
    const history = await call('get_chart_history', { chartUuid });
    const versions = [...history.matchAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g)].map(([uuid]) => uuid);
    const oldest = versions.at(-1) ?? UNKNOWN_USER_UUID;
    const versionUuid = sandbox.store.charts.get(chartUuid)?.versions.at(0)?.versionUuid ?? oldest;
    await call('get_chart_version', { chartUuid, versionUuid });
    await call('run_chart_version', { chartUuid, versionUuid });
    await call('rollback_chart_version', { chartUuid, versionUuid });
    expect((await call('get_chart_history', { chartUuid })).length).toBeGreaterThan(history.length);
  });

  test('dashboards: create, rename, promote through a preview', async () => {
    const made = await call('create_dashboard', {
      projectUuid,
      name: 'Harvest',
      spaceUuid: ids.spaces.sales,
      tiles: [
        { type: 'saved_chart', x: 0, y: 0, w: 18, h: 9, properties: { savedChartUuid: ids.charts.totalRevenue } },
      ],
    });
    const uuid = uuidIn(made, 'dashboards/');
    expect(await call('list_dashboards', { projectUuid })).toContain('Harvest');
    await call('update_dashboards', {
      projectUuid,
      dashboards: [{ uuid, name: 'Harvest 2024', spaceUuid: ids.spaces.sales }],
    });
    expect(await call('list_dashboards', { projectUuid })).toContain('Harvest 2024');
    if (isNewer) {
      await call('update_dashboard', { dashboardUuid: uuid, add: [{ markdown: 'Notes' }] });
      const history = await call('get_dashboard_history', { dashboardUuid: uuid });
      const versionUuid = history.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g)?.at(-1);
      expect(await call('rollback_dashboard_version', { dashboardUuid: uuid, versionUuid })).toMatch(/1 tile\b/);
    } else {
      await callRefused('get_dashboard_history', { dashboardUuid: uuid }, /./);
      await callRefused('rollback_dashboard_version', { dashboardUuid: uuid, versionUuid: UNKNOWN_USER_UUID }, /./);
    }

    const preview = uuidIn(await call('create_preview_project', { projectUuid, name: 'Try out', copyContent: true }));
    await call('update_project_metadata', { projectUuid: preview, upstreamProjectUuid: ids.project });
    const dashboards = await call('list_dashboards', { projectUuid: preview });
    const charts = await call('list_chart_summaries_in_project', { projectUuid: preview });
    const dashboardUuid = [...sandbox.store.dashboards.values()].find(
      (dashboard) => dashboards.includes(dashboard.uuid) && dashboard.name === 'Sales overview',
    )?.uuid;
    const chartUuid = [...sandbox.store.charts.values()].find(
      (chart) => charts.includes(chart.uuid) && chart.name === 'Total revenue',
    )?.uuid;
    await call('promote_dashboard_diff', { dashboardUuid });
    await call('promote_dashboard', { dashboardUuid });
    await call('promote_chart_diff', { chartUuid });
    await call('promote_chart', { chartUuid });
    expect(await call('list_organization_projects')).toContain('Try out');
    await call('delete_chart', { chartUuid });
    await call('delete_dashboard', { dashboardUuid: uuid });
    expect(await call('list_dashboards', { projectUuid })).not.toContain('Harvest');
  });

  test('spaces and their access', async () => {
    expect(await call('list_spaces_in_project', { projectUuid })).toContain('Sales');
    const spaceUuid = uuidIn(await call('create_space_in_project', { projectUuid, name: 'Tasting' }), 'spaceUuid ');
    const about = { projectUuid, spaceUuid };
    const viewer = await as('viewer');
    await callRefused('get_space', about, /access/i, viewer);
    await call('add_space_user_access', { ...about, userUuid: ids.users.vic, spaceRole: 'viewer' });
    expect(await call('get_space', about, viewer)).toContain('Tasting');
    expect(await call('revoke_space_access_for_user', { ...about, userUuid: ids.users.vic })).toMatch(/^Done/);
    await callRefused('get_space', about, /access/i, viewer);
    expect(
      await call('add_space_group_access', { ...about, groupUuid: ids.groups.baristas, spaceRole: 'editor' }),
    ).toContain('group Baristas: editor');
    expect(await call('revoke_group_space_access', { ...about, groupUuid: ids.groups.baristas })).not.toContain(
      'group Baristas',
    );
    expect(await call('update_space', { ...about, name: 'Tasting room', isPrivate: false })).toMatch(
      /^Space "Tasting room".*\bopen\b/m,
    );
    await call('delete_space', about);
    expect(await call('list_spaces_in_project', { projectUuid })).not.toContain('Tasting');
    await viewer.close();
  });

  test('roles in a project, for people and groups', async () => {
    const person = { projectUuid, userUuid: ids.users.val };
    await call('grant_project_access_to_user', {
      projectUuid,
      email: 'val@roastery.example',
      role: 'viewer',
      sendEmail: false,
    });
    expect(await call('get_project_member_access', person)).toContain('viewer');
    expect(await call('update_project_access_for_user', { ...person, role: 'editor' })).toContain(
      'val@roastery.example>: editor',
    );
    expect(await call('get_project_access_list', { projectUuid })).toContain('val@roastery.example');
    expect(await call('revoke_project_access_for_user', person)).not.toContain('val@roastery.example>: editor');
    const group = { projectUuid, groupUuid: ids.groups.finance };
    expect(await call('add_project_access_to_group', { ...group, role: 'viewer' })).toContain('Finance: viewer');
    expect(await call('update_project_access_for_group', { ...group, role: 'editor' })).toContain('Finance: editor');
    expect(await call('get_project_group_accesses', { projectUuid })).toContain(ids.groups.finance);
    expect(await call('remove_project_access_from_group', group)).not.toContain('Finance: editor');
  });

  test('groups and their members', async () => {
    const groupUuid = uuidIn(await call('create_group_in_organization', { name: 'Roasters' }));
    expect(await call('add_user_to_group', { groupUuid, userUuid: ids.users.edie })).toContain('edie@roastery.example');
    expect(await call('get_group_members', { groupUuid })).toContain('edie@roastery.example');
    expect(await call('get_group', { groupUuid, includeMembers: 5 })).toContain('Roasters');
    await call('update_group', { groupUuid, name: 'Master roasters' });
    expect(await call('list_groups_in_organization')).toContain('Master roasters');
    expect(await call('remove_user_from_group', { groupUuid, userUuid: ids.users.edie })).toContain('none');
    await call('delete_group', { groupUuid });
    expect(await call('list_groups_in_organization')).not.toContain('Master roasters');
  });

  test('the organization, its members and their attributes', async () => {
    expect(await call('get_my_organization')).toContain('Roastery');
    await call('update_my_organization', { name: 'Roastery Ltd' });
    expect(await call('get_my_organization')).toContain('Roastery Ltd');
    expect(await call('list_organization_members')).toContain('Baristas');
    expect(await call('get_organization_member_by_uuid', { userUuid: ids.users.val })).toContain(
      'val@roastery.example',
    );
    await call('update_organization_member', { userUuid: ids.users.val, role: 'editor' });
    expect(await call('get_organization_member_by_uuid', { userUuid: ids.users.val })).toContain('editor');
    await call('update_organization_email_domains', {
      emailDomains: ['roastery.example'],
      role: 'viewer',
      projects: [],
    });
    expect(await call('list_organization_email_domains')).toContain('roastery.example');

    await call('create_user_attribute', { name: 'store', attributeDefault: null, users: [], groups: [] });
    const uuid =
      uuidIn(await call('get_user_attributes'), 'store') &&
      [...sandbox.store.attributes.values()].find((userAttribute) => userAttribute.name === 'store')?.uuid;
    await call('update_user_attribute', {
      userAttributeUuid: uuid,
      name: 'store',
      attributeDefault: 'Lisbon',
      users: [],
      groups: [],
    });
    expect(await call('get_user_attributes')).toContain('Lisbon');
    await call('remove_user_attribute', { userAttributeUuid: uuid });
    expect(await call('get_user_attributes')).not.toContain('Lisbon');
    await call('delete_organization_member', { userUuid: ids.users.val });
    expect(await call('list_organization_members')).not.toContain('val@roastery.example');
    sandbox.reset();
  });

  test('the catalog: tables, metrics, tags, icons', async () => {
    expect(await call('get_catalog', { projectUuid })).toContain('orders');
    expect(await call('get_catalog_metadata', { projectUuid, table: 'orders' })).toContain('order');
    await callRefused(
      'get_catalog_metadata',
      { projectUuid, table: 'order_items' },
      /joined by orders[\s\S]*get_explore/,
    );
    await call('get_catalog_analytics', { projectUuid, table: 'orders' });
    await call('get_catalog_field_analytics', { projectUuid, table: 'orders', field: 'order_count' });
    if (withoutDeprecated) await callRefused('get_custom_metrics', { projectUuid }, GONE_IN_JUNE);
    else await call('get_custom_metrics', { projectUuid });
    await call('create_tag', { projectUuid, name: 'seasonal', color: '#2b8a3e' });
    const tagUuid = [...sandbox.store.tags.values()].find(({ name }) => name === 'seasonal')?.tagUuid;
    await call('update_tag', { projectUuid, tagUuid, name: 'winter' });
    expect(await call('get_tags', { projectUuid })).toContain('winter');
    const catalogSearchUuid = uuidIn(await call('get_metrics_catalog', { projectUuid, search: 'churn' }), 'churn');
    await call('add_category_to_catalog_item', { projectUuid, catalogSearchUuid, tagUuid });
    expect(await call('get_metrics_catalog', { projectUuid, search: 'churn' })).toContain('winter');
    await call('remove_category_from_catalog_item', { projectUuid, catalogSearchUuid, tagUuid });
    expect(await call('get_metrics_catalog', { projectUuid, search: 'churn' })).not.toContain('winter');
    await call('update_catalog_item_icon', { projectUuid, catalogSearchUuid, icon: { unicode: '2615' } });
    await call('delete_tag', { projectUuid, tagUuid });
    expect(await call('get_tags', { projectUuid })).not.toContain('winter');
  });

  test('a project: read, validate, replace its explores', async () => {
    expect(await call('get_project', { projectUuid })).toContain('Roastery');
    expect(await call('validate_project', { projectUuid })).toContain('orders_store_region');
    const results = await call('get_latest_validation_results', { projectUuid });
    expect(results).toContain('Old chart (broken)');
    const validationId = Math.max(...sandbox.store.validationErrors.keys());
    await call('dismiss_validation_error', {
      projectUuid,
      validationId: isNewer ? validationUuidOf(validationId) : validationId,
    });
    expect(await call('get_latest_validation_results', { projectUuid })).not.toBe(results);
    const explores = JSON.parse(await readFile('src/sandbox/roastery/explores.json', 'utf8'));
    await call('set_explores', { projectUuid, explores });
    expect(await call('get_explores', { projectUuid })).toContain('orders');
  });

  test('deliveries: read, change, pause, send, follow, delete', async () => {
    const [delivery] = [...sandbox.store.schedulers.values()];
    const schedulerUuid = delivery?.schedulerUuid;
    const read = await call('get_scheduler', { schedulerUuid });
    expect(read).toContain('Weekly');
    const scheduler = {
      name: 'Every Monday',
      cron: '0 8 * * 1',
      format: 'csv',
      options: { formatted: true, limit: 'table' },
      targets: [{ recipient: 'ada@roastery.example' }],
    };
    await call('update_scheduler', { schedulerUuid, scheduler });
    expect(await call('get_scheduler', { schedulerUuid })).toContain('Every Monday');
    await call('update_scheduler_enabled', { schedulerUuid, enabled: false });
    expect(await call('get_scheduler', { schedulerUuid })).toMatch(/^When: .*\boff\b/m);
    if (withoutDeprecated) await callRefused('get_scheduled_jobs', { schedulerUuid }, GONE_IN_JUNE);
    else await call('get_scheduled_jobs', { schedulerUuid });
    await call('get_scheduler_logs', { projectUuid });
    const sent = await call('send_scheduler', {
      scheduler: { ...scheduler, savedChartUuid: ids.charts.countryTable, dashboardUuid: null },
    });
    await sandbox.settled();
    await call('get_scheduler_job_status', { jobId: /\d+/.exec(sent)?.[0] });
    await call('update_scheduler_settings', { projectUuid, schedulerTimezone: 'Europe/Rome' });
    expect(await call('get_project', { projectUuid })).toContain('Europe/Rome');
    await call('delete_scheduler', { schedulerUuid });
    await callRefused('get_scheduler', { schedulerUuid }, /not found/i);
  });

  test('comments, notifications, pins and short links', async () => {
    const dashboardUuid = ids.dashboards.sales;
    await call('create_comment', {
      dashboardUuid,
      dashboardTileUuid: ids.tiles.revenueByMonth,
      text: 'Is March <complete>?',
      mentions: [ids.users.edie],
    });
    expect(await call('get_comments', { dashboardUuid })).toContain('Is March <complete>?');
    const editor = await as('editor');
    const notes = await call('get_notifications', {}, editor);
    await call('update_notification', { notificationId: uuidIn(notes), viewed: true }, editor);
    await call('resolve_comment', { dashboardUuid, commentId: ids.comments.question });
    const commentId = uuidIn(
      await call('create_comment', { dashboardUuid, dashboardTileUuid: ids.tiles.revenueByMonth, text: 'Wrong tile' }),
    );
    await call('delete_comment', { dashboardUuid, commentId });
    expect(await call('get_comments', { dashboardUuid })).not.toContain('Wrong tile');
    const pins = { projectUuid, pinnedListUuid: ids.pinnedList };
    expect(await call('get_pinned_items', pins)).toContain('Revenue by month');
    await call('update_pinned_items_order', {
      ...pins,
      items: [{ type: 'chart', data: { uuid: ids.charts.revenueByMonth, pinnedListOrder: 0 } }],
    });
    const link = await call('create_share_url', { path: `/projects/${ids.project}/tables/orders`, params: '' });
    const nanoId = /nanoId ([\w-]+)/.exec(link)?.[1];
    expect(await call('get_share_url', { nanoId })).toContain(ids.project);
    await editor.close();
  });

  test('personal warehouse credentials and keys', async () => {
    const credentials = { type: 'postgres', user: 'ada', password: 'a-secret-of-ada-1' };
    const made = await call('create_warehouse_credentials', { name: 'Mine', credentials });
    expect(made).not.toContain('a-secret-of-ada-1');
    const uuid = [...sandbox.store.credentials.values()].find(({ name }) => name === 'Mine')?.uuid;
    await call('update_warehouse_credentials', { uuid, name: 'Mine too', credentials });
    expect(await call('get_warehouse_credentials')).toContain('Mine too');
    await call('update_user_warehouse_credentials_preference', { projectUuid, userWarehouseCredentialsUuid: uuid });
    expect(await call('get_user_warehouse_credentials_preference', { projectUuid })).toContain('Mine too');
    await call('delete_warehouse_credentials', { uuid });
    expect(await call('get_warehouse_credentials')).not.toContain('Mine too');
    expect(await call('create_ssh_key_pair')).toContain('ssh-rsa');
    const layer = { projectUuid, type: 'CUBE', domain: 'x', token: 'a-token-of-cube' };
    if (isNewer) {
      const gone = /0\.2904\.\n.*semantic layers/;
      await callRefused('update_project_semantic_layer_connection', layer, gone);
      await callRefused('delete_project_semantic_layer_connection', { projectUuid }, gone);
    } else {
      await call('update_project_semantic_layer_connection', layer);
      await call('delete_project_semantic_layer_connection', { projectUuid });
    }
  });

  test('operations that need GitHub, Slack or Google say so', async () => {
    const chartUuid = ids.charts.countryTable;
    await call('get_slack_channels');
    await callRefused(
      'update_slack_settings',
      { notificationChannel: null, appProfilePhotoUrl: null },
      /Slack is not configured/,
    );
    await callRefused('get_google_drive_access_token', {}, /refresh token[\s\S]*Google Drive/);
    await callRefused('list_github_repositories', {}, /Github installation/i);
    await call('get_git_integration', { projectUuid });
    await callRefused(
      'create_pull_request_for_chart_fields',
      { projectUuid, chartUuid },
      isNewer ? /0\.2904\.\n.*create_pull_request_for_custom_metrics/ : /./,
    );
    const pullRequest = (customMetrics: string[]) => ({ projectUuid, customMetrics, quoteChar: '"' });
    if (isNewer) await callRefused('create_pull_request_for_custom_metrics', pullRequest(['x']), /\bno chart\b.*\bx\b/);
    // Without GitHub this is as far as it goes.
    const request = pullRequest([isNewer ? 'orders_discount_amount_sum' : 'x']);
    await callRefused('create_pull_request_for_custom_metrics', request, /Something went wrong|Github|git/i);
    await callRefused('github_oauth_callback', {}, /./);
    expect(await call('install_github_app_for_organization')).toContain('https://github.com');
    await call('uninstall_github_app_for_organization');
  });

  test('an own account: register, verify, join, leave', async () => {
    expect(await call('get_authenticated_user')).toContain('ada@roastery.example');
    await call('get_login_options', { email: 'ada@roastery.example' });
    const password = 'a-good-password-1';
    const email = 'noor@roastery.example';
    expect(await call('register_user', { firstName: 'Noor', lastName: 'New', email, password })).not.toContain(
      password,
    );
    const noor = await connectInMemory({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_EMAIL: email,
      LIGHTDASH_PASSWORD: password,
    });
    await call('create_email_one_time_passcode', {}, noor);
    const passcode = [...sandbox.store.users.values()].find((user) => user.email === email)?.passcode?.code;
    expect(await call('get_email_verification_status', { passcode }, noor)).toContain('is verified');
    expect(await call('list_my_available_organizations', {}, noor)).toContain(ids.organization);
    await call('join_organization', { organizationUuid: ids.organization }, noor);
    expect(await call('list_organization_members', { searchQuery: 'noor' })).toContain(email);
    const solo = { firstName: 'Sol', lastName: 'Own', email: 'sol@elsewhere.example', password };
    await call('register_user', solo);
    const sol = await connectInMemory({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_EMAIL: solo.email,
      LIGHTDASH_PASSWORD: password,
    });
    await call('create_organization', { name: 'Sol alone' }, sol);
    const organizationUuid = uuidIn(await call('get_my_organization', {}, sol));
    await callRefused('delete_me', {}, /at least one/, sol);
    await call('delete_my_organization', { organizationUuid }, sol);
    const una = { firstName: 'Una', lastName: 'None', email: 'una@elsewhere.example', password };
    await call('register_user', una);
    const alone = await connectInMemory({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_EMAIL: una.email,
      LIGHTDASH_PASSWORD: password,
    });
    await call('delete_me', {}, alone);
    await Promise.all([noor, sol, alone].map((host) => host.close()));
    sandbox.reset();
  });

  test('a token that expires is rotated', async () => {
    const [token] = [...sandbox.store.tokens.values()].filter(({ token: text }) => text === sandbox.tokens.admin);
    await callRefused(
      'rotate_personal_access_token',
      { personalAccessTokenUuid: token?.uuid, expiresAt: '2030-01-01T00:00:00Z' },
      /no expiration date/,
    );
    if (token) token.expiresAt = '2029-01-01T00:00:00.000Z';
    expect(
      await call('rotate_personal_access_token', {
        personalAccessTokenUuid: token?.uuid,
        expiresAt: '2030-01-01T00:00:00Z',
      }),
    ).toContain('New token');
    await call('get_my_organization');
    sandbox.reset();
  });

  test('a change that cannot be undone is made once it is confirmed', async () => {
    for (const [name, { args, isDone }] of Object.entries(irreversibleCases(() => sandbox))) {
      sandbox.reset();
      const host = await connectAdmin();
      if (isNewer && name === 'delete_project_semantic_layer_connection')
        await callRefused(name, args(), /0\.2904/, host);
      else {
        const { isError } = await callToolConfirmed(host.client, name, args());
        expect({ name, isError, isDone: isDone() }).toEqual({ name, isError: false, isDone: true });
        succeeded.add(name);
      }
      await host.close();
    }
    sandbox.reset();
  });

  test('together: each of the 135 operations succeeded, or was refused as a standalone Lightdash refuses it', () => {
    const all = Object.values(operationsByToolset).flatMap((list) => list.map(({ tool }) => tool));
    const gone = [
      'get_csv_url',
      'update_project_semantic_layer_connection',
      'delete_project_semantic_layer_connection',
    ];
    const needsOutside = [
      ...(isNewer ? gone : ['get_dashboard_history', 'rollback_dashboard_version']),
      ...(withoutDeprecated ? ['get_custom_metrics', 'get_scheduled_jobs'] : []),
      'update_slack_settings',
      'get_google_drive_access_token',
      'list_github_repositories',
      'create_pull_request_for_chart_fields',
      'create_pull_request_for_custom_metrics',
      'github_oauth_callback',
    ];
    expect(sandbox.faults).toEqual([]);
    const open = all.filter((name) => !succeeded.has(name) && !refused.has(name));
    expect(open.filter((name) => !['get_saved_chart', 'get_dashboard'].includes(name))).toEqual([]);
    expect([...refused.keys()].filter((name) => !succeeded.has(name)).sort()).toEqual(needsOutside.sort());
    // Those that nothing replaces.
    const withoutSuccessor = ['get_custom_metrics', 'get_scheduled_jobs'];
    expect([...onDeprecated].sort()).toEqual(isNewer && !withoutDeprecated ? withoutSuccessor : []);
  });
});
