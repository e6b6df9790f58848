import { readCell } from '../../lightdash/rows/cell.ts';
import { joinFirst } from '../../text/names.ts';
import type { MetricQuery } from '../builder/metric-query.ts';
import type { ResultTable } from '../execution/result-table.ts';
import { type Field, type FieldIndex, intervalName } from '../fields/field.ts';
import { addDays, type Day, nextPeriod, type Precision, startOf } from '../filters/parse-date.ts';
import type { Today } from '../filters/relative-window.ts';
import { clockText } from '../filters/zoned-day.ts';
import {
  type DateSpans,
  dateSpans,
  END,
  inOrder,
  intersection,
  midnight,
  precisionOf,
  START,
  startOfWeek,
} from './date-spans.ts';

/** More periods than this are not compared one by one. */
const MAX_PERIODS = 4_000;
/** Cut or missing periods that are named. */
const MAX_NAMED = 6;

/**
 * Notes about the periods of a result: those that the filter on their date cuts, and those without a row in a result of one
 * time dimension. A cut period looks like a low value, and a missing one is not seen.
 */
export function periodNotes(index: FieldIndex, query: MetricQuery, { rows }: ResultTable, today: Today): string[] {
  return shownGrains(index, query).flatMap((grain) => {
    const precision = precisionOf(grain);
    const periods = new Set<Day>();
    for (const row of rows) {
      const { raw } = readCell(row[grain.id]);
      if (typeof raw === 'string' && /^\d{4}-\d{2}-\d{2}/.test(raw)) periods.add(raw.slice(0, 10));
    }
    const shown = [...periods].sort();
    const [first] = shown;
    if (precision === undefined || first === undefined) return [];
    const week = precision === 'week' ? first : undefined;
    const filtered = dateSpans(index, grain, query.filters.dimensions, today, week);
    const isWhole = query.dimensions.length === 1 && rows.length < query.limit && !query.filters.metrics;
    return [
      ...cutNotes(precision, shown, filtered),
      ...(isWhole && filtered.isComplete
        ? missingNote(precision, shown, filtered, clockText(today.now.toISOString(), index.timezone))
        : []),
    ];
  });
}

/** Notes about the periods that the filter cuts, for a result whose rows are not seen. The weekday of weeks is not known then. */
export function cutPeriodNotes(index: FieldIndex, query: MetricQuery, today: Today): string[] {
  return shownGrains(index, query).flatMap((grain) => {
    const precision = precisionOf(grain);
    if (precision === undefined || precision === 'week') return [];
    const filtered = dateSpans(index, grain, query.filters.dimensions, today);
    const edges = [filtered.spans, ...filtered.alternatives]
      .flat()
      .flatMap(({ from, until }) => [
        ...(from === START ? [] : [from.slice(0, 10)]),
        ...(until === END ? [] : [addDays(until.slice(0, 10), until.endsWith(' 00:00:00') ? -1 : 0)]),
      ]);
    const shown = new Set(edges.map((day) => startOfPeriod(day, precision, day)));
    return cutNotes(precision, [...shown].sort(), filtered);
  });
}

/** The finest grain of each date that the rows are grouped by. */
function shownGrains(index: FieldIndex, { dimensions }: MetricQuery): readonly Field[] {
  const finest = new Map<string, Field>();
  for (const grain of dimensions.flatMap((id) => index.fields.get(id) ?? [])) {
    const [precision, date] = [precisionOf(grain), grain.intervalBase ?? grain.id];
    const finer = finest.get(date);
    if (precision && (!finer || FINEST_FIRST.indexOf(precision) < FINEST_FIRST.indexOf(precisionOf(finer) ?? 'year')))
      finest.set(date, grain);
  }
  return [...finest.values()];
}

const FINEST_FIRST: readonly Precision[] = ['day', 'week', 'month', 'quarter', 'year'];

function cutNotes(precision: Precision, shown: readonly Day[], filtered: DateSpans): string[] {
  const { spans, alternatives, endsNow } = filtered;
  const cut = cutPeriods(precision, shown, spans);
  const partly = alternatives.map((side) => cutPeriods(precision, shown, side)).find((names) => names !== undefined);
  return [
    ...(cut === undefined
      ? []
      : [`Cut by the filter: ${cut}.${endsNow ? ` Whole ones: unit "completed ${precision}s".` : ''}`]),
    ...(partly === undefined
      ? []
      : [`Partly cut by one side of an "or": ${partly}; outside of that are only rows that pass its other side.`]),
  ];
}

/** The shown periods that lie in a list of spans with a part alone, and which; undefined if there are none. */
function cutPeriods(precision: Precision, shown: readonly Day[], spans: DateSpans['spans']): string | undefined {
  const parts = shown.flatMap((day) => {
    const [from, until] = [midnight(day), midnight(nextPeriod(day, precision))];
    const [first, ...others] = intersection([{ from, until }], spans);
    if (first === undefined) return [];
    const last = others.at(-1) ?? first;
    const cuts = [
      ...(first.from > from ? [`begins at ${short(first.from)}`] : []),
      ...(last.until < until ? [`ends before ${short(last.until)}`] : []),
      ...(others.length > 0 ? ['has gaps'] : []),
    ];
    return cuts.length > 0 ? [`${periodName(day, precision)} ${cuts.join(' and ')}`] : [];
  });
  return parts.length === 0 ? undefined : joinFirst(parts, MAX_NAMED);
}

function missingNote(precision: Precision, shown: readonly Day[], { spans }: DateSpans, now: string): string[] {
  const [first = '', last = ''] = [shown[0], shown.at(-1)];
  const [from = START, until = END] = [spans[0]?.from, spans.at(-1)?.until];
  // Periods to come have no rows.
  const [end] = inOrder(until, now);
  const start = from === START ? first : startOfPeriod(from.slice(0, 10), precision, first);
  const expected: Day[] = [];
  let compared = 0;
  for (
    let [day] = inOrder(start, first);
    (day <= last || (until !== END && midnight(day) < end)) && compared <= MAX_PERIODS;
    day = nextPeriod(day, precision)
  ) {
    compared += 1;
    const period = { from: midnight(day), until: midnight(nextPeriod(day, precision)) };
    if (intersection([period], spans).length > 0) expected.push(day);
  }
  const present = new Set(shown);
  const missing = expected.filter((day) => !present.has(day));
  if (missing.length === 0 || compared > MAX_PERIODS) return [];
  const names = missing.map((day) => periodName(day, precision));
  const verb = missing.length === 1 ? 'has' : 'have';
  return [`${missing.length} of ${expected.length} ${precision}s ${verb} no row: ${joinFirst(names, MAX_NAMED)}.`];
}

/** The first day of the period of a day; weeks begin on the weekday of a shown one. */
function startOfPeriod(day: Day, precision: Precision, shown: Day): Day {
  if (precision === 'day') return day;
  return precision === 'week' ? startOfWeek(day, shown) : startOf(day, precision);
}

/** Without a time at midnight, and without seconds if there are none. */
const short = (clock: string): string => clock.replace(/ 00:00:00$/, '').replace(/:00$/, '');

function periodName(day: Day, precision: Precision): string {
  if (precision === 'year') return day.slice(0, 4);
  if (precision === 'quarter') return `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
  if (precision === 'week') return `the ${intervalName('WEEK')} of ${day}`;
  return precision === 'month' ? day.slice(0, 7) : day;
}
