import { mapConcurrent } from '../../async/map-concurrent.ts';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { spaceContent } from '../../operations/routes/newer-releases.ts';
import { pluralize } from '../../text/format.ts';
import { type JsonObject, objects, text } from '../../text/json.ts';
import { describeChangesWithEffect, heldBy, valueChanges } from '../people/attribute-values.ts';
import { fetchMembers, type Group, type Member, type PeopleClient } from '../people/find-person.ts';
import { fetchAssignments } from '../people/project-assignments.ts';
import { fetchProjects } from '../people/user-access-facts.ts';
import { quoted, shown } from '../preview.ts';
import type { ToolContext } from '../tool.ts';

/** Projects looked at for one group, and spaces of each: a share of a space stands in the space alone. */
const MAX_PROJECTS = 8;
const MAX_SPACES = 150;
const CONCURRENCY = 6;

type RightsClient = Pick<ToolContext, 'execute' | 'read' | 'settings'>;

/** The lists that decide which values of user attributes the members of a group have. */
interface GroupValues {
  readonly groupUuid: string;
  /** The user attributes; undefined if they could not be read. */
  readonly attributes: readonly JsonObject[] | undefined;
  /** The members of the organization; undefined if they could not be read. */
  readonly members: readonly Member[] | undefined;
}

/** Everything that a group gives its members, by the lists of the server. */
export interface GroupRights extends GroupValues {
  /** `viewer of the space "Board" in "Roastery"`. */
  readonly roles: readonly string[];
  /** Lists that could not be read, in words. */
  readonly unread: readonly string[];
}

/** Reads the values of attributes of a group. */
export async function readGroupValues(groupUuid: string, client: PeopleClient): Promise<GroupValues> {
  const [attributes, members] = await Promise.all([
    client.execute(operationById('getUserAttributes'), {}).catch(ignoreApiError),
    fetchMembers(client).catch(ignoreApiError),
  ]);
  return { groupUuid, attributes: attributes && objects(attributes.results), members };
}

/** Reads the roles, shares of spaces and values of attributes of a group. */
export async function readGroupRights(groupUuid: string, client: RightsClient): Promise<GroupRights> {
  const [ofProjects, values] = await Promise.all([
    rolesInProjects(groupUuid, client),
    readGroupValues(groupUuid, client),
  ]);
  return { ...ofProjects, ...values };
}

type RolesRead = Pick<GroupRights, 'roles' | 'unread'>;

async function rolesInProjects(groupUuid: string, client: RightsClient): Promise<RolesRead> {
  const projects = await fetchProjects(client).catch(ignoreApiError);
  if (projects === undefined) return { roles: [], unread: ['its roles in projects'] };
  const read = await mapConcurrent(projects.slice(0, MAX_PROJECTS), 2, (project) =>
    rolesInProject(groupUuid, project, client),
  );
  const others = projects.length - MAX_PROJECTS;
  return {
    roles: read.flatMap(({ roles }) => roles),
    unread: [
      ...read.flatMap(({ unread }) => unread),
      ...(others > 0 ? [`${others} more projects`] : []),
      ...(client.settings.isRestricted ? ['projects outside of the settings of this server'] : []),
    ],
  };
}

async function rolesInProject(
  groupUuid: string,
  { projectUuid, name }: Awaited<ReturnType<typeof fetchProjects>>[number],
  client: RightsClient,
): Promise<RolesRead> {
  const [assignments, listed] = await Promise.all([
    fetchAssignments(client, projectUuid).catch(ignoreApiError),
    client.execute(operationById('ListSpacesInProject'), { projectUuid }).catch(ignoreApiError),
  ]);
  const own = assignments?.find(({ kind, id }) => kind === 'group' && id === groupUuid);
  const spaces = objects(listed?.results);
  const shares = await mapConcurrent(spaces.slice(0, MAX_SPACES), CONCURRENCY, async ({ uuid }) => {
    const space = await client.execute(spaceContent, { projectUuid, spaceUuid: uuid }).catch(ignoreApiError);
    return space && roleInSpace(groupUuid, space.results);
  });
  const skipped = shares.filter((share) => share === undefined).length + Math.max(0, spaces.length - MAX_SPACES);
  const inProject = ` in ${quoted(name)}`;
  return {
    roles: [
      ...(own ? [`${own.roleName} of ${quoted(name)}`] : []),
      ...shares.flatMap((share) => share ?? []).map((share) => share + inProject),
    ],
    unread: [
      ...(assignments === undefined ? [`its role${inProject}`] : []),
      ...(listed === undefined ? [`the spaces of ${quoted(name)}`] : []),
      ...(skipped > 0 ? [`${pluralize(skipped, 'space')} of ${quoted(name)}`] : []),
    ],
  };
}

/** The share of a space with a group as words; empty for none. */
function roleInSpace(groupUuid: string, space: unknown): string[] {
  const { name, groupsAccess } = objects([space])[0] ?? {};
  return objects(groupsAccess)
    .filter((share) => share.groupUuid === groupUuid)
    .map(({ spaceRole }) => `${text(spaceRole) ?? '?'} of the space ${quoted(text(name) ?? '?')}`);
}

/** The people, by uuid, whom a change takes out of a group, and those whom it puts into it. */
export interface MembershipChange {
  readonly leaving: readonly string[];
  readonly coming: readonly string[];
}

/** Name of a person of the organization; the uuid for anyone else. */
export const labelOf = ({ members }: GroupValues, userUuid: string): string =>
  members?.find((member) => member.userUuid === userUuid)?.label ?? userUuid;

/** Sentences on what people lose or get by a change of who is in a group; empty if nothing. */
export function effectOfMembership(rights: GroupRights, change: MembershipChange): string {
  const { roles } = rights;
  return `${roles.length > 0 ? ` ${verbOf(change)}: ${shown(roles)}.` : ''}${valuesAndUnread(rights, change)}`;
}

function verbOf({ leaving, coming }: MembershipChange): string {
  if (leaving.length === 0) return 'They get';
  const lose = 'lose, unless something else gives it to them';
  return coming.length === 0 ? `They ${lose}` : `Those who leave ${lose}, and those who come in get`;
}

/** The same sentences without those on roles and shares of spaces. */
export function valuesAndUnread(rights: GroupRights, change: MembershipChange): string {
  const values = effectOnValues(rights, change);
  const { unread } = rights;
  return `${values && ` ${values}`}${unread.length > 0 ? ` Not read: ${shown(unread)}; there may be more.` : ''}`;
}

/** Sentences on the values of user attributes that a change of who is in a group changes; empty for none. */
export function effectOnValues(
  { groupUuid, attributes, members }: GroupValues,
  { leaving, coming }: MembershipChange,
): string {
  if (attributes === undefined) return 'Values of user attributes could not be read: they may change.';
  const ofGroup = attributes.filter(({ groups }) => objects(groups).some((item) => item.groupUuid === groupUuid));
  if (ofGroup.length === 0) return '';
  if (members === undefined)
    return `Values of user attributes may change (${shown(valuesOfGroup(ofGroup, groupUuid))} by this group); the members of the organization could not be read.`;
  const changesOf = (userUuid: string, comes: boolean) => {
    const groups = members.find((member) => member.userUuid === userUuid)?.groups ?? [];
    const withoutGroup: readonly Group[] = groups.filter(({ uuid }) => uuid !== groupUuid);
    const withGroup: readonly Group[] = [...withoutGroup, { uuid: groupUuid, name: '' }];
    const held = (inGroups: readonly Group[]) => ofGroup.map((item) => heldBy(item, { userUuid, groups: inGroups }));
    return comes
      ? valueChanges(held(withoutGroup), held(withGroup))
      : valueChanges(held(withGroup), held(withoutGroup));
  };
  const personChange = (comes: boolean) => (userUuid: string) => ({
    label: members.find((member) => member.userUuid === userUuid)?.label ?? userUuid,
    changes: changesOf(userUuid, comes),
  });
  return describeChangesWithEffect([...leaving.map(personChange(false)), ...coming.map(personChange(true))]);
}

/** `"region" = Americas`, for each attribute of which a group has a value. */
export function valuesOfGroup(attributes: readonly JsonObject[], groupUuid: string): string[] {
  const group: Group = { uuid: groupUuid, name: '' };
  return attributes.flatMap((attribute) => {
    const { name, values } = heldBy(attribute, { userUuid: '', groups: [group] });
    return values.length === 0 ? [] : [`${quoted(name)} = ${values.map(({ value }) => value).join('; ')}`];
  });
}
