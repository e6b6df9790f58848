import * as z from 'zod';
import { isAllowed, projectFor } from '../access/permissions.ts';
import { SandboxError } from '../errors.ts';
import { anyObject } from '../http/body-validation.ts';
import { forbidden } from '../http/refusals.ts';
import { type Call, route } from '../http/route.ts';
import { exploreFor, exploresFor, mayNotSee } from '../store/explores.ts';
import type { Project } from '../store/records.ts';
import { defaultSorts } from '../warehouse/default-sorts.ts';
import { type AdditionalMetric, type Explore, type MetricQuery, parseMetricQueryRequest } from '../warehouse/index.ts';
import { queryOptions } from './query-options.ts';

const base = '/api/v1/projects/{projectUuid}';

const CUSTOM_SQL_PAGE = 'https://docs.lightdash.com/references/custom-fields#custom-sql';

/** SQL of a custom metric that is more than a column of its table or a field. */
function hasFreeSql(explore: Explore | undefined, { table, sql }: AdditionalMetric): boolean {
  const fields = Object.values(explore?.tables[table]?.dimensions ?? {}).map((dimension) => dimension.sql);
  return !fields.includes(sql) && !/^\$\{(?:TABLE\}\.\w+|[\w.]+\})$/.test(sql);
}

/** @throws 403 if the query contains custom SQL and the user may not write any */
export function refuseCustomSql(
  { store, user, release }: Pick<Call, 'store' | 'user' | 'release'>,
  project: Project,
  query: MetricQuery,
): void {
  if (isAllowed(store, user, project, 'write custom SQL')) return;
  const hasSqlDimension = (query.customDimensions ?? []).some((dimension) => dimension.type === 'sql');
  if (release === '0.1366') {
    if (hasSqlDimension) throw forbidden('User cannot run queries with custom SQL dimensions');
    return;
  }
  const explore = exploresFor(store, user, project).find((explore) => explore.name === query.exploreName);
  if (hasSqlDimension || (query.additionalMetrics ?? []).some((metric) => hasFreeSql(explore, metric))) {
    const message = 'User cannot run queries with custom SQL fields';
    throw new SandboxError(403, 'CustomSqlQueryForbiddenError', message, { documentationUrl: CUSTOM_SQL_PAGE });
  }
}

/** Runs what may fail because a field is hidden from the user: 1.219 says so. */
export async function withHiddenColumnError<Result>(
  call: Pick<Call, 'store' | 'user' | 'release'>,
  project: Project,
  query: MetricQuery,
  run: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw (call.release === '0.1366' ? undefined : mayNotSee(call, project, query)) ?? error;
  }
}

async function runQuery(call: Call<'projectUuid' | 'exploreId'>) {
  const { metricQuery, options } = parseMetricQueryRequest(call.body, 'body', call.release);
  const project = projectFor(call, call.params.projectUuid, 'run queries');
  refuseCustomSql(call, project, metricQuery);
  const explore = exploreFor(call, project, call.params.exploreId);
  const warehouse = await call.warehouse();
  return withHiddenColumnError(call, project, metricQuery, () =>
    warehouse.runMetricQuery(explore, metricQuery, { ...options, ...queryOptions(call, project, metricQuery) }),
  );
}

/** Routes of queries. */
export const queryRoutes = [
  route('POST', `${base}/explores/{exploreId}/runQuery`, {}, runQuery),
  route('POST', `${base}/explores/{exploreId}/runUnderlyingDataQuery`, {}, runQuery),
  route('POST', `${base}/explores/{exploreId}/compileQuery`, {}, async (call) => {
    const requestBody = call.release === '0.1366' ? undefined : call.body;
    const { metricQuery, options } = parseMetricQueryRequest(call.body, 'body', call.release, requestBody);
    const { parameters } = z.looseObject({ parameters: anyObject.optional() }).parse(call.body);
    const project = projectFor(call, call.params.projectUuid);
    refuseCustomSql(call, project, metricQuery);
    const explore = exploreFor(call, project, call.params.exploreId);
    const warehouse = await call.warehouse();
    if (call.release === '0.1366') return warehouse.compileMetricQuery(explore, metricQuery, options);
    const hidden = mayNotSee(call, project, metricQuery);
    if (hidden) throw hidden;
    const sorted = { ...metricQuery, sorts: defaultSorts(explore, metricQuery) };
    return warehouse.readableSql(explore, sorted, queryOptions(call, project, metricQuery, parameters));
  }),
  route(
    'POST',
    `${base}/calculate-total`,
    { body: z.object({ explore: z.string(), metricQuery: anyObject }) },
    async (call) => {
      const { release, body } = call;
      const { metricQuery } = parseMetricQueryRequest(body.metricQuery, 'body.metricQuery', release);
      const project = projectFor(call, call.params.projectUuid, 'run queries');
      const explore = exploreFor(call, project, body.explore);
      const options = queryOptions(call, project, metricQuery);
      return (await call.warehouse()).calculateTotals(explore, metricQuery, options);
    },
  ),
  route('POST', `${base}/sqlQuery`, { body: z.object({ sql: z.string() }) }, async (call) => {
    projectFor(call, call.params.projectUuid, 'run SQL');
    return (await call.warehouse()).runSql(call.body.sql);
  }),
];
