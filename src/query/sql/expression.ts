import { TokenCursor } from './token-cursor.ts';
import { quoted, SqlExpressionError, tokenize } from './tokens.ts';
import { constants, datePartFunctions, dateParts, functions, types } from './vocabulary.ts';

/** Nested deeper, an expression is refused. */
const MAX_DEPTH = 40;

/** Binding power of operators, from the loosest. */
const [OR, AND, NOT, COMPARISON, SUM, PRODUCT, SIGN] = [1, 2, 3, 4, 5, 6, 7];

const INFIX: ReadonlyMap<string, number> = new Map([
  ['or', OR],
  ['and', AND],
  ...['=', '<>', '!=', '<', '<=', '>', '>='].map((symbol) => [symbol, COMPARISON] as const),
  ...['is', 'in', 'between', 'like', 'ilike', 'not'].map((word) => [word, COMPARISON] as const),
  ...['+', '-', '||'].map((symbol) => [symbol, SUM] as const),
  ...['*', '/', '%'].map((symbol) => [symbol, PRODUCT] as const),
]);

/**
 * Returns why a text is not a plain SQL expression; undefined if it is one.
 *
 * A plain expression is made of fields (`${table.field}`, `${TABLE}.column`), literals, operators, CASE, CAST and a fixed
 * list of functions. It has no sub-query, bare column name, comment or quoting that two dialects read differently.
 */
export function expressionProblem(sql: string): string | undefined {
  try {
    const cursor = new TokenCursor(tokenize(sql));
    new ExpressionParser(cursor).expression();
    if (cursor.next.kind !== 'end') cursor.fail();
    return undefined;
  } catch (error) {
    if (error instanceof SqlExpressionError) return error.message;
    throw error;
  }
}

/** True for a reference to one field, `${table.field}`, which is not SQL. */
export function isFieldReference(sql: string): boolean {
  try {
    const [first, second] = tokenize(sql);
    return first?.kind === 'reference' && second?.kind === 'end';
  } catch (error) {
    if (error instanceof SqlExpressionError) return false;
    throw error;
  }
}

class ExpressionParser {
  readonly #cursor: TokenCursor;
  #depth = 0;

  constructor(cursor: TokenCursor) {
    this.#cursor = cursor;
  }

  /** Passes an expression whose operators bind at least as strongly as `least`. */
  expression(least = OR): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new SqlExpressionError(`nested more than ${MAX_DEPTH} levels deep`);
    this.#operand();
    for (;;) {
      const { kind, text } = this.#cursor.next;
      const power = kind === 'word' || kind === 'symbol' ? INFIX.get(text) : undefined;
      if (power === undefined || power < least) break;
      this.#infix(power);
    }
    this.#depth -= 1;
  }

  #infix(power: number): void {
    const cursor = this.#cursor;
    const operator = cursor.take().text;
    if (operator === 'is') {
      cursor.accept('not');
      if (cursor.accept('null', 'true', 'false')) return;
      cursor.expect('distinct', 'from');
      this.expression(SUM);
    } else if (operator === 'not') {
      if (!cursor.is('in', 'between', 'like', 'ilike')) cursor.fail();
      this.#infix(power);
    } else if (operator === 'in') {
      cursor.expect('(');
      this.#list();
      cursor.expect(')');
    } else if (operator === 'between') {
      this.expression(SUM);
      cursor.expect('and');
      this.expression(SUM);
    } else {
      this.expression(power + 1);
    }
  }

  #list(): void {
    do this.expression();
    while (this.#cursor.accept(','));
  }

  #operand(): void {
    const cursor = this.#cursor;
    if (cursor.accept('not')) this.expression(NOT);
    else if (cursor.accept('-', '+')) this.expression(SIGN);
    else {
      this.#primary();
      for (;;) {
        if (cursor.accept('::')) this.#type();
        else if (cursor.accept('at')) {
          cursor.expect('time', 'zone');
          cursor.expectKind('string');
        } else return;
      }
    }
  }

  #primary(): void {
    const cursor = this.#cursor;
    if (cursor.acceptKind('number', 'string', 'reference')) return;
    if (cursor.acceptKind('table')) this.#column();
    else if (cursor.accept('(')) {
      this.expression();
      cursor.expect(')');
    } else if (cursor.next.kind === 'word') this.#word();
    else cursor.fail();
  }

  #word(): void {
    const cursor = this.#cursor;
    const { text } = cursor.next;
    const after = cursor.peek(1);
    const isCall = after.kind === 'symbol' && after.text === '(';
    if (text === 'case') this.#case();
    else if (['cast', 'try_cast', 'safe_cast'].includes(text)) this.#cast();
    else if (text === 'interval' && !isCall) this.#interval();
    else if (['date', 'time', 'datetime', 'timestamp'].includes(text) && !isCall) {
      cursor.take();
      cursor.expectKind('string');
    } else if (isCall) this.#call();
    else cursor.expectWord(constants);
  }

  /** After `${TABLE}`: `.column`, with `.part` of a nested one. */
  #column(): void {
    do {
      this.#cursor.expect('.');
      this.#cursor.expectKind('word', 'quoted');
    } while (this.#cursor.is('.'));
  }

  #case(): void {
    const cursor = this.#cursor;
    cursor.expect('case');
    if (!cursor.is('when')) this.expression();
    do {
      cursor.expect('when');
      this.expression();
      cursor.expect('then');
      this.expression();
    } while (cursor.is('when'));
    if (cursor.accept('else')) this.expression();
    cursor.expect('end');
  }

  #cast(): void {
    const cursor = this.#cursor;
    cursor.take();
    cursor.expect('(');
    this.expression();
    cursor.expect('as');
    this.#type();
    cursor.expect(')');
  }

  #type(): void {
    const cursor = this.#cursor;
    const { text } = cursor.next;
    cursor.expectWord(types);
    if (text === 'double') cursor.accept('precision');
    if (text === 'character') cursor.accept('varying');
    if (cursor.accept('(')) {
      do cursor.expectKind('number');
      while (cursor.accept(','));
      cursor.expect(')');
    }
    if (['time', 'timestamp'].includes(text) && cursor.accept('with', 'without')) cursor.expect('time', 'zone');
  }

  /** `INTERVAL '1 day'`, `INTERVAL '1' DAY` or `INTERVAL 1 DAY`. */
  #interval(): void {
    const cursor = this.#cursor;
    cursor.expect('interval');
    const isNumber = cursor.acceptKind('number');
    if (!isNumber) cursor.expectKind('string');
    if (!cursor.acceptWord(dateParts) && isNumber) cursor.fail();
  }

  #call(): void {
    const cursor = this.#cursor;
    const { text: name } = cursor.next;
    if (!cursor.acceptWord(functions)) throw new SqlExpressionError(`${quoted(name)} is not an allowed function`);
    cursor.expect('(');
    if (name === 'extract') {
      cursor.expectWord(dateParts);
      cursor.expect('from');
      this.expression();
    } else if (!cursor.is(')')) this.#arguments(name);
    cursor.expect(')');
    if (cursor.accept('within')) {
      cursor.expect('group', '(');
      this.#orderBy();
      cursor.expect(')');
    }
    if (cursor.accept('filter')) {
      cursor.expect('(', 'where');
      this.expression();
      cursor.expect(')');
    }
    if (cursor.accept('ignore', 'respect')) cursor.expect('nulls');
    if (cursor.accept('over')) this.#window();
  }

  #arguments(name: string): void {
    const cursor = this.#cursor;
    if (name === 'count' && cursor.accept('*')) return;
    cursor.accept('distinct');
    do {
      const isPart = datePartFunctions.has(name) && cursor.peek(1).text !== '(' && cursor.acceptWord(dateParts);
      if (!isPart) this.expression();
    } while (cursor.accept(','));
    if (cursor.accept('ignore', 'respect')) cursor.expect('nulls');
    if (cursor.is('order')) this.#orderBy();
  }

  #orderBy(): void {
    const cursor = this.#cursor;
    cursor.expect('order', 'by');
    do {
      this.expression();
      cursor.accept('asc', 'desc');
      if (cursor.accept('nulls') && !cursor.accept('first', 'last')) cursor.fail();
    } while (cursor.accept(','));
  }

  #window(): void {
    const cursor = this.#cursor;
    cursor.expect('(');
    if (cursor.accept('partition')) {
      cursor.expect('by');
      this.#list();
    }
    if (cursor.is('order')) this.#orderBy();
    if (cursor.accept('rows', 'range')) {
      if (cursor.accept('between')) {
        this.#bound();
        cursor.expect('and');
      }
      this.#bound();
    }
    cursor.expect(')');
  }

  #bound(): void {
    const cursor = this.#cursor;
    if (cursor.accept('current')) cursor.expect('row');
    else {
      if (!cursor.accept('unbounded')) this.expression(SUM);
      if (!cursor.accept('preceding', 'following')) cursor.fail();
    }
  }
}
