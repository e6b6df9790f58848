import { type ChartColumn, type ChartData, cellName, cellNumber } from './data.ts';
import { unitOf } from './formats.ts';
import { ChartRefusal } from './plan.ts';

export const isMetric = (column: ChartColumn) => column.role === 'metric' && column.type === 'number';

export const dimensionsOf = ({ columns }: ChartData) => columns.filter(({ role }) => role === 'dimension');

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

export const hasNegatives = (data: ChartData, id: string): boolean =>
  data.rows.some((row) => (cellNumber(row[id]) ?? 0) < 0);

/** Metrics by their unit, in the order of the columns. */
export function byUnit(metrics: readonly ChartColumn[]): readonly (readonly ChartColumn[])[] {
  const groups = new Map<string, ChartColumn[]>();
  for (const metric of metrics) {
    const unit = unitOf(metric.format);
    groups.set(unit, [...(groups.get(unit) ?? []), metric]);
  }
  return [...groups.values()];
}
