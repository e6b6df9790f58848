import { describe, expect, test } from 'vitest';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { expectLine } from '../../helpers/answers.ts';
import { callTool, connectInMemory } from '../../helpers/client.ts';
import { expectNoNote, expectNote } from '../../helpers/notes.ts';
import { answerOf, expectRows, RELEASES, useRoastery } from '../setup.ts';

// Section 16 of the faults: SQL charts were listed, and could be neither read nor run.

const projectUuid = ids.project;
const chartUuid = 'c1f27ef2-bb34-46d0-a378-a2a8f19d335f';
const ordersByDay = `select strftime(ordered_at, '%Y-%m-%d') as day, count(*) from orders group by 1 order by 1 limit 500`;

describe.each(RELEASES)('an SQL chart on %s', (release) => {
  const roastery = useRoastery({}, release);
  const call = (tool: string, args: Record<string, unknown>) => answerOf(roastery(), tool, args);
  const firstRows = async (count: number) => (await roastery().data.rows(ordersByDay)).slice(0, count);

  test('is in the list of charts, with its kind', async () => {
    const text = await call('list_chart_summaries_in_project', { projectUuid, search: 'raw orders' });
    expect(text).toMatch(new RegExp(`Raw orders by day\\|${chartUuid}\\|SQL table`));
  });

  test('is read, with its SQL', async () => {
    const text = await call('get_saved_chart', { chartUuid });
    expectLine(text, 'SQL chart', '"Raw orders by day"', 'table', 'Sales');
    expect(text).toContain('select ordered_at::date as day, count(*) as orders');
    expect(text).toContain('At most 500 rows.');
  });

  test('is run, to its own limit', async () => {
    const text = await call('run_saved_chart', { chartUuid });
    expectLine(text, 'Raw orders by day', 'SQL chart', 'limit 500 reached');
    const [first] = await firstRows(1);
    expect(text).toContain(`\nday,orders\n${first?.[0]}`);
    expect(text).toContain(`,${first?.[1]}\n`);
  });

  test('has no file of other rows than its own', async () => {
    const { client } = roastery().connection;
    const refusal = async (args: object) => (await callTool(client, 'download_chart_csv', { chartUuid, ...args })).text;
    const filter = { field: 'day', values: ['2024-03-01'] };
    if (release === '0.1366') {
      expectLine(await refusal({ dashboardFilters: [filter] }), 'no file', 'run_saved_chart');
      return;
    }
    const filtered = await refusal({ dashboardFilters: [filter] });
    expectLine(filtered, 'dashboardFilters', 'takes none');
    expect(filtered).not.toContain('csvLimit');
    expectLine(await refusal({ csvLimit: 5 }), 'csvLimit', 'update_sql_chart');
  });

  test('is drawn, by uuid and by name', async () => {
    const byUuid = await call('show_chart', { chartUuid, as: 'line', x: 'day', y: ['orders'] });
    expect(byUuid).toContain('[image]');
    expectLine(byUuid, 'Line chart', 'Raw orders by day');
    expect(byUuid).toMatch(/^In Lightdash: .*\/sql-runner\/raw-orders-by-day$/m);
    const byName = await call('show_chart', { projectUuid, chartUuid: 'Raw orders by day', as: 'line', x: 'day' });
    expect(byName).toContain('[image]');
  });

  test('is drawn as it is saved', async () => {
    expectLine(await call('show_chart', { chartUuid }), 'Not drawn', 'table');
    if (release === '0.1366') return;
    const sql = 'select channel, count(*) as n, max(shipping_fee) as fee from roastery.orders group by 1';
    const look = { show: 'pie', x: 'channel', y: ['n'] };
    await call('create_sql_chart', { projectUuid, name: 'Shares', space: 'Sales', sql, ...look });
    const drawn = await call('show_chart', { projectUuid, chartUuid: 'Shares' });
    const [most] = await roastery().data.rows('select channel, count(*) as n from orders group by 1 order by 2 desc');
    expectLine(drawn, 'Pie chart', '"Shares"');
    expectLine(drawn, String(most?.[0]), Number(most?.[1]).toLocaleString('en'));
    expect(drawn).not.toContain('fee');
    const tiles = [{ sqlChart: 'Shares', title: 'Channels' }];
    const made = await call('create_dashboard', { projectUuid, name: 'Tile of shares', tiles });
    const dashboardUuid = /dashboards\/([0-9a-f-]{36})/.exec(made)?.[1];
    const tile = await call('show_chart', { dashboardUuid });
    expectLine(tile, 'Pie chart', '"Channels"');
    expect(tile).toMatch(new RegExp(`^In Lightdash: .*/dashboards/${dashboardUuid}/view$`, 'm'));
  });

  test('that is refused after its SQL ran is not called saved in part', async () => {
    const look = { show: 'bar', x: 'nope', y: ['n'] };
    const sql = 'select status, count(*) as n from roastery.orders group by 1';
    const { client } = roastery().connection;
    const made = await callTool(client, 'create_sql_chart', { projectUuid, name: 'X', space: 'Sales', sql, ...look });
    expectLine(made.text, 'create_sql_chart', 'ran the SQL', 'changed nothing in Lightdash');
    expectLine(made.text, 'nope');
    const changed = await callTool(client, 'update_sql_chart', { projectUuid, sqlChart: 'Raw orders by day', ...look });
    expectLine(changed.text, 'update_sql_chart', 'changed nothing in Lightdash');
  });

  test('is a tile of a dashboard that runs like the others', async () => {
    // A name does not say what kind of chart it is of.
    const tiles = [{ sqlChart: chartUuid }, { chart: 'Raw orders by day' }, { sqlChart: 'Total revenue' }];
    const made = await call('create_dashboard', { projectUuid, name: 'With SQL', tiles });
    const dashboardUuid = /dashboards\/([0-9a-f-]{36})/.exec(made)?.[1];
    const kinds = roastery()
      .sandbox.store.dashboards.get(String(dashboardUuid))
      ?.tiles.map(({ type }) => type);
    expect(kinds).toEqual(['sql_chart', 'sql_chart', 'saved_chart']);
    const text = await call('run_dashboard', { dashboardUuid, rows: 3 });
    expectLine(text, 'Raw orders by day', '(SQL chart)');
    expect(text).not.toMatch(/Not run/);
    const own = await call('run_dashboard_chart', { dashboardUuid, chartUuid });
    expectLine(own, 'Raw orders by day', 'SQL chart');
  });

  test('a missing one is not found, and a chart of a project that is not allowed is not read', async () => {
    const { client } = roastery().connection;
    const unknown = await callTool(client, 'run_saved_chart', { chartUuid: '00000000-0000-4000-8000-000000000000' });
    expect(unknown.isError).toBe(true);
    const limited = await connectInMemory({
      LIGHTDASH_URL: roastery().sandbox.url,
      LIGHTDASH_API_KEY: roastery().sandbox.tokens.admin,
      LIGHTDASH_ALLOWED_PROJECTS: 'Roastery',
    });
    try {
      expect(await callTool(limited.client, 'run_saved_chart', { chartUuid })).toMatchObject({ isError: false });
    } finally {
      await limited.close();
    }
    const elsewhere = await connectInMemory({
      LIGHTDASH_URL: roastery().sandbox.url,
      LIGHTDASH_API_KEY: roastery().sandbox.tokens.admin,
      LIGHTDASH_ALLOWED_PROJECTS: '3675b69e-8324-4110-bdca-059031aa8dff',
    });
    try {
      expect(await callTool(elsewhere.client, 'run_saved_chart', { chartUuid })).toMatchObject({ isError: true });
    } finally {
      await elsewhere.close();
    }
  });
});

describe('on 1.219', () => {
  const roastery = useRoastery({}, '1.219');

  test('one that loses a column, or truncates a quotient, says so on every run', async () => {
    const made = await answerOf(roastery(), 'create_sql_chart', {
      projectUuid,
      name: 'Twice a name',
      sql: 'select status, channel as status, count(*) / 7 as weeks from roastery.orders group by 1, 2',
      space: 'Sales',
    });
    const uuid = /[0-9a-f]{8}-[0-9a-f-]{27}(?=\W*$)/m.exec(made.replaceAll(projectUuid, ''))?.[0];
    const text = await answerOf(roastery(), 'run_saved_chart', { chartUuid: uuid });
    expectNote(text, 'lost columns', 3, 2, 'status');
    expectNote(text, 'whole quotient', 'weeks');
  });

  test('its rows come as a file, too', async () => {
    const text = await answerOf(roastery(), 'download_chart_csv', { chartUuid });
    expectLine(text, /^CSV/, '500 rows');
    expectNote(text, 'limit reached', '500');
    expectNoNote(text, 'complete file');
    expect(text).toContain('update_sql_chart');
  });

  test('it gets the dashboard filters on its columns, and the others are reported', async () => {
    const made = await answerOf(roastery(), 'create_dashboard', {
      projectUuid,
      name: 'Filtered SQL',
      tiles: [{ sqlChart: chartUuid }],
      filters: [{ field: 'orders_status', operator: 'equals', values: ['completed'] }],
    });
    const dashboardUuid = /dashboards\/([0-9a-f-]{36})/.exec(made)?.[1];
    const text = await answerOf(roastery(), 'run_dashboard', { dashboardUuid, rows: 3 });
    expectLine(text, 'Without', 'orders_status', 'no column');
    const filtered = await answerOf(roastery(), 'run_dashboard_chart', {
      dashboardUuid,
      chartUuid,
      dashboardFilters: {
        dimensions: [
          {
            id: 'many',
            target: { fieldId: 'orders', tableName: 'sql_chart', isSqlColumn: true, fallbackType: 'number' },
            operator: 'greaterThan',
            values: [8],
          },
        ],
        metrics: [],
        tableCalculations: [],
      },
    });
    const expected = await roastery().data.rows(
      `select * from (${ordersByDay.replace(' limit 500', '')}) where "count_star()" > 8`,
    );
    expectRows(filtered.replaceAll('T00:00:00Z', ''), expected);
  });
});
