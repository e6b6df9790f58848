import { isDeepStrictEqual } from 'node:util';
import { parse, stringify, TomlError } from 'smol-toml';
import { isObject } from '../../text/json.ts';
import { type Merged, others, UnmergeableError } from './merge-result.ts';

/** Where an entry goes in a file of TOML. */
export interface TomlAddition {
  /** The table of servers. */
  readonly key: string;
  readonly name: string;
  readonly entry: Readonly<Record<string, unknown>>;
}

/**
 * Puts an entry into a text of TOML, as tables of its own, and changes nothing else of it, comments included.
 *
 * @throws {UnmergeableError} where the text is not understood, or would not mean the same but for the entry.
 */
export function mergeToml(text: string, { key, name, entry }: TomlAddition): Merged {
  const before = parsed(text);
  const servers = key in before ? before[key] : {};
  if (!isTable(servers)) throw new UnmergeableError(`${key} in it is not a table`);
  const existing = servers[name];
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const block = stringify({ [key]: { [name]: entry } })
    .trimEnd()
    .replaceAll('\n', eol);
  const after = existing === undefined ? appended(text, block, eol) : replaced(text, tableNamed(key, name), block, eol);

  const meant = { ...before, [key]: { ...servers, [name]: entry } };
  if (after === undefined || !isDeepStrictEqual(safelyParsed(after), plain(meant))) {
    throw new UnmergeableError(`${key}.${name} stands in it in a form that is not known here`);
  }
  return { text: after, entry, existing, others: others(servers, name) };
}

/** A header of the entry's table or of one below it, as in `[mcp_servers.lightdash.env]`. */
function tableNamed(key: string, name: string): RegExp {
  const part = (text: string) => `(?:${text}|"${text}"|'${text}')`;
  return new RegExp(`^\\s*\\[\\s*${part(key)}\\s*\\.\\s*${part(name)}\\s*(?:\\.[^\\]]*)?\\]\\s*(?:#.*)?$`);
}

function appended(text: string, block: string, eol: string): string {
  if (text.trim() === '') return `${block}${eol}`;
  const end = text.endsWith('\n') ? '' : eol;
  return `${text}${end}${eol}${block}${eol}`;
}

/** The text with the block in the place of the first of the entry's tables, and without its others; undefined if there are none. */
function replaced(text: string, ours: RegExp, block: string, eol: string): string | undefined {
  const kept: string[] = [];
  let done = false;
  let inOurs = false;
  // Blank lines and comments at a table's end belong to what follows it.
  let tail: string[] = [];
  for (const line of text.split(/(?<=\n)/)) {
    if (/^\s*\[/.test(line)) {
      if (inOurs) kept.push(...tail);
      tail = [];
      inOurs = ours.test(line.trimEnd());
      if (inOurs && !done) kept.push(block, eol);
      done ||= inOurs;
    }
    if (!inOurs) kept.push(line);
    else if (/^\s*(#.*)?$/.test(line.trimEnd())) tail.push(line);
    else tail = [];
  }
  if (inOurs) kept.push(...tail);
  return done ? kept.join('') : undefined;
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return parse(text, { integersAsBigInt: 'asNeeded' });
  } catch (error) {
    const where = error instanceof TomlError ? ` (line ${error.line})` : '';
    throw new UnmergeableError(`it is not TOML${where}`);
  }
}

function safelyParsed(text: string): unknown {
  try {
    return plain(parsed(text));
  } catch {
    return undefined;
  }
}

/** Without the prototypes of a parser's own. */
const plain = (table: unknown): unknown => structuredClone(table);

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isObject(value) && !(value instanceof Date);
