/** Attempts of a request that only reads. */
export const MAX_ATTEMPTS = 4;
const MIN_DELAY_MS = 250;
const MAX_DELAY_MS = 8_000;

/** Statuses after which a read is repeated: overload, and gateways whose backend is away for a moment. */
const RETRYABLE_STATUS = new Set([429, 502, 503, 504]);

/** Transient connection failures. */
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

/** True if a request may be repeated after a response with this status. Writes never are: they may have been executed. */
export function mayRepeatAfterStatus(readOnly: boolean, status: number): boolean {
  return readOnly && RETRYABLE_STATUS.has(status);
}

/**
 * True if a request may be repeated after its connection failed with this code.
 *
 * @param isSafeToRepeat it only reads, or nothing of it was sent.
 */
export function mayRepeatAfterFailure(isSafeToRepeat: boolean, code: string | undefined): boolean {
  // A name that does not resolve (ENOTFOUND) will not resolve in a second either.
  return isSafeToRepeat && code !== undefined && RETRYABLE_CODES.has(code);
}

/**
 * Milliseconds to wait before attempt `attempt + 1`: Retry-After of the server (seconds or a date),
 * else exponential, half of it by chance, so that many clients do not come back together.
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
  const ceiling = Math.min(MAX_DELAY_MS, MIN_DELAY_MS * 2 ** (attempt - 1));
  return ceiling / 2 + (random * ceiling) / 2;
}
