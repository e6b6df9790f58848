import type { Group } from './find-person.ts';
import type { RoleSource } from './project-assignments.ts';
import { rankOf, spaceRoleOf, strongestOf } from './role-facts.ts';

/** A space of a project, as far as it decides what one person may do in it. */
export interface SpaceFacts {
  readonly uuid: string;
  readonly name: string;
  readonly parentUuid: string | undefined;
  /** True if it does not take its access from its parent or the project. */
  readonly isClosed: boolean;
  /** Direct share with the person; `maybe` if the server does not distinguish it from a share with a group. */
  readonly isShared: boolean | 'maybe';
  /** Shares with groups of the person. */
  readonly groups: readonly { readonly group: Group; readonly role: string }[];
  /** The person's role by the server's own list; undefined if the list was not read. */
  readonly listedRole: string | undefined;
}

/** Everything that decides what one person may do in a project. */
export interface ProjectFacts {
  readonly projectUuid: string;
  readonly name: string;
  readonly sources: readonly RoleSource[];
  readonly spaces: readonly SpaceFacts[];
}

/** Something that can be taken away from a person. */
export type Right =
  | { readonly kind: 'organization' }
  | { readonly kind: 'direct'; readonly projectUuid: string }
  | { readonly kind: 'group'; readonly group: Group }
  | { readonly kind: 'share'; readonly spaceUuid: string };

/** Role of a person in a space, and its source. */
export interface OpenSpace {
  readonly space: SpaceFacts;
  readonly role: string;
  readonly reasons: readonly string[];
}

const SPACE_ROLES = ['viewer', 'editor', 'admin'];
const strongestSpaceRole = (roles: readonly string[]): string =>
  SPACE_ROLES.findLast((role) => roles.includes(role)) ?? roles[0] ?? 'viewer';

/** The roles in a project that stay without a right. */
function sourcesWithout({ projectUuid, sources }: ProjectFacts, right?: Right): readonly RoleSource[] {
  return sources.filter(({ from, group }) => {
    if (right?.kind === 'organization') return from !== 'organization';
    if (right?.kind === 'direct') return from !== 'direct' || right.projectUuid !== projectUuid;
    return right?.kind !== 'group' || group?.uuid !== right.group.uuid;
  });
}

interface Share {
  readonly role: string;
  readonly from: string;
}

/** The shares of one space with a person that stay without a right. */
function sharesOf(space: SpaceFacts, right?: Right): readonly Share[] {
  const isTaken = right?.kind === 'share' && right.spaceUuid === space.uuid;
  const byGroup = space.groups
    .filter(({ group }) => right?.kind !== 'group' || group.uuid !== right.group.uuid)
    .map(({ group, role }) => ({ role, from: `shared with group ${group.name}` }));
  if (space.isShared !== true || isTaken) return byGroup;
  return [{ role: space.listedRole ?? 'viewer', from: 'shared directly' }, ...byGroup];
}

/** A space and those it takes its access from, nearest first. */
function chainOf(space: SpaceFacts, spaces: readonly SpaceFacts[]): readonly SpaceFacts[] {
  const chain = [space];
  for (let at = space; !at.isClosed && at.parentUuid !== undefined; ) {
    const parent = spaces.find(({ uuid }) => uuid === at.parentUuid);
    if (parent === undefined || chain.includes(parent)) break;
    chain.push(parent);
    at = parent;
  }
  return chain;
}

/**
 * The spaces that a person can open with their roles and every reason, all or without one right. Without a role in the
 * project no share opens a space; an admin opens all; a share counts before what comes from above (measured on 1.219).
 */
export function openSpaces(project: ProjectFacts, right?: Right): readonly OpenSpace[] {
  const roles = sourcesWithout(project, right).map(({ roleId }) => roleId);
  const strongest = strongestOf(roles);
  if (strongest === undefined) return [];
  const isAdmin = roles.includes('admin');
  return project.spaces.flatMap((space) => {
    const [, ...above] = chainOf(space, project.spaces);
    const own = sharesOf(space, right);
    const inherited = above.flatMap((parent) =>
      sharesOf(parent, right).map(({ role, from }) => ({ role, from: `${parent.name} ${from}` })),
    );
    const isOpen = [space, ...above].every(({ isClosed }) => !isClosed);
    const shares = [...own, ...inherited];
    if (!isAdmin && !isOpen && shares.length === 0) return [];
    const byShare = strongestSpaceRole((own.length > 0 ? own : inherited).map(({ role }) => role));
    const byRole = isAdmin ? 'admin' : spaceRoleOf(strongest);
    const computed = isAdmin || shares.length === 0 ? byRole : byShare;
    const reasons = [
      ...(isAdmin ? ['admin of the project'] : []),
      ...shares.map(({ from, role }) => (role === computed || isAdmin ? from : `${from} as ${role}`)),
      ...(isOpen && !isAdmin ? ['open to the project'] : []),
    ];
    return [{ space, role: right === undefined ? (space.listedRole ?? computed) : computed, reasons }];
  });
}

/** Effect of taking a right away, in one project. */
export interface Loss {
  readonly project: ProjectFacts;
  /** The strongest role before and after; undefined for none. */
  readonly before: string | undefined;
  readonly after: RoleSource | undefined;
  readonly spacesLost: readonly SpaceFacts[];
  readonly spacesWeaker: readonly OpenSpace[];
  /** Spaces among the lost ones that may be shared directly, too. */
  readonly uncertain: boolean;
}

/** The losses of a person in each project that a right opens. */
export function lossesWithout(projects: readonly ProjectFacts[], right: Right): readonly Loss[] {
  return projects.flatMap((project) => {
    const left = sourcesWithout(project, right);
    const before = openSpaces(project);
    const after = new Map(openSpaces(project, right).map((item) => [item.space.uuid, item]));
    const spacesLost = before.filter(({ space }) => !after.has(space.uuid)).map(({ space }) => space);
    const weaker = before.flatMap(({ space, role }) => {
      const now = after.get(space.uuid);
      return now && SPACE_ROLES.indexOf(now.role) < SPACE_ROLES.indexOf(role) ? [now] : [];
    });
    const touched = left.length < project.sources.length || spacesLost.length > 0 || weaker.length > 0;
    if (!touched) return [];
    const strongest = left.toSorted((left, right) => rankOf(right.roleId) - rankOf(left.roleId))[0];
    return [
      {
        project,
        before: strongestOf(project.sources.map(({ role }) => role)),
        after: strongest,
        spacesLost,
        spacesWeaker: weaker,
        uncertain: left.length > 0 && spacesLost.some(({ isShared }) => isShared === 'maybe'),
      },
    ];
  });
}
