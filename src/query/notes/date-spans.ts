import { list } from '../../text/json.ts';
import type { Field, FieldIndex } from '../fields/field.ts';
import type { FilterNode, FilterRule } from '../filters/lightdash-filters.ts';
import { addDays, type Day, nextPeriod, type Precision, startOf } from '../filters/parse-date.ts';
import { clocksOfWindow, type Today } from '../filters/relative-window.ts';
import { clockText } from '../filters/zoned-day.ts';

/** A part of a date's time line on the clocks of the query's zone, `2024-01-15 00:00:00`: from the first up to the second. */
interface Span {
  readonly from: string;
  readonly until: string;
}

/** Before and after every date that a filter can have. */
export const [START, END] = ['', '~'];
const ALWAYS: readonly Span[] = [{ from: START, until: END }];
const PRECISIONS: Readonly<Record<string, Precision>> = {
  DAY: 'day',
  WEEK: 'week',
  MONTH: 'month',
  QUARTER: 'quarter',
  YEAR: 'year',
};
/** A Monday: weeks begin on that day unless the rows show another. */
const MONDAY = '2024-01-01';

/** Undefined for a field that is not a grain of days or longer periods. */
export const precisionOf = ({ interval, valueType }: Field): Precision | undefined =>
  valueType === 'date' || valueType === 'timestamp' ? PRECISIONS[interval ?? ''] : undefined;

/** Begin of a day as the warehouse writes it, to compare with bounds as text. */
export const midnight = (day: Day): string => `${day} 00:00:00`;

/** The first day of the week of a day; weeks begin on the weekday of another day. */
export function startOfWeek(day: Day, weekday: Day = MONDAY): Day {
  const days = Math.round((Date.parse(day) - Date.parse(weekday)) / 86_400_000);
  return addDays(day, -(((days % 7) + 7) % 7));
}

/** The part of a date that passes a filter. */
export interface DateSpans {
  /** In order, without overlaps; all of time if no rule restricts the date. */
  readonly spans: readonly Span[];
  /** False if a rule on the date is no list of spans (days of the week, hours): it may leave periods out. */
  readonly isComplete: boolean;
  /** Spans that an "or" joins with rules on other fields: outside of them are only rows that pass those. */
  readonly alternatives: readonly (readonly Span[])[];
  /** True if a window of the past ends now, not with a whole unit. */
  readonly endsNow: boolean;
}

/**
 * The parts of a date's time line that a filter leaves.
 *
 * @param week a first day of a week, for the weekday that weeks begin on.
 */
export function dateSpans(
  index: FieldIndex,
  grain: Field,
  filter: FilterNode | undefined,
  today: Today,
  week?: Day,
): DateSpans {
  let isComplete = true;
  let endsNow = false;
  const alternatives: (readonly Span[])[] = [];
  const ofRule = (rule: FilterRule): readonly Span[] => {
    const field = index.fields.get(rule.target.fieldId);
    const isDisabled = 'disabled' in rule && rule.disabled === true;
    if (isDisabled || !field || (field.intervalBase ?? field.id) !== (grain.intervalBase ?? grain.id)) return ALWAYS;
    const spans =
      windowSpans(field, rule, today, week) ??
      (field.filterType === 'timestamp' ? momentSpans(rule, index.timezone) : daySpans(field, rule, week));
    endsNow ||= rule.operator === 'inThePast' && rule.settings?.completed !== true;
    isComplete &&= spans !== undefined || rule.operator === 'notNull';
    return spans ?? ALWAYS;
  };
  const ofNode = (node: FilterNode): readonly Span[] => {
    if ('and' in node) return node.and.map(ofNode).reduce(intersection, ALWAYS);
    if (!('or' in node)) return ofRule(node);
    const sides = node.or.map(ofNode);
    const dated = sides.filter((side) => !isAlways(side));
    if (dated.length > 0 && dated.length < sides.length) alternatives.push(union(dated.flat()));
    return dated.length < sides.length || sides.length === 0 ? ALWAYS : union(sides.flat());
  };
  const spans = filter ? ofNode(filter) : ALWAYS;
  return { spans, isComplete, alternatives, endsNow };
}

const isAlways = ([first]: readonly Span[]): boolean => first?.from === START && first.until === END;

/** The parts that two lists of spans share. */
export function intersection(left: readonly Span[], right: readonly Span[]): readonly Span[] {
  return left.flatMap((one) =>
    right.flatMap((other) => {
      const from = inOrder(one.from, other.from)[1];
      const until = inOrder(one.until, other.until)[0];
      return from < until ? [{ from, until }] : [];
    }),
  );
}

/** The earlier of two dates first. */
export function inOrder(one: string, other: string): readonly [string, string] {
  if (one <= other) return [one, other];
  return [other, one];
}

function union(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = [];
  for (const span of [...spans].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = joined.at(-1);
    if (last === undefined || last.until < span.from) joined.push(span);
    else if (span.until > last.until) joined[joined.length - 1] = { from: last.from, until: span.until };
  }
  return joined;
}

const allBut = ({ from, until }: Span): readonly Span[] =>
  [
    { from: START, until: from },
    { from: until, until: END },
  ].filter((span) => span.from < span.until);

/** Undefined for operators that are no spans. */
function spansOf(operator: string, spans: readonly Span[]): readonly Span[] | undefined {
  const [first] = spans;
  if (operator === 'isNull') return [];
  if (first === undefined) return undefined;
  const between = { from: first.from, until: spans.at(-1)?.until ?? first.until };
  switch (operator) {
    case 'equals':
      return union(spans);
    case 'notEquals':
      return spans.map(allBut).reduce(intersection, ALWAYS);
    case 'greaterThanOrEqual':
      return [{ from: first.from, until: END }];
    case 'greaterThan':
      return [{ from: first.until, until: END }];
    case 'lessThan':
      return [{ from: START, until: first.from }];
    case 'lessThanOrEqual':
      return [{ from: START, until: first.until }];
    case 'inBetween':
      return [between];
    case 'notInBetween':
      return allBut(between);
    default:
      return undefined;
  }
}

/** A window that moves with today; a grain passes with the periods that begin in it. Undefined for other operators. */
function windowSpans(field: Field, rule: FilterRule, today: Today, week: Day | undefined): readonly Span[] | undefined {
  const isMoment = field.filterType === 'timestamp';
  const clocks = clocksOfWindow(rule, today, isMoment);
  const precision = isMoment ? 'day' : PRECISIONS[field.interval ?? 'DAY'];
  if (clocks === undefined || precision === undefined) return undefined;
  const startAfter = (clock: string): string => {
    const day = clock.slice(0, 10);
    const first = firstDay(day, precision, week);
    return midnight(first === day ? day : nextPeriod(first, precision));
  };
  const span = isMoment ? clocks : { from: startAfter(clocks.from), until: startAfter(clocks.until) };
  const isNegative = rule.operator.startsWith('not');
  // No month begins in a window of some days.
  if (span.from >= span.until) return isNegative ? ALWAYS : [];
  return isNegative ? allBut(span) : [span];
}

/** Bounds at a moment, to the second: the last millisecond of a day is its end. */
function momentSpans({ operator, values }: FilterRule, timezone: string | undefined): readonly Span[] | undefined {
  const moments = texts(values);
  if (moments.some((moment) => !moment.includes('T') || Number.isNaN(Date.parse(moment)))) return undefined;
  const spans = moments.map((moment) => {
    const at = Date.parse(moment);
    const next = new Date((Math.floor(at / 1_000) + 1) * 1_000).toISOString();
    const from = clockText(moment, timezone);
    // A second more or less is no cut.
    const until = /:59(\.\d+)?Z$/.test(moment) ? clockText(next, timezone) : from;
    return { from, until };
  });
  if (operator !== 'equals' && operator !== 'notEquals') return spansOf(operator, spans);
  return operator === 'notEquals' ? ALWAYS : undefined;
}

function daySpans(field: Field, { operator, values }: FilterRule, week: Day | undefined): readonly Span[] | undefined {
  const precision = PRECISIONS[field.interval ?? 'DAY'];
  const days = texts(values).map((value) => value.slice(0, 10));
  if (precision === undefined || days.some((day) => Number.isNaN(Date.parse(day)))) return undefined;
  const spans = days.flatMap((day, position) => {
    const first = firstDay(day, precision, week);
    const until = nextPeriod(first, precision);
    // No period is equal to a day in its middle, and from such a day on they begin with the next one.
    if (operator === 'notEquals' && first !== day) return [];
    const isLowerEdge = /^(greaterThanOrEqual|lessThan)$/.test(operator) || (isBetween(operator) && position === 0);
    return [{ from: midnight(isLowerEdge && first !== day ? until : first), until: midnight(until) }];
  });
  return operator === 'notEquals' && spans.length === 0 ? ALWAYS : spansOf(operator, spans);
}

const isBetween = (operator: string): boolean => operator === 'inBetween' || operator === 'notInBetween';

/** The first day of the period of a day. */
function firstDay(day: Day, precision: Precision, week: Day | undefined): Day {
  if (precision === 'day') return day;
  return precision === 'week' ? startOfWeek(day, week) : startOf(day, precision);
}

const texts = (values: unknown): readonly string[] => list(values).filter((value) => typeof value === 'string');
