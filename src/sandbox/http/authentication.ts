import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { AccessToken, User } from '../store/records.ts';
import { newNanoid, type Store } from '../store/store.ts';
import { notSignedIn } from './refusals.ts';
import type { Route } from './route.ts';

const COOKIE = 'connect.sid';
const SESSION_SECONDS = 24 * 60 * 60;

/** Thrown if the real server's first check answers with twelve bytes of text and no content type. */
export class BareUnauthorized extends Error {}

interface Identity {
  user: User;
  session: string | null;
}

/**
 * The user of a request, by the rules of the real server: exactly `Authorization: ApiKey <token>`, or the session cookie.
 * @returns null for a request without credentials to a route that needs none
 * @throws {BareUnauthorized} no credentials on a route that takes tokens
 * @throws a 401 `AuthorizationError` for an unknown token, or for anything but a cookie on a session-only route
 */
export function identify(context: Context, route: Pick<Route, 'auth'>, store: Store, now: Date): Identity | null {
  const session = getCookie(context, COOKIE) ?? null;
  const bySession = userOfSession(store, session);
  if (bySession && session) {
    keepSession(context, session);
    return { user: bySession, session };
  }
  if (route.auth === 'none') return null;
  if (route.auth === 'session') throw notSignedIn('Failed to authorize user');
  const secret = /^ApiKey (.+)$/.exec(context.req.header('Authorization') ?? '')?.[1];
  const token = secret === undefined ? undefined : tokenOf(store, secret, now);
  const user = token && store.users.get(token.userUuid);
  if (route.auth === 'optional' && !user) return null;
  if (secret === undefined) throw new BareUnauthorized();
  if (!token || !user) throw notSignedIn('Personal access token is not recognised');
  token.lastUsedAt = now.toISOString();
  return { user, session: null };
}

function tokenOf(store: Store, secret: string, now: Date): AccessToken | undefined {
  for (const token of store.tokens.values()) {
    if (token.token === secret) return token.expiresAt && new Date(token.expiresAt) < now ? undefined : token;
  }
  return undefined;
}

/** The user of a session cookie, or null if there is none. */
export function userOfSession(store: Store, session: string | null): User | null {
  const userUuid = session === null ? undefined : store.sessions.get(session);
  return (userUuid === undefined ? undefined : store.users.get(userUuid)) ?? null;
}

/** The cookie that makes a session, for an answer's `Set-Cookie`. */
export function openSession(store: Store, userUuid: string): string {
  const session = `s:${newNanoid(32)}.${newNanoid(43)}`;
  store.sessions.set(session, userUuid);
  return session;
}

/** Sets the cookie for another day; the real server does so with every answer to a cookie. */
export function keepSession(context: Context, session: string): void {
  setCookie(context, COOKIE, session, { path: '/', httpOnly: true, sameSite: 'Lax', maxAge: SESSION_SECONDS });
}
