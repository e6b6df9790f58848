import type { ArgumentsOf, OperationId } from '../../operations/index.ts';
import { fieldsOfQuery } from '../../query/builder/metric-query.ts';
import { metricQueryRequest } from '../../query/execution/query-requests.ts';
import { readResultTable } from '../../query/execution/result-table.ts';
import { tieNotes } from '../../query/notes/row-notes.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import type { Describe, ToolContext } from '../tool.ts';
import { grainNotes, zoomedDimension } from './granularity.ts';
import { filterContext, prepareQuery, zoneNotes } from './prepare-query.ts';
import { answerRun, type QueryRun } from './query-answer.ts';
import { startQueryNotes } from './query-notes.ts';

const runMetricQuery: ToolHandler<'RunMetricQuery' | 'postRunUnderlyingDataQuery'> = async (
  operation,
  written,
  context,
) => answerRun(await metricQueryRun(written, context, operation.id), context);

type Written = ArgumentsOf<'RunMetricQuery' | 'postRunUnderlyingDataQuery'>;

/** @throws {ArgumentsError} with every problem of the query. */
export async function metricQueryRun(
  written: Written,
  context: ToolContext,
  operationId?: OperationId,
): Promise<QueryRun> {
  const { index, query, notes, filters, args } = await prepareQuery(written, context);
  const isDefaultSort = Array.isArray(written.sorts) ? written.sorts.length === 0 : !written.sorts;
  const zoomed = zoomedDimension(index, query.dimensions)?.id;
  // One row more than requested shows if the next one ties with the last.
  const { maxLimit } = await context.server.get();
  const looksAhead = !isDefaultSort && query.dimensions.length > 0 && query.limit > 0 && query.limit < maxLimit;
  const limit = looksAhead ? query.limit + 1 : query.limit;
  const request = metricQueryRequest({ ...args, limit }, zoomed, operationId);
  const { projectUuid, parameters: values } = args;
  const fields = fieldsOfQuery(index, query);
  const noted = { index: { ...index, fields }, query, projectUuid, parameters: values };
  const queryNotes = await startQueryNotes(noted, context);
  const describe: Describe = async ({ results, api, warnings, parameters }, later) => {
    const whole = readResultTable(
      results,
      undefined,
      fields,
      await filterContext(index, { projectUuid, ...query }, later),
    );
    const table = looksAhead ? { ...whole, rows: whole.rows.slice(0, query.limit) } : whole;
    const rowNotes = await queryNotes.notes(table, later);
    return {
      table,
      renderOptions: {
        title: query.exploreName,
        // Without dimensions there is one row, whatever the limit.
        limit: query.dimensions.length > 0 ? query.limit : undefined,
        // Newer servers sort by a date or the first metric by default.
        sorted: query.sorts.length > 0 || api === 'v2',
        ...(isDefaultSort && { defaultSort: query.sorts[0]?.fieldId }),
        ...(query.metrics.length + query.tableCalculations.length === 0 && { isDistinct: true }),
        filters,
        notes: [
          ...notes,
          ...grainNotes(args.granularity, query.dimensions, index),
          ...zoneNotes(results, query, index),
          ...warnings,
          ...rowNotes,
          ...(looksAhead ? tieNotes(query, whole.rows) : []),
        ],
        ...(args.formatted && { format: 'formatted' }),
      },
      // A changed grain is a view of the query, not a part of it.
      ...(args.granularity === undefined && {
        query: { projectUuid: args.projectUuid, metricQuery: query, ...(parameters && { parameters }) },
      }),
    };
  };
  return { request, describe, end: queryNotes.end };
}

/** Handlers of queries, and of the records behind one number. */
export const metricQueryHandlers = {
  RunMetricQuery: runMetricQuery,
  postRunUnderlyingDataQuery: runMetricQuery,
} satisfies ToolHandlers;
