import { spaceAccess } from '../access/roles.ts';
import type { JsonObject, Space, User } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { chartListItem, latestVersion, projectOf, sqlChartListItem } from './charts.ts';
import { dashboardListItem } from './dashboards.ts';

const newestFirst = (a: JsonObject, b: JsonObject) => String(b.updatedAt).localeCompare(String(a.updatedAt));

function pinned(store: Store, space: Space): JsonObject {
  return {
    pinnedListUuid: space.pinnedOrder === null ? null : projectOf(store, space).pinnedListUuid,
    pinnedListOrder: space.pinnedOrder,
  };
}

/** Charts of a space without those that live inside its dashboards. */
export const chartsIn = (store: Store, space: Space) =>
  [...store.charts.values()].filter((chart) => chart.spaceUuid === space.uuid && chart.dashboardUuid === null);
const dashboardsIn = (store: Store, space: Space) =>
  [...store.dashboards.values()].filter((dashboard) => dashboard.spaceUuid === space.uuid);

/** A space with its content and everyone who gets in, as GET spaces/{uuid} answers it. */
export function spaceView(store: Store, space: Space): JsonObject {
  const project = projectOf(store, space);
  const sqlCharts = [...store.sqlCharts.values()].filter((chart) => chart.spaceUuid === space.uuid);
  const members = [...store.users.values()].filter((user) => !user.isPending);
  return {
    organizationUuid: project.organizationUuid,
    name: space.name,
    uuid: space.uuid,
    isPrivate: space.isPrivate,
    projectUuid: space.projectUuid,
    ...pinned(store, space),
    queries: [
      ...chartsIn(store, space)
        .map((chart) => chartListItem(store, chart))
        .sort(newestFirst),
      ...sqlCharts.map((chart) => sqlChartListItem(store, chart)),
    ],
    dashboards: dashboardsIn(store, space).map((dashboard) => dashboardListItem(store, dashboard, false)),
    access: members.map((user) => spaceAccess(store, user, space)).filter((access) => access !== null),
    groupsAccess: space.groups.map(({ groupUuid, role }) => ({
      groupUuid,
      spaceRole: role,
      groupName: store.groups.get(groupUuid)?.name,
    })),
    slug: space.slug,
  };
}

/** A space in the project's list, with the current user's access. */
export function spaceListItem(store: Store, user: User, space: Space): JsonObject {
  return { ...spaceSummary(store, space), userAccess: spaceAccess(store, user, space) };
}

/** A space in promotions: the list item without anybody's access. */
export function spaceSummary(store: Store, space: Space): JsonObject {
  const project = projectOf(store, space);
  return {
    organizationUuid: project.organizationUuid,
    projectUuid: project.projectUuid,
    uuid: space.uuid,
    name: space.name,
    isPrivate: space.isPrivate,
    access: space.users.map((access) => access.userUuid),
    ...pinned(store, space),
    chartCount: chartsIn(store, space).length,
    dashboardCount: dashboardsIn(store, space).length,
    slug: space.slug,
  };
}

/** The items of a project's pinned list: spaces, then charts, then dashboards, whatever their order says. */
export function pinnedItems(store: Store, user: User, projectUuid: string): JsonObject[] {
  const isPinnedHere = (item: { projectUuid: string; pinnedOrder: number | null }) =>
    item.projectUuid === projectUuid && item.pinnedOrder !== null;
  const open = (spaceUuid: string) => {
    const space = store.spaces.get(spaceUuid);
    return space !== undefined && spaceAccess(store, user, space) !== null;
  };
  const spaces = [...store.spaces.values()].filter((space) => isPinnedHere(space) && open(space.uuid));
  const charts = [...store.charts.values()].filter((chart) => isPinnedHere(chart) && open(chart.spaceUuid));
  const dashboards = [...store.dashboards.values()].filter(
    (dashboard) => isPinnedHere(dashboard) && open(dashboard.spaceUuid),
  );
  return [
    ...spaces.map((space) => ({ type: 'space', data: pinnedSpace(store, space) })),
    ...charts.map((chart) => {
      const {
        pinnedListUuid,
        pinnedListOrder,
        spaceUuid,
        uuid,
        name,
        description,
        views,
        firstViewedAt,
        updatedByUser,
      } = chartListItem(store, chart);
      const kind = chartListItem(store, chart).chartKind;
      const updatedAt = latestVersion(chart).createdAt;
      const pinFields = { pinnedListUuid, pinnedListOrder, spaceUuid, uuid, name, description, updatedAt, views };
      return { type: 'chart', data: { ...pinFields, firstViewedAt, chartKind: kind, updatedByUser, slug: chart.slug } };
    }),
    ...dashboards.map((dashboard) => {
      const {
        organizationUuid: _,
        projectUuid: __,
        validationErrors: ___,
        ...data
      } = dashboardListItem(store, dashboard, false);
      return { type: 'dashboard', data };
    }),
  ];
}

function pinnedSpace(store: Store, space: Space): JsonObject {
  const { slug: _, ...summary } = spaceSummary(store, space);
  return { ...summary, accessListLength: space.users.length };
}
