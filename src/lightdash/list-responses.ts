import { isObject } from '../text/json.ts';

/** Routes with a list, by its key in the results; '' if they are the list. Recorded, but for GitHub's. */
const LIST_ROUTES: Readonly<Record<string, readonly string[]>> = {
  '': [
    '/api/v1/dashboards/{}/schedulers',
    '/api/v1/github/repos/list',
    '/api/v1/groups/{}/members',
    '/api/v1/notifications',
    '/api/v1/org/attributes',
    '/api/v1/org/projects',
    '/api/v1/projects/{}/access',
    '/api/v1/projects/{}/chart-summaries',
    '/api/v1/projects/{}/charts',
    '/api/v1/projects/{}/custom-metrics',
    '/api/v1/projects/{}/dashboards',
    '/api/v1/projects/{}/dataCatalog',
    '/api/v1/projects/{}/explores',
    '/api/v1/projects/{}/groupAccesses',
    '/api/v1/projects/{}/pinned-lists/{}/items',
    '/api/v1/projects/{}/spaces',
    '/api/v1/projects/{}/sqlRunner/saved/{}/schedulers',
    '/api/v1/projects/{}/tags',
    '/api/v1/projects/{}/validate',
    '/api/v1/saved/{}/schedulers',
    '/api/v1/schedulers/{}/jobs',
    '/api/v1/user/me/allowedOrganizations',
    '/api/v1/user/me/personal-access-tokens',
    '/api/v1/user/warehouseCredentials',
    '/api/v2/orgs/{}/roles',
    '/api/v2/projects/{}/roles/assignments',
  ],
  byProject: ['/api/v1/org/user/{}/schedulers-summary'],
  charts: [
    '/api/v1/dashboards/{}/promoteDiff',
    '/api/v1/projects/{}/spaces/{}/delete-impact',
    '/api/v1/saved/{}/promoteDiff',
  ],
  dashboards: ['/api/v1/projects/{}/spaces/{}'],
  data: [
    '/api/v1/org/groups',
    '/api/v1/org/users',
    '/api/v1/projects/{}/compile-logs',
    '/api/v1/projects/{}/dataCatalog/metrics',
    '/api/v1/projects/{}/spaces/{}/access',
    '/api/v1/schedulers/user-schedulers',
    '/api/v1/schedulers/{}/list',
    '/api/v1/schedulers/{}/runs',
    '/api/v2/content',
    '/api/v2/content/deleted',
    '/api/v2/dashboards/{}/schedulers',
    '/api/v2/projects/{}/parameters/list',
    '/api/v2/saved/{}/schedulers',
  ],
  emailDomains: ['/api/v1/org/allowedEmailDomains'],
  history: ['/api/v1/dashboards/{}/history', '/api/v1/saved/{}/history'],
  logs: ['/api/v1/schedulers/runs/{}/logs'],
  schedulers: ['/api/v1/schedulers/{}/logs'],
  targets: ['/api/v1/schedulers/{}'],
  tiles: ['/api/v1/dashboards/{}'],
};
const keyByRoute = new Map(
  Object.entries(LIST_ROUTES).flatMap(([key, paths]) => paths.map((path) => [path, key] as const)),
);

/** The key of the list in the results of a read, '' for the results themselves; undefined if they need have none. */
export const listKeyOf = (method: string, path: string): string | undefined =>
  method === 'GET' ? keyByRoute.get(path.replace(/\{\w+\}/g, '{}')) : undefined;

/**
 * True if the list is there, also an empty one: without it the results say nothing of what there is. Newer servers have
 * some objects with lists in a page, as its `data` (recorded).
 */
export function hasList(results: unknown, key: string): boolean {
  if (key === '') return Array.isArray(results);
  if (!isObject(results)) return false;
  return Array.isArray(results[key]) || (isObject(results.data) && Array.isArray(results.data[key]));
}
