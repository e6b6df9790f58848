import { ignoreApiError, type LightdashError, NotFoundError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { formatPerson } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { customRoleNames } from '../people/project-assignments.ts';
import type { ToolContext } from '../tool.ts';
import { people, tryFetchList } from './access-lists.ts';

interface Reference {
  readonly projectUuid: string;
  readonly userUuid: string;
}

/** The role of a user in a project: the direct one that Lightdash reads, and those by groups and the organization. */
const memberAccess: ToolHandler<'GetProjectMemberAccess'> = async (operation, args, context) => {
  const direct = await directAccess(operation, args, context);
  const custom = await customRoleNames(context, args.projectUuid);
  const [byGroups, member] = await Promise.all([
    groupRoles(args, custom, context),
    context.execute(operationById('GetOrganizationMemberByUuid'), { userUuid: args.userUuid }).catch(ignoreApiError),
  ]);
  const membership = isObject(member?.results) ? member.results : undefined;
  if (direct.error && !byGroups.isComplete) await assertProject(args.projectUuid, context);
  const person = direct.access ?? membership;
  // An unknown user: the error of Lightdash is the answer.
  if (person === undefined && byGroups.roles.length === 0) throw direct.error ?? new NotFoundError('Not found.');
  const organizationRole = text(membership?.role);
  const lines = [
    `${person ? formatPerson(person) : args.userUuid} (userUuid ${args.userUuid}):`,
    `- direct role in the project: ${custom.get(args.userUuid) ?? text(direct.access?.role) ?? 'none'}`,
    ...byGroups.roles.map(({ group, role }) => `- ${role} through group ${group}`),
    ...(byGroups.roles.length === 0 && byGroups.isComplete ? ['- through groups: none'] : []),
    organizationRole === undefined
      ? '- role in the organization: it could not be read'
      : `- role in the organization: ${organizationRole}${organizationRole === 'member' ? ', which gives no access by itself' : ', which counts in every project'}`,
    ...(byGroups.isComplete
      ? []
      : ['The groups of the project could not all be read: there may be a role through one.']),
  ];
  const data = { ...direct.access, groups: byGroups.roles, organizationRole };
  return { text: lines.map(plainText).join('\n'), data };
};

async function directAccess(
  operation: Parameters<typeof memberAccess>[0],
  args: Reference,
  { execute }: ToolContext,
): Promise<{ readonly access?: JsonObject; readonly error?: LightdashError }> {
  try {
    const { results } = await execute(operation, { ...args });
    return isObject(results) ? { access: results } : {};
  } catch (error) {
    // No direct role is a 404, too (recorded).
    if (!(error instanceof NotFoundError)) throw error;
    return { error };
  }
}

/** @throws {NotFoundError} for a project that is not there: its 404 is that of a person without a direct role. */
async function assertProject(projectUuid: string, { read }: ToolContext): Promise<void> {
  const error = await read(operationById('GetProject'), { projectUuid }).catch((caught: unknown) => caught);
  if (error instanceof NotFoundError)
    throw new NotFoundError(`There is no project ${projectUuid}, or none that you may see.`);
}

interface GroupRole {
  readonly group: string;
  readonly role: string;
}

/** Roles that a user has by groups of a project. */
async function groupRoles(
  { projectUuid, userUuid }: Reference,
  custom: ReadonlyMap<string, string>,
  context: ToolContext,
) {
  const listed = await tryFetchList(context, 'GetProjectGroupAccesses', { projectUuid });
  const groups = objects(listed);
  let isComplete = listed !== undefined;
  const roles = await Promise.all(
    groups.map(async ({ groupUuid, role }): Promise<readonly GroupRole[]> => {
      const members = await tryFetchList(context, 'getGroupMembers', { groupUuid });
      if (members === undefined) isComplete = false;
      const isIn = people.parse(members).some((item) => item.userUuid === userUuid);
      if (!isIn) return [];
      const group = await tryFetchList(context, 'getGroup', { groupUuid });
      return [
        {
          group: (isObject(group) && text(group.name)) || String(groupUuid),
          role: custom.get(String(groupUuid)) ?? text(role) ?? '?',
        },
      ];
    }),
  );
  return { roles: roles.flat(), isComplete };
}

/** Handler of one member's access to a project. */
export const memberAccessHandlers = { GetProjectMemberAccess: memberAccess } satisfies ToolHandlers;
