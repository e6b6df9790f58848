/** SQL that is not one of the plain expressions that a server without raw SQL runs; the message has the part and its position. */
export class SqlExpressionError extends Error {}

/** Smallest part of an expression. `reference` is `${table.field}`; `table` is `${TABLE}`. */
export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'quoted' | 'reference' | 'table' | 'symbol' | 'end';
  /** As written; words in lower case. */
  readonly text: string;
  /** Position of the first character, from 0. */
  readonly at: number;
}

/** Longer expressions are refused: no calculation needs them, and parsing must not take long. */
const MAX_EXPRESSION_LENGTH = 10_000;

const SPACE = /[ \t\r\n]+/y;
const REFERENCE = /\$\{ *([\p{L}\p{N}_][\p{L}\p{N}_. ]{0,200})\}/uy;
/** Values of user attributes and parameters are put into the SQL by Lightdash; their quoting is not ours to judge. */
const SERVER_VALUE = /^(lightdash|ld)\./i;
// Nothing may follow at once: some dialects read 1OR as two tokens.
const NUMBER = /(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?(?![\p{L}\p{N}_.$])/iuy;
const WORD = /[A-Za-z_][A-Za-z0-9_]*(?!["'`$\p{L}\p{N}])/uy;
// A doubled quote is an escape in one dialect and a second string, or a triple quote, in another.
const STRING = /'[^'"`\\\p{Cc}]*'(?!['"`])/uy;
const QUOTED = /"[A-Za-z_][A-Za-z0-9_ ]*"(?!["'`])/y;
const SYMBOL = /\|\||<=|>=|<>|!=|::|[(),+\-*/%=<>.]/y;
const COMMENT = /--|\/\*|\*\/|\/\//y;
/** Harmless in a text as SQL reads it, but not if a template or a comment filter reads it first. */
const MARKUP = /\$\{|\{\{|\{%|--|\/\*|;/;

const PATTERNS = [
  ['number', NUMBER],
  ['word', WORD],
  ['string', STRING],
  ['quoted', QUOTED],
  ['symbol', SYMBOL],
] as const;

/**
 * Splits an expression into tokens; the last one is `end`.
 *
 * @throws {SqlExpressionError} for anything that two SQL dialects could read differently: comments, backslashes, doubled,
 * triple and dollar quotes, prefixes of strings, `;`, other characters.
 */
export function tokenize(sql: string): Token[] {
  if (sql.length > MAX_EXPRESSION_LENGTH) {
    throw new SqlExpressionError(`longer than ${MAX_EXPRESSION_LENGTH} characters`);
  }
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(sql);
  };
  while (at < sql.length) {
    const space = match(SPACE);
    if (space) {
      at += space[0].length;
      continue;
    }
    const token = match(COMMENT) ? undefined : nextToken(match, at);
    if (token === undefined) throw new SqlExpressionError(`unexpected ${quoted(sql.slice(at))} at character ${at + 1}`);
    tokens.push(token);
    at +=
      token.kind === 'reference' || token.kind === 'table' ? (match(REFERENCE)?.[0].length ?? 1) : token.text.length;
  }
  tokens.push({ kind: 'end', text: '', at });
  return tokens;
}

function nextToken(match: (pattern: RegExp) => RegExpExecArray | null, at: number): Token | undefined {
  const reference = match(REFERENCE)?.[1]?.trim();
  if (reference !== undefined) {
    if (SERVER_VALUE.test(reference)) return undefined;
    return { kind: reference.toUpperCase() === 'TABLE' ? 'table' : 'reference', text: reference, at };
  }
  for (const [kind, pattern] of PATTERNS) {
    const text = match(pattern)?.[0];
    if (text === undefined) continue;
    if (kind === 'string' && MARKUP.test(text)) return undefined;
    return { kind, text: kind === 'word' ? text.toLowerCase() : text, at };
  }
  return undefined;
}

/** The beginning of a text, in quotes, for a message. */
export const quoted = (text: string): string => JSON.stringify(/^(\w{1,30}|.)/su.exec(text)?.[0] ?? '');
