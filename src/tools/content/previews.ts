import { ignoreApiError } from '../../lightdash/errors.ts';
import { dashboardDeliveries } from '../../operations/routes/deliveries.ts';
import { plainText } from '../../text/plain-text.ts';
import { catalogMetrics } from '../catalog/metrics-pages.ts';
import {
  count,
  itemWith,
  list,
  nameOf,
  notListed,
  object,
  type Preview,
  type PreviewClient,
  type Previews,
  quoted,
  results,
  shown,
  text,
  withDeliveries,
} from '../preview.ts';

/** The tag, and the metrics that lose it. */
const previewDeleteTag: Preview = async ({ projectUuid: givenProject, tagUuid }, client) => {
  const { projectUuid, tag } = await tagAnywhere(givenProject, tagUuid, client);
  if (!tag) return `Deletes the tag ${notListed(tagUuid)} and takes it off every metric that carries it.`;
  const metrics = await catalogMetrics({ projectUuid, categories: [tagUuid] }, client);
  const carrying = metrics.map((metric) => plainText(String(metric.label ?? metric.name)));
  return `Deletes the tag ${nameOf(tag)} and takes it off ${count(carrying, 'metric')}${carrying.length > 0 ? ` (${shown(carrying)})` : ''}.`;
};

/** The comment with its replies. */
const previewDeleteComment: Preview = async ({ dashboardUuid, commentId }, client) => {
  const byTile = object.parse(await results(client, 'getComments', { dashboardUuid }));
  const threads = Object.values(byTile).flatMap((comments) => list.parse(comments));
  const all = threads.flatMap((thread) => [thread, ...list.parse(thread.replies)]);
  const comment = itemWith(all, 'commentId', commentId);
  const replies = list.parse(comment?.replies);
  const quotedComment = comment
    ? `${quoted(text.parse(comment.text))} by ${plainText(text.parse(object.parse(comment.user).name))}`
    : notListed(commentId);
  const withReplies = replies.length > 0 ? ` with ${count(replies, 'reply', 'replies')}` : '';
  return `Deletes the comment ${quotedComment}${withReplies}.`;
};

/** Finds a tag in the lists of the projects: Lightdash has no request for a single tag. */
async function tagAnywhere(projectUuid: unknown, tagUuid: unknown, client: PreviewClient) {
  const projects =
    projectUuid === undefined ? list.parse(await results(client, 'ListOrganizationProjects', {})) : [{ projectUuid }];
  for (const { projectUuid } of projects) {
    const tags = list.parse(await results(client, 'getTags', { projectUuid }).catch(ignoreApiError));
    const tag = tags.find((item) => item.tagUuid === tagUuid);
    if (tag) return { projectUuid, tag };
  }
  return { projectUuid, tag: undefined };
}

/** The dashboard, with the charts in it and its deliveries. */
const previewDeleteDashboard: Preview = async ({ dashboardUuid }, client) => {
  const dashboard = object.parse(await results(client, 'GetDashboard', { dashboardUuid }));
  const deliveries = await client.execute(dashboardDeliveries, { dashboardUuid });
  const inside = list
    .parse(dashboard.tiles)
    .map(({ properties }) => object.parse(properties))
    .filter(({ belongsToDashboard }) => belongsToDashboard === true)
    .map(({ chartName }) => quoted(text.parse(chartName)));
  const charts = inside.length > 0 ? `, with ${count(inside, 'chart')} kept in it alone (${shown(inside)})` : '';
  return `Deletes the dashboard ${nameOf(dashboard)} of space ${quoted(text.parse(dashboard.spaceName))}${charts}${withDeliveries(deliveries.results)}.`;
};

/** Previews of what cannot be undone: content. */
export const contentPreviews = {
  deleteTag: previewDeleteTag,
  deleteComment: previewDeleteComment,
  deleteDashboard: previewDeleteDashboard,
} satisfies Previews;
