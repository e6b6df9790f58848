import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type DashboardContent, readDashboard, type Tile, tileName } from '../../src/dashboards/dashboard.ts';
import {
  addTiles,
  moveTile,
  type NewTile,
  removeTiles,
  renameTile,
  resizeTile,
  setFilters,
  setTabs,
  setTileText,
} from '../../src/dashboards/edit-dashboard.ts';
import { GRID_COLUMNS, layOutRows, tileSize } from '../../src/dashboards/tile-layout.ts';

/** Dashboards that real servers of both releases returned. */
const recorded = z
  .array(z.looseObject({ name: z.string() }))
  .parse(JSON.parse(readFileSync(new URL('../fixtures/dashboards/dashboards.json', import.meta.url), 'utf8')));

function content(source: unknown): DashboardContent {
  const read = readDashboard(source);
  if (!read) throw new Error('unreadable');
  return read;
}

const dashboard = (name: string): DashboardContent => content(recorded.find((item) => item.name === name));

const chartTile = (kind?: string): NewTile => ({
  uuid: randomUUID(),
  type: 'saved_chart',
  properties: { savedChartUuid: randomUUID(), title: '' },
  kind,
});

const isOverlapping = (left: Tile, right: Tile): boolean =>
  left.uuid !== right.uuid &&
  (left.tabUuid ?? null) === (right.tabUuid ?? null) &&
  left.x < right.x + right.w &&
  right.x < left.x + left.w &&
  left.y < right.y + right.h &&
  right.y < left.y + left.h;

const overlaps = ({ tiles }: DashboardContent): number =>
  tiles.filter((tile) => tiles.some((other) => isOverlapping(tile, other))).length;

const anyDashboard = fc.constantFrom(...recorded.map(content));
const withTiles = recorded.map(content).filter(({ tiles }) => tiles.length > 0);
const anyTile = fc
  .constantFrom(...withTiles)
  .chain((dashboardContent) => fc.tuple(fc.constant(dashboardContent), fc.constantFrom(...dashboardContent.tiles)));

describe('a dashboard', () => {
  it('keeps everything that an update of its tiles must send back', () => {
    for (const source of recorded) {
      const { tiles, tabs, filters, config, parameters } = source;
      expect(content(source)).toEqual({
        tiles,
        tabs,
        filters,
        ...(config ? { config } : {}),
        ...(parameters ? { parameters } : {}),
      });
    }
  });

  it('keeps keys of later releases in tiles, tabs, filters and settings', () => {
    const property = fc.property(anyDashboard, fc.jsonValue(), (dashboardContent, later) => {
      const extended = {
        ...dashboardContent,
        tiles: dashboardContent.tiles.map((tile) => ({ ...tile, later, properties: { ...tile.properties, later } })),
        tabs: dashboardContent.tabs.map((tab) => ({ ...tab, later })),
        filters: { ...dashboardContent.filters, later },
        config: { later },
      };
      expect(content(extended)).toEqual(extended);
    });
    fc.assert(property);
  });

  it('is not read if its tiles are invalid', () => {
    expect(readDashboard({ tiles: [{ type: 'saved_chart' }], filters: {} })).toBeUndefined();
    expect(readDashboard(null)).toBeUndefined();
  });

  it('names tiles by their visible titles', () => {
    expect(dashboard('Recorded dashboard').tiles.map(tileName)).toEqual([
      'Revenue by month',
      'Notes',
      'SQL tile',
      'Video',
      'A heading',
    ]);
  });
});

describe('the automatic layout', () => {
  it('puts two charts in a row, as Lightdash does, and four numbers', () => {
    const chart = tileSize('saved_chart', 'line');
    expect(layOutRows([chart, chart, chart], 0)).toEqual([
      { x: 0, y: 0, w: 18, h: 9 },
      { x: 18, y: 0, w: 18, h: 9 },
      { x: 0, y: 9, w: 18, h: 9 },
    ]);
    const number = tileSize('saved_chart', 'big_number');
    expect(layOutRows([number, number, number, number, chart], 3).map(({ x, y }) => [x, y])).toEqual([
      [0, 3],
      [9, 3],
      [18, 3],
      [27, 3],
      [0, 9],
    ]);
    expect(layOutRows([number, number, number], 0).map(({ w }) => w)).toEqual([12, 12, 12]);
  });

  it('never overlaps, never leaves the grid, and keeps the order', () => {
    const size = fc.record({
      w: fc.integer({ min: 1, max: GRID_COLUMNS }),
      h: fc.integer({ min: 1, max: 12 }),
      isFixed: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(size, { maxLength: 12 }), fc.nat(20), (sizes, top) => {
        const placed = layOutRows(sizes, top);
        expect(placed).toHaveLength(sizes.length);
        const tiles = placed.map(
          (position, index): Tile => ({ ...position, uuid: String(index), type: 'markdown', properties: {} }),
        );
        expect(overlaps({ tiles, tabs: [], filters: { dimensions: [], metrics: [], tableCalculations: [] } })).toBe(0);
        for (const { x, w, y } of placed) {
          expect(x + w).toBeLessThanOrEqual(GRID_COLUMNS);
          expect(w).toBeGreaterThan(0);
          expect(y).toBeGreaterThanOrEqual(top);
        }
        const reading = placed.map(({ x, y }) => y * GRID_COLUMNS + x);
        expect(reading).toEqual([...reading].sort((left, right) => left - right));
      }),
    );
  });
});

describe('a change of a dashboard', () => {
  it('adds tiles at the end of a tab and leaves everything else as it is', () => {
    const before = dashboard('With tabs');
    const tabUuid = before.tabs[1]?.uuid;
    const after = addTiles(before, [chartTile(), chartTile()], { tabUuid, before: 'end' });
    expect(after.tiles.slice(0, 2)).toEqual(before.tiles);
    expect(after.tiles.slice(2).map(({ x, y, tabUuid: tab }) => [x, y, tab])).toEqual([
      [0, 3, tabUuid],
      [18, 3, tabUuid],
    ]);
    expect({ ...after, tiles: [] }).toEqual({ ...before, tiles: [] });
  });

  it('makes room for a tile that is added before another, in that tab only', () => {
    fc.assert(
      fc.property(anyTile, ([before, tile]) => {
        const place = { tabUuid: tile.tabUuid ?? undefined, before: tile.uuid };
        const after = addTiles(before, [chartTile('big_number')], place);
        expect(overlaps(after)).toBe(overlaps(before));
        const row = after.tiles.at(-1)?.y ?? 0;
        expect(row).toBeLessThanOrEqual(tile.y);
        for (const old of before.tiles) {
          const now = after.tiles.find(({ uuid }) => uuid === old.uuid);
          expect({ ...now, y: 0 }).toEqual({ ...old, y: 0 });
          const isBelow = (old.tabUuid ?? null) === (tile.tabUuid ?? null) && old.y >= row;
          expect(now?.y).toBe(isBelow ? old.y + 6 : old.y);
        }
      }),
    );
  });

  it.each<[string, (content: DashboardContent, tile: Tile) => DashboardContent, (tile: Tile) => unknown]>([
    [
      'renaming',
      (dashboardContent, { uuid }) => renameTile(dashboardContent, uuid, 'New name'),
      ({ properties: { title, text, ...rest }, ...tile }) => [tile, rest],
    ],
    [
      'rewriting',
      (dashboardContent, { uuid }) => setTileText(dashboardContent, uuid, '# New'),
      ({ properties: { content: _, ...rest }, ...tile }) => [tile, rest],
    ],
    [
      'resizing',
      (dashboardContent, { uuid }) => resizeTile(dashboardContent, uuid, { w: 12, h: 4 }),
      ({ x, w, h, ...tile }) => tile,
    ],
  ])('by %s a tile changes no other tile, and nothing else of that tile', (_, change, rest) => {
    fc.assert(
      fc.property(anyTile, ([before, tile]) => {
        const after = change(before, tile);
        expect({ ...after, tiles: [] }).toEqual({ ...before, tiles: [] });
        expect(after.tiles.filter(({ uuid }) => uuid !== tile.uuid)).toEqual(
          before.tiles.filter((item) => item !== tile),
        );
        const now = after.tiles.find(({ uuid }) => uuid === tile.uuid);
        expect(now && rest(now)).toEqual(rest(tile));
        expect(now).not.toEqual(tile);
      }),
    );
  });

  it('removes one tile only', () => {
    fc.assert(
      fc.property(anyTile, ([before, tile]) => {
        const after = removeTiles(before, new Set([tile.uuid]));
        expect(after).toEqual({ ...before, tiles: before.tiles.filter((item) => item !== tile) });
      }),
    );
  });

  it('moves a tile to another tab with its content and size', () => {
    const before = dashboard('With tabs');
    const [first, second] = before.tabs;
    const [tile] = before.tiles;
    const after = moveTile(before, tile?.uuid ?? '', { tabUuid: second?.uuid, before: 'start' });
    expect(first?.uuid).toBe(tile?.tabUuid);
    expect(after.tiles[0]).toEqual({ ...tile, x: 0, y: 0, tabUuid: second?.uuid });
    expect(after.tiles[1]).toEqual({ ...before.tiles[1], y: 9 });
    expect(overlaps(after)).toBe(0);
  });

  it('never makes tiles overlap by moving one', () => {
    fc.assert(
      fc.property(anyTile, fc.constantFrom('start', 'end'), ([before, tile], where) => {
        const after = moveTile(before, tile.uuid, { tabUuid: tile.tabUuid ?? undefined, before: where });
        expect(overlaps(after)).toBeLessThanOrEqual(overlaps(before));
        expect(after.tiles.map(({ uuid, properties }) => [uuid, properties])).toEqual(
          before.tiles.map(({ uuid, properties }) => [uuid, properties]),
        );
      }),
    );
  });

  it('sets filters only', () => {
    fc.assert(
      fc.property(anyDashboard, (before) => {
        const filters = { dimensions: [{ id: 'a' }], metrics: [], tableCalculations: [] };
        expect(setFilters(before, filters)).toEqual({ ...before, filters });
      }),
    );
  });

  it('keeps tabs by their names, and the tiles of removed tabs', () => {
    const before = dashboard('With tabs');
    const [, second] = before.tabs;
    const after = setTabs(before, ['Two', 'Three'], () => 'new-tab');
    expect(after.tabs).toEqual([
      { ...second, order: 0 },
      { uuid: 'new-tab', name: 'Three', order: 1, hidden: false },
    ]);
    expect(after.tiles.map(({ tabUuid }) => tabUuid)).toEqual([second?.uuid, second?.uuid]);
    expect(overlaps(after)).toBe(0);
    expect(setTabs(before, ['One', 'Two'], () => 'unused')).toEqual(before);
  });

  it('puts all tiles of a dashboard without tabs into its first tab, and back', () => {
    const before = dashboard('Copy of sales');
    const tabbed = setTabs(before, ['Overview', 'Details'], randomUUID);
    expect(new Set(tabbed.tiles.map(({ tabUuid }) => tabUuid))).toEqual(new Set([tabbed.tabs[0]?.uuid]));
    expect(setTabs(tabbed, [], randomUUID).tiles).toEqual(before.tiles);
  });
});
