import type { Endpoint, Successor } from '../../lightdash/route.ts';
import { isObject } from '../../text/json.ts';

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

/** The personal access tokens of the signed-in user, without the secrets; 0.1366 requires a session. */
export const personalAccessTokens: Endpoint = {
  id: 'personalAccessTokens',
  method: 'GET',
  path: '/api/v1/user/me/personal-access-tokens',
  readOnly: true,
  auth: 'session',
};

/** The deliveries of an object: 1.219 marks the list of v1 to go, and v2 returns it as a page. */
function deliveriesOf(id: string, path: string): Endpoint {
  const route = { method: 'GET', readOnly: true, auth: 'token' } as const;
  const page: Endpoint = { ...route, id: `${id} v2`, path: `/api/v2/${path}/schedulers` };
  const run: Successor['run'] = async (args, send) => {
    const results = await send(page, args);
    return isObject(results) ? results.data : results;
  };
  return { ...route, id, path: `/api/v1/${path}/schedulers`, successor: { since: '1.219', run } };
}

export const chartDeliveries = deliveriesOf('chartDeliveries', 'saved/{chartUuid}');

export const dashboardDeliveries = deliveriesOf('dashboardDeliveries', 'dashboards/{dashboardUuid}');
