import { closest } from 'fastest-levenshtein';

/** Names are shorter; the distance of a text of megabytes would take minutes to compute. */
const LONGEST_NAME = 100;

/** Which of the known names is most like the given one; undefined where there are none. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  return known.length === 0 ? undefined : closest(given.slice(0, LONGEST_NAME), [...known]);
}

/** The same as the end of a sentence, empty where there are none. */
export function nearestAmong(given: string, known: readonly string[]): string {
  const nearest = nearestName(given, known);
  return nearest === undefined ? '' : `; the nearest is ${nearest}`;
}
