/** The CSV of an answer: its headings without units, and its cells as text. */
export interface AnswerTable {
  readonly ids: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const HEADING = /^[a-z0-9_]+( \[[^\],]+\])?(,[a-z0-9_]+( \[[^\],]+\])?)*$/;

/** Reads the rows out of an answer, as a reader does: below the line of field ids, up to a line that ends them. */
export function tableOf(text: string): AnswerTable {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => HEADING.test(line));
  if (start < 0) return { ids: [], rows: [] };
  const ids = (lines[start] ?? '').split(',').map((id) => id.replace(/ \[.*$/, ''));
  const rows: string[][] = [];
  for (const line of lines.slice(start + 1)) {
    const cells = cellsOf(line);
    if (cells.length !== ids.length || /^[\d,]+ more rows?: /.test(line) || line === '') break;
    rows.push(cells);
  }
  return { ids, rows };
}

/** The cells of a line of CSV. */
function cellsOf(line: string): string[] {
  // An empty first cell is a match of nothing, after which a match at the start of the line would skip the comma.
  return [...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '',
  );
}
