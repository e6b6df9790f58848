import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calculateRetryDelay } from '../../../src/lightdash/http/retry-policy.ts';

const now = Date.parse('2026-11-26T09:00:00Z');

describe('the wait before the next attempt', () => {
  test('doubles with each attempt up to 8 s; at least half of it, the rest random', () => {
    const bounds = (attempt: number) => [0, 1].map((random) => calculateRetryDelay(attempt, undefined, now, random));
    expect([1, 2, 3].map(bounds)).toEqual([
      [125, 250],
      [250, 500],
      [500, 1_000],
    ]);
    expect(bounds(30)).toEqual([4_000, 8_000]);
    expect(calculateRetryDelay(1, undefined, now, 0.5)).toBe(187.5);
  });

  test.each([
    ['0', 0],
    ['2', 2_000],
    ['1.5', 1_500],
    ['-3', 0],
    ['Thu, 26 Nov 2026 09:00:05 GMT', 5_000],
    ['Thu, 26 Nov 2026 08:59:00 GMT', 0],
  ])('follows Retry-After: %s', (retryAfter, wait) => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.99, noNaN: true }), (random) => {
        expect(calculateRetryDelay(3, retryAfter, now, random)).toBe(wait);
      }),
    );
  });

  test('is the exponential one if Retry-After cannot be read', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), random, (attempt, chance) => {
        const wait = calculateRetryDelay(attempt, undefined, now, chance);
        expect(calculateRetryDelay(attempt, 'soon', now, chance)).toBe(wait);
        expect(calculateRetryDelay(attempt + 1, undefined, now, chance)).toBeGreaterThanOrEqual(wait);
      }),
    );
  });
});
