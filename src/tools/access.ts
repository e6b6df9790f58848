import * as z from 'zod';
import { LightdashError, NotFoundError } from '../lightdash/errors.ts';
import { projectUuid, spaceUuid } from '../operations/fields.ts';
import { operationById } from '../operations/index.ts';
import type { Operation } from '../operations/operation.ts';
import { isPrivate, personName, readSpaceAccess, renderSpaceAccess, type SpaceAccess } from '../render/space-access.ts';
import { plainText } from '../render/text.ts';
import type { Behaviour } from './operation-tool.ts';
import type { Tool, ToolArguments, ToolContext } from './tool.ts';

// Lightdash answers "ok" to much that changed nothing: a grant to a group member, a revoke of nobody. What these tools
// say is read back from Lightdash, never taken from its "ok".

const people = z
  .array(
    z.looseObject({
      userUuid: z.string(),
      firstName: z.string().nullish(),
      lastName: z.string().nullish(),
      email: z.string().nullish(),
      role: z.string().nullish(),
    }),
  )
  .catch([]);
const groupRoles = z.array(z.looseObject({ groupUuid: z.string(), role: z.string() })).catch([]);
const namedGroup = z.looseObject({ name: z.string() }).catch({ name: '?' });

const lookUp = async (context: ToolContext, operationId: string, args: ToolArguments) =>
  (await context.perform(operationById(operationId), args)).results;

/** What a look-up beside the real call answers; undefined where it fails, because the call must not depend on it. */
async function tryLookUp(context: ToolContext, operationId: string, args: ToolArguments): Promise<unknown> {
  try {
    return await lookUp(context, operationId, args);
  } catch (error) {
    if (error instanceof LightdashError) return undefined;
    throw error;
  }
}

const notReadBack = 'It could not be read back who has access now; get_space_access or the access lists tell.';

async function spaceWithMembers(context: ToolContext, args: ToolArguments): Promise<SpaceAccess | undefined> {
  const results = await tryLookUp(context, 'GetSpace', { projectUuid: args.projectUuid, spaceUuid: args.spaceUuid });
  return results === undefined ? undefined : readSpaceAccess(results);
}

/** The space's access list as text, with the members of the groups it is shared with looked up. */
async function renderAccess(context: ToolContext, space: SpaceAccess): Promise<string> {
  const members = await Promise.all(
    space.groupsAccess.map(async ({ groupUuid }) => {
      const listed = await tryLookUp(context, 'getGroupMembers', { groupUuid });
      return listed === undefined
        ? undefined
        : ([groupUuid, new Set(people.parse(listed).map((each) => each.userUuid))] as const);
    }),
  );
  return renderSpaceAccess(space, new Map(members.filter((entry) => entry !== undefined)));
}

/** Grants or takes back access to a space, and says what changed and who has access now. */
const changeSpaceAccess =
  (subject: 'userUuid' | 'groupUuid', change: 'grant' | 'revoke'): Behaviour =>
  async (operation, args, context) => {
    const id = String(args[subject]);
    const has = (space: SpaceAccess | undefined) =>
      subject === 'groupUuid'
        ? space?.groupsAccess.some((group) => group.groupUuid === id)
        : space?.access.some((entry) => entry.userUuid === id && entry.hasDirectAccess);
    const before = change === 'revoke' ? await spaceWithMembers(context, args) : undefined;
    await context.perform(operation, args);
    const after = await spaceWithMembers(context, args);
    if (after === undefined) return { text: `Done. ${notReadBack}` };
    const who = subject === 'userUuid' ? 'person' : 'group';
    const verdict =
      change === 'grant'
        ? has(after)
          ? `Done: the ${who} has the role ${String(args.spaceRole)} in the space.`
          : `Lightdash said done, but the ${who} is not in the list of the space: check that ${id} is right.`
        : has(before) === false
          ? `Nothing changed: the space was not shared with that ${who}.`
          : has(after)
            ? `Taken back; the ${who} still has access in another way (see below).`
            : `Done: the space is no longer shared with that ${who}.`;
    return { text: `${verdict}\n${await renderAccess(context, after)}`, data: after };
  };

/** Changes the project role of a person, and says who was granted what now. */
const changeProjectMember =
  (change: 'grant' | 'update' | 'revoke'): Behaviour =>
  async (operation, args, context) => {
    const { projectUuid: project, userUuid, email, role } = args;
    const list = async () => {
      const results = await tryLookUp(context, 'GetProjectAccessList', { projectUuid: project });
      return results === undefined ? undefined : people.parse(results);
    };
    const find = (members: z.output<typeof people> | undefined) =>
      members?.find((each) =>
        userUuid === undefined ? each.email?.toLowerCase() === String(email).toLowerCase() : each.userUuid === userUuid,
      );
    const before = change === 'grant' ? undefined : await list();
    await context.perform(operation, args);
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
  (change: 'grant' | 'update' | 'revoke'): Behaviour =>
  async (operation, args, context) => {
    const { projectUuid: project, groupUuid, role } = args;
    const list = async () => {
      const results = await tryLookUp(context, 'GetProjectGroupAccesses', { projectUuid: project });
      return results === undefined ? undefined : groupRoles.parse(results);
    };
    const find = (groups: z.output<typeof groupRoles> | undefined) =>
      groups?.find((each) => each.groupUuid === groupUuid);
    const before = await list();
    const held = find(before);
    if (change === 'grant' && held) {
      // Lightdash answers 500 to a second grant.
      if (held.role === role) return { text: `Nothing to do: the group is ${held.role} of the project already.` };
      await context.perform(operationById('updateProjectAccessForGroup'), args);
    } else {
      await context.perform(operation, args);
    }
    const after = await list();
    if (after === undefined) return { text: `Done. ${notReadBack}` };
    const names = await Promise.all(
      after.map(async (each) => {
        const group = namedGroup.parse(
          (await tryLookUp(context, 'getGroup', { groupUuid: each.groupUuid })) ?? { name: each.groupUuid },
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
  (change: 'add' | 'remove'): Behaviour =>
  async (operation, args, context) => {
    const { groupUuid, userUuid } = args;
    const list = async () => {
      const results = await tryLookUp(context, 'getGroupMembers', { groupUuid });
      return results === undefined ? undefined : people.parse(results);
    };
    const isIn = (members: z.output<typeof people> | undefined) => members?.some((each) => each.userUuid === userUuid);
    const before = await list();
    if (change === 'add' && isIn(before))
      return { text: `Nothing to do: that person is in the group already.\n${groupText(before ?? [])}` };
    if (change === 'add') {
      await lookUp(context, 'GetOrganizationMemberByUuid', { userUuid }).catch((error: unknown) => {
        if (!(error instanceof NotFoundError)) return undefined;
        throw new NotFoundError(`There is nobody with the userUuid ${String(userUuid)} in the organization.`, {
          advice: 'Nothing was changed. list_organization_members gives the right one.',
        });
      });
    }
    await context.perform(operation, args);
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

/** Creates or changes a space and compares what came of it with what was asked. */
const writeSpace: Behaviour = async (operation: Operation, args, context) => {
  const { results } = await context.perform(operation, args);
  const uuid = args.spaceUuid ?? z.looseObject({ uuid: z.string() }).catch({ uuid: '' }).parse(results).uuid;
  const space =
    (await spaceWithMembers(context, { projectUuid: args.projectUuid, spaceUuid: uuid })) ?? readSpaceAccess(results);
  const made = operation.id === 'CreateSpaceInProject' ? 'Created' : 'Changed';
  const closed = isPrivate(space);
  const differs = closed !== undefined && closed !== args.isPrivate;
  const warning = differs
    ? `\nNot as asked: the space is ${closed ? 'private' : 'open to the project'}. Check it in Lightdash before relying on it.`
    : '';
  return {
    text: `${made} the space, spaceUuid ${String(uuid)}.${warning}\n${await renderAccess(context, space)}`,
    data: results,
  };
};

/** What the access tools do instead of passing Lightdash's answer on, by operation. */
export const accessBehaviours: Readonly<Record<string, Behaviour>> = {
  AddSpaceUserAccess: changeSpaceAccess('userUuid', 'grant'),
  RevokeSpaceAccessForUser: changeSpaceAccess('userUuid', 'revoke'),
  AddSpaceGroupAccess: changeSpaceAccess('groupUuid', 'grant'),
  RevokeGroupSpaceAccess: changeSpaceAccess('groupUuid', 'revoke'),
  GrantProjectAccessToUser: changeProjectMember('grant'),
  UpdateProjectAccessForUser: changeProjectMember('update'),
  RevokeProjectAccessForUser: changeProjectMember('revoke'),
  addProjectAccessToGroup: changeProjectGroup('grant'),
  updateProjectAccessForGroup: changeProjectGroup('update'),
  removeProjectAccessFromGroup: changeProjectGroup('revoke'),
  addUserToGroup: changeGroupMember('add'),
  removeUserFromGroup: changeGroupMember('remove'),
  CreateSpaceInProject: writeSpace,
  UpdateSpace: writeSpace,
};

/** Explains who can see a space and why: one call for what takes GetSpace and a look at each group. */
export const getSpaceAccess: Tool = {
  name: 'get_space_access',
  title: 'Explain who can see a space',
  description:
    'Every person and group with access to a space, their role, and where it comes from: shared directly, through a group, project role or organization role.',
  toolset: 'access',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({ projectUuid: projectUuid(), spaceUuid: spaceUuid() }),
  async run(args, context) {
    const space = readSpaceAccess(await lookUp(context, 'GetSpace', args));
    return { text: await renderAccess(context, space), data: space };
  },
};
