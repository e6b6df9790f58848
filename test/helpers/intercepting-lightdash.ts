import { openLoopback, type Received } from './loopback.ts';

/** An answer that stands in for that of the sandbox. */
export interface StandIn {
  readonly status: number;
  readonly body: unknown;
}

/** Forwards every request to a sandbox, but those for which it has an answer of its own. */
export interface InterceptingLightdash {
  readonly url: string;
  /** Bodies of the requests that were answered here by `write`, in their order. */
  readonly written: readonly unknown[];
  /** Answers writes like the pattern from now on, and reads by `read`. */
  intercept(write: RegExp, answer: StandIn, read?: (request: string) => StandIn | undefined): void;
  close(): Promise<void>;
}

/**
 * Starts it before a sandbox: look-ups come from there, and single routes answer as a recording did.
 *
 * @param headers names of the headers that it passes on besides the type of the content.
 */
export async function interceptLightdash(
  target: string,
  headers: readonly string[] = [],
): Promise<InterceptingLightdash> {
  let write: RegExp | undefined;
  let answer: StandIn = { status: 500, body: {} };
  let read: (request: string) => StandIn | undefined = () => undefined;
  const written: unknown[] = [];

  const standInFor = ({ method, target: path, body }: Received): StandIn | undefined => {
    const request = `${method} ${path}`;
    if (method !== 'GET' && write?.test(request)) {
      written.push(body === '' ? undefined : JSON.parse(body));
      return answer;
    }
    return method === 'GET' ? read(request) : undefined;
  };

  const { url, close } = await openLoopback(async (received, response) => {
    const own = standInFor(received);
    if (own !== undefined) {
      response.writeHead(own.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(own.body));
      return;
    }
    const { method, body } = received;
    const forwarded = await fetch(new URL(received.target, target), {
      method,
      headers: {
        ...(received.headers.authorization !== undefined && { authorization: received.headers.authorization }),
        'content-type': 'application/json',
      },
      ...(method !== 'GET' && body !== '' && { body }),
    });
    for (const name of headers) response.setHeader(name, forwarded.headers.get(name) ?? '');
    response.writeHead(forwarded.status, { 'content-type': forwarded.headers.get('content-type') ?? 'text/plain' });
    response.end(Buffer.from(await forwarded.arrayBuffer()));
  });

  return {
    url: url.href,
    written,
    intercept(pattern, standIn, reads = () => undefined) {
      write = pattern;
      answer = standIn;
      read = reads;
      written.length = 0;
    },
    close,
  };
}
