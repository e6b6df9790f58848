import * as z from 'zod';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { health } from '../../lightdash/server-release.ts';
import { isServiceAccountToken } from '../../lightdash/session.ts';
import { operationById } from '../../operations/index.ts';
import { personOf } from '../../text/format.ts';
import type { CheckResult } from './check-result.ts';
import type { DoctorContext } from './doctor-context.ts';

// Users without an organization have null for name and role (measured on 0.1366).
const user = z.looseObject({
  email: z.string().catch(''),
  firstName: z.string().catch(''),
  lastName: z.string().catch(''),
  role: z.string().nullish().catch(undefined),
  organizationName: z.string().nullish().catch(undefined),
});
type User = z.output<typeof user>;

const formatUser = (user: User) => `${personOf(user) ?? ''} (${user.email})`.trim();

const hasSession = ({ config: { sandbox, sessionCookie, email } }: DoctorContext) =>
  sandbox !== undefined || sessionCookie !== undefined || email !== undefined;
const hasToken = ({ config: { sandbox, apiKey } }: DoctorContext) => sandbox !== undefined || apiKey !== undefined;

const tokenKind = ({ config: { apiKey } }: DoctorContext) =>
  apiKey !== undefined && isServiceAccountToken(apiKey.reveal()) ? 'the token of a service account' : 'a token';

const patSettings = z.looseObject({
  auth: z.looseObject({ pat: z.looseObject({ maxExpirationTimeInDays: z.number() }) }),
});

/** Longest lifetime of a personal access token, if this Lightdash limits it. */
async function tokenLimit(context: DoctorContext): Promise<string> {
  const results = await context.client.executeCached(health, {}).catch(ignoreApiError);
  const days = patSettings.safeParse(results).data?.auth.pat.maxExpirationTimeInDays;
  return days === undefined ? '' : ` Personal tokens last at most ${days} days here: renew it in time.`;
}

async function fetchUser(context: DoctorContext, auth: 'token' | 'session'): Promise<User> {
  const { results } = await context.client.execute({ ...operationById('GetAuthenticatedUser'), auth }, {});
  return user.parse(results);
}

/**
 * Checks the signed-in user, with role and organization.
 *
 * @throws {LightdashError} if the sign-in is refused.
 */
export async function checkSignIn(context: DoctorContext): Promise<CheckResult> {
  const check = 'Sign-in';
  const user = await fetchUser(context, 'token');
  const { sessionCookie } = context.config;
  const by = hasToken(context) ? tokenKind(context) : sessionCookie ? 'a session cookie' : 'e-mail and password';
  const { organizationName, role } = user;
  if (!organizationName) {
    const advice = 'An administrator can invite them to one.';
    return { check, status: 'warning', message: `${formatUser(user)} belongs to no organization.`, advice };
  }
  return {
    check,
    status: 'ok',
    message: `${formatUser(user)}, ${role ?? 'without a role'} in ${organizationName}, by ${by}.${await tokenLimit(context)}`,
  };
}

/**
 * Checks the session for operations that refuse tokens, and that it is of the same user.
 *
 * @throws {LightdashError} if the sign-in is refused.
 */
export async function checkSession(context: DoctorContext): Promise<CheckResult> {
  const check = 'Session';
  if (!hasSession(context)) {
    // From 1.219 on warehouse credentials take a token.
    const refusing = (await context.server.has('1.219')) ? 'GitHub' : 'GitHub, warehouse credentials';
    const message = `None: the operations that refuse tokens will not work (organization, account, ${refusing}).`;
    const advice = 'LIGHTDASH_EMAIL with LIGHTDASH_PASSWORD, or LIGHTDASH_SESSION_COOKIE, would open them.';
    return { check, status: 'skipped', message, advice };
  }
  if (!hasToken(context)) return { check, status: 'ok', message: 'Every call uses it: there is no token.' };
  const [bySession, byToken] = [
    await fetchUser(context, 'session'),
    await fetchUser(context, 'token').catch(() => undefined),
  ];
  if (byToken !== undefined && byToken.email !== bySession.email) {
    const message = `The session is of ${formatUser(bySession)}, and the token of ${formatUser(byToken)}.`;
    const advice = 'Calls would be made as two people: sign in with credentials of one.';
    return { check, status: 'warning', message, advice };
  }
  return { check, status: 'ok', message: `Signed in as ${formatUser(bySession)}.` };
}
