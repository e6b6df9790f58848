import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, connectOverStdio, type Told, tellConfirmed } from '../helpers/client.ts';
import { operationOf, recordedArguments } from '../helpers/recorded-arguments.ts';
import { type Exchange, type Recording, readRecordings } from '../helpers/recordings.ts';
import { identityOf, type ReplayServer, startReplayServer } from '../helpers/replay-server.ts';
import { saysWhatCame, saysWhy } from './key-facts.ts';
import { completedByDefaults, refusedOnPurpose } from './special-cases.ts';
import { type Outcome, Tally } from './tally.ts';

const recordings = readRecordings();
const tally = new Tally();
let replay: ReplayServer;
const connections = new Map<string, Promise<Connection>>();

beforeAll(async () => {
  replay = await startReplayServer();
});

afterAll(async () => {
  for (const connection of connections.values()) await (await connection).close();
  await replay.close();
  process.stdout.write(tally.report());
});

/** One server for each person of the recordings, started when first needed. */
function connectionAs(auth: string): Promise<Connection> {
  let connection = connections.get(auth);
  if (connection === undefined) {
    connection = connectOverStdio({ LIGHTDASH_URL: replay.url, ...identityOf(auth) });
    connections.set(auth, connection);
  }
  return connection;
}

/** What to call the tool with. Nobody's requests were recorded without their bodies: a body that was taken stands in. */
function argumentsFor(recording: Recording, exchange: Exchange): Record<string, unknown> {
  const operation = operationOf(recording);
  const args = recordedArguments(operation, exchange);
  if (!exchange.note.includes('no auth')) return args;
  const withBody = recording.exchanges.find(({ response }) => response.status < 300) ?? recording.exchanges[0];
  return { ...(withBody && recordedArguments(operation, withBody)), ...args };
}

/** Checks that a call went as its recording says, and tells which of the ways that was. */
function judge(exchange: Exchange, told: Told, special: string): Outcome {
  const succeeded = exchange.response.status < 400;
  if (replay.answered) {
    expect(replay.complaints(), 'every request was recorded').toEqual([]);
    expect(told.isError, told.text).toBe(!succeeded);
    if (!succeeded) expect(saysWhy(told.text, exchange)).toEqual([]);
    else expect(saysWhatCame(told.text, exchange)).toBe(true);
    return succeeded ? 'result' : 'failure';
  }
  if (special in completedByDefaults) {
    // The request could not be made as it was recorded: the server completes it, so it is answered as a good one.
    replay.complaints();
    return 'completed';
  }
  expect(replay.complaints(), 'nothing was sent that differs').toEqual([]);
  expect(told.isError, told.text).toBe(true);
  // Nothing was sent, and the text names an argument: "name is missing", "there is no argument".
  expect(told.text).toMatch(/nothing was sent/);
  if (succeeded) expect(Object.keys(refusedOnPurpose), 'a request that Lightdash takes is refused').toContain(special);
  return 'refused';
}

describe.each(recordings)('$operationId', (recording) => {
  test.each(recording.exchanges.map((exchange) => [exchange.note, exchange] as const))('%s', async (note, exchange) => {
    const { client } = await connectionAs(exchange.request.auth);
    replay.expect(exchange);
    const told = await tellConfirmed(client, operationOf(recording).tool, argumentsFor(recording, exchange));
    tally.add(recording.operationId, judge(exchange, told, `${recording.operationId}: ${note}`));
  });
});

test('every operation is in the recordings', () => {
  expect(recordings).toHaveLength(135);
});
