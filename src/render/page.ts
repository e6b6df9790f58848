import { formatInteger, pluralize } from '../text/format.ts';
import { text } from '../text/json.ts';
import { words } from '../text/names.ts';
import { plainText, quoteInput } from '../text/plain-text.ts';
import { nearest } from '../text/suggest.ts';
import { type Budget, estimateTokens, linesThatFit } from '../text/token-budget.ts';

/** One line of a list, under a heading that it may share with its neighbours. */
export interface ListedLine {
  readonly heading?: string | undefined;
  readonly line: string;
}

interface PageOptions {
  /** Singular noun for a line: `chart`. */
  readonly noun: string;
  /** Its plural, if that is not the noun with an s. */
  readonly plural?: string | undefined;
  /** The parts of a line: `name|chartUuid`. */
  readonly legend: string;
  readonly offset?: number | undefined;
  /** The words that the list was filtered by. */
  readonly search?: string | undefined;
  /** The field that the listed items use. */
  readonly usesField?: string | undefined;
  /** Maximum number of lines, even if the budget has room for more. */
  readonly maxLines?: number | undefined;
  readonly budget: Budget;
}

/** The lines from the offset on that fit, with the total and the offset of the rest. */
export function renderPage(
  lines: readonly ListedLine[],
  {
    noun,
    plural = `${noun}s`,
    legend,
    offset = 0,
    search,
    usesField,
    maxLines = Number.POSITIVE_INFINITY,
    budget,
  }: PageOptions,
): string {
  const filter = `${search ? ` matching "${quoteInput(search)}"` : ''}${usesField ? ` using ${quoteInput(usesField)}` : ''}`;
  if (lines.length === 0) return filter ? `No ${noun}${filter}.` : `No ${plural}, or none that you may see.`;
  if (offset >= lines.length)
    return `There are ${pluralize(lines.length, noun, plural)}${filter}: an offset of ${formatInteger(offset)} is past the last.`;
  // Room for the first and the last line, whose numbers are known only at the end.
  let tokens = estimateTokens(legend) + 60;
  let characters = legend.length + 240;
  const shown: string[] = [];
  let count = 0;
  let heading: string | undefined;
  for (const item of lines.slice(offset)) {
    const added = item.heading !== undefined && item.heading !== heading ? [item.heading, item.line] : [item.line];
    tokens += added.reduce((sum, line) => sum + estimateTokens(line) + 1, 0);
    characters += added.reduce((sum, line) => sum + line.length + 1, 0);
    if (count >= maxLines) break;
    if (count > 0 && (tokens > budget.tokens || characters > budget.characters)) break;
    shown.push(...added);
    heading = item.heading;
    count += 1;
  }
  const next = offset + count;
  const whole = offset === 0 && next === lines.length;
  const range = whole ? '' : `, ${formatInteger(offset + 1)}-${formatInteger(next)} of them`;
  const rest = next < lines.length ? [`${formatInteger(lines.length - next)} more: offset ${next}.`] : [];
  return [`${pluralize(lines.length, noun, plural)}${filter}${range}: ${legend}`, ...shown, ...rest].join('\n');
}

/** Maximum length of a search text; it is compared with every line. */
const MAX_SEARCH_LENGTH = 300;

/** True if every word is in the texts, ignoring accents, case, punctuation and plurals. */
export function matchesAllWords(search: string, texts: readonly (string | undefined)[]): boolean {
  const folded = foldAccents(texts.join(' '));
  const phrase = ` ${words(folded).join(' ')} `;
  const written = foldAccents(search.slice(0, MAX_SEARCH_LENGTH));
  const wanted = written.split(/\s+/).filter((word) => words(word).length > 0);
  if (wanted.length === 0) return folded.includes(written.trim());
  return wanted.every((word) => {
    const parts = words(word);
    if (folded.includes(word)) return true;
    // The letters of "P&L" are in every text: they stand next to each other.
    if (parts.some(({ length }) => length < MIN_PART_LENGTH)) return phrase.includes(` ${parts.join(' ')} `);
    return parts.every((part) => folded.includes(part) || phrase.includes(part));
  });
}

const MIN_PART_LENGTH = 3;

/** Similarity of a word to one that is written with an error or two. */
const MISSPELT = 0.6;

/** Notes for a search that found nothing: its words that are in no text, each with the nearest word there is. */
export function spellingNotes(search: string | undefined, texts: readonly (string | undefined)[]): string[] {
  const there = [...new Set(words(foldAccents(texts.join(' '))))];
  const missing = words(foldAccents((search ?? '').slice(0, MAX_SEARCH_LENGTH))).filter(
    (word) => !there.some((other) => other.includes(word)),
  );
  return missing.slice(0, MAX_SPELLING_NOTES).map((word) => {
    const [similar] = nearest(word, there, { minSimilarity: MISSPELT, max: 1 });
    return `None has "${quoteInput(word)}"${similar === undefined ? '' : `; the nearest word there is "${similar}"`}.`;
  });
}

const MAX_SPELLING_NOTES = 3;

/** Lower-case, without accents. */
export const foldAccents = (value: string): string =>
  value
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();

/** A label, unless it only repeats the name. */
export function labelOf(label: unknown, name: string): string {
  const shown = text(label) ?? '';
  const plain = (value: string) => value.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
  return plain(shown) === plain(name) ? '' : shown;
}

/** Joins the parts of a line with `|`, without empty ones at the end. */
export const joinFields = (parts: readonly string[]): string => parts.map(plainText).join('|').replace(/\|+$/, '');

/** The head with the lines that fit after it, and a notice of the omitted ones with `advice`. */
export function renderWithinBudget(
  head: readonly string[],
  lines: readonly string[],
  budget: Budget,
  plural: string,
  advice: string,
): string {
  const shown = lines.slice(0, Math.max(linesThatFit([...head, ...lines], budget) - head.length, 1));
  const left = lines.length - shown.length;
  const rest = left > 0 ? [`${left} of ${lines.length} ${plural} did not fit: ${advice}.`] : [];
  return [...head, ...shown, ...rest].join('\n');
}
