import { type Cell, type ChartColumn, type ChartData, cellNumber, type Grain } from '../../charts/spec/data.ts';
import { grainOfTimes, parseTime } from '../../charts/spec/periods.ts';
import type { ValueFormat } from '../../charts/spec/spec.ts';
import { readCell } from '../../lightdash/rows/cell.ts';
import type { Column } from '../../query/execution/result-table.ts';
import type { NumberFormat } from '../../query/fields/field.ts';
import { formatInteger, pluralize } from '../../text/format.ts';
import type { StoredResult } from '../tool.ts';

const GRAINS: ReadonlySet<string> = new Set(['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']);

/** Metrics whose values add up over rows. Distinct counts, averages and ratios do not. */
const ADDITIVE_TYPES: ReadonlySet<string> = new Set(['sum', 'count']);

/** More filters than this stand in the text of the query itself. */
const MAX_FILTERS = 4;

/** The rows of a result as charts take them, with the limit that was reached and the filters. */
export function chartData({ table, renderOptions, query }: StoredResult): ChartData {
  const sent = [...table.rows];
  const rows = sent.map((row) =>
    Object.fromEntries(table.columns.map(({ id }) => [id, cellOf(row[id])] satisfies [string, Cell])),
  );
  const { limit, filters = [] } = renderOptions;
  const isCut = limit !== undefined && rows.length >= limit && limit > 1;
  const more = filters.length - MAX_FILTERS;
  return {
    columns: table.columns.map((column) => chartColumn(column, rows)),
    rows,
    sortedBy: query?.metricQuery.sorts[0]?.fieldId,
    notes: [
      ...filters.slice(0, MAX_FILTERS).map((filter) => filter.replaceAll('T00:00:00Z', '')),
      ...(more > 0 ? [pluralize(more, 'more filter')] : []),
      ...(isCut
        ? [`${formatInteger(rows.length)} rows, the limit: there may be more, and the figures are of these`]
        : []),
    ],
  };
}

function cellOf(cell: unknown): Cell {
  const { raw } = readCell(cell);
  if (raw === null || raw === undefined) return null;
  if (typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean') return raw;
  return JSON.stringify(raw);
}

function chartColumn(column: Column, rows: ChartData['rows']): ChartColumn {
  const type = typeOf(column, rows);
  const isMeasured = column.kind === undefined ? type === 'number' : column.kind !== 'dimension';
  const grain = type === 'time' ? (grainOf(column) ?? grainOfRows(column, rows)) : undefined;
  return {
    id: column.id,
    label: column.label ?? column.id,
    role: isMeasured ? 'metric' : 'dimension',
    // Numbers along an axis have an order: ratings, ages, hours.
    type: type === 'number' && !isMeasured ? 'ordinal' : type,
    format: valueFormat(column.format),
    ...(column.kind === 'metric' && ADDITIVE_TYPES.has(column.type ?? '') && { additive: true }),
    ...(column.kind === 'metric' && column.type === 'count_distinct' && { distinct: true }),
    ...(isMeasured && column.kind !== 'metric' && { isSumUnknown: true }),
    ...(grain && { grain }),
  };
}

function typeOf({ id, kind, valueType, interval, type }: Column, rows: ChartData['rows']): ChartColumn['type'] {
  const cells = rows.map((row) => row[id]).filter((cell) => cell !== null && cell !== undefined);
  const isTime = cells.length > 0 && cells.every((cell) => typeof cell === 'string' && parseTime(cell) !== undefined);
  // Names and numbers of weekdays, months and hours are no dates.
  if (interval !== undefined && !isTime) return 'ordinal';
  if (valueType === 'date' || valueType === 'timestamp') return isTime ? 'time' : 'category';
  // SQL writes months and days as text, too; a year alone may be a code.
  const isDateText = kind !== undefined || cells.every((cell) => /^\d{4}-/.test(String(cell)));
  if (isTime && isDateText && (valueType === undefined || kind === undefined)) return 'time';
  if (type === 'bin') return 'ordinal';
  if (valueType === 'number') return 'number';
  const isNumber = cells.length > 0 && cells.every((cell) => typeof cell === 'number');
  return valueType === undefined && (isNumber || isNumeric(cells, type)) ? 'number' : 'category';
}

/** Decimals of some warehouses arrive as text. */
const isNumeric = (cells: readonly (Cell | undefined)[], type: string | undefined): boolean =>
  (type === 'min' || type === 'max') && cells.length > 0 && cells.every((cell) => cellNumber(cell) !== null);

function grainOf({ interval, kind, valueType }: Column): Grain | undefined {
  const name = interval?.toLowerCase();
  if (name !== undefined) return isGrain(name) ? name : undefined;
  return kind !== undefined && valueType === 'date' ? 'day' : undefined;
}

/** SQL does not say to what its dates are truncated: a line between months would be one between days, with gaps. */
const grainOfRows = ({ id, kind }: Column, rows: ChartData['rows']): Grain | undefined =>
  kind === undefined ? grainOfTimes(rows.flatMap((row) => parseTime(row[id]) ?? [])) : undefined;

const isGrain = (name: string): name is Grain => GRAINS.has(name);

function valueFormat({ style, decimals, unit }: NumberFormat): ValueFormat {
  const digits = decimals === undefined ? {} : { digits: decimals };
  switch (style) {
    case 'percent':
    case 'id':
      return { style, ...digits };
    case 'currency':
      return { style, ...digits, ...(unit !== undefined && { currency: unit }) };
    case 'plain':
      return { style: 'number', ...digits, ...(unit !== undefined && { suffix: ` ${unit}` }) };
    default:
      return style satisfies never;
  }
}
