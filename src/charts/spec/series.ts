import { columnOf } from './columns.ts';
import { type Cell, type ChartColumn, type ChartData, cellNumber } from './data.ts';
import { limitNames, limitTo, MAX_CATEGORIES, MAX_POINTS, MAX_SERIES, OTHER_COLOR, sum } from './limits.ts';
import { nameIn } from './name-in.ts';
import { inNaturalOrder } from './natural-order.ts';
import { fillPeriods, MAX_PERIODS, parseTime, periodName, periodTicks } from './periods.ts';
import { type ChartPlan, ChartRefusal, type PlannedLine, type PlannedMetric, type SeriesStyle } from './plan.ts';
import type { ReferenceLine, SpecSeries, SpecX } from './spec.ts';

/** A series while it is built: values by key of x. */
interface DraftSeries extends Omit<SpecSeries, 'values' | 'lines'> {
  readonly metric: string;
  readonly lines?: readonly PlannedLine[];
  readonly cells: ReadonlyMap<string, number | null>;
}

/** A place along x. */
interface Position {
  readonly key: string;
  readonly name: string;
  readonly time?: number | undefined;
}

interface Pivoted {
  readonly x: SpecX;
  readonly series: readonly SpecSeries[];
  readonly notes: readonly string[];
  /** Some of the data is not drawn, or only as Other. */
  readonly isCut?: boolean;
}

const keyOf = (cell: Cell | undefined): string => JSON.stringify(cell ?? null);

/** Turns rows in long form into series over x, within the limits. */
export function pivot(data: ChartData, plan: ChartPlan): Pivoted {
  const xColumn = plan.x === undefined ? undefined : columnOf(data, plan.x);
  if (!xColumn) return metricsAsCategories(data, plan);
  const { drafts, hidden, overwritten } = collect(data, plan);
  const limited = limitSeries(drafts);
  const positions = positionsOf(data, xColumn);
  const placed = place(positions, xColumn, plan, limited.series);
  // A saved chart keeps its colours, which go by position.
  const { series, empty } = plan.style ? { series: placed.series, empty: [] } : withoutEmpty(placed.series);
  const cuts = [
    ...(overwritten.length > 0
      ? [`several rows at one ${xColumn.label}: the last ${overwritten.join(', ')} is drawn`]
      : []),
    ...(hidden.length > 0 ? [`hidden in the chart: ${limitNames(hidden)}`] : []),
    ...limited.notes,
    ...placed.notes,
  ];
  return { x: placed.x, series, notes: [...cuts, ...emptyNote(empty, series)], isCut: cuts.length > 0 };
}

/** A single series has no legend, so it is named here. */
function emptyNote(empty: readonly string[], [first, ...others]: readonly SpecSeries[]): readonly string[] {
  if (empty.length === 0) return [];
  const left = first && others.length === 0 ? [`only ${first.name} has values`] : [];
  return [...left, `without values: ${limitNames(empty)}`];
}

/** Series without a value take room from the others: their bars are missing. */
function withoutEmpty(all: readonly SpecSeries[]) {
  const hasValue = ({ values }: SpecSeries) => values.some((value) => value !== null);
  const series = all.filter(hasValue);
  if (series.length === 0) return { series: all, empty: [] };
  return { series, empty: all.filter((item) => !hasValue(item)).map(({ name }) => name) };
}

/** Metrics without a dimension are the categories of one series. */
function metricsAsCategories(data: ChartData, plan: ChartPlan): Pivoted {
  const columns = plan.y.map(({ column }) => columnOf(data, column));
  const [row = {}] = data.rows;
  const values = columns.map(({ id }) => cellNumber(row[id]));
  const format = columns[0]?.format ?? { style: 'number' };
  return {
    x: { type: 'category', label: '', values: columns.map(({ label }) => label) },
    series: [{ name: plan.title, type: 'bar', axis: 0, format, values, labels: true }],
    notes: [],
  };
}

function collect(data: ChartData, plan: ChartPlan) {
  const splits = plan.splitBy.map((id) => columnOf(data, id));
  const drafts = new Map<string, DraftSeries & { cells: Map<string, number | null> }>();
  const hidden = new Set<string>();
  const overwritten = new Set<string>();
  for (const row of data.rows) {
    const names = splits.map((column) => nameIn(column, row[column.id]));
    const raw = splits.map((column) => String(row[column.id] ?? null));
    const at = keyOf(plan.x === undefined ? null : row[plan.x]);
    for (const planned of plan.y) {
      const column = columnOf(data, planned.column);
      const style = plan.style?.series?.(planned.column, raw) ?? {};
      const name = style.name ?? seriesName(column, names, plan.y.length);
      if (style.hidden) {
        hidden.add(name);
        continue;
      }
      const key = JSON.stringify([planned.column, ...splits.map(({ id }) => row[id] ?? null)]);
      const draft = drafts.get(key) ?? newDraft(planned, column, name, style);
      drafts.set(key, draft);
      const value = cellNumber(row[planned.column]);
      const before = draft.cells.get(at);
      const isSum = column.additive || (column.isSumUnknown && draft.stack !== undefined);
      if (before !== undefined && !isSum) overwritten.add(column.label);
      draft.cells.set(at, before !== undefined && isSum ? sum([before, value]) : value);
    }
  }
  return { drafts: [...drafts.values()], hidden: [...hidden], overwritten: [...overwritten] };
}

function seriesName(column: ChartColumn, names: readonly string[], metrics: number): string {
  if (names.length === 0) return column.label;
  return [...names, ...(metrics > 1 ? [column.label] : [])].join(' · ');
}

function newDraft(planned: PlannedMetric, column: ChartColumn, name: string, style: SeriesStyle) {
  const stack = style.stack ?? planned.stack;
  const { color, labels = planned.labels, smooth, symbols, connectNulls, lines } = style;
  return {
    metric: planned.column,
    name,
    type: style.type ?? planned.type,
    axis: style.axis ?? planned.axis,
    format: column.format,
    cells: new Map<string, number | null>(),
    ...(stack !== undefined && { stack }),
    ...(color !== undefined && { color }),
    ...(labels !== undefined && { labels }),
    ...(smooth !== undefined && { smooth }),
    ...(symbols !== undefined && { symbols }),
    ...(connectNulls !== undefined && { connectNulls }),
    ...(lines !== undefined && { lines }),
    ...(column.additive && { additive: true }),
  };
}

const absoluteTotal = ({ cells }: DraftSeries) =>
  [...cells.values()].reduce<number>((total, value) => total + Math.abs(value ?? 0), 0);

/** Keeps the largest series; the order of those that stay is the order of the rows. */
function limitSeries(drafts: readonly DraftSeries[]) {
  if (drafts.length <= MAX_SERIES) return { series: drafts, notes: [] };
  // Series of a stack are added up already.
  const canAdd = drafts.every(({ additive, stack }) => additive || stack !== undefined);
  const isOneSum = canAdd && new Set(drafts.map(({ metric }) => metric)).size === 1;
  const ranked = drafts.toSorted((left, right) => absoluteTotal(right) - absoluteTotal(left));
  const { kept, other, note } = limitTo(ranked, MAX_SERIES, 'series', isOneSum ? addSeries : undefined);
  const inOrder = drafts.filter((draft) => kept.includes(draft));
  return { series: other ? [...inOrder, other] : inOrder, notes: note ? [note] : [] };
}

function addSeries(cut: readonly DraftSeries[], name: string): DraftSeries {
  const [first] = cut;
  if (!first) throw new Error('nothing was cut');
  const keys = new Set(cut.flatMap(({ cells }) => [...cells.keys()]));
  const { color: _, lines: __, ...rest } = first;
  return {
    ...rest,
    name,
    color: OTHER_COLOR,
    isOther: true,
    cells: new Map([...keys].map((key) => [key, sum(cut.map(({ cells }) => cells.get(key) ?? null))])),
  };
}

function positionsOf(data: ChartData, column: ChartColumn): readonly Position[] {
  const positions = new Map<string, Position>();
  for (const row of data.rows) {
    const cell = row[column.id];
    const key = keyOf(cell);
    if (positions.has(key)) continue;
    const time = column.type === 'time' ? parseTime(cell) : undefined;
    positions.set(key, { key, time, name: nameIn(column, cell) });
  }
  return [...positions.values()];
}

function place(
  positions: readonly Position[],
  column: ChartColumn,
  plan: ChartPlan,
  drafts: readonly DraftSeries[],
): Pivoted {
  if (column.type === 'time') return placeInTime(positions, column, drafts);
  const ordered = inOrder(positions, plan, drafts);
  const sorted = plan.style?.reverse ? ordered.toReversed() : ordered;
  if (column.type !== 'category') {
    requirePoints(sorted.length, 'bins of it');
    return { x: categories(column, sorted), series: drafts.map((draft) => finish(draft, sorted)), notes: [] };
  }
  const isSum = drafts.every(({ additive }) => additive);
  // Positions are cut by name; their sums are made for each series below.
  const { kept, other, note } = limitTo(sorted, MAX_CATEGORIES, 'categories', isSum ? namedOther : undefined);
  const cut = sorted.slice(kept.length);
  const series = drafts.map((draft) => {
    const finished = finish(draft, kept);
    if (!other) return finished;
    return { ...finished, values: [...finished.values, sum(cut.map(({ key }) => draft.cells.get(key) ?? null))] };
  });
  const x = categories(column, other ? [...kept, other] : kept);
  return { x: other ? { ...x, hasOther: true } : x, series, notes: note ? [note] : [] };
}

function inOrder(
  positions: readonly Position[],
  { order }: ChartPlan,
  drafts: readonly DraftSeries[],
): readonly Position[] {
  if (order === 'natural') return inNaturalOrder(positions, ({ name }) => name);
  if (order === 'name') return positions.toSorted((left, right) => left.name.localeCompare(right.name, 'en'));
  if (order !== 'value' || isSorted(positions, drafts)) return positions;
  return positions.toSorted((left, right) => totalAt(drafts, right) - totalAt(drafts, left));
}

const namedOther = (_: readonly Position[], name: string): Position => ({ key: '', name });

const totalAt = (drafts: readonly DraftSeries[], { key }: Position): number => {
  const [first] = drafts;
  // Several metrics in groups are ordered by the first; parts of one whole by their sum.
  const counted = drafts.filter(({ metric }) => metric === first?.metric);
  return counted.reduce((total, { cells }) => total + (cells.get(key) ?? 0), 0);
};

/** Rows that come sorted by value, up or down, keep their order: it may be a request for the bottom ten. */
function isSorted(positions: readonly Position[], drafts: readonly DraftSeries[]): boolean {
  const totals = positions.map((position) => totalAt(drafts, position));
  const pairs = totals.slice(1).map((total, index) => total - (totals[index] ?? 0));
  return pairs.every((step) => step >= 0) || pairs.every((step) => step <= 0);
}

function placeInTime(positions: readonly Position[], column: ChartColumn, drafts: readonly DraftSeries[]): Pivoted {
  const dated = positions.flatMap((position) =>
    position.time === undefined ? [] : [{ ...position, time: position.time }],
  );
  const undated = positions.length - dated.length;
  const isTotalled = drafts.some(({ additive }) => additive);
  const notes = undated > 0 ? [`rows without ${column.label} not drawn${isTotalled ? ', nor in the total' : ''}`] : [];
  const sorted = dated.toSorted((left, right) => left.time - right.time);
  requirePoints(sorted.length, 'a coarser time grain');
  const times = sorted.map(({ time }) => time);
  const hasBars = drafts.some(({ type }) => type === 'bar');
  const periods = column.grain === undefined ? undefined : fillPeriods(times, column.grain);
  if (periods && column.grain && (hasBars || !areLonely(times, periods))) {
    const byTime = new Map(sorted.map((position) => [position.time, position]));
    const filled = periods.map((time) => byTime.get(time) ?? { key: '', time, name: periodName(time, column.grain) });
    const ticks = periodTicks(periods, column.grain);
    return {
      x: { type: 'category', label: column.label, values: filled.map(({ name }) => name), ticks },
      series: drafts.map((draft) => finish(draft, filled)),
      notes,
    };
  }
  const x: SpecX =
    hasBars && sorted.length <= MAX_PERIODS
      ? { type: 'category', label: column.label, values: sorted.map(({ name }) => name) }
      : { type: 'time', label: column.label, values: times };
  return { x, series: drafts.map((draft) => finish(draft, sorted)), notes };
}

/** True if most times have no neighbour among the periods: a line between those would be dots. */
function areLonely(times: readonly number[], periods: readonly number[]): boolean {
  if (times.length < 2) return false;
  const present = new Set(times);
  const has = (index: number) => present.has(periods[index] ?? Number.NaN);
  const lonely = periods.filter((_, index) => has(index) && !has(index - 1) && !has(index + 1));
  return lonely.length > times.length / 2;
}

function requirePoints(count: number, fewer: string): void {
  if (count <= MAX_POINTS) return;
  const [points, most] = [count, MAX_POINTS].map((number) => number.toLocaleString('en'));
  throw new ChartRefusal(`${points} points are more than the ${most} that a chart shows: query ${fewer}, or filter.`);
}

const categories = ({ label }: ChartColumn, positions: readonly Position[]) => ({
  type: 'category' as const,
  label,
  values: positions.map(({ name }) => name),
});

function finish({ metric: _, cells, lines, ...series }: DraftSeries, positions: readonly Position[]): SpecSeries {
  const values = positions.map(({ key }) => cells.get(key) ?? null);
  return { ...series, values, ...(lines && { lines: lines.flatMap((line) => resolveLine(line, values)) }) };
}

function resolveLine(line: PlannedLine, values: readonly (number | null)[]): readonly ReferenceLine[] {
  if (line.on !== 'average') return [line];
  const numbers = values.filter((value) => value !== null);
  const total = sum(numbers);
  return total === null ? [] : [{ label: 'average', ...line, on: 'value', at: total / numbers.length }];
}
