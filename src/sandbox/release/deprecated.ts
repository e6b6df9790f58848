/** A route that 1.219 marks deprecated: since when, from when on it may be gone, and what takes its place. */
export interface Deprecation {
  /** Days as `2026-06-10`; absent if only the API document marks the route and no header is sent. */
  readonly since?: string;
  readonly sunset?: string;
  readonly successor?: string;
}

const V2_QUERY = 'POST /api/v2/projects/{projectUuid}/query';
const V2_TOTAL = 'POST /api/v2/projects/{projectUuid}/query/{queryUuid}/calculate-total';
const V2_ASSIGNMENTS = '/api/v2/projects/{projectId}/roles/assignments';
const QUERIES = { since: '2025-03-20', sunset: '2025-04-30', successor: V2_QUERY };
const TOTALS_DEPRECATION = { since: '2026-05-29', sunset: '2026-08-29', successor: V2_TOTAL };
const SCHEDULERS = { since: '2026-01-26', sunset: '2026-04-26' };
const JUNE_DATES = { since: '2026-06-10', sunset: '2026-09-10' };
const ACCESS = { since: '2025-08-26', sunset: '2025-11-26', successor: V2_ASSIGNMENTS };

/** The routes of the sandbox that 1.219 marks, by method and path without names of parameters; dates as its headers gave them. */
export const deprecations: Readonly<Record<string, Deprecation>> = {
  'POST /api/v1/projects/{}/explores/{}/runQuery': QUERIES,
  'POST /api/v1/projects/{}/explores/{}/runUnderlyingDataQuery': QUERIES,
  'POST /api/v1/saved/{}/results': QUERIES,
  'POST /api/v1/saved/{}/version/{}/results': QUERIES,
  'POST /api/v1/saved/{}/chart-and-results': { since: '2025-03-20', sunset: '2025-06-20' },
  'POST /api/v1/projects/{}/sqlQuery': { since: '2025-02-17', sunset: '2025-05-17', successor: `${V2_QUERY}/sql` },
  'POST /api/v1/projects/{}/sqlRunner/run': {},
  'GET /api/v1/projects/{}/sqlRunner/results/{}': {},
  'POST /api/v1/projects/{}/calculate-total': TOTALS_DEPRECATION,
  'POST /api/v1/projects/{}/calculate-subtotals': {
    since: '2026-06-04',
    sunset: '2026-09-04',
    successor: V2_TOTAL,
  },
  'POST /api/v1/saved/{}/calculate-total': TOTALS_DEPRECATION,
  'POST /api/v2/projects/{}/query/{}/download': {
    ...JUNE_DATES,
    successor: `${V2_QUERY}/{queryUuid}/schedule-download`,
  },
  'GET /api/v1/projects/{}/chart-summaries': { since: '2024-12-09', sunset: '2025-03-09' },
  'GET /api/v1/projects/{}/custom-metrics': JUNE_DATES,
  'GET /api/v1/projects/{}/dataCatalog/{}/metadata': JUNE_DATES,
  'GET /api/v1/saved/{}/schedulers': SCHEDULERS,
  'GET /api/v1/dashboards/{}/schedulers': SCHEDULERS,
  'GET /api/v1/schedulers/{}/jobs': JUNE_DATES,
  'GET /api/v1/schedulers/{}/logs': { ...JUNE_DATES, successor: 'GET /api/v1/schedulers/{projectUuid}/runs' },
  'GET /api/v1/org/users/{}': { ...JUNE_DATES, successor: 'GET /api/v1/org/users' },
  'GET /api/v1/org/users/email/{}': { ...JUNE_DATES, successor: 'GET /api/v1/org/users' },
  'PATCH /api/v1/org/users/{}': {
    since: '2025-08-27',
    sunset: '2025-11-27',
    successor: '/api/v2/org/assignments/user/{userId}',
  },
  'GET /api/v1/groups/{}/members': { ...JUNE_DATES, successor: 'GET /api/v1/groups/{groupUuid}?includeMembers=N' },
  'PUT /api/v1/groups/{}/members/{}': { ...JUNE_DATES, successor: 'PATCH /api/v1/groups/{groupUuid}' },
  'DELETE /api/v1/groups/{}/members/{}': { ...JUNE_DATES, successor: 'PATCH /api/v1/groups/{groupUuid}' },
  'POST /api/v1/groups/{}/projects/{}': {},
  'PATCH /api/v1/groups/{}/projects/{}': {},
  'DELETE /api/v1/groups/{}/projects/{}': {},
  'GET /api/v1/projects/{}/user/{}': { ...JUNE_DATES, successor: `GET ${V2_ASSIGNMENTS}` },
  'PATCH /api/v1/projects/{}/access/{}': ACCESS,
  'DELETE /api/v1/projects/{}/access/{}': ACCESS,
};

/** The deprecation of a route on 1.219, if it is marked there. */
export function deprecationOf({ method, path }: { method: string; path: string }): Deprecation | undefined {
  return deprecations[`${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`];
}

/** The headers by which the server warns of a route. */
export function deprecationHeaders({ since, sunset, successor }: Deprecation): Record<string, string> {
  if (since === undefined || sunset === undefined) return {};
  const end = new Date(sunset).toUTCString();
  const hint = successor === undefined ? '' : ` Use ${successor} instead.`;
  return {
    warning: `299 - "This API endpoint is deprecated and will be removed after ${end}.${hint}"`,
    deprecation: new Date(since).toUTCString(),
    sunset: end,
  };
}
