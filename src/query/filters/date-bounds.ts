import type { Field } from '../fields/field.ts';
import type { ConditionTree } from './condition.ts';
import { addDays, type DateValue, nextPeriod, startOf } from './parse-date.ts';
import { startOfDay } from './zoned-day.ts';

/** Lower and upper bound of a date on a field, as conditions. */
export interface DateBounds {
  readonly from: ConditionTree;
  readonly before: ConditionTree;
  readonly upTo: ConditionTree;
  readonly after: ConditionTree;
  /** The conditions for equality, if the server has them. */
  readonly exactly?: { readonly is: ConditionTree; readonly isNot: ConditionTree };
}

/**
 * Bounds of a date on a field. Precondition: `granularityError` found none.
 *
 * @param timezone of the days on a timestamp; grains are compared in the query's zone by the server.
 */
export function dateBounds(field: Field, date: DateValue, timezone?: string): DateBounds {
  if (date.kind === 'moment') {
    const values = [date.at];
    return {
      from: { operator: 'greaterThanOrEqual', values },
      before: { operator: 'lessThan', values },
      upTo: { operator: 'lessThanOrEqual', values },
      after: { operator: 'greaterThan', values },
      exactly: { is: { operator: 'equals', values }, isNot: { operator: 'notEquals', values } },
    };
  }
  if (field.filterType === 'timestamp' && date.end.startsWith('+')) {
    // The year after has five digits, which no warehouse reads.
    const [start, last] = [[startOfDay(date.start, timezone)], [`${addDays(date.end, -1)}T23:59:59.999Z`]];
    return {
      from: { operator: 'greaterThanOrEqual', values: start },
      before: { operator: 'lessThan', values: start },
      upTo: { operator: 'lessThanOrEqual', values: last },
      after: { operator: 'greaterThan', values: last },
    };
  }
  if (field.filterType === 'timestamp') {
    const [start, end] = [[startOfDay(date.start, timezone)], [startOfDay(date.end, timezone)]];
    return {
      from: { operator: 'greaterThanOrEqual', values: start },
      before: { operator: 'lessThan', values: start },
      upTo: { operator: 'lessThan', values: end },
      after: { operator: 'greaterThanOrEqual', values: end },
    };
  }
  if (field.interval === 'WEEK' && (date.precision === 'day' || date.precision === 'week'))
    return weekBounds(date.start);
  const grain = coarseGrain(field);
  const isPeriodStart = grain && date.precision === 'day' && startOf(date.start, grain) === date.start;
  const end = isPeriodStart ? nextPeriod(date.start, grain) : date.end;
  const last = grain ? startOf(addDays(end, -1), grain) : addDays(end, -1);
  const bounds: DateBounds = {
    from: { operator: 'greaterThanOrEqual', values: [date.start] },
    before: { operator: 'lessThan', values: [date.start] },
    upTo: { operator: 'lessThanOrEqual', values: [last] },
    after: { operator: 'greaterThan', values: [last] },
  };
  const values = [date.start];
  return date.start === last
    ? { ...bounds, exactly: { is: { operator: 'equals', values }, isNot: { operator: 'notEquals', values } } }
    : bounds;
}

/** Bounds of the week of a day, whatever the weekday that weeks start on: it started on that day or in the six before. */
function weekBounds(day: string): DateBounds {
  const weekBefore = [addDays(day, -7)];
  return {
    from: { operator: 'greaterThan', values: weekBefore },
    before: { operator: 'lessThanOrEqual', values: weekBefore },
    upTo: { operator: 'lessThanOrEqual', values: [day] },
    after: { operator: 'greaterThan', values: [day] },
  };
}

/** The grain of a field that holds first days of months, quarters or years. */
export function coarseGrain(field: Field): 'month' | 'quarter' | 'year' | undefined {
  switch (field.interval) {
    case 'MONTH':
      return 'month';
    case 'QUARTER':
      return 'quarter';
    case 'YEAR':
      return 'year';
    default:
      return undefined;
  }
}
