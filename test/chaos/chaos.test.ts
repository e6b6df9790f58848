import { expect, test } from 'vitest';
import { RELEASES, type Release } from '../../src/sandbox/index.ts';
import { callTool, connectOverStdio } from '../helpers/client.ts';
import { hasNote } from '../helpers/notes.ts';
import { startTwoProjects } from '../policy/two-projects.ts';
import { type PlannedCall, readingCalls, writingCalls } from './calls.ts';
import { startFaultyProxy } from './faulty-proxy.ts';
import { numbersFrom, pick } from './seeded.ts';

// Random tools under random faults, the built server over stdio. `npm run test:chaos` makes 5,000 calls of it.

const CALLS = Number(process.env.CHAOS_CALLS ?? 150);
const SEED = Number(process.env.CHAOS_SEED ?? (process.env.CHAOS_CALLS ? Date.now() % 1_000_000 : 8));
/** The sandbox forgets the oldest lines of its log: it starts anew with each round, as one release and the other in turns. */
const ROUND = Math.min(500, Math.ceil(CALLS / 2));
const CONCURRENCY = 24;
/** For one request with all its attempts. */
const TIMEOUT_S = 2;
/** For a call with all its requests: 10 s more than for one, and some for a machine that does other things too. */
const DEADLINE_MS = (TIMEOUT_S + 10 + 5) * 1_000;

interface Outcome extends PlannedCall {
  readonly outcome: 'done' | 'in doubt' | 'not done';
  readonly text: string;
  readonly ms: number;
}

async function playRound(seed: number, calls: number, release: Release) {
  const { sandbox, roastery } = await startTwoProjects(release);
  const proxy = await startFaultyProxy(sandbox.url, { seed, fault: 0.35, storm: 0.003 });
  const server = await connectOverStdio({
    LIGHTDASH_URL: proxy.url,
    LIGHTDASH_API_KEY: sandbox.tokens.admin,
    LIGHTDASH_EMAIL: sandbox.administrator.email,
    LIGHTDASH_PASSWORD: sandbox.administrator.password,
    LIGHTDASH_CONFIRM: 'off',
    LIGHTDASH_TIMEOUT: String(TIMEOUT_S),
  });
  const number = numbersFrom(seed);
  const reads = readingCalls(roastery);
  const planned = Array.from({ length: calls }, (_, index) =>
    number() < 0.4 ? pick(writingCalls, number())(sandbox, roastery, `chaos ${seed} ${index}`) : pick(reads, number()),
  );
  const outcomes: Outcome[] = [];
  const next = planned.values();
  const work = async () => {
    for (const call of next) {
      const started = performance.now();
      const { isError, text } = await callTool(server.client, call.tool, call.args);
      const outcome = !isError ? 'done' : hasNote(text, 'in doubt') ? 'in doubt' : 'not done';
      outcomes.push({ ...call, outcome, text, ms: performance.now() - started });
    }
  };
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    const writes = outcomes.flatMap(({ done, ...rest }) => (done ? [{ ...rest, times: done() }] : []));
    return { outcomes, writes, played: proxy.played, stderr: server.stderr(), faults: sandbox.faults };
  } finally {
    await server.close();
    await proxy.close();
    await sandbox.close();
  }
}

test(`${CALLS} calls under random faults: each is answered, no write is done twice, no reported write is lost (seed ${SEED})`, async () => {
  const all: Awaited<ReturnType<typeof playRound>>[] = [];
  for (let left = CALLS; left > 0; left -= ROUND) {
    all.push(await playRound(SEED + left, Math.min(ROUND, left), RELEASES[all.length % 2] ?? RELEASES[0]));
  }
  const outcomes = all.flatMap((round) => round.outcomes);
  const writes = all.flatMap((round) => round.writes);
  const reportedSuccess = (which: (write: (typeof writes)[number]) => boolean) =>
    writes.filter(which).map(({ tool, args, outcome, times, text }) => ({ tool, args, outcome, times, text }));

  expect(outcomes).toHaveLength(CALLS);
  expect(outcomes.filter(({ ms }) => ms > DEADLINE_MS)).toEqual([]);
  expect(reportedSuccess(({ times }) => times > 1)).toEqual([]);
  expect(reportedSuccess(({ outcome, times }) => outcome === 'done' && times !== 1)).toEqual([]);
  expect(reportedSuccess(({ outcome, times }) => outcome === 'not done' && times !== 0)).toEqual([]);
  expect(outcomes.filter(({ text }) => hasNote(text, 'internal failure'))).toEqual([]);
  expect(all.map(({ stderr }) => stderr).join('')).not.toContain('unhandled');
  report(
    all.map(({ played }) => played),
    outcomes,
    writes,
  );
});

function report(
  played: readonly ReadonlyMap<string, number>[],
  outcomes: readonly Outcome[],
  writes: readonly Pick<Outcome, 'outcome'>[],
): void {
  const count = (items: readonly { outcome: string }[], outcome: string) =>
    items.filter((item) => item.outcome === outcome).length;
  const tools = new Set(outcomes.map(({ tool }) => tool)).size;
  const faults = played.flatMap((item) => [...item.values()]).reduce((sum, item) => sum + item, 0);
  const slowest = Math.max(...outcomes.map(({ ms }) => ms));
  const again = outcomes.filter(({ text }) => /at attempt|was sent \d/.test(text)).length;
  process.stdout.write(
    [
      `${outcomes.length} calls of ${tools} tools met ${faults} faults of ${new Set(played.flatMap((item) => [...item.keys()])).size} kinds (seed ${SEED})`,
      `calls: ${count(outcomes, 'done')} done, ${outcomes.length - count(outcomes, 'done')} reported as failed; ${again} took more than one attempt; the slowest took ${(slowest / 1000).toFixed(1)} s`,
      `writes: ${count(writes, 'done')} done, ${count(writes, 'in doubt')} reported as in doubt, ${count(writes, 'not done')} reported as not done`,
    ]
      .map((line) => `${line}\n`)
      .join(''),
  );
}
