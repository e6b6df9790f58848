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
  if (isTimezone(name)) return spelled(name);
  const alike = similarTimezones(name);
  const hint = alike.length > 0 ? `; did you mean ${alike.join(' or ')}?` : ', such as Europe/Lisbon';
  throw new ArgumentsError([`${argument}: there is no time zone "${name.slice(0, 60)}"${hint}`]);
}

/**
 * The same for a setting that a server with newer zones may know better: a name that resembles no zone is returned as it
 * is, for the person to confirm.
 *
 * @throws {ArgumentsError} for an offset, and for a name that resembles one of a zone.
 */
export function timezoneOrUnknown(name: string): { readonly name: string; readonly isKnown: boolean } {
  const isMisspelled = /^(?:gmt|utc|[+-]\d)/i.test(name) || similarTimezones(name).length > 0;
  if (isTimezone(name) || isMisspelled) return { name: checkedTimezone(name, 'schedulerTimezone'), isKnown: true };
  return { name, isKnown: false };
}

const zoneNames = (): readonly string[] => Intl.supportedValuesOf('timeZone');

/** Node 20 does not list `UTC`. */
const spelled = (name: string): string =>
  [...zoneNames(), 'UTC'].find((zone) => zone.toLowerCase() === name.toLowerCase()) ?? name;

/** Zones of the place that a name says, else those with a similar name. */
function similarTimezones(name: string): readonly string[] {
  const place = (zone: string) =>
    zone
      .slice(zone.lastIndexOf('/') + 1)
      .replaceAll('_', ' ')
      .toLowerCase();
  const wanted = place(name.replaceAll(' ', '_'));
  const ofPlace = zoneNames().filter((zone) => place(zone) === wanted);
  return ofPlace.length > 0 ? ofPlace : nearest(name, zoneNames(), { max: 3, minSimilarity: 0.5 });
}
