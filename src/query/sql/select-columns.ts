import { sqlParts } from './sql-parts.ts';
import { dividesWhole } from './whole-quotient.ts';

/** The columns of a SELECT as its text has them. */
export interface SelectedColumns {
  /** Name of each column; that of its expression as Postgres gives it if it has no alias. */
  readonly names: readonly string[];
  /** Number of `*`, each of which stands for all columns of a table or of several. */
  readonly stars: number;
  /** A `*` without the name of a table, which stands for the columns of all. */
  readonly hasPlainStar: boolean;
  /** Number of columns before the first `*`. */
  readonly beforeStar: number;
  /** Rows of several tables are joined, by a JOIN or a comma. */
  readonly hasJoin: boolean;
  /** For each column, true if its expression divides and nothing in it makes decimals. */
  readonly dividesWhole: readonly boolean[];
}

const ENDS = new Set(['from', 'union', 'intersect', 'except', 'order', 'limit', 'where', 'group', 'having']);

/** Brackets and braces hold the values of an array or object. */
const [OPENING, CLOSING] = [new Set(['(', '[', '{']), new Set([')', ']', '}'])];

/** Reads the columns of the outermost SELECT, which names those of a result; undefined if there is none. */
export function selectedColumns(sql: string): SelectedColumns | undefined {
  const parts = sqlParts(sql);
  const outermost = outermostSelect(parts);
  if (outermost === undefined) return undefined;
  const { items, rest } = itemsOf(parts, outermost);
  const quotients = new Set(
    parts.flatMap((part, at) =>
      part.toLowerCase() === 'select'
        ? itemsOf(parts, at)
            .items.filter((item) => dividesWhole(item))
            .map(nameOf)
        : [],
    ),
  );
  const named = items.filter((item) => item.length > 0 && !isStar(item));
  return {
    names: named.map(nameOf),
    stars: items.filter(isStar).length,
    hasPlainStar: items.some((item) => isStar(item) && item.length === 1),
    beforeStar: Math.max(0, items.findIndex(isStar)),
    hasJoin: joins(rest),
    dividesWhole: named.map(
      (item) => dividesWhole(item) || (item.every((part) => PLAIN.test(part)) && quotients.has(nameOf(item))),
    ),
  };
}

/** The limit of the rows of SQL: its own or that of the server, whichever is lower; undefined if there is none. */
export function lowestLimit(sql: string, ofServer: number | undefined): number | undefined {
  const stated = statedLimit(sql);
  return stated === undefined || ofServer === undefined ? (stated ?? ofServer) : Math.min(stated, ofServer);
}

/** The number of rows after LIMIT, FETCH or TOP of the outermost SELECT. */
function statedLimit(sql: string): number | undefined {
  const parts = sqlParts(sql).map((part) => part.toLowerCase());
  const select = outermostSelect(parts);
  if (select === undefined) return undefined;
  const outermost: string[] = [];
  let depth = 0;
  for (const part of parts.slice(select)) {
    if (part === '(') depth += 1;
    if (depth === 0) outermost.push(part);
    if (part === ')') depth -= 1;
  }
  const stated =
    /(?: limit (?:\d+ , )?| fetch (?:first|next) |^select (?:distinct )?top )(\d+)(?! percent| ,| %)(?= |$)/;
  const [, rows] = stated.exec(outermost.join(' ')) ?? [];
  return rows === undefined ? undefined : Number(rows);
}

function outermostSelect(parts: readonly string[]): number | undefined {
  let depth = 0;
  for (const [at, part] of parts.entries()) {
    if (part === '(') depth += 1;
    if (part === ')') depth -= 1;
    if (depth === 0 && part.toLowerCase() === 'select') return at;
  }
  return undefined;
}

/** The columns of the SELECT at a position, each as its parts, and what follows them. */
function itemsOf(parts: readonly string[], select: number) {
  const items: string[][] = [[]];
  let depth = 0;
  let end = select + 1;
  for (; end < parts.length; end += 1) {
    const part = parts[end] ?? '';
    if (OPENING.has(part)) depth += 1;
    if (CLOSING.has(part)) depth -= 1;
    if (depth < 0 || (depth === 0 && ENDS.has(part.toLowerCase()))) break;
    if (depth === 0 && part === ',') items.push([]);
    else items.at(-1)?.push(part);
  }
  if (/^(distinct|all)$/i.test(items[0]?.[0] ?? '')) items[0]?.shift();
  return { items, rest: parts.slice(end) };
}

const isStar = (item: readonly string[]) => item.at(-1) === '*' && (item.length === 1 || item.at(-2) === '.');
/** Parts of a column that is passed on as it is: a name, its table, an alias, an aggregation of it. */
const PLAIN = /^(?:["`\w].*|[.()])$/;

/** True if a FROM has several tables. */
function joins(rest: readonly string[]): boolean {
  if (rest[0]?.toLowerCase() !== 'from') return false;
  let depth = 0;
  for (const part of rest.slice(1)) {
    if (part === '(') depth += 1;
    if (part === ')') depth -= 1;
    if (depth > 0) continue;
    const word = part.toLowerCase();
    if (word === 'join' || word === ',') return true;
    if (ENDS.has(word)) return false;
  }
  return false;
}

/** The alias, the last part of a column's name, or the function. */
function nameOf(item: readonly string[]): string {
  const cast = item.indexOf('::');
  const plain = cast > 0 && !item.some((part) => part.toLowerCase() === 'as') ? item.slice(0, cast) : item;
  const last = plain.at(-1) ?? '';
  if (/^["`]/.test(last)) return last.slice(1, -1);
  if (/^[A-Za-z_]\w*$/.test(last)) return last.toLowerCase();
  const [name = ''] = plain;
  return last === ')' && /^[A-Za-z_]\w*$/.test(name) ? name.toLowerCase() : '?column?';
}
