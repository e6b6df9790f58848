import { isObject, list, text } from '../../text/json.ts';
import { addDays, type Day, nextPeriod, startOf } from './parse-date.ts';
import { clockText } from './zoned-day.ts';

/** The moment and the calendar that the dates of a relative filter depend on. */
export interface Today {
  readonly now: Date;
  /** UTC if undefined. */
  readonly timezone?: string | undefined;
  /** Day on which weeks of relative filters begin: Sunday on 0.1366, Monday on 1.219 (measured). */
  readonly firstWeekday: 'Sunday' | 'Monday' | undefined;
}

const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const;
type Unit = (typeof UNITS)[number];
const MONTHS: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };

/**
 * The days that a relative filter is about, in words: `2024-10-01 to 2024-12-31`, or `since 2024-10-15` for a window that
 * ends now. On timestamps such a window begins at the time of day that it is now (measured). Undefined for hours and minutes,
 * and for other operators.
 */
export function datesOfWindow(
  rule: Readonly<Record<string, unknown>>,
  today: Today,
  isMoment: boolean,
): string | undefined {
  const settings = isObject(rule.settings) ? rule.settings : {};
  const unit = readUnit(text(settings.unitOfTime) ?? 'days');
  const count = Number(list(rule.values)[0] ?? 1);
  if (unit === undefined || !Number.isInteger(count)) return undefined;
  if (unit === 'week' && today.firstWeekday === undefined) return undefined;
  const day = dayOf(today);
  const current = startOfUnit(day, unit, today);
  const isCompleted = settings.completed === true;
  const time = isMoment ? ` ${timeOf(today)}` : '';
  switch (rule.operator) {
    case 'inThePast':
    case 'notInThePast':
      return isCompleted
        ? `${addUnits(current, -count, unit)} to ${addDays(current, -1)}`
        : `since ${addUnits(day, -count, unit)}${time}`;
    case 'inTheNext': {
      const first = addUnits(current, 1, unit);
      return isCompleted
        ? `${first} to ${addDays(addUnits(first, count, unit), -1)}`
        : `until ${addUnits(day, count, unit)}${time}`;
    }
    case 'inTheCurrent':
    case 'notInTheCurrent':
      return unit === 'day' ? current : `${current} to ${addDays(addUnits(current, 1, unit), -1)}`;
    default:
      return undefined;
  }
}

const readUnit = (written: string): Unit | undefined => UNITS.find((unit) => `${unit}s` === written);

/** The day on the clocks of the zone. */
function dayOf({ now, timezone = 'UTC' }: Today): Day {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' }).format(now);
  return /^\d{4}-\d{2}-\d{2}$/.test(parts) ? parts : now.toISOString().slice(0, 10);
}

const timeOf = ({ now, timezone = 'UTC' }: Today): string =>
  `${clockText(now.toISOString(), timezone).slice(11, 16)} ${timezone}`;

function startOfUnit(day: Day, unit: Unit, { firstWeekday }: Today): Day {
  if (unit === 'day') return day;
  if (unit !== 'week') return startOf(day, unit);
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, -(firstWeekday === 'Monday' ? (weekday + 6) % 7 : weekday));
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
