import { operationsByToolset } from '../operations/index.ts';
import { type Toolset, toolsets } from '../operations/operation.ts';
import { groupHandlers } from './access/group-members.ts';
import { memberAccessHandlers } from './access/member-access.ts';
import { projectAccessListHandlers } from './access/project-access-lists.ts';
import { projectRoleHandlers } from './access/project-roles.ts';
import { getSpaceAccess, spaceAccessHandlers } from './access/space-access.ts';
import { writeSpaceHandlers } from './access/write-space.ts';
import { getContext } from './account/get-context.ts';
import { ownUserHandlers } from './account/own-user.ts';
import { personalTokenTools } from './account/personal-tokens.ts';
import { accountHandlers } from './account/token-rotation.ts';
import { warehouseCredentialsHandlers } from './account/warehouse-credentials.ts';
import { operationTools } from './api/operation-tools.ts';
import { findFields } from './catalog/find-fields.ts';
import { listParameters } from './catalog/list-parameters.ts';
import { catalogHandlers } from './catalog/read-catalog.ts';
import { tagHandlers } from './catalog/tags.ts';
import { chartTotalsHandlers } from './charts/chart-totals.ts';
import { chartVersionHandlers } from './charts/chart-versions.ts';
import { deleteChartHandlers } from './charts/delete-chart.ts';
import { duplicateChart } from './charts/duplicate-chart.ts';
import { runChartHandlers } from './charts/run-chart.ts';
import { chartDataTool, showChart } from './charts/show-chart.ts';
import { createChart, updateChart } from './charts/write-chart.ts';
import { createSqlChart, updateSqlChart } from './charts/write-sql-chart.ts';
import { commentHandlers } from './collaboration/comments.ts';
import { pinnedItemHandlers } from './collaboration/pinned-items.ts';
import { shareLinkHandlers } from './collaboration/share-links.ts';
import { applyContentAsCode } from './content/apply-as-code.ts';
import { listDeletedContent, restoreContent } from './content/deleted-content.ts';
import { getContentAsCode } from './content/get-as-code.ts';
import { listChartsHandlers } from './content/list-charts.ts';
import { pinContent, verifyContent } from './content/mark-content.ts';
import { moveContent } from './content/move-content.ts';
import { promotionHandlers } from './content/promotions.ts';
import { contentHandlers } from './content/read-content.ts';
import { searchContent } from './content/search-content.ts';
import { createDashboardHandlers } from './dashboards/create-dashboard.ts';
import { dashboardVersionHandlers } from './dashboards/dashboard-versions.ts';
import { duplicateDashboard } from './dashboards/duplicate-dashboard.ts';
import { runDashboard } from './dashboards/run-dashboard.ts';
import { updateDashboardsHandlers } from './dashboards/update-dashboards.ts';
import { updateDashboard } from './dashboards/write-dashboard.ts';
import { createScheduler } from './deliveries/create-scheduler.ts';
import { listSchedulers } from './deliveries/list-schedulers.ts';
import { deliveryHandlers } from './deliveries/scheduler-logs.ts';
import { listSchedulerRuns } from './deliveries/scheduler-runs.ts';
import { sendSchedulerNow } from './deliveries/send-scheduler.ts';
import { schedulerHandlers } from './deliveries/update-scheduler.ts';
import { csvUrlHandlers } from './exports/csv-url.ts';
import { exportChartHandlers } from './exports/export-chart.ts';
import { exportQueryHandlers } from './exports/export-query.ts';
import { googleSheetHandlers } from './exports/google-sheet.ts';
import { integrationHandlers } from './integrations/pull-requests.ts';
import { slackHandlers } from './integrations/slack.ts';
import { validationHandlers } from './jobs/validation.ts';
import { operationTool, type ToolHandlers } from './operation-tool.ts';
import { emailDomainHandlers } from './organization/email-domains.ts';
import { groupWriteHandlers } from './organization/groups.ts';
import { memberHandlers } from './organization/members.ts';
import { organizationHandlers } from './organization/organization.ts';
import { userAttributeHandlers } from './organization/user-attributes.ts';
import { organizationRoleHandlers } from './people/assign-role.ts';
import { peopleTools } from './people/people-tools.ts';
import type { Previews } from './preview.ts';
import { conditionalPreviews, previews, sendingPreviews } from './previews.ts';
import { projectTools } from './projects/project-tools.ts';
import { projectHandlers } from './projects/projects.ts';
import { cancelQuery } from './query/cancel-query.ts';
import { getQueryResult } from './query/get-query-result.ts';
import { sqlHandlers } from './query/query-sql.ts';
import { queryTotalsHandlers } from './query/query-totals.ts';
import { metricQueryHandlers } from './query/run-metric-query.ts';
import { searchFieldValues } from './query/search-field-values.ts';
import type { Tool } from './tool.ts';

const handlers: ToolHandlers = {
  ...accountHandlers,
  ...catalogHandlers,
  ...chartTotalsHandlers,
  ...chartVersionHandlers,
  ...deleteChartHandlers,
  ...commentHandlers,
  ...contentHandlers,
  ...createDashboardHandlers,
  ...csvUrlHandlers,
  ...dashboardVersionHandlers,
  ...deliveryHandlers,
  ...exportChartHandlers,
  ...exportQueryHandlers,
  ...googleSheetHandlers,
  ...groupHandlers,
  ...groupWriteHandlers,
  ...integrationHandlers,
  ...listChartsHandlers,
  ...memberAccessHandlers,
  ...memberHandlers,
  ...metricQueryHandlers,
  ...organizationHandlers,
  ...emailDomainHandlers,
  ...organizationRoleHandlers,
  ...ownUserHandlers,
  ...pinnedItemHandlers,
  ...projectAccessListHandlers,
  ...projectHandlers,
  ...projectRoleHandlers,
  ...promotionHandlers,
  ...queryTotalsHandlers,
  ...schedulerHandlers,
  ...runChartHandlers,
  ...shareLinkHandlers,
  ...slackHandlers,
  ...spaceAccessHandlers,
  ...sqlHandlers,
  ...tagHandlers,
  ...updateDashboardsHandlers,
  ...userAttributeHandlers,
  ...validationHandlers,
  ...warehouseCredentialsHandlers,
  ...writeSpaceHandlers,
};

/** Tools without a single operation, listed after the operations of their toolset. */
const otherTools: readonly Tool[] = [
  getContext,
  findFields,
  searchFieldValues,
  getQueryResult,
  cancelQuery,
  showChart,
  createChart,
  updateChart,
  createSqlChart,
  updateSqlChart,
  duplicateChart,
  runDashboard,
  updateDashboard,
  duplicateDashboard,
  searchContent,
  moveContent,
  listDeletedContent,
  restoreContent,
  verifyContent,
  pinContent,
  getContentAsCode,
  applyContentAsCode,
  getSpaceAccess,
  listParameters,
  createScheduler,
  listSchedulers,
  listSchedulerRuns,
  sendSchedulerNow,
  ...peopleTools,
  ...personalTokenTools,
  ...projectTools,
  ...operationTools,
];

const previewsById: Previews = {
  ...previews,
  ...sendingPreviews,
  ...conditionalPreviews,
};

const toolsOfOperations = (toolset: Toolset): Tool[] =>
  operationsByToolset[toolset].map((operation) =>
    operationTool(operation, toolset, handlers[operation.id], previewsById[operation.id]),
  );

/** All tools, in the order of the list. */
export const tools: readonly Tool[] = toolsets.flatMap((toolset) => [
  ...toolsOfOperations(toolset),
  ...otherTools.filter((tool) => tool.toolset === toolset),
]);

// chart_data is for the chart App alone: no list for models has it.
const byName = new Map([...tools, chartDataTool].map((tool) => [tool.name, tool]));

/** @throws {Error} if there is no tool of that name. */
export function toolNamed(name: string): Tool {
  const tool = byName.get(name);
  if (tool === undefined) throw new Error(`there is no tool ${name}`);
  return tool;
}
