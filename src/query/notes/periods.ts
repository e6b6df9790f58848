import { readCell } from '../../lightdash/rows/cell.ts';
import { list } from '../../text/json.ts';
import type { MetricQuery } from '../builder/metric-query.ts';
import type { ResultTable } from '../execution/result-table.ts';
import { type Field, type FieldIndex, intervalName } from '../fields/field.ts';
import type { FilterNode, FilterRule } from '../filters/lightdash-filters.ts';
import { addDays, type Day, nextPeriod, type Precision, startOf } from '../filters/parse-date.ts';
import { clockText } from '../filters/zoned-day.ts';

/** Lower (inclusive) and upper (exclusive) bound of a date on the clocks of the query's zone: `2024-01-15 00:00:00`. */
interface Bounds {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

const PRECISIONS: Readonly<Record<string, Precision>> = {
  DAY: 'day',
  WEEK: 'week',
  MONTH: 'month',
  QUARTER: 'quarter',
  YEAR: 'year',
};
/** More periods than this are not compared one by one. */
const MAX_PERIODS = 4_000;
/** Missing periods that are named. */
const MAX_NAMED = 6;

/**
 * Notes about the periods of a result: the first and last one if the filter on their date cuts them, and those without a row
 * in a result of one time dimension. A cut period looks like a low value, and a missing one is not seen.
 */
export function periodNotes(index: FieldIndex, query: MetricQuery, { rows }: ResultTable, now: Date): string[] {
  const grains = query.dimensions.flatMap((id) => index.fields.get(id) ?? []).filter(precisionOf);
  const [grain] = grains;
  const precision = grain && precisionOf(grain);
  if (grain === undefined || precision === undefined || grains.length > 1) return [];
  const periods = new Set<Day>();
  for (const row of rows) {
    const { raw } = readCell(row[grain.id]);
    if (typeof raw === 'string' && /^\d{4}-\d{2}-\d{2}/.test(raw)) periods.add(raw.slice(0, 10));
  }
  const shown = [...periods].sort();
  const [first, last] = [shown[0], shown.at(-1)];
  if (first === undefined || last === undefined) return [];
  const boundsBy = (counts: (field: Field) => boolean) => boundsOf(index, grain, query.filters.dimensions, counts);
  const isWhole =
    query.dimensions.length === 1 &&
    rows.length < query.limit &&
    !query.filters.metrics &&
    !leavesPeriodsOut(index, grain, query.filters.dimensions);
  return [
    // A filter on the period itself includes or excludes whole ones.
    ...cutNote(
      precision,
      first,
      last,
      boundsBy(({ interval }) => interval !== grain.interval),
    ),
    ...(isWhole
      ? missingNote(
          precision,
          shown,
          boundsBy(() => true),
          clockText(now.toISOString(), index.timezone),
        )
      : []),
  ];
}

const WINDOWS = /^(inBetween|inThePast|inTheNext|inTheCurrent|(less|greater)Than(OrEqual)?)$/;

/** True if a filter on the date of a grain is no single window: the periods between its parts have no row for that reason. */
function leavesPeriodsOut(index: FieldIndex, grain: Field, filter: FilterNode | undefined): boolean {
  if (filter === undefined) return false;
  const holding = rulesThatHold(filter);
  return rulesIn(filter).some((rule) => {
    const field = index.fields.get(rule.target.fieldId);
    if (field === undefined || (field.intervalBase ?? field.id) !== (grain.intervalBase ?? grain.id)) return false;
    const isWindow = rule.operator === 'equals' ? list(rule.values).length < 2 : WINDOWS.test(rule.operator);
    if (rule.operator === 'notNull') return false;
    return !isWindow || !holding.includes(rule) || (field.interval !== undefined && !precisionOf(field));
  });
}

/** All rules of a filter that are not disabled. */
function rulesIn(node: FilterNode): readonly FilterRule[] {
  if ('and' in node) return node.and.flatMap(rulesIn);
  if ('or' in node) return node.or.flatMap(rulesIn);
  return 'disabled' in node && node.disabled === true ? [] : [node];
}

/** Undefined for a field that is not a grain of days or longer periods. */
const precisionOf = ({ interval, valueType }: Field): Precision | undefined =>
  valueType === 'date' || valueType === 'timestamp' ? PRECISIONS[interval ?? ''] : undefined;

function cutNote(precision: Precision, first: Day, last: Day, { from, until }: Bounds): string[] {
  const parts = [
    ...(from !== undefined && from > midnight(first)
      ? [`${periodName(first, precision)} begins at ${short(from)}`]
      : []),
    ...(until !== undefined && until < midnight(nextPeriod(last, precision))
      ? [`${periodName(last, precision)} ends before ${short(until)}`]
      : []),
  ];
  return parts.length > 0 ? [`Cut by the filter: ${parts.join(', ')}.`] : [];
}

function missingNote(precision: Precision, shown: readonly Day[], { from, until }: Bounds, now: string): string[] {
  const [first = '', last = ''] = [shown[0], shown.at(-1)];
  // Periods to come have no rows.
  const end = until !== undefined && until < now ? until : now;
  const start = from === undefined ? first : startOfPeriod(from.slice(0, 10), precision, first);
  const [earliest = first] = [start, first].sort();
  const expected: Day[] = [];
  for (
    let day = earliest;
    (day <= last || (until !== undefined && midnight(day) < end)) && expected.length <= MAX_PERIODS;
    day = nextPeriod(day, precision)
  )
    expected.push(day);
  const present = new Set(shown);
  const missing = expected.filter((day) => !present.has(day));
  if (missing.length === 0 || expected.length > MAX_PERIODS) return [];
  const names = missing.slice(0, MAX_NAMED).map((day) => periodName(day, precision));
  const more = missing.length > MAX_NAMED ? ` and ${missing.length - MAX_NAMED} more` : '';
  const verb = missing.length === 1 ? 'has' : 'have';
  return [`${missing.length} of ${expected.length} ${precision}s ${verb} no row: ${names.join(', ')}${more}.`];
}

/** The first day of the period of a day; weeks begin on the weekday of a shown one. */
function startOfPeriod(day: Day, precision: Precision, shown: Day): Day {
  if (precision === 'day') return day;
  if (precision !== 'week') return startOf(day, precision);
  const days = Math.round((Date.parse(shown) - Date.parse(day)) / 86_400_000);
  return addDays(day, -(((-days % 7) + 7) % 7));
}

function boundsOf(
  index: FieldIndex,
  grain: Field,
  filter: FilterNode | undefined,
  counts: (field: Field) => boolean,
): Bounds {
  let bounds: Bounds = {};
  for (const rule of filter ? rulesThatHold(filter) : []) {
    const field = index.fields.get(rule.target.fieldId);
    if (field === undefined || (field.intervalBase ?? field.id) !== (grain.intervalBase ?? grain.id)) continue;
    if (!counts(field)) continue;
    const { from, until } = boundsOfRule(field, rule, grain, index.timezone);
    bounds = {
      from: later(bounds.from, from),
      until: until === undefined || (bounds.until !== undefined && bounds.until < until) ? bounds.until : until,
    };
  }
  return bounds;
}

const later = (left: string | undefined, right: string | undefined) =>
  left === undefined || (right !== undefined && right > left) ? right : left;

/** Rules that hold for every row: those of an "or" may not. */
function rulesThatHold(node: FilterNode): readonly FilterRule[] {
  if ('and' in node) return node.and.flatMap(rulesThatHold);
  if ('or' in node) return node.or.length === 1 ? node.or.flatMap(rulesThatHold) : [];
  return 'disabled' in node && node.disabled === true ? [] : [node];
}

function boundsOfRule(
  field: Field,
  { operator, values }: FilterRule,
  grain: Field,
  timezone: string | undefined,
): Bounds {
  const [first, second] = list(values).filter((value) => typeof value === 'string');
  if (first === undefined) return {};
  if (field.filterType === 'timestamp') {
    if (!first.includes('T')) return {};
    const clock = clockText(first, timezone);
    if (operator.startsWith('greaterThan')) return { from: clock };
    if (operator.startsWith('lessThan')) return { until: clock };
    if (operator !== 'inBetween' || !second?.includes('T')) return {};
    // The last millisecond of a day is its end.
    const end = second.replace(/:59\.999Z$/, ':59Z');
    const until = new Date(Date.parse(end) + (end === second ? 0 : 1_000));
    return { from: clock, until: Number.isNaN(until.getTime()) ? undefined : clockText(until.toISOString(), timezone) };
  }
  const day = first.slice(0, 10);
  // Weeks are compared by a day in them: see `weekBounds`. Among weeks that day is the last on which one may begin.
  const isWeek = field.interval === 'WEEK';
  const unit = isWeek && grain.interval === 'WEEK' ? 'day' : (PRECISIONS[field.interval ?? 'DAY'] ?? 'day');
  const after = (start: Day) => nextPeriod(start, unit);
  switch (operator) {
    case 'equals':
      return { from: midnight(day), until: midnight(after(day)) };
    case 'greaterThanOrEqual':
      return { from: midnight(day) };
    case 'greaterThan':
      return { from: midnight(isWeek ? addDays(day, 7) : after(day)) };
    case 'lessThan':
      return { until: midnight(day) };
    case 'lessThanOrEqual':
      return { until: midnight(after(day)) };
    case 'inBetween':
      return { from: midnight(day), until: midnight(after((second ?? first).slice(0, 10))) };
    default:
      return {};
  }
}

const midnight = (day: Day): string => `${day} 00:00:00`;
/** Without a time at midnight. */
const short = (clock: string): string => clock.replace(/ 00:00:00$/, '');

function periodName(day: Day, precision: Precision): string {
  if (precision === 'year') return day.slice(0, 4);
  if (precision === 'quarter') return `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
  if (precision === 'week') return `the ${intervalName('WEEK')} of ${day}`;
  return precision === 'month' ? day.slice(0, 7) : day;
}
