import { type ChartColumn, type ChartData, cellName, cellNumber } from './data.ts';
import { unitOf } from './formats.ts';
import { ChartRefusal } from './plan.ts';

/** True for a column of numbers that the query aggregates. */
export const isMetric = (column: ChartColumn) => column.role === 'metric' && column.type === 'number';

/** The columns that group the rows. */
export const dimensionsOf = ({ columns }: ChartData) => columns.filter(({ role }) => role === 'dimension');

/** The columns of numbers. */
export const metricsOf = ({ columns }: ChartData) => columns.filter(isMetric);

/** Column of a plan; plans are made from the columns of the same data. */
export function columnOf(data: ChartData, id: string): ChartColumn {
  const column = data.columns.find((item) => item.id === id);
  if (!column) throw new ChartRefusal(`The rows have no column ${id}: ${columnNames(data)}.`);
  return column;
}

/** Finds a column by id, label or the end of its id, whatever the case. */
export function findColumn(data: ChartData, name: string, argument: string): ChartColumn {
  const wanted = name.trim().toLowerCase();
  const matches = [
    (column: ChartColumn) => column.id === name,
    (column: ChartColumn) => column.id.toLowerCase() === wanted || column.label.toLowerCase() === wanted,
    (column: ChartColumn) => column.id.toLowerCase().endsWith(`_${wanted}`),
  ];
  for (const match of matches) {
    const matching = data.columns.filter(match);
    if (matching.length === 1 && matching[0]) return matching[0];
  }
  throw new ChartRefusal(`${argument} "${name}" is not one of the columns: ${columnNames(data)}.`);
}

const columnNames = ({ columns }: ChartData) => columns.map(({ id }) => id).join(', ');

/** Names in a column, each once, in the order of the rows. */
export const distinctNames = (data: ChartData, id: string): readonly string[] => [
  ...new Set(data.rows.map((row) => cellName(row[id]))),
];

/** True if a column has a number below 0. */
export const hasNegatives = (data: ChartData, id: string): boolean =>
  data.rows.some((row) => (cellNumber(row[id]) ?? 0) < 0);

/** The largest absolute value of a column; 0 if it has no numbers. */
const sizeOf = (data: ChartData, id: string): number =>
  data.rows.reduce((size, row) => Math.max(size, Math.abs(cellNumber(row[id]) ?? 0)), 0);

/** Next to a number this much larger, bars and lines lie flat on the axis. */
const MAX_SIZE_RATIO = 20;

/**
 * Metrics by the axis that they need: by unit, and numbers without a unit apart from those that are more than twenty
 * times larger (an average rating next to a count of orders).
 */
export function byAxis(data: ChartData, metrics: readonly ChartColumn[]): readonly (readonly ChartColumn[])[] {
  const groups = byUnit(metrics);
  const [only, ...others] = groups;
  if (!only || others.length > 0 || unitOf(only[0]?.format ?? { style: 'number' }) !== unitOf({ style: 'number' }))
    return groups;
  const largest = Math.max(...only.map(({ id }) => sizeOf(data, id)));
  const isSmall = ({ id }: ChartColumn) => sizeOf(data, id) * MAX_SIZE_RATIO < largest;
  const isFirstSmall = only[0] !== undefined && isSmall(only[0]);
  const parts = [
    only.filter((metric) => isSmall(metric) === isFirstSmall),
    only.filter((metric) => isSmall(metric) !== isFirstSmall),
  ];
  return parts.filter((part) => part.length > 0);
}

/** Metrics by their unit, in the order of the columns. */
export function byUnit(metrics: readonly ChartColumn[]): readonly (readonly ChartColumn[])[] {
  const groups = new Map<string, ChartColumn[]>();
  for (const metric of metrics) {
    const unit = unitOf(metric.format);
    groups.set(unit, [...(groups.get(unit) ?? []), metric]);
  }
  return [...groups.values()];
}

/**
 * The column that names rows of numbers alone, such as SQL by year or rating: the first one that is not drawn and differs in every
 * row. Undefined for a single row, or a single column.
 */
export function numbersAlong(data: ChartData, drawn: readonly ChartColumn[]): ChartColumn | undefined {
  if (data.rows.length < 2 || data.columns.length < 2) return undefined;
  const free = metricsOf(data).filter((column) => !drawn.includes(column));
  return free.find(({ id }) => distinctNames(data, id).length === data.rows.length) ?? free[0];
}
