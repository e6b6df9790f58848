import { columnOf } from './columns.ts';
import type { ChartData, Grain } from './data.ts';
import { MAX_POINTS } from './limits.ts';
import { parseTime } from './periods.ts';
import type { ChartPlan } from './plan.ts';

/** Coarser periods, without weeks: their first day is the project's. */
const COARSER: readonly (Grain & ('hour' | 'day' | 'month' | 'year'))[] = ['hour', 'day', 'month', 'year'];
const FINER_THAN: Readonly<Record<(typeof COARSER)[number], readonly (Grain | undefined)[]>> = {
  hour: ['second', 'minute', undefined],
  day: ['second', 'minute', 'hour', undefined],
  month: ['second', 'minute', 'hour', 'day', undefined],
  year: ['second', 'minute', 'hour', 'day', 'month', 'quarter', undefined],
};

/**
 * Rows over more times than a chart shows, with each time as the start of a coarser period: sums and counts of one period
 * are added up when the series are built. Other metrics do not add up, and their rows come back as they are.
 */
export function thinTimes(data: ChartData, plan: ChartPlan): { data: ChartData; notes: readonly string[] } {
  const unchanged = { data, notes: [] };
  const column = plan.x === undefined ? undefined : columnOf(data, plan.x);
  if (column?.type !== 'time' || !plan.y.every((metric) => columnOf(data, metric.column).additive)) return unchanged;
  const times = new Map(data.rows.map((row) => [row[column.id], parseTime(row[column.id])]));
  if (times.size <= MAX_POINTS) return unchanged;
  for (const grain of COARSER.filter((coarser) => FINER_THAN[coarser].includes(column.grain))) {
    const starts = new Map([...times].map(([cell, time]) => [cell, time === undefined ? null : startOf(time, grain)]));
    if (new Set(starts.values()).size > MAX_POINTS) continue;
    const rows = data.rows.map((row) => ({ ...row, [column.id]: starts.get(row[column.id]) ?? null }));
    const columns = data.columns.map((other) => (other === column ? { ...column, grain } : other));
    const count = times.size.toLocaleString('en');
    return {
      data: { ...data, columns, rows },
      notes: [
        `added up by ${grain}: ${count} ${column.grain ?? 'time'}s are more than ${MAX_POINTS.toLocaleString('en')} points`,
      ],
    };
  }
  return unchanged;
}

function startOf(time: number, grain: (typeof COARSER)[number]): string {
  const iso = new Date(time).toISOString();
  const length = { year: 4, month: 7, day: 10, hour: 13 }[grain];
  return `${iso.slice(0, length)}${'0000-01-01T00:00:00.000Z'.slice(length)}`;
}
