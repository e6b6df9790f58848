import * as z from 'zod';
import { UnknownRouteError } from '../../lightdash/errors.ts';
import { projectUuid } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import { objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { nearestAmong } from '../../text/suggest.ts';
import { ArgumentsError } from '../arguments.ts';
import {
  fetchGroups,
  fetchMembers,
  findMember,
  type Group,
  groupNamed,
  type Member,
  type PeopleClient,
} from './find-person.ts';
import { fetchCustomRoles } from './project-assignments.ts';
import { PROJECT_ROLES } from './role-facts.ts';
import { fetchProjects } from './user-access-facts.ts';

/** Arguments that name a person or group, and a project or a space in it. */
export const granteeArguments = () => ({
  user: z.string().min(1).optional().describe('Email'),
  group: z.string().min(1).optional(),
  projectUuid: projectUuid().optional(),
  space: z.string().min(1).optional().describe('Name or uuid'),
});

/** Receiver and place of a role as tools take them, by name or id. */
export interface GranteeArguments {
  readonly user?: string | undefined;
  readonly group?: string | undefined;
  readonly projectUuid?: string | undefined;
  readonly space?: string | undefined;
  readonly inOrganization?: boolean | undefined;
}

/** The person or group that gets a role; for a group, with its members. */
export type Grantee =
  | { readonly kind: 'user'; readonly id: string; readonly label: string; readonly member: Member }
  | { readonly kind: 'group'; readonly id: string; readonly label: string; readonly members: readonly Member[] };

/** The place of a role: the organization, a project or a space. */
export type Target =
  | { readonly kind: 'organization'; readonly label: string }
  | { readonly kind: 'project'; readonly projectUuid: string; readonly label: string }
  | { readonly kind: 'space'; readonly projectUuid: string; readonly spaceUuid: string; readonly label: string };

/** A person or group, and the organization, project or space that a role is for. */
export interface Grant {
  readonly grantee: Grantee;
  readonly target: Target;
  readonly members: readonly Member[];
}

/**
 * Finds the person or group and the target of a call.
 *
 * @throws {ArgumentsError} if one of them is missing or not there.
 */
export async function resolveGrant(client: PeopleClient, args: GranteeArguments): Promise<Grant> {
  if ((args.user === undefined) === (args.group === undefined))
    throw new ArgumentsError(['user or group is needed, one of them']);
  if (args.group !== undefined && args.inOrganization === true)
    throw new ArgumentsError(['a group has no role in the organization; it can have one in a project']);
  const members = await fetchMembers(client);
  const grantee =
    args.user === undefined
      ? groupGrantee(groupNamed(await fetchGroups(client), args.group ?? ''), members)
      : userGrantee(await findMember(client, members, args.user));
  return { grantee, target: await targetOf(client, args), members };
}

const userGrantee = (member: Member): Grantee => ({
  kind: 'user',
  id: member.userUuid,
  label: member.label,
  member,
});

function groupGrantee({ uuid, name }: Group, members: readonly Member[]): Grantee {
  const inside = members.filter(({ groups }) => groups.some((group) => group.uuid === uuid));
  return { kind: 'group', id: uuid, label: `group ${name}`, members: inside };
}

async function targetOf(client: PeopleClient, args: GranteeArguments): Promise<Target> {
  if (args.inOrganization === true) {
    if (args.space !== undefined) throw new ArgumentsError(['space does not go with inOrganization']);
    return { kind: 'organization', label: 'the organization' };
  }
  if (args.projectUuid === undefined) throw new ArgumentsError(['projectUuid is missing']);
  const { projectUuid: uuid, space } = args;
  if (space !== undefined) return spaceTarget(client, uuid, space);
  const project = (await fetchProjects(client)).find((item) => item.projectUuid === uuid);
  return { kind: 'project', projectUuid: uuid, label: `the project ${project?.name ?? uuid}` };
}

async function spaceTarget(client: PeopleClient, project: string, space: string): Promise<Target> {
  const { results } = await client.execute(operationById('ListSpacesInProject'), { projectUuid: project });
  const listed = objects(results).map(({ uuid, name }) => ({ uuid: text(uuid) ?? '', name: text(name) ?? '' }));
  const isSame = (value: string) => value.trim().toLowerCase() === space.trim().toLowerCase();
  const matches = listed.filter(({ uuid, name }) => isSame(uuid) || isSame(name));
  const [only] = matches;
  if (only && matches.length === 1)
    return {
      kind: 'space',
      projectUuid: project,
      spaceUuid: only.uuid,
      label: `the space ${plainText(only.name)}`,
    };
  const short = plainText(space.slice(0, 100));
  if (only)
    throw new ArgumentsError([
      `space: ${matches.length} spaces are named "${short}": ${matches.map(({ uuid }) => uuid).join(', ')}`,
    ]);
  const names = listed.map(({ name }) => plainText(name));
  throw new ArgumentsError([`space: the project has no space "${short}"${nearestAmong(short, names)}`]);
}

/** A role that can be assigned. */
export interface Role {
  /** A word for a system role, the uuid of a custom one. */
  readonly id: string;
  readonly name: string;
}

/** A role as people write it, in the form of the system roles: `Interactive viewer` is `interactive_viewer`. */
export const roleWord = (role: string): string =>
  role
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');

const SPACE_ROLES = ['viewer', 'editor', 'admin'];

/**
 * The role with a name or id that a target takes.
 *
 * @throws {ArgumentsError} for any other.
 */
export async function resolveRole(client: PeopleClient, role: string, { kind, label }: Target): Promise<Role> {
  const word = roleWord(role);
  const words = kind === 'space' ? SPACE_ROLES : [...PROJECT_ROLES];
  if (words.includes(word) || (kind === 'organization' && word === 'member')) return { id: word, name: word };
  const custom = kind === 'project' ? await customRoles(client) : [];
  const isSame = (value: string) => value.trim().toLowerCase() === role.trim().toLowerCase();
  const matches = custom.find(({ roleId, name }) => isSame(roleId) || isSame(name));
  if (matches) return { id: matches.roleId, name: matches.name };
  const names = [...(kind === 'organization' ? ['member'] : []), ...words, ...custom.map(({ name }) => name)];
  throw new ArgumentsError([
    `role: ${label} has no role "${plainText(role.slice(0, 100))}"; it takes ${names.join(', ')}`,
  ]);
}

async function customRoles(client: PeopleClient) {
  const roles = await fetchCustomRoles(client).catch((error: unknown) => {
    if (error instanceof UnknownRouteError) return undefined;
    throw error;
  });
  return roles ?? [];
}
