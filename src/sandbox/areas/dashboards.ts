import * as z from 'zod';
import { editableDashboard, visibleDashboard } from '../access/content.ts';
import { canView, projectFor, spaceOf } from '../access/permissions.ts';
import { looseBoolean } from '../http/body-validation.ts';
import { missingConfig } from '../http/refusals.ts';
import { route } from '../http/route.ts';
import { parsedOrUnexpected } from '../http/unvalidated.ts';
import type { Dashboard } from '../store/records.ts';
import { removeDashboard } from '../store/removal.ts';
import { projectOf } from '../views/charts.ts';
import { dashboardListItem, dashboardView } from '../views/dashboards.ts';
import {
  createDashboard,
  dashboardChanges,
  dashboardCopy,
  duplicateDashboard,
  newDashboard,
  updateDashboard,
} from './dashboard-writing.ts';

const base = '/api/v1/projects/{projectUuid}/dashboards';

const listChanges = z.array(
  z.object({ uuid: z.string(), name: z.string(), description: z.string().optional(), spaceUuid: z.string() }),
);

const listQuery = z.object({ chartUuid: z.string().optional(), includePrivate: looseBoolean.optional() });

/** Routes of dashboards. */
export const dashboardRoutes = [
  route('GET', base, { query: listQuery }, (call) => {
    const { store, user, query, params } = call;
    const shows = (dashboard: Dashboard) =>
      query.chartUuid === undefined ||
      dashboard.tiles.some((dashboardTile) => dashboardTile.properties.savedChartUuid === query.chartUuid);
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
    (call) =>
      call.query.duplicateFrom === undefined
        ? createDashboard(call)
        : duplicateDashboard(call, call.query.duplicateFrom),
  ),
  route('PATCH', base, { body: listChanges }, (call) => {
    const dashboards = call.body.map(({ uuid }) =>
      editableDashboard(call, uuid, "You don't have access to some of the dashboards you are trying to update."),
    );
    return dashboards.map((dashboard, index) => updateDashboard(call, dashboard, call.body[index] ?? {}));
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
    return updateDashboard(call, dashboard, parsedOrUnexpected(dashboardChanges, call.body));
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
  route('POST', '/api/v1/dashboards/{dashboardUuid}/exportCsv', { until: '0.1366' }, () => {
    throw missingConfig('Cloud storage is not enabled');
  }),
  // The end of the job was not recorded.
  route('POST', '/api/v1/dashboards/{dashboardUuid}/exportCsv', { since: '1.219' }, (call) => {
    const { projectUuid } = visibleDashboard(call, call.params.dashboardUuid);
    const job = { task: 'exportCsvDashboard', projectUuid, userUuid: call.user.userUuid };
    return { jobId: String(call.jobs.start(call.store, call.now, job, async () => ({}))) };
  }),
];
