import * as z from 'zod';
import { isObject } from '../text/json.ts';
import {
  ConflictError,
  type ErrorDetails,
  InvalidInputError,
  type LightdashError,
  NotAllowedError,
  NotFoundError,
  NotJsonError,
  NotSignedInError,
  RateLimitedError,
  ServerFaultError,
  UnknownRouteError,
} from './errors.ts';

/** An HTTP answer, its body read whole as text. */
export interface HttpResponse {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly text: string;
  /** Answers a request that changes something: a fault may have come after the change (measured: timezones, explores). */
  readonly toWrite?: boolean;
  /** Answers a route that takes tokens: then it is the token that a 401 is about, and no session is wanted. */
  readonly takesTokens?: boolean;
  /** Answers a route of SCIM, which has a form of its own (RFC 7644): the resource itself, or `detail`. */
  readonly isScim?: boolean;
}

const failure = z.looseObject({
  status: z.literal('error'),
  error: z.looseObject({
    name: z.string().catch(''),
    message: z.string().catch(''),
    data: z.record(z.string(), z.unknown()).catch({}),
    id: z.string().optional().catch(undefined),
  }),
});
type Failure = z.output<typeof failure>['error'];

/**
 * Opens Lightdash's envelope.
 *
 * @returns `results`; undefined where Lightdash leaves the key out (39 operations on 0.1366) or answers a write with
 *   204, which both mean "done". Nothing else does: a proxy's own JSON or an empty page must not pass for success.
 * @throws {LightdashError} for every answer that is not a success.
 */
export function openEnvelope(answer: HttpResponse): unknown {
  const good = answer.status >= 200 && answer.status < 300;
  if (answer.status === 204 && answer.toWrite) return undefined;
  const json = parseJson(answer);
  const opened = failure.safeParse(json);
  if (opened.success) throw failureOf(answer, opened.data.error);
  if (answer.isScim && isObject(json)) {
    if (good) return json;
    throw failureOf(answer, { name: '', message: String(json.detail ?? ''), data: {} });
  }
  if (good && isSuccess(json)) return json.results;
  throw unreadable(answer);
}

/**
 * Every recorded success says "ok", on 0.1366 and on 0.2904. The API document promises that word of most routes only; of
 * the others it promises `results`, or nothing at all.
 */
function isSuccess(json: unknown): json is { results?: unknown } {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return false;
  const status = 'status' in json ? json.status : undefined;
  return status === 'ok' || (status !== 'error' && ('results' in json || Object.keys(json).length === 0));
}

function parseJson({ text }: HttpResponse): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What newer servers say of a route that they do not have; 0.1366 answers with a web page. */
const NO_SUCH_ENDPOINT = 'API endpoint not found';

/** The error class that a failure in Lightdash's own envelope stands for. */
function failureOf(answer: HttpResponse, error: Failure): LightdashError {
  const { status } = answer;
  const reasons = validationReasons(error.data);
  const said = error.message || reasons.join('; ') || error.name || `Lightdash answered ${status} without a reason`;
  const details = (advice: string): ErrorDetails => ({ advice, status });
  switch (status) {
    case 401:
      return notSignedIn(said, answer.takesTokens ?? false);
    case 403:
      return new NotAllowedError(
        said,
        details('The signed-in user may not do this; get_authenticated_user tells who that is and which role.'),
      );
    case 404:
      if (said === NO_SUCH_ENDPOINT) {
        return new UnknownRouteError('This Lightdash does not have that operation.', { status });
      }
      return new NotFoundError(
        said,
        details(
          'Nothing was changed. Look the id or name up again: it may be deleted, mistyped or in another project.',
        ),
      );
    case 409:
      return new ConflictError(said, details('Nothing was changed: what you asked for is there already.'));
    case 413:
      return new InvalidInputError(said, details('The request is too big for this server; send less at once.'));
    case 429:
      return new RateLimitedError(said, details('Wait before asking again.'));
    case 400:
    case 422:
      return new InvalidInputError(said, details(error.message && reasons.length > 0 ? reasons.join('; ') : ''));
    default:
      return status >= 500 ? serverFault(answer, said, error.id) : new InvalidInputError(said, details(''));
  }
}

/**
 * Lightdash says "Something went wrong." with status 500 to much that is the caller's doing: an id that names nothing
 * (a user, group, attribute), a name that is taken, an empty change.
 */
function serverFault(
  { status, toWrite = false }: HttpResponse,
  said: string,
  id: string | undefined,
): ServerFaultError {
  const vague = /something went wrong/i.test(said);
  const reference = id ? ` Its logs have it under ${id}.` : '';
  const advice = vague
    ? `Lightdash gave no reason (${status}). Often an id names nothing, a name is taken, or nothing would change; check the arguments before trying again.${reference}`
    : `The fault is on the server's side (${status}).${reference}`;
  return new ServerFaultError(`Lightdash: ${said}`, { advice, status, outcomeUnknown: toWrite });
}

function notSignedIn(said: string, takesTokens: boolean): LightdashError {
  // 0.1366 says this to a token where it wants a session; newer servers say it to a token that they do not know.
  if (/failed to authorize user/i.test(said) && !takesTokens) {
    return new NotSignedInError(`${said}: this operation takes a signed-in session, not a personal access token.`, {
      status: 401,
      advice:
        'Set LIGHTDASH_EMAIL and LIGHTDASH_PASSWORD (or LIGHTDASH_SESSION_COOKIE) for this server and restart it.',
    });
  }
  // Newer servers use 401 for a field that the user may not see, too.
  if (/have (authorization|access)|access this explore/i.test(said)) {
    return new NotAllowedError(said, {
      status: 401,
      advice: 'A user attribute hides this field or explore from the signed-in user; the token is good.',
    });
  }
  return new NotSignedInError(said, {
    status: 401,
    advice: 'The token is unknown, expired or rotated: set a current LIGHTDASH_API_KEY and restart this server.',
  });
}

/** An answer outside of Lightdash's envelope, recognised by its status and form. */
function unreadable({ status, contentType, text, toWrite = false }: HttpResponse): LightdashError {
  if (status === 401 && text.trim() === 'Unauthorized') {
    return new NotSignedInError('Lightdash saw no personal access token.', {
      status,
      advice:
        'Set LIGHTDASH_API_KEY to a token from Lightdash, Settings, Personal access tokens, and restart this server.',
    });
  }
  const isPage = /^\s*<(!doctype|html)/i.test(text) || (contentType?.includes('text/html') ?? false);
  if (isPage && /<title>[^<]*lightdash/i.test(text)) {
    return new UnknownRouteError('This Lightdash does not know that address: it answered with its web page.', {
      status,
      advice: 'The operation may not exist in its version, or LIGHTDASH_URL has a path too much.',
    });
  }
  if (isPage && status === 404) {
    return new UnknownRouteError('This Lightdash does not know that operation (404, not JSON).', { status });
  }
  if (isPage && status < 500) {
    return new NotJsonError(`A web page came back instead of Lightdash's answer (${status}).`, {
      status,
      advice:
        'Something in front of Lightdash, such as an access proxy, wants a sign-in: give its headers in LIGHTDASH_HEADERS, or check LIGHTDASH_URL.',
    });
  }
  if (status === 429)
    return new RateLimitedError('Too many requests (429).', { status, advice: 'Wait before asking again.' });
  if (status >= 500) {
    return new ServerFaultError(`The server answered ${status} without Lightdash's form.`, {
      status,
      outcomeUnknown: toWrite,
      advice: 'A proxy or load balancer may stand in for a Lightdash that is down or restarting; try again later.',
    });
  }
  const what =
    text.trim() === ''
      ? 'it is empty'
      : /^\s*[[{]/.test(text)
        ? 'it is JSON that is cut off or not of its form'
        : 'it is not JSON';
  return new NotJsonError(
    `Lightdash's answer could not be read: ${what} (${status}${contentType ? `, ${contentType}` : ''}).`,
    {
      status,
      outcomeUnknown: toWrite && status < 300,
      advice: 'Check that LIGHTDASH_URL is the address of Lightdash itself.',
    },
  );
}

/** At most so many reasons of a refused body are told: a union repeats the same one for each of its members. */
const MAX_REASONS = 8;

/**
 * What a 422 says is wrong. Its message is empty on 0.1366; the reasons are in `data`, keyed by where (`body.limit`),
 * and for unions nested as JSON inside of the text (`Issues: [{…}]`), which echoes the whole value back.
 */
export function validationReasons(data: Record<string, unknown>): string[] {
  const reasons = new Set<string>();
  const read = (where: string, issue: unknown): void => {
    const message = issue && typeof issue === 'object' && 'message' in issue ? String(issue.message) : '';
    const nested = /Issues: (\[.*\])$/s.exec(message)?.[1];
    const issues = nested === undefined ? undefined : parseIssues(nested);
    if (issues) {
      for (const each of issues) for (const [path, inner] of Object.entries(each)) read(path, inner);
    } else if (message) {
      const name = where.replace(/^(body|projectGroupAccess)\.?/, '');
      reasons.add(name && !message.includes(`'${name}'`) ? `${name}: ${message}` : message);
    }
  };
  for (const [where, issue] of Object.entries(data)) read(where, issue);
  return [...reasons].slice(0, MAX_REASONS);
}

function parseIssues(text: string): Record<string, unknown>[] | undefined {
  try {
    return z.array(z.record(z.string(), z.unknown())).parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
