import { forbidden, notFound } from '../http/refusals.ts';
import type { UserContext } from '../http/route.ts';
import type { Chart, Dashboard, Space } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { canEditContent, canView, spaceOf } from './permissions.ts';

/** Message of 403 for a chart in a space that the user cannot open (recorded). */
export const NOT_YOUR_CHART_SPACE = "You don't have access to the space this chart belongs to";
/** Message of 403 for a dashboard in a space that the user cannot open (recorded). */
export const NOT_YOUR_DASHBOARD_SPACE = "You don't have access to the space this dashboard belongs to";

/** @throws 404 for an unknown chart, 403 in these words when its space is closed to the user */
export function visibleChart({ store, user }: UserContext, chartUuid: string, refusal?: string): Chart {
  const chart = store.charts.get(chartUuid);
  if (!chart) throw notFound('Saved query not found');
  if (!canView(store, user, spaceOf(store, chart))) throw forbidden(refusal);
  return chart;
}

/** @throws 404 for an unknown chart, 403 unless the user may change it */
export function editableChart(call: UserContext, chartUuid: string, refusal = NOT_YOUR_CHART_SPACE): Chart {
  const chart = visibleChart(call, chartUuid, refusal);
  if (!canEditContent(call.store, call.user, spaceOf(call.store, chart))) throw forbidden(refusal);
  return chart;
}

/** @throws 404 for an unknown dashboard, 403 when its space is closed to the user */
export function visibleDashboard(
  { store, user }: UserContext,
  uuid: string,
  refusal = NOT_YOUR_DASHBOARD_SPACE,
): Dashboard {
  const dashboard = store.dashboards.get(uuid);
  if (!dashboard) throw notFound('Dashboard not found');
  if (!canView(store, user, spaceOf(store, dashboard))) throw forbidden(refusal);
  return dashboard;
}

/** @throws 404 for an unknown dashboard, 403 unless the user may change it */
export function editableDashboard(call: UserContext, uuid: string, refusal = NOT_YOUR_DASHBOARD_SPACE): Dashboard {
  const dashboard = visibleDashboard(call, uuid, refusal);
  if (!canEditContent(call.store, call.user, spaceOf(call.store, dashboard))) throw forbidden(refusal);
  return dashboard;
}

/** The spaces of a project, at any depth. */
export const spacesOf = (store: Store, projectUuid: string): Space[] =>
  [...store.spaces.values()].filter((space) => space.projectUuid === projectUuid);

/** The space for new content without one: the first open space that the user may fill. */
export function defaultSpace({ store, user }: UserContext, projectUuid: string): Space | undefined {
  return spacesOf(store, projectUuid).find((space) => !space.isPrivate && canEditContent(store, user, space));
}
