import { LRUCache } from 'lru-cache';
import type { JsonObject } from '../../text/json.ts';
import { type ComparedText, fits, nearestValues } from '../filters/compared-texts.ts';

/** A search for the values of one field; undefined if it failed or took too long. */
export type ValueSearch = (request: ValueSearchRequest) => Promise<readonly string[] | undefined>;

interface ValueSearchRequest {
  readonly search: string;
  readonly limit: number;
  /** Filters in Lightdash's form, which 0.1366, 0.2904 and 1.219 take. */
  readonly filters?: JsonObject;
}

/** A text that no value of the field fits. */
export interface MissingText {
  readonly text: ComparedText;
  /** The most similar values; empty if none is similar. */
  readonly nearest: readonly string[];
  /** Some values of the field. */
  readonly examples: readonly string[];
}

interface VerifiedTexts {
  readonly missing: readonly MissingText[];
  /** Texts whose look-up failed or took too long. */
  readonly unverified: readonly ComparedText[];
}

/** Number of things by the name that they share. */
export type SharedNameCounts = ReadonlyMap<string, number>;

/** Each look-up is a query in a warehouse, and values change seldom. */
const TTL_MS = 10 * 60_000;
const MAX_FIELDS = 1_000;
/** Values of a field read at first: most fields that are filtered by have fewer. */
const FIRST_VALUES = 100;
/** Missing texts of a field of many values for which similar ones are searched. */
const MAX_SUGGESTIONS = 3;
const MAX_EXAMPLES = 8;

interface RememberedField {
  first?: Promise<readonly string[] | undefined>;
  /** If a value is there, by comparison and text. */
  readonly verdicts: Map<string, Promise<boolean | undefined>>;
  /** Values that contain a text. */
  readonly similar: Map<string, Promise<readonly string[] | undefined>>;
}

/** Results of look-ups of the values of fields, for ten minutes; failures too. Shared by all calls. */
export class FieldValueMemory {
  readonly #fields: LRUCache<string, RememberedField>;
  readonly #sharedNames: LRUCache<string, Promise<SharedNameCounts | undefined>>;

  /** @param now milliseconds since any fixed moment */
  constructor(now: () => number) {
    const options = { max: MAX_FIELDS, ttl: TTL_MS, ttlResolution: 0, perf: { now } };
    this.#fields = new LRUCache(options);
    this.#sharedNames = new LRUCache(options);
  }

  /**
   * Verifies texts against the values of one field: one request if it has fewer than 100 values, and one more for all texts
   * that the first values lack.
   *
   * @param key names the field: its project, explore and id.
   */
  async verify(key: string, texts: readonly ComparedText[], search: ValueSearch): Promise<VerifiedTexts> {
    const field = this.#fields.get(key) ?? { verdicts: new Map(), similar: new Map() };
    this.#fields.set(key, field, { noUpdateTTL: true });
    try {
      return await verifyField(field, texts, search);
    } catch (error) {
      // A cancelled look-up says nothing about the values.
      if (this.#fields.peek(key) === field) this.#fields.delete(key);
      throw error;
    }
  }

  /** Names that several things share, with their number, looked up once in ten minutes; a failed look-up is forgotten. */
  sharedNames(key: string, look: () => Promise<SharedNameCounts | undefined>): Promise<SharedNameCounts | undefined> {
    const counts = this.#sharedNames.get(key) ?? look();
    this.#sharedNames.set(key, counts, { noUpdateTTL: true });
    counts.catch(() => this.#sharedNames.delete(key));
    return counts;
  }
}

async function verifyField(
  field: RememberedField,
  texts: readonly ComparedText[],
  search: ValueSearch,
): Promise<VerifiedTexts> {
  field.first ??= search({ search: '', limit: FIRST_VALUES });
  const first = await field.first;
  // Servers list nothing for a field whose suggestions the model switches off.
  if (first === undefined || first.length === 0) return { missing: [], unverified: texts };
  const absent = texts.filter((text) => !first.some((value) => fits(text, value)));
  const isWhole = first.length < FIRST_VALUES;
  if (!isWhole) lookUp(field, absent, search);
  const verdicts = await Promise.all(
    absent.map(async (text) => ({ text, isThere: isWhole ? false : await field.verdicts.get(verdictKey(text)) })),
  );
  const missing = verdicts.flatMap(({ text, isThere }) => (isThere === false ? [text] : []));
  const suggestions = await Promise.all(
    missing.map(async (text, at) =>
      isWhole || at >= MAX_SUGGESTIONS ? [] : ((await similarTo(field, text.value, search)) ?? []),
    ),
  );
  return {
    missing: missing.map((text, at) => ({
      text,
      nearest: nearestValues(text.value, [...new Set([...(suggestions[at] ?? []), ...first])]),
      examples: first.slice(0, MAX_EXAMPLES),
    })),
    unverified: verdicts.flatMap(({ text, isThere }) => (isThere === undefined ? [text] : [])),
  };
}

const verdictKey = ({ comparison, ignoresCase, value }: ComparedText): string =>
  `${comparison} ${ignoresCase ? 'any case ' : ''}${value}`;

/** True if the server searches values so by itself: a part of a text, in any case. */
const isSearch = ({ comparison, ignoresCase }: ComparedText): boolean => comparison === 'include' || ignoresCase;

/** Sends a request for all texts compared for equality, and one for each other one, that are not remembered. */
function lookUp(field: RememberedField, texts: readonly ComparedText[], search: ValueSearch): void {
  const unknown = texts.filter((text) => !field.verdicts.has(verdictKey(text)));
  const equal = unknown.filter((text) => text.comparison === 'equals' && !isSearch(text));
  const [sample] = equal;
  if (sample) {
    const matching = search(only(sample.fieldId, 'equals', [...new Set(equal.map(({ value }) => value))]));
    for (const text of equal)
      field.verdicts.set(
        verdictKey(text),
        matching.then((values) => values?.includes(text.value)),
      );
  }
  for (const text of unknown.filter((text) => !equal.includes(text))) {
    const verdict = isSearch(text)
      ? similarTo(field, text.value, search).then((values) => isAmong(text, values))
      : search({ ...only(text.fieldId, text.comparison, [text.value]), limit: 1 }).then(
          (values) => values && values.length > 0,
        );
    field.verdicts.set(verdictKey(text), verdict);
  }
}

/** Undefined if the values are a part of those that contain the text, and it fits none of them. */
function isAmong(text: ComparedText, values: readonly string[] | undefined): boolean | undefined {
  if (values?.some((value) => fits(text, value))) return true;
  return values === undefined || values.length >= FIRST_VALUES ? undefined : false;
}

const only = (fieldId: string, operator: string, values: readonly string[]): ValueSearchRequest => ({
  search: '',
  limit: values.length,
  filters: { id: 'values', and: [{ id: 'value', target: { fieldId }, operator, values }] },
});

/** Values that contain a text in any case; the server ignores case there. */
function similarTo(field: RememberedField, text: string, search: ValueSearch) {
  const similar = field.similar.get(text) ?? search({ search: text.trim(), limit: FIRST_VALUES });
  field.similar.set(text, similar);
  return similar;
}
