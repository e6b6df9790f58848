import { columnOf } from './columns.ts';
import { type ChartColumn, type ChartData, cellName, cellNumber } from './data.ts';
import { unitOf } from './formats.ts';
import { heatmapSpec } from './heatmap.ts';
import { limitNames, limitTo, MAX_POINTS, MAX_SLICES, MAX_TABLE_CELLS, OTHER_COLOR, sum } from './limits.ts';
import { nameIn } from './name-in.ts';
import { partNotes } from './part-notes.ts';
import { type ChartPlan, ChartRefusal } from './plan.ts';
import { pivot } from './series.ts';
import type { CartesianSpec, ChartSpec, NumberSpec, SlicesSpec, SpecAxis, SpecSeries, TableSpec } from './spec.ts';
import { thinTimes } from './thin.ts';

/** Up to how many single bars show their values. */
const MAX_LABELLED_BARS = 16;

/**
 * Applies a plan to rows.
 *
 * @throws ChartRefusal if the rows do not fit the plan.
 */
export function buildSpec(data: ChartData, plan: ChartPlan, url?: string): ChartSpec {
  const notes = [...data.notes, ...(plan.notes ?? [])];
  const base = {
    title: plan.title,
    ...(url !== undefined && { url }),
    ...(plan.style?.palette && { palette: plan.style.palette }),
  };
  switch (plan.kind) {
    case 'cartesian':
      return { ...base, ...cartesianSpec(data, plan, notes) };
    case 'scatter':
      return { ...base, ...scatterSpec(data, plan, notes) };
    case 'pie':
    case 'funnel':
    case 'treemap':
      return slicesSpec(data, plan, plan.kind, { ...base, notes });
    case 'number':
      return { ...base, ...numberSpec(data, plan), notes };
    case 'heatmap':
      return { ...base, ...heatmapSpec(data, plan, notes) };
    case 'table':
      return { ...tableSpec(data, notes), ...base };
    default:
      return plan.kind satisfies never;
  }
}

function cartesianSpec(data: ChartData, plan: ChartPlan, notes: readonly string[]): CartesianSpec {
  const thinned = thinTimes(data, plan);
  const { x, series, notes: limits, isCut } = pivot(thinned.data, plan);
  if (series.length === 0) throw new ChartRefusal('Every series of this chart is hidden.');
  const hasNegativeParts = series.some(
    ({ stack, values }) => stack !== undefined && values.some((value) => (value ?? 0) < 0),
  );
  const isStacked = series.some((item) => series.some((other) => other !== item && isSameStack(item, other)));
  const stacked = plan.y.filter(({ stack }) => isStacked && stack !== undefined);
  const isEmpty = series.every(({ values }) => values.every((value) => value === null));
  const isLabelled =
    series.length === 1 && series[0]?.type === 'bar' && x.values.length <= (plan.horizontal ? 30 : MAX_LABELLED_BARS);
  const labelled = series.map((item) => (item.labels === undefined && isLabelled ? { ...item, labels: true } : item));
  return {
    kind: 'cartesian',
    title: plan.title,
    notes: [
      ...notes,
      ...thinned.notes,
      ...limits,
      ...partNotes(stacked.map(({ column }) => columnOf(data, column))),
      ...(isEmpty ? ['there are no values to draw'] : []),
      ...(plan.percentStack && hasNegativeParts ? ['some values are negative: shares of their sizes'] : []),
    ],
    ...(isCut && { isCut }),
    x: plan.style?.xLabel === undefined ? x : { ...x, label: plan.style.xLabel },
    axes: axesOf(labelled, plan),
    series: labelled,
    ...(plan.horizontal && { horizontal: true }),
    ...(plan.percentStack && { percentStack: true }),
  };
}

const isSameStack = (left: SpecSeries, right: SpecSeries): boolean =>
  left.stack !== undefined && left.stack === right.stack && left.axis === right.axis;

function axesOf(series: readonly SpecSeries[], plan: ChartPlan): readonly SpecAxis[] {
  const count = series.some(({ axis }) => axis === 1) ? 2 : 1;
  return Array.from({ length: count }, (_, index) => {
    const own = series.filter(({ axis }) => axis === index);
    const names = new Set(own.map(({ name }) => name));
    const { format = { style: 'number' as const } } = own[0] ?? {};
    const isOneUnit = own.every((item) => unitOf(item.format) === unitOf(format));
    return {
      // One axis with one series: its name is the title or the legend.
      ...(count === 2 && names.size === 1 && { label: [...names][0] ?? '' }),
      ...plan.style?.axes?.[index],
      format: isOneUnit ? format : { style: 'number' },
    };
  });
}

function scatterSpec(data: ChartData, plan: ChartPlan, notes: readonly string[]): CartesianSpec {
  const along = columnOf(data, plan.x ?? '');
  const [planned] = plan.y;
  const up = columnOf(data, planned?.column ?? '');
  const points = data.rows.flatMap((row) => {
    const x = cellNumber(row[along.id]);
    const y = cellNumber(row[up.id]);
    return x === null || y === null ? [] : [{ x, y, name: plan.splitBy.map((id) => cellName(row[id])).join(' · ') }];
  });
  const { kept, note } = limitTo(points, MAX_POINTS, 'points', undefined);
  const lacking = data.rows.length - points.length;
  return {
    kind: 'cartesian',
    title: plan.title,
    ...((note || lacking > 0) && { isCut: true }),
    notes: [
      ...notes,
      ...(lacking > 0 ? [`rows without ${along.label} or ${up.label} not drawn: ${lacking}`] : []),
      ...(note ? [note] : []),
    ],
    x: {
      type: 'number',
      label: along.label,
      format: along.format,
      values: kept.map(({ x }) => x),
      ...(plan.splitBy.length > 0 && { names: kept.map(({ name }) => name) }),
    },
    axes: [{ label: up.label, format: up.format }],
    series: [{ name: up.label, type: 'scatter', axis: 0, format: up.format, values: kept.map(({ y }) => y) }],
  };
}

/** Why values are no parts of a whole; undefined if they are. ECharts draws a pie of zeros as equal slices. */
function whyNoParts(slices: readonly Slice[]): string | undefined {
  if (slices.some(({ value }) => value < 0)) return 'some values are negative';
  return slices.some(({ value }) => value > 0) ? undefined : 'no value is above 0';
}

interface Slice {
  readonly name: string;
  readonly value: number;
  readonly color?: string;
}

function slicesSpec(
  data: ChartData,
  plan: ChartPlan,
  kind: SlicesSpec['kind'],
  base: Pick<SlicesSpec, 'title' | 'notes' | 'url' | 'palette'>,
): ChartSpec {
  const metrics = plan.y.map(({ column }) => columnOf(data, column));
  const [metric] = metrics;
  if (!metric) throw new ChartRefusal(`A ${kind} needs a metric.`);
  const category = plan.x === undefined ? undefined : columnOf(data, plan.x);
  const totals = category
    ? addByName(data, [category, ...plan.splitBy.map((id) => columnOf(data, id))], metric)
    : stepsOf(data, metrics);
  const all = totals.flatMap(({ name, value }) => (value === null ? [] : [{ name, value }]));
  const empty = totals.filter(({ value }) => value === null).map(({ name }) => name);
  const reason = whyNoParts(all);
  if (reason !== undefined) {
    const bars: ChartPlan = { ...plan, kind: 'cartesian', order: 'value', horizontal: true, notes: [] };
    const notes = [...base.notes, `bars in place of a ${kind}: ${reason}`];
    return {
      ...base,
      ...cartesianSpec(data, { ...bars, y: plan.y.map(({ column }) => ({ column, type: 'bar', axis: 0 })) }, notes),
    };
  }
  const ordered = kind === 'funnel' ? all : all.toSorted((left, right) => right.value - left.value);
  const { kept, other, note } = limitTo(
    ordered,
    kind === 'treemap' ? MAX_CATEGORIES_TREEMAP : MAX_SLICES,
    kind === 'funnel' ? 'steps' : 'slices',
    // The shares are of all slices, whatever they measure.
    kind === 'funnel' ? undefined : addSlices,
  );
  const styled = kept.map((slice) => {
    const { name = slice.name, color } = plan.style?.slice?.(slice.name) ?? {};
    return { ...slice, name, ...(color !== undefined && { color }) };
  });
  return {
    ...base,
    kind,
    notes: [
      ...base.notes,
      ...(kind === 'funnel' ? [] : partNotes([metric])),
      ...(empty.length > 0 ? [`without values: ${limitNames(empty)}`] : []),
      ...(note ? [note] : []),
    ],
    label: category?.label ?? '',
    valueLabel: category ? metric.label : '',
    format: metric.format,
    slices: other ? [...styled, other] : styled,
    ...(plan.style?.donut && { donut: true }),
    ...(metric.additive && kind !== 'funnel' && { additive: true }),
    ...(plan.style?.show && { show: plan.style.show }),
  };
}

interface NamedValue {
  readonly name: string;
  readonly value: number | null;
}

const MAX_CATEGORIES_TREEMAP = 30;

const addSlices = (cut: readonly Slice[], name: string): Slice => ({
  name,
  value: sum(cut.map(({ value }) => value)) ?? 0,
  color: OTHER_COLOR,
});

/** Rows with the same name are one slice, as Lightdash adds them up. */
function addByName(data: ChartData, columns: readonly ChartColumn[], metric: ChartColumn): readonly NamedValue[] {
  const totals = new Map<string, number | null>();
  for (const row of data.rows) {
    const name = columns.map((column) => nameIn(column, row[column.id])).join(' · ');
    totals.set(name, sum([totals.get(name) ?? null, cellNumber(row[metric.id])]));
  }
  return [...totals].map(([name, value]) => ({ name, value }));
}

const stepsOf = (data: ChartData, metrics: readonly ChartColumn[]): readonly NamedValue[] => {
  const [row = {}] = data.rows;
  return metrics.map(({ id, label }) => ({ name: label, value: cellNumber(row[id]) }));
};

function numberSpec(data: ChartData, plan: ChartPlan): NumberSpec {
  const metric = columnOf(data, plan.y[0]?.column ?? '');
  const cell = data.rows[0]?.[metric.id];
  const value = cellNumber(cell) ?? (cell === null || cell === undefined ? undefined : nameIn(metric, cell));
  return {
    kind: 'number',
    title: plan.title,
    notes: [],
    label: plan.style?.label ?? metric.label,
    ...(value !== undefined && { value }),
    format: metric.format,
  };
}

function tableSpec(data: ChartData, notes: readonly string[]): TableSpec {
  const rows = Math.max(1, Math.floor(MAX_TABLE_CELLS / Math.max(1, data.columns.length)));
  const { kept, note } = limitTo(data.rows, rows, 'rows', undefined);
  return {
    kind: 'table',
    title: '',
    notes: [...notes, ...(note ? [note] : [])],
    columns: data.columns.map(({ label, format, type }) => ({ label, ...(type === 'number' && { format }) })),
    rows: kept.map((row) =>
      data.columns.map((column) =>
        column.type === 'time' ? nameIn(column, row[column.id]) : (row[column.id] ?? null),
      ),
    ),
  };
}
