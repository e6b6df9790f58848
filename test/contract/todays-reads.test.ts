import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, callTool, connectInMemory } from '../helpers/client.ts';
import { answerJson, type Loopback, openLoopback, type Received } from '../helpers/loopback.ts';
import { operationOf, recordedArguments } from '../helpers/recorded-arguments.ts';
import type { Exchange, Recording } from '../helpers/recordings.ts';
import { identityOf } from '../helpers/replay-server.ts';
import { saysWhatCame, saysWhy } from './key-facts.ts';

// What a real Lightdash 1.219.0 answered to the reading operations among the 135, made again through a real MCP client: 217 of
// 285 recorded reads. Left out: those without credentials or by the session of a deleted person, the redirect to GitHub,
// requests that the tools refuse (refusedOnPurpose has why), and four responses of more than 12 KB.

type Recorded = Exchange & Pick<Recording, 'operationId' | 'method' | 'pathTemplate'>;

const file = new URL('../fixtures/todays-reads.json', import.meta.url);
const recorded: readonly Recorded[] = JSON.parse(readFileSync(file, 'utf8'));
const health = { status: 'ok', results: { version: '1.219.0', query: { maxLimit: 5000, maxPageSize: 2500 } } };

let expected: Recorded | undefined;
/** Paths that were sent since the call began. */
let sent: string[] = [];

function answer({ target, method }: Received, response: ServerResponse): void {
  const { pathname } = new URL(target, 'http://replay');
  if (pathname === '/api/v1/health') {
    answerJson(response, 200, health);
    return;
  }
  sent.push(`${method} ${pathname}`);
  const isRequest = (exchange: Recorded) => exchange.request.path === pathname && exchange.request.method === method;
  const recording =
    expected && isRequest(expected)
      ? expected
      : recorded.find((recorded) => isRequest(recorded) && recorded.response.status === 200);
  const error = { statusCode: 404, name: 'NotFoundError', message: 'API endpoint not found', data: {} };
  if (recording) answerJson(response, recording.response.status, recording.response.body);
  else answerJson(response, 404, { status: 'error', error });
}

let server: Loopback;
const connections = new Map<string, Promise<Connection>>();
beforeAll(async () => {
  server = await openLoopback(answer);
});
afterAll(async () => {
  for (const connection of connections.values()) await (await connection).close();
  await server.close();
});

function connectionAs(auth: string): Promise<Connection> {
  const connection = connections.get(auth) ?? connectInMemory({ LIGHTDASH_URL: server.url.href, ...identityOf(auth) });
  connections.set(auth, connection);
  return connection;
}

/** True if the tool sends the recorded request to 1.219: not if a newer route does the same, or the route is gone. */
function isSent(exchange: Recorded): boolean {
  const { successor, releaseNote } = operationOf(exchange);
  return successor === undefined && releaseNote?.status !== 'replaced' && releaseNote?.status !== 'gone';
}

describe('a recorded read of 1.219', () => {
  test.each(recorded.filter(isSent).map((exchange) => [exchange.operationId, exchange.note, exchange] as const))(
    '%s: %s',
    async (_id, _note, exchange) => {
      const { client } = await connectionAs(exchange.request.auth);
      expected = exchange;
      sent = [];
      const operation = operationOf(exchange);
      const { text, isError } = await callTool(client, operation.tool, recordedArguments(operation, exchange));
      const succeeded = exchange.response.status < 400;
      expect(isError, text).toBe(!succeeded);
      if (succeeded) expect(saysWhatCame(text, exchange), text).toBe(true);
      else if (!/was not (called|carried out)/.test(text)) expect(saysWhy(text, exchange), text).toEqual([]);
      if (!/was not (called|carried out)/.test(text)) expect(sent).toContain(`GET ${exchange.request.path}`);
    },
  );
});
