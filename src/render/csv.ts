import type { ResultTable } from '../query/execution/result-table.ts';
import { cellWriter, csvCell } from './rows-cells.ts';

/** A whole result as CSV headed by field ids, cells as `renderRows` writes them: nothing is cut, because it is for a file. */
export function resultCsv({ columns, rows }: ResultTable): string {
  const writers = columns.map((column) => ({
    id: column.id,
    write: cellWriter(column, 'raw'),
  }));
  return [
    columns.map((column) => csvCell(column.id)).join(','),
    ...Array.from(rows, (row) => writers.map(({ id, write }) => write(row[id]).csv).join(',')),
  ].join('\n');
}
