import { z } from 'zod';
import { validationUuidOf } from '../../areas/validation.ts';
import type { Call, Route } from '../../http/route.ts';
import { ids } from '../../seed/ids.ts';
import { newUuid } from '../../store/store.ts';

type Answer = (results: unknown, call: Call) => unknown;
type JsonObject = Record<string, unknown>;

const object = z.record(z.string(), z.unknown());
const list = z.array(object);
const project = '/api/v1/projects/{projectUuid}';

const each = (change: (item: JsonObject) => JsonObject) => (results: unknown) => list.parse(results).map(change);
const without = (item: JsonObject, ...names: string[]): JsonObject =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));

/** What spaces have besides: they may be inside of one another. */
const nestable = (space: JsonObject): JsonObject => ({
  ...space,
  parentSpaceUuid: null,
  path: String(space.slug ?? space.name)
    .replaceAll(/\W+/g, '_')
    .toLowerCase(),
  projectMemberAccessRole: null,
});

const verified = (item: JsonObject): JsonObject => ({ ...item, verification: null });

/** A space by itself, with where it is and what spaces are in it. */
const wholeSpace: Answer = (results, { store }) => {
  const space = object.parse(results);
  const childSpaces = [...store.spaces.values()]
    .filter(({ parentSpaceUuid }) => parentSpaceUuid === space.uuid)
    .map(({ uuid, name }) => ({ uuid, name }));
  return {
    organizationUuid: ids.organization,
    ...nestable(space),
    parentSpaceUuid: store.spaces.get(String(space.uuid))?.parentSpaceUuid ?? null,
    dashboards: list.parse(space.dashboards ?? []).map(verified),
    queries: list.parse(space.queries ?? []).map(verified),
    colorPaletteUuid: null,
    childSpaces,
    breadcrumbs: [],
  };
};

/** Numbers of Lightdash's own database come as text. */
const countsAsText = (space: JsonObject): JsonObject => ({
  ...nestable(space),
  appCount: '0',
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

/** Deliveries name what they are of and who made them. */
const namedDelivery = (scheduler: JsonObject): JsonObject => ({
  ...scheduler,
  createdByName: null,
  savedChartName: null,
  dashboardName: null,
  savedSqlUuid: null,
  savedSqlName: null,
});

const withoutProject = (credentials: JsonObject): JsonObject => ({ ...credentials, project: null });

/** A pinned thing: spaces are told with what is inside of them. */
const pinned = (item: JsonObject): JsonObject => {
  const data = object.parse(item.data);
  if (item.type !== 'space') return { ...item, data: { ...data, verification: null } };
  return { ...item, data: { ...nestable(data), appCount: '0', childSpaceCount: '0' } };
};

const orNull = (change: (value: JsonObject) => JsonObject) => (results: unknown) =>
  results === undefined || results === null ? results : change(object.parse(results));

/** A dashboard: its tabs may be hidden. */
const newerDashboard = (results: unknown): JsonObject => {
  const view = object.parse(accessWithoutNames(results));
  const tabs = list.safeParse(view.tabs).data;
  return tabs ? { ...view, tabs: tabs.map((tab) => ({ hidden: false, ...tab })) } : view;
};

/** Metric queries of saved charts: no `timezone` unless one was chosen. */
const newerChart = (content: unknown) => {
  const view = object.parse(accessWithoutNames(content));
  const query = object.safeParse(view.metricQuery).data;
  if (!query) return view;
  const zone = query.timezone === null ? without(query, 'timezone') : query;
  const colours = { colorPaletteUuid: null, resolvedColorPalette: null, verification: null };
  return { ...view, ...colours, metricQuery: { ...zone, metricOverrides: {}, dimensionOverrides: {} } };
};

/** How 1.219 answers where it answers in another shape than 0.1366, by method and path. */
const shapes: Readonly<Record<string, Answer>> = {
  [`GET ${project}/spaces`]: each(countsAsText),
  [`POST ${project}/createPreview`]: (projectUuid) => ({ projectUuid, compileJobUuid: newUuid() }),
  [`GET ${project}`]: (results, call) => ({
    ...without(object.parse(results), 'semanticLayerConnection'),
    colorPaletteUuid: null,
    hasDefaultUserSpaces: false,
    queryTimezone: call.store.projects.get(call.params.projectUuid ?? '')?.queryTimezone ?? null,
  }),
  [`GET ${project}/spaces/{spaceUuid}`]: wholeSpace,
  [`POST ${project}/spaces`]: wholeSpace,
  [`PATCH ${project}/spaces/{spaceUuid}`]: wholeSpace,
  [`GET ${project}/tags`]: each((tag) => ({ ...tag, yamlReference: null })),
  [`GET ${project}/pinned-lists/{pinnedListUuid}/items`]: each(pinned),
  [`PATCH ${project}/pinned-lists/{pinnedListUuid}/items/order`]: each(pinned),
  [`GET ${project}/user-credentials`]: orNull(withoutProject),
  'GET /api/v1/user/warehouseCredentials': each(withoutProject),
  'POST /api/v1/user/warehouseCredentials': orNull(withoutProject),
  'PATCH /api/v1/user/warehouseCredentials/{uuid}': orNull(withoutProject),
  'GET /api/v1/user': (results) => ({ ...object.parse(results), type: 'registered', userId: 1, impersonation: null }),
  'GET /api/v1/schedulers/{schedulerUuid}': orNull(namedDelivery),
  'PATCH /api/v1/schedulers/{schedulerUuid}': orNull(namedDelivery),
  'PATCH /api/v1/schedulers/{schedulerUuid}/enabled': orNull(namedDelivery),
  'GET /api/v1/org/projects': each((item) => ({
    ...without(item, 'requireUserCredentials'),
    createdAt: '2026-01-01T00:00:00.000Z',
    createdByUserName: null,
  })),
  'GET /api/v1/schedulers/{projectUuid}/logs': (results) => {
    const data = object.parse(results);
    const schedulers = list.parse(data.schedulers).map(namedDelivery);
    const pagination = { page: 1, pageSize: 10, totalPageCount: 1, totalResults: schedulers.length };
    return { pagination, data: { ...data, schedulers } };
  },
  'GET /api/v1/schedulers/{schedulerUuid}/jobs': each((item) => ({ ...item, id: String(item.id) })),
  'GET /api/v1/user/me/allowedOrganizations': each((item) => ({ ...item, membersCount: String(item.membersCount) })),
  'GET /api/v1/saved/{chartUuid}': newerChart,
  'GET /api/v1/saved/{chartUuid}/version/{versionUuid}': (results) => {
    const version = object.parse(results);
    return { ...version, chart: newerChart(version.chart) };
  },
  'GET /api/v1/dashboards/{dashboardUuid}': newerDashboard,
  [`POST ${project}/dashboards`]: (results) => ({
    ...newerDashboard(results),
    versionUuid: newUuid(),
    verification: null,
    colorPaletteUuid: null,
    inheritsFromOrgOrProject: true,
  }),
  [`PATCH ${project}/dashboards`]: each(newerDashboard),
  [`GET ${project}/charts`]: each(verified),
  [`GET ${project}/dashboards`]: each(verified),
};

/** A route of 0.1366 that answers in the shape of 1.219. */
export function reshaped(older: Route): Route {
  const name = `${older.method} ${older.path}`;
  return {
    ...older,
    answer: async (call) => {
      const results = await older.answer(call);
      return results instanceof Response ? results : inShape(name, results, call);
    },
  };
}

function inShape(name: string, results: unknown, call: Call): unknown {
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
