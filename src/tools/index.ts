import { operationsByToolset } from '../operations/index.ts';
import { toolsets } from '../operations/operation.ts';
import { operationTool } from './operation-tool.ts';
import type { Tool } from './tool.ts';

/** Every tool, in the order in which they are listed. */
export const tools: readonly Tool[] = toolsets.flatMap((toolset) =>
  operationsByToolset[toolset].map((operation) => operationTool(operation, toolset)),
);

const byName = new Map(tools.map((tool) => [tool.name, tool]));

/** The tool of that name. */
export function toolNamed(name: string): Tool {
  const found = byName.get(name);
  if (found === undefined) throw new Error(`there is no tool ${name}`);
  return found;
}
