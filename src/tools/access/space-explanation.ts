import * as z from 'zod';
import { mapConcurrent } from '../../async/map-concurrent.ts';
import { formatPerson } from '../../text/format.ts';
import { plainText } from '../../text/plain-text.ts';
import type { ToolContext } from '../tool.ts';
import { type AccessClient, namedGroup, people, tryFetchList } from './access-lists.ts';
import {
  type AccessContext,
  type ExplainedAccess,
  explainAccess,
  type ProjectGrant,
  peopleOfProject,
  readSpaceAccess,
  type SpaceAccess,
} from './explain-access.ts';
import { renderAccess } from './render-access.ts';

const listedSpaces = z.array(z.looseObject({ uuid: z.string(), access: z.array(z.string()).optional() })).catch([]);
const grantedPeople = z.array(z.looseObject({ userUuid: z.string(), role: z.string() }));
const grantedGroups = z.array(z.looseObject({ groupUuid: z.string(), role: z.string() }));
const organizationPeople = z.looseObject({ data: people });
/** Groups read at the same time. */
const CONCURRENCY = 6;

/** A space and its project. */
export interface SpaceReference {
  readonly projectUuid: string;
  readonly spaceUuid: string;
}

/** Access to a space with its reasons, and the lists that could not be read. */
interface SpaceExplanation {
  readonly space: SpaceAccess;
  readonly access: ExplainedAccess;
  readonly unread: readonly string[];
}

/** Current state of a space; undefined if it cannot be read. */
export async function fetchSpace(context: AccessClient, { projectUuid, spaceUuid }: SpaceReference) {
  const results = await tryFetchList(context, 'GetSpace', { projectUuid, spaceUuid });
  return results === undefined ? undefined : readSpaceAccess(results);
}

/** Users with a direct share: only the list of spaces has them, on 0.1366 as on newer servers. */
export async function fetchDirectShares(
  context: AccessClient,
  { projectUuid, spaceUuid }: SpaceReference,
): Promise<ReadonlySet<string> | undefined> {
  const spaces = listedSpaces.parse(await tryFetchList(context, 'ListSpacesInProject', { projectUuid }));
  const access = spaces.find(({ uuid }) => uuid === spaceUuid)?.access;
  return access && new Set(access);
}

/** Reads all lists that decide access to a space and resolves the roles in it. */
export async function explainSpace(
  context: AccessClient,
  reference: SpaceReference,
  space: SpaceAccess,
): Promise<SpaceExplanation> {
  const { lists, unread } = await readAccessLists(context, reference, space);
  return { space, access: explainAccess(space, lists), unread };
}

/** The lists that decide access to a space, and the names of those that could not be read. */
async function readAccessLists(
  context: AccessClient,
  reference: SpaceReference,
  space: SpaceAccess,
): Promise<{ readonly lists: AccessContext; readonly unread: readonly string[] }> {
  const [direct, project] = await Promise.all([
    fetchDirectShares(context, reference),
    fetchProjectLists(context, reference.projectUuid),
  ]);
  const { projectPeople, projectGroups, organization } = project;
  const groups = await fetchGroups(context, space, projectGroups ?? []);
  const lists: AccessContext = { direct, ...project, ...groups };
  const unread = [
    space.accessListed === false && 'the people with access',
    direct === undefined && 'the direct shares of the space',
    projectPeople === undefined && 'the project roles of people',
    projectGroups === undefined && 'the project roles of groups',
    organization === undefined && 'the members of the organization',
    ...space.groupsAccess.map(
      ({ groupUuid, groupName }) => !lists.members.has(groupUuid) && `the members of group ${plainText(groupName)}`,
    ),
  ].filter((item) => item !== false);
  return { lists, unread };
}

/** Everyone with a role in a project, by userUuid; undefined if a list that decides it cannot be read. */
export async function fetchProjectPeople(
  context: AccessClient,
  projectUuid: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const lists = await fetchProjectLists(context, projectUuid);
  const { projectPeople, projectGroups, organization } = lists;
  if (projectPeople === undefined || projectGroups === undefined || organization === undefined) return undefined;
  const groups = await fetchGroups(context, { groupsAccess: [] }, projectGroups);
  if (projectGroups.some(({ id }) => !groups.members.has(id))) return undefined;
  const uuids = peopleOfProject({ ...lists, ...groups });
  return new Map(
    [...uuids].map((uuid) => [uuid, plainText(formatPerson({ userUuid: uuid, ...organization.get(uuid) }))]),
  );
}

/** The lists of a project that decide access to its spaces. */
async function fetchProjectLists(context: AccessClient, projectUuid: string) {
  const [ofProject, ofGroups, ofOrganization] = await Promise.all([
    tryFetchList(context, 'GetProjectAccessList', { projectUuid }),
    tryFetchList(context, 'GetProjectGroupAccesses', { projectUuid }),
    tryFetchList(context, 'ListOrganizationMembers', {}),
  ]);
  const members = organizationPeople.safeParse(ofOrganization).data?.data;
  return {
    projectPeople: grantedPeople
      .safeParse(ofProject)
      .data?.map(({ userUuid, role }): ProjectGrant => ({ id: userUuid, role })),
    projectGroups: grantedGroups
      .safeParse(ofGroups)
      .data?.map(({ groupUuid, role }): ProjectGrant => ({ id: groupUuid, role })),
    organization: members && new Map(members.map((member) => [member.userUuid, member])),
  };
}

/** Names and members of the groups that a space is shared with, or that have a role in its project. */
async function fetchGroups(
  context: AccessClient,
  space: Pick<SpaceAccess, 'groupsAccess'>,
  projectGroups: readonly ProjectGrant[],
) {
  const groupNames = new Map(space.groupsAccess.map(({ groupUuid, groupName }) => [groupUuid, groupName]));
  const members = new Map<string, ReadonlySet<string>>();
  const uuids = new Set([...groupNames.keys(), ...projectGroups.map(({ id }) => id)]);
  await mapConcurrent([...uuids], CONCURRENCY, async (groupUuid) => {
    const [listed, group] = await Promise.all([
      tryFetchList(context, 'getGroupMembers', { groupUuid }),
      groupNames.has(groupUuid) ? undefined : tryFetchList(context, 'getGroup', { groupUuid }),
    ]);
    if (listed !== undefined) members.set(groupUuid, new Set(people.parse(listed).map((item) => item.userUuid)));
    if (group !== undefined) groupNames.set(groupUuid, namedGroup.parse(group).name);
  });
  return { groupNames, members };
}

/** The access list as text, with a warning about lists that could not be read. */
export function renderExplanation(
  { space, access, unread }: SpaceExplanation,
  { budget }: ToolContext,
  offset = 0,
): string {
  const missing =
    unread.length === 0
      ? ''
      : `\nThis token may not read ${unread.join(', ')}: the list above may lack some access, or a reason for it.`;
  return `${renderAccess(access, space, budget, offset)}${missing}`;
}
