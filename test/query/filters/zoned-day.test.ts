import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clockMoment, startOfDay } from '../../../src/query/filters/zoned-day.ts';

test.each([
  ['2024-10-01', 'America/Los_Angeles', '2024-10-01T07:00:00Z'],
  ['2024-12-01', 'America/Los_Angeles', '2024-12-01T08:00:00Z'],
  // Clocks go forward on 2024-03-10 at two in the morning.
  ['2024-03-10', 'America/Los_Angeles', '2024-03-10T08:00:00Z'],
  ['2024-03-11', 'America/Los_Angeles', '2024-03-11T07:00:00Z'],
  ['2024-06-01', 'Asia/Kathmandu', '2024-05-31T18:15:00Z'],
  // Its clocks skip midnight of this day.
  ['2024-09-08', 'America/Santiago', '2024-09-08T04:00:00Z'],
  ['2024-06-01', 'UTC', '2024-06-01T00:00:00Z'],
  ['2024-06-01', undefined, '2024-06-01T00:00:00Z'],
  ['9999-12-31', 'America/Los_Angeles', '9999-12-31T00:00:00Z'],
])('%s in %s begins at %s', (day, zone, moment) => {
  expect(startOfDay(day, zone)).toBe(moment);
});

test('the moment is the first of its day', () => {
  const zones = ['America/Los_Angeles', 'Europe/Lisbon', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia'];
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2012-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
      fc.constantFrom(...zones),
      (date, zone) => {
        const day = date.toISOString().slice(0, 10);
        const moment = Date.parse(startOfDay(day, zone));
        const dayAt = (at: number) => new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(at);
        expect(dayAt(moment)).toBe(day);
        expect(dayAt(moment - 1_000) < day).toBe(true);
      },
    ),
  );
});

test.each([
  ['2024-12-31T12:00:00Z', 'America/New_York', '2024-12-31T17:00:00Z'],
  ['2024-07-01T12:00:00.5Z', 'Europe/Lisbon', '2024-07-01T11:00:00.500Z'],
  // Skipped by a change of the clocks.
  ['2024-03-10T02:30:00Z', 'America/New_York', '2024-03-10T07:30:00Z'],
  ['2024-12-31T12:00:00Z', undefined, '2024-12-31T12:00:00Z'],
])('%s on the clocks of %s is %s', (clock, zone, moment) => {
  expect(clockMoment(clock, zone)).toBe(moment);
});
