import type { ValueFormat } from './spec.ts';

/** Length of the periods of a column of dates. */
export type Grain = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

/** A column of the rows to draw. */
export interface ChartColumn {
  readonly id: string;
  readonly label: string;
  readonly role: 'dimension' | 'metric';
  /** `ordinal`: categories with an order of their own (weekday, bin, hour of the day). */
  readonly type: 'number' | 'time' | 'category' | 'ordinal';
  readonly format: ValueFormat;
  /** True if the values of several rows may be added up: sums and counts, not averages or distinct counts. */
  readonly additive?: boolean;
  /** Counts of distinct things: parts may be stacked, but one thing may be in several of them. */
  readonly distinct?: boolean;
  /** Nothing says if the values of several rows add up: columns of SQL, table calculations. */
  readonly isSumUnknown?: boolean;
  /** Length of the periods of a `time` column; undefined for raw timestamps. */
  readonly grain?: Grain;
}

/** A raw value; null if it is missing. */
export type Cell = string | number | boolean | null;

/** Result of a query as it is drawn: long form, raw values. */
export interface ChartData {
  readonly columns: readonly ChartColumn[];
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  /** Id of the column that the query sorts by first, if it names one. */
  readonly sortedBy?: string | undefined;
  /** Limits and doubts of the query itself ("500 rows, the limit: there may be more"). */
  readonly notes: readonly string[];
}

/** Names of a missing value and of a text without characters, which are two groups of rows. */
const EMPTY_NAME = '(empty)';
const BLANK_NAME = '""';

/** Name of a category as people read it; booleans as yes and no would hide what Lightdash shows. */
export function cellName(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return EMPTY_NAME;
  return cell === '' ? BLANK_NAME : String(cell);
}

/** Number in a cell; text with a number in it counts (big integers and decimals arrive as text). */
export function cellNumber(cell: Cell | undefined): number | null {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : null;
  if (typeof cell !== 'string' || cell.trim() === '') return null;
  const number = Number(cell);
  return Number.isFinite(number) ? number : null;
}
