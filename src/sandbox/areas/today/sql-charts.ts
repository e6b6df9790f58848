import * as z from 'zod';
import { canEditContent, canView, projectFor, spaceOf } from '../../access/permissions.ts';
import { atLeast } from '../../access/roles.ts';
import { anyObject, looseNumber } from '../../http/body-validation.ts';
import { forbidden, notFound } from '../../http/refusals.ts';
import { type Call, route, type UserContext, type WriteContext } from '../../http/route.ts';
import type { SqlChart } from '../../store/records.ts';
import { newUuid, slugFor } from '../../store/store.ts';
import { sqlChartView } from '../../views/today/charts.ts';
import { deleteContent } from './deleting.ts';
import { projectAs, roleIn, sqlChartFor } from './find-by-id.ts';

const since = '1.219';
const base = '/api/v1/projects/{projectUuid}/sqlRunner/saved';
const chartPath = `${base}/{savedSqlUuid}` as const;
const drawn = (type: string) =>
  z.looseObject({
    type: z.literal(type),
    metadata: z.looseObject({ version: looseNumber }),
    fieldConfig: anyObject.optional(),
    display: anyObject.optional(),
  });
const config = z.union([
  z.looseObject({ type: z.literal('table'), metadata: z.looseObject({ version: looseNumber }), columns: anyObject }),
  drawn('vertical_bar'),
  drawn('line'),
  drawn('pie'),
  drawn('big_number'),
]);
const version = { sql: z.string(), limit: looseNumber, config };
const unversionedFields = { name: z.string(), description: z.string().nullable(), spaceUuid: z.string() };
const newChart = z.object({ ...unversionedFields, ...version, slug: z.string().optional() });
const changes = z.object({
  unversionedData: z.object(unversionedFields).optional(),
  versionedData: z.object(version).optional(),
});

/** Creates a SQL chart; unlike others it keeps the slug of the body, if that is free. */
export function keepSqlChart(
  { store, user, now }: WriteContext,
  projectUuid: string,
  { name, description, spaceUuid, sql, limit, config: shown, slug }: z.output<typeof newChart>,
): SqlChart {
  const takenSlugs = [...store.sqlCharts.values()].map((chart) => chart.slug);
  const chart: SqlChart = {
    savedSqlUuid: newUuid(),
    ...{ projectUuid, spaceUuid, name, description, sql, limit },
    slug: slugFor(slug ?? name, takenSlugs),
    config: shown,
    chartKind: shown.type,
    createdAt: now().toISOString(),
    createdByUserUuid: user.userUuid,
    views: 0,
    firstViewedAt: null,
    versionUuid: newUuid(),
  };
  store.sqlCharts.set(chart.savedSqlUuid, chart);
  return chart;
}

/** SQL is written by developers. */
const canWrite = ({ store, user }: UserContext, projectUuid: string) =>
  atLeast(roleIn(store, user, projectUuid), 'developer');

function viewOf(call: Call, chart: SqlChart) {
  const { store, user } = call;
  chart.firstViewedAt ??= call.now().toISOString();
  return sqlChartView(store, user, chart);
}

/** Routes of SQL charts on 1.219. */
export const sqlChartRoutes = [
  route('POST', base, { since, body: newChart }, (call) => {
    const { projectUuid } = projectAs(call, call.params.projectUuid, 'developer');
    const space = call.store.spaces.get(call.body.spaceUuid);
    if (!space || !canEditContent(call.store, call.user, space)) {
      throw forbidden("You don't have access to create this Saved SQL chart");
    }
    const { savedSqlUuid, slug, versionUuid: savedSqlVersionUuid } = keepSqlChart(call, projectUuid, call.body);
    return { savedSqlUuid, slug, savedSqlVersionUuid };
  }),
  route('GET', `${base}/slug/{slug}`, { since }, (call) => {
    const { store, user, params } = call;
    const chart = [...store.sqlCharts.values()].find(
      (item) => item.projectUuid === params.projectUuid && item.slug === params.slug,
    );
    if (!chart) throw notFound('Saved sql not found');
    if (!canView(store, user, spaceOf(store, chart))) throw forbidden();
    return viewOf(call, chart);
  }),
  route('GET', chartPath, { since }, (call) => viewOf(call, sqlChartFor(call, call.params.savedSqlUuid))),
  route('PATCH', chartPath, { since, body: changes }, (call) => {
    const chart = sqlChartFor(call, call.params.savedSqlUuid);
    if (!canWrite(call, chart.projectUuid)) throw forbidden();
    const { unversionedData, versionedData } = call.body;
    const stamp = { updatedAt: call.now().toISOString(), updatedByUserUuid: call.user.userUuid };
    if (unversionedData) Object.assign(chart, unversionedData, stamp);
    let savedSqlVersionUuid: string | null = null;
    if (versionedData) {
      savedSqlVersionUuid = newUuid();
      const { config: shown } = versionedData;
      Object.assign(chart, versionedData, stamp, { chartKind: shown.type, versionUuid: savedSqlVersionUuid });
    }
    return { savedSqlUuid: chart.savedSqlUuid, savedSqlVersionUuid };
  }),
  route('DELETE', chartPath, { since }, (call) => {
    projectFor(call, call.params.projectUuid);
    const chart = sqlChartFor(call, call.params.savedSqlUuid);
    if (!canWrite(call, chart.projectUuid)) throw forbidden("You don't have access to delete this Saved SQL chart");
    deleteContent(call, 'chart', { uuid: chart.savedSqlUuid, projectUuid: chart.projectUuid });
  }),
];
