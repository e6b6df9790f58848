import type { ArgumentsOf, OperationId } from '../../operations/index.ts';
import { fieldsOfQuery } from '../../query/builder/metric-query.ts';
import { metricQueryRequest } from '../../query/execution/query-requests.ts';
import { readResultTable } from '../../query/execution/result-table.ts';
import { comparedTexts } from '../../query/filters/compared-texts.ts';
import { rowNotes, tieNotes } from '../../query/notes/row-notes.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import type { Describe, ToolContext } from '../tool.ts';
import { dateRangeNotes } from './date-range.ts';
import { grainNotes, prepareQuery, zoneNotes } from './prepare-query.ts';
import { answerQuery, type QueryRun } from './query-answer.ts';
import { lookUpSharedNames } from './shared-names.ts';
import { verifyValues } from './verify-values.ts';

const runMetricQuery: ToolHandler<'RunMetricQuery' | 'postRunUnderlyingDataQuery'> = async (
  operation,
  written,
  context,
) => {
  const { request, describe, end } = await metricQueryRun(written, context, operation.id);
  try {
    return await answerQuery(request, context, describe);
  } finally {
    end?.();
  }
};

type Written = ArgumentsOf<'RunMetricQuery' | 'postRunUnderlyingDataQuery'>;

/** @throws {ArgumentsError} with every problem of the query. */
export async function metricQueryRun(
  written: Written,
  context: ToolContext,
  operationId?: OperationId,
): Promise<QueryRun> {
  const { index, query, notes, filters, args } = await prepareQuery(written, context);
  const isDefaultSort = Array.isArray(written.sorts) ? written.sorts.length === 0 : !written.sorts;
  const zoomed = query.dimensions.find((id) => index.fields.get(id)?.interval !== undefined);
  // One row more than requested shows if the next one ties with the last.
  const { maxLimit } = await context.server.get();
  const looksAhead = !isDefaultSort && query.dimensions.length > 0 && query.limit > 0 && query.limit < maxLimit;
  const limit = looksAhead ? query.limit + 1 : query.limit;
  const request = metricQueryRequest({ ...args, limit }, zoomed, operationId);
  const verification = verifyValues({ ...args, index }, comparedTexts(index, query), context);
  const shared = lookUpSharedNames({ ...args, index }, context);
  const describe: Describe = async ({ results, api, warnings, parameters }, later) => {
    const whole = readResultTable(results, undefined, fieldsOfQuery(index, query));
    const table = looksAhead ? { ...whole, rows: whole.rows.slice(0, query.limit) } : whole;
    const [missing, dates, sharedNames] = await Promise.all([
      verification.notes(table.rows, later),
      dateRangeNotes(index, query, table.rows, args, later),
      shared?.notes(table.rows, later) ?? [],
    ]);
    const aboutRows = args.granularity === undefined ? rowNotes(index, query, table, later.now()) : [];
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
          ...grainNotes(args),
          ...zoneNotes(results, query, index),
          ...warnings,
          ...missing,
          ...dates,
          ...sharedNames,
          ...aboutRows,
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
  const end = () => {
    verification.end();
    shared?.end();
  };
  return { request, describe, end };
}

export const metricQueryHandlers = {
  RunMetricQuery: runMetricQuery,
  postRunUnderlyingDataQuery: runMetricQuery,
} satisfies ToolHandlers;
