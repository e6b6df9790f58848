import { spaceOf } from '../access/permissions.ts';
import { spaceAccess } from '../access/roles.ts';
import type { Dashboard, DashboardTile, JsonObject, User } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { chartKind, latestVersion, projectOf, validationErrorsOf } from './charts.ts';
import { byline } from './people.ts';

/** A tile with what the real server adds: an empty title, and the name and kind of its chart. */
function tileView(store: Store, { uuid, type, x, y, h, w, tabUuid, properties }: DashboardTile): JsonObject {
  const tileProperties: JsonObject = {
    ...properties,
    title: properties.title ?? '',
    hideTitle: properties.hideTitle ?? false,
  };
  if (type === 'saved_chart') {
    const chart = store.charts.get(String(properties.savedChartUuid));
    tileProperties.belongsToDashboard = chart !== undefined && chart.dashboardUuid !== null;
    tileProperties.chartName = chart?.name ?? null;
    tileProperties.lastVersionChartKind = chart ? chartKind(latestVersion(chart)) : null;
  }
  return { uuid, x, y, h, w, tabUuid, type, properties: tileProperties };
}

/** A dashboard as GET /dashboards/{uuid} and most writes answer it. */
export function dashboardView(store: Store, user: User, dashboard: Dashboard): JsonObject {
  const space = spaceOf(store, dashboard);
  const project = projectOf(store, dashboard);
  const access = spaceAccess(store, user, space);
  return {
    organizationUuid: project.organizationUuid,
    projectUuid: project.projectUuid,
    dashboardVersionId: dashboard.versionId,
    uuid: dashboard.uuid,
    name: dashboard.name,
    description: dashboard.description,
    updatedAt: dashboard.updatedAt,
    pinnedListUuid: dashboard.pinnedOrder === null ? null : project.pinnedListUuid,
    pinnedListOrder: dashboard.pinnedOrder,
    tiles: dashboard.tiles.map((tile) => tileView(store, tile)),
    tabs: dashboard.tabs,
    filters: dashboard.filters,
    spaceUuid: space.uuid,
    spaceName: space.name,
    views: dashboard.views,
    firstViewedAt: dashboard.firstViewedAt,
    updatedByUser: byline(store, dashboard.updatedByUserUuid),
    slug: dashboard.slug,
    isPrivate: space.isPrivate,
    access: access ? [access] : [],
  };
}

/** A dashboard in lists, which have no tiles; that of a project says which types there are. */
export function dashboardListItem(store: Store, dashboard: Dashboard, withTileTypes: boolean): JsonObject {
  const project = projectOf(store, dashboard);
  return {
    organizationUuid: project.organizationUuid,
    name: dashboard.name,
    ...(dashboard.description === null ? {} : { description: dashboard.description }),
    uuid: dashboard.uuid,
    updatedAt: dashboard.updatedAt,
    projectUuid: project.projectUuid,
    updatedByUser: byline(store, dashboard.updatedByUserUuid),
    spaceUuid: dashboard.spaceUuid,
    pinnedListUuid: dashboard.pinnedOrder === null ? null : project.pinnedListUuid,
    pinnedListOrder: dashboard.pinnedOrder,
    views: dashboard.views,
    firstViewedAt: dashboard.firstViewedAt,
    validationErrors: validationErrorsOf(store, dashboard.uuid),
    ...(withTileTypes ? { tileTypes: [...new Set(dashboard.tiles.map((tile) => tile.type))].sort() } : {}),
  };
}
