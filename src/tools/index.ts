import { operationsByToolset } from '../operations/index.ts';
import { toolsets } from '../operations/operation.ts';
import { operationTool } from './operation-tool.ts';
import type { Tool } from './tool.ts';

/** Every tool, in the order in which they are listed. */
export const tools: readonly Tool[] = toolsets.flatMap((toolset) =>
  operationsByToolset[toolset].map((operation) => operationTool(operation, toolset)),
);
