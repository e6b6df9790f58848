import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CancelledError, TimedOutError, TooLargeError, UnreachableError } from '../../../src/lightdash/errors.ts';
import { Connections } from '../../../src/lightdash/http/connections.ts';
import { failureCode, type Phase } from '../../../src/lightdash/http/failure.ts';
import { ignoredBody } from '../../../src/lightdash/http/response-body.ts';
import { SecretString } from '../../../src/secrets/secret-string.ts';
import { clientOf, failureOf } from '../../helpers/lightdash-client.ts';
import { answerResults, startLoopback, startSockets } from '../../helpers/loopback.ts';
import { expectNote } from '../../helpers/notes.ts';

const read = { method: 'GET', path: '/api/v1/org', readOnly: true, auth: 'token' } as const;
const write = { method: 'POST', path: '/api/v1/org/groups', readOnly: false, auth: 'token' } as const;

const ok = '{"status":"ok","results":1}';
const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${ok.length}\r\n`;

/** Every request that came over bare sockets, in order; answered by `answer`. */
function countingSockets(answer: (socket: Socket, request: number, ofConnection: number) => void) {
  const seen: string[] = [];
  const url = startSockets((socket) => {
    let ofConnection = 0;
    socket.on('data', (data) => {
      // Small requests come whole.
      seen.push(String(data).split('\r\n', 1)[0] ?? '');
      ofConnection += 1;
      answer(socket, seen.length, ofConnection);
    });
  });
  return { seen, url };
}

/** Resolves when it is called. */
function signalled(): { readonly happened: Promise<void>; readonly happen: () => void } {
  let happen = () => {};
  const happened = new Promise<void>((resolve) => {
    happen = resolve;
  });
  return { happened, happen };
}

/** Until the connection of a call that has ended may be used again. */
const idle = () => new Promise(setImmediate);

describe('a write on a connection that was kept alive', () => {
  test('goes over a new one when the server closed the old one while it was idle, and is sent once', async () => {
    const closed = signalled();
    const { seen, url } = countingSockets((socket, request) => {
      socket.on('close', closed.happen);
      if (request === 1) socket.end(`${head}\r\n${ok}`);
      else socket.write(`${head}\r\n${ok}`);
    });
    const client = clientOf(await url);
    await client.call(read, {});
    await closed.happened;
    expect(await client.call(write, {})).toMatchObject({ results: 1, attempts: 1 });
    expect(seen).toEqual(['GET /api/v1/org HTTP/1.1', 'POST /api/v1/org/groups HTTP/1.1']);
  });

  test.each([
    ['resets', (socket: Socket) => void socket.resetAndDestroy()],
    ['closes', (socket: Socket) => void socket.end()],
  ])('is not sent again when the server %s it on arrival, and is reported as in doubt', async (_, fail) => {
    const { seen, url } = countingSockets((socket, _request, ofConnection) => {
      if (ofConnection === 1) socket.write(`${head}\r\n${ok}`);
      else fail(socket);
    });
    const client = clientOf(await url);
    await client.call(read, {});
    await idle();
    const failure = await failureOf(client.call(write, {}));
    expect(failure).toBeInstanceOf(UnreachableError);
    expect(failure.outcomeUnknown).toBe(true);
    expect(seen).toEqual(['GET /api/v1/org HTTP/1.1', 'POST /api/v1/org/groups HTTP/1.1']);
  });

  test('races with the server closing it: it is sent once at most, or reported as in doubt, a hundred times', async () => {
    const { seen, url } = countingSockets((socket) => socket.end(`${head}connection: keep-alive\r\n\r\n${ok}`));
    const client = clientOf(await url);
    for (let round = 1; round <= 100; round += 1) {
      seen.length = 0;
      await client.call(read, {});
      if (round % 2 === 0) await idle();
      const outcome = await client.call(write, {}).then(
        () => 'done',
        (error) => (error.outcomeUnknown ? 'in doubt' : 'not done'),
      );
      const writes = seen.filter((line) => line.startsWith('POST')).length;
      expect(writes).toBe(outcome === 'not done' ? 0 : 1);
    }
  });
});

describe('a write of which nothing arrived', () => {
  test('is sent again when nothing listened at first', async () => {
    // A port that was free a moment ago: nothing listens there until the first refusal.
    const first = await startLoopback(() => undefined);
    await first.close();
    const client = clientOf(first.url, { timeoutMs: 2_000 });
    const failure = await failureOf(client.call(write, {}));
    expect(failure).toBeInstanceOf(UnreachableError);
    expect(failure.attempts).toBe(4);
    expect(failure.outcomeUnknown).toBe(false);
    expect(failure.advice).toContain('Nothing was sent');
    expectNote(failure.userMessageLines.join('\n'), 'sent several times', 4);
  });

  test('is not sent again if the name does not resolve', async () => {
    const failure = await failureOf(clientOf(new URL('http://lightdash.invalid')).call(write, {}));
    expect(failure).toBeInstanceOf(UnreachableError);
    expect(failure.message).toContain('does not resolve');
    expect(failure.outcomeUnknown).toBe(false);
  });

  test('is reported as not done when its time runs out before the server takes up TLS', async () => {
    const url = await startSockets(() => undefined);
    const failure = await failureOf(
      clientOf(new URL(`https://127.0.0.1:${url.port}`), { timeoutMs: 100 }).call(write, {}),
    );
    expect(failure).toBeInstanceOf(TimedOutError);
    expect(failure.message).toContain('No connection');
    expect(failure.outcomeUnknown).toBe(false);
  });

  test('is cancelled at once while it is connecting', async () => {
    const cancelling = new AbortController();
    const url = await startSockets(() => cancelling.abort());
    const client = clientOf(new URL(`https://127.0.0.1:${url.port}`));
    const failure = await failureOf(client.call(write, {}, cancelling.signal));
    expect(failure).toBeInstanceOf(CancelledError);
    expect(failure.outcomeUnknown).toBe(false);
  });

  test('is reported as failed TLS if the server speaks plain http', async () => {
    const { url } = await startLoopback((_, response) => answerResults(response, {}));
    const failure = await failureOf(clientOf(new URL(`https://127.0.0.1:${url.port}`)).call(write, {}));
    expect(failure.message).toMatch(/\bTLS\b/);
    expect(failure.outcomeUnknown).toBe(false);
  });
});

describe('a call that the host cancels', () => {
  test.each([
    ['waits for an answer', () => undefined],
    ['reads an answer', (response: ServerResponse) => void response.write('{"status":"ok","results":[')],
  ])('while it %s ends, and frees its socket', async (_, answer) => {
    const cancelling = new AbortController();
    const freed = signalled();
    const { url } = await startLoopback((__, response) => {
      response.on('close', freed.happen);
      answer(response);
      setImmediate(() => cancelling.abort());
    });
    expect(await failureOf(clientOf(url).call(read, {}, cancelling.signal))).toBeInstanceOf(CancelledError);
    await freed.happened;
  });

  test('after its deadline is reported as timed out, not as cancelled', async () => {
    const { url } = await startLoopback(() => undefined);
    const failure = await failureOf(clientOf(url).call(write, {}, AbortSignal.timeout(50)));
    expect(failure).toBeInstanceOf(TimedOutError);
    expect(failure.outcomeUnknown).toBe(true);
  });

  test('while it signs in ends, and the sign-in continues for the others', async () => {
    const received = signalled();
    let letIn = () => {};
    const { url } = await startLoopback(({ target }, response) => {
      if (!target.endsWith('/login')) return answerResults(response, 'in');
      letIn = () => {
        response.setHeader('set-cookie', 'connect.sid=x');
        answerResults(response, {});
      };
      received.happen();
    });
    const client = clientOf(url, {
      credentials: { email: 'ada@roastery.example', password: new SecretString('roastery!1366') },
    });
    const cancelling = new AbortController();
    const first = failureOf(client.call(write, {}, cancelling.signal));
    const second = client.call(read, {});
    await received.happened;
    cancelling.abort();
    expect(await first).toMatchObject({ kind: 'cancelled', outcomeUnknown: false });
    letIn();
    expect(await second).toMatchObject({ results: 'in' });
  });
});

describe('concurrent requests', () => {
  /** A server that answers only when released, and counts the open requests. */
  async function startHolding() {
    const held: { target: string; answer: () => void }[] = [];
    let maxInFlight = 0;
    let waiting: { count: number; happen: () => void } | undefined;
    const { url, received } = await startLoopback(({ target }, response) => {
      held.push({ target, answer: () => answerResults(response, target) });
      maxInFlight = Math.max(maxInFlight, held.length);
      if (waiting && held.length >= waiting.count) waiting.happen();
    });
    const until = (count: number) => {
      const { happened, happen } = signalled();
      waiting = { count, happen };
      if (held.length >= count) happen();
      return happened;
    };
    return { url, received, held, until, most: () => maxInFlight };
  }

  test('are at most eight, and the others follow in order', async () => {
    const { url, received, held, until, most: maxInFlight } = await startHolding();
    const client = clientOf(url);
    const calls = Array.from({ length: 40 }, (_, page) => client.call(read, { page }));
    for (let left = calls.length; left > 0; left -= 1) {
      await until(Math.min(8, left));
      held.shift()?.answer();
    }
    expect(await Promise.all(calls)).toHaveLength(40);
    expect(maxInFlight()).toBe(8);
    // Eight connections open side by side: only among those is the order open.
    const pages = received.map(({ target }) => Number(/page=(\d+)/.exec(target)?.[1]));
    expect(pages.slice(8)).toEqual(Array.from({ length: 32 }, (_, index) => index + 8));
  });

  test('that wait too long are reported as not sent, and leave the others their slots', async () => {
    const { url, received, held, until } = await startHolding();
    const client = clientOf(url);
    const calls = Array.from({ length: 8 }, (_, page) => client.call(read, { page }));
    await until(8);
    const cancelling = new AbortController();
    const cancelled = failureOf(client.call(write, {}, cancelling.signal));
    const last = client.call(read, { page: 8 });
    cancelling.abort();
    expect(await cancelled).toMatchObject({ kind: 'cancelled', outcomeUnknown: false });
    for (const { answer } of held.splice(0)) answer();
    await until(1);
    held.shift()?.answer();
    await Promise.all([...calls, last]);
    expect(received.map(({ method }) => method)).not.toContain('POST');
  });

  test('are reported as not sent when their time runs out in the queue', async () => {
    const { url, received, until } = await startHolding();
    const client = clientOf(url);
    const cancelling = new AbortController();
    const sent = Array.from({ length: 8 }, () => failureOf(client.call(write, {}, cancelling.signal)));
    await until(8);
    const waiting = Array.from({ length: 4 }, () => failureOf(client.call({ ...write, timeoutMs: 50 }, {})));
    expect((await Promise.all(waiting)).filter(({ outcomeUnknown }) => outcomeUnknown)).toEqual([]);
    cancelling.abort();
    expect((await Promise.all(sent)).filter(({ outcomeUnknown }) => outcomeUnknown)).toHaveLength(8);
    expect(received).toHaveLength(8);
  });
});

describe('the limits of a connection', () => {
  const sending = { path: '/', method: 'POST', signal: new AbortController().signal } as const;
  const limits = { connect: 100, idleBody: 100 };

  test('a response that stalls midway is aborted', async () => {
    const { url } = await startLoopback((_, response) => void response.write('{"status":'));
    const connections = new Connections({}, limits);
    onTestFinished(() => connections.close());
    const progress: { phase: Phase } = { phase: 'waiting' };
    const error = await connections
      .request({ ...sending, origin: url.origin }, progress, () => ignoredBody)
      .catch((item: unknown) => item);
    expect(progress.phase).toBe('reading');
    expect(failureCode(error)).toBe('UND_ERR_BODY_TIMEOUT');
  });

  test('a connection that is not made in time ends the call, and nothing was sent', async () => {
    const url = await startSockets(() => undefined);
    const connections = new Connections({}, limits);
    onTestFinished(() => connections.close());
    const progress: { phase: Phase } = { phase: 'waiting' };
    const origin = `https://127.0.0.1:${url.port}`;
    const error = await connections
      .request({ ...sending, origin }, progress, () => ignoredBody)
      .catch((item: unknown) => item);
    expect(progress.phase).toBe('connecting');
    expect(failureCode(error)).toBe('UND_ERR_CONNECT_TIMEOUT');
  });
});

test('a write whose response is too large to be read was sent and may have been done', async () => {
  const { url } = await startLoopback((_, response) => {
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    const more = () => {
      if (!response.destroyed) response.write(chunk, more);
    };
    more();
  });
  const client = clientOf(url);
  const failure = await failureOf(client.call(write, {}));
  expect(failure).toBeInstanceOf(TooLargeError);
  expect(failure.advice).toContain('limit');
  expect(failure.outcomeUnknown).toBe(true);
});
