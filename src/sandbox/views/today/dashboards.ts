import { spaceOf } from '../../access/permissions.ts';
import { isOpenToProject, spaceAccess } from '../../access/roles.ts';
import type { Dashboard, DashboardTile, DashboardVersion, JsonObject, User } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';
import { chartKind, latestVersion, projectOf } from '../charts.ts';
import { dashboardListItem as olderListItem } from '../dashboards.ts';
import { byline } from '../people.ts';
import { errorsIn } from './charts.ts';
import { namelessAccess, verificationView } from './people.ts';

function chartTile(store: Store, properties: JsonObject): JsonObject {
  const chart = store.charts.get(String(properties.savedChartUuid));
  return {
    title: properties.title ?? '',
    hideTitle: properties.hideTitle ?? false,
    savedChartUuid: chart?.uuid ?? null,
    belongsToDashboard: chart !== undefined && chart.dashboardUuid !== null,
    chartName: chart?.name ?? null,
    chartSlug: chart?.slug ?? null,
    lastVersionChartKind: chart ? chartKind(latestVersion(chart)) : null,
  };
}

function sqlTile(store: Store, properties: JsonObject): JsonObject {
  const chart = store.sqlCharts.get(String(properties.savedSqlUuid));
  return {
    title: properties.title ?? '',
    hideTitle: properties.hideTitle ?? false,
    savedSqlUuid: chart?.savedSqlUuid ?? null,
    chartName: chart?.name ?? '',
    chartSlug: chart?.slug ?? null,
  };
}

/** The properties of a tile by its type: what was sent, and what the real server adds. */
function shownProperties(store: Store, { type, properties }: DashboardTile): JsonObject {
  const { title = '', hideTitle = false } = properties;
  switch (type) {
    case 'saved_chart':
      return chartTile(store, properties);
    case 'sql_chart':
      return sqlTile(store, properties);
    case 'markdown':
      return { title, hideTitle, content: properties.content ?? '', hideFrame: properties.hideFrame ?? false };
    case 'heading':
      return { text: properties.text ?? '', showDivider: properties.showDivider ?? false };
    case 'loom':
      return { title, hideTitle, url: properties.url ?? '' };
    default:
      return { ...properties, title, hideTitle };
  }
}

function tileView(store: Store, tile: DashboardTile): JsonObject {
  const { uuid, x, y, h, w, tabUuid, type } = tile;
  return { uuid, x, y, h, w, tabUuid, type, properties: shownProperties(store, tile) };
}

/** One dashboard, in a version or its latest. */
export function dashboardView(
  store: Store,
  user: User,
  dashboard: Dashboard,
  version: DashboardVersion = dashboard,
): JsonObject {
  const space = spaceOf(store, dashboard);
  const project = projectOf(store, dashboard);
  const access = spaceAccess(store, user, space);
  return {
    organizationUuid: project.organizationUuid,
    projectUuid: project.projectUuid,
    dashboardVersionId: version.versionId,
    versionUuid: versionUuidOf(dashboard, version),
    uuid: dashboard.uuid,
    name: dashboard.name,
    verification: verificationView(store, dashboard.verification),
    description: dashboard.description,
    updatedAt: version.updatedAt,
    pinnedListUuid: dashboard.pinnedOrder === null ? null : project.pinnedListUuid,
    pinnedListOrder: dashboard.pinnedOrder,
    tiles: version.tiles.map((tile) => tileView(store, tile)),
    tabs: version.tabs.map(({ uuid, name, order, hidden = false }) => ({ name, uuid, order, hidden })),
    filters: version.filters,
    ...(version.parameters ? { parameters: version.parameters } : {}),
    spaceUuid: space.uuid,
    spaceName: space.name,
    views: dashboard.views,
    firstViewedAt: dashboard.firstViewedAt,
    updatedByUser: byline(store, version.updatedByUserUuid),
    slug: dashboard.slug,
    config: version.config ?? null,
    colorPaletteUuid: dashboard.colorPaletteUuid ?? null,
    inheritsFromOrgOrProject: isOpenToProject(store, space),
    access: access ? [namelessAccess(access)] : [],
  };
}

/** The uuid of a version; one that never got any has one made of its number. */
export const versionUuidOf = (dashboard: Pick<Dashboard, 'uuid'>, version: DashboardVersion): string =>
  version.versionUuid ?? `${dashboard.uuid.slice(0, 24)}${String(version.versionId).padStart(12, '0')}`;

/** The versions of a dashboard, latest first. */
export const versionsOf = (dashboard: Dashboard): DashboardVersion[] => [
  dashboard,
  ...(dashboard.earlierVersions ?? []).toReversed(),
];

/** A version in the history of a dashboard. */
export function versionSummary(store: Store, dashboard: Dashboard, version: DashboardVersion): JsonObject {
  return {
    dashboardUuid: dashboard.uuid,
    versionUuid: versionUuidOf(dashboard, version),
    createdAt: version.updatedAt,
    createdBy: byline(store, version.updatedByUserUuid),
  };
}

/** A dashboard in the list of a space. */
export function dashboardListItem(store: Store, dashboard: Dashboard, withTileTypes = false): JsonObject {
  const { slug, description } = dashboard;
  const verification = verificationView(store, dashboard.verification);
  const validationErrors = errorsIn(store, dashboard.uuid);
  return { ...olderListItem(store, dashboard, withTileTypes), description, slug, verification, validationErrors };
}
