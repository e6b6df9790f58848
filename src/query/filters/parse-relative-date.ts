/** A window relative to now, as in Lightdash's operators. */
export interface RelativeWindow {
  readonly operator: 'inThePast' | 'inTheNext' | 'inTheCurrent';
  readonly count: number;
  readonly unit: TimeUnit;
  /** Whole calendar units before (or after) the current one; otherwise the window ends (or begins) now. */
  readonly completed: boolean;
}

const UNITS = ['minutes', 'hours', 'days', 'weeks', 'months', 'quarters', 'years'] as const;
type TimeUnit = (typeof UNITS)[number];
/** Units of a relative date, singular. */
export const timeUnits: readonly string[] = UNITS;

const UNIT = '(minute|hour|day|week|month|quarter|year)s?';
const COMPLETED = '(?:(completed|complete|full|whole|calendar)\\s+)?';
const NUMBER_WORDS: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3, four: 4, six: 6, twelve: 12 };

/** `months`, `completed months`, `Month`: the unit of a relative filter; `completed` if it counts whole ones. */
export function readUnit(written: string): { unit: TimeUnit; completed: boolean } | undefined {
  const match = new RegExp(`^${COMPLETED}${UNIT}$`).exec(normalizePhrase(written));
  const unit = match && unitOf(match[2]);
  return unit ? { unit, completed: match[1] !== undefined } : undefined;
}

/** `3 completed months`, `30 days`: a count with its unit. */
export function readDuration(written: string): { count: number; unit: TimeUnit; completed: boolean } | undefined {
  const match = new RegExp(`^(\\d+|[a-z]+)\\s+${COMPLETED}${UNIT}$`).exec(normalizePhrase(written));
  const unit = match && unitOf(match[3]);
  const count = match?.[1] && (NUMBER_WORDS[match[1]] ?? Number(match[1]));
  return unit && count ? { count, unit, completed: match[2] !== undefined } : undefined;
}

/**
 * Windows in words: `today`, `this month`, `last quarter` (the whole one before this), `last 3 months` (ending now, as
 * Lightdash's "in the last" does), `last 3 completed months`, `next 2 weeks`. Undefined for anything else.
 */
export function readRelativeWindow(written: string): RelativeWindow | undefined {
  const phrase = normalizePhrase(written)
    .replace(/^(in|within|during) (the )?/, '')
    .replace(/^the /, '');
  if (phrase === 'today') return { operator: 'inTheCurrent', count: 1, unit: 'days', completed: false };
  if (phrase === 'yesterday') return { operator: 'inThePast', count: 1, unit: 'days', completed: true };
  if (phrase === 'tomorrow') return { operator: 'inTheNext', count: 1, unit: 'days', completed: true };
  const match = /^(this|current|last|past|previous|prior|next|coming) (.+)$/.exec(phrase);
  if (!match?.[1] || !match[2]) return undefined;
  const operator = /^(this|current)$/.test(match[1])
    ? 'inTheCurrent'
    : /^(next|coming)$/.test(match[1])
      ? 'inTheNext'
      : 'inThePast';
  const single = readUnit(match[2]);
  if (single) return { operator, count: 1, unit: single.unit, completed: operator !== 'inTheCurrent' };
  const several = readDuration(match[2]);
  return several && operator !== 'inTheCurrent' ? { operator, ...several } : undefined;
}

const normalizePhrase = (written: string): string =>
  written
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ');

const unitOf = (singular: string | undefined): TimeUnit | undefined => UNITS.find((unit) => unit === `${singular}s`);
