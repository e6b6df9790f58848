import { openLoopback } from './loopback.ts';
import type { ApiDocument } from './openapi.ts';

/** A proxy in front of a Lightdash that holds what goes through it against an API document. */
export interface Witness {
  readonly url: string;
  /** The misfits since the last call; empties the list. */
  complaints(): string[];
  /** The operations that were requested, by their ids in the document. */
  readonly operations: ReadonlySet<string>;
  /** Count of what went through it. */
  report(): string;
  close(): Promise<void>;
}

/** Routes that Lightdash's own web app uses and no document has. */
const undocumented = [
  /^GET \/api\/v1\/health$/,
  /^GET \/api\/v1\/(saved|dashboards)\/[^/]+$/,
  /^POST \/api\/v1\/login$/,
  /^GET \/api\/v1\/user\/me\/personal-access-tokens$/,
];

/** Starts a proxy in front of the Lightdash at `target`. */
export async function startWitness(target: string, document: ApiDocument): Promise<Witness> {
  const complaints: string[] = [];
  const seen = { requests: 0, answers: 0, operations: new Set<string>() };

  const { url, close } = await openLoopback(async (received, response) => {
    const { pathname, searchParams } = new URL(received.target, target);
    const what = `${received.method} ${pathname}`;
    const operation = document.match(received.method, pathname);
    const sent: unknown = received.body === '' ? undefined : JSON.parse(received.body);
    if (operation === undefined) {
      if (!undocumented.some((route) => route.test(what))) complaints.push(`${what} is in no document`);
    } else {
      seen.requests += 1;
      seen.operations.add(operation.operationId);
      complaints.push(
        ...operation.problemsOfRequest(searchParams, sent).map((problem) => `request ${what}: ${problem}`),
      );
    }
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = received.headers;
    const answer = await fetch(new URL(received.target, target), {
      method: received.method,
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
      redirect: 'manual',
      ...(received.body !== '' && { body: received.body }),
    });
    const text = await answer.text();
    if (operation && answer.status < 300 && text !== '') {
      seen.answers += 1;
      const problems = operation.problemsOfAnswer(answer.status, JSON.parse(text));
      complaints.push(...problems.map((problem) => `answer ${operation.operationId}: ${problem}`));
    }
    response.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? '',
      ...(answer.headers.has('location') && { location: answer.headers.get('location') ?? '' }),
      ...(answer.headers.has('set-cookie') && { 'set-cookie': answer.headers.getSetCookie() }),
    });
    response.end(text);
  });

  return {
    url: url.href,
    operations: seen.operations,
    complaints: () => complaints.splice(0),
    report: () =>
      `contract with the document: ${seen.operations.size} operations, ${seen.requests} requests, ${seen.answers} answers\n`,
    close,
  };
}
