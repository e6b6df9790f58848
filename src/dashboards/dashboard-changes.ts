import { describeRule } from '../query/filters/describe-filters.ts';
import { filterKinds } from '../query/filters/lightdash-filters.ts';
import { isObject, text } from '../text/json.ts';
import { type DashboardContent, type DashboardFilters, type Tile, tileName } from './dashboard.ts';

/**
 * The differences between two versions of a dashboard's content, a sentence part each; empty if they look alike.
 *
 * @param moved uuids of the tiles that were moved in their tab: others change their row when they make room.
 */
export function describeDashboardChanges(
  before: DashboardContent,
  after: DashboardContent,
  moved: ReadonlySet<string> = new Set(),
): readonly string[] {
  const old = new Map(before.tiles.map((tile) => [tile.uuid, tile]));
  const now = new Map(after.tiles.map((tile) => [tile.uuid, tile]));
  const added = after.tiles.filter(({ uuid }) => !old.has(uuid));
  const removed = before.tiles.filter(({ uuid }) => !now.has(uuid));
  const kept = after.tiles.flatMap((tile) => {
    const previous = old.get(tile.uuid);
    return previous ? [[previous, tile] as const] : [];
  });
  return [
    ...named('added', added),
    ...named('removed', removed),
    ...kept.flatMap(([before, after]) => {
      const [from, to] = [tileName(before), tileName(after)];
      return from === to ? [] : [`renamed ${from} -> ${to}`];
    }),
    ...named(
      'rewritten',
      kept.flatMap(([before, after]) => (before.properties.content === after.properties.content ? [] : [after])),
    ),
    ...named(
      'moved',
      kept.flatMap(([before, after]) => (moved.has(after.uuid) && !isInOtherTab(before, after) ? [after] : [])),
    ),
    ...kept.flatMap(([previous, tile]) =>
      isInOtherTab(previous, tile) ? [`moved ${tileName(tile)} to tab ${tabName(after, tile)}`] : [],
    ),
    ...named(
      'resized',
      kept.flatMap(([before, after]) => (before.w === after.w && before.h === after.h ? [] : [after])),
    ),
    ...fromTo('tabs', before.tabs.map(({ name }) => name).join(', '), after.tabs.map(({ name }) => name).join(', ')),
    ...fromTo('filters', filtersInWords(before.filters), filtersInWords(after.filters)),
  ];
}

/** A tile of a dashboard that had no tabs is in none. */
const isInOtherTab = (before: Tile, after: Tile): boolean =>
  Boolean(before.tabUuid) && Boolean(after.tabUuid) && before.tabUuid !== after.tabUuid;

const tabName = ({ tabs }: DashboardContent, { tabUuid }: Tile): string =>
  tabs.find(({ uuid }) => uuid === tabUuid)?.name ?? '?';

function named(word: string, tiles: readonly Tile[]): string[] {
  return tiles.length === 0 ? [] : [`${word} ${tiles.map(tileName).join(', ')}`];
}

const fromTo = (name: string, before: string, after: string): string[] =>
  before === after ? [] : [`${name} ${before || 'none'} -> ${after || 'none'}`];

/** The filters of a dashboard in words; those without a value by their field. */
function filtersInWords(filters: DashboardFilters): string {
  const words = filterKinds.flatMap((kind) =>
    filters[kind].map((rule) => {
      const field = text(isObject(rule.target) ? rule.target.fieldId : undefined) ?? '?';
      return rule.disabled === true ? `${field} (viewers choose)` : (describeRule(rule) ?? `${field} (viewers choose)`);
    }),
  );
  return words.join('; ');
}
