interface PrivacyKeys {
  readonly isPrivate?: unknown;
  readonly inheritParentPermissions?: unknown;
}

/**
 * True if a space is closed to the rest of its project; undefined if the server sends neither key. 0.1366 sends
 * `isPrivate`, newer servers its opposite, `inheritParentPermissions`.
 */
export function isPrivateSpace({ isPrivate, inheritParentPermissions }: PrivacyKeys): boolean | undefined {
  if (typeof isPrivate === 'boolean') return isPrivate;
  return typeof inheritParentPermissions === 'boolean' ? !inheritParentPermissions : undefined;
}
