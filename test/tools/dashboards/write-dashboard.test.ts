import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { type DashboardContent, readDashboard, tileName } from '../../../src/dashboards/dashboard.ts';
import { RELEASES, type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { expectLine } from '../../helpers/answers.ts';
import { type Connection, callTool, callToolConfirmed, connectInMemory } from '../../helpers/client.ts';
import { interceptLightdash } from '../../helpers/intercepting-lightdash.ts';
import { lightdashOf } from '../../helpers/lightdash-api.ts';
import { answerJson, startLoopback } from '../../helpers/loopback.ts';

const salesOverview = '773fb4ea-cdb1-4e3f-9beb-4741c213a619';

describe.each(RELEASES)('dashboards written on %s', (version) => {
  let sandbox: Sandbox;
  let host: Connection;

  beforeAll(async () => {
    sandbox = await startSandbox({ version });
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    sandbox.reset();
    host = await connectInMemory({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_PROJECT: 'Roastery',
    });
    return () => host.close();
  });

  async function call(tool: string, args: Record<string, unknown>) {
    const { text, isError } = await callTool(host.client, tool, args);
    expect(isError, text).toBe(false);
    return text;
  }

  async function refusal(tool: string, args: Record<string, unknown>) {
    const { text, isError } = await callTool(host.client, tool, args);
    expect(isError, text).toBe(true);
    return text;
  }

  const source = (uuid: string) => lightdashOf(sandbox).get(`/api/v1/dashboards/${uuid}`);
  async function content(uuid: string): Promise<DashboardContent> {
    const read = readDashboard(await source(uuid));
    if (!read) throw new Error('unreadable');
    return read;
  }
  const uuidIn = (text: string) => /dashboards\/([0-9a-f-]{36})/.exec(text)?.[1] ?? '';
  const names = ({ tiles }: DashboardContent) => tiles.map(tileName);

  it('lay out charts by name, new ones, headings and text, with tabs and filters', async () => {
    const text = await call('create_dashboard', {
      name: 'Weekly review',
      space: 'Sales',
      tabs: ['Numbers', 'Details'],
      tiles: [
        { heading: 'This week' },
        { chart: 'Total revenue' },
        { chart: 'Orders by channel', title: 'Channels' },
        {
          newChart: {
            name: 'Orders by status',
            query: { exploreId: 'orders', dimensions: ['orders_status'], metrics: ['orders_order_count'] },
          },
          tab: 'Details',
        },
        { markdown: 'Written by **us**', title: 'About', tab: 'Details' },
      ],
      filters: [
        { field: 'orders_channel', operator: 'equals', values: ['web'], label: 'Channel' },
        { field: 'orders_ordered_at', operator: 'inThePast', values: [3], unit: 'months' },
        { field: 'customers_country' },
      ],
    });
    const saved = await content(uuidIn(text));
    const [numbers, details] = saved.tabs;
    const heading = version === '0.1366' ? 2 : 1;
    expect(saved.tabs.map(({ name }) => name)).toEqual(['Numbers', 'Details']);
    expect(names(saved)).toEqual(['This week', 'Total revenue', 'Channels', 'Orders by status', 'About']);
    expect(saved.tiles.map(({ tabUuid, x, y, w, h }) => [tabUuid, x, y, w, h])).toEqual([
      // 0.1366 has no headings: a text tile stands for one.
      [numbers?.uuid, 0, 0, 36, heading],
      [numbers?.uuid, 0, heading, 12, 6],
      [numbers?.uuid, 12, heading, 24, 9],
      [details?.uuid, 0, 0, 18, 9],
      [details?.uuid, 0, 9, 36, 3],
    ]);
    expect(saved.tiles[3]?.properties.belongsToDashboard).toBe(true);
    expect(saved.filters.dimensions).toMatchObject([
      {
        target: { fieldId: 'orders_channel', tableName: 'orders' },
        operator: 'equals',
        values: ['web'],
        label: 'Channel',
      },
      { target: { fieldId: 'orders_ordered_at', tableName: 'orders' }, operator: 'inThePast', values: [3] },
      { target: { fieldId: 'customers_country', tableName: 'customers' }, disabled: true, values: [] },
    ]);
    const shown = await call('run_dashboard', { dashboardUuid: uuidIn(text), tab: 'Details' });
    expect(shown).toContain('Orders by status');
  });

  it('add a tile and leave everything else unchanged', async () => {
    const before = await content(salesOverview);
    const text = await call('update_dashboard', {
      dashboardUuid: salesOverview,
      add: [{ markdown: 'New', title: 'News' }],
    });
    const after = await content(salesOverview);
    expect(after.tiles.slice(0, -1)).toEqual(before.tiles);
    expect(after.tiles.at(-1)?.properties).toMatchObject({ title: 'News', content: 'New' });
    expect({ ...after, tiles: [] }).toEqual({ ...before, tiles: [] });
    expect(text).toContain('added News');
  });

  it('require a confirmation before a tile is removed with a chart of the dashboard, and say how to restore it', async () => {
    const remove = ['Ratings by status', 'Top coffees'];
    const before = await content(salesOverview);
    const question = await call('update_dashboard', { dashboardUuid: salesOverview, remove });
    expectLine(question, '1 chart', 'Ratings by status');
    expect(question).not.toContain('"Top coffees"');
    expect(await content(salesOverview)).toEqual(before);
    const { text } = await callToolConfirmed(host.client, 'update_dashboard', { dashboardUuid: salesOverview, remove });
    expectLine(text, '1 chart', 'Ratings by status', version === '1.219' ? 'restore_content' : 'cannot be undone');
    expect(sandbox.store.charts.has(ids.charts.insideDashboard)).toBe(false);
    if (version !== '1.219') return;
    await call('restore_content', { item: ids.charts.insideDashboard });
    const rollback = /rollback_dashboard_version (\{[^}]*\})/.exec(text)?.[1] ?? '{}';
    const versionOfBefore: unknown = JSON.parse(rollback);
    await callToolConfirmed(
      host.client,
      'rollback_dashboard_version',
      z.record(z.string(), z.string()).parse(versionOfBefore),
    );
    expect(names(await content(salesOverview))).toContain('Ratings by status');
  });

  it('remove, move and rename tiles by their names, and change nothing else', async () => {
    const before = await content(salesOverview);
    const text = await call('update_dashboard', {
      dashboardUuid: salesOverview,
      remove: ['Notes'],
      move: [{ tile: 'Top coffees', before: 'start', width: 'full' }],
      rename: [{ tile: 'Total revenue', title: 'Turnover' }],
    });
    const after = await content(salesOverview);
    expect(names(after).sort()).toEqual(
      names(before)
        .filter((name) => name !== 'Notes')
        .map((name) => (name === 'Total revenue' ? 'Turnover' : name))
        .sort(),
    );
    const top = after.tiles.find((tile) => tileName(tile) === 'Top coffees');
    expect(top).toMatchObject({ x: 0, y: 0, w: 36 });
    for (const tile of after.tiles.filter((tile) => tile !== top)) {
      const old = before.tiles.find(({ uuid }) => uuid === tile.uuid);
      expect({ ...tile, y: 0, properties: { ...tile.properties, title: '' } }).toEqual({
        ...old,
        y: 0,
        properties: { ...old?.properties, title: '' },
      });
    }
    expect(after.filters).toEqual(before.filters);
    for (const word of ['removed Notes', 'moved Top coffees', 'renamed Total revenue -> Turnover'])
      expect(text).toContain(word);
  });

  it('set filters only; an already filtered field keeps its id and label', async () => {
    const before = await content(salesOverview);
    await call('update_dashboard', {
      dashboardUuid: salesOverview,
      filters: [{ field: 'orders_channel', operator: 'equals', values: ['web'] }, { field: 'customers_country' }],
    });
    const after = await content(salesOverview);
    expect(after.tiles).toEqual(before.tiles);
    expect(after.filters.dimensions).toMatchObject([
      { id: 'df-channel', operator: 'equals', values: ['web'] },
      { id: 'df-country', label: 'Country', disabled: true },
    ]);
  });

  it('are renamed and moved without a change of their content', async () => {
    const before = await content(salesOverview);
    await call('update_dashboard', { dashboardUuid: salesOverview, name: 'Sales', space: 'Customer team' });
    expect(await source(salesOverview)).toMatchObject({ name: 'Sales', spaceName: 'Customer team' });
    expect(await content(salesOverview)).toEqual(before);
  });

  it('keep concurrent changes of another user', async () => {
    const other = lightdashOf(sandbox, 'editor');
    const before = await content(salesOverview);
    // The other person saves between our reading and our writing: when the project's charts are looked up.
    let isDone = false;
    const between = await startLoopback(async ({ method, target, headers, body }, response) => {
      if (!isDone && /\/chart-summaries|\/content\?/.test(target)) {
        isDone = true;
        const [first, ...rest] = before.tiles;
        const tiles = [{ ...first, properties: { ...first?.properties, title: 'By the other' } }, ...rest];
        await other.patch(`/api/v1/dashboards/${salesOverview}`, { ...before, tiles });
      }
      const answer = await fetch(new URL(target, sandbox.url), {
        method,
        headers: { authorization: String(headers.authorization), 'content-type': 'application/json' },
        ...(body !== '' && { body }),
      });
      answerJson(response, answer.status, await answer.json());
    });
    const slow = await connectInMemory({
      LIGHTDASH_URL: between.url.href,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_PROJECT: 'Roastery',
    });
    const { text, isError } = await callTool(slow.client, 'update_dashboard', {
      dashboardUuid: salesOverview,
      add: [{ chart: 'Revenue by month' }],
    });
    await slow.close();
    expect(isError, text).toBe(false);
    expect(names(await content(salesOverview))).toContain('By the other');
    expect(text).toContain('meanwhile');
  });

  it.each([
    [{ add: [{ chart: 'No such chart' }] }],
    [{ add: [{ chart: 'Top coffees', heading: 'Two kinds' }] }],
    [{ add: [{ chart: 'Top coffees', tab: 'No such tab' }] }],
    [{ add: [{ chart: 'Top coffees', unknown: true }] }],
    [{ remove: ['No such tile'] }],
    [{ filters: [{ field: 'orders_nope', operator: 'equals', values: [1] }] }],
    [
      {
        add: [{ newChart: { name: 'Too early', query: { exploreId: 'orders', metrics: ['orders_order_count'] } } }],
        remove: ['None'],
      },
    ],
    [{}],
  ])('are refused before anything is written: %j', async (changes) => {
    const [before, charts] = [
      await content(salesOverview),
      await lightdashOf(sandbox).get(`/api/v1/projects/28a012f6-4897-4927-8e21-30880ba92505/chart-summaries`),
    ];
    await refusal('update_dashboard', { dashboardUuid: salesOverview, ...changes });
    expect(await content(salesOverview)).toEqual(before);
    expect(
      await lightdashOf(sandbox).get(`/api/v1/projects/28a012f6-4897-4927-8e21-30880ba92505/chart-summaries`),
    ).toEqual(charts);
  });

  it('are copied, and deleted after a confirmation that names what is lost', async () => {
    const copied = await call('duplicate_dashboard', { dashboardUuid: salesOverview, name: 'Copy of it' });
    const copy = /dashboardUuid ([0-9a-f-]{36})/.exec(copied)?.[1] ?? '';
    expect(names(await content(copy))).toEqual(names(await content(salesOverview)));
    const question = await call('delete_dashboard', { dashboardUuid: copy });
    expect(question).toContain('"Copy of it"');
    expect(question).toContain('Ratings by status');
    expect(await call('delete_dashboard', { dashboardUuid: salesOverview })).toMatch(/with \d+ deliver/);
    await call('delete_dashboard', { dashboardUuid: copy, confirmation: /confirmation: (\S+)/.exec(question)?.[1] });
    await expect(source(copy)).rejects.toThrow('404');
  });

  it('are copied into the space, or refused with what a copy cannot have', async () => {
    const copy = { name: 'Copy for Finance', duplicateFrom: salesOverview };
    const text = await call('create_dashboard', { ...copy, space: 'Finance (private)' });
    expectLine(text, /^Copied/, '"Sales overview"', '"Copy for Finance"', 'Finance');
    const { description } = z.object({ description: z.string().nullable() }).parse(await source(salesOverview));
    expect(await source(uuidIn(text))).toMatchObject({ spaceUuid: ids.spaces.finance, description });
    expect(names(await content(uuidIn(text)))).toEqual(names(await content(salesOverview)));
    const count = sandbox.store.dashboards.size;
    const filters = [{ field: 'orders_channel', operator: 'equals', values: ['web'] }];
    const parts = { tiles: [{ heading: 'Top' }], tabs: ['One'], filters };
    for (const [part, value] of Object.entries(parts))
      expectLine(await refusal('create_dashboard', { ...copy, [part]: value }), part, 'update_dashboard');
    const spaces = { spaceUuid: ids.spaces.customers, space: 'Sales' };
    expectLine(await refusal('create_dashboard', { ...copy, ...spaces }), 'space', ids.spaces.customers);
    expect(sandbox.store.dashboards.size).toBe(count);
  });

  it('are named with what is missing if a new chart cannot be saved', async () => {
    const between = await interceptLightdash(sandbox.url);
    onTestFinished(between.close);
    const error = { statusCode: 403, name: 'ForbiddenError', message: 'No' };
    between.intercept(/POST .*\/saved$/, { status: 403, body: { status: 'error', error } });
    const settings = { LIGHTDASH_API_KEY: sandbox.tokens.admin, LIGHTDASH_PROJECT: 'Roastery' };
    const { client, close } = await connectInMemory({ ...settings, LIGHTDASH_URL: between.url });
    const query = { exploreId: 'orders', metrics: ['orders_order_count'] };
    const tiles = [{ heading: 'Top' }, { newChart: { name: 'Orders', query } }];
    const { text, isError } = await callTool(client, 'create_dashboard', { name: 'Half', space: 'Sales', tiles });
    await close();
    expect(isError).toBe(true);
    const made = [...sandbox.store.dashboards.values()].find(({ name }) => name === 'Half');
    expectLine(text, 'made the dashboard', '"Half"', String(made?.uuid), 'update_dashboard');
  });

  it('return to an earlier version, or say that there are none', async () => {
    if (version === '0.1366') {
      expect(await refusal('get_dashboard_history', { dashboardUuid: salesOverview })).toContain('no versions');
      return;
    }
    const before = await content(salesOverview);
    const text = await call('update_dashboard', { dashboardUuid: salesOverview, remove: ['Notes'] });
    const versionUuid = /"versionUuid":"([^"]+)"/.exec(text)?.[1];
    expect(await call('get_dashboard_history', { dashboardUuid: salesOverview })).toContain(String(versionUuid));
    const rollback = { dashboardUuid: salesOverview, versionUuid };
    const preview = await call('rollback_dashboard_version', rollback);
    expect(preview).toMatch(/^Rolls .*"Sales overview" back .*added Notes/);
    const confirmation = /^confirmation: (\S+)$/m.exec(preview)?.[1];
    await call('rollback_dashboard_version', { ...rollback, confirmation });
    expect(await content(salesOverview)).toEqual(before);
  });
});
