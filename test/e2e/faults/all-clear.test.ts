import { describe, expect, test } from 'vitest';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { expectLine, outcomeOf } from '../../helpers/answers.ts';
import { callTool, callToolConfirmed, connectInMemory } from '../../helpers/client.ts';
import { expectNoNote, expectNote } from '../../helpers/notes.ts';
import { answerOf, RELEASES, useRoastery } from '../setup.ts';

const projectUuid = ids.project;
const UNKNOWN_USER_UUID = '00000000-0000-4000-8000-000000000000';

describe.each(RELEASES)('Nothing incomplete is reported as complete, on %s', (release) => {
  const roastery = useRoastery({}, release);
  const call = (tool: string, args: Record<string, unknown> = {}) => answerOf(roastery(), tool, args);
  const refusal = async (tool: string, args: Record<string, unknown>) => {
    const { text, isError } = await callTool(roastery().connection.client, tool, args);
    expect(isError, text).toBe(true);
    return text;
  };
  const confirmed = async (tool: string, args: Record<string, unknown>) => {
    const { text, isError } = await callToolConfirmed(roastery().connection.client, tool, args);
    expect(isError, text).toBe(false);
    return text;
  };

  test('a field that does not exist is not one that no chart uses', async () => {
    const tool = 'get_catalog_field_analytics';
    const charts = await call(tool, { projectUuid, table: 'orders', field: 'status' });
    expectLine(charts, 'Orders by country and status');
    expect(await call(tool, { projectUuid, table: 'orders', field: 'orders_status' })).toBe(charts);
    expectLine(await refusal(tool, { projectUuid, table: 'orders', field: 'statsu' }), 'no statsu', 'orders_status');
    const ofItems = await call(tool, { projectUuid, table: 'order_items', field: 'order_items_grind' });
    expectLine(ofItems, 'order_items_grind itself');
  });

  test('a filter of the catalog by metrics lists the metrics', async () => {
    expectLine(await call('get_catalog', { projectUuid, filter: 'metrics' }), 'orders_order_count', 'metric');
    expectLine(await refusal('get_catalog', { projectUuid, type: 'table', filter: 'metrics' }), 'metrics', '"field"');
  });

  test('a page has its size if the call names only one of number and size', async () => {
    expectLine(await call('get_metrics_catalog', { projectUuid, pageSize: 2 }), '2 of', 'page 1', 'page 2 has more');
    expectLine(await call('get_metrics_catalog', { projectUuid, page: 9 }), 'No metric on this page', 'page 9');
    expectLine(await call('list_organization_members', { pageSize: 2 }), '2 people', 'page 1 of 3', '6 in all');
    expectLine(await call('list_groups_in_organization', { page: 2 }), '0 groups', 'page 2 of 1', '2 in all');
  });

  test('a sort of the metrics catalog that Lightdash fails on is refused with those that it takes', async () => {
    const refused = (args: object) => refusal('get_metrics_catalog', { projectUuid, ...args });
    expectLine(await refused({ sort: 'popularity' }), 'sort', '"popularity"');
    expectLine(await refused({ sort: 'popularity' }), 'chartUsage');
    expectLine(await refused({ order: 'desc' }), 'order', 'sort', 'chartUsage');
  });

  test('a page past the last one is not an empty catalog', async () => {
    const text = await call('get_metrics_catalog', { projectUuid, page: 9, pageSize: 10 });
    expectLine(text, 'page', 0, 'metrics', 9);
    expect(text).not.toContain('matches');
  });

  test('a project or a delivery that does not exist has no empty list', async () => {
    const unknown = { projectUuid: UNKNOWN_USER_UUID };
    for (const tool of ['list_dashboards', 'list_schedulers', 'list_scheduler_runs'])
      expect(await refusal(tool, unknown)).toMatch(/no project 0{8}-.*Roastery|Cannot find project/);
    // A filter that finds nothing is an answer, but not of a project that is not there.
    for (const filter of [{ search: 'sales' }, { offset: 5 }])
      expectLine(await call('list_dashboards', { ...unknown, ...filter }), /^Note/, 'no project', 'Roastery');
    const member = await refusal('get_project_member_access', { ...unknown, userUuid: ids.users.edie });
    expectLine(member, 'no project', UNKNOWN_USER_UUID);
    const runs = { projectUuid, schedulerUuid: UNKNOWN_USER_UUID };
    expect(await refusal('list_scheduler_runs', runs)).toContain('Scheduler not found');
    if (release !== '0.1366') expect(await refusal('list_deleted_content', unknown)).not.toContain('gone for good');
  });

  test('what a value should be is said in words, also deep in an argument', async () => {
    const search = { projectUuid, changedBefore: '2024-13' };
    expectLine(await refusal('search_content', search), 'changedBefore', 'date', '2024-13');
    expectLine(await call('search_content', { projectUuid, changedBefore: '2024-01' }), 'before 2024-01');
    const code = await refusal('apply_content_as_code', { projectUuid, code: 'slug: x\nname: 3' });
    expectLine(code, 'x', 'name', 'text', 3);
    expectLine(code, 'x', 'metricQuery', 'missing');
    expect(code).not.toMatch(/Invalid|undefined/);
  });

  test('a table that is only joined is not unused', async () => {
    const analytics = await call('get_catalog_analytics', { projectUuid, table: 'order_items' });
    expectLine(analytics, 'orders joins', 'search_content', 'order_items');
    for (const table of ['products', 'customers'])
      expectLine(
        await call('get_catalog_analytics', { projectUuid, table }),
        /orders|subscriptions/,
        'too',
        'search_content',
      );
    const field = { projectUuid, table: 'orders', field: 'ordered_at' };
    expectLine(await call('get_catalog_field_analytics', field), 'search_content', 'orders_ordered_at', 'grain');
    const using = await call('search_content', { projectUuid, uses: 'order_items' });
    for (const chart of ['Revenue by month', 'Top coffees', 'Total revenue'])
      expectLine(using, chart, 'order_items_total_revenue');
    expectLine(await call('get_catalog_analytics', { projectUuid, table: 'nope' }), 'nope', 'No explore');
    expectLine(await call('search_content', { projectUuid, uses: 'products' }), 'orders', 'products', 'field');
  });

  test('the word "latest" reads on in the latest result', async () => {
    const latest = await callTool(roastery().connection.client, 'get_query_result', { resultId: 'last' });
    const query = { projectUuid, exploreId: 'orders', metrics: ['orders_order_count'] };
    const text = await call('run_metric_query', query);
    expect(await call('get_query_result', { resultId: 'last' })).toBe(text);
    if (latest.isError) expectLine(latest.text, 'no earlier result');
    expectLine(await refusal('get_query_result', { resultId: 'q9' }), 'unknown');
  });

  test('a file names the columns that it has', async () => {
    const query = { projectUuid, exploreId: 'orders', dimensions: ['orders_status'], metrics: ['orders_order_count'] };
    const text = await call('download_query_csv', { ...query, hiddenFields: ['orders_order_count'] });
    expectLine(text, 'Rows of orders', 'orders_status');
    expect(text).not.toContain('orders_order_count');
    expectLine(
      await call('download_query_csv', { ...query, hiddenFields: ['orders_rating'] }),
      'hiddenFields',
      'orders_rating',
    );
    const gifts = { ...query, dimensions: ['orders_is_gift'] };
    expectNote(await call('download_query_csv', { ...gifts, onlyRaw: true }), 'raw booleans', 'orders_is_gift');
    expectNoNote(await call('download_query_csv', gifts), 'raw booleans');
  });

  test('deleting a chart names the dashboards that lose it, or says that there are none', async () => {
    const shown = await call('delete_chart', { chartUuid: ids.charts.totalRevenue });
    expectLine(shown, '1 dashboard', 'Sales overview');
    const unused = await call('delete_chart', { chartUuid: ids.charts.customersByCountry });
    expectLine(unused, 'no dashboard');
  });

  test('a file of a query that is cut at its limit', async () => {
    const query = {
      projectUuid,
      exploreId: 'orders',
      dimensions: ['orders_order_id'],
      metrics: ['orders_order_count'],
    };
    const status = { field: 'orders_status', operator: 'equals', values: ['delivered'] };
    const cut = await call('download_query_csv', { ...query, filters: [status] });
    expectNoNote(cut, 'complete file');
    expect(cut).toMatch(/limit.*500|500.*limit/);
    expect(cut).toContain('Filters: orders_status = delivered');
    const whole = await call('download_query_csv', { ...query, csvLimit: null });
    expectNote(whole, 'complete file');
  });

  test('a file of one row is complete, whatever the limit', async () => {
    const query = { projectUuid, exploreId: 'orders', metrics: ['orders_order_count'], limit: 1 };
    expectNote(await call('download_query_csv', query), 'complete file');
  });

  test('a file says which of two limits is its own', async () => {
    const query = { projectUuid, exploreId: 'orders', dimensions: ['orders_status'], limit: 2 };
    expectLine(await call('download_query_csv', { ...query, csvLimit: 3 }), 'Note', 'csvLimit (3)', 'limit (2)');
    expectLine(await call('download_query_csv', { ...query, csvLimit: null }), 'Note', 'all rows', 'limit (2)');
    expect(await call('download_query_csv', { ...query, csvLimit: 2 })).not.toContain('Note');
  });

  test('the layout of a file or sheet names columns that the query selects', async () => {
    const query = { projectUuid, exploreId: 'orders', dimensions: ['orders_channel'], metrics: ['orders_order_count'] };
    for (const tool of ['download_query_csv', 'upload_google_sheet']) {
      const args = { ...query, columnOrder: ['orders_chanel'] };
      expectLine(await refusal(tool, args), 'columnOrder', 'orders_channel');
      const labelled = await call(tool, { ...query, customLabels: { orders_chanel: 'Channel' } });
      expectLine(labelled, 'Note', 'customLabels', 'orders_chanel', 'orders_channel');
    }
    const pivoted = await call('download_query_csv', { ...query, pivotColumns: ['orders_channel'] });
    expectNote(pivoted, 'no effect', 'pivotColumns');
  });

  test('results of a validation say what was checked, and when', async () => {
    expect(await call('get_latest_validation_results', { projectUuid })).toMatch(/project "Roastery", \d{4}-\d\d-\d\d/);
    expect(await refusal('get_latest_validation_results', { projectUuid: UNKNOWN_USER_UUID })).toMatch(/project/i);
    const ofNoJob = await call('get_latest_validation_results', { projectUuid, jobId: '999' });
    expectLine(ofNoJob, /^Nothing/, 'looked at');
    const errors = await call('get_latest_validation_results', { projectUuid });
    const validationId = /validationId ([\w-]+)/.exec(errors)?.[1];
    expect(await call('dismiss_validation_error', { projectUuid, validationId })).toContain('"Old chart (broken)"');
    const empty = await call('get_latest_validation_results', { projectUuid });
    expect(empty).not.toContain('Nothing is broken');
    expect(empty).toContain('never validated');
    const limited = await call('validate_project', { projectUuid, validationTargets: ['tables'] });
    expectLine(limited, 'tables', '"Roastery"', 'only');
  });

  test('a second grant says which role the user has', async () => {
    const grant = { projectUuid, email: 'edie@roastery.example', role: 'viewer', sendEmail: false };
    const text = await refusal('grant_project_access_to_user', grant);
    expectLine(text, 'Edie', 'editor', 'not viewer');
    expect(text).toContain('update_project_access_for_user');
  });

  test('a group says which members were left out, and that a name is taken', async () => {
    const made = await call('create_group_in_organization', {
      name: 'Ghosts',
      members: [{ userUuid: UNKNOWN_USER_UUID }, { userUuid: ids.users.vic }],
    });
    expectLine(made, '"Ghosts"', '1 member', 'Vic Viewer');
    expectLine(made, 'Not added', UNKNOWN_USER_UUID);
    const taken = await refusal('create_group_in_organization', {
      name: 'Finance',
      members: [{ userUuid: ids.users.vic }],
    });
    expectLine(taken, 'no member', 'added');
    expectLine(taken, '"Finance"', 'Edie');
  });

  test('a role granted to a group is found', async () => {
    await confirmed('add_project_access_to_group', { projectUuid, groupUuid: ids.groups.baristas, role: 'editor' });
    const text = await call('get_project_member_access', { projectUuid, userUuid: ids.users.vic });
    expectLine(text, 'direct role', 'none');
    expectLine(text, 'editor', 'group Baristas');
    expect(await refusal('get_project_member_access', { projectUuid, userUuid: UNKNOWN_USER_UUID })).toMatch(
      /not found/i,
    );
  });

  test('members of a project come with the warning that they may lack access', async () => {
    expectNote(await call('list_organization_members', { projectUuid }), 'without access');
    expectNoNote(await call('list_organization_members'), 'without access');
  });

  test('a user in two groups is counted once in a space', async () => {
    const shares = [ids.groups.baristas, ids.groups.finance];
    roastery().sandbox.store.groups.get(ids.groups.finance)?.memberUuids.push(ids.users.vic);
    for (const groupUuid of shares)
      await confirmed('add_space_group_access', {
        projectUuid,
        spaceUuid: ids.spaces.sales,
        groupUuid,
        spaceRole: 'editor',
      });
    const text = await call('get_space_access', { projectUuid, spaceUuid: ids.spaces.sales });
    expect(text.match(/^- Vic Viewer/gm)).toHaveLength(1);
    expect(text).toMatch(/Vic Viewer.*group Baristas.*group Finance/);
  });

  test('without Slack there are no channels, and a viewer sees no groups', async () => {
    expect(await call('get_slack_channels')).toMatch(/^No .*not connected/);
    const viewer = await connectInMemory({
      LIGHTDASH_URL: roastery().sandbox.url,
      LIGHTDASH_API_KEY: roastery().sandbox.tokens.viewer,
    });
    expectLine((await callTool(viewer.client, 'list_groups_in_organization')).text, 'you may see');
    await viewer.close();
  });

  test('the filter of the catalog applies', async () => {
    const text = await call('get_catalog', { projectUuid, type: 'field', filter: 'metrics' });
    expect(text).toContain('orders_order_count');
    expect(text).not.toMatch(/\|dimension/);
  });

  test('metrics of tables that are only joined are named as missing', async () => {
    expectLine(await call('get_metrics_catalog', { projectUuid }), 'Not in', 'order_items');
  });

  test('the YAML of custom metrics keeps its lines', async () => {
    const lines = (await call('get_custom_metrics', { projectUuid })).split('\n');
    const at = lines.indexOf('  label: Sum of discount');
    expect(lines[at + 1]).toMatch(/^ {2}description: /);
    expect(lines[at + 2]).toBe('  type: sum');
  });

  test('values of numbers, booleans and dates are found', async () => {
    const search = (field: string, words: string) =>
      call('search_field_values', { projectUuid, exploreId: 'orders', field, search: words, limit: 5_000 });
    const distinct = async (sql: string) => (await roastery().data.rows(sql)).map(([value]) => String(value));
    const ratings = await distinct('select distinct rating from orders where rating is not null order by 1');
    expect((await search('orders_rating', '')).split('\n')).toEqual(expect.arrayContaining(ratings));
    expect((await search('orders_is_gift', 'tru')).split('\n').slice(1, 2)).toEqual(['true']);
    const days = await distinct(
      "select distinct strftime(ordered_at, '%Y-%m-%d') from orders where ordered_at >= '2024-12-01' and ordered_at < '2025-01-01'",
    );
    const text = await search('orders_ordered_at_day', '2024-12');
    for (const day of days) expect(text).toContain(day);
    expect(text).toContain(`${days.length} values`);
    const months = await call('search_field_values', {
      ...{ projectUuid, exploreId: 'orders', field: 'orders_ordered_at_month', limit: 2 },
    });
    expect(months).toContain('2023-01\n2023-02\n');
    expectLine(months, /by a query/);
    expect(months).toContain('from 2023-01 to 2024-12');
  });

  test('deleting a tag or a space names everything that is lost, before and after', async () => {
    const { sandbox } = roastery();
    const { client } = roastery().connection;
    const question = await callTool(client, 'delete_space', { projectUuid, spaceUuid: ids.spaces.sales });
    expect(question.text).toContain('"Raw orders by day"');
    const tag = await callTool(client, 'delete_tag', { projectUuid, tagUuid: ids.tags.finance });
    expect(outcomeOf(tag.text)).toBe('question');
    expectLine(tag.text, /^Deletes/, 'tag', '"finance"');
    expectLine(await confirmed('delete_tag', { projectUuid, tagUuid: ids.tags.finance }), /^Done/, 'tag', '"finance"');
    expect(sandbox.store.tags.has(ids.tags.finance)).toBe(false);
  });

  test('members and values that would be lost are confirmed', async () => {
    const { client } = roastery().connection;
    const members = await callTool(client, 'update_group', { groupUuid: ids.groups.finance, members: [] });
    expect(outcomeOf(members.text)).toBe('question');
    expectLine(members.text, 'out of', '"Finance"', 'Edie');
    const attribute = [...roastery().sandbox.store.attributes.values()].find(({ name }) => name === 'region');
    const wipe = { name: 'region', attributeDefault: null, users: [], groups: [] };
    const values = await callTool(client, 'update_user_attribute', { userAttributeUuid: attribute?.uuid, ...wipe });
    expect(outcomeOf(values.text)).toBe('question');
    expectLine(values.text, '"region"', 'Edie', '"Europe"', 'group "Baristas"', '"Americas"', 'default', '"all"');
    const renamed = await call('update_group', { groupUuid: ids.groups.finance, name: 'Money' });
    expectLine(renamed, 'group', 'now', '"Money"');
  });
});
