import { words as wordsOf } from '../../text/names.ts';
import type { Field, FieldIndex } from './field.ts';
import { createFieldSearch } from './field-search.ts';
import { type FieldFamily, foldGrains } from './grains.ts';

/** A field with its time grains and the explores that can query it, that of its own table first. */
export interface FoundField extends FieldFamily {
  readonly explores: readonly string[];
}

/**
 * Searches the fields of many explores at once, joined tables included. The search is built once for a set of explores;
 * hidden fields are not found. Fields that match more words come first; those that match far fewer are left out.
 */
export function createFieldFinder(
  explores: readonly FieldIndex[],
): (words: string, limit?: number) => readonly FoundField[] {
  const familiesByKey = new Map<string, { family: FieldFamily; explores: string[] }>();
  // The explore whose base table has the field goes first: its definition and name are shown.
  const occurrences = explores.flatMap((index) => familiesOf(index).map((family) => ({ index, family })));
  const owners = occurrences.filter(({ index, family }) => family.field.table === index.baseTable);
  const joined = occurrences.filter(({ index, family }) => family.field.table !== index.baseTable);
  for (const { index, family } of [...owners, ...joined]) {
    const key = identity(family.field);
    const existing = familiesByKey.get(key);
    if (existing) existing.explores.push(index.name);
    else familiesByKey.set(key, { family, explores: [index.name] });
  }
  const items = [...familiesByKey.values()];
  const search = createFieldSearch(items, ({ family }) => [family.field, ...family.grains]);
  return (words, limit = 20) => {
    const hits = search(words);
    const best = hits[0];
    if (!best) return [];
    const wordCount = new Set(wordsOf(words)).size;
    const minMatched = wordCount > 2 ? Math.ceil(best.matched / 2) : 1;
    return hits
      .filter((hit) => hit.matched >= minMatched && hit.score >= best.score * 0.08)
      .slice(0, limit)
      .map(({ item }) => ({ ...item.family, explores: item.explores }));
  };
}

const familiesOf = (index: FieldIndex): readonly FieldFamily[] =>
  foldGrains([...index.fields.values()].filter((field) => !field.hidden));

/** The same field in several explores; a table joined under another name is another table. */
const identity = (field: Field): string => `${field.kind} ${field.id} ${field.label}`;
