import { pathParameters } from '../../lightdash/request.ts';
import type { LongTail, LongTailOperation } from '../../operations/long-tail/catalog.ts';
import { operationOf } from '../../operations/long-tail/operation-of.ts';
import { hideSecrets } from '../../render/operation-answer.ts';
import { isObject, type JsonObject } from '../../text/json.ts';
import type { ToolArguments, ToolContext } from '../tool.ts';

/**
 * The object of an operation as it is now, read by the operation that reads it: the object itself, or its entry in a list.
 *
 * @returns undefined if no operation reads it; an empty object if the list does not have it.
 */
export async function currentState(
  entry: LongTailOperation,
  longTail: LongTail,
  args: ToolArguments,
  { execute }: Pick<ToolContext, 'execute'>,
): Promise<unknown> {
  const reading = longTail.operations.find(({ id }) => id === entry.state);
  if (reading === undefined) return undefined;
  // A route may call the same segment by another name: parameters are the same by their place.
  const values = pathParameters(entry.path).map((name) => args[name]);
  const inPath = pathParameters(reading.path);
  const { results } = await execute(
    operationOf(reading, longTail),
    Object.fromEntries(inPath.map((name, position) => [name, values[position]])),
  );
  const isList = inPath.length < values.length;
  return hideSecrets(isList ? (entryOf(results, values.at(-1)) ?? {}) : results, reading.secrets);
}

/** The item of a list that has an id. */
function entryOf(results: unknown, id: unknown): JsonObject | undefined {
  const list = Array.isArray(results) ? results : isObject(results) ? Object.values(results).find(Array.isArray) : [];
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  return items.filter(isObject).find((item) => Object.values(item).includes(id));
}
