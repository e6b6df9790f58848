import * as z from 'zod';
import { mapConcurrent } from '../../async/map-concurrent.ts';
import { InvalidInputError } from '../../lightdash/errors.ts';
import { projectUuid, spaceUuid } from '../../operations/fields.ts';
import { plainText } from '../../text/plain-text.ts';
import type { ToolHandler } from '../operation-tool.ts';
import type { Tool, ToolAnswer, ToolArguments, ToolContext } from '../tool.ts';
import { fetchMembers, namedGroup, notReadBack, people, tryFetchMembers } from './access-lists.ts';
import {
  type AccessContext,
  type ExplainedAccess,
  explainAccess,
  type Granted,
  isPrivate,
  readSpaceAccess,
  renderAccess,
  type SpaceAccess,
} from './explain-access.ts';

const listedSpaces = z.array(z.looseObject({ uuid: z.string(), access: z.array(z.string()).optional() })).catch([]);
const grantedPeople = z.array(z.looseObject({ userUuid: z.string(), role: z.string() }));
const grantedGroups = z.array(z.looseObject({ groupUuid: z.string(), role: z.string() }));
const organizationPeople = z.looseObject({ data: people });
/** So many groups are looked at together. */
const AT_ONCE = 6;

/** A space, who gets into it and why; and what could not be read for saying so. */
interface Explanation {
  readonly space: SpaceAccess;
  readonly access: ExplainedAccess;
  readonly unread: readonly string[];
}

/** Whom a space is shared with themselves: newer servers and 0.1366 tell it in the list of spaces alone. */
async function sharedDirectly(context: ToolContext, args: ToolArguments): Promise<ReadonlySet<string> | undefined> {
  const spaces = await tryFetchMembers(context, 'ListSpacesInProject', { projectUuid: args.projectUuid });
  const uuid = String(args.spaceUuid).toLowerCase();
  const access = listedSpaces.parse(spaces).find((each) => each.uuid.toLowerCase() === uuid)?.access;
  return access && new Set(access);
}

/** Everything that tells who gets into a space. */
async function explain(context: ToolContext, args: ToolArguments, space: SpaceAccess): Promise<Explanation> {
  const inProject = { projectUuid: args.projectUuid };
  const [direct, ofProject, ofGroups, ofOrganization] = await Promise.all([
    sharedDirectly(context, args),
    tryFetchMembers(context, 'GetProjectAccessList', inProject),
    tryFetchMembers(context, 'GetProjectGroupAccesses', inProject),
    tryFetchMembers(context, 'ListOrganizationMembers', {}),
  ]);
  const projectPeople = grantedPeople
    .safeParse(ofProject)
    .data?.map(({ userUuid, role }): Granted => ({ id: userUuid, role }));
  const projectGroups = grantedGroups
    .safeParse(ofGroups)
    .data?.map(({ groupUuid, role }): Granted => ({ id: groupUuid, role }));
  const members = organizationPeople.safeParse(ofOrganization).data?.data;
  const around: AccessContext = {
    direct,
    ...(await groupsOf(context, space, projectGroups ?? [])),
    projectPeople,
    projectGroups,
    organization: members && new Map(members.map((each) => [each.userUuid, each])),
  };
  const unread = [
    direct === undefined && 'whom the space is shared with directly',
    projectPeople === undefined && 'the project roles of people',
    projectGroups === undefined && 'the project roles of groups',
    members === undefined && 'the members of the organization',
    ...space.groupsAccess.map(
      ({ groupUuid, groupName }) => !around.members.has(groupUuid) && `the members of group ${plainText(groupName)}`,
    ),
  ].filter((each) => each !== false);
  return { space, access: explainAccess(space, around), unread };
}

/** Names and members of the groups that a space is shared with, or that have a role in its project. */
async function groupsOf(context: ToolContext, space: SpaceAccess, projectGroups: readonly Granted[]) {
  const groupNames = new Map(space.groupsAccess.map(({ groupUuid, groupName }) => [groupUuid, groupName]));
  const members = new Map<string, ReadonlySet<string>>();
  const uuids = new Set([...groupNames.keys(), ...projectGroups.map(({ id }) => id)]);
  await mapConcurrent([...uuids], AT_ONCE, async (groupUuid) => {
    const [listed, group] = await Promise.all([
      tryFetchMembers(context, 'getGroupMembers', { groupUuid }),
      groupNames.has(groupUuid) ? undefined : tryFetchMembers(context, 'getGroup', { groupUuid }),
    ]);
    if (listed !== undefined) members.set(groupUuid, new Set(people.parse(listed).map((each) => each.userUuid)));
    if (group !== undefined) groupNames.set(groupUuid, namedGroup.parse(group).name);
  });
  return { groupNames, members };
}

async function spaceNow(context: ToolContext, { projectUuid: project, spaceUuid: space }: ToolArguments) {
  const results = await tryFetchMembers(context, 'GetSpace', { projectUuid: project, spaceUuid: space });
  return results === undefined ? undefined : readSpaceAccess(results);
}

function told({ space, access, unread }: Explanation, { budget }: ToolContext, offset = 0): string {
  const missing =
    unread.length === 0
      ? ''
      : `\nThis token may not read ${unread.join(', ')}: a way in may be missing above, or told less exactly.`;
  return `${renderAccess(access, space, budget, offset)}${missing}`;
}

/** Grants or takes back access to a space, and says what changed and who has access now. */
const changeSpaceAccess =
  (subject: 'userUuid' | 'groupUuid', change: 'grant' | 'revoke'): ToolHandler =>
  async (operation, args, context) => {
    const id = String(args[subject]).toLowerCase();
    const who = subject === 'userUuid' ? 'person' : 'group';
    const before = change === 'revoke' ? await isSharedWith(subject, id, args, context) : undefined;
    await context.execute(operation, args);
    const space = await spaceNow(context, args);
    if (space === undefined) return { text: `Done. ${notReadBack}` };
    const explanation = await explain(context, args, space);
    const { groups, people: all } = explanation.access;
    const now = (subject === 'userUuid' ? all : groups).find((each) => each.uuid.toLowerCase() === id);
    const verdict =
      change === 'grant'
        ? granted(String(args.spaceRole), who, now)
        : before === false
          ? `Nothing changed: the space was not shared with that ${who}.`
          : now?.shared
            ? `Lightdash said done, but the space is still shared with that ${who}.`
            : now
              ? `Taken back; the ${who} still has access in another way (see below).`
              : `Done: the space is no longer shared with that ${who}.`;
    return { text: `${verdict}\n${told(explanation, context)}`, data: explanation.access };
  };

function granted(role: string, who: string, now: ExplainedAccess['people'][number] | undefined): string {
  if (!now?.shared)
    return `Lightdash said done, but the list of the space does not show it: check that the id is right.`;
  if (now.role === role) return `Done: the ${who} has the role ${role} in the space.`;
  return `Done: the space is shared with the ${who} as ${role}; the role that counts is ${now.role} (see below).`;
}

/** Undefined where it cannot be told. */
async function isSharedWith(
  subject: 'userUuid' | 'groupUuid',
  id: string,
  args: ToolArguments,
  context: ToolContext,
): Promise<boolean | undefined> {
  if (subject === 'groupUuid') {
    return (await spaceNow(context, args))?.groupsAccess.some(({ groupUuid }) => groupUuid.toLowerCase() === id);
  }
  const direct = await sharedDirectly(context, args);
  if (direct !== undefined) return [...direct].some((each) => each.toLowerCase() === id);
  const space = await spaceNow(context, args);
  // Also true for who is in a group that the space is shared with: only "no" is sure.
  const may = space?.access.some((each) => each.userUuid.toLowerCase() === id && each.hasDirectAccess);
  return may === false ? false : undefined;
}

/** Creates or changes a space and compares what came of it with what was asked. */
const writeSpace: ToolHandler = async (operation, args, context) => {
  const { projectUuid: project, parentSpaceUuid } = args;
  if (parentSpaceUuid !== undefined) await checkNesting(context, project, parentSpaceUuid);
  const { results } = await context.execute(operation, args);
  const uuid = args.spaceUuid ?? z.looseObject({ uuid: z.string() }).catch({ uuid: '' }).parse(results).uuid;
  const about = { projectUuid: project, spaceUuid: uuid };
  const space = (await spaceNow(context, about)) ?? readSpaceAccess(results);
  const closed = isPrivate(space);
  const differences = [
    closed !== undefined &&
      closed !== args.isPrivate &&
      `the space is ${closed ? 'private' : 'open'}, and was to be ${closed ? 'open' : 'private'}`,
    parentSpaceUuid !== undefined &&
      space.parentSpaceUuid?.toLowerCase() !== String(parentSpaceUuid).toLowerCase() &&
      'the space is not inside of the one that it was to be in',
    String(args.name).trim() !== space.name.trim() && `its name is "${plainText(space.name)}"`,
  ].filter((each) => each !== false);
  const warning =
    differences.length > 0 ? `\nNot as asked: ${differences.join('; ')}. Look at it before relying on it.` : '';
  const made = operation.id === 'CreateSpaceInProject' ? 'Created' : 'Changed';
  const explanation = await explain(context, about, space);
  return {
    text: `${made} the space, spaceUuid ${String(uuid)}.${warning}\n${told(explanation, context)}`,
    data: results,
  };
};

/**
 * An older server ignores where a space is to be, and makes it at the top, where others may see it. That it knows of
 * spaces in spaces shows in the outer one.
 *
 * @throws {LightdashError} before anything was made.
 */
async function checkNesting(context: ToolContext, project: unknown, parentSpaceUuid: unknown): Promise<void> {
  const parent = await fetchMembers(context, 'GetSpace', { projectUuid: project, spaceUuid: parentSpaceUuid });
  if (typeof parent === 'object' && parent !== null && 'parentSpaceUuid' in parent) return;
  throw new InvalidInputError('This Lightdash has no spaces inside of spaces.', {
    advice: 'Nothing was made. Leave parentSpaceUuid out to make the space at the top.',
  });
}

/** What the tools about spaces do instead of passing Lightdash's answer on, by operation. */
export const spaceHandlers: Readonly<Record<string, ToolHandler>> = {
  AddSpaceUserAccess: changeSpaceAccess('userUuid', 'grant'),
  RevokeSpaceAccessForUser: changeSpaceAccess('userUuid', 'revoke'),
  AddSpaceGroupAccess: changeSpaceAccess('groupUuid', 'grant'),
  RevokeGroupSpaceAccess: changeSpaceAccess('groupUuid', 'revoke'),
  CreateSpaceInProject: writeSpace,
  UpdateSpace: writeSpace,
};

/** Explains who can see a space and why: one call for what takes six kinds of look-up. */
export const getSpaceAccess: Tool = {
  name: 'get_space_access',
  title: 'Explain who can see a space',
  description:
    'Every person and group with access to a space, their role, and where it comes from: shared directly, through a group, project role or organization role.',
  toolset: 'access',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({
    projectUuid: projectUuid(),
    spaceUuid: spaceUuid(),
    offset: z.int().min(0).default(0).describe('People to skip'),
  }),
  async run({ offset, ...args }, context): Promise<ToolAnswer> {
    const space = readSpaceAccess(await fetchMembers(context, 'GetSpace', args));
    const explanation = await explain(context, args, space);
    return { text: told(explanation, context, Number(offset)), data: explanation.access };
  },
};
