import { chartKindName } from '../../charts/config/chart-kinds.ts';
import { dashboardRules } from '../../query/filters/dashboard-filters.ts';
import { describeRule } from '../../query/filters/describe-filters.ts';
import { savedParametersLine } from '../../query/parameters/parameter.ts';
import { joinFields } from '../../render/page.ts';
import { changed, pluralize } from '../../text/format.ts';
import { finite, isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText, truncate } from '../../text/plain-text.ts';

/** Characters of a markdown tile that are shown. */
export const MAX_MARKDOWN_LENGTH = 500;

/**
 * A dashboard: its filters in words, then its tiles tab by tab, from top left to bottom right.
 *
 * @param dashboard response of GET /api/v1/dashboards/{dashboardUuid}.
 */
export function renderDashboard(dashboard: unknown, pageUrl: (path: string) => string): string {
  const source = isObject(dashboard) ? dashboard : {};
  const tiles = objects(source.tiles);
  const last = changed(source.updatedAt, source.updatedByUser);
  const views = finite(source.views);
  const lines = [
    `# ${text(source.name) ?? 'Unnamed dashboard'}`,
    ...(text(source.description) ? [truncate(text(source.description) ?? '', 1_000)] : []),
    `Dashboard in space ${text(source.spaceName) ?? '?'} (${text(source.spaceUuid) ?? '?'})${views === undefined ? '' : `, seen ${pluralize(views, 'time')}`}.`,
    `Open: ${pageUrl(`/projects/${text(source.projectUuid) ?? ''}/dashboards/${text(source.uuid) ?? ''}/view`)}`,
    ...(last ? [`Last changed ${last}.`] : []),
    ...describeDashboardFilters(source.filters, tiles),
    ...savedParametersLine(source.parameters),
    ...describeTiles(tiles, objects(source.tabs)),
  ];
  return lines.map(plainText).join('\n');
}

/** The active filters in words, and the filters a viewer may set. */
export function describeDashboardFilters(filters: unknown, tiles: readonly JsonObject[]): string[] {
  const on = describeActiveFilters(filters, tiles);
  const open = dashboardRules(filters).filter((rule) => !isActive(rule));
  return [
    on.length > 0 ? `Filters, all of them: ${on.join('; ')}.` : 'No filters are set.',
    ...(open.length > 0 ? [`Viewers may also filter ${open.map(fieldOf).join(', ')}.`] : []),
  ];
}

/** The active filters in words, each by itself. */
export const describeActiveFilters = (filters: unknown, tiles: readonly JsonObject[]): string[] =>
  dashboardRules(filters)
    .filter(isActive)
    .map((rule) => describeOne(rule, tiles));

/** False for a disabled rule, or one without values: it has no effect until a viewer sets it. */
const isActive = (rule: JsonObject): boolean => rule.disabled !== true && describeRule(rule) !== undefined;

function describeOne(rule: JsonObject, tiles: readonly JsonObject[]): string {
  const off = Object.entries(isObject(rule.tileTargets) ? rule.tileTargets : {}).flatMap(([tileUuid, target]) => {
    const number = tiles.findIndex((tile) => tile.uuid === tileUuid) + 1;
    return target === false && number > 0 ? [titleOf(tiles[number - 1] ?? {})] : [];
  });
  const required = rule.required === true ? ' (a value is required)' : '';
  return `${describeRule(rule) ?? fieldOf(rule)}${required}${off.length > 0 ? ` (not on ${off.join(', ')})` : ''}`;
}

const fieldOf = (rule: JsonObject): string => text(isObject(rule.target) ? rule.target.fieldId : undefined) ?? '?';

/** A line for each tile, under the names of the tabs. */
export function describeTiles(tiles: readonly JsonObject[], tabs: readonly JsonObject[]): string[] {
  if (tiles.length === 0) return ['It has no tiles.'];
  return [
    `${pluralize(tiles.length, 'tile')}: title|kind|chartUuid|tileUuid`,
    ...tileSections(tiles, tabs).flatMap((section) => [
      ...(section.tab === undefined ? [] : [`## Tab ${section.tab}`]),
      ...section.tiles.map(describeTile),
    ]),
  ];
}

/** The tiles tab by tab, each from top left to bottom right; tiles without a tab first, under `undefined`. */
export function tileSections(
  tiles: readonly JsonObject[],
  tabs: readonly JsonObject[],
): readonly { readonly tab: string | undefined; readonly tiles: readonly JsonObject[] }[] {
  const ordered = tabs.toSorted((left, right) => (finite(left.order) ?? 0) - (finite(right.order) ?? 0));
  const tabUuids = new Set(ordered.map((tab) => tab.uuid));
  const sections = [
    { tab: undefined, tiles: tiles.filter((tile) => !tabUuids.has(tile.tabUuid)) },
    ...ordered.map((tab) => ({
      tab: `${text(tab.name) ?? '?'}${tab.hidden === true ? ' (hidden)' : ''}`,
      tiles: tiles.filter((tile) => tile.tabUuid === tab.uuid),
    })),
  ];
  return sections.map((section) => ({ ...section, tiles: inReadingOrder(section.tiles) }));
}

const inReadingOrder = (tiles: readonly JsonObject[]): readonly JsonObject[] =>
  tiles.toSorted(
    (left, right) => (finite(left.y) ?? 0) - (finite(right.y) ?? 0) || (finite(left.x) ?? 0) - (finite(right.x) ?? 0),
  );

/** The title of a tile, with the chart's name if it differs. */
export function titleOf(tile: JsonObject): string {
  const properties = isObject(tile.properties) ? tile.properties : {};
  const chart = text(properties.chartName);
  const title = text(properties.title);
  if (chart && title && chart !== title) return `${title} (chart ${chart})`;
  return title ?? chart ?? '';
}

function describeTile(tile: JsonObject): string {
  const properties = isObject(tile.properties) ? tile.properties : {};
  const tileUuid = text(tile.uuid) ?? '';
  switch (tile.type) {
    case 'saved_chart': {
      const chartUuid = text(properties.savedChartUuid);
      if (chartUuid === undefined) return joinFields([titleOf(tile), 'chart that was deleted', '', tileUuid]);
      const own = properties.belongsToDashboard === true ? ' of this dashboard only' : '';
      return joinFields([
        titleOf(tile),
        `${chartKindName(properties.lastVersionChartKind)}${own}`,
        chartUuid,
        tileUuid,
      ]);
    }
    case 'sql_chart': {
      const uuid = text(properties.savedSqlUuid);
      return joinFields([titleOf(tile), uuid ? 'SQL chart' : 'SQL chart that was deleted', uuid ?? '', tileUuid]);
    }
    case 'markdown': {
      const content = truncate(text(properties.content) ?? '', MAX_MARKDOWN_LENGTH);
      return joinFields([titleOf(tile), `text: ${content}`, '', tileUuid]);
    }
    case 'heading':
      return joinFields([text(properties.text) ?? '', 'heading', '', tileUuid]);
    case 'loom':
      return joinFields([titleOf(tile), `video ${text(properties.url) ?? ''}`, '', tileUuid]);
    default:
      return joinFields([titleOf(tile), (text(tile.type) ?? 'tile').replaceAll('_', ' '), '', tileUuid]);
  }
}
