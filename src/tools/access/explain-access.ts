import * as z from 'zod';
import { formatPerson } from '../../text/format.ts';
import { plainText } from '../../text/plain-text.ts';
import { isPrivateSpace } from '../content/space-privacy.ts';

const person = z.looseObject({
  userUuid: z.string(),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  email: z.string().nullish(),
});

type Person = z.output<typeof person>;

const spaceAccess = z.looseObject({
  name: z.string().catch('?'),
  /** 0.1366; newer servers send its opposite, `inheritParentPermissions`. */
  isPrivate: z.boolean().optional(),
  inheritParentPermissions: z.boolean().optional(),
  /** Newer servers: uuid of the parent space; null at the top. */
  parentSpaceUuid: z.string().nullish(),
  /** Newer servers: role of all project members in this space. */
  projectMemberAccessRole: z.string().nullish(),
  /** False if the token may not read the list of people: then `access` has the caller alone. */
  accessListed: z.boolean().optional(),
  access: z
    .array(
      person.extend({
        role: z.string().nullish(),
        hasDirectAccess: z.boolean().nullish(),
        inheritedRole: z.string().nullish(),
        inheritedFrom: z.string().nullish(),
        /** The role in the space that the role in the project gives: `admin` for its administrators alone. */
        projectRole: z.string().nullish(),
      }),
    )
    .catch([]),
  groupsAccess: z
    .array(z.looseObject({ groupUuid: z.string(), groupName: z.string().catch('?'), spaceRole: z.string().catch('?') }))
    .catch([]),
});

/** The parts of a space that decide access to it. */
export type SpaceAccess = z.output<typeof spaceAccess>;

/** Parses a response of GetSpace, of old and new servers. */
export function readSpaceAccess(results: unknown): SpaceAccess {
  return spaceAccess.catch({ name: '?', access: [], groupsAccess: [] }).parse(results);
}

/** A project role of a person or group. */
export interface ProjectGrant {
  readonly id: string;
  readonly role: string;
}

/**
 * Facts that GetSpace lacks, or lacks on some servers: names, and the groups and roles that give access. A list that could
 * not be read is undefined.
 */
export interface AccessContext {
  /** Users with a direct share. */
  readonly direct?: ReadonlySet<string> | undefined;
  /** Members by group, for each group that could be read. */
  readonly members: ReadonlyMap<string, ReadonlySet<string>>;
  readonly groupNames: ReadonlyMap<string, string>;
  readonly projectPeople?: readonly ProjectGrant[] | undefined;
  readonly projectGroups?: readonly ProjectGrant[] | undefined;
  /** Members of the organization with their role in it. */
  readonly organization?: ReadonlyMap<string, Person & { readonly role?: string | null | undefined }> | undefined;
}

/** A person or group with access to a space, and the reasons. */
export interface Access {
  readonly uuid: string;
  readonly name: string;
  readonly role: string;
  /** Each origin of the role, as a phrase. */
  readonly from: readonly string[];
  /** True for a direct share, which can be revoked in the space. */
  readonly shared: boolean;
}

/** Access to a space with its reasons. */
export interface ExplainedAccess {
  readonly space: string;
  readonly isPrivate: boolean | undefined;
  readonly groups: readonly (Access & { readonly members?: number })[];
  readonly people: readonly Access[];
  /** Role of all project members, if the space sets one. */
  readonly everyone?: string;
}

/** Space role that a project role gives in a space open to the project (seen on 0.1366). */
const spaceRoles: Readonly<Record<string, string>> = {
  viewer: 'viewer',
  interactive_viewer: 'viewer',
  editor: 'editor',
  developer: 'editor',
  admin: 'admin',
};

type SpaceGroup = ExplainedAccess['groups'][number];

/** Resolves the role of each person and group in a space and its origins. */
export function explainAccess(space: SpaceAccess, context: AccessContext): ExplainedAccess {
  const everyone = space.projectMemberAccessRole ?? undefined;
  const rules = accessRules(space, context);
  return {
    space: plainText(space.name),
    isPrivate: isPrivateSpace(space),
    groups: explainGroups(space, context, rules),
    // 0.1366 lists a person once for each group.
    people: [...new Map(space.access.map((entry) => [entry.userUuid, entry])).values()].map((entry) =>
      explainPerson(entry, space, context, rules),
    ),
    ...(everyone !== undefined && { everyone }),
  };
}

/** Uuids of the people with a role in a project: their own, one of a group, or one of the organization. */
export function peopleOfProject({
  projectPeople = [],
  projectGroups = [],
  members,
  organization,
}: AccessContext): ReadonlySet<string> {
  const ofOrganization = [...(organization?.values() ?? [])].filter(({ role }) => role && role !== 'member');
  return new Set([
    ...projectPeople.map(({ id }) => id),
    ...projectGroups.flatMap(({ id }) => [...(members.get(id) ?? [])]),
    ...ofOrganization.map(({ userUuid }) => userUuid),
  ]);
}

interface AccessRules {
  /** True if a project or organization role gives access to this space. */
  counts(role: string | null | undefined): boolean;
  groupName(groupUuid: string): string;
  isMember(groupUuid: string, userUuid: string): boolean;
  readonly projectGroups: readonly ProjectGrant[];
}

function accessRules(space: SpaceAccess, context: AccessContext): AccessRules {
  // Only project admins enter a private space by their role; a nested space inherits from its parent.
  const isOpen = isPrivateSpace(space) !== true && !space.parentSpaceUuid;
  const counts = (role: string | null | undefined) =>
    role !== null && role !== undefined && role !== 'member' && (isOpen || role === 'admin');
  return {
    counts,
    groupName: (groupUuid) => plainText(context.groupNames.get(groupUuid) ?? groupUuid),
    isMember: (groupUuid, userUuid) => context.members.get(groupUuid)?.has(userUuid) ?? false,
    projectGroups: (context.projectGroups ?? []).filter(({ role }) => counts(role)),
  };
}

function explainGroups(space: SpaceAccess, context: AccessContext, rules: AccessRules): SpaceGroup[] {
  const groups = new Map<string, SpaceGroup>();
  const add = (uuid: string, role: string, from: string, shared: boolean) => {
    const before = groups.get(uuid);
    const members = context.members.get(uuid)?.size;
    groups.set(uuid, {
      uuid,
      name: rules.groupName(uuid),
      role: role === 'admin' ? role : (before?.role ?? role),
      from: [...(before?.from ?? []), from],
      shared: shared || (before?.shared ?? false),
      ...(members !== undefined && { members }),
    });
  };
  for (const { groupUuid, spaceRole } of space.groupsAccess) {
    add(groupUuid, spaceRole, `shared with the group as ${spaceRole}`, true);
  }
  for (const { id, role } of rules.projectGroups) add(id, spaceRoles[role] ?? role, `project role ${role}`, false);
  return [...groups.values()];
}

type SpacePerson = SpaceAccess['access'][number];

function explainPerson(entry: SpacePerson, space: SpaceAccess, context: AccessContext, rules: AccessRules): Access {
  const { userUuid } = entry;
  const throughGroups = space.groupsAccess
    .filter(({ groupUuid }) => rules.isMember(groupUuid, userUuid))
    .map(({ groupUuid, spaceRole }) => `shared with group ${rules.groupName(groupUuid)} as ${spaceRole}`);
  // `hasDirectAccess` is also true for members of a group that the space is shared with (seen on 0.1366).
  const everyGroupRead = space.groupsAccess.every(({ groupUuid }) => context.members.has(groupUuid));
  const unexplained =
    entry.hasDirectAccess === true && throughGroups.length === 0 && (everyGroupRead || context.direct === undefined);
  // Newer servers also list the members of groups with a share (seen on 1.219): only without such a group it is direct.
  const isListed = context.direct?.has(userUuid) === true;
  const member = context.organization?.get(userUuid);
  const roles = grantedRoles(userUuid, member?.role, context, rules);
  const explained = new Set([
    ...space.groupsAccess
      .filter(({ groupUuid }) => rules.isMember(groupUuid, userUuid))
      .map(({ spaceRole }) => spaceRole),
    ...roles.map(({ role }) => spaceRoles[role] ?? role),
  ]);
  const mayBeByGroup = throughGroups.length > 0 && explained.has(entry.role ?? '');
  const shared = (isListed && (space.isPrivate !== undefined || !mayBeByGroup)) || unexplained;
  const from = [
    ...(shared ? ['shared with them directly'] : []),
    ...throughGroups,
    ...roles.map(({ phrase }) => phrase),
    ...inheritedAccess(entry, space, rules, throughGroups.length > 0, roles),
  ];
  const name = plainText(formatPerson({ ...member, ...namesOf(entry) }));
  return { uuid: userUuid, name, role: entry.role ?? 'no role', from, shared };
}

interface GrantedRole {
  readonly role: string;
  readonly from: string;
  readonly phrase: string;
}

/** Roles in the project and the organization that give a person access. */
function grantedRoles(
  userUuid: string,
  organizationRole: string | null | undefined,
  context: AccessContext,
  { counts, groupName, isMember, projectGroups }: AccessRules,
): GrantedRole[] {
  const ofProject = (context.projectPeople ?? [])
    .filter(({ id, role }) => id === userUuid && counts(role))
    .map(({ role }) => ({ role, from: 'project', phrase: `project role ${role}` }));
  const ofGroups = projectGroups
    .filter(({ id }) => isMember(id, userUuid))
    .map(({ id, role }) => ({ role, from: 'group', phrase: `project role ${role} through group ${groupName(id)}` }));
  const ofOrganization =
    organizationRole && counts(organizationRole)
      ? [{ role: organizationRole, from: 'organization', phrase: `organization role ${organizationRole}` }]
      : [];
  return [...ofProject, ...ofGroups, ...ofOrganization];
}

/** The strongest inherited role that Lightdash reports, if the lists lack it or could not be read. */
function inheritedAccess(
  { inheritedRole, inheritedFrom }: SpacePerson,
  space: SpaceAccess,
  { counts }: AccessRules,
  isThroughGroups: boolean,
  roles: readonly GrantedRole[],
): string[] {
  if (!inheritedRole || !inheritedFrom) return [];
  const applies = counts(inheritedRole) || isPrivateSpace(space) !== true;
  const isListed =
    (inheritedFrom === 'space_group' && isThroughGroups) ||
    roles.some(({ role, from }) => role === inheritedRole && from === inheritedFrom);
  return applies && !isListed ? [inheritedPhrase(inheritedRole, inheritedFrom)] : [];
}

/** The names in an entry, without the empty ones that newer servers send. */
function namesOf({ userUuid, firstName, lastName, email }: Person): Person {
  return { userUuid, ...(firstName && { firstName }), ...(lastName && { lastName }), ...(email && { email }) };
}

function inheritedPhrase(role: string, from: string): string {
  switch (from) {
    case 'organization':
      return `organization role ${role}`;
    case 'project':
      return `project role ${role}`;
    case 'group':
      return `project role ${role} through a group`;
    case 'space_group':
      return `shared with a group of theirs as ${role}`;
    case 'parent_space':
      return `${role} in the space that this one is in`;
    default:
      return `${role} through ${plainText(from.replaceAll('_', ' '))}`;
  }
}
