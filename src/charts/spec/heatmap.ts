import { columnOf } from './columns.ts';
import { type ChartColumn, type ChartData, cellNumber } from './data.ts';
import { limitTo, MAX_HEATMAP_CELLS, sum } from './limits.ts';
import { nameIn } from './name-in.ts';
import { inNaturalOrder } from './natural-order.ts';
import { MAX_PERIODS, parseTime } from './periods.ts';
import type { ChartPlan } from './plan.ts';
import type { HeatmapSpec } from './spec.ts';

/** Applies a plan to rows: a cell for each pair of names; rows of the same pair are added up if they can be. */
export function heatmapSpec(data: ChartData, plan: ChartPlan, notes: readonly string[]): HeatmapSpec {
  // A series of the pivot is a row of the map; its limit is that of the cells, not of colours in a legend.
  const along = columnOf(data, plan.x ?? '');
  const down = columnOf(data, plan.splitBy[0] ?? '');
  const metric = columnOf(data, plan.y[0]?.column ?? '');
  const { kept: xs, note: xNote } = limitTo(namesOf(data, along), MAX_PERIODS, `columns of ${along.label}`, undefined);
  const ys = namesOf(data, down);
  const rows = Math.max(1, Math.floor(MAX_HEATMAP_CELLS / Math.max(1, xs.length)));
  const { kept, note } = limitTo(ys, Math.min(rows, 40), `rows of ${down.label}`, undefined);
  const cells = new Map<string, number | null>();
  let isOverwritten = false;
  for (const row of data.rows) {
    const key = JSON.stringify([nameIn(along, row[along.id]), nameIn(down, row[down.id])]);
    const before = cells.get(key);
    isOverwritten ||= before !== undefined && !metric.additive;
    const value = cellNumber(row[metric.id]);
    cells.set(key, before !== undefined && metric.additive ? sum([before, value]) : value);
  }
  return {
    kind: 'heatmap',
    title: plan.title,
    ...((xNote || note || isOverwritten) && { isCut: true }),
    notes: [
      ...notes,
      ...(isOverwritten ? [`several rows in one cell: the last ${metric.label} is drawn`] : []),
      ...[xNote, note].filter((text) => text !== undefined),
    ],
    x: { label: along.label, values: xs },
    y: { label: down.label, values: kept },
    valueLabel: metric.label,
    format: metric.format,
    cells: kept.map((y) => xs.map((x) => cells.get(JSON.stringify([x, y])) ?? null)),
  };
}

/** Names of a column: dates ascending, those with an order of their own in it, others as the rows have them. */
function namesOf(data: ChartData, column: ChartColumn): readonly string[] {
  const cells = data.rows.map((row) => row[column.id]);
  const sorted =
    column.type === 'time' ? cells.toSorted((left, right) => (parseTime(left) ?? 0) - (parseTime(right) ?? 0)) : cells;
  const names = [...new Set(sorted.map((cell) => nameIn(column, cell)))];
  return column.type === 'ordinal' ? inNaturalOrder(names, (name) => name) : names;
}
