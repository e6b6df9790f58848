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

/** Why an exchange is not compared, or null. */
export function whyLeftOut(release, name, { note, request }) {
  if (release !== '0.1366') return null;
  if (AFTER_OTHERS[name]?.includes(note)) return 'the state had been changed by other operations';
  if (OTHER_SERVERS[name]?.includes(note)) return 'recorded on a server with other settings';
  if (WEB_APP_ONLY.test(request.path)) return 'a route of the web app alone, which the sandbox does not have';
  return null;
}
