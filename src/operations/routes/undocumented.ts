import type { Endpoint } from '../../lightdash/endpoint.ts';

// Routes that the API document lacks and Lightdash's web app uses (seen on 0.1366 and 0.2904). Tools use them; they have
// no tools.

/** The distinct values of a dimension that contain a text. */
export const searchFieldValues: Endpoint = {
  id: 'searchFieldValues',
  method: 'POST',
  path: '/api/v1/projects/{projectUuid}/field/{fieldId}/search',
  readOnly: true,
  auth: 'token',
};

/** A dashboard with its tiles, which no list contains; a request counts as a view. */
export const dashboardContent: Endpoint = {
  id: 'dashboardContent',
  method: 'GET',
  path: '/api/v1/dashboards/{dashboardUuid}',
  readOnly: true,
  auth: 'token',
};

/** The dashboards that show a chart, of those that the token sees (recorded on 0.1366). */
export const dashboardsOfChart: Endpoint = {
  id: 'dashboardsOfChart',
  method: 'GET',
  path: '/api/v1/projects/{projectUuid}/dashboards',
  query: ['chartUuid'],
  readOnly: true,
  auth: 'token',
};

/** The personal access tokens of the signed-in user, without the secrets; 0.1366 requires a session. */
export const personalAccessTokens: Endpoint = {
  id: 'personalAccessTokens',
  method: 'GET',
  path: '/api/v1/user/me/personal-access-tokens',
  readOnly: true,
  auth: 'session',
};
