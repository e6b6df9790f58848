import { type ChartShape, defaultKind } from '../default-kind.ts';
import type { ChartType } from './chart-types.ts';
import {
  byAxis,
  byUnit,
  dimensionsOf,
  distinctNames,
  findColumn,
  hasNegatives,
  isMetric,
  metricsOf,
  numbersAlong,
} from './columns.ts';
import type { ChartColumn, ChartData } from './data.ts';
import { type ChartPlan, ChartRefusal, type PlannedMetric } from './plan.ts';
import type { SeriesType } from './spec.ts';

/** The picture that was requested; the missing parts are chosen from the data. */
export interface ChartRequest {
  readonly as?: ChartType | undefined;
  readonly x?: string | undefined;
  readonly y?: readonly string[] | undefined;
  readonly splitBy?: string | undefined;
  readonly title?: string | undefined;
}

/** Longer names, or more of them, are easier to read next to horizontal bars. */
const MAX_UPRIGHT_NAME = 12;
const MAX_UPRIGHT_BARS = 8;

/** Columns that the request or the defaults assign to the parts of a chart. */
interface Parts {
  readonly data: ChartData;
  readonly x: ChartColumn | undefined;
  readonly split: readonly ChartColumn[];
  /** At least one. */
  readonly metrics: readonly [ChartColumn, ...ChartColumn[]];
  /** Dimensions that a title names. */
  readonly by: readonly ChartColumn[];
  readonly notes: readonly string[];
}

type UntitledPlan = Omit<ChartPlan, 'title'>;

/**
 * Decides how rows are drawn: as requested, or by their shape.
 *
 * @throws ChartRefusal if there is nothing to draw or the kind does not fit; the message says what would.
 */
export function choosePlan(data: ChartData, request: ChartRequest = {}): ChartPlan {
  if (data.rows.length === 0) throw new ChartRefusal('There are no rows to draw.');
  const parts = assignParts(data, request);
  const plan = request.as ? planned(parts, request.as) : defaultPlan(parts);
  const isDrawn = ({ id }: ChartColumn) => plan.x === id || plan.y.some(({ column }) => column === id);
  const undrawn = parts.metrics.filter((metric) => !isDrawn(metric)).map(({ label }) => label);
  const reason = plan.kind === 'cartesian' ? ': a third unit has no axis' : '';
  return {
    ...plan,
    title: request.title ?? defaultTitle(parts.metrics.filter(isDrawn), parts.by),
    notes: [
      ...parts.notes,
      ...(plan.notes ?? []),
      ...(undrawn.length > 0 ? [`${undrawn.join(', ')} not drawn${reason}`] : []),
    ],
  };
}

function assignParts(data: ChartData, request: ChartRequest): Parts {
  const measures = request.y?.map((name) => findColumn(data, name, 'y')) ?? metricsOf(data);
  const notNumbers = measures.filter((column) => !isMetric(column));
  if (notNumbers.length > 0)
    throw new ChartRefusal(`y must be numbers: ${notNumbers.map(({ label }) => label).join(', ')} cannot be measured.`);
  const requestedX = request.x === undefined ? undefined : findColumn(data, request.x, 'x');
  const dimensions = dimensionsOf(data);
  const split = request.splitBy === undefined ? undefined : findColumn(data, request.splitBy, 'split_by');
  const free = dimensions.filter((column) => column !== split);
  const x =
    requestedX ??
    free.find(({ type }) => type === 'time') ??
    free.find(({ type }) => type !== 'number') ??
    free[0] ??
    split ??
    numbersAlong(data, request.y ? measures : []);
  const metrics = measures.filter((column) => column !== x);
  const [first, ...rest] = metrics;
  if (!first) throw new ChartRefusal('There is no number to draw: add a metric to the query.');
  // A pie has one category: parts of the others are added up.
  const isOneCategory = request.as === 'pie' && requestedX !== undefined;
  const others = [...(split ? [split] : isOneCategory ? [] : dimensions)].filter((column) => column !== x);
  const unused = dimensions.filter((column) => column !== x && !others.includes(column));
  return {
    data,
    x,
    split: others.filter((column) => distinctNames(data, column.id).length > 1),
    metrics: [first, ...rest],
    by: x ? [x, ...others] : others,
    notes: unused.length > 0 ? addedUp(unused, metrics) : [],
  };
}

/** Dimensions that are neither x nor series are added up, if that can be done. */
function addedUp(unused: readonly ChartColumn[], metrics: readonly ChartColumn[]): readonly string[] {
  const names = unused.map(({ label }) => label).join(', ');
  const fixed = metrics.find(({ additive }) => !additive);
  if (fixed)
    throw new ChartRefusal(
      `${fixed.label} does not add up over ${names}: run a query without ${names}, or split by it.`,
    );
  return [`added up over ${names}`];
}

function defaultTitle(metrics: readonly ChartColumn[], dimensions: readonly ChartColumn[]): string {
  const by = dimensions.map(({ label }) => label);
  const shown = metrics.slice(0, 3).map(({ label }) => label);
  const measured = [...shown, ...(metrics.length > 3 ? [`${metrics.length - 3} more`] : [])].join(', ');
  return by.length === 0 ? measured : `${measured} by ${by.join(' and ')}`;
}

function defaultPlan(parts: Parts): UntitledPlan {
  const { x, metrics } = parts;
  const kind = defaultKind(shapeOf(parts));
  switch (kind) {
    case 'number':
      return x ? { kind, y: [planOf(metrics[0], 'bar')], splitBy: [] } : withoutDimension(parts);
    case 'bar':
    case 'mixed':
      return x ? bars(parts) : withoutDimension(parts);
    case 'stacked_bar':
      return stacked(parts, 'bar');
    case 'line':
      return cartesian(parts, 'line');
    case 'scatter':
      return scatter(parts);
    case 'heatmap':
      return heatmap(parts);
    case 'table':
      return withoutDimension(parts);
    default:
      return kind satisfies never;
  }
}

function shapeOf({ data, x, split, metrics }: Parts): ChartShape {
  const groups = x ? distinctNames(data, x.id).length : 0;
  return {
    x: x?.type,
    splits: split.length,
    metrics: metrics.length,
    units: byUnit(metrics).length,
    // A second unit is a line on an axis of its own, additive or not.
    isAdditive: byAxis(data, metrics)[0]?.every((metric) => metric.additive) === true,
    rows: {
      count: data.rows.length,
      groups,
      series: metrics.length * split.reduce((count, { id }) => count * distinctNames(data, id).length, 1),
      hasNegatives: metrics.some(({ id }) => hasNegatives(data, id)),
    },
  };
}

function withoutDimension({ data, metrics, notes }: Parts): UntitledPlan {
  const y = metrics.map((metric) => planOf(metric, 'bar'));
  if (data.rows.length > 1)
    return { kind: 'table', y, splitBy: [], notes: [...notes, 'no column names the rows of numbers'] };
  if (metrics.length === 1) return { kind: 'number', y, splitBy: [] };
  if (byUnit(metrics).length === 1) return { kind: 'cartesian', y, splitBy: [], horizontal: true };
  return { kind: 'table', y, splitBy: [], notes: [...notes, 'numbers of different units are not drawn'] };
}

/** The requested kind, if the rows can be drawn so. */
function planned(parts: Parts, as: ChartType): UntitledPlan {
  const { data, x, split, metrics } = parts;
  const refuse: (need: string) => never = (need) => {
    throw new ChartRefusal(`${as} needs ${need}; ${describeShape(parts)}. ${fitting(parts)}`);
  };
  // Areas of both signs would cover each other.
  const isNegative = metrics.some(({ id }) => hasNegatives(data, id));
  switch (as) {
    case 'bar':
      return x ? bars(parts) : withoutDimension(parts);
    case 'stacked_bar':
      if (!x || (split.length === 0 && metrics.length < 2))
        refuse('a second category, or metrics of one unit, to stack');
      if (!metrics.every(isStackable)) refuse('metrics that add up (sums, counts)');
      if (byUnit(metrics).length > 1) refuse('metrics of one unit');
      return stacked(parts, 'bar');
    case 'line':
    case 'area':
      if (!x || x.type === 'category') refuse('dates or an ordered dimension along x');
      if (as === 'area' && (split.length > 0 || metrics.length > 1) && metrics.every(isStackable) && !isNegative)
        return stacked(parts, 'area');
      return cartesian(parts, as);
    case 'scatter':
      if (metrics.length < (x && isMetric(x) ? 1 : 2)) refuse('two metrics');
      return scatter(parts);
    case 'pie':
      if (!x || x.type === 'time' || split.length > 0 || metrics.length !== 1 || !isStackable(metrics[0]))
        refuse('one category and one metric that adds up');
      if (isNegative) refuse('values of 0 or more');
      return { kind: 'pie', x: idOf(x), y: [planOf(metrics[0], 'bar')], splitBy: [] };
    case 'funnel':
      if (x ? split.length > 0 || metrics.length !== 1 : metrics.length < 2)
        refuse('one category (its steps) and one metric, or one row of several metrics');
      return {
        kind: 'funnel',
        ...(x && { x: x.id }),
        y: metrics.map((metric) => planOf(metric, 'bar')),
        splitBy: [],
      };
    case 'number':
      if (data.rows.length !== 1) refuse('one row');
      return { kind: 'number', y: [planOf(metrics[0], 'bar')], splitBy: [] };
    case 'heatmap':
      if (!x || split.length !== 1 || metrics.length !== 1) refuse('two dimensions and one metric');
      return heatmap(parts);
    default:
      return as satisfies never;
  }
}

const isStackable = ({ additive, distinct, isSumUnknown }: ChartColumn): boolean =>
  additive === true || distinct === true || isSumUnknown === true;

function describeShape({ x, split, metrics, data }: Parts): string {
  const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
  const fixed = metrics.find((metric) => !isStackable(metric));
  return `this has ${[
    count((x ? 1 : 0) + split.length, 'dimension'),
    count(metrics.length, 'metric'),
    count(data.rows.length, 'row'),
  ].join(', ')}${fixed ? ` (${fixed.label} does not add up)` : ''}`;
}

function fitting(parts: Parts): string {
  const { kind, y } = defaultPlan(parts);
  const name = kind === 'cartesian' ? (y.some(({ stack }) => stack) ? 'stacked_bar' : (y[0]?.type ?? 'bar')) : kind;
  return kind === 'table' ? 'Show the rows instead.' : `${name} fits.`;
}

const idOf = (column: ChartColumn | undefined): string => column?.id ?? '';

const planOf = (metric: ChartColumn, type: SeriesType, axis: 0 | 1 = 0, stack?: string): PlannedMetric => ({
  column: metric.id,
  type,
  axis,
  ...(stack !== undefined && { stack }),
});

/** Series of one type on the left axis; a second unit gets the right axis and another mark; a third is left out. */
function cartesian(parts: Parts, type: SeriesType, stack?: string): UntitledPlan {
  const { data, x, split, metrics } = parts;
  const [left = [], right = []] = stack === undefined ? byAxis(data, metrics) : byUnit(metrics);
  const second = type !== 'bar' ? type : x?.type === 'category' ? 'scatter' : 'line';
  return {
    kind: 'cartesian',
    x: idOf(x),
    y: [
      ...left.map((metric) => planOf(metric, type, 0, stack)),
      ...right.map((metric) => planOf(metric, second, 1, stack)),
    ],
    splitBy: split.map(({ id }) => id),
    ...(x && x.type !== 'category' && { order: data.sortedBy === x.id ? 'rows' : 'natural' }),
  };
}

function bars(parts: Parts, stack?: string): UntitledPlan {
  const { data, x } = parts;
  const plan = cartesian(parts, 'bar', stack);
  if (!x || x.type === 'time') return plan;
  const names = distinctNames(data, x.id);
  const isLong = names.length > MAX_UPRIGHT_BARS || names.some((name) => name.length > MAX_UPRIGHT_NAME);
  // Lying bars have one value axis.
  const horizontal = isLong && plan.y.every(({ axis }) => axis === 0);
  return { ...plan, horizontal, ...(x.type === 'category' && { order: data.sortedBy === x.id ? 'rows' : 'value' }) };
}

function stacked(parts: Parts, type: SeriesType): UntitledPlan {
  return type === 'bar' ? bars(parts, 'all') : cartesian(parts, type, 'all');
}

function scatter({ x, split, metrics }: Parts): UntitledPlan {
  const [first, second] = metrics;
  const along = x && isMetric(x) ? x : first;
  const up = along === first ? (second ?? first) : first;
  return {
    kind: 'scatter',
    x: along.id,
    y: [planOf(up, 'scatter')],
    splitBy: [...(x && x !== along ? [x.id] : []), ...split.map(({ id }) => id)],
  };
}

function heatmap({ x, split, metrics }: Parts): UntitledPlan {
  const splitBy = split.map(({ id }) => id);
  return { kind: 'heatmap', x: idOf(x), y: [planOf(metrics[0], 'bar')], splitBy };
}
