import { expect } from 'vitest';

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

/** The end of a call, from the words that every answer of the kind begins with; `other` for what reads or fails. */
export type Outcome = 'done' | 'nothing to do' | 'nothing changed' | 'question' | 'other';

const OUTCOMES: readonly (readonly [Outcome, RegExp])[] = [
  ['question', /^confirmation: \S+$/m],
  ['done', /^Done\b/],
  ['nothing to do', /^Nothing to do\b/],
  ['nothing changed', /^Nothing changed\b/],
];

export const outcomeOf = (text: string): Outcome => OUTCOMES.find(([, pattern]) => pattern.test(text))?.[0] ?? 'other';

/** Patterns and texts that a line is to hold, in this order: names, roles, numbers, ids. */
export type Facts = readonly (string | number | RegExp)[];

/** The lines of an answer that name all of the facts, as whole words and in this order, whatever the sentence around them. */
export function linesWith(text: string, ...facts: Facts): string[] {
  const parts = facts.map((fact) =>
    fact instanceof RegExp ? fact.source : `(?<!\\w)${String(fact).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?!\\w)`,
  );
  const pattern = new RegExp(parts.join('.*?'));
  return text.split('\n').filter((line) => pattern.test(line));
}

/** Asserts that a line of an answer names all of the facts, and returns the first that does. */
export function expectLine(text: string, ...facts: Facts): string {
  const [line = ''] = linesWith(text, ...facts);
  expect(line, `no line with ${facts.map(String).join(' … ')} in:\n${text}`).not.toBe('');
  return line;
}
