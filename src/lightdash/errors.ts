/**
 * Why a call to Lightdash failed, one class for each kind of cause, so that callers never look at status numbers.
 * `message` says what happened, in Lightdash's words where it has any; `advice` says what to try.
 */
export abstract class LightdashError extends Error {
  /** Short, stable name of the cause, for logs. */
  abstract readonly kind: string;
  /** What the reader can do about it; empty where nothing is known. */
  readonly advice: string;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** Whether the request may have been carried out although no good answer came back. */
  readonly outcomeUnknown: boolean;
  /** How often it was tried; more than once only where nothing can have been done twice. */
  attempts = 1;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.advice = details.advice ?? '';
    this.status = details.status;
    this.outcomeUnknown = details.outcomeUnknown ?? false;
  }

  /** What happened, how often it was tried, and what the reader can do; one sentence or more each. */
  get userMessageLines(): string[] {
    const tries = this.attempts > 1 ? `Lightdash was asked ${this.attempts} times.` : '';
    return [this.message, tries, this.advice].filter(Boolean);
  }
}

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
/** 404, and what stands for it. */
export class NotFoundError extends LightdashError {
  readonly kind = 'not found';
}
/** The route itself is not there: this Lightdash is older or newer than the operation. */
export class UnknownRouteError extends NotFoundError {}
/** 400, 413, 422: Lightdash refused what was asked. */
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
/** An answer that is not Lightdash's JSON: a web page, a proxy's sign-in, cut-off JSON. */
export class NotJsonError extends LightdashError {
  readonly kind = 'not JSON';
}
/** No connection, or one that broke. */
export class UnreachableError extends LightdashError {
  readonly kind = 'unreachable';
}
/** The server's certificate is signed by nobody that this machine trusts, has expired, or is for another name. */
export class UntrustedCertificateError extends UnreachableError {}
/** No answer in time. */
export class TimedOutError extends LightdashError {
  readonly kind = 'timed out';
}
/** The host took its call back. */
export class CancelledError extends LightdashError {
  readonly kind = 'cancelled';
}
/** An answer over the size that this server reads. */
export class TooLargeError extends LightdashError {
  readonly kind = 'too large';
}

/** For the `catch` of an optional lookup: API errors give undefined, anything else is thrown. */
export function ignoreApiError(error: unknown): undefined {
  if (error instanceof LightdashError) return undefined;
  throw error;
}
