import { pathParameters } from '../../lightdash/request.ts';
import type { LongTail, LongTailOperation } from '../../operations/long-tail/catalog.ts';
import { describe, operationOf } from '../../operations/long-tail/operation-of.ts';
import { hideSecrets, renderOperationAnswer } from '../../render/operation-answer.ts';
import { isObject } from '../../text/json.ts';
import type { ToolArguments, ToolContext } from '../tool.ts';

/** A preview is read by a person: this much of what is there now is enough. */
const BUDGET = { tokens: 400, characters: 1_500 };

/** What an operation that destroys would do, and what is there now, read where an operation reads it. */
export async function previewOperation(
  entry: LongTailOperation,
  longTail: LongTail,
  args: ToolArguments,
  { execute }: Pick<ToolContext, 'execute'>,
): Promise<string> {
  const what = `${describe(entry, longTail)}: ${entry.method} ${filled(entry.path, args)}.`;
  const before = longTail.operations.find(({ id }) => id === entry.before);
  const rest = argumentsBesides(entry, args);
  const sent = rest === undefined ? [] : [`Sent with it: ${rest}`];
  if (before === undefined) return [what, ...sent].join('\n');
  // A route may call the same segment by another name: parameters are the same by their place.
  const values = pathParameters(entry.path).map((name) => args[name]);
  const readArgs = Object.fromEntries(pathParameters(before.path).map((name, position) => [name, values[position]]));
  const { results } = await execute(operationOf(before, longTail), readArgs);
  const items = listOf(results);
  const last = values.at(-1);
  const found = items.find((item) => isObject(item) && Object.values(item).includes(last));
  const isList = pathParameters(before.path).length < values.length;
  const shown = hideSecrets(isList ? (found ?? {}) : results, before.secrets);
  const now = renderOperationAnswer({ title: 'There now', results: shown, offset: 0, budget: BUDGET });
  return [what, ...sent, now].join('\n');
}

const filled = (path: string, args: ToolArguments) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => String(args[name]));

function argumentsBesides({ path }: LongTailOperation, args: ToolArguments): string | undefined {
  const inPath = pathParameters(path);
  const rest = Object.entries(args).filter(([name]) => !inPath.includes(name) && name !== 'confirmation');
  if (rest.length === 0) return undefined;
  const text = JSON.stringify(Object.fromEntries(rest));
  return text.length > BUDGET.characters ? `${text.slice(0, BUDGET.characters)}…` : text;
}

function listOf(results: unknown): readonly unknown[] {
  if (Array.isArray(results)) return results;
  if (!isObject(results)) return [];
  const list = Object.values(results).find(Array.isArray);
  return Array.isArray(list) ? list : [];
}
