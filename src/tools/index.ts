import { operationsByToolset } from '../operations/index.ts';
import { toolsets } from '../operations/operation.ts';
import { accessHandlers } from './access/project-access.ts';
import { getSpaceAccess, spaceHandlers } from './access/space-access.ts';
import { accountHandlers } from './account/token-rotation.ts';
import { operationTools } from './api/operation-tools.ts';
import { runChartHandlers } from './charts/run-chart.ts';
import { contentHandlers } from './content/read-content.ts';
import { runDashboard } from './dashboards/run-dashboard.ts';
import { exportHandlers } from './exports/csv-export.ts';
import { integrationHandlers } from './integrations/pull-requests.ts';
import { jobHandlers } from './jobs/jobs.ts';
import { operationTool, type ToolHandler } from './operation-tool.ts';
import { peopleHandlers } from './organization/people.ts';
import { findFields, queryHandlers, searchValues } from './query/metric-query.ts';
import { cancelQuery, getQueryResult } from './query/query-result.ts';
import type { Tool } from './tool.ts';

const behaviours: Readonly<Record<string, ToolHandler>> = {
  ...accessHandlers,
  ...accountHandlers,
  ...contentHandlers,
  ...exportHandlers,
  ...integrationHandlers,
  ...jobHandlers,
  ...peopleHandlers,
  ...queryHandlers,
  ...runChartHandlers,
  ...spaceHandlers,
};

/** Tools that stand for no single operation, listed behind those of their toolset. */
const ownTools: readonly Tool[] = [
  findFields,
  searchValues,
  getQueryResult,
  cancelQuery,
  runDashboard,
  getSpaceAccess,
  ...operationTools,
];

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
