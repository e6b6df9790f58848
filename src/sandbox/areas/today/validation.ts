import * as z from 'zod';
import { canView, spaceOf } from '../../access/permissions.ts';
import { looseBoolean } from '../../http/body-validation.ts';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { notFound, unexpected } from '../../http/refusals.ts';
import { type Call, route, type UserContext } from '../../http/route.ts';
import { isBroken, readExplores } from '../../store/explores.ts';
import type { Chart, Dashboard, JsonObject, ValidationError } from '../../store/records.ts';
import type { Store, StoredExplore } from '../../store/store.ts';
import { latestVersion } from '../../views/charts.ts';
import { findingView, groupedFindings } from '../../views/today/validation.ts';
import {
  contentOf,
  type FoundError,
  idsOfChart,
  missingFields,
  startValidation,
  validationUuidOf,
} from '../validation.ts';
import { chartFor, dashboardFor, isUuid, needUuid, projectAs } from './find-by-id.ts';

const since = '1.219';
const runs = '/api/v1/projects/{projectUuid}/validate';
const results = '/api/v2/projects/{projectUuid}/validate';
const TARGETS = ['apps', 'charts', 'dashboards', 'tables'] as const;
type Target = (typeof TARGETS)[number];

/** The fields of filters, at any depth of groups. */
function filteredFields(filters: unknown): string[] {
  if (Array.isArray(filters)) return filters.flatMap(filteredFields);
  if (typeof filters !== 'object' || filters === null) return [];
  const target = z.object({ target: z.object({ fieldId: z.string() }) }).safeParse(filters);
  return target.success ? [target.data.target.fieldId] : Object.values(filters).flatMap(filteredFields);
}

/** A chart of an explore that is gone has that one error; any other has one for each unknown field and place of it. */
function checkChart(chart: Chart, explores: readonly StoredExplore[]): FoundError[] {
  const version = latestVersion(chart);
  const { tableName, metricQuery } = version;
  const source = { source: 'chart', chartUuid: chart.uuid, name: chart.name, tableName } as const;
  if (!explores.some((explore) => explore.name === tableName)) {
    return [{ ...source, error: `Model error: the model '${tableName}' no longer exists`, errorType: 'model' }];
  }
  const existingIds = idsOfChart(version, explores);
  for (const { name } of metricQuery.tableCalculations) existingIds.add(name);
  const missing = (ids: readonly string[], errorType: string, word: string) =>
    missingFields([...new Set(ids)], existingIds, errorType, word);
  return [
    ...missing(metricQuery.dimensions, 'dimension', 'Dimension'),
    ...missing(metricQuery.metrics, 'metric', 'Metric'),
    ...missing(filteredFields(metricQuery.filters), 'filter', 'Filter'),
    ...missing(
      metricQuery.sorts.map(({ fieldId }) => fieldId),
      'sorting',
      'Sorting',
    ),
  ].map((error) => ({ ...source, ...error }));
}

/** Filters of a dashboard are not looked at, as recorded; its charts are. */
function checkDashboard(dashboard: Dashboard, broken: ReadonlyMap<string, string>): FoundError[] {
  const source = { source: 'dashboard', dashboardUuid: dashboard.uuid, name: dashboard.name } as const;
  return dashboard.tiles.flatMap((tile): FoundError[] => {
    const name = broken.get(String(tile.properties.savedChartUuid));
    return name === undefined ? [] : [{ ...source, error: `Chart error: '${name}' has an error`, errorType: 'chart' }];
  });
}

const checkTable = (explore: StoredExplore): FoundError[] =>
  isBroken(explore)
    ? explore.errors.map(({ message }) => ({
        source: 'table',
        error: message,
        errorType: 'model',
        name: explore.name,
        tableName: explore.name,
      }))
    : [];

function findErrors(
  store: Store,
  projectUuid: string,
  explores: readonly StoredExplore[],
  targets: readonly Target[],
  concerns: (exploreName: string) => boolean,
): FoundError[] {
  const inOpenSpaces = <Item extends Chart | Dashboard>(items: Iterable<Item>) =>
    [...items].filter((item) => item.projectUuid === projectUuid);
  const ofCharts = inOpenSpaces(store.charts.values())
    .filter((chart) => concerns(latestVersion(chart).tableName))
    .flatMap((chart) => checkChart(chart, explores));
  const broken = new Map(ofCharts.map(({ chartUuid = '', name }) => [chartUuid, name]));
  return [
    ...(targets.includes('tables') ? explores.flatMap(checkTable) : []),
    ...(targets.includes('charts') ? ofCharts : []),
    ...(targets.includes('dashboards')
      ? inOpenSpaces(store.dashboards.values()).flatMap((dashboard) => checkDashboard(dashboard, broken))
      : []),
  ];
}

const request = z.object({
  explores: z.array(z.unknown()).optional(),
  validationTargets: z.array(z.enum(TARGETS)).optional(),
});

function validate(call: Call<'projectUuid', z.output<typeof request>>): JsonObject {
  const { store, params, body } = call;
  const { projectUuid } = projectAs(call, params.projectUuid, 'developer');
  const targets = body.validationTargets ?? TARGETS;
  const sentExplores = body.explores && readExplores(body.explores);
  const jobId = startValidation(call, projectUuid, sentExplores, (explores, concerns) =>
    findErrors(store, projectUuid, explores, targets, concerns),
  );
  return { jobId: String(jobId) };
}

/** Errors of the project's latest validation, or of the one with that job id, in content that the user may see. */
function listErrors({ store, user }: UserContext, projectUuid: string, jobId: number | null = null): ValidationError[] {
  return [...store.validationErrors.values()].filter((error) => {
    const content = contentOf(store, error);
    return (
      error.projectUuid === projectUuid &&
      error.jobId === jobId &&
      (!content || canView(store, user, spaceOf(store, content)))
    );
  });
}

/** The error with that uuid. The numbers of older releases match no error here. */
function findingFor(store: Store, projectUuid: string, id: string): ValidationError {
  if (!isUuid(id) && !/^\d+$/.test(id)) throw unexpected();
  const error = [...store.validationErrors.values()].find(
    (validationError) => validationUuidOf(validationError.validationId) === id,
  );
  if (error?.projectUuid !== projectUuid) throw notFound(`Validation ${id} not found`);
  return error;
}

const listQuery = z.object({
  ...pageQuery,
  searchQuery: z.string().optional(),
  sortBy: z.enum(['name', 'createdAt', 'errorType', 'source']).default('createdAt'),
  sortDirection: z.enum(['asc', 'desc']).default('desc'),
  sourceTypes: z.string().optional(),
  errorTypes: z.string().optional(),
  tableName: z.string().optional(),
  fieldName: z.string().optional(),
  includeChartConfigWarnings: looseBoolean.optional(),
  fromSettings: looseBoolean.optional(),
});

function listed(call: Call<'projectUuid', unknown, z.output<typeof listQuery>>) {
  const { store, params, query } = call;
  const { projectUuid } = projectAs(call, params.projectUuid, 'developer');
  const isListed = (list: string | undefined, value: string) => list === undefined || list.split(',').includes(value);
  const search = (query.searchQuery ?? '').toLowerCase();
  const sign = query.sortDirection === 'asc' ? 1 : -1;
  const errors = listErrors(call, projectUuid)
    .filter(
      (validationError) =>
        isListed(query.sourceTypes, validationError.source) && isListed(query.errorTypes, validationError.errorType),
    )
    .filter((validationError) => query.tableName === undefined || validationError.tableName === query.tableName)
    .filter((validationError) => query.fieldName === undefined || validationError.fieldName === query.fieldName)
    .filter((validationError) =>
      [validationError.name, validationError.error].some((text) => text.toLowerCase().includes(search)),
    )
    .sort((a, b) => sign * String(a[query.sortBy]).localeCompare(String(b[query.sortBy])));
  const { data, pagination } = pageOf(errors, { page: query.page ?? 1, pageSize: query.pageSize ?? 20 });
  return { data: data.map((error) => findingView(store, error)), pagination };
}

/** Routes of validations on 1.219. */
export const validationRoutes = [
  route('POST', runs, { since, body: request, bodyName: '' }, validate),
  route(
    'GET',
    runs,
    { since, query: z.object({ fromSettings: looseBoolean.optional(), jobId: z.string().optional() }) },
    (call) => {
      const projectUuid = needUuid(call.params.projectUuid);
      // An unknown project has no errors here instead of a 404.
      if (!call.store.projects.has(projectUuid)) return [];
      projectAs(call, projectUuid, 'developer');
      const jobId = call.query.jobId === undefined ? null : Number(call.query.jobId);
      return listErrors(call, projectUuid, jobId).map((error) => {
        const { chartName: _, ...view } = findingView(call.store, error);
        return view;
      });
    },
  ),
  route('DELETE', `${runs}/{validationId}`, { since }, (call) => {
    const { projectUuid } = projectAs(call, call.params.projectUuid, 'developer');
    const error = findingFor(call.store, projectUuid, call.params.validationId);
    call.store.validationErrors.delete(error.validationId);
  }),
  route('POST', `${runs}/chart/{chartUuid}`, { since }, (call) => {
    const { projectUuid } = projectAs(call, call.params.projectUuid, 'developer');
    const chart = chartFor(call, call.params.chartUuid, { project: projectUuid });
    const errors = checkChart(chart, call.store.explores.get(projectUuid)?.all ?? []);
    return { errors: errors.map((finding) => ({ ...finding, projectUuid, chartName: chart.name })) };
  }),
  route('POST', `${runs}/dashboard/{dashboardUuid}`, { since }, (call) => {
    const { projectUuid } = projectAs(call, call.params.projectUuid, 'developer');
    const dashboard = dashboardFor(call, call.params.dashboardUuid, { project: projectUuid });
    const ofProject = findErrors(
      call.store,
      projectUuid,
      call.store.explores.get(projectUuid)?.all ?? [],
      ['dashboards'],
      () => true,
    );
    const errors = ofProject.filter(({ dashboardUuid }) => dashboardUuid === dashboard.uuid);
    return { errors: errors.map((finding) => ({ ...finding, projectUuid })) };
  }),
  route('GET', results, { since, query: listQuery }, listed),
  route('GET', `${results}/summary`, { since }, (call) => {
    const { projectUuid } = projectAs(call, call.params.projectUuid, 'developer');
    return groupedFindings(call.store, listErrors(call, projectUuid));
  }),
  route('GET', `${results}/{validationId}`, { since }, (call) => {
    const { projectUuid } = projectAs(call, call.params.projectUuid, 'developer');
    return findingView(call.store, findingFor(call.store, projectUuid, call.params.validationId));
  }),
];
