import * as z from 'zod';
import { organizationOf } from '../access/permissions.ts';
import { forbidden, notFound } from '../http/refusals.ts';
import { route } from '../http/route.ts';
import type { JsonObject, ShareUrl } from '../store/records.ts';
import { newNanoid } from '../store/store.ts';

function shareView(share: ShareUrl, host: string): JsonObject {
  return { ...share, host, shareUrl: `${host}/share/${share.nanoid}`, url: `${share.path}${share.params}` };
}

/** Routes of share links. */
export const shareRoutes = [
  route('POST', '/api/v1/share', { status: 201, body: z.object({ path: z.string(), params: z.string() }) }, (call) => {
    const share: ShareUrl = {
      ...call.body,
      nanoid: newNanoid(),
      organizationUuid: organizationOf(call),
      createdByUserUuid: call.user.userUuid,
    };
    call.store.shareUrls.set(share.nanoid, share);
    return shareView(share, call.url);
  }),
  route('GET', '/api/v1/share/{nanoId}', {}, (call) => {
    const share = call.store.shareUrls.get(call.params.nanoId);
    if (!share) throw notFound('Shared link does not exist');
    if (share.organizationUuid !== call.user.organizationUuid) throw forbidden();
    return shareView(share, call.url);
  }),
];
