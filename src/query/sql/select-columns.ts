/** The columns of a SELECT as its text has them. */
export interface SelectedColumns {
  /** Name of each column; that of its expression as Postgres gives it if it has no alias. */
  readonly names: readonly string[];
  /** Number of `*`, each of which stands for all columns of a table or of several. */
  readonly stars: number;
  readonly hasJoin: boolean;
}

/** Texts in quotes and comments, which hold no syntax. */
const OPAQUE = /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g;
const PART = /"(?:[^"]|"")*"|`[^`]*`|[A-Za-z_]\w*|\S/g;
const ENDS = new Set(['from', 'union', 'intersect', 'except', 'order', 'limit', 'where', 'group', 'having']);

/** Reads the columns of the outermost SELECT, which names those of a result; undefined if there is none. */
export function selectedColumns(sql: string): SelectedColumns | undefined {
  const parts = [...sql.replace(OPAQUE, (text) => (text.startsWith("'") ? ' 0 ' : ' ')).matchAll(PART)].map(
    ([part]) => part,
  );
  let depth = 0;
  let items: string[][] | undefined;
  let rest: string[] = [];
  for (const [at, part] of parts.entries()) {
    const word = part.toLowerCase();
    if (part === '(') depth += 1;
    if (part === ')') depth -= 1;
    if (items === undefined) {
      if (depth === 0 && word === 'select') items = [[]];
      continue;
    }
    if (depth === 0 && ENDS.has(word)) {
      rest = parts.slice(at);
      break;
    }
    if (depth === 0 && part === ',') items.push([]);
    else items.at(-1)?.push(part);
  }
  if (items === undefined) return undefined;
  const [first = []] = items;
  if (/^(distinct|all)$/i.test(first[0] ?? '')) first.shift();
  const isStar = (item: readonly string[]) => item.at(-1) === '*' && (item.length === 1 || item.at(-2) === '.');
  return {
    names: items.filter((item) => item.length > 0 && !isStar(item)).map(nameOf),
    stars: items.filter(isStar).length,
    hasJoin: rest.some((part) => part.toLowerCase() === 'join'),
  };
}

/** The alias, the last part of a column's name, or the function. */
function nameOf(item: readonly string[]): string {
  const cast = item.findIndex((part, at) => part === ':' && item[at + 1] === ':');
  const plain = cast > 0 && !item.some((part) => part.toLowerCase() === 'as') ? item.slice(0, cast) : item;
  const last = plain.at(-1) ?? '';
  if (/^["`]/.test(last)) return last.slice(1, -1);
  if (/^[A-Za-z_]\w*$/.test(last)) return last.toLowerCase();
  const [name = ''] = plain;
  return last === ')' && /^[A-Za-z_]\w*$/.test(name) ? name.toLowerCase() : '?column?';
}
