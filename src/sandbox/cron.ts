/** The five fields of a cron expression, each with the values it allows. */
const FIELDS = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12 },
  { min: 0, max: 7 },
] as const;

function valuesOf(field: string, { min, max }: { min: number; max: number }): Set<number> | null {
  const values = new Set<number>();
  for (const range of field.split(',')) {
    const match = /^(\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(range);
    if (!match) return null;
    const [, all, first, to, step] = match;
    const start = all === '*' ? min : Number(first);
    const end = all === '*' || (to === undefined && step !== undefined) ? max : Number(to ?? first);
    if (start < min || end > max || start > end || step === '0') return null;
    for (let value = start; value <= end; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}

type Parsed = readonly [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];

function parse(cron: string): Parsed | null {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== FIELDS.length) return null;
  const sets = FIELDS.map((limits, index) => valuesOf(fields[index] ?? '', limits));
  const [minutes, hours, days, months, weekdays] = sets;
  return minutes && hours && days && months && weekdays ? [minutes, hours, days, months, weekdays] : null;
}

/** True for an expression of five valid fields. */
export const isCron = (cron: string): boolean => parse(cron) !== null;

/** True if a cron expression has more than one minute. */
export const isMoreOftenThanHourly = (cron: string): boolean => (parse(cron)?.[0].size ?? 0) > 1;

/** The times at which an expression still fires on the day of `now`, in UTC; those are what the real server has queued. */
export function runsToday(cron: string, now: Date): Date[] {
  const parsed = parse(cron);
  if (!parsed) return [];
  const [minutes, hours, days, months, weekdays] = parsed;
  const weekday = now.getUTCDay();
  const isToday =
    days.has(now.getUTCDate()) &&
    months.has(now.getUTCMonth() + 1) &&
    (weekdays.has(weekday) || (weekday === 0 && weekdays.has(7)));
  if (!isToday) return [];
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  return [...hours]
    .flatMap((hour) => [...minutes].map((minute) => new Date(midnight + (hour * 60 + minute) * 60_000)))
    .filter((time) => time > now);
}

const DAY_NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** An expression with the weekdays as numbers: 1.219 takes their names too. */
export const withoutNames = (cron: string): string =>
  cron.replaceAll(/[a-z]{3}/gi, (name) => {
    const number = DAY_NAMES.indexOf(name.toLowerCase());
    return number < 0 ? name : String(number);
  });

/** True for five fields of which the first is one minute: what 1.219 lets through, however little sense the others make. */
export const isAtMostHourly = (cron: string): boolean => /^\d{1,2}(\s+\S+){4}$/.test(cron.trim());
