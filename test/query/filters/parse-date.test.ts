import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConditionTree } from '../../../src/query/filters/condition.ts';
import { readDateCondition } from '../../../src/query/filters/date-conditions.ts';
import type { Operator } from '../../../src/query/filters/operators.ts';
import { addDays, type DateValue, nextPeriod, readDate, startOf } from '../../../src/query/filters/parse-date.ts';
import { readRelativeWindow } from '../../../src/query/filters/parse-relative-date.ts';
import { fieldOf, roastery } from '../roastery.ts';

describe('a written date', () => {
  test.each([
    ['2024', '2024-01-01', '2025-01-01'],
    ['2024-03', '2024-03-01', '2024-04-01'],
    ['2024/03', '2024-03-01', '2024-04-01'],
    ['March 2024', '2024-03-01', '2024-04-01'],
    ['mar 2024', '2024-03-01', '2024-04-01'],
    ['2024-Q1', '2024-01-01', '2024-04-01'],
    ['Q4 2024', '2024-10-01', '2025-01-01'],
    ['2024-W01', '2024-01-01', '2024-01-08'],
    ['2020-W53', '2020-12-28', '2021-01-04'],
    ['2024-02-29', '2024-02-29', '2024-03-01'],
    ['20240229', '2024-02-29', '2024-03-01'],
    ['15 March 2024', '2024-03-15', '2024-03-16'],
    ['March 15th, 2024', '2024-03-15', '2024-03-16'],
  ])('%s is the days from %s to before %s', (written, start, end) => {
    expect(readDate(written)).toMatchObject({ kind: 'period', start, end });
  });

  test.each([
    ['2024-03-15T10:30:00Z', '2024-03-15T10:30:00Z'],
    ['2024-12-31T00:00:00.000Z', '2024-12-31T00:00:00Z'],
    ['2024-03-15T10:30:00.250+02:00', '2024-03-15T08:30:00.250Z'],
  ])('%s is the moment %s', (written, at) => {
    expect(readDate(written)).toEqual({ kind: 'moment', at });
  });

  test('a time without an offset is one of a zone', () => {
    expect(readDate('2024-03-15 10:30')).toEqual({ kind: 'moment', at: '2024-03-15T10:30:00Z', isLocal: true });
  });

  test.each([
    'soon',
    '',
    '03/04/2024',
    '2024-13',
    '2023-02-29',
    '2024-Q5',
    '2021-W53',
    '2024-W54',
    '24',
    'May',
    '2024-03-15T25:00',
    null,
    true,
    {},
  ])('%s is not a date', (written) => {
    expect(readDate(written)).toBeUndefined();
  });

  test('never fails, whatever is written', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.anything()), (written) => void readDate(written)));
  });
});

test.each([
  ['today', 'inTheCurrent', 1, 'days', false],
  ['this month', 'inTheCurrent', 1, 'months', false],
  ['last quarter', 'inThePast', 1, 'quarters', true],
  ['the last 3 months', 'inThePast', 3, 'months', false],
  ['past 3 full months', 'inThePast', 3, 'months', true],
  ['in the last two weeks', 'inThePast', 2, 'weeks', false],
  ['next year', 'inTheNext', 1, 'years', true],
] as const)('"%s" is a window', (written, operator, count, unit, completed) => {
  expect(readRelativeWindow(written)).toEqual({ operator, count, unit, completed });
});

/** The server's reading of a condition, on a value in the form that it compares: a day or a moment as ISO text. */
function holds(tree: ConditionTree, value: string): boolean {
  if ('and' in tree) return tree.and.every((part) => holds(part, value));
  if ('or' in tree) return tree.or.some((part) => holds(part, value));
  const [first = '', second = ''] = (tree.values ?? []).map(String);
  switch (tree.operator) {
    case 'equals':
      return value === first;
    case 'notEquals':
      return value !== first;
    case 'lessThan':
      return value < first;
    case 'lessThanOrEqual':
      return value <= first;
    case 'greaterThan':
      return value > first;
    case 'greaterThanOrEqual':
      return value >= first;
    case 'inBetween':
      return value >= first && value <= second;
    case 'isNull':
      return false;
    default:
      throw new Error(tree.operator);
  }
}

const day = fc.integer({ min: 0, max: 1400 }).map((days) => addDays('2022-06-01', days));
const time = fc.integer({ min: 0, max: 86_399 }).map((seconds) => new Date(seconds * 1000).toISOString().slice(11, 19));
const written = fc.oneof(
  day,
  day.map((date) => date.slice(0, 7)),
  day.map((date) => date.slice(0, 4)),
  day.map((date) => `${date.slice(0, 4)}-Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`),
);
const operator = fc.constantFrom<Operator>(
  'equals',
  'notEquals',
  'lessThan',
  'lessThanOrEqual',
  'greaterThan',
  'greaterThanOrEqual',
);

/** The meaning of a comparison of a day with a period. */
function isMatch(operatorName: Operator, date: string, { start, end }: { start: string; end: string }): boolean {
  const within = date >= start && date < end;
  const answers: Partial<Record<Operator, boolean>> = {
    equals: within,
    notEquals: !within,
    lessThan: date < start,
    lessThanOrEqual: date < end,
    greaterThan: date >= end,
    greaterThanOrEqual: date >= start,
  };
  return answers[operatorName] ?? false;
}

const periodOf = (text: string): Extract<DateValue, { kind: 'period' }> => {
  const value = readDate(text);
  if (value?.kind !== 'period') throw new Error(text);
  return value;
};

describe('a comparison with a date', () => {
  const { orders } = roastery;
  const rule = (operatorName: Operator, value: string) => ({
    operator: operatorName,
    values: [value],
    unit: undefined,
    settings: undefined,
  });

  test('matches a moment exactly if it matches its day', () => {
    const field = fieldOf(orders, 'orders_ordered_at');
    fc.assert(
      fc.property(operator, written, day, time, (operatorName, text, date, clock) => {
        const condition = readDateCondition(orders, field, rule(operatorName, text));
        if ('problem' in condition) throw new Error(condition.problem);
        expect(holds(condition.tree, `${date}T${clock}Z`)).toBe(isMatch(operatorName, date, periodOf(text)));
      }),
    );
  });

  test('matches exactly the right days', () => {
    const field = fieldOf(orders, 'orders_delivered_on');
    fc.assert(
      fc.property(operator, written, day, (operatorName, text, date) => {
        const condition = readDateCondition(orders, field, rule(operatorName, text));
        if ('problem' in condition) throw new Error(condition.problem);
        expect(holds(condition.tree, date)).toBe(isMatch(operatorName, date, periodOf(text)));
      }),
    );
  });

  test.each(['month', 'quarter', 'year'] as const)(
    'lets a %s pass exactly if the comparison holds, or refuses what it cannot decide',
    (grain) => {
      const field = fieldOf(orders, `orders_ordered_at_${grain}`);
      fc.assert(
        fc.property(operator, written, day, (operatorName, text, date) => {
          const condition = readDateCondition(orders, field, rule(operatorName, text));
          const truncated = startOf(date, grain);
          if ('problem' in condition) {
            expect(condition.problem).toContain('write ');
            return;
          }
          const value = periodOf(text);
          // A first day stands for its whole month, quarter or year: Lightdash writes those so.
          const stands = value.precision === 'day' && startOf(value.start, grain) === value.start;
          const period = stands ? { start: value.start, end: nextPeriod(value.start, grain) } : value;
          expect(holds(condition.tree, truncated)).toBe(isMatch(operatorName, truncated, period));
        }),
      );
    },
  );

  test.each([0, 1, 6])(
    'lets a week pass exactly when it has the day, whichever weekday (%i) weeks begin on',
    (firstWeekday) => {
      const field = fieldOf(orders, 'orders_ordered_at_week');
      const weekOf = (date: string) =>
        addDays(date, -((new Date(`${date}T00:00:00Z`).getUTCDay() - firstWeekday + 7) % 7));
      fc.assert(
        fc.property(operator, day, day, (operatorName, text, date) => {
          const condition = readDateCondition(orders, field, rule(operatorName, text));
          if ('problem' in condition) throw new Error(condition.problem);
          const start = weekOf(text);
          expect(holds(condition.tree, weekOf(date))).toBe(
            isMatch(operatorName, weekOf(date), { start, end: addDays(start, 7) }),
          );
        }),
      );
    },
  );

  test('between two dates includes both ends', () => {
    const field = fieldOf(orders, 'orders_ordered_at');
    fc.assert(
      fc.property(day, day, day, time, (start, end, date, clock) => {
        const [low, high] = [start, end].toSorted();
        const condition = readDateCondition(orders, field, {
          operator: 'inBetween',
          values: [low, high],
          unit: undefined,
          settings: undefined,
        });
        if ('problem' in condition) throw new Error(condition.problem);
        expect(holds(condition.tree, `${date}T${clock}Z`)).toBe(date >= String(low) && date <= String(high));
      }),
    );
  });
});
