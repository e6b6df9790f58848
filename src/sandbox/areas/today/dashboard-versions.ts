import { notFound, unexpected } from '../../http/refusals.ts';
import type { UserContext, WriteContext } from '../../http/route.ts';
import type { Dashboard, DashboardTile, DashboardVersion, Space } from '../../store/records.ts';
import { newUuid, slugFor } from '../../store/store.ts';
import { versionUuidOf } from '../../views/today/dashboards.ts';
import type { TileBody, VersionBody } from './dashboard-bodies.ts';
import { isUuid, needUuid } from './find-by-id.ts';

/** Versions of dashboards: how one is made, how one takes the place of another. */

/** @throws 404 when a tile shows a chart that does not exist, 500 when it names one by no uuid */
function tilesOf(
  { store }: UserContext,
  tiles: readonly TileBody[],
  tabs: readonly { uuid: string }[],
): DashboardTile[] {
  const tabUuids = new Set(tabs.map((tab) => tab.uuid));
  return tiles.map(({ uuid = newUuid(), type, x, y, w, h, tabUuid, properties }) => {
    const { chartName: _, chartSlug: __, lastVersionChartKind: ___, belongsToDashboard: ____, ...kept } = properties;
    if (type === 'saved_chart' && properties.savedChartUuid !== null) {
      if (!store.charts.has(needUuid(properties.savedChartUuid))) throw notFound('Saved chart not found');
    }
    return { uuid, type, x, y, w, h, tabUuid: tabUuid && tabUuids.has(tabUuid) ? tabUuid : null, properties: kept };
  });
}

const emptyFilters = (): Dashboard['filters'] => ({ metrics: [], dimensions: [], tableCalculations: [] });

/** A version made of a body. Filters, settings and parameters that it leaves out are empty. */
export function versionOf(call: WriteContext, body: VersionBody): DashboardVersion {
  const { tabs = [] } = body;
  if (tabs.some((tab) => !isUuid(tab.uuid))) throw unexpected();
  return {
    versionId: call.store.next.dashboardVersion++,
    versionUuid: newUuid(),
    updatedAt: call.now().toISOString(),
    updatedByUserUuid: call.user.userUuid,
    tiles: tilesOf(call, body.tiles, tabs),
    tabs,
    filters: body.filters ?? emptyFilters(),
    config: body.config ?? null,
    parameters: body.parameters ?? null,
  };
}

/** The present version by itself. */
export const presentOf = (dashboard: Dashboard): DashboardVersion => {
  const { versionId, updatedAt, updatedByUserUuid, tiles, tabs, filters, config, parameters } = dashboard;
  const versionUuid = versionUuidOf(dashboard, dashboard);
  return structuredClone({
    ...{ versionId, versionUuid, updatedAt, updatedByUserUuid, tiles, tabs, filters },
    ...{ config: config ?? null, parameters: parameters ?? null },
  });
};

/** Puts a version in place of the present one, which becomes the latest of the earlier ones. */
export function replaceVersion(dashboard: Dashboard, version: DashboardVersion): void {
  dashboard.earlierVersions = [...(dashboard.earlierVersions ?? []), presentOf(dashboard)];
  Object.assign(dashboard, version);
}

/** Keeps a new dashboard. */
export function keepDashboard(
  { store, user, now }: WriteContext,
  space: Space,
  values: { name: string; slug?: string; description: string | null; version: DashboardVersion },
): Dashboard {
  const takenSlugs = [...store.dashboards.values()]
    .filter((dashboard) => dashboard.projectUuid === space.projectUuid)
    .map((dashboard) => dashboard.slug);
  const dashboard: Dashboard = {
    ...values.version,
    uuid: newUuid(),
    projectUuid: space.projectUuid,
    spaceUuid: space.uuid,
    name: values.name,
    description: values.description,
    slug: values.slug ?? slugFor(values.name, takenSlugs),
    createdAt: now().toISOString(),
    createdByUserUuid: user.userUuid,
    views: 0,
    firstViewedAt: null,
    pinnedOrder: null,
  };
  store.dashboards.set(dashboard.uuid, dashboard);
  return dashboard;
}
