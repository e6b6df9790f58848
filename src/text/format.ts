import { isObject, type JsonObject, text } from './json.ts';

/** `2026-11-23 19:53` (UTC) of an ISO time; undefined for anything else. */
export function formatTimestamp(time: unknown): string | undefined {
  const iso = text(time);
  return iso && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(iso) ? `${iso.slice(0, 10)} ${iso.slice(11, 16)}` : undefined;
}

/** First and last name of a user; undefined if there is none. */
export function personOf(user: unknown): string | undefined {
  if (!isObject(user)) return undefined;
  return text([user.firstName, user.lastName].filter((part) => typeof part === 'string' && part !== '').join(' '));
}

/** `Ada Abara <ada@example.com>`, or the parts of it that the object has; the userUuid if it has neither. */
export function formatPerson(person: JsonObject): string {
  const [name, email] = [personOf(person), text(person.email)];
  return name && email ? `${name} <${email}>` : (name ?? email ?? text(person.userUuid) ?? '?');
}

/** `2026-11-23 19:53 by Ada Abara`, or the part that is known. */
export function changed(time: unknown, user: unknown): string | undefined {
  const by = personOf(user);
  return text([formatTimestamp(time), by && `by ${by}`].filter(Boolean).join(' '));
}

/** Capitalises the first letter. */
export const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** `1 row`, `5,000 rows`. */
export const pluralize = (count: number, singular: string, plural = `${singular}s`): string =>
  `${formatInteger(count)} ${count === 1 ? singular : plural}`;

/** A count with separators: `5,000`. */
export const formatInteger = (count: number): string => count.toLocaleString('en');
