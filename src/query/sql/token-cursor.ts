import { quoted, SqlExpressionError, type Token } from './tokens.ts';

/** Reads tokens one after the other; words and symbols are named by their text. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get next(): Token {
    return this.peek(0);
  }

  peek(distance: number): Token {
    return this.#tokens[this.#position + distance] ?? { kind: 'end', text: '', at: 0 };
  }

  take(): Token {
    const token = this.next;
    this.#position += 1;
    return token;
  }

  is(...texts: readonly string[]): boolean {
    const { kind, text } = this.next;
    return (kind === 'word' || kind === 'symbol') && texts.includes(text);
  }

  /** Passes the next token if it is one of these. */
  accept(...texts: readonly string[]): boolean {
    const isNext = this.is(...texts);
    if (isNext) this.#position += 1;
    return isNext;
  }

  /** Passes these tokens, one after the other. */
  expect(...texts: readonly string[]): void {
    for (const text of texts) if (!this.accept(text)) this.fail();
  }

  acceptKind(...kinds: readonly Token['kind'][]): boolean {
    const isNext = kinds.includes(this.next.kind);
    if (isNext) this.#position += 1;
    return isNext;
  }

  expectKind(...kinds: readonly Token['kind'][]): void {
    if (!this.acceptKind(...kinds)) this.fail();
  }

  acceptWord(words: ReadonlySet<string>): boolean {
    const isNext = this.next.kind === 'word' && words.has(this.next.text);
    if (isNext) this.#position += 1;
    return isNext;
  }

  expectWord(words: ReadonlySet<string>): void {
    if (!this.acceptWord(words)) this.fail();
  }

  fail(): never {
    const { kind, text, at } = this.next;
    throw new SqlExpressionError(`unexpected ${kind === 'end' ? 'end' : `${quoted(text)} at character ${at + 1}`}`);
  }
}
