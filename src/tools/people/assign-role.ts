import { isSince } from '../../lightdash/server-release.ts';
import { operationById } from '../../operations/index.ts';
import { sentence } from '../../text/format.ts';
import { notReadBack, tryFetchList } from '../access/access-lists.ts';
import { readSpaceAccess } from '../access/explain-access.ts';
import { isSharedWith, readShare, roleBefore } from '../access/space-access.ts';
import { explainSpace } from '../access/space-explanation.ts';
import { ArgumentsError } from '../arguments.ts';
import { defineTool, type ToolHandler, type ToolHandlers } from '../operation-tool.ts';
import { shown } from '../preview.ts';
import type { ToolContext } from '../tool.ts';
import { fetchMembers, type Member, type PeopleClient } from './find-person.ts';
import {
  type Assignment,
  describeSource,
  fetchAssignments,
  roleSources,
  rolesThatStay,
} from './project-assignments.ts';
import { strongestOf } from './role-facts.ts';
import {
  type Grant,
  type Grantee,
  type GranteeArguments,
  type Role,
  resolveGrant,
  resolveRole,
  type Target,
} from './role-grant.ts';
import { grantArguments, previewGrant, previewRemoval, removalArguments } from './role-previews.ts';
import { ifAllowed } from './user-access-facts.ts';

type ProjectTarget = Extract<Target, { kind: 'project' }>;
type SpaceTarget = Extract<Target, { kind: 'space' }>;

/** Gives a person or group a role in the organization, a project or a space; the server's list confirms it. */
export const assignRole = defineTool({
  name: 'assign_role',
  title: 'Give a person or group a role',
  description:
    'Gives a person or group a role in a project, a space or the organization, or changes it: makes someone editor.',
  toolset: 'access',
  readOnly: false,
  destructive: false,
  idempotent: true,
  scope: { organizationIf: 'inOrganization' },
  preview: previewGrant,
  input: grantArguments,
  async run(args, context) {
    const grant = await resolveGrant(context, args);
    const role = await resolveRole(context, args.role, grant.target);
    const { target } = grant;
    if (target.kind === 'organization') return { text: await assignInOrganization(context, grant, role) };
    if (target.kind === 'project') return { text: await assignInProject(context, grant.grantee, target, role) };
    return { text: await assignInSpace(context, grant, target, role) };
  },
});

async function assignInOrganization(context: ToolContext, { grantee }: Grant, role: Role): Promise<string> {
  if (grantee.kind === 'group') throw new ArgumentsError(['a group has no role in the organization']);
  return setOrganizationRole(context, grantee.id, role, grantee.member);
}

/**
 * Sets the organization role of a person and reads the list of members back.
 *
 * @param before the person as listed before; undefined if no list shows them: Lightdash decides then.
 */
async function setOrganizationRole(context: ToolContext, userUuid: string, role: Role, before: Member | undefined) {
  const label = before?.label ?? userUuid;
  if (before?.role === role.id) return `Nothing to do: ${label} has the organization role ${role.name} already.`;
  await context.execute(operationById('UpdateOrganizationMember'), { userUuid, role: role.id });
  const now = await memberWith(userUuid, context);
  return now?.role === role.id
    ? `Done: ${now.label} has the organization role ${role.name} (before: ${before?.role ?? 'not listed'}), by the list of members.`
    : `Lightdash answered ok, but its list of members shows ${label} as ${now?.role ?? 'not there'}.`;
}

const memberWith = async (userUuid: string, client: PeopleClient): Promise<Member | undefined> =>
  (await fetchMembers(client)).find((member) => member.userUuid === userUuid);

/** Sets the organization role of a person by uuid. */
const updateOrganizationMember: ToolHandler<'UpdateOrganizationMember'> = async (_, { userUuid, role }, context) => {
  const before = await memberWith(userUuid, context);
  return { text: await setOrganizationRole(context, userUuid, { id: role, name: role }, before) };
};

/** Handler of a member's role in the organization. */
export const organizationRoleHandlers = { UpdateOrganizationMember: updateOrganizationMember } satisfies ToolHandlers;

const roleOf = (assignments: readonly Assignment[], grantee: Grantee): Assignment | undefined =>
  assignments.find(({ kind, id }) => kind === grantee.kind && id === grantee.id);

/** Gives a role in a project, or changes it, and reads the server's list back. */
export async function assignInProject(
  context: ToolContext,
  grantee: Grantee,
  { projectUuid, label }: ProjectTarget,
  role: Role,
): Promise<string> {
  const before = roleOf(await fetchAssignments(context, projectUuid), grantee);
  if (before?.roleId === role.id) return `Nothing to do: ${grantee.label} is ${role.name} of ${label} already.`;
  if (grantee.kind === 'group') {
    const operation = operationById(before ? 'updateProjectAccessForGroup' : 'addProjectAccessToGroup');
    await context.execute(operation, { projectUuid, groupUuid: grantee.id, role: role.id });
  } else if (before !== undefined || (await hasRoleAssignments(context))) {
    const args = { projectUuid, userUuid: grantee.id, role: role.id };
    await context.execute(operationById('UpdateProjectAccessForUser'), args);
  } else {
    const args = { projectUuid, email: grantee.member.email, role: role.id, sendEmail: false };
    await context.execute(operationById('GrantProjectAccessToUser'), args);
  }
  const assignments = await ifAllowed(fetchAssignments(context, projectUuid));
  if (assignments === undefined)
    return notReadBack(`${grantee.label} is ${role.name} of ${label}`, 'list_role_assignments');
  const now = roleOf(assignments, grantee);
  if (now?.roleId !== role.id)
    return `Lightdash answered ok, but its list of roles shows ${grantee.label} as ${now?.roleName ?? 'not there'}.`;
  const was = before ? ` (before: ${before.roleName})` : '';
  return `Done: ${grantee.label} is ${role.name} of ${label}${was}, by its list of roles.${strongerRole(grantee, assignments, role)}`;
}

/** 1.219 and later assign a role whether there was one or not. */
async function hasRoleAssignments({ server }: ToolContext): Promise<boolean> {
  const { version } = await server.get();
  return version !== undefined && isSince(version, '1.219');
}

/** A stronger role from elsewhere, which a weaker direct one does not take away. */
function strongerRole(grantee: Grantee, assignments: readonly Assignment[], role: Role): string {
  if (grantee.kind === 'group') return '';
  const sources = roleSources(grantee.member, assignments);
  const strongest = strongestOf(sources.map(({ roleId }) => roleId));
  if (strongest === undefined || strongest === role.id) return '';
  const others = sources.filter(({ roleId }) => roleId === strongest).map(describeSource);
  return ` A stronger role stays: ${others.join('; ')}.`;
}

async function assignInSpace(context: ToolContext, grant: Grant, target: SpaceTarget, role: Role): Promise<string> {
  const { grantee } = grant;
  const { projectUuid, spaceUuid, label } = target;
  const args = { projectUuid, spaceUuid, spaceRole: role.id };
  const before = await readShare(holderOf(grantee), target, context);
  if (before.share === role.id)
    return `Nothing to do: ${label} is shared with ${grantee.label} as ${role.name} already.`;
  if (grantee.kind === 'user')
    await context.execute(operationById('AddSpaceUserAccess'), { ...args, userUuid: grantee.id });
  else await context.execute(operationById('AddSpaceGroupAccess'), { ...args, groupUuid: grantee.id });
  const now = await accessNow(context, grant, target);
  if (now === undefined)
    return notReadBack(`${label} is shared with ${grantee.label} as ${role.name}`, 'get_space_access');
  if (now.role === undefined) {
    const assignments = await ifAllowed(fetchAssignments(context, projectUuid));
    const isOutside =
      grantee.kind === 'user' && assignments !== undefined && roleSources(grantee.member, assignments).length === 0;
    return isOutside
      ? `${sentence(label)} is shared with ${grantee.label}, who has no role in the project and so cannot open it: a project role is needed too.`
      : `Lightdash answered ok, but the list of ${label} does not show ${grantee.label}.`;
  }
  const effective = now.role === role.id ? '' : ` The role that counts is ${now.role}.`;
  return `Done: ${label} is shared with ${grantee.label} as ${role.name}${roleBefore(before, now.role)}.${effective} Now: ${now.reasons}.`;
}

/** A person or group as the shares of spaces know it. */
const holderOf = ({ kind, id }: Grantee) => ({ kind: kind === 'user' ? 'person' : 'group', uuid: id }) as const;

interface AccessNow {
  /** Undefined if the list does not show the person or group. */
  readonly role: string | undefined;
  readonly reasons: string;
  /** Names of the members of a group who can open the space; empty for a person. */
  readonly members: readonly string[];
}

/** Access of the person or group by the list of the space; undefined if that cannot be read. */
async function accessNow(
  context: ToolContext,
  { grantee }: Grant,
  { projectUuid, spaceUuid }: SpaceTarget,
): Promise<AccessNow | undefined> {
  const results = await tryFetchList(context, 'GetSpace', { projectUuid, spaceUuid });
  if (results === undefined) return undefined;
  const space = readSpaceAccess(results);
  // Without the list of people, a person who is not in it may have access all the same.
  if (grantee.kind === 'user' && space.accessListed === false) return undefined;
  const { access } = await explainSpace(context, { projectUuid, spaceUuid }, space);
  const list = grantee.kind === 'user' ? access.people : access.groups;
  const entry = list.find(({ uuid }) => uuid === grantee.id);
  const inside = grantee.kind === 'group' && space.accessListed !== false ? grantee.members : [];
  const members = inside.filter(({ userUuid }) => access.people.some(({ uuid }) => uuid === userUuid));
  return { role: entry?.role, reasons: entry?.from.join('; ') ?? '', members: members.map(({ label }) => label) };
}

/** Takes a role in a project or a share of a space away; the answer says what stays. */
export const removeRoleAssignment = defineTool({
  name: 'remove_role_assignment',
  title: 'Take a role away from a person or group',
  description: 'Takes a direct role in a project, or the share of a space, away; says what access stays.',
  toolset: 'access',
  readOnly: false,
  destructive: true,
  idempotent: true,
  preview: previewRemoval,
  input: removalArguments,
  async run(args: GranteeArguments, context) {
    const grant = await resolveGrant(context, args);
    const { target } = grant;
    if (target.kind === 'space') return { text: await removeFromSpace(context, grant, target) };
    if (target.kind === 'project') return { text: await removeFromProject(context, grant, target) };
    throw new ArgumentsError(['projectUuid is missing']);
  },
});

async function removeFromProject(
  context: ToolContext,
  grant: Grant,
  { projectUuid, label }: ProjectTarget,
): Promise<string> {
  const { grantee } = grant;
  const assignments = await fetchAssignments(context, projectUuid);
  const before = roleOf(assignments, grantee);
  if (before === undefined)
    return `Nothing changed: ${grantee.label} has no direct role in ${label}.${rolesLeft(grant, assignments)}`;
  if (grantee.kind === 'user')
    await context.execute(operationById('RevokeProjectAccessForUser'), { projectUuid, userUuid: grantee.id });
  else await context.execute(operationById('removeProjectAccessFromGroup'), { projectUuid, groupUuid: grantee.id });
  const now = await ifAllowed(fetchAssignments(context, projectUuid));
  if (now === undefined)
    return notReadBack(`${grantee.label} is no longer ${before.roleName} of ${label}`, 'list_role_assignments');
  if (roleOf(now, grantee)) return `Lightdash answered ok, but its list of roles still shows ${grantee.label}.`;
  return `Done: ${grantee.label} is no longer ${before.roleName} of ${label}, by its list of roles.${rolesLeft(grant, now)}`;
}

/** The roles that a person still has, or those of a group whose members lost everything. */
function rolesLeft({ grantee }: Grant, assignments: readonly Assignment[]): string {
  const left = (member: Grant['members'][number]) => roleSources(member, assignments).map(describeSource).join('; ');
  if (grantee.kind === 'user') return ` ${rolesThatStay(grantee.member, assignments)}`;
  const out = grantee.members.filter((member) => left(member) === '');
  if (out.length === 0) return ' Every member keeps a role there.';
  return ` Without any role there now: ${out.map(({ label }) => label).join(', ')}.`;
}

async function removeFromSpace(context: ToolContext, grant: Grant, target: SpaceTarget): Promise<string> {
  const { grantee } = grant;
  const { projectUuid, spaceUuid, label } = target;
  const before = await accessNow(context, grant, target);
  const wasShared = await isSharedWith(holderOf(grantee), target, context);
  if (grantee.kind === 'user')
    await context.execute(operationById('RevokeSpaceAccessForUser'), { projectUuid, spaceUuid, userUuid: grantee.id });
  else
    await context.execute(operationById('RevokeGroupSpaceAccess'), { projectUuid, spaceUuid, groupUuid: grantee.id });
  const now = await accessNow(context, grant, target);
  if (now === undefined)
    return notReadBack(`${label} is not shared with ${grantee.label} any more`, 'get_space_access');
  const isChanged = wasShared ?? (before !== undefined && before.role !== now.role ? true : undefined);
  const head =
    isChanged === undefined
      ? `Lightdash answered ok: ${label} is not shared with ${grantee.label} directly now.`
      : isChanged
        ? `Done: ${label} is not shared with ${grantee.label} any more.`
        : `Nothing changed: ${label} was not shared with ${grantee.label} directly.`;
  if (now.role !== undefined)
    return `${head} What stays: ${now.role}, ${now.reasons || 'for a reason that Lightdash does not say'}.`;
  if (now.members.length > 0) return `${head} It can still be opened, for other reasons, by ${shown(now.members)}.`;
  return `${head} They cannot open it.`;
}
