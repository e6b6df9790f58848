import { forbidden, notExists } from '../http/refusals.ts';
import type { Call, UserContext } from '../http/route.ts';
import type { Chart, Dashboard, Project, Role, Space, SqlChart, User } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { atLeast, projectRole, type SpaceAccess, spaceAccess } from './roles.ts';

/**
 * The weakest role in a project that may do a thing. Seen on the recorded server for viewers, interactive viewers and
 * admins; editors and developers differ by the ability rules that GET /user lists.
 */
const PROJECT_ACTIONS = {
  'view project': 'viewer',
  'export CSV': 'viewer',
  'send deliveries': 'viewer',
  'run queries': 'interactive_viewer',
  'write comments': 'interactive_viewer',
  'schedule deliveries': 'interactive_viewer',
  'create spaces': 'editor',
  'arrange pinned items': 'editor',
  'update project': 'editor',
  'manage comments': 'editor',
  'manage deliveries': 'editor',
  'manage tags': 'editor',
  'write custom SQL': 'developer',
  'run SQL': 'developer',
  'validate project': 'developer',
  'create previews': 'developer',
  'delete previews': 'developer',
  'promote content': 'developer',
  'manage project': 'admin',
} as const satisfies Record<string, Role>;
type ProjectAction = keyof typeof PROJECT_ACTIONS;

/** True if the role of the user in the project allows the action. */
export function isAllowed(store: Store, user: User, project: Project, action: ProjectAction): boolean {
  return atLeast(projectRole(store, user, project)?.role, PROJECT_ACTIONS[action]);
}

/**
 * The project of a request, after the checks that every operation on a project makes.
 * @throws 404 for an unknown project, 403 for another organization's or too weak a role
 */
export function projectFor(
  { store, user }: UserContext,
  projectUuid: string,
  action: ProjectAction = 'view project',
): Project {
  const project = store.projects.get(projectUuid);
  if (!project) throw notExists(`Cannot find project with id: ${projectUuid}`);
  if (!isAllowed(store, user, project, action)) throw forbidden();
  return project;
}

/**
 * The organization that the user is an admin of: members, groups, attributes, invitations and its own settings are theirs alone.
 * @throws 403 for everybody else
 */
export function administeredOrganization({ user }: Pick<Call, 'user'>): string {
  if (user.organizationUuid === null || user.role !== 'admin') throw forbidden();
  return user.organizationUuid;
}

/** @throws 403 when the user is in no organization */
export function organizationOf({ user }: Pick<Call, 'user'>): string {
  if (user.organizationUuid === null) throw forbidden('User is not part of an organization');
  return user.organizationUuid;
}

/** True if the user has any role in the space. */
export const canView = (store: Store, user: User, space: Space): boolean => spaceAccess(store, user, space) !== null;

/** Editors and admins of a space change its charts and dashboards, but no mere viewer of the project does. */
export function canEditContent(store: Store, user: User, space: Space): boolean {
  return mayActIn(store, user, space, ['editor', 'admin']);
}

/** True if the user may change the space and its access. */
export function canManageSpace(store: Store, user: User, space: Space): boolean {
  return mayActIn(store, user, space, ['admin']);
}

function mayActIn(store: Store, user: User, space: Space, roles: readonly SpaceAccess['role'][]): boolean {
  const access = spaceAccess(store, user, space);
  const project = store.projects.get(space.projectUuid);
  if (access === null || !project || !roles.includes(access.role)) return false;
  return atLeast(projectRole(store, user, project)?.role, 'interactive_viewer');
}

/** The space that a chart or a dashboard is in. */
export function spaceOf(store: Store, content: Pick<Chart | Dashboard | SqlChart, 'spaceUuid'>): Space {
  const space = store.spaces.get(content.spaceUuid);
  if (!space) throw new Error(`no space ${content.spaceUuid}`);
  return space;
}
