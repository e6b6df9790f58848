import { expect, test } from 'vitest';
import { buildMetricQuery } from '../../../src/query/builder/metric-query.ts';
import { readResultTable } from '../../../src/query/execution/result-table.ts';
import type { FilterRule } from '../../../src/query/filters/lightdash-filters.ts';
import { periodNotes } from '../../../src/query/notes/periods.ts';
import { linesWith } from '../../helpers/answers.ts';
import { hasNote } from '../../helpers/notes.ts';
import { roastery } from '../roastery.ts';

const TODAY = { now: new Date('2025-01-15T09:30:00Z'), firstWeekday: 0 } as const;

/** The notes on rows that show the periods, under a filter in Lightdash's form. */
function notesOn(periods: readonly string[], filter: object, grain = 'month'): string[] {
  const dimension = `orders_ordered_at_${grain}`;
  const built = buildMetricQuery(roastery.orders, { dimensions: [dimension], metrics: ['orders_order_count'] });
  if (!built.ok) throw new Error(built.problems.join());
  const query = { ...built.query, filters: { dimensions: { id: 'all', and: [filter as FilterRule] } } };
  const rows = periods.map((period) => ({
    [dimension]: { value: { raw: `${period}T00:00:00.000Z`, formatted: period } },
    orders_order_count: { value: { raw: 1, formatted: '1' } },
  }));
  return periodNotes(roastery.orders, query, readResultTable({ rows, fields: {}, metricQuery: query }), TODAY);
}
const between = (first: string, last: string, more: object = {}) => ({
  id: `from ${first}`,
  target: { fieldId: 'orders_ordered_at' },
  operator: 'inBetween',
  values: [`${first}T00:00:00.000Z`, `${last}T23:59:59.999Z`],
  ...more,
});
const year = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'].map(
  (month) => `2024-${month}-01`,
);

test('a period that the filter cuts is named with the date', () => {
  const notes = notesOn(['2024-01-01', '2024-02-01'], between('2024-01-15', '2024-02-10'));
  expect(notes.map((note) => hasNote(note, 'cut period'))).toEqual([true]);
  expect(linesWith(notes.join('\n'), '2024-01', '2024-01-15', '2024-02', '2024-02-11')).toHaveLength(1);
});

test('a disabled filter cuts nothing', () => {
  expect(notesOn(['2024-01-01'], between('2024-01-15', '2024-01-20', { disabled: true }))).toEqual([]);
});

test('of two alternatives none cuts, and a single one does', () => {
  const alternatives = [between('2024-01-15', '2024-01-20'), between('2024-01-01', '2024-01-31')];
  expect(notesOn(['2024-01-01'], { id: 'either', or: alternatives })).toEqual([]);
  const [note = ''] = notesOn(['2024-01-01'], { id: 'one', or: alternatives.slice(0, 1) });
  expect(hasNote(note, 'cut period')).toBe(true);
});

test('an alternative on another field gets a note with the periods that the date cuts', () => {
  const status = { id: 'status', target: { fieldId: 'orders_status' }, operator: 'equals', values: ['cancelled'] };
  const gift = { id: 'gift', target: { fieldId: 'orders_is_gift' }, operator: 'equals', values: [true] };
  const days = between('2024-01-15', '2024-02-10');
  const periods = ['2024-01-01', '2024-02-01', '2024-03-01'];
  const filters = [
    { or: [days, status] },
    { or: [{ and: [status, gift] }, days] },
    { and: [gift, { or: [days, status] }] },
  ];
  for (const filter of filters) {
    const notes = notesOn(periods, { id: 'either', ...filter });
    expect(notes.map((note) => hasNote(note, 'partly cut period'))).toEqual([true]);
    expect(linesWith(notes.join('\n'), '2024-01', '2024-01-15', '2024-02', '2024-02-11', 'other')).toHaveLength(1);
  }
  expect(notesOn(periods, { id: 'either', or: [between('2024-01-01', '2024-02-29'), status] })).toEqual([]);
  expect(notesOn(periods, { id: 'either', or: [gift, status] })).toEqual([]);
});

test('periods without a row are counted and named, future ones are not', () => {
  const without = year.filter((month) => !month.includes('-02') && !month.includes('-11'));
  const [note = ''] = notesOn(without, between('2024-01-01', '2024-12-31'));
  expect(hasNote(note, 'missing period')).toBe(true);
  expect(linesWith(note, 2, 12, '2024-02', '2024-11')).toHaveLength(1);
  // The clock stands in January 2025.
  const ahead = notesOn(year, between('2024-01-01', '2025-12-31'));
  expect(linesWith(ahead.join('\n'), 1, 13, '2025-01')).toHaveLength(1);
});

test('weeks are counted from the weekday of those shown', () => {
  const [note = ''] = notesOn(['2024-03-11', '2024-03-18'], between('2024-03-06', '2024-03-24'), 'week');
  expect(linesWith(note, 1, 3, '2024-03-04')).toHaveLength(1);
  expect(notesOn(['2024-03-04', '2024-03-11'], between('2024-03-04', '2024-03-17'), 'week')).toEqual([]);
});

test('too many periods are not compared', () => {
  const days = notesOn(['2024-01-01', '2024-01-03'], between('2001-01-01', '2024-01-03'), 'day');
  expect(days).toEqual([]);
});

const window = (
  operator: string,
  count: number,
  unitOfTime: string,
  completed = false,
  field = 'orders_ordered_at',
) => ({
  id: 'window',
  target: { fieldId: field },
  operator,
  values: [count],
  settings: { unitOfTime, completed },
});

test('a moving window names the missing periods in it, also next to other rules on the date', () => {
  const months = window('inThePast', 3, 'months', true);
  const january = between('2023-01-01', '2023-01-31');
  const [either = ''] = notesOn(['2023-01-01', '2024-12-01'], { id: 'either', or: [months, january] });
  expect(linesWith(either, 2, 4, '2024-10', '2024-11')).toHaveLength(1);
  const since = { ...january, id: 'since', operator: 'greaterThanOrEqual', values: ['2024-11-01T00:00:00.000Z'] };
  expect(notesOn(['2024-11-01', '2024-12-01'], { id: 'both', and: [months, since] })).toEqual([]);
});

test.each([
  ['month', window('inThePast', 2, 'months'), ['2024-11', '2024-11-15 09:30', '"completed months"']],
  ['month', window('inThePast', 60, 'days'), ['2024-11', '2024-11-16 09:30', '"completed months"']],
  ['month', window('inThePast', 8, 'weeks', true), ['2024-11', '2024-11-18']],
  ['quarter', window('inThePast', 2, 'months', true), ['2024-Q4', '2024-11-01']],
  ['month', window('inThePast', 2, 'months', false, 'orders_ordered_at_day'), ['2024-11', '2024-11-15']],
  ['day', window('inThePast', 61, 'days'), ['2024-11-15', '2024-11-15 09:30']],
  ['week', window('inThePast', 2, 'months', true), ['2024-10-28', '2024-11-01']],
  ['day', window('inThePast', 1464, 'hours'), ['2024-11-15', '2024-11-15 09:30']],
  ['year', window('inTheCurrent', 1, 'months'), ['2025', '2025-02-01']],
])('of a %s, a moving window that cuts it names the date: %o', (grain, filter, facts) => {
  const starts: Record<string, string> = {
    ...{ quarter: '2024-10-01', day: '2024-11-15', week: '2024-10-28', year: '2025-01-01' },
  };
  const notes = notesOn([starts[grain] ?? '2024-11-01'], filter, grain).filter((note) => hasNote(note, 'cut period'));
  expect(linesWith(notes.join('\n'), ...facts)).toHaveLength(1);
});

test.each([
  ['month', window('inThePast', 2, 'months', true)],
  ['month', window('inThePast', 1, 'years', true)],
  ['month', window('inThePast', 2, 'months', false, 'orders_ordered_at_month')],
  ['month', window('inTheCurrent', 1, 'years')],
  ['month', window('inThePast', 2, 'months', false, 'orders_shipped_at')],
  ['day', window('inThePast', 90, 'days', true)],
  ['quarter', window('notInThePast', 2, 'days', true, 'orders_ordered_at_month')],
])('of a %s, a moving window of whole ones cuts none: %o', (grain, filter) => {
  const notes = notesOn([grain === 'quarter' ? '2025-01-01' : '2024-12-01'], filter, grain);
  expect(notes.filter((note) => hasNote(note, 'cut period'))).toEqual([]);
});

test('a bound in the middle of a period of the grain counts as one between two periods', () => {
  const month = (operator: string, ...values: string[]) => ({
    id: operator,
    target: { fieldId: 'orders_ordered_at_month' },
    operator,
    values,
  });
  expect(notesOn(['2023-12-01', '2024-01-01'], month('lessThan', '2024-01-15'))).toEqual([]);
  expect(notesOn(['2023-12-01', '2024-01-01', '2024-02-01'], month('notEquals', '2024-01-15'))).toEqual([]);
  expect(notesOn(['2024-02-01', '2024-03-01'], month('inBetween', '2024-01-15', '2024-03-20'))).toEqual([]);
});
