import { expect, test } from 'vitest';
import { MAX_LINE_BYTES } from '../../src/mcp/stdin-messages.ts';
import { expectLine } from '../helpers/answers.ts';
import { answerResults, startLoopback } from '../helpers/loopback.ts';
import { type ServerProcess, startServerProcess } from '../helpers/server-process.ts';

const request = (id: unknown, method: string, params?: object) =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params });
const getOrganization = (id: unknown) => request(id, 'tools/call', { name: 'get_my_organization', arguments: {} });

async function startSession(answer = (response: Parameters<typeof answerResults>[0]) => answerResults(response, {})) {
  const lightdash = await startLoopback((_, response) => answer(response));
  const server = startServerProcess({ LIGHTDASH_URL: lightdash.url.href, LIGHTDASH_API_KEY: 'ldpat_protocol' });
  await server.initialize();
  return { server, lightdash };
}

/**
 * Waits for so many answers to the messages of a test, which have ids of text, and ends the session as a host does.
 * Every session begins with `initialize`, and ends with a `ping` behind everything else.
 */
async function ended(server: ServerProcess, count: number) {
  await server.request('ping');
  await server.lines(2 + count);
  server.closeStdin();
  const exit = await server.exited;
  expect(exit).toEqual({ code: 0, signal: null });
  expect(server.stderr()).not.toContain('unhandled');
  return server.stdout.map((line) => JSON.parse(line)).filter(({ id }) => typeof id === 'string');
}

test('a request that is no JSON-RPC is refused by its id, so that no client waits for it', async () => {
  const { server } = await startSession();
  server.send('{"jsonrpc":"1.0","id":"old","method":"ping"}');
  server.send('{"id":"bare","method":"ping"}');
  server.send('{"jsonrpc":"2.0","id":"odd","method":"ping","params":"none"}');
  server.send('{"jsonrpc":"2.0","id":{"no":"id"},"method":"ping"}');
  const answers = await ended(server, 3);
  expect(answers.map(({ id, error }) => [id, error.code])).toEqual([
    ['old', -32600],
    ['bare', -32600],
    ['odd', -32600],
  ]);
});

test('a line that is not JSON is skipped, also in the middle of a session, and nothing else', async () => {
  const { server } = await startSession();
  for (const line of ['{"jsonrpc":"2.0","id":"cut","meth', '\u0000\ud800', '"text"', '17', '{}', '[]', '[[]]', '   ']) {
    server.send(line);
    server.send(request(`after ${JSON.stringify(line)}`, 'ping'));
  }
  expect(await ended(server, 8)).toHaveLength(8);
});

test('the messages of a batch are each answered', async () => {
  const { server } = await startSession();
  server.send(`[${request('a', 'ping')},${request('b', 'no/such/method')},7,{"id":"c"},${getOrganization('d')}]`);
  const answers = await ended(server, 4);
  expect(answers.map(({ id, error }) => [id, error?.code]).sort()).toEqual([
    ['a', undefined],
    ['b', -32601],
    ['c', -32600],
    ['d', undefined],
  ]);
});

test('a message that is too long is refused by its id, wherever that is, and the session continues', async () => {
  const { server, lightdash } = await startSession();
  const filling = 'x'.repeat(MAX_LINE_BYTES);
  const params = { name: 'get_my_organization', arguments: { filling, id: 'not this one' } };
  server.send(JSON.stringify({ jsonrpc: '2.0', id: 'first', method: 'tools/call', params }));
  server.send(JSON.stringify({ method: 'tools/call', params, jsonrpc: '2.0', id: 'last' }));
  server.send(JSON.stringify({ params, id: 'hidden', method: 'tools/call' }));
  server.send(getOrganization('small'));
  const answers = await ended(server, 3);
  expect(answers.map(({ id, error }) => [id, error?.code])).toEqual([
    ['first', -32600],
    ['last', -32600],
    ['small', undefined],
  ]);
  expect(answers[0].error.message).toContain(`this server takes ${MAX_LINE_BYTES}`);
  expect(lightdash.received).toHaveLength(1);
});

test('a message just below that length is accepted', async () => {
  const { server } = await startSession();
  const envelopeLength = getOrganization('big').length;
  server.send(
    getOrganization('big').replace('{}', JSON.stringify({ a: 'x'.repeat(MAX_LINE_BYTES - envelopeLength - 10) })),
  );
  const [{ id, result }] = await ended(server, 1);
  expect(id).toBe('big');
  expectLine(result.content[0].text, 'no argument', '"a"');
  expect(result.content[0].text.length).toBeLessThan(2_000);
});

test('two requests with the same id are answered twice', async () => {
  const { server } = await startSession();
  server.send(getOrganization('same'));
  server.send(getOrganization('same'));
  server.send(getOrganization('other'));
  const answers = await ended(server, 3);
  expect(answers.map(({ id }) => id).sort()).toEqual(['other', 'same', 'same']);
});

test('two hundred calls at once are each answered once, with eight requests at a time at Lightdash', async () => {
  let inFlight = 0;
  let maxInFlight = 0;
  const { server } = await startSession((response) => {
    inFlight += 1;
    maxInFlight = Math.max(maxInFlight, inFlight);
    setImmediate(() => {
      inFlight -= 1;
      answerResults(response, { name: 'Roastery' });
    });
  });
  for (let call = 0; call < 200; call += 1) server.send(getOrganization(`call ${call}`));
  const answers = await ended(server, 200);
  expect(new Set(answers.map(({ id }) => id)).size).toBe(200);
  expect(answers.filter(({ result }) => result.content[0].text.includes('Roastery'))).toHaveLength(200);
  expect(maxInFlight).toBe(8);
});

test('calls right before the end of stdin are still answered', async () => {
  const { server } = await startSession((response) => answerResults(response, { name: 'Roastery' }));
  await server.request('tools/call', { name: 'get_my_organization', arguments: {} });
  for (let call = 0; call < 5; call += 1) server.send(getOrganization(`call ${call}`));
  server.closeStdin();
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(server.stdout.filter((line) => line.includes('"call '))).toHaveLength(5);
});

test('a long answer right before the end of stdin is written whole', async () => {
  const { server } = await startSession();
  for (let call = 0; call < 5; call += 1) server.send(request(`list ${call}`, 'tools/list'));
  server.closeStdin();
  expect(await server.exited).toEqual({ code: 0, signal: null });
  const answers = server.stdout.filter((line) => line.includes('"list ')).map((line) => JSON.parse(line));
  expect(answers).toHaveLength(5);
});

test('a call that the host cancels frees its socket at Lightdash, and is not answered', async () => {
  let cancel = () => {};
  const { server } = await startSession((response) => {
    response.on('close', free);
    cancel();
  });
  let free = () => {};
  const freed = new Promise<void>((resolve) => {
    free = resolve;
  });
  let cancelledAt = 0;
  cancel = () => {
    cancelledAt = performance.now();
    server.send(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'gone' } }));
  };
  server.send(getOrganization('gone'));
  await freed;
  process.stdout.write(
    `from the cancellation to the closed socket: ${(performance.now() - cancelledAt).toFixed(1)} ms\n`,
  );
  expect(await ended(server, 0)).toEqual([]);
});

test('a host that disconnects in the middle of a message, with calls under way, ends the server', async () => {
  const { server } = await startSession(() => undefined);
  for (let call = 0; call < 20; call += 1) server.send(getOrganization(`call ${call}`));
  server.sendRaw('{"jsonrpc":"2.0","id":"half","method":"to');
  server.closeStdin();
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(server.stderr()).toBe('');
});

test('a host that no longer reads ends the server, without an error', async () => {
  const { server } = await startSession();
  server.stopReading();
  server.send(getOrganization('unread'));
  server.send(getOrganization('unread too'));
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(server.stderr()).toBe('');
});

test('a host that does not read the log is still served', async () => {
  const lightdash = await startLoopback((_, response) => answerResults(response, { name: 'Roastery' }));
  const server = startServerProcess({
    LIGHTDASH_URL: lightdash.url.href,
    LIGHTDASH_API_KEY: 'ldpat_protocol',
    LIGHTDASH_LOG_LEVEL: 'debug',
  });
  await server.initialize();
  server.stopReadingStderr();
  for (let call = 0; call < 50; call += 1) server.send(getOrganization(`call ${call}`));
  const answers = await ended(server, 50);
  expect(answers).toHaveLength(50);
});
