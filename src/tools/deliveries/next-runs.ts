import { Cron } from 'croner';
import { toString as cronWords } from 'cronstrue';

const RUNS = 3;

/** A cron expression in words: `At 08:00, only on Monday`; itself if it cannot be read. */
export function scheduleWords(cron: string): string {
  try {
    const words = cronWords(cron, { use24HourTimeFormat: true });
    return /^\d+ [\d,-]+ \* \* \*$/.test(cron) ? `${words}, every day` : words;
  } catch {
    return cron;
  }
}

/** The next three runs in a zone, such as `Mon 2026-11-30 08:00`; none if the expression never runs. */
export function nextRuns(cron: string, timezone: string, now = new Date()): readonly string[] {
  try {
    return new Cron(cron, { timezone }).nextRuns(RUNS, now).map((date) => inZone(date, timezone));
  } catch {
    return [];
  }
}

/** A moment on the clocks of a zone: `Mon 2026-11-30 08:00`. */
function inZone(date: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(date);
  const part = (type: string) => parts.find((piece) => piece.type === type)?.value ?? '';
  return `${part('weekday')} ${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`;
}
