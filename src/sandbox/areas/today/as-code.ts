import * as z from 'zod';
import { canEditContent, canView, spaceOf } from '../../access/permissions.ts';
import { looseBoolean, looseNumber, textList } from '../../http/body-validation.ts';
import { alreadyExists, forbidden, notFound } from '../../http/refusals.ts';
import { type Call, route, type UserContext } from '../../http/route.ts';
import type { Chart, JsonObject } from '../../store/records.ts';
import {
  chartAsCode,
  dashboardAsCode,
  schedulerAsCode,
  spaceAsCode,
  spaceReference,
  sqlChartAsCode,
} from '../../views/today/as-code.ts';
import { deliveryBody, upsertDelivery } from './as-code-deliveries.ts';
import { downloadFrom, uploadTo } from './as-code-spaces.ts';
import {
  chartBody,
  dashboardBody,
  spaceBody,
  sqlBody,
  upsertChart,
  upsertDashboard,
  upsertSpace,
  upsertSqlChart,
} from './as-code-uploads.ts';

const since = '1.219';
const base = '/api/v1/projects/{projectUuid}';

const downloadQuery = z.object({
  ids: textList.optional(),
  offset: looseNumber.optional(),
  languageMap: looseBoolean.optional(),
});

/** Items by slug or uuid, or all; with their spaces. */
function download<Item extends { slug: string; spaceUuid: string }>(
  call: Call<'projectUuid', unknown, z.output<typeof downloadQuery>>,
  items: readonly Item[],
  key: string,
  view: (item: Item) => JsonObject,
  idOf: (item: Item) => string,
): JsonObject {
  const { ids, offset = 0 } = call.query;
  const selected = ids ? items.filter((item) => ids.includes(item.slug) || ids.includes(idOf(item))) : items;
  const missingIds = (ids ?? []).filter((id) => !items.some((item) => item.slug === id || idOf(item) === id));
  const page = selected.slice(offset);
  const spaces = new Set(page.map((item) => spaceOf(call.store, item)));
  return {
    [key]: page.map(view),
    ...(call.query.languageMap ? { languageMap: [] } : {}),
    missingIds,
    spaces: [...spaces].map((space) => spaceReference(call.store, space)),
    total: selected.length,
    offset: offset + page.length,
  };
}

function visibleItems<Item extends { projectUuid: string; spaceUuid: string }>(
  { store, user }: UserContext,
  items: Map<string, Item>,
  projectUuid: string,
) {
  return [...items.values()].filter(
    (item) => item.projectUuid === projectUuid && canView(store, user, spaceOf(store, item)),
  );
}

type Download = Call<'projectUuid', unknown, z.output<typeof downloadQuery>>;

function downloadCharts(call: Download): JsonObject {
  const { projectUuid } = downloadFrom(call, call.params.projectUuid, 'charts');
  const now = call.now().toISOString();
  const charts = visibleItems(call, call.store.charts, projectUuid);
  return download(
    call,
    charts,
    'charts',
    (chart) => chartAsCode(call.store, chart, now),
    (chart) => chart.uuid,
  );
}

function downloadDashboards(call: Download): JsonObject {
  const { projectUuid } = downloadFrom(call, call.params.projectUuid, 'dashboards');
  const now = call.now().toISOString();
  const dashboards = visibleItems(call, call.store.dashboards, projectUuid);
  return download(
    call,
    dashboards,
    'dashboards',
    (dashboard) => dashboardAsCode(call.store, dashboard, now),
    (dashboard) => dashboard.uuid,
  );
}

function downloadSchedulers(call: Download, areAlerts: boolean): JsonObject[] {
  const { projectUuid } = downloadFrom(call, call.params.projectUuid, areAlerts ? 'alerts' : 'scheduled deliveries');
  const now = call.now().toISOString();
  return [...call.store.schedulers.values()]
    .filter((scheduler) => (scheduler.thresholds !== undefined) === areAlerts)
    .filter((scheduler) => {
      const { savedChartUuid, dashboardUuid, savedSqlUuid } = scheduler;
      const { charts, dashboards, sqlCharts } = call.store;
      const content =
        charts.get(savedChartUuid ?? '') ?? dashboards.get(dashboardUuid ?? '') ?? sqlCharts.get(savedSqlUuid ?? '');
      return content?.projectUuid === projectUuid;
    })
    .map((scheduler) => schedulerAsCode(call.store, scheduler, now));
}

const SLUGS = ['chart', 'dashboard', 'space', 'data_app'] as const;
const rename = z.object({ resourceType: z.enum(SLUGS), from: z.string(), to: z.string() });
const MISSING: Record<(typeof SLUGS)[number], string> = {
  chart: 'Saved query not found',
  dashboard: 'Dashboard not found',
  space: 'Space not found',
  data_app: 'Data app not found',
};

function renameSlug(call: Call<'projectUuid', z.output<typeof rename>>): undefined {
  const { store, user, body } = call;
  const { projectUuid } = uploadTo(call, call.params.projectUuid, body.from);
  const { resourceType, from, to } = body;
  const all = {
    chart: store.charts,
    dashboard: store.dashboards,
    space: store.spaces,
    data_app: new Map<string, Chart>(),
  };
  const items = [...all[resourceType].values()].filter((item) => item.projectUuid === projectUuid);
  const item = items.find((item) => item.slug === from);
  if (!item) throw notFound(MISSING[resourceType]);
  if ('spaceUuid' in item && !canEditContent(store, user, spaceOf(store, item))) throw forbidden();
  if (items.some((item) => item.slug === to)) {
    const word = resourceType.charAt(0).toUpperCase() + resourceType.slice(1);
    throw alreadyExists(`${word} slug "${to}" is already in use in this project`);
  }
  item.slug = to;
}

const chartUpload = { since, body: chartBody, bodyName: 'chart', bodyStyle: 'intersection' } as const;
const dashboardUpload = { since, body: dashboardBody, bodyName: 'dashboard', bodyStyle: 'intersection' } as const;
const query = downloadQuery;

/** Routes of content as code on 1.219. */
export const asCodeRoutes = [
  route('GET', `${base}/code/charts`, { since, query }, downloadCharts),
  route('GET', `${base}/charts/code`, { since, query }, downloadCharts),
  route('POST', `${base}/code/charts/{slug}`, chartUpload, upsertChart),
  route('POST', `${base}/charts/{slug}/code`, chartUpload, upsertChart),
  route('GET', `${base}/code/dashboards`, { since, query }, downloadDashboards),
  route('GET', `${base}/dashboards/code`, { since, query }, downloadDashboards),
  route('POST', `${base}/code/dashboards/{slug}`, dashboardUpload, upsertDashboard),
  route('POST', `${base}/dashboards/{slug}/code`, dashboardUpload, upsertDashboard),
  route('GET', `${base}/code/sqlCharts`, { since, query }, (call) => {
    const { projectUuid } = downloadFrom(call, call.params.projectUuid, 'SQL charts');
    const now = call.now().toISOString();
    const charts = visibleItems(call, call.store.sqlCharts, projectUuid);
    return download(
      call,
      charts,
      'sqlCharts',
      (sqlChart) => sqlChartAsCode(call.store, sqlChart, now),
      (sqlChart) => sqlChart.savedSqlUuid,
    );
  }),
  route(
    'POST',
    `${base}/code/sqlCharts/{slug}`,
    { since, body: sqlBody, bodyName: 'sqlChart', bodyStyle: 'intersection' },
    upsertSqlChart,
  ),
  route('GET', `${base}/code/spaces`, { since }, (call) => {
    const { projectUuid } = downloadFrom(call, call.params.projectUuid, 'spaces');
    const { store, user } = call;
    const spaces = [...store.spaces.values()].filter(
      (space) => space.projectUuid === projectUuid && canView(store, user, space),
    );
    const byName = spaces.sort((a, b) => (a.name < b.name ? -1 : 1));
    return { spaces: byName.map((space) => spaceAsCode(store, space)), skipped: [] };
  }),
  route(
    'POST',
    `${base}/code/spaces`,
    { since, body: spaceBody, bodyName: 'space', query: z.object({ skipSpaceCreate: looseBoolean.optional() }) },
    upsertSpace,
  ),
  route('GET', `${base}/code/scheduledDeliveries`, { since, query }, (call) => ({
    scheduledDeliveries: downloadSchedulers(call, false),
    skipped: [],
  })),
  route('POST', `${base}/code/scheduledDeliveries/{slug}`, { since, body: deliveryBody }, upsertDelivery),
  route('GET', `${base}/code/alerts`, { since, query }, (call) => ({
    alerts: downloadSchedulers(call, true),
    skipped: [],
  })),
  route('GET', `${base}/code/googleSheets`, { since, query }, () => ({ googleSheetsSyncs: [], skipped: [] })),
  route('POST', `${base}/slugs/rename`, { since, body: rename }, renameSlug),
];
