import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectLine, outcomeOf } from '../../helpers/answers.ts';
import { callTool } from '../../helpers/client.ts';
import { Administration, ids, RELEASES } from '../../tools/people/administrators.ts';

const projectUuid = ids.project;

describe.each(RELEASES)('A write says what it changes, on %s', (version) => {
  let admin: Administration;
  beforeAll(async () => {
    admin = await Administration.start(version);
  });
  beforeEach(() => admin.sandbox.reset());
  afterAll(() => admin.close());

  const status = (...values: string[]) => ({ field: 'orders_status', operator: 'equals', values });
  const channel = (...values: string[]) => ({ field: 'orders_channel', operator: 'equals', values });
  const query = (...filters: object[]) => ({
    exploreId: 'orders',
    dimensions: ['orders_channel'],
    metrics: ['orders_order_count'],
    filters,
  });
  const uuidIn = (text: string, name: string) => new RegExp(`${name}"?:?"?\\s*"?([0-9a-f-]{36})`).exec(text)?.[1] ?? '';

  test('a value that does not exist is noted when it is saved in a chart, wherever it stands', async () => {
    const base = { projectUuid, name: 'Typo', space: 'Sales' };
    const saved = await admin.does('create_chart', { ...base, query: query(status('delivered', 'Shipped')) });
    expectLine(saved, 'orders_status', 'no value "Shipped"', 'shipped');
    const chartUuid = uuidIn(saved, 'chartUuid');
    const changed = await admin.does('update_chart', { chartUuid, query: { filters: [channel('phones')] } });
    expectLine(changed, 'orders_channel', 'no value "phones"', 'phone');
    const right = await admin.does('update_chart', { chartUuid, query: { filters: [channel('phone')] } });
    expect(right).not.toContain('no value');
  });

  test('a value that does not exist is noted in the filters of a dashboard, of every explore', async () => {
    const filters = [status('Returned'), { field: 'subscriptions_plan', operator: 'equals', values: ['Bogus'] }];
    const args = { projectUuid, name: 'Typos', space: 'Sales', tiles: [{ chart: 'Revenue by month' }] };
    const made = await admin.does('create_dashboard', { ...args, filters });
    expectLine(made, 'Filters', 'orders_status = Returned', 'subscriptions_plan = Bogus');
    expectLine(made, 'orders_status', 'no value "Returned"', 'returned');
    expectLine(made, 'subscriptions_plan', 'no value "Bogus"');
    const inside = { newChart: { name: 'Inside', query: query(channel('Web')) } };
    const own = await admin.does('create_dashboard', { ...args, name: 'Own chart', tiles: [inside] });
    expectLine(own, 'Inside', 'orders_channel', 'no value "Web"', 'web');
    const [dashboard] = [...admin.sandbox.store.dashboards.values()].filter(({ name }) => name === 'Typos');
    const change = { dashboardUuid: dashboard?.uuid, filters: [{ ...status('deliverd'), operator: 'notEquals' }] };
    expectLine(await admin.does('update_dashboard', change), 'orders_status', 'no value "deliverd"', 'delivered');
  });

  test('the question before a delivery names its filters, and values that do not exist', async () => {
    const delivery = {
      projectUuid,
      dashboard: 'Sales overview',
      to: ['ada@roastery.example'],
      when: 'every Monday 8:00',
    };
    const question = await admin.does('create_scheduler', { ...delivery, filters: [channel('Web')] });
    expectLine(question, /^Makes the delivery/, 'Filters', 'orders_channel = Web', 'no value "Web"', 'web');
    const right = await admin.confirms('create_scheduler', { ...delivery, filters: [channel('web')] });
    expectLine(right.preview, 'Filters', 'orders_channel = web');
    expect(right.preview).not.toContain('no value');
    const schedulerUuid = uuidIn(right.done, 'schedulerUuid');
    const changed = await admin.confirms('update_scheduler', { schedulerUuid, filters: [channel('Phone')] });
    expectLine(changed.preview, 'orders_channel = Phone', 'no value "Phone"', 'phone');
    expectLine(changed.done, /^Changed/);
    // No other user gets it, and the value exists.
    expectLine(await admin.does('update_scheduler', { schedulerUuid, filters: [channel('phone')] }), /^Changed/);
  });

  test('what is moved says who sees it no more, and who now does, as the server lets them', async () => {
    const chartUuid = ids.charts.revenueByMonth;
    const opens = async () => {
      const people = ['viewer', 'editor', 'developer', 'plainViewer'] as const;
      const path = `/api/v1/saved/${chartUuid}`;
      return Promise.all(people.map(async (person) => (await admin.status(person, path)) === 200));
    };
    expect(await opens()).toEqual([true, true, true, true]);
    const move = { projectUuid, items: [chartUuid], space: ids.spaces.finance };
    const question = await admin.does('move_content', move);
    expectLine(question, '"Revenue by month"', 'No longer seen by 3 people', 'Dev Eloper');
    expect(await opens()).toEqual([true, true, true, true]);
    const { done: closed } = await admin.confirms('move_content', move);
    const line = expectLine(closed, 'No longer seen by 3 people');
    expectLine(await admin.does('move_content', move), /^Nothing to do/, 'Finance');
    expect(await opens()).toEqual([false, true, false, false]);
    for (const name of ['Vic Viewer', 'Dev Eloper', 'Val Plain']) expect(line).toContain(name);
    expect(line).not.toContain('Edie');
    const back = await admin.confirms('update_chart', { chartUuid, space: ids.spaces.sales });
    expectLine(back.preview, '"Revenue by month"', '"Sales"', 'Now also seen by 3 people');
    expectLine(back.done, 'Now also seen by 3 people');
    const same = await admin.does('update_chart', { chartUuid, space: ids.spaces.customers });
    expectLine(same, 'The same people');
    const dashboard = { dashboardUuid: ids.dashboards.sales, space: ids.spaces.finance };
    const hidden = await admin.confirms('update_dashboard', dashboard);
    expectLine(hidden.preview, '"Sales overview"', 'No longer seen by 3 people', 'Dev Eloper');
    expectLine(hidden.done, 'No longer seen by 3 people', 'Dev Eloper');
    if (version === '0.1366') return;
    const space = await admin.confirms('move_content', { projectUuid, items: ['Europe'], space: 'Board' });
    expectLine(space.preview, 'space "Europe"', 'No longer seen by 3 people');
    expectLine(space.done, 'No longer seen by 3 people');
  });

  test('several dashboards are moved by name, after the question about who sees them no more', async () => {
    const dashboards = [{ uuid: 'Sales overview', name: 'Sales overview', spaceUuid: 'Finance (private)' }];
    const stored = () => admin.sandbox.store.dashboards.get(ids.dashboards.sales);
    const path = `/api/v1/dashboards/${ids.dashboards.sales}`;
    const question = await admin.does('update_dashboards', { projectUuid, dashboards });
    expect(outcomeOf(question)).toBe('question');
    expect(stored()?.spaceUuid).toBe(ids.spaces.sales);
    const { preview, done } = await admin.confirms('update_dashboards', { projectUuid, dashboards });
    expectLine(
      preview,
      'dashboard',
      '"Sales overview"',
      '"Finance (private)"',
      'No longer seen by 3 people',
      'Dev Eloper',
    );
    expectLine(done, 'No longer seen by 3 people', 'Dev Eloper');
    expect(await admin.status('developer', path)).not.toBe(200);
    const [, back = '{}'] = /update_dashboards (\{.*\})/.exec(done) ?? [];
    expectLine((await admin.confirms('update_dashboards', JSON.parse(back))).done, 'Now also seen by 3 people');
    expect(stored()?.spaceUuid).toBe(ids.spaces.sales);
    const renamed = [{ uuid: ids.dashboards.sales, name: 'Sales', spaceUuid: ids.spaces.sales }];
    expect(outcomeOf(await admin.does('update_dashboards', { projectUuid, dashboards: renamed }))).not.toBe('question');
    expect(stored()?.name).toBe('Sales');
    expectLine(
      await admin.fails('update_dashboards', { projectUuid, dashboards: [{ ...renamed[0], uuid: 'Salse' }] }),
      '"Salse"',
      'Sales',
    );
    const both = [renamed[0], { ...renamed[0], name: 'Other' }];
    expectLine(await admin.fails('update_dashboards', { projectUuid, dashboards: both }), '"Other"', 'twice');
    const limited = await admin.host('admin', { LIGHTDASH_ALLOWED_PROJECTS: projectUuid });
    const named = await callTool(limited, 'update_dashboards', {
      projectUuid,
      dashboards: [{ ...renamed[0], uuid: 'Sales' }],
    });
    expect(named.isError, named.text).toBe(false);
  });

  test('an SQL chart is counted, deleted and refused as what it is', async () => {
    const [sqlChart] = [...admin.sandbox.store.sqlCharts.values()].filter(({ name }) => name === 'Raw orders by day');
    const chartUuid = sqlChart?.savedSqlUuid;
    const counted = expectLine(await admin.does('list_spaces_in_project', { projectUuid }), /^Sales/);
    const space = await admin.does('get_space', { projectUuid, spaceUuid: ids.spaces.sales });
    expectLine(space, /^Space "Sales"/, `${counted.split('|')[3]} charts`);
    expectLine(await admin.fails('get_chart_history', { chartUuid }), '"Raw orders by day"', 'SQL chart');
    if (version === '0.1366') {
      expectLine(await admin.fails('delete_chart', { chartUuid }), 'no way', 'SQL charts');
      expectLine(await admin.fails('download_chart_csv', { chartUuid }), 'SQL chart', 'run_saved_chart');
      return;
    }
    const { preview, done } = await admin.confirms('delete_chart', { chartUuid });
    expectLine(preview, 'SQL chart "Raw orders by day"', '"Sales"');
    expectLine(done, /^Done: deleted/, 'SQL chart "Raw orders by day"');
    const left = expectLine(await admin.does('list_spaces_in_project', { projectUuid }), /^Sales/);
    expect(Number(left.split('|')[3])).toBe(Number(counted.split('|')[3]) - 1);
  });
});
