import { z } from 'zod';
import { visibleChart } from '../access/content.ts';
import { looseBoolean, looseNumber } from '../http/body-validation.ts';
import { type Call, route } from '../http/route.ts';
import { exploreFor } from '../store/explores.ts';
import type { Chart, ChartVersion, JsonObject } from '../store/records.ts';
import { newUuid } from '../store/store.ts';
import { chartView, latestVersion, projectOf, storedQuery } from '../views/charts.ts';
import {
  type CsvOptions,
  type Explore,
  type FilterGroup,
  type FilterRule,
  getFieldId,
  type MetricQuery,
} from '../warehouse/index.ts';
import { versionOf } from './chart-versions.ts';
import { startCsvJob } from './downloads.ts';

/** A rule of a dashboard: as in a chart, with the table that it is about. */
const dashboardFilter = z.looseObject({
  target: z.looseObject({ fieldId: z.string(), tableName: z.string() }),
  operator: z.string(),
  values: z.array(z.unknown()).exactOptional(),
  settings: z.custom<NonNullable<FilterRule['settings']>>().exactOptional(),
  disabled: looseBoolean.exactOptional(),
});
export const dashboardFilters = z.object({
  dimensions: z.array(dashboardFilter).default([]),
  metrics: z.array(dashboardFilter).default([]),
  tableCalculations: z.array(dashboardFilter).default([]),
});
export type DashboardFilters = z.output<typeof dashboardFilters>;

const NO_FILTERS: DashboardFilters = { dimensions: [], metrics: [], tableCalculations: [] };

/** The filters of a dashboard that say something to this explore: those of a table that it does not have are dropped. */
export function applicable(explore: Explore, filters: DashboardFilters): DashboardFilters {
  const part = (name: keyof DashboardFilters) =>
    filters[name].filter(({ target }) => target.tableName in explore.tables);
  return { dimensions: part('dimensions'), metrics: part('metrics'), tableCalculations: part('tableCalculations') };
}

/** A chart's query with a dashboard's filters added to its own. */
export function filteredQuery(version: ChartVersion, applied: DashboardFilters): MetricQuery {
  const query = storedQuery(version);
  const group = (name: keyof DashboardFilters): FilterGroup => {
    const own = query.filters[name];
    const added = applied[name].map(({ target: { fieldId }, ...rule }) => ({ ...rule, target: { fieldId } }));
    return { id: newUuid(), and: [...(own ? [own] : []), ...added] };
  };
  const filters = {
    dimensions: group('dimensions'),
    metrics: group('metrics'),
    tableCalculations: group('tableCalculations'),
  };
  return { ...query, filters };
}

async function results(call: Pick<Call, 'store' | 'user' | 'warehouse'>, chart: Chart, version: ChartVersion) {
  const explore = exploreFor(call, projectOf(call.store, chart), version.tableName);
  const query = storedQuery(version);
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
  const appliedDashboardFilters = applicable(explore, body.dashboardFilters);
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

const tableChartConfig = z.looseObject({
  showTableNames: z.boolean().default(false),
  columns: z
    .record(z.string(), z.looseObject({ name: z.string().optional(), visible: z.boolean().optional() }))
    .default({}),
});

/** How a saved chart's own settings shape its CSV: names of columns, hidden ones, their order. */
function csvOptions(version: ChartVersion): Omit<CsvOptions, 'onlyRaw' | 'csvLimit'> {
  const { type, config } = version.chartConfig;
  const table = (type === 'table' ? tableChartConfig.safeParse(config).data : undefined) ?? tableChartConfig.parse({});
  const columns = Object.entries(table.columns);
  return {
    showTableNames: table.showTableNames,
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
      const applied = applicable(explore, call.body.dashboardFilters ?? NO_FILTERS);
      return (await call.warehouse()).calculateTotals(explore, filteredQuery(version, applied));
    },
  ),
  route(
    'POST',
    `${base}/downloadCsv`,
    {
      until: '0.1366',
      body: z.object({ onlyRaw: looseBoolean, csvLimit: looseNumber.nullish(), dashboardFilters }),
    },
    (call) => {
      const { onlyRaw, csvLimit } = call.body;
      const chart = visibleChart(call, call.params.chartUuid);
      const version = latestVersion(chart);
      const project = projectOf(call.store, chart);
      const explore = exploreFor(call, project, version.tableName);
      const query = filteredQuery(version, applicable(explore, call.body.dashboardFilters));
      return startCsvJob(call, project, () => explore, query, {
        ...csvOptions(version),
        onlyRaw,
        ...(csvLimit === undefined ? {} : { csvLimit }),
      });
    },
  ),
];
