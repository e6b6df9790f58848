import { spaceOf } from '../../access/permissions.ts';
import type { Chart, Dashboard, DashboardTile, JsonObject, Scheduler, Space, SqlChart } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';
import { latestVersion } from '../charts.ts';
import { sqlUpdate } from './charts.ts';
import { verificationView } from './people.ts';
import { targetType } from './schedulers.ts';

/** The slugs of a space and of those around it, outermost first: `sales/europe`. */
export function codePath(store: Store, space: Space): string {
  const parent = store.spaces.get(space.parentSpaceUuid ?? '');
  return parent ? `${codePath(store, parent)}/${space.slug}` : space.slug;
}

/** A space as code names it: its path of slugs. */
export function spaceReference(store: Store, space: Space): JsonObject {
  return { contentType: 'space', spaceName: space.name, slug: codePath(store, space) };
}

/** A space as code. */
export function spaceAsCode(store: Store, space: Space): JsonObject {
  const users = space.users.map(({ userUuid, role }) => ({ email: store.users.get(userUuid)?.email, role }));
  const groups = space.groups.map(({ groupUuid, role }) => ({ name: store.groups.get(groupUuid)?.name, role }));
  const access = { inheritParentPermissions: !space.isPrivate, projectMemberAccessRole: null, users, groups };
  return { ...spaceReference(store, space), version: 1, access };
}

/** A chart as code. */
export function chartAsCode(store: Store, chart: Chart, downloadedAt: string): JsonObject {
  const version = latestVersion(chart);
  const {
    additionalMetrics = [],
    customDimensions = [],
    timezone: _,
    metricOverrides = {},
    ...query
  } = version.metricQuery;
  const dashboard = store.dashboards.get(chart.dashboardUuid ?? '');
  return {
    name: chart.name,
    description: chart.description,
    tableName: version.tableName,
    updatedAt: version.createdAt,
    metricQuery: { ...query, metricOverrides, additionalMetrics, customDimensions, timezone: 'project_timezone' },
    chartConfig: version.chartConfig,
    slug: chart.slug,
    tableConfig: version.tableConfig,
    ...(version.pivotConfig ? { pivotConfig: version.pivotConfig } : {}),
    ...(version.parameters ? { parameters: version.parameters } : {}),
    ...(dashboard ? { dashboardSlug: dashboard.slug } : {}),
    spaceSlug: codePath(store, spaceOf(store, chart)),
    version: 1,
    contentType: 'chart',
    downloadedAt,
    verification: verificationView(store, chart.verification),
  };
}

function tileAsCode(store: Store, dashboard: Dashboard, tile: DashboardTile): JsonObject {
  const { x, y, h, w, type, properties, tabUuid } = tile;
  const chart = store.charts.get(String(properties.savedChartUuid));
  const sqlChart = store.sqlCharts.get(String(properties.savedSqlUuid));
  const content = chart ?? sqlChart;
  const tab = dashboard.tabs.findIndex((tab) => tab.uuid === tabUuid);
  const { title = '', hideTitle = false } = properties;
  const identity = {
    saved_chart: {
      title,
      hideTitle,
      chartSlug: content?.slug ?? null,
      ...(content ? { chartName: content.name } : {}),
    },
    sql_chart: { title, hideTitle, chartSlug: content?.slug ?? null, ...(content ? { chartName: content.name } : {}) },
    markdown: { title, content: properties.content, hideFrame: properties.hideFrame ?? false },
    heading: { text: properties.text, showDivider: properties.showDivider ?? false },
    loom: { title, hideTitle, url: properties.url },
    semantic_viewer_chart: properties,
    data_app: properties,
  };
  const tabSlug = tab < 0 ? null : tabSlugOf(dashboard.tabs[tab] ?? {});
  return { x, y, h, w, type, properties: identity[type], tabSlug, ...(content ? { tileSlug: content.slug } : {}) };
}

/** A tab's name as a slug: what ties tiles to it as code. */
export const tabSlugOf = ({ name }: JsonObject): string =>
  String(name)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');

/** Filters as code have no ids, and always say which tiles they are for. */
function filtersAsCode({ filters }: Dashboard): JsonObject {
  const dimensions = filters.dimensions.map(({ id: _, ...filter }) => ({ ...filter, tileTargets: {} }));
  return { ...filters, dimensions };
}

/** A dashboard as code. */
export function dashboardAsCode(store: Store, dashboard: Dashboard, downloadedAt: string): JsonObject {
  return {
    name: dashboard.name,
    description: dashboard.description,
    updatedAt: dashboard.updatedAt,
    tiles: dashboard.tiles.map((tile) => tileAsCode(store, dashboard, tile)),
    filters: filtersAsCode(dashboard),
    tabs: dashboard.tabs.map((tab) => ({ name: tab.name, order: tab.order, slug: tabSlugOf(tab) })),
    ...(dashboard.config ? { config: dashboard.config } : {}),
    ...(dashboard.parameters ? { parameters: dashboard.parameters } : {}),
    slug: dashboard.slug,
    spaceSlug: codePath(store, spaceOf(store, dashboard)),
    version: 1,
    contentType: 'dashboard',
    downloadedAt,
    verification: verificationView(store, dashboard.verification),
  };
}

/** An SQL chart as code. */
export function sqlChartAsCode(store: Store, chart: SqlChart, downloadedAt: string): JsonObject {
  const { name, description, slug, sql, limit, config, chartKind } = chart;
  return {
    ...{ name, description, slug, sql, limit, config, chartKind },
    updatedAt: sqlUpdate(chart).at,
    spaceSlug: codePath(store, spaceOf(store, chart)),
    version: 1,
    contentType: 'sql_chart',
    downloadedAt,
  };
}

/** Slug of a delivery; older ones have it from their name. */
export const schedulerSlug = ({ slug, name }: Scheduler): string =>
  slug ?? name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

/** A delivery, or with thresholds an alert. */
export function schedulerAsCode(store: Store, scheduler: Scheduler, downloadedAt: string): JsonObject {
  const chart = store.charts.get(scheduler.savedChartUuid ?? '');
  const dashboard = store.dashboards.get(scheduler.dashboardUuid ?? '');
  const sqlChart = store.sqlCharts.get(scheduler.savedSqlUuid ?? '');
  const [type, slug] = chart
    ? ['chart', chart.slug]
    : dashboard
      ? ['dashboard', dashboard.slug]
      : ['sql_chart', sqlChart?.slug];
  const { name, message, cron, timezone, enabled, includeLinks, format, options } = scheduler;
  const isAlert = scheduler.thresholds !== undefined;
  return {
    contentType: isAlert ? 'alert' : 'scheduled_delivery',
    version: 1,
    slug: schedulerSlug(scheduler),
    ...{ name, message, cron, timezone, enabled, includeLinks },
    plainTextEmail: scheduler.plainTextEmail ?? false,
    targets: scheduler.targets.map((target) => {
      const { recipient, channel, webhook, googleChatWebhook } = target;
      const address = { recipient, channel, webhook, googleChatWebhook };
      return { type: targetType(target), ...JSON.parse(JSON.stringify(address)) };
    }),
    downloadedAt,
    format,
    options,
    resource: { type, slug },
    filters: scheduler.filters,
    parameters: scheduler.parameters ?? null,
    customViewportWidth: scheduler.customViewportWidth,
    selectedTabs: scheduler.selectedTabs,
    ...(isAlert ? { thresholds: scheduler.thresholds, notificationFrequency: scheduler.notificationFrequency } : {}),
  };
}
