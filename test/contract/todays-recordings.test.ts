import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, callToolConfirmed, connectInMemory } from '../helpers/client.ts';
import { argumentsFor, operationOf } from '../helpers/recorded-arguments.ts';
import { type Recording, readTodaysRecordings } from '../helpers/recordings.ts';
import { identityOf, type ReplayServer, startReplayServer } from '../helpers/replay-server.ts';
import { judge } from './judge.ts';
import { Tally } from './tally.ts';
import * as cases from './todays-special-cases.ts';

// Every exchange of the 135 operations that was recorded on a real Lightdash 1.219.0 is made again through a real MCP client.
// Queries go by v1 here, as on a 1.219 without object storage (v2 answers 501); those of v2 are replayed by
// todays-queries.test.ts, and the roles that replace deprecated routes by writing.test.ts. The other routes that do so are
// called on the sandbox by test/e2e/successors.test.ts, and the reads that 0.1366 lacks are in newer-reads.test.ts.

const { operations, besides } = readTodaysRecordings();
const tally = new Tally();
let replay: ReplayServer;
const connections = new Map<string, Promise<Connection>>();

beforeAll(async () => {
  replay = await startReplayServer([...operations, ...besides], true);
});
afterAll(async () => {
  for (const connection of connections.values()) await (await connection).close();
  await replay.close();
  process.stdout.write(tally.report());
});

/** One server for each person of the recordings. */
async function connectionAs(auth: string): Promise<Connection> {
  const settings = { LIGHTDASH_URL: replay.url, LIGHTDASH_CHECK_VALUES: 'doubtful', ...identityOf(auth) };
  const deadline = new AbortController().signal;
  const polling = () => ({ deadline, sleep: () => Promise.resolve() });
  const connection = connections.get(auth) ?? connectInMemory(settings, { polling });
  connections.set(auth, connection);
  return connection;
}

describe.each(operations)('$operationId', (recording: Recording) => {
  const { operationId, method, pathTemplate } = recording;
  const isReplaced = operationId in cases.replaced;
  const route = new RegExp(`^${method} ${pathTemplate.replace(/\{\w+\}/g, '[^/]+')}$`);

  test.each(recording.exchanges.map((exchange) => [exchange.note, exchange] as const))('%s', async (note, exchange) => {
    const { client } = await connectionAs(exchange.request.auth);
    const { tool, input } = operationOf(recording);
    const args = argumentsFor(recording, exchange);
    replay.expect(exchange);
    const answer = await callToolConfirmed(client, tool, args);
    if (isReplaced) {
      // The fallback of a server whose v2 queries cannot be read.
      if (operationId !== 'CalculateTotalFromSavedChart')
        expect(replay.sent.filter((request) => route.test(request))).toEqual([]);
      tally.add(operationId, 'replaced');
      return;
    }
    tally.add(
      operationId,
      judge({ replay, cases }, exchange, answer, `${operationId}: ${note}`, { ...input(), ...args }),
    );
  });
});

test('every recorded exchange is accounted for', () => {
  const ids = operations.map(({ operationId }) => operationId);
  expect(Object.keys(cases.replaced).filter((id) => !ids.includes(id))).toEqual([]);
  expect(ids).toHaveLength(135);
  expect(tally.all).toBe(796);
});
