import { operationById } from '../../operations/index.ts';
import { savedQueryOf } from '../../query/builder/saved-query.ts';
import { type ResultTable, readResultTable } from '../../query/execution/result-table.ts';
import { objects, text } from '../../text/json.ts';
import { optionalLookUp, waitForLookUp, withSignal } from '../query/side-look-ups.ts';
import type { ToolContext } from '../tool.ts';
import type { LoadedChart } from './load-chart.ts';

/**
 * The rows of a chart with the one after its limit, for ties: v1 runs a chart to its own limit only (0.1366), so its query is
 * sent once more. The same rows if the limit is not reached or nothing sorts them, and if two seconds do not do.
 */
export async function withNextRow(
  table: ResultTable,
  limit: number | undefined,
  results: unknown,
  { chart }: LoadedChart,
  context: ToolContext,
): Promise<ResultTable> {
  const source = savedQueryOf(results);
  const projectUuid = text(chart?.projectUuid);
  if (source === undefined || projectUuid === undefined || limit === undefined) return table;
  if (table.rows.length !== limit || objects(source.sorts).length === 0) return table;
  const { timezone, ...query } = source;
  const args = {
    ...query,
    ...(typeof timezone === 'string' && { timezone }),
    ...{ projectUuid, exploreId: source.exploreName, limit: limit + 1 },
  };
  const response = await waitForLookUp(
    (signal) =>
      optionalLookUp(withSignal(context, signal).execute(operationById('RunMetricQuery'), args), signal, context),
    context,
  );
  return response === undefined ? table : readResultTable(response.results);
}
