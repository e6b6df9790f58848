/**
 * Control characters, invisible ones (zero width, byte order marks, tags, variation selectors) and those that turn the
 * direction of writing: no reader sees them, and they can hide an instruction or disguise one.
 */
const INVISIBLE_CHARACTERS =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each is stripped by itself
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]|[\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

const MAY_HIDE = /[^\x20-\x7e]/;

/** Text from Lightdash as data on one line: nothing invisible in it, line breaks and tabs as spaces, half
 * characters as the sign for an unreadable one. */
export function plainText(text: string): string {
  if (!MAY_HIDE.test(text)) return text;
  return text
    .replace(/[\r\n\t\u0085\u2028\u2029]+/g, ' ')
    .replace(INVISIBLE_CHARACTERS, '')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

/**
 * A whole answer as data: nothing invisible in it, its own lines kept. The last thing that is done to every text, so that no tool can forget it.
 */
export function sanitizeText(text: string): string {
  if (!MAY_HIDE.test(text)) return text;
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0085\u2028\u2029]/g, ' ')
    .replace(INVISIBLE_CHARACTERS, '')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

/** The same for an answer as data: every text and every key in it. */
export function sanitizeData(data: unknown): unknown {
  if (typeof data === 'string') return sanitizeText(data);
  if (Array.isArray(data)) return data.map(sanitizeData);
  if (typeof data !== 'object' || data === null) return data;
  // What has a form of its own as JSON (a secret, a date) is not looked into.
  if ('toJSON' in data && typeof data.toJSON === 'function') return data;
  return Object.fromEntries(Object.entries(data).map(([key, inner]) => [sanitizeText(key), sanitizeData(inner)]));
}

/** What was asked for, as an answer repeats it: a part of it if it is long. */
export const quoteInput = (text: string): string => truncate(plainText(text), 120);

/** The text, or its head and how much was left out. */
export function truncate(text: string, longest: number): string {
  if (text.length <= longest) return text;
  // Half of a character is none.
  const head = text.slice(0, longest).replace(/\p{Surrogate}$/u, '');
  return `${head}… (+${text.length - head.length} characters)`;
}
