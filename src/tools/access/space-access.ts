import * as z from 'zod';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { projectUuid, spaceUuid } from '../../operations/fields.ts';
import type { ArgumentsOf } from '../../operations/index.ts';
import { defineTool, type ToolHandler, type ToolHandlers } from '../operation-tool.ts';
import { fetchMembers } from '../people/find-person.ts';
import type { ToolContext } from '../tool.ts';
import { fetchLabel, fetchList, notReadBack } from './access-lists.ts';
import { type ExplainedAccess, readSpaceAccess } from './explain-access.ts';
import {
  explainSpace,
  fetchDirectShares,
  fetchProjectPeople,
  fetchSpace,
  renderExplanation,
  type SpaceReference,
} from './space-explanation.ts';

/** The person or group that a space is shared with. */
interface Grantee {
  readonly kind: 'person' | 'group';
  /** In lower case. */
  readonly uuid: string;
}

const granteeOf = (args: ArgumentsOf<Grant | Revoke>): Grantee =>
  'userUuid' in args ? { kind: 'person', uuid: args.userUuid } : { kind: 'group', uuid: args.groupUuid };

type Grant = 'AddSpaceUserAccess' | 'AddSpaceGroupAccess';
type Revoke = 'RevokeSpaceAccessForUser' | 'RevokeGroupSpaceAccess';

const grant: ToolHandler<Grant> = async (operation, args, context) => {
  const grantee = granteeOf(args);
  const before = await readShare(grantee, args, context);
  const isHeld = before.share === args.spaceRole;
  if (!isHeld) await context.execute(operation, args);
  const label = await fetchLabel(context, grantee.kind, grantee.uuid);
  if (isHeld) return { text: `Nothing to do: ${label} has the role ${args.spaceRole} in the space already.` };
  const sent = `the space is shared with ${label} as ${args.spaceRole}`;
  return answerWithAccess(args, context, grantee, sent, (now) =>
    describeGrant(args.spaceRole, label, now, roleBefore(before, now?.role)),
  );
};

function describeGrant(role: string, label: string, now: GranteeAccess, was: string): string {
  if (now === undefined)
    return `Lightdash answered ok, but the list of who can see the space does not show ${label}: without a role in the project a share gives nothing. get_user_access shows a person's roles, assign_role gives one.`;
  // The list of 1.219 shows a share like one of the same role through a group.
  if (!now.shared) return `Lightdash answered ok. ${label} has the role ${now.role} in the space${was} (see below).`;
  if (now.role === role) return `Done: ${label} has the role ${role} in the space${was}.`;
  return `Done: the space is shared with ${label} as ${role}; the effective role is ${now.role} (see below).`;
}

const revoke: ToolHandler<Revoke> = async (operation, args, context) => {
  const grantee = granteeOf(args);
  const wasShared = await isSharedWith(grantee, args, context);
  const label = await fetchLabel(context, grantee.kind, grantee.uuid);
  await context.execute(operation, args);
  const sent = `the space is not shared with ${label} any more`;
  return answerWithAccess(args, context, grantee, sent, (now) => describeRevoke(wasShared, label, now));
};

function describeRevoke(wasShared: boolean | undefined, label: string, now: GranteeAccess): string {
  if (wasShared === false) return `Nothing changed: the space was not shared with ${label}.`;
  if (now?.shared) return `Lightdash answered ok, but the space is still shared with ${label}.`;
  if (wasShared === undefined && now)
    return `Lightdash answered ok: the space is not shared directly with ${label} now, who still has access in another way (see below).`;
  if (now) return `Done: the share is revoked; ${label} still has access in another way (see below).`;
  if (wasShared === undefined) return `Lightdash answered ok: the space is not shared with ${label} now.`;
  return `Done: the space is no longer shared with ${label}.`;
}

type GranteeAccess = ExplainedAccess['people'][number] | undefined;

/** Reads the access list back after a write and reports it. */
async function answerWithAccess(
  reference: SpaceReference,
  context: ToolContext,
  { kind, uuid }: Grantee,
  sent: string,
  describe: (now: GranteeAccess) => string,
) {
  const space = await fetchSpace(context, reference);
  // Without the list of people, a person who is not in it may have access all the same.
  if (space === undefined || (kind === 'person' && space.accessListed === false))
    return { text: notReadBack(sent, 'get_space_access') };
  const explanation = await explainSpace(context, reference, space);
  const { people, groups } = explanation.access;
  const now = (kind === 'person' ? people : groups).find((group) => group.uuid === uuid);
  return { text: `${describe(now)}\n${renderExplanation(explanation, context)}`, data: explanation.access };
}

/** The access of a person or group to a space. */
interface HeldShare {
  /** The role by the list of the space; undefined for none, or if that cannot be read. */
  readonly role: string | undefined;
  /** The role of a share of their own; undefined for none, and if the lists show it like another access. */
  readonly share: string | undefined;
}

/** The share of a space that a person or group has. */
export async function readShare(grantee: Grantee, reference: SpaceReference, context: ToolContext): Promise<HeldShare> {
  const space = await fetchSpace(context, reference);
  if (grantee.kind === 'group') {
    const role = space?.groupsAccess.find(({ groupUuid }) => groupUuid === grantee.uuid)?.spaceRole;
    return { role, share: role };
  }
  const listed = space?.access.find(({ userUuid }) => userUuid === grantee.uuid);
  const role = listed?.role ?? undefined;
  // An administrator is listed as one, with any share.
  const isAdministrator = listed?.projectRole === 'admin' || listed?.inheritedRole === 'admin';
  if (role === undefined || isAdministrator) return { role, share: undefined };
  return { role, share: (await isSharedWith(grantee, reference, context)) === true ? role : undefined };
}

/** ` (before: editor)` for another role than now; empty if there was none. */
export const roleBefore = ({ role }: HeldShare, now: string | undefined): string =>
  role === undefined || role === now ? '' : ` (before: ${role})`;

/** True if a space is shared directly; undefined if that cannot be read. */
export async function isSharedWith(
  { kind, uuid }: Grantee,
  reference: SpaceReference,
  context: ToolContext,
): Promise<boolean | undefined> {
  const space = await fetchSpace(context, reference);
  if (kind === 'group') return space?.groupsAccess.some(({ groupUuid }) => groupUuid === uuid);
  const direct = await fetchDirectShares(context, reference);
  const isOlder = space?.isPrivate !== undefined;
  if (direct !== undefined && !direct.has(uuid)) {
    if (isOlder) return false;
    // A list of people may leave out a member of the organization without a role in the project, whom a share opens nothing.
    const [ofProject, organization] = await Promise.all([
      fetchProjectPeople(context, reference.projectUuid),
      fetchMembers(context).catch(ignoreApiError),
    ]);
    const isMember = organization?.some(({ userUuid }) => userUuid === uuid) ?? true;
    return ofProject?.has(uuid) || !isMember ? false : undefined;
  }
  // The list of 0.1366 has direct shares alone; that of newer servers also members of groups with a share.
  if (direct !== undefined && (isOlder || space?.groupsAccess.length === 0)) return true;
  // `hasDirectAccess` is also true for members of a group with a share: only false is certain.
  const may = space?.access.some((item) => item.userUuid === uuid && item.hasDirectAccess);
  return may === false ? false : undefined;
}

/** Handlers of the shares of a space. */
export const spaceAccessHandlers = {
  AddSpaceUserAccess: grant,
  AddSpaceGroupAccess: grant,
  RevokeSpaceAccessForUser: revoke,
  RevokeGroupSpaceAccess: revoke,
} satisfies ToolHandlers;

/** Explains the access to a space: one call for six kinds of lookup. */
export const getSpaceAccess = defineTool({
  name: 'get_space_access',
  title: 'Explain who can see or open a space (folder)',
  description:
    'Who can see or open a space (folder) and why: every person and group with access, their role, and where it comes from: shared directly, through a group, project role or organization role.',
  toolset: 'access',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({
    projectUuid: projectUuid(),
    spaceUuid: spaceUuid(),
    offset: z.int().min(0).default(0).describe('People to skip'),
  }),
  async run({ offset, ...reference }, context) {
    const space = readSpaceAccess(await fetchList(context, 'GetSpace', reference));
    const explanation = await explainSpace(context, reference, space);
    return { text: renderExplanation(explanation, context, offset), data: explanation.access };
  },
});
