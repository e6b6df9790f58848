/**
 * Tools that do the same as an operation of another route, by operation id: the newer route that a tool uses where the
 * server has it, or one with less around it. A tool is offered instead of them, and what switches the tool off switches
 * them off.
 */
export const equivalentTools: Readonly<Record<string, string>> = {
  executeAsyncMetricQuery: 'run_metric_query',
  executeAsyncSqlQuery: 'run_sql_query',
  runSql: 'run_sql_query',
  runSqlPivotQuery: 'run_sql_query',
  executeAsyncComposeSqlQuery: 'run_sql_query',
  executeAsyncSavedChartQuery: 'run_saved_chart',
  executeAsyncDashboardChartQuery: 'run_dashboard_chart',
  executeAsyncUnderlyingDataQuery: 'run_underlying_data_query',
  executeAsyncFieldValueSearch: 'search_field_values',
  executeAsyncCalculateTotal: 'calculate_query_totals',
  getAsyncQueryResults: 'get_query_result',
  cancelAsyncQuery: 'cancel_query',
  downloadResults: 'download_query_csv',
  scheduleDownloadResults: 'download_query_csv',
  getProjectSavedChart: 'get_saved_chart',
  getProjectDashboard: 'get_dashboard',
  getProjectDashboardComments: 'get_comments',
  GetSpaceAccessList: 'get_space_access',
  getSchedulerRuns: 'get_scheduler_logs',
  configurationGithubAppForOrganization: 'get_git_integration',
  UpsertOrganizationUserRoleAssignment: 'update_organization_member',
  GetProjectRoleAssignments: 'get_project_access_list',
  UpsertProjectUserRoleAssignment: 'update_project_access_for_user',
  DeleteProjectUserRoleAssignment: 'revoke_project_access_for_user',
  UpsertProjectGroupRoleAssignment: 'add_project_access_to_group',
  UpdateProjectGroupRoleAssignment: 'update_project_access_for_group',
  DeleteProjectGroupRoleAssignment: 'remove_project_access_from_group',
  ListValidationResults: 'get_latest_validation_results',
};
