import * as z from 'zod';
import { canView, projectFor, spaceOf } from '../access/permissions.ts';
import { spaceAccess } from '../access/roles.ts';
import { anyObject, looseBoolean } from '../http/body-validation.ts';
import { forbidden, notFound } from '../http/refusals.ts';
import { type Call, route, type UserContext } from '../http/route.ts';
import type { JsonObject, SqlChart } from '../store/records.ts';
import { projectOf } from '../views/charts.ts';
import { byline } from '../views/people.ts';
import { withColumnRules } from '../warehouse/index.ts';
import { limitedBody, QUERY_BASE, startSql } from './async-start.ts';
import { type DashboardFilters, dashboardFilters } from './saved-results.ts';

const base = '/api/v1/projects/{projectUuid}/sqlRunner/saved';

/** @throws 404 for an unknown SQL chart, 403 when its space is closed to the user */
function visibleSqlChart(call: Pick<Call, 'store' | 'user' | 'release'>, find: (chart: SqlChart) => boolean): SqlChart {
  const chart = [...call.store.sqlCharts.values()].find(find);
  if (!chart) throw notFound(call.release === '0.1366' ? 'SQL chart not found' : 'Saved sql not found');
  projectFor(call, chart.projectUuid);
  if (call.release !== '0.1366' && !canView(call.store, call.user, spaceOf(call.store, chart))) throw forbidden();
  return chart;
}

const byUuid = (uuid: string) => (chart: SqlChart) => chart.savedSqlUuid === uuid;

/** A SQL chart as 0.1366 gives it. */
function sqlChartView({ store, user }: UserContext, chart: SqlChart): JsonObject {
  const space = spaceOf(store, chart);
  const { createdByUserUuid, projectUuid, spaceUuid: _, ...shown } = chart;
  return {
    ...shown,
    createdBy: byline(store, createdByUserUuid),
    lastUpdatedAt: chart.createdAt,
    lastUpdatedBy: byline(store, createdByUserUuid),
    space: {
      uuid: space.uuid,
      name: space.name,
      isPrivate: space.isPrivate,
      userAccess: spaceAccess(store, user, space),
    },
    project: { projectUuid },
    dashboard: null,
    organization: { organizationUuid: projectOf(store, chart).organizationUuid },
    lastViewedAt: chart.createdAt,
  };
}

const since = '1.219';

const columnTarget = z.looseObject({
  fieldId: z.string(),
  isSqlColumn: z.literal(true),
  fallbackType: z.string().optional(),
});

/** A dashboard's filter as it stands on a column of the tile's SQL; undefined for one that is about something else. */
function toColumnFilter(filter: DashboardFilters['dimensions'][number], tileUuid: string) {
  const targets = z.record(z.string(), z.unknown()).safeParse(filter.tileTargets).data;
  const target = columnTarget.safeParse(targets?.[tileUuid] ?? filter.target).data;
  const { fallbackType = target?.fallbackType } = columnTarget.partial().safeParse(filter.target).data ?? {};
  return target && !filter.disabled ? { ...filter, target: { ...target, fallbackType } } : undefined;
}

const withoutType = ({
  target: { fallbackType: _, ...target },
  ...filter
}: NonNullable<ReturnType<typeof toColumnFilter>>) => ({
  ...filter,
  target,
});

/** Charts on SQL written by hand, as 0.1366 reads and 1.219 runs them. */
export const sqlChartRoutes = [
  route('GET', `${base}/{savedSqlUuid}`, { until: '0.1366' }, (call) =>
    sqlChartView(call, visibleSqlChart(call, byUuid(call.params.savedSqlUuid))),
  ),
  route(
    'POST',
    `${QUERY_BASE}/sql-chart`,
    {
      since,
      body: z.union([
        z.object({ ...limitedBody, savedSqlUuid: z.string() }),
        z.object({ ...limitedBody, slug: z.string() }),
      ]),
    },
    (call) => {
      const { body } = call;
      const chart = visibleSqlChart(call, (sqlChart) =>
        'slug' in body ? sqlChart.slug === body.slug : sqlChart.savedSqlUuid === body.savedSqlUuid,
      );
      return startSql(call, projectOf(call.store, chart), chart.sql, { limit: chart.limit, ...body });
    },
  ),
  route(
    'POST',
    `${QUERY_BASE}/dashboard-sql-chart`,
    {
      since,
      body: z.object({
        ...limitedBody,
        savedSqlUuid: z.string(),
        dashboardUuid: z.string(),
        tileUuid: z.string(),
        dashboardFilters,
        dashboardSorts: z.array(anyObject),
        pivotResults: looseBoolean.optional(),
      }),
    },
    async (call) => {
      const { savedSqlUuid, limit, parameters, tileUuid } = call.body;
      const chart = visibleSqlChart(call, byUuid(savedSqlUuid));
      const filters = call.body.dashboardFilters.dimensions.flatMap((filter) => toColumnFilter(filter, tileUuid) ?? []);
      const rules = filters.map((filter) => ({ ...filter, type: filter.target.fallbackType ?? 'string' }));
      const sql = withColumnRules(chart.sql, rules, call.now());
      const options = { limit: limit ?? chart.limit, parameters };
      const answer = await startSql(call, projectOf(call.store, chart), sql, options);
      return {
        ...answer,
        appliedDashboardFilters: { dimensions: filters.map(withoutType), metrics: [], tableCalculations: [] },
      };
    },
  ),
];
