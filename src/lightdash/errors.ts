/**
 * A failed call to Lightdash, one class for each cause, so that callers never read status numbers.
 * `message` is what happened, in Lightdash's words if it has any; `advice` is what to try.
 */
export abstract class LightdashError extends Error {
  /** Short, stable name of the cause, for logs. */
  abstract readonly kind: string;
  /** A remedy for the reader; empty if none is known. */
  readonly advice: string;
  /** HTTP status, if there was a response. */
  readonly status: number | undefined;
  /** True if the request may have been executed although it failed. */
  readonly outcomeUnknown: boolean;
  /** Number of attempts; more than one only for requests that are safe to repeat. */
  attempts = 1;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.advice = details.advice ?? '';
    this.status = details.status;
    this.outcomeUnknown = details.outcomeUnknown ?? false;
  }

  /** Message, attempts and remedy, each of one sentence or more. */
  get userMessageLines(): string[] {
    const tries = this.attempts > 1 ? `The request was sent ${this.attempts} times.` : '';
    return [this.message, tries, this.advice].filter(Boolean);
  }
}

/** The parts of an error other than its message: next step, HTTP status, and if the write may have been done. */
export interface ErrorDetails {
  readonly advice?: string;
  readonly status?: number;
  readonly outcomeUnknown?: boolean;
  readonly cause?: unknown;
}

/** 401: no token, an unknown one, or a route that takes only a signed-in session. */
export class NotSignedInError extends LightdashError {
  readonly kind = 'not signed in';
}
/** 403. */
export class NotAllowedError extends LightdashError {
  readonly kind = 'not allowed';
}
/** 404 or its equivalent. */
export class NotFoundError extends LightdashError {
  readonly kind = 'not found';
}
/** The route does not exist: this Lightdash is older or newer than the operation. */
export class UnknownRouteError extends NotFoundError {}
/** 400, 413, 422: Lightdash refused the request. */
export class InvalidInputError extends LightdashError {
  readonly kind = 'invalid input';
}
/** 409. */
export class ConflictError extends LightdashError {
  readonly kind = 'conflict';
}
/** 429. */
export class RateLimitedError extends LightdashError {
  readonly kind = 'rate limited';
}
/** 5xx. */
export class ServerFaultError extends LightdashError {
  readonly kind = 'server fault';
}
/** A response that is not Lightdash's JSON: a web page, a proxy's sign-in, incomplete JSON. */
export class NotJsonError extends LightdashError {
  readonly kind = 'not JSON';
}
/** No connection, or one that broke. */
export class UnreachableError extends LightdashError {
  readonly kind = 'unreachable';
}
/** The server's certificate is not signed by a trusted authority, has expired, or is for another name. */
export class UntrustedCertificateError extends UnreachableError {}
/** No response in time. */
export class TimedOutError extends LightdashError {
  readonly kind = 'timed out';
}
/** The host cancelled its call. */
export class CancelledError extends LightdashError {
  readonly kind = 'cancelled';
}
/** A response over the size limit. */
export class TooLargeError extends LightdashError {
  readonly kind = 'too large';
}

/** For the `catch` of an optional lookup: API errors give undefined, anything else is thrown. */
export function ignoreApiError(error: unknown): undefined {
  if (error instanceof LightdashError) return undefined;
  throw error;
}
