import * as z from 'zod';
import type { ArgumentsOf, OperationId, OperationOf } from '../operations/index.ts';
import type { Arguments, Operation, Shape, Toolset } from '../operations/operation.ts';
import { renderAnswer } from '../render/answer.ts';
import type { Budget } from '../text/token-budget.ts';
import type { Preview, RunnableTool, ToolAnswer, ToolArguments, ToolContext } from './tool.ts';

/** Runs the tool of an operation that needs more than a request and a rendered response. */
export type ToolHandler<Id extends OperationId> = (
  operation: OperationOf<Id>,
  args: ArgumentsOf<Id>,
  context: ToolContext,
) => Promise<ToolAnswer>;

/** Handlers by operation id. Use it with `satisfies`: a handler of an unknown operation does not compile. */
export type ToolHandlers = { readonly [Id in OperationId]?: ToolHandler<Id> };

/** A handler of some operation; a method, because `input` of that operation has parsed the arguments. */
interface SomeHandler {
  handle(operation: Operation, args: ToolArguments, context: ToolContext): Promise<ToolAnswer>;
}

/** A handler that sends the arguments and renders the response with `render`. */
export const rendered =
  (render: (results: unknown, budget: Budget) => string) =>
  async (operation: Operation, args: ToolArguments, { execute, budget }: ToolContext): Promise<ToolAnswer> => {
    const { results } = await execute(operation, args);
    return { text: render(results, budget), data: results };
  };

const defaultHandler: SomeHandler['handle'] = (operation, args, context) =>
  rendered((results, budget) => renderAnswer(results, budget, doneSentence(operation.title, args)))(
    operation,
    args,
    context,
  );

/** Token of the second call of an irreversible operation. */
const confirmation = () => z.string().optional().describe("From the first call's preview");

/** The tool of an operation. Without a handler it sends the arguments and renders the response. */
export function operationTool(
  operation: Operation,
  toolset: Toolset,
  handler: SomeHandler['handle'] = defaultHandler,
  preview?: Preview,
): RunnableTool {
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
    ...(preview && {
      preview: operation.irreversible
        ? async (args, client) => `${await preview(args, client)} This cannot be undone.`
        : preview,
    }),
    input: preview ? () => ({ ...operation.input(), confirmation: confirmation() }) : operation.input,
    run: (args, context) => handler(operation, args, context),
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

/** Answer for an empty response: the title of the operation and its arguments, without secrets. */
export function doneSentence(title: string, args: ToolArguments): string {
  const given = Object.entries(args)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    .filter(([name]) => !/password|token|secret/i.test(name))
    .map(([name, value]) => `${name} ${value}`);
  return `Done: ${title.charAt(0).toLowerCase()}${title.slice(1)}${given.length > 0 ? ` (${given.join(', ')})` : ''}.`;
}
