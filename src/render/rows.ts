import { readCell } from '../lightdash/rows/cell.ts';
import type { Rows } from '../lightdash/rows/rows.ts';
import type { Column, ResultTable } from '../query/execution/result-table.ts';
import { formatInteger, pluralize } from '../text/format.ts';
import { words } from '../text/names.ts';
import { plainText } from '../text/plain-text.ts';
import { type Budget, estimateTokens, standardBudget } from '../text/token-budget.ts';
import { type ResultFacts, resultFacts, rowValues } from './result-facts.ts';
import { longLayout, type RowLayout } from './row-layouts.ts';
import type { CellFormat } from './rows-cells.ts';
import { wideLayout } from './wide-layout.ts';

/** The title, filters, notes and limits of a page of rows. */
export interface RowsOptions {
  /** Source of the rows: name of an explore or a chart. */
  readonly title: string;
  /** Lines to begin with, such as a chart's name and description. */
  readonly heading?: readonly string[];
  /** The limit that the query ran with; undefined if it had none. */
  readonly limit?: number | undefined;
  /** False if the query was not sorted: a limit then returns arbitrary rows. */
  readonly sorted?: boolean;
  /** The field that sorts a query which names no sort. */
  readonly defaultSort?: string | undefined;
  /** True for a query without metrics: equal rows come once. */
  readonly isDistinct?: boolean;
  /** The applied filters in words (`describeFilters`). */
  readonly filters?: readonly string[];
  readonly notes?: readonly string[];
  readonly format?: CellFormat;
  /** Ids of the dimensions whose values a chart shows as columns: the text does so too if that is shorter. */
  readonly pivot?: readonly string[];
  /** Ids of the columns that a table chart hides. */
  readonly hidden?: readonly string[];
  readonly budget?: Budget;
  /** Maximum number of rows, even if the budget has room for more. */
  readonly maxRows?: number;
  /** Rows to skip; columns are not explained again. */
  readonly offset?: number;
  /** The id by which `get_query_result` returns the rest. */
  readonly resultId?: string | undefined;
}

/** A page of rows as text and as facts. */
export interface RenderedRows {
  readonly text: string;
  /** Number of rows in the text. */
  readonly shown: number;
  /** True if there are rows after them. */
  readonly more: boolean;
  /** The same facts as data; computed when read. */
  readonly facts: ResultFacts;
}

const MAX_CELL_LENGTH = 2000;

/**
 * A result as text: title and counts, filters and notes, columns explained once, and CSV with field ids as header. Data has
 * the rows of the query, also if the text shows them pivoted.
 */
export function renderRows(table: ResultTable, options: RowsOptions): RenderedRows {
  const { layout, ...page } = renderPage(table, options);
  return {
    ...page,
    get facts() {
      return layout
        ? resultFacts({ ...table, rows: layout.rows }, { ...options, offset: layout.start }, page)
        : resultFacts(table, options, page);
    },
  };
}

function renderPage(table: ResultTable, options: RowsOptions) {
  const { offset = 0, format = 'raw', pivot = [] } = options;
  const total = table.rows.length;
  const preface = [...(options.heading ?? []).map(plainText), ...filtersAndNotes(options)];
  if (total === 0) {
    return {
      text: [`0 rows of ${plainText(options.title)}. ${emptyReason(options)}`, ...preface].join('\n'),
      shown: 0,
      more: false,
    };
  }
  if (offset >= total) {
    const text = `${plainText(options.title)} has ${pluralize(total, 'row')}: an offset of ${formatInteger(offset)} is past the last.`;
    return { text, shown: 0, more: false };
  }
  const isLimited = options.limit !== undefined && total >= options.limit;
  const layout = wideLayout(table, { pivot, format, offset, isLimited }) ?? longLayout(table, format, offset);
  const { header, start } = layout;
  const columnLines =
    offset > 0 ? [] : table.columns.flatMap((column) => columnFacts(column, table.rows, options) ?? []);
  const layoutLine = layout.description === undefined ? [] : [plainText(layout.description)];
  const preamble = [...(offset > 0 ? [] : preface), ...columnLines, ...layoutLine];
  const { lines, rows, truncatedAt } = linesWithinBudget(table, layout, options, [...preamble, header].join('\n'));
  const more = start + rows < total;
  const cut =
    truncatedAt === undefined
      ? ''
      : ` Cells over ${formatInteger(truncatedAt)} characters were cut, where they say so.`;
  const first = `${firstLine(total, start, rows, more, options)}${cut}`;
  const last = more ? [nextPageHint(start + rows, total, options)] : [];
  return { text: [first, ...preamble, header, ...lines, ...last].join('\n'), shown: rows, more, layout };
}

/** The lines that fit the budget, at least one, and the number of their rows. */
function linesWithinBudget(
  table: ResultTable,
  layout: RowLayout,
  options: RowsOptions,
  before: string,
): { readonly lines: string[]; readonly rows: number; readonly truncatedAt: number | undefined } {
  const { budget = standardBudget } = options;
  const room = Math.floor(budget.characters / (2 * Math.max(layout.width, 1)));
  const maxCellLength = Math.min(MAX_CELL_LENGTH, Math.max(40, room));
  const lines: string[] = [];
  let truncated = false;
  let shown = 0;
  // Room for the first and the last line, whose length depends on the number of rows.
  let tokens = estimateTokens(before) + 100;
  let characters = before.length + 400;
  let json = 0;
  for (const { cells, rows } of layout.lines(maxCellLength)) {
    const line = cells.map(({ csv }) => csv).join(',');
    tokens += estimateTokens(line) + 1;
    characters += line.length + 1;
    if (lines.length >= (options.maxRows ?? Number.POSITIVE_INFINITY)) break;
    if (budget.jsonCharacters !== undefined)
      for (const row of rows)
        json += JSON.stringify(rowValues(row, table.columns, options.format === 'formatted')).length + 1;
    const isOver =
      tokens > budget.tokens ||
      characters > budget.characters ||
      json > (budget.jsonCharacters ?? Number.POSITIVE_INFINITY);
    if (lines.length > 0 && isOver) break;
    lines.push(line);
    shown += rows.length;
    truncated ||= cells.some((cell) => cell.truncated);
  }
  return { lines, rows: shown, truncatedAt: truncated ? maxCellLength : undefined };
}

function firstLine(total: number, offset: number, shown: number, more: boolean, options: RowsOptions): string {
  const title = plainText(options.title);
  const noun = options.isDistinct ? 'distinct row' : 'row';
  const subject =
    more || offset > 0
      ? `Rows ${formatInteger(offset + 1)}-${formatInteger(offset + shown)} of ${formatInteger(total)}${options.isDistinct ? ' distinct' : ''} of ${title}`
      : `${pluralize(total, noun)} of ${title}`;
  const { limit } = options;
  if (limit === undefined) return `${subject}.`;
  if (total < limit) return `${subject}, limit ${formatInteger(limit)} not reached.`;
  const order = options.defaultSort
    ? `, sorted by ${plainText(options.defaultSort)}`
    : options.sorted === false
      ? ', and as the query was not sorted, the rows are arbitrary'
      : '';
  return `${subject}, limit ${formatInteger(limit)} reached: there may be more${order}.`;
}

function nextPageHint(next: number, total: number, { resultId }: RowsOptions): string {
  const rest = pluralize(total - next, 'more row');
  return resultId === undefined
    ? `${rest} did not fit: request fewer columns or rows.`
    : `${rest}: get_query_result {"resultId":"${resultId}","offset":${next}}`;
}

function emptyReason({ limit, filters }: RowsOptions): string {
  if (limit === 0) return 'The limit was 0.';
  return filters && filters.length > 0 ? 'Nothing passes the filters.' : 'There is no data, or none that you may see.';
}

/** Filters and notes: they change the meaning of the numbers. */
function filtersAndNotes({ filters, notes }: RowsOptions): string[] {
  const on = filters && filters.length > 0 ? [`Filters: ${filters.map(plainText).join('; ')}.`] : [];
  return [...on, ...(notes ?? []).map((note) => `Note: ${plainText(note)}`)];
}

/**
 * Facts that heading and cells of a column do not show: its label if it has other words than the id, and the filters of a
 * metric. Undefined if there are none.
 */
function columnFacts(column: Column, rows: Rows, { hidden = [] }: RowsOptions): string | undefined {
  const label = column.label !== undefined && labelAddsInfo(column.label, column.id) ? column.label : undefined;
  const week = column.interval === 'WEEK' ? `first day of the week${weekdayOf(column, rows)}` : undefined;
  const hiddenNote = hidden.includes(column.id) ? 'hidden in the chart' : undefined;
  const facts = [label, week, hiddenNote, ...column.only.map((only) => `only ${only}`)].filter(
    (fact) => fact !== undefined,
  );
  return facts.length > 0 ? `${plainText(column.id)}: ${plainText(facts.join(', '))}` : undefined;
}

/** `, a Monday`: the weekday that weeks begin on, if the rows agree on one. */
function weekdayOf({ id }: Column, rows: Rows): string {
  const weekdays = new Set<string>();
  for (const row of rows) {
    const { raw } = readCell(row[id]);
    const day = typeof raw === 'string' ? new Date(`${raw.slice(0, 10)}T00:00:00Z`) : undefined;
    if (day && !Number.isNaN(day.getTime()))
      weekdays.add(day.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' }));
  }
  const [weekday] = weekdays;
  return weekdays.size === 1 ? `, a ${weekday}` : '';
}

/** True if a label has words that the id lacks, other than before the last word of the id (`Sales channel`, `orders_channel`). */
function labelAddsInfo(label: string, id: string): boolean {
  const [ofLabel, ofId] = [words(label), words(id)];
  return ofLabel.some((word) => !ofId.includes(word)) && ofLabel.at(-1) !== ofId.at(-1);
}
