import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { todaysIds } from '../../../src/sandbox/seed/today.ts';
import type { Person } from '../person.ts';
import { onToday, project, withUuid } from './people.ts';

const stage = onToday();
const base = '/api/v2/content';
const page = z.looseObject({ data: z.array(z.looseObject({ name: z.string() })) });
const version = {
  tableName: 'orders',
  metricQuery: {
    exploreName: 'orders',
    dimensions: ['orders_status'],
    metrics: ['orders_order_count'],
    filters: {},
    sorts: [],
    limit: 500,
    tableCalculations: [],
  },
  chartConfig: { type: 'table', config: {} },
  tableConfig: { columnOrder: [] },
};
const history = z.object({ history: z.array(z.looseObject({ versionUuid: z.string() })) });
const names = async (person: Person, path: string) =>
  (await person.get(page, 'GET', path)).data.map(({ name }) => name);

describe('a chart', () => {
  it('is saved unchanged, unless the database lacks something', async () => {
    const admin = stage.as('admin');
    const sent = { ...version, name: 'Odd', spaceUuid: ids.spaces.sales };
    const { metricQuery } = version;
    const odd = { ...sent, metricQuery: { ...metricQuery, dimensions: ['orders_nope'], limit: 1_000_000 } };
    const { uuid } = await admin.get(withUuid, 'POST', `${project}/saved`, odd);
    const check = await admin.call('POST', `${project}/validate/chart/${uuid}`);
    expect(check.results).toMatchObject({
      errors: [{ errorType: 'dimension', fieldName: 'orders_nope', tableName: 'orders' }],
    });
    const { tableConfig: _, ...lacking } = sent;
    expect((await admin.call('POST', `${project}/saved`, lacking)).status).toBe(500);
    expect((await stage.as('plainViewer').call('POST', `${project}/saved`, sent)).status).toBe(403);
  });

  it('loses its verification when someone who may not verify edits it', async () => {
    const chart = `/api/v1/saved/${ids.charts.revenueByMonth}`;
    const verification = async () =>
      (await stage.as('admin').get(z.looseObject({ verification: z.unknown() }), 'GET', chart)).verification;
    expect(await verification()).toMatchObject({ verifiedBy: { userUuid: ids.users.ada } });
    await stage.as('admin').call('POST', `${chart}/version`, version);
    expect(await verification()).not.toBeNull();
    await stage.as('editor').call('POST', `${chart}/version`, version);
    expect(await verification()).toBeNull();
    expect((await stage.as('editor').call('POST', `${chart}/verification`)).status).toBe(403);
    expect((await stage.as('developer').call('POST', `${chart}/verification`)).status).toBe(200);
    expect(await verification()).toMatchObject({ verifiedBy: { userUuid: ids.users.dev } });
  });
});

describe('a deleted chart', () => {
  const chart = `/api/v1/saved/${todaysIds.charts.portugal}`;

  it('leaves its tile empty, is in the bin, and is restored to both', async () => {
    const admin = stage.as('admin');
    const tile = async () => {
      const dashboard = await admin.call('GET', `/api/v1/dashboards/${todaysIds.dashboards.iberia}`);
      return z
        .looseObject({ tiles: z.array(z.looseObject({ properties: z.looseObject({}) })) })
        .parse(dashboard.results).tiles[0]?.properties.savedChartUuid;
    };
    await admin.call('DELETE', chart);
    expect((await admin.call('GET', chart)).status).toBe(404);
    expect(await tile()).toBeNull();
    expect(await names(admin, `${base}/deleted?projectUuids=${ids.project}`)).toContain('Orders in Portugal');
    const item = { item: { contentType: 'chart', source: 'dbt_explore', uuid: todaysIds.charts.portugal } };
    expect((await admin.call('POST', `${base}/${ids.project}/restore`, item)).status).toBe(200);
    expect((await admin.call('GET', chart)).status).toBe(200);
    expect(await tile()).toBe(todaysIds.charts.portugal);
  });

  it('is deleted at once if nothing is kept', async () => {
    const admin = stage.as('admin');
    stage.sandbox.store.settings.softDelete = false;
    await admin.call('DELETE', chart);
    expect([...stage.sandbox.store.deleted.values()].map(({ uuid }) => uuid)).not.toContain(todaysIds.charts.portugal);
  });
});

describe('content', () => {
  it('is found across charts, dashboards and spaces, as far as the user may see it', async () => {
    const path = `${base}?projectUuids=${ids.project}&search=orders&pageSize=50`;
    expect(await names(stage.as('admin'), path)).toEqual(
      expect.arrayContaining(['Iberian orders', 'Orders in Germany', 'Orders by status for the board']),
    );
    expect(await names(stage.as('plainViewer'), path)).not.toContain('Orders by status for the board');
  });

  it('moves to another space, unless the user may not write there', async () => {
    const item = { contentType: 'chart', source: 'dbt_explore', uuid: todaysIds.charts.germany };
    const move = (target: string) => ({ item, action: { type: 'move', targetSpaceUuid: target } });
    const path = `${base}/${ids.project}/move`;
    expect((await stage.as('plainViewer').call('POST', path, move(ids.spaces.shared))).status).toBe(403);
    expect((await stage.as('editor').call('POST', path, move(todaysIds.spaces.board))).status).toBe(403);
    expect((await stage.as('editor').call('POST', path, move(todaysIds.spaces.iberia))).status).toBe(200);
    expect(stage.sandbox.store.charts.get(todaysIds.charts.germany)?.spaceUuid).toBe(todaysIds.spaces.iberia);
  });
});

describe('a dashboard', () => {
  const dashboard = `/api/v1/dashboards/${ids.dashboards.sales}`;

  it('gets a new version by an edit, and is rolled back', async () => {
    const admin = stage.as('admin');
    const before = structuredClone(stage.sandbox.store.dashboards.get(ids.dashboards.sales)?.tiles);
    const edited = await admin.call('PATCH', dashboard, {
      tiles: [],
      tabs: [],
      filters: { dimensions: [], metrics: [], tableCalculations: [] },
    });
    expect(edited.status).toBe(200);
    const versions = await admin.get(history, 'GET', `${dashboard}/history`);
    expect(versions.history).toHaveLength(2);
    await admin.call('POST', `${dashboard}/rollback/${versions.history[1]?.versionUuid}`);
    expect(stage.sandbox.store.dashboards.get(ids.dashboards.sales)?.tiles).toEqual(before);
    expect((await admin.get(history, 'GET', `${dashboard}/history`)).history).toHaveLength(3);
  });

  it('loses filters and settings that an edit of its tiles leaves out', async () => {
    const admin = stage.as('admin');
    const { tiles = [], filters } = stage.sandbox.store.dashboards.get(ids.dashboards.sales) ?? {};
    expect(filters?.dimensions).not.toEqual([]);
    await admin.call('PATCH', dashboard, { tiles, tabs: [] });
    expect(stage.sandbox.store.dashboards.get(ids.dashboards.sales)?.filters.dimensions).toEqual([]);
  });

  it('is created with its own charts, which are deleted with it', async () => {
    const admin = stage.as('admin');
    const { uuid } = await admin.get(withUuid, 'POST', `${project}/dashboards/with-charts`, {
      name: 'Own',
      spaceUuid: ids.spaces.sales,
      charts: [
        { ...version, name: 'A' },
        { ...version, name: 'B' },
      ],
    });
    const inside = () => [...stage.sandbox.store.charts.values()].filter((chart) => chart.dashboardUuid === uuid);
    expect(inside().map(({ name }) => name)).toEqual(['A', 'B']);
    await admin.call('DELETE', `/api/v1/dashboards/${uuid}`);
    expect(inside()).toEqual([]);
  });
});
