import { isObject, list, text } from '../../text/json.ts';
import { addDays, type Day, nextPeriod, startOf } from './parse-date.ts';
import { clockText } from './zoned-day.ts';

/** The moment and the calendar that the dates of a relative filter depend on. */
export interface Today {
  readonly now: Date;
  /** UTC if undefined. */
  readonly timezone?: string | undefined;
  /** Day on which weeks of relative filters begin, from 0 for Monday to 6 for Sunday; undefined if that is not known. */
  readonly firstWeekday: number | undefined;
}

const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const;
type Unit = (typeof UNITS)[number];
const MONTHS: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };

/** A rule of a filter, as far as windows depend on it. */
interface WindowRule {
  readonly operator?: unknown;
  readonly values?: unknown;
  readonly settings?: unknown;
}

/** The days of a relative filter: from the first one up to the second. */
interface WindowDays {
  readonly from: Day;
  readonly until: Day;
  /** On timestamps both ends are at the time of day that it is now, and days include the last one (measured). */
  readonly endsNow: boolean;
}

/** Undefined for hours and minutes, and for other operators. */
function daysOfWindow(rule: WindowRule, today: Today): WindowDays | undefined {
  const settings = isObject(rule.settings) ? rule.settings : {};
  const unit = readUnit(text(settings.unitOfTime) ?? 'days');
  const count = Number(list(rule.values)[0] ?? 1);
  if (unit === undefined || !Number.isInteger(count)) return undefined;
  if (unit === 'week' && today.firstWeekday === undefined) return undefined;
  const day = dayOf(today);
  const current = startOfUnit(day, unit, today);
  const next = addUnits(current, 1, unit);
  const isCompleted = settings.completed === true;
  switch (rule.operator) {
    case 'inThePast':
    case 'notInThePast':
      return isCompleted
        ? { from: addUnits(current, -count, unit), until: current, endsNow: false }
        : { from: addUnits(day, -count, unit), until: day, endsNow: true };
    case 'inTheNext':
      return isCompleted
        ? { from: next, until: addUnits(next, count, unit), endsNow: false }
        : { from: day, until: addUnits(day, count, unit), endsNow: true };
    case 'inTheCurrent':
    case 'notInTheCurrent':
      return { from: current, until: next, endsNow: false };
    default:
      return undefined;
  }
}

/** The same in words: `2024-10-01 to 2024-12-31`, or `since 2024-10-15` for a window that ends now. */
export function datesOfWindow(rule: WindowRule, today: Today, isMoment: boolean): string | undefined {
  if (rule.operator === 'inPeriodToDate') return dayOfEachYear(rule, today);
  const days = daysOfWindow(rule, today);
  if (days === undefined) return undefined;
  const { from, until, endsNow } = days;
  if (endsNow) {
    const time = isMoment ? ` ${clockOf(today).slice(11, 16)} ${today.timezone ?? 'UTC'}` : '';
    return rule.operator === 'inTheNext' ? `until ${until}${time}` : `since ${from}${time}`;
  }
  const last = addDays(until, -1);
  return from === last && /Current$/.test(String(rule.operator)) ? from : `${from} to ${last}`;
}

/** The part of each year to date goes by the number of the day (measured): after February, leap years lack a date. */
function dayOfEachYear({ settings }: WindowRule, today: Today): string | undefined {
  if (!isObject(settings) || settings.unitOfTime !== 'years') return undefined;
  const day = dayOf(today);
  return `up to its day ${(Date.parse(day) - Date.parse(startOf(day, 'year'))) / 86_400_000 + 1}`;
}

/** The same as times on the clocks of the zone, `2024-10-15 09:30:00`: from the first up to the second. */
export function clocksOfWindow(
  rule: WindowRule,
  today: Today,
  isMoment: boolean,
): { readonly from: string; readonly until: string } | undefined {
  const days = daysOfWindow(rule, today);
  if (days === undefined) return isMoment ? clocksOfHours(rule, today) : undefined;
  const { from, until, endsNow } = days;
  const time = endsNow && isMoment ? clockOf(today).slice(10) : ' 00:00:00';
  return { from: `${from}${time}`, until: `${endsNow && !isMoment ? addDays(until, 1) : until}${time}` };
}

const MILLISECONDS: Readonly<Record<string, number>> = { minutes: 60_000, hours: 3_600_000 };

function clocksOfHours({ operator, values, settings }: WindowRule, { now, timezone }: Today) {
  const { unitOfTime, completed } = isObject(settings) ? settings : {};
  const unit = MILLISECONDS[text(unitOfTime) ?? ''];
  if (unit === undefined || !/^(not)?inThePast$/i.test(String(operator))) return undefined;
  const until = completed === true ? Math.floor(now.getTime() / unit) * unit : now.getTime();
  const clock = (time: number) => clockText(new Date(time).toISOString(), timezone);
  return { from: clock(until - Number(list(values)[0] ?? 1) * unit), until: clock(until) };
}

const readUnit = (written: string): Unit | undefined => UNITS.find((unit) => `${unit}s` === written);

/** The day on the clocks of the zone. */
function dayOf({ now, timezone = 'UTC' }: Today): Day {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' }).format(now);
  return /^\d{4}-\d{2}-\d{2}$/.test(parts) ? parts : now.toISOString().slice(0, 10);
}

const clockOf = ({ now, timezone }: Today): string => clockText(now.toISOString(), timezone);

function startOfUnit(day: Day, unit: Unit, { firstWeekday = 0 }: Today): Day {
  if (unit === 'day') return day;
  if (unit !== 'week') return startOf(day, unit);
  // From 0 for Sunday to 6 for Saturday.
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, -((weekday + 13 - firstWeekday) % 7));
}

/** Months are clamped to their last day, as Lightdash does. */
function addUnits(day: Day, count: number, unit: Unit): Day {
  const months = MONTHS[unit];
  if (months === undefined) return addDays(day, count * (unit === 'week' ? 7 : 1));
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + count * months, 1)).toISOString().slice(0, 10);
  const last = Number(addDays(nextPeriod(first, 'month'), -1).slice(8));
  return `${first.slice(0, 8)}${String(Math.min(date, last)).padStart(2, '0')}`;
}
