import { isDeepStrictEqual } from 'node:util';
import { answerJson, openLoopback, type Received } from './loopback.ts';
import { bodyText, type Exchange, type Recording, readExtra, readRecordings } from './recordings.ts';

/** Answers recorded requests with their recorded answers, and takes note of every request it does not know. */
export interface ReplayServer {
  readonly url: string;
  /** The exchange that the calls to come are about: the next request like it gets its answer. */
  expect(exchange: Exchange): void;
  /** True if the expected request has come. */
  readonly answered: boolean;
  /** Every exchange whose answer was given since the last `expect`, look-ups too. */
  readonly exchanges: readonly Exchange[];
  /** Every request since the last `expect`, as `GET /api/v1/org`. */
  readonly sent: readonly string[];
  /** The requests that are not in the recordings or differ from the expected one; empties the list. */
  complaints(): string[];
  close(): Promise<void>;
}

/** Credentials that stand for someone of the recordings. */
export interface Identity {
  readonly LIGHTDASH_API_KEY?: string;
  readonly LIGHTDASH_SESSION_COOKIE?: string;
}

const slug = (auth: string) => auth.toLowerCase().replace(/[^a-z]+/g, '-');

/**
 * The settings under which the server signs in as `auth` did. A server without any credentials does not start, so `no auth`
 * is played by a token that the replay server does not count as one.
 */
export function identityOf(auth: string): Identity {
  return /session/.test(auth)
    ? { LIGHTDASH_SESSION_COOKIE: `connect.sid=session-of-${slug(auth)}` }
    : { LIGHTDASH_API_KEY: `ldpat_of_${slug(auth)}` };
}

const signature = (auth: string): string => {
  const { LIGHTDASH_API_KEY, LIGHTDASH_SESSION_COOKIE } = identityOf(auth);
  return LIGHTDASH_API_KEY ? `ApiKey ${LIGHTDASH_API_KEY}` : `${LIGHTDASH_SESSION_COOKIE}`;
};
const signatureOf = ({ headers }: Received): string => headers.authorization ?? headers.cookie ?? signature('no auth');

interface RecordedExchange extends Exchange {
  readonly pattern: RegExp;
}

const patternOf = (template: string) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`);

type Recorded = Pick<Recording, 'pathTemplate' | 'exchanges'>;

/** Exchanges, each with the form of its path. */
const withPatterns = (recordings: readonly Recorded[]): RecordedExchange[] =>
  recordings.flatMap(({ pathTemplate, exchanges }) => {
    const pattern = patternOf(pathTemplate);
    return exchanges.map((exchange) => ({ ...exchange, pattern }));
  });

/** Everything recorded of 0.1366. */
function recordedRoutes(): readonly Recorded[] {
  const extra: Readonly<Record<string, string>> = {
    health: '/api/v1/health',
    pat: '/api/v1/user/me/personal-access-tokens',
    saved_get: '/api/v1/saved/{chartUuid}',
    dashboard_get: '/api/v1/dashboards/{dashboardUuid}',
    field_search: '/api/v1/projects/{projectUuid}/field/{fieldId}/search',
  };
  const besides = Object.entries(extra).map(([name, pathTemplate]) => ({ pathTemplate, ...readExtra(name) }));
  return [...readRecordings(), ...besides];
}

const V2_QUERY = /^\/api\/v2\/projects\/[^/]+\/query\/[^/]+$/;
const noStorage = { status: 'error', error: { name: 'NotImplementedError', message: 'no object storage' } };

/** True if a job is over: a look-up that waits for one gets its end, not a state on the way. */
const isUnderWay = ({ response: { body } }: Exchange) =>
  isObject(body) && isObject(body.results) && /^(scheduled|started)$/.test(String(body.results.status));

/**
 * Starts a replay server over everything that was recorded of a release: of 0.1366 by default.
 *
 * @param lacksStorage v2 queries answer 501, as they do without object storage.
 */
export async function startReplayServer(recordings = recordedRoutes(), lacksStorage = false): Promise<ReplayServer> {
  const exchanges = withPatterns(recordings);
  const nobodys = exchanges.find(({ request, response }) => request.auth === 'no auth' && response.status === 401);
  let expected: Exchange | undefined;
  let answered = false;
  let complaints: string[] = [];
  let returned: Exchange[] = [];
  let sent: string[] = [];

  const { url, close } = await openLoopback((received, response) => {
    const { pathname, searchParams } = new URL(received.target, 'http://replay');
    const path = decodeURIComponent(pathname);
    sent.push(`${received.method} ${path}`);
    const isAbout = ({ request }: Exchange) =>
      request.method === received.method && decodeURIComponent(request.path) === path;

    // A look-up of an earlier call may still be on its way, as another person: each has a connection of their own.
    const isLate = received.method === 'GET' && expected && signatureOf(received) !== signature(expected.request.auth);
    if (expected && !answered && !isLate && isAbout(expected)) {
      const difference = differenceFrom(expected, received, searchParams);
      if (difference === undefined) {
        answered = true;
        return send(expected);
      }
      complaints.push(difference);
      if (expected.response.status < 400) return send(expected);
    }
    const recorded = lookUp();
    if (recorded !== undefined) return send(recorded);
    if (lacksStorage && V2_QUERY.test(path)) return answerJson(response, 501, noStorage);
    complaints.push(`unknown request: ${received.method} ${received.target} ${received.body}`);
    answerJson(response, 501, { status: 'error', error: { name: 'NotRecorded', message: 'this was never recorded' } });

    /**
     * The answer to a request that the server makes of its own, before or after the one expected: a good one, of the
     * same person if there is one, else one of the same route about another thing. No other sender gets it.
     */
    function lookUp(): Exchange | undefined {
      const reads = received.method === 'GET' || received.target.endsWith('/search');
      const same = exchanges.filter(
        (recorded) => recorded.request.method === received.method && recorded.pattern.test(path),
      );
      if (signatureOf(received) === signature('no auth') && !path.endsWith('/health')) {
        // On a route for sessions, a token gets what a request without credentials gets.
        const refused = same.find(({ response: { status } }) => status === 401);
        return same.find(({ request }) => request.auth === 'no auth') ?? refused ?? nobodys;
      }
      const [exactly] = same
        .filter((recorded) => isAbout(recorded) && (reads || recorded.response.status < 400))
        .sort(byRank);
      if (exactly !== undefined || !reads) return exactly;
      return same.filter(({ response: { status } }) => status < 300).sort(byRank)[0];
    }

    function byRank(left: Exchange, right: Exchange): number {
      return rank(right) - rank(left);
    }

    function rank(exchange: Exchange): number {
      const { request, response } = exchange;
      const sameQuery = isDeepStrictEqual(Object.keys(request.query).sort(), [...searchParams.keys()].sort());
      return (
        (isUnderWay(exchange) ? 0 : 8) +
        (response.status < 400 ? 4 : 0) +
        (signature(request.auth) === signatureOf(received) ? 2 : 0) +
        (sameQuery ? 1 : 0)
      );
    }

    function send(exchange: Exchange): void {
      returned.push(exchange);
      const { status, contentType, headers } = exchange.response;
      response.writeHead(status, { ...headers, ...(contentType && { 'content-type': contentType }) });
      response.end(bodyText(exchange));
    }
  });

  return {
    url: url.href,
    expect(exchange) {
      expected = exchange;
      answered = false;
      complaints = [];
      returned = [];
      sent = [];
    },
    get exchanges() {
      return returned;
    },
    get sent() {
      return sent;
    },
    get answered() {
      return answered;
    },
    complaints: () => complaints.splice(0),
    close,
  };
}

/** The pairs of a recorded query, a list as a repeated key, in an order that does not matter. */
function queryOf(query: Exchange['request']['query']): [string, string][] {
  return Object.entries(query)
    .flatMap(([name, value]) => [value].flat().map((item): [string, string] => [name, String(item)]))
    .sort();
}

/** Query parameters that the tools send by default. */
const addedByDefault = new Set(['includeGroups', 'includeMembers']);

function differenceFrom({ request }: Exchange, received: Received, query: URLSearchParams): string | undefined {
  if (!/^no auth|^fresh user|^invited user/.test(request.auth) && signatureOf(received) !== signature(request.auth)) {
    return `sent as ${signatureOf(received)} instead of ${request.auth}`;
  }
  const isWithoutCredentials = request.auth === 'no auth';
  const wanted = queryOf(request.query);
  const added = [...query].filter(([name]) => !(name in request.query) && addedByDefault.has(name));
  // An answer without credentials does not depend on the request; those requests were recorded without query and body.
  if (
    !(isWithoutCredentials && wanted.length === 0) &&
    !isDeepStrictEqual([...query].sort(), [...wanted, ...added].sort())
  ) {
    return `query ${query} instead of ${JSON.stringify(request.query)}`;
  }
  if (isWithoutCredentials && isEmpty(request.body)) return undefined;
  const sent: unknown = received.body === '' ? undefined : JSON.parse(received.body);
  const [ours, theirs] = [comparable(sent, request.body), comparable(request.body)];
  return isDeepStrictEqual(ours, theirs)
    ? undefined
    : `body ${received.body} instead of ${JSON.stringify(request.body)}`;
}

const isEmpty = (body: unknown) =>
  body === null || body === undefined || (isObject(body) && Object.keys(body).length === 0);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasItems = (list: unknown): boolean => Array.isArray(list) && list.length > 0;

function isSortedByDate({ sorts, dimensions }: Record<string, unknown>): boolean {
  const [sort, ...others] = Array.isArray(sorts) ? sorts : [];
  const isFirstDate =
    isObject(sort) && sort.descending === false && Array.isArray(dimensions) && dimensions.includes(sort.fieldId);
  return isFirstDate && others.length === 0;
}

/** A body without what the server adds for newer Lightdash, or spells out where the recording left it to Lightdash. */
function comparable(body: unknown, recorded?: unknown): unknown {
  if (isEmpty(body)) return undefined;
  if (!isObject(body)) return body;
  // Resolving a comment took no body before 1.219.
  if (recorded === null && Object.keys(body).join() === 'resolved') return undefined;
  const { inheritParentPermissions: _, ...rest } = body;
  // Newer releases can put rows without a value last.
  if (Array.isArray(rest.sorts)) {
    rest.sorts = rest.sorts.map((sort) =>
      isObject(sort) && sort.nullsFirst === false ? { ...sort, nullsFirst: undefined } : sort,
    );
  }
  // Without sorts of the caller a date sorts upwards.
  if (isObject(recorded) && isDeepStrictEqual(recorded.sorts, []) && isSortedByDate(rest)) rest.sorts = [];
  // One row more than the limit of a sorted query shows if it ties with the last.
  if (isObject(recorded) && hasItems(recorded.sorts) && rest.limit === Number(recorded.limit) + 1)
    rest.limit = recorded.limit;
  if (isObject(recorded) && !('isPrivate' in recorded) && rest.isPrivate === true) delete rest.isPrivate;
  if (Array.isArray(rest.tabs)) {
    rest.tabs = rest.tabs.map((tab) => (isObject(tab) ? { ...tab, hidden: undefined } : tab));
  }
  return JSON.parse(JSON.stringify(rest));
}
