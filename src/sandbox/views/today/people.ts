import type { SpaceAccess } from '../../access/roles.ts';
import type { JsonObject, User, Verification } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';
import { byline, memberView } from '../people.ts';

/** The avatar fields of 1.219. */
export const NO_AVATAR = { avatarUrl: null, avatarGradient: null } as const;

/** A user's access to a chart, a dashboard or a listed space, without the name. */
export function namelessAccess(access: SpaceAccess): JsonObject {
  const { userUuid, role, hasDirectAccess, inheritedRole, inheritedFrom, projectRole } = access;
  return { userUuid, role, hasDirectAccess, inheritedRole, inheritedFrom, projectRole };
}

/** A user's access to one space, with the name. */
export function namedAccess(access: SpaceAccess): JsonObject {
  const { firstName, lastName, email } = access;
  return { ...namelessAccess(access), firstName, lastName, email, isInternal: false, ...NO_AVATAR };
}

/** A member of the organization, as 1.219 lists it. */
export const todaysMemberView = (user: User): JsonObject => ({
  ...memberView(user),
  hasMultipleRoles: false,
  ...NO_AVATAR,
});

/** The user who verified the content and the time, or null. */
export function verificationView(store: Store, verification: Verification | null | undefined): JsonObject | null {
  if (!verification) return null;
  const { verifiedByUserUuid, verifiedAt } = verification;
  return { verifiedBy: byline(store, verifiedByUserUuid), verifiedAt };
}

/** `createdBy`, `lastUpdatedBy` of the content API. */
export function contentByline(store: Store, userUuid: string | null | undefined): JsonObject | null {
  const user = userUuid ? store.users.get(userUuid) : undefined;
  return user ? { uuid: user.userUuid, firstName: user.firstName, lastName: user.lastName } : null;
}
