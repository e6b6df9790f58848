import * as z from 'zod';
import { dashboardUuid, openEnum, pinnedListUuid, projectUuid, uuid } from './fields.ts';
import { operation } from './operation.ts';

const commentId = () => uuid('get_comments', 'From get_comments');

/** Lightdash stores a comment as text and as HTML; the text must not become markup. */
const asHtml = (text: string) =>
  `<p>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '<br>')}</p>`;

/** Operations on comments and pins. */
export const collaboration = [
  operation({
    id: 'getComments',
    method: 'GET',
    path: '/api/v1/comments/dashboards/{dashboardUuid}',
    tool: 'get_comments',
    title: 'Read comments',
    description: 'What people (colleagues) comment on a dashboard, by tile, with replies.',
    input: () => ({ dashboardUuid: dashboardUuid() }),
    mayBeEmptyMap: true,
  }),
  operation({
    id: 'createComment',
    method: 'POST',
    path: '/api/v1/comments/dashboards/{dashboardUuid}/{dashboardTileUuid}',
    tool: 'create_comment',
    title: 'Leave a comment on a tile: write a note',
    description: 'Writes a comment (remark, note) on a dashboard tile; people (colleagues) mentioned are notified.',
    input: () => ({
      dashboardUuid: dashboardUuid(),
      dashboardTileUuid: uuid('get_dashboard', 'A tile of the dashboard'),
      text: z.string().min(1),
      replyTo: z.string().optional().describe('commentId'),
      mentions: z.array(z.string()).default([]).describe('E-mails or userUuids'),
      textHtml: z.string().optional().describe('Made from text when left out'),
    }),
    body: ({ text, replyTo, mentions, textHtml }) => ({
      text,
      textHtml: textHtml ?? asHtml(text),
      mentions,
      ...(replyTo && { replyTo }),
    }),
  }),
  operation({
    id: 'resolveComment',
    method: 'PATCH',
    path: '/api/v1/comments/dashboards/{dashboardUuid}/{commentId}',
    tool: 'resolve_comment',
    title: 'Resolve a comment',
    description: 'Marks a comment thread as resolved; it leaves the list.',
    input: () => ({ dashboardUuid: dashboardUuid(), commentId: commentId() }),
    // Required since 1.219 and ignored before (measured).
    body: () => ({ resolved: true }),
    idempotent: true,
  }),
  operation({
    id: 'deleteComment',
    method: 'DELETE',
    path: '/api/v1/comments/dashboards/{dashboardUuid}/{commentId}',
    tool: 'delete_comment',
    title: 'Delete a comment',
    description: 'Deletes a comment with its replies.',
    input: () => ({ dashboardUuid: dashboardUuid(), commentId: commentId() }),
    irreversible: true,
  }),
  operation({
    id: 'getNotifications',
    method: 'GET',
    path: '/api/v1/notifications',
    tool: 'get_notifications',
    title: 'Read notifications',
    description: 'Your notifications about comments on dashboards.',
    input: () => ({ type: z.enum(['dashboardComments']).default('dashboardComments') }),
  }),
  operation({
    id: 'updateNotification',
    method: 'PATCH',
    path: '/api/v1/notifications/{notificationId}',
    tool: 'update_notification',
    title: 'Mark a notification',
    description: 'Marks a notification as seen or not.',
    input: () => ({
      notificationId: uuid('get_notifications', 'From get_notifications'),
      viewed: z.boolean(),
    }),
    idempotent: true,
  }),
  operation({
    id: 'getPinnedItems',
    method: 'GET',
    path: '/api/v1/projects/{projectUuid}/pinned-lists/{pinnedListUuid}/items',
    tool: 'get_pinned_items',
    title: 'List pinned items',
    description: 'What is pinned to the homepage, in order.',
    input: () => ({ projectUuid: projectUuid(), pinnedListUuid: pinnedListUuid() }),
    releaseNote: { status: 'changed', note: 'No `isPrivate`; data apps may be pinned.' },
  }),
  operation({
    id: 'updatePinnedItemsOrder',
    nestedReferences: ['items'],
    method: 'PATCH',
    path: '/api/v1/projects/{projectUuid}/pinned-lists/{pinnedListUuid}/items/order',
    tool: 'update_pinned_items_order',
    title: 'Reorder pinned items',
    description: 'Sets the order of pinned items; pins and unpins nothing.',
    input: () => ({
      projectUuid: projectUuid(),
      pinnedListUuid: pinnedListUuid(),
      items: z
        .array(
          z.strictObject({
            type: openEnum(['chart', 'dashboard', 'space']),
            data: z.strictObject({ uuid: z.string(), pinnedListOrder: z.int().min(0).nullable() }),
          }),
        )
        .min(1),
    }),
    body: (args) => args.items,
    idempotent: true,
    releaseNote: { status: 'changed', note: 'No `isPrivate`; data apps may be pinned.' },
  }),
  operation({
    id: 'CreateShareUrl',
    mayAnswerEmpty: true,
    method: 'POST',
    path: '/api/v1/share',
    tool: 'create_share_url',
    title: 'Share a link to a page',
    description:
      'Makes a short link to share a page (address) of Lightdash, to send to someone; who opens it needs access to what it shows.',
    input: () => ({
      path: z.string().min(1).describe('e.g. /projects/{uuid}/tables/orders'),
      params: z.string().describe('Query string with its ?, or empty'),
    }),
  }),
  operation({
    id: 'getShareUrl',
    method: 'GET',
    path: '/api/v1/share/{nanoId}',
    tool: 'get_share_url',
    title: 'Resolve a short address',
    description: 'Where a short address leads.',
    input: () => ({ nanoId: z.string().min(1).describe('The part after /share/') }),
  }),
] as const;
