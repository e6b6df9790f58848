import * as z from 'zod';
import { plainText } from './text.ts';

const person = z.looseObject({
  userUuid: z.string(),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  email: z.string().nullish(),
});

const spaceAccess = z.looseObject({
  name: z.string().catch('?'),
  /** 0.1366; newer servers say `inheritParentPermissions`, its opposite. */
  isPrivate: z.boolean().optional(),
  inheritParentPermissions: z.boolean().optional(),
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

/** Members of the groups that a space is shared with: group uuid to user uuids. */
export type GroupMembers = ReadonlyMap<string, ReadonlySet<string>>;

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

/** Who a person is, as a reader knows them. */
export function personName({ firstName, lastName, email, userUuid }: z.output<typeof person>): string {
  const name = [firstName, lastName].filter(Boolean).join(' ');
  return plainText(name && email ? `${name} <${email}>` : name || email || userUuid);
}

/** Every person and group with their role in a space and where it comes from, a line each. */
export function renderSpaceAccess(space: SpaceAccess, members: GroupMembers): string {
  const closed = isPrivate(space);
  const openness = closed === undefined ? '' : closed ? ', private' : ', open to the project';
  const groups = space.groupsAccess.map(({ groupUuid, groupName, spaceRole }) => {
    const size = members.get(groupUuid)?.size;
    return `- group ${plainText(groupName)}: ${spaceRole}${size === undefined ? '' : `, ${size} ${size === 1 ? 'member' : 'members'}`}`;
  });
  const people = space.access.map(
    (entry) => `- ${personName(entry)}: ${entry.role ?? 'no role'} (${originsOf(entry, space, members)})`,
  );
  return [
    `Space "${plainText(space.name)}"${openness}. Who has access:`,
    ...groups,
    ...people,
    ...(groups.length + people.length === 0 ? ['- nobody is listed'] : []),
  ].join('\n');
}

/**
 * Where a person's role comes from. `hasDirectAccess` is also true for who is in a group that the space is shared with
 * (seen on 0.1366), so the members of those groups decide.
 */
function originsOf(entry: SpaceAccess['access'][number], space: SpaceAccess, members: GroupMembers): string {
  const throughGroups = space.groupsAccess
    .filter(({ groupUuid }) => members.get(groupUuid)?.has(entry.userUuid))
    .map(({ groupName, spaceRole }) => `shared with group ${plainText(groupName)} as ${spaceRole}`);
  const direct = entry.hasDirectAccess && throughGroups.length === 0 ? ['shared with them directly'] : throughGroups;
  const inherited =
    entry.inheritedRole && entry.inheritedFrom
      ? [`${entry.inheritedRole} ${inheritedPhrase(entry.inheritedFrom)}`]
      : [];
  return [...direct, ...inherited].join('; ') || 'origin not told';
}

function inheritedPhrase(from: string): string {
  switch (from) {
    case 'organization':
      return 'of the organization';
    case 'project':
      return 'of the project';
    case 'group':
      return 'of the project through a group';
    default:
      return `through ${from.replaceAll('_', ' ')}`;
  }
}
