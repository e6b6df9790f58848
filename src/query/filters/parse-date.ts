/** A calendar day, `YYYY-MM-DD`. */
export type Day = string;

/** Length of a period that a text such as `2024`, `2024-Q1` or `2024-03` names. */
export type Precision = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** A date: a period of whole days, or a moment. */
export type DateValue =
  | { readonly kind: 'period'; readonly precision: Precision; readonly start: Day; readonly end: Day }
  | {
      readonly kind: 'moment';
      readonly at: string;
      /** True for a time without an offset, which `at` has as one of UTC. */
      readonly isLocal?: boolean;
    };

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAY_MS = 86_400_000;

/**
 * Reads `2024`, `2024-03`, `2024-Q1`, `2024-W10`, `2024-03-15`, the same with slashes, months by name, and ISO
 * times (without an offset: UTC). `end` is the first day after the period. Undefined for the ambiguous `03/04/2024`, too.
 */
export function readDate(written: unknown): DateValue | undefined {
  const text = (typeof written === 'number' ? String(written) : typeof written === 'string' ? written : '').trim();
  return readCalendar(text) ?? readMonthName(text) ?? readMoment(text);
}

function readCalendar(text: string): DateValue | undefined {
  const numbers = /^(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (numbers) {
    const [, year, month, day] = numbers;
    if (day) return period('day', Number(year), Number(month), Number(day));
    return month ? period('month', Number(year), Number(month)) : period('year', Number(year));
  }
  const quarter = /^(\d{4})[-/ ]?q([1-4])$/i.exec(text) ?? swap(/^q([1-4])[-/ ]?(\d{4})$/i.exec(text));
  if (quarter) return period('quarter', Number(quarter[1]), Number(quarter[2]) * 3 - 2);
  const week = /^(\d{4})[-/ ]?w(\d{1,2})$/i.exec(text);
  return week ? isoWeek(Number(week[1]), Number(week[2])) : undefined;
}

const swap = (match: RegExpExecArray | null) => match && [match[0], match[2], match[1]];

function readMonthName(text: string): DateValue | undefined {
  const parts = text
    .toLowerCase()
    .split(/[\s,.-]+/)
    .filter((part) => part !== '' && part !== 'of');
  const month = parts.findIndex((part) => /^[a-z]{3,9}$/.test(part) && isMonthName(part));
  if (month < 0 || parts.length > 3) return undefined;
  const monthNumber = MONTHS.indexOf(parts[month]?.slice(0, 3) ?? '') + 1;
  const rest = parts.filter((_, position) => position !== month);
  const year = rest.find((part) => /^\d{4}$/.test(part));
  const day = rest.find((part) => /^\d{1,2}(st|nd|rd|th)?$/.test(part));
  if (!year || rest.length !== (day ? 2 : 1)) return undefined;
  return day
    ? period('day', Number(year), monthNumber, Number.parseInt(day, 10))
    : period('month', Number(year), monthNumber);
}

const FULL_MONTHS = 'january february march april may june july august september october november december'.split(' ');
const isMonthName = (word: string) => FULL_MONTHS.includes(word) || MONTHS.includes(word) || word === 'sept';

function readMoment(text: string): DateValue | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i.exec(text);
  if (!match) return undefined;
  const [, day = '', minutes, seconds = ':00', zone = 'Z'] = match;
  const isLocal = match[4] === undefined;
  const offset = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const moment = new Date(`${day}T${minutes}${seconds}${/^(z|utc)$/i.test(offset) ? 'Z' : offset}`);
  if (Number.isNaN(moment.getTime()) || !readCalendar(day)) return undefined;
  return { kind: 'moment', at: moment.toISOString().replace('.000Z', 'Z'), ...(isLocal && { isLocal }) };
}

/** The day of a moment at midnight UTC, as Lightdash writes the values of days; any other date unchanged. */
export function midnightAsDay(date: DateValue): DateValue {
  if (date.kind === 'period' || !date.at.endsWith('T00:00:00Z')) return date;
  return readCalendar(date.at.slice(0, 10)) ?? date;
}

/** The period that starts on a day; undefined if there is no such day. */
function period(precision: Precision, year: number, month = 1, day = 1): DateValue | undefined {
  const start = new Date(Date.UTC(year, month - 1, day));
  start.setUTCFullYear(year);
  if (start.getUTCMonth() !== month - 1 || start.getUTCDate() !== day || year < 1000) return undefined;
  return { kind: 'period', precision, start: isoDay(start), end: nextPeriod(isoDay(start), precision) };
}

function isoWeek(year: number, week: number): DateValue | undefined {
  const fourth = new Date(Date.UTC(year, 0, 4));
  const start = addDays(isoDay(fourth), (week - 1) * 7 - ((fourth.getUTCDay() + 6) % 7));
  const inYear = new Date(`${addDays(start, 3)}T00:00:00Z`).getUTCFullYear() === year;
  return week >= 1 && inYear ? { kind: 'period', precision: 'week', start, end: addDays(start, 7) } : undefined;
}

/** The day after 9999-12-31 has a sign and six digits of a year, as ISO writes it. */
const isoDay = (date: Date): Day => date.toISOString().replace(/T.*/, '');

/** The day that many days later; earlier for a negative number. */
export const addDays = (day: Day, days: number): Day =>
  isoDay(new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS));

/** The first day of the next week, month, quarter or year after the one that starts on `start`; the next day for a day. */
export function nextPeriod(start: Day, precision: Precision): Day {
  if (precision === 'day') return addDays(start, 1);
  if (precision === 'week') return addDays(start, 7);
  const [year = 0, month = 1] = start.split('-').map(Number);
  const months = precision === 'month' ? 1 : precision === 'quarter' ? 3 : 12;
  return isoDay(new Date(Date.UTC(year, month - 1 + months, 1)));
}

/** The first day of the month, quarter or year that the day is in. */
export function startOf(day: Day, precision: 'month' | 'quarter' | 'year'): Day {
  const month = Number(day.slice(5, 7));
  if (precision === 'month') return `${day.slice(0, 7)}-01`;
  if (precision === 'year') return `${day.slice(0, 4)}-01-01`;
  return `${day.slice(0, 4)}-${String(month - ((month - 1) % 3)).padStart(2, '0')}-01`;
}
