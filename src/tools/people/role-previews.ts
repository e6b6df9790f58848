import * as z from 'zod';
import { mapConcurrent } from '../../async/map-concurrent.ts';
import { ignoreApiError, NotAllowedError } from '../../lightdash/errors.ts';
import { projectUuid } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import { pluralize } from '../../text/format.ts';
import { readSpaceAccess, type SpaceAccess } from '../access/explain-access.ts';
import { ArgumentsError } from '../arguments.ts';
import { isPrivateSpace } from '../content/space-privacy.ts';
import { notListed, shown } from '../preview.ts';
import type { Preview, ToolArguments } from '../tool.ts';
import { fetchMembers, ifOwnUser, type Member, type PeopleClient } from './find-person.ts';
import { type Assignment, fetchAssignments, roleSources } from './project-assignments.ts';
import { rankOf, strongestOf } from './role-facts.ts';
import {
  type Grant,
  type Grantee,
  type GranteeArguments,
  granteeArguments,
  resolveGrant,
  resolveRole,
  roleWord,
} from './role-grant.ts';
import { fetchProjects, ifAllowed, projectsLeftOut, type RestrictedClient } from './user-access-facts.ts';

/** Arguments of a tool that gives a role. */
export const grantArguments = () => ({
  ...granteeArguments(),
  role: z.string().min(1).describe('Such as editor; list_roles'),
  inOrganization: z.boolean().default(false),
});

/** Arguments of a tool that takes a role away. */
export const removalArguments = () => ({ ...granteeArguments(), projectUuid: projectUuid() });

/** Confirms changes that reach many people, or everything, and those that take administrators away. */
export const previewGrant: Preview = async (raw, client) =>
  describeGrant(z.object(grantArguments()).parse(raw), client);

/** The access that a person or group loses with a role. */
export const previewRemoval: Preview = async (raw, client) =>
  describeRemoval(z.object(removalArguments()).parse(raw), client);

async function describeGrant(
  args: GranteeArguments & { readonly role: string },
  client: RestrictedClient,
): Promise<string | undefined> {
  if (isShareWithPerson(args) && roleWord(args.role) !== 'admin') return undefined;
  const grant = await resolveGrant(client, args);
  const role = await resolveRole(client, args.role, grant.target);
  const { grantee, target } = grant;
  if (grantee.kind === 'user' && target.kind === 'organization')
    return organizationRoleChange(grantee.member, role, grant.members, client);
  const before = await assignmentsOf(grant, client);
  const space = await spaceOf(grant, client);
  const held = heldRole(grant, before, space);
  if (held === role.id) return undefined;
  const was = held === undefined ? '' : ` (now ${roleNameOf(held, grantee, before)})`;
  const loss = await lostAdministration(grant, role.id, before ?? [], client);
  if (grantee.kind === 'group')
    return `Gives the ${grantee.label} (${membersOf(grant)}) the role ${role.name}${was} in ${target.label}.${membersWeakened(grantee, role.id, space)}${loss}`;
  if (role.id === 'admin') return `Makes ${grantee.label} admin${was} of ${target.label}.`;
  return loss === '' ? undefined : `Makes ${grantee.label} ${role.name} of ${target.label}.${loss}`;
}

async function describeRemoval(args: GranteeArguments, client: PeopleClient): Promise<string | undefined> {
  if (isShareWithPerson(args)) return undefined;
  const grant = await resolveGrant(client, args);
  const { grantee, target } = grant;
  const before = await assignmentsOf(grant, client);
  const loss = await lostAdministration(grant, undefined, before ?? [], client);
  if (grantee.kind === 'user' && loss === '') return undefined;
  const space = await spaceOf(grant, client);
  const held = heldRole(grant, before, space);
  // Nothing goes: the tool says so.
  if (held === undefined && (target.kind === 'space' || before !== undefined)) return undefined;
  const holder = grantee.kind === 'user' ? grantee.label : `the ${grantee.label} (${membersOf(grant)})`;
  const role = held === undefined ? 'the role' : `the role ${roleNameOf(held, grantee, before)}`;
  const isClosed = space !== undefined && isPrivateSpace(space) === true;
  const closed = isClosed ? ' It is private: those without another share of it cannot open it then.' : '';
  return `Takes ${role} in ${target.label} away from ${holder}.${membersWithoutRole(grantee, before)}${closed}${loss}`;
}

/** Roles in a space, the weakest first. */
const SPACE_ROLES = ['viewer', 'editor', 'admin'];

/** A sentence on members of a group whom a share makes weaker: it counts before their own role (measured on 1.219). */
function membersWeakened(grantee: Grantee, role: string, space: SpaceAccess | undefined): string {
  if (grantee.kind === 'user' || space === undefined) return '';
  const weakened = space.access.flatMap(({ userUuid, role: now, hasDirectAccess, projectRole, inheritedRole }) => {
    const member = grantee.members.find((item) => item.userUuid === userUuid);
    const isAdministrator = projectRole === 'admin' || inheritedRole === 'admin';
    const isWeaker = SPACE_ROLES.indexOf(role) < SPACE_ROLES.indexOf(now ?? '');
    return member && isWeaker && !isAdministrator && hasDirectAccess !== true ? [`${member.label} (now ${now})`] : [];
  });
  return weakened.length === 0
    ? ''
    : ` The share counts before their role in the project, so it makes weaker there: ${shown(weakened)}.`;
}

/** A sentence on the members of a group who have no role in a project without that of the group; empty for others. */
function membersWithoutRole(grantee: Grantee, before: readonly Assignment[] | undefined): string {
  if (grantee.kind === 'user' || before === undefined) return '';
  const after = before.filter((item) => !isOf(item, grantee));
  const out = grantee.members.filter((member) => roleSources(member, after).length === 0);
  return out.length === 0 ? '' : ` Without any role there then: ${shown(out.map(({ label }) => label))}.`;
}

/** True for a space and one person, of which only the role admin is confirmed. */
const isShareWithPerson = ({ user, group, space }: GranteeArguments): boolean =>
  user !== undefined && group === undefined && space !== undefined;

function membersOf({ grantee }: Grant): string {
  if (grantee.kind === 'user') return grantee.label;
  const names = shown(grantee.members.map(({ label }) => label));
  return `${pluralize(grantee.members.length, 'member')}${names === '' ? '' : `: ${names}`}`;
}

/** Confirms as assign_role does. */
export const previewOrganizationRole: Preview = async (args, client) => {
  const { userUuid, role } = z.object({ userUuid: z.string(), role: z.string() }).parse(args);
  const members = await fetchMembers(client);
  const member = members.find((item) => item.userUuid === userUuid);
  if (member !== undefined) return organizationRoleChange(member, { id: role, name: role }, members, client);
  return `Changes the organization role of ${notListed(userUuid)} to ${role}. It reaches every project.`;
};

/** @throws {ArgumentsError} if it takes the role from the only administrator, which Lightdash refuses (recorded). */
async function organizationRoleChange(
  member: Member,
  role: { readonly id: string; readonly name: string },
  members: readonly Member[],
  client: RestrictedClient,
): Promise<string | undefined> {
  if (member.role === role.id) return undefined;
  const isDemoted = member.role === 'admin';
  if (isLastAdministrator(member, members)) throw new ArgumentsError([`role: ${member.label} ${LAST_ADMINISTRATOR}`]);
  const own = isDemoted ? await ifOwnUser([member.userUuid], client, OWN_LOSS) : '';
  const pending = isDemoted ? onlyPendingAdministrators(member, members) : '';
  const isWeaker = rankOf(role.id) < rankOf(member.role);
  const left = isWeaker ? await rolesInProjects({ ...member, role: role.id }, client) : '';
  return `Changes the organization role of ${member.label} from ${member.role} to ${role.name}. It reaches every project.${left}${own}${pending}`;
}

/** Projects looked at before an organization role gets weaker. */
const MAX_PROJECTS = 8;

/** A sentence on the strongest roles of a member in each project. */
async function rolesInProjects(member: Member, client: RestrictedClient): Promise<string> {
  const projects = await fetchProjects(client).catch(ignoreApiError);
  if (projects === undefined) return ' Their roles in projects could not be read.';
  const roles = await mapConcurrent(projects.slice(0, MAX_PROJECTS), 2, async ({ projectUuid: uuid, name }) => {
    const assignments = await fetchAssignments(client, uuid).catch(ignoreApiError);
    if (assignments === undefined) return `${name} could not be read`;
    const sources = roleSources(member, assignments);
    return `${strongestOf(sources.map(({ role }) => role)) ?? 'no role'} in ${name}`;
  });
  const others =
    projects.length > MAX_PROJECTS ? `; ${projects.length - MAX_PROJECTS} more projects were not read` : '';
  return ` Roles then: ${roles.join('; ')}${others}.${projectsLeftOut(client)}`;
}

/** End of a refusal. */
export const LAST_ADMINISTRATOR =
  'is the only administrator of the organization, and Lightdash keeps at least one; make another person admin first';

/** True for the only administrator among the members of the organization. */
export const isLastAdministrator = ({ role, userUuid }: Member, members: readonly Member[]): boolean =>
  role === 'admin' && members.every((item) => item.role !== 'admin' || item.userUuid === userUuid);

/** A sentence for an administrator without whom only people who have not signed up yet are administrators; else empty. */
export function onlyPendingAdministrators({ role, userUuid }: Member, members: readonly Member[]): string {
  const others = members.filter((item) => item.role === 'admin' && item.userUuid !== userUuid);
  if (role !== 'admin' || others.length === 0 || others.some(({ isPending }) => !isPending)) return '';
  const names = shown(others.map(({ label }) => label));
  return ` No administrator who has signed up is left then: ${names} ${others.length === 1 ? 'has' : 'have'} not.`;
}

const OWN_LOSS = 'That is you: you are no administrator then, and cannot take it back yourself.';

/** The roles in the project that a grant is for; undefined for other targets, and if this token may not read them. */
const assignmentsOf = async ({ target }: Grant, client: PeopleClient): Promise<readonly Assignment[] | undefined> =>
  target.kind === 'project' ? ifAllowed(fetchAssignments(client, target.projectUuid)) : undefined;

/** The space of a grant to a group; undefined for other grants. */
async function spaceOf({ grantee, target }: Grant, client: PeopleClient): Promise<SpaceAccess | undefined> {
  if (target.kind !== 'space' || grantee.kind === 'user') return undefined;
  const { projectUuid, spaceUuid } = target;
  return readSpaceAccess((await client.execute(operationById('GetSpace'), { projectUuid, spaceUuid })).results);
}

/**
 * The role that the person or group has directly in the project, or the group in the space, of a grant, as its id; undefined
 * for none.
 */
function heldRole(
  { grantee, target }: Grant,
  assignments: readonly Assignment[] | undefined,
  space: SpaceAccess | undefined,
): string | undefined {
  if (target.kind === 'project') return assignments?.find((item) => isOf(item, grantee))?.roleId;
  return space?.groupsAccess.find(({ groupUuid }) => groupUuid === grantee.id)?.spaceRole;
}

/** A role as the server lists it, of a custom one the name. */
const roleNameOf = (roleId: string, grantee: Grantee, assignments: readonly Assignment[] | undefined): string =>
  assignments?.find((item) => isOf(item, grantee) && item.roleId === roleId)?.roleName ?? roleId;

const isOf = ({ kind, id }: Assignment, grantee: Grantee) => kind === grantee.kind && id === grantee.id;

/**
 * A sentence on the administrators of a project that a change takes away: the caller, or the last one. Empty if there are
 * none.
 *
 * @param role the role after the change; undefined for none.
 * @param before all roles in the project.
 */
async function lostAdministration(
  { grantee, members }: Grant,
  role: string | undefined,
  before: readonly Assignment[],
  client: PeopleClient,
): Promise<string> {
  if (role === 'admin' || !before.some((item) => isOf(item, grantee) && item.roleId === 'admin')) return '';
  const administrators = (assignments: readonly Assignment[]) =>
    members.filter((member) => roleSources(member, assignments).some(({ roleId }) => roleId === 'admin'));
  const left = administrators(before.filter((item) => !isOf(item, grantee)));
  const lost = administrators(before).filter((member) => !left.includes(member));
  if (lost.length === 0) return '';
  const own = await ifOwnUser(
    lost.map(({ userUuid }) => userUuid),
    client,
    OWN_LOSS,
  );
  return `${own}${left.length === 0 ? ' The project has no administrator then.' : ''}`;
}

/** A preview of an older tool that makes the change of assign_role or remove_role_assignment by uuids. */
function asAssignment<Args>(
  describe: (args: Args, client: RestrictedClient) => Promise<string | undefined>,
  translate: (args: ToolArguments) => Args,
  otherwise: (args: ToolArguments) => string | undefined,
): Preview {
  return async (args, client) => {
    try {
      return await describe(translate(args), client);
    } catch (error) {
      // A person, group or space that is not there: Lightdash refuses it.
      if (error instanceof ArgumentsError) return undefined;
      if (error instanceof NotAllowedError) return otherwise(args);
      throw error;
    }
  };
}

const optional = (value: unknown) => (typeof value === 'string' ? value : undefined);

const granteeOf = ({ userUuid, email, groupUuid, projectUuid, spaceUuid }: ToolArguments): GranteeArguments => ({
  ...(groupUuid === undefined ? { user: optional(userUuid) ?? optional(email) } : { group: optional(groupUuid) }),
  projectUuid: optional(projectUuid),
  space: optional(spaceUuid),
});

const roleOf = ({ role, spaceRole }: ToolArguments): string => String(role ?? spaceRole);

/** The same preview for the routes of one role in a project. */
export const previewRoleGiven = asAssignment(
  describeGrant,
  (args) => ({ ...granteeOf(args), role: roleOf(args) }),
  (args) =>
    args.groupUuid === undefined
      ? undefined
      : `Gives the group ${notListed(args.groupUuid)} the role ${roleOf(args)}: every member of it.`,
);

/** The same preview for the routes that take a role in a project away. */
export const previewRoleTaken = asAssignment(describeRemoval, granteeOf, ({ groupUuid }) =>
  groupUuid === undefined
    ? undefined
    : `Takes the role from the group ${notListed(groupUuid)}: from every member of it.`,
);
