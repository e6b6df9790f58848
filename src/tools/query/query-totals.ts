import { fieldsOfQuery } from '../../query/builder/metric-query.ts';
import { refuseParameters } from '../../query/execution/query-parameters.ts';
import { describeFilters } from '../../query/filters/describe-filters.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { prepareQuery } from './prepare-query.ts';
import { renderTotals } from './render-totals.ts';
import { hasFilterOnGroups, totalsOf } from './totals.ts';

const totals: ToolHandler<'CalculateTotalFromQuery'> = async (operation, written, context) => {
  const { index, query, notes, args } = await prepareQuery(written, context);
  const { isNewer } = await context.server.get();
  const parameters = { written: written.parameters };
  if (!isNewer) refuseParameters(parameters);
  const filters = describeFilters(query.filters);
  const fields = fieldsOfQuery(index, query);
  const metricQuery = { ...query };
  const found =
    isNewer || hasFilterOnGroups(metricQuery)
      ? await totalsOf(
          {
            projectUuid: args.projectUuid,
            exploreId: query.exploreName,
            query: metricQuery,
            index: { ...index, fields },
            parameters,
          },
          context,
        )
      : { totals: (await context.execute(operation, args)).results, notes: [] };
  const limitNotes =
    written.limit !== undefined && query.dimensions.length > 0 ? ['The limit is not applied: every row counts.'] : [];
  const options = { title: query.exploreName, filters, notes: [...notes, ...limitNotes, ...found.notes], fields };
  const hasMetrics = query.metrics.length > 0;
  return { text: renderTotals(found.totals, { ...options, hasMetrics }), data: found.totals };
};

export const queryTotalsHandlers = { CalculateTotalFromQuery: totals } satisfies ToolHandlers;
