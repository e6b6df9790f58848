import { words } from '../../text/names.ts';
import type { Field, FieldIndex } from './field.ts';
import { type FieldHit, FieldSearch } from './field-search.ts';
import { type FieldFamily, foldGrains } from './grains.ts';
import { type SearchWord, searchWords } from './search-words.ts';

/** A field with its time grains and the explores that can query it, that of its own table first. */
export interface FoundField extends FieldFamily {
  readonly explores: readonly string[];
}

/** The best fields for a text, and the number of further ones that match as well. */
export interface FoundFields {
  readonly fields: readonly FoundField[];
  /** Fields that fit as well as those returned, beyond the maximum. */
  readonly more: number;
  /** Words of the text that no field has, typing errors and synonyms included. */
  readonly unmatched: readonly string[];
}

/** Fields returned at most. */
const MAX_FIELDS = 20;
/** Compared with the best: words that a field must have, and its score. */
const MIN_FIT = 0.6;
const MIN_SCORE = 0.08;
/** Fields added for a word of the text that no better field has in its name. */
const PER_WORD = 3;
/** Metrics whose own dates, or other common fields, are added for such a word. */
const ANCHORS = 2;

/** Fit of a field of which only the table has the word. */
const TABLE_FIT = 0.4;

type Hit = FieldHit<FoundField>;

/** A search over the fields of many explores, built once for them. */
export class FieldFinder {
  readonly #search: FieldSearch<FoundField>;
  readonly #counts: readonly FoundField[];

  private constructor(search: FieldSearch<FoundField>, counts: readonly FoundField[]) {
    this.#search = search;
    this.#counts = counts;
  }

  /** Indexes fields, each one once. */
  static async of(fields: readonly FoundField[]): Promise<FieldFinder> {
    const search = await FieldSearch.ofMany(fields, ({ field, grains }) => [field, ...grains]);
    return new FieldFinder(search, fields.filter(isCount).sort(byPlainness));
  }

  /**
   * The fields that a text means, best first: those with most of its words, every one whose label stands in it, and for
   * each word that none of these has in its name the best fields that do.
   */
  find(text: string, limit = MAX_FIELDS): FoundFields {
    const hits = this.#search.search(text);
    const searched = searchWords(text);
    const chosen = choose(hits, searched);
    const ordered = [...hits.filter((hit) => chosen.has(hit)), ...this.#countsOfEvents(chosen, searched)];
    // A label that stands in the text is never cut for one that only resembles it.
    const kept = new Set(
      [...ordered].sort((a, b) => Math.sign(b.namedWhole) - Math.sign(a.namedWhole)).slice(0, limit),
    );
    const fields = ordered.filter((hit) => kept.has(hit)).map(({ item }) => item);
    const matched = new Set(hits.flatMap((hit) => [...hit.matched]));
    const unmatched = searched.map(({ word }) => word).filter((word) => !matched.has(word) && !/^\d+$/.test(word));
    return { fields, more: ordered.length - fields.length, unmatched };
  }

  /**
   * Counts of the rows that a chosen dimension is of, for a word in the plural that nothing else counts: shipments are the
   * orders with a date of shipping.
   */
  #countsOfEvents(chosen: ReadonlySet<Hit>, searched: readonly SearchWord[]): readonly Hit[] {
    const hits = [...chosen];
    const counted = searched.filter(({ isPlural, isCommon, word }) => {
      const isCounted = hits.some((hit) => isCount(hit.item) && hit.matched.has(word));
      return isPlural && !isCommon && !isCounted;
    });
    const tables = counted.flatMap(({ word }) => {
      const dimensions = hits.filter(({ item }) => item.field.kind === 'dimension');
      const named = dimensions.filter((hit) => hit.named.has(word));
      const date = named.find(isDate);
      // Sales are measured: the number of things with a sales channel is another one.
      if (date === undefined && hits.some((hit) => isMetric(hit) && hit.named.has(word))) return [];
      const [first] = named.length > 0 ? named : dimensions.filter(({ matched }) => matched.has(word));
      return (date ?? first)?.item.field.table ?? [];
    });
    return [...new Set(tables)].flatMap((table) => {
      const item = this.#counts.find(({ field }) => field.table === table);
      if (item === undefined || hits.some((hit) => hit.item === item)) return [];
      return [{ item, position: 0, score: 0, fit: 0, named: new Set(), matched: new Set(), namedWhole: 0 }];
    });
  }
}

/** The visible fields of explores, each once with every explore that has it; the one of its own table defines it. */
export function fieldsOfExplores(explores: readonly FieldIndex[]): readonly FoundField[] {
  const byKey = new Map<string, { family: FieldFamily; explores: string[] }>();
  const occurrences = explores.flatMap((index) => familiesOf(index).map((family) => ({ index, family })));
  const owners = occurrences.filter(({ index, family }) => family.field.table === index.baseTable);
  const joined = occurrences.filter(({ index, family }) => family.field.table !== index.baseTable);
  for (const { index, family } of [...owners, ...joined]) {
    const key = identity(family.field);
    const existing = byKey.get(key);
    if (existing) existing.explores.push(index.name);
    else byKey.set(key, { family, explores: [index.name] });
  }
  return [...byKey.values()].map(({ family, explores: names }) => ({ ...family, explores: names }));
}

const familiesOf = (index: FieldIndex): readonly FieldFamily[] =>
  foldGrains([...index.fields.values()].filter((field) => !field.hidden));

/** The same field in several explores; a table joined under another name is another table. */
const identity = (field: Field): string => `${field.kind} ${field.id} ${field.label}`;

function choose(hits: readonly Hit[], searched: readonly SearchWord[]): ReadonlySet<Hit> {
  const best = hits[0];
  if (best === undefined) return new Set();
  const minFit = MIN_FIT * hits.reduce((most, { fit }) => Math.max(most, fit), 0);
  const periods = new Set(searched.filter(({ isPeriod }) => isPeriod).map(({ word }) => word));
  const isOfPeriodAlone = (hit: Hit) => [...hit.matched].every((word) => periods.has(word));
  // Dates are chosen by what they belong to, unless nothing else was found.
  const hasOthers = !hits.every(isOfPeriodAlone);
  const isClose = (hit: Hit) =>
    hit.fit >= minFit && hit.score >= best.score * MIN_SCORE && !(hasOthers && isOfPeriodAlone(hit));
  const chosen = new Set(hits.filter((hit) => hit.namedWhole > 0 || isClose(hit)));
  const chooseFor = ({ word, isCommon, isPeriod }: SearchWord) => {
    const allNamed = hits.filter((hit) => hit.named.has(word));
    const dates = isPeriod ? allNamed.filter(isDate) : [];
    const named = dates.length > 0 ? dates : allNamed;
    const having = named.length > 0 || isCommon ? named : described(hits, word);
    if (!isCommon && having.some((hit) => chosen.has(hit))) return;
    for (const [position, anchor] of anchorsOf(hits, chosen, isCommon ? ANCHORS : 1).entries()) {
      // A month of another table does not answer.
      if (having.some((hit) => chosen.has(hit) && nearness(hit, anchor) === 2)) continue;
      const nearest = isPeriod ? Math.max(...having.map((hit) => nearness(hit, anchor))) : 1;
      const near = having.filter((hit) => (position === 0 && !isPeriod) || nearness(hit, anchor) >= nearest);
      for (const hit of near.sort(byNearness(anchor)).slice(0, PER_WORD)) chosen.add(hit);
    }
  };
  for (const word of searched.filter(({ isCommon }) => !isCommon)) chooseFor(word);
  for (const word of searched) for (const hit of countsOf(hits, word)) chosen.add(hit);
  // Words that nearly every model has last: by then the fields to combine them with are chosen.
  for (const word of searched.filter(({ isCommon }) => isCommon)) chooseFor(word);
  if (![...chosen].some(isMetric))
    for (const { word } of searched.filter(({ isCommon }) => !isCommon))
      for (const hit of hits.filter((other) => isMetric(other) && other.named.has(word)).slice(0, PER_WORD))
        chosen.add(hit);
  return chosen;
}

/** A price by the month has the word, and is no date. */
const isDate = ({ item: { field, grains } }: Hit): boolean =>
  grains.length > 0 || field.valueType === 'date' || field.valueType === 'timestamp';

const isMetric = ({ item }: Hit): boolean => item.field.kind === 'metric';

/** Fields that have a word in their description alone, such as a status that lists its values. */
const described = (hits: readonly Hit[], word: string): readonly Hit[] =>
  hits.filter((hit) => hit.matched.has(word) && hit.item.field.description !== undefined && hit.fit > TABLE_FIT);

/**
 * The metric that counts the things of a word in the plural: "orders" by month or status are a number of orders. Metrics of
 * the table that has the word itself, if it counts nothing.
 */
function countsOf(hits: readonly Hit[], { word, synonyms, isPlural }: SearchWord): readonly Hit[] {
  if (!isPlural) return [];
  const metrics = hits.filter(isMetric).sort((left, right) => byPlainness(left.item, right.item));
  const ofThings = (names: readonly string[]) =>
    metrics.filter(({ item: { field } }) =>
      [field.table, field.tableLabel].some((table) => names.includes(words(table).at(-1) ?? '')),
    );
  const own = ofThings([word]);
  const counts = [...own, ...ofThings(synonyms)].filter(({ item }) => isCount(item));
  return own.length > 0 && !own.some(({ item }) => isCount(item)) ? own.slice(0, PER_WORD) : counts.slice(0, 1);
}

const isCount = ({ field }: FoundField): boolean =>
  field.kind === 'metric' && (/^count/.test(field.type) || words(field.name).includes('count'));

/** Counts that are named so first, of them distinct ones, and last those of some things only. */
const byPlainness = (left: FoundField, right: FoundField): number => plainness(left) - plainness(right);
const plainness = ({ field }: FoundField): number =>
  field.filters.length * 4 + (words(field.name).includes('count') ? 0 : 2) + (field.type === 'count_distinct' ? 0 : 1);

/** The fields that others are combined with: the best metrics of different tables, else the best field. */
function anchorsOf(hits: readonly Hit[], chosen: ReadonlySet<Hit>, max: number): readonly FoundField[] {
  const metrics = hits.filter((hit) => chosen.has(hit) && hit.item.field.kind === 'metric').map(({ item }) => item);
  const ofTables = new Map(metrics.toReversed().map((item) => [item.field.table, item]));
  const anchors = metrics.filter((item) => ofTables.get(item.field.table) === item).slice(0, max);
  const [best] = hits;
  return anchors.length > 0 || best === undefined ? anchors : [best.item];
}

/** 2 if a field is of the own table of an explore that has the other one, 1 if it can be queried with it, else 0. */
function nearness({ item }: Hit, { explores }: FoundField): number {
  if (explores.includes(item.field.table)) return 2;
  return item.explores.some((name) => explores.includes(name)) ? 1 : 0;
}

/** Nearer fields first; among those that match about as well, in the order of the model. */
const byNearness = (anchor: FoundField) => (left: Hit, right: Hit) =>
  nearness(right, anchor) - nearness(left, anchor) ||
  magnitude(right) - magnitude(left) ||
  left.position - right.position;

const magnitude = ({ score }: Hit): number => Math.round(Math.log2(score));
