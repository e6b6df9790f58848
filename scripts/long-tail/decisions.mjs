// Facts of operations that the API document lacks, decided by hand, each with its reason or its source.

/** Operations that no call can use, by operation id. */
export const leftOut = {
  streamAgentThreadResponse: 'answers with a stream of events; generateAgentThreadResponse gives the whole answer',
  installGitlabIntegration: 'a page for the browser of an administrator: it leads to GitLab and back',
  gitlabOauthCallback: 'GitLab sends the browser of an administrator here',
  authorizeGithubUser: 'a page for the browser of the user: it leads to GitHub and back',
  installSlack: 'a page for the browser of an administrator: it leads to Slack and back',
  getSlackPreview: 'Slack fetches it to unfold a link; it redirects to an image',
  getSlackImage: 'Slack fetches it to unfold a link; an image',
  getSlackCardImage: 'Slack fetches it to unfold a link; an image',
  getFile: 'the file itself, not JSON; the link is in the answer of the export that made it',
  GetUserAvatar: 'an image',
  DownloadOrganizationDesignFile: 'the file itself, not JSON',
  DownloadOrganizationDesignPackage: 'the package itself, not JSON',
  GetPrompt: 'text in Markdown, not JSON',
  getGeoJson: 'fetches map shapes from another server for the browser',
  uploadAgentAvatar: 'an upload of an image',
  uploadProjectAnnouncementImage: 'an upload of an image',
  UpdateMyAvatar: 'an upload of an image',
  UploadOrganizationDesignFile: 'an upload of a file',
  ImportOrganizationDesignPackage: 'an upload of a package',
  webhook: 'dbt Cloud calls it, signed with its own secret',
  LoginEmailOtp: 'a step of signing in, which this server does itself',
  VerifyLoginEmailOtp: 'a step of signing in, which this server does itself',
  StartImpersonation: 'turns the session of this server into that of another person',
  StopImpersonation: 'ends an impersonation, which this server never starts',
  ActivateInviteLink: 'a person who was invited signs up with it, in a browser',
  GetInviteLink: 'a person who was invited opens it, in a browser',
  startMcpOAuthConnection: 'begins a sign-in that a browser has to finish',
  connectGithubMcpServer: 'begins a sign-in that a browser has to finish',
  startRedshiftAwsSsoWarehouseCredentials: 'begins a sign-in that a browser has to finish',
  completeRedshiftAwsSsoWarehouseCredentials: 'ends a sign-in that a browser has begun',
  CreateWarehouseConnectCode: 'the web app and the command line exchange warehouse passwords with it',
  ClaimWarehouseConnectCode: 'answers with the password of a warehouse for the web app',
  DepositWarehouseConnection: 'the command line hands over the password of a warehouse with it',
};

/** Operations that only read although their method is not GET. */
export const readingPosts = {
  CalculateSubtotalsFromQuery: 'a query for totals',
  CalculateTotalFromQuery: 'a query for totals',
  CalculateTotalFromSavedChart: 'a query for totals',
  PostChartResults: 'the query of a chart',
  PostDashboardTile: 'the query of a chart',
  RunMetricQuery: 'a query',
  getChartVersionResults: 'the query of an older version of a chart',
  postRunUnderlyingDataQuery: 'a query for the rows behind a value',
  ValidateFormula: 'compiles a formula and saves nothing',
  CompileMergeQuery: 'answers with SQL and runs nothing',
  CompileQuery: 'answers with SQL and runs nothing',
  CheckPreAggregate: 'says if a query would be answered from a pre-aggregate',
  compileMetricTotalQuery: 'answers with SQL and runs nothing',
  runMetricSeries: 'a query of a metric over time',
  runMetricTotal: 'a query of a metric with its comparison',
  RunFunnelQuery: 'a query',
  RunMergeQuery: 'a query over two explores',
  executeAsyncCalculateTotal: 'a query for totals',
  executeAsyncComposeMergeQuery: 'a query over results',
  executeAsyncDashboardChartQuery: 'the query of a chart',
  executeAsyncDashboardSqlChartQuery: 'the saved query of an SQL chart',
  executeAsyncFieldValueSearch: 'a query for the values of a field',
  executeAsyncMergeQuery: 'a query over two explores',
  executeAsyncMetricQuery: 'a query',
  executeAsyncSavedChartQuery: 'the query of a chart',
  executeAsyncSqlChartQuery: 'the saved query of an SQL chart',
  executeAsyncUnderlyingDataQuery: 'a query for the rows behind a value',
  cancelAsyncQuery: 'ends a query of one’s own; nothing that is saved changes',
  downloadResults: 'writes the rows of a query of one’s own to a file that Lightdash deletes again',
  scheduleDownloadResults: 'writes the rows of a query of one’s own to a file that Lightdash deletes again',
  downloadUserActivityCsv: 'writes the figures of usage to a file that Lightdash deletes again',
  exportSavedChartImage: 'draws a picture of a chart that Lightdash deletes again',
  exportDashboardContentV2: 'writes a dashboard to a file that Lightdash deletes again',
  previewRename: 'lists what a rename would change and changes nothing',
  getMetricsTree: 'takes the metrics whose tree is wanted as a body',
  getAgentExploreAccessSummary: 'lists which explores an agent with the tags given would see',
};

/** GET operations that are more than reading. */
export const writingGets = {
  getAccessToken: 'hands out a token for Google Drive',
  getHomepageLinkMetadata: 'lets Lightdash fetch any address that it is given',
  githubOauthCallback: 'ends the installation of the GitHub app',
  installGithubAppForOrganization: 'begins the installation of the GitHub app',
};

/**
 * Raw SQL written by the caller. It runs in the warehouse and may do there what the warehouse lets it, so that none of
 * these counts as reading. `runs`: it changes nothing of Lightdash itself.
 */
export const rawSql = {
  RunSqlQuery: 'runs',
  runSql: 'runs',
  runSqlPivotQuery: 'runs',
  executeAsyncSqlQuery: 'runs',
  executeAsyncComposeSqlQuery: 'runs',
  executeSourceQueries: 'runs',
  createVirtualView: 'saves',
  updateVirtualView: 'saves',
  createSqlChart: 'saves',
  updateSqlChart: 'saves',
  upsertCodeSqlChart: 'saves',
  upsertSqlChartAsCode: 'saves',
  upsertCodeVirtualView: 'saves',
  upsertVirtualViewAsCode: 'saves',
  // Lets an AI agent of Lightdash run the SQL that it wrote.
  decideAgentSqlApproval: 'saves',
  writeBackPreview: 'saves',
  writeBackCreatePr: 'saves',
};

/** Operations of other methods than DELETE that take something away, or replace all of something. */
export const destroying = {
  'Delete content': 'deletes charts, dashboards and spaces with all in them',
  'Bulk delete content': 'deletes charts, dashboards and spaces with all in them',
  discardProjectHomepageDraft: 'throws unpublished changes away',
  replaceProjectParameters: 'replaces all parameters of a project',
  replaceProjectDefaults: 'replaces all defaults of a project',
  replaceProjectTableGroups: 'replaces all table groups of a project',
  replaceYamlTags: 'replaces all tags that came from code',
  ReplaceOrganizationUserRoleSet: 'replaces all roles of a person',
  ReplaceProjectUserRoleSet: 'replaces all roles of a person in a project',
  ReplaceProjectGroupRoleSet: 'replaces all roles of a group in a project',
  ReplaceScimGroup: 'replaces a group with its members',
  UpdateScimUser: 'replaces a person’s account; an inactive one loses access',
  finalizeDeploySession: 'replaces the explores of a project',
  rename: 'renames a field or model in all content of a project',
  disconnectMcpOAuthConnection: 'signs an agent out of a server of tools',
  deleteGitFile: 'deletes a file on a branch',
};

/** DELETE operations whose effect one call of another operation takes back. */
export const reversibleDeletes = {
  unverifyChart: 'verifyChart takes it back',
  unverifyDashboard: 'verifyDashboard takes it back',
  releaseMetricsTreeLock: 'acquireMetricsTreeLock takes it back',
  unskipHomepageRecommendedAction: 'skipHomepageRecommendedAction takes it back',
  ClearDefaultOrganizationDesign: 'SetDefaultOrganizationDesign takes it back',
  'Delete feature flag override': 'a flag can be set again',
  DeleteValidationDismiss: 'the next validation finds the error again',
  RevokeGroupSpaceAccess: 'AddSpaceGroupAccess takes it back',
  RevokeSpaceAccessForUser: 'AddSpaceUserAccess takes it back',
  RevokeProjectAccessForUser: 'GrantProjectAccessToUser takes it back',
  removeCategoryFromCatalogItem: 'addCategoryToCatalogItem takes it back',
  removeProjectAccessFromGroup: 'addProjectAccessToGroup takes it back',
  removeUserFromGroup: 'addUserToGroup takes it back',
  DeleteProjectUserRoleAssignment: 'UpsertProjectUserRoleAssignment takes it back',
  DeleteProjectGroupRoleAssignment: 'UpsertProjectGroupRoleAssignment takes it back',
};

/**
 * Paths of operations that need an Enterprise licence: measured on 1.219 without one (422 "no factory or provider", or
 * 403), and their neighbours, which are served by the same services.
 */
export const enterprisePaths = [
  /\/aiAgent/i,
  /\/aiRouter/,
  /^\/api\/v1\/ee\//,
  /\/scim\//,
  /\/homepage/,
  /\/announcements/,
  /\/externalConnections/,
  /\/org\/warehouse-credentials/,
  /\/ai-augmentation/,
  /\/roles\/assignments\/.*\/set$/,
  /\/query\/compose-/,
  /\/pre-aggregates/,
];

/** Routes that refuse a personal access token: probed on 1.219. */
export const sessionOnly = [
  'ClaimWarehouseConnectCode',
  'Create personal access token',
  'CreateWarehouseConnectCode',
  'Delete personal access token',
  'IsSlackOpenIdLinked',
  'LeaveOrganization',
  'StartImpersonation',
  'StopImpersonation',
  'authorizeGithubUser',
  'configurationGithubAppForOrganization',
  'createGithubRepository',
  'deleteSlackInstall',
  'getGithubUserCredential',
  'getGitlabProjects',
  'getSlackInstallation',
  'installGitlabIntegration',
  'installSlack',
  'uninstallGitlabIntegration',
  'unlinkGithubUser',
];

/** Operations that are called to obtain a secret: it stays in the answer. */
export const givingSecrets = ['Create personal access token', 'CreateInviteLink'];

/**
 * Operations that list what is in several projects unless one is named: refused under an allow-list of projects, even
 * where the organization is allowed.
 */
export const acrossProjects = [
  'List content',
  'List deleted content',
  'listUserSchedulers',
  'GetUserSchedulersSummary',
  'ReassignUserSchedulers',
];

/** The same, by path: what AI agents of any project did. */
export const acrossProjectsPaths = [/^\/api\/v1\/aiAgents\//, /\/aiRouter\/(decisions|route)/];

/** The operation to use for one that is deprecated, by id; those of `…/code` follow from their paths. */
export const successors = {
  AddScopesToRole: 'UpdateOrganizationRole',
  RemoveScopeFromRole: 'UpdateOrganizationRole',
  runSql: 'executeAsyncSqlQuery',
  runSqlPivotQuery: 'executeAsyncSqlQuery',
  getLocalResults: 'getAsyncQueryResults',
  getSavedSqlResultsJob: 'executeAsyncSqlChartQuery',
  getSavedSqlResultsJobByUuid: 'executeAsyncSqlChartQuery',
  getSchedulerLogs: 'getSchedulerRuns',
  postRunUnderlyingDataQuery: 'executeAsyncUnderlyingDataQuery',
  RunMetricQuery: 'executeAsyncMetricQuery',
  PostChartResults: 'executeAsyncSavedChartQuery',
  PostDashboardTile: 'executeAsyncDashboardChartQuery',
  getChartVersionResults: 'executeAsyncSavedChartQuery',
  CalculateTotalFromSavedChart: 'executeAsyncCalculateTotal',
  CalculateTotalFromQuery: 'executeAsyncCalculateTotal',
  CalculateSubtotalsFromQuery: 'executeAsyncCalculateTotal',
  RunSqlQuery: 'executeAsyncSqlQuery',
  getSavedChartSchedulers: 'getSavedChartSchedulers_v2',
  getDashboardSchedulers: 'getDashboardSchedulers_v2',
  ListChartSummariesInProject: 'List content',
  GetProjectMemberAccess: 'GetProjectRoleAssignments',
  UpdateProjectAccessForUser: 'UpsertProjectUserRoleAssignment',
  RevokeProjectAccessForUser: 'DeleteProjectUserRoleAssignment',
  GetOrganizationMemberByUuid: 'ListOrganizationMembers',
  GetOrganizationMemberByEmail: 'ListOrganizationMembers',
  UpdateOrganizationMember: 'UpsertOrganizationUserRoleAssignment',
  addUserToGroup: 'updateGroup',
  removeUserFromGroup: 'updateGroup',
  getGroupMembers: 'getGroup',
  addProjectAccessToGroup: 'UpsertProjectGroupRoleAssignment',
  updateProjectAccessForGroup: 'UpsertProjectGroupRoleAssignment',
  removeProjectAccessFromGroup: 'DeleteProjectGroupRoleAssignment',
  GetGitFileForExplore: 'GetGitFilePathForExplore',
  CreatePullRequestForFileChange: 'createGitPullRequest',
  createMetricsTreeEdge: 'updateMetricsTree',
  deleteMetricsTreeEdge: 'updateMetricsTree',
  getMetricsTreeLegacy: 'getMetricsTreeDetails',
  getMetricsTree: 'getMetricsTreeDetails',
  downloadResults: 'scheduleDownloadResults',
};

/** Operations that take a body although the document has none: measured on 1.219. It is passed on as it is. */
export const undocumentedBodies = ['createDashboardScheduler'];
