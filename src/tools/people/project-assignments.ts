import { ignoreApiError, NotAllowedError, ServerFaultError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { organizationRoles, projectRoleAssignments } from '../../operations/routes/administration.ts';
import { organization } from '../../operations/routes/newer-releases.ts';
import { formatPerson } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text, texts } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { ToolContext } from '../tool.ts';
import { fetchGroups, type Group, type Member, type PeopleClient } from './find-person.ts';
import { ABILITIES, type AbilityName, rankOf } from './role-facts.ts';

/** A role of a person or group in a project, as the server lists it. */
export interface Assignment {
  readonly kind: 'user' | 'group';
  readonly id: string;
  readonly name: string;
  /** A word for a system role, the uuid of a custom one. */
  readonly roleId: string;
  readonly roleName: string;
}

/** The direct roles in a project, of people and groups, by the server's own list. */
export async function fetchAssignments(client: PeopleClient, projectUuid: string): Promise<readonly Assignment[]> {
  const { results } = await client.execute(projectRoleAssignments, { projectUuid });
  const list = objects(results);
  if (list.some((item) => item.assigneeType !== undefined)) return list.map(newerAssignment);
  const groups = objects((await client.execute(operationById('GetProjectGroupAccesses'), { projectUuid })).results);
  const names = groups.length === 0 ? [] : await fetchGroups(client);
  return [...list.map(memberAssignment), ...groups.map((group) => groupAssignment(group, names))];
}

function newerAssignment(item: JsonObject): Assignment {
  const role = text(item.roleId) ?? '?';
  return {
    kind: item.assigneeType === 'group' ? 'group' : 'user',
    id: text(item.assigneeId) ?? '',
    name: plainText(text(item.assigneeName) ?? '?'),
    roleId: role,
    roleName: rankOf(role) >= 0 ? role : plainText(text(item.roleName) ?? role),
  };
}

function memberAssignment(person: JsonObject): Assignment {
  const role = text(person.role) ?? '?';
  return {
    kind: 'user',
    id: text(person.userUuid) ?? '',
    name: plainText(formatPerson(person)),
    roleId: role,
    roleName: role,
  };
}

function groupAssignment(item: JsonObject, groups: readonly Group[]): Assignment {
  const [id, role] = [text(item.groupUuid) ?? '', text(item.role) ?? '?'];
  return { kind: 'group', id, name: groups.find(({ uuid }) => uuid === id)?.name ?? id, roleId: role, roleName: role };
}

/**
 * Names of the custom roles in a project, by the person or group that has one: the older lists show a system role in their
 * place (1.219). Empty on releases without custom roles, and if this token may not read the assignments.
 */
export async function customRoleNames(
  client: PeopleClient & Pick<ToolContext, 'server'>,
  projectUuid: string,
): Promise<ReadonlyMap<string, string>> {
  const isNewer = await client.server.has('1.219');
  const assignments = isNewer ? await fetchAssignments(client, projectUuid).catch(ignoreApiError) : undefined;
  const custom = (assignments ?? []).filter(({ roleId }) => rankOf(roleId) < 0);
  return new Map(custom.map(({ id, roleName }) => [id, roleName]));
}

/** Origin of a role in a project. */
export interface RoleSource {
  readonly from: 'organization' | 'direct' | 'group';
  readonly roleId: string;
  readonly role: string;
  readonly group?: Group;
}

/** Every role that a member has in a project. */
export function roleSources(member: Member, assignments: readonly Assignment[]): readonly RoleSource[] {
  const ofOrganization: RoleSource[] =
    member.role === 'member' ? [] : [{ from: 'organization', roleId: member.role, role: member.role }];
  const direct = assignments
    .filter(({ kind, id }) => kind === 'user' && id === member.userUuid)
    .map(({ roleId, roleName }): RoleSource => ({ from: 'direct', roleId, role: roleName }));
  const byGroup = member.groups.flatMap((group) =>
    assignments
      .filter(({ kind, id }) => kind === 'group' && id === group.uuid)
      .map(({ roleId, roleName }): RoleSource => ({ from: 'group', roleId, role: roleName, group })),
  );
  return [...ofOrganization, ...direct, ...byGroup];
}

/** `organization role viewer`, `editor directly`, `interactive_viewer through group Baristas`. */
export function describeSource({ from, role, group }: RoleSource): string {
  if (from === 'organization') return `organization role ${role}`;
  return from === 'direct' ? `${role} directly` : `${role} through group ${group?.name ?? '?'}`;
}

/** A sentence on the roles that a member still has in a project. */
export function rolesThatStay(member: Member, assignments: readonly Assignment[]): string {
  const roles = roleSources(member, assignments).map(describeSource).join('; ');
  return roles === '' ? 'No role there is left, so no space of it opens.' : `What stays: ${roles}.`;
}

/** A custom role of the organization. */
export interface CustomRole {
  readonly roleId: string;
  readonly name: string;
  readonly scopes: readonly string[];
}

/** The custom roles; none on releases without them, undefined if this token may not read them. */
export async function fetchCustomRoles(client: PeopleClient): Promise<readonly CustomRole[] | undefined> {
  const own = (await client.execute(organization, {})).results;
  const orgUuid = text(isObject(own) ? own.organizationUuid : undefined);
  if (orgUuid === undefined)
    throw new ServerFaultError('The organization came in a form that this server does not know.');
  try {
    const { results } = await client.execute(organizationRoles, { orgUuid });
    return objects(results)
      .filter(({ ownerType }) => ownerType === 'user')
      .map((role) => ({
        roleId: text(role.roleUuid) ?? '',
        name: plainText(text(role.name) ?? '?'),
        scopes: texts(role.scopes),
      }));
  } catch (error) {
    if (error instanceof NotAllowedError) return undefined;
    throw error;
  }
}

/** True if a role allows something; undefined for a custom role that could not be read. */
export function allows(
  roleId: string,
  ability: AbilityName,
  custom: readonly CustomRole[] | undefined,
): boolean | undefined {
  const { scope, from } = ABILITIES[ability];
  if (rankOf(roleId) >= 0) return rankOf(roleId) >= rankOf(from);
  return custom?.find((role) => role.roleId === roleId)?.scopes.includes(scope);
}
