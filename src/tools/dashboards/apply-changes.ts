import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type DashboardContent, type Tab, type Tile, tileName } from '../../dashboards/dashboard.ts';
import { readDashboardFilters } from '../../dashboards/dashboard-filters.ts';
import {
  addTiles,
  moveTile,
  removeTiles,
  renameTile,
  resizeTile,
  setFilters,
  setTabs,
  setTileText,
  type TilePosition,
} from '../../dashboards/edit-dashboard.ts';
import type { FieldIndex } from '../../query/fields/field.ts';
import { normalizeName } from '../../text/names.ts';
import { nearestAmong } from '../../text/suggest.ts';
import { ArgumentsError } from '../arguments.ts';
import { columnsOf, type PreparedTile, TILE_FORM, tileArguments, tileWidth } from './tile-arguments.ts';

/** Limits of the web app, which the server does not check (1.219). */
const MAX_TILES_OF_TAB = 50;
const MAX_TABS = 20;

const moveArguments = () =>
  z.strictObject({
    tile: z.string().min(1),
    tab: z.string().min(1).optional(),
    before: z.string().min(1).optional(),
    width: tileWidth.optional(),
    height: z.int().min(1).max(50).optional(),
  });

const renameArguments = () =>
  z.strictObject({ tile: z.string().min(1), title: z.string().optional(), markdown: z.string().optional() });

/** A list of objects that a model is shown in words. */
const listOf = <Item extends z.ZodType>(item: Item, description?: string) =>
  z
    .array(item)
    .optional()
    .meta({ items: { type: 'object' }, ...(description && { description }) });

/** Arguments that change a dashboard's content. */
export const changesInput = () => ({
  add: listOf(tileArguments(), TILE_FORM),
  remove: z.array(z.string().min(1)).optional().describe('Titles or uuids'),
  move: listOf(moveArguments(), '{tile, tab, before, width}'),
  rename: listOf(renameArguments(), '{tile, title | markdown}'),
  tabs: z.array(z.string().min(1)).max(MAX_TABS).optional().describe('All names'),
  filters: listOf(z.looseObject({}), 'All, as in a query; {field} alone: viewers choose'),
});

/** The changes of a dashboard's content that a call names. */
export type Changes = z.infer<z.ZodObject<ReturnType<typeof changesInput>>>;

/** A dashboard with changes. */
interface AppliedChanges {
  readonly content: DashboardContent;
  readonly notes: readonly string[];
  /** Uuids of the tiles with another place or size. */
  readonly moved: ReadonlySet<string>;
}

/** Makes the changes in a fixed order: tabs, removed, moved, renamed and added tiles, filters. @throws {ArgumentsError} */
export function applyChanges(
  content: DashboardContent,
  changes: Partial<Changes>,
  tiles: readonly PreparedTile[],
  explores: readonly FieldIndex[],
): AppliedChanges {
  const moved = new Set<string>();
  let next = changes.tabs === undefined ? content : setTabs(content, changes.tabs, randomUUID);
  const removed = new Set((changes.remove ?? []).map((tile) => tileNamed(next, tile).uuid));
  next = removeTiles(next, removed);
  for (const { tile, tab, before, width, height } of changes.move ?? []) {
    const { uuid, tabUuid } = tileNamed(next, tile);
    moved.add(uuid);
    const size = { ...(width && { w: columnsOf(width) }), ...(height !== undefined && { h: height }) };
    const isPlaced = tab !== undefined || before !== undefined;
    next = isPlaced
      ? moveTile(next, uuid, placeOf(next, { tab, before }, tabUuid ?? undefined), size)
      : resizeTile(next, uuid, size);
  }
  for (const { tile, title, markdown } of changes.rename ?? []) {
    const { uuid, type } = tileNamed(next, tile);
    if (title !== undefined) next = renameTile(next, uuid, title);
    if (markdown !== undefined && type !== 'markdown')
      throw new ArgumentsError([`rename: ${tile} is not a markdown tile`]);
    if (markdown !== undefined) next = setTileText(next, uuid, markdown);
  }
  for (const group of groupsOf(tiles)) {
    next = addTiles(
      next,
      group.map(({ tile }) => tile),
      placeOf(next, group[0]?.place ?? {}),
    );
  }
  const filters =
    changes.filters === undefined ? undefined : readDashboardFilters(changes.filters, explores, content.filters);
  if (filters && !filters.ok) throw new ArgumentsError(filters.problems);
  assertLimits(next);
  return { content: filters ? setFilters(next, filters.filters) : next, notes: filters?.notes ?? [], moved };
}

/** Tiles that follow each other into the same place are laid out together. */
function groupsOf(tiles: readonly PreparedTile[]): readonly (readonly PreparedTile[])[] {
  const groups: PreparedTile[][] = [];
  for (const tile of tiles) {
    const last = groups.at(-1);
    const place = last?.[0]?.place;
    if (last && place?.tab === tile.place.tab && place?.before === tile.place.before) last.push(tile);
    else groups.push([tile]);
  }
  return groups;
}

function placeOf(content: DashboardContent, { tab, before }: PreparedTile['place'], current?: string): TilePosition {
  const next = before === undefined || before === 'start' || before === 'end' ? undefined : tileNamed(content, before);
  const tabUuid =
    tab === undefined
      ? next
        ? (next.tabUuid ?? undefined)
        : (current ?? firstTab(content)?.uuid)
      : tabNamed(content, tab).uuid;
  return { tabUuid, before: next?.uuid ?? (before === 'start' ? 'start' : 'end') };
}

const firstTab = ({ tabs }: DashboardContent): Tab | undefined =>
  tabs.toSorted((left, right) => left.order - right.order)[0];

function tabNamed({ tabs }: DashboardContent, name: string): Tab {
  const tile =
    tabs.find((tab) => tab.uuid === name || tab.name === name) ??
    tabs.find((tab) => normalizeName(tab.name) === normalizeName(name));
  if (tile) return tile;
  const tabNames = tabs.length > 0 ? `it has ${tabs.map((tab) => tab.name).join(', ')}` : 'it has no tabs';
  throw new ArgumentsError([`tab: the dashboard has no tab "${name}"; ${tabNames}`]);
}

/** A tile by uuid, title, or the name of its chart. @throws {ArgumentsError} if there is none, or several. */
export function tileNamed({ tiles }: DashboardContent, name: string): Tile {
  const byUuid = tiles.find(({ uuid }) => uuid === name);
  if (byUuid) return byUuid;
  const isNamed = (tile: Tile) =>
    [tileName(tile), tile.properties.chartName].some((item) => item && normalizeName(item) === normalizeName(name));
  const [only, ...others] = tiles.filter(isNamed);
  if (only && others.length === 0) return only;
  if (only)
    throw new ArgumentsError([
      `tile: ${others.length + 1} are named "${name}"; give the uuid of one: ${[only, ...others].map(({ uuid }) => uuid).join(', ')}`,
    ]);
  throw new ArgumentsError([`tile: the dashboard has none named "${name}"${nearestAmong(name, tiles.map(tileName))}`]);
}

function assertLimits({ tiles, tabs }: DashboardContent): void {
  for (const tabUuid of tabs.length === 0 ? [undefined] : tabs.map(({ uuid }) => uuid)) {
    const count = tiles.filter((tile) => (tile.tabUuid ?? undefined) === tabUuid).length;
    if (count > MAX_TILES_OF_TAB)
      throw new ArgumentsError([`a tab holds at most ${MAX_TILES_OF_TAB} tiles; this one would have ${count}`]);
  }
}
