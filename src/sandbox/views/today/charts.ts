import { spaceOf } from '../../access/permissions.ts';
import { isOpenToProject, spaceAccess } from '../../access/roles.ts';
import { validationUuidOf } from '../../areas/validation.ts';
import type { Chart, JsonObject, SqlChart, User } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';
import {
  COLOR_PALETTE,
  chartSummary,
  latestVersion,
  chartListItem as olderListItem,
  sqlChartListItem as olderSqlListItem,
  projectOf,
  validationErrorsOf,
} from '../charts.ts';
import { byline } from '../people.ts';
import { namelessAccess, verificationView } from './people.ts';

/** The colours that 1.219 returns for a chart without a palette. */
export const DEFAULT_COLOURS = {
  colors: COLOR_PALETTE,
  darkColors: null,
  paletteUuid: null,
  paletteName: null,
  source: { type: 'default' },
};

/** One chart, in a version or its latest. */
export function chartView(store: Store, user: User, chart: Chart, version = latestVersion(chart)): JsonObject {
  const space = spaceOf(store, chart);
  const project = projectOf(store, chart);
  const access = spaceAccess(store, user, space);
  const dashboard = chart.dashboardUuid === null ? undefined : store.dashboards.get(chart.dashboardUuid);
  const { additionalMetrics = [], customDimensions = [], timezone: _, ...query } = version.metricQuery;
  return {
    uuid: chart.uuid,
    projectUuid: chart.projectUuid,
    name: chart.name,
    description: chart.description,
    tableName: version.tableName,
    merge: null,
    updatedAt: version.createdAt,
    updatedByUser: byline(store, version.createdByUserUuid),
    metricQuery: {
      ...query,
      exploreName: version.tableName,
      metricOverrides: 'metricOverrides' in query ? query.metricOverrides : {},
      additionalMetrics,
      customDimensions,
      timezone: 'project_timezone',
    },
    chartConfig: { type: version.chartConfig.type, config: version.chartConfig.config ?? null },
    tableConfig: version.tableConfig,
    organizationUuid: project.organizationUuid,
    ...(version.pivotConfig ? { pivotConfig: version.pivotConfig } : {}),
    ...(version.parameters ? { parameters: version.parameters } : {}),
    spaceUuid: space.uuid,
    spaceName: dashboard?.name ?? space.name,
    pinnedListUuid: chart.pinnedOrder === null ? null : project.pinnedListUuid,
    pinnedListOrder: null,
    dashboardUuid: chart.dashboardUuid,
    dashboardName: dashboard?.name ?? null,
    dashboardSlug: dashboard?.slug ?? null,
    colorPalette: COLOR_PALETTE,
    colorPaletteUuid: chart.colorPaletteUuid ?? null,
    resolvedColorPalette: DEFAULT_COLOURS,
    slug: chart.slug,
    verification: verificationView(store, chart.verification),
    inheritsFromOrgOrProject: isOpenToProject(store, space),
    access: access ? [namelessAccess(access)] : [],
  };
}

/** A chart in the lists of a project and of a space. */
export function chartListItem(store: Store, chart: Chart): JsonObject {
  const verification = verificationView(store, chart.verification);
  const validationErrors = errorsIn(store, chart.uuid);
  return { ...olderListItem(store, chart), description: chart.description, verification, validationErrors };
}

/** Response of a change of an SQL chart. */
export const sqlUpdate = (chart: SqlChart) => ({
  at: chart.updatedAt ?? chart.createdAt,
  by: chart.updatedByUserUuid ?? chart.createdByUserUuid,
});

/** A SQL chart in the same lists. */
export function sqlChartListItem(store: Store, chart: SqlChart): JsonObject {
  const { at: updatedAt, by } = sqlUpdate(chart);
  const updatedByUser = byline(store, by);
  return { ...olderSqlListItem(store, chart), updatedAt, updatedByUser, verification: null };
}

/** A SQL chart by itself. */
export function sqlChartView(store: Store, user: User, chart: SqlChart): JsonObject {
  const space = spaceOf(store, chart);
  const access = spaceAccess(store, user, space);
  const { at: lastUpdatedAt, by } = sqlUpdate(chart);
  return {
    savedSqlUuid: chart.savedSqlUuid,
    name: chart.name,
    description: chart.description,
    slug: chart.slug,
    sql: chart.sql,
    limit: chart.limit,
    config: chart.config,
    chartKind: chart.chartKind,
    createdAt: chart.createdAt,
    createdBy: byline(store, chart.createdByUserUuid),
    lastUpdatedAt,
    lastUpdatedBy: byline(store, by),
    space: {
      uuid: space.uuid,
      name: space.name,
      userAccess: access && namelessAccess(access),
    },
    project: { projectUuid: chart.projectUuid },
    dashboard: null,
    organization: { organizationUuid: projectOf(store, chart).organizationUuid },
    views: chart.views,
    firstViewedAt: chart.firstViewedAt,
    lastViewedAt: chart.firstViewedAt ?? chart.createdAt,
    resolvedColorPalette: DEFAULT_COLOURS,
  };
}

/** Errors of the latest validation in a chart or dashboard, as in lists. */
export const errorsIn = (store: Store, uuid: string): JsonObject[] =>
  validationErrorsOf(store, uuid).map(({ error, createdAt, validationId }) => ({
    ...{ error, createdAt, validationUuid: validationUuidOf(Number(validationId)), validationId: null },
  }));

/** A chart in the list of those on one explore. */
export function chartOfExplore(store: Store, chart: Chart): JsonObject {
  const { updatedAt: _, ...summary } = chartSummary(store, chart);
  const dashboard = store.dashboards.get(chart.dashboardUuid ?? '');
  return {
    ...summary,
    description: chart.description,
    dashboardSlug: dashboard?.slug ?? null,
    updatedAt: latestVersion(chart).createdAt,
    viewsCount: chart.views,
  };
}
