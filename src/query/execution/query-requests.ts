import { readCell } from '../../lightdash/rows/cell.ts';
import { rowsOf } from '../../lightdash/rows/rows.ts';
import { type OperationId, operationById } from '../../operations/index.ts';
import { metricQueryBody } from '../../operations/metric-query.ts';
import {
  startChart,
  startDashboardChart,
  startFieldValues,
  startMetricQuery,
  startSql,
} from '../../operations/routes/async-queries.ts';
import { searchFieldValues } from '../../operations/routes/undocumented.ts';
import { isObject } from '../../text/json.ts';
import type { QueryRequest } from './run-query.ts';

type Values = Readonly<Record<string, unknown>>;

// Bodies of v2 say nothing of a `context`: the list of those that are allowed grows with the releases, and what a server does
// not know it refuses. Without one it books the query as asked over the API.

/** Absent keys stay absent: v2 takes no null for "not told". */
const omitUndefined = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

interface MetricQueryParts extends Values {
  readonly projectUuid: string;
  readonly exploreId: string;
}

/**
 * A metric query, its parts side by side, or (by `operationId`) one for the records underneath a number.
 *
 * Underlying data is asked as a metric query on v2 too: v2's own route for it needs an earlier query of the same user and
 * chooses the dimensions by itself, whereas v1's runs exactly the dimensions and filters that it is given.
 *
 * @param zoomed the date dimension whose grain `granularity` changes.
 */
export function metricQueryRequest(
  args: MetricQueryParts,
  zoomed?: string,
  operationId: OperationId = 'RunMetricQuery',
): QueryRequest {
  const { projectUuid, granularity } = args;
  const dateZoom = granularity === undefined ? undefined : omitUndefined({ granularity, xAxisFieldId: zoomed });
  return {
    label: 'The query',
    start: async () => ({
      projectUuid,
      operation: startMetricQuery,
      args: omitUndefined({ query: metricQueryBody(args), dateZoom }),
    }),
    v1: { operation: operationById(operationId), args },
  };
}

/** Where a chart is, and the most rows to ask of it where its own limit is over what this server should answer. */
interface ChartReference {
  readonly projectUuid: string;
  readonly limit?: number | undefined;
}

/** Finds a chart's project: v1 needs none to run it, v2 does. Undefined where it cannot be found. */
export type FindChart = () => Promise<ChartReference | undefined>;

/** The rows that a saved chart shows; with `versionUuid` those of an earlier version. */
export function chartRequest(args: Values, find: FindChart): QueryRequest {
  const { chartUuid, versionUuid, invalidateCache } = args;
  return {
    label: 'The chart',
    async start() {
      const place = await find();
      return (
        place && {
          projectUuid: place.projectUuid,
          operation: startChart,
          args: omitUndefined({ chartUuid, versionUuid, invalidateCache, limit: place.limit }),
        }
      );
    },
    v1: {
      operation: operationById(versionUuid === undefined ? 'PostChartResults' : 'getChartVersionResults'),
      args,
    },
  };
}

/** v2 wants the tile for filters that are meant for some tiles only, and takes one that is not there. */
const NO_TILE = '00000000-0000-4000-8000-000000000000';

/** The rows that a chart shows on a dashboard, under the dashboard's filters. */
export function dashboardChartRequest(args: Values, find: FindChart, tileUuid = NO_TILE): QueryRequest {
  const { chartUuid, dashboardUuid, dashboardFilters, dashboardSorts, granularity, invalidateCache } = args;
  const dateZoom = granularity === undefined ? undefined : { granularity };
  return {
    label: 'The chart',
    async start() {
      const place = await find();
      const asked = { chartUuid, tileUuid, dashboardUuid, dashboardFilters, dashboardSorts, dateZoom, invalidateCache };
      return (
        place && {
          projectUuid: place.projectUuid,
          operation: startDashboardChart,
          args: omitUndefined({ ...asked, limit: place.limit }),
        }
      );
    },
    v1: { operation: operationById('PostDashboardTile'), args },
  };
}

/** Raw SQL. Newer servers have no limit of their own, so ours is always sent. */
export function sqlRequest(args: { readonly projectUuid: string; readonly sql: string }, limit: number): QueryRequest {
  const { projectUuid, sql } = args;
  return {
    label: 'The SQL query',
    start: async () => ({ projectUuid, operation: startSql, args: { sql, limit } }),
    v1: { operation: operationById('RunSqlQuery'), args: { projectUuid, sql } },
  };
}

export interface FieldValuesArguments {
  readonly projectUuid: string;
  readonly table: string;
  readonly fieldId: string;
  readonly search: string;
  readonly limit: number;
}

/** The distinct values of a dimension that contain a text. */
export function fieldValuesRequest({ projectUuid, ...body }: FieldValuesArguments): QueryRequest {
  return {
    label: 'The search',
    start: async () => ({ projectUuid, operation: startFieldValues, args: { ...body } }),
    v1: { operation: searchFieldValues, args: { projectUuid, ...body } },
  };
}

/** The values that a search found, in the answer of either API. */
export function fieldValuesOf(results: unknown, fieldId: string): readonly unknown[] {
  const answer = isObject(results) ? results : {};
  if (Array.isArray(answer.results)) return answer.results;
  return Array.from(rowsOf(answer.rows), (row) => readCell(row[fieldId]).raw);
}
