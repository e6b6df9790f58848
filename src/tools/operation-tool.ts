import * as z from 'zod';
import type { Operation, Toolset } from '../operations/operation.ts';
import { renderAnswer } from '../render/answer.ts';
import type { Tool, ToolAnswer, ToolArguments, ToolContext } from './tool.ts';

/** What a tool does in place of sending its arguments and rendering the answer. */
export type ToolHandler = (operation: Operation, args: ToolArguments, context: ToolContext) => Promise<ToolAnswer>;

/** Sends the arguments as they are and renders the answer as it comes. */
const defaultHandler: ToolHandler = async (operation, args, { execute, budget }) => {
  const { results } = await execute(operation, args);
  return { text: renderAnswer(results, budget, doneSentence(operation.title, args)), data: results };
};

/** Given back on the second call; see Confirmations. */
const confirmation = () => z.string().optional().describe("From the first call's preview");

/** The tool of an operation. */
export function operationTool(operation: Operation, toolset: Toolset, behaviour: ToolHandler = defaultHandler): Tool {
  const { tool: name, title, description, readOnly, destructive, idempotent, irreversible } = operation;
  return {
    name,
    title,
    description,
    toolset,
    readOnly,
    destructive,
    idempotent,
    operation,
    input: irreversible ? () => ({ ...operation.input(), confirmation: confirmation() }) : operation.input,
    run: (args, context) => behaviour(operation, args, context),
  };
}

/** What to say where Lightdash answers nothing: what was done, to what. */
export function doneSentence(title: string, args: Readonly<Record<string, unknown>>): string {
  const about = Object.entries(args)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    .filter(([name]) => !/password|token|secret/i.test(name))
    .map(([name, value]) => `${name} ${value}`);
  return `Done: ${title.charAt(0).toLowerCase()}${title.slice(1)}${about.length > 0 ? ` (${about.join(', ')})` : ''}.`;
}
