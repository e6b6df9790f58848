import * as z from 'zod';
import type { Operation, Toolset } from '../operations/operation.ts';
import { renderAnswer } from '../render/answer.ts';
import type { Tool } from './tool.ts';

/** Given back on the second call; see Confirmations. */
const confirmation = () => z.string().optional().describe('From the preview that the first call gives');

/** The tool of an operation: its arguments are sent as they are, its answer rendered as it comes. */
export function operationTool(operation: Operation, toolset: Toolset): Tool {
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
    async run(args, { perform, budget }) {
      const { results } = await perform(operation, args);
      return { text: renderAnswer(results, budget, doneSentence(title, args)), data: results };
    },
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
