import { expect, test } from 'vitest';
import { answerResults, startLoopback } from '../helpers/loopback.ts';
import { startServerProcess } from '../helpers/server-process.ts';

/** An idle keep-alive socket alone would hold the process for 4 s, a hanging call for 45 s. */
const MAX_MS = 2_000;

function withinLimit<Value>(exited: Promise<Value>): Promise<Value> {
  return new Promise((done, late) => {
    const timer = setTimeout(() => late(new Error(`still running after ${MAX_MS} ms`)), MAX_MS);
    void exited.then((value) => {
      clearTimeout(timer);
      done(value);
    });
  });
}

/** A server that has a connection kept alive and a call that Lightdash never answers. */
async function startBusyServer() {
  let hanging: () => void;
  const requested = new Promise<void>((resolve) => {
    hanging = resolve;
  });
  const lightdash = await startLoopback(({ target }, response) => {
    if (target.endsWith('/org')) return answerResults(response, { name: 'Roastery' });
    hanging();
  });
  const server = startServerProcess({ LIGHTDASH_URL: lightdash.url.href, LIGHTDASH_API_KEY: 'ldpat_exit' });
  await server.initialize();
  await server.request('tools/call', { name: 'get_my_organization', arguments: {} });
  server.request('tools/call', { name: 'get_authenticated_user', arguments: {} }).catch(() => undefined);
  await requested;
  return server;
}

test('the server ends when stdin closes, with a call under way and sockets open', async () => {
  const server = await startBusyServer();
  server.closeStdin();
  expect(await withinLimit(server.exited)).toEqual({ code: 0, signal: null });
});

test('the server ends on SIGTERM, with a call under way and sockets open', async () => {
  const server = await startBusyServer();
  server.kill('SIGTERM');
  expect(await withinLimit(server.exited)).toEqual({ code: 0, signal: null });
});

test('a call under way when stdin closes is still answered', async () => {
  let release = () => {};
  const requested = new Promise<void>((resolve) => {
    release = resolve;
  });
  let answer = () => {};
  const lightdash = await startLoopback((_, response) => {
    answer = () => answerResults(response, { name: 'Roastery' });
    release();
  });
  const server = startServerProcess({ LIGHTDASH_URL: lightdash.url.href, LIGHTDASH_API_KEY: 'ldpat_exit' });
  await server.initialize();
  const answered = server.request('tools/call', { name: 'get_my_organization', arguments: {} });
  await requested;
  server.closeStdin();
  answer();
  expect(JSON.stringify(await answered)).toContain('Roastery');
  expect(await server.exited).toEqual({ code: 0, signal: null });
});

test('a resource read under way when stdin closes is still answered', async () => {
  let release = () => {};
  const requested = new Promise<void>((resolve) => {
    release = resolve;
  });
  let answer = () => {};
  const lightdash = await startLoopback((_, response) => {
    answer = () => answerResults(response, [{ name: 'Roastery', projectUuid: 'p' }]);
    release();
  });
  const server = startServerProcess({ LIGHTDASH_URL: lightdash.url.href, LIGHTDASH_API_KEY: 'ldpat_exit' });
  await server.initialize();
  const answered = server.request('resources/read', { uri: 'lightdash://projects' });
  await requested;
  server.closeStdin();
  answer();
  expect(JSON.stringify(await answered)).toContain('Roastery');
  expect(await server.exited).toEqual({ code: 0, signal: null });
});

test('a server without calls ends when stdin closes', async () => {
  const server = startServerProcess({ LIGHTDASH_URL: 'https://lightdash.invalid', LIGHTDASH_API_KEY: 'ldpat_exit' });
  await server.initialize();
  server.closeStdin();
  expect(await withinLimit(server.exited)).toEqual({ code: 0, signal: null });
});
