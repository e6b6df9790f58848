import * as z from 'zod';
import { administeredOrganization, organizationOf, projectFor } from '../access/permissions.ts';
import { projectRole } from '../access/roles.ts';
import { looseNumber } from '../http/body-validation.ts';
import { pageOf, pageQuery } from '../http/pagination.ts';
import { forbidden, invalid, notExists, notFound, wrongParameter } from '../http/refusals.ts';
import { type Call, route, type UserContext } from '../http/route.ts';
import { type JsonObject, ROLES, type User } from '../store/records.ts';
import { removeUser } from '../store/removal.ts';
import { newNanoid, newUuid, type Store } from '../store/store.ts';
import { memberView } from '../views/people.ts';

const UUID_4 = '[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-4[0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}';
const LAST_ADMIN = 'Organization must have at least one admin';

/** True if no other member is an admin: Lightdash keeps that one. */
export function isLastAdmin(store: Store, user: User): boolean {
  if (user.role !== 'admin') return false;
  const admins = [...store.users.values()].filter(
    (item) => item.role === 'admin' && item.organizationUuid === user.organizationUuid,
  );
  return admins.length <= 1;
}

/** Groups of a member, by name and uuid. */
const groupsOf = (store: Store, user: User): JsonObject[] =>
  [...store.groups.values()]
    .filter((group) => group.memberUuids.includes(user.userUuid))
    .map(({ uuid, name }) => ({ name, uuid }));

function members(call: UserContext): User[] {
  const organizationUuid = organizationOf(call);
  return [...call.store.users.values()].filter((user) => user.organizationUuid === organizationUuid);
}

/** The first member of the caller's organization that fits. @throws 404 if none does. */
export function memberFor(call: UserContext, fits: (user: User) => boolean): User {
  const member = members(call).find(fits);
  if (!member) throw notFound('No matching member found in organization');
  return member;
}

const matches = (user: User, words: string) =>
  [user.firstName, user.lastName, user.email].some((text) => text.toLowerCase().includes(words.toLowerCase()));

/** Query of the list of members. */
export const listQuery = z.object({
  ...pageQuery,
  includeGroups: looseNumber.optional(),
  searchQuery: z.string().optional(),
  projectUuid: z.string().optional(),
});

/** A page of the list of members, each in the view of the release. */
export function listMembers(
  call: Call<never, unknown, z.output<typeof listQuery>>,
  view: (user: User) => JsonObject,
): JsonObject {
  const { includeGroups, searchQuery, projectUuid } = call.query;
  let list = members(call);
  if (searchQuery) list = list.filter((user) => matches(user, searchQuery));
  if (projectUuid) {
    const project = projectFor(call, projectUuid);
    list = list.filter((user) => projectRole(call.store, user, project) !== null);
  }
  const views = list.map((user) =>
    includeGroups ? { ...view(user), groups: groupsOf(call.store, user).slice(0, includeGroups) } : view(user),
  );
  return pageOf(views, call.query);
}

/** Body of a change of a member's role. */
export const roleBody = z.object({ role: z.enum(ROLES).optional() });

/** Changes the role of a member. @throws 403 for the last admin. */
export function changeRole(call: Call<'userUuid', z.output<typeof roleBody>>): User {
  administeredOrganization(call);
  const member = memberFor(call, (user) => user.userUuid === call.params.userUuid);
  const { role } = call.body;
  if (role !== undefined && role !== 'admin' && isLastAdmin(call.store, member)) throw forbidden(LAST_ADMIN);
  if (role !== undefined) member.role = role;
  return member;
}

/**
 * The member with an address who has not signed up yet; created with the role if there is none.
 * @throws 400 if the address belongs to someone who has signed up
 */
export function pendingMember(
  { store, now }: Pick<Call, 'store' | 'now'>,
  organizationUuid: string,
  email: string,
  role: User['role'] = 'member',
): User {
  const existing = [...store.users.values()].find((user) => user.email === email);
  if (existing && !existing.isPending) throw wrongParameter('Email is already used by a user in your organization');
  if (existing) return existing;
  const createdAt = now().toISOString();
  const user: User = {
    userUuid: newUuid(),
    userId: store.next.user++,
    email,
    password: newNanoid(),
    firstName: '',
    lastName: '',
    createdAt,
    updatedAt: createdAt,
    isMarketingOptedIn: false,
    isTrackingAnonymized: true,
    isSetupComplete: false,
    isPending: true,
    organizationUuid,
    role,
    isEmailVerified: false,
    passcode: null,
  };
  store.users.set(user.userUuid, user);
  return user;
}

const invitation = z.object({ email: z.string(), role: z.enum(ROLES).optional(), expiresAt: z.string() });

function invite(call: Call<never, z.output<typeof invitation>>): JsonObject {
  const { store, body, url } = call;
  const organizationUuid = administeredOrganization(call);
  const { userUuid, email } = pendingMember(call, organizationUuid, body.email, body.role);
  const inviteCode = newNanoid(30);
  const link = { inviteCode, expiresAt: new Date(body.expiresAt).toISOString(), organizationUuid, userUuid, email };
  store.inviteLinks.set(inviteCode, link);
  return { ...link, inviteUrl: `${url}/invite/${inviteCode}` };
}

/** Routes of members of the organization. */
export const memberRoutes = [
  route('GET', '/api/v1/org/users', { query: listQuery }, (call) => listMembers(call, memberView)),
  route('GET', '/api/v1/org/users/{userUuid}', { uncheckedIds: ['userUuid'] }, (call) => {
    const { userUuid } = call.rawParams;
    if (!new RegExp(`^${UUID_4}$`).test(userUuid)) {
      throw invalid({ userUuid: { message: `Not match in '${UUID_4}'`, value: userUuid } });
    }
    return memberView(memberFor(call, (user) => user.userUuid === userUuid.toLowerCase()));
  }),
  route('PATCH', '/api/v1/org/users/{userUuid}', { body: roleBody }, (call) => memberView(changeRole(call))),
  route('DELETE', '/api/v1/org/user/{userUuid}', {}, (call) => {
    administeredOrganization(call);
    const member = call.store.users.get(call.params.userUuid);
    if (!member) throw notFound(`Cannot find user with uuid ${call.params.userUuid}`);
    if (member.organizationUuid !== call.user.organizationUuid) throw forbidden();
    if (isLastAdmin(call.store, member)) throw forbidden(LAST_ADMIN);
    removeUser(call.store, member.userUuid);
  }),
  route('POST', '/api/v1/invite-links', { status: 201, body: invitation }, invite),
  route('GET', '/api/v1/invite-links/{inviteCode}', { auth: 'none' }, ({ store, params, url }) => {
    const link = store.inviteLinks.get(params.inviteCode);
    if (!link) throw notExists('No invite link found');
    return { ...link, inviteUrl: `${url}/invite/${link.inviteCode}` };
  }),
];
