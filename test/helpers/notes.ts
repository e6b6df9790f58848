import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { type Facts, linesWith } from './answers.ts';

/**
 * Kinds of notes in answers, by the words that only a note of the kind has. Tests name the kind: the words stand here once, and
 * a test that a note is absent cannot outlive a change of them.
 */
const WORDS = {
  'no such value': 'has no value',
  'value not verified': 'Not verified',
  'cut period': 'Cut by the filter',
  'partly cut period': 'Partly cut by one side',
  'missing period': 'no row: ',
  'not applied': 'Not applied',
  'limit reached': 'reached: there may be more',
  'default filter': "the model's default filter",
  'shared name': 'share a name',
  'dates there are': 'has dates from',
  'tie at the limit': 'ties with the last one',
  'raw booleans': 'With onlyRaw',
  'outside of ranges': 'in none of its ranges',
  'exact number': 'was read as exactly',
  'empty filters': 'dashboardFilters is empty',
  'empty values first': 'come first',
  'lost columns': 'The SQL selects',
  'replaced column': 'the last overwrites the other.',
  'whole quotient': 'divides whole numbers',
  'filtered window': 'that pass the filters on metrics',
  'quotient inside': 'may cut its quotient',
  'rounded numbers': 'numbers of more',
  'day of a week': 'first day of the week',
  'zone without effect': 'shifts nothing',
  'start of the week': 'begin on Sunday',
  'unknown start of the week': 'Not known: the day',
  'complete file': 'It is complete',
  'no effect': 'has no effect',
  'overlapping rows': 'Rows may overlap in',
  'without access': 'without access',
  'overlapping counts': 'Rows may overlap',
  'changed grain': 'at this granularity',
  pivoted: 'Pivoted as the chart is',
  inflated: 'inflated: ',
  'combined rows': 'combined each with each',
  wildcard: '% stands for any text',
  'rest not shown': 'did not fit',
  'long cells': 'Cells over',
  'incomplete members': 'Members were listed up to',
  'no administrator left': 'has no administrator',
  'operation gone': 'does not have that operation any more',
  'no undo': 'This cannot be undone',
  'later attempt': 'answered at attempt',
  'sent several times': 'The request was sent',
  'in doubt': 'may have been done',
  'carried out': 'The change itself was carried out',
  'internal failure': 'failed inside of lightdash-mcp',
  'switched off tools': 'Switched off by the settings',
} as const;

export type NoteKind = keyof typeof WORDS;

const written = readdirSync(new URL('../../src', import.meta.url), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('/sandbox'))
  .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8'))
  .join('\n');
const unwritten = Object.values(WORDS).filter((words) => !written.replaceAll("\\'", "'").includes(words));
if (unwritten.length > 0) throw new Error(`notes that no source file writes: ${unwritten.join('; ')}`);

/** True if an answer has a note of a kind. */
export const hasNote = (text: string, kind: NoteKind): boolean => text.includes(WORDS[kind]);

/** Asserts that an answer has a note of a kind that names all of the facts, in this order. */
export function expectNote(text: string, kind: NoteKind, ...facts: Facts): void {
  const notes = linesWith(text, ...facts).filter((line) => hasNote(line, kind));
  expect(notes, `no note "${kind}" with ${facts.map(String).join(' … ')} in:\n${text}`).not.toEqual([]);
}

/** Asserts that an answer has no note of any of the kinds. */
export function expectNoNote(text: string, ...kinds: readonly NoteKind[]): void {
  expect(
    kinds.filter((kind) => hasNote(text, kind)),
    text,
  ).toEqual([]);
}
