import { readCell } from '../lightdash/rows/cell.ts';
import type { Row } from '../lightdash/rows/rows.ts';
import type { Column, ResultTable } from '../query/execution/result-table.ts';
import { estimateTokens } from '../text/token-budget.ts';
import { heading, longLayout, type RowLayout } from './row-layouts.ts';
import { type CellFormat, cellText, cellWriter, csvCell } from './rows-cells.ts';

/** Columns of values beyond which a line is not read any more. */
const MAX_COLUMNS = 60;
/** Rows beyond which a result is not laid out to compare the lengths. */
const MAX_ROWS = 5_000;
/** Stands for a row that the result lacks: an empty cell is a row without a value. */
const NO_ROW = '-';

/** Options of a wide layout. */
interface WideOptions {
  /** Ids of the dimensions whose values become columns. */
  readonly pivot: readonly string[];
  readonly format: CellFormat;
  readonly offset: number;
  /** True if the limit of the query was reached: a missing row may be one that it cut. */
  readonly isLimited: boolean;
}

/** Values of the pivot dimensions, in the order of their columns. */
interface Group {
  readonly key: string;
  readonly title: string;
}

/** A line: rows with the same values of the other dimensions. */
interface Line {
  readonly start: number;
  readonly byGroup: ReadonlyMap<string, Row>;
  readonly first: Row;
}

interface WideTable {
  readonly lines: readonly Line[];
  readonly groups: readonly Group[];
  readonly index: readonly Column[];
  readonly values: readonly Column[];
}

/**
 * The rows as a chart that pivots shows them: a line for each combination of the other dimensions, a column for each value of
 * the pivot dimensions. Undefined if that is not shorter than a line for each row, or the rows do not fit into it.
 */
export function wideLayout(table: ResultTable, options: WideOptions): RowLayout | undefined {
  const wide = pivoted(table, options);
  if (wide === undefined) return undefined;
  const isShorter = tokensOf(layoutOf(wide, options, 0)) < tokensOf(longLayout(table, options.format, 0));
  const start = wide.lines.findLast((line) => line.start <= options.offset)?.start ?? 0;
  return isShorter ? layoutOf(wide, options, start) : undefined;
}

function layoutOf(wide: WideTable, options: WideOptions, start: number): RowLayout {
  const { format } = options;
  const { lines, groups, index, values } = wide;
  return {
    header: [
      ...index.map((column) => heading(column, format)),
      ...groups.flatMap(({ title }) =>
        values.length === 1 ? [title] : values.map((column) => `${title} ${heading(column, format)}`),
      ),
    ]
      .map(csvCell)
      .join(','),
    description: describeWide(wide, options),
    width: index.length + groups.length * values.length,
    rows: lines.flatMap(({ byGroup }) => [...byGroup.values()]),
    start,
    *lines(maxCellLength) {
      const writer = (column: Column) => ({ id: column.id, write: cellWriter(column, format, maxCellLength) });
      const [ofIndex, ofValues] = [index.map(writer), values.map(writer)];
      for (const { byGroup, first } of lines.filter((line) => line.start >= start)) {
        const cells = groups.flatMap(({ key }) => {
          const row = byGroup.get(key);
          return ofValues.map(({ id, write }) => (row ? write(row[id]) : { csv: NO_ROW, truncated: false }));
        });
        yield { cells: [...ofIndex.map(({ id, write }) => write(first[id])), ...cells], rows: [...byGroup.values()] };
      }
    },
  };
}

function pivoted({ columns, rows }: ResultTable, { pivot, format }: WideOptions): WideTable | undefined {
  const isPivot = ({ id }: Column) => pivot.includes(id);
  const index = columns.filter((column) => column.kind === 'dimension' && !isPivot(column));
  const values = columns.filter((column) => column.kind !== 'dimension');
  const pivots = pivot.flatMap((id) => columns.find((column) => column.id === id && column.kind === 'dimension') ?? []);
  const isPossible = pivot.length > 0 && pivots.length === pivot.length && index.length > 0 && values.length > 0;
  if (!isPossible || rows.length < 2 || rows.length > MAX_ROWS) return undefined;
  const byLine = new Map<string, { readonly first: Row; readonly byGroup: Map<string, Row> }>();
  const titles = new Map<string, string>();
  for (const row of rows) {
    const [lineKey, group] = [keyOf(row, index), keyOf(row, pivots)];
    const line = byLine.get(lineKey) ?? { first: row, byGroup: new Map<string, Row>() };
    // Two rows of one cell: the query has a dimension that its columns lack.
    if (line.byGroup.has(group)) return undefined;
    line.byGroup.set(group, row);
    byLine.set(lineKey, line);
    if (!titles.has(group)) titles.set(group, pivots.map((column) => titleOf(column, row, format)).join(' / '));
    if (titles.size * values.length > MAX_COLUMNS) return undefined;
  }
  let start = 0;
  const lines = [...byLine.values()].map((line): Line => {
    const at = start;
    start += line.byGroup.size;
    return { ...line, start: at };
  });
  const order = mergedOrder(lines.map(({ byGroup }) => [...byGroup.keys()]));
  return { lines, groups: order.map((key) => ({ key, title: titles.get(key) ?? key })), index, values };
}

const keyOf = (row: Row, columns: readonly Column[]): string =>
  JSON.stringify(columns.map(({ id }) => readCell(row[id]).raw ?? null));

function titleOf(column: Column, row: Row, format: CellFormat): string {
  const text = cellText(column, format)(row[column.id]);
  return text === undefined ? '(empty)' : text === '' ? '""' : text;
}

/**
 * One order of what several lists have in parts: that of each list if they agree. The server has sorted the rows of each
 * line, by its collation, and a line may lack values that later ones have.
 */
function mergedOrder(lists: readonly (readonly string[])[]): readonly string[] {
  const order: string[] = [];
  const placed = new Set<string>();
  for (const list of lists) {
    for (const [at, item] of list.entries()) {
      if (placed.has(item)) continue;
      const before = at > 0 ? order.indexOf(list[at - 1] ?? '') : -1;
      const next = list.slice(at + 1).find((later) => placed.has(later));
      const position = before >= 0 ? before + 1 : next === undefined ? order.length : order.indexOf(next);
      order.splice(position, 0, item);
      placed.add(item);
    }
  }
  return order;
}

function describeWide({ lines, groups, index, values }: WideTable, { pivot, format, isLimited }: WideOptions): string {
  const [value] = values;
  const cells = values.length === 1 && value ? `, cells ${heading(value, format)}` : ' and value';
  const lacksRows = lines.some(({ byGroup }) => byGroup.size < groups.length);
  const dash = lacksRows ? `; ${NO_ROW} is no row${isLimited ? ' within the limit' : ''}` : '';
  const idsOf = (ids: readonly string[]) => ids.join(' and ');
  return `Pivoted as the chart is: a line for each ${idsOf(index.map(({ id }) => id))}, a column for each ${idsOf(pivot)}${cells}${dash}.`;
}

function tokensOf({ header, description = '', lines }: RowLayout): number {
  let tokens = estimateTokens(header) + estimateTokens(description);
  for (const { cells } of lines(Number.POSITIVE_INFINITY))
    tokens += estimateTokens(cells.map(({ csv }) => csv).join(',')) + 1;
  return tokens;
}
