import { type Field, type FieldIndex, intervalName } from '../fields/field.ts';
import { type ConditionTree, isNull, type ReadCondition, splitRange, type WrittenRule } from './condition.ts';
import { coarseGrain, type DateBounds, dateBounds } from './date-bounds.ts';
import type { Operator } from './operators.ts';
import { type DateValue, midnightAsDay, readDate, startOf } from './parse-date.ts';
import { readRelativeWindow } from './parse-relative-date.ts';
import { equalsWindow, HOW_TO_WRITE, readRelativeCondition } from './relative-date-conditions.ts';
import { clockMoment } from './zoned-day.ts';

/**
 * Date rules. The server reads only the first value, takes a bare date for its midnight, and has no periods, so `2024-03`
 * becomes bounds here according to the field's values: moments, days, weeks, months, quarters or years.
 */
export function readDateCondition(index: FieldIndex, field: Field, rule: WrittenRule): ReadCondition {
  const { operator } = rule;
  if (
    operator === 'inThePast' ||
    operator === 'notInThePast' ||
    operator === 'inTheNext' ||
    operator === 'inTheCurrent'
  )
    return readRelativeCondition(field, operator, rule);
  const range = rule.values.length === 1 ? splitRange(rule.values[0]) : [];
  const values = range.length === 2 ? range : rule.values;
  const [only] = values;
  const window = values.length === 1 && typeof only === 'string' ? readRelativeWindow(only) : undefined;
  if (window) return equalsWindow(field, operator, window, String(only));
  if (values.length === 0) return { problem: `The filter ${field.id} ${operator} has no values. ${HOW_TO_WRITE}` };

  const dates: DateValue[] = [];
  for (const value of values) {
    const date = readDate(value);
    if (!date) {
      const written = range.length === 2 ? rule.values[0] : value;
      return { problem: `${field.id}: ${JSON.stringify(written)} cannot be read as a date. ${HOW_TO_WRITE}` };
    }
    // A day has no time; a timestamp at midnight is that moment.
    dates.push(field.filterType === 'timestamp' ? inZone(date, index.timezone) : midnightAsDay(date));
  }
  return readAbsoluteCondition(index, field, range.length === 2 ? asRange(operator) : operator, dates, values);
}

/** A time without an offset is one of the zone that the query's days are in. */
const inZone = (date: DateValue, timezone: string | undefined): DateValue =>
  date.kind === 'moment' && date.isLocal ? { kind: 'moment', at: clockMoment(date.at, timezone) } : date;

function readAbsoluteCondition(
  index: FieldIndex,
  field: Field,
  operator: Operator,
  dates: readonly DateValue[],
  written: readonly unknown[],
): ReadCondition {
  const [first, second] = dates;
  const isBetween = operator === 'inBetween' || operator === 'notInBetween';
  if (isBetween && first && second) {
    if (dates.length > 2) return { problem: `${field.id} ${operator} takes two values, the first and the last.` };
    if (startText(first) > startText(second))
      return {
        problem: `${field.id} ${operator} is the wrong way round: write ${JSON.stringify([written[1], written[0]])}.`,
      };
    const problem = granularityError(index, field, first, 'start') ?? granularityError(index, field, second, 'end');
    if (problem) return { problem };
    const [low, high] = [dateBounds(field, first, index.timezone), dateBounds(field, second, index.timezone)];
    return operator === 'notInBetween'
      ? { tree: { or: [low.before, high.after] } }
      : { tree: withinDays(field, { and: [low.from, high.upTo] }) };
  }
  if (dates.length > 1 && operator !== 'equals' && operator !== 'notEquals')
    return { problem: `${field.id} ${operator} takes one value, not ${dates.length}.` };
  if (isBetween && first?.kind === 'moment')
    return { problem: `${field.id} ${operator} takes two values, the first and the last.` };
  for (const date of dates) {
    const problem = sidesUsed(operator)
      .map((side) => granularityError(index, field, date, side))
      .find(Boolean);
    if (problem) return { problem };
  }
  const trees = dates.map((date) => conditionTree(field, operator, dateBounds(field, date, index.timezone)));
  const [tree] = trees;
  if (!tree) return { problem: `The filter ${field.id} ${operator} has no values. ${HOW_TO_WRITE}` };
  const note = weekNote(field, dates);
  if (trees.length === 1) return { tree, note };
  return { tree: operator === 'equals' ? { or: trees } : { and: trees }, note };
}

/** `equals "2024-01 to 2024-03"` is a range. */
const asRange = (operator: Operator): Operator =>
  operator === 'equals' ? 'inBetween' : operator === 'notEquals' ? 'notInBetween' : operator;

/** The borders of a period that an operator compares with. */
function sidesUsed(operator: Operator): readonly ('start' | 'end')[] {
  if (operator === 'greaterThanOrEqual' || operator === 'lessThan') return ['start'];
  return operator === 'greaterThan' || operator === 'lessThanOrEqual' ? ['end'] : ['start', 'end'];
}

const startText = (date: DateValue): string => (date.kind === 'moment' ? date.at : date.start);

function conditionTree(field: Field, operator: Operator, bounds: DateBounds): ConditionTree {
  switch (operator) {
    case 'greaterThan':
      return bounds.after;
    case 'greaterThanOrEqual':
      return bounds.from;
    case 'lessThan':
      return bounds.before;
    case 'lessThanOrEqual':
      return bounds.upTo;
    case 'notEquals':
      return bounds.exactly?.isNot ?? { or: [bounds.before, bounds.after, isNull] };
    case 'notInBetween':
      return { or: [bounds.before, bounds.after] };
    default:
      return bounds.exactly?.is ?? withinDays(field, { and: [bounds.from, bounds.upTo] });
  }
}

/** Two inclusive bounds on days or longer periods are `inBetween`, as in Lightdash's web app. */
function withinDays(field: Field, tree: { readonly and: readonly ConditionTree[] }): ConditionTree {
  const [low, high] = tree.and;
  if (field.filterType !== 'date' || !low || !high || !('operator' in low) || !('operator' in high)) return tree;
  if (low.operator !== 'greaterThanOrEqual' || high.operator !== 'lessThanOrEqual') return tree;
  return { operator: 'inBetween', values: [...(low.values ?? []), ...(high.values ?? [])] };
}

/** Problem if a border of a date is too fine for the field's grain. */
function granularityError(index: FieldIndex, field: Field, date: DateValue, side: 'start' | 'end'): string | undefined {
  if (date.kind === 'moment') {
    if (field.filterType === 'timestamp') return undefined;
    return `${field.id} holds ${field.interval ? intervalName(field.interval) : 'day'}s, not times: write ${date.at.slice(0, 10)}${finerField(index, field, 'RAW')}.`;
  }
  const grain = coarseGrain(field);
  if (!grain || field.filterType === 'timestamp') return undefined;
  if (date.precision === 'day' && startOf(date.start, grain) === date.start) return undefined;
  const border = side === 'start' ? date.start : date.end;
  if (startOf(border, grain) === border) return undefined;
  const example = { month: date.start.slice(0, 7), quarter: quarterOf(date.start), year: date.start.slice(0, 4) }[
    grain
  ];
  return `${field.id} holds ${grain}s, so it cannot distinguish ${date.precision === 'day' ? date.start : `a ${date.precision}`}: write ${example}${finerField(index, field, 'DAY')}.`;
}

const quarterOf = (day: string): string => `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;

/** `, or filter orders_ordered_at_day`: a finer grain of the same date. */
function finerField(index: FieldIndex, field: Field, interval: 'DAY' | 'RAW'): string {
  const family = [...index.fields.values()].filter(
    ({ intervalBase, hidden }) => intervalBase === field.intervalBase && !hidden,
  );
  const base = field.intervalBase && index.fields.get(field.intervalBase);
  const finer = family.find((member) => member.interval === interval) ?? base;
  const isUsable = finer && (interval === 'DAY' || finer.filterType === 'timestamp');
  return isUsable ? `, or filter ${finer.id}` : '';
}

function weekNote(field: Field, dates: readonly DateValue[]): string | undefined {
  const long = dates.find((date) => date.kind === 'period' && !['day', 'week'].includes(date.precision));
  return field.interval === 'WEEK' && long
    ? `${field.id} was filtered by the day its weeks begin on: a week across the border counts where it begins.`
    : undefined;
}
