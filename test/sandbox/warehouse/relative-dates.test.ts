import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addUnits,
  endOfUnit,
  formatSecond,
  parseFilterDate,
  startOfUnit,
} from '../../../src/sandbox/warehouse/relative-dates.ts';

const now = new Date('2026-11-23T20:18:56Z');
const date = fc.date({ min: new Date('1990-01-01'), max: new Date('2050-01-01'), noInvalidDate: true });
const unit = fc.constantFrom('hours', 'days', 'weeks', 'months', 'quarters', 'years');

describe('calendar arithmetic', () => {
  it('clamps to the end of a shorter month', () => {
    expect(addUnits(new Date('2024-01-31T10:00:00Z'), 1, 'months').toISOString()).toBe('2024-02-29T10:00:00.000Z');
  });

  it('starts weeks on Sunday', () => {
    expect(startOfUnit(now, 'weeks').toISOString()).toBe('2026-11-22T00:00:00.000Z');
  });

  it('puts every date between the start and the end of its unit, and the next start right after', () => {
    fc.assert(
      fc.property(date, unit, (day, of) => {
        const [start, end] = [startOfUnit(day, of), endOfUnit(day, of)];
        expect(start.getTime()).toBeLessThanOrEqual(day.getTime());
        expect(day.getTime()).toBeLessThanOrEqual(end.getTime());
        expect(startOfUnit(new Date(end.getTime() + 1), of).getTime()).toBe(end.getTime() + 1);
      }),
    );
  });
});

describe('dates of filters', () => {
  it.each([
    ['2024', '2024-01-01 00:00:00'],
    ['2024-03', '2024-03-01 00:00:00'],
    ['2024-03-05', '2024-03-05 00:00:00'],
    ['2024-03-05 07:08', '2024-03-05 07:08:00'],
    ['2024-03-05T07:08:09.123Z', '2024-03-05 07:08:09'],
    ['2024-03-05T07:08:09+02:00', '2024-03-05 05:08:09'],
    ['2024-03-05T07:08:09+0200', '2024-03-05 05:08:09'],
    ['March 5, 2024', '2024-03-05 00:00:00'],
  ])('reads %s as UTC', (text, expected) => {
    const parsed = parseFilterDate(text, now);
    expect(parsed && formatSecond(parsed)).toBe(expected);
  });

  it.each(['soon', '2024-02-30', '2024-13-01', null])('does not read %s as a date', (value) => {
    expect(parseFilterDate(value, now)).toBeUndefined();
  });

  it('reads back every timestamp that it writes', () => {
    fc.assert(
      fc.property(date, (day) => {
        const text = formatSecond(day);
        const parsed = parseFilterDate(text, now);
        expect(parsed && formatSecond(parsed)).toBe(text);
      }),
    );
  });
});
