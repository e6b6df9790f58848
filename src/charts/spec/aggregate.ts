import { type Cell, type ChartColumn, type ChartData, cellNumber } from './data.ts';
import { sum } from './limits.ts';

/** Aggregations of the values of an SQL chart: `sum`, `count`, `avg`, `min`, `max`, `any`. */
export type Aggregations = ReadonlyMap<string, string>;

/** Rows of the same names become one, as Lightdash draws an SQL chart; columns that it does not show are left out. */
export function aggregateRows(data: ChartData, by: readonly string[], aggregations: Aggregations): ChartData {
  const groups = new Map<string, ChartData['rows'][number][]>();
  for (const row of data.rows) {
    const key = JSON.stringify(by.map((id) => row[id] ?? null));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const columns = data.columns.filter(({ id }) => by.includes(id) || aggregations.has(id));
  const rows = [...groups.values()].map((group) =>
    Object.fromEntries(
      columns.map(({ id }) => [
        id,
        aggregate(
          group.map((row) => row[id] ?? null),
          by.includes(id) ? undefined : aggregations.get(id),
        ),
      ]),
    ),
  );
  const joined = columns.filter(({ id }) => !by.includes(id));
  return {
    ...data,
    columns,
    rows,
    notes: [...data.notes, ...joinedNote(joined, aggregations, data.rows.length - rows.length)],
  };
}

const joinedNote = (columns: readonly ChartColumn[], aggregations: Aggregations, fewer: number): readonly string[] =>
  fewer === 0
    ? []
    : columns.map(({ id, label }) => `${label}: ${aggregations.get(id)} of the rows of the same names, as saved`);

function aggregate(cells: readonly Cell[], aggregation: string | undefined): Cell {
  const numbers = cells.flatMap((cell) => cellNumber(cell) ?? []);
  switch (aggregation) {
    case 'sum':
      return sum(numbers);
    case 'avg':
      return numbers.length === 0 ? null : (sum(numbers) ?? 0) / numbers.length;
    case 'min':
      return numbers.length === 0 ? null : numbers.reduce((least, value) => Math.min(least, value));
    case 'max':
      return numbers.length === 0 ? null : numbers.reduce((most, value) => Math.max(most, value));
    case 'count':
      return cells.filter((cell) => cell !== null).length;
    default:
      return cells[0] ?? null;
  }
}
