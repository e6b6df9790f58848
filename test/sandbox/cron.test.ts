import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCron, isMoreOftenThanHourly, runsToday } from '../../src/sandbox/cron.ts';

const field = (min: number, max: number) =>
  fc.oneof(
    fc.constant('*'),
    fc.uniqueArray(fc.integer({ min: min, max: max }), { minLength: 1, maxLength: 4 }).map((list) => list.join(',')),
    fc
      .tuple(fc.integer({ min: min, max: max }), fc.integer({ min: min, max: max }))
      .map(([a, b]) => (a <= b ? `${a}-${b}` : `${b}-${a}`)),
    fc.integer({ min: 1, max: max }).map((step) => `*/${step}`),
  );
const cron = fc
  .tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6))
  .map((fields) => fields.join(' '));
const moment = fc.date({ min: new Date('2024-01-01'), max: new Date('2028-01-01'), noInvalidDate: true });

describe('a cron expression', () => {
  it('of five valid fields is valid', () => {
    fc.assert(fc.property(cron, (text) => isCron(text)));
  });

  it('runs today after now, in the minutes of its first field', () => {
    fc.assert(
      fc.property(cron, moment, (text, now) => {
        for (const time of runsToday(text, now)) {
          expect(time.getTime()).toBeGreaterThan(now.getTime());
          expect(time.toISOString().slice(0, 10)).toBe(now.toISOString().slice(0, 10));
          // With every other field open it would fire at that minute as well.
          const midnight = Date.parse(`${now.toISOString().slice(0, 10)}T00:00:00.000Z`);
          const anyHour = runsToday(`${text.split(' ')[0]} * * * *`, new Date(midnight));
          const minutes = new Set([0, ...anyHour.map((item) => item.getUTCMinutes())]);
          expect(minutes.has(time.getUTCMinutes())).toBe(true);
        }
      }),
    );
  });

  it('that names one minute runs at most hourly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 59 }), (minute) => {
        expect(isMoreOftenThanHourly(`${minute} * * * *`)).toBe(false);
        expect(runsToday(`${minute} * * * *`, new Date('2026-11-22T23:59:59.999Z'))).toHaveLength(0);
        expect(runsToday(`${minute} * * * *`, new Date('2026-11-22T00:00:00.000Z')).length).toBeGreaterThanOrEqual(23);
      }),
    );
  });

  it('never accepts or crashes on arbitrary text', () => {
    fc.assert(fc.property(fc.string(), (text) => !isCron(text) || text.trim().split(/\s+/).length === 5));
  });

  it.each([
    ['0 9 * * 1', '2026-11-23T08:00:00.000Z', ['2026-11-23T09:00:00.000Z']],
    ['0 9 * * 1', '2026-11-23T10:00:00.000Z', []],
    ['0 9 * * 2', '2026-11-23T08:00:00.000Z', []],
    ['30 8,20 23 11 *', '2026-11-23T08:00:00.000Z', ['2026-11-23T08:30:00.000Z', '2026-11-23T20:30:00.000Z']],
    ['0 12 * * 7', '2026-11-22T00:00:00.000Z', ['2026-11-22T12:00:00.000Z']],
  ])('"%s" at %s runs at %j', (text, now, expected) => {
    expect(runsToday(text, new Date(now)).map((time) => time.toISOString())).toEqual(expected);
  });
});
