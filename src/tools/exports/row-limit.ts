import { finite, list } from '../../text/json.ts';
import type { ToolContext } from '../tool.ts';

interface Columns {
  readonly dimensions?: unknown;
  readonly metrics?: unknown;
  readonly tableCalculations?: unknown;
}

/**
 * The row limit of a file, from `csvLimit` as v1 defines it: null for all rows, undefined for the limit of the query. All
 * rows are as many as the server's limit of cells allows; v2 has no maximum.
 */
export async function rowLimit(
  csvLimit: number | null | undefined,
  { dimensions, metrics, tableCalculations }: Columns,
  { server }: Pick<ToolContext, 'server'>,
): Promise<number | undefined> {
  if (csvLimit === undefined) return undefined;
  const { csvCellsLimit } = await server.get();
  const columns = [dimensions, metrics, tableCalculations].flatMap(list).length;
  const maxRows = Math.max(1, Math.floor(csvCellsLimit / Math.max(columns, 1)));
  return csvLimit === null ? maxRows : Math.min(csvLimit, maxRows);
}

/**
 * The most rows that a file of a query has: `csvLimit`, or the limit of the query if it is left out; undefined for all rows.
 * A query without dimensions has one row, whatever its limit.
 */
export function limitOfFile(
  csvLimit: number | null | undefined,
  { dimensions, limit }: { readonly dimensions?: unknown; readonly limit?: unknown },
): number | undefined {
  if (csvLimit === null || list(dimensions).length === 0) return undefined;
  return csvLimit ?? finite(limit);
}
