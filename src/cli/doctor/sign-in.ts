import * as z from 'zod';
import { operationById } from '../../operations/index.ts';
import { personOf } from '../../text/format.ts';
import type { CheckResult } from './check-result.ts';
import type { DoctorContext } from './subject.ts';

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

async function whoIs(subject: DoctorContext, auth: 'token' | 'session'): Promise<User> {
  const { results } = await subject.reader.execute({ ...operationById('GetAuthenticatedUser'), auth }, {});
  return user.parse(results);
}

/**
 * Who calls are made as, with which role, in which organization.
 *
 * @throws {LightdashError} where the sign-in is refused.
 */
export async function checkSignIn(subject: DoctorContext): Promise<CheckResult> {
  const check = 'Sign-in';
  const who = await whoIs(subject, 'token');
  const { sessionCookie } = subject.config;
  const by = hasToken(subject) ? 'a token' : sessionCookie ? 'a session cookie' : 'e-mail and password';
  const { organizationName, role } = who;
  if (!organizationName) {
    const advice = 'An administrator can invite them to one.';
    return { check, mark: 'warning', found: `${formatUser(who)} belongs to no organization.`, advice };
  }
  return {
    check,
    mark: 'ok',
    found: `${formatUser(who)}, ${role ?? 'without a role'} in ${organizationName}, by ${by}.`,
  };
}

/**
 * The session that the operations need which refuse tokens: whether it can be had, and whether it is the same person's.
 *
 * @throws {LightdashError} where the sign-in is refused.
 */
export async function checkSession(subject: DoctorContext): Promise<CheckResult> {
  const check = 'Session';
  if (!hasSession(subject)) {
    const found =
      'None: the operations that refuse tokens will not work (organization, account, warehouse credentials).';
    const advice = 'LIGHTDASH_EMAIL with LIGHTDASH_PASSWORD, or LIGHTDASH_SESSION_COOKIE, would open them.';
    return { check, mark: 'skipped', found, advice };
  }
  if (!hasToken(subject)) return { check, mark: 'ok', found: 'Every call uses it: there is no token.' };
  const [bySession, byToken] = [await whoIs(subject, 'session'), await whoIs(subject, 'token').catch(() => undefined)];
  if (byToken !== undefined && byToken.email !== bySession.email) {
    const found = `The session is of ${formatUser(bySession)}, and the token of ${formatUser(byToken)}.`;
    const advice = 'Calls would be made as two people: sign in with credentials of one.';
    return { check, mark: 'warning', found, advice };
  }
  return { check, mark: 'ok', found: `Signed in as ${formatUser(bySession)}.` };
}
