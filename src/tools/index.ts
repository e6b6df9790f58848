import { operationsByToolset } from '../operations/index.ts';
import { toolsets } from '../operations/operation.ts';
import { accessBehaviours } from './access.ts';
import { accountBehaviours } from './account.ts';
import { contentBehaviours } from './content.ts';
import { runDashboard } from './dashboard.ts';
import { exportBehaviours } from './exports.ts';
import { integrationBehaviours } from './integrations.ts';
import { jobBehaviours } from './jobs.ts';
import { type Behaviour, operationTool } from './operation-tool.ts';
import { peopleBehaviours } from './people.ts';
import { findFields, queryBehaviours, searchValues } from './query.ts';
import { cancelQuery, getQueryResult } from './results.ts';
import { savedBehaviours } from './saved.ts';
import { getSpaceAccess, spaceBehaviours } from './space-access.ts';
import type { Tool } from './tool.ts';

const behaviours: Readonly<Record<string, Behaviour>> = {
  ...accessBehaviours,
  ...accountBehaviours,
  ...contentBehaviours,
  ...exportBehaviours,
  ...integrationBehaviours,
  ...jobBehaviours,
  ...peopleBehaviours,
  ...queryBehaviours,
  ...savedBehaviours,
  ...spaceBehaviours,
};

/** Tools that stand for no single operation, listed behind those of their toolset. */
const ownTools: readonly Tool[] = [findFields, searchValues, getQueryResult, cancelQuery, runDashboard, getSpaceAccess];

/** Every tool, in the order in which they are listed. */
export const tools: readonly Tool[] = toolsets.flatMap((toolset) => [
  ...operationsByToolset[toolset].map((operation) => operationTool(operation, toolset, behaviours[operation.id])),
  ...ownTools.filter((tool) => tool.toolset === toolset),
]);

const byName = new Map(tools.map((tool) => [tool.name, tool]));

/** The tool of that name. */
export function toolNamed(name: string): Tool {
  const found = byName.get(name);
  if (found === undefined) throw new Error(`there is no tool ${name}`);
  return found;
}
