import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type ArgumentsOf, type OperationId, operationById } from '../operations/index.ts';
import { joinFirst } from '../text/names.ts';
import { plainText, truncate } from '../text/plain-text.ts';
import type { ToolArguments, ToolContext } from './tool.ts';

export type { Preview } from './tool.ts';

/** The preview of an operation, with its parsed arguments. */
export type PreviewOf<Id extends OperationId> = (
  args: ArgumentsOf<Id>,
  context: ToolContext,
) => Promise<string | undefined>;

/** Previews by operation id. Use it with `satisfies`: one of an unknown operation does not compile. */
export type Previews = { readonly [Id in OperationId]?: PreviewOf<Id> };

/** The client that most previews read with. */
export type PreviewClient = Pick<ToolContext, 'execute' | 'read'>;

const MAX_TEXT_LENGTH = 200;
const MAX_NAMES = 10;

/** Responses are parsed loosely: a preview must not fail because a field is missing. */
export const object = z.record(z.string(), z.unknown()).catch({});
/** The objects of a list; empty for anything else. */
export const list = z.array(object).catch([]);
/** A text; `?` for anything else. */
export const text = z.string().catch('?');

/** In quotes that the text itself cannot end, and no longer than a person reads. */
export const quoted = (value: string) => JSON.stringify(truncate(plainText(value), MAX_TEXT_LENGTH));

/** The name of an object, in quotes. */
export const nameOf = (value: unknown) => quoted(text.parse(object.parse(value).name));

/** Name and e-mail of a person. */
export const personOf = (value: unknown) => {
  const { firstName, lastName, email } = object.parse(value);
  return plainText([firstName, lastName, email && `<${String(email)}>`].filter(Boolean).join(' ')) || 'someone';
};

/** `3 charts`, `1 chart`. */
export const count = (items: readonly unknown[], singular: string, plural = `${singular}s`) =>
  `${items.length} ${items.length === 1 ? singular : plural}`;

/** The first names of a list, and the number of the others. */
export const shown = (names: readonly string[]) => joinFirst(names, MAX_NAMES);

/** A mark that changes with the ids of things: the confirmation sees a swap that no name shows. Empty for none. */
export const contentsMark = (ids: readonly string[]): string =>
  ids.length === 0 ? '' : ` [contents ${createHash('sha256').update(ids.toSorted().join()).digest('hex').slice(0, 8)}]`;

/** The same for people of whom `shown` names a part; empty if it names all. */
export const cutMark = (ids: readonly string[]): string => (ids.length > MAX_NAMES ? contentsMark(ids) : '');

/** The deliveries that go with a deletion: `, with 2 deliveries ("Weekly", "Daily")`; empty for none. */
export const withDeliveries = (deliveries: unknown): string => {
  const all = list.parse(deliveries);
  return all.length > 0 ? `, with ${count(all, 'delivery', 'deliveries')} (${shown(all.map(nameOf))})` : '';
};

/** The item of a list with an id; undefined if it is not there, or hidden from this token. */
export const itemWith = (items: readonly z.output<typeof object>[], key: string, id: unknown) =>
  items.find((item) => String(item[key]).toLowerCase() === String(id).toLowerCase());

/** Fallback text if the object cannot be found. */
export const notListed = (id: unknown) =>
  `${String(id).slice(0, 100)}, which no list shows (it may be gone, or hidden from this token)`;

/** Fresh response of an operation: a preview shows the current state. */
export async function results(client: PreviewClient, operationId: OperationId, args: ToolArguments): Promise<unknown> {
  return (await client.execute(operationById(operationId), args)).results;
}
