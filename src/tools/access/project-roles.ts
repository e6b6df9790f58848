import * as z from 'zod';
import { ConflictError, ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { formatPerson } from '../../text/format.ts';
import { plainText } from '../../text/plain-text.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { groupNames } from '../organization/group-names.ts';
import { fetchMembers as fetchOrganization } from '../people/find-person.ts';
import { customRoleNames, fetchAssignments, rolesThatStay } from '../people/project-assignments.ts';
import type { ToolAnswer, ToolContext } from '../tool.ts';
import { fetchLabel, notReadBack, type People, people, tryFetchList } from './access-lists.ts';

// 0.1366 answers ok to a change for a user without a role; role assignments of newer releases would give one, so nothing
// is sent there then.

async function fetchMembers(context: ToolContext, projectUuid: string): Promise<People | undefined> {
  const results = await tryFetchList(context, 'GetProjectAccessList', { projectUuid });
  if (results === undefined) return undefined;
  const custom = await customRoleNames(context, projectUuid);
  return people.parse(results).map((person) => ({ ...person, role: custom.get(person.userUuid) ?? person.role }));
}

const grantPerson: ToolHandler<'GrantProjectAccessToUser'> = async (operation, args, context) => {
  const { projectUuid, email, role } = args;
  try {
    await context.execute(operation, args);
  } catch (error) {
    if (error instanceof ConflictError) throw await hasAnotherRole(error, args, context);
    throw error;
  }
  return answerWithMembers(await fetchMembers(context, projectUuid), `${email} is ${role} of the project`, (members) =>
    describeNewRole(
      members.find((member) => member.email?.toLowerCase() === email.toLowerCase()),
      email,
      role,
    ),
  );
};

/** The refusal of a second grant, with the role that the person has: a grant does not change it. */
async function hasAnotherRole(
  error: ConflictError,
  { projectUuid, email, role }: { readonly projectUuid: string; readonly email: string; readonly role: string },
  context: ToolContext,
): Promise<ConflictError> {
  const members = await fetchMembers(context, projectUuid);
  const held = members?.find((member) => member.email?.toLowerCase() === email.toLowerCase());
  if (held?.role === undefined || held.role === null) {
    const advice =
      'Nothing was changed. get_project_access_list has the role; update_project_access_for_user changes it.';
    return new ConflictError(error.message, { status: 409, advice });
  }
  const person = plainText(formatPerson(held));
  const advice =
    held.role === role
      ? `Nothing was changed: ${person} is ${role} of the project already.`
      : `Nothing was changed: ${person} is ${held.role} of the project, not ${role}. update_project_access_for_user with userUuid ${held.userUuid} changes it.`;
  return new ConflictError(error.message, { status: 409, advice });
}

const updatePerson: ToolHandler<'UpdateProjectAccessForUser'> = async (operation, args, context) => {
  const { projectUuid, userUuid, role } = args;
  const before = await fetchMembers(context, projectUuid);
  if (isMissing(before, userUuid) && (await givesRoles(context))) return withoutDirectRole(before, args, context);
  await context.execute(operation, args);
  if (isMissing(before, userUuid)) return withoutDirectRole(before, args, context);
  const held = before && findPerson(before, userUuid);
  const label = held ? plainText(formatPerson(held)) : await fetchLabel(context, 'person', userUuid);
  return answerWithMembers(await fetchMembers(context, projectUuid), `${label} is ${role} of the project`, (members) =>
    held?.role === role
      ? `Nothing changed: ${label} was ${role} of the project before.`
      : describeNewRole(findPerson(members, userUuid), label, role),
  );
};

const revokePerson: ToolHandler<'RevokeProjectAccessForUser'> = async (operation, args, context) => {
  const { projectUuid, userUuid } = args;
  const before = await fetchMembers(context, projectUuid);
  if (isMissing(before, userUuid) && (await givesRoles(context))) return withoutDirectRole(before, args, context);
  await context.execute(operation, args);
  if (isMissing(before, userUuid)) return withoutDirectRole(before, args, context);
  const [members, { label, roles }] = await Promise.all([
    fetchMembers(context, projectUuid),
    describeRoles(args, before, context),
  ]);
  return answerWithMembers(members, `the direct role of ${label} is revoked`, (now) =>
    findPerson(now, userUuid)
      ? `Lightdash answered ok, but ${label} is still listed.`
      : `Done: the direct role of ${label} is revoked. ${roles}`,
  );
};

interface PersonInProject {
  readonly projectUuid: string;
  readonly userUuid: string;
}

/** Answer to a change of a direct role that the person does not have. */
async function withoutDirectRole(before: People | undefined, person: PersonInProject, context: ToolContext) {
  const { label, roles } = await describeRoles(person, before, context);
  return answerWithMembers(
    before,
    'nothing',
    () => `Nothing changed: ${label} has no direct role in this project; assign_role gives one. ${roles}`,
  );
}

/** Name of a person, and a sentence on the roles in a project that they have now. */
async function describeRoles(
  { projectUuid, userUuid }: PersonInProject,
  listed: People | undefined,
  context: ToolContext,
): Promise<{ readonly label: string; readonly roles: string }> {
  const [members, assignments] = await Promise.all([
    fetchOrganization(context).catch(ignoreApiError),
    fetchAssignments(context, projectUuid).catch(ignoreApiError),
  ]);
  const member = members?.find((item) => item.userUuid === userUuid);
  const person = listed && findPerson(listed, userUuid);
  const label = member?.label ?? (person ? plainText(formatPerson(person)) : userUuid);
  if (member !== undefined && assignments !== undefined) return { label, roles: rolesThatStay(member, assignments) };
  const reason =
    members === undefined || assignments === undefined ? 'could not be read' : 'are unknown: no list shows this person';
  return { label, roles: `Their roles through a group or the organization ${reason}; check with get_user_access.` };
}

/** True on releases whose role assignments would give a role to a user without one. */
const givesRoles = async ({ server }: ToolContext): Promise<boolean> => (await server.get()).isNewer;

const findPerson = (members: People, userUuid: string) => members.find((member) => member.userUuid === userUuid);
const isMissing = (members: People | undefined, userUuid: string) =>
  members !== undefined && findPerson(members, userUuid) === undefined;
const describeNewRole = (person: People[number] | undefined, label: string, role: string) =>
  person?.role === role
    ? `Done: ${plainText(formatPerson(person))} is ${role} of the project.`
    : `Lightdash answered ok, but the list of the project shows ${label} ${person ? `as ${person.role ?? 'without a role'}` : 'not at all'}.`;

function answerWithMembers(
  members: People | undefined,
  sent: string,
  describe: (members: People) => string,
): ToolAnswer {
  if (members === undefined) return { text: notReadBack(sent, 'get_project_access_list') };
  const lines = members.map((member) => `- ${plainText(formatPerson(member))}: ${member.role ?? '?'}`);
  const list = ['Direct roles in the project now:', ...(lines.length > 0 ? lines : ['- none'])];
  return { text: [describe(members), ...list].join('\n'), data: members };
}

const groupRoles = z.array(z.looseObject({ groupUuid: z.string(), role: z.string() })).catch([]);
type GroupRoles = z.output<typeof groupRoles>;

async function fetchGroups(context: ToolContext, projectUuid: string): Promise<GroupRoles | undefined> {
  const results = await tryFetchList(context, 'GetProjectGroupAccesses', { projectUuid });
  if (results === undefined) return undefined;
  const custom = await customRoleNames(context, projectUuid);
  return groupRoles.parse(results).map((item) => ({ ...item, role: custom.get(item.groupUuid) ?? item.role }));
}

const findGroup = (groups: GroupRoles | undefined, groupUuid: string) =>
  groups?.find((item) => item.groupUuid === groupUuid);

const grantGroup: ToolHandler<'addProjectAccessToGroup'> = async (operation, args, context) => {
  const held = await heldByGroup(args, context);
  if (held === args.role) return alreadyHeld(args, context);
  // Lightdash answers 500 to a second grant.
  await context.execute(held ? operationById('updateProjectAccessForGroup') : operation, args);
  return answerWithGroupRole(args, context);
};

const updateGroup: ToolHandler<'updateProjectAccessForGroup'> = async (operation, args, context) => {
  if ((await heldByGroup(args, context)) === args.role) return alreadyHeld(args, context);
  await context.execute(operation, args);
  return answerWithGroupRole(args, context);
};

interface GroupRole {
  readonly projectUuid: string;
  readonly groupUuid: string;
  readonly role: string;
}

const heldByGroup = async ({ projectUuid, groupUuid }: GroupRole, context: ToolContext): Promise<string | undefined> =>
  findGroup(await fetchGroups(context, projectUuid), groupUuid)?.role;

const alreadyHeld = async ({ groupUuid, role }: GroupRole, context: ToolContext): Promise<ToolAnswer> => ({
  text: `Nothing to do: ${await fetchLabel(context, 'group', groupUuid)} is ${role} of the project already.`,
});

function answerWithGroupRole(group: GroupRole, context: ToolContext) {
  const { groupUuid, role } = group;
  const sent = `is ${role} of the project`;
  return answerWithGroups(group, context, sent, (groups, label) => {
    const now = findGroup(groups, groupUuid)?.role;
    return now === role
      ? `Done: ${label} ${sent}.`
      : `Lightdash answered ok, but the list of groups shows ${label} ${now === undefined ? 'not at all' : `as ${now}`}.`;
  });
}

const revokeGroup: ToolHandler<'removeProjectAccessFromGroup'> = async (operation, args, context) => {
  const { projectUuid, groupUuid } = args;
  const before = await fetchGroups(context, projectUuid);
  await context.execute(operation, args);
  return answerWithGroups(args, context, 'has no role in the project any more', (groups, label) => {
    if (before && !findGroup(before, groupUuid)) return `Nothing changed: ${label} had no role in this project.`;
    return findGroup(groups, groupUuid)
      ? `Lightdash answered ok, but ${label} is still listed.`
      : `Done: ${label} has no role in the project any more.`;
  });
};

/** @param sent the change in words, with the group as their subject. */
async function answerWithGroups(
  { projectUuid, groupUuid }: Pick<GroupRole, 'projectUuid' | 'groupUuid'>,
  context: ToolContext,
  sent: string,
  describe: (groups: GroupRoles, label: string) => string,
): Promise<ToolAnswer> {
  const groups = await fetchGroups(context, projectUuid);
  const names = await groupNames([groupUuid, ...(groups ?? []).map((item) => item.groupUuid)], context);
  const nameOf = (uuid: string) => plainText(names.get(uuid) ?? uuid);
  const label = names.has(groupUuid) ? `group "${nameOf(groupUuid)}"` : groupUuid;
  if (groups === undefined) return { text: notReadBack(`${label} ${sent}`, 'get_project_group_accesses') };
  const lines = groups.map((item) => `- ${nameOf(item.groupUuid)}: ${item.role}`);
  const list = ['Groups of the project now:', ...(lines.length > 0 ? lines : ['- none'])];
  return { text: [describe(groups, label), ...list].join('\n'), data: groups };
}

/** Handlers of the roles of people and groups in a project. */
export const projectRoleHandlers = {
  GrantProjectAccessToUser: grantPerson,
  UpdateProjectAccessForUser: updatePerson,
  RevokeProjectAccessForUser: revokePerson,
  addProjectAccessToGroup: grantGroup,
  updateProjectAccessForGroup: updateGroup,
  removeProjectAccessFromGroup: revokeGroup,
} satisfies ToolHandlers;
