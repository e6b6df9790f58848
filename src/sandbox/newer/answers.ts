import { z } from 'zod';
import { pageOf } from '../http/pages-of.ts';
import type { Call } from '../http/route.ts';
import { newUuid } from '../store/store.ts';

type Answer = (results: unknown, call: Call) => unknown;
type JsonObject = Record<string, unknown>;

const object = z.record(z.string(), z.unknown());
const list = z.array(object);
const project = '/api/v1/projects/{projectUuid}';

const each = (change: (item: JsonObject) => JsonObject) => (results: unknown) => list.parse(results).map(change);
const without = (item: JsonObject, ...names: string[]): JsonObject =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));

/** Ids that 0.1366 numbers and 0.2904 does not; made of the number, so that the same finding keeps its id. */
export const validationUuidOf = (id: number) => `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`;

/** Numbers of Lightdash's own database come as text. */
const countsAsText = (space: JsonObject): JsonObject => ({
  ...space,
  chartCount: String(space.chartCount),
  dashboardCount: String(space.dashboardCount),
  childSpaceCount: '0',
  userAccess: space.userAccess === null ? null : without(object.parse(space.userAccess), ...PERSON),
});

const PERSON = ['firstName', 'lastName', 'email'];
/** The lists of who has access to a chart or dashboard name nobody any more. */
const accessWithoutNames = (content: unknown) => {
  const view = object.parse(content);
  const access = list.safeParse(view.access).data;
  return access ? { ...view, access: access.map((one) => without(one, ...PERSON)) } : view;
};

/** Metric queries of saved charts: no `timezone` unless one was chosen. */
const newerChart = (content: unknown) => {
  const view = object.parse(accessWithoutNames(content));
  const query = object.safeParse(view.metricQuery).data;
  if (!query) return view;
  const zone = query.timezone === null ? without(query, 'timezone') : query;
  return { ...view, metricQuery: { ...zone, metricOverrides: {}, dimensionOverrides: {} } };
};

/** How 0.2904 answers where it answers in another shape than 0.1366, by method and path. */
const shapes: Readonly<Record<string, Answer>> = {
  [`GET ${project}/spaces`]: each(countsAsText),
  [`GET ${project}/dataCatalog`]: each((item) => ({
    ...item,
    ...(Array.isArray(item.joinedTables) && {
      joinedTables: list.parse(item.joinedTables).map(({ table }) => table),
    }),
  })),
  [`GET ${project}/dataCatalog/metrics`]: (results, { query }) => {
    const { page, pageSize } = z.looseObject({ page: z.number(), pageSize: z.number() }).partial().parse(query);
    const paged = z.looseObject({ data: z.array(z.unknown()), pagination: z.unknown().optional() }).parse(results);
    return paged.pagination ? paged : pageOf(paged.data, { page: page ?? 1, pageSize: page ? (pageSize ?? 50) : 50 });
  },
  [`GET ${project}/explores`]: each((item) => (item.type === 'default' ? without(item, 'type') : item)),
  [`PUT ${project}/explores`]: (_, { body }) => ({
    exploreCount: Array.isArray(body) ? body.length : 0,
    warnings: { exploresWithWarnings: [], warningExploreCount: 0, warningCount: 0 },
  }),
  [`POST ${project}/explores/{exploreId}/compileQuery`]: (query) => ({ query, parameterReferences: [] }),
  [`POST ${project}/createPreview`]: (projectUuid) => ({ projectUuid, compileJobUuid: newUuid() }),
  [`GET ${project}`]: (results) => without(object.parse(results), 'semanticLayerConnection'),
  'GET /api/v1/org/projects': each((item) => ({
    ...without(item, 'requireUserCredentials'),
    createdAt: '2026-01-01T00:00:00.000Z',
    createdByUserName: null,
  })),
  'GET /api/v1/schedulers/{projectUuid}/logs': (data) => ({
    pagination: { page: 1, pageSize: 10, totalPageCount: 1, totalResults: 0 },
    data,
  }),
  'GET /api/v1/schedulers/{schedulerUuid}/jobs': each((item) => ({ ...item, id: String(item.id) })),
  'GET /api/v1/user/me/allowedOrganizations': each((item) => ({ ...item, membersCount: String(item.membersCount) })),
  'GET /api/v1/saved/{chartUuid}': newerChart,
  'GET /api/v1/saved/{chartUuid}/version/{versionUuid}': (results) => {
    const version = object.parse(results);
    return { ...version, chart: newerChart(version.chart) };
  },
  'GET /api/v1/dashboards/{dashboardUuid}': accessWithoutNames,
  [`POST ${project}/dashboards`]: accessWithoutNames,
};

/** The results of a route as 0.2904 gives them. */
export function newerAnswer(name: string, results: unknown, call: Call): unknown {
  const shaped = shapes[name]?.(results, call) ?? results;
  // What a query brings back is data: nothing in it is renamed.
  return /[Qq]uery|[Rr]esults|calculate-total|\/explores|\/search/.test(name) ? shaped : renamed(shaped);
}

/** What changed everywhere: privacy told by inheritance, findings by uuid, jobs by text. */
function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      if (key === 'isPrivate')
        return [
          ['inheritParentPermissions', inner === false],
          ['inheritsFromOrgOrProject', inner === false],
        ];
      if (key === 'validationId' && typeof inner === 'number')
        return [
          [key, null],
          ['validationUuid', validationUuidOf(inner)],
        ];
      if (key === 'jobId' && typeof inner === 'number') return [[key, String(inner)]];
      return [[key, renamed(inner)]];
    }),
  );
}
