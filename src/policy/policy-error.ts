/** A call that the policy of this server does not allow. Nothing was sent. */
export class OutOfScopeError extends Error {}
