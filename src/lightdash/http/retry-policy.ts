/** How often a request that only reads is sent at most. */
export const MAX_ATTEMPTS = 4;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 8_000;

/** Answers that a read may be asked again for: overload and gateways whose backend is away for a moment. */
const RETRYABLE_STATUS = new Set([429, 502, 503, 504]);

/** Failures of connections that may be gone at the next try: none came about, or one broke. */
const RETRYABLE_CODES = new Set([
  'ECONNREFUSED',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'ETIMEDOUT',
]);

/** Whether a request may be sent again after an answer with this status. Writes never: they may have been done. */
export function mayRepeatAfterStatus(readOnly: boolean, status: number): boolean {
  return readOnly && RETRYABLE_STATUS.has(status);
}

/**
 * Whether a request may be sent again after its connection failed with this code.
 *
 * @param isSafeToRepeat it only reads, or nothing of it was put on a connection.
 */
export function mayRepeatAfterFailure(isSafeToRepeat: boolean, code: string | undefined): boolean {
  // A name that does not resolve (ENOTFOUND) will not resolve in a second either.
  return isSafeToRepeat && code !== undefined && RETRYABLE_CODES.has(code);
}

/**
 * Milliseconds to wait before attempt `attempt + 1`: what the server asked for in Retry-After (seconds or a date),
 * else exponential with full jitter so that many clients do not come back together.
 *
 * @param random a number in [0, 1).
 */
export function calculateRetryDelay(
  attempt: number,
  retryAfter: string | undefined,
  now: number,
  random: number,
): number {
  if (retryAfter !== undefined) {
    const seconds = Number(retryAfter);
    const wait = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(retryAfter) - now;
    if (Number.isFinite(wait)) return Math.max(0, wait);
  }
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
  return ceiling / 2 + (random * ceiling) / 2;
}
