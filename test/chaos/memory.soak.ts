import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { callTool, connectOverStdio } from '../helpers/client.ts';
import { expectNoNote } from '../helpers/notes.ts';
import { startTwoProjects } from '../policy/two-projects.ts';
import { readingCalls, writingCalls } from './calls.ts';
import { numbersFrom, pick } from './seeded.ts';

// Many calls of one server: what it keeps must not grow with their number. `npm run test:chaos` runs it.

const CALLS = Number(process.env.SOAK_CALLS ?? 50_000);
/** The calls before the measurement: afterwards all code is loaded and the caches are full. */
const SETTLED = CALLS / 10;
const CONCURRENCY = 24;
/** The sandbox keeps everything that is made in it: it is put back now and then. */
const ROUND = 2_500;

interface Memory {
  readonly heapUsed: number;
  readonly rss: number;
  readonly external: number;
}

const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

test(`memory after ${CALLS} calls is that after ${SETTLED}`, async () => {
  const { sandbox, roastery } = await startTwoProjects();
  const probe = fileURLToPath(new URL('./memory-probe.mjs', import.meta.url));
  const server = await connectOverStdio(
    {
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_EMAIL: sandbox.administrator.email,
      LIGHTDASH_PASSWORD: sandbox.administrator.password,
      LIGHTDASH_CONFIRM: 'off',
    },
    [],
    ['--expose-gc', '--import', probe],
  );
  const measure = async (): Promise<Memory> => {
    const before = server.stderr().length;
    process.kill(server.pid, 'SIGUSR2');
    // Its answer to a ping comes after the signal was seen to, or the next one's does.
    for (;;) {
      await server.client.ping();
      const memory = /memory (\{.*\})\n/.exec(server.stderr().slice(before))?.[1];
      if (memory !== undefined) return JSON.parse(memory);
    }
  };
  const number = numbersFrom(8);
  const reads = readingCalls(roastery);
  const measured: { calls: number; memory: Memory }[] = [];
  let failed = 0;
  try {
    for (let made = 0; made < CALLS; made += ROUND) {
      const planned = Array.from({ length: ROUND }, (_, index) =>
        number() < 0.2
          ? pick(writingCalls, number())(sandbox, roastery, `soak ${made + index}`)
          : pick(reads, number()),
      ).values();
      const work = async () => {
        for (const { tool, args } of planned) {
          const { isError, text } = await callTool(server.client, tool, args);
          if (isError) failed += 1;
          expectNoNote(text, 'internal failure');
        }
      };
      await Promise.all(Array.from({ length: CONCURRENCY }, work));
      for (const items of [sandbox.store.tags, sandbox.store.spaces, sandbox.store.dashboards, sandbox.store.groups]) {
        forget(items);
      }
      for (const items of [sandbox.store.comments, sandbox.store.shareUrls]) forget(items);
      measured.push({ calls: made + ROUND, memory: await measure() });
    }
  } finally {
    await server.close();
    await sandbox.close();
  }
  const settled = measured.find(({ calls }) => calls >= SETTLED)?.memory;
  const last = measured.at(-1)?.memory;
  process.stdout.write(
    [
      ...measured.map(
        ({ calls, memory }) =>
          `${calls} calls: heap ${megabytes(memory.heapUsed)}, external ${megabytes(memory.external)}, rss ${megabytes(memory.rss)}`,
      ),
      `${failed} of ${CALLS} calls were reported as failed`,
    ]
      .map((line) => `${line}\n`)
      .join(''),
  );
  const held = (memory: Memory | undefined) => (memory?.heapUsed ?? Number.NaN) + (memory?.external ?? Number.NaN);
  expect(held(last)).toBeLessThan(held(settled) * 1.1);
  // Pages that the allocator has once had it keeps for a while: the resident size follows the highest peak so far.
  expect(last?.rss).toBeLessThan((settled?.rss ?? Number.NaN) * 1.25);
});

/** Takes out what the soak has made, known by its name. */
function forget(items: Map<string, unknown>): void {
  for (const [id, item] of items) if (JSON.stringify(item).includes('soak ')) items.delete(id);
}
