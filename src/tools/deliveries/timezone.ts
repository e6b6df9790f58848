import { nearest } from '../../text/suggest.ts';
import { ArgumentsError } from '../arguments.ts';

/** True for a name of a time zone that this runtime knows. Offsets such as +02:00 are none: they miss summer time. */
export function isTimezone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * The time zone under the spelling that Lightdash knows. It saves a wrong one and fails from then on (0.1366), so it is
 * checked first.
 *
 * @throws {ArgumentsError} with the nearest names.
 */
export function checkedTimezone(name: string, argument = 'timezone'): string {
  const zones = Intl.supportedValuesOf('timeZone');
  if (isTimezone(name)) return zones.find((zone) => zone.toLowerCase() === name.toLowerCase()) ?? name;
  const place = (zone: string) =>
    zone
      .slice(zone.lastIndexOf('/') + 1)
      .replaceAll('_', ' ')
      .toLowerCase();
  const wanted = place(name.replaceAll(' ', '_'));
  const alike = zones.filter((zone) => place(zone) === wanted);
  const shown = alike.length > 0 ? alike : nearest(name, zones, { max: 3, minSimilarity: 0.5 });
  const hint = shown.length > 0 ? `; did you mean ${shown.join(' or ')}?` : ', such as Europe/Lisbon';
  throw new ArgumentsError([`${argument}: there is no time zone "${name.slice(0, 60)}"${hint}`]);
}
