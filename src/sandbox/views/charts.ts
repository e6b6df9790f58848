import * as z from 'zod';
import { spaceOf } from '../access/permissions.ts';
import { spaceAccess } from '../access/roles.ts';
import type { Chart, ChartVersion, JsonObject, Project, SqlChart, User } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import type { MetricQuery } from '../warehouse/index.ts';
import { byline } from './people.ts';

/** Colours of the organization, sent with charts. */
export const COLOR_PALETTE = [
  '#5470c6',
  '#fc8452',
  '#91cc75',
  '#fac858',
  '#ee6666',
  '#73c0de',
  '#3ba272',
  '#9a60b4',
  '#ea7ccc',
];

/** The version that is shown. */
export const latestVersion = (chart: Chart): ChartVersion => chart.versions.at(-1) ?? chart.versions[0];

/** The project of a piece of content. */
export function projectOf(store: Store, content: { projectUuid: string }): Project {
  const project = store.projects.get(content.projectUuid);
  if (!project) throw new Error(`no project ${content.projectUuid}`);
  return project;
}

const dashboardName = (store: Store, chart: Chart): string | null =>
  chart.dashboardUuid === null ? null : (store.dashboards.get(chart.dashboardUuid)?.name ?? null);

const cartesianConfig = z.looseObject({
  layout: z.looseObject({ flipAxes: z.boolean().optional() }).optional(),
  eChartsConfig: z
    .looseObject({
      series: z.array(z.looseObject({ type: z.string().optional(), areaStyle: z.unknown().optional() })).default([]),
    })
    .optional(),
});

/** The kind of a chart: its type, or for cartesian charts the type of its series. */
export function chartKind({ chartConfig }: Pick<ChartVersion, 'chartConfig'>): string {
  if (chartConfig.type !== 'cartesian') return chartConfig.type;
  const config = cartesianConfig.safeParse(chartConfig.config).data;
  const series = config?.eChartsConfig?.series ?? [];
  const types = new Set(series.map((entry) => entry.type));
  if (types.size > 1) return 'mixed';
  const [type] = types;
  if (type === 'line') return series.some((entry) => entry.areaStyle) ? 'area' : 'line';
  if (type === 'bar') return config?.layout?.flipAxes ? 'horizontal_bar' : 'vertical_bar';
  return type ?? 'vertical_bar';
}

/** `metricQuery` as charts give it back: with the keys that were not sent. */
export function storedQuery({ metricQuery }: Pick<ChartVersion, 'metricQuery'>): MetricQuery {
  const { additionalMetrics = [], customDimensions = [], timezone = null, ...rest } = metricQuery;
  return { ...rest, additionalMetrics, customDimensions, timezone };
}

/** A chart as GET /saved/{uuid} and most writes answer it. */
export function chartView(store: Store, user: User, chart: Chart, version = latestVersion(chart)): JsonObject {
  const space = spaceOf(store, chart);
  const project = projectOf(store, chart);
  const access = spaceAccess(store, user, space);
  return {
    uuid: chart.uuid,
    projectUuid: chart.projectUuid,
    name: chart.name,
    ...(chart.description === null ? {} : { description: chart.description }),
    tableName: version.tableName,
    updatedAt: version.createdAt,
    updatedByUser: byline(store, version.createdByUserUuid),
    metricQuery: storedQuery(version),
    chartConfig: version.chartConfig,
    tableConfig: version.tableConfig,
    ...(version.pivotConfig ? { pivotConfig: version.pivotConfig } : {}),
    organizationUuid: project.organizationUuid,
    spaceUuid: space.uuid,
    spaceName: space.name,
    pinnedListUuid: chart.pinnedOrder === null ? null : project.pinnedListUuid,
    pinnedListOrder: null,
    dashboardUuid: chart.dashboardUuid,
    dashboardName: dashboardName(store, chart),
    colorPalette: COLOR_PALETTE,
    slug: chart.slug,
    isPrivate: space.isPrivate,
    access: access ? [access] : [],
  };
}

/** Broken references of a chart or dashboard. */
export const validationErrorsOf = (store: Store, uuid: string): JsonObject[] =>
  [...store.validationErrors.values()]
    .filter(
      (validationError) =>
        validationError.jobId === null &&
        (validationError.chartUuid === uuid || validationError.dashboardUuid === uuid),
    )
    .map(({ error, createdAt, validationId }) => ({ error, createdAt, validationId }));

/** A chart in the lists of a project and of a space. */
export function chartListItem(store: Store, chart: Chart): JsonObject {
  const space = spaceOf(store, chart);
  const project = projectOf(store, chart);
  const version = latestVersion(chart);
  return {
    uuid: chart.uuid,
    name: chart.name,
    spaceName: space.name,
    dashboardName: dashboardName(store, chart),
    organizationUuid: project.organizationUuid,
    projectUuid: project.projectUuid,
    dashboardUuid: chart.dashboardUuid,
    ...(chart.description === null ? {} : { description: chart.description }),
    updatedAt: version.createdAt,
    updatedByUser: byline(store, version.createdByUserUuid),
    spaceUuid: space.uuid,
    views: chart.views,
    firstViewedAt: chart.firstViewedAt,
    chartType: version.chartConfig.type,
    chartKind: chartKind(version),
    pinnedListUuid: chart.pinnedOrder === null ? null : project.pinnedListUuid,
    pinnedListOrder: chart.pinnedOrder,
    validationErrors: validationErrorsOf(store, chart.uuid),
    slug: chart.slug,
    source: 'dbt_explore',
  };
}

/** A SQL chart in the same lists, with the real server's own idea of its type and pinning. */
export function sqlChartListItem(store: Store, chart: SqlChart): JsonObject {
  const space = spaceOf(store, chart);
  const project = projectOf(store, chart);
  return {
    uuid: chart.savedSqlUuid,
    name: chart.name,
    spaceName: space.name,
    dashboardName: null,
    organizationUuid: project.organizationUuid,
    projectUuid: project.projectUuid,
    dashboardUuid: null,
    ...(chart.description === null ? {} : { description: chart.description }),
    updatedAt: chart.createdAt,
    updatedByUser: byline(store, chart.createdByUserUuid),
    spaceUuid: space.uuid,
    views: chart.views,
    firstViewedAt: chart.firstViewedAt,
    chartType: 'cartesian',
    chartKind: chart.chartKind,
    pinnedListUuid: '',
    pinnedListOrder: 0,
    validationErrors: [],
    slug: chart.slug,
    source: 'sql',
  };
}

/** A chart in chart-summaries. */
export function chartSummary(store: Store, chart: Chart): JsonObject {
  const space = spaceOf(store, chart);
  const project = projectOf(store, chart);
  const version = latestVersion(chart);
  return {
    uuid: chart.uuid,
    name: chart.name,
    ...(chart.description === null ? {} : { description: chart.description }),
    spaceUuid: space.uuid,
    spaceName: space.name,
    projectUuid: project.projectUuid,
    organizationUuid: project.organizationUuid,
    pinnedListUuid: chart.pinnedOrder === null ? null : project.pinnedListUuid,
    chartKind: chartKind(version),
    dashboardUuid: chart.dashboardUuid,
    dashboardName: dashboardName(store, chart),
    updatedAt: version.createdAt,
    slug: chart.slug,
    chartType: version.chartConfig.type,
  };
}
