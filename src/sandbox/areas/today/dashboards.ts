import * as z from 'zod';
import { defaultSpace } from '../../access/content.ts';
import { canEditContent, canView, projectFor, spaceOf } from '../../access/permissions.ts';
import { looseBoolean } from '../../http/body-validation.ts';
import { forbidden, invalid, notExists, notFound, unexpected, wrongParameter } from '../../http/refusals.ts';
import { type Call, route, type UserContext, type WriteContext } from '../../http/route.ts';
import { parsedOrUnexpected } from '../../http/unvalidated.ts';
import type { Dashboard, DashboardTile, DashboardVersion, JsonObject, Space } from '../../store/records.ts';
import { newUuid } from '../../store/store.ts';
import { latestVersion } from '../../views/charts.ts';
import {
  dashboardListItem,
  dashboardView,
  versionSummary,
  versionsOf,
  versionUuidOf,
} from '../../views/today/dashboards.ts';
import { dashboardCopy } from '../dashboard-writing.ts';
import { makeVersion } from './chart-versions.ts';
import { keepChart } from './charts.ts';
import {
  bulkChanges,
  dashboardChanges,
  innerChart,
  looseChanges,
  newDashboard,
  type VersionBody,
  withCharts,
} from './dashboard-bodies.ts';
import { keepDashboard, presentOf, replaceVersion, versionOf } from './dashboard-versions.ts';
import { deleteContent } from './deleting.ts';
import { dashboardFor, needUuid, targetSpace } from './find-by-id.ts';
import { loseVerification } from './verification.ts';

const since = '1.219';
const list = '/api/v1/projects/{projectUuid}/dashboards';
const dashboardPath = '/api/v1/dashboards/{dashboardUuid}';
const dashboardPathV2 = '/api/v2/projects/{projectUuid}/dashboards/{dashboardUuid}';
const bySlug = { since, uncheckedIds: ['dashboardUuid'] } as const;
const NOT_YOUR_SPACE = "You don't have access to the space this dashboard belongs to";

/** @throws 404 for an unknown dashboard, 403 in these words unless the user may change it */
function editable(call: UserContext, id: string, refusal = NOT_YOUR_SPACE, project?: string): Dashboard {
  const dashboard = dashboardFor(call, id, project === undefined ? {} : { project });
  if (!canEditContent(call.store, call.user, spaceOf(call.store, dashboard))) throw forbidden(refusal);
  return dashboard;
}

/** The space of a new dashboard. @throws 404 for an unknown one, 403 without write access or for one of another project */
function placeOf(call: UserContext, projectUuid: string, spaceUuid: string | undefined): Space {
  const space = spaceUuid === undefined ? defaultSpace(call, projectUuid) : call.store.spaces.get(needUuid(spaceUuid));
  if (!space) throw notFound(`space with spaceUuid ${spaceUuid} does not exist`);
  if (space.projectUuid !== projectUuid) throw forbidden('Space does not belong to this project');
  if (!canEditContent(call.store, call.user, space)) throw forbidden(NOT_YOUR_SPACE);
  return space;
}

function createDashboard(call: Call<'projectUuid'>): JsonObject {
  const body = parsedOrUnexpected(newDashboard, call.body);
  const space = placeOf(call, call.params.projectUuid, body.spaceUuid);
  const version = versionOf(call, body);
  const description = body.description ?? null;
  return dashboardView(call.store, call.user, keepDashboard(call, space, { name: body.name, description, version }));
}

/** Copies a dashboard into its own space: tiles keep their uuids, charts that live inside are copied with it. */
function duplicateDashboard(call: Call, sourceId: string): JsonObject {
  const body = dashboardCopy.safeParse(call.body).data;
  if (!body) throw wrongParameter('Invalid parameters to duplicate dashbaord');
  const { dashboardName: name, dashboardDesc: description } = body;
  const source = editable(call, sourceId);
  const space = spaceOf(call.store, source);
  const stamp = { updatedAt: call.now().toISOString(), updatedByUserUuid: call.user.userUuid };
  const versionId = call.store.next.dashboardVersion++;
  const version = { ...presentOf(source), ...stamp, versionId, versionUuid: newUuid() };
  const copy = keepDashboard(call, space, { name, description, version });
  for (const tile of copy.tiles) {
    const chart = call.store.charts.get(String(tile.properties.savedChartUuid));
    if (!chart || chart.dashboardUuid === null) continue;
    const { projectUuid, spaceUuid } = chart;
    const version = { versionUuid: newUuid(), createdAt: stamp.updatedAt, createdByUserUuid: call.user.userUuid };
    const inner = keepChart(call, {
      ...{ projectUuid, spaceUuid, name: chart.name, description: chart.description, dashboardUuid: copy.uuid },
      version: { ...structuredClone(latestVersion(chart)), ...version },
    });
    tile.properties = { ...tile.properties, savedChartUuid: inner.uuid };
  }
  return dashboardView(call.store, call.user, copy);
}

/** @throws 422 for a chart that does not fit; the sentence says no more than that */
function innerOf(value: unknown, index: number): z.output<typeof innerChart> {
  const read = innerChart.safeParse(value);
  if (read.success) return read.data;
  const message = 'Could not match the union against any of the items.';
  throw invalid({ [`charts.$${index}`]: { message, value } });
}

const GRID_WIDTH = 18;
const height = (type: string) => (type === 'big_number' ? 6 : 9);

/** Creates a dashboard with charts inside, two in a row. An unknown explore of a chart cancels all of it. */
function createWithCharts(call: Call<'projectUuid', z.output<typeof withCharts>>): JsonObject {
  const { store } = call;
  const body = { ...call.body, charts: call.body.charts.map(innerOf) };
  const space = placeOf(call, call.params.projectUuid, body.spaceUuid);
  const explores = store.explores.get(space.projectUuid)?.all ?? [];
  for (const { tableName } of body.charts) {
    if (!explores.some((explore) => explore.name === tableName))
      throw notExists(`Explore "${tableName}" does not exist.`);
  }
  const version = versionOf(call, { tiles: [], tabs: [] });
  const dashboard = keepDashboard(call, space, { name: body.name, description: body.description ?? '', version });
  const place = { projectUuid: space.projectUuid, spaceUuid: space.uuid, dashboardUuid: dashboard.uuid };
  dashboard.tiles = body.charts.map((chart, index): DashboardTile => {
    const { name, description = null } = chart;
    const { uuid } = keepChart(call, { ...place, name, description, version: makeVersion(call, chart) });
    const position = {
      x: (index % 2) * GRID_WIDTH,
      y: Math.floor(index / 2) * 9,
      w: GRID_WIDTH,
      h: height(chart.chartConfig.type),
    };
    return { uuid: newUuid(), type: 'saved_chart', ...position, tabUuid: null, properties: { savedChartUuid: uuid } };
  });
  return dashboardView(store, call.user, dashboard);
}

/** Takes charts that lived inside a dashboard and are shown by no tile of it any more. */
function dropOrphans(call: WriteContext, dashboard: Dashboard): void {
  const chartUuids = new Set(dashboard.tiles.map((tile) => tile.properties.savedChartUuid));
  for (const chart of [...call.store.charts.values()]) {
    if (chart.dashboardUuid === dashboard.uuid && !chartUuids.has(chart.uuid)) deleteContent(call, 'chart', chart);
  }
}

interface Changes {
  name?: string | undefined;
  description?: string | null | undefined;
  spaceUuid?: string | undefined;
  version?: VersionBody | undefined;
}

function change(
  call: WriteContext,
  dashboard: Dashboard,
  { name, description, spaceUuid, version }: Changes,
): JsonObject {
  const { store } = call;
  const space = spaceUuid === undefined ? undefined : targetSpace(store, spaceUuid);
  if (space && !canEditContent(store, call.user, space)) throw forbidden(NOT_YOUR_SPACE);
  const next = version && versionOf(call, version);
  if (space) {
    dashboard.spaceUuid = space.uuid;
    for (const chart of store.charts.values()) if (chart.dashboardUuid === dashboard.uuid) chart.spaceUuid = space.uuid;
  }
  // An empty name is ignored.
  if (name) dashboard.name = name;
  if (description !== undefined) dashboard.description = description;
  if (next) {
    replaceVersion(dashboard, next);
    dropOrphans(call, dashboard);
    loseVerification(call, dashboard);
  }
  return dashboardView(store, call.user, dashboard);
}

function read(call: Call, dashboard: Dashboard): JsonObject {
  const view = dashboardView(call.store, call.user, dashboard);
  dashboard.views += 1;
  dashboard.firstViewedAt ??= call.now().toISOString();
  return view;
}

function versionFor(dashboard: Dashboard, versionUuid: string): DashboardVersion {
  const version = versionsOf(dashboard).find((item) => versionUuidOf(dashboard, item) === versionUuid);
  if (!version) throw notFound('Dashboard version not found');
  return version;
}

const NO_HISTORY = "You don't have access to view the version history of this dashboard";

/** Routes of dashboards on 1.219. */
export const dashboardRoutes = [
  route(
    'GET',
    list,
    { since, query: z.object({ chartUuid: z.string().optional(), includePrivate: looseBoolean.optional() }) },
    ({ store, user, params, query }) =>
      [...store.dashboards.values()]
        .filter((item) => item.projectUuid === params.projectUuid && canView(store, user, spaceOf(store, item)))
        .filter(
          ({ tiles }) =>
            query.chartUuid === undefined || tiles.some((tile) => tile.properties.savedChartUuid === query.chartUuid),
        )
        .map((item) => dashboardListItem(store, item, true)),
  ),
  route(
    'POST',
    list,
    {
      since,
      status: 201,
      body: z.union([dashboardCopy, newDashboard]),
      query: z.object({ duplicateFrom: z.string().optional() }),
    },
    (call) =>
      call.query.duplicateFrom === undefined
        ? createDashboard(call)
        : duplicateDashboard(call, call.query.duplicateFrom),
  ),
  route('POST', `${list}/with-charts`, { since, status: 201, body: withCharts }, createWithCharts),
  route('PATCH', list, { since, body: bulkChanges }, (call) => {
    projectFor(call, call.params.projectUuid);
    const refusal = "You don't have access to some of the dashboards you are trying to update.";
    const changed = call.body.map((body) => ({ body, item: editable(call, needUuid(body.uuid), refusal) }));
    for (const { body } of changed) targetSpace(call.store, body.spaceUuid);
    return changed.map(({ body, item }) => change(call, item, body));
  }),
  route('GET', dashboardPath, bySlug, (call) => read(call, dashboardFor(call, call.rawParams.dashboardUuid))),
  route('GET', dashboardPathV2, bySlug, (call) =>
    read(call, dashboardFor(call, call.rawParams.dashboardUuid, { project: call.params.projectUuid })),
  ),
  route('PATCH', dashboardPath, bySlug, (call) => {
    const dashboard = editable(call, call.rawParams.dashboardUuid);
    const { tiles, ...body } = parsedOrUnexpected(looseChanges, call.body);
    return change(call, dashboard, {
      ...body,
      ...(tiles ? { version: { ...body, tiles, tabs: body.tabs ?? [] } } : {}),
    });
  }),
  route('PATCH', dashboardPathV2, { ...bySlug, body: dashboardChanges, bodyStyle: 'intersection' }, (call) =>
    change(call, editable(call, call.rawParams.dashboardUuid, NOT_YOUR_SPACE, call.params.projectUuid), call.body),
  ),
  route('DELETE', dashboardPath, bySlug, (call) => {
    deleteContent(call, 'dashboard', editable(call, call.rawParams.dashboardUuid));
  }),
  route('DELETE', dashboardPathV2, bySlug, (call) => {
    const { projectUuid } = call.params;
    deleteContent(call, 'dashboard', editable(call, call.rawParams.dashboardUuid, NOT_YOUR_SPACE, projectUuid));
  }),
  route('GET', `${dashboardPath}/history`, bySlug, (call) => {
    const dashboard = editable(call, call.rawParams.dashboardUuid, NO_HISTORY);
    return { history: versionsOf(dashboard).map((version) => versionSummary(call.store, dashboard, version)) };
  }),
  route('GET', `${dashboardPath}/version/{versionUuid}`, bySlug, (call) => {
    const dashboard = editable(call, call.rawParams.dashboardUuid, NO_HISTORY);
    const version = versionFor(dashboard, call.params.versionUuid);
    const summary = versionSummary(call.store, dashboard, version);
    return {
      ...summary,
      dashboard: dashboardView(call.store, call.user, dashboard, version),
      chartVersionDifferences: [],
    };
  }),
  route('POST', `${dashboardPath}/rollback/{versionUuid}`, bySlug, (call) => {
    const dashboard = editable(call, call.rawParams.dashboardUuid, "You don't have access to rollback this dashboard");
    const { tiles, tabs, filters, config, parameters } = versionFor(dashboard, call.params.versionUuid);
    replaceVersion(dashboard, {
      ...structuredClone({ tiles, tabs, filters, config: config ?? null, parameters: parameters ?? null }),
      versionId: call.store.next.dashboardVersion++,
      versionUuid: newUuid(),
      updatedAt: call.now().toISOString(),
      updatedByUserUuid: call.user.userUuid,
    });
    loseVerification(call, dashboard);
  }),
  route('GET', `${dashboardPath}/views`, { since }, () => {
    throw unexpected();
  }),
];
