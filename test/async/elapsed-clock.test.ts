import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elapsedClock } from '../../src/async/elapsed-clock.ts';

/** Two clocks that a test sets. */
function clocks() {
  const time = { wall: 1_700_000_000_000, monotonic: 5_000 };
  const now = elapsedClock(
    () => time.wall,
    () => time.monotonic,
  );
  return { time, now };
}

test('counts the time that the machine slept, which only the wall clock has', () => {
  const { time, now } = clocks();
  const before = now();
  time.wall += 8 * 3_600_000;
  time.monotonic += 10;
  expect(now() - before).toBe(8 * 3_600_000);
});

test('keeps running while the wall clock is set back', () => {
  const { time, now } = clocks();
  const before = now();
  time.wall -= 3_600_000;
  time.monotonic += 1_000;
  expect(now() - before).toBe(1_000);
});

test('is never behind the time that passed, and never goes back', () => {
  const step = fc.record({ wall: fc.integer({ min: -1e7, max: 1e7 }), monotonic: fc.integer({ min: 0, max: 1e6 }) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const { time, now } = clocks();
      let last = now();
      for (const { wall, monotonic } of steps) {
        time.wall += wall;
        time.monotonic += monotonic;
        const next = now();
        expect(next - last).toBeGreaterThanOrEqual(Math.max(0, wall, monotonic));
        last = next;
      }
    }),
  );
});
