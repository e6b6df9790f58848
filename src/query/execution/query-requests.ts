import { readCell } from '../../lightdash/rows/cell.ts';
import { rowsOf } from '../../lightdash/rows/rows.ts';
import { type OperationId, operationById } from '../../operations/index.ts';
import { metricQueryBody } from '../../operations/metric-query.ts';
import {
  startChart,
  startDashboardChart,
  startDashboardSqlChart,
  startFieldValues,
  startMetricQuery,
  startSql,
  startSqlChart,
} from '../../operations/routes/async-queries.ts';
import { searchFieldValues } from '../../operations/routes/undocumented.ts';
import { isObject } from '../../text/json.ts';
import type { ParameterValues } from '../parameters/parameter.ts';
import type { RequestedParameters } from './query-parameters.ts';
import type { QueryRequest } from './run-query.ts';

type Values = Readonly<Record<string, unknown>>;

// Bodies of v2 have no `context`: its allowed values grow with the releases, and servers refuse unknown ones. Without it the
// server records the query as one of the API.

/** Absent keys stay absent: v2 refuses null for them. */
const omitUndefined = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

interface MetricQueryParts extends Values {
  readonly projectUuid: string;
  readonly exploreId: string;
}

/**
 * A metric query from its parts, or (by `operationId`) one for the records behind a number.
 *
 * Underlying data is a metric query on v2 too: v2's route for it needs an earlier query of the same user and chooses the
 * dimensions, whereas v1's runs exactly the dimensions and filters of the request.
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
    parameters: { written: args.parameters },
  };
}

/** Project of a chart, and the limit to run it with if its own is over the maximum. */
interface ChartReference {
  readonly projectUuid: string;
  readonly limit?: number | undefined;
}

/** Finds a chart's project, which v2 needs and v1 does not; undefined if it cannot be found. */
export type FindChart = () => Promise<ChartReference | undefined>;

/** The rows of a saved chart; with `versionUuid` those of an earlier version. */
export function chartRequest({ parameters, ...args }: Values, find: FindChart): QueryRequest {
  const { chartUuid, versionUuid, invalidateCache } = args;
  return {
    label: 'The chart',
    async start() {
      const chart = await find();
      return (
        chart && {
          projectUuid: chart.projectUuid,
          operation: startChart,
          args: omitUndefined({ chartUuid, versionUuid, invalidateCache, limit: chart.limit }),
        }
      );
    },
    v1: {
      operation: operationById(versionUuid === undefined ? 'PostChartResults' : 'getChartVersionResults'),
      args,
    },
    parameters: { written: parameters },
  };
}

/** v2 requires a tile, for filters of some tiles only, and accepts one that does not exist. */
const NO_TILE = '00000000-0000-4000-8000-000000000000';

/**
 * The rows of a chart on a dashboard, under the dashboard's filters.
 *
 * @param saved the dashboard's own parameters, which the server does not add.
 */
export function dashboardChartRequest(
  { parameters, ...args }: Values,
  find: FindChart,
  tileUuid = NO_TILE,
  saved?: ParameterValues,
): QueryRequest {
  const { chartUuid, dashboardUuid, dashboardFilters, dashboardSorts, granularity, invalidateCache } = args;
  const dateZoom = granularity === undefined ? undefined : { granularity };
  return {
    label: 'The chart',
    async start() {
      const chart = await find();
      const body = { chartUuid, tileUuid, dashboardUuid, dashboardFilters, dashboardSorts, dateZoom, invalidateCache };
      return (
        chart && {
          projectUuid: chart.projectUuid,
          operation: startDashboardChart,
          args: omitUndefined({ ...body, limit: chart.limit }),
        }
      );
    },
    v1: { operation: operationById('PostDashboardTile'), args },
    parameters: { written: parameters, saved },
  };
}

/** Raw SQL. Newer servers have no default limit, so one is always sent. */
export function sqlRequest(
  args: { readonly projectUuid: string; readonly sql: string; readonly parameters?: unknown },
  limit: number,
): QueryRequest {
  const { projectUuid, sql, parameters } = args;
  return {
    label: 'The SQL query',
    start: async () => ({ projectUuid, operation: startSql, args: { sql, limit } }),
    v1: { operation: operationById('RunSqlQuery'), args: { projectUuid, sql } },
    parameters: { written: parameters },
  };
}

/** A saved SQL chart, as its route returns it, and the tile that shows it. */
interface SqlChartParts {
  readonly projectUuid: string;
  readonly savedSqlUuid: string;
  /** Reads its SQL, which releases without v2 run as raw SQL. */
  readonly readSql: () => Promise<string>;
  readonly parameters?: RequestedParameters;
  /** Arguments of a tile: `dashboardUuid`, `tileUuid`, `dashboardFilters`, `dashboardSorts`. */
  readonly onDashboard?: Values;
}

/** The rows of a saved SQL chart, by itself or on a dashboard. */
export function sqlChartRequest({
  projectUuid,
  savedSqlUuid,
  readSql,
  parameters,
  onDashboard,
}: SqlChartParts): QueryRequest {
  return {
    label: 'The SQL chart',
    start: async () => ({
      projectUuid,
      operation: onDashboard ? startDashboardSqlChart : startSqlChart,
      args: { savedSqlUuid, ...onDashboard },
    }),
    v1: async () => ({ operation: operationById('RunSqlQuery'), args: { projectUuid, sql: await readSql() } }),
    parameters,
  };
}

interface FieldValuesArguments {
  readonly projectUuid: string;
  readonly table: string;
  readonly fieldId: string;
  readonly search: string;
  readonly limit: number;
  readonly parameters?: unknown;
}

/** The distinct values of a dimension that contain a text. */
export function fieldValuesRequest({ projectUuid, parameters, ...body }: FieldValuesArguments): QueryRequest {
  return {
    label: 'The search',
    start: async () => ({ projectUuid, operation: startFieldValues, args: { ...body } }),
    v1: { operation: searchFieldValues, args: { projectUuid, ...body } },
    parameters: { written: parameters },
  };
}

/** The values found by a search, from the response of either API. */
export function fieldValuesOf(results: unknown, fieldId: string): readonly unknown[] {
  const response = isObject(results) ? results : {};
  if (Array.isArray(response.results)) return response.results;
  return Array.from(rowsOf(response.rows), (row) => readCell(row[fieldId]).raw);
}
