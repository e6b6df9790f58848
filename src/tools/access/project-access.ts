import * as z from 'zod';
import { NotFoundError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { renderAnswer } from '../../render/answer.ts';
import { plainText } from '../../text/plain-text.ts';
import type { ToolHandler } from '../operation-tool.ts';
import { fetchMembers, namedGroup, notReadBack, people, tryFetchMembers } from './access-lists.ts';
import { personName } from './explain-access.ts';

const groupRoles = z.array(z.looseObject({ groupUuid: z.string(), role: z.string() })).catch([]);

/** Changes the project role of a person, and says who was granted what now. */
const changeProjectMember =
  (change: 'grant' | 'update' | 'revoke'): ToolHandler =>
  async (operation, args, context) => {
    const { projectUuid: project, userUuid, email, role } = args;
    const list = async () => {
      const results = await tryFetchMembers(context, 'GetProjectAccessList', { projectUuid: project });
      return results === undefined ? undefined : people.parse(results);
    };
    const find = (members: z.output<typeof people> | undefined) =>
      members?.find((each) =>
        userUuid === undefined ? each.email?.toLowerCase() === String(email).toLowerCase() : each.userUuid === userUuid,
      );
    const before = change === 'grant' ? undefined : await list();
    await context.execute(operation, args);
    const after = await list();
    if (after === undefined) return { text: `Done. ${notReadBack}` };
    const now = find(after);
    // Lightdash says "ok" to a change for somebody who has no role to change.
    const nothingToChange = before !== undefined && find(before) === undefined;
    const verdict = nothingToChange
      ? `Nothing changed: ${String(userUuid)} was granted no role in this project directly${change === 'update' ? '; grant_project_access_to_user gives one' : ''}. A role may come through a group or the organization.`
      : change === 'revoke'
        ? now
          ? 'Lightdash said done, but the person is still listed.'
          : 'Done: the role granted directly is taken back. A role through a group or the organization stays.'
        : now && now.role === role
          ? `Done: ${personName(now)} is ${String(role)} of the project.`
          : 'Lightdash said done, but the list of the project does not show it.';
    return { text: `${verdict}\n${membersText(after)}`, data: after };
  };

const membersText = (members: z.output<typeof people>) =>
  [
    'Roles granted directly in the project now:',
    ...members.map((each) => `- ${personName(each)}: ${each.role ?? '?'}`),
    ...(members.length === 0 ? ['- nobody'] : []),
  ].join('\n');

/** Changes the project role of a group, and says which groups have which role now. */
const changeProjectGroup =
  (change: 'grant' | 'update' | 'revoke'): ToolHandler =>
  async (operation, args, context) => {
    const { projectUuid: project, groupUuid, role } = args;
    const list = async () => {
      const results = await tryFetchMembers(context, 'GetProjectGroupAccesses', { projectUuid: project });
      return results === undefined ? undefined : groupRoles.parse(results);
    };
    const find = (groups: z.output<typeof groupRoles> | undefined) =>
      groups?.find((each) => each.groupUuid === groupUuid);
    const before = await list();
    const held = find(before);
    if (change === 'grant' && held) {
      // Lightdash answers 500 to a second grant.
      if (held.role === role) return { text: `Nothing to do: the group is ${held.role} of the project already.` };
      await context.execute(operationById('updateProjectAccessForGroup'), args);
    } else {
      await context.execute(operation, args);
    }
    const after = await list();
    if (after === undefined) return { text: `Done. ${notReadBack}` };
    const names = await Promise.all(
      after.map(async (each) => {
        const group = namedGroup.parse(
          (await tryFetchMembers(context, 'getGroup', { groupUuid: each.groupUuid })) ?? { name: each.groupUuid },
        );
        return `- ${plainText(group.name)}: ${each.role}`;
      }),
    );
    const holds = find(after)?.role === role;
    const verdict =
      change === 'revoke'
        ? before && !held
          ? 'Nothing changed: the group had no role in this project.'
          : find(after)
            ? 'Lightdash said done, but the group is still listed.'
            : 'Done: the group has no role in the project any more.'
        : holds
          ? `Done: the group is ${String(role)} of the project.`
          : 'Lightdash said done, but the list of groups does not show it.';
    return {
      text: [verdict, 'Groups of the project now:', ...names, ...(names.length === 0 ? ['- none'] : [])].join('\n'),
      data: after,
    };
  };

/** Adds or removes a member of a group; Lightdash answers 204 also for people and memberships that do not exist. */
const changeGroupMember =
  (change: 'add' | 'remove'): ToolHandler =>
  async (operation, args, context) => {
    const { groupUuid, userUuid } = args;
    const list = async () => {
      const results = await tryFetchMembers(context, 'getGroupMembers', { groupUuid });
      return results === undefined ? undefined : people.parse(results);
    };
    const isIn = (members: z.output<typeof people> | undefined) => members?.some((each) => each.userUuid === userUuid);
    const before = await list();
    if (change === 'add' && isIn(before))
      return { text: `Nothing to do: that person is in the group already.\n${groupText(before ?? [])}` };
    if (change === 'add') {
      await fetchMembers(context, 'GetOrganizationMemberByUuid', { userUuid }).catch((error: unknown) => {
        if (!(error instanceof NotFoundError)) return undefined;
        throw new NotFoundError(`There is nobody with the userUuid ${String(userUuid)} in the organization.`, {
          advice: 'Nothing was changed. list_organization_members gives the right one.',
        });
      });
    }
    await context.execute(operation, args);
    const after = await list();
    if (after === undefined) return { text: `Done. ${notReadBack}` };
    const worked = isIn(after) === (change === 'add');
    const verdict =
      change === 'remove' && isIn(before) === false
        ? 'Nothing changed: that person was not in the group.'
        : worked
          ? `Done: ${change === 'add' ? 'the person is in the group and sees what it sees' : 'the person is out of the group'}.`
          : 'Lightdash said done, but the members of the group do not show it.';
    return { text: `${verdict}\n${groupText(after)}`, data: after };
  };

const groupText = (members: z.output<typeof people>) =>
  `Members now (${members.length}): ${members.map(personName).join(', ') || 'nobody'}`;

/** Lightdash cuts the members at the number asked for and does not say so: as many may be a part of them. */
const readGroup: ToolHandler = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
  const { members } = z
    .looseObject({ members: z.array(z.unknown()).optional() })
    .catch({})
    .parse(results);
  const { includeMembers } = args;
  const isFull = typeof includeMembers === 'number' && includeMembers > 0 && (members?.length ?? 0) >= includeMembers;
  const note = isFull
    ? `Members were listed up to ${includeMembers}; there may be more: get_group_members lists all.\n`
    : '';
  return { text: `${note}${renderAnswer(results, context.budget, 'Nothing there.')}`, data: results };
};

/** What the access tools do instead of passing Lightdash's answer on, by operation. */
export const accessHandlers: Readonly<Record<string, ToolHandler>> = {
  GrantProjectAccessToUser: changeProjectMember('grant'),
  UpdateProjectAccessForUser: changeProjectMember('update'),
  RevokeProjectAccessForUser: changeProjectMember('revoke'),
  addProjectAccessToGroup: changeProjectGroup('grant'),
  updateProjectAccessForGroup: changeProjectGroup('update'),
  removeProjectAccessFromGroup: changeProjectGroup('revoke'),
  addUserToGroup: changeGroupMember('add'),
  removeUserFromGroup: changeGroupMember('remove'),
  getGroup: readGroup,
};
