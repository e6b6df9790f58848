import * as z from 'zod';
import { defaultSpace } from '../../access/content.ts';
import { canEditContent, canView, projectFor, spaceOf } from '../../access/permissions.ts';
import { looseBoolean } from '../../http/body-validation.ts';
import { forbidden, notExists, notFound, unexpected } from '../../http/refusals.ts';
import { type Call, route, type UserContext, type WriteContext } from '../../http/route.ts';
import { parsedOrUnexpected } from '../../http/unvalidated.ts';
import type { Chart, ChartVersion, JsonObject } from '../../store/records.ts';
import { newUuid, slugFor } from '../../store/store.ts';
import { latestVersion } from '../../views/charts.ts';
import { byline } from '../../views/people.ts';
import { chartListItem, chartOfExplore, chartView, sqlChartListItem } from '../../views/today/charts.ts';
import { type ChartBody, chartFields, makeVersion } from './chart-versions.ts';
import { deleteContent } from './deleting.ts';
import { chartFor, needUuid, targetSpace } from './find-by-id.ts';
import { loseVerification } from './verification.ts';

const since = '1.219';
const project = '/api/v1/projects/{projectUuid}';
const saved = '/api/v1/saved/{chartUuid}';
const savedV2 = '/api/v2/projects/{projectUuid}/saved/{chartUuid}';
const bySlug = { since, uncheckedIds: ['chartUuid'] } as const;
const NOT_YOUR_SPACE = "You don't have access to the space this chart belongs to";

/** @throws 404 for an unknown chart, 403 in these words unless the user may change it */
function editable(call: UserContext, id: string, refusal?: string): Chart {
  const chart = chartFor(call, id, refusal === undefined ? {} : { refusal });
  if (!canEditContent(call.store, call.user, spaceOf(call.store, chart))) throw forbidden(refusal);
  return chart;
}

const newChart = chartFields.extend({
  name: z.string(),
  description: z.string().nullish(),
  spaceUuid: z.string().nullish(),
  dashboardUuid: z.string().nullish(),
});
type NewChart = z.output<typeof newChart>;

/** The space of a new chart: that of the dashboard, else the one in the body, else the first open one. */
function placeOf(call: UserContext, projectUuid: string, { dashboardUuid, spaceUuid }: NewChart) {
  const dashboard = dashboardUuid ? call.store.dashboards.get(needUuid(dashboardUuid)) : undefined;
  if (dashboardUuid && !dashboard) throw notFound('Dashboard not found');
  const space = dashboard
    ? spaceOf(call.store, dashboard)
    : spaceUuid
      ? targetSpace(call.store, spaceUuid)
      : defaultSpace(call, projectUuid);
  if (!space || !canEditContent(call.store, call.user, space)) throw forbidden();
  return { space, dashboardUuid: dashboard?.uuid ?? null };
}

/** Keeps a new chart. Charts of a project differ by slug. */
export function keepChart(
  { store }: Pick<Call, 'store'>,
  values: Pick<Chart, 'projectUuid' | 'name' | 'description' | 'spaceUuid' | 'dashboardUuid'> & {
    slug?: string;
    version: ChartVersion;
  },
): Chart {
  const { version, slug, ...fields } = values;
  const takenSlugs = [...store.charts.values()]
    .filter((chart) => chart.projectUuid === values.projectUuid)
    .map((chart) => chart.slug);
  const chart: Chart = {
    ...fields,
    uuid: newUuid(),
    slug: slug ?? slugFor(values.name, takenSlugs),
    views: 0,
    firstViewedAt: null,
    pinnedOrder: null,
    versions: [version],
  };
  store.charts.set(chart.uuid, chart);
  return chart;
}

/** The real server saves a chart before it fails on its explore or its configuration. */
function failWithoutExplore({ store }: Pick<Call, 'store'>, { projectUuid, versions: [version] }: Chart): void {
  const { tableName, chartConfig } = version;
  const explores = store.explores.get(projectUuid)?.all ?? [];
  if (!explores.some((storedExplore) => storedExplore.name === tableName))
    throw notExists(`Explore "${tableName}" does not exist.`);
  const cartesian = z.looseObject({
    layout: z.unknown(),
    eChartsConfig: z.looseObject({ series: z.unknown() }).optional(),
  });
  const config = chartConfig.type === 'cartesian' ? cartesian.safeParse(chartConfig.config).data : undefined;
  if (config?.layout !== undefined && config.eChartsConfig?.series === undefined) throw unexpected();
}

function createChart(call: Call<'projectUuid'>): JsonObject {
  const { projectUuid } = projectFor(call, call.params.projectUuid);
  const body = parsedOrUnexpected(newChart, call.body);
  const { space, dashboardUuid } = placeOf(call, projectUuid, body);
  const chart = keepChart(call, {
    projectUuid: space.projectUuid,
    name: body.name,
    description: body.description ?? null,
    spaceUuid: space.uuid,
    dashboardUuid,
    version: makeVersion(call, body),
  });
  failWithoutExplore(call, chart);
  return chartView(call.store, call.user, chart);
}

const copyFields = z.object({ chartName: z.string(), chartDesc: z.string().nullish() });

function duplicateChart(call: Call<'projectUuid'>, sourceId: string): JsonObject {
  const source = chartFor(call, sourceId, { project: call.params.projectUuid });
  const body = parsedOrUnexpected(copyFields, call.body);
  if (!canEditContent(call.store, call.user, spaceOf(call.store, source))) throw forbidden();
  const stamp = { versionUuid: newUuid(), createdAt: call.now().toISOString(), createdByUserUuid: call.user.userUuid };
  const { projectUuid, spaceUuid, dashboardUuid } = source;
  const chart = keepChart(call, {
    ...{ projectUuid, spaceUuid, dashboardUuid },
    name: body.chartName,
    description: body.chartDesc ?? null,
    version: { ...structuredClone(latestVersion(source)), ...stamp },
  });
  return chartView(call.store, call.user, chart);
}

const changes = z.looseObject({
  name: z.string().optional(),
  description: z.string().nullish(),
  spaceUuid: z.string().nullish(),
  colorPaletteUuid: z.string().nullish(),
  preserveVerification: looseBoolean.optional(),
});

function change(call: UserContext, chart: Chart, body: z.output<typeof changes>): JsonObject {
  const { name, description, spaceUuid, colorPaletteUuid } = body;
  if (spaceUuid) {
    const space = call.store.spaces.get(needUuid(spaceUuid));
    if (!space) throw notFound('Space not found');
    if (!canEditContent(call.store, call.user, space)) throw forbidden(NOT_YOUR_SPACE);
    Object.assign(chart, { spaceUuid: space.uuid, dashboardUuid: null });
  }
  if (name !== undefined) chart.name = name;
  if (description !== undefined) chart.description = description;
  if (colorPaletteUuid !== undefined) chart.colorPaletteUuid = colorPaletteUuid;
  loseVerification(call, chart, body.preserveVerification);
  return chartView(call.store, call.user, chart);
}

function addVersion(call: WriteContext, chart: Chart, body: ChartBody): JsonObject {
  chart.versions.push(makeVersion(call, body));
  loseVerification(call, chart);
  return chartView(call.store, call.user, chart);
}

function read(call: Call<string>, chart: Chart): JsonObject {
  chart.views += 1;
  chart.firstViewedAt ??= call.now().toISOString();
  return chartView(call.store, call.user, chart);
}

function versionOf(chart: Chart, versionUuid: string, sentence: string): ChartVersion {
  const version = chart.versions.find((chartVersion) => chartVersion.versionUuid === versionUuid);
  if (!version) throw notFound(sentence);
  return version;
}

const summaryOf = (
  { store }: UserContext,
  chart: Chart,
  { versionUuid, createdAt, createdByUserUuid }: ChartVersion,
) => ({
  chartUuid: chart.uuid,
  versionUuid,
  createdAt,
  createdBy: byline(store, createdByUserUuid),
});

const newestFirst = (a: Chart, b: Chart) => latestVersion(b).createdAt.localeCompare(latestVersion(a).createdAt);
const visible = ({ store, user }: UserContext, projectUuid: string) =>
  [...store.charts.values()].filter(
    (chart) => chart.projectUuid === projectUuid && canView(store, user, spaceOf(store, chart)),
  );

/** Routes of saved charts on 1.219. */
export const chartRoutes = [
  route('GET', `${project}/charts`, { since }, (call) => {
    const { store, user } = call;
    const { projectUuid } = projectFor(call, call.params.projectUuid);
    const sqlCharts = [...store.sqlCharts.values()].filter(
      (sqlChart) => sqlChart.projectUuid === projectUuid && canView(store, user, spaceOf(store, sqlChart)),
    );
    return [
      ...visible(call, projectUuid)
        .filter((chart) => chart.dashboardUuid === null)
        .sort(newestFirst)
        .map((chart) => chartListItem(store, chart)),
      ...sqlCharts.map((sqlChart) => sqlChartListItem(store, sqlChart)),
    ];
  }),
  route(
    'GET',
    `${project}/chart-summaries`,
    { since, query: z.object({ excludeChartsSavedInDashboard: looseBoolean.optional() }) },
    (call) => {
      const { projectUuid } = projectFor(call, call.params.projectUuid);
      return visible(call, projectUuid)
        .filter((chart) => !call.query.excludeChartsSavedInDashboard || chart.dashboardUuid === null)
        .map((chart) => chartOfExplore(call.store, chart));
    },
  ),
  route('GET', `${project}/explores/{exploreId}/charts`, { since }, (call) => {
    const { projectUuid } = projectFor(call, call.params.projectUuid);
    return visible(call, projectUuid)
      .filter((chart) => latestVersion(chart).tableName === call.params.exploreId)
      .map((chart) => chartOfExplore(call.store, chart));
  }),
  route('POST', `${project}/saved`, { since, query: z.object({ duplicateFrom: z.string().optional() }) }, (call) =>
    call.query.duplicateFrom === undefined ? createChart(call) : duplicateChart(call, call.query.duplicateFrom),
  ),
  route('PATCH', `${project}/saved`, { since }, (call) => {
    const list = parsedOrUnexpected(z.array(changes.extend({ uuid: z.string() })), call.body);
    const charts = list.map((body) => ({ body, chart: editable(call, needUuid(body.uuid)) }));
    for (const { body } of charts) if (body.spaceUuid) targetSpace(call.store, body.spaceUuid);
    return charts.map(({ body, chart }) => change(call, chart, body));
  }),
  route('GET', saved, bySlug, (call) =>
    read(call, chartFor(call, call.rawParams.chartUuid, { refusal: NOT_YOUR_SPACE })),
  ),
  route('GET', savedV2, bySlug, (call) => {
    const options = { project: call.params.projectUuid, refusal: NOT_YOUR_SPACE };
    return read(call, chartFor(call, call.rawParams.chartUuid, options));
  }),
  route('PATCH', saved, { since }, (call) => {
    const chart = editable(call, call.params.chartUuid, NOT_YOUR_SPACE);
    return change(call, chart, parsedOrUnexpected(changes, call.body));
  }),
  route('POST', `${saved}/version`, { since }, (call) => {
    const chart = editable(call, call.params.chartUuid);
    return addVersion(call, chart, parsedOrUnexpected(chartFields, call.body));
  }),
  route('DELETE', saved, bySlug, (call) => {
    deleteContent(call, 'chart', editable(call, call.rawParams.chartUuid));
  }),
  route('DELETE', savedV2, bySlug, (call) => {
    chartFor(call, call.rawParams.chartUuid, { project: call.params.projectUuid });
    deleteContent(call, 'chart', editable(call, call.rawParams.chartUuid));
  }),
  route('GET', `${saved}/history`, { since }, (call) => {
    const chart = chartFor(call, call.params.chartUuid);
    return { history: chart.versions.map((version) => summaryOf(call, chart, version)).reverse() };
  }),
  route('GET', `${saved}/version/{versionUuid}`, { since }, (call) => {
    const chart = chartFor(call, call.params.chartUuid);
    const version = versionOf(chart, call.params.versionUuid, 'Chart version not found');
    return { ...summaryOf(call, chart, version), chart: chartView(call.store, call.user, chart, version) };
  }),
  route('POST', `${saved}/rollback/{versionUuid}`, { since }, (call) => {
    const chart = editable(call, call.params.chartUuid, NOT_YOUR_SPACE);
    const version = versionOf(chart, call.params.versionUuid, 'Saved query not found');
    const stamp = {
      versionUuid: newUuid(),
      createdAt: call.now().toISOString(),
      createdByUserUuid: call.user.userUuid,
    };
    chart.versions.push({ ...structuredClone(version), ...stamp });
    loseVerification(call, chart);
  }),
];
