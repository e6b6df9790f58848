import * as z from 'zod';
import { visibleChart } from '../access/content.ts';
import { looseBoolean, looseNumber } from '../http/body-validation.ts';
import { type Call, route } from '../http/route.ts';
import { exploreFor } from '../store/explores.ts';
import type { Chart, ChartVersion, JsonObject } from '../store/records.ts';
import { newUuid } from '../store/store.ts';
import { chartView, latestVersion, projectOf, storedQuery } from '../views/charts.ts';
import { chartView as todaysChartView } from '../views/today/charts.ts';
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
import { PROJECT_TIMEZONE, queryOptions } from './query-options.ts';

/** A rule of a dashboard: as in a chart, with the table that it is about. */
const dashboardFilter = z.looseObject({
  target: z.looseObject({ fieldId: z.string(), tableName: z.string() }),
  operator: z.string(),
  values: z.array(z.unknown()).exactOptional(),
  settings: z.custom<NonNullable<FilterRule['settings']>>().exactOptional(),
  disabled: looseBoolean.exactOptional(),
});
/** Filters of a dashboard in the body of a run. */
export const dashboardFilters = z.object({
  dimensions: z.array(dashboardFilter).default([]),
  metrics: z.array(dashboardFilter).default([]),
  tableCalculations: z.array(dashboardFilter).default([]),
});
/** Filters of a dashboard in the body of a run, parsed. */
export type DashboardFilters = z.output<typeof dashboardFilters>;

const NO_FILTERS: DashboardFilters = { dimensions: [], metrics: [], tableCalculations: [] };

type DashboardFilter = DashboardFilters['dimensions'][number];

const tileTargets = z.record(
  z.string(),
  z.union([z.literal(false), z.looseObject({ fieldId: z.string(), tableName: z.string() })]),
);

/** The field that a filter applies to in a tile; undefined if the tile is excluded. */
function targetIn(filter: DashboardFilter, tileUuid: string | undefined): DashboardFilter | undefined {
  const own = tileTargets.safeParse(filter.tileTargets).data?.[tileUuid ?? ''];
  if (own === undefined) return filter;
  return own === false ? undefined : { ...filter, target: own };
}

/** The filters of a dashboard that say something to this explore: those of a table that it does not have are dropped. */
export function applicable(
  { release }: Pick<Call, 'release'>,
  explore: Explore,
  filters: DashboardFilters,
  tileUuid?: string,
): DashboardFilters {
  const selectOld = (name: keyof DashboardFilters) =>
    filters[name].filter(({ target }) => target.tableName in explore.tables);
  // 1.219 also drops those of unknown fields, without values, and disabled ones.
  const isApplied = ({ target, operator, values = [], disabled }: DashboardFilter) =>
    !disabled && (values.length > 0 || !OPERATORS_WITH_VALUES.includes(operator)) && hasField(explore, target.fieldId);
  const selectNew = (name: keyof DashboardFilters) =>
    filters[name].flatMap((filter) => targetIn(filter, tileUuid) ?? []).filter(isApplied);
  const select = release === '0.1366' ? selectOld : selectNew;
  return {
    dimensions: select('dimensions'),
    metrics: select('metrics'),
    tableCalculations: select('tableCalculations'),
  };
}

/** Operators that say nothing without a value. */
const OPERATORS_WITH_VALUES = [
  'equals',
  'notEquals',
  'include',
  'doesNotInclude',
  'startsWith',
  'endsWith',
  'inBetween',
];

const hasField = (explore: Explore, fieldId: string): boolean =>
  Object.values(explore.tables).some((table) =>
    [table.dimensions, table.metrics].flatMap(Object.values).some((field) => getFieldId(field) === fieldId),
  );

/** A chart's query as the release runs it. */
export function runnableQuery({ release }: Pick<Call, 'release'>, version: ChartVersion): MetricQuery {
  const query = storedQuery(version);
  if (release === '0.1366') return query;
  const { timezone, ...rest } = query;
  return { metricOverrides: {}, ...rest, timezone: timezone ?? PROJECT_TIMEZONE };
}

/** A chart's query with a dashboard's filters added to its own; on 1.219 one on a field of a chart's filter takes its place. */
export function filteredQuery(
  call: Pick<Call, 'release'>,
  version: ChartVersion,
  dashboardFilters: DashboardFilters,
): MetricQuery {
  return withDashboardFilters(call, runnableQuery(call, version), dashboardFilters);
}

/** A query with a dashboard's filters added to its own. */
export function withDashboardFilters(
  call: Pick<Call, 'release'>,
  query: MetricQuery,
  dashboardFilters: DashboardFilters,
): MetricQuery {
  const group = (name: keyof DashboardFilters): FilterGroup => {
    const own = query.filters[name];
    const added = dashboardFilters[name].map(({ target: { fieldId }, tileTargets: _, ...rule }) => ({
      ...rule,
      target: { fieldId },
    }));
    if (call.release === '0.1366') return { id: newUuid(), and: [...(own ? [own] : []), ...added] };
    const replaced = new Set(added.map(({ target }) => target.fieldId));
    const keptGroup = own ? omitFields(own, replaced) : undefined;
    // Rules that all hold are one list; anything else stays a group in it.
    return { id: newUuid(), and: [...(keptGroup?.and ?? (keptGroup ? [keptGroup] : [])), ...added] };
  };
  const filters = {
    dimensions: group('dimensions'),
    metrics: group('metrics'),
    tableCalculations: group('tableCalculations'),
  };
  return { ...query, filters };
}

/** A group without its rules on some fields. */
function omitFields(group: FilterGroup, fieldIds: ReadonlySet<string>): FilterGroup {
  const remaining = (items: readonly (FilterGroup | FilterRule)[]) =>
    items.flatMap((item): (FilterGroup | FilterRule)[] => {
      if ('target' in item) return fieldIds.has(item.target.fieldId) ? [] : [item];
      return [omitFields(item, fieldIds)];
    });
  return {
    ...group,
    ...(group.and ? { and: remaining(group.and) } : {}),
    ...(group.or ? { or: remaining(group.or) } : {}),
  };
}

async function results(call: QueryContext, chart: Chart, version: ChartVersion) {
  const project = projectOf(call.store, chart);
  const explore = exploreFor(call, project, version.tableName);
  const query = runnableQuery(call, version);
  const { metricQuery, cacheMetadata, rows, fields } = await (await call.warehouse()).runMetricQuery(
    explore,
    query,
    queryOptions(call, project, query),
  );
  return { metricQuery, cacheMetadata, rows, fields };
}

type QueryContext = Pick<Call, 'release' | 'store' | 'user' | 'warehouse'>;

/** Fields for the web app's date zoom. */
export function dateDimension(
  { release }: Pick<Call, 'release'>,
  explore: Explore,
  query: MetricQuery,
): JsonObject | null {
  for (const table of Object.values(explore.tables)) {
    for (const field of Object.values(table.dimensions)) {
      const isDate = field.type === 'date' || field.type === 'timestamp';
      if (isDate && query.dimensions.includes(getFieldId(field))) {
        const { name, label, table } = field;
        return release === '0.1366' ? { name, label } : { name, label, table };
      }
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
  const project = projectOf(store, chart);
  const explore = exploreFor(call, project, version.tableName);
  const appliedDashboardFilters = applicable(call, explore, body.dashboardFilters);
  const filtered = filteredQuery(call, version, appliedDashboardFilters);
  const sorts = body.dashboardSorts.length > 0 ? body.dashboardSorts : filtered.sorts;
  const date = dateDimension(call, explore, filtered);
  const query = { ...filtered, sorts, ...(date ? { metadata: { hasADateDimension: date } } : {}) };
  const selectOld =
    call.release === '0.1366' && body.granularity !== undefined ? { granularity: body.granularity } : {};
  const options = { ...selectOld, ...queryOptions(call, project, filtered) };
  const { metricQuery, cacheMetadata, rows, fields } = await (await call.warehouse()).runMetricQuery(
    explore,
    query,
    options,
  );
  return {
    chart: call.release === '0.1366' ? chartView(store, user, chart) : todaysChartView(store, user, chart),
    // 1.219 sends the tables twice.
    explore: call.release === '0.1366' ? explore : { ...explore, unfilteredTables: explore.tables },
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

/** CSV options from a saved chart's settings: column names, hidden columns, order. */
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

/** Routes of runs of saved charts. */
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
      // Measured on 1.219: nothing, for charts that had totals on 0.1366.
      if (call.release !== '0.1366') return {};
      const explore = exploreFor(call, projectOf(call.store, chart), version.tableName);
      const dashboardFilters = applicable(call, explore, call.body.dashboardFilters ?? NO_FILTERS);
      return (await call.warehouse()).calculateTotals(explore, filteredQuery(call, version, dashboardFilters));
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
      const query = filteredQuery(call, version, applicable(call, explore, call.body.dashboardFilters));
      return startCsvJob(call, project, () => explore, query, {
        ...csvOptions(version),
        onlyRaw,
        ...(csvLimit === undefined ? {} : { csvLimit }),
      });
    },
  ),
];
