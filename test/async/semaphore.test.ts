import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Semaphore } from '../../src/async/semaphore.ts';

const forever = () => new AbortController().signal;
const settled = () => new Promise(setImmediate);

test('runs up to its limit at a time, and the rest in order of arrival', async () => {
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

test('a cancelled caller leaves the queue at once, and takes no slot from the next', async () => {
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

test('a caller cancelled in the moment that it gets a slot passes it on', async () => {
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

test('a caller cancelled right after it got a slot passes it on', async () => {
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
