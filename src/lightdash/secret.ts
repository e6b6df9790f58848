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

/** Removes every occurrence of the given secrets from a text that is about to leave the process. */
export function redact(text: string, secrets: readonly SecretString[]): string {
  let clean = text;
  for (const secret of secrets) {
    const plain = secret.reveal();
    // A secret of a few characters would tear holes into ordinary words, and is none.
    if (plain.length >= 6) clean = clean.replaceAll(plain, '[secret]');
  }
  return clean;
}
