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
import { hasList } from './list-responses.ts';
import { validationReasons } from './validation-reasons.ts';

/** An HTTP response with its whole body as text. */
interface HttpResponse {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly text: string;
  /** The request changes something: a fault may have come after the change (measured: timezones, explores). */
  readonly toWrite?: boolean;
  /** The API document promises no body: `{}` is a success. */
  readonly mayBeEmpty?: boolean;
  /** A read for which no results are an answer, such as the channels of a Slack that is not connected. */
  readonly mayLackResults?: boolean;
  /** A read whose results may be an object without keys, such as the comments of a dashboard that has none. */
  readonly mayBeEmptyMap?: boolean;
  /** The key of the list that the results of a read have; see `listKeyOf`. */
  readonly listKey?: string | undefined;
  /** The route accepts tokens: a 401 is then about the token, not about a missing session. */
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
 * @returns `results`; undefined if Lightdash omits the key (39 operations on 0.1366) or responds to a write with 204,
 *   which both mean "done". Nothing else does: a proxy's JSON or an empty page must not pass for success. A read without
 *   results is one only on the few routes that were recorded so: elsewhere it would be read as an empty list.
 * @throws {LightdashError} for every response that is not a success.
 */
export function openEnvelope(response: HttpResponse): unknown {
  const isOk = response.status >= 200 && response.status < 300;
  if (response.status === 204 && response.toWrite) return undefined;
  const json = parseJson(response);
  const failed = isObject(json) && json.status === 'error' ? failure.safeParse(json) : undefined;
  if (failed?.success) throw failureOf(response, failed.data.error);
  if (response.isScim && isObject(json)) {
    if (isOk) return json;
    throw failureOf(response, { name: '', message: String(json.detail ?? ''), data: {} });
  }
  if (isOk && response.mayBeEmpty && isEmpty(json)) return undefined;
  if (isOk && isSuccess(json)) {
    const { results } = json;
    if (response.toWrite || response.mayLackResults || isAnswer(results, response)) return results;
  }
  throw unexpectedResponse(response);
}

/**
 * Every recorded success has status "ok", on 0.1366, 0.2904 and 1.219. The API document promises it for most routes only;
 * for the others it promises `results`. An empty object is not a success: a proxy's page can be one.
 */
function isSuccess(json: unknown): json is { results?: unknown } {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return false;
  const status = 'status' in json ? json.status : undefined;
  return status === 'ok' || (status !== 'error' && 'results' in json);
}

/** Nothing, an object without keys, and an object in the place of a list say nothing of what is there. */
function isAnswer(results: unknown, { listKey, mayBeEmptyMap }: HttpResponse): boolean {
  if (results === undefined || results === null) return false;
  if (listKey !== undefined) return hasList(results, listKey);
  return mayBeEmptyMap || !isEmpty(results);
}

const isEmpty = (json: unknown): boolean => isObject(json) && Object.keys(json).length === 0;

function parseJson({ text }: HttpResponse): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Message of newer servers for an unknown route; 0.1366 responds with a web page. */
const NO_SUCH_ENDPOINT = 'API endpoint not found';

/** A refusal that is not about the rights of the user (recorded). */
const LAST_ADMIN = 'Organization must have at least one admin';

/** Maps a failure in Lightdash's envelope to an error class. */
function failureOf(response: HttpResponse, error: Failure): LightdashError {
  const { status } = response;
  const reasons = validationReasons(error.data);
  const message =
    error.message.replace(/ Issues: \[.*$/s, '') ||
    reasons.join('; ') ||
    error.name ||
    `Lightdash responded with ${status} and no reason`;
  const details = (advice: string): ErrorDetails => ({ advice, status });
  switch (status) {
    case 401:
      return notSignedIn(message, response.takesTokens ?? false);
    case 403:
      return new NotAllowedError(
        message,
        details(
          message.startsWith(LAST_ADMIN)
            ? 'Nothing was changed: make another person admin first.'
            : 'The signed-in user may not do this; get_authenticated_user returns the user and role.',
        ),
      );
    case 404:
      if (message === NO_SUCH_ENDPOINT) {
        return new UnknownRouteError('This Lightdash does not have that operation.', { status });
      }
      return new NotFoundError(message, details(`Nothing was changed. ${adviceForMissing(message)}`));
    case 409:
      return new ConflictError(
        message,
        details('Nothing was changed: there is one already, which may differ from what was requested.'),
      );
    case 413:
      return new InvalidInputError(message, details('The request is too big for this server; send less at once.'));
    case 429:
      return new RateLimitedError(message, details('Wait before asking again.'));
    case 400:
    case 422:
      return new InvalidInputError(message, details(error.message && reasons.length > 0 ? reasons.join('; ') : ''));
    default:
      return status >= 500 ? serverFault(response, message, error.id) : new InvalidInputError(message, details(''));
  }
}

/** Messages with 404 about a set-up that is missing, not about an id (recorded on 0.1366 and 1.219), and what to do. */
const missingSetUps: readonly (readonly [message: RegExp, advice: string])[] = [
  [
    /not have an upstream project/,
    'The project promotes to no other one: update_project_metadata sets its upstream project.',
  ],
  [/refresh token/, 'The signed-in user has not connected Google Drive: that is done in Lightdash, in a browser.'],
  [/installation/i, 'The organization has no GitHub app: install_github_app_for_organization starts that.'],
  [
    /^Explore .* has an error/,
    'The explore is there, and its model does not compile: validate_project names the errors.',
  ],
  [/^Cannot find organization/, 'The signed-in user is in no organization, or in another one.'],
];

/** Advice for a 404. */
const adviceForMissing = (message: string): string =>
  missingSetUps.find(([pattern]) => pattern.test(message))?.[1] ??
  'Look the id or name up again: it may be deleted, mistyped or in another project.';

/**
 * Lightdash responds "Something went wrong." with status 500 to many mistakes of the caller: an unknown id (of a user,
 * group, attribute), a name that is taken, an empty change.
 */
function serverFault(
  { status, toWrite = false }: HttpResponse,
  message: string,
  id: string | undefined,
): ServerFaultError {
  const vague = /something went wrong/i.test(message);
  const reference = id ? ` Its logs have it under ${id}.` : '';
  const advice = vague
    ? `Lightdash gave no reason (${status}). Often an id names nothing, a name is taken, or nothing would change; check the arguments before trying again.${reference}`
    : `The fault is on the server's side (${status}).${reference}`;
  return new ServerFaultError(`Lightdash: ${message}`, { advice, status, outcomeUnknown: toWrite });
}

function notSignedIn(message: string, takesTokens: boolean): LightdashError {
  // 0.1366 says this to a token if it requires a session; newer servers say it to an unknown token.
  if (/failed to authorize user/i.test(message) && !takesTokens) {
    return new NotSignedInError(`${message}: this operation takes a signed-in session, not a personal access token.`, {
      status: 401,
      advice:
        'Set LIGHTDASH_EMAIL and LIGHTDASH_PASSWORD (or LIGHTDASH_SESSION_COOKIE) for this server and restart it.',
    });
  }
  if (/tokens are disabled/i.test(message)) {
    return new NotSignedInError(message, {
      status: 401,
      advice:
        'This Lightdash takes no personal access tokens: set the token of a service account (ldsvc_…) as LIGHTDASH_API_KEY, or LIGHTDASH_EMAIL with LIGHTDASH_PASSWORD.',
    });
  }
  // Newer servers also use 401 for a field that the user may not see.
  if (/have (authorization|access)|access this explore/i.test(message)) {
    return new NotAllowedError(message, {
      status: 401,
      advice: 'A user attribute hides this field or explore from the signed-in user; the token is good.',
    });
  }
  return new NotSignedInError(message, {
    status: 401,
    advice: 'The token is unknown, expired or rotated: set a current LIGHTDASH_API_KEY and restart this server.',
  });
}

/** Maps a response without Lightdash's envelope to an error class, by its status and form. */
function unexpectedResponse({ status, contentType, text, toWrite = false }: HttpResponse): LightdashError {
  if (status === 401 && text.trim() === 'Unauthorized') {
    return new NotSignedInError('Lightdash saw no personal access token.', {
      status,
      advice:
        'Set LIGHTDASH_API_KEY to a token from Lightdash, Settings, Personal access tokens, and restart this server. The token of a service account (ldsvc_…) gets this answer if it is unknown or expired.',
    });
  }
  const isPage = /^\s*<(!doctype|html)/i.test(text) || (contentType?.includes('text/html') ?? false);
  if (isPage && /<title>[^<]*lightdash/i.test(text)) {
    return new UnknownRouteError('This Lightdash does not know that address: it returned its web page.', {
      status,
      advice: 'The operation may not exist in its version, or LIGHTDASH_URL has a path too much.',
    });
  }
  if (isPage && status === 404) {
    return new UnknownRouteError('This Lightdash does not know that operation (404, not JSON).', { status });
  }
  if (isPage && status < 500) {
    return new NotJsonError(`A web page was returned instead of Lightdash's response (${status}).`, {
      status,
      advice:
        'Something in front of Lightdash, such as an access proxy, requires a sign-in: set its headers in LIGHTDASH_HEADERS, or check LIGHTDASH_URL.',
    });
  }
  if (status === 429)
    return new RateLimitedError('Too many requests (429).', { status, advice: 'Wait before asking again.' });
  if (status >= 500) {
    return new ServerFaultError(`The server responded with ${status} in a form that is not Lightdash's.`, {
      status,
      outcomeUnknown: toWrite,
      advice: 'A proxy or load balancer may stand in for a Lightdash that is down or restarting; try again later.',
    });
  }
  const reason =
    text.trim() === ''
      ? 'it is empty'
      : /^\s*[[{]/.test(text)
        ? 'it is JSON that is incomplete, lacks the results or is not of its form'
        : 'it is not JSON';
  return new NotJsonError(
    `Lightdash's response could not be read: ${reason} (${status}${contentType ? `, ${contentType}` : ''}).`,
    {
      status,
      outcomeUnknown: toWrite && status < 300,
      advice: 'Check that LIGHTDASH_URL is the address of Lightdash itself.',
    },
  );
}
