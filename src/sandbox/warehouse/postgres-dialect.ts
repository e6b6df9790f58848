/**
 * DuckDB speaks Postgres' dialect almost: what its parser or binder understands differently is rewritten here, in text,
 * and what a function can mend is a macro.
 */

/** String literals, quoted names and comments: what no rewriting may touch. */
const OPAQUE = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g;

/** Splits a text into code and opaque stretches, in order; rewriting the code alone cannot hurt a literal. */
function mapCode(sql: string, rewrite: (code: string) => string): string {
  let result = '';
  let end = 0;
  for (const match of sql.matchAll(OPAQUE)) {
    result += rewrite(sql.slice(end, match.index)) + match[0];
    end = match.index + match[0].length;
  }
  return result + rewrite(sql.slice(end));
}

/**
 * The same query for DuckDB. `numeric` without digits is arbitrary in Postgres but DECIMAL(18,3) in DuckDB, a bare null is
 * text in Postgres and a number in DuckDB, and the alias of a set-returning function names its column.
 */
export function toDuckDb(sql: string): string {
  return mapCode(sql, (code) =>
    code
      .replace(/(::\s*)(?:numeric|decimal)\b(?!\s*\()/gi, '$1double')
      .replace(/(\bas\s+)(?:numeric|decimal)(\s*\))/gi, '$1double$2')
      .replace(/\bnull(\s+as\b)/gi, 'null::text$1')
      .replace(
        /\b(generate_series\s*\((?:[^()]|\([^()]*\))*\))\s+(?:as\s+)?(?!(?:where|group|order|limit|join|left|right|inner|cross|full|on|union|as)\b)([a-z_]\w*)(?!\s*[(\w.])/gi,
        '$1 as $2($2)',
      ),
  );
}

/** Where the first statement of a text ends at a semicolon, if anything but comments and blanks follows it. */
export function findSecondStatement(sql: string): number | undefined {
  // Opaque stretches are blanked out so that offsets stay; literals keep a mark that they are not nothing.
  const code = sql.replace(OPAQUE, (opaque) => (/^(?:--|\/\*)/.test(opaque) ? ' ' : 'x').repeat(opaque.length));
  const semicolon = code.indexOf(';');
  return semicolon >= 0 && /[^\s;]/.test(code.slice(semicolon + 1)) ? semicolon : undefined;
}

/** The name that Postgres gives a column without an alias, from the one that DuckDB gave: `count`, `?column?`. */
export function postgresColumnName(name: string): string {
  if (name === 'count_star()') return 'count';
  const call = /^"?([a-z_]\w*)"?\(.*\)$/s.exec(name);
  if (call?.[1]) return call[1];
  const cast = /^CAST\("?([a-z_]\w*)"? AS .*\)$/s.exec(name);
  if (cast?.[1]) return cast[1];
  return /^\(.*\)$|^'.*'$|^-?[\d.]+$|^NULL$|^CAST\(.*\)$/s.test(name) ? '?column?' : name;
}

/** to_char's patterns and strftime's, in an order in which no result is taken for a pattern. */
const TIME_PATTERNS: readonly (readonly [string, string])[] = [
  ['FMDay', '%A'],
  ['FMMonth', '%B'],
  ['FMMM', '%-m'],
  ['FMDD', '%-d'],
  ['Day', '%A'],
  ['Month', '%B'],
  ['Mon', '%b'],
  ['Dy', '%a'],
  ['YYYY', '%Y'],
  ['YY', '%y'],
  ['MM', '%m'],
  ['DD', '%d'],
  ['HH24', '%H'],
  ['HH12', '%I'],
  ['MI', '%M'],
  ['SS', '%S'],
  ['IW', '%V'],
  ['AM', '%p'],
];

const toStrftime = TIME_PATTERNS.reduce((sql, [from, to]) => `replace(${sql}, '${from}', '${to}')`, 'format');

const isInteger = (value: string) => `typeof(${value}) in ('TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT')`;
const isDecimal = (value: string) => `(typeof(${value}) like 'DECIMAL%' or typeof(${value}) like '%INT%')`;

/**
 * Postgres' functions and operators over DuckDB's. An operator is a function of its name, so a macro can take its place:
 * `/` truncates between integers (not with HUGEINT, DuckDB's sum of a bigint, which is numeric in Postgres), fails on zero, and
 * between decimals is exact to the last digit, which it is not once 34210.19 has become a double. What it cannot do is say
 * that its result is an integer: a quotient of integers divided again does not truncate again.
 */
export const POSTGRES_MACROS: readonly string[] = [
  `create macro "/"(a, b) as case
    when b = 0 then error('division by zero')
    when ${isInteger('a')} and ${isInteger('b')} then system.main."/"(a - a % b, b)
    when ${isDecimal('a')} and ${isDecimal('b')} then
      system.main."/"(round(cast(a as double) * 1e4), round(cast(b as double) * 1e4))
    else system.main."/"(a, b) end`,
  `create macro to_char(moment, format) as
    replace(strftime(moment, ${toStrftime}), 'Q', cast(quarter(moment) as varchar))`,
  `create macro initcap(words varchar) as
    array_to_string(list_transform(string_split(words, ' '), lambda word: upper(left(word, 1)) || lower(substr(word, 2))), ' ')`,
  // Postgres writes the double 2 as "2", DuckDB as "2.0".
  `create macro postgres_text(value) as regexp_replace(cast(value as varchar), '\\.0$', '')`,
];
