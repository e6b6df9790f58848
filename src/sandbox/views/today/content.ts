import { canView, spaceOf } from '../../access/permissions.ts';
import type { UserContext } from '../../http/route.ts';
import type { Chart, Dashboard, DeletedContent, JsonObject, Space, SqlChart } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';
import { chartKind, latestVersion, projectOf } from '../charts.ts';
import { byline } from '../people.ts';
import { sqlUpdate } from './charts.ts';
import { contentByline, verificationView } from './people.ts';
import { chartCount, childrenOf, dashboardsIn, spacePath } from './spaces.ts';

/** An item of `GET /api/v2/content`. */
export interface ContentItem extends JsonObject {
  contentType: 'chart' | 'dashboard' | 'space';
  uuid: string;
  name: string;
  lastUpdatedAt: string;
  views: number;
  project: { uuid: string; name: string };
  space: { uuid: string; name: string };
}

type Content = Chart | Dashboard | SqlChart | Space;

const uuidOf = (content: Content): string => ('savedSqlUuid' in content ? content.savedSqlUuid : content.uuid);

function common(store: Store, content: Content, space: Space) {
  const project = projectOf(store, content);
  const organization = store.organizations.get(project.organizationUuid);
  const isPinned = 'pinnedOrder' in content && content.pinnedOrder !== null;
  return {
    uuid: uuidOf(content),
    slug: content.slug,
    name: content.name,
    description: 'description' in content ? content.description : null,
    project: { uuid: project.projectUuid, name: project.name },
    organization: { uuid: project.organizationUuid, name: organization?.name ?? '' },
    space: { uuid: space.uuid, name: space.name },
    pinnedList: isPinned ? { uuid: project.pinnedListUuid } : null,
    views: 'views' in content ? content.views : 0,
    firstViewedAt: 'firstViewedAt' in content ? content.firstViewedAt : null,
  };
}

function chartItem(store: Store, chart: Chart): ContentItem {
  const { versions, dashboardUuid } = chart;
  const latest = latestVersion(chart);
  const dashboard = store.dashboards.get(dashboardUuid ?? '');
  return {
    contentType: 'chart',
    ...common(store, chart, spaceOf(store, chart)),
    createdAt: versions[0].createdAt,
    // The real server does not know of charts on explores who made them.
    createdBy: null,
    lastUpdatedAt: latest.createdAt,
    lastUpdatedBy: contentByline(store, latest.createdByUserUuid),
    source: 'dbt_explore',
    chartKind: chartKind(latest),
    dashboard: dashboard ? { uuid: dashboard.uuid, name: dashboard.name } : null,
    verification: verificationView(store, chart.verification),
  };
}

function sqlItem(store: Store, chart: SqlChart): ContentItem {
  const { at: lastUpdatedAt, by } = sqlUpdate(chart);
  return {
    contentType: 'chart',
    ...common(store, chart, spaceOf(store, chart)),
    createdAt: chart.createdAt,
    createdBy: contentByline(store, chart.createdByUserUuid),
    lastUpdatedAt,
    lastUpdatedBy: contentByline(store, by),
    source: 'sql',
    chartKind: chart.chartKind,
    dashboard: null,
    verification: null,
  };
}

function dashboardItem(store: Store, dashboard: Dashboard): ContentItem {
  return {
    contentType: 'dashboard',
    ...common(store, dashboard, spaceOf(store, dashboard)),
    createdAt: dashboard.createdAt ?? dashboard.updatedAt,
    createdBy: contentByline(store, dashboard.createdByUserUuid ?? dashboard.updatedByUserUuid),
    lastUpdatedAt: dashboard.updatedAt,
    lastUpdatedBy: contentByline(store, dashboard.updatedByUserUuid),
    verification: verificationView(store, dashboard.verification),
  };
}

function spaceItem(store: Store, space: Space): ContentItem {
  const createdAt = space.createdAt ?? projectOf(store, space).createdAt;
  const groups = space.groups.flatMap(({ groupUuid }) => store.groups.get(groupUuid)?.memberUuids ?? []);
  return {
    contentType: 'space',
    ...common(store, space, space),
    createdAt,
    createdBy: contentByline(store, space.createdByUserUuid ?? projectOf(store, space).createdByUserUuid),
    lastUpdatedAt: createdAt,
    lastUpdatedBy: null,
    parentSpaceUuid: space.parentSpaceUuid ?? null,
    path: spacePath(store, space),
    inheritParentPermissions: !space.isPrivate,
    dashboardCount: dashboardsIn(store, space).length,
    chartCount: chartCount(store, space),
    childSpaceCount: childrenOf(store, space).length,
    appCount: 0,
    verification: null,
    access: [...new Set([...space.users.map((user) => user.userUuid), ...groups])],
  };
}

/** Everything that the user may see, in all projects, including charts inside dashboards. */
export function contentItems({ store, user }: UserContext): ContentItem[] {
  const open = (content: { spaceUuid: string }) => canView(store, user, spaceOf(store, content));
  return [
    ...[...store.dashboards.values()].filter(open).map((dashboard) => dashboardItem(store, dashboard)),
    ...[...store.charts.values()]
      .filter((chart) => chart.dashboardUuid === null && open(chart))
      .map((chart) => chartItem(store, chart)),
    ...[...store.sqlCharts.values()].filter(open).map((sqlChart) => sqlItem(store, sqlChart)),
    ...[...store.spaces.values()]
      .filter((space) => canView(store, user, space))
      .map((space) => spaceItem(store, space)),
  ];
}

/** A thing in the bin, by what went with it. */
export function deletedItem(store: Store, entry: DeletedContent): JsonObject {
  const { uuid, contentType, projectUuid } = entry;
  const chart = entry.charts.find((chart) => chart.uuid === uuid);
  const sqlChart = entry.sqlCharts.find((sqlChart) => sqlChart.savedSqlUuid === uuid);
  const dashboard = entry.dashboards.find((dashboard) => dashboard.uuid === uuid);
  const space = entry.spaces.find((space) => space.uuid === uuid);
  const content = chart ?? sqlChart ?? dashboard ?? space;
  const spaceUuid = space?.uuid ?? (chart ?? sqlChart ?? dashboard)?.spaceUuid ?? '';
  const deletedSpaces = [...store.deleted.values()].flatMap((deletedContent) => deletedContent.spaces);
  const home =
    store.spaces.get(spaceUuid) ?? [...entry.spaces, ...deletedSpaces].find((space) => space.uuid === spaceUuid);
  const schedulerCount = entry.schedulers.length;
  const common = {
    uuid,
    name: content?.name ?? '',
    description: content && 'description' in content ? content.description : null,
    deletedAt: entry.deletedAt,
    deletedBy: byline(store, entry.deletedByUserUuid),
    spaceUuid,
    spaceName: home?.name ?? null,
    projectUuid,
    organizationUuid: store.projects.get(projectUuid)?.organizationUuid,
    contentType,
  };
  if (chart) return { ...common, chartKind: chartKind(latestVersion(chart)), source: 'dbt_explore', schedulerCount };
  if (sqlChart) return { ...common, chartKind: sqlChart.chartKind, source: 'sql', schedulerCount };
  const charts = entry.charts.length + entry.sqlCharts.length;
  if (dashboard) return { ...common, chartCount: charts, schedulerCount };
  return {
    ...common,
    nestedSpaceCount: entry.spaces.length - 1,
    dashboardCount: entry.dashboards.length,
    chartCount: charts,
    schedulerCount,
    appCount: 0,
  };
}
