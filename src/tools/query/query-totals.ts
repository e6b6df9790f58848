import { fieldsOfQuery } from '../../query/builder/metric-query.ts';
import { describeFilters } from '../../query/filters/describe-filters.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { prepareQuery } from './prepare-query.ts';
import { renderTotals } from './render-totals.ts';

const totals: ToolHandler<'CalculateTotalFromQuery'> = async (operation, written, context) => {
  const { index, query, notes, args } = await prepareQuery(written, context);
  const { results } = await context.execute(operation, args);
  const filters = describeFilters(query.filters);
  const fields = fieldsOfQuery(index, query);
  return { text: renderTotals(results, { title: query.exploreName, filters, notes, fields }), data: results };
};

export const queryTotalsHandlers = { CalculateTotalFromQuery: totals } satisfies ToolHandlers;
