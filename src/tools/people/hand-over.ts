import * as z from 'zod';
import { mapConcurrent } from '../../async/map-concurrent.ts';
import { deliveriesOfUser, reassignDeliveries } from '../../operations/routes/administration.ts';
import { pluralize } from '../../text/format.ts';
import { finite, isObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import { newerOnly } from '../newer-only.ts';
import { defineTool } from '../operation-tool.ts';
import { cutMark, shown } from '../preview.ts';
import type { Preview, ToolContext } from '../tool.ts';
import { fetchMembers, findMember, type Member, type PeopleClient } from './find-person.ts';
import { allows, fetchAssignments, fetchCustomRoles, roleSources } from './project-assignments.ts';
import {
  fetchDeliveriesRunBy,
  fetchOwned,
  fetchProjects,
  ifAllowed,
  type OwnedContent,
  projectsLeftOut,
  type RestrictedClient,
} from './user-access-facts.ts';

const handOverArguments = () => ({
  user: z.string().min(1).describe('Email'),
  newOwner: z.string().min(1),
});

interface DeliveryCount {
  readonly total: number;
  readonly byProject: readonly { readonly projectUuid: string; readonly name: string; readonly count: number }[];
}

async function countDeliveries(client: PeopleClient, userUuid: string): Promise<DeliveryCount> {
  const instead = 'The new owner has to create each delivery again; get_user_access lists them.';
  const request = client.execute(deliveriesOfUser, { userUuid });
  const { results } = await newerOnly('hand deliveries over', request, instead);
  const body = isObject(results) ? results : {};
  const byProject = objects(body.byProject).map(({ projectUuid, projectName, count }) => ({
    projectUuid: text(projectUuid) ?? '',
    name: plainText(text(projectName) ?? '?'),
    count: Number(count),
  }));
  return { total: finite(body.totalCount) ?? byProject.reduce((sum, { count }) => sum + count, 0), byProject };
}

const describeCount = ({ total, byProject }: DeliveryCount): string => {
  const projects = byProject.map(({ name, count }) => `${count} in ${name}`);
  return `${pluralize(total, 'delivery', 'deliveries')}${projects.length > 0 ? ` (${projects.join(', ')})` : ''}`;
};

interface HandOver {
  readonly owner: Member;
  readonly newOwner: Member;
  readonly deliveries: DeliveryCount;
}

/** @throws {ArgumentsError} if one of them is unknown, or the new owner may not create deliveries in a project. */
async function resolveHandOver(client: PeopleClient, args: { user: string; newOwner: string }): Promise<HandOver> {
  const members = await fetchMembers(client);
  const owner = await findMember(client, members, args.user);
  const newOwner = await findMember(client, members, args.newOwner, { argument: 'newOwner' });
  if (owner.userUuid === newOwner.userUuid) throw new ArgumentsError(['newOwner is the same person as user']);
  if (newOwner.isPending) throw new ArgumentsError([`newOwner: ${newOwner.label} has not signed up yet`]);
  const deliveries = await countDeliveries(client, owner.userUuid);
  const custom = deliveries.total > 0 ? await ifAllowed(fetchCustomRoles(client)) : [];
  for (const { projectUuid, name } of deliveries.byProject) {
    const sources = roleSources(newOwner, await fetchAssignments(client, projectUuid));
    if (!sources.some(({ roleId }) => allows(roleId, 'schedule', custom) !== false))
      throw new ArgumentsError([
        `newOwner: ${newOwner.label} may not run deliveries in ${name}; assign_role interactive_viewer lets them`,
      ]);
  }
  return { owner, newOwner, deliveries };
}

const previewHandOver: Preview = async (raw, client) => {
  const { owner, newOwner, deliveries } = await resolveHandOver(client, z.object(handOverArguments()).parse(raw));
  if (deliveries.total === 0) return undefined;
  const names = await mapConcurrent(deliveries.byProject, 2, ({ projectUuid }) =>
    fetchDeliveriesRunBy(client, owner.userUuid, projectUuid),
  );
  const named = names.flatMap((list) => list ?? []);
  const which = names.includes(undefined) ? '' : `: ${shown(named)}`;
  return `Gives ${describeCount(deliveries)} of ${owner.label} to ${newOwner.label}${which}. They run with the rights of the new owner from then on.${cutMark(named)}`;
};

const REASSIGNED_SINCE = '1.219';

/** Gives all deliveries of a person to another one. */
export const reassignSchedulers = defineTool({
  name: 'reassign_schedulers',
  since: REASSIGNED_SINCE,
  title: 'Hand over deliveries',
  description: 'Gives all scheduled deliveries (reports) of a person who is leaving to a new owner.',
  toolset: 'organization',
  readOnly: false,
  destructive: false,
  idempotent: true,
  preview: previewHandOver,
  input: handOverArguments,
  async run(args, context) {
    const { owner, newOwner, deliveries } = await resolveHandOver(context, args);
    if (deliveries.total === 0) return { text: `Nothing to do: ${owner.label} runs no deliveries.` };
    const body = { userUuid: owner.userUuid, newOwnerUserUuid: newOwner.userUuid };
    await context.execute(reassignDeliveries, body);
    const left = await countDeliveries(context, owner.userUuid);
    return left.total === 0
      ? { text: `Done: ${newOwner.label} runs ${describeCount(deliveries)} of ${owner.label} now, who has none left.` }
      : { text: `Lightdash answered ok, but ${owner.label} still has ${describeCount(left)}.` };
  },
});

/** Projects looked at before a member is deleted. */
const MAX_PROJECTS = 8;

/** Deliveries and content of a member, to hand over before the account goes; a list that cannot be read is named. */
export async function describeBelongings(
  client: RestrictedClient & Pick<ToolContext, 'server'>,
  member: Pick<Member, 'userUuid' | 'email'>,
): Promise<string> {
  const [projects, canReassign] = await Promise.all([fetchProjects(client), client.server.has(REASSIGNED_SINCE)]);
  const parts: string[] = [];
  const mailed: string[] = [];
  for (const project of projects.slice(0, MAX_PROJECTS)) {
    const owned = await ifAllowed(fetchOwned(client, member, project.projectUuid));
    const content = owned ? describeOwned(owned, canReassign) : 'its content cannot be read';
    if (content !== '') parts.push(`${project.name}: ${content}`);
    mailed.push(...(owned?.received ?? []).map((name) => `${name} of ${project.name}`));
  }
  const others =
    projects.length > MAX_PROJECTS ? ` ${projects.length - MAX_PROJECTS} more projects were not looked at.` : '';
  const more = `${others}${projectsLeftOut(client)}`;
  const stays =
    mailed.length === 0
      ? ''
      : ` ${pluralize(mailed.length, 'delivery', 'deliveries')} to ${member.email} (${shown(mailed)}) would go on: update_scheduler takes the address out.`;
  if (parts.length === 0)
    return `${more === '' ? 'There is nothing' : 'Nothing was found'} to hand over.${stays}${more}`;
  return `To hand over first: ${parts.join('. ')}.${stays}${more}`;
}

function describeOwned({ charts, dashboards, deliveries, verb, isCut }: OwnedContent, canReassign: boolean): string {
  const sent =
    deliveries === undefined
      ? ['deliveries cannot be read']
      : deliveries.length > 0
        ? [
            `${pluralize(deliveries.length, 'delivery', 'deliveries')} (${shown(deliveries)})${canReassign ? ' by reassign_schedulers' : ''}`,
          ]
        : [];
  const content = [...charts, ...dashboards];
  const ownedContent =
    content.length > 0
      ? [
          `${pluralize(charts.length, 'chart')} and ${pluralize(dashboards.length, 'dashboard')} ${verb} by them (${shown(content)})`,
        ]
      : [];
  return [...sent, ...ownedContent, ...(isCut ? ['there is more content than was read'] : [])].join('; ');
}
