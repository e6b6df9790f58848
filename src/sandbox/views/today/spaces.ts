import { canView } from '../../access/permissions.ts';
import { isOpenToProject, type SpaceAccess, spaceAccess } from '../../access/roles.ts';
import type { JsonObject, Space, User } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';
import { latestVersion, projectOf } from '../charts.ts';
import { chartsIn } from '../spaces.ts';
import { chartListItem, sqlChartListItem } from './charts.ts';
import { dashboardListItem } from './dashboards.ts';
import { namedAccess, namelessAccess } from './people.ts';

/** The spaces directly in a space. */
export const childrenOf = (store: Store, space: Space): Space[] =>
  [...store.spaces.values()].filter((item) => item.parentSpaceUuid === space.uuid);

/** The space with every space inside it, outermost first. */
export const treeOf = (store: Store, space: Space): Space[] => [
  space,
  ...childrenOf(store, space).flatMap((child) => treeOf(store, child)),
];

const sqlChartsIn = (store: Store, space: Space) =>
  [...store.sqlCharts.values()].filter((chart) => chart.spaceUuid === space.uuid);
/** The dashboards directly in a space. */
export const dashboardsIn = (store: Store, space: Space) =>
  [...store.dashboards.values()].filter((dashboard) => dashboard.spaceUuid === space.uuid);

/** SQL charts do not count, here as on the real server. */
export const chartCount = (store: Store, space: Space): number => chartsIn(store, space).length;

/** The slugs from the outermost space inwards. */
export function spacePath(store: Store, space: Space): string {
  const slugPath = space.slug.replaceAll('-', '_');
  const parent = store.spaces.get(space.parentSpaceUuid ?? '');
  return parent ? `${spacePath(store, parent)}.${slugPath}` : slugPath;
}

/** Everybody who was let into this very space, by name or by group. */
export function directUsers(store: Store, space: Space): string[] {
  const byGroup = space.groups.flatMap(({ groupUuid }) => store.groups.get(groupUuid)?.memberUuids ?? []);
  return [...new Set([...space.users.map((user) => user.userUuid), ...byGroup])];
}

const pinned = (store: Store, space: Space) => ({
  pinnedListUuid: space.pinnedOrder === null ? null : projectOf(store, space).pinnedListUuid,
  pinnedListOrder: space.pinnedOrder,
});

/** A space among others: what it holds comes as text. */
export function spaceSummary(store: Store, space: Space): JsonObject {
  return {
    organizationUuid: projectOf(store, space).organizationUuid,
    projectUuid: space.projectUuid,
    uuid: space.uuid,
    name: space.name,
    ...pinned(store, space),
    chartCount: String(chartCount(store, space)),
    dashboardCount: String(dashboardsIn(store, space).length),
    childSpaceCount: String(childrenOf(store, space).length),
    appCount: '0',
    slug: space.slug,
    parentSpaceUuid: space.parentSpaceUuid ?? null,
    path: spacePath(store, space),
    inheritParentPermissions: !space.isPrivate,
    projectMemberAccessRole: null,
  };
}

/** A space in the list of a project. */
export function spaceListItem(store: Store, user: User, space: Space): JsonObject {
  const access = spaceAccess(store, user, space);
  return {
    ...spaceSummary(store, space),
    inheritsFromOrgOrProject: isOpenToProject(store, space),
    access: directUsers(store, space),
    userAccess: access && namelessAccess(access),
  };
}

/** All users with access to a space: the current user first, then by address. */
export function everyAccess(store: Store, user: User, space: Space): SpaceAccess[] {
  const otherUsers = [...store.users.values()]
    .filter((item) => item.userUuid !== user.userUuid && !item.isPending)
    .sort((a, b) => (a.email < b.email ? -1 : 1));
  const all = [user, ...otherUsers].map((user) => spaceAccess(store, user, space));
  return all.filter((access) => access !== null);
}

function breadcrumbs(store: Store, user: User, space: Space): JsonObject[] {
  const parent = store.spaces.get(space.parentSpaceUuid ?? '');
  const slugPath = { name: space.name, uuid: space.uuid, hasAccess: canView(store, user, space) };
  return [...(parent ? breadcrumbs(store, user, parent) : []), slugPath];
}

/** One space. Since 1.104 its `access` names only the current user. */
export function spaceView(store: Store, user: User, space: Space): JsonObject {
  const access = spaceAccess(store, user, space);
  const charts = chartsIn(store, space).sort((a, b) =>
    latestVersion(b).createdAt.localeCompare(latestVersion(a).createdAt),
  );
  return {
    organizationUuid: projectOf(store, space).organizationUuid,
    name: space.name,
    uuid: space.uuid,
    projectUuid: space.projectUuid,
    ...pinned(store, space),
    slug: space.slug,
    parentSpaceUuid: space.parentSpaceUuid ?? null,
    path: spacePath(store, space),
    inheritParentPermissions: !space.isPrivate,
    projectMemberAccessRole: null,
    colorPaletteUuid: null,
    inheritsFromOrgOrProject: isOpenToProject(store, space),
    queries: [
      ...charts.map((chart) => chartListItem(store, chart)),
      ...sqlChartsIn(store, space).map((chart) => sqlChartListItem(store, chart)),
    ],
    dashboards: dashboardsIn(store, space).map((dashboard) => dashboardListItem(store, dashboard)),
    childSpaces: childrenOf(store, space)
      .filter((child) => canView(store, user, child))
      .map((child) => spaceSummary(store, child)),
    access: access ? [namedAccess(access)] : [],
    groupsAccess: space.groups.map(({ groupUuid, role }) => ({
      groupUuid,
      spaceRole: role,
      groupName: store.groups.get(groupUuid)?.name,
    })),
    breadcrumbs: breadcrumbs(store, user, space),
  };
}

/** Content that is deleted with a space. */
export function deleteImpact(store: Store, space: Space): JsonObject {
  const spaces = treeOf(store, space);
  const charts = spaces.flatMap((space) => [
    ...chartsIn(store, space).map(({ uuid, name, spaceUuid }) => ({ uuid, name, spaceUuid })),
    ...sqlChartsIn(store, space).map(({ savedSqlUuid: uuid, name, spaceUuid }) => ({ uuid, name, spaceUuid })),
  ]);
  const dashboards = spaces.flatMap((space) =>
    dashboardsIn(store, space).map(({ uuid, name, spaceUuid }) => ({ uuid, name, spaceUuid })),
  );
  return {
    spaces: spaces.map((space) => ({
      uuid: space.uuid,
      name: space.name,
      parentSpaceUuid: space.parentSpaceUuid ?? null,
      chartCount: chartCount(store, space),
      dashboardCount: dashboardsIn(store, space).length,
      appCount: 0,
    })),
    charts,
    dashboards,
    apps: [],
    chartCount: charts.length,
    dashboardCount: dashboards.length,
    appCount: 0,
  };
}
