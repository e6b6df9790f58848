import { JSONRPCMessageSchema, JSONRPCResponseSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { numbersFrom } from '../chaos/seeded.ts';
import { answerResults, startLoopback } from '../helpers/loopback.ts';
import { startServerProcess } from '../helpers/server-process.ts';
import { doorLine, expectedIds } from './door-lines.ts';

/** `npm run test:chaos` sends 100,000. */
const LINES = Number(process.env.DOOR_LINES ?? 3_000);
const seed = Number(process.env.PROPERTY_SEED ?? 8);
/** Sent before the answers of the earlier ones are waited for. */
const PING_INTERVAL = 500;

async function startSession() {
  const lightdash = await startLoopback((_, response) => answerResults(response, {}));
  const server = startServerProcess({ LIGHTDASH_URL: lightdash.url.href, LIGHTDASH_API_KEY: 'ldpat_door' });
  await server.initialize();
  return server;
}

const answer = z.object({ id: z.union([z.string(), z.number()]), error: z.object({ code: z.number() }).optional() });
const answersOf = (lines: readonly string[]) =>
  lines.map((line) => JSON.parse(line)).flatMap((parsed) => answer.safeParse(parsed).data ?? []);

/** For a loaded machine; on an idle one 100,000 take 75 s. */
const TIMEOUT_MS = Math.max(120_000, LINES * 20);

test('whatever a line contains, the server continues, answers by its id, and writes nothing but JSON-RPC', {
  timeout: TIMEOUT_MS,
}, async () => {
  const server = await startSession();
  const random = numbersFrom(seed);
  const isResponse = (message: unknown) => JSONRPCResponseSchema.safeParse(message).success;
  const expected: (string | number)[] = [];
  for (let sent = 0; sent < LINES; sent += 1) {
    const line = doorLine(random, `line ${sent}`);
    expected.push(...expectedIds(line, isResponse));
    server.send(line);
    if (sent % PING_INTERVAL === 0) await server.request('ping');
  }
  await server.request('ping');
  server.closeStdin();
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(server.stderr()).not.toMatch(/unhandled|RangeError|"fault"/);
  for (const line of server.stdout) expect(JSONRPCMessageSchema.safeParse(JSON.parse(line)).success, line).toBe(true);
  const answered = new Set(answersOf(server.stdout).map(({ id }) => id));
  expect(expected.filter((id) => !answered.has(id))).toEqual([]);
  expect(expected.length).toBeGreaterThan(LINES / 2);
});

test('a request with invalid parameters is answered with a message', async () => {
  const server = await startSession();
  server.send('{"jsonrpc":"2.0","id":"number","method":"tools/call","params":{"name":5}}');
  server.send('{"jsonrpc":"2.0","id":"list","method":"resources/read","params":{"uri":["a"]}}');
  await server.request('ping');
  server.closeStdin();
  await server.exited;
  const answers = server.stdout.map((line) => JSON.parse(line)).filter(({ id }) => typeof id === 'string');
  expect(answers.map(({ id, error }) => [id, error.code])).toEqual([
    ['number', -32602],
    ['list', -32602],
  ]);
  expect(answers[0].error.message).toMatch(/^params\.name: [^{[]*string/);
});

test('a message that is nested too deeply, or too large, is refused by its id', async () => {
  const server = await startSession();
  const call = (id: string, filters: string) =>
    server.send(
      `{"jsonrpc":"2.0","id":"${id}","method":"tools/call","params":{"name":"run_metric_query","arguments":{"filters":${filters}}}}`,
    );
  call('deep list', `${'['.repeat(4_500)}${']'.repeat(4_500)}`);
  call('deep object', `${'{"a":'.repeat(4_500)}1${'}'.repeat(4_500)}`);
  call('a million deep', `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`);
  call('many', `[${'{},'.repeat(300_000)}{}]`);
  call('many numbers', `[${'1,'.repeat(600_000)}1]`);
  const batch = Array.from({ length: 1_001 }, (_, id) => ({ jsonrpc: '2.0', id: `batch ${id}`, method: 'ping' }));
  server.send(JSON.stringify(batch));
  await server.request('ping');
  server.closeStdin();
  expect(await server.exited).toEqual({ code: 0, signal: null });
  const refused = answersOf(server.stdout).flatMap(({ id, error }) => (error ? [[id, error.code]] : []));
  expect(refused).toEqual([
    ['deep list', -32600],
    ['deep object', -32600],
    ['a million deep', -32600],
    ['many', -32600],
    ['many numbers', -32600],
    ['batch 1000', -32600],
  ]);
});
