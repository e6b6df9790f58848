import * as z from 'zod';
import { spaceOf } from '../../access/permissions.ts';
import { anyObject, looseBoolean, looseNumber } from '../../http/body-validation.ts';
import { unexpected, wrongParameter } from '../../http/refusals.ts';
import type { Call, UserContext, WriteContext } from '../../http/route.ts';
import { CHART_TYPES, type Chart, type Dashboard, type JsonObject, type Space } from '../../store/records.ts';
import { newUuid } from '../../store/store.ts';
import { latestVersion } from '../../views/charts.ts';
import { codePath, tabSlugOf } from '../../views/today/as-code.ts';
import { chartView } from '../../views/today/charts.ts';
import { dashboardView } from '../../views/today/dashboards.ts';
import { spaceSummary } from '../../views/today/spaces.ts';
import { placeAt, spaceAt, uploadTo } from './as-code-spaces.ts';
import { chartFields, makeVersion } from './chart-versions.ts';
import { keepChart } from './charts.ts';
import { keepDashboard, replaceVersion } from './dashboard-versions.ts';
import { projectAs } from './find-by-id.ts';
import { keepSqlChart } from './sql-charts.ts';
import { loseVerification } from './verification.ts';

type Action = 'create' | 'update' | 'no changes';

const upload = {
  name: z.string(),
  description: z.string().nullish(),
  slug: z.string(),
  version: looseNumber,
  spaceSlug: z.string(),
  updatedAt: z.string().optional(),
  force: looseBoolean.optional(),
  skipSpaceCreate: looseBoolean.optional(),
  publicSpaceCreate: looseBoolean.optional(),
};
/** A chart as code, as an upload has it. */
export const chartBody = z.looseObject({
  ...upload,
  tableName: z.string(),
  metricQuery: chartFields.shape.metricQuery,
  chartConfig: z.looseObject({ type: z.string(), config: z.unknown().optional() }),
  tableConfig: chartFields.shape.tableConfig.optional(),
  pivotConfig: chartFields.shape.pivotConfig,
  parameters: chartFields.shape.parameters,
  dashboardSlug: z.string().optional(),
});
type ChartUpload = z.output<typeof chartBody>;

const tile = z.looseObject({
  x: looseNumber,
  y: looseNumber,
  w: looseNumber,
  h: looseNumber,
  type: z.enum(['saved_chart', 'sql_chart', 'markdown', 'heading', 'loom', 'data_app']),
  properties: anyObject.optional(),
  tabSlug: z.string().nullish(),
});
const tab = z.looseObject({ name: z.string(), order: looseNumber });
const list = z.array(anyObject).default([]);
/** A dashboard as code, as an upload has it. */
export const dashboardBody = z.looseObject({
  ...upload,
  tiles: z.array(tile),
  tabs: z.array(tab),
  filters: z.object({ metrics: list, dimensions: list, tableCalculations: list }).optional(),
  config: anyObject.nullish(),
  parameters: anyObject.nullish(),
});
type DashboardUpload = z.output<typeof dashboardBody>;

/** A change shows in the name, the description or the date alone: without a date the upload counts as newer. */
function isChanged(
  upload: {
    name: string;
    description?: string | null | undefined;
    updatedAt?: string | undefined;
    force?: boolean | undefined;
  },
  stored: { name: string; description: string | null },
  storedAt: string,
): boolean {
  if (upload.force || upload.updatedAt === undefined || upload.updatedAt > storedAt) return true;
  return upload.name !== stored.name || (upload.description ?? null) !== (stored.description ?? null);
}

const spaceChange = ({ store }: UserContext, action: Action, space: Space) => ({
  action,
  data: spaceSummary(store, space),
});

const chartOf = ({ store }: UserContext, projectUuid: string, slug: string) =>
  [...store.charts.values()].find((chart) => chart.projectUuid === projectUuid && chart.slug === slug);
const dashboardOf = ({ store }: UserContext, projectUuid: string, slug: string) =>
  [...store.dashboards.values()].find((dashboard) => dashboard.projectUuid === projectUuid && dashboard.slug === slug);

const emptyVersion = (call: WriteContext) => ({
  versionId: call.store.next.dashboardVersion++,
  versionUuid: newUuid(),
  updatedAt: call.now().toISOString(),
  updatedByUserUuid: call.user.userUuid,
  tiles: [],
  tabs: [],
  filters: { metrics: [], dimensions: [], tableCalculations: [] },
  config: null,
  parameters: null,
});

/** The dashboard that a chart is to live in; one that there is not is made, empty. */
function homeOf(call: WriteContext, space: Space, slug: string | undefined): string | null {
  if (slug === undefined) return null;
  const existing = dashboardOf(call, space.projectUuid, slug);
  return (existing ?? keepDashboard(call, space, { name: slug, slug, description: null, version: emptyVersion(call) }))
    .uuid;
}

function promotedView(call: UserContext, chart: Chart): JsonObject {
  // The path of its space, which differs from the path sent if nothing was changed.
  const spaceSlug = codePath(call.store, spaceOf(call.store, chart));
  const { access: _, inheritsFromOrgOrProject: __, ...dashboardChangeView } = chartView(call.store, call.user, chart);
  return { ...dashboardChangeView, spaceSlug, spacePath: spaceSlug, oldUuid: chart.uuid };
}

/** Creates or updates the chart of the slug; returns the action and the item. */
export function upsertChart(call: Call<'projectUuid', ChartUpload>): JsonObject {
  const { body } = call;
  const { projectUuid } = uploadTo(call, call.params.projectUuid, body.slug);
  const type = CHART_TYPES.find((chartType) => chartType === body.chartConfig.type);
  if (type === undefined) throw unexpected();
  const { space, created: createdSpaces } = placeAt(call, projectUuid, body.spaceSlug, body);
  const fields = {
    ...body,
    chartConfig: { ...body.chartConfig, type },
    tableConfig: body.tableConfig ?? { columnOrder: [] },
  };
  const description = body.description ?? null;
  const existing = chartOf(call, projectUuid, body.slug);
  if (!existing) {
    const dashboardUuid = homeOf(call, space, body.dashboardSlug);
    const place = { projectUuid, spaceUuid: space.uuid, dashboardUuid, slug: body.slug };
    const chart = keepChart(call, { ...place, name: body.name, description, version: makeVersion(call, fields) });
    const data = promotedView(call, chart);
    return {
      charts: [{ action: 'create', data }],
      spaces: createdSpaces.map((space) => spaceChange(call, 'create', space)),
      dashboards: [],
    };
  }
  const action: Action = isChanged(body, existing, latestVersion(existing).createdAt) ? 'update' : 'no changes';
  if (action === 'update') {
    Object.assign(existing, { name: body.name, description, spaceUuid: space.uuid });
    existing.versions.push(makeVersion(call, fields));
    loseVerification(call, existing);
  }
  const spaces =
    createdSpaces.length > 0
      ? createdSpaces.map((space) => spaceChange(call, 'create', space))
      : [spaceChange(call, 'no changes', space)];
  return { spaces, dashboards: [], charts: [{ action, data: promotedView(call, existing) }] };
}

/** Tiles made of code: all are new, whatever was there. A chart that there is not leaves its tile empty. */
function tilesOf(
  call: UserContext,
  projectUuid: string,
  body: DashboardUpload,
  tabs: readonly { uuid: string; name: string }[],
) {
  return body.tiles.map(({ x, y, w, h, type, properties, tabSlug }) => {
    if (!properties) throw unexpected();
    const { chartSlug, chartName: _, ...kept } = properties;
    const own = tabs.find((tab) => tabSlugOf(tab) === tabSlug);
    const sqlChart = [...call.store.sqlCharts.values()].find((sqlChart) => sqlChart.slug === chartSlug);
    const shown = {
      ...(type === 'saved_chart'
        ? { savedChartUuid: chartOf(call, projectUuid, String(chartSlug))?.uuid ?? null }
        : {}),
      ...(type === 'sql_chart' ? { savedSqlUuid: sqlChart?.savedSqlUuid ?? null } : {}),
    };
    return { uuid: newUuid(), type, x, y, w, h, tabUuid: own?.uuid ?? null, properties: { ...kept, ...shown } };
  });
}

/** Creates or updates the dashboard of the slug; returns the action and the item. */
export function upsertDashboard(call: Call<'projectUuid', DashboardUpload>): JsonObject {
  const { body, store } = call;
  const { projectUuid } = uploadTo(call, call.params.projectUuid, body.slug);
  const { space, created: createdSpaces } = placeAt(call, projectUuid, body.spaceSlug, body);
  const tabs = body.tabs.map(({ name, order }) => ({ uuid: newUuid(), name, order, hidden: false }));
  const filters = body.filters ?? { metrics: [], dimensions: [], tableCalculations: [] };
  const dimensions = filters.dimensions.map((filter) => ({ ...filter, id: newUuid(), tileTargets: {} }));
  const version = {
    ...emptyVersion(call),
    ...{ tiles: tilesOf(call, projectUuid, body, tabs), tabs, filters: { ...filters, dimensions } },
    ...{ config: body.config ?? null, parameters: body.parameters ?? null },
  };
  const description = body.description ?? null;
  const existing = dashboardOf(call, projectUuid, body.slug);
  const dashboardChangeView = (dashboard: Dashboard) => {
    const { access: _, inheritsFromOrgOrProject: __, ...shown } = dashboardView(store, call.user, dashboard);
    return { ...shown, spaceSlug: body.spaceSlug, spacePath: body.spaceSlug };
  };
  if (!existing) {
    const dashboard = keepDashboard(call, space, { name: body.name, slug: body.slug, description, version });
    const spaces = createdSpaces.map((space) => spaceChange(call, 'create', space));
    return { dashboards: [{ action: 'create', data: dashboardChangeView(dashboard) }], charts: [], spaces };
  }
  Object.assign(existing, { name: body.name, description, spaceUuid: space.uuid });
  replaceVersion(existing, version);
  loseVerification(call, existing);
  const shown = version.tiles.flatMap((tile) => store.charts.get(String(tile.properties.savedChartUuid)) ?? []);
  const charts = shown.map((chart) => ({
    action: body.force ? 'update' : 'no changes',
    data: promotedView(call, chart),
  }));
  return {
    spaces: [spaceChange(call, 'no changes', space)],
    dashboards: [{ action: 'update', data: dashboardChangeView(existing) }],
    charts,
  };
}

/** An SQL chart as code, as an upload has it. */
export const sqlBody = z.looseObject({
  ...upload,
  sql: z.string(),
  limit: looseNumber,
  config: z.looseObject({ type: z.string() }),
});

/** Creates or updates the SQL chart of the slug. */
export function upsertSqlChart(call: Call<'projectUuid', z.output<typeof sqlBody>>): JsonObject {
  const { body, store } = call;
  const { projectUuid } = projectAs(call, call.params.projectUuid, 'developer');
  const { space } = placeAt(call, projectUuid, body.spaceSlug, body);
  const { name, slug, sql, limit, spaceSlug } = body;
  const description = body.description ?? null;
  const existing = [...store.sqlCharts.values()].find(
    (sqlChart) => sqlChart.projectUuid === projectUuid && sqlChart.slug === slug,
  );
  const config = { columns: {}, metadata: { version: 1 }, ...body.config };
  const chart =
    existing ?? keepSqlChart(call, projectUuid, { name, description, spaceUuid: space.uuid, sql, limit, config, slug });
  const stamp = { updatedAt: call.now().toISOString(), updatedByUserUuid: call.user.userUuid, versionUuid: newUuid() };
  if (existing) Object.assign(existing, { name, description, spaceUuid: space.uuid, sql, limit, config, ...stamp });
  const data = { uuid: chart.savedSqlUuid, name, slug, spaceSlug };
  return { charts: [{ action: existing ? 'update' : 'create', data }], spaces: [], dashboards: [] };
}

/** A space as code, as an upload has it. */
export const spaceBody = z.looseObject({
  contentType: z.literal('space'),
  slug: z.string(),
  spaceName: z.string(),
  version: looseNumber.optional(),
  access: anyObject.optional(),
});

/** Creates or updates the space of the slug. */
export function upsertSpace(
  call: Call<'projectUuid', z.output<typeof spaceBody>, { skipSpaceCreate?: boolean | undefined }>,
) {
  const { body, query } = call;
  const { projectUuid } = uploadTo(call, call.params.projectUuid, body.slug);
  if (body.access && body.version !== 1) throw wrongParameter('Space access requires space schema version 1');
  const existing = spaceAt(call, projectUuid, body.slug);
  if (!existing) {
    placeAt(call, projectUuid, body.slug, query).space.name = body.spaceName;
    return { action: 'CREATE' };
  }
  if (existing.name === body.spaceName) return { action: 'NO_CHANGES' };
  existing.name = body.spaceName;
  return { action: 'UPDATE' };
}
