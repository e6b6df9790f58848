import * as z from 'zod';
import { pluralize } from '../../text/format.ts';
import { plainText } from '../../text/plain-text.ts';
import { type Budget, linesThatFit } from '../../text/token-budget.ts';

const person = z.looseObject({
  userUuid: z.string(),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  email: z.string().nullish(),
});

/** Who a person is. */
export type Person = z.output<typeof person>;

const spaceAccess = z.looseObject({
  name: z.string().catch('?'),
  /** 0.1366; newer servers say `inheritParentPermissions`, its opposite. */
  isPrivate: z.boolean().optional(),
  inheritParentPermissions: z.boolean().optional(),
  /** Newer servers: the space that this one is in; null at the top. */
  parentSpaceUuid: z.string().nullish(),
  /** Newer servers: the role that everyone in the project has in this space. */
  projectMemberAccessRole: z.string().nullish(),
  access: z
    .array(
      person.extend({
        role: z.string().nullish(),
        hasDirectAccess: z.boolean().nullish(),
        inheritedRole: z.string().nullish(),
        inheritedFrom: z.string().nullish(),
      }),
    )
    .catch([]),
  groupsAccess: z
    .array(z.looseObject({ groupUuid: z.string(), groupName: z.string().catch('?'), spaceRole: z.string().catch('?') }))
    .catch([]),
});

/** A space as far as it tells who may see it. */
export type SpaceAccess = z.output<typeof spaceAccess>;

/** Reads what GetSpace answers, on old and new servers. */
export function readSpaceAccess(results: unknown): SpaceAccess {
  return spaceAccess.catch({ name: '?', access: [], groupsAccess: [] }).parse(results);
}

/** Whether a space is closed to the rest of its project; undefined where the server does not say. */
export function isPrivate(space: SpaceAccess): boolean | undefined {
  return (
    space.isPrivate ?? (space.inheritParentPermissions === undefined ? undefined : !space.inheritParentPermissions)
  );
}

/** A role in the project that a person or group was given. */
export interface Granted {
  readonly id: string;
  readonly role: string;
}

/**
 * What the space itself does not tell, or not on every server: names (newer servers leave them out), and through which
 * group or role somebody gets in. Undefined is what could not be read.
 */
export interface AccessContext {
  /** Users that the space is shared with themselves. */
  readonly direct?: ReadonlySet<string> | undefined;
  /** Members by group, of every group that could be read. */
  readonly members: ReadonlyMap<string, ReadonlySet<string>>;
  readonly groupNames: ReadonlyMap<string, string>;
  readonly projectPeople?: readonly Granted[] | undefined;
  readonly projectGroups?: readonly Granted[] | undefined;
  /** The organization's people with their role in it. */
  readonly organization?: ReadonlyMap<string, Person & { readonly role?: string | null | undefined }> | undefined;
}

/** A person or group that gets into a space, and why. */
interface Access {
  readonly uuid: string;
  readonly name: string;
  readonly role: string;
  /** Each way in, as a phrase. */
  readonly from: readonly string[];
  /** Whether the space is shared with them themselves: that is what can be taken back in the space. */
  readonly shared: boolean;
}

/** Who gets into a space, and why. */
export interface ExplainedAccess {
  readonly space: string;
  readonly isPrivate: boolean | undefined;
  readonly groups: readonly (Access & { readonly members?: number })[];
  readonly people: readonly Access[];
  /** The role of everyone in the project, where the space gives one. */
  readonly everyone?: string;
}

/** What a project role amounts to in a space that is open to the project (seen on 0.1366). */
const spaceRoles: Readonly<Record<string, string>> = {
  viewer: 'viewer',
  interactive_viewer: 'viewer',
  editor: 'editor',
  developer: 'editor',
  admin: 'admin',
};

/** Explains who gets into a space by which way. */
export function explainAccess(space: SpaceAccess, around: AccessContext): ExplainedAccess {
  const closed = isPrivate(space);
  // Into a private space only admins of the project get by their role in it; into one inside of another, whoever gets
  // into that one.
  const isOpen = closed !== true && !space.parentSpaceUuid;
  const counts = (role: string | null | undefined) =>
    role !== null && role !== undefined && role !== 'member' && (isOpen || role === 'admin');
  const projectGroups = (around.projectGroups ?? []).filter(({ role }) => counts(role));
  const nameOf = (groupUuid: string) => plainText(around.groupNames.get(groupUuid) ?? groupUuid);
  const isIn = (groupUuid: string, userUuid: string) => around.members.get(groupUuid)?.has(userUuid) ?? false;

  const groups = new Map<string, ExplainedAccess['groups'][number]>();
  const add = (uuid: string, role: string, from: string, shared: boolean) => {
    const before = groups.get(uuid);
    const members = around.members.get(uuid)?.size;
    groups.set(uuid, {
      uuid,
      name: nameOf(uuid),
      role: role === 'admin' ? role : (before?.role ?? role),
      from: [...(before?.from ?? []), from],
      shared: shared || (before?.shared ?? false),
      ...(members !== undefined && { members }),
    });
  };
  for (const { groupUuid, spaceRole } of space.groupsAccess) {
    add(groupUuid, spaceRole, `shared with the group as ${spaceRole}`, true);
  }
  for (const { id, role } of projectGroups) add(id, spaceRoles[role] ?? role, `project role ${role}`, false);

  const people = space.access.map((entry): Access => {
    const { userUuid, inheritedRole, inheritedFrom } = entry;
    const known = around.organization?.get(userUuid);
    const throughGroups = space.groupsAccess
      .filter(({ groupUuid }) => isIn(groupUuid, userUuid))
      .map(({ groupUuid, spaceRole }) => `shared with group ${nameOf(groupUuid)} as ${spaceRole}`);
    // `hasDirectAccess` is also true for who is in a group that the space is shared with (seen on 0.1366).
    const everyGroupRead = space.groupsAccess.every(({ groupUuid }) => around.members.has(groupUuid));
    const unexplained =
      entry.hasDirectAccess === true && throughGroups.length === 0 && (everyGroupRead || around.direct === undefined);
    const shared = around.direct?.has(userUuid) === true || unexplained;
    const ofProject = (around.projectPeople ?? [])
      .filter(({ id, role }) => id === userUuid && counts(role))
      .map(({ role }) => ({ role, from: 'project', phrase: `project role ${role}` }));
    const ofGroups = projectGroups
      .filter(({ id }) => isIn(id, userUuid))
      .map(({ id, role }) => ({ role, from: 'group', phrase: `project role ${role} through group ${nameOf(id)}` }));
    const ofOrganization = counts(known?.role)
      ? [{ role: String(known?.role), from: 'organization', phrase: `organization role ${known?.role}` }]
      : [];
    const roles = [...ofProject, ...ofGroups, ...ofOrganization];
    // What Lightdash says of the strongest role, where the lists do not have it or could not be read.
    const told =
      inheritedRole &&
      inheritedFrom &&
      (counts(inheritedRole) || closed !== true) &&
      !(inheritedFrom === 'space_group' && throughGroups.length > 0) &&
      !roles.some(({ role, from }) => role === inheritedRole && from === inheritedFrom)
        ? [inheritedPhrase(inheritedRole, inheritedFrom)]
        : [];
    const from = [
      ...(shared ? ['shared with them directly'] : []),
      ...throughGroups,
      ...roles.map(({ phrase }) => phrase),
      ...told,
    ];
    const role = entry.role ?? 'no role';
    return { uuid: userUuid, name: personName({ ...known, ...given(entry) }), role, from, shared };
  });
  const everyone = space.projectMemberAccessRole ?? undefined;
  return {
    space: plainText(space.name),
    isPrivate: closed,
    groups: [...groups.values()],
    people,
    ...(everyone !== undefined && { everyone }),
  };
}

/** What a person's entry says of who they are, without the names that a newer server leaves out. */
function given({ userUuid, firstName, lastName, email }: Person): Person {
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

/** Who a person is, as a reader knows them. */
export function personName({ firstName, lastName, email, userUuid }: Person): string {
  const name = [firstName, lastName].filter(Boolean).join(' ');
  return plainText(name && email ? `${name} <${email}>` : name || email || userUuid);
}

/**
 * Everyone with their role in a space and where it comes from, a line each; what can be taken back has its id.
 *
 * @param offset people to pass over.
 */
export function renderAccess(
  explained: ExplainedAccess,
  space: Pick<SpaceAccess, 'parentSpaceUuid'>,
  budget: Budget,
  offset = 0,
): string {
  const { groups, people, everyone } = explained;
  const line = (kind: 'group ' | '', { name, role, from, shared, uuid }: Access, more = '') => {
    const why = from.length > 0 ? from.join('; ') : 'Lightdash does not say why';
    const id = shared ? `; ${kind ? 'groupUuid' : 'userUuid'} ${uuid}` : '';
    return `- ${kind}${name}: ${role} (${why}${more}${id})`;
  };
  const head = [
    `Space "${explained.space}"${openness(explained, space)}. ${pluralize(groups.length, 'group')} and ${pluralize(people.length, 'person', 'people')} have access${offset > 0 ? `; from person ${offset + 1}` : ''}:`,
    ...(everyone === undefined ? [] : [`- everyone in the project: ${everyone} (set for this space)`]),
    ...(offset > 0
      ? []
      : groups.map((group) =>
          line('group ', group, group.members === undefined ? '' : `; ${pluralize(group.members, 'member')}`),
        )),
  ];
  const lines = [...head, ...people.slice(offset).map((each) => line('', each))];
  const fitting = Math.max(head.length, linesThatFit(lines, budget));
  const next = offset + fitting - head.length;
  const cut =
    next < people.length
      ? [`[CUT: ${people.length - next} more people; get_space_access with offset ${next} goes on.]`]
      : [];
  return [...lines.slice(0, fitting), ...cut].join('\n');
}

function openness({ isPrivate: closed }: ExplainedAccess, { parentSpaceUuid }: Pick<SpaceAccess, 'parentSpaceUuid'>) {
  if (closed === undefined) return '';
  if (closed) return ', private';
  return parentSpaceUuid ? ', open to whoever sees the space that it is in' : ', open to the project';
}
