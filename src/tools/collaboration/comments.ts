import { ignoreApiError } from '../../lightdash/errors.ts';
import { isUuid } from '../../operations/fields.ts';
import { type ArgumentsOf, operationById } from '../../operations/index.ts';
import { renderWithinBudget } from '../../render/page.ts';
import { formatTimestamp, pluralize } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import type { ToolHandlers } from '../operation-tool.ts';
import { readBack } from '../operation-tool.ts';
import { fetchMembers, findMember, isOwnName } from '../people/find-person.ts';
import { quoted, shown } from '../preview.ts';
import { readAll } from '../read-all.ts';
import type { ToolContext } from '../tool.ts';

/** Titles of the tiles of a dashboard by uuid, and its name; empty without a dashboard. */
function dashboardTitles(dashboard: unknown) {
  const { name, tiles } = isObject(dashboard) ? dashboard : {};
  const titles = objects(tiles).map(({ uuid, properties }) => {
    const { title, chartName } = isObject(properties) ? properties : {};
    return [text(uuid) ?? '', text(title) ?? text(chartName) ?? 'untitled'] as const;
  });
  return { name: text(name), titles: new Map(titles) };
}

const authorOf = ({ user }: JsonObject): string => (isObject(user) ? (text(user.name) ?? '?') : '?');

function commentLine(comment: JsonObject, prefix: string): string {
  const byline = [formatTimestamp(comment.createdAt), authorOf(comment)].filter(Boolean).join(' by ');
  const resolved = comment.resolved === true ? ', resolved' : '';
  return plainText(
    `${prefix}"${text(comment.text) ?? ''}" (${byline}${resolved}; commentId ${text(comment.commentId) ?? '?'})`,
  );
}

/** The open threads of a dashboard, each with the uuid of its tile. */
async function threadsOf(dashboardUuid: string, { execute }: ToolContext) {
  const { results } = await execute(operationById('getComments'), { dashboardUuid });
  return Object.entries(isObject(results) ? results : {}).flatMap(([tile, threads]) =>
    objects(threads).map((thread): JsonObject => ({ ...thread, tile })),
  );
}

/** All open comments of a dashboard, replies too. */
const commentsOf = async (dashboardUuid: string, context: ToolContext): Promise<readonly JsonObject[]> =>
  (await threadsOf(dashboardUuid, context)).flatMap((thread) => [thread, ...objects(thread.replies)]);

interface Mentioned {
  readonly userUuid: string;
  /** Undefined for a text that names no member. */
  readonly label: string | undefined;
}

/**
 * The people whom a comment mentions, each once, by uuid, e-mail, name or `me`. Lightdash takes any text, and notifies no
 * one for one that is no person.
 *
 * @throws {ArgumentsError} for an e-mail or uuid of no member, and a name of several; for a name also if the members cannot
 * be read.
 */
async function mentionedPeople(mentions: readonly string[], context: ToolContext): Promise<readonly Mentioned[]> {
  if (mentions.length === 0) return [];
  const members = await fetchMembers(context).catch((error: unknown) => {
    if (mentions.every(isUuid)) return ignoreApiError(error);
    throw error;
  });
  if (members === undefined) return mentions.map((userUuid) => ({ userUuid, label: userUuid }));
  const nameOf = ({ label }: (typeof members)[number]) => label.toLowerCase();
  const isUnknown = (person: string) =>
    !isOwnName(person) &&
    !isUuid(person) &&
    !person.includes('@') &&
    !members.some((member) => nameOf(member).startsWith(person.trim().toLowerCase()));
  const people = await readAll<Mentioned>(
    mentions.map(async (person, index) =>
      isUnknown(person)
        ? { userUuid: person, label: undefined }
        : findMember(context, members, person, { argument: `mentions[${index}]` }),
    ),
  );
  return [...new Map(people.map((person) => [person.userUuid, person])).values()];
}

/** Sentences on the people who are notified of a comment, and on texts that name no member. */
function describeMentions(mentioned: readonly Mentioned[]): string {
  const labels = mentioned.flatMap(({ label }) => label ?? []);
  const unknown = mentioned.filter(({ label }) => label === undefined).map(({ userUuid }) => quoted(userUuid));
  return [
    ...(labels.length > 0 ? [` Mentioned: ${shown(labels)}.`] : []),
    ...(unknown.length > 0 ? [` Not notified, as no member has that name: ${shown(unknown)}.`] : []),
  ].join('');
}

/**
 * Lightdash takes a comment on any tile and a reply to any comment; a comment on a tile that is not there is in no list
 * (recorded on 1.219).
 *
 * @throws {ArgumentsError} for a reply to anything but a thread of the tile.
 */
async function assertThread(
  { dashboardUuid, dashboardTileUuid, replyTo }: ArgumentsOf<'createComment'>,
  context: ToolContext,
) {
  if (replyTo === undefined || !isUuid(replyTo)) return;
  const threads = await threadsOf(dashboardUuid, context).catch(ignoreApiError);
  if (threads === undefined) return;
  const thread = threads.find((item) =>
    [item, ...objects(item.replies)].some(({ commentId }) => commentId === replyTo),
  );
  if (thread === undefined)
    throw new ArgumentsError([`replyTo: the dashboard has no open comment ${replyTo}; get_comments lists them`]);
  if (thread.commentId !== replyTo)
    throw new ArgumentsError([`replyTo: ${replyTo} is a reply itself; its thread is ${String(thread.commentId)}`]);
  if (thread.tile !== dashboardTileUuid)
    throw new ArgumentsError([`dashboardTileUuid: that comment is on the tile ${String(thread.tile)}`]);
}

/** Handlers of comments on tiles. */
export const commentHandlers = {
  async getComments(operation, args, context) {
    const { results } = await context.execute(operation, args);
    const byTile = Object.entries(isObject(results) ? results : {});
    const { dashboardUuid } = args;
    const dashboard = context.read(operationById('GetDashboard'), { dashboardUuid }).catch(ignoreApiError);
    const { name, titles } = dashboardTitles(await dashboard);
    const threads = byTile.flatMap(([, comments]) => objects(comments));
    const place = plainText(name === undefined ? 'this dashboard' : `dashboard "${name}"`);
    if (threads.length === 0) return { text: `No open comments on ${place}.`, data: results };
    const lines = byTile.flatMap(([tileUuid, comments]) => [
      plainText(`## ${titles.get(tileUuid) ?? '?'} (tileUuid ${tileUuid})`),
      ...objects(comments).flatMap((thread) => [
        commentLine(thread, '- '),
        ...objects(thread.replies).map((item) => commentLine(item, '  - reply: ')),
      ]),
    ]);
    const head = `${pluralize(threads.length, 'comment thread')} on ${place}, by tile:`;
    return {
      text: renderWithinBudget([head], lines, context.budget, 'lines', 'the rest is in Lightdash'),
      data: results,
    };
  },
  async createComment(operation, args, context) {
    const { dashboardUuid, dashboardTileUuid } = args;
    const mentioned = await mentionedPeople(args.mentions, context);
    // Fresh: a minute-old one may lack a new tile.
    const dashboard = await context.execute(operationById('GetDashboard'), { dashboardUuid }).catch(ignoreApiError);
    const { name, titles } = dashboardTitles(dashboard?.results);
    if (name !== undefined && !titles.has(dashboardTileUuid))
      throw new ArgumentsError([
        `dashboardTileUuid: the dashboard ${quoted(name)} has no such tile; get_dashboard lists them`,
      ]);
    await assertThread(args, context);
    const mentions = mentioned.map(({ userUuid }) => userUuid);
    const { results } = await context.execute(operation, { ...args, mentions });
    const place = `tile "${titles.get(dashboardTileUuid) ?? '?'}" of dashboard "${name ?? '?'}"`;
    return {
      text: plainText(
        `Commented on ${place}: "${args.text}" (commentId ${text(results) ?? '?'}).${describeMentions(mentioned)}`,
      ),
      data: results,
    };
  },
  // A resolved thread leaves the list, so it is read before.
  async resolveComment(operation, args, context) {
    const before = await commentsOf(args.dashboardUuid, context).catch(ignoreApiError);
    const comment = before?.find(({ commentId }) => commentId === args.commentId);
    const { results } = await context.execute(operation, args);
    // Resolved comments are in no list (recorded): one that is not there was resolved before, or is of another dashboard.
    if (before !== undefined && comment === undefined)
      return {
        text: `Nothing seen to change: no open comment of the dashboard has the commentId ${args.commentId}. It may be resolved already; get_comments lists the open ones.`,
        data: results,
      };
    const which = comment === undefined ? `commentId ${args.commentId}` : commentLine(comment, '');
    return { text: `Resolved the comment ${which}. It leaves the list of open comments.`, data: results };
  },
  updateNotification: readBack('get_notifications', async ({ notificationId, viewed }, { execute }) => {
    const { results } = await execute(operationById('getNotifications'), { type: 'dashboardComments' });
    const notification = objects(results).find((object) => object.notificationId === notificationId);
    if (notification === undefined)
      return `Nothing seen to change: get_notifications lists no notification with the notificationId ${notificationId}.`;
    const isSeen = notification.viewed === true;
    const state = `The notification "${text(notification.message) ?? '?'}" is marked as ${isSeen ? 'seen' : 'not seen'}`;
    return plainText(isSeen === viewed ? `${state}.` : `Lightdash answered ok, but: ${state}.`);
  }),
} satisfies ToolHandlers;
