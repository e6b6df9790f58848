import { ignoreApiError } from '../../lightdash/errors.ts';
import { plainText } from '../../text/plain-text.ts';
import {
  count,
  itemWith,
  list,
  nameOf,
  notListed,
  object,
  type Preview,
  type PreviewClient,
  quoted,
  results,
  shown,
  text,
} from '../preview.ts';

export const previewDeleteTag: Preview = async ({ projectUuid: given, tagUuid }, client) => {
  const { projectUuid, tag } = await tagAnywhere(given, tagUuid, client);
  if (!tag) return `Deletes the tag ${notListed(tagUuid)} and takes it off every metric that carries it.`;
  const metrics = object.parse(await results(client, 'getMetricsCatalog', { projectUuid, categories: [tagUuid] }));
  const carrying = list.parse(metrics.data).map((metric) => plainText(String(metric.label ?? metric.name)));
  return `Deletes the tag ${nameOf(tag)} and takes it off ${count(carrying, 'metric')}${carrying.length > 0 ? ` (${shown(carrying)})` : ''}.`;
};

export const previewDeleteComment: Preview = async ({ dashboardUuid, commentId }, client) => {
  const byTile = object.parse(await results(client, 'getComments', { dashboardUuid }));
  const threads = Object.values(byTile).flatMap((comments) => list.parse(comments));
  const all = threads.flatMap((thread) => [thread, ...list.parse(thread.replies)]);
  const comment = itemWith(all, 'commentId', commentId);
  const replies = list.parse(comment?.replies);
  const said = comment
    ? `${quoted(text.parse(comment.text))} by ${plainText(text.parse(object.parse(comment.user).name))}`
    : notListed(commentId);
  const along = replies.length > 0 ? ` with ${count(replies, 'reply', 'replies')}` : '';
  return `Deletes the comment ${said}${along}.`;
};

/** Finds a tag in the lists of the projects: Lightdash has no request for a single tag. */
async function tagAnywhere(given: unknown, tagUuid: unknown, client: PreviewClient) {
  const projects =
    given === undefined ? list.parse(await results(client, 'ListOrganizationProjects', {})) : [{ projectUuid: given }];
  for (const { projectUuid } of projects) {
    const tags = list.parse(await results(client, 'getTags', { projectUuid }).catch(ignoreApiError));
    const tag = tags.find((item) => item.tagUuid === tagUuid);
    if (tag) return { projectUuid, tag };
  }
  return { projectUuid: given, tag: undefined };
}
