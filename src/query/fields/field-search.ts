import MiniSearch from 'minisearch';
import { singular, words } from '../../text/names.ts';
import type { Field } from './field.ts';

/** Words without meaning for a field. */
const STOP_WORDS = new Set(
  'a all an and are by each every for from get how in is it its list many me much of on our per show that the their to was what which with'.split(
    ' ',
  ),
);

/** Words for the type of a field: people write "number of", "total" or "date", labels need not. */
const TYPE_WORDS: Readonly<Record<string, string>> = {
  count: 'count number',
  count_distinct: 'count number distinct unique',
  sum: 'sum total',
  average: 'average avg mean',
  min: 'minimum lowest smallest',
  max: 'maximum highest largest',
  date: 'date day when',
  timestamp: 'date time when',
};

/** A question is shorter; each word more is compared with every word of every field. */
const MAX_SEARCH_LENGTH = 500;

export interface FieldHit<Item> {
  readonly item: Item;
  readonly score: number;
  /** Number of searched words that were found in it. */
  readonly matched: number;
}

/**
 * A text search over fields: by label, name, table and description, in any order of words; plurals, prefixes of words and
 * about one typing error in four letters match too.
 *
 * @param fieldsOf the fields by whose texts an item is found, the first by its texts, the others (time grains) by their
 *   interval.
 */
export function createFieldSearch<Item>(items: readonly Item[], fieldsOf: (item: Item) => readonly Field[]) {
  const index = new MiniSearch({
    fields: ['name', 'label', 'grains', 'type', 'table', 'description'],
    tokenize: words,
    processTerm: (term) => (STOP_WORDS.has(term) ? null : singular(term)),
    searchOptions: {
      boost: { name: 2.5, label: 3, grains: 1, type: 0.8, table: 1, description: 0.8 },
      fuzzy: (term) => (term.length > 3 ? 0.25 : false),
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
        type: TYPE_WORDS[field?.type ?? ''],
        table: `${field?.table} ${field?.tableLabel}`,
        description: field?.description,
      };
    }),
  );
  return (text: string): FieldHit<Item>[] =>
    index
      .search(text.slice(0, MAX_SEARCH_LENGTH))
      .flatMap((result) => {
        const item = items[Number(result.id)];
        return item === undefined ? [] : [{ item, score: result.score, matched: new Set(result.queryTerms).size }];
      })
      .sort((left, right) => right.matched - left.matched || right.score - left.score);
}
