import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { expectLine, outcomeOf } from '../../helpers/answers.ts';
import { callTool } from '../../helpers/client.ts';
import { interceptLightdash } from '../../helpers/intercepting-lightdash.ts';
import { Administration, ids, RELEASES } from '../../tools/people/administrators.ts';

const projectUuid = ids.project;

/** People who see something no more, and who see it, too: their number and names follow. */
const LOST = /\b[Nn]o longer\b/;
const GAINED = /\balso\b/;

describe.each(RELEASES)('A write reports its changes, on %s', (version) => {
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

  test('a missing value is noted when it is saved in a chart, wherever it is', async () => {
    const base = { projectUuid, name: 'Typo', space: 'Sales' };
    const saved = await admin.does('create_chart', { ...base, query: query(status('delivered', 'Shipped')) });
    expectLine(saved, 'orders_status', 'no value "Shipped"', 'shipped');
    const chartUuid = uuidIn(saved, 'chartUuid');
    const changed = await admin.does('update_chart', { chartUuid, query: { filters: [channel('phones')] } });
    expectLine(changed, 'orders_channel', 'no value "phones"', 'phone');
    const right = await admin.does('update_chart', { chartUuid, query: { filters: [channel('phone')] } });
    expect(right).not.toContain('no value');
  });

  test('a missing value is noted in the filters of a dashboard, for every explore', async () => {
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

  test('the confirmation of a delivery names its filters and missing values', async () => {
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

  test('moving content reports who loses and who gains access, as the server applies it', async () => {
    const chartUuid = ids.charts.revenueByMonth;
    const opens = async () => {
      const people = ['viewer', 'editor', 'developer', 'plainViewer'] as const;
      const path = `/api/v1/saved/${chartUuid}`;
      return Promise.all(people.map(async (person) => (await admin.status(person, path)) === 200));
    };
    expect(await opens()).toEqual([true, true, true, true]);
    const move = { projectUuid, items: [chartUuid], space: ids.spaces.finance };
    const question = await admin.does('move_content', move);
    expectLine(question, '"Revenue by month"', LOST, 3, 'Dev Eloper');
    expect(await opens()).toEqual([true, true, true, true]);
    const { done: closed } = await admin.confirms('move_content', move);
    const line = expectLine(closed, LOST, 3);
    expectLine(await admin.does('move_content', move), /^Nothing to do/, 'Finance');
    expect(await opens()).toEqual([false, true, false, false]);
    for (const name of ['Vic Viewer', 'Dev Eloper', 'Val Plain']) expect(line).toContain(name);
    expect(line).not.toContain('Edie');
    const back = await admin.confirms('update_chart', { chartUuid, space: ids.spaces.sales });
    expectLine(back.preview, '"Revenue by month"', '"Sales"', GAINED, 3);
    expectLine(back.done, GAINED, 3);
    const same = await admin.does('update_chart', { chartUuid, space: ids.spaces.customers });
    expectLine(same, 'The same people');
    const dashboard = { dashboardUuid: ids.dashboards.sales, space: ids.spaces.finance };
    const hidden = await admin.confirms('update_dashboard', dashboard);
    expectLine(hidden.preview, '"Sales overview"', LOST, 3, 'Dev Eloper');
    expectLine(hidden.done, LOST, 3, 'Dev Eloper');
    if (version === '0.1366') return;
    const space = await admin.confirms('move_content', { projectUuid, items: ['Europe'], space: 'Board' });
    expectLine(space.preview, 'space "Europe"', LOST, 3);
    expectLine(space.done, LOST, 3);
  });

  test('a body that is incomplete, or of what is not there, is refused before the question', async () => {
    const whole = { name: 'x', format: 'csv', cron: '0 9 * * 1', options: { formatted: true, limit: 'table' } };
    const targets = [{ recipient: 'ada@roastery.example' }];
    const chart = { savedChartUuid: ids.charts.totalRevenue, dashboardUuid: null };
    const missing = '0e0c5a10-7b0d-4c1e-9a51-3d2f60a7c0ff';
    const sends = (scheduler: unknown) => admin.fails('send_scheduler', { scheduler });
    expectLine(await sends({ name: 'x' }), 'scheduler', 'exactly one', 'savedChartUuid');
    expectLine(await sends({ ...whole, ...chart }), 'targets', 'empty');
    expectLine(await sends({ ...whole, targets, savedChartUuid: 'Total revenue' }), 'savedChartUuid', 'uuid');
    expectLine(await sends({ ...whole, targets, savedChartUuid: missing }), 'no chart', missing);
    expectLine(await sends({ ...whole, targets, dashboardUuid: missing }), 'no dashboard', missing);
    const question = await admin.does('send_scheduler', { scheduler: { ...whole, ...chart, targets } });
    expectLine(question, '"Total revenue"', 'csv', 'ada@roastery.example');
    const [scheduler] = admin.sandbox.store.schedulers.values();
    const part = { schedulerUuid: scheduler?.schedulerUuid, scheduler: { enabled: false } };
    expectLine(await admin.fails('update_scheduler', part), 'scheduler', 'whole', 'name, cron, format, targets');
  });

  test('a body that replaces a delivery whole has its alert read, and its changes named', async () => {
    const [weekly] = [...admin.sandbox.store.schedulers.values()].filter(({ name }) => name.startsWith('Weekly'));
    const { schedulerUuid = '', name = '', cron = '', format = '', options } = weekly ?? {};
    const body = {
      name,
      cron,
      format,
      options,
      enabled: true,
      includeLinks: true,
      targets: [{ recipient: 'ada@roastery.example' }],
    };
    const withAlert = (fieldId: string, value: unknown) => ({
      schedulerUuid,
      scheduler: { ...body, thresholds: [{ fieldId, operator: 'lessThan', value }], notificationFrequency: 'always' },
    });
    expectLine(
      await admin.fails('update_scheduler', withAlert('orders_total', 10)),
      'alert',
      'no field "orders_total"',
    );
    expectLine(await admin.fails('update_scheduler', withAlert('orders_order_count', 'ten')), 'alert', 'number');
    const done = await admin.does('update_scheduler', withAlert('orders_order_count', 10));
    expectLine(done, /^Changed/, name);
    expectLine(done, /^- alert: none ->/, 'orders_order_count', '10');
    expectLine(await admin.does('update_scheduler', withAlert('orders_order_count', 10)), /^Nothing changed/, name);
    const cut = await admin.does('update_scheduler', {
      schedulerUuid,
      scheduler: { ...body, options: { formatted: true, limit: 7 } },
    });
    expectLine(cut, /^- options:/, 'limit: 7');
  });

  test('a change of nothing is not called a change', async () => {
    const dashboardUuid = ids.dashboards.sales;
    const stored = () => JSON.stringify(admin.sandbox.store.dashboards.get(dashboardUuid)?.updatedAt);
    const before = stored();
    for (const change of [{ name: 'Sales overview' }, { rename: [{ tile: 'Notes', title: 'Notes' }] }])
      expect(outcomeOf(await admin.does('update_dashboard', { dashboardUuid, ...change }))).toBe('nothing to do');
    expect(stored()).toBe(before);
    const chart = { chartUuid: ids.charts.revenueByMonth };
    const versions = () => admin.sandbox.store.charts.get(chart.chartUuid)?.versions.length;
    const count = versions();
    for (const change of [{ name: 'Revenue by month' }, { query: { limit: 36 } }, { show: 'bar' }])
      expect(outcomeOf(await admin.does('update_chart', { ...chart, ...change }))).toBe('nothing to do');
    expect(versions()).toBe(count);
    expectLine(await admin.does('update_chart', { ...chart, query: { limit: 35 } }), /^Changed/);
    expect(versions()).toBe(Number(count) + 1);
    const spaceUuid = ids.spaces.sales;
    const sales = { uuid: dashboardUuid, name: 'Sales overview', spaceUuid };
    const finance = { uuid: 'Subscriptions', name: 'Plans', spaceUuid: 'Finance (private)' };
    const both = await admin.does('update_dashboards', { projectUuid, dashboards: [sales, finance] });
    expectLine(both, /^Changed 1 dashboard/);
    expectLine(both, 'So already', '"Sales overview"');
    expect(stored()).toBe(before);
    const [scheduler] = [...admin.sandbox.store.schedulers.values()].filter(({ name }) => name.startsWith('Weekly'));
    const delivery = { schedulerUuid: scheduler?.schedulerUuid, name: scheduler?.name };
    expectLine(await admin.does('update_scheduler', delivery), /^Nothing changed/, String(scheduler?.name));
    if (version !== '0.1366') {
      const sql = { projectUuid, sqlChart: 'Raw orders by day', name: 'Raw orders by day' };
      expectLine(await admin.does('update_sql_chart', sql), /^Nothing changed/, 'Raw orders by day');
    }
    const made = await admin.does('create_dashboard', {
      ...{ projectUuid, name: 'Tabbed', space: 'Sales', tabs: ['A', 'B'] },
      tiles: [
        { heading: 'First', tab: 'A' },
        { markdown: 'x', title: 'Second', tab: 'B' },
      ],
    });
    const [, tabbed] = /dashboards\/([0-9a-f-]{36})/.exec(made) ?? [];
    const fewer = await admin.does('update_dashboard', { dashboardUuid: tabbed, tabs: ['A'] });
    expectLine(fewer, 'moved Second to tab A');
  });

  test('what is made twice says so', async () => {
    const delivery = {
      ...{ projectUuid, dashboard: 'Sales overview', when: 'every Monday 8:00' },
      ...{ to: ['ada@roastery.example'], message: 'Good morning' },
    };
    const first = await admin.confirms('create_scheduler', { ...delivery, name: 'First' });
    expectLine(first.preview, 'Message', 'Good morning');
    expect(first.preview).not.toContain('already');
    const again = await admin.does('create_scheduler', { ...delivery, name: 'Second' });
    expectLine(again, 'already', '"First"', uuidIn(first.done, 'schedulerUuid'));
    const query = { exploreId: 'orders', metrics: ['orders_order_count'] };
    const calls: readonly (readonly [string, Record<string, unknown>])[] = [
      ['create_chart', { projectUuid, name: 'Made twice', space: 'Sales', query }],
      ['create_dashboard', { projectUuid, name: 'Made twice', space: 'Sales' }],
      ['create_space_in_project', { projectUuid, name: 'Made twice', isPrivate: false }],
      ['duplicate_chart', { chartUuid: ids.charts.totalRevenue, name: 'Copied twice' }],
      ['duplicate_dashboard', { dashboardUuid: ids.dashboards.sales, name: 'Copied twice' }],
      ...(version === '0.1366'
        ? []
        : [['create_sql_chart', { projectUuid, name: 'SQL twice', space: 'Sales', sql: 'SELECT 1 AS one' }] as const]),
    ];
    for (const [tool, args] of calls) {
      expect(await admin.does(tool, args)).not.toContain('another');
      expectLine(await admin.does(tool, args), /^Note/, 'another', `"${String(args.name)}"`);
    }
  });

  test('several dashboards are moved by name, after the question about who sees them no more', async () => {
    const dashboards = [{ uuid: 'Sales overview', name: 'Sales overview', spaceUuid: 'Finance (private)' }];
    const stored = () => admin.sandbox.store.dashboards.get(ids.dashboards.sales);
    const path = `/api/v1/dashboards/${ids.dashboards.sales}`;
    const question = await admin.does('update_dashboards', { projectUuid, dashboards });
    expect(outcomeOf(question)).toBe('question');
    expect(stored()?.spaceUuid).toBe(ids.spaces.sales);
    const { preview, done } = await admin.confirms('update_dashboards', { projectUuid, dashboards });
    expectLine(preview, 'dashboard', '"Sales overview"', '"Finance (private)"', LOST, 3, 'Dev Eloper');
    expectLine(done, LOST, 3, 'Dev Eloper');
    expect(await admin.status('developer', path)).not.toBe(200);
    const [, back = '{}'] = /update_dashboards (\{.*\})/.exec(done) ?? [];
    expectLine((await admin.confirms('update_dashboards', JSON.parse(back))).done, GAINED, 3);
    expect(stored()?.spaceUuid).toBe(ids.spaces.sales);
    const renamed = [{ uuid: ids.dashboards.sales, name: 'Sales', spaceUuid: ids.spaces.sales }];
    expect(outcomeOf(await admin.does('update_dashboards', { projectUuid, dashboards: renamed }))).not.toBe('question');
    expect(stored()?.name).toBe('Sales');
    expectLine(
      await admin.fails('update_dashboards', { projectUuid, dashboards: [{ ...renamed[0], uuid: 'Salse' }] }),
      '"Salse"',
      'Sales',
    );
    const same = await admin.does('update_dashboards', { projectUuid, dashboards: renamed });
    expect(outcomeOf(same)).toBe('nothing to do');
    const missing = '0e0c5a10-7b0d-4c1e-9a51-3d2f60a7c0ff';
    const withMissing = [
      { ...renamed[0], name: 'Other' },
      { ...renamed[0], uuid: missing },
    ];
    expectLine(
      await admin.does('update_dashboards', { projectUuid, dashboards: withMissing }),
      'no dashboard',
      missing,
    );
    expect(stored()?.name).toBe('Sales');
    const hidden = [{ ...renamed[0], name: 'Hidden sales', spaceUuid: ids.spaces.finance }];
    expectLine(
      await admin.does('update_dashboards', { projectUuid, dashboards: hidden }),
      /^Renames/,
      '"Sales"',
      '"Hidden sales"',
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

  test('of two moved items, the one that keeps its viewers is not reported to lose any', async () => {
    await admin.confirms('update_chart', { chartUuid: ids.charts.revenueByMonth, space: ids.spaces.finance });
    const items = ['Revenue by month', 'Sales overview'];
    const move = await admin.confirms('move_content', { projectUuid, items, space: 'Customer team' });
    expectLine(move.preview, /^Moves/, ...items, 'chart "Revenue by month"', GAINED);
    expect(move.preview).not.toContain('dashboard "Sales overview":');
    expectLine(move.done, /^chart "Revenue by month"/, GAINED);
    expectLine(move.done, /^dashboard "Sales overview": The same people/);
  });

  test('a move reads each list once, whatever is moved', async () => {
    const items = ['Revenue by month', 'Sales overview', 'Top coffees', 'revenue by month', 'Revenue by month'];
    const start = admin.sandbox.requests.length;
    const preview = await admin.does('move_content', { projectUuid, items, space: ids.spaces.finance });
    const sent = admin.sandbox.requests.slice(start).map(({ method, path }) => `${method} ${path}`);
    expect(sent).toEqual([...new Set(sent)]);
    expect(sent.filter((request) => request.includes('/spaces/')).length).toBeLessThanOrEqual(4);
    expect(preview.split('"Revenue by month"')).toHaveLength(2);
  });

  test('a target of the wrong type is refused with its type', async () => {
    const move = { projectUuid, items: ['Revenue by month'] };
    expectLine(await admin.fails('move_content', { ...move, space: 'Sales overview' }), 'space', 'dashboard');
    const chartUuid = ids.charts.revenueByMonth;
    expectLine(
      await admin.fails('update_chart', { chartUuid, space: 'top coffees' }),
      'space',
      '"Top coffees"',
      'chart',
    );
    const delivery = { projectUuid, dashboard: 'Sales', to: ['ada@roastery.example'], when: 'every Monday 8:00' };
    expectLine(await admin.fails('create_scheduler', delivery), 'dashboard', '"Sales"', 'space');
  });

  test('a move is confirmed if a list of people cannot be read', async () => {
    const lightdash = await interceptLightdash(admin.sandbox.url, ['lightdash-version']);
    onTestFinished(() => lightdash.close());
    const isListOfPeople = version === '0.1366' ? /spaces\/[^/]+$/ : /spaces\/[^/]+\/access/;
    const forbidden = { status: 403, body: { status: 'error', error: { name: 'ForbiddenError', statusCode: 403 } } };
    lightdash.intercept(/never/, forbidden, (request) => (isListOfPeople.test(request) ? forbidden : undefined));
    const client = await admin.host('admin', { LIGHTDASH_URL: lightdash.url });
    // The same people see both spaces, which this token cannot know.
    const move = { projectUuid, items: ['Revenue by month'], space: 'Customer team' };
    const { text } = await callTool(client, 'move_content', move);
    expectLine(text, /^Moves chart "Revenue by month"/, 'unknown who will see it', 'get_space_access');
    expectLine(text, /^confirmation: /);
  });

  test('a move that fails half way names what was moved and what was not', async () => {
    const lightdash = await interceptLightdash(admin.sandbox.url, ['lightdash-version']);
    onTestFinished(() => lightdash.close());
    const refused = { status: 403, body: { status: 'error', error: { name: 'ForbiddenError', statusCode: 403 } } };
    lightdash.intercept(/PATCH .*dashboards|POST .*move/, refused);
    const client = await admin.host('admin', { LIGHTDASH_URL: lightdash.url });
    const move = { projectUuid, items: ['Revenue by month', 'Sales overview'], space: 'Customer team' };
    const { text, isError } = await callTool(client, 'move_content', move);
    const place = admin.sandbox.store.charts.get(ids.charts.revenueByMonth)?.spaceUuid;
    expect(lightdash.written).toHaveLength(1);
    // Newer servers move all or none.
    expect({ isError, place }).toEqual(
      version === '0.1366'
        ? { isError: false, place: ids.spaces.customers }
        : { isError: true, place: ids.spaces.sales },
    );
    if (isError) return;
    expect(expectLine(text, /^Moved to space "Customer team"/, '"Revenue by month"')).not.toContain('Sales overview');
    expectLine(text, /^Not seen there/, 'dashboard "Sales overview"');
    const [, back = ''] = /move_content (\{.*\})/.exec(text) ?? [];
    expect(JSON.parse(back)).toMatchObject({ items: [ids.charts.revenueByMonth] });
  });

  test('moving a tile by the name that a removed tile shared is reported as done', async () => {
    const dashboardUuid = ids.dashboards.sales;
    const add = [
      { markdown: 'One', title: 'Twin' },
      { markdown: 'Two', title: 'Twin' },
    ];
    await admin.does('update_dashboard', { dashboardUuid, add });
    const [first] =
      admin.sandbox.store.dashboards
        .get(dashboardUuid)
        ?.tiles.filter(({ properties }) => properties.title === 'Twin') ?? [];
    const change = { dashboardUuid, remove: [first?.uuid], move: [{ tile: 'Twin', before: 'start' }] };
    expectLine(await admin.does('update_dashboard', change), /^- .*Twin/);
  });

  test('closing and opening a space names its people, and the spaces inside of it', async () => {
    const opens = async (spaceUuid: string) => {
      const people = ['viewer', 'editor', 'developer', 'plainViewer'] as const;
      return (await Promise.all(people.map((person) => admin.opens(person, spaceUuid)))).filter(Boolean).length;
    };
    const space = (name: string) =>
      [...admin.sandbox.store.spaces.values()].find((item) => item.name === name)?.uuid ?? '';
    const change = { projectUuid, spaceUuid: ids.spaces.sales };
    expect(await opens(ids.spaces.sales)).toBe(4);
    const closed = await admin.confirms('update_space', { ...change, isPrivate: true });
    expect(await opens(ids.spaces.sales)).toBe(0);
    expectLine(closed.preview, /^Closes the space "Sales"/, LOST, 4, 'Dev Eloper', 'Vic Viewer');
    expectLine(closed.done, 'access', 'open', 'private');
    if (version === '1.219') {
      expectLine(closed.preview, '"Europe"', '"Iberia"');
      expect(await opens(space('Iberia'))).toBe(0);
      await admin.does('add_space_user_access', { ...change, userUuid: ids.users.dev, spaceRole: 'viewer' });
      const inner = { projectUuid, spaceUuid: space('Europe') };
      await admin.confirms('update_space', { ...inner, isPrivate: true });
      const open = await admin.confirms('update_space', { ...inner, isPrivate: false });
      expectLine(open.preview, /^Opens the space "Europe"/, GAINED, 1, 'Dev Eloper');
      expect(await opens(space('Europe'))).toBe(1);
    }
    const opened = await admin.confirms('update_space', { ...change, name: 'Sales 2', isPrivate: false });
    expectLine(opened.preview, /^Opens the space "Sales"/, GAINED, 'Vic Viewer');
    expectLine(opened.done, 'name', 'Sales', 'Sales 2');
    expect(await opens(ids.spaces.sales)).toBe(4);
  });

  test('nesting a space names who gains and loses access, and keeps its shares', async () => {
    if (version === '0.1366') {
      const move = { projectUuid, items: ['Sales'], space: 'Shared' };
      expectLine(await admin.fails('move_content', move), 'no spaces inside of spaces', '"Sales"');
      return;
    }
    const europe = [...admin.sandbox.store.spaces.values()].find(({ name }) => name === 'Europe')?.uuid ?? '';
    const opens = async () =>
      Promise.all((['viewer', 'editor', 'plainViewer'] as const).map((person) => admin.opens(person, europe)));
    const share = { projectUuid, spaceUuid: europe, groupUuid: ids.groups.baristas, spaceRole: 'viewer' };
    await admin.confirms('add_space_group_access', share);
    expect(await opens()).toEqual([true, true, true]);
    const hidden = await admin.confirms('move_content', { projectUuid, items: ['Europe'], space: 'Board' });
    // Vic is a barista.
    expect(await opens()).toEqual([true, true, false]);
    for (const text of [hidden.preview, hidden.done]) {
      expect(expectLine(text, LOST, 2, 'Dev Eloper', 'Val Plain')).not.toContain('Vic');
      expectLine(text, 'chart "Orders in Germany"', 'space "Iberia"', 'chart "Orders in Portugal"');
    }
    const root = await admin.confirms('move_content', { projectUuid, items: ['Europe'], space: 'root' });
    expect(await opens()).toEqual([true, true, true]);
    expectLine(root.preview, /^Moves space "Europe" to the root/, 'everyone with a role in the project');
    for (const text of [root.preview, root.done]) {
      expect(expectLine(text, GAINED, 2, 'Dev Eloper', 'Val Plain')).not.toContain('Mem');
    }
  });

  test('an SQL chart is counted, deleted and refused as an SQL chart', async () => {
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
    const shown = { projectUuid, name: 'Days', space: 'Sales', tiles: [{ sqlChart: 'Raw orders by day' }] };
    const [, dashboardUuid] = /dashboards\/([0-9a-f-]{36})/.exec(await admin.does('create_dashboard', shown)) ?? [];
    const { preview, done } = await admin.confirms('delete_chart', { chartUuid });
    expectLine(preview, 'SQL chart "Raw orders by day"', '"Sales"', '1 dashboard', 'empty tile', '"Days"');
    expectLine(await admin.does('get_dashboard', { dashboardUuid }), 'SQL chart that was deleted');
    expectLine(done, /^Done: deleted/, 'SQL chart "Raw orders by day"');
    const left = expectLine(await admin.does('list_spaces_in_project', { projectUuid }), /^Sales/);
    expect(Number(left.split('|')[3])).toBe(Number(counted.split('|')[3]) - 1);
  });
});
