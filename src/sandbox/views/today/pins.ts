import type { Chart, Dashboard, JsonObject, Space } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';
import { chartKind, latestVersion, projectOf } from '../charts.ts';
import { byline } from '../people.ts';
import { verificationView } from './people.ts';
import { chartCount, childrenOf, dashboardsIn, directUsers, spacePath } from './spaces.ts';

const pinned = (store: Store, item: Chart | Dashboard | Space, isPinned: boolean) => ({
  pinnedListUuid: isPinned ? projectOf(store, item).pinnedListUuid : null,
  pinnedListOrder: isPinned ? item.pinnedOrder : null,
});

/** A space on a list of pins or favourites: what it holds comes as numbers here. */
export function spacePin(store: Store, space: Space, isPinned: boolean): JsonObject {
  const access = directUsers(store, space);
  return {
    type: 'space',
    data: {
      organizationUuid: projectOf(store, space).organizationUuid,
      projectUuid: space.projectUuid,
      ...pinned(store, space, isPinned),
      uuid: space.uuid,
      name: space.name,
      inheritParentPermissions: !space.isPrivate,
      dashboardCount: dashboardsIn(store, space).length,
      chartCount: chartCount(store, space),
      childSpaceCount: childrenOf(store, space).length,
      appCount: 0,
      parentSpaceUuid: space.parentSpaceUuid ?? null,
      path: spacePath(store, space),
      access,
      accessListLength: access.length,
    },
  };
}

/** Response of a change of a dashboard's pin. */
export function dashboardPin(store: Store, dashboard: Dashboard, isPinned: boolean): JsonObject {
  const { uuid, slug, spaceUuid, description, name, views, firstViewedAt, updatedAt } = dashboard;
  return {
    type: 'dashboard',
    data: {
      ...{ uuid, slug, spaceUuid, description, name, views, firstViewedAt },
      ...pinned(store, dashboard, isPinned),
      updatedAt,
      updatedByUser: byline(store, dashboard.updatedByUserUuid),
      verification: verificationView(store, dashboard.verification),
    },
  };
}

/** Response of a change of a chart's pin. */
export function chartPin(store: Store, chart: Chart, isPinned: boolean): JsonObject {
  const { uuid, slug, spaceUuid, description, name, views, firstViewedAt } = chart;
  const latest = latestVersion(chart);
  return {
    type: 'chart',
    data: {
      ...pinned(store, chart, isPinned),
      ...{ spaceUuid, uuid, name, description },
      updatedAt: latest.createdAt,
      ...{ views, firstViewedAt },
      chartKind: chartKind(latest),
      updatedByUser: byline(store, latest.createdByUserUuid),
      slug,
      verification: verificationView(store, chart.verification),
    },
  };
}
