import { z } from 'zod';
import { visibleChart, visibleDashboard } from '../access/content.ts';
import { projectFor } from '../access/permissions.ts';
import { SandboxError } from '../errors.ts';
import { anyObject, looseBoolean, looseNumber } from '../http/body-validation.ts';
import { notFound } from '../http/refusals.ts';
import { type Call, route } from '../http/route.ts';
import type { LedgerQuery, QueryRows } from '../query-ledger.ts';
import { exploreFor, mayNotSee } from '../store/explores.ts';
import type { Project } from '../store/records.ts';
import { newNanoid } from '../store/store.ts';
import { latestVersion, projectOf, storedQuery } from '../views/charts.ts';
import { defaultSorts } from '../warehouse/default-sorts.ts';
import { type Explore, type MetricQuery, parseMetricQueryRequest } from '../warehouse/index.ts';
import { versionOf } from './chart-versions.ts';
import { refuseCustomSql } from './queries.ts';
import { applicable, dashboardFilters, filteredQuery } from './saved-results.ts';

const base = '/api/v2/projects/{projectUuid}/query';

/** `health.query` of the recorded server. */
export const DEFAULT_PAGE_SIZE = 500;
export const MAX_PAGE_SIZE = 2_500;
/** Links to files of results are good for three days. */
const FILE_LIFE_SECONDS = 259_200;

const CONTEXTS = ['dashboardView', 'exploreView', 'chartView', 'viewUnderlyingData', 'sqlRunner', 'mcp', 'api', 'cli'];
const common = {
  context: z.enum(CONTEXTS).optional(),
  invalidateCache: looseBoolean.optional(),
  parameters: anyObject.optional(),
};
const limited = { ...common, limit: looseNumber.nullish() };
const dateZoom = z.looseObject({ granularity: z.string().optional() }).optional();
const downloadBody = z.object({
  type: z.enum(['csv', 'image', 'jsonl', 's3_jsonl', 'xlsx']).optional(),
  onlyRaw: looseBoolean.default(false),
  showTableNames: looseBoolean.default(false),
  columnOrder: z.array(z.string()).default([]),
  customLabels: z.record(z.string(), z.string()).default({}),
  hiddenFields: z.array(z.string()).default([]),
});

/** What a query of an explore is started with. */
interface Asked {
  readonly project: Project;
  readonly explore: Explore;
  readonly metricQuery: MetricQuery;
  readonly granularity?: string | undefined;
}

/** The most rows that a chart without a limit of its own gets. */
const NO_LIMIT = 50_000;

const withLimit = (query: MetricQuery, limit: number | null | undefined): MetricQuery =>
  limit === undefined ? query : { ...query, limit: limit ?? NO_LIMIT };

const whole = { since: '1.219', bodyStyle: 'intersection' } as const;
const parameters = { parameterReferences: [], usedParametersValues: {}, resolvedTimezone: null };

/** Starts a query of an explore: what does not compile is refused at once, what fails in the warehouse is told later. */
async function startMetricQuery(call: Call, { project, explore, metricQuery, granularity }: Asked) {
  const warehouse = await call.warehouse();
  const sorted = { ...metricQuery, sorts: defaultSorts(explore, metricQuery) };
  const options = granularity === undefined ? {} : { granularity };
  try {
    // A sort by what is not there is the warehouse's to refuse.
    warehouse.compileMetricQuery(explore, { ...metricQuery, sorts: [] }, options);
  } catch (error) {
    throw mayNotSee(call, project, metricQuery) ?? error;
  }
  const query = call.queries.start(
    {
      projectUuid: project.projectUuid,
      userUuid: call.user.userUuid,
      source: { exploreName: explore.name },
      writeCsv: (csv) => warehouse.runCsv(explore, sorted, { ...csv, csvLimit: metricQuery.limit }),
    },
    async () => {
      const { rows, columns } = await warehouse.runWhole(explore, sorted, options);
      return { rows, columns: rows.length > 0 ? columns : {} };
    },
  );
  const fields = warehouse.fieldsOf(explore, metricQuery, options);
  return { ...started(query), metricQuery, fields, warnings: [], ...parameters };
}

const mine = (call: Call<'projectUuid' | 'queryUuid'>): LedgerQuery => {
  const { projectUuid, queryUuid } = call.params;
  projectFor(call, projectUuid);
  const query = call.queries.find(queryUuid, projectUuid, call.user.userUuid);
  if (!query) throw notFound(`Query ${queryUuid} not found for project ${projectUuid}`);
  return query;
};

/** The routes of v2's queries. */
export const asyncQueryRoutes = [
  route(
    'POST',
    `${base}/metric-query`,
    { body: z.object({ ...common, query: z.unknown(), dateZoom }), ...whole },
    (call) => {
      const { metricQuery } = parseMetricQueryRequest(call.body.query, 'body.query');
      const project = projectFor(call, call.params.projectUuid, 'run queries');
      refuseCustomSql(call, project, metricQuery);
      const explore = exploreFor(call, project, metricQuery.exploreName);
      return startMetricQuery(call, { project, explore, metricQuery, granularity: call.body.dateZoom?.granularity });
    },
  ),
  route(
    'POST',
    `${base}/chart`,
    { body: z.object({ ...limited, chartUuid: z.string(), versionUuid: z.string().optional() }), ...whole },
    (call) => {
      const { chartUuid, versionUuid, limit } = call.body;
      const { uuid } = [...call.store.charts.values()].find((one) => one.slug === chartUuid) ?? { uuid: chartUuid };
      const chart = visibleChart(call, uuid);
      const version = versionUuid ? versionOf(chart, versionUuid, 'Saved query not found') : latestVersion(chart);
      const project = projectOf(call.store, chart);
      const explore = exploreFor(call, project, version.tableName);
      return startMetricQuery(call, { project, explore, metricQuery: withLimit(storedQuery(version), limit) });
    },
  ),
  route(
    'POST',
    `${base}/dashboard-chart`,
    {
      body: z.object({
        ...limited,
        chartUuid: z.string(),
        tileUuid: z.string(),
        dashboardUuid: z.string(),
        dashboardFilters,
        dashboardSorts: z.array(z.looseObject({ fieldId: z.string(), descending: looseBoolean })),
        dateZoom,
      }),
      ...whole,
    },
    async (call) => {
      const { chartUuid, dashboardUuid, dashboardSorts, limit } = call.body;
      const chart = visibleChart(call, chartUuid);
      visibleDashboard(call, dashboardUuid);
      const version = latestVersion(chart);
      const project = projectOf(call.store, chart);
      const explore = exploreFor(call, project, version.tableName);
      const appliedDashboardFilters = applicable(explore, call.body.dashboardFilters);
      const filtered = withLimit(filteredQuery(version, appliedDashboardFilters), limit);
      const metricQuery = dashboardSorts.length > 0 ? { ...filtered, sorts: dashboardSorts } : filtered;
      const granularity = call.body.dateZoom?.granularity;
      return {
        ...(await startMetricQuery(call, { project, explore, metricQuery, granularity })),
        appliedDashboardFilters,
        dateZoomApplied: granularity !== undefined,
      };
    },
  ),
  route(
    'POST',
    `${base}/underlying-data`,
    {
      body: z.object({
        ...limited,
        underlyingDataSourceQueryUuid: z.string(),
        filters: anyObject,
        underlyingDataItemId: z.string().optional(),
      }),
      ...whole,
    },
    (call) => {
      const { underlyingDataSourceQueryUuid: queryUuid, filters, limit } = call.body;
      const project = projectFor(call, call.params.projectUuid, 'run queries');
      const source = call.queries.find(queryUuid, project.projectUuid, call.user.userUuid)?.source;
      if (!source) throw notFound(`Query ${queryUuid} not found for project ${project.projectUuid}`);
      const explore = exploreFor(call, project, source.exploreName);
      const tables = Object.values(explore.tables);
      const dimensions = tables.flatMap((table) =>
        Object.values(table.dimensions).flatMap((one) => (one.hidden ? [] : [`${one.table}_${one.name}`])),
      );
      const asked = { exploreName: explore.name, dimensions, metrics: [], filters, sorts: [], limit: limit ?? 500 };
      const { metricQuery } = parseMetricQueryRequest({ ...asked, tableCalculations: [] });
      return startMetricQuery(call, { project, explore, metricQuery });
    },
  ),
  route('POST', `${base}/sql`, { body: z.object({ ...limited, sql: z.string() }), ...whole }, async (call) => {
    const project = projectFor(call, call.params.projectUuid, 'run SQL');
    // The real server describes the query first: what is wrong with it is told at once.
    const { rows, fields } = await (await call.warehouse()).runSql(call.body.sql);
    const { limit } = call.body;
    const result: QueryRows = {
      rows: rows.slice(0, limit ?? undefined).map(asCells),
      columns: Object.fromEntries(
        Object.entries(fields).map(([reference, { type }]) => [reference, { type, reference }]),
      ),
    };
    const { projectUuid } = project;
    const query = call.queries.start({ projectUuid, userUuid: call.user.userUuid, source: null, writeCsv: null }, () =>
      Promise.resolve(result),
    );
    return { ...started(query), ...parameters };
  }),
  route(
    'POST',
    `${base}/field-values`,
    {
      body: z.object({ ...limited, table: z.string(), fieldId: z.string(), search: z.string() }),
      ...whole,
    },
    async (call) => {
      const { table, fieldId, search, limit } = call.body;
      const project = projectFor(call, call.params.projectUuid);
      const explore = exploreFor(call, project, table);
      const warehouse = await call.warehouse();
      if (
        !Object.values(explore.tables).some((one) =>
          Object.values(one.dimensions).some((each) => `${each.table}_${each.name}` === fieldId),
        )
      ) {
        throw notFound(`Can't dimension with id: ${fieldId}`);
      }
      const query = call.queries.start(
        { projectUuid: project.projectUuid, userUuid: call.user.userUuid, source: null, writeCsv: null },
        async () => {
          const { results } = await warehouse.searchFieldValues(explore, { fieldId, search, limit: limit ?? 100 });
          const rows = results.map((value) => asCells({ [fieldId]: value }));
          return { rows, columns: { [fieldId]: { type: 'string', reference: fieldId } } };
        },
      );
      return started(query);
    },
  ),
  route(
    'GET',
    `${base}/{queryUuid}`,
    {
      since: '1.219',
      query: z.object({ page: looseNumber.default(1), pageSize: looseNumber.default(DEFAULT_PAGE_SIZE) }),
    },
    (call) => {
      const query = mine(call);
      if (!call.objectStorage) throw noStorage();
      return pageOf(query, call.query.page, call.query.pageSize);
    },
  ),
  route('POST', `${base}/{queryUuid}/cancel`, { since: '1.219' }, (call) => {
    call.queries.cancel(mine(call));
  }),
  route('POST', `${base}/{queryUuid}/download`, { since: '1.219', body: downloadBody }, async (call) => {
    const query = mine(call);
    if (!call.objectStorage) throw new SandboxError(500, 'UnexpectedServerError', 'Something went wrong.');
    if (query.writeCsv === null || query.status !== 'ready') throw notFound('Results not found');
    const { type, ...options } = call.body;
    const { text, truncated } = await query.writeCsv(options);
    const nanoid = newNanoid();
    const { projectUuid } = query;
    const contentType = type === 'csv' ? 'text/csv; charset=utf-8' : 'application/octet-stream';
    call.store.files.set(nanoid, {
      projectUuid,
      contentType,
      fileName: `${nanoid}.${type ?? 'jsonl'}`,
      content: text,
    });
    const signature = `X-Amz-Date=${amazonTime(call.now())}&X-Amz-Expires=${FILE_LIFE_SECONDS}&X-Amz-Signature=${newNanoid()}`;
    return { fileUrl: `${call.url}/api/v1/projects/${projectUuid}/csv/${nanoid}?${signature}`, truncated };
  }),
];

const started = ({ queryUuid }: LedgerQuery) => ({ queryUuid, cacheMetadata: { cacheHit: false } });
const amazonTime = (date: Date) => date.toISOString().replaceAll(/[-:]|\.\d+/g, '');

/** What a server without object storage answers to a request for results. */
const noStorage = () =>
  new SandboxError(
    501,
    'NotImplemented',
    'Native pagination not supported. Please configure S3 Storage to use postgres results',
  );

/** Rows of plain values as v2 tells them. */
function asCells(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([id, raw]) => [id, { value: { raw, formatted: raw === null ? '∅' : String(raw) } }]),
  );
}

/** A page of a query's results, or what its state is. */
function pageOf(query: LedgerQuery, page: number, pageSize: number) {
  const { queryUuid, status, error, finishedAt, result } = query;
  if (status === 'error' || status === 'expired') return { status, queryUuid, error, erroredAt: finishedAt };
  if (status !== 'ready' || result === null) return { status, queryUuid };
  const totalResults = result.rows.length;
  const totalPageCount = Math.ceil(totalResults / pageSize);
  if (page <= 0) throw paginationError('page should be greater than 0');
  if (pageSize <= 0) throw paginationError('page size should be greater than 0');
  if (pageSize > MAX_PAGE_SIZE) throw paginationError(`page size is too large, max is ${MAX_PAGE_SIZE}`);
  if (page > Math.max(totalPageCount, 1)) throw paginationError(`invalid page ${page}, last page is ${totalPageCount}`);
  const rows = result.rows.slice((page - 1) * pageSize, page * pageSize);
  return {
    rows,
    columns: result.columns,
    totalPageCount,
    totalResults,
    queryUuid,
    pageSize: rows.length,
    page,
    ...(page < totalPageCount && { nextPage: page + 1 }),
    ...(page > 1 && { previousPage: page - 1 }),
    metadata: { performance: { initialQueryExecutionMs: 1, resultsPageExecutionMs: 1, queueTimeMs: null } },
    status,
    pivotDetails: null,
  };
}

const paginationError = (message: string) => new SandboxError(422, 'PaginationError', message);
