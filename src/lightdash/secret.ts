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

/** A secret as it is, as it stands inside of JSON (a log line, an echoed body), and as part of an address. */
function spellings(plain: string): Set<string> {
  if (plain.length < SHORTEST_SECRET) return new Set();
  const inJson = JSON.stringify(plain).slice(1, -1);
  return new Set([plain, inJson, encodeURIComponent(plain)]);
}
