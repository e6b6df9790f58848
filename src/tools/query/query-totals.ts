import { fieldsOfQuery } from '../../query/builder/metric-query.ts';
import { refuseParameters } from '../../query/execution/query-parameters.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { prepareQuery } from './prepare-query.ts';
import { renderTotals, totalsFacts } from './render-totals.ts';
import { hasFilterOnGroups, totalsOf } from './totals.ts';
import { verifyValues } from './verify-values.ts';

const totals: ToolHandler<'CalculateTotalFromQuery'> = async (operation, written, context) => {
  const { index, query, notes, filters, args } = await prepareQuery(written, context, { isTotal: true });
  const { isNewer } = await context.server.get();
  const parameters = { written: written.parameters };
  if (!isNewer) refuseParameters(parameters);
  const fields = fieldsOfQuery(index, query);
  const metricQuery = { ...query };
  const { projectUuid } = args;
  const verification = await verifyValues(
    { index: { ...index, fields }, query, projectUuid: args.projectUuid, parameters: args.parameters },
    context,
  );
  const toTotal = {
    projectUuid,
    exploreId: query.exploreName,
    query: metricQuery,
    index: { ...index, fields },
    parameters,
  };
  try {
    const summed =
      isNewer || hasFilterOnGroups(metricQuery)
        ? await totalsOf(toTotal, context)
        : { totals: (await context.execute(operation, args)).results, notes: [] };
    const missing = await verification.notes(undefined, context);
    const limitNotes =
      written.limit !== undefined && query.dimensions.length > 0 ? ['The limit is not applied: every row counts.'] : [];
    const allNotes = [...notes, ...limitNotes, ...summed.notes, ...missing];
    const hasMetrics = query.metrics.length > 0;
    const options = { title: query.exploreName, filters, notes: allNotes, fields, hasMetrics };
    return {
      text: renderTotals(summed.totals, options),
      data: totalsFacts(summed.totals, options),
      isWholeInData: true,
    };
  } finally {
    verification.end();
  }
};

/** Handler of the totals of a query. */
export const queryTotalsHandlers = { CalculateTotalFromQuery: totals } satisfies ToolHandlers;
