import { z } from 'zod';
import { anyObject, looseBoolean, looseNumber } from '../http/body-validation.ts';
import { type Call, route } from '../http/route.ts';
import { exploreFor } from '../store/explores.ts';
import type { Chart, ChartVersion, JsonObject } from '../store/records.ts';
import { newUuid } from '../store/store.ts';
import { chartView, latestVersion, projectOf, storedQuery } from '../views/charts.ts';
import { type CsvOptions, type Explore, getFieldId, type MetricQuery } from '../warehouse/index.ts';
import { versionOf } from './chart-versions.ts';
import { visibleChart } from './charts.ts';
import { startCsvJob } from './downloads.ts';

type FilterPart = 'dimensions' | 'metrics' | 'tableCalculations';
type DashboardFilters = Partial<Record<FilterPart, JsonObject[]>>;
interface Target {
  fieldId: string;
  tableName: string;
}

const filterList = z.array(anyObject).optional();
const dashboardFilters = z.object({ dimensions: filterList, metrics: filterList, tableCalculations: filterList });

const targetOf = (filter: JsonObject): Target => filter.target as Target;

/** The filters of a dashboard that say something to this explore: those of a table that it does not have are dropped. */
function applicable(explore: Explore, filters: DashboardFilters): Record<FilterPart, JsonObject[]> {
  const part = (name: FilterPart) =>
    (filters[name] ?? []).filter((filter) => targetOf(filter).tableName in explore.tables);
  return { dimensions: part('dimensions'), metrics: part('metrics'), tableCalculations: part('tableCalculations') };
}

/** A chart's query with a dashboard's filters added to its own. */
function filteredQuery(version: ChartVersion, applied: Record<FilterPart, JsonObject[]>): MetricQuery {
  const query = storedQuery(version) as unknown as MetricQuery;
  const group = (name: FilterPart) => {
    const own = query.filters[name];
    const added = applied[name].map((filter) => ({ ...filter, target: { fieldId: targetOf(filter).fieldId } }));
    return { id: newUuid(), and: [...(own ? [own] : []), ...added] };
  };
  const filters = {
    dimensions: group('dimensions'),
    metrics: group('metrics'),
    tableCalculations: group('tableCalculations'),
  };
  return { ...query, filters: filters as unknown as MetricQuery['filters'] };
}

async function results(call: Pick<Call, 'store' | 'user' | 'warehouse'>, chart: Chart, version: ChartVersion) {
  const explore = exploreFor(call, projectOf(call.store, chart), version.tableName);
  const query = storedQuery(version) as unknown as MetricQuery;
  const { metricQuery, cacheMetadata, rows, fields } = await (await call.warehouse()).runMetricQuery(explore, query);
  return { metricQuery, cacheMetadata, rows, fields };
}

/** What the web app is told about the grain that can be changed. */
function dateDimension(explore: Explore, query: MetricQuery): JsonObject | null {
  for (const table of Object.values(explore.tables)) {
    for (const field of Object.values(table.dimensions)) {
      const isDate = field.type === 'date' || field.type === 'timestamp';
      if (isDate && query.dimensions.includes(getFieldId(field))) return { name: field.name, label: field.label };
    }
  }
  return null;
}

const tileBody = z.object({
  dashboardUuid: z.string(),
  dashboardFilters,
  dashboardSorts: z.array(z.looseObject({ fieldId: z.string(), descending: looseBoolean })),
  granularity: z.string().optional(),
  invalidateCache: looseBoolean.optional(),
});

async function tile(call: Call<'chartUuid', z.output<typeof tileBody>>): Promise<JsonObject> {
  const { body, store, user } = call;
  const chart = visibleChart(call, call.params.chartUuid);
  const version = latestVersion(chart);
  const explore = exploreFor(call, projectOf(store, chart), version.tableName);
  const appliedDashboardFilters = applicable(explore, body.dashboardFilters as DashboardFilters);
  const filtered = filteredQuery(version, appliedDashboardFilters);
  const sorts = body.dashboardSorts.length > 0 ? body.dashboardSorts : filtered.sorts;
  const date = dateDimension(explore, filtered);
  const query = { ...filtered, sorts, ...(date ? { metadata: { hasADateDimension: date } } : {}) };
  const options = body.granularity === undefined ? {} : { granularity: body.granularity };
  const { metricQuery, cacheMetadata, rows, fields } = await (await call.warehouse()).runMetricQuery(
    explore,
    query,
    options,
  );
  return {
    chart: chartView(store, user, chart),
    explore,
    metricQuery,
    cacheMetadata,
    rows,
    appliedDashboardFilters,
    fields,
  };
}

interface TableChartConfig {
  showTableNames?: boolean;
  columns?: Record<string, { name?: string; visible?: boolean }>;
}

/** How a saved chart's own settings shape its CSV: names of columns, hidden ones, their order. */
function csvOptions(version: ChartVersion): Omit<CsvOptions, 'onlyRaw' | 'csvLimit'> {
  const config = version.chartConfig.type === 'table' ? ((version.chartConfig.config ?? {}) as TableChartConfig) : {};
  const columns = Object.entries(config.columns ?? {});
  return {
    showTableNames: config.showTableNames ?? false,
    columnOrder: version.tableConfig.columnOrder,
    customLabels: Object.fromEntries(columns.flatMap(([id, { name }]) => (name ? [[id, name]] : []))),
    hiddenFields: columns.filter(([, { visible }]) => visible === false).map(([id]) => id),
  };
}

const base = '/api/v1/saved/{chartUuid}';

export const savedResultRoutes = [
  route('POST', `${base}/results`, {}, (call) => {
    const chart = visibleChart(call, call.params.chartUuid);
    return results(call, chart, latestVersion(chart));
  }),
  route('POST', `${base}/version/{versionUuid}/results`, {}, (call) => {
    const chart = visibleChart(call, call.params.chartUuid);
    return results(call, chart, versionOf(chart, call.params.versionUuid, 'Saved query not found'));
  }),
  route('POST', `${base}/chart-and-results`, { body: tileBody }, tile),
  route(
    'POST',
    `${base}/calculate-total`,
    { body: z.object({ dashboardFilters: dashboardFilters.optional(), invalidateCache: looseBoolean.optional() }) },
    async (call) => {
      const chart = visibleChart(call, call.params.chartUuid);
      const version = latestVersion(chart);
      const explore = exploreFor(call, projectOf(call.store, chart), version.tableName);
      const applied = applicable(explore, (call.body.dashboardFilters ?? {}) as DashboardFilters);
      return (await call.warehouse()).calculateTotals(explore, filteredQuery(version, applied));
    },
  ),
  route(
    'POST',
    `${base}/downloadCsv`,
    { body: z.object({ onlyRaw: looseBoolean, csvLimit: looseNumber.nullish(), dashboardFilters }) },
    (call) => {
      const { onlyRaw, csvLimit } = call.body;
      const chart = visibleChart(call, call.params.chartUuid);
      const version = latestVersion(chart);
      const project = projectOf(call.store, chart);
      const explore = exploreFor(call, project, version.tableName);
      const query = filteredQuery(version, applicable(explore, call.body.dashboardFilters as DashboardFilters));
      return startCsvJob(call, project, () => explore, query, {
        ...csvOptions(version),
        onlyRaw,
        ...(csvLimit === undefined ? {} : { csvLimit }),
      });
    },
  ),
];
