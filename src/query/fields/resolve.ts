import { setImmediate as nextTurn } from 'node:timers/promises';
import { joinWithOr, MAX_NAME_LENGTH, normalizeName, similarity, singular, words } from '../../text/names.ts';
import { describeType, type Field, type FieldIndex, type FieldKind } from './field.ts';
import { FieldSearch } from './field-search.ts';

/** A field, `repaired` if it was written differently from its id; or a problem with suggestions. */
type Resolution =
  | { readonly field: Field; readonly repaired: boolean }
  | { readonly problem: string; readonly suggestions: readonly Field[] };

interface Lookup {
  /** By table and name or label together. */
  readonly qualified: ReadonlyMap<string, readonly Field[]>;
  readonly byName: ReadonlyMap<string, readonly Field[]>;
  readonly byLabel: ReadonlyMap<string, readonly Field[]>;
}

const lookups = new WeakMap<FieldIndex, Lookup>();
const nearness = new WeakMap<FieldIndex, Nearness>();

/**
 * Resolves a field by id, `table.field`, `${table.field}`, label, or table label and label, ignoring case, spacing and
 * plural. A bare name belongs to the base table first; a label must be unique.
 *
 * @param suggest false if only a field is of use: looking for the nearest ones takes longer than the rest.
 */
export function resolveField(
  index: FieldIndex,
  text: string,
  wanted?: FieldKind,
  { suggest: suggests = true } = {},
): Resolution {
  const exact = index.fields.get(text);
  if (exact) return { field: exact, repaired: false };
  const written = text.slice(0, MAX_NAME_LENGTH);
  const unknown = (): Resolution =>
    suggests
      ? unknownField(index, written, wanted)
      : { problem: `${index.name} has no ${written}: find_fields looks for it`, suggestions: [] };
  // Its beginning may be a field's name, and mean another thing.
  if (text.length > MAX_NAME_LENGTH) return unknown();
  const lookup = lookupOf(index);
  const key = normalizeName(unwrapCall(written));
  for (const candidates of [lookup.qualified.get(key), lookup.byName.get(key), lookup.byLabel.get(key)]) {
    if (!candidates) continue;
    const chosen = writtenSo(choose(candidates, wanted), written);
    const [only] = chosen;
    if (only && chosen.length === 1) return { field: only, repaired: true };
    const inBase =
      candidates === lookup.byName.get(key) ? chosen.filter((field) => field.table === index.baseTable) : [];
    const [base] = inBase;
    if (base && inBase.length === 1) return { field: base, repaired: true };
    return { problem: `${written} is ambiguous in ${index.name}: write ${suggest(chosen)}.`, suggestions: chosen };
  }
  return unknown();
}

/** Builds what resolving in explores needs, one in a turn of the event loop: for thousands of fields it takes a while. */
export async function prepareLookups(indexes: readonly FieldIndex[]): Promise<void> {
  for (const index of indexes) {
    lookupOf(index);
    await nextTurn();
  }
}

/** Prefers visible fields to hidden ones, and the wanted kind to the other. */
function choose(candidates: readonly Field[], wanted: FieldKind | undefined): readonly Field[] {
  const visible = candidates.filter((field) => !field.hidden);
  const offered = visible.length > 0 ? visible : candidates;
  const ofKind = offered.filter((field) => field.kind === wanted);
  return ofKind.length > 0 ? ofKind : offered;
}

/** Of fields that differ in more than case and spacing, those that are written exactly so: `orders.gifts` is not "Gift?". */
function writtenSo(candidates: readonly Field[], written: string): readonly Field[] {
  if (candidates.length < 2) return candidates;
  const text = written.trim().toLowerCase();
  const exact = candidates.filter(({ table, tableLabel, name, label }) =>
    [`${table}.${name}`, name, label, `${tableLabel} ${label}`].some((own) => own.toLowerCase() === text),
  );
  return exact.length > 0 ? exact : candidates;
}

function unknownField(index: FieldIndex, written: string, wanted: FieldKind | undefined): Resolution {
  const suggestions = nearestFields(index, written, wanted);
  const tables = index.tables.filter((table) => !table.hidden).map((table) => table.name);
  const message = `${index.name} has no ${wanted ?? 'field'} ${written}`;
  return {
    suggestions,
    problem:
      suggestions.length > 0
        ? `${message}; did you mean ${suggest(suggestions)}?`
        : `${message}, nor anything similar; its tables are ${tables.join(', ')}. get_explore lists its fields, find_fields searches every explore.`,
  };
}

const suggest = (fields: readonly Field[]): string =>
  joinWithOr(fields.slice(0, 3).map((field) => `${field.id} (${field.label}, ${describeType(field)})`));

/** Names and texts that fields are compared by, computed once for an explore. */
interface Nearness {
  /** Scores of fields for a text, by id. */
  readonly search: (text: string) => ReadonlyMap<string, number>;
  /** The visible fields with their normalized names. */
  readonly visible: readonly { field: Field; id: string; name: string; label: string }[];
  /** The words of all names and labels. */
  readonly vocabulary: ReadonlySet<string>;
}

/** Explores of more fields are searched by the words of names and labels alone: an index of all texts takes a second. */
const MAX_INDEXED_FIELDS = 800;

function searchOf(fields: readonly Field[]): Nearness['search'] {
  if (fields.length <= MAX_INDEXED_FIELDS) {
    const index = FieldSearch.of(fields, (field) => [field]);
    return (text) => new Map(index.search(text).map((hit) => [hit.item.id, hit.score]));
  }
  const wordsById = fields.map(({ id, name, label }) => [id, new Set(words(`${name} ${label}`))] as const);
  return (text) => {
    const written = words(text);
    return new Map(
      wordsById.flatMap(([id, own]) => {
        const shared = written.filter((word) => own.has(word)).length;
        return shared === 0 ? [] : [[id, shared / Math.max(own.size, written.length)] as const];
      }),
    );
  };
}

function nearnessOf(index: FieldIndex): Nearness {
  const cached = nearness.get(index);
  if (cached) return cached;
  const fields = [...index.fields.values()].filter((field) => !field.hidden);
  const fresh = {
    search: searchOf(fields),
    visible: fields.map((field) => ({
      field,
      id: normalizeName(field.id),
      name: normalizeName(field.name),
      label: normalizeName(field.label),
    })),
    vocabulary: new Set(fields.flatMap(({ name, label }) => words(`${name} ${label}`).map(singular))),
  };
  nearness.set(index, fresh);
  return fresh;
}

/** Similarity of a whole id, and of a name or label, from which a field is suggested. */
const [MIN_WHOLE, MIN_LOOKS] = [0.75, 0.55];
/** Share of the similarity of letters that counts if all words are words of the explore, so that none is a typing error. */
const LOOKS_OF_WORDS = 0.25;

/** Similarity of two names; 0 if it is not above a minimum, which mostly follows from their lengths. */
function similarityAbove(minimum: number, left: string, right: string): number {
  if (Math.min(left.length, right.length) <= minimum * Math.max(left.length, right.length)) return 0;
  const similar = similarity(left, right);
  return similar > minimum ? similar : 0;
}

/** At most three fields that look or read like what was written, best first; of several grains of one field the best. */
export function nearestFields(index: FieldIndex, text: string, wanted?: FieldKind): readonly Field[] {
  const written = text.slice(0, MAX_NAME_LENGTH);
  const { search, visible, vocabulary } = nearnessOf(index);
  const { table, rest } = splitTable(index, unwrapCall(written));
  const scores = search(rest);
  const best = [...scores.values()].reduce((most, score) => Math.max(most, score), 1);
  const isSpelled = words(rest).every((word) => vocabulary.has(singular(word)));
  const [key, restKey] = [normalizeName(written), normalizeName(rest)];
  const scored = visible.map(({ field, id, name, label }) => {
    const whole = similarityAbove(MIN_WHOLE, key, id);
    const part = Math.max(similarityAbove(MIN_LOOKS, restKey, name), similarityAbove(MIN_LOOKS, restKey, label));
    const looks = Math.max(part, whole);
    const reads = (scores.get(field.id) ?? 0) / best;
    const favour = (field.kind === wanted ? 0.25 : 0) + (field.table === table ? 0.2 : 0);
    return { field, looks, reads, score: looks * (isSpelled ? LOOKS_OF_WORDS : 1) + reads + favour };
  });
  const families = new Set<string>();
  return scored
    .filter(({ looks, reads }) => looks > MIN_LOOKS || reads > 0.35)
    .sort((left, right) => right.score - left.score)
    .filter(({ field }) => {
      const family = field.intervalBase ?? field.id;
      return !families.has(family) && families.add(family);
    })
    .slice(0, 3)
    .map(({ field }) => field);
}

/** Splits `orders_total_sales` into table and rest: a common table name must not make all fields similar. */
function splitTable(index: FieldIndex, written: string): { table?: string; rest: string } {
  const parts = words(written);
  for (const table of index.tables) {
    for (const name of [table.name, table.label]) {
      const prefix = words(name);
      if (parts.length > prefix.length && prefix.every((word, position) => parts[position] === word))
        return { table: table.name, rest: parts.slice(prefix.length).join(' ') };
    }
  }
  return { rest: written };
}

/** `month(orders_ordered_at)` as `orders_ordered_at month`; a heading of our results (`id [USD]`) as the id. */
function unwrapCall(heading: string): string {
  const written = heading.replace(/\s*\[[^\]]*\]$/, '');
  const call = /^\s*(\w+)\s*\(\s*(.+?)\s*\)\s*$/.exec(written);
  return call ? `${call[2]} ${call[1]}` : written;
}

function lookupOf(index: FieldIndex): Lookup {
  const existing = lookups.get(index);
  if (existing) return existing;
  const lookup = { qualified: new Map(), byName: new Map(), byLabel: new Map() } satisfies Record<
    keyof Lookup,
    Map<string, Field[]>
  >;
  for (const field of index.fields.values()) {
    const qualified = [field.table, field.tableLabel].flatMap((table) => [
      `${table} ${field.name}`,
      `${table} ${field.label}`,
    ]);
    for (const text of new Set(qualified.map(normalizeName))) add(lookup.qualified, text, field);
    add(lookup.byName, normalizeName(field.name), field);
    add(lookup.byLabel, normalizeName(field.label), field);
  }
  lookups.set(index, lookup);
  return lookup;
}

function add(map: Map<string, Field[]>, key: string, field: Field): void {
  const fields = map.get(key);
  if (fields) fields.push(field);
  else map.set(key, [field]);
}
