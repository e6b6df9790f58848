import { isDeepStrictEqual } from 'node:util';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { isObject, type JsonObject } from '../../text/json.ts';
import { withValue } from './json-text.ts';
import { type Merged, others, UnmergeableError } from './merge-result.ts';

/** Where an entry goes in a file of JSON, comments allowed. */
export interface JsonAddition {
  /** The object of servers. */
  readonly key: string;
  readonly name: string;
  readonly entry: Readonly<Record<string, unknown>>;
  /** What VS Code asks the person for; one of the same id is replaced. */
  readonly inputs?: readonly { readonly id: string }[];
}

const BYTE_ORDER_MARK = '\ufeff';

/**
 * Puts an entry into a text of JSON with comments and changes nothing else of it.
 *
 * @throws {UnmergeableError} where the text is not understood, or would not mean the same but for the entry.
 */
export function mergeJson(original: string, { key, name, entry, inputs = [] }: JsonAddition): Merged {
  const mark = original.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  const written = original.slice(mark.length);
  const text = written.trim() === '' ? '{}\n' : written;
  const before = parsed(text);
  const servers = key in before ? before[key] : {};
  if (!isObject(servers)) throw new UnmergeableError(`"${key}" in it is not an object`);
  const asked = before.inputs ?? [];
  if (inputs.length > 0 && !Array.isArray(asked)) throw new UnmergeableError('"inputs" in it is not a list');

  let after = text;
  let list = toList(asked);
  for (const input of inputs) {
    const found = list.findIndex((each) => isObject(each) && each.id === input.id);
    const at = found < 0 ? list.length : found;
    after = withValue(after, ['inputs', at], input);
    list = list.toSpliced(at, 1, input);
  }
  after = withValue(after, [key, name], entry);

  const meant = { ...before, [key]: { ...servers, [name]: entry }, ...(inputs.length > 0 && { inputs: list }) };
  if (!isDeepStrictEqual(parsed(after), meant)) {
    throw new UnmergeableError('it would not hold the same as before (does a key stand in it twice?)');
  }
  return { text: mark + after, entry, existing: servers[name], others: others(servers, name) };
}

function parsed(text: string): JsonObject {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first) {
    const line = text.slice(0, first.offset).split('\n').length;
    throw new UnmergeableError(`it is not JSON (${printParseErrorCode(first.error)} in line ${line})`);
  }
  if (!isObject(value)) throw new UnmergeableError('it is not a JSON object');
  return value;
}

const toList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
