import { LightdashError, NotFoundError } from '../../lightdash/errors.ts';
import { fitLines } from '../../render/budget.ts';
import { formatPerson, formatTimestamp } from '../../text/format.ts';
import { isObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { effectOnValues, readGroupValues } from '../organization/group-rights.ts';
import type { ToolAnswer, ToolContext } from '../tool.ts';
import { fetchLabel, fetchList, notReadBack, type People, people, tryFetchList } from './access-lists.ts';

// Lightdash answers 204 also for people and memberships that do not exist, so the members are read back.

async function fetchMembers(context: ToolContext, groupUuid: string): Promise<People | undefined> {
  const results = await tryFetchList(context, 'getGroupMembers', { groupUuid });
  return results === undefined ? undefined : people.parse(results);
}

const findMember = (members: People | undefined, userUuid: string) =>
  members?.find((member) => member.userUuid === userUuid);
const labelOf = (person: People[number]) => plainText(formatPerson(person));

const addMember: ToolHandler<'addUserToGroup'> = async (operation, args, context) => {
  const { groupUuid, userUuid } = args;
  const before = await fetchMembers(context, groupUuid);
  const present = findMember(before, userUuid);
  if (before !== undefined && present !== undefined)
    return { text: `Nothing to do: ${labelOf(present)} is in the group already.\n${describeMembers(before)}` };
  const [read, group] = await Promise.all([
    readGroupValues(groupUuid, context),
    fetchLabel(context, 'group', groupUuid),
  ]);
  const listed = read.members?.find((member) => member.userUuid === userUuid);
  const label = listed?.label ?? (await existingPerson(context, userUuid));
  const values = effectOnValues(read, { leaving: [], coming: [userUuid] });
  await context.execute(operation, args);
  return answerWithMembers(await fetchMembers(context, groupUuid), `${label} is in the ${group}`, (members) => {
    const added = findMember(members, userUuid);
    return added === undefined
      ? `Lightdash answered ok, but the members of the group do not show ${label}.`
      : `Done: ${labelOf(added)} is in the ${group} and has its access.${values && ` ${values}`}`;
  });
};

const removeMember: ToolHandler<'removeUserFromGroup'> = async (operation, args, context) => {
  const { groupUuid, userUuid } = args;
  const before = await fetchMembers(context, groupUuid);
  const present = findMember(before, userUuid);
  const change = { leaving: [userUuid], coming: [] };
  const values = present === undefined ? '' : effectOnValues(await readGroupValues(groupUuid, context), change);
  const [label, group] = await Promise.all([
    present === undefined ? fetchLabel(context, 'person', userUuid) : labelOf(present),
    fetchLabel(context, 'group', groupUuid),
  ]);
  await context.execute(operation, args);
  return answerWithMembers(await fetchMembers(context, groupUuid), `${label} is out of the ${group}`, (members) => {
    if (before !== undefined && present === undefined) return `Nothing changed: ${label} was not in the ${group}.`;
    return findMember(members, userUuid) === undefined
      ? `Done: ${label} is out of the ${group}.${values && ` ${values}`}`
      : `Lightdash answered ok, but the members of the group still show ${label}.`;
  });
};

/**
 * Name of a person; the uuid if it cannot be read, which leaves the decision to Lightdash.
 *
 * @throws {NotFoundError} if the organization has no such person.
 */
async function existingPerson(context: ToolContext, userUuid: string): Promise<string> {
  try {
    const person = await fetchList(context, 'GetOrganizationMemberByUuid', { userUuid });
    return isObject(person) ? plainText(formatPerson(person)) : userUuid;
  } catch (error) {
    if (!(error instanceof LightdashError)) throw error;
    if (!(error instanceof NotFoundError)) return userUuid;
    throw new NotFoundError(`The organization has no person with the userUuid ${userUuid}.`, {
      advice: 'Nothing was changed. list_organization_members gives the right one.',
    });
  }
}

function answerWithMembers(
  members: People | undefined,
  sent: string,
  describe: (members: People) => string,
): ToolAnswer {
  if (members === undefined) return { text: notReadBack(sent, 'get_group_members') };
  return { text: `${describe(members)}\n${describeMembers(members)}`, data: members };
}

const describeMembers = (members: People) =>
  `Members now (${members.length}): ${members.map((member) => plainText(formatPerson(member))).join(', ') || 'none'}`;

/** Lightdash cuts the members at the requested number without a note: a full list may be incomplete. */
const readGroup: ToolHandler<'getGroup'> = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
  const group = isObject(results) ? results : {};
  const { includeMembers = 0 } = args;
  const members = objects(group.members);
  const head = `Group "${text(group.name) ?? '?'}" (groupUuid ${text(group.uuid) ?? args.groupUuid})`;
  const creation = formatTimestamp(group.createdAt);
  const lines = [
    ...(includeMembers > 0 && members.length >= includeMembers
      ? [`Members were listed up to ${includeMembers}; there may be more: get_group_members lists all.`]
      : []),
    `${head}${creation ? `, created ${creation}` : ''}${includeMembers > 0 ? `, ${members.length} ${members.length === 1 ? 'member' : 'members'} listed: name|userUuid` : '; includeMembers lists its members'}.`,
    ...(includeMembers > 0 ? members.map((item) => `${formatPerson(item)}|${text(item.userUuid) ?? ''}`) : []),
  ];
  return {
    text: fitLines(lines.map(plainText).join('\n'), context.budget, 'get_group_members lists all.'),
    data: results,
  };
};

/** Handlers of group membership. */
export const groupHandlers = {
  addUserToGroup: addMember,
  removeUserFromGroup: removeMember,
  getGroup: readGroup,
} satisfies ToolHandlers;
