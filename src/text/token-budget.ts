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

/** The text, or its head and how much was left out. */
export function truncate(text: string, longest: number): string {
  if (text.length <= longest) return text;
  // Half of a character is none.
  const head = text.slice(0, longest).replace(/\p{Surrogate}$/u, '');
  return `${head}… (+${text.length - head.length} characters)`;
}

/**
 * An estimate of the tokens of a text for models of today, cheap enough for every row: words by their length (a space or `_`
 * before them is theirs), digits by threes, punctuation one by one, other scripts about one a character. Within a tenth of o200k on tables like ours (tested).
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  let run = 0;
  let kind = 0;
  for (let position = 0; position < text.length; position += 1) {
    const next = kindOf(text.charCodeAt(position));
    if (next !== kind) {
      tokens += cost(kind, run);
      run = 0;
      kind = next;
    }
    run += 1;
  }
  return Math.ceil(tokens + cost(kind, run));
}

const [SPACE, LETTER, DIGIT, MARK, OTHER, JOINT] = [0, 1, 2, 3, 4, 5];

function kindOf(code: number): number {
  if (code === 32) return SPACE;
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) return LETTER;
  if (code >= 48 && code <= 57) return DIGIT;
  if (code === 95) return JOINT;
  return code < 128 ? MARK : OTHER;
}

function cost(kind: number, run: number): number {
  if (run === 0 || kind === JOINT) return 0;
  if (kind === SPACE) return run > 1 ? 1 : 0;
  if (kind === LETTER) return 1 + Math.max(0, run - 5) / 6;
  if (kind === DIGIT) return Math.ceil(run / 3);
  return kind === MARK ? 1 + (run - 1) * 0.1 : run * 0.8;
}

/** What an answer may take: the smaller of the two holds. */
export interface Budget {
  readonly tokens: number;
  readonly characters: number;
}

/** The limits of design section 3: what hosts are sure to show. */
export const standardBudget: Budget = { tokens: 8000, characters: 40_000 };

/** How many of the lines, from the first, fit the budget together; a line that is too long by itself counts as fitting when first. */
export function linesThatFit(lines: readonly string[], budget: Budget): number {
  let [tokens, characters] = [0, 0];
  for (const [position, line] of lines.entries()) {
    tokens += estimateTokens(line) + 1;
    characters += line.length + 1;
    if ((tokens > budget.tokens || characters > budget.characters) && position > 0) return position;
  }
  return lines.length;
}

/** `1 row`, `5,000 rows`. */
export const pluralize = (count: number, one: string, many = `${one}s`): string =>
  `${formatInteger(count)} ${count === 1 ? one : many}`;

/** A count as it is read: `5,000`. */
export const formatInteger = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
