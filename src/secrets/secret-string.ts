import { inspect } from 'node:util';

/** A text that must not be shown: printing, serialising or inspecting it gives `[secret]`. */
export class SecretString {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself; only for the header or body that carries it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

/** A secret of fewer characters would tear holes into ordinary words, and is none. */
const SHORTEST_SECRET = 6;

/** Removes every occurrence of the given secrets, in any spelling, from a text that is about to leave the process. */
export function redact(text: string, secrets: readonly SecretString[]): string {
  let clean = text;
  for (const secret of secrets) {
    for (const spelling of spellings(secret.reveal())) clean = clean.replaceAll(spelling, '[secret]');
  }
  return clean;
}

/** JSON inside of JSON inside of JSON: a body that is echoed in an error that a debugging page quotes. */
const JSON_LEVELS = 3;

/** A secret as it is, as it stands inside of JSON (a log line, an echoed body), and as part of an address. */
function spellings(plain: string): Set<string> {
  if (plain.length < SHORTEST_SECRET) return new Set();
  const all = new Set([plain, encodeURIComponent(plain)]);
  let inJson = plain;
  for (let level = 0; level < JSON_LEVELS; level += 1) {
    inJson = JSON.stringify(inJson).slice(1, -1);
    all.add(inJson);
  }
  return all;
}
