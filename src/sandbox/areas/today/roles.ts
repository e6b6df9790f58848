import * as z from 'zod';
import { coveredRole, SYSTEM_ROLE_NAMES, scopesOf } from '../../access/system-roles.ts';
import { alreadyExists, forbidden, notExists, notFound, unexpected, wrongParameter } from '../../http/refusals.ts';
import { route, type UserContext, type WriteContext } from '../../http/route.ts';
import { type CustomRole, type JsonObject, PROJECT_ROLES, ROLES } from '../../store/records.ts';
import { newUuid } from '../../store/store.ts';
import { fullName } from '../../views/people.ts';
import { isLastAdmin } from '../members.ts';
import { checkedUuid, isUuid } from './find-by-id.ts';

const since = '1.219';
const org = '/api/v2/orgs/{orgUuid}/roles';
const LAST_ADMIN = 'Organization must have at least one admin';
/** Refusal of the routes that only an administrator of the organization may call. */
export const NOT_YOUR_ORGANIZATION = 'You do not have permission to manage this organization';

/** @throws 404 for another organization than the user's own, 403 in these words unless they are its admin */
function adminOf({ store, user }: UserContext, organizationUuid: string, refusal?: string): string {
  if (!store.organizations.has(organizationUuid)) throw notExists('Cannot find organization');
  if (user.organizationUuid !== organizationUuid || user.role !== 'admin') throw forbidden(refusal);
  return organizationUuid;
}

const systemRoles = () =>
  PROJECT_ROLES.map((role) => ({
    roleUuid: role,
    name: SYSTEM_ROLE_NAMES[role],
    description: SYSTEM_ROLE_NAMES[role],
    ownerType: 'system',
    level: 'project',
    scopes: scopesOf(role),
    organizationUuid: null,
    createdAt: null,
    updatedAt: null,
    createdBy: null,
  }));

function customRoleView({ scopes, ...role }: CustomRole, withScopes = true): JsonObject {
  return { ...role, ownerType: 'user', ...(withScopes ? { scopes } : {}) };
}

/** A custom role of the user's organization. @throws 404 for any other */
export function customRole(call: UserContext, roleUuid: string): CustomRole {
  const role = call.store.customRoles.get(roleUuid);
  if (role?.organizationUuid !== call.user.organizationUuid || !role) {
    throw notFound(`Role with uuid ${roleUuid} not found`);
  }
  return role;
}

function refuseTakenName({ store, user }: UserContext, name: string, except?: CustomRole): void {
  for (const role of store.customRoles.values()) {
    if (role.name === name && role.organizationUuid === user.organizationUuid && role !== except) {
      throw alreadyExists(`A role named "${name}" already exists in this organization`);
    }
  }
}

/** A role may only contain scopes of its creator; an admin has all scopes. */
function refuseUnknownScopes(scopes: readonly string[]): void {
  const knownScopes = new Set(scopesOf('admin'));
  if (scopes.some((scope) => !knownScopes.has(scope))) throw forbidden('Cannot grant permissions exceeding your own');
}

function keepRole(call: WriteContext, values: Pick<CustomRole, 'name' | 'description' | 'level' | 'scopes'>) {
  refuseTakenName(call, values.name);
  refuseUnknownScopes(values.scopes);
  const createdAt = call.now().toISOString();
  const role: CustomRole = {
    roleUuid: newUuid(),
    name: values.name,
    description: values.description,
    level: values.level,
    organizationUuid: call.user.organizationUuid ?? '',
    createdBy: call.user.userUuid,
    createdAt,
    updatedAt: createdAt,
    scopes: values.scopes,
  };
  call.store.customRoles.set(role.roleUuid, role);
  return role;
}

/** Everything that names a custom role. */
const isAssigned = ({ store }: UserContext, roleUuid: string) =>
  [...store.projects.values()].some(({ members, groups }) =>
    [...members, ...groups].some((findRole) => findRole.roleUuid === roleUuid),
  );

const newRole = z.object({
  name: z.string(),
  description: z.string().nullish(),
  level: z.enum(['project', 'organization']).optional(),
  scopes: z.array(z.string()).optional(),
});
const roleChanges = z.object({
  name: z.string().optional(),
  description: z.string().nullish(),
  scopes: z.object({ add: z.array(z.string()).optional(), remove: z.array(z.string()).optional() }).optional(),
});

/** @throws 403: a licence is needed (measured on 1.219) */
export const licence = () => {
  throw forbidden('Custom roles require a Lightdash Enterprise license');
};

/** Routes of the roles of the organization and of custom roles on 1.219. */
export const roleRoutes = [
  route(
    'GET',
    org,
    { since, query: z.object({ load: z.string().optional(), roleTypeFilter: z.string().optional() }) },
    (call) => {
      adminOf(call, call.params.orgUuid);
      const { roleTypeFilter } = call.query;
      const custom = [...call.store.customRoles.values()].map((role) => customRoleView(role));
      if (roleTypeFilter === 'user') return custom;
      return roleTypeFilter === 'system' ? systemRoles() : [...systemRoles(), ...custom];
    },
  ),
  route('POST', org, { since, status: 201, body: newRole }, (call) => {
    adminOf(call, call.params.orgUuid, NOT_YOUR_ORGANIZATION);
    const { name, description = null, level = 'project', scopes = [] } = call.body;
    return customRoleView(keepRole(call, { name, description, level, scopes }), false);
  }),
  route('POST', `${org}/{roleId}/duplicate`, { since, status: 201, body: z.object({ name: z.string() }) }, (call) => {
    adminOf(call, call.params.orgUuid, NOT_YOUR_ORGANIZATION);
    const { roleId } = call.params;
    const system = PROJECT_ROLES.find((projectRole) => projectRole === roleId);
    const source = system
      ? { description: SYSTEM_ROLE_NAMES[system], level: 'project' as const, scopes: scopesOf(system) }
      : customRole(call, roleId);
    const { description, level, scopes } = source;
    return customRoleView(keepRole(call, { name: call.body.name, description, level, scopes: [...scopes] }));
  }),
  route('GET', `${org}/assignments`, { since }, (call) => {
    const organizationId = adminOf(call, call.params.orgUuid);
    return [...call.store.users.values()]
      .filter((user) => user.organizationUuid === organizationId)
      .reverse()
      .map(({ userUuid, role, createdAt }) => ({
        ...{ roleId: role, roleName: role, assigneeType: 'user', ownerType: 'system', assigneeId: userUuid },
        ...{ organizationId, createdAt, updatedAt: createdAt, hasMultipleRoles: false },
      }));
  }),
  route('POST', `${org}/assignments/user/{userId}`, { since, body: z.object({ roleId: z.string() }) }, (call) => {
    const organizationId = adminOf(call, call.params.orgUuid, NOT_YOUR_ORGANIZATION);
    const userUuid = checkedUuid(call.rawParams, 'userId');
    const { roleId } = call.body;
    const role = ROLES.find((role) => role === roleId);
    if (role === undefined && isUuid(roleId)) customRole(call, roleId);
    if (role === undefined) throw unexpected();
    const member = call.store.users.get(userUuid);
    if (!member) throw notExists(`Cannot find user with uuid ${userUuid}`);
    if (role !== 'admin' && isLastAdmin(call.store, member)) throw forbidden(LAST_ADMIN);
    member.role = role;
    const now = call.now().toISOString();
    const assignee = { assigneeType: 'user', assigneeId: userUuid, assigneeName: fullName(call.store, userUuid) };
    return {
      roleId,
      roleName: roleId,
      ownerType: 'system',
      ...assignee,
      organizationId,
      createdAt: now,
      updatedAt: now,
    };
  }),
  route('GET', `${org}/{roleUuid}`, { since, uncheckedIds: ['roleUuid'] }, (call) => {
    adminOf(call, call.params.orgUuid);
    return customRoleView(customRole(call, call.rawParams.roleUuid));
  }),
  route('PATCH', `${org}/{roleUuid}`, { since, body: roleChanges }, (call) => {
    adminOf(call, call.params.orgUuid, NOT_YOUR_ORGANIZATION);
    const role = customRole(call, call.params.roleUuid);
    const { name = role.name, description = role.description, scopes } = call.body;
    refuseTakenName(call, name, role);
    refuseUnknownScopes(scopes?.add ?? []);
    const keptScopes = role.scopes.filter((scope) => !scopes?.remove?.includes(scope));
    const added = (scopes?.add ?? []).filter((scope) => !keptScopes.includes(scope));
    Object.assign(role, { name, description, scopes: [...keptScopes, ...added], updatedAt: call.now().toISOString() });
    for (const { members, groups } of call.store.projects.values()) {
      for (const item of [...members, ...groups])
        if (item.roleUuid === role.roleUuid) item.role = coveredRole(role.scopes);
    }
    return customRoleView(role);
  }),
  route('DELETE', `${org}/{roleUuid}`, { since }, (call) => {
    adminOf(call, call.params.orgUuid, NOT_YOUR_ORGANIZATION);
    const { roleUuid } = customRole(call, call.params.roleUuid);
    if (isAssigned(call, roleUuid)) throw wrongParameter('Role cannot be deleted if assigned');
    call.store.customRoles.delete(roleUuid);
  }),
  route('GET', `${org}/{roleUuid}/assignees`, { since }, () => {
    throw unexpected();
  }),
  route('GET', '/api/v2/orgs/{orgUuid}/code/roles', { since }, (call) => {
    adminOf(call, call.params.orgUuid);
    const customRoles = [...call.store.customRoles.values()].map(({ name, description, level, scopes }) => ({
      ...{ version: 1, name, description, level, scopes: scopes.toSorted() },
    }));
    return { customRoles };
  }),
  route('GET', `${org}/assignments/user/{userId}/set`, { since }, licence),
  route('PUT', `${org}/assignments/user/{userId}/set`, { since }, licence),
];
