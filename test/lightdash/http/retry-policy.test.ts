import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calculateRetryDelay } from '../../../src/lightdash/http/retry-policy.ts';

const now = Date.parse('2026-11-23T20:00:00Z');

test.each([
  ['3', 3_000],
  ['0', 0],
  ['0.5', 500],
  ['Mon, 23 Nov 2026 20:00:07 GMT', 7_000],
  ['Mon, 23 Nov 2026 19:00:00 GMT', 0],
  ['-5', 0],
])('Retry-After: %s is obeyed', (retryAfter, milliseconds) => {
  expect(calculateRetryDelay(1, retryAfter, now, 0.5)).toBe(milliseconds);
});

test('without or with an unreadable Retry-After the wait grows, with jitter, up to a limit', () => {
  const attempt = fc.integer({ min: 1, max: 30 });
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(attempt, random, fc.constantFrom(undefined, 'soon'), (attempts, chance, retryAfter) => {
      const wait = calculateRetryDelay(attempts, retryAfter, now, chance);
      expect(wait).toBeGreaterThanOrEqual(125);
      expect(wait).toBeLessThanOrEqual(8_000);
      expect(calculateRetryDelay(attempts + 1, retryAfter, now, chance)).toBeGreaterThanOrEqual(wait);
    }),
  );
});
