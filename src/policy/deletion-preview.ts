import * as z from 'zod';
import { ignoreApiError } from '../lightdash/errors.ts';
import { type OperationId, operationById } from '../operations/index.ts';
import { personalAccessTokens } from '../operations/routes/undocumented.ts';
import { plainText, truncate } from '../text/plain-text.ts';
import type { ToolArguments, ToolContext } from '../tools/tool.ts';

type LookupContext = Pick<ToolContext, 'execute' | 'read'>;

/** Reads the thing that is about to go and says, in a sentence or two, its name and what goes with it. */
type Preview = (args: ToolArguments, context: LookupContext) => Promise<string>;

const LONGEST_TEXT = 200;

/** Answers are read loosely: a preview must not fail because a field is missing. */
const object = z.record(z.string(), z.unknown()).catch({});
const list = z.array(object).catch([]);
const text = z.string().catch('?');
/** In quotes that the text itself cannot end, and no longer than a person reads. */
const quoted = (value: string) => JSON.stringify(truncate(plainText(value), LONGEST_TEXT));
const name = (value: unknown) => quoted(text.parse(object.parse(value).name));
const person = (value: unknown) => {
  const { firstName, lastName, email } = object.parse(value);
  return plainText([firstName, lastName, email && `<${String(email)}>`].filter(Boolean).join(' ')) || 'someone';
};
const count = (items: readonly unknown[], one: string, many = `${one}s`) =>
  `${items.length} ${items.length === 1 ? one : many}`;
const shown = (names: readonly string[]) => `${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}`;

/** The thing as its list has it; undefined where it is not there, or not for this token. */
const found = (items: readonly z.output<typeof object>[], key: string, id: unknown) =>
  items.find((each) => String(each[key]).toLowerCase() === String(id).toLowerCase());
/** What the person has to know where nothing tells what would go. */
const unlisted = (id: unknown) =>
  `${String(id).slice(0, 100)}, which no list shows (it may be gone, or hidden from this token)`;

async function results(context: LookupContext, operationId: OperationId, args: ToolArguments): Promise<unknown> {
  // Not from the cache: a preview shows what is there now.
  const reply = await context.execute(operationById(operationId), args);
  return reply.results;
}

const previews: Readonly<Record<string, Preview>> = {
  async DeleteSpace({ projectUuid, spaceUuid }, context) {
    const space = object.parse(await results(context, 'GetSpace', { projectUuid, spaceUuid }));
    const charts = list.parse(space.queries);
    const dashboards = list.parse(space.dashboards);
    const inside = list.parse(space.childSpaces);
    const things = [
      count(charts, 'chart'),
      count(dashboards, 'dashboard'),
      ...(inside.length > 0 ? [count(inside, 'space')] : []),
    ];
    const names = [...charts, ...dashboards, ...inside].map(name);
    const along = names.length > 0 ? ` (${shown(names)}), their scheduled deliveries and comments` : '';
    return `Deletes the space ${name(space)} with ${things.join(', ')}${along}.`;
  },
  async deleteGroup({ groupUuid }, context) {
    const group = await results(context, 'getGroup', { groupUuid });
    const members = list.parse(await results(context, 'getGroupMembers', { groupUuid }));
    return `Deletes the group ${name(group)}; ${count(members, 'member')} (${shown(members.map(person)) || 'none'}) lose what it lets them see.`;
  },
  async deleteScheduler({ schedulerUuid }, context) {
    const scheduler = object.parse(await results(context, 'getScheduler', { schedulerUuid }));
    const targets = list
      .parse(scheduler.targets)
      .map((target) => plainText(String(target.recipient ?? target.channel ?? 'a sheet')));
    return `Deletes the scheduled delivery ${name(scheduler)} (${text.parse(scheduler.cron)}) to ${shown(targets) || 'nobody'}.`;
  },
  async deleteTag({ projectUuid: given, tagUuid }, context) {
    const { projectUuid, tag } = await tagAnywhere(given, tagUuid, context);
    if (!tag) return `Deletes the tag ${unlisted(tagUuid)} and takes it off every metric that carries it.`;
    const metrics = object.parse(await results(context, 'getMetricsCatalog', { projectUuid, categories: [tagUuid] }));
    const carrying = list.parse(metrics.data).map((metric) => plainText(String(metric.label ?? metric.name)));
    return `Deletes the tag ${name(tag)} and takes it off ${count(carrying, 'metric')}${carrying.length > 0 ? ` (${shown(carrying)})` : ''}.`;
  },
  async deleteComment({ dashboardUuid, commentId }, context) {
    const byTile = object.parse(await results(context, 'getComments', { dashboardUuid }));
    const threads = Object.values(byTile).flatMap((comments) => list.parse(comments));
    const all = threads.flatMap((thread) => [thread, ...list.parse(thread.replies)]);
    const comment = found(all, 'commentId', commentId);
    const replies = list.parse(comment?.replies);
    const said = comment
      ? `${quoted(text.parse(comment.text))} by ${plainText(text.parse(object.parse(comment.user).name))}`
      : unlisted(commentId);
    const along = replies.length > 0 ? ` with ${count(replies, 'reply', 'replies')}` : '';
    return `Deletes the comment ${said}${along}.`;
  },
  async deleteWarehouseCredentials({ uuid }, context) {
    const credentials = list.parse(await results(context, 'getWarehouseCredentials', {}));
    const one = found(credentials, 'uuid', uuid);
    return `Deletes the warehouse credentials ${one ? name(one) : unlisted(uuid)}; projects that require them stop answering you.`;
  },
  async removeUserAttribute({ userAttributeUuid }, context) {
    const attributes = list.parse(await results(context, 'getUserAttributes', {}));
    const attribute = found(attributes, 'uuid', userAttributeUuid);
    const users = list.parse(attribute?.users);
    const groups = list.parse(attribute?.groups);
    return `Deletes the user attribute ${attribute ? name(attribute) : unlisted(userAttributeUuid)} with the values of ${count(users, 'person', 'people')} and ${count(groups, 'group')}. Rows and fields that require it are hidden from everyone afterwards.`;
  },
  async SetExplores({ projectUuid, explores }, context) {
    const current = list
      .parse(await results(context, 'GetExplores', { projectUuid }))
      .map((each) => plainText(String(each.name)));
    const next = list.parse(explores).map((each) => plainText(String(each.name)));
    const gone = current.filter((each) => !next.includes(each));
    const loss = gone.length > 0 ? ` ${gone.length} of them disappear: ${shown(gone)}; charts on them break.` : '';
    return `Replaces all ${current.length} explores of the project by ${next.length} (${shown(next)}).${loss}`;
  },
  async DeleteOrganizationMember({ userUuid }, context) {
    const member = object.parse(await results(context, 'GetOrganizationMemberByUuid', { userUuid }));
    return `Removes ${person(member)} (role ${text.parse(member.role)}) from the organization and deletes the account.`;
  },
  async DeleteMyOrganization(_args, context) {
    const organization = await results(context, 'GetMyOrganization', {});
    const projects = list.parse(await results(context, 'ListOrganizationProjects', {}));
    const members = list.parse(object.parse(await results(context, 'ListOrganizationMembers', {})).data);
    return `Deletes the organization ${name(organization)} with ${count(projects, 'project')} (${shown(projects.map(name))}), all their content, and the accounts of ${count(members, 'member')}.`;
  },
  async DeleteMe(_args, context) {
    return `Deletes your own account: ${person(await results(context, 'GetAuthenticatedUser', {}))}.`;
  },
  async 'Rotate personal access token'({ personalAccessTokenUuid, expiresAt }, context) {
    const token = `${String(personalAccessTokenUuid)}${await tokenDescription(personalAccessTokenUuid, context)}`;
    return `Replaces the personal access token ${token} by a new one that expires ${String(expiresAt)}. Whatever uses the old one is signed out at once.`;
  },
  uninstallGithubAppForOrganization: async () =>
    'Disconnects the GitHub app from the organization: pull requests from Lightdash stop working for everyone.',
};

/** The tag and its project: of the tag alone Lightdash tells neither, so that the lists of the projects are searched. */
async function tagAnywhere(given: unknown, tagUuid: unknown, context: LookupContext) {
  const projects =
    given === undefined ? list.parse(await results(context, 'ListOrganizationProjects', {})) : [{ projectUuid: given }];
  for (const { projectUuid } of projects) {
    const tags = list.parse(await results(context, 'getTags', { projectUuid }).catch(ignoreApiError));
    const tag = tags.find((each) => each.tagUuid === tagUuid);
    if (tag) return { projectUuid, tag };
  }
  return { projectUuid: given, tag: undefined };
}

/** Only a session may list tokens on 0.1366: without one the uuid has to do. */
async function tokenDescription(uuid: unknown, { read }: LookupContext): Promise<string> {
  const tokens = await read(personalAccessTokens, {}).catch(ignoreApiError);
  const description = list.parse(tokens).find((each) => each.uuid === uuid)?.description;
  return typeof description === 'string' ? ` (${quoted(description)})` : '';
}

/**
 * What an irreversible call would do, read from what is there now.
 *
 * @throws the client's errors: what cannot be read for want of rights or because it is gone cannot be deleted either.
 */
export async function previewDeletion(
  operationId: string,
  args: ToolArguments,
  context: LookupContext,
): Promise<string> {
  const preview = previews[operationId];
  if (preview === undefined) throw new Error(`no preview for ${operationId}`);
  return `${await preview(args, context)} This cannot be undone.`;
}
