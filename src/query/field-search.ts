import MiniSearch from 'minisearch';
import type { Field } from './field.ts';
import { singular, words } from './names.ts';

/** Words that say nothing about a field. */
const STOP_WORDS = new Set([
  'a',
  'an',
  'and',
  'by',
  'each',
  'for',
  'from',
  'in',
  'of',
  'on',
  'per',
  'the',
  'to',
  'with',
]);

export interface FieldHit<Item> {
  readonly item: Item;
  readonly score: number;
  /** How many of the asked words were found in it. */
  readonly matched: number;
}

/**
 * A text search over fields: by label, name, table and description, in any order of words, forgiving of plurals, of the
 * beginning of a word for the whole, and of about one typing error in five letters.
 * Items are what the caller wants back; `fieldsOf` names the fields by whose texts an item is found, the first as itself,
 * the others (time grains) by their interval.
 */
export function createFieldSearch<Item>(items: readonly Item[], fieldsOf: (item: Item) => readonly Field[]) {
  const index = new MiniSearch({
    fields: ['name', 'label', 'grains', 'table', 'description'],
    tokenize: words,
    processTerm: (term) => (STOP_WORDS.has(term) ? null : singular(term)),
    searchOptions: {
      boost: { name: 2.5, label: 3, grains: 1, table: 1, description: 0.8 },
      fuzzy: (term) => (term.length > 3 ? 0.2 : false),
      prefix: (term) => term.length > 2,
      weights: { fuzzy: 0.3, prefix: 0.5 },
    },
  });
  index.addAll(
    items.map((item, id) => {
      const [field, ...grains] = fieldsOf(item);
      return {
        id,
        name: field?.name,
        label: field?.label,
        grains: grains.map((grain) => grain.interval ?? '').join(' '),
        table: `${field?.table} ${field?.tableLabel}`,
        description: field?.description,
      };
    }),
  );
  return (text: string): FieldHit<Item>[] =>
    index
      .search(text)
      .flatMap((result) => {
        const item = items[Number(result.id)];
        return item === undefined ? [] : [{ item, score: result.score, matched: new Set(result.queryTerms).size }];
      })
      .sort((one, other) => other.matched - one.matched || other.score - one.score);
}
