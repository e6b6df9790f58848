import type { LongTailOperation } from './catalog.ts';

/**
 * Tools that do the same as an operation of another route, by operation id: the newer route that a tool uses if the
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
  deleteProjectSavedChart: 'delete_chart',
  deleteProjectDashboard: 'delete_dashboard',
  updateProjectDashboard: 'update_dashboard',
  createSqlChart: 'create_sql_chart',
  updateSqlChart: 'update_sql_chart',
  getProjectSavedChart: 'get_saved_chart',
  getProjectDashboard: 'get_dashboard',
  getProjectDashboardComments: 'get_comments',
  GetSpaceAccessList: 'get_space_access',
  ListSchedulers: 'list_schedulers',
  listUserSchedulers: 'list_schedulers',
  getSavedChartSchedulers: 'list_schedulers',
  getSavedChartSchedulers_v2: 'list_schedulers',
  getDashboardSchedulers: 'list_schedulers',
  getDashboardSchedulers_v2: 'list_schedulers',
  getSqlChartSchedulers: 'list_schedulers',
  getSchedulerRuns: 'list_scheduler_runs',
  getSavedChartSchedulerRuns: 'list_scheduler_runs',
  getDashboardSchedulerRuns: 'list_scheduler_runs',
  getRunLogs: 'list_scheduler_runs',
  createSavedChartScheduler: 'create_scheduler',
  createDashboardScheduler: 'create_scheduler',
  createSqlChartScheduler: 'create_scheduler',
  sendSchedulerByUuid: 'send_scheduler_now',
  configurationGithubAppForOrganization: 'get_git_integration',
  UpsertOrganizationUserRoleAssignment: 'update_organization_member',
  'Get personal access tokens': 'list_personal_access_tokens',
  'Create personal access token': 'create_personal_access_token',
  'Delete personal access token': 'delete_personal_access_token',
  getUserActivity: 'get_user_activity',
  rename: 'rename_field',
  refresh: 'refresh_project',
  CreateInviteLink: 'invite_user',
  ReassignUserSchedulers: 'reassign_schedulers',
  GetOrganizationRoles: 'list_roles',
  GetOrganizationRoleAssignments: 'list_role_assignments',
  GetProjectRoleAssignments: 'list_role_assignments',
  UpsertProjectUserRoleAssignment: 'update_project_access_for_user',
  DeleteProjectUserRoleAssignment: 'revoke_project_access_for_user',
  UpsertProjectGroupRoleAssignment: 'add_project_access_to_group',
  UpdateProjectGroupRoleAssignment: 'update_project_access_for_group',
  DeleteProjectGroupRoleAssignment: 'remove_project_access_from_group',
  getProjectParametersList: 'list_parameters',
  getProjectParameters: 'list_parameters',
  ListValidationResults: 'get_latest_validation_results',
  'List content': 'search_content',
  'Move content': 'move_content',
  'Bulk move content': 'move_content',
  'List deleted content': 'list_deleted_content',
  'Restore content': 'restore_content',
  verifyChart: 'verify_content',
  verifyDashboard: 'verify_content',
  unverifyChart: 'verify_content',
  unverifyDashboard: 'verify_content',
  getCodeCharts: 'get_content_as_code',
  getCodeDashboards: 'get_content_as_code',
  getChartsAsCode: 'get_content_as_code',
  getDashboardsAsCode: 'get_content_as_code',
  upsertCodeChart: 'apply_content_as_code',
  upsertCodeDashboard: 'apply_content_as_code',
  upsertChartAsCode: 'apply_content_as_code',
  upsertDashboardAsCode: 'apply_content_as_code',
};

/** Areas of operations that decide who may come in, who may do what and who sees which rows. */
const ACCESS_AREAS: ReadonlySet<string> = new Set([
  'domains',
  'groups',
  'impersonation',
  'invitations',
  'members',
  'roles',
  'scim',
  'sso',
  'tokens',
  'user-attributes',
]);

/** Operations of other areas that decide the same, or send data to people, now or on a schedule. */
const WIDELY_FELT: ReadonlySet<string> = new Set([
  'UpdateOrganizationSettings',
  'UpsertCodeOrganizationUser',
  'UpsertOrganizationUserAsCode',
  'reassignSchedulerOwner',
  'updateDefaultUserSpaces',
  'upsertAlertAsCode',
  'upsertCodeAlert',
  'upsertCodeGoogleSheetsSync',
  'upsertCodeScheduledDelivery',
  'upsertCodeSpace',
  'upsertGoogleSheetsSyncAsCode',
  'upsertScheduledDeliveryAsCode',
  'upsertSpaceAsCode',
]);

/** Roles that they make give nothing before they are assigned. */
const NEW_ROLES: ReadonlySet<string> = new Set(['CreateOrganizationRole', 'DuplicateRole']);

/** True for an operation that is confirmed although another call takes it back: as the tools that do the same. */
export const isWidelyFelt = ({ id, area, kind }: Pick<LongTailOperation, 'id' | 'area' | 'kind'>): boolean =>
  kind !== 'reads' && !NEW_ROLES.has(id) && (ACCESS_AREAS.has(area) || WIDELY_FELT.has(id));
