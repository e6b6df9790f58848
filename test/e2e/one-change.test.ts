import { describe, expect, test } from 'vitest';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { callTool } from '../helpers/client.ts';
import { lightdashOf } from '../helpers/lightdash-api.ts';
import { RELEASES, useRoastery } from './setup.ts';

/** One change of a chart, and the parts of it that may differ afterwards. */
const chartChanges: readonly (readonly [Record<string, unknown>, string])[] = [
  [{ name: 'Another name' }, 'name'],
  [{ description: 'Another description' }, 'description'],
  [{ query: { limit: 13 } }, 'limit'],
  [{ query: { filters: [] } }, 'filters'],
  [{ query: { sorts: [] } }, 'sorts'],
];

type Parts = Record<string, unknown>;
const asObject = (value: unknown): Parts => ({ ...Object(value) });

/** A chart as Lightdash returns it, without what every write changes. */
function partsOf(chart: unknown): Parts {
  const {
    versionUuid: _,
    updatedAt,
    updatedByUser,
    views,
    firstViewedAt,
    verification,
    metricQuery,
    ...parts
  } = asObject(chart);
  const { limit, filters, sorts, ...query } = asObject(metricQuery);
  return { ...parts, metricQuery: query, limit, filters, sorts };
}

/** A dashboard likewise; the titles of its tiles apart. */
function dashboardParts(dashboard: unknown): Parts {
  const {
    dashboardVersionId,
    versionUuid,
    updatedAt,
    updatedByUser,
    views,
    firstViewedAt,
    verification,
    tiles,
    ...parts
  } = asObject(dashboard);
  const all = [tiles].flat().map(asObject);
  const titles = all.map(({ uuid, properties }) => [uuid, asObject(properties).title]);
  const untitled = all.map((tile) => ({ ...tile, properties: { ...asObject(tile.properties), title: '' } }));
  return { ...parts, titles, tiles: untitled };
}

const without = (parts: Record<string, unknown>, ...left: readonly string[]) =>
  Object.fromEntries(Object.entries(parts).filter(([part]) => !left.includes(part)));

describe.each(RELEASES)('updating one thing on %s', (version) => {
  const roastery = useRoastery({}, version);
  const read = (path: string) => lightdashOf(roastery().sandbox).get(`/api/v1/${path}`);
  const update = (tool: string, args: Record<string, unknown>) => callTool(roastery().connection.client, tool, args);

  test.each(chartChanges)('of any chart leaves everything else unchanged: %j', async (change, part) => {
    let changed = 0;
    const charts = [...roastery().sandbox.store.charts.values()].filter(
      ({ projectUuid }) => projectUuid === ids.project,
    );
    for (const chart of charts) {
      const before = partsOf(await read(`saved/${chart.uuid}`));
      const { isError } = await update('update_chart', { chartUuid: chart.uuid, ...change });
      const after = partsOf(await read(`saved/${chart.uuid}`));
      // A chart that a change does not fit is refused, and stays as it was.
      expect(isError ? after : without(after, part), chart.name).toEqual(isError ? before : without(before, part));
      if (!isError) changed += 1;
    }
    expect(changed).toBeGreaterThan(charts.length * 0.7);
  });

  test('of any dashboard leaves everything else unchanged', async () => {
    let changed = 0;
    for (const dashboard of roastery().sandbox.store.dashboards.values()) {
      if (dashboard.projectUuid !== ids.project) continue;
      const [tile] = dashboard.tiles.filter(({ type }) => type === 'markdown' || type === 'saved_chart');
      const changes: readonly (readonly [Record<string, unknown>, readonly string[]])[] = [
        [{ name: `Another ${dashboard.name}` }, ['name']],
        [{ description: 'Another description' }, ['description']],
        [{ filters: [] }, ['filters']],
        ...(tile ? [[{ rename: [{ tile: tile.uuid, title: 'Another title' }] }, ['titles']] as const] : []),
      ];
      for (const [change, left] of changes) {
        const before = dashboardParts(await read(`dashboards/${dashboard.uuid}`));
        const { isError, text } = await update('update_dashboard', { dashboardUuid: dashboard.uuid, ...change });
        expect(isError, text).toBe(false);
        const after = dashboardParts(await read(`dashboards/${dashboard.uuid}`));
        expect(without(after, ...left), dashboard.name).toEqual(without(before, ...left));
        changed += 1;
      }
    }
    expect(changed).toBeGreaterThan(2);
  });
});
