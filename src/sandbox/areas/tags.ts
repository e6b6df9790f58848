import * as z from 'zod';
import { projectFor } from '../access/permissions.ts';
import { notFound, unexpected } from '../http/refusals.ts';
import { type Call, route } from '../http/route.ts';
import type { JsonObject, Tag } from '../store/records.ts';
import { newUuid, type Store } from '../store/store.ts';
import { byline } from '../views/people.ts';

const base = '/api/v1/projects/{projectUuid}/tags';

function tagView(store: Store, { createdByUserUuid, ...tag }: Tag): JsonObject {
  return { ...tag, createdBy: byline(store, createdByUserUuid) };
}

function tagFor(call: Call<'projectUuid' | 'tagUuid'>): Tag {
  const { projectUuid } = projectFor(call, call.params.projectUuid, 'manage tags');
  const tag = call.store.tags.get(call.params.tagUuid);
  if (tag?.projectUuid !== projectUuid) throw notFound('Tag not found');
  return tag;
}

/** The real server's database refuses two tags of one name, and the refusal is a 500; 1.219 takes them when they are made. */
function refuseTakenName(store: Store, projectUuid: string, name: string, except?: Tag): void {
  for (const tag of store.tags.values()) {
    if (tag.projectUuid === projectUuid && tag.name === name && tag !== except) throw unexpected();
  }
}

/** Routes of tags. */
export const tagRoutes = [
  route('GET', base, {}, (call) => {
    const { projectUuid } = projectFor(call, call.params.projectUuid);
    return [...call.store.tags.values()]
      .filter((tag) => tag.projectUuid === projectUuid)
      .map((tag) => tagView(call.store, tag));
  }),
  route('POST', base, { status: 201, body: z.object({ name: z.string(), color: z.string() }) }, (call) => {
    const { store, user, body } = call;
    const { projectUuid } = projectFor(call, call.params.projectUuid, 'manage tags');
    if (call.release === '0.1366') refuseTakenName(store, projectUuid, body.name);
    const tagUuid = newUuid();
    const createdAt = call.now().toISOString();
    store.tags.set(tagUuid, { tagUuid, projectUuid, ...body, createdAt, createdByUserUuid: user.userUuid });
    return { tagUuid };
  }),
  route(
    'PATCH',
    `${base}/{tagUuid}`,
    { body: z.object({ name: z.string().optional(), color: z.string().optional() }) },
    (call) => {
      const tag = tagFor(call);
      const { name, color } = call.body;
      if (name === undefined && color === undefined) throw unexpected();
      if (name !== undefined) refuseTakenName(call.store, tag.projectUuid, name, tag);
      Object.assign(tag, call.body);
    },
  ),
  route('DELETE', `${base}/{tagUuid}`, {}, (call) => {
    const { tagUuid } = tagFor(call);
    call.store.tags.delete(tagUuid);
    for (const item of call.store.catalog.values()) item.tagUuids = item.tagUuids.filter((item) => item !== tagUuid);
  }),
];
