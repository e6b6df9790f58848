import { ConflictError, ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { formatPerson, pluralize } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { joinFirst } from '../../text/names.ts';
import { plainText } from '../../text/plain-text.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { fetchGroups } from '../people/find-person.ts';
import { count } from '../preview.ts';
import type { ToolContext } from '../tool.ts';
import { withUuids } from './named-holders.ts';

/** Members that are written into an answer: a group of thousands has a tool of its own. */
const MAX_MEMBERS = 50;

function describeGroup(group: JsonObject, members: readonly JsonObject[] | undefined): string {
  const head = `"${text(group.name) ?? '?'}" (groupUuid ${text(group.uuid) ?? '?'})`;
  if (members === undefined) return plainText(`${head}; its members could not be read; check with get_group_members.`);
  const names = joinFirst(members.map(formatPerson), MAX_MEMBERS);
  return plainText(`${head}, ${pluralize(members.length, 'member')}${names && `: ${names}`}.`);
}

async function membersNow(groupUuid: string, { execute }: ToolContext): Promise<readonly JsonObject[] | undefined> {
  const response = await execute(operationById('getGroupMembers'), { groupUuid }).catch(ignoreApiError);
  return response === undefined ? undefined : objects(response.results);
}

type Wanted = readonly { readonly userUuid: string }[] | undefined;

/** Lightdash leaves out members that do not exist without a word. */
function leftOut(wanted: Wanted, members: readonly JsonObject[] | undefined): string[] {
  if (wanted === undefined || members === undefined) return [];
  const present = new Set(members.map(({ userUuid }) => userUuid));
  const missing = wanted.map(({ userUuid }) => userUuid).filter((userUuid) => !present.has(userUuid));
  if (missing.length === 0) return [];
  return [
    `Not added, as the organization has no member with ${missing.length === 1 ? 'this userUuid' : 'these userUuids'}: ${missing.join(', ')}. list_organization_members returns the right ones.`,
  ];
}

const create: ToolHandler<'CreateGroupInOrganization'> = async (operation, raw, context) => {
  const args = await withUuids(raw, context);
  const { results } = await context.execute(operation, args).catch(async (error: unknown) => {
    if (error instanceof ConflictError) throw await nameIsTaken(error, args.name, context);
    throw error;
  });
  const group = isObject(results) ? results : {};
  const members = await membersNow(text(group.uuid) ?? '', context);
  return {
    text: [
      `Created the group ${describeGroup(group, members)}`,
      ...leftOut(args.members, members),
      ...(await namesakes(text(group.uuid) ?? '', args.name, context)),
    ].join('\n'),
    data: results,
  };
};

/** The error for a group that exists already, with what it is: nothing of the request was done. */
async function nameIsTaken(error: ConflictError, name: string, context: ToolContext): Promise<ConflictError> {
  const listed = await context
    .execute(operationById('ListGroupsInOrganization'), { searchQuery: name, includeMembers: MAX_MEMBERS })
    .catch(ignoreApiError);
  const { data } = isObject(listed?.results) ? listed.results : {};
  const group = objects(data).find((object) => text(object.name)?.toLowerCase() === name.toLowerCase());
  const existing = group && describeGroup(group, objects(group.members));
  return new ConflictError(error.message, {
    status: 409,
    advice: `Nothing was changed, and no member was added.${existing ? ` There is ${existing}` : ''} update_group or add_user_to_group changes it.`,
  });
}

/** A note on other groups whose name differs in case and blanks at most: no call by name tells them apart. */
async function namesakes(groupUuid: string, name: string, context: ToolContext): Promise<string[]> {
  const groups = (await fetchGroups(context).catch(ignoreApiError)) ?? [];
  const others = groups.filter((group) => isSameName(group.name, name) && group.uuid !== groupUuid);
  if (others.length === 0) return [];
  const uuids = others.map(({ uuid }) => uuid).join(', ');
  return [`Note: ${count(others, 'other group has', 'other groups have')} that name: ${uuids}.`];
}

const isSameName = (left: string, right: string) => left.trim().toLowerCase() === right.trim().toLowerCase();

interface GroupNow {
  readonly group: JsonObject;
  readonly members: readonly JsonObject[];
}

/** A group with its members; undefined if they cannot be read. */
async function groupNow(groupUuid: string, context: ToolContext): Promise<GroupNow | undefined> {
  const [group, members] = await Promise.all([
    context.execute(operationById('getGroup'), { groupUuid }).catch(ignoreApiError),
    membersNow(groupUuid, context),
  ]);
  return isObject(group?.results) && members !== undefined ? { group: group.results, members } : undefined;
}

/** Everything that a write of a group changes, to compare. */
const stateOf = ({ group, members }: GroupNow): string =>
  JSON.stringify([group.name, members.map(({ userUuid }) => String(userUuid)).toSorted()]);

const update: ToolHandler<'updateGroup'> = async (operation, raw, context) => {
  const args = await withUuids(raw, context);
  const before = await groupNow(args.groupUuid, context);
  const { results } = await context.execute(operation, args);
  const written = { uuid: args.groupUuid, ...(isObject(results) ? results : {}) };
  const now = await groupNow(args.groupUuid, context);
  const group = now?.group ?? written;
  const members = now?.members ?? (await membersNow(args.groupUuid, context));
  const isSame = before !== undefined && now !== undefined && stateOf(before) === stateOf(now);
  return {
    text: [
      `${isSame ? 'Nothing changed. The group is' : 'Changed. The group is now'} ${describeGroup(group, members)}`,
      ...leftOut(args.members, members),
      ...(args.name === undefined ? [] : await namesakes(args.groupUuid, args.name, context)),
    ].join('\n'),
    data: results,
  };
};

/** Handlers that create, change and list groups. */
export const groupWriteHandlers = {
  CreateGroupInOrganization: create,
  updateGroup: update,
  async getGroupMembers(operation, args, { execute }) {
    const { results } = await execute(operation, args);
    const members = objects(results).map((object) => `${formatPerson(object)}|${text(object.userUuid) ?? ''}`);
    const head =
      members.length === 0
        ? 'No members, or none that you may see.'
        : `${pluralize(members.length, 'member')}: name|userUuid`;
    return { text: [head, ...members].map(plainText).join('\n'), data: results };
  },
} satisfies ToolHandlers;
