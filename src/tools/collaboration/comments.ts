import { ignoreApiError } from '../../lightdash/errors.ts';
import { isUuid } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
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

/** Titles of the tiles of a dashboard by uuid, and its name; empty if it cannot be read. */
async function dashboardTitles(dashboardUuid: string, { read }: ToolContext) {
  const dashboard = await read(operationById('GetDashboard'), { dashboardUuid }).catch(ignoreApiError);
  const { name, tiles } = isObject(dashboard) ? dashboard : {};
  const titles = objects(tiles).map(({ uuid, properties }) => {
    const { title, chartName } = isObject(properties) ? properties : {};
    return [text(uuid) ?? '', text(title) ?? text(chartName) ?? 'untitled'] as const;
  });
  return { name: text(name), titles: new Map(titles) };
}

const authorOf = ({ user }: JsonObject): string => (isObject(user) ? (text(user.name) ?? '?') : '?');

function commentLine(comment: JsonObject, prefix: string): string {
  const said = [formatTimestamp(comment.createdAt), authorOf(comment)].filter(Boolean).join(' by ');
  const resolved = comment.resolved === true ? ', resolved' : '';
  return plainText(
    `${prefix}"${text(comment.text) ?? ''}" (${said}${resolved}; commentId ${text(comment.commentId) ?? '?'})`,
  );
}

/** All comments of a dashboard, replies too, by id. */
async function commentsOf(dashboardUuid: string, { execute }: ToolContext): Promise<readonly JsonObject[]> {
  const { results } = await execute(operationById('getComments'), { dashboardUuid });
  const threads = Object.values(isObject(results) ? results : {}).flatMap(objects);
  return threads.flatMap((thread) => [thread, ...objects(thread.replies)]);
}

interface Mentioned {
  readonly userUuid: string;
  /** Undefined for a text that names no member. */
  readonly label: string | undefined;
}

/**
 * The people whom a comment mentions, by uuid, e-mail, name or `me`. Lightdash takes any text, and notifies no one for one
 * that is no person.
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
  return readAll<Mentioned>(
    mentions.map(async (person, index) =>
      isUnknown(person)
        ? { userUuid: person, label: undefined }
        : findMember(context, members, person, { argument: `mentions[${index}]` }),
    ),
  );
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

/** @throws {ArgumentsError} for a reply to a comment that the dashboard does not show. */
async function assertComment(dashboardUuid: string, commentId: string, context: ToolContext): Promise<void> {
  const comments = await commentsOf(dashboardUuid, context).catch(ignoreApiError);
  if (comments !== undefined && isUuid(commentId) && !comments.some((comment) => comment.commentId === commentId))
    throw new ArgumentsError([
      `replyTo: the dashboard has no open comment ${plainText(commentId.slice(0, 100))}; get_comments lists them`,
    ]);
}

/** Handlers of comments on tiles. */
export const commentHandlers = {
  async getComments(operation, args, context) {
    const { results } = await context.execute(operation, args);
    const byTile = Object.entries(isObject(results) ? results : {});
    const { name, titles } = await dashboardTitles(args.dashboardUuid, context);
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
    const mentioned = await mentionedPeople(args.mentions, context);
    if (args.replyTo !== undefined) await assertComment(args.dashboardUuid, args.replyTo, context);
    const mentions = mentioned.map(({ userUuid }) => userUuid);
    const { results } = await context.execute(operation, { ...args, mentions });
    const { name, titles } = await dashboardTitles(args.dashboardUuid, context);
    const place = `tile "${titles.get(args.dashboardTileUuid) ?? '?'}" of dashboard "${name ?? '?'}"`;
    const commentId = text(results) ?? '?';
    const listed =
      args.replyTo === undefined ? undefined : await commentsOf(args.dashboardUuid, context).catch(ignoreApiError);
    if (listed !== undefined && !listed.some((comment) => comment.commentId === commentId))
      return {
        text: plainText(`Lightdash answered ok, but get_comments does not show the reply (commentId ${commentId}).`),
        data: results,
      };
    return {
      text: plainText(`Commented on ${place}: "${args.text}" (commentId ${commentId}).${describeMentions(mentioned)}`),
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
