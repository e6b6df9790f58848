/** Calendar arithmetic in UTC, as Lightdash does it with moment: months are clamped to their end. */

const UNITS = ['milliseconds', 'seconds', 'minutes', 'hours', 'days', 'weeks', 'months', 'quarters', 'years'] as const;
type UnitOfTime = (typeof UNITS)[number];

const MILLISECONDS = {
  milliseconds: 1,
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
  weeks: 604_800_000,
};
const MONTHS = { months: 1, quarters: 3, years: 12 };

/** True for a unit that relative dates take. */
export function isUnitOfTime(value: unknown): value is UnitOfTime {
  return UNITS.some((unit) => unit === value);
}

/** The date that many units later, in UTC; earlier for a negative amount. */
export function addUnits(date: Date, amount: number, unit: UnitOfTime): Date {
  if (unit === 'months' || unit === 'quarters' || unit === 'years') {
    const month = date.getUTCMonth() + amount * MONTHS[unit];
    const lastDay = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
    const result = new Date(date);
    result.setUTCFullYear(date.getUTCFullYear(), month, Math.min(date.getUTCDate(), lastDay));
    return result;
  }
  return new Date(date.getTime() + amount * MILLISECONDS[unit]);
}

/** @param firstDay the day on which weeks begin: 0 for Sunday (0.1366), 1 for Monday (1.219) */
export function startOfUnit(date: Date, unit: UnitOfTime, firstDay: 0 | 1 = 0): Date {
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  switch (unit) {
    case 'years':
      return new Date(Date.UTC(year, 0, 1));
    case 'quarters':
      return new Date(Date.UTC(year, month - (month % 3), 1));
    case 'months':
      return new Date(Date.UTC(year, month, 1));
    case 'weeks':
      return new Date(Date.UTC(year, month, date.getUTCDate() - ((date.getUTCDay() - firstDay + 7) % 7)));
    default:
      return new Date(Math.floor(date.getTime() / MILLISECONDS[unit]) * MILLISECONDS[unit]);
  }
}

/** The last millisecond of the unit. */
export function endOfUnit(date: Date, unit: UnitOfTime, firstDay: 0 | 1 = 0): Date {
  return new Date(addUnits(startOfUnit(date, unit, firstDay), 1, unit).getTime() - 1);
}

/**
 * Offset of a time zone from UTC at a moment, in milliseconds.
 * @throws RangeError for an unknown zone.
 */
export function zoneOffset(date: Date, timeZone: string): number {
  // The zone of saved charts on 1.219; in this project UTC.
  if (timeZone === 'project_timezone') return 0;
  const name = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(date)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d+):(\d+)/.exec(name ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MILLISECONDS.minutes;
}

/** `2024-03-31` */
export function formatDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** `2024-03-31 23:59:59` */
export function formatSecond(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ');
}

const ISO =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ]\d\d(?::\d\d(?::\d\d(?:[.,]\d+)?)?)?)?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/**
 * A date of a filter: ISO, also shortened ("2024", "2024-03"), without zone meaning UTC; milliseconds; else whatever
 * JavaScript reads. A missing value is now. Undefined: not a date.
 */
export function parseFilterDate(value: unknown, now: Date): Date | undefined {
  if (value === undefined) return now;
  if (value instanceof Date || typeof value === 'number') return validDate(new Date(value));
  if (typeof value !== 'string') return undefined;
  const iso = ISO.exec(value.trim());
  if (!iso) return validDate(new Date(`${value} UTC`)) ?? validDate(new Date(value));
  const [text, year, month = '01', day = '01', zone] = iso;
  // JavaScript takes 30 February for 1 March; moment takes it for a mistake.
  if (Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return undefined;
  const time = /[T ](\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?/.exec(text);
  const [, hour = '00', minute = '00', second = '00', fraction = '0'] = time ?? [];
  return validDate(
    new Date(
      `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3)}${zone?.toUpperCase() ?? 'Z'}`.replace(
        /([+-]\d\d)(\d\d)?$/,
        (_, hours: string, minutes = '00') => `${hours}:${minutes}`,
      ),
    ),
  );
}

function validDate(date: Date): Date | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date;
}
