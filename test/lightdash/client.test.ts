import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  CancelledError,
  NotFoundError,
  NotJsonError,
  NotSignedInError,
  RateLimitedError,
  TimedOutError,
  TooLargeError,
  UnreachableError,
} from '../../src/lightdash/errors.ts';
import { SecretString } from '../../src/secrets/secret-string.ts';
import { clientOf, failureOf, token } from '../helpers/lightdash-client.ts';
import { answerJson, answerResults, startLoopback, startSockets } from '../helpers/loopback.ts';

const read = { method: 'GET', path: '/api/v1/org', readOnly: true, auth: 'token' } as const;
const write = { method: 'POST', path: '/api/v1/org/groups', readOnly: false, auth: 'token' } as const;
const queryByPost = { ...write, readOnly: true };
const forSession = { method: 'GET', path: '/api/v1/ssh', readOnly: true, auth: 'session' } as const;
/** Retry-After: 0 lets a test try again at once. */
const atOnce = { 'retry-after': '0' };
const failing = { status: 'error', error: { name: 'Odd', message: 'out of order' } };

describe('a request', () => {
  test('carries the token, the extra headers and the name of the client', async () => {
    const { url, received } = await startLoopback((_, response) => answerResults(response, { name: 'Roastery' }));
    await clientOf(url, { headers: { 'x-access': new SecretString('pass') } }).call(read, {});
    expect(received[0]?.headers).toMatchObject({
      authorization: 'ApiKey ldpat_of_the_tests',
      'x-access': 'pass',
      'user-agent': 'lightdash-mcp/test',
      accept: 'application/json',
    });
    expect(received[0]?.headers).not.toHaveProperty('content-type');
  });

  test('carries the token of a service account as a bearer token, the only form Lightdash accepts', async () => {
    const { url, received } = await startLoopback((_, response) => answerResults(response, { name: 'Roastery' }));
    await clientOf(url, { credentials: { apiKey: new SecretString('ldsvc_of_the_tests') } }).call(read, {});
    expect(received[0]?.headers.authorization).toBe('Bearer ldsvc_of_the_tests');
  });

  test('goes below the path of the address', async () => {
    const { url, received } = await startLoopback((_, response) => answerResults(response, { name: 'Roastery' }));
    await clientOf(new URL('/bi/', url)).call(read, { page: 1 });
    expect(received[0]?.target).toBe('/bi/api/v1/org?page=1');
  });

  test('has a JSON body with unchanged text', async () => {
    const { url, received } = await startLoopback((_, response) => answerResults(response, { name: 'Roastery' }));
    await clientOf(url).call(write, { name: 'Café ☕\n"x"' });
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({ name: 'Café ☕\n"x"' });
    expect(received[0]?.headers['content-type']).toBe('application/json');
  });

  test('is reported with the size of its response and its attempts', async () => {
    const { url } = await startLoopback((_, response) => answerResults(response, 'é'));
    expect(await clientOf(url).call(read, {})).toMatchObject({ results: 'é', status: 200, attempts: 1, bytes: 30 });
  });
});

describe('connections that fail', () => {
  test('nothing listens', async () => {
    const { url, close } = await startLoopback(() => undefined);
    await close();
    const failure = await failureOf(clientOf(url).call(write, {}));
    expect(failure).toBeInstanceOf(UnreachableError);
    expect(failure.message).toContain(url.origin);
    expect(failure.outcomeUnknown).toBe(false);
  });

  test('the connection is reset in the middle of a write: it may have been done', async () => {
    const url = await startSockets((socket) => void socket.once('data', () => socket.resetAndDestroy()));
    const failure = await failureOf(clientOf(url).call(write, {}));
    expect(failure).toBeInstanceOf(UnreachableError);
    expect(failure.outcomeUnknown).toBe(true);
  });

  test('the response breaks off', async () => {
    const url = await startSockets(
      (socket) => void socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"sta')),
    );
    const failure = await failureOf(clientOf(url).call(write, {}));
    expect(failure).toBeInstanceOf(UnreachableError);
    expect(failure.outcomeUnknown).toBe(true);
  });

  test('the server speaks no HTTP', async () => {
    const url = await startSockets((socket) => void socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9\r\n')));
    expect(await failureOf(clientOf(url).call(write, {}))).toBeInstanceOf(NotJsonError);
  });

  test('no response comes in time', async () => {
    const { url } = await startLoopback(() => undefined);
    const failure = await failureOf(clientOf(url, { timeoutMs: 50 }).call(write, {}));
    expect(failure).toBeInstanceOf(TimedOutError);
    expect(failure.outcomeUnknown).toBe(true);
    expect(failure.advice).toContain('LIGHTDASH_TIMEOUT');
  });

  test('the response begins and does not end in time', async () => {
    const { url } = await startLoopback((_, response) => void response.write('{"status":'));
    const failure = await failureOf(clientOf(url, { timeoutMs: 200 }).call(read, {}));
    expect(failure).toBeInstanceOf(TimedOutError);
    expect(failure.message).toContain('did not finish');
    expect(failure.outcomeUnknown).toBe(false);
  });

  test('a wait that would outlast the time limit is not begun: the message of the server is reported at once', async () => {
    const { url, received } = await startLoopback((_, response) =>
      answerJson(response, 429, failing, { 'retry-after': '3600' }),
    );
    const failure = await failureOf(clientOf(url).call(read, {}));
    expect(failure).toBeInstanceOf(RateLimitedError);
    expect(received).toHaveLength(1);
  });

  test('the host cancels the call', async () => {
    const cancelling = new AbortController();
    const { url, received } = await startLoopback(() => cancelling.abort());
    const failure = await failureOf(clientOf(url).call(write, {}, cancelling.signal));
    expect(failure).toBeInstanceOf(CancelledError);
    expect(failure.outcomeUnknown).toBe(true);
    expect(received).toHaveLength(1);
  });

  test('a call that was cancelled before it began is not sent', async () => {
    const { url, received } = await startLoopback((_, response) => answerResults(response, { name: 'Roastery' }));
    expect(await failureOf(clientOf(url).call(write, {}, AbortSignal.abort()))).toBeInstanceOf(CancelledError);
    expect(received).toHaveLength(0);
  });

  test('a certificate is not trusted', async () => {
    const pem = (name: string) =>
      readFileSync(fileURLToPath(new URL(`../fixtures/self-signed/${name}.pem`, import.meta.url)), 'utf8');
    const { url, received } = await startLoopback((_, response) => answerResults(response, { name: 'Roastery' }), {
      key: pem('key'),
      cert: pem('certificate'),
    });
    const failure = await failureOf(clientOf(url).call(read, {}));
    expect(failure).toBeInstanceOf(UnreachableError);
    expect(failure.message).toContain('certificate');
    expect(failure.advice).toContain('NODE_EXTRA_CA_CERTS');
    expect(received).toHaveLength(0);
  });

  test('the response is too large to be read', async () => {
    const { url } = await startLoopback((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024, ' ');
      const more = () => {
        if (!response.destroyed) response.write(chunk, more);
      };
      more();
    });
    const failure = await failureOf(clientOf(url).call(write, {}));
    expect(failure).toBeInstanceOf(TooLargeError);
    expect(failure.message).toContain('50 MB');
  });
});

describe('redirects', () => {
  test('are not followed, and the token is not sent on', async () => {
    const elsewhere = await startLoopback((_, response) => answerResults(response, { name: 'Roastery' }));
    const { url } = await startLoopback((_, response) => {
      response.writeHead(302, { location: `${elsewhere.url.href}login?from=x` });
      response.end();
    });
    const failure = await failureOf(clientOf(url).call(read, {}));
    expect(failure).toBeInstanceOf(NotJsonError);
    expect(failure.message).toContain(elsewhere.url.origin);
    expect(failure.message).not.toContain('from=x');
    expect(elsewhere.received).toHaveLength(0);
  });

  test('are the result of an operation that responds with one', async () => {
    const { url } = await startLoopback((_, response) => {
      response.writeHead(302, { location: 'https://github.com/apps/x' });
      response.end();
    });
    const { results } = await clientOf(url).call({ ...read, redirects: true }, {});
    expect(results).toEqual({ open: 'https://github.com/apps/x' });
  });
});

describe('trying again', () => {
  test.each([429, 502, 503, 504])('a read that got %i is sent again', async (status) => {
    const { url, received } = await startLoopback((_, response, count) =>
      count < 3 ? answerJson(response, status, failing, atOnce) : answerResults(response, 'there'),
    );
    expect(await clientOf(url).call(read, {})).toMatchObject({ results: 'there', attempts: 3 });
    expect(received).toHaveLength(3);
  });

  test('a POST that only reads is sent again', async () => {
    const { url, received } = await startLoopback((_, response, count) =>
      count < 2 ? answerJson(response, 503, failing, atOnce) : answerResults(response, 'rows'),
    );
    expect(await clientOf(url).call(queryByPost, { limit: 1 })).toMatchObject({ results: 'rows', attempts: 2 });
    expect(received.map(({ body }) => body)).toEqual(['{"limit":1}', '{"limit":1}']);
  });

  test('a read whose connection was reset is sent again', async () => {
    const url = await startSockets(
      (socket, count) =>
        void socket.once('data', () =>
          count === 1
            ? socket.resetAndDestroy()
            : socket.end(
                'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 28\r\n\r\n{"status":"ok","results":[]}',
              ),
        ),
    );
    expect(await clientOf(url).call(read, {})).toMatchObject({ attempts: 2 });
  });

  test.each([429, 500, 502, 503, 504])('a write that got %i is sent once', async (status) => {
    const { url, received } = await startLoopback((_, response) => answerJson(response, status, failing, atOnce));
    await failureOf(clientOf(url).call(write, {}));
    expect(received).toHaveLength(1);
  });

  test('a write whose connection was reset is sent once', async () => {
    let sent = 0;
    const url = await startSockets((socket) =>
      socket.on('data', () => {
        sent++;
        socket.resetAndDestroy();
      }),
    );
    await failureOf(clientOf(url).call(write, {}));
    expect(sent).toBe(1);
  });

  test.each([400, 401, 403, 404, 409, 422, 500])('a read that got %i is not sent again', async (status) => {
    const { url, received } = await startLoopback((_, response) => answerJson(response, status, failing, atOnce));
    await failureOf(clientOf(url).call(read, {}));
    expect(received).toHaveLength(1);
  });

  test('a route with a separate deadline ends at that', async () => {
    const { url } = await startLoopback(() => undefined);
    expect(await failureOf(clientOf(url, { timeoutMs: 60_000 }).call({ ...read, timeoutMs: 50 }, {}))).toBeInstanceOf(
      TimedOutError,
    );
  });

  test('a read gives up after four attempts and reports the last error', async () => {
    const { url, received } = await startLoopback((_, response) => answerJson(response, 429, failing, atOnce));
    const failure = await failureOf(clientOf(url).call(read, {}));
    expect(failure).toBeInstanceOf(RateLimitedError);
    expect(failure.message).toContain('out of order');
    expect(received).toHaveLength(4);
  });

  test.each([
    ['a fault', 500, failing],
    ["a gateway's error", 502, 'bad gateway'],
    ['an answer that is not in the form', 200, 'done, I think'],
  ])('a write that got %s may have been done, a read not', async (_, status, answer) => {
    const { url } = await startLoopback((__, response) => answerJson(response, status, answer, atOnce));
    expect(await failureOf(clientOf(url).call(write, {}))).toMatchObject({ outcomeUnknown: true });
    expect(await failureOf(clientOf(url).call(read, {}))).toMatchObject({ outcomeUnknown: false });
  });

  test.each([400, 401, 403, 404, 409, 422, 429])('a write that got %i was not done', async (status) => {
    const { url } = await startLoopback((_, response) => answerJson(response, status, failing));
    expect(await failureOf(clientOf(url).call(write, {}))).toMatchObject({ outcomeUnknown: false });
  });
});

describe('sessions', () => {
  const password = new SecretString('roastery!1366');
  const credentials = { apiKey: token, email: 'ada@roastery.example', password };

  test('are opened once, and used only for operations that refuse tokens', async () => {
    const { url, received } = await startLoopback(({ target }, response) => {
      if (target === '/api/v1/login')
        response.setHeader('set-cookie', ['connect.sid=s%3Aone; Path=/; HttpOnly', 'b=2']);
      answerResults(response, { name: 'Roastery' });
    });
    const client = clientOf(url, { credentials });
    await Promise.all([client.call(forSession, {}), client.call(forSession, {}), client.call(read, {})]);
    const logins = received.filter(({ target }) => target === '/api/v1/login');
    expect(logins.map(({ body }) => JSON.parse(body))).toEqual([
      { email: 'ada@roastery.example', password: 'roastery!1366' },
    ]);
    const others = received.filter(({ target }) => target !== '/api/v1/login');
    expect(others.map(({ target, headers }) => [target, headers.cookie, headers.authorization]).sort()).toEqual([
      ['/api/v1/org', undefined, 'ApiKey ldpat_of_the_tests'],
      ['/api/v1/ssh', 'connect.sid=s%3Aone; b=2', undefined],
      ['/api/v1/ssh', 'connect.sid=s%3Aone; b=2', undefined],
    ]);
  });

  /** A server whose first session has run out. */
  const startWithExpiredSession = () => {
    let logins = 0;
    return startLoopback(({ target, headers }, response) => {
      if (target === '/api/v1/login') {
        response.setHeader('set-cookie', `connect.sid=number-${++logins}`);
        return answerResults(response, { name: 'Roastery' });
      }
      if (headers.cookie === 'connect.sid=number-1') return answerJson(response, 401, failing);
      answerResults(response, headers.cookie);
    });
  };

  test('that expired are renewed, and the call is repeated, a write too', async () => {
    const { url } = await startWithExpiredSession();
    const { results } = await clientOf(url, { credentials }).call({ ...forSession, readOnly: false }, {});
    expect(results).toBe('connect.sid=number-2');
  });

  test('used instead of a token are renewed as well', async () => {
    const { url } = await startWithExpiredSession();
    const { email } = credentials;
    expect(await clientOf(url, { credentials: { email, password } }).call(read, {})).toMatchObject({
      results: 'connect.sid=number-2',
    });
  });

  test('that expired under several calls at once are renewed once', async () => {
    const { url, received } = await startWithExpiredSession();
    const client = clientOf(url, { credentials });
    const replies = await Promise.all([1, 2, 3, 4].map((page) => client.call(forSession, { page })));
    expect(replies.map(({ results }) => results)).toEqual(Array(4).fill('connect.sid=number-2'));
    expect(received.filter(({ target }) => target === '/api/v1/login')).toHaveLength(2);
  });

  test('that are refused even when new are not opened again and again', async () => {
    const { url, received } = await startLoopback(({ target }, response) => {
      if (target !== '/api/v1/login') return answerJson(response, 401, failing);
      response.setHeader('set-cookie', 'connect.sid=x');
      answerResults(response, { name: 'Roastery' });
    });
    expect(await failureOf(clientOf(url, { credentials }).call(forSession, {}))).toBeInstanceOf(NotSignedInError);
    expect(received).toHaveLength(4);
  });

  test('cannot be opened with a wrong password: the failure names the settings and not the password', async () => {
    const { url } = await startLoopback((_, response) => answerJson(response, 401, failing));
    const failure = await failureOf(clientOf(url, { credentials }).call(forSession, {}));
    expect(failure).toBeInstanceOf(NotSignedInError);
    expect(failure.advice).toContain('LIGHTDASH_PASSWORD');
    expect(failure.message + failure.advice).not.toContain('roastery!1366');
  });

  test('that fail to open are tried again at the next call', async () => {
    const { url } = await startLoopback(({ target }, response, count) => {
      if (count === 1) return answerJson(response, 503, failing);
      if (target === '/api/v1/login') response.setHeader('set-cookie', 'connect.sid=x');
      answerResults(response, 'in');
    });
    const client = clientOf(url, { credentials });
    await failureOf(client.call(forSession, {}));
    expect(await client.call(forSession, {})).toMatchObject({ results: 'in' });
  });

  test('from a cookie work for every operation without a token', async () => {
    const { url, received } = await startLoopback((_, response) => answerResults(response, { name: 'Roastery' }));
    const sessionCookie = new SecretString('connect.sid=given');
    await clientOf(url, { credentials: { sessionCookie } }).call(read, {});
    await clientOf(url, { credentials: { sessionCookie } }).call(forSession, {});
    expect(received.map(({ headers }) => headers.cookie)).toEqual(['connect.sid=given', 'connect.sid=given']);
  });

  test('are impossible with only a token: it is sent, and the 401 says which settings to add', async () => {
    const { url, received } = await startLoopback((_, response) =>
      answerJson(response, 401, {
        status: 'error',
        error: { name: 'AuthorizationError', message: 'Failed to authorize user' },
      }),
    );
    const failure = await failureOf(clientOf(url).call(forSession, {}));
    expect(failure.advice).toContain('LIGHTDASH_EMAIL');
    expect(received).toHaveLength(1);
  });

  test('cannot be opened without a response', async () => {
    const { url, close } = await startLoopback(() => undefined);
    await close();
    const failure = await failureOf(clientOf(url, { credentials }).call({ ...forSession, readOnly: false }, {}));
    expect(failure).toBeInstanceOf(UnreachableError);
    expect(failure.outcomeUnknown).toBe(false);
  });
});

test('an unknown route of a real server is reported as not found', async () => {
  const { url } = await startLoopback((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<!DOCTYPE html><html><head><title>Lightdash</title></head></html>');
  });
  expect(await failureOf(clientOf(url).call(read, {}))).toBeInstanceOf(NotFoundError);
});
