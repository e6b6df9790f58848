import { createTwoFilesPatch } from 'diff';
import { parseAllDocuments, stringify } from 'yaml';
import { isObject, type JsonObject } from '../../text/json.ts';
import { ArgumentsError } from '../arguments.ts';

// Loaded with the first call of a tool about content as code: YAML and diffs have libraries of their own.

/** Writes one item as a YAML document; long texts keep their lines. */
export const writeYaml = (item: JsonObject): string => stringify(item, { lineWidth: 0 }).trimEnd();

/**
 * Reads YAML or JSON: one document or several, or lists of them.
 * @throws {ArgumentsError} with line and column, if it is neither.
 */
export function readYaml(code: string): readonly JsonObject[] {
  const documents = parseAllDocuments(code);
  if (!Array.isArray(documents)) return [];
  const items = documents.flatMap((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) throw new ArgumentsError([`code: ${problem.message.split('\n')[0]}`]);
    return [toPlain(() => document.toJS())].flat().filter((item) => item !== null);
  });
  if (items.length === 0) throw new ArgumentsError(['code: it holds no chart and no dashboard']);
  const other = items.find((item) => !isObject(item));
  if (other !== undefined) throw new ArgumentsError(['code: each document is a chart or a dashboard with its keys']);
  return items.filter(isObject);
}

/** Aliases that multiply are refused by the library. */
function toPlain(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    throw new ArgumentsError([`code: ${error instanceof Error ? error.message : 'cannot be read'}`]);
  }
}

/** The lines that differ, with one line around each; keys in one order on both sides. Empty if nothing differs. */
export function diffOf(before: JsonObject | undefined, after: JsonObject): readonly string[] {
  const sorted = (item: JsonObject) =>
    `${stringify(item, { lineWidth: 0, sortMapEntries: true, aliasDuplicateObjects: false })}`;
  const patch = createTwoFilesPatch('', '', before ? sorted(before) : '', sorted(after), '', '', { context: 1 });
  return patch
    .trimEnd()
    .split('\n')
    .filter((line) => /^[-+ @]/.test(line) && !/^(---|\+\+\+)( |\t|$)/.test(line))
    .map((line) => (line.startsWith('@@') ? '…' : line));
}
