import * as z from 'zod';
import { administeredOrganization, organizationOf, projectFor } from '../access/permissions.ts';
import { looseNumber } from '../http/body-validation.ts';
import { pageOf, pageQuery } from '../http/pagination.ts';
import { alreadyExists, forbidden, notFound, unexpected } from '../http/refusals.ts';
import { route, type UserContext } from '../http/route.ts';
import { type Group, type JsonObject, PROJECT_ROLES } from '../store/records.ts';
import { removeGroup } from '../store/removal.ts';
import { newUuid, type Store } from '../store/store.ts';

function groupView({ memberUuids: _, ...group }: Group): JsonObject {
  return { ...group };
}

/** Members of a group in the order of the organization's list. */
function membersOf(store: Store, group: Group): JsonObject[] {
  return [...store.users.values()]
    .filter((user) => group.memberUuids.includes(user.userUuid))
    .map(({ userUuid, email, firstName, lastName }) => ({ userUuid, email, firstName, lastName }));
}

function withMembers(store: Store, group: Group, maxMembers = Number.POSITIVE_INFINITY): JsonObject {
  const members = membersOf(store, group).slice(0, maxMembers);
  return { ...groupView(group), members, memberUuids: members.map((member) => member.userUuid) };
}

/** @throws 404 for an unknown group, 403 unless the user is an admin of its organization */
function groupFor(call: UserContext, groupUuid: string): Group {
  const group = call.store.groups.get(groupUuid);
  if (!group) throw notFound('No group found');
  if (administeredOrganization(call) !== group.organizationUuid) throw forbidden();
  return group;
}

const knownUsers = (store: Store, members: readonly { userUuid: string }[]) => [
  ...new Set(members.map((member) => member.userUuid).filter((userUuid) => store.users.has(userUuid))),
];

const memberList = z.array(z.object({ userUuid: z.string() })).optional();
const roleBody = z.object({ role: z.enum(PROJECT_ROLES) });
const projectAccess = { body: roleBody, bodyName: 'projectGroupAccess' };
const noContent = () => new Response(null, { status: 204 });

/** Routes of groups. */
export const groupRoutes = [
  route(
    'GET',
    '/api/v1/org/groups',
    { query: z.object({ ...pageQuery, includeMembers: looseNumber.optional(), searchQuery: z.string().optional() }) },
    (call) => {
      const organizationUuid = organizationOf(call);
      const { includeMembers, searchQuery = '' } = call.query;
      // A user who may not manage groups gets an empty list instead of a refusal.
      const visible = call.user.role === 'admin' ? [...call.store.groups.values()] : [];
      const groups = visible
        .filter((group) => group.organizationUuid === organizationUuid)
        .filter((group) => group.name.toLowerCase().includes(searchQuery.toLowerCase()));
      const views = groups.map((group) => {
        if (!includeMembers) return groupView(group);
        const view = withMembers(call.store, group, includeMembers);
        const members = membersOf(call.store, group).slice(0, includeMembers);
        return { ...view, members: members.map((member) => ({ groupUuid: group.uuid, ...member })) };
      });
      return pageOf(views, call.query);
    },
  ),
  route(
    'POST',
    '/api/v1/org/groups',
    { status: 201, body: z.object({ name: z.string(), members: memberList }), bodyStyle: 'intersection' },
    (call) => {
      const { store, user, body } = call;
      const organizationUuid = administeredOrganization(call);
      for (const other of store.groups.values()) {
        if (other.organizationUuid === organizationUuid && other.name === body.name) {
          throw alreadyExists('Group name already exists');
        }
      }
      const createdAt = call.now().toISOString();
      const group: Group = {
        uuid: newUuid(),
        name: body.name,
        createdAt,
        createdByUserUuid: user.userUuid,
        updatedAt: createdAt,
        updatedByUserUuid: null,
        organizationUuid,
        memberUuids: knownUsers(store, body.members ?? []),
      };
      store.groups.set(group.uuid, group);
      return withMembers(store, group);
    },
  ),
  route(
    'GET',
    '/api/v1/groups/{groupUuid}',
    { query: z.object({ includeMembers: looseNumber.optional() }) },
    (call) => {
      const group = groupFor(call, call.params.groupUuid);
      const { includeMembers } = call.query;
      return includeMembers ? withMembers(call.store, group, includeMembers) : groupView(group);
    },
  ),
  route(
    'PATCH',
    '/api/v1/groups/{groupUuid}',
    { body: z.object({ name: z.string().optional(), members: memberList }) },
    (call) => {
      const group = groupFor(call, call.params.groupUuid);
      const { name, members } = call.body;
      if (name !== undefined) group.name = name;
      if (members !== undefined) group.memberUuids = knownUsers(call.store, members);
      group.updatedAt = call.now().toISOString();
      group.updatedByUserUuid = call.user.userUuid;
      return withMembers(call.store, group);
    },
  ),
  route('DELETE', '/api/v1/groups/{groupUuid}', {}, (call) => {
    removeGroup(call.store, groupFor(call, call.params.groupUuid).uuid);
  }),
  route('GET', '/api/v1/groups/{groupUuid}/members', {}, (call) =>
    membersOf(call.store, groupFor(call, call.params.groupUuid)),
  ),
  route('PUT', '/api/v1/groups/{groupUuid}/members/{userUuid}', { status: 201 }, (call) => {
    const group = groupFor(call, call.params.groupUuid);
    const user = call.store.users.get(call.params.userUuid);
    const isNew = user?.organizationUuid === group.organizationUuid && !group.memberUuids.includes(user.userUuid);
    if (!isNew) return noContent();
    group.memberUuids.push(user.userUuid);
    return undefined;
  }),
  route('DELETE', '/api/v1/groups/{groupUuid}/members/{userUuid}', {}, (call) => {
    const group = groupFor(call, call.params.groupUuid);
    if (!group.memberUuids.includes(call.params.userUuid)) return noContent();
    group.memberUuids = group.memberUuids.filter((userUuid) => userUuid !== call.params.userUuid);
    return undefined;
  }),
  route('POST', '/api/v1/groups/{groupUuid}/projects/{projectUuid}', projectAccess, (call) => {
    const { groupUuid, projectUuid } = call.params;
    const project = projectFor(call, projectUuid, 'manage project');
    const isAddable =
      call.store.groups.has(groupUuid) && !project.groups.some((access) => access.groupUuid === groupUuid);
    if (!isAddable) throw unexpected('Failed to add project access', 'UnexpectedDatabaseError');
    project.groups.push({ groupUuid, role: call.body.role });
    return { projectUuid, groupUuid, role: call.body.role };
  }),
  route('PATCH', '/api/v1/groups/{groupUuid}/projects/{projectUuid}', projectAccess, (call) => {
    const { groupUuid, projectUuid } = call.params;
    const project = projectFor(call, projectUuid, 'manage project');
    const access = project.groups.find((projectGroup) => projectGroup.groupUuid === groupUuid);
    if (!access) throw unexpected('Failed to update project access', 'UnexpectedDatabaseError');
    access.role = call.body.role;
    return { projectUuid, groupUuid, role: access.role };
  }),
  route('DELETE', '/api/v1/groups/{groupUuid}/projects/{projectUuid}', {}, (call) => {
    const { groupUuid, projectUuid } = call.params;
    const project = projectFor(call, projectUuid, 'manage project');
    if (!project.groups.some((access) => access.groupUuid === groupUuid)) return noContent();
    project.groups = project.groups.filter((access) => access.groupUuid !== groupUuid);
    return undefined;
  }),
];
