import * as z from 'zod';
import { mapConcurrent } from '../../async/map-concurrent.ts';
import { LightdashError, ServerFaultError } from '../../lightdash/errors.ts';
import { health } from '../../lightdash/server-release.ts';
import { organizationRole, projectRole, projectUuid } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import { createInviteLink } from '../../operations/routes/administration.ts';
import { renderWithinBudget } from '../../render/page.ts';
import { formatTimestamp, pluralize } from '../../text/format.ts';
import { isObject, text } from '../../text/json.ts';
import { ArgumentsError } from '../arguments.ts';
import { defineTool } from '../operation-tool.ts';
import { type GroupRights, readGroupRights, valuesOfGroup } from '../organization/group-rights.ts';
import { shown } from '../preview.ts';
import type { Preview, ToolContext } from '../tool.ts';
import { assignInProject } from './assign-role.ts';
import { fetchGroups, fetchMembers, type Group, groupNamed, type Member, type PeopleClient } from './find-person.ts';
import { fetchProjects } from './user-access-facts.ts';

/** Lifetime of a link: 1.219 sets it whatever is sent, 0.1366 takes what is sent. */
const LINK_LIFETIME_MS = 3 * 24 * 60 * 60 * 1_000;

const inviteArguments = () => ({
  email: z.string().regex(/^[^\s@]+@[^\s@]+$/, 'should be an e-mail address'),
  role: organizationRole().default('member'),
  groups: z.array(z.string().min(1)).optional(),
  projectUuid: projectUuid().optional(),
  projectRole: projectRole().optional(),
});

type InviteArguments = z.output<z.ZodObject<ReturnType<typeof inviteArguments>>>;

/** An invitation whose group and project exist. */
interface Invitation {
  readonly email: string;
  readonly role: string;
  readonly groups: readonly Group[];
  readonly project: { readonly projectUuid: string; readonly name: string; readonly role: string } | undefined;
  /** The member with that address who has not signed up yet. */
  readonly pending: Member | undefined;
}

/** @throws {ArgumentsError} for a member who has signed up, and for a group or project that is not there. */
async function resolveInvitation(client: PeopleClient, args: InviteArguments): Promise<Invitation> {
  const { email, role, projectRole: roleInProject } = args;
  const existing = (await fetchMembers(client)).find((member) => member.email.toLowerCase() === email.toLowerCase());
  if (existing && !existing.isPending)
    throw new ArgumentsError([
      `email: ${existing.label} is a member already (${existing.role}); assign_role changes roles`,
    ]);
  const all = args.groups === undefined || args.groups.length === 0 ? [] : await fetchGroups(client);
  const groups = [...new Set((args.groups ?? []).map((name) => groupNamed(all, name, 'groups')))];
  if (roleInProject === undefined) return { email, role, groups, project: undefined, pending: existing };
  const uuid = args.projectUuid;
  if (uuid === undefined) throw new ArgumentsError(['projectUuid is missing: projectRole is a role in a project']);
  const project = (await fetchProjects(client)).find((item) => item.projectUuid === uuid);
  if (project === undefined) throw new ArgumentsError([`projectUuid: there is no project ${uuid}`]);
  return { email, role, groups, project: { ...project, role: roleInProject }, pending: existing };
}

const previewInvitation: Preview = async (raw, client) => {
  const { email, role, groups, project, pending } = await resolveInvitation(
    client,
    z.object(inviteArguments()).parse(raw),
  );
  const rights = await mapConcurrent(groups, 2, ({ uuid }) => readGroupRights(uuid, client));
  const also = [
    ...groups.map(({ name }, index) => `adds them to the group ${name}${givenBy(rights[index])}`),
    ...(project ? [`makes them ${project.role} of the project ${project.name}`] : []),
  ];
  const rest = also.length > 0 ? `, and ${also.join(', ')}` : '';
  return pending
    ? `Sends another invitation to ${email}: an earlier link may end, the organization role ${pending.role} stays${rest}.`
    : `Invites ${email} by e-mail into the organization as ${role}${rest}.`;
};

/** Everything that a group gives, in parentheses; empty for nothing. */
function givenBy(rights: GroupRights | undefined): string {
  if (rights === undefined) return '';
  const { roles, unread, attributes, groupUuid } = rights;
  const values = attributes === undefined ? [] : valuesOfGroup(attributes, groupUuid);
  const missing = [...unread, ...(attributes === undefined ? ['its values of user attributes'] : [])];
  const parts = [...roles, ...values, ...(missing.length > 0 ? [`not read: ${shown(missing)}`] : [])];
  return parts.length === 0 ? '' : ` (${shown(parts)})`;
}

/** Invites a person with groups and a project role in one call. */
export const inviteUser = defineTool({
  name: 'invite_user',
  title: 'Invite a person: add a new colleague',
  description:
    'Sends an invitation to a new colleague by e-mail, with organization role, group names and a project role.',
  toolset: 'organization',
  readOnly: false,
  destructive: false,
  idempotent: false,
  preview: previewInvitation,
  input: inviteArguments,
  async run(args, context) {
    const invitation = await resolveInvitation(context, args);
    const link = await sendInvitation(context, invitation);
    const member = await memberWithEmail(context, invitation.email);
    if (member === undefined)
      return { text: 'Lightdash answered ok, but its list of members does not show the invited person.' };
    const steps = await takeSteps(context, invitation, member);
    return { text: [await describeInvitation(context, invitation, link), ...steps, WAITS].join('\n') };
  },
});

interface Link {
  readonly url: string | undefined;
  readonly expiresAt: string | undefined;
}

async function sendInvitation(context: ToolContext, { email, role }: Invitation): Promise<Link> {
  const expiresAt = new Date(Date.now() + LINK_LIFETIME_MS).toISOString();
  try {
    const { results } = await context.execute(createInviteLink, { email, role, expiresAt });
    return isObject(results)
      ? { url: text(results.inviteUrl), expiresAt: text(results.expiresAt) }
      : { url: undefined, expiresAt: undefined };
  } catch (error) {
    // 1.219 creates the member before the mail, which may fail.
    if (!(error instanceof ServerFaultError) || !(await memberWithEmail(context, email))?.isPending) throw error;
    throw new ServerFaultError(
      `${email} is listed as invited, but Lightdash could not send the mail: ${error.message}`,
      {
        advice:
          'list_pending_invites shows it. Another call sends a new mail; delete_organization_member takes it back.',
      },
    );
  }
}

const memberWithEmail = async (context: PeopleClient, email: string): Promise<Member | undefined> =>
  (await fetchMembers(context)).find((member) => member.email.toLowerCase() === email.toLowerCase());

/** Adds the groups and the project role; a failed step is reported and does not stop the next one. */
async function takeSteps(context: ToolContext, { groups, project }: Invitation, member: Member): Promise<string[]> {
  const steps: string[] = [];
  for (const group of groups) {
    const args = { groupUuid: group.uuid, userUuid: member.userUuid };
    await attempt(steps, `group ${group.name}`, async () => {
      await context.execute(operationById('addUserToGroup'), args);
      const now = await memberWithEmail(context, member.email);
      const isIn = now?.groups.some(({ uuid }) => uuid === group.uuid) === true;
      return isIn ? `In the group ${group.name}.` : `Lightdash does not list them in the group ${group.name}.`;
    });
  }
  if (project) {
    const { projectUuid: uuid, name, role } = project;
    await attempt(steps, `role in ${name}`, () =>
      assignInProject(
        context,
        { kind: 'user', id: member.userUuid, label: member.label, member },
        { kind: 'project', projectUuid: uuid, label: `the project ${name}` },
        { id: role, name: role },
      ),
    );
  }
  return steps;
}

async function attempt(steps: string[], label: string, step: () => Promise<string>): Promise<void> {
  try {
    steps.push(await step());
  } catch (error) {
    if (!(error instanceof LightdashError)) throw error;
    steps.push(`Not done, ${label}: ${error.message}`);
  }
}

async function describeInvitation(context: ToolContext, invitation: Invitation, { url, expiresAt }: Link) {
  const { email, role, pending } = invitation;
  const sent = pending ? `Invited ${email} again; an earlier link may have ended.` : `Invited ${email} as ${role}.`;
  const until = formatTimestamp(expiresAt);
  const ends = until ? ` The link works until ${until} UTC.` : '';
  const kept =
    pending && pending.role !== role
      ? ` The organization role ${pending.role} stays: assign_role with inOrganization changes it.`
      : '';
  const facts = await context.read(health, {});
  const isMailed = !isObject(facts) || facts.hasEmailClient !== false;
  const by = isMailed ? '' : ` This Lightdash sends no mail: pass the link on yourself: ${url ?? 'none was returned'}`;
  return `${sent}${ends}${kept}${by}`;
}

const WAITS = 'Until they sign up they see nothing; their roles and groups wait for them.';

/** Lists the members who have not signed up. */
export const listPendingInvites = defineTool({
  name: 'list_pending_invites',
  title: 'Pending invites: who did not accept',
  description: 'Who was invited and has not signed up yet.',
  toolset: 'organization',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({}),
  async run(_args, context) {
    const pending = (await fetchMembers(context)).filter(({ isPending }) => isPending);
    if (pending.length === 0) return { text: 'No pending invites.', data: pending };
    const lines = pending.map(({ email, role, groups, createdAt, isInviteExpired, userUuid }) => {
      const since = formatTimestamp(createdAt);
      const parts = [
        role,
        ...(since ? [`invited ${since}`] : []),
        ...(isInviteExpired ? ['link expired: invite_user sends another'] : []),
        ...(groups.length > 0 ? [`groups ${groups.map(({ name }) => name).join(', ')}`] : []),
      ];
      return `- ${email}: ${parts.join('; ')} (userUuid ${userUuid})`;
    });
    const head = `${pluralize(pending.length, 'pending invite')}; a link lasts 3 days unless Lightdash says otherwise:`;
    return {
      text: renderWithinBudget([head], lines, context.budget, 'invites', 'sign up or delete some'),
      data: pending,
    };
  },
});
