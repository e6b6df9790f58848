import {
  startChart,
  startDashboardChart,
  startFieldValues,
  startMetricQuery,
  startSql,
} from '../operations/async-queries.ts';
import { operationById } from '../operations/index.ts';
import { metricQueryBody } from '../operations/metric-query.ts';
import { searchFieldValues } from '../operations/unlisted.ts';
import type { Question } from './run.ts';

type Values = Readonly<Record<string, unknown>>;

// Bodies of v2 say nothing of a `context`: the list of those that are allowed grows with the releases, and what a server does
// not know it refuses. Without one it books the query as asked over the API.

/** Absent keys stay absent: v2 takes no null for "not told". */
const given = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** What v2 calls the grain that v1 takes as `granularity`. */
const zoom = (granularity: unknown) => (granularity === undefined ? undefined : { granularity });

interface MetricQueryParts extends Values {
  readonly projectUuid: string;
  readonly exploreId: string;
}

/**
 * A metric query, its parts side by side, or (by `operationId`) one for the records underneath a number.
 *
 * Underlying data is asked as a metric query on v2 too: v2's own route for it needs an earlier query of the same user and
 * chooses the dimensions by itself, whereas v1's runs exactly the dimensions and filters that it is given.
 */
export function metricQuestion(args: MetricQueryParts, operationId = 'RunMetricQuery'): Question {
  return {
    what: 'The query',
    projectUuid: args.projectUuid,
    start: {
      operation: startMetricQuery,
      args: given({ query: metricQueryBody(args), dateZoom: zoom(args.granularity) }),
    },
    older: { operation: operationById(operationId), args },
  };
}

export interface ChartQuestion {
  readonly projectUuid: string;
  readonly chartUuid: string;
  /** An earlier version of the chart; the current one otherwise. */
  readonly versionUuid?: string | undefined;
  readonly invalidateCache?: unknown;
  /** Where the chart's own is over what this server should answer; v1 refuses such charts. */
  readonly limit?: number | undefined;
}

/** The rows that a saved chart shows. */
export function chartQuestion({ projectUuid, chartUuid, versionUuid, invalidateCache, limit }: ChartQuestion): Question {
  const older = versionUuid
    ? { operation: operationById('getChartVersionResults'), args: { chartUuid, versionUuid } }
    : { operation: operationById('PostChartResults'), args: given({ chartUuid, invalidateCache }) };
  return {
    what: 'The chart',
    projectUuid,
    start: { operation: startChart, args: given({ chartUuid, versionUuid, invalidateCache, limit }) },
    older,
  };
}

export interface DashboardChartQuestion extends Omit<ChartQuestion, 'versionUuid'> {
  readonly dashboardUuid: string;
  /** The tile that shows the chart; filters may be meant for some tiles only. */
  readonly tileUuid: string;
  readonly dashboardFilters: unknown;
  readonly dashboardSorts: unknown;
  readonly granularity?: unknown;
  readonly autoRefresh?: unknown;
}

/** The rows that a chart shows on a dashboard, under the dashboard's filters. */
export function dashboardChartQuestion(args: DashboardChartQuestion): Question {
  const { projectUuid, tileUuid, limit, granularity, autoRefresh, ...shared } = args;
  return {
    what: 'The chart',
    projectUuid,
    start: {
      operation: startDashboardChart,
      args: given({ ...shared, tileUuid, limit, dateZoom: zoom(granularity) }),
    },
    older: { operation: operationById('PostDashboardTile'), args: given({ ...shared, granularity, autoRefresh }) },
  };
}

/** Raw SQL. Newer servers have no limit of their own, so ours is always sent. */
export function sqlQuestion(args: { readonly projectUuid: string; readonly sql: string }, limit: number): Question {
  const { projectUuid, sql } = args;
  return {
    what: 'The SQL query',
    projectUuid,
    start: { operation: startSql, args: { sql, limit } },
    older: { operation: operationById('RunSqlQuery'), args: { projectUuid, sql } },
  };
}

export interface FieldValuesQuestion {
  readonly projectUuid: string;
  readonly table: string;
  readonly fieldId: string;
  readonly search: string;
  readonly limit: number;
}

/** The distinct values of a dimension that contain a text. */
export function fieldValuesQuestion({ projectUuid, ...body }: FieldValuesQuestion): Question {
  return {
    what: 'The search',
    projectUuid,
    start: { operation: startFieldValues, args: { ...body } },
    older: { operation: searchFieldValues, args: { projectUuid, ...body } },
  };
}
