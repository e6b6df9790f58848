import { setImmediate as nextTurn } from 'node:timers/promises';
import MiniSearch from 'minisearch';
import { singular, words } from '../../text/names.ts';
import type { Field } from './field.ts';
import { isSearchable, type SearchWord, searchWords, wordsInOrder } from './search-words.ts';

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

/** An item that a search found; a higher score is a better match. */
export interface FieldHit<Item> {
  readonly item: Item;
  /** Its position among the items. */
  readonly position: number;
  readonly score: number;
  /** Number of searched words that it has, those in its description or table alone counted in part. */
  readonly fit: number;
  /** Words found in its label, name, grains or type, by themselves and not by a typing error. */
  readonly named: ReadonlySet<string>;
  /** Words found in any of its texts. */
  readonly matched: ReadonlySet<string>;
  /** Words of its label or name, if that stands in the searched text; else 0. */
  readonly namedWhole: number;
}

/** People name the day of the week by what they compare. */
const INTERVAL_WORDS: Readonly<Record<string, string>> = {
  DAY_OF_WEEK_INDEX: 'day of week weekday weekend',
  DAY_OF_WEEK_NAME: 'day of week weekday weekend',
};

/** Fields indexed between two turns of the event loop. */
const CHUNK = 400;

/** Weight of a word by the part of a field that has it. */
const FIT: Readonly<Record<string, number>> = { label: 1, name: 1, grains: 1, type: 1, description: 0.75, table: 0.4 };
/** Fit of a word that only begins with the written one: `latest` for `late`. */
const BEGINNING_FIT = 0.75;
/** Counts in addition for each word of a label that stands in the text whole. */
const NAMED_WHOLE = 0.3;
/** A table's fields with these in their labels stand for its rows: the names of customers for customers. */
const IDENTIFYING = /\b(?:name|title)\b/i;

/**
 * A text search over fields: by label, name, table and description, in any order of words. Plurals, prefixes of words and
 * common synonyms match; about one typing error in four letters does if no field has the word as it is written.
 *
 * @param fieldsOf the fields by whose texts an item is found, the first by its texts, the others (time grains) by their
 *   interval.
 */
export class FieldSearch<Item> {
  readonly #items: readonly Item[];
  readonly #fieldsOf: (item: Item) => readonly Field[];
  readonly #index = new MiniSearch({
    fields: ['name', 'label', 'grains', 'type', 'table', 'description'],
    tokenize: words,
    processTerm: (term) => (isSearchable(term) ? singular(term) : null),
    searchOptions: {
      boost: { name: 2.5, label: 3, grains: 1, type: 0.8, table: 1, description: 0.8 },
      prefix: (term) => term.length > 2,
      weights: { fuzzy: 0.3, prefix: 0.5 },
    },
  });

  private constructor(items: readonly Item[], fieldsOf: (item: Item) => readonly Field[]) {
    this.#items = items;
    this.#fieldsOf = fieldsOf;
  }

  /** Indexes the items at once: for the fields of one explore. */
  static of<Item>(items: readonly Item[], fieldsOf: (item: Item) => readonly Field[]): FieldSearch<Item> {
    const search = new FieldSearch(items, fieldsOf);
    search.#add(0, items.length);
    return search;
  }

  /** Indexes the items in turns of the event loop: for the fields of a project. */
  static async ofMany<Item>(
    items: readonly Item[],
    fieldsOf: (item: Item) => readonly Field[],
  ): Promise<FieldSearch<Item>> {
    const search = new FieldSearch(items, fieldsOf);
    for (let from = 0; from < items.length; from += CHUNK) {
      search.#add(from, from + CHUNK);
      await nextTurn();
    }
    return search;
  }

  /** Items that match at least one word, those that match more words first. */
  search(text: string): FieldHit<Item>[] {
    const hits = new Map<number, { score: number; fit: number; named: Set<string>; matched: Set<string> }>();
    for (const searched of searchWords(text)) {
      for (const [id, { score, fit, isFuzzy }] of this.#searchWord(searched)) {
        const hit = hits.get(id) ?? { score: 0, fit: 0, named: new Set<string>(), matched: new Set<string>() };
        hit.score += score;
        hit.fit += fit;
        hit.matched.add(searched.word);
        if (fit === 1 && !isFuzzy) hit.named.add(searched.word);
        hits.set(id, hit);
      }
    }
    const written = wordsInOrder(text);
    return [...hits]
      .flatMap(([id, hit]) => {
        const item = this.#items[id];
        if (item === undefined) return [];
        const namedWhole = Math.max(...this.#fieldsOf(item).map((field) => wordsStandingIn(field, written)));
        return [{ ...hit, item, position: id, namedWhole }];
      })
      .sort((left, right) => rank(right) - rank(left) || right.score - left.score);
  }

  #add(from: number, to: number): void {
    this.#index.addAll(
      this.#items.slice(from, to).map((item, offset) => {
        const [field, ...grains] = this.#fieldsOf(item);
        return {
          id: from + offset,
          name: field?.name,
          label: field?.label,
          grains: grains.map(({ interval = '' }) => INTERVAL_WORDS[interval] ?? interval).join(' '),
          type: TYPE_WORDS[field?.type ?? ''],
          table: `${field?.table} ${field?.tableLabel}`,
          description: [field?.description, field?.hint].filter(Boolean).join(' '),
        };
      }),
    );
  }

  /** Matches by position of the item. Typing errors are considered only for a word that nothing else matches. */
  #searchWord({ word, synonyms, substitutes, stem }: SearchWord): ReadonlyMap<number, WordMatch> {
    const matches = new Map<number, WordMatch>();
    const add = (term: string, weight: number, isFuzzy = false) => {
      for (const result of this.#index.search(term, { fuzzy: isFuzzy && term.length > 3 ? 0.25 : false })) {
        const id = Number(result.id);
        const earlier = matches.get(id);
        const fit = Math.max(earlier?.fit ?? 0, this.#fitOf(id, term, result.match));
        matches.set(id, { score: Math.max(earlier?.score ?? 0, result.score * weight), fit, isFuzzy });
      }
    };
    add(word, 1);
    if (stem !== undefined) add(stem, 0.5);
    for (const synonym of synonyms) add(synonym, 0.5);
    if (matches.size === 0) for (const substitute of substitutes) add(substitute, 0.5);
    if (matches.size === 0) add(word, 1, true);
    return matches;
  }

  #fitOf(id: number, written: string, match: Readonly<Record<string, readonly string[]>>): number {
    const fits = Object.entries(match).flatMap(([term, parts]) =>
      parts.map((part) => Math.min(FIT[part] ?? 0, isInflection(written, term) ? 1 : BEGINNING_FIT)),
    );
    const fit = Math.max(...fits);
    if (fit > 0.4) return fit;
    const item = this.#items[id];
    const [field] = item === undefined ? [] : this.#fieldsOf(item);
    return field?.kind === 'dimension' && IDENTIFYING.test(field.label) ? 1 : fit;
  }
}

/** True for a form of the same word, `shipping` of `ship`, and for one with a typing error. */
const isInflection = (word: string, form: string): boolean =>
  !form.startsWith(word) || /^[a-z]?(?:|e?d|e?s|ing|e?rs?|ment|ation|ion|ly|y|al)$/.test(form.slice(word.length));

/** One word in one item. */
interface WordMatch {
  readonly score: number;
  /** 1 if its name has the word, less if only its description or table does. */
  readonly fit: number;
  readonly isFuzzy: boolean;
}

const rank = ({ fit, namedWhole }: Pick<FieldHit<unknown>, 'fit' | 'namedWhole'>): number =>
  fit + namedWhole * NAMED_WHOLE;

/** Number of words of the label or name of a field that is a part of the written words; 0 if neither is. */
function wordsStandingIn({ label, name }: Field, written: readonly string[]): number {
  const lengths = [label, name].map((text) => {
    const own = words(text).map(singular);
    const stands = written.some((_, start) => own.every((word, offset) => written[start + offset] === word));
    return stands ? own.length : 0;
  });
  return Math.max(...lengths);
}
