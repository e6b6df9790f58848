import type { JsonObject, User } from '../store/records.ts';
import type { Store } from '../store/store.ts';

/** `updatedByUser`, `createdBy`: who did it, or null once that person is gone. */
export function byline(store: Store, userUuid: string): JsonObject | null {
  const user = store.users.get(userUuid);
  return user ? { userUuid: user.userUuid, firstName: user.firstName, lastName: user.lastName } : null;
}

/** First and last name; empty for an unknown user. */
export function fullName(store: Store, userUuid: string): string {
  const user = store.users.get(userUuid);
  return user ? `${user.firstName} ${user.lastName}` : '';
}

/** A member of the organization. */
export function memberView(user: User): JsonObject {
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
