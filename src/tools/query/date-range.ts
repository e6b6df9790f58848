import { readCell } from '../../lightdash/rows/cell.ts';
import type { Row, Rows } from '../../lightdash/rows/rows.ts';
import type { MetricQuery } from '../../query/builder/metric-query.ts';
import { metricQueryRequest } from '../../query/execution/query-requests.ts';
import { readResultTable } from '../../query/execution/result-table.ts';
import { runQuery } from '../../query/execution/run-query.ts';
import { fieldId } from '../../query/fields/explore.ts';
import type { Field, FieldIndex } from '../../query/fields/field.ts';
import { filteredFields } from '../../query/filters/required-filters.ts';
import type { ToolContext } from '../tool.ts';
import { optionalLookUp, waitForLookUp, withSignal } from './side-look-ups.ts';

/** Names of the two metrics of the look-up. */
const [FIRST, LAST] = ['mcp_first_date', 'mcp_last_date'];

/**
 * The first and the last date of a filtered date, if a query found nothing: its window may lie outside of the data.
 *
 * @param parameters of the query, as the caller wrote them.
 */
export async function dateRangeNotes(
  index: FieldIndex,
  query: MetricQuery,
  rows: Rows,
  { projectUuid, parameters }: { readonly projectUuid: string; readonly parameters?: unknown },
  context: ToolContext,
): Promise<readonly string[]> {
  if (!isNothing(query, rows)) return [];
  const date = filteredDate(index, query);
  if (date === undefined) return [];
  const reference = `\${${date.table}.${date.name}}`;
  const metric = (name: string, type: string) => ({ table: date.table, name, label: name, type, sql: reference });
  const range = {
    ...{ dimensions: [], filters: {}, sorts: [], limit: 1, tableCalculations: [] },
    metrics: [fieldId(date.table, FIRST), fieldId(date.table, LAST)],
    additionalMetrics: [metric(FIRST, 'min'), metric(LAST, 'max')],
  };
  const request = metricQueryRequest({ projectUuid, exploreId: index.name, parameters, ...range });
  const outcome = await waitForLookUp(
    (signal) => optionalLookUp(runQuery(request, withSignal(context, signal)), signal, context),
    context,
  );
  if (outcome?.state !== 'ready') return [];
  const [row = {}] = readResultTable(outcome.results).rows.slice(0, 1);
  const [first, last] = range.metrics.map((id) => dayOf(row, id));
  if (first === undefined || last === undefined) return [`${date.id} has no dates at all.`];
  return [`${date.id} has dates from ${first} to ${last}.`];
}

/** No row, or rows without dimensions that hold only zeros. */
function isNothing({ dimensions }: MetricQuery, rows: Rows): boolean {
  if (rows.length === 0) return true;
  const isEmpty = (row: Row) =>
    Object.values(row).every((cell) => [null, undefined, 0, '0'].some((zero) => readCell(cell).raw === zero));
  return dimensions.length === 0 && [...rows].every(isEmpty);
}

/** The first date that the query filters by, without its grain. */
function filteredDate(index: FieldIndex, { filters }: MetricQuery): Field | undefined {
  for (const id of filteredFields(filters)) {
    const field = index.fields.get(id);
    const isDate = field?.kind === 'dimension' && (field.filterType === 'date' || field.filterType === 'timestamp');
    if (isDate) return index.fields.get(field.intervalBase ?? id) ?? field;
  }
  return undefined;
}

function dayOf(row: Row, id: string): string | undefined {
  const { raw } = readCell(row[id]);
  return typeof raw === 'string' ? raw.slice(0, 10) : undefined;
}
