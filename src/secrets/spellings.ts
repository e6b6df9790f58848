/** A shorter secret is not redacted: it would tear holes into ordinary words. */
const MIN_SECRET_LENGTH = 6;

/** Longer secrets, such as key files, are found by segments: one pattern for all of it would be too large. */
const MAX_SEGMENT = 256;
/** Of a secret that is longer still, no more is looked for. */
const MAX_SEARCHED = 4_096;

/** Backslashes before a character, in JSON inside of JSON inside of JSON. Bounded, or a run of them would take long. */
const ESCAPES = String.raw`\\{1,15}`;

const NAMED: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

/** Patterns for one secret. */
export interface SpellingPatterns {
  /** Enough for texts without an encoded letter or digit. */
  readonly common: RegExp;
  /** With letters and digits encoded, too: large, so it is built only if a text needs it. */
  readonly full: () => RegExp;
}

/** A letter or digit that is percent-encoded, JSON-escaped or an HTML entity, as no encoder needs to write it. */
const ENCODED_LETTER =
  /(?:%(?:25)*|\\u00|&(?:amp;)*#[xX]0*)(?:3[0-9]|[46][1-9a-fA-F]|[57][0-9aA])|&(?:amp;)*#0*(?:4[89]|5[0-7]|6[5-9]|[78]\d|9\d|1[01]\d|12[0-2]);/;

/** True if a text can hold spellings that only the full pattern finds. */
export const hasEncodedLetters = (text: string): boolean => ENCODED_LETTER.test(text);

/**
 * Patterns that match a secret in every spelling: as it is, with any of its characters percent-encoded, JSON-escaped or
 * as an HTML entity, also several times over, with `+` for spaces, in hexadecimal, and inside of base64. Undefined if it
 * is too short.
 */
export function spellingPatterns(secret: string): SpellingPatterns | undefined {
  if (secret.length < MIN_SECRET_LENGTH) return undefined;
  const segments = segmentsOf(secret.slice(0, MAX_SEARCHED));
  const isShort = secret.length <= MAX_SEGMENT;
  const cores = isShort ? base64Cores(secret) : [];
  const inHex = isShort ? [hexSpelling(secret)] : [];
  const withLetters = (full: boolean) =>
    new RegExp(
      [...segments.map((text) => spelled(text, full)), ...cores.map((core) => spelled(core, false)), ...inHex].join(
        '|',
      ),
      'g',
    );
  let full: RegExp | undefined;
  return {
    common: withLetters(false),
    full() {
      full ??= isShort ? withLetters(true) : this.common;
      return full;
    },
  };
}

const spelled = (text: string, full: boolean) =>
  [...text].map((character) => (!full && /[A-Za-z0-9]/.test(character) ? character : spellings(character))).join('');

function segmentsOf(secret: string): string[] {
  if (secret.length <= MAX_SEGMENT) return [secret];
  const segments: string[] = [];
  for (let at = 0; at < secret.length; at += MAX_SEGMENT) {
    // The last one overlaps with the one before it, so that it is not too short.
    segments.push(secret.slice(Math.min(at, secret.length - MAX_SEGMENT), at + MAX_SEGMENT));
  }
  return [...new Set(segments)];
}

/** Control characters that JSON writes as a backslash and a letter. */
const CONTROL: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't', '\b': 'b', '\f': 'f' };

/** A percent-encoded backslash, of JSON inside of an address. */
const ENCODED_ESCAPE = '(?:%(?:25){0,3}5[cC])';

/** Spellings of one character, as a part of a pattern. */
function spellings(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const bytes = [...Buffer.from(character)].map((byte) => `%(?:25){0,3}${anyCase(byte.toString(16).padStart(2, '0'))}`);
  const units = character.split('').map((unit) => `${ESCAPES}u${anyCase(hexOf(unit))}`);
  const entity = [`#0{0,5}${code}`, `#[xX]0{0,5}${anyCase(code.toString(16))}`, NAMED[character]].filter(Boolean);
  const letter = CONTROL[character];
  const isEscaped = /["'/]/.test(character);
  const all = [
    character === '\\' ? `${ENCODED_ESCAPE}{1,16}` : `${isEscaped ? `${ENCODED_ESCAPE}{0,15}` : ''}${bytes.join('')}`,
    units.join(''),
    `&(?:amp;){0,3}(?:${entity.join('|')});`,
    ...(letter ? [`${ESCAPES}${letter}`, `${ENCODED_ESCAPE}{1,15}${letter}`] : []),
    ...(character === ' ' ? [String.raw`\+`] : []),
    // Last: a plain `&` is the beginning of `&amp;`, too.
    isEscaped ? String.raw`\\{0,15}${character}` : plain(character),
  ];
  return `(?:${all.join('|')})`;
}

/** The character itself; of backslashes whole pairs, so that JSON stays JSON. */
const plain = (character: string) =>
  character === '\\' ? String.raw`(?:\\\\){1,8}|\\` : character.replace(/[.*+?^${}()|[\]-]/u, String.raw`\$&`);

const hexOf = (unit: string) => unit.charCodeAt(0).toString(16).padStart(4, '0');
/** The bytes of a text in hexadecimal, in either case, also with a space, a colon or `\\x` between them. */
const hexSpelling = (text: string) => {
  const bytes = [...Buffer.from(text)].map((byte) => anyCase(byte.toString(16).padStart(2, '0')));
  const separator = String.raw`\\{1,4}x`;
  return `(?:${separator})?${bytes.join(`(?:[ :]|${separator})?`)}`;
};

const anyCase = (hex: string) => hex.replace(/[a-f]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);

/**
 * The base64 of any text with the secret in it contains one of these three, by the place in a group of three bytes at which
 * the secret begins. The characters at both ends depend on its neighbours and are left out.
 */
function base64Cores(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const cores = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const bits = (offset + bytes.length) * 8;
    return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(bits / 6));
  });
  return cores.flatMap((core) => [core, core.replaceAll('+', '-').replaceAll('/', '_')]);
}
