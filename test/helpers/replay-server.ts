import { isDeepStrictEqual } from 'node:util';
import { answerJson, openLoopback, type Received } from './loopback.ts';
import { bodyText, type Exchange, readExtra, readRecordings } from './recordings.ts';

/** Answers recorded requests with their recorded answers, and takes note of every request it does not know. */
export interface ReplayServer {
  readonly url: string;
  /** The exchange that the calls to come are about: the next request like it gets its answer, whoever else had one. */
  expect(exchange: Exchange): void;
  /** Whether the expected request has come. */
  readonly answered: boolean;
  /** What was asked that is not in the recordings, or differs from the request expected; empties the list. */
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
 * The settings under which the server asks as `auth` did. A server without any credentials does not start, so nobody
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

/** Starts a replay server over everything that was recorded. */
export async function startReplayServer(): Promise<ReplayServer> {
  const exchanges = [
    ...readRecordings().flatMap((recording) => recording.exchanges),
    ...['health', 'saved_get', 'dashboard_get'].flatMap((name) => readExtra(name).exchanges),
  ];
  let expected: Exchange | undefined;
  let answered = false;
  let complaints: string[] = [];

  const { url, close } = await openLoopback((received, response) => {
    const { pathname, searchParams } = new URL(received.target, 'http://replay');
    const path = decodeURIComponent(pathname);
    const isAbout = ({ request }: Exchange) =>
      request.method === received.method && decodeURIComponent(request.path) === path;

    if (expected && !answered && isAbout(expected)) {
      const difference = differenceFrom(expected, received, searchParams);
      if (difference === undefined) {
        answered = true;
        return send(expected);
      }
      complaints.push(difference);
    }
    // A look-up that the server makes of its own: what the same person got, else what anyone got, a good answer first.
    const known = exchanges
      .filter((exchange) => isAbout(exchange) && (received.method === 'GET' || exchange.response.status < 400))
      .sort((one, other) => rank(other) - rank(one))[0];
    if (known !== undefined) return send(known);
    complaints.push(`unknown request: ${received.method} ${received.target} ${received.body}`);
    answerJson(response, 501, { status: 'error', error: { name: 'NotRecorded', message: 'this was never recorded' } });

    function rank({ request, response: { status } }: Exchange): number {
      const sameQuery = isDeepStrictEqual(queryOf(request.query), [...searchParams].sort());
      return (signature(request.auth) === signatureOf(received) ? 4 : 0) + (status < 400 ? 2 : 0) + (sameQuery ? 1 : 0);
    }

    function send(exchange: Exchange): void {
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
    .flatMap(([name, value]) => [value].flat().map((each): [string, string] => [name, String(each)]))
    .sort();
}

function differenceFrom({ request }: Exchange, received: Received, query: URLSearchParams): string | undefined {
  if (!/^no auth|^fresh user|^invited user/.test(request.auth) && signatureOf(received) !== signature(request.auth)) {
    return `asked as ${signatureOf(received)} instead of ${request.auth}`;
  }
  const wanted = queryOf(request.query);
  if (!isDeepStrictEqual([...query].sort(), wanted)) {
    return `query ${query} instead of ${JSON.stringify(request.query)}`;
  }
  // An answer to nobody does not depend on what was asked; those requests were recorded without their bodies.
  if (request.auth === 'no auth' && isEmpty(request.body)) return undefined;
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

/** A body without what the server adds for newer Lightdash, or spells out where the recording left it to Lightdash. */
function comparable(body: unknown, recorded?: unknown): unknown {
  if (isEmpty(body)) return undefined;
  if (!isObject(body)) return body;
  const { inheritParentPermissions: _, ...rest } = body;
  if (isObject(recorded) && !('isPrivate' in recorded) && rest.isPrivate === true) delete rest.isPrivate;
  if (Array.isArray(rest.tabs)) {
    rest.tabs = rest.tabs.map((tab) => (isObject(tab) ? { ...tab, hidden: undefined } : tab));
  }
  return JSON.parse(JSON.stringify(rest));
}
