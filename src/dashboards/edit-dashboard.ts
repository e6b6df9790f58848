import type { DashboardContent, DashboardFilters, Tab, Tile } from './dashboard.ts';
import { bottomOf, layOutRows, type Size, type TileWidth, tileSize, tilesOfTab, tileWidths } from './tile-layout.ts';

/** A tile that is to be added; its place is found for it. */
export interface NewTile {
  /** Kept by the server, so filters can refer to it. */
  readonly uuid: string;
  readonly type: string;
  readonly properties: Tile['properties'];
  /** The kind of its chart, for its size. */
  readonly kind?: string | undefined;
  readonly width?: TileWidth | undefined;
  /** In rows. */
  readonly height?: number | undefined;
}

/** A place in a tab: before one of its tiles, at its beginning, or at its end. */
export interface TilePosition {
  /** Undefined for dashboards without tabs. */
  readonly tabUuid: string | undefined;
  readonly before: string | 'start' | 'end';
}

/** Adds tiles in order. Tiles at or below the place move down as a whole; all others stay where they are. */
export function addTiles(
  dashboard: DashboardContent,
  tiles: readonly NewTile[],
  place: TilePosition,
): DashboardContent {
  const top = rowOf(dashboard.tiles, place);
  const placed = layOutRows(tiles.map(sizeOf), top);
  const added = tiles.map(({ uuid, type, properties }, index): Tile => {
    const position = placed[index] ?? { x: 0, y: top, ...tileSize(type) };
    return { uuid, type, ...position, tabUuid: place.tabUuid ?? null, properties };
  });
  const height = Math.max(0, ...placed.map(({ y, h }) => y + h - top));
  return { ...dashboard, tiles: [...makeRoom(dashboard.tiles, place, top, height), ...added] };
}

/** The dashboard without some tiles; the others keep their places. */
export function removeTiles(dashboard: DashboardContent, uuids: ReadonlySet<string>): DashboardContent {
  return { ...dashboard, tiles: dashboard.tiles.filter(({ uuid }) => !uuids.has(uuid)) };
}

/** Moves a tile to a place of the same or another tab; it keeps its size, unless `size` has another. */
export function moveTile(
  dashboard: DashboardContent,
  uuid: string,
  place: TilePosition,
  size: Partial<Size> = {},
): DashboardContent {
  const moved = dashboard.tiles.find((tile) => tile.uuid === uuid);
  if (!moved || place.before === uuid) return dashboard;
  const others = dashboard.tiles.filter((tile) => tile !== moved);
  const y = rowOf(others, place);
  const placed: Tile = { ...moved, ...size, x: 0, y, tabUuid: place.tabUuid ?? null };
  const shifted = new Map(makeRoom(others, place, y, placed.h).map((tile) => [tile.uuid, tile]));
  return {
    ...dashboard,
    tiles: dashboard.tiles.map((tile) => (tile === moved ? placed : (shifted.get(tile.uuid) ?? tile))),
  };
}

/** Changes the size of a tile where it is. */
export function resizeTile(dashboard: DashboardContent, uuid: string, { w, h }: Partial<Size>): DashboardContent {
  return withTile(dashboard, uuid, (tile) => {
    const width = w ?? tile.w;
    return { ...tile, w: width, h: h ?? tile.h, x: Math.min(tile.x, tileWidths.full - width) };
  });
}

/** Gives a tile a title; the title of a heading is its text. */
export function renameTile(dashboard: DashboardContent, uuid: string, title: string): DashboardContent {
  return withTile(dashboard, uuid, (tile) => ({
    ...tile,
    properties: { ...tile.properties, [tile.type === 'heading' ? 'text' : 'title']: title },
  }));
}

/** Replaces the text of a markdown tile. */
export function setTileText(dashboard: DashboardContent, uuid: string, content: string): DashboardContent {
  return withTile(dashboard, uuid, (tile) => ({ ...tile, properties: { ...tile.properties, content } }));
}

/** Replaces all filter rules. */
export const setFilters = (dashboard: DashboardContent, filters: DashboardFilters): DashboardContent => ({
  ...dashboard,
  filters,
});

/**
 * Sets the tabs in order. A tab of a name that exists stays the same tab; tiles of a tab that is no longer there move to
 * the end of the first tab, and with the first tabs of a dashboard all its tiles move into the first one.
 */
export function setTabs(
  dashboard: DashboardContent,
  names: readonly string[],
  newUuid: () => string,
): DashboardContent {
  const tabs = names.map((name, order): Tab => {
    const existing = dashboard.tabs.find((tab) => tab.name === name);
    return existing ? { ...existing, order } : { uuid: newUuid(), name, order, hidden: false };
  });
  const first = tabs[0]?.uuid;
  let tiles = dashboard.tiles;
  const previous = dashboard.tabs.length === 0 ? [undefined] : dashboard.tabs.map(({ uuid }) => uuid);
  for (const uuid of previous.filter((tab) => !tabs.some((item) => item.uuid === tab))) {
    const bottom = bottomOf(tiles, first);
    tiles = tiles.map((tile) =>
      (tile.tabUuid ?? undefined) === uuid ? { ...tile, tabUuid: first ?? null, y: tile.y + bottom } : tile,
    );
  }
  return { ...dashboard, tabs, tiles };
}

function withTile(dashboard: DashboardContent, uuid: string, change: (tile: Tile) => Tile): DashboardContent {
  return { ...dashboard, tiles: dashboard.tiles.map((tile) => (tile.uuid === uuid ? change(tile) : tile)) };
}

function sizeOf({ type, kind, width, height }: NewTile): Size & { readonly isFixed: boolean } {
  const size = tileSize(type, kind);
  return { w: width ? tileWidths[width] : size.w, h: height ?? size.h, isFixed: width !== undefined };
}

/** The row of a place. Before a tile it is where no other tile of the tab reaches across, at or above the tile. */
function rowOf(tiles: readonly Tile[], { tabUuid, before }: TilePosition): number {
  if (before === 'start') return 0;
  const all = tilesOfTab(tiles, tabUuid);
  const next = all.find(({ uuid }) => uuid === before);
  if (!next) return bottomOf(tiles, tabUuid);
  let row = next.y;
  const across = () => all.find(({ y, h }) => y < row && row < y + h);
  for (let tile = across(); tile; tile = across()) row = tile.y;
  return row;
}

/** Moves the tiles of the tab that begin at `top` or below it down by `height`. */
function makeRoom(tiles: readonly Tile[], { tabUuid }: TilePosition, top: number, height: number): readonly Tile[] {
  return tiles.map((tile) =>
    (tile.tabUuid ?? undefined) === tabUuid && tile.y >= top ? { ...tile, y: tile.y + height } : tile,
  );
}
