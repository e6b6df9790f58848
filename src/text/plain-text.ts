/**
 * Control characters and everything invisible: no reader sees them, and they can hide an instruction, disguise one, or turn
 * the direction of writing. Signs of Arabic and Syriac that Unicode counts among them are seen, and stay.
 */
const INVISIBLE_CHARACTERS =
  /(?![\t\n\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/**
 * Markup that a host which renders Markdown or HTML would follow or load: an image or link with its address (`](`), the
 * definition of one, an element, an address in angle brackets.
 */
const ACTIVE_MARKUP =
  /\](?=\()|\](?=:[ \t]*(?:<|[a-z][a-z0-9+.-]*:|\/\/))|<(?=!--|\/?(?:a|img|image|svg|iframe|script|style|video|audio|source|picture|object|embed|link|meta|base|form|input|button|html|body|table|div|span|p|br|math|details|template)(?![\w@.+-])|[a-z][a-z0-9+.-]*:)/gi;

const NOT_PRINTABLE_ASCII = /[^\x20-\x7e]|\][(:]|<[a-z/!]/i;

/** The same of a text with lines of its own. */
const NOT_PRINTABLE_LINES = /[^\n\t\x20-\x7e]|\][(:]|<[a-z/!]/i;

/** A space breaks the markup and leaves all of it to be read. */
const inactive = (text: string): string => text.replace(ACTIVE_MARKUP, '$& ');

/**
 * Text from Lightdash as data on one line: nothing invisible in it, no active link, line breaks and tabs as spaces, half
 * characters as the sign for an unreadable one.
 */
export function plainText(text: string): string {
  if (!NOT_PRINTABLE_ASCII.test(text)) return text;
  const line = text
    .replace(/[\r\n\t\u0085\u2028\u2029]+/g, ' ')
    .replace(INVISIBLE_CHARACTERS, '')
    .replace(/\p{Surrogate}/gu, '\ufffd');
  return inactive(line);
}

/**
 * A whole answer as data: nothing invisible in it, no active link, its own lines kept. The last thing that is done to every
 * text, so that no tool can forget it.
 */
export function sanitizeText(text: string): string {
  if (!NOT_PRINTABLE_LINES.test(text)) return text;
  return inactive(sanitizeCharacters(text));
}

function sanitizeCharacters(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0085\u2028\u2029]/g, ' ')
    .replace(INVISIBLE_CHARACTERS, '')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

/** An answer as data, for programs: nothing invisible in any text or key; links stay, since it is not rendered. */
export function sanitizeData(data: unknown): unknown {
  if (typeof data === 'string') return sanitizeCharacters(data);
  if (Array.isArray(data)) return data.map(sanitizeData);
  if (typeof data !== 'object' || data === null) return data;
  // Objects with their own JSON form (a secret, a date) stay as they are.
  if ('toJSON' in data && typeof data.toJSON === 'function') return data;
  return Object.fromEntries(Object.entries(data).map(([key, inner]) => [sanitizeCharacters(key), sanitizeData(inner)]));
}

/** A requested text as an answer repeats it, shortened if it is long. */
export const quoteInput = (text: string): string => truncate(plainText(text), 120);

/** The text, or its head and the number of omitted characters. */
export function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  // Half of a surrogate pair is not a character.
  const head = text.slice(0, maxLength).replace(/\p{Surrogate}$/u, '');
  return `${head}… (+${text.length - head.length} characters)`;
}
