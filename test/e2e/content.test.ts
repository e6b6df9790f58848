import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { expectLine, outcomeOf } from '../helpers/answers.ts';
import { callTool, callToolConfirmed, connectInMemory } from '../helpers/client.ts';
import { answerOf, RELEASES, useRoastery } from './setup.ts';

const projectUuid = ids.project;

/** Names of the items that an answer lists, by their type. */
const listed = (text: string) =>
  text
    .split('\n')
    .map((line) => line.split('|'))
    .filter(([type = '', name]) => /^(chart|SQL chart|dashboard|space)\b/.test(type) && name !== undefined)
    .map(([type = '', name = '']) => `${type.replace(/ \(.*/, '')} ${name}`);

describe.each(RELEASES)('content on %s', (version) => {
  const roastery = useRoastery({}, version);
  const call = (tool: string, args: Record<string, unknown>) => answerOf(roastery(), tool, { projectUuid, ...args });
  const refusalOf = async (tool: string, args: Record<string, unknown>) => {
    const { text, isError } = await callTool(roastery().connection.client, tool, { projectUuid, ...args });
    expect(isError, text).toBe(true);
    return text;
  };
  const store = () => roastery().sandbox.store;
  const named = <Item extends { name: string }>(items: Map<string, Item>, name: string) => {
    const item = [...items.values()].find((candidate) => candidate.name === name);
    if (!item) throw new Error(`no ${name}`);
    return item;
  };
  const isOld = version === '0.1366';

  test('everything of a project is in one list', async () => {
    const { charts, sqlCharts, dashboards, spaces } = store();
    const ofProject = <Item extends { projectUuid: string; name: string }>(type: string, items: Map<string, Item>) =>
      [...items.values()].filter((item) => item.projectUuid === projectUuid).map(({ name }) => `${type} ${name}`);
    const alone = new Map([...charts].filter(([, { dashboardUuid }]) => dashboardUuid === null));
    expect(listed(await call('search_content', {})).toSorted()).toEqual(
      [
        ...ofProject('chart', alone),
        ...ofProject('SQL chart', sqlCharts),
        ...ofProject('dashboard', dashboards),
        ...ofProject('space', spaces),
      ].toSorted(),
    );
  });

  test('is found by words, space, views, use and errors', async () => {
    const { charts } = store();
    expect(listed(await call('search_content', { search: 'REVENUE month' }))).toEqual(['chart Revenue by month']);
    const onOrders = [...charts.values()].filter(
      ({ versions, projectUuid: of }) => of === projectUuid && versions.at(-1)?.tableName === 'orders',
    );
    expect(listed(await call('search_content', { uses: 'orders' })).toSorted()).toEqual(
      onOrders.map(({ name }) => `chart ${name}`).toSorted(),
    );
    const byChannel = await call('search_content', { uses: 'orders_channel' });
    expectLine(byChannel, 'chart', 'Orders by channel', 'shows orders_channel');
    // The filters of dashboards are read as code, which 0.1366 does not have.
    if (isOld) expectLine(byChannel, 'Not searched', 'filters of dashboards', 'get_dashboard');
    else expectLine(byChannel, 'dashboard', 'Sales overview', 'filters by orders_channel');
    const byStatus = await call('search_content', { uses: 'orders_status', search: 'ratings' });
    expectLine(byStatus, 'Ratings by status', 'only on dashboard Sales overview', 'shows orders_status');
    const ofAda = await call('search_content', { uses: 'orders_status', owner: 'Ada' });
    expectLine(ofAda, 'Left out', 'inside of a dashboard', 'owner');
    expect(listed(await call('search_content', { broken: true }))).toEqual(['chart Old chart (broken)']);
    expect(listed(await call('search_content', { search: 'sales shop', types: ['dashboard'] }))).toEqual([
      'dashboard Sales overview',
    ]);
    const inSales = listed(await call('search_content', { space: 'Sales', types: ['space'] }));
    expect(inSales).toEqual(isOld ? ['space Sales'] : ['space Europe', 'space Iberia', 'space Sales']);
    const noOwner = await call('search_content', { owner: 'No Such Person' });
    expectLine(noOwner, /^No item/, 'filters');
    expectLine(noOwner, 'Owners', 'Ada Abara');
    expect(listed(await call('search_content', { owner: 'ADA@roastery.example', types: ['sql_chart'] }))).toContain(
      'SQL chart Raw orders by day',
    );
    expectLine(await refusalOf('search_content', { owner: 'gone@roastery.example' }), 'owner', 'gone@roastery.example');
    const byEdie = await call('search_content', { owner: 'Edie' });
    expect(listed(byEdie)).toEqual(isOld ? [] : ['chart Orders in Germany']);
    const byAda = listed(await call('search_content', { owner: 'Ada', types: ['sql_chart'] }));
    expect(byAda).toContain('SQL chart Raw orders by day');
    const unused = await call('search_content', { maxViews: 0, types: ['dashboard'], sort: 'views' });
    expect(listed(unused)).not.toContain('dashboard Sales overview');
    expectLine(unused, 'not', 'last viewed');
    expect(await call('search_content', { search: 'no such thing' })).toMatch(/^No item/);
    expect(await refusalOf('search_content', { space: 'Salse' })).toContain('Sales');
    if (isOld) expect(await refusalOf('search_content', { verified: true })).toContain('does not mark');
    else
      expect(listed(await call('search_content', { verified: true })).toSorted()).toEqual([
        'chart Revenue by month',
        'dashboard Sales overview',
      ]);
  });

  test('is moved into another space, and back by the call that the answer names', async () => {
    const { charts, dashboards, spaces } = store();
    const target = named(spaces, 'Customer team').uuid;
    const home = named(spaces, 'Sales').uuid;
    const moved = await call('move_content', { items: ['Revenue by month', 'Sales overview'], space: 'Customer team' });
    expect(named(charts, 'Revenue by month').spaceUuid).toBe(target);
    expect(named(dashboards, 'Sales overview').spaceUuid).toBe(target);
    const [, back = ''] = /move_content (\{.*\})/.exec(moved) ?? [];
    await call('move_content', JSON.parse(back));
    expect(named(charts, 'Revenue by month').spaceUuid).toBe(home);
    expect(named(dashboards, 'Sales overview').spaceUuid).toBe(home);
    expect(await refusalOf('move_content', { items: ['Revenue by moth'], space: 'Sales' })).toContain(
      'Revenue by month',
    );
    expect(await refusalOf('move_content', { items: ['Revenue by month'], space: 'root' })).toContain('only spaces');
  });

  test('an SQL chart is moved, too, and a space on releases with spaces in spaces', async () => {
    const { sqlCharts, spaces } = store();
    const sales = named(spaces, 'Sales').uuid;
    if (isOld) {
      expect(await refusalOf('move_content', { items: ['Top coffees', 'Raw orders by day'], space: 'Shared' })).toMatch(
        /no way .*SQL charts/,
      );
      expect(named(store().charts, 'Top coffees').spaceUuid).toBe(sales);
      expect(await refusalOf('move_content', { items: ['Shared'], space: 'Sales' })).toContain('stays');
      return;
    }
    await call('move_content', { items: ['Raw orders by day'], space: 'Shared' });
    expect(named(sqlCharts, 'Raw orders by day').spaceUuid).toBe(named(spaces, 'Shared').uuid);
    await call('move_content', { items: ['Shared'], space: 'Sales' });
    expect(named(spaces, 'Shared').parentSpaceUuid).toBe(sales);
    const toRoot = { projectUuid, items: ['Shared'], space: 'root' };
    await callToolConfirmed(roastery().connection.client, 'move_content', toRoot);
    expect(named(spaces, 'Shared').parentSpaceUuid).toBeNull();
  });

  test('is pinned and unpinned, and a repeated call changes nothing', async () => {
    const { charts } = store();
    for (const [at, pinned] of [true, true, false, false].entries()) {
      const answer = await call('pin_content', { item: 'Orders by channel', pinned });
      expectLine(answer, pinned ? / pinned/ : 'not pinned', at % 2 === 0 ? 'now' : 'already');
      expect(named(charts, 'Orders by channel').pinnedOrder !== null).toBe(pinned);
    }
    expect(await refusalOf('pin_content', { item: 'Raw orders by day' })).toContain('SQL chart');
  });

  test('is verified if the server can do that', async () => {
    if (isOld) {
      expect(await refusalOf('verify_content', { item: 'Orders by channel' })).toContain('does not mark');
      return;
    }
    const { charts } = store();
    expect(await call('verify_content', { item: 'Orders by channel' })).toContain('is verified');
    expect(named(charts, 'Orders by channel').verification).not.toBeNull();
    expect(await call('verify_content', { item: 'Orders by channel', verified: false })).toContain('not verified');
    expect(await refusalOf('verify_content', { item: 'Sales' })).toContain('cannot be verified');
  });

  test('is deleted, and restored if the server keeps it', async () => {
    if (isOld) {
      expect(await refusalOf('list_deleted_content', {})).toContain('gone for good');
      expect(await refusalOf('restore_content', { item: 'Top coffees' })).toContain('gone for good');
      return;
    }
    const { connection } = roastery();
    const { uuid } = named(store().charts, 'Top coffees');
    const preview = await callTool(connection.client, 'delete_chart', { chartUuid: uuid });
    expectLine(preview.text, 'restore_content', '30 days');
    expect(preview.text).not.toContain('cannot be undone');
    const deleted = await callToolConfirmed(connection.client, 'delete_chart', { chartUuid: uuid });
    expectLine(deleted.text, /^Done/, 'chart', '"Top coffees"', 'restore_content');
    expect(store().charts.has(uuid)).toBe(false);
    expect(listed(await call('list_deleted_content', {}))).toContain('chart Top coffees');
    expect(listed(await call('search_content', { search: 'coffees' }))).toEqual([]);
    expectLine(await call('restore_content', { item: 'Top coffees' }), /^Restored/, 'chart', '"Top coffees"');
    expect(store().charts.has(uuid)).toBe(true);
    expect(await refusalOf('restore_content', { item: 'Top coffees' })).toContain('nothing named');
    const { savedSqlUuid, slug } = named(store().sqlCharts, 'Raw orders by day');
    await callToolConfirmed(connection.client, 'delete_chart', { chartUuid: savedSqlUuid });
    // The page of an SQL chart goes by its slug, which the list of what was deleted lacks.
    const restored = await call('restore_content', { item: 'Raw orders by day' });
    expectLine(restored, /^Restored/, 'SQL chart', '"Raw orders by day"');
    expect(restored).toMatch(new RegExp(`/sql-runner/${slug}$`, 'm'));
    const europe = named(store().spaces, 'Europe').uuid;
    const space = { projectUuid, spaceUuid: europe };
    const gone = await callToolConfirmed(connection.client, 'delete_space', space);
    expectLine(gone.text, /^Done/, 'space "Europe"', '1 space ("Iberia")', '1 dashboard', '2 charts');
    const back = expectLine(
      await call('restore_content', { item: 'Europe' }),
      /^Restored/,
      'space "Europe"',
      'charts: 2',
    );
    // Lightdash lists a deleted space as being in itself.
    expect(back).not.toContain('in space');
    expect(store().spaces.has(europe)).toBe(true);
  });
});

test('a server that deletes for good says so', async () => {
  const sandbox = await startSandbox({ version: '1.219', softDelete: false });
  const server = await connectInMemory({ LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: sandbox.tokens.admin });
  const { text } = await callTool(server.client, 'list_deleted_content', { projectUuid });
  expect(text).toContain('gone for good');
  const [chartUuid] = sandbox.store.charts.keys();
  const preview = await callTool(server.client, 'delete_chart', { chartUuid });
  expectLine(preview.text, 'chart', 'cannot be undone');
  expect(outcomeOf(preview.text)).toBe('question');
  await server.close();
  await sandbox.close();
});
