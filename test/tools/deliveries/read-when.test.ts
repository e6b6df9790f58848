import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { nextRuns } from '../../../src/tools/deliveries/next-runs.ts';
import { checkedCron, readWhen } from '../../../src/tools/deliveries/read-when.ts';
import { checkedTimezone } from '../../../src/tools/deliveries/timezone.ts';

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

describe('a schedule in words', () => {
  test.each([
    ['every Monday 8:00', '0 8 * * 1'],
    ['8am every monday', '0 8 * * 1'],
    ['weekdays 7:30', '30 7 * * 1-5'],
    ['Mon-Fri 7.30', '30 7 * * 1-5'],
    ['weekends noon', '0 12 * * 0,6'],
    ['Mondays and Thursdays at 9', '0 9 * * 1,4'],
    ['daily at 6 pm', '0 18 * * *'],
    ['every day 17:00', '0 17 * * *'],
    ['daily 8:00 and 17:00', '0 8,17 * * *'],
    ['first of the month', '0 9 1 * *'],
    ['every month on day 3 at 9', '0 9 3 * *'],
    ['the 1st and 15th of every month at 9:00', '0 9 1,15 * *'],
    ['quarterly at 6:00', '0 6 1 1,4,7,10 *'],
    ['every January 5th 9:00', '0 9 5 1 *'],
    ['hourly', '0 * * * *'],
    ['every 2 hours', '0 */2 * * *'],
    ['0 9 * * MON', '0 9 * * MON'],
  ])('%s is %s', (written, cron) => {
    expect(readWhen(written).cron).toBe(cron);
  });

  test.each([
    'last day of the month',
    'first Monday of the month 9:00',
    'every other week',
    'weekly',
    'monthly',
    '8:00',
    'every 5 hours',
    'every 15 minutes',
    'daily 8:00 and 17:30',
    'at 8:00 on Monday and at 9:00 on Tuesday',
    'every Monday 8:00 if sales are low',
    'Monday 25:00',
    'Monday the 1st at 9:00',
    'often',
    '',
    '@daily',
    '*/30 * * * *',
    '* * * * *',
    '0 0 9 * * 1',
    '0 99 * * *',
    '0 8 * * 9',
  ])('%s is refused', (written) => {
    expect(() => readWhen(written)).toThrow(/^when: /);
  });

  it('may contain its zone', () => {
    expect(readWhen('every Monday 8:00 Europe/Lisbon')).toMatchObject({ cron: '0 8 * * 1', timezone: 'Europe/Lisbon' });
    expect(() => readWhen('every Monday 8:00 Europe/Lisboa')).toThrow(/Lisboa/);
  });

  it('runs at its time and on its days, in its zone', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        fc.constantFrom('UTC', 'Asia/Kolkata', 'America/Bogota'),
        (chosen, hour, minute, zone) => {
          const time = `${hour}:${String(minute).padStart(2, '0')}`;
          const written = `every ${chosen.map((day) => days[day]).join(', ')} at ${time}`;
          const runs = nextRuns(readWhen(written).cron, zone);
          expect(runs).toHaveLength(3);
          for (const run of runs) {
            expect(chosen.map((day) => days[day]?.slice(0, 3))).toContain(run.slice(0, 3));
            expect(run).toMatch(new RegExp(` ${time.padStart(5, '0')}$`));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is refused if it has an unknown word', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[b-z]{4,9}x$/), (word) => {
        expect(() => readWhen(`every Monday 8:00 ${word}`)).toThrow(/^when: /);
      }),
    );
  });

  it('never runs more often than hourly', () => {
    fc.assert(
      fc.property(fc.constantFrom('*', '*/30', '0,30', '0-5', '61', ''), (minute) => {
        expect(() => checkedCron(`${minute} 8 * * 1`)).toThrow(/^when: /);
      }),
    );
  });
});

test.each([
  ['New York', 'America/New_York'],
  ['Europe/Lisboa', 'Europe/Lisbon'],
  ['Berlin', 'Europe/Berlin'],
])('the zone %s is refused with the suggestion %s', (written, name) => {
  expect(() => checkedTimezone(written)).toThrow(name);
});

test.each(['GMT+2', '+02:00', 'Mars', 'Mars/Base'])('the zone %s is refused', (written) => {
  expect(() => checkedTimezone(written)).toThrow(/no time zone/);
});

test('a zone is sent in the spelling that Lightdash knows', () => {
  expect(checkedTimezone('europe/lisbon')).toBe('Europe/Lisbon');
  expect(checkedTimezone('utc')).toBe('UTC');
});

test('times stay the same in the zone over the change to summer time', () => {
  expect(nextRuns('0 8 * * *', 'Europe/Lisbon', new Date('2026-03-28T00:00:00Z'))).toEqual([
    'Sat 2026-03-28 08:00',
    'Sun 2026-03-29 08:00',
    'Mon 2026-03-30 08:00',
  ]);
});
