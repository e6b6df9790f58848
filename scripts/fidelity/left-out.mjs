/** Exchanges that name only what the seed has, but whose answer hangs on what other operations had done by then. */
const AFTER_OTHERS = {
  DeleteValidationDismiss: ['ok'],
  GetChartHistory: ['after rollback'],
  GetExplore: ['after the failed SetExplores: gone'],
  GetExplores: ['one explore with errors'],
  GetMyOrganization: ['after'],
  GetProject: ['with a semantic layer connection'],
  ListOrganizationProjects: ['with a preview project'],
  RunMetricQuery: ['e-mail needs an attribute: admin without it'],
  getMetricsCatalog: ['after SetExplores'],
  getScheduler: ['after the failed update with a bad timezone'],
  getSchedulerLogs: ['ok'],
  removeProjectAccessFromGroup: ['ok'],
  removeUserFromGroup: ['ok'],
  updatePinnedItemsOrder: ['ok', 'empty list'],
  updateProjectAccessForGroup: ['ok'],
  updateSchedulerEnabled: ['off', 'on'],
  'extra/dashboard_get': ['with tabs'],
  'extra/dashboard_patch': ['tiles and filters (new version)', 'tiles without tabs', 'empty body'],
  'extra/http': ['If-None-Match with the ETag', 'upper-case path', 'unknown query parameter'],
  'extra/pat': ['list with a session'],
  'extra/pinning': ['toggle space'],
  'extra/saved_other': ['views', 'schedulers'],
  'extra/saved_patch_many': ['ok'],
  'extra/sql_runner_other': ['saved SQL chart'],
};

/** Another server than the others: one without the feature flag. */
const OTHER_SERVERS = { getComments: ['feature flag dashboard-comments-enabled off (a server without PostHog)'] };

/** Routes outside the API document that only the web app uses and the sandbox does not serve. */
const WEB_APP_ONLY =
  /availableFilters|\/api\/v2\/content|most-popular-and-recently-updated|dbt-exposures|\/refresh$|\/api\/v1\/jobs\/|sqlRunner\/(tables|fields)/;

/** The exchange that had been made before, by operation and note: [operation, note]. */
const BEFORE = [
  ['executeAsyncMetricQuery', /parameter/, ['replaceProjectParameters', 'three']],
  ['executeAsyncSqlQuery', /parameter/, ['replaceProjectParameters', 'three']],
  ['CompileQuery', /with a parameter/, ['replaceProjectParameters', 'three']],
  ['getProjectParameters', /^(three|names|viewer)$/, ['replaceProjectParameters', 'three']],
  ['getProjectParametersList', /^(three|search, page)$/, ['replaceProjectParameters', 'three']],
  ['getAsyncQueryResults', /^executeAsyncSqlChartQuery/, ['updateSqlChart', 'new SQL']],
  ['getAsyncQueryResults', /^after cancel/, ['cancelAsyncQuery', 'a finished query']],
  ['getAsyncQueryResults', /parameter/, ['replaceProjectParameters', 'three']],
  ['executeAsyncSqlChartQuery', /slug/, ['createSqlChart', 'table']],
  ['getSavedSqlChartBySlug', /^ok$/, ['createSqlChart', 'table']],
  ['executeAsyncMetricQuery', /^resolvedTimezone with a project/, ['updateQueryTimezoneSettings', 'project timezone']],
  ['getAsyncQueryResults', /rows, project timezone/, ['updateQueryTimezoneSettings', 'project timezone']],
  ['CompileQuery', /^project timezone/, ['updateQueryTimezoneSettings', 'project timezone']],
];

/** The exchanges to make before one, as [operation, note]. */
export const preparations = (name, { note }) =>
  BEFORE.flatMap(([operation, pattern, before]) => (operation === name && pattern.test(note) ? [before] : []));

/** Exchanges of 1.219 whose answer hangs on what others had done by then, or on what the sandbox has in addition to the recorded content. */
const AFTER_OTHERS_TODAY = {
  GetExplores: /^(ok|filtered|plain viewer)$/,
  getProjectCatalogV1: /^ok$/,
  executeAsyncMetricQuery: /virtual view/,
  'v1/getMetricsCatalog': /^after SetExplores$/,
  'v1/GetExplores': /^one explore with errors$/,
  CreateOrganizationRole: /project level$/,
  DeleteOrganizationRole: /(in use|ok)$/,
  UpdateOrganizationRole: /scopes$/,
  DeleteProjectUserRoleAssignment: /ok$/,
  GetInviteLink: /^(ok, no auth|after revoke)$/,
  GetSpace: /^child of a deleted space$/,
  ListSchedulers: /^(no parameters|resourceType dashboard|includeLatestRun after runs)$/,
  Restore_content: /(dashboard|the chart while its space is deleted|the space)$/,
  deleteProjectSavedChart: /^(viewer|by slug)$/,
  deleteSavedChart: /(by slug|editor)$/,
  getCodeCharts: /^all$/,
  getCodeScheduledDeliveries: /^all$/,
  getDownloadActivity: /^page$/,
  getProjectDashboard: /(after delete|^read back: )/,
  getProjectDashboardComments: /^ok$/,
  getRunLogs: /^(ok|viewer)$/,
  getSchedulerLogs: /^deprecated$/,
  getSavedChart: /(read after delete|inside of a deleted dashboard|while its space is deleted)$/,
  getScheduler: /^of a deleted chart$/,
  reassignSchedulerOwner: /^to the editor$/,
  removeUserFromGroup: /^ok$/,
  renameContentSlug: /^(chart|target in use)$/,
  updateDashboards: /^bulk: rename and move$/,
  'v1/getSchedulerLogs': /^ok$/,
  'v1/removeProjectAccessFromGroup': /^ok$/,
  'v1/removeUserFromGroup': /^ok$/,
  'v1/updateProjectAccessForGroup': /^ok$/,
};

/** Exchanges with servers that had other settings, or another header than the measurement can send. */
const OTHERWISE_TODAY = {
  auth: /PAT$/,
};

/** Why an exchange is not compared, or null. */
export function whyLeftOut(release, name, { note, request }) {
  if (release !== '0.1366') {
    // The flags of query history are off by default, and the sandbox has none.
    if (name === 'getQueryHistory' && note.startsWith('[')) return 'recorded on a server with other settings';
    if (/period over period/.test(note)) return 'a kind of query that the sandbox does not run';
    if (OTHERWISE_TODAY[name]?.test(note)) return 'recorded on a server with other settings, or with another header';
    const isAfter = AFTER_OTHERS_TODAY[name]?.test(note);
    return isAfter ? 'the state had been changed by other operations' : null;
  }
  if (AFTER_OTHERS[name]?.includes(note)) return 'the state had been changed by other operations';
  if (OTHER_SERVERS[name]?.includes(note)) return 'recorded on a server with other settings';
  if (WEB_APP_ONLY.test(request.path)) return 'a route of the web app alone, which the sandbox does not have';
  return null;
}
