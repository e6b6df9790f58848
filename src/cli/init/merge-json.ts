import { isDeepStrictEqual } from 'node:util';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { isObject, type JsonObject } from '../../text/json.ts';
import { withValue } from './json-text.ts';
import { type Merged, others, UnmergeableError } from './merge-result.ts';

/** An entry and its place in a file of JSON with comments. */
interface JsonAddition {
  /** Key of the object of servers. */
  readonly key: string;
  readonly name: string;
  readonly entry: Readonly<Record<string, unknown>>;
  /** Prompts of VS Code; one of the same id is replaced. */
  readonly inputs?: readonly { readonly id: string }[];
}

const BYTE_ORDER_MARK = '\ufeff';

/**
 * Adds an entry to a text of JSON with comments and changes nothing else.
 *
 * @throws {UnmergeableError} if the text cannot be parsed, or would change otherwise.
 */
export function mergeJson(original: string, { key, name, entry, inputs = [] }: JsonAddition): Merged {
  const mark = original.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  const written = original.slice(mark.length);
  const text = written.trim() === '' ? '{}\n' : written;
  const before = parseObject(text);
  const servers = key in before ? before[key] : {};
  if (!isObject(servers)) throw new UnmergeableError(`"${key}" in it is not an object`);
  const existingInputs = before.inputs ?? [];
  if (inputs.length > 0 && !Array.isArray(existingInputs)) throw new UnmergeableError('"inputs" in it is not a list');

  let after = text;
  let list = toList(existingInputs);
  for (const input of inputs) {
    const index = list.findIndex((item) => isObject(item) && item.id === input.id);
    const at = index < 0 ? list.length : index;
    after = withValue(after, ['inputs', at], input);
    list = list.toSpliced(at, 1, input);
  }
  after = withValue(after, [key, name], entry);

  const expected = { ...before, [key]: { ...servers, [name]: entry }, ...(inputs.length > 0 && { inputs: list }) };
  if (!isDeepStrictEqual(parseObject(after), expected)) {
    throw new UnmergeableError('it would not hold the same as before (does a key stand in it twice?)');
  }
  return { text: mark + after, entry, existing: servers[name], others: others(servers, name) };
}

function parseObject(text: string): JsonObject {
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
