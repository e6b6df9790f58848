import * as z from 'zod';
import { defaultSpace, NOT_YOUR_DASHBOARD_SPACE, visibleDashboard } from '../access/content.ts';
import { canEditContent, projectFor, spaceOf } from '../access/permissions.ts';
import { anyObject, looseNumber } from '../http/body-validation.ts';
import { forbidden, notFound, wrongParameter } from '../http/refusals.ts';
import type { Call, WriteContext } from '../http/route.ts';
import { parsedOrUnexpected } from '../http/unvalidated.ts';
import type { Dashboard, DashboardTile, JsonObject, Space } from '../store/records.ts';
import { removeChart } from '../store/removal.ts';
import { newUuid, type Store, slugFor } from '../store/store.ts';
import { latestVersion } from '../views/charts.ts';
import { dashboardView } from '../views/dashboards.ts';

/** Place of a tile in the body of a dashboard. */
export const tilePosition = {
  uuid: z.string().optional(),
  x: looseNumber,
  y: looseNumber,
  w: looseNumber,
  h: looseNumber,
  tabUuid: z.string().nullish(),
};
/** Tiles that have the same body on both releases. */
export const textTiles = [
  z.object({
    ...tilePosition,
    type: z.literal('markdown'),
    properties: z.looseObject({ title: z.string(), content: z.string() }),
  }),
  z.object({
    ...tilePosition,
    type: z.literal('loom'),
    properties: z.looseObject({ title: z.string(), url: z.string() }),
  }),
] as const;
const tile = z.discriminatedUnion('type', [
  z.object({
    ...tilePosition,
    type: z.enum(['saved_chart', 'sql_chart', 'semantic_viewer_chart']),
    properties: z.looseObject({ savedChartUuid: z.string().nullish() }),
  }),
  ...textTiles,
]);
const ruleList = z.array(anyObject).default([]);
const filters = z.object({ dimensions: ruleList, metrics: ruleList, tableCalculations: ruleList });
const tabs = z.array(z.object({ uuid: z.string(), name: z.string(), order: looseNumber }));
const content = { tiles: z.array(tile), tabs, filters: filters.optional() };

/** Body of a new dashboard on 0.1366. */
export const newDashboard = z.object({
  ...content,
  name: z.string(),
  description: z.string().optional(),
  spaceUuid: z.string().optional(),
});
/** Body of a copy of a dashboard. */
export const dashboardCopy = z.object({ dashboardName: z.string(), dashboardDesc: z.string() });

/** @throws 404 when a tile shows a chart that does not exist */
function tilesOf(store: Store, tiles: readonly z.output<typeof tile>[]): DashboardTile[] {
  return tiles.map(({ uuid = newUuid(), type, x, y, w, h, tabUuid = null, properties }) => {
    const { chartName: _, lastVersionChartKind: __, ...kept } = anyObject.parse(properties);
    const chartUuid = type === 'saved_chart' ? kept.savedChartUuid : null;
    if (typeof chartUuid === 'string' && !store.charts.has(chartUuid)) throw notFound('Saved chart not found');
    return { uuid, type, x, y, w, h, tabUuid, properties: kept };
  });
}

const emptyFilters = (): Dashboard['filters'] => ({ metrics: [], dimensions: [], tableCalculations: [] });

function keep(
  { store, user, now }: WriteContext,
  space: Space,
  values: Pick<Dashboard, 'name' | 'description' | 'tiles' | 'tabs' | 'filters'>,
): JsonObject {
  const slugs = [...store.dashboards.values()]
    .filter((dashboard) => dashboard.projectUuid === space.projectUuid)
    .map((dashboard) => dashboard.slug);
  const dashboard: Dashboard = {
    ...values,
    uuid: newUuid(),
    projectUuid: space.projectUuid,
    spaceUuid: space.uuid,
    slug: slugFor(values.name, slugs),
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

/** Copies a dashboard into its own space. */
export function duplicateDashboard(call: Call, sourceUuid: string): JsonObject {
  const body = dashboardCopy.safeParse(call.body);
  if (!body.success) throw wrongParameter('Invalid parameters to duplicate dashbaord');
  const source = visibleDashboard(call, sourceUuid);
  const space = spaceOf(call.store, source);
  if (!canEditContent(call.store, call.user, space)) throw forbidden(NOT_YOUR_DASHBOARD_SPACE);
  const { dashboardName: name, dashboardDesc: description } = body.data;
  // Tiles keep their uuids; charts that live inside the dashboard are copied with it.
  const view = keep(call, space, { ...structuredClone(source), name, description });
  const copy = call.store.dashboards.get(String(view.uuid));
  for (const dashboardTile of copy?.tiles ?? []) copyChartInside(call, dashboardTile, String(view.uuid));
  return copy ? dashboardView(call.store, call.user, copy) : view;
}

function copyChartInside({ store, user, now }: Call, dashboardTile: DashboardTile, dashboardUuid: string): void {
  const chart = store.charts.get(String(dashboardTile.properties.savedChartUuid));
  if (!chart || chart.dashboardUuid === null) return;
  const stamp = { versionUuid: newUuid(), createdAt: now().toISOString(), createdByUserUuid: user.userUuid };
  const uuid = newUuid();
  const slug = slugFor(
    chart.name,
    [...store.charts.values()].map((other) => other.slug),
  );
  const version = { ...structuredClone(latestVersion(chart)), ...stamp };
  store.charts.set(uuid, { ...chart, uuid, slug, dashboardUuid, views: 0, firstViewedAt: null, versions: [version] });
  dashboardTile.properties = { ...dashboardTile.properties, savedChartUuid: uuid };
}

/**
 * Creates a dashboard. With a space the project in the path is ignored: the dashboard goes into the project of the space.
 */
export function createDashboard(call: Call): JsonObject {
  const body = parsedOrUnexpected(newDashboard, call.body);
  const { store, user } = call;
  const space =
    body.spaceUuid === undefined
      ? defaultSpace(call, projectFor(call, call.params.projectUuid ?? '').projectUuid)
      : store.spaces.get(body.spaceUuid);
  if (!space || !canEditContent(store, user, space)) throw forbidden(NOT_YOUR_DASHBOARD_SPACE);
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

/** Body of a change: properties, or tiles with filters and tabs. */
export const dashboardChanges = z.object({
  name: z.string().optional(),
  description: z.string().optional(),
  spaceUuid: z.string().optional(),
  tiles: content.tiles.optional(),
  tabs: tabs.optional(),
  filters: content.filters,
});

/** Renames, describes or moves a dashboard, or gives it other tiles. */
export function updateDashboard(
  call: WriteContext,
  dashboard: Dashboard,
  body: z.output<typeof dashboardChanges>,
): JsonObject {
  const { store, user } = call;
  const { name, description, spaceUuid, tiles } = body;
  if (spaceUuid !== undefined) {
    const space = store.spaces.get(spaceUuid);
    const isSameProject = space?.projectUuid === dashboard.projectUuid;
    if (!isSameProject || !canEditContent(store, user, space)) throw forbidden(NOT_YOUR_DASHBOARD_SPACE);
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
    const chartUuids = new Set(dashboard.tiles.map((dashboardTile) => dashboardTile.properties.savedChartUuid));
    for (const chart of [...store.charts.values()]) {
      if (chart.dashboardUuid === dashboard.uuid && !chartUuids.has(chart.uuid)) removeChart(store, chart.uuid);
    }
  }
  return dashboardView(store, user, dashboard);
}
