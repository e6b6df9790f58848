import { isDeepStrictEqual } from 'node:util';
import { parse, stringify, TomlError } from 'smol-toml';
import { isObject } from '../../text/json.ts';
import { type Merged, others, UnmergeableError } from './merge-result.ts';

/** An entry and its place in a file of TOML. */
interface TomlAddition {
  /** Key of the table of servers. */
  readonly key: string;
  readonly name: string;
  readonly entry: Readonly<Record<string, unknown>>;
}

/**
 * Adds an entry to a text of TOML, as separate tables, and changes nothing else, comments included.
 *
 * @throws {UnmergeableError} if the text cannot be parsed, or would change otherwise.
 */
export function mergeToml(text: string, { key, name, entry }: TomlAddition): Merged {
  const before = parseToml(text);
  const servers = key in before ? before[key] : {};
  if (!isTable(servers)) throw new UnmergeableError(`${key} in it is not a table`);
  const existing = servers[name];
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const block = stringify({ [key]: { [name]: entry } })
    .trimEnd()
    .replaceAll('\n', eol);
  const after =
    existing === undefined ? appendBlock(text, block, eol) : replaceTables(text, tableNamed(key, name), block, eol);

  const expected = { ...before, [key]: { ...servers, [name]: entry } };
  if (after === undefined || !isDeepStrictEqual(tryParse(after), plain(expected))) {
    throw new UnmergeableError(`${key}.${name} is in it in an unsupported form`);
  }
  return { text: after, entry, existing, others: others(servers, name) };
}

/** Header of the entry's table or of a subtable, as in `[mcp_servers.lightdash.env]`. */
function tableNamed(key: string, name: string): RegExp {
  const part = (text: string) => `(?:${text}|"${text}"|'${text}')`;
  return new RegExp(`^\\s*\\[\\s*${part(key)}\\s*\\.\\s*${part(name)}\\s*(?:\\.[^\\]]*)?\\]\\s*(?:#.*)?$`);
}

function appendBlock(text: string, block: string, eol: string): string {
  if (text.trim() === '') return `${block}${eol}`;
  const end = text.endsWith('\n') ? '' : eol;
  return `${text}${end}${eol}${block}${eol}`;
}

/** The text with the block instead of the entry's tables; undefined if it has none. */
function replaceTables(text: string, header: RegExp, block: string, eol: string): string | undefined {
  const kept: string[] = [];
  let done = false;
  let inOurs = false;
  // Blank lines and comments at a table's end belong to the next one.
  let tail: string[] = [];
  for (const line of text.split(/(?<=\n)/)) {
    if (/^\s*\[/.test(line)) {
      if (inOurs) kept.push(...tail);
      tail = [];
      inOurs = header.test(line.trimEnd());
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

function parseToml(text: string): Readonly<Record<string, unknown>> {
  try {
    return parse(text, { integersAsBigInt: 'asNeeded' });
  } catch (error) {
    const location = error instanceof TomlError ? ` (line ${error.line})` : '';
    throw new UnmergeableError(`it is not TOML${location}`);
  }
}

function tryParse(text: string): unknown {
  try {
    return plain(parseToml(text));
  } catch {
    return undefined;
  }
}

/** Without the parser's prototypes. */
const plain = (table: unknown): unknown => structuredClone(table);

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isObject(value) && !(value instanceof Date);
