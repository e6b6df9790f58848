import { canView, projectFor, spaceOf } from '../../access/permissions.ts';
import { atLeast, isOpenToProject, projectRole, spaceAccess } from '../../access/roles.ts';
import { forbidden, invalid, notFound, unexpected } from '../../http/refusals.ts';
import type { UserContext } from '../../http/route.ts';
import type { Chart, Dashboard, Role, Space, SqlChart, User } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';

/** Look-ups of 1.219 by the ids of a path, with its refusals if there is nothing or no access. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** True for a uuid, not for a slug. */
export const isUuid = (text: string): boolean => UUID.test(text);

/** @throws 500, as a database does that is handed something else for a uuid */
export function needUuid(text: string): string {
  if (!isUuid(text)) throw unexpected();
  return text.toLowerCase();
}

const UUID_4 = '[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-4[0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}';

/** A uuid of a path. @throws 422 for what is none, as the routes do whose types say so */
export function checkedUuid<Name extends string>(params: Record<Name, string>, name: Name): string {
  const value = params[name];
  if (new RegExp(`^${UUID_4}$`).test(value)) return value.toLowerCase();
  throw invalid({ [name]: { message: `Not match in '${UUID_4}'`, value } });
}

/** The item with that uuid or slug in a project, or in any project without one. */
function named<Item extends { slug: string; projectUuid: string }>(
  items: Map<string, Item>,
  uuidOrSlug: string,
  projectUuid?: string,
): Item | undefined {
  const ifInProject = (item: Item | undefined) =>
    item !== undefined && (projectUuid === undefined || item.projectUuid === projectUuid) ? item : undefined;
  if (isUuid(uuidOrSlug)) return ifInProject(items.get(uuidOrSlug.toLowerCase()));
  return [...items.values()].find((item) => item.slug === uuidOrSlug && ifInProject(item) !== undefined);
}

/** @throws 404 for an unknown chart, 403 in these words when its space is closed to the user */
export function chartFor(
  { store, user }: UserContext,
  id: string,
  options: { project?: string; refusal?: string } = {},
): Chart {
  const chart = named(store.charts, id, options.project);
  if (!chart) throw notFound('Saved query not found');
  if (!canView(store, user, spaceOf(store, chart))) throw forbidden(options.refusal);
  return chart;
}

/** @throws 404 for an unknown dashboard, 403 when its space is closed to the user */
export function dashboardFor({ store, user }: UserContext, id: string, options: { project?: string } = {}): Dashboard {
  const dashboard = named(store.dashboards, id, options.project);
  if (!dashboard) throw notFound('Dashboard not found');
  if (!canView(store, user, spaceOf(store, dashboard))) {
    throw forbidden("You don't have access to the space this dashboard belongs to");
  }
  return dashboard;
}

/** @throws 404 for an unknown SQL chart, 403 when its space is closed to the user */
export function sqlChartFor({ store, user }: UserContext, id: string): SqlChart {
  const chart = store.sqlCharts.get(needUuid(id));
  if (!chart) throw notFound('Saved sql not found');
  if (!canView(store, user, spaceOf(store, chart))) throw forbidden();
  return chart;
}

/** @throws 404 in the words that writes have for an unknown space */
export function targetSpace(store: Store, spaceUuid: string): Space {
  const space = store.spaces.get(needUuid(spaceUuid));
  if (!space) throw notFound(`Couldn't find access context for space ${spaceUuid}`);
  return space;
}

/** Spaces are changed by who manages them, and open ones by every editor of the project. */
export function canManageSpace(store: Store, user: User, space: Space): boolean {
  const access = spaceAccess(store, user, space);
  const role = roleIn(store, user, space.projectUuid);
  if (access === null) return false;
  if (access.role === 'admin') return atLeast(role, 'interactive_viewer');
  return isOpenToProject(store, space) && atLeast(role, 'editor');
}

/** The role of a user in a project; undefined if there is none. */
export function roleIn(store: Store, user: User, projectUuid: string): Role | undefined {
  const project = store.projects.get(projectUuid);
  return project ? projectRole(store, user, project)?.role : undefined;
}

/** @throws 404 for an unknown project, 403 unless the user has at least that role in it, in these words */
export function projectAs(call: UserContext, projectUuid: string, minimum: Role, refusal?: string) {
  const project = projectFor(call, projectUuid);
  if (!atLeast(projectRole(call.store, call.user, project)?.role, minimum)) throw forbidden(refusal);
  return project;
}
