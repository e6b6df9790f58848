import type { JsonObject } from '../text/json.ts';
import { nearestName } from '../text/suggest.ts';
import type { Diagnostics } from './diagnostics.ts';

/** An object of a query: its name in messages, the keys that are read, and an example that works. */
export interface KnownObject {
  /** With its article: `A filter rule`. */
  readonly label: string;
  readonly keys: readonly string[];
  readonly example: string;
  /** Advice for keys that other tools have and Lightdash does not. */
  readonly advice?: Readonly<Record<string, string>>;
}

/**
 * Reports each key that nothing reads: an ignored one would answer another question without a word.
 *
 * @returns true if all keys are known.
 */
export function checkKeys(object: JsonObject, schema: KnownObject, diagnostics: Diagnostics): boolean {
  const unknown = Object.keys(object).filter((key) => !schema.keys.includes(key));
  for (const key of unknown) {
    const advice = schema.advice && Object.hasOwn(schema.advice, key) ? schema.advice[key] : undefined;
    const nearest = nearestName(key, schema.keys);
    diagnostics.problem(
      `${schema.label} has no key "${key.slice(0, 100)}"${advice ? `: ${advice}` : nearest ? `; did you mean ${nearest}?` : '.'} Write ${schema.example}.`,
    );
  }
  return unknown.length === 0;
}
