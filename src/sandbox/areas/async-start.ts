import * as z from 'zod';
import { anyObject, looseBoolean, looseNumber } from '../http/body-validation.ts';
import type { Call } from '../http/route.ts';
import type { LedgerQuery, QueryRows } from '../query-ledger.ts';
import type { Project } from '../store/records.ts';
import { writeCsv as csvOf } from '../warehouse/csv.ts';
import { defaultSorts } from '../warehouse/default-sorts.ts';
import {
  type Explore,
  type MetricQuery,
  parameterReferences,
  type QueryOptions,
  type WholeResult,
} from '../warehouse/index.ts';
import { withHiddenColumnError } from './queries.ts';
import { parameterValues, queryOptions, resolvedTimezone } from './query-options.ts';

/** Base of the v2 queries. */
export const QUERY_BASE = '/api/v2/projects/{projectUuid}/query';

/** Values of a query's `context` on 1.219. */
const CONTEXTS = [
  ...['dashboardView', 'autorefreshedDashboard', 'exploreView', 'filterAutocomplete', 'chartView', 'chartHistory'],
  ...['sqlChartView', 'sqlRunner', 'viewUnderlyingData', 'alert', 'scheduledDelivery', 'csvDownload', 'gsheets'],
  ...['scheduledGsheetsChart', 'scheduledGsheetsDashboard', 'scheduledGsheetsSqlChart', 'scheduledChart'],
  ...['scheduledDashboard', 'calculateTotal', 'calculateSubtotal', 'embed', 'ai', 'mcp.run_metric_query'],
  ...['mcp.run_sql', 'mcp.search_field_values', 'api', 'cli', 'metricsExplorer', 'preAggregateMaterialization'],
  ...['composeSqlRunner', 'multiSourceQuery', 'dataAppSample'],
];

/** The keys of every body that starts a query. */
export const commonBody = {
  context: z.enum(CONTEXTS).optional(),
  invalidateCache: looseBoolean.optional(),
  parameters: anyObject.optional(),
};
/** Keys of the body of a query whose limit may be replaced. */
export const limitedBody = { ...commonBody, limit: looseNumber.nullish() };
/** A date grain in place of the selected one. */
export const dateZoomBody = z
  .looseObject({ granularity: z.string().exactOptional(), xAxisFieldId: z.string().exactOptional() })
  .optional();

/** Row limit of a chart that has none. */
const NO_LIMIT = 50_000;

/** The query with the requested limit; null stands for 50,000 rows. */
export const withLimit = (query: MetricQuery, limit: number | null | undefined): MetricQuery =>
  limit === undefined ? query : { ...query, limit: limit ?? NO_LIMIT };

/** Arguments of a query of an explore. */
interface MetricQueryStart {
  readonly project: Project;
  readonly explore: Explore;
  readonly metricQuery: MetricQuery;
  readonly parameters?: Record<string, unknown> | undefined;
  readonly dateZoom?: Pick<QueryOptions, 'granularity' | 'xAxisFieldId'> | undefined;
}

/** Starts a query of an explore: compile errors are thrown at once, warehouse errors are reported by the results. */
export async function startMetricQuery(call: Call, request: MetricQueryStart) {
  const { project, explore, metricQuery, dateZoom = {} } = request;
  const { granularity, xAxisFieldId } = dateZoom;
  const zoom = { ...(granularity && { granularity }), ...(xAxisFieldId && { xAxisFieldId }) };
  const options = { ...queryOptions(call, project, metricQuery, request.parameters), ...zoom };
  const warehouse = await call.warehouse();
  // A sort by what is not there is the warehouse's to refuse.
  const checked = { ...metricQuery, sorts: metricQuery.sorts.filter(({ fieldId }) => /["\\]/.test(fieldId)) };
  const references = await withHiddenColumnError(call, project, metricQuery, () =>
    warehouse.parametersOf(explore, checked, options),
  );
  const query = started(call, project, {
    source: { explore, metricQuery, options },
    writeCsv: (csv) => warehouse.runCsv(explore, metricQuery, { ...csv, csvLimit: metricQuery.limit, query: options }),
    work: async () => rowsOf(await warehouse.runWhole(explore, sorted(explore, metricQuery), options)),
  });
  return {
    ...startedQuery(query),
    metricQuery,
    fields: warehouse.fieldsOf(explore, metricQuery, options),
    ...aboutParameters(references, options),
    resolvedTimezone: resolvedTimezone(project, metricQuery),
  };
}

const sorted = (explore: Explore, query: MetricQuery): MetricQuery => ({
  ...query,
  sorts: defaultSorts(explore, query),
});

const rowsOf = ({ rows, columns }: WholeResult): QueryRows => ({ rows, columns: rows.length > 0 ? columns : {} });

/** The parameters that a query refers to, with their values. */
function aboutParameters(names: readonly string[], { parameters = {} }: QueryOptions) {
  return {
    parameterReferences: names,
    usedParametersValues: Object.fromEntries(names.map((name) => [name, parameters[name]])),
  };
}

type QueryTask = Pick<LedgerQuery, 'source' | 'writeCsv'> & { readonly work: () => Promise<QueryRows> };

/** Starts anything whose rows come later. */
export function started(call: Call, { projectUuid }: Project, { source, writeCsv, work }: QueryTask): LedgerQuery {
  return call.queries.start({ projectUuid, userUuid: call.user.userUuid, source, writeCsv }, work);
}

/** Response of a start, which never comes from a cache here. */
export const startedQuery = ({ queryUuid }: LedgerQuery) => ({ queryUuid, cacheMetadata: { cacheHit: false } });

/**
 * Starts a query of SQL. The real server runs it with a limit of one row first: errors are thrown at once.
 */
export async function startSql(
  call: Call,
  project: Project,
  sql: string,
  { limit, parameters }: { limit?: number | null | undefined; parameters?: Record<string, unknown> | undefined },
) {
  await call.queries.sqlAttempted();
  const values = parameterValues(call, project, parameters);
  const { rows, fields } = await (await call.warehouse()).runSql(sql, values);
  const columns = Object.entries(fields).map(([reference, { type }]) => [reference, { type, reference }]);
  const limited = rows.slice(0, limit ?? undefined);
  const result: QueryRows = { rows: limited.map(asCells), columns: Object.fromEntries(columns) };
  // No file of SQL was recorded: its columns stand under their own names here.
  const items = Object.fromEntries(Object.keys(fields).map((name) => [name, { name }]));
  const writeCsv: LedgerQuery['writeCsv'] = (options) =>
    Promise.resolve(csvOf(Object.keys(fields), items, limited, options));
  const query = started(call, project, { source: null, writeCsv, work: () => Promise.resolve(result) });
  return {
    ...startedQuery(query),
    ...aboutParameters(parameterReferences(sql), { parameters: values }),
    resolvedTimezone: null,
  };
}

/** Rows of plain values in the format of v2. */
export function asCells(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([id, raw]) => [id, { value: { raw, formatted: raw === null ? '∅' : String(raw) } }]),
  );
}
