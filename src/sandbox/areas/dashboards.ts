import { z } from 'zod';
import { canEditContent, canView, projectFor, spaceOf } from '../access/permissions.ts';
import { anyObject, looseBoolean, looseNumber } from '../http/body-validation.ts';
import { forbidden, missingConfig, notFound, wrongParameter } from '../http/refusals.ts';
import { type Call, route } from '../http/route.ts';
import type { Dashboard, DashboardTile, JsonObject, Space } from '../store/records.ts';
import { removeChart, removeDashboard } from '../store/removal.ts';
import { newUuid, type Store, slugFor } from '../store/store.ts';
import { latestVersion, projectOf } from '../views/charts.ts';
import { dashboardListItem, dashboardView } from '../views/dashboards.ts';
import { defaultSpace, parsedOrUnexpected } from './charts.ts';

const base = '/api/v1/projects/{projectUuid}/dashboards';
const NOT_YOUR_SPACE = "You don't have access to the space this dashboard belongs to";

/** @throws 404 for an unknown dashboard, 403 when its space is closed to the user */
export function visibleDashboard(
  call: Pick<Call, 'store' | 'user'>,
  uuid: string,
  refusal = NOT_YOUR_SPACE,
): Dashboard {
  const dashboard = call.store.dashboards.get(uuid);
  if (!dashboard) throw notFound('Dashboard not found');
  if (!canView(call.store, call.user, spaceOf(call.store, dashboard))) throw forbidden(refusal);
  return dashboard;
}

export function editableDashboard(
  call: Pick<Call, 'store' | 'user'>,
  uuid: string,
  refusal = NOT_YOUR_SPACE,
): Dashboard {
  const dashboard = visibleDashboard(call, uuid, refusal);
  if (!canEditContent(call.store, call.user, spaceOf(call.store, dashboard))) throw forbidden(refusal);
  return dashboard;
}

const placed = {
  uuid: z.string().optional(),
  x: looseNumber,
  y: looseNumber,
  w: looseNumber,
  h: looseNumber,
  tabUuid: z.string().nullish(),
};
const tile = z.discriminatedUnion('type', [
  z.object({
    ...placed,
    type: z.enum(['saved_chart', 'sql_chart', 'semantic_viewer_chart']),
    properties: z.looseObject({ savedChartUuid: z.string().nullish() }),
  }),
  z.object({
    ...placed,
    type: z.literal('markdown'),
    properties: z.looseObject({ title: z.string(), content: z.string() }),
  }),
  z.object({ ...placed, type: z.literal('loom'), properties: z.looseObject({ title: z.string(), url: z.string() }) }),
]);
const ruleList = z.array(anyObject).default([]);
const filters = z.object({ dimensions: ruleList, metrics: ruleList, tableCalculations: ruleList });
const tabs = z.array(z.object({ uuid: z.string(), name: z.string(), order: looseNumber }));
const content = { tiles: z.array(tile), tabs, filters: filters.optional() };

const newDashboard = z.object({
  ...content,
  name: z.string(),
  description: z.string().optional(),
  spaceUuid: z.string().optional(),
});
const dashboardCopy = z.object({ dashboardName: z.string(), dashboardDesc: z.string() });

/** @throws 404 when a tile shows a chart that does not exist */
function tilesOf(store: Store, tiles: readonly z.output<typeof tile>[]): DashboardTile[] {
  return tiles.map(({ uuid = newUuid(), type, x, y, w, h, tabUuid = null, properties }) => {
    const { chartName: _, lastVersionChartKind: __, ...kept } = properties as JsonObject;
    const chartUuid = type === 'saved_chart' ? kept.savedChartUuid : null;
    if (typeof chartUuid === 'string' && !store.charts.has(chartUuid)) throw notFound('Saved chart not found');
    return { uuid, type, x, y, w, h, tabUuid, properties: kept };
  });
}

const emptyFilters = (): Dashboard['filters'] => ({ metrics: [], dimensions: [], tableCalculations: [] });

function keep(
  { store, user, now }: Pick<Call, 'store' | 'user' | 'now'>,
  space: Space,
  made: Pick<Dashboard, 'name' | 'description' | 'tiles' | 'tabs' | 'filters'>,
): JsonObject {
  const slugs = [...store.dashboards.values()]
    .filter((dashboard) => dashboard.projectUuid === space.projectUuid)
    .map((dashboard) => dashboard.slug);
  const dashboard: Dashboard = {
    ...made,
    uuid: newUuid(),
    projectUuid: space.projectUuid,
    spaceUuid: space.uuid,
    slug: slugFor(made.name, slugs),
    versionId: store.next.dashboardVersion++,
    updatedAt: now().toISOString(),
    updatedByUserUuid: user.userUuid,
    views: 0,
    firstViewedAt: null,
    pinnedOrder: null,
  };
  store.dashboards.set(dashboard.uuid, dashboard);
  return dashboardView(store, user, dashboard);
}

function duplicate(call: Call, sourceUuid: string): JsonObject {
  const body = dashboardCopy.safeParse(call.body);
  if (!body.success) throw wrongParameter('Invalid parameters to duplicate dashbaord');
  const source = visibleDashboard(call, sourceUuid);
  const space = spaceOf(call.store, source);
  if (!canEditContent(call.store, call.user, space)) throw forbidden(NOT_YOUR_SPACE);
  const { dashboardName: name, dashboardDesc: description } = body.data;
  // Tiles keep their uuids; charts that live inside the dashboard are copied with it.
  const view = keep(call, space, { ...structuredClone(source), name, description });
  const copy = call.store.dashboards.get(String(view.uuid));
  for (const one of copy?.tiles ?? []) copyChartInside(call, one, String(view.uuid));
  return copy ? dashboardView(call.store, call.user, copy) : view;
}

function copyChartInside({ store, user, now }: Call, one: DashboardTile, dashboardUuid: string): void {
  const chart = store.charts.get(String(one.properties.savedChartUuid));
  if (!chart || chart.dashboardUuid === null) return;
  const stamp = { versionUuid: newUuid(), createdAt: now().toISOString(), createdByUserUuid: user.userUuid };
  const uuid = newUuid();
  const slug = slugFor(
    chart.name,
    [...store.charts.values()].map((other) => other.slug),
  );
  const version = { ...structuredClone(latestVersion(chart)), ...stamp };
  store.charts.set(uuid, { ...chart, uuid, slug, dashboardUuid, views: 0, firstViewedAt: null, versions: [version] });
  one.properties = { ...one.properties, savedChartUuid: uuid };
}

/**
 * Makes a dashboard. With a space the project in the path is not looked at: the dashboard goes where the space is.
 */
function create(call: Call): JsonObject {
  const body = newDashboard.parse(call.body);
  const { store, user } = call;
  const space =
    body.spaceUuid === undefined
      ? defaultSpace(call, projectFor(call, call.params.projectUuid ?? '').projectUuid)
      : store.spaces.get(body.spaceUuid);
  if (!space || !canEditContent(store, user, space)) throw forbidden(NOT_YOUR_SPACE);
  const { isPrivate, ...view } = keep(call, space, {
    name: body.name,
    description: body.description ?? null,
    tiles: tilesOf(store, body.tiles),
    tabs: body.tabs,
    filters: body.filters ?? emptyFilters(),
  });
  // The real server forgets to say this of a space that it chose itself.
  return body.spaceUuid === undefined ? view : { ...view, isPrivate };
}

const listChanges = z.array(
  z.object({ uuid: z.string(), name: z.string(), description: z.string().optional(), spaceUuid: z.string() }),
);

const changes = z.object({
  name: z.string().optional(),
  description: z.string().optional(),
  spaceUuid: z.string().optional(),
  tiles: content.tiles.optional(),
  tabs: tabs.optional(),
  filters: content.filters,
});

function update(
  call: Pick<Call, 'store' | 'user' | 'now'>,
  dashboard: Dashboard,
  body: z.output<typeof changes>,
): JsonObject {
  const { store, user } = call;
  const { name, description, spaceUuid, tiles } = body;
  if (spaceUuid !== undefined) {
    const space = store.spaces.get(spaceUuid);
    if (!space || !canEditContent(store, user, space)) throw forbidden(NOT_YOUR_SPACE);
    dashboard.spaceUuid = spaceUuid;
    for (const chart of store.charts.values()) if (chart.dashboardUuid === dashboard.uuid) chart.spaceUuid = spaceUuid;
  }
  if (name !== undefined) dashboard.name = name;
  if (description !== undefined) dashboard.description = description;
  if (tiles !== undefined) {
    // Only tiles make a new version; charts that lived inside and lost their tile go.
    dashboard.tiles = tilesOf(store, tiles);
    dashboard.tabs = body.tabs ?? [];
    dashboard.filters = body.filters ?? emptyFilters();
    dashboard.versionId = store.next.dashboardVersion++;
    dashboard.updatedAt = call.now().toISOString();
    dashboard.updatedByUserUuid = user.userUuid;
    const shown = new Set(dashboard.tiles.map((one) => one.properties.savedChartUuid));
    for (const chart of [...store.charts.values()]) {
      if (chart.dashboardUuid === dashboard.uuid && !shown.has(chart.uuid)) removeChart(store, chart.uuid);
    }
  }
  return dashboardView(store, user, dashboard);
}

const listQuery = z.object({ chartUuid: z.string().optional(), includePrivate: looseBoolean.optional() });

export const dashboardRoutes = [
  route('GET', base, { query: listQuery }, (call) => {
    const { store, user, query, params } = call;
    const shows = (dashboard: Dashboard) =>
      query.chartUuid === undefined || dashboard.tiles.some((one) => one.properties.savedChartUuid === query.chartUuid);
    return [...store.dashboards.values()]
      .filter((dashboard) => dashboard.projectUuid === params.projectUuid && shows(dashboard))
      .filter((dashboard) => canView(store, user, spaceOf(store, dashboard)))
      .map((dashboard) => dashboardListItem(store, dashboard, true));
  }),
  route(
    'POST',
    base,
    {
      status: 201,
      body: z.union([dashboardCopy, newDashboard]),
      query: z.object({ duplicateFrom: z.string().optional() }),
    },
    (call) => (call.query.duplicateFrom === undefined ? create(call) : duplicate(call, call.query.duplicateFrom)),
  ),
  route('PATCH', base, { body: listChanges }, (call) => {
    const found = call.body.map(({ uuid }) =>
      editableDashboard(call, uuid, "You don't have access to some of the dashboards you are trying to update."),
    );
    return found.map((dashboard, index) => update(call, dashboard, call.body[index] ?? {}));
  }),
  route('GET', '/api/v1/dashboards/{dashboardUuid}', {}, (call) => {
    const dashboard = visibleDashboard(call, call.params.dashboardUuid);
    const view = dashboardView(call.store, call.user, dashboard);
    dashboard.views += 1;
    dashboard.firstViewedAt ??= call.now().toISOString();
    return view;
  }),
  route('PATCH', '/api/v1/dashboards/{dashboardUuid}', {}, (call) => {
    const dashboard = editableDashboard(call, call.params.dashboardUuid);
    return update(call, dashboard, parsedOrUnexpected(changes, call.body));
  }),
  route('DELETE', '/api/v1/dashboards/{dashboardUuid}', {}, (call) => {
    removeDashboard(call.store, editableDashboard(call, call.params.dashboardUuid).uuid);
  }),
  route(
    'GET',
    '/api/v1/dashboards/{dashboardUuid}/views',
    {},
    (call) => visibleDashboard(call, call.params.dashboardUuid).views,
  ),
  route('PATCH', '/api/v1/dashboards/{dashboardUuid}/pinning', {}, (call) => {
    const dashboard = visibleDashboard(call, call.params.dashboardUuid);
    projectFor(call, dashboard.projectUuid, 'arrange pinned items');
    const { projectUuid, pinnedListUuid } = projectOf(call.store, dashboard);
    dashboard.pinnedOrder = dashboard.pinnedOrder === null ? 100 : null;
    return { projectUuid, spaceUuid: dashboard.spaceUuid, pinnedListUuid, isPinned: dashboard.pinnedOrder !== null };
  }),
  route('POST', '/api/v1/dashboards/{dashboardUuid}/exportCsv', {}, () => {
    throw missingConfig('Cloud storage is not enabled');
  }),
];
