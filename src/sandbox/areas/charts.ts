import { z } from 'zod';
import { canEditContent, canView, projectFor, spaceOf } from '../access/permissions.ts';
import { looseBoolean } from '../http/body-validation.ts';
import { forbidden, notFound, unexpected } from '../http/refusals.ts';
import { type Call, route } from '../http/route.ts';
import { exploreFor } from '../store/explores.ts';
import type { Chart, ChartVersion, JsonObject, Space } from '../store/records.ts';
import { removeChart } from '../store/removal.ts';
import { newUuid, type Store, slugFor } from '../store/store.ts';
import { chartListItem, chartSummary, chartView, latestVersion, projectOf, sqlChartListItem } from '../views/charts.ts';
import { spacesOf } from './spaces.ts';

const base = '/api/v1/projects/{projectUuid}';
const NOT_YOUR_SPACE = "You don't have access to the space this chart belongs to";

/** @throws 404 for an unknown chart, 403 in these words when its space is closed to the user */
export function visibleChart(call: Pick<Call, 'store' | 'user'>, chartUuid: string, refusal?: string): Chart {
  const chart = call.store.charts.get(chartUuid);
  if (!chart) throw notFound('Saved query not found');
  if (!canView(call.store, call.user, spaceOf(call.store, chart))) throw forbidden(refusal);
  return chart;
}

/** @throws 404 for an unknown chart, 403 unless the user may change it */
export function editableChart(call: Pick<Call, 'store' | 'user'>, chartUuid: string, refusal = NOT_YOUR_SPACE): Chart {
  const chart = visibleChart(call, chartUuid, refusal);
  if (!canEditContent(call.store, call.user, spaceOf(call.store, chart))) throw forbidden(refusal);
  return chart;
}

const versionFields = z.object({
  tableName: z.string(),
  metricQuery: z.looseObject({
    exploreName: z.string(),
    dimensions: z.array(z.string()),
    metrics: z.array(z.string()),
    filters: z.record(z.string(), z.unknown()),
    sorts: z.array(z.object({ fieldId: z.string(), descending: z.boolean() })),
    limit: z.number(),
    tableCalculations: z.array(z.looseObject({ name: z.string(), displayName: z.string(), sql: z.string() })),
    additionalMetrics: z
      .array(z.looseObject({ table: z.string(), name: z.string(), type: z.string(), sql: z.string() }))
      .optional(),
  }),
  chartConfig: z.looseObject({ type: z.string(), config: z.unknown().optional() }),
  tableConfig: z.object({ columnOrder: z.array(z.string()) }),
  pivotConfig: z.object({ columns: z.array(z.string()) }).optional(),
});

/** Bodies of the older routes are not validated by the real server: what does not fit ends in a 500. */
function parsed<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (!result.success) throw unexpected();
  return result.data;
}

export { parsed as parsedOrUnexpected };

function newVersion({ user, now }: Pick<Call, 'user' | 'now'>, fields: z.output<typeof versionFields>): ChartVersion {
  const { tableName, metricQuery, chartConfig, tableConfig, pivotConfig } = fields;
  const additionalMetrics = metricQuery.additionalMetrics?.map((metric) => ({ uuid: newUuid(), ...metric })) ?? [];
  return {
    versionUuid: newUuid(),
    createdAt: now().toISOString(),
    createdByUserUuid: user.userUuid,
    tableName,
    // Kept as sent; what it asks for is checked when it runs.
    metricQuery: { ...metricQuery, additionalMetrics } as unknown as ChartVersion['metricQuery'],
    chartConfig: { ...chartConfig, type: chartConfig.type },
    tableConfig,
    ...(pivotConfig ? { pivotConfig } : {}),
  };
}

const chartsOf = (store: Store, projectUuid: string): Chart[] =>
  [...store.charts.values()].filter((chart) => chart.projectUuid === projectUuid);

/** The space for new content without one: the first open space that the user may fill. */
export function defaultSpace({ store, user }: Pick<Call, 'store' | 'user'>, projectUuid: string): Space | undefined {
  return spacesOf(store, projectUuid).find((space) => !space.isPrivate && canEditContent(store, user, space));
}

const newChart = versionFields.extend({
  name: z.string(),
  description: z.string().nullish(),
  spaceUuid: z.string().nullish(),
  dashboardUuid: z.string().nullish(),
});
const chartCopy = z.object({ chartName: z.string(), chartDesc: z.string() });

function create(call: Call<'projectUuid'>): JsonObject {
  const { store, user } = call;
  const project = projectFor(call, call.params.projectUuid);
  const body = parsed(newChart, call.body);
  const dashboard = body.dashboardUuid ? store.dashboards.get(body.dashboardUuid) : undefined;
  const spaceUuid = dashboard?.spaceUuid ?? body.spaceUuid ?? defaultSpace(call, project.projectUuid)?.uuid;
  const space = store.spaces.get(spaceUuid ?? '');
  if (!space || !canEditContent(store, user, space)) throw forbidden();
  const view = keep(call, {
    name: body.name,
    description: body.description ?? null,
    space,
    dashboardUuid: dashboard?.uuid ?? null,
    version: newVersion(call, body),
  });
  // The real server has saved the chart by the time it finds that there is no such explore.
  exploreFor(call, project, body.tableName);
  return view;
}

function duplicate(call: Call<'projectUuid'>, sourceUuid: string): JsonObject {
  const body = parsed(chartCopy, call.body);
  const source = visibleChart(call, sourceUuid);
  const space = spaceOf(call.store, source);
  if (!canEditContent(call.store, call.user, space)) throw forbidden();
  const stamp = { versionUuid: newUuid(), createdAt: call.now().toISOString(), createdByUserUuid: call.user.userUuid };
  const version = { ...structuredClone(latestVersion(source)), ...stamp };
  return keep(call, {
    name: body.chartName,
    description: body.chartDesc,
    space,
    dashboardUuid: source.dashboardUuid,
    version,
  });
}

function keep(
  { store, user }: Pick<Call, 'store' | 'user'>,
  made: { name: string; description: string | null; space: Space; dashboardUuid: string | null; version: ChartVersion },
): JsonObject {
  const { name, description, space, dashboardUuid, version } = made;
  const slugs = chartsOf(store, space.projectUuid).map((chart) => chart.slug);
  const chart: Chart = {
    uuid: newUuid(),
    projectUuid: space.projectUuid,
    name,
    description,
    slug: slugFor(name, slugs),
    spaceUuid: space.uuid,
    dashboardUuid,
    views: 0,
    firstViewedAt: null,
    pinnedOrder: null,
    versions: [version],
  };
  store.charts.set(chart.uuid, chart);
  return chartView(store, user, chart);
}

const changes = z.object({
  name: z.string().optional(),
  description: z.string().optional(),
  spaceUuid: z.string().optional(),
});

function update(call: Pick<Call, 'store' | 'user'>, chart: Chart, body: z.output<typeof changes>): JsonObject {
  const { spaceUuid } = body;
  if (Object.keys(body).length === 0) throw unexpected();
  if (spaceUuid !== undefined) {
    const space = call.store.spaces.get(spaceUuid);
    if (!space) throw unexpected();
    if (!canEditContent(call.store, call.user, space)) throw forbidden(NOT_YOUR_SPACE);
    // A chart moved out of its dashboard stands on its own.
    Object.assign(chart, { spaceUuid, dashboardUuid: null });
  }
  if (body.name !== undefined) chart.name = body.name;
  if (body.description !== undefined) chart.description = body.description;
  return chartView(call.store, call.user, chart);
}

const newestFirst = (a: Chart, b: Chart) => latestVersion(b).createdAt.localeCompare(latestVersion(a).createdAt);

export const chartRoutes = [
  route('GET', `${base}/charts`, {}, (call) => {
    const { store, user } = call;
    const { projectUuid } = projectFor(call, call.params.projectUuid);
    const visible = chartsOf(store, projectUuid).filter((chart) => canView(store, user, spaceOf(store, chart)));
    const sqlCharts = [...store.sqlCharts.values()].filter(
      (chart) => chart.projectUuid === projectUuid && canView(store, user, spaceOf(store, chart)),
    );
    return [
      ...visible
        .filter((chart) => chart.dashboardUuid === null)
        .sort(newestFirst)
        .map((chart) => chartListItem(store, chart)),
      ...sqlCharts.map((chart) => sqlChartListItem(store, chart)),
    ];
  }),
  route(
    'GET',
    `${base}/chart-summaries`,
    { query: z.object({ excludeChartsSavedInDashboard: looseBoolean.optional() }) },
    (call) => {
      const { store, user, query } = call;
      const { projectUuid } = projectFor(call, call.params.projectUuid);
      return chartsOf(store, projectUuid)
        .filter((chart) => canView(store, user, spaceOf(store, chart)))
        .filter((chart) => !query.excludeChartsSavedInDashboard || chart.dashboardUuid === null)
        .map((chart) => chartSummary(store, chart));
    },
  ),
  route('POST', `${base}/saved`, { query: z.object({ duplicateFrom: z.string().optional() }) }, (call) =>
    call.query.duplicateFrom === undefined ? create(call) : duplicate(call, call.query.duplicateFrom),
  ),
  route('PATCH', `${base}/saved`, {}, (call) => {
    const list = parsed(z.array(changes.extend({ uuid: z.string() })), call.body);
    const charts = list.map(({ uuid }) => editableChart(call, uuid));
    return charts.map((chart, index) => {
      const { uuid: _, ...body } = list[index] ?? { uuid: '' };
      return update(call, chart, body);
    });
  }),
  route('GET', '/api/v1/saved/{chartUuid}', {}, (call) => {
    const chart = visibleChart(call, call.params.chartUuid, NOT_YOUR_SPACE);
    chart.views += 1;
    chart.firstViewedAt ??= call.now().toISOString();
    return chartView(call.store, call.user, chart);
  }),
  route('PATCH', '/api/v1/saved/{chartUuid}', {}, (call) => {
    const chart = editableChart(call, call.params.chartUuid);
    return update(call, chart, parsed(changes, call.body));
  }),
  route('POST', '/api/v1/saved/{chartUuid}/version', {}, (call) => {
    const chart = editableChart(call, call.params.chartUuid);
    chart.versions.push(newVersion(call, parsed(versionFields, call.body)));
    return chartView(call.store, call.user, chart);
  }),
  route('DELETE', '/api/v1/saved/{chartUuid}', {}, (call) => {
    removeChart(
      call.store,
      editableChart(call, call.params.chartUuid, "You don't have access to this resource or action").uuid,
    );
  }),
  route('GET', '/api/v1/saved/{chartUuid}/views', {}, (call) => {
    const { views, firstViewedAt } = visibleChart(call, call.params.chartUuid);
    return { views, firstViewedAt };
  }),
  route('PATCH', '/api/v1/saved/{chartUuid}/pinning', {}, (call) => {
    const chart = visibleChart(call, call.params.chartUuid);
    projectFor(call, chart.projectUuid, 'arrange pinned items');
    const { projectUuid, pinnedListUuid } = projectOf(call.store, chart);
    chart.pinnedOrder = chart.pinnedOrder === null ? 100 : null;
    return { projectUuid, spaceUuid: chart.spaceUuid, pinnedListUuid, isPinned: chart.pinnedOrder !== null };
  }),
];
