import { z } from 'zod';
import { may, projectFor } from '../access/permissions.ts';
import { anyObject } from '../http/body-validation.ts';
import { forbidden } from '../http/refusals.ts';
import { type Call, route } from '../http/route.ts';
import { exploreFor } from '../store/explores.ts';
import type { Project } from '../store/records.ts';
import { type MetricQuery, parseMetricQueryRequest } from '../warehouse/index.ts';

const base = '/api/v1/projects/{projectUuid}';

/** @throws 403 when the query brings SQL of its own and the user may not write any */
export function refuseCustomSql(
  { store, user }: Pick<Call, 'store' | 'user'>,
  project: Project,
  query: MetricQuery,
): void {
  const hasSql = (query.customDimensions ?? []).some((dimension) => dimension.type === 'sql');
  if (hasSql && !may(store, user, project, 'write custom SQL')) {
    throw forbidden('User cannot run queries with custom SQL dimensions');
  }
}

async function runQuery(call: Call<'projectUuid' | 'exploreId'>) {
  const { metricQuery, options } = parseMetricQueryRequest(call.body);
  const project = projectFor(call, call.params.projectUuid, 'run queries');
  refuseCustomSql(call, project, metricQuery);
  const explore = exploreFor(call, project, call.params.exploreId);
  return (await call.warehouse()).runMetricQuery(explore, metricQuery, options);
}

export const queryRoutes = [
  route('POST', `${base}/explores/{exploreId}/runQuery`, {}, runQuery),
  route('POST', `${base}/explores/{exploreId}/runUnderlyingDataQuery`, {}, runQuery),
  route('POST', `${base}/explores/{exploreId}/compileQuery`, {}, async (call) => {
    const { metricQuery, options } = parseMetricQueryRequest(call.body);
    const project = projectFor(call, call.params.projectUuid);
    refuseCustomSql(call, project, metricQuery);
    const explore = exploreFor(call, project, call.params.exploreId);
    return (await call.warehouse()).compileMetricQuery(explore, metricQuery, options);
  }),
  route(
    'POST',
    `${base}/calculate-total`,
    { body: z.object({ explore: z.string(), metricQuery: anyObject }) },
    async (call) => {
      const { metricQuery } = parseMetricQueryRequest(call.body.metricQuery, 'body.metricQuery');
      const project = projectFor(call, call.params.projectUuid, 'run queries');
      const explore = exploreFor(call, project, call.body.explore);
      return (await call.warehouse()).calculateTotals(explore, metricQuery);
    },
  ),
  route('POST', `${base}/sqlQuery`, { body: z.object({ sql: z.string() }) }, async (call) => {
    projectFor(call, call.params.projectUuid, 'run SQL');
    return (await call.warehouse()).runSql(call.body.sql);
  }),
];
