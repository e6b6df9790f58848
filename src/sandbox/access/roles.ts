import {
  type Project,
  type ProjectRole,
  ROLES,
  type Role,
  SPACE_ROLES,
  type Space,
  type SpaceRole,
  type User,
} from '../store/records.ts';
import type { Store } from '../store/store.ts';

/** A role in a project and its source. */
interface InheritedRole {
  role: ProjectRole;
  from: 'organization' | 'project' | 'group';
}

const rank = (role: Role): number => ROLES.indexOf(role);

/** True if a role includes all that the minimum may; undefined is no role. */
export const atLeast = (role: Role | undefined, minimum: Role): boolean =>
  role !== undefined && rank(role) >= rank(minimum);

/** The strongest of a user's roles in a project: from the organization, from the project, or from a group. */
export function projectRole(store: Store, user: User, project: Project): InheritedRole | null {
  if (user.organizationUuid !== project.organizationUuid) return null;
  const roles: InheritedRole[] = [];
  if (user.role !== null && user.role !== 'member') roles.push({ role: user.role, from: 'organization' });
  for (const member of project.members) {
    if (member.userUuid === user.userUuid) roles.push({ role: member.role, from: 'project' });
  }
  for (const access of project.groups) {
    const members = store.groups.get(access.groupUuid)?.memberUuids ?? [];
    if (members.includes(user.userUuid)) roles.push({ role: access.role, from: 'group' });
  }
  let highest: InheritedRole | null = null;
  for (const role of roles) if (highest === null || atLeast(role.role, highest.role)) highest = role;
  return highest;
}

/** One person's access to a space, as the API shows it. */
export interface SpaceAccess {
  userUuid: string;
  firstName: string;
  lastName: string;
  email: string;
  role: SpaceRole;
  hasDirectAccess: boolean;
  inheritedRole: ProjectRole | SpaceRole;
  inheritedFrom: InheritedRole['from'] | 'parent_space';
  projectRole: SpaceRole;
}

const SPACE_ROLE_OF: Record<ProjectRole, SpaceRole> = {
  viewer: 'viewer',
  interactive_viewer: 'viewer',
  editor: 'editor',
  developer: 'editor',
  admin: 'admin',
};

/**
 * The space, and the spaces that it takes its permissions from, nearest first: up to the first that takes none from above.
 * Only since 1.219 there is more than one.
 */
function spaceChain(store: Store, space: Space): Space[] {
  const chain = [space];
  for (let current = space; !current.isPrivate && current.parentSpaceUuid; ) {
    const parent = store.spaces.get(current.parentSpaceUuid);
    if (!parent || chain.includes(parent)) break;
    chain.push(parent);
    current = parent;
  }
  return chain;
}

/** True when everybody in the project gets in: the space and all above it are open. */
export const isOpenToProject = (store: Store, space: Space): boolean =>
  spaceChain(store, space).every((space) => !space.isPrivate);

/**
 * A user's role in a space, or null without access. Admins of the project have access to all; a role granted
 * to the person or to one of their groups counts before what comes from the space above, and that before the project role.
 */
export function spaceAccess(store: Store, user: User, space: Space): SpaceAccess | null {
  const project = store.projects.get(space.projectUuid);
  const inherited = project ? projectRole(store, user, project) : null;
  if (inherited === null) return null;
  const direct = directSpaceRoles(store, user, space);
  const [, ...ancestors] = spaceChain(store, space);
  const inheritedRoles = ancestors.flatMap((space) => directSpaceRoles(store, user, space));
  const isByParent = direct.length === 0 && inheritedRoles.length > 0;
  let role: SpaceRole;
  if (inherited.role === 'admin') role = 'admin';
  else if (direct.length > 0) role = strongestSpaceRole(direct);
  else if (inheritedRoles.length > 0) role = strongestSpaceRole(inheritedRoles);
  else if (isOpenToProject(store, space)) role = SPACE_ROLE_OF[inherited.role];
  else return null;
  return {
    userUuid: user.userUuid,
    firstName: user.firstName,
    lastName: user.lastName,
    email: user.email,
    role,
    hasDirectAccess: direct.length > 0,
    inheritedRole: isByParent ? strongestSpaceRole(inheritedRoles) : inherited.role,
    inheritedFrom: isByParent ? 'parent_space' : inherited.from,
    projectRole: SPACE_ROLE_OF[inherited.role],
  };
}

function directSpaceRoles(store: Store, user: User, space: Space): SpaceRole[] {
  const direct = space.users.filter((access) => access.userUuid === user.userUuid);
  const throughGroups = space.groups.filter((access) =>
    store.groups.get(access.groupUuid)?.memberUuids.includes(user.userUuid),
  );
  return [...direct, ...throughGroups].map((access) => access.role);
}

const strongestSpaceRole = (roles: readonly SpaceRole[]): SpaceRole =>
  SPACE_ROLES.findLast((role) => roles.includes(role)) ?? 'viewer';
