import type { Cell, Grain } from './data.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_MS = 86_400_000;
const STEP_MS: Partial<Record<Grain, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: DAY_MS,
  week: 7 * DAY_MS,
};
const STEP_MONTHS: Partial<Record<Grain, number>> = { month: 1, quarter: 3, year: 12 };

/** More periods than this are drawn on a continuous time axis. */
export const MAX_PERIODS = 400;

/**
 * Milliseconds of a raw date, read as UTC whatever the machine's zone: Lightdash sends dates and timestamps in the
 * time zone of the query. Takes `2024-03-01`, `2024-03-01T00:00:00Z`, `2024-03`, `2024-Q1`, `2024`.
 */
export function parseTime(cell: Cell | undefined): number | undefined {
  if (typeof cell === 'number') return Number.isInteger(cell) && cell > 999 && cell < 10_000 ? Date.UTC(cell, 0) : cell;
  if (typeof cell !== 'string') return undefined;
  const quarter = /^(\d{4})-Q([1-4])$/.exec(cell);
  if (quarter) return Date.UTC(Number(quarter[1]), (Number(quarter[2]) - 1) * 3);
  if (!/^\d{4}(-\d{2}(-\d{2}([T ]|$)|$)|$)/.test(cell)) return undefined;
  const text = cell.replace(' ', 'T');
  const zoned = /T/.test(text) && !/(Z|[+-]\d{2}:?\d{2})$/i.test(text) ? `${text}Z` : text;
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? undefined : time;
}

/** Start of the period after the one that starts at `time`. */
function nextPeriod(time: number, grain: Grain): number {
  const months = STEP_MONTHS[grain];
  if (months === undefined) return time + (STEP_MS[grain] ?? DAY_MS);
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, date.getUTCDate());
}

/**
 * Every period from the first to the last of `times` (ascending), missing ones included. Undefined if there are more than
 * `MAX_PERIODS`, or if the times do not lie on the grain.
 */
export function fillPeriods(times: readonly number[], grain: Grain): readonly number[] | undefined {
  const last = times.at(-1);
  if (times[0] === undefined || last === undefined) return [];
  const filled: number[] = [];
  for (let time = times[0]; time <= last; time = nextPeriod(time, grain)) {
    if (filled.push(time) > MAX_PERIODS) return undefined;
  }
  const filledTimes = new Set(filled);
  return times.every((time) => filledTimes.has(time)) ? filled : undefined;
}

/** The longest periods that every one of these times starts; undefined for fewer than two, or times of day. */
export function grainOfTimes(times: readonly number[]): Grain | undefined {
  const dates = [...new Set(times)].map((time) => new Date(time));
  const [first] = dates;
  if (first === undefined || dates.length < 2) return undefined;
  const every = (test: (date: Date) => boolean) => dates.every(test);
  if (!every((date) => date.getTime() % DAY_MS === 0)) return undefined;
  if (every((date) => date.getUTCDate() === 1)) {
    if (every((date) => date.getUTCMonth() === 0)) return 'year';
    return every((date) => date.getUTCMonth() % 3 === 0) ? 'quarter' : 'month';
  }
  return every((date) => date.getUTCDay() === first.getUTCDay()) ? 'week' : 'day';
}

/** Full name of a period: `2025`, `Q1 2025`, `Jan 2025`, `Jan 6, 2025`, `Jan 6, 2025, 14:00`. */
export function periodName(time: number, grain: Grain | undefined): string {
  const { year, day, clock } = parts(time);
  switch (grain) {
    case 'year':
      return year;
    case 'quarter':
    case 'month':
      return `${shortName(time, grain)} ${year}`;
    case 'week':
    case 'day':
      return `${day}, ${year}`;
    default:
      return clock === '00:00' && grain === undefined ? `${day}, ${year}` : `${day}, ${year}, ${clock}`;
  }
}

/** Names for an axis, the year (or the day, for hours) on a second line; repeated ones are left out when it is drawn. */
export function periodTicks(times: readonly number[], grain: Grain): readonly string[] {
  return times.map((time) => {
    const context = contextOf(time, grain);
    return context === '' ? shortName(time, grain) : `${shortName(time, grain)}\n${context}`;
  });
}

function shortName(time: number, grain: Grain): string {
  const date = new Date(time);
  const { year, day, clock } = parts(time);
  if (grain === 'year') return year;
  if (grain === 'quarter') return `Q${Math.floor(date.getUTCMonth() / 3) + 1}`;
  if (grain === 'month') return MONTHS[date.getUTCMonth()] ?? '';
  return grain === 'week' || grain === 'day' ? day : clock;
}

function contextOf(time: number, grain: Grain): string {
  if (grain === 'year') return '';
  const { year, day } = parts(time);
  return grain === 'hour' || grain === 'minute' || grain === 'second' ? day : year;
}

function parts(time: number) {
  const date = new Date(time);
  const iso = date.toISOString();
  const seconds = iso.slice(17, 19);
  return {
    year: String(date.getUTCFullYear()),
    day: `${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}`,
    clock: seconds === '00' ? iso.slice(11, 16) : iso.slice(11, 19),
  };
}
