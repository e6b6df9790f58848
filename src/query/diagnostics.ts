import { normalizeName } from '../text/names.ts';
import type { Field, FieldIndex } from './fields/field.ts';

/** Problems reported at most: more are not repaired at once, and each suggestion takes time. */
const MAX_PROBLEMS = 20;
/** Problems with suggestions at most, for explores with more fields. */
const [MANY_FIELDS, MAX_SUGGESTED] = [800, 5];

/** Problems that the caller must correct, and notes on what was corrected for them, collected while a query is read. */
export class Diagnostics {
  /** True if the server has what releases after 0.1366 have, so that it needs no doubt. */
  readonly isNewer: boolean;
  readonly problems: string[] = [];
  hasUnknownField = false;
  readonly #notes: string[] = [];
  readonly #readAs = new Map<string, string>();

  constructor({ isNewer = false }: { readonly isNewer?: boolean | undefined } = {}) {
    this.isNewer = isNewer;
  }

  /** True once the maximum of problems is reached. */
  get isFull(): boolean {
    return this.problems.length >= MAX_PROBLEMS;
  }

  /** True if the nearest field of an explore should be searched: in a large one each search takes time. */
  suggestsFor({ fields }: Pick<FieldIndex, 'fields'>): boolean {
    return this.problems.length < (fields.size > MANY_FIELDS ? MAX_SUGGESTED : MAX_PROBLEMS);
  }

  problem(sentence: string): void {
    if (!this.isFull && !this.problems.includes(sentence)) this.problems.push(sentence);
  }

  /** A field that is not in the explore; it may be in another. */
  unknownField(sentence: string): void {
    this.hasUnknownField = true;
    this.problem(sentence);
  }

  note(sentence: string): void {
    if (!this.#notes.includes(sentence)) this.#notes.push(sentence);
  }

  /** Records that a field was written differently from its id; differences of punctuation or case are not reported. */
  readAs(written: string, field: Field): void {
    if (normalizeName(written) !== normalizeName(field.id)) this.#readAs.set(written, field.id);
  }

  get notes(): readonly string[] {
    const readAs = [...this.#readAs].map(([written, id]) => `"${written}" as ${id}`);
    return readAs.length > 0 ? [`Read ${readAs.join(', ')}.`, ...this.#notes] : this.#notes;
  }
}
