import { type Cell, type ChartColumn, cellName } from './data.ts';
import { parseTime, periodName } from './periods.ts';

/** Name of a cell as people read it: periods by the grain of their column. */
export function nameIn({ type, grain }: Pick<ChartColumn, 'type' | 'grain'>, cell: Cell | undefined): string {
  const time = type === 'time' ? parseTime(cell) : undefined;
  return time === undefined ? cellName(cell) : periodName(time, grain);
}
