import * as z from 'zod';
import { canView, isAllowed, projectFor, spaceOf } from '../access/permissions.ts';
import { looseBoolean, looseNumber } from '../http/body-validation.ts';
import { forbidden, invalid, notFound } from '../http/refusals.ts';
import { type Call, route } from '../http/route.ts';
import { isBroken, readExplores } from '../store/explores.ts';
import type { Chart, ChartVersion, Dashboard, JsonObject, ValidationError } from '../store/records.ts';
import type { Store, StoredExplore } from '../store/store.ts';
import { chartKind, latestVersion } from '../views/charts.ts';
import { fullName } from '../views/people.ts';
import { type AdditionalMetric, getFieldId } from '../warehouse/index.ts';

const base = '/api/v1/projects/{projectUuid}/validate';
const TARGETS = ['charts', 'dashboards', 'tables'] as const;
type Target = (typeof TARGETS)[number];
/** A broken reference, without the fields that the store adds. */
export type FoundError = Pick<
  ValidationError,
  'source' | 'error' | 'errorType' | 'name' | 'chartUuid' | 'dashboardUuid' | 'fieldName' | 'tableName'
>;

/** Ids of all fields of an explore; none for an unknown explore. */
function fieldIds(explores: readonly StoredExplore[], name: string): Set<string> {
  const explore = explores.find((storedExplore) => storedExplore.name === name);
  if (!explore || isBroken(explore)) return new Set();
  const fields = Object.values(explore.tables).flatMap((table) =>
    [table.dimensions, table.metrics].flatMap(Object.values),
  );
  return new Set(fields.map(getFieldId));
}

const customId = (metric: AdditionalMetric) => `${metric.table}_${metric.name}`;

/** Ids that a chart may refer to: those of its explore, and of its own metrics and dimensions. */
export function idsOfChart({ tableName, metricQuery }: ChartVersion, explores: readonly StoredExplore[]): Set<string> {
  const ids = fieldIds(explores, tableName);
  for (const metric of metricQuery.additionalMetrics ?? []) ids.add(customId(metric));
  for (const dimension of metricQuery.customDimensions ?? []) ids.add(dimension.id);
  return ids;
}

/** An error for each id that is not among those there are. */
export const missingFields = <ErrorType extends string>(
  ids: readonly string[],
  existingIds: ReadonlySet<string>,
  errorType: ErrorType,
  word: string,
) =>
  ids
    .filter((id) => !existingIds.has(id))
    .map((id) => ({ error: `${word} error: the field '${id}' no longer exists`, errorType, fieldName: id }));

function checkChart(chart: Chart, explores: readonly StoredExplore[]): FoundError[] {
  const version = latestVersion(chart);
  const { dimensions, metrics } = version.metricQuery;
  const existingIds = idsOfChart(version, explores);
  return [
    ...missingFields(dimensions, existingIds, 'dimension', 'Dimension'),
    ...missingFields(metrics, existingIds, 'metric', 'Metric'),
  ].map((error) => ({ source: 'chart', chartUuid: chart.uuid, name: chart.name, ...error }) as const);
}

const filterTarget = z.object({ target: z.object({ fieldId: z.string() }) });

function checkDashboard(
  dashboard: Dashboard,
  explores: readonly StoredExplore[],
  brokenCharts: ReadonlyMap<string, string>,
): FoundError[] {
  const source = { source: 'dashboard', dashboardUuid: dashboard.uuid, name: dashboard.name } as const;
  const existingIds = new Set(explores.flatMap((explore) => [...fieldIds(explores, explore.name)]));
  const filters = Object.values(dashboard.filters)
    .flat()
    .flatMap((filter) => filterTarget.safeParse(filter).data?.target.fieldId ?? [])
    .filter((id) => !existingIds.has(id))
    .map(
      (id): FoundError => ({
        ...source,
        error: `Filter error: the field '${id}' no longer exists`,
        errorType: 'filter',
        fieldName: id,
      }),
    );
  const charts = dashboard.tiles.flatMap((tile): FoundError[] => {
    const name = brokenCharts.get(String(tile.properties.savedChartUuid));
    return name === undefined ? [] : [{ ...source, error: `Chart error: '${name}' has an error`, errorType: 'chart' }];
  });
  return [...filters, ...charts];
}

function findErrors(
  store: Store,
  projectUuid: string,
  explores: readonly StoredExplore[],
  targets: readonly Target[],
  concerns: (exploreName: string) => boolean,
): FoundError[] {
  const inProject = <Item extends { projectUuid: string }>(items: Iterable<Item>) =>
    [...items].filter((item) => item.projectUuid === projectUuid);
  const ofCharts = inProject(store.charts.values())
    .filter((chart) => concerns(latestVersion(chart).tableName))
    .flatMap((chart) => checkChart(chart, explores));
  const broken = new Map(ofCharts.map(({ chartUuid = '', name }) => [chartUuid, name]));
  const ofDashboards = inProject(store.dashboards.values()).flatMap((dashboard) =>
    checkDashboard(dashboard, explores, broken),
  );
  const ofTables = explores.flatMap((explore): FoundError[] =>
    isBroken(explore)
      ? explore.errors.map(({ message }) => ({
          source: 'table',
          error: message,
          errorType: 'model',
          name: explore.name,
        }))
      : [],
  );
  return [
    ...(targets.includes('tables') ? ofTables : []),
    ...(targets.includes('charts') ? ofCharts : []),
    ...(targets.includes('dashboards') ? ofDashboards : []),
  ];
}

const request = z.object({
  explores: z.array(z.unknown()).optional(),
  validationTargets: z.array(z.enum(TARGETS)).optional(),
});

type FindErrors = (explores: readonly StoredExplore[], concerns: (exploreName: string) => boolean) => FoundError[];

/** Starts a validation. With explores in the body its errors stay under the job's id; else they replace the project's latest. */
export function startValidation(
  call: Pick<Call, 'store' | 'now' | 'user' | 'jobs' | 'release'>,
  projectUuid: string,
  sentExplores: readonly StoredExplore[] | undefined,
  find: FindErrors,
): number {
  const { store, now, user, jobs, release } = call;
  // A validation with explores in the body checks only charts of these explores.
  const concerns = (name: string) =>
    sentExplores === undefined || sentExplores.some((explore) => explore.name === name);
  const organizationUuid = store.projects.get(projectUuid)?.organizationUuid;
  const jobOptions = release === '0.1366' ? {} : { namesItsUser: true, about: { projectUuid, organizationUuid } };
  const job = { task: 'validateProject', projectUuid, userUuid: user.userUuid, ...jobOptions };
  const jobId = jobs.start(store, now, job, async () => {
    const explores = sentExplores ?? store.explores.get(projectUuid)?.all ?? [];
    const runId = sentExplores ? jobId : null;
    for (const error of [...store.validationErrors.values()]) {
      const isReplaced = error.projectUuid === projectUuid && error.jobId === null && !sentExplores;
      const isJobExpired = error.jobId !== null && !store.jobs.has(error.jobId);
      if (isReplaced || isJobExpired) store.validationErrors.delete(error.validationId);
    }
    const createdAt = now().toISOString();
    for (const finding of find(explores, concerns)) {
      const validationId = store.next.validation++;
      store.validationErrors.set(validationId, { ...finding, validationId, projectUuid, createdAt, jobId: runId });
    }
    return null;
  });
  return jobId;
}

function validate(call: Call<'projectUuid', z.output<typeof request>>): JsonObject {
  const { store, body } = call;
  const { projectUuid } = projectFor(call, call.params.projectUuid, 'validate project');
  const targets = body.validationTargets ?? TARGETS;
  const jobId = startValidation(call, projectUuid, body.explores && readExplores(body.explores), (explores, concerns) =>
    findErrors(store, projectUuid, explores, targets, concerns),
  );
  return { jobId };
}

/** The chart or dashboard of a broken reference; undefined if it was deleted. */
export function contentOf(store: Store, error: ValidationError): Chart | Dashboard | undefined {
  return store.charts.get(error.chartUuid ?? '') ?? store.dashboards.get(error.dashboardUuid ?? '');
}

function errorView(store: Store, error: ValidationError): JsonObject {
  const { createdAt, projectUuid, validationId, errorType, fieldName, source } = error;
  const content = contentOf(store, error);
  const field = fieldName === undefined ? {} : { fieldName };
  const common = { createdAt, projectUuid, error: error.error, name: content?.name ?? error.name, validationId };
  if (!content) return { ...common, errorType, ...field, source };
  const chart = 'versions' in content ? content : null;
  const changed = chart ? latestVersion(chart) : null;
  const dashboard = 'tiles' in content ? content : null;
  return {
    ...common,
    ...(chart ? { chartUuid: chart.uuid, chartViews: chart.views, chartKind: chartKind(latestVersion(chart)) } : {}),
    ...(dashboard ? { dashboardUuid: dashboard.uuid, dashboardViews: dashboard.views } : {}),
    lastUpdatedBy: fullName(store, changed?.createdByUserUuid ?? dashboard?.updatedByUserUuid ?? ''),
    lastUpdatedAt: changed?.createdAt ?? dashboard?.updatedAt,
    spaceUuid: content.spaceUuid,
    errorType,
    ...field,
    source,
  };
}

/** Ids that 0.1366 numbers and 1.219 does not; made of the number, so that the same finding keeps its id. */
export const validationUuidOf = (id: number) => `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`;

/** Routes of validations. */
export const validationRoutes = [
  route('POST', base, { body: request }, validate),
  route(
    'GET',
    base,
    { query: z.object({ fromSettings: looseBoolean.optional(), jobId: z.string().optional() }) },
    (call) => {
      const { store, user, params, query } = call;
      const project = store.projects.get(params.projectUuid);
      // An unknown project has no errors here instead of a 404.
      if (!project) return [];
      if (!isAllowed(store, user, project, 'validate project')) throw forbidden();
      const jobId = query.jobId === undefined ? null : Number(query.jobId);
      return [...store.validationErrors.values()]
        .filter((error) => error.projectUuid === project.projectUuid && error.jobId === jobId)
        .filter((error) => {
          const content = contentOf(store, error);
          return !content || canView(store, user, spaceOf(store, content));
        })
        .map((error) => errorView(store, error));
    },
  ),
  route('DELETE', `${base}/{validationId}`, {}, (call) => {
    const id = looseNumber.safeParse(call.params.validationId);
    if (!id.success) {
      throw invalid({ validationId: { message: 'invalid float number', value: call.params.validationId } });
    }
    projectFor(call, call.params.projectUuid, 'validate project');
    if (!call.store.validationErrors.delete(id.data)) throw notFound(`Validation with id ${id.data} not found`);
  }),
];
