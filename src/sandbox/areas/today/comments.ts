import * as z from 'zod';
import { isAllowed, projectFor } from '../../access/permissions.ts';
import { looseBoolean } from '../../http/body-validation.ts';
import { forbidden, notFound } from '../../http/refusals.ts';
import { type Call, route } from '../../http/route.ts';
import type { Dashboard, JsonObject } from '../../store/records.ts';
import { fullName } from '../../views/people.ts';
import { NO_AVATAR } from '../../views/today/people.ts';
import { commentView } from '../comments.ts';
import { dashboardFor } from './find-by-id.ts';

const since = '1.219';
const base = '/api/v1/comments/dashboards/{dashboardUuid}';
const baseV2 = '/api/v2/projects/{projectUuid}/dashboards/{dashboardUuid}/comments';
const query = z.object({ resolved: looseBoolean.optional() });

/** The threads of a dashboard by tile: those that are open, or with `resolved` those that are not. */
function threads(
  call: Call<string, unknown, z.output<typeof query>>,
  dashboard: Dashboard,
): Record<string, JsonObject[]> {
  const { store, user } = call;
  const moderates = isAllowed(store, user, projectFor(call, dashboard.projectUuid), 'manage comments');
  const author = (userUuid: string) => ({ userUuid, name: fullName(store, userUuid), ...NO_AVATAR });
  const byTile: Record<string, JsonObject[]> = {};
  for (const comment of store.comments.values()) {
    if (comment.dashboardUuid !== dashboard.uuid || comment.replyTo !== null) continue;
    if (comment.resolved !== (call.query.resolved ?? false)) continue;
    if (!dashboard.tiles.some((tile) => tile.uuid === comment.dashboardTileUuid)) continue;
    const ofTile = byTile[comment.dashboardTileUuid] ?? [];
    byTile[comment.dashboardTileUuid] = [...ofTile, commentView(call, comment, moderates, author)];
  }
  return byTile;
}

/** Routes of comments on 1.219. */
export const commentRoutes = [
  route('GET', base, { since, query, uncheckedIds: ['dashboardUuid'] }, (call) =>
    threads(call, dashboardFor(call, call.rawParams.dashboardUuid)),
  ),
  route('GET', baseV2, { since, query, uncheckedIds: ['dashboardUuid'] }, (call) =>
    threads(call, dashboardFor(call, call.rawParams.dashboardUuid, { project: call.params.projectUuid })),
  ),
  route('PATCH', `${base}/{commentId}`, { since, body: z.object({ resolved: looseBoolean }) }, (call) => {
    const { store, user, params } = call;
    const dashboard = dashboardFor(call, params.dashboardUuid);
    const comment = store.comments.get(params.commentId);
    if (comment?.dashboardUuid !== dashboard.uuid) throw notFound('Comment not found');
    const moderates = isAllowed(store, user, projectFor(call, dashboard.projectUuid), 'manage comments');
    if (!moderates && comment.userUuid !== user.userUuid) throw forbidden();
    comment.resolved = call.body.resolved;
  }),
];
