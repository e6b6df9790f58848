/** String literals, quoted names and comments: what no rewriting may touch. */
const OPAQUE = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g;

/** The text with what is opaque blanked out, so that offsets stay. */
function mask(sql: string): string {
  return sql.replace(OPAQUE, (opaque) => '\u0001'.repeat(opaque.length));
}

interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const ANY_ARGUMENTS = String.raw`\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)`;
const NOT_AN_ALIAS = '(?!(?:where|group|order|limit|join|left|right|inner|cross|full|on|union|as)\\b)';

/** Finds what DuckDB takes for something else; each pattern captures what stays in front of the text to put there. */
const REPLACEMENTS: readonly (readonly [RegExp, (code: RegExpMatchArray) => string])[] = [
  // `numeric` without digits is arbitrary in Postgres and DECIMAL(18,3) in DuckDB.
  [/(?<=::\s*)(?:numeric|decimal)\b(?!\s*\()/gi, () => 'double'],
  [/(?<=\bas\s+)(?:numeric|decimal)(?=\s*\))/gi, () => 'double'],
  // A bare null is text in Postgres and a number in DuckDB.
  [/\bnull(?=\s+as\b)/gi, () => 'null::text'],
  // The alias of a set-returning function names its column.
  [
    new RegExp(
      `(?<=\\b(?:from|join)\\s+generate_series\\s*${ANY_ARGUMENTS}\\s+(?:as\\s+)?)${NOT_AN_ALIAS}[a-z_]\\w*\\b(?!\\s*[(.])`,
      'gi',
    ),
    ([alias]) => `${alias}(${alias})`,
  ],
];

/** The same query for DuckDB, whose dialect is Postgres' almost. */
export function toDuckDb(text: string): string {
  // A moment with its minutes and its zone: DuckDB wants the seconds, too.
  const sql = text.replace(/(\btimestamptz\s*'\d{4}-\d\d-\d\d \d\d:\d\d)(?=[+-]\d\d')/gi, '$1:00');
  const code = mask(sql);
  const edits: TextEdit[] = REPLACEMENTS.flatMap(([pattern, write]) =>
    [...code.matchAll(pattern)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      text: write(match),
    })),
  );
  edits.push(...castPercentiles(code), ...translateTimePatterns(sql, code));
  return edits
    .sort((a, b) => b.start - a.start)
    .reduce((text, { start, end, text: replacement }) => text.slice(0, start) + replacement + text.slice(end), sql);
}

/** A percentile is a double in Postgres; DuckDB's of decimals is a decimal, cut off. */
function castPercentiles(code: string): TextEdit[] {
  return [...code.matchAll(/\bpercentile_cont\s*\([^()]*\)\s*within\s+group\s*\(\s*order\s+by\s+/gi)].flatMap(
    (match) => {
      const start = match.index + match[0].length;
      const end = findClosing(code, start);
      const direction = /\s+(?:asc|desc)\s*$/i.exec(code.slice(start, end))?.[0].length ?? 0;
      return [
        { start, end: start, text: 'cast((' },
        { start: end - direction, end: end - direction, text: ') as double)' },
      ];
    },
  );
}

/** Translates the pattern of each `to_char(…, 'pattern')` and `to_date(…)` for the macros of these names. */
function translateTimePatterns(sql: string, code: string): TextEdit[] {
  return [...code.matchAll(/\bto_(?:char|date)\s*\(/gi)].flatMap((match) => {
    const closing = findClosing(code, match.index + match[0].length);
    const literal = /\u0001+(?=\s*$)/.exec(code.slice(0, closing));
    if (!literal) return [];
    const end = literal.index + literal[0].length;
    const text = sql.slice(literal.index, end);
    return text.startsWith("'") ? [{ start: literal.index, end, text: toStrftime(text) }] : [];
  });
}

/** The parenthesis that closes what is open at `start`. */
function findClosing(code: string, start: number): number {
  let depth = 1;
  for (let index = start; index < code.length; index++) {
    if (code[index] === '(') depth++;
    if (code[index] === ')' && --depth === 0) return index;
  }
  return code.length;
}

/** to_char's patterns and strftime's. strftime has no quarter: the macro replaces this character with it. */
const QUARTER = '\u0002';
const TIME_PATTERNS: Readonly<Record<string, string>> = {
  ...{ YYYY: '%Y', YY: '%y', IYYY: '%G', Q: QUARTER, MM: '%m', Month: '%B', Mon: '%b', IW: '%V' },
  ...{ DDD: '%j', DD: '%d', Day: '%A', Dy: '%a', ID: '%u', HH24: '%H', HH12: '%I', HH: '%I' },
  ...{ MI: '%M', SS: '%S', MS: '%g', US: '%f', AM: '%p', PM: '%p', FMMM: '%-m', FMDD: '%-d', FMHH24: '%-H' },
  '%': '%%',
  FM: '',
};
const TIME_PATTERN = new RegExp(
  `"([^"]*)"|${Object.keys(TIME_PATTERNS)
    .sort((a, b) => b.length - a.length)
    .join('|')}`,
  'g',
);

function toStrftime(literal: string): string {
  return literal.replace(TIME_PATTERN, (pattern, quoted: string | undefined) => quoted ?? TIME_PATTERNS[pattern] ?? '');
}

/** Position of the semicolon that ends the first statement, if more than comments and blanks follow. */
export function findSecondStatement(sql: string): number | undefined {
  const code = mask(sql).replace(/\u0001+/g, (opaque, at: number) =>
    (/^(?:--|\/\*)/.test(sql.slice(at)) ? ' ' : 'x').repeat(opaque.length),
  );
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
  `create macro to_char(moment, format) as replace(strftime(moment, format), chr(2), cast(quarter(moment) as varchar))`,
  'create macro to_date(day, format) as cast(strptime(day, format) as date)',
  // Integers of 32 bits in Postgres, of 64 in DuckDB; moments pass through the one with a step.
  `create macro generate_series(a, b) as table
    (select cast(generate_series as integer) as generate_series from system.main.generate_series(a, b)),
    (a, b, c) as table (from system.main.generate_series(a, b, c))`,
  // `~` finds a part of the text in Postgres; DuckDB's wants the whole, and it has no `~*`.
  'create macro regexp_full_match(value, pattern) as regexp_matches(value, pattern)',
  `create macro "~*"(value, pattern) as regexp_matches(value, pattern, 'i')`,
  `create macro initcap(words varchar) as
    array_to_string(list_transform(string_split(words, ' '), lambda word: upper(left(word, 1)) || lower(substr(word, 2))), ' ')`,
  // Postgres writes the double 2 as "2", DuckDB as "2.0".
  `create macro postgres_text(value) as regexp_replace(cast(value as varchar), '\\.0$', '')`,
];
