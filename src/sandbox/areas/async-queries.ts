import * as z from 'zod';
import { visibleChart, visibleDashboard } from '../access/content.ts';
import { projectFor } from '../access/permissions.ts';
import { SandboxError } from '../errors.ts';
import { anyObject, looseBoolean } from '../http/body-validation.ts';
import { forbidden, notFound } from '../http/refusals.ts';
import { type Call, route } from '../http/route.ts';
import { exploreFor, exploresFor, missingAttribute } from '../store/explores.ts';
import type { Chart } from '../store/records.ts';
import { latestVersion, projectOf } from '../views/charts.ts';
import { type FilterRule, parseMetricQueryRequest } from '../warehouse/index.ts';
import {
  asCells,
  commonBody,
  dateZoomBody,
  limitedBody,
  QUERY_BASE,
  started,
  startedQuery,
  startMetricQuery,
  startSql,
  withLimit,
} from './async-start.ts';
import { versionOf } from './chart-versions.ts';
import { refuseCustomSql } from './queries.ts';
import { myQuery } from './query-results.ts';
import {
  applicable,
  dashboardFilters,
  dateDimension,
  filteredQuery,
  runnableQuery,
  withDashboardFilters,
} from './saved-results.ts';

const v2Options = { since: '1.219', bodyStyle: 'intersection' } as const;

/** A chart that is run, by uuid or slug; running it counts as a view. */
function viewedChart(call: Call, chartUuid: string): Chart {
  const { uuid } = [...call.store.charts.values()].find((chart) => chart.slug === chartUuid) ?? { uuid: chartUuid };
  const chart = visibleChart(call, uuid);
  chart.views += 1;
  chart.firstViewedAt ??= call.now().toISOString();
  return chart;
}

const filterRules = z.looseObject({
  and: z.array(z.custom<FilterRule>((value) => z.looseObject({ operator: z.string() }).safeParse(value).success)),
});

/** The routes that start a query of v2. */
export const asyncQueryRoutes = [
  route(
    'POST',
    `${QUERY_BASE}/metric-query`,
    {
      body: z.object({
        ...commonBody,
        query: z.unknown(),
        dateZoom: dateZoomBody,
        dashboardFilters: dashboardFilters.optional(),
      }),
      ...v2Options,
    },
    async (call) => {
      const { query, parameters, dateZoom, dashboardFilters: filters } = call.body;
      const { metricQuery: sentQuery } = parseMetricQueryRequest(query, 'body.query', call.release, call.body);
      const project = projectFor(call, call.params.projectUuid, 'run queries');
      refuseCustomSql(call, project, sentQuery);
      const explore = exploreFor(call, project, sentQuery.exploreName);
      const metricQuery = filters
        ? withDashboardFilters(call, sentQuery, applicable(call, explore, filters))
        : sentQuery;
      const answer = await startMetricQuery(call, { project, explore, metricQuery, parameters, dateZoom });
      return { ...answer, warnings: [] };
    },
  ),
  route(
    'POST',
    `${QUERY_BASE}/chart`,
    { body: z.object({ ...limitedBody, chartUuid: z.string(), versionUuid: z.string().optional() }), ...v2Options },
    async (call) => {
      const { chartUuid, versionUuid, limit, parameters } = call.body;
      const chart = viewedChart(call, chartUuid);
      const version = versionUuid ? versionOf(chart, versionUuid, 'Saved query not found') : latestVersion(chart);
      const project = projectOf(call.store, chart);
      const explore = exploreFor(call, project, version.tableName);
      const metricQuery = withLimit(runnableQuery(call, version), limit);
      const values = { ...version.parameters, ...parameters };
      const answer = await startMetricQuery(call, { project, explore, metricQuery, parameters: values });
      return { ...answer, warnings: [] };
    },
  ),
  route(
    'POST',
    `${QUERY_BASE}/dashboard-chart`,
    {
      body: z.object({
        ...limitedBody,
        chartUuid: z.string(),
        tileUuid: z.string(),
        dashboardUuid: z.string(),
        dashboardFilters,
        dashboardSorts: z.array(z.looseObject({ fieldId: z.string(), descending: looseBoolean })),
        dateZoom: dateZoomBody,
      }),
      ...v2Options,
    },
    async (call) => {
      const { chartUuid, dashboardUuid, tileUuid, dashboardSorts, limit, parameters, dateZoom } = call.body;
      visibleDashboard(call, dashboardUuid);
      const chart = viewedChart(call, chartUuid);
      const version = latestVersion(chart);
      const project = projectOf(call.store, chart);
      const explore = exploreFor(call, project, version.tableName);
      const appliedDashboardFilters = applicable(call, explore, call.body.dashboardFilters, tileUuid);
      const filtered = withLimit(filteredQuery(call, version, appliedDashboardFilters), limit);
      const date = dateDimension(call, explore, filtered);
      const metricQuery = {
        ...(dashboardSorts.length > 0 ? { ...filtered, sorts: dashboardSorts } : filtered),
        ...(date && { metadata: { hasADateDimension: date } }),
      };
      return {
        ...(await startMetricQuery(call, {
          ...{ project, explore, metricQuery, dateZoom },
          // Like its filters, the values saved with a dashboard apply only if they are sent.
          parameters: { ...version.parameters, ...parameters },
        })),
        appliedDashboardFilters,
        dateZoomApplied: dateZoom?.granularity !== undefined,
      };
    },
  ),
  route(
    'POST',
    `${QUERY_BASE}/underlying-data`,
    {
      body: z.object({
        ...limitedBody,
        underlyingDataSourceQueryUuid: z.string(),
        filters: anyObject,
        underlyingDataItemId: z.string().optional(),
      }),
      ...v2Options,
    },
    async (call) => {
      const { underlyingDataSourceQueryUuid: queryUuid, filters, limit, parameters } = call.body;
      const project = projectFor(call, call.params.projectUuid, 'run queries');
      const { source } = myQuery(call, queryUuid);
      if (!source) throw notFound(`Query ${queryUuid} not found for project ${project.projectUuid}`);
      const explore = exploreFor(call, project, source.explore.name);
      const dimensions = Object.values(explore.tables)
        .flatMap((table) => Object.values(table.dimensions))
        .flatMap((exploreField) => (exploreField.hidden ? [] : [`${exploreField.table}_${exploreField.name}`]))
        .slice(0, MAX_UNDERLYING_FIELDS);
      const { metricQuery } = parseMetricQueryRequest({
        ...{ exploreName: explore.name, dimensions, customDimensions: [], filters, metrics: [], sorts: [] },
        ...{ limit: limit ?? 500, tableCalculations: [], additionalMetrics: [] },
        timezone: source.options.timeZone ?? 'UTC',
      });
      return { ...(await startMetricQuery(call, { project, explore, metricQuery, parameters })), warnings: [] };
    },
  ),
  route('POST', `${QUERY_BASE}/sql`, { body: z.object({ ...limitedBody, sql: z.string() }), ...v2Options }, (call) => {
    const project = projectFor(call, call.params.projectUuid, 'run SQL');
    return startSql(call, project, call.body.sql, call.body);
  }),
  route(
    'POST',
    `${QUERY_BASE}/field-values`,
    {
      body: z.object({
        ...limitedBody,
        table: z.string(),
        fieldId: z.string(),
        search: z.string(),
        filters: filterRules.optional(),
        forceRefresh: looseBoolean.optional(),
      }),
      ...v2Options,
    },
    async (call) => {
      const { table, fieldId, search, limit, filters } = call.body;
      const project = projectFor(call, call.params.projectUuid);
      const explore = exploresFor(call.store, call.user, project).find((explore) => explore.name === table);
      if (!explore) throw notFound(`Explore ${table} does not exist`);
      const attribute = missingAttribute(call, project, explore.name, fieldId);
      if (attribute) throw forbidden(`Invalid or missing user attribute "${attribute}" on dimension: "${fieldId}"`);
      const warehouse = await call.warehouse();
      const values = await warehouse.searchFieldValues(explore, {
        ...{ fieldId, search, limit: limit ?? 100 },
        ...(filters && { filters: filters.and }),
      });
      const rows = values.results.map((value) => asCells({ [fieldId]: value }));
      const columns = rows.length > 0 ? { [fieldId]: { type: 'string', reference: fieldId } } : {};
      const task = () => Promise.resolve({ rows, columns });
      const query = started(call, project, { source: null, writeCsv: null, work: task });
      return { ...startedQuery(query), valueFieldId: fieldId, labelFieldId: null };
    },
  ),
  route(
    'POST',
    `${QUERY_BASE}/{queryUuid}/calculate-total`,
    {
      since: '1.219',
      body: z.object({
        kind: z.enum(['grandTotal', 'columnTotal', 'rowTotal', 'columnSubtotal', 'rowSubtotal']),
        subtotalDimensions: z.array(z.string()).optional(),
      }),
    },
    async (call) => {
      const { kind, subtotalDimensions = [] } = call.body;
      const project = projectFor(call, call.params.projectUuid);
      const { source } = myQuery(call, call.params.queryUuid);
      if (kind.startsWith('row')) {
        throw new SandboxError(400, 'NotSupportedError', 'Row totals are only supported for pivoted queries');
      }
      if (!source) throw notFound(`Query ${call.params.queryUuid} not found for project ${project.projectUuid}`);
      const { explore, metricQuery, options } = source;
      const by = kind === 'columnSubtotal' ? subtotalDimensions : [];
      const warehouse = await call.warehouse();
      const task = () => warehouse.runTotals(explore, metricQuery, by, options);
      const query = started(call, project, { source: null, writeCsv: null, work: task });
      const { filters, metrics, exploreName, customDimensions = [], additionalMetrics = [] } = metricQuery;
      const timeZone = options.timeZone ?? 'UTC';
      const total = { limit: 1, sorts: [], filters, metrics, timezone: timeZone, dimensions: by, exploreName };
      const compiled = { compiledTableCalculations: [], compiledAdditionalMetrics: [], compiledCustomDimensions: [] };
      return {
        ...startedQuery(query),
        metricQuery: { ...total, tableCalculations: [], ...compiled, customDimensions, additionalMetrics },
        fields: warehouse.fieldsOf(explore, { ...metricQuery, dimensions: by, tableCalculations: [] }, options),
        warnings: [],
        parameterReferences: [],
        usedParametersValues: {},
        resolvedTimezone: timeZone,
      };
    },
  ),
];

/** Maximum of dimensions in underlying data (measured on an explore with more). */
const MAX_UNDERLYING_FIELDS = 50;
