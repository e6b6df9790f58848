import * as z from 'zod';
import { ConflictError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { formatPerson } from '../../text/format.ts';
import { plainText } from '../../text/plain-text.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import type { ToolAnswer, ToolContext } from '../tool.ts';
import { namedGroup, notReadBack, type People, people, tryFetchList } from './access-lists.ts';

// 0.1366 answers ok to a change for a user without a role; role assignments of newer releases would give one, so nothing
// is sent there then.

async function fetchMembers(context: ToolContext, projectUuid: string): Promise<People | undefined> {
  const results = await tryFetchList(context, 'GetProjectAccessList', { projectUuid });
  return results === undefined ? undefined : people.parse(results);
}

const grantPerson: ToolHandler<'GrantProjectAccessToUser'> = async (operation, args, context) => {
  const { projectUuid, email, role } = args;
  try {
    await context.execute(operation, args);
  } catch (error) {
    if (error instanceof ConflictError) throw await hasAnotherRole(error, args, context);
    throw error;
  }
  return answerWithMembers(await fetchMembers(context, projectUuid), (members) =>
    describeRole(
      members.find((member) => member.email?.toLowerCase() === email.toLowerCase()),
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
  if (isMissing(before, userUuid) && (await givesRoles(context))) {
    const nothing = `Nothing changed: ${noDirectRole(userUuid)}; assign_role gives one. ${otherRoles}`;
    return answerWithMembers(before, () => nothing);
  }
  await context.execute(operation, args);
  return answerWithMembers(await fetchMembers(context, projectUuid), (members) =>
    isMissing(before, userUuid)
      ? `Nothing changed: ${noDirectRole(userUuid)}; assign_role gives one. ${otherRoles}`
      : describeRole(findPerson(members, userUuid), role),
  );
};

const revokePerson: ToolHandler<'RevokeProjectAccessForUser'> = async (operation, args, context) => {
  const { projectUuid, userUuid } = args;
  const before = await fetchMembers(context, projectUuid);
  if (isMissing(before, userUuid) && (await givesRoles(context)))
    return answerWithMembers(before, () => `Nothing changed: ${noDirectRole(userUuid)}. ${otherRoles}`);
  await context.execute(operation, args);
  return answerWithMembers(await fetchMembers(context, projectUuid), (members) => {
    if (isMissing(before, userUuid)) return `Nothing changed: ${noDirectRole(userUuid)}. ${otherRoles}`;
    return findPerson(members, userUuid)
      ? 'Lightdash answered ok, but the person is still listed.'
      : 'Done: the direct role is revoked. A role through a group or the organization stays.';
  });
};

/** True on releases whose role assignments would give a role to a user without one. */
const givesRoles = async ({ server }: ToolContext): Promise<boolean> => (await server.get()).isNewer;

const findPerson = (members: People, userUuid: string) => members.find((member) => member.userUuid === userUuid);
const isMissing = (members: People | undefined, userUuid: string) =>
  members !== undefined && findPerson(members, userUuid) === undefined;
const noDirectRole = (userUuid: string) => `${userUuid} has no direct role in this project`;
const otherRoles = 'A role may come through a group or the organization.';

const describeRole = (person: People[number] | undefined, role: string) =>
  person?.role === role
    ? `Done: ${plainText(formatPerson(person))} is ${role} of the project.`
    : 'Lightdash answered ok, but the list of the project does not show it.';

function answerWithMembers(members: People | undefined, describe: (members: People) => string): ToolAnswer {
  if (members === undefined) return { text: `Done. ${notReadBack}` };
  const lines = members.map((member) => `- ${plainText(formatPerson(member))}: ${member.role ?? '?'}`);
  const list = ['Direct roles in the project now:', ...(lines.length > 0 ? lines : ['- none'])];
  return { text: [describe(members), ...list].join('\n'), data: members };
}

const groupRoles = z.array(z.looseObject({ groupUuid: z.string(), role: z.string() })).catch([]);
type GroupRoles = z.output<typeof groupRoles>;

async function fetchGroups(context: ToolContext, projectUuid: string): Promise<GroupRoles | undefined> {
  const results = await tryFetchList(context, 'GetProjectGroupAccesses', { projectUuid });
  return results === undefined ? undefined : groupRoles.parse(results);
}

const findGroup = (groups: GroupRoles | undefined, groupUuid: string) =>
  groups?.find((item) => item.groupUuid === groupUuid);

const grantGroup: ToolHandler<'addProjectAccessToGroup'> = async (operation, args, context) => {
  const held = findGroup(await fetchGroups(context, args.projectUuid), args.groupUuid);
  if (held?.role === args.role) {
    return { text: `Nothing to do: the group is ${held.role} of the project already.` };
  }
  // Lightdash answers 500 to a second grant.
  await context.execute(held ? operationById('updateProjectAccessForGroup') : operation, args);
  return answerWithGroups(args.projectUuid, context, (groups) => describeGroupRole(groups, args));
};

const updateGroup: ToolHandler<'updateProjectAccessForGroup'> = async (operation, args, context) => {
  await context.execute(operation, args);
  return answerWithGroups(args.projectUuid, context, (groups) => describeGroupRole(groups, args));
};

const describeGroupRole = (groups: GroupRoles, args: { readonly groupUuid: string; readonly role: string }) =>
  findGroup(groups, args.groupUuid)?.role === args.role
    ? `Done: the group is ${args.role} of the project.`
    : 'Lightdash answered ok, but the list of groups does not show it.';

const revokeGroup: ToolHandler<'removeProjectAccessFromGroup'> = async (operation, args, context) => {
  const { projectUuid, groupUuid } = args;
  const before = await fetchGroups(context, projectUuid);
  await context.execute(operation, args);
  return answerWithGroups(projectUuid, context, (groups) => {
    if (before && !findGroup(before, groupUuid)) return 'Nothing changed: the group had no role in this project.';
    return findGroup(groups, groupUuid)
      ? 'Lightdash answered ok, but the group is still listed.'
      : 'Done: the group has no role in the project any more.';
  });
};

async function answerWithGroups(
  projectUuid: string,
  context: ToolContext,
  describe: (groups: GroupRoles) => string,
): Promise<ToolAnswer> {
  const groups = await fetchGroups(context, projectUuid);
  if (groups === undefined) return { text: `Done. ${notReadBack}` };
  const lines = await Promise.all(
    groups.map(async ({ groupUuid, role }) => {
      const group = (await tryFetchList(context, 'getGroup', { groupUuid })) ?? { name: groupUuid };
      return `- ${plainText(namedGroup.parse(group).name)}: ${role}`;
    }),
  );
  const list = ['Groups of the project now:', ...(lines.length > 0 ? lines : ['- none'])];
  return { text: [describe(groups), ...list].join('\n'), data: groups };
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
