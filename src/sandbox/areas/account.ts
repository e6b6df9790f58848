import { randomInt } from 'node:crypto';
import * as z from 'zod';
import { abilityRules } from '../access/ability-rules.ts';
import { keepSession, openSession } from '../http/authentication.ts';
import { alreadyExists, forbidden, notExists, notSignedIn, unexpected, wrongParameter } from '../http/refusals.ts';
import { type Call, route } from '../http/route.ts';
import type { JsonObject, OneTimePasscode, User } from '../store/records.ts';
import { removeUser } from '../store/removal.ts';
import { newUuid, type Store } from '../store/store.ts';
import { NO_AVATAR } from '../views/today/people.ts';
import { isLastAdmin } from './members.ts';

const PASSCODE_MINUTES = 15;
const MAX_ATTEMPTS = 5;
const EMAIL = /^[^<>()[\]\\.,;:\s@"]+(\.[^<>()[\]\\.,;:\s@"]+)*@(([a-zA-Z\-0-9]+\.)+[a-zA-Z]{2,})$/;
const WEAK_PASSWORD = 'Password must contain at least 8 characters, 1 letter and 1 number or 1 special character';
const isStrong = (password: string) => password.length >= 8 && /[a-z]/i.test(password) && /[^a-z]/i.test(password);

/** A user as login and GET /user answer; the latter adds the rules. */
function userView(store: Store, user: User, createdAt: string): JsonObject {
  const organization = user.organizationUuid === null ? undefined : store.organizations.get(user.organizationUuid);
  return {
    userUuid: user.userUuid,
    email: user.email,
    firstName: user.firstName,
    lastName: user.lastName,
    organizationUuid: organization?.organizationUuid ?? null,
    organizationName: organization?.name ?? null,
    organizationCreatedAt: organization?.createdAt ?? null,
    isTrackingAnonymized: user.isTrackingAnonymized,
    isMarketingOptedIn: user.isMarketingOptedIn,
    isSetupComplete: user.isSetupComplete,
    role: user.role,
    isActive: true,
    isPending: user.isPending,
    createdAt,
    updatedAt: user.updatedAt,
  };
}

const isExpired = (passcode: OneTimePasscode, now: Date) =>
  now.getTime() > new Date(passcode.createdAt).getTime() + PASSCODE_MINUTES * 60_000;

function emailStatus(user: User, now: Date): JsonObject {
  const { email, isEmailVerified: isVerified, passcode } = user;
  if (isVerified || !passcode) return { email, isVerified };
  const { createdAt, numberOfAttempts } = passcode;
  const expiresAt = new Date(new Date(createdAt).getTime() + PASSCODE_MINUTES * 60_000).toISOString();
  const isMaxAttempts = numberOfAttempts >= MAX_ATTEMPTS;
  return {
    email,
    isVerified,
    otp: { createdAt, numberOfAttempts, expiresAt, isMaxAttempts, isExpired: isExpired(passcode, now) },
  };
}

function signIn({ store, context }: Pick<Call, 'store' | 'context'>, user: User): void {
  keepSession(context, openSession(store, user.userUuid));
}

const newUser = z.object({
  firstName: z.string(),
  lastName: z.string(),
  email: z.string().regex(EMAIL, { abort: true }),
  password: z.string(),
});
const invitedUser = z.object({
  inviteCode: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  password: z.string(),
});

type NewUser = z.output<typeof newUser>;
type InvitedUser = z.output<typeof invitedUser>;
const userWithoutName = newUser.partial({ firstName: true, lastName: true });

/** @throws 400 without a name, as 1.219 does for who comes without an invitation */
function named(body: InvitedUser | z.output<typeof userWithoutName>): NewUser | InvitedUser {
  const { firstName, lastName } = body;
  if (!firstName || !lastName) throw wrongParameter('First name and last name are required');
  return { ...body, firstName, lastName };
}

function signUp(call: Call, body: NewUser | InvitedUser): JsonObject {
  const user = register(call, body);
  signIn(call, user);
  const rules = abilityRules(call.store, user);
  // The real server lets its permission object slip into the answer.
  const ability = { h: false, l: {}, p: {}, g: 'manage', $: 'all', A: rules, m: {} };
  const sinceThen = call.release === '0.1366' ? {} : { roleUuid: null, timezone: user.timezone ?? null, ...NO_AVATAR };
  return {
    ...userView(call.store, user, user.createdAt),
    ...sinceThen,
    userId: user.userId,
    abilityRules: rules,
    ability,
  };
}

function register(call: Call, body: NewUser | InvitedUser): User {
  const { store, now } = call;
  if (!isStrong(body.password)) throw wrongParameter(WEAK_PASSWORD);
  const updatedAt = now().toISOString();
  const { firstName, lastName, password } = body;
  if ('inviteCode' in body) {
    const link = store.inviteLinks.get(body.inviteCode);
    const invited = link && store.users.get(link.userUuid);
    if (!link || !invited) throw notExists('No invite link found');
    store.inviteLinks.delete(body.inviteCode);
    return Object.assign(invited, { firstName, lastName, password, isPending: false, updatedAt });
  }
  for (const other of store.users.values()) {
    if (other.email !== body.email) continue;
    const sentence = `Email ${body.email} already in use`;
    throw call.release === '0.1366' ? wrongParameter(sentence) : alreadyExists(sentence);
  }
  const user: User = {
    userUuid: newUuid(),
    userId: store.next.user++,
    email: body.email,
    password,
    firstName,
    lastName,
    createdAt: updatedAt,
    updatedAt,
    isMarketingOptedIn: false,
    isTrackingAnonymized: true,
    isSetupComplete: false,
    isPending: false,
    organizationUuid: null,
    role: null,
    isEmailVerified: false,
    passcode: null,
  };
  store.users.set(user.userUuid, user);
  return user;
}

function deleteMe({ store, user }: Call): undefined {
  if (user.organizationUuid !== null) {
    if (user.role !== 'admin') throw forbidden();
    if (isLastAdmin(store, user)) throw forbidden('Organization must have at least one admin');
  }
  removeUser(store, user.userUuid);
}

/** Routes of the own user, sign-in and invitations. */
export const accountRoutes = [
  route('POST', '/api/v1/user', { auth: 'none', until: '0.1366', body: z.union([invitedUser, newUser]) }, (call) =>
    signUp(call, call.body),
  ),
  route(
    'POST',
    '/api/v1/user',
    { auth: 'none', since: '1.219', body: z.union([invitedUser, userWithoutName]) },
    (call) => signUp(call, named(call.body)),
  ),
  route('POST', '/api/v1/login', { auth: 'none' }, (call) => {
    const credentials = z.object({ email: z.string(), password: z.string() }).safeParse(call.body);
    const user = [...call.store.users.values()].find(
      (user) => user.email === credentials.data?.email && user.password === credentials.data.password,
    );
    if (!user || user.isPending) throw notSignedIn('Email and password not recognized');
    signIn(call, user);
    return userView(call.store, user, user.createdAt);
  }),
  route('GET', '/api/v1/logout', {}, ({ store, session }) => {
    if (session !== null) store.sessions.delete(session);
  }),
  route('GET', '/api/v1/user', {}, ({ store, user }) => {
    const token = [...store.tokens.values()].find((accessToken) => accessToken.userUuid === user.userUuid);
    // The real server takes the time from the token when there is one.
    return { ...userView(store, user, token?.createdAt ?? user.createdAt), abilityRules: abilityRules(store, user) };
  }),
  route('PATCH', '/api/v1/user/me/complete', { auth: 'session', body: z.looseObject({}) }, ({ store, user, body }) => {
    user.isSetupComplete = true;
    if (typeof body.isMarketingOptedIn === 'boolean') user.isMarketingOptedIn = body.isMarketingOptedIn;
    if (typeof body.isTrackingAnonymized === 'boolean') user.isTrackingAnonymized = body.isTrackingAnonymized;
    return userView(store, user, user.createdAt);
  }),
  route('GET', '/api/v1/user/login-options', { auth: 'none' }, () => ({
    showOptions: ['email'],
    forceRedirect: false,
  })),
  route('DELETE', '/api/v1/user/me', { auth: 'session' }, deleteMe),
  route('PUT', '/api/v1/user/me/email/otp', { auth: 'session' }, ({ user, now }) => {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    user.passcode = { code, createdAt: now().toISOString(), numberOfAttempts: 0 };
    return emailStatus(user, now());
  }),
  route(
    'GET',
    '/api/v1/user/me/email/status',
    { auth: 'session', query: z.object({ passcode: z.string().optional() }) },
    ({ user, query, now }) => {
      const { passcode } = user;
      if (query.passcode !== undefined && passcode && !user.isEmailVerified) {
        const open = passcode.numberOfAttempts < MAX_ATTEMPTS && !isExpired(passcode, now());
        if (open && passcode.code === query.passcode) user.isEmailVerified = true;
        else passcode.numberOfAttempts += 1;
      }
      return emailStatus(user, now());
    },
  ),
  route('GET', '/api/v1/user/me/allowedOrganizations', {}, ({ store, user }) => {
    if (user.organizationUuid !== null || !user.isEmailVerified) return [];
    const domain = user.email.split('@')[1] ?? '';
    return [...store.organizations.values()]
      .filter((organization) => organization.emailDomains.emailDomains.includes(domain))
      .map(({ organizationUuid, name }) => ({
        organizationUuid,
        name,
        membersCount: [...store.users.values()].filter((user) => user.organizationUuid === organizationUuid).length,
      }));
  }),
  route('POST', '/api/v1/user/me/joinOrganization/{organizationUuid}', {}, ({ store, user, params }) => {
    if (user.organizationUuid !== null) throw forbidden('User already has an organization');
    const organization = store.organizations.get(params.organizationUuid);
    if (!organization) throw unexpected();
    if (!user.isEmailVerified) throw forbidden('User has not verified their email');
    const { emailDomains, role, projects } = organization.emailDomains;
    if (!emailDomains.includes(user.email.split('@')[1] ?? '')) throw forbidden();
    user.organizationUuid = organization.organizationUuid;
    user.role = role;
    for (const access of projects) {
      store.projects.get(access.projectUuid)?.members.push({ userUuid: user.userUuid, role: access.role });
    }
  }),
];
