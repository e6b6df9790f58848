import type { Row, Rows } from '../lightdash/rows/rows.ts';
import type { Column, ResultTable } from '../query/execution/result-table.ts';
import { type CellFormat, cellWriter, csvCell, type WrittenCell } from './rows-cells.ts';

/** A line of a page, and the rows of the result that it shows. */
interface RowLine {
  readonly cells: readonly WrittenCell[];
  readonly rows: readonly Row[];
}

/** The rows of a result as lines of CSV. */
export interface RowLayout {
  readonly header: string;
  /** A sentence about the lines if they are not simply the rows. */
  readonly description?: string;
  /** Number of cells of a line. */
  readonly width: number;
  /** All rows, in the order of the lines. */
  readonly rows: Rows;
  /** Position of the first row of the page. */
  readonly start: number;
  /** Lines from the first of the page on; cells are cut at a length. */
  lines(maxCellLength: number): Iterable<RowLine>;
}

/** A line for each row, a cell for each column. */
export function longLayout({ columns, rows }: ResultTable, format: CellFormat, offset: number): RowLayout {
  return {
    header: columns.map((column) => csvCell(heading(column, format))).join(','),
    width: columns.length,
    rows,
    start: offset,
    *lines(maxCellLength) {
      const writers = columns.map((column) => ({ id: column.id, write: cellWriter(column, format, maxCellLength) }));
      for (const row of rows.slice(offset))
        yield { cells: writers.map(({ id, write }) => write(row[id])), rows: [row] };
    },
  };
}

/**
 * The id, with the unit of its numbers in brackets, which costs two tokens where a separate line costs ten. Formatted cells
 * include their unit.
 */
export const heading = ({ id, format }: Column, cells: CellFormat): string =>
  format.unit === undefined || cells === 'formatted' ? id : `${id} [${format.unit}]`;
