import { expect, test } from 'vitest';
import { buildMetricQuery } from '../../../src/query/builder/metric-query.ts';
import { expectNote, hasNote } from '../../helpers/notes.ts';
import { roastery } from '../roastery.ts';

const notesOf = (dimension: string, rule: Readonly<Record<string, unknown>>) => {
  const args = { dimensions: [dimension], metrics: ['orders_order_count'], filters: [{ values: [2], ...rule }] };
  const built = buildMetricQuery(roastery.orders, args);
  return built.ok ? built.notes.filter((note) => hasNote(note, 'partial period')) : built.problems;
};
const past = (unit: string, field = 'orders_ordered_at') => ({ field, operator: 'inThePast', unit });

test.each([
  ['orders_ordered_at_month', past('months'), 'month'],
  ['orders_ordered_at_month', past('days'), 'month'],
  ['orders_ordered_at_month', past('completed weeks'), 'month'],
  ['orders_ordered_at_quarter', past('completed months'), 'quarter'],
  ['orders_ordered_at_month', past('months', 'orders_ordered_at_day'), 'month'],
])('%s, with %o, has a warning: it may begin in the middle of a %s', (dimension, rule, period) => {
  const notes = notesOf(dimension, rule);
  expect(notes).toHaveLength(1);
  expectNote(notes.join(), 'partial period', period, `"completed ${period}s"`);
});

test.each([
  ['orders_ordered_at_month', past('completed months')],
  ['orders_ordered_at_month', past('completed years')],
  ['orders_ordered_at_day', past('months')],
  ['orders_channel', past('months')],
  ['orders_ordered_at_month', past('months', 'orders_ordered_at_month')],
  ['orders_ordered_at_month', { field: 'orders_ordered_at', operator: 'equals', values: ['2024'] }],
  ['orders_shipped_at_month', past('months')],
])('%s, with %o, shows no partial period and has no warning', (dimension, rule) => {
  expect(notesOf(dimension, rule)).toEqual([]);
});
