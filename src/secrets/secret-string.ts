import { inspect } from 'node:util';
import { hasEncodedLetters, type SpellingPatterns, spellingPatterns } from './spellings.ts';

/** A secret text: printing, serialising or inspecting it gives `[secret]`. */
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

const cache = new WeakMap<SecretString, SpellingPatterns | 'too short'>();

function patternsOf(secret: SecretString): SpellingPatterns | 'too short' {
  const cached = cache.get(secret);
  if (cached) return cached;
  const patterns = spellingPatterns(secret.reveal()) ?? 'too short';
  cache.set(secret, patterns);
  return patterns;
}

/** Removes every occurrence of secrets, in any spelling, from a text that is about to leave the process. */
export function redact(text: string, secrets: readonly SecretString[]): string {
  const isEncoded = hasEncodedLetters(text);
  return secrets.reduce((clean, secret) => {
    const patterns = patternsOf(secret);
    return patterns === 'too short' ? clean : clean.replace(isEncoded ? patterns.full() : patterns.common, '[secret]');
  }, text);
}
