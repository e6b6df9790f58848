import type { Day } from './parse-date.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timezone: string): Intl.DateTimeFormat {
  const format =
    formats.get(timezone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
  formats.set(timezone, format);
  return format;
}

/** Milliseconds that the clocks of a zone are ahead of UTC at a moment. */
function offsetAt(moment: number, timezone: string): number {
  const parts = new Map(
    formatOf(timezone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  const clock = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return clock - Math.floor(moment / 1_000) * 1_000;
}

/** Years outside of these have no zones that a query could mean, and more than four digits. */
const FIRST_YEAR = '1000';
const LAST_YEAR = '9998';

/**
 * The moment at which a day begins in a time zone, as ISO text in UTC. A day whose midnight a change of the clocks skips
 * begins at the moment of the change.
 */
export const startOfDay = (day: Day, timezone: string | undefined): string => clockMoment(`${day}T00:00:00Z`, timezone);

/** The moment at which the clocks of a zone show a time, written as if it were one of UTC: `2024-12-31T12:00:00Z`. */
export function clockMoment(clock: string, timezone: string | undefined): string {
  const year = clock.slice(0, 4);
  if (timezone === undefined || timezone === 'UTC' || clock[4] !== '-' || year < FIRST_YEAR || year > LAST_YEAR)
    return clock;
  const time = Date.parse(clock);
  // The offset of the day before holds until the clocks change, that of the day after from then on.
  const candidates = [time - 86_400_000, time + 86_400_000].map((near) => time - offsetAt(near, timezone));
  const exact = candidates.find((moment) => moment + offsetAt(moment, timezone) === time);
  return new Date(exact ?? Math.max(...candidates)).toISOString().replace('.000Z', 'Z');
}

/** A moment (ISO text) on the clocks of a zone: `2024-01-15 00:00:00`. */
export function clockText(moment: string, timezone: string | undefined): string {
  const at = Date.parse(moment);
  if (Number.isNaN(at)) return moment;
  const shifted = timezone === undefined || timezone === 'UTC' ? at : at + offsetAt(at, timezone);
  return new Date(shifted).toISOString().slice(0, 19).replace('T', ' ');
}
