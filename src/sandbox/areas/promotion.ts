import { isDeepStrictEqual } from 'node:util';
import { visibleChart, visibleDashboard } from '../access/content.ts';
import { canEditContent, isAllowed, spaceOf } from '../access/permissions.ts';
import { forbidden, NO_ACCESS, notFound } from '../http/refusals.ts';
import { type Call, route, type WriteContext } from '../http/route.ts';
import type { Chart, ChartVersion, Dashboard, DashboardTile, JsonObject, Project, Space } from '../store/records.ts';
import { newUuid } from '../store/store.ts';
import { chartView, latestVersion, projectOf } from '../views/charts.ts';
import { dashboardView } from '../views/dashboards.ts';
import { spaceSummary } from '../views/spaces.ts';
import { isUuid } from './today/find-by-id.ts';

type Action = 'no changes' | 'create' | 'update';
interface Change<Item> {
  action: Action;
  /** The upstream item, if any. */
  upstream: Item | null;
  source: Item;
}
interface Changes {
  upstreamProject: Project;
  space: Change<Space>;
  dashboard: Change<Dashboard> | null;
  charts: Change<Chart>[];
}

function change<Item>(source: Item, upstream: Item | undefined, isSame: (a: Item, b: Item) => boolean): Change<Item> {
  if (upstream === undefined) return { action: 'create', upstream: null, source };
  return { action: isSame(source, upstream) ? 'no changes' : 'update', upstream, source };
}

/** The project that a preview was made from. The sentence speaks of charts for dashboards too. */
function upstreamOf({ store, user }: WriteContext, content: Chart | Dashboard, kind: 'chart' | 'dashboard'): Project {
  const project = projectOf(store, content);
  const mayPromote =
    isAllowed(store, user, project, 'promote content') && canEditContent(store, user, spaceOf(store, content));
  if (!mayPromote) {
    throw forbidden(`Failed to promote ${kind}: you don't have access to edit this ${kind} in the origin project.`);
  }
  const upstream = store.projects.get(project.upstreamProjectUuid ?? '');
  if (!upstream) throw notFound('This chart does not have an upstream project');
  return upstream;
}

const content = ({ tableName, metricQuery, chartConfig, tableConfig, pivotConfig }: ChartVersion) => ({
  tableName,
  metricQuery,
  chartConfig,
  tableConfig,
  pivotConfig,
});

const sameChart = (a: Chart, b: Chart) =>
  a.name === b.name &&
  a.description === b.description &&
  isDeepStrictEqual(content(latestVersion(a)), content(latestVersion(b)));

/** Things correspond by slug. */
function bySlug<Item extends { slug: string; projectUuid: string }>(
  items: Map<string, Item>,
  project: Project,
  slug: string,
) {
  return [...items.values()].find((item) => item.projectUuid === project.projectUuid && item.slug === slug);
}

function chartChange({ store }: WriteContext, chart: Chart, upstream: Project): Change<Chart> {
  return change(chart, bySlug(store.charts, upstream, chart.slug), sameChart);
}

function spaceChange({ store }: WriteContext, item: Chart | Dashboard, upstream: Project): Change<Space> {
  const space = spaceOf(store, item);
  return change(space, bySlug(store.spaces, upstream, space.slug), () => true);
}

function chartChanges(call: WriteContext, chart: Chart): Changes {
  const upstreamProject = upstreamOf(call, chart, 'chart');
  const charts = [chartChange(call, chart, upstreamProject)];
  return { upstreamProject, space: spaceChange(call, chart, upstreamProject), dashboard: null, charts };
}

function dashboardChanges(call: WriteContext, dashboard: Dashboard): Changes {
  const { store } = call;
  const upstreamProject = upstreamOf(call, dashboard, 'dashboard');
  const charts = dashboard.tiles.flatMap((tile) => store.charts.get(String(tile.properties.savedChartUuid)) ?? []);
  return {
    upstreamProject,
    space: spaceChange(call, dashboard, upstreamProject),
    // Tiles name other charts there, so a dashboard never counts as the same.
    dashboard: change(dashboard, bySlug(store.dashboards, upstreamProject, dashboard.slug), () => false),
    charts: charts.map((chart) => chartChange(call, chart, upstreamProject)),
  };
}

/** Views of promoted things lack access and gain the slug of their space. */
function promoted({ isPrivate: _, access: __, ...view }: JsonObject, space: Space, more: JsonObject = {}): JsonObject {
  return { ...view, spaceSlug: space.slug, ...more };
}

function diff(call: WriteContext, { space, dashboard, charts }: Changes): JsonObject {
  const { store, user } = call;
  return {
    spaces: [{ action: space.action, data: spaceSummary(store, space.upstream ?? space.source) }],
    dashboards: dashboard
      ? [
          {
            action: dashboard.action,
            data: promoted(
              dashboardView(store, user, {
                ...(dashboard.upstream ?? dashboard.source),
                tiles: dashboard.source.tiles,
              }),
              space.source,
            ),
          },
        ]
      : [],
    charts: charts.map(({ action, upstream, source }) => {
      const { name, description } = source;
      const promotedChart = { ...(upstream ?? source), name, description };
      const view = chartView(store, user, promotedChart, latestVersion(source));
      return { action, data: promoted(view, space.source, { oldUuid: source.uuid }) };
    }),
  };
}

function promoteSpace({ store }: WriteContext, { space, upstreamProject }: Changes): Space {
  if (space.upstream) return space.upstream;
  const copy = {
    ...structuredClone(space.source),
    uuid: newUuid(),
    projectUuid: upstreamProject.projectUuid,
    pinnedOrder: null,
  };
  store.spaces.set(copy.uuid, copy);
  return copy;
}

function promoteChart(
  { store, user, now }: WriteContext,
  { action, upstream, source }: Change<Chart>,
  space: Space,
): Chart {
  if (upstream && action === 'no changes') return upstream;
  const stamp = { versionUuid: newUuid(), createdAt: now().toISOString(), createdByUserUuid: user.userUuid };
  const version = { ...structuredClone(latestVersion(source)), ...stamp };
  const { name, description } = source;
  if (upstream) {
    upstream.versions.push(version);
    return Object.assign(upstream, { name, description });
  }
  const place = { uuid: newUuid(), projectUuid: space.projectUuid, spaceUuid: space.uuid, dashboardUuid: null };
  const chart: Chart = { ...source, ...place, views: 0, firstViewedAt: null, pinnedOrder: null, versions: [version] };
  store.charts.set(chart.uuid, chart);
  return chart;
}

function promoteDashboard(call: WriteContext, changes: Changes & { dashboard: Change<Dashboard> }): Dashboard {
  const { store, user, now } = call;
  const space = promoteSpace(call, changes);
  const charts = new Map(changes.charts.map((change) => [change.source.uuid, promoteChart(call, change, space)]));
  const { source, upstream } = changes.dashboard;
  const uuid = upstream?.uuid ?? newUuid();
  const tiles = structuredClone(source.tiles).map((tile): DashboardTile => {
    const chart = charts.get(String(tile.properties.savedChartUuid));
    if (!chart) return tile;
    const isInDashboard = store.charts.get(String(tile.properties.savedChartUuid))?.dashboardUuid !== null;
    if (isInDashboard && chart.dashboardUuid === null) chart.dashboardUuid = uuid;
    return { ...tile, properties: { ...tile.properties, savedChartUuid: chart.uuid } };
  });
  const { name, description, tabs, filters } = structuredClone(source);
  const dashboard: Dashboard = {
    ...(upstream ?? { ...source, pinnedOrder: null, views: 0, firstViewedAt: null }),
    uuid,
    projectUuid: space.projectUuid,
    spaceUuid: space.uuid,
    name,
    description,
    tiles,
    tabs,
    filters,
    versionId: store.next.dashboardVersion++,
    updatedAt: now().toISOString(),
    updatedByUserUuid: user.userUuid,
  };
  store.dashboards.set(uuid, dashboard);
  for (const chart of store.charts.values()) if (chart.dashboardUuid === uuid) chart.spaceUuid = space.uuid;
  return dashboard;
}

const chartFor = (call: Call<'chartUuid'>) => visibleChart(call, call.params.chartUuid);
const dashboardFor = (call: Call<'dashboardUuid'>) => visibleDashboard(call, call.params.dashboardUuid, NO_ACCESS);

/** Routes of promotions upstream. */
export const promotionRoutes = [
  route('GET', '/api/v1/saved/{chartUuid}/promoteDiff', {}, (call) => diff(call, chartChanges(call, chartFor(call)))),
  route('POST', '/api/v1/saved/{chartUuid}/promote', {}, (call) => {
    const source = chartFor(call);
    const changes = chartChanges(call, source);
    const space = promoteSpace(call, changes);
    const [promotedChart] = changes.charts.map((change) => promoteChart(call, change, space));
    return promotedChart && promoted(chartView(call.store, call.user, promotedChart), space, { oldUuid: source.uuid });
  }),
  route('GET', '/api/v1/dashboards/{dashboardUuid}/promoteDiff', { until: '0.1366' }, (call) =>
    diff(call, dashboardChanges(call, dashboardFor(call))),
  ),
  route(
    'GET',
    '/api/v1/dashboards/{dashboardUuid}/promoteDiff',
    { since: '1.219', uncheckedIds: ['dashboardUuid'] },
    (call) => {
      if (!isUuid(call.rawParams.dashboardUuid)) throw notFound('Dashboard not found');
      return diff(call, dashboardChanges(call, dashboardFor(call)));
    },
  ),
  route('POST', '/api/v1/dashboards/{dashboardUuid}/promote', {}, (call) => {
    const changes = dashboardChanges(call, dashboardFor(call));
    if (!changes.dashboard) throw notFound('Dashboard not found');
    const dashboard = promoteDashboard(call, { ...changes, dashboard: changes.dashboard });
    return promoted(dashboardView(call.store, call.user, dashboard), spaceOf(call.store, dashboard));
  }),
];
