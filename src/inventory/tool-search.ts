import MiniSearch from 'minisearch';
import * as z from 'zod';
import { nearestAmong } from '../text/suggest.ts';
import type { ToolDefinition } from './tool-entries.ts';

/** What a call of one of the four comes to: an answer of its own, or the tool that is meant. */
export type ResolvedCall =
  | {
      readonly text: string;
      readonly isError?: true;
      /** The operation that was to be run and is not reached, with its arguments: for the audit. */
      readonly off?: string;
      readonly args?: Readonly<Record<string, unknown>>;
    }
  | { readonly name: string; readonly args: Record<string, unknown> };

const asked = z.strictObject({ words: z.string() });
const named = z.strictObject({ operation: z.string() });
const called = z.strictObject({ operation: z.string(), arguments: z.record(z.string(), z.unknown()).default({}) });

/** Follows a call of one of the four; undefined for any other tool. */
export function resolveOperationCall(
  tool: string,
  args: unknown,
  callable: readonly ToolDefinition[],
): ResolvedCall | undefined {
  switch (tool) {
    case 'find_operation':
      return withArguments(asked, args, ({ words }) => ({ text: findOperations(words, callable) }));
    case 'describe_operation':
      return withArguments(named, args, ({ operation: name }) => {
        const found = callable.find((each) => each.name === name);
        return found
          ? { text: JSON.stringify({ ...kindOf(found), description: found.description, arguments: found.inputSchema }) }
          : unknown(name, callable);
      });
    case 'run_read_operation':
    case 'run_write_operation':
      return withArguments(called, args, ({ operation: name, arguments: inner }) => {
        const found = callable.find((each) => each.name === name);
        if (found === undefined) return { ...unknown(name, callable), off: name, args: inner };
        // A host may let reads pass without asking the person: a write must not slip in among them.
        if (tool === 'run_read_operation' && !found.annotations.readOnlyHint) {
          return {
            text: `${name} changes something: call it by run_write_operation. Nothing was sent.`,
            isError: true,
            off: name,
            args: inner,
          };
        }
        return { name, args: inner };
      });
    default:
      return undefined;
  }
}

function withArguments<Schema extends z.ZodType>(
  schema: Schema,
  args: unknown,
  use: (args: z.output<Schema>) => ResolvedCall,
): ResolvedCall {
  const parsed = schema.safeParse(args ?? {});
  if (parsed.success) return use(parsed.data);
  const names = schema instanceof z.ZodObject ? Object.keys(schema.shape).join(' and ') : '';
  return { text: `Nothing was sent: the arguments are ${names}.`, isError: true };
}

const unknown = (name: string, callable: readonly ToolDefinition[]): ResolvedCall => ({
  text: `There is no operation ${name.slice(0, 100)}${nearestAmong(
    name,
    callable.map((each) => each.name),
  )}. find_operation searches by words.`,
  isError: true,
});

const kindOf = ({ annotations }: ToolDefinition) => ({
  run: annotations.readOnlyHint ? 'run_read_operation' : 'run_write_operation',
});

/** How many operations a search tells. */
const MOST_FOUND = 12;

function findOperations(words: string, callable: readonly ToolDefinition[]): string {
  const search = new MiniSearch({
    fields: ['words', 'title', 'description'],
    searchOptions: { prefix: true, fuzzy: 0.2, boost: { words: 3, title: 2 } },
  });
  search.addAll(
    callable.map(({ name, title, description }) => ({
      id: name,
      words: name.replaceAll('_', ' '),
      title,
      description,
    })),
  );
  const found = search.search(words).slice(0, MOST_FOUND);
  if (found.length === 0)
    return `No operation matches "${words}". Try one word, such as space, access, group, schedule.`;
  return found
    .flatMap(({ id }) => callable.find(({ name }) => name === id) ?? [])
    .map(
      ({ name, annotations, description }) =>
        `${name} (${annotations.readOnlyHint ? 'reads' : 'writes'}): ${description}`,
    )
    .join('\n');
}
