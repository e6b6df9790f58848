import * as z from 'zod';
import { administeredOrganization, organizationOf, projectFor } from '../access/permissions.ts';
import { projectRole } from '../access/roles.ts';
import { looseNumber } from '../http/body-validation.ts';
import { pageOf, pageQuery } from '../http/pages-of.ts';
import { forbidden, invalid, notExists, notFound, wrongParameter } from '../http/refusals.ts';
import { type Call, route, type UserContext } from '../http/route.ts';
import { type JsonObject, ROLES, type User } from '../store/records.ts';
import { removeUser } from '../store/removal.ts';
import { newNanoid, newUuid, type Store } from '../store/store.ts';

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

function memberView(user: User): JsonObject {
  return {
    userUuid: user.userUuid,
    firstName: user.firstName,
    lastName: user.lastName,
    email: user.email,
    organizationUuid: user.organizationUuid,
    role: user.role,
    isActive: true,
    isInviteExpired: false,
    isPending: user.isPending,
    userCreatedAt: user.createdAt,
    userUpdatedAt: user.updatedAt,
  };
}

function groupsOf(store: Store, user: User): JsonObject[] {
  return [...store.groups.values()]
    .filter((group) => group.memberUuids.includes(user.userUuid))
    .map(({ uuid, name }) => ({ name, uuid }));
}

function members(call: UserContext): User[] {
  const organizationUuid = organizationOf(call);
  return [...call.store.users.values()].filter((user) => user.organizationUuid === organizationUuid);
}

function memberFor(call: UserContext, userUuid: string): User {
  const member = members(call).find((user) => user.userUuid === userUuid);
  if (!member) throw notFound('No matching member found in organization');
  return member;
}

const matches = (user: User, words: string) =>
  [user.firstName, user.lastName, user.email].some((text) => text.toLowerCase().includes(words.toLowerCase()));

const listQuery = z.object({
  ...pageQuery,
  includeGroups: looseNumber.optional(),
  searchQuery: z.string().optional(),
  projectUuid: z.string().optional(),
});

const invitation = z.object({ email: z.string(), role: z.enum(ROLES).optional(), expiresAt: z.string() });

function invite({ store, user, body, now, url }: Call<never, z.output<typeof invitation>>): JsonObject {
  const organizationUuid = administeredOrganization({ user });
  let invited = [...store.users.values()].find((user) => user.email === body.email);
  if (invited && !invited.isPending) throw wrongParameter('Email is already used by a user in your organization');
  if (!invited) {
    const createdAt = now().toISOString();
    invited = {
      userUuid: newUuid(),
      userId: store.next.user++,
      email: body.email,
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
      role: body.role ?? 'member',
      isEmailVerified: false,
      passcode: null,
    };
    store.users.set(invited.userUuid, invited);
  }
  const inviteCode = newNanoid(30);
  const { userUuid, email } = invited;
  const link = { inviteCode, expiresAt: new Date(body.expiresAt).toISOString(), organizationUuid, userUuid, email };
  store.inviteLinks.set(inviteCode, link);
  return { ...link, inviteUrl: `${url}/invite/${inviteCode}` };
}

/** Routes of members of the organization. */
export const memberRoutes = [
  route('GET', '/api/v1/org/users', { query: listQuery }, (call) => {
    const { includeGroups, searchQuery, projectUuid } = call.query;
    let list = members(call);
    if (searchQuery) list = list.filter((user) => matches(user, searchQuery));
    if (projectUuid) {
      const project = projectFor(call, projectUuid);
      list = list.filter((user) => projectRole(call.store, user, project) !== null);
    }
    const views = list.map((user) =>
      includeGroups
        ? { ...memberView(user), groups: groupsOf(call.store, user).slice(0, includeGroups) }
        : memberView(user),
    );
    return pageOf(views, call.query);
  }),
  route('GET', '/api/v1/org/users/{userUuid}', { uncheckedIds: ['userUuid'] }, (call) => {
    const { userUuid } = call.rawParams;
    if (!new RegExp(`^${UUID_4}$`).test(userUuid)) {
      throw invalid({ userUuid: { message: `Not match in '${UUID_4}'`, value: userUuid } });
    }
    return memberView(memberFor(call, userUuid.toLowerCase()));
  }),
  route('PATCH', '/api/v1/org/users/{userUuid}', { body: z.object({ role: z.enum(ROLES).optional() }) }, (call) => {
    administeredOrganization(call);
    const member = memberFor(call, call.params.userUuid);
    const { role } = call.body;
    if (role !== undefined && role !== 'admin' && isLastAdmin(call.store, member)) throw forbidden(LAST_ADMIN);
    if (role !== undefined) member.role = role;
    return memberView(member);
  }),
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
