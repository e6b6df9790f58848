import type { Endpoint, Successor } from '../lightdash/endpoint.ts';
import { NotFoundError, ServerFaultError } from '../lightdash/errors.ts';
import { isObject, type JsonObject, objects } from '../text/json.ts';
import {
  groupUpdate,
  groupWithMembers,
  organization,
  organizationMembers,
  organizationRoleOfUser,
  projectRoles,
  removeProjectGroupRole,
  removeProjectUserRole,
  setProjectGroupRole,
  setProjectUserRole,
  updateProjectGroupRole,
} from './routes/newer-releases.ts';

// Successors of operations on members, groups and their roles: 1.219 has role assignments instead.

type Send = (endpoint: Endpoint, args: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** More members than this are not read at once: a group that has more is not written, or some would be lost. */
const MAX_MEMBERS = 10_000;

async function membersOf(groupUuid: unknown, send: Send): Promise<readonly JsonObject[]> {
  const group = await send(groupWithMembers, { groupUuid, includeMembers: MAX_MEMBERS });
  if (!isObject(group) || !Array.isArray(group.members))
    throw new ServerFaultError('Lightdash returned no members of the group.');
  return objects(group.members);
}

async function writeMembers(groupUuid: unknown, userUuids: readonly unknown[], send: Send): Promise<void> {
  if (userUuids.length >= MAX_MEMBERS)
    throw new ServerFaultError(
      `The group has ${MAX_MEMBERS} members or more: it cannot be read whole, so it was not changed.`,
    );
  await send(groupUpdate, { groupUuid, members: userUuids.map((userUuid) => ({ userUuid })) });
}

const isSameId = (id: unknown, other: unknown) => String(id).toLowerCase() === String(other).toLowerCase();

/** Members of a group, from the group with its members. */
export const groupMembers: Successor = {
  since: '1.219',
  run: ({ groupUuid }, send) => membersOf(groupUuid, send),
};

/** Adds a member by the list of members, which the group is updated with. */
export const groupMemberAdded: Successor = {
  since: '1.219',
  async run({ groupUuid, userUuid }, send) {
    const userUuids = (await membersOf(groupUuid, send)).map((member) => member.userUuid);
    if (!userUuids.some((id) => isSameId(id, userUuid))) await writeMembers(groupUuid, [...userUuids, userUuid], send);
    return undefined;
  },
};

/** Removes a member by the list of members, which the group is updated with. */
export const groupMemberRemoved: Successor = {
  since: '1.219',
  async run({ groupUuid, userUuid }, send) {
    const userUuids = (await membersOf(groupUuid, send)).map((member) => member.userUuid);
    const others = userUuids.filter((id) => !isSameId(id, userUuid));
    if (others.length < userUuids.length) await writeMembers(groupUuid, others, send);
    return undefined;
  },
};

/** The member of the organization, from the list: no route reads a single one. */
async function memberWith(userUuid: unknown, send: Send): Promise<JsonObject> {
  const list = await send(organizationMembers, {});
  const member = objects(isObject(list) ? list.data : list).find((item) => isSameId(item.userUuid, userUuid));
  if (member === undefined) throw new NotFoundError('No matching member found in organization', { status: 404 });
  return member;
}

/** A member by uuid, from the list of members. */
export const organizationMember: Successor = {
  since: '1.219',
  run: ({ userUuid }, send) => memberWith(userUuid, send),
};

/** Role of a member in the organization, as an assignment. */
export const memberRole: Successor = {
  since: '1.219',
  async run({ userUuid, role }, send) {
    const own = await send(organization, {});
    const orgUuid = isObject(own) ? own.organizationUuid : undefined;
    await send(organizationRoleOfUser, { orgUuid, userUuid, roleId: role });
    return memberWith(userUuid, send);
  },
};

/** Direct role of a person in a project, with the name and e-mail of the list of members. */
export const projectMember: Successor = {
  since: '1.219',
  async run({ projectUuid, userUuid }, send) {
    const assignment = objects(await send(projectRoles, { projectUuid })).find(
      ({ assigneeType, assigneeId }) => assigneeType === 'user' && isSameId(assigneeId, userUuid),
    );
    if (assignment === undefined)
      throw new NotFoundError(`User UUID ${String(userUuid)} is not found in project ${String(projectUuid)}`, {
        status: 404,
      });
    const { email, firstName, lastName } = await memberWith(userUuid, send);
    return { userUuid, projectUuid, role: assignment.roleId, email, firstName, lastName };
  },
};

/** Role of a person in a project, as an assignment. */
export const projectUserRole: Successor = {
  since: '1.219',
  async run({ projectUuid, userUuid, role }, send) {
    await send(setProjectUserRole, { projectUuid, userUuid, roleId: role, sendEmail: false });
    return undefined;
  },
};

/** Removal of a person's role in a project, as an assignment. */
export const projectUserRoleRemoved: Successor = {
  since: '1.219',
  async run({ projectUuid, userUuid }, send) {
    await send(removeProjectUserRole, { projectUuid, userUuid });
    return undefined;
  },
};

/** Role of a group in a project, as an assignment. */
export const projectGroupRole: Successor = {
  since: '1.219',
  async run({ projectUuid, groupUuid, role }, send) {
    await send(setProjectGroupRole, { projectUuid, groupUuid, roleId: role });
    return { projectUuid, groupUuid, role };
  },
};

/** Another role of a group in a project, as an assignment. */
export const projectGroupRoleChanged: Successor = {
  since: '1.219',
  async run({ projectUuid, groupUuid, role }, send) {
    await send(updateProjectGroupRole, { projectUuid, groupUuid, roleId: role });
    return { projectUuid, groupUuid, role };
  },
};

/** Removal of a group's role in a project, as an assignment. */
export const projectGroupRoleRemoved: Successor = {
  since: '1.219',
  async run({ projectUuid, groupUuid }, send) {
    await send(removeProjectGroupRole, { projectUuid, groupUuid });
    return undefined;
  },
};
