import { distance } from 'fastest-levenshtein';

/** The words of an id, a label or a query, lower-case and singular: `orderItems_IDs` gives `order item id`. */
export function words(text: string): string[] {
  return text
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map(singular);
}

/** The joined words: equal for texts that differ only in case, punctuation, spacing or plural. */
export const normalizeName = (text: string): string => words(text).join('');

/** Approximate singular of an English word, for comparisons only. */
export const singular = (word: string): string =>
  word
    .replace(/ies$/, 'y')
    .replace(/(ss|x|ch|sh)es$/, '$1')
    .replace(/([^su])s$/, '$1');

/** A list in a sentence: `a, b or c`. */
export function joinWithOr(items: readonly string[]): string {
  const [last = '', ...rest] = items.toReversed();
  return rest.length === 0 ? last : `${rest.toReversed().join(', ')} or ${last}`;
}

/** The first items of a list, and the number of the others: `a, b and 3 more`. */
export function joinFirst(items: readonly string[], max: number): string {
  const more = items.length - max;
  return `${items.slice(0, max).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Names are shorter; the distance between texts of megabytes would take minutes. */
export const MAX_NAME_LENGTH = 200;

/** 1 for equal texts, 0 for texts without a letter in common; by their first letters if they are long. */
export function similarity(left: string, right: string): number {
  const [first, second] = [left.slice(0, MAX_NAME_LENGTH), right.slice(0, MAX_NAME_LENGTH)];
  const maxLength = Math.max(first.length, second.length);
  return maxLength === 0 ? 1 : 1 - distance(first, second) / maxLength;
}
