import { expect, test } from 'vitest';
import { timeoutReason } from '../../src/async/abort.ts';
import { CachedClient } from '../../src/lightdash/cached-client.ts';
import type { ApiResponse } from '../../src/lightdash/client.ts';
import type { Endpoint } from '../../src/lightdash/endpoint.ts';
import { NotAllowedError, UnknownRouteError, UnreachableError } from '../../src/lightdash/errors.ts';

const route = (more: Partial<Endpoint> = {}): Endpoint => ({
  id: 'GetThing',
  method: 'GET',
  path: '/api/v1/things/{id}',
  readOnly: true,
  auth: 'token',
  ...more,
});
const write = route({ id: 'SetThing', method: 'POST', readOnly: false });

const MEGABYTE = 1024 * 1024;

/** A cached client of a Lightdash that counts its requests and answers when released, or at once. */
function setup({ bytes = 100, now }: { bytes?: number; now?: () => number } = {}) {
  const requests: string[] = [];
  /** Ids of the requests that were cancelled. */
  const cancelled: string[] = [];
  const waiting: { answer(): void; fail(): void }[] = [];
  let slow = false;
  const reader = new CachedClient(
    {
      call: ({ path }, args, signal) => {
        signal?.addEventListener('abort', () => cancelled.push(String(args.id)));
        requests.push(`${path} ${String(args.id)}`);
        const response: ApiResponse = { results: `answer ${requests.length}`, status: 200, attempts: 1, bytes };
        if (!slow) return Promise.resolve(response);
        return new Promise((resolve, reject) => {
          waiting.push({ answer: () => resolve(response), fail: () => reject(new Error('out of order')) });
        });
      },
    },
    now,
  );
  return { reader, requests, cancelled, waiting, slowly: () => (slow = true), quickly: () => (slow = false) };
}

test('concurrent requests for the same data are sent once', async () => {
  const { reader, requests, waiting, slowly } = setup();
  slowly();
  const answers = Promise.all(Array.from({ length: 8 }, () => reader.executeCached(route(), { id: 1 })));
  waiting[0]?.answer();
  expect(await answers).toEqual(Array(8).fill('answer 1'));
  expect(requests).toEqual(['/api/v1/things/{id} 1']);
});

test('a caller that cancels leaves the others their response', async () => {
  const { reader, waiting, slowly } = setup();
  slowly();
  const gone = new AbortController();
  const first = reader.executeCached(route(), { id: 1 }, gone.signal);
  const second = reader.executeCached(route(), { id: 1 });
  gone.abort();
  await expect(first).rejects.toThrow('cancelled');
  waiting[0]?.answer();
  expect(await second).toBe('answer 1');
});

test('a request that no caller waits for any more is cancelled', async () => {
  const { reader, requests, cancelled, slowly, quickly } = setup();
  slowly();
  const callers = [new AbortController(), new AbortController()];
  const answers = callers.map(({ signal }) => reader.executeCached(route(), { id: 1 }, signal).catch(() => 'gone'));
  callers[0]?.abort();
  expect(cancelled).toEqual([]);
  callers[1]?.abort();
  expect(await Promise.all(answers)).toEqual(['gone', 'gone']);
  expect(cancelled).toEqual(['1']);
  quickly();
  expect(await reader.executeCached(route(), { id: 1 })).toBe('answer 2');
  expect(requests).toHaveLength(2);
});

test('a caller that is cancelled already sends nothing', async () => {
  const { reader, requests } = setup();
  await expect(reader.executeCached(route(), { id: 1 }, AbortSignal.abort())).rejects.toThrow('cancelled');
  expect(requests).toEqual([]);
});

test('a timed-out caller gets another message than a cancelled one', async () => {
  const { reader, waiting, slowly } = setup();
  slowly();
  const time = new AbortController();
  const late = reader.executeCached(route(), { id: 1 }, time.signal);
  time.abort(timeoutReason());
  await expect(late).rejects.toThrow('took too long');
  waiting[0]?.answer();
});

test('a failure reaches all waiting callers, and is not cached', async () => {
  const { reader, requests, waiting, slowly, quickly } = setup();
  slowly();
  const both = [reader.executeCached(route(), { id: 1 }), reader.executeCached(route(), { id: 1 })];
  waiting[0]?.fail();
  for (const item of both) await expect(item).rejects.toThrow('out of order');
  quickly();
  expect(await reader.executeCached(route(), { id: 1 })).toBe('answer 2');
  expect(requests).toHaveLength(2);
});

test('a write, even one that fails, empties the cache', async () => {
  const { reader, waiting, slowly, quickly } = setup();
  await reader.executeCached(route(), { id: 1 });
  await reader.execute(write, { id: 1 });
  expect(await reader.executeCached(route(), { id: 1 })).toBe('answer 3');
  slowly();
  const failing = reader.execute(write, { id: 1 });
  waiting[0]?.fail();
  await expect(failing).rejects.toThrow();
  quickly();
  expect(await reader.executeCached(route(), { id: 1 })).toBe('answer 5');
});

test('a response that arrives after a write of this server is not cached', async () => {
  const { reader, waiting, slowly, quickly } = setup();
  slowly();
  const reading = reader.execute(route(), { id: 1 });
  const writing = reader.execute(write, { id: 1 });
  waiting[1]?.answer();
  await writing;
  waiting[0]?.answer();
  expect(await reading).toMatchObject({ results: 'answer 1' });
  quickly();
  expect(await reader.executeCached(route(), { id: 1 })).toBe('answer 3');
});

test('the reads of a call are cached for the look-ups of the next ones, unless they change by themselves', async () => {
  const { reader } = setup();
  await reader.execute(route(), { id: 1 });
  expect(await reader.executeCached(route(), { id: 1 })).toBe('answer 1');
  await reader.execute(route({ neverCached: true }), { id: 2 });
  expect(await reader.executeCached(route(), { id: 2 })).toBe('answer 3');
});

test('large responses are cached up to 32 MB', async () => {
  const { reader, requests } = setup({ bytes: 10 * MEGABYTE });
  for (const id of [1, 2, 3, 4]) await reader.executeCached(route(), { id });
  await reader.executeCached(route(), { id: 4 });
  await reader.executeCached(route(), { id: 2 });
  expect(requests).toHaveLength(4);
  await reader.executeCached(route(), { id: 1 });
  expect(requests).toHaveLength(5);
});

test('a response is used for a minute from its request, however often it is read, then requested again', async () => {
  let time = 1;
  const { reader, waiting, slowly, quickly } = setup({ now: () => time });
  slowly();
  const first = reader.executeCached(route(), { id: 1 });
  time = 30_000;
  waiting[0]?.answer();
  expect(await first).toBe('answer 1');
  quickly();
  for (time of [45_000, 60_001]) expect(await reader.executeCached(route(), { id: 1 })).toBe('answer 1');
  time = 60_002;
  expect(await reader.executeCached(route(), { id: 1 })).toBe('answer 2');
});

test('a response has the age of its call, also if an older one was cached', async () => {
  let time = 1;
  const { reader } = setup({ now: () => time });
  await reader.executeCached(route(), { id: 1 });
  time = 50_000;
  await reader.execute(route(), { id: 1 });
  time = 100_000;
  expect(await reader.executeCached(route(), { id: 1 })).toBe('answer 2');
});

/** A server that has only some routes, and a version. */
function serverWith(version: string, routes: readonly string[]) {
  const sent: string[] = [];
  const client = new CachedClient({
    async call({ path }) {
      const id = path.split('/').at(-1) ?? '';
      sent.push(id);
      const results = id === 'health' ? { version } : id;
      if (id !== 'health' && !routes.includes(id))
        throw new UnknownRouteError('API endpoint not found', { status: 404 });
      return { results, status: 200, attempts: 1, bytes: 1 };
    },
  });
  return { client, sent };
}

const newRoute = route({ id: 'NewThing', path: '/api/v2/NewThing' });
const replaced = route({
  id: 'OldThing',
  path: '/api/v1/OldThing',
  neverCached: true,
  successor: { since: '1.219', run: (args, send) => send(newRoute, args) },
});

test.each([
  ['0.1366.1', ['OldThing', 'NewThing'], 'OldThing'],
  ['0.2904.3', ['OldThing', 'NewThing'], 'OldThing'],
  ['1.219.0', ['OldThing', 'NewThing'], 'NewThing'],
  ['2.0.0', ['OldThing', 'NewThing'], 'NewThing'],
  ['0.2904.3', ['NewThing'], 'NewThing'],
  ['1.219.0', ['OldThing'], 'OldThing'],
])('on %s with the routes %j the request goes to %s', async (version, routes, expected) => {
  const { client, sent } = serverWith(version, routes);
  expect((await client.execute(replaced, {})).results).toBe(expected);
  sent.length = 0;
  // Remembered: the second call tries nothing else.
  expect((await client.execute(replaced, {})).results).toBe(expected);
  expect(sent).toEqual([expected]);
});

test('if neither route exists, each is tried once, and the failure is that of the route', async () => {
  const { client, sent } = serverWith('1.219.0', []);
  await expect(client.execute(replaced, {})).rejects.toThrow(UnknownRouteError);
  expect(sent).toEqual(['health', 'NewThing', 'OldThing']);
});

test('a successor of several requests counts their bytes, and the most attempts of one', async () => {
  const attempts = [3, 1];
  const client = new CachedClient({
    call: ({ path }) =>
      path.endsWith('/health')
        ? Promise.resolve({ results: { version: '1.219.0' }, status: 200, attempts: 1, bytes: 1 })
        : Promise.resolve({ results: 'x', status: 200, attempts: attempts.shift() ?? 1, bytes: 10 }),
  });
  const twice: Endpoint = {
    ...replaced,
    successor: { since: '1.219', run: async (args, send) => [await send(newRoute, args), await send(newRoute, args)] },
  };
  expect(await client.execute(twice, {})).toMatchObject({ results: ['x', 'x'], attempts: 3, bytes: 20 });
});

test('a health that is refused, and the user in its place, are requested once a minute, whatever is written', async () => {
  let time = 0;
  const sent: string[] = [];
  const client = new CachedClient(
    {
      async call({ path }) {
        sent.push(path.split('/').at(-1) ?? '');
        if (path.endsWith('/health')) throw new NotAllowedError('Forbidden', { status: 403 });
        return { results: 'x', status: 200, attempts: 1, bytes: 1 };
      },
    },
    () => time,
  );
  await client.execute(replaced, {});
  await client.execute({ ...route({ id: 'Write', path: '/api/v1/Write' }), readOnly: false }, {});
  await client.execute(replaced, {});
  expect(sent).toEqual(['health', 'user', 'OldThing', 'Write', 'OldThing']);
  time = 60_001;
  sent.length = 0;
  await client.execute(replaced, {});
  expect(sent).toEqual(['health', 'user', 'OldThing']);
});

test('if no server answers the health check, no other response is searched for the version', async () => {
  const sent: string[] = [];
  const client = new CachedClient({
    async call({ path }) {
      sent.push(path);
      if (path.endsWith('/health')) throw new UnreachableError('No server responds.');
      return { results: 'x', status: 200, attempts: 1, bytes: 1 };
    },
  });
  expect((await client.execute(replaced, {})).results).toBe('x');
  expect(sent.map((path) => path.split('/').at(-1))).toEqual(['health', 'OldThing']);
});
