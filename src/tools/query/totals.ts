import { NotFoundError, ServerFaultError } from '../../lightdash/errors.ts';
import type { Rows } from '../../lightdash/rows/rows.ts';
import { rowsOf } from '../../lightdash/rows/rows.ts';
import { queryTotal } from '../../operations/routes/async-queries.ts';
import { filterOfGroups, hasRules, withDimensionFilter } from '../../query/builder/group-filters.ts';
import type { RequestedParameters } from '../../query/execution/query-parameters.ts';
import { metricQueryRequest } from '../../query/execution/query-requests.ts';
import { readResultTable } from '../../query/execution/result-table.ts';
import {
  type QueryHandle,
  type QueryRequest,
  runQuery,
  startQuery,
  waitForResult,
} from '../../query/execution/run-query.ts';
import type { FieldIndex } from '../../query/fields/field.ts';
import { isObject, type JsonObject, text, texts } from '../../text/json.ts';
import type { ToolContext } from '../tool.ts';

/** A metric query in Lightdash's form, with its project and explore. */
interface QueryToTotal {
  readonly projectUuid: string;
  readonly exploreId: string;
  readonly query: JsonObject;
  readonly index: FieldIndex | undefined;
  readonly parameters?: RequestedParameters;
}

/** Total of each metric, by id, and what was left out. */
export interface Totals {
  readonly totals: JsonObject;
  readonly notes: readonly string[];
}

/** Metrics whose totals are the sum over their groups, also if the groups cannot be filtered. */
const ADDITIVE_TYPES: ReadonlySet<string> = new Set(['sum', 'count']);

/** True if v1's calculate-total ignores a filter of the query: it obeys those on dimensions alone. */
export const hasFilterOnGroups = (query: JsonObject): boolean =>
  isObject(query.filters) && (hasRules(query.filters.metrics) || hasRules(query.filters.tableCalculations));

/**
 * The totals of a query over exactly the groups that its filters let pass. Without filters on groups it is the query without
 * dimensions; with some, the query is run first, and the totals are those of a query filtered to its groups.
 */
export async function totalsOf(toTotal: QueryToTotal, context: ToolContext): Promise<Totals> {
  const { query, index } = toTotal;
  const metrics = texts(query.metrics);
  if (!hasFilterOnGroups(query)) {
    const filters = isObject(query.filters) ? query.filters : {};
    return totalUnder(toTotal, filters, context);
  }
  const { maxLimit } = await context.server.get();
  const { rows: groups, notes } = await rowsUnder(toTotal, { ...query, sorts: [], limit: maxLimit }, context);
  if (groups.length >= maxLimit) {
    return { totals: {}, notes: [...notes, `More than ${maxLimit} groups pass the filters: too many to total.`] };
  }
  const dimensions = texts(query.dimensions);
  if (groups.length === 0)
    return { totals: {}, notes: [...notes, 'No group passes the filters: there is nothing to total.'] };
  if (dimensions.length === 0) return { totals: pick(groups, metrics), notes };
  const filter = index && filterOfGroups(index, dimensions, groups);
  if (filter) {
    return totalUnder(toTotal, withDimensionFilter(query.filters, filter), context);
  }
  const added = addedUp(groups, metrics, index);
  return { ...added, notes: [...notes, ...added.notes] };
}

/** The total of a started query, by v2's route for it. */
async function totalOfStarted(handle: QueryHandle, context: ToolContext): Promise<JsonObject> {
  const { projectUuid, queryUuid } = handle;
  const { results } = await context.execute(queryTotal, { projectUuid, queryUuid, kind: 'grandTotal' });
  const start = isObject(results) ? results : {};
  const totalUuid = text(start.queryUuid);
  if (totalUuid === undefined) throw new ServerFaultError('Lightdash started no query of the total.');
  const outcome = await waitForResult({ projectUuid, queryUuid: totalUuid, start }, 'The total', context);
  if (outcome.state === 'running') throw tooSlow();
  return pick(
    readResultTable(outcome.results).rows,
    texts(isObject(start.metricQuery) ? start.metricQuery.metrics : []),
  );
}

/** Starts a chart on v2 and totals it there; undefined if the server has no v2 queries. */
export async function totalOfChart(
  request: QueryRequest,
  context: ToolContext,
): Promise<(Totals & { readonly query: JsonObject }) | undefined> {
  const { maxPageSize } = await context.server.get();
  if (maxPageSize === undefined) return undefined;
  try {
    const handle = await startQuery(request, context);
    if (handle === undefined) return undefined;
    const query = isObject(handle.start.metricQuery) ? handle.start.metricQuery : {};
    return { query, totals: await totalOfStarted(handle, context), notes: handle.notes ?? [] };
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

async function totalUnder(
  { query, ...rest }: QueryToTotal,
  filters: JsonObject,
  context: ToolContext,
): Promise<Totals> {
  const total = { ...query, dimensions: [], filters, sorts: [], tableCalculations: [], limit: 1 };
  const { rows, notes } = await rowsUnder({ ...rest, query }, total, context);
  return { totals: pick(rows, texts(query.metrics)), notes };
}

async function rowsUnder(
  { projectUuid, exploreId, parameters }: QueryToTotal,
  query: JsonObject,
  context: ToolContext,
): Promise<{ readonly rows: Rows; readonly notes: readonly string[] }> {
  const { timezone, ...rest } = query;
  // A chart has null or `project_timezone`, which are no names of zones to every release.
  const zone = typeof timezone === 'string' && timezone !== 'project_timezone' ? { timezone } : {};
  const request = { ...metricQueryRequest({ ...rest, ...zone, projectUuid, exploreId }), parameters };
  const outcome = await runQuery(request, context);
  if (outcome.state === 'running') throw tooSlow();
  return { rows: rowsOf(readResultTable(outcome.results).rows), notes: outcome.warnings };
}

const tooSlow = () =>
  new ServerFaultError('The totals were not ready in time.', {
    advice: 'Total fewer rows, or run the query with run_metric_query, which goes on after its call.',
  });

const pick = (rows: Rows, metrics: readonly string[]): JsonObject => {
  const [row = {}] = rows.slice(0, 1);
  return Object.fromEntries(metrics.flatMap((id) => (id in row ? [[id, row[id]]] : [])));
};

function addedUp(groups: Rows, metrics: readonly string[], index: FieldIndex | undefined): Totals {
  const additive = metrics.filter((id) => ADDITIVE_TYPES.has(index?.fields.get(id)?.type ?? ''));
  const rest = metrics.filter((id) => !additive.includes(id));
  const totals = additive.map((id) => {
    let sum = 0;
    for (const row of groups) {
      const cell = row[id];
      sum += Number(isObject(cell) && isObject(cell.value) ? cell.value.raw : cell) || 0;
    }
    return [id, sum] as const;
  });
  const notes =
    rest.length > 0
      ? [`No total of ${rest.join(', ')}: it does not add up over groups, and these groups cannot be filtered.`]
      : [];
  return { totals: Object.fromEntries(totals), notes };
}
