import * as z from 'zod';
import { canView, isAllowed, spaceOf } from '../access/permissions.ts';
import { looseBoolean } from '../http/body-validation.ts';
import { forbidden, notFound } from '../http/refusals.ts';
import { route, type UserContext } from '../http/route.ts';
import type { Comment, Dashboard, JsonObject } from '../store/records.ts';
import { removeComment } from '../store/removal.ts';
import { newUuid, type Store } from '../store/store.ts';
import { projectOf } from '../views/charts.ts';
import { fullName } from '../views/people.ts';

const base = '/api/v1/comments/dashboards/{dashboardUuid}';

/** The dashboard with whether the user may moderate its comments. */
function discussed(call: UserContext, dashboardUuid: string) {
  const { store, user } = call;
  const dashboard = store.dashboards.get(dashboardUuid);
  if (!dashboard) throw notFound('Dashboard not found');
  if (!canView(store, user, spaceOf(store, dashboard))) throw forbidden();
  return { dashboard, moderates: isAllowed(store, user, projectOf(store, dashboard), 'manage comments') };
}

/** A comment that the user wrote or moderates. */
function ownComment(call: UserContext, dashboardUuid: string, commentId: string): Comment {
  const { moderates } = discussed(call, dashboardUuid);
  const comment = call.store.comments.get(commentId);
  if (comment?.dashboardUuid !== dashboardUuid) throw notFound('Comment not found');
  if (!moderates && comment.userUuid !== call.user.userUuid) throw forbidden();
  return comment;
}

/** A comment with its replies, and its author as the release shows one. */
export function commentView(
  call: UserContext,
  comment: Comment,
  moderates: boolean,
  author: (userUuid: string) => JsonObject = (userUuid) => ({ name: fullName(call.store, userUuid) }),
): JsonObject {
  const { store, user } = call;
  const { commentId, text, textHtml, replyTo, createdAt, resolved, mentions, userUuid } = comment;
  const replies = [...store.comments.values()].filter((comment) => comment.replyTo === commentId);
  return {
    commentId,
    text,
    textHtml,
    ...(replyTo === null ? {} : { replyTo }),
    user: author(userUuid),
    createdAt,
    resolved,
    replies: replies.map((answer) => commentView(call, answer, moderates, author)),
    canRemove: moderates || userUuid === user.userUuid,
    mentions,
  };
}

/** Notifies the mentioned users and those who have commented on this dashboard before. */
function notify(store: Store, dashboard: Dashboard, comment: Comment): void {
  const tile = dashboard.tiles.find((dashboardTile) => dashboardTile.uuid === comment.dashboardTileUuid);
  const chart = store.charts.get(String(tile?.properties.savedChartUuid));
  const tileName = String(tile?.properties.title || chart?.name || '');
  const speakers = [...store.comments.values()]
    .filter((comment) => comment.dashboardUuid === dashboard.uuid)
    .flatMap((comment) => [comment.userUuid, ...comment.mentions]);
  for (const userUuid of new Set([...comment.mentions, ...speakers])) {
    if (userUuid === comment.userUuid || !store.users.has(userUuid)) continue;
    const did = comment.mentions.includes(userUuid) ? 'tagged you' : 'commented';
    const notificationId = newUuid();
    store.notifications.set(notificationId, {
      notificationId,
      userUuid,
      message: `${fullName(store, comment.userUuid)} ${did} in dashboard "${dashboard.name}" in tile "${tileName}"`,
      viewed: false,
      createdAt: comment.createdAt,
      commentId: comment.commentId,
      dashboardUuid: dashboard.uuid,
      dashboardTileUuid: comment.dashboardTileUuid,
      dashboardTileName: tileName,
    });
  }
}

/** The real server keeps the tags of simple formatting; scripts go with what is in them. */
const sanitized = (html: string) =>
  html
    .replaceAll(/<(script|style|iframe)\b[^>]*>.*?<\/\1\s*>/gis, '')
    .replaceAll(/\son\w+\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, '');

const newComment = z.object({
  text: z.string(),
  textHtml: z.string(),
  replyTo: z.string().optional(),
  mentions: z.array(z.string()),
});

/** Routes of comments. */
export const commentRoutes = [
  route('GET', base, {}, (call) => {
    const { dashboard, moderates } = discussed(call, call.params.dashboardUuid);
    const byTile: Record<string, JsonObject[]> = {};
    for (const comment of call.store.comments.values()) {
      if (comment.dashboardUuid !== dashboard.uuid || comment.replyTo !== null || comment.resolved) continue;
      byTile[comment.dashboardTileUuid] ??= [];
      byTile[comment.dashboardTileUuid]?.push(commentView(call, comment, moderates));
    }
    return byTile;
  }),
  route('POST', `${base}/{dashboardTileUuid}`, { body: newComment }, (call) => {
    const { store, user, body, params } = call;
    const { dashboard } = discussed(call, params.dashboardUuid);
    if (!isAllowed(store, user, projectOf(store, dashboard), 'write comments')) throw forbidden();
    const comment: Comment = {
      commentId: newUuid(),
      dashboardUuid: dashboard.uuid,
      dashboardTileUuid: params.dashboardTileUuid,
      text: body.text,
      textHtml: sanitized(body.textHtml),
      replyTo: body.replyTo ?? null,
      userUuid: user.userUuid,
      createdAt: call.now().toISOString(),
      resolved: false,
      mentions: body.mentions,
    };
    notify(store, dashboard, comment);
    store.comments.set(comment.commentId, comment);
    return comment.commentId;
  }),
  route('PATCH', `${base}/{commentId}`, {}, (call) => {
    ownComment(call, call.params.dashboardUuid, call.params.commentId).resolved = true;
  }),
  route('DELETE', `${base}/{commentId}`, {}, (call) => {
    removeComment(call.store, ownComment(call, call.params.dashboardUuid, call.params.commentId).commentId);
  }),
  route(
    'GET',
    '/api/v1/notifications',
    { query: z.object({ type: z.enum(['dashboardComments']) }) },
    ({ store, user, query }) =>
      [...store.notifications.values()]
        .filter((notification) => notification.userUuid === user.userUuid)
        .reverse()
        .map(({ dashboardUuid, dashboardTileUuid, dashboardTileName, ...view }) => ({
          notificationId: view.notificationId,
          resourceType: query.type,
          message: view.message,
          url: `/dashboards/${dashboardUuid}`,
          viewed: view.viewed,
          createdAt: view.createdAt,
          resourceUuid: view.commentId,
          metadata: {
            dashboardUuid,
            dashboardName: store.dashboards.get(dashboardUuid)?.name,
            dashboardTileUuid,
            dashboardTileName,
          },
        })),
  ),
  route(
    'PATCH',
    '/api/v1/notifications/{notificationId}',
    { body: z.object({ viewed: looseBoolean }) },
    ({ store, user, params, body }) => {
      const notification = store.notifications.get(params.notificationId);
      if (notification?.userUuid === user.userUuid) notification.viewed = body.viewed;
    },
  ),
];
