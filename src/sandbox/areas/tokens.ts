import * as z from 'zod';
import { notFound, wrongParameter } from '../http/refusals.ts';
import { route, type UserContext } from '../http/route.ts';
import type { AccessToken, JsonObject } from '../store/records.ts';
import { newToken, newUuid } from '../store/store.ts';

const HOUR_MILLISECONDS = 3_600_000;

function tokenView({ userUuid: _, token: __, ...shown }: AccessToken): JsonObject {
  const { uuid, createdAt, rotatedAt, lastUsedAt, expiresAt, description } = shown;
  return { uuid, createdAt, rotatedAt, lastUsedAt, expiresAt, description };
}

function ownToken({ store, user }: UserContext, uuid: string): AccessToken {
  const token = store.tokens.get(uuid);
  if (!token || token.userUuid !== user.userUuid) throw notFound('Personal access token not found');
  return token;
}

/** Routes of personal access tokens. */
export const tokenRoutes = [
  route('GET', '/api/v1/user/me/personal-access-tokens', { auth: 'session' }, ({ store, user }) =>
    [...store.tokens.values()].filter((token) => token.userUuid === user.userUuid).map(tokenView),
  ),
  route(
    'POST',
    '/api/v1/user/me/personal-access-tokens',
    { auth: 'session', body: z.object({ description: z.string(), expiresAt: z.string().nullish() }) },
    ({ store, user, body, now }) => {
      const token: AccessToken = {
        uuid: newUuid(),
        token: newToken(),
        userUuid: user.userUuid,
        description: body.description,
        createdAt: now().toISOString(),
        rotatedAt: null,
        lastUsedAt: null,
        expiresAt: body.expiresAt ?? null,
      };
      store.tokens.set(token.uuid, token);
      return { ...tokenView(token), token: token.token };
    },
  ),
  route('DELETE', '/api/v1/user/me/personal-access-tokens/{personalAccessTokenUuid}', { auth: 'session' }, (call) => {
    call.store.tokens.delete(ownToken(call, call.params.personalAccessTokenUuid).uuid);
  }),
  route(
    'PATCH',
    '/api/v1/user/me/personal-access-tokens/{personalAccessTokenUuid}/rotate',
    { body: z.object({ expiresAt: z.string() }) },
    (call) => {
      const now = call.now();
      const expiresAt = new Date(call.body.expiresAt);
      if (expiresAt < now) throw wrongParameter('Expire time must be in the future');
      const token = ownToken(call, call.params.personalAccessTokenUuid);
      if (token.expiresAt === null) throw wrongParameter('Token with no expiration date cannot be rotated');
      if (token.rotatedAt && now.getTime() - new Date(token.rotatedAt).getTime() < HOUR_MILLISECONDS) {
        throw wrongParameter('Token can only be rotated once per hour');
      }
      token.token = newToken();
      token.rotatedAt = now.toISOString();
      token.expiresAt = expiresAt.toISOString();
      return { ...tokenView(token), token: token.token };
    },
  ),
];
