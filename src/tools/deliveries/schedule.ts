import { ArgumentsError } from '../arguments.ts';
import type { PreviewClient } from '../preview.ts';
import { projectTimezone } from './content.ts';
import { nextRuns, scheduleWords } from './next-runs.ts';
import { readWhen } from './read-when.ts';
import { checkedTimezone } from './timezone.ts';

/** When a delivery runs. */
export interface Schedule {
  readonly cron: string;
  /** The zone of its own; undefined if it follows the project's. */
  readonly timezone: string | undefined;
  readonly notes: readonly string[];
}

/**
 * Reads a schedule and its zone. A zone in the words counts unless the argument names one as well.
 *
 * @throws {ArgumentsError} for words that are not understood, an unknown zone, and a date that never comes.
 */
export function readSchedule(when: string, timezone: string | undefined): Schedule {
  const read = readWhen(when);
  const zone = timezone ?? read.timezone;
  const checked = zone === undefined ? undefined : checkedTimezone(zone);
  if (nextRuns(read.cron, checked ?? 'UTC').length === 0)
    throw new ArgumentsError([`when: "${when.slice(0, 100)}" (${read.cron}) never comes`]);
  return { cron: read.cron, timezone: checked, notes: read.notes };
}

/** Zone of a delivery, in the words of an answer. */
export interface Zone {
  readonly name: string;
  readonly isOfProject: boolean;
}

/** The zone that a delivery runs in; UTC is the default of projects. */
export async function zoneOf(
  timezone: string | undefined,
  projectUuid: string | undefined,
  client: PreviewClient,
): Promise<Zone> {
  if (timezone !== undefined) return { name: timezone, isOfProject: false };
  return { name: (await projectTimezone(projectUuid, client)) ?? 'UTC', isOfProject: true };
}

/** `At 08:00, only on Monday (0 8 * * 1), Europe/Lisbon`. */
export function describeSchedule(cron: string, { name, isOfProject }: Zone): string {
  return `${scheduleWords(cron)} (${cron}), ${name}${isOfProject ? ' (the zone of the project)' : ''}`;
}

/** The next three runs as a sentence. */
export function describeNextRuns(cron: string, { name }: Zone): string {
  const runs = nextRuns(cron, name);
  return runs.length === 0 ? 'Its next runs are not known.' : `Next: ${runs.join('; ')}.`;
}
