import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Semaphore } from '../../src/async/semaphore.ts';

const forever = () => new AbortController().signal;
const settled = () => new Promise(setImmediate);

test('only so many go on at a time, and the others in the order in which they came', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 30 }),
      fc.infiniteStream(fc.nat()),
      async (limit, count, choices) => {
        const turns = new Semaphore(limit);
        const started: number[] = [];
        const running: (() => void)[] = [];
        for (let index = 0; index < count; index += 1) {
          void turns.acquire(forever()).then((end) => {
            started.push(index);
            running.push(end);
          });
        }
        for (let ended = 0; ended < count; ended += 1) {
          await settled();
          expect(running).toHaveLength(Math.min(limit, count - ended));
          const [end] = running.splice((choices.next().value ?? 0) % running.length, 1);
          end?.();
          // Ended twice is ended once.
          end?.();
        }
        expect(started).toEqual([...started].sort((left, right) => left - right));
        expect(started).toHaveLength(count);
      },
    ),
    { numRuns: 50 },
  );
});

test('who gives up leaves the queue at once, and takes no turn from who comes after', async () => {
  const turns = new Semaphore(1);
  const end = await turns.acquire(forever());
  const leaving = new AbortController();
  const gone = turns.acquire(leaving.signal);
  const next = turns.acquire(forever());
  leaving.abort(new Error('enough'));
  await expect(gone).rejects.toThrow('enough');
  end();
  (await next)();
  await turns.acquire(forever());
  await expect(turns.acquire(AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
});

test('who gives up in the moment of being called passes the turn on', async () => {
  const turns = new Semaphore(1);
  const end = await turns.acquire(forever());
  const leaving = new AbortController();
  const gone = turns.acquire(leaving.signal);
  const next = turns.acquire(forever());
  leaving.abort(new Error('enough'));
  end();
  await expect(gone).rejects.toThrow('enough');
  await next;
});

test('who gives up right after being called passes the turn on', async () => {
  const turns = new Semaphore(1);
  const end = await turns.acquire(forever());
  const leaving = new AbortController();
  const gone = turns.acquire(leaving.signal).then(
    (endIt) => endIt(),
    () => undefined,
  );
  const next = turns.acquire(forever());
  end();
  leaving.abort(new Error('enough'));
  await gone;
  await next;
});
