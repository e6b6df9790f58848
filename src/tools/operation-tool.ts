import * as z from 'zod';
import type { ApiResponse } from '../lightdash/client.ts';
import { ignoreApiError, ServerFaultError } from '../lightdash/errors.ts';
import { daysKeptOf, health } from '../lightdash/server-release.ts';
import type { ArgumentsOf, OperationId, OperationOf } from '../operations/index.ts';
import type { Arguments, Operation, Shape, Toolset } from '../operations/operation.ts';
import { renderOperationAnswer } from '../render/operation-answer.ts';
import type { Budget } from '../text/token-budget.ts';
import { ArgumentsError, missingChange } from './arguments.ts';
import type { PreviewClient } from './preview.ts';
import type { Preview, RunnableTool, ToolAnswer, ToolArguments, ToolContext } from './tool.ts';

/** Runs the tool of an operation that needs more than a request and a rendered response. */
export type ToolHandler<Id extends OperationId> = (
  operation: OperationOf<Id>,
  args: ArgumentsOf<Id>,
  context: ToolContext,
) => Promise<ToolAnswer>;

/** Handlers by operation id. Use it with `satisfies`: a handler of an unknown operation does not compile. */
export type ToolHandlers = { readonly [Id in OperationId]?: ToolHandler<Id> };

/** Handler and preview of some operation; methods, because `input` of that operation has parsed the arguments. */
interface SomeOperation {
  handle(operation: Operation, args: ToolArguments, context: ToolContext): Promise<ToolAnswer>;
  preview(args: ToolArguments, context: ToolContext): Promise<string | undefined>;
}

/** A handler that sends the arguments and renders the response with `render`; field by field if that returns undefined. */
export const rendered =
  (
    render: (
      results: unknown,
      budget: Budget,
      context: ToolContext,
    ) => string | undefined | Promise<string | undefined>,
  ) =>
  async (operation: Operation, args: ToolArguments, context: ToolContext): Promise<ToolAnswer> => {
    const { execute, budget } = context;
    const { results } = await execute(operation, args);
    if (isAbsent(results)) return { text: absent(operation, args), data: results };
    const text = await render(results, budget, context);
    return { text: text ?? renderResults(operation, results, budget), data: results };
  };

const defaultHandler: SomeOperation['handle'] = (operation, args, context) =>
  rendered((results, budget) => renderResults(operation, results, budget))(operation, args, context);

/** The response of an operation in lines: its title, or that it is done, and every field. */
export function renderResults({ title, readOnly }: Operation, results: unknown, budget: Budget): string {
  const head = headOf(title);
  return renderOperationAnswer({ title: readOnly ? head : `Done: ${lowerFirst(head)}`, results, budget });
}

const isAbsent = (results: unknown): boolean => results === undefined || results === null;

/** A read without results is not an empty list: nothing is known of what is there. */
const absent = (operation: Operation, args: ToolArguments): string =>
  operation.readOnly ? `${headOf(operation.title)}: Lightdash returned nothing.` : doneSentence(operation.title, args);

/** The end of an answer to a write, with the tool that reads it. */
export const unread = (readTool: string): string => `The result could not be read; check with ${readTool}.`;

/**
 * A handler that says what a write did, read back; what was sent if that cannot be read.
 *
 * @param readTool the tool that shows it.
 * @param describe returns what is true now, in the words of a person; undefined if it cannot be read.
 */
export const readBack =
  <Id extends OperationId>(
    readTool: string,
    describe: (args: ArgumentsOf<Id>, context: ToolContext) => Promise<string | undefined>,
  ): ToolHandler<Id> =>
  async (operation, args, context) => {
    const { results } = await context.execute(operation, args);
    const now = await describe(args, context).catch(ignoreApiError);
    const sent = `${doneSentence(operation.title, args)} Lightdash answered ok. ${unread(readTool)}`;
    return { text: now ?? sent, data: results };
  };

/**
 * The same for a change, which is read before, too: without a difference it is not called done.
 *
 * @param describe returns the thing as it is, such as `the tag "Core", color #5470c6`; undefined if it cannot be read.
 */
export const changeReadBack =
  <Id extends OperationId>(
    readTool: string,
    describe: (args: ArgumentsOf<Id>, context: ToolContext) => Promise<string | undefined>,
  ): ToolHandler<Id> =>
  async (operation, args, context) => {
    const before = await describe(args, context).catch(ignoreApiError);
    const changed = readBack<Id>(readTool, async () => {
      const now = await describe(args, context);
      return now && (now === before ? `Nothing changed. It was so before: ${now}.` : `Changed. Now: ${now}.`);
    });
    return changed(operation, args, context);
  };

/** A handler of a deletion: it says what went in the words of the preview, which are read before. */
export const inWordsOf =
  <Args extends ToolArguments>(
    preview: (args: Args, context: ToolContext) => Promise<string | undefined>,
    send: (operation: Operation, args: Args, context: ToolContext) => Promise<ApiResponse> = (
      operation,
      args,
      context,
    ) => context.execute(operation, args),
  ) =>
  async (operation: Operation, args: Args, context: ToolContext): Promise<ToolAnswer> => {
    const before = await preview(args, context).catch(ignoreApiError);
    const { results } = await send(operation, args, context);
    const done = before === undefined ? doneSentence(operation.title, args) : pastTense(before);
    const days = await daysKept(operation, context);
    const more = isAbsent(results) ? [] : [renderResults(operation, results, context.budget)];
    const undo = days === undefined ? '' : ` ${restoredBy(days)}`;
    return { text: [`${done}${undo}`, ...more].join('\n'), data: results };
  };

const PAST: readonly (readonly [RegExp, string])[] = [
  [/^Deletes /, 'Done: deleted '],
  [/^Removes /, 'Done: removed '],
  [/^Replaces /, 'Done: replaced '],
  [/^Disconnects /, 'Done: disconnected '],
];

/** A preview as what was done; its mark of the contents is for the confirmation. */
function pastTense(preview: string): string {
  const sentence = preview.replace(/ \[contents [0-9a-f]+\]$/, '');
  const past = PAST.reduce((text, [verb, done]) => text.replace(verb, done), sentence);
  return past === sentence ? `Done: ${sentence}` : past;
}

/** A preview that ends with how the deletion is undone, if it can be. */
const irreversible =
  (preview: SomeOperation['preview'], operation: Operation): Preview =>
  async (args, client) => {
    const text = await preview(args, client);
    if (text === undefined) return undefined;
    const days = await daysKept(operation, client);
    return `${text} ${days === undefined ? 'This cannot be undone.' : restoredBy(days)}`;
  };

/** Days for which what an operation deletes can be restored; undefined if it is gone at once, or that cannot be read. */
const daysKept = async ({ restorable }: Operation, client: PreviewClient): Promise<number | undefined> =>
  restorable === true ? daysDeletedIsKept(client) : undefined;

/** Days for which the server keeps deleted content; undefined if it keeps none, or that cannot be read. */
export const daysDeletedIsKept = async ({ read }: Pick<PreviewClient, 'read'>): Promise<number | undefined> =>
  daysKeptOf(await read(health, {}).catch(ignoreApiError));

/** The way back from a deletion. */
export const restoredBy = (days: number, pronoun: 'it' | 'them' = 'it') =>
  `restore_content brings ${pronoun} back within ${days} days.`;

/**
 * Sends an update without any change that the API document allows, and answers that nothing was changed; undefined for any
 * other call. Lightdash answers 500 to most (recorded on 0.1366 and 1.219).
 *
 * @throws {ArgumentsError} if it does.
 */
async function sendWithoutChange(
  operation: Operation,
  args: ToolArguments,
  { execute }: ToolContext,
): Promise<ToolAnswer | undefined> {
  const problem = missingChange({ ...operation, name: operation.tool, operation }, operation.input(), args);
  if (problem === undefined) return undefined;
  try {
    const { results } = await execute(operation, args);
    return { text: `Nothing was changed: ${problem}.`, data: results };
  } catch (error) {
    if (error instanceof ServerFaultError) throw new ArgumentsError([problem], 'changed nothing');
    throw error;
  }
}

/** Token of the second call of a tool with a confirmation. */
export const confirmation = () => z.string().optional();

/** Number and size of a page: servers ignore either without the other, and return everything (measured). */
function withWholePage({ input }: Operation, args: ToolArguments): ToolArguments {
  const { page, pageSize } = args;
  if ((page === undefined) === (pageSize === undefined)) return args;
  const takesBoth = ['page', 'pageSize'].every((name) => name in input());
  return takesBoth ? { ...args, page: page ?? 1, pageSize: pageSize ?? DEFAULT_PAGE_SIZE } : args;
}

/** That of 1.219. */
const DEFAULT_PAGE_SIZE = 50;

/** The tool of an operation. Without a handler it sends the arguments and renders the response. */
export function operationTool(
  operation: Operation,
  toolset: Toolset,
  ownHandler?: SomeOperation['handle'],
  preview?: SomeOperation['preview'],
): RunnableTool {
  const handler = ownHandler ?? (preview && operation.irreversible ? inWordsOf(preview) : defaultHandler);
  const { tool: name, title, description, readOnly, destructive, idempotent } = operation;
  return {
    name,
    title,
    description,
    toolset,
    readOnly,
    destructive,
    idempotent,
    operation,
    ...(preview && { preview: operation.irreversible ? irreversible(preview, operation) : preview }),
    input: preview ? () => ({ ...operation.input(), confirmation: confirmation() }) : operation.input,
    async run(written, context) {
      const args = withWholePage(operation, written);
      const unchanged = operation.mayChangeNothing ? await sendWithoutChange(operation, args, context) : undefined;
      return unchanged ?? handler(operation, args, context);
    },
  };
}

/**
 * Declares a tool without a single operation; the arguments of `run` are those of `input` after parsing. One with a preview
 * also takes the confirmation.
 */
export function defineTool<Input extends Shape>(
  tool: Omit<RunnableTool, 'input' | 'run' | 'operation'> & {
    readonly input: () => Input;
    run(args: Arguments<Input>, context: ToolContext): Promise<ToolAnswer>;
  },
): RunnableTool {
  if (tool.preview === undefined) return tool;
  return { ...tool, input: () => ({ ...tool.input(), confirmation: confirmation() }) };
}

/** The part of a title before its colon; after it stand other words for the same, by which the tool is found. */
const headOf = (title: string): string => title.split(':')[0] ?? title;

/** Answer for an empty response: the title of the operation and its arguments, without secrets. */
export function doneSentence(title: string, args: ToolArguments): string {
  const shownArguments = Object.entries(args)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    .filter(([name]) => !/password|token|secret/i.test(name))
    .map(([name, value]) => `${name} ${value}`);
  return `Done: ${lowerFirst(headOf(title))}${shownArguments.length > 0 ? ` (${shownArguments.join(', ')})` : ''}.`;
}

const lowerFirst = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1);
