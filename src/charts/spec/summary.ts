import { truncate } from '../../text/plain-text.ts';
import { formatValue, unitOf } from './formats.ts';
import { sum } from './limits.ts';
import { periodName } from './periods.ts';
import type { CartesianSpec, ChartSpec, HeatmapSpec, SlicesSpec, SpecSeries, ValueFormat } from './spec.ts';

/** A point of a chart, by name. */
interface Point {
  readonly at: string;
  readonly value: number;
  readonly format: ValueFormat;
}

/** Slices and series that are listed by name; the specs hold no more. */
const MAX_LISTED = 10;

/** Name of the kind, for people: `stacked bar chart`. */
export function kindName(spec: ChartSpec): string {
  if (spec.kind !== 'cartesian')
    return {
      pie: 'pie chart',
      funnel: 'funnel',
      treemap: 'treemap',
      number: 'number',
      gauge: 'gauge',
      heatmap: 'heatmap',
      table: 'table',
    }[spec.kind];
  const types = new Set(spec.series.map(({ type }) => type));
  if (types.size > 1)
    return `chart of ${[...types].map((type) => (type === 'scatter' ? 'points' : `${type}s`)).join(' and ')}`;
  const [type] = types;
  if (type === 'scatter') return 'scatter plot';
  const stack = spec.percentStack
    ? '100% stacked '
    : spec.series.length > 1 && spec.series.some(({ stack }) => stack)
      ? 'stacked '
      : '';
  return `${stack}${type ?? 'bar'} chart`;
}

/** The chart in words and exact numbers, for a reader who does not see the picture; notes included. */
export function summarize(spec: ChartSpec): string {
  const lines = [`${capital(kindName(spec))} "${spec.title}"${extentOf(spec)}.`, ...figuresOf(spec)];
  if (spec.notes.length > 0) lines.push(`Note: ${spec.notes.join('; ')}.`);
  return lines.join('\n');
}

const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function extentOf(spec: ChartSpec): string {
  if (spec.kind === 'heatmap') return `: ${spec.y.values.length} rows by ${spec.x.values.length} columns`;
  if (spec.kind !== 'cartesian') return '';
  const names = xNames(spec);
  const count = names.length;
  const series = spec.series.length > 1 ? `, ${spec.series.length} series` : '';
  if (spec.x.type === 'number') return `: ${count} ${count === 1 ? 'point' : 'points'}`;
  const isTime = spec.x.type === 'time' || spec.x.ticks !== undefined;
  const range = isTime && count > 1 ? `, ${names[0]} to ${names.at(-1)}` : '';
  return `: ${count} ${isTime ? (count === 1 ? 'period' : 'periods') : count === 1 ? 'category' : 'categories'}${range}${series}`;
}

function figuresOf(spec: ChartSpec): string[] {
  switch (spec.kind) {
    case 'cartesian':
      return cartesianFigures(spec);
    case 'pie':
    case 'treemap':
    case 'funnel':
      return sliceFigures(spec);
    case 'number':
      return [
        spec.value === undefined
          ? 'No value.'
          : `${spec.label}: ${typeof spec.value === 'string' ? spec.value : formatValue(spec.value, spec.format)}${
              spec.comparison ? ` (${spec.comparison.text} ${spec.comparison.label})` : ''
            }.`,
      ];
    case 'gauge':
      return [
        `${spec.label}: ${formatValue(spec.value, spec.format)} on a scale from ${formatValue(spec.min, spec.format)} to ${formatValue(spec.max, spec.format)}.`,
      ];
    case 'heatmap':
      return extremes(heatmapPoints(spec), spec);
    case 'table':
      return [`${spec.rows.length} rows.`];
    default:
      return spec satisfies never;
  }
}

/** Names of the values along x, as people read them. */
export function xNames({ x }: CartesianSpec): readonly string[] {
  switch (x.type) {
    case 'category':
      return x.values;
    case 'time':
      return x.values.map((time) => periodName(time, undefined));
    case 'number':
      return x.values.map((value, index) => x.names?.[index] ?? formatValue(value, x.format));
    default:
      return x satisfies never;
  }
}

function cartesianFigures(spec: CartesianSpec): string[] {
  const names = xNames(spec);
  const [only, ...others] = spec.series;
  if (!only) return [];
  const singles = withoutOther(spec);
  if (others.length === 0) {
    const points = singles.flatMap((series) => pointsOf(series, names));
    return [...extremes(points, spec), ...seriesFigures(only, points, spec.x.type !== 'number')];
  }
  const hasOrder = spec.x.type !== 'category' || spec.x.ticks !== undefined;
  const listed = spec.series
    .slice(0, MAX_LISTED)
    .map((series) => `${short(series.name)} ${figureOf(series, names, hasOrder)}`);
  const units = new Set(spec.series.map(({ axis, format }) => `${axis} ${unitOf(format)}`));
  // Extremes of different units are not comparable.
  const points = units.size > 1 ? [] : singles.flatMap((series) => pointsOf(series, names, series.name));
  return [...extremes(points, spec), `${listed.join('; ')}.`];
}

/** The series without the sum of those that were left out: it is neither the highest nor the lowest of them. */
function withoutOther({ series, x }: CartesianSpec): readonly SpecSeries[] {
  const places = x.type === 'category' && x.hasOther ? x.values.length - 1 : undefined;
  return series.filter(({ isOther }) => !isOther).map((item) => ({ ...item, values: item.values.slice(0, places) }));
}

function pointsOf({ values, format }: SpecSeries, names: readonly string[], series?: string): Point[] {
  return values.flatMap((value, index) => {
    const at = [names[index] ?? '', ...(series === undefined ? [] : [series])].join(', ');
    return value === null ? [] : [{ at, value, format }];
  });
}

const written = ({ at, value, format }: Point) => `${short(at)} ${formatValue(value, format)}`;

/** Long names stand in the rows in full. */
const MAX_NAME_LENGTH = 80;
const short = (name: string) => truncate(name, MAX_NAME_LENGTH);

function seriesFigures(series: SpecSeries, points: readonly Point[], hasOrder: boolean): string[] {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return ['No values.'];
  const total = series.additive ? sum(series.values) : null;
  const parts = [
    ...(hasOrder && points.length > 1 && !isSortedDown(points)
      ? [`first ${written(first)}`, `last ${written(last)}`]
      : []),
    ...(total !== null && points.length > 1 ? [`total ${formatValue(total, series.format)}`] : []),
  ];
  return parts.length > 0 ? [`${capital(parts.join('; '))}.`] : [];
}

/** From the highest to the lowest: first and last would repeat them. */
const isSortedDown = (points: readonly Point[]): boolean =>
  points.every((point, index) => point.value <= (points[index - 1]?.value ?? point.value));

/** One figure for a series among several: its total, else its first and last value, or the span of values without an order. */
function figureOf(series: SpecSeries, names: readonly string[], hasOrder: boolean): string {
  const total = series.additive ? sum(series.values) : null;
  if (total !== null) return `total ${formatValue(total, series.format)}`;
  const points = pointsOf(series, names);
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return 'without values';
  const value = (point: Pick<Point, 'value'>) => formatValue(point.value, series.format);
  if (points.length === 1) return value(first);
  if (hasOrder) return `from ${value(first)} to ${value(last)}`;
  const values = points.map((point) => point.value);
  return `between ${value({ value: Math.min(...values) })} and ${value({ value: Math.max(...values) })}`;
}

/** Highest and lowest; of what is drawn, if that is not all. */
function extremes(points: readonly Point[], { isCut }: Pick<ChartSpec, 'isCut'>): string[] {
  if (points.length === 0) return [];
  const highest = points.reduce((best, point) => (point.value > best.value ? point : best));
  const lowest = points.reduce((best, point) => (point.value < best.value ? point : best));
  const drawn = isCut ? ' drawn' : '';
  return points.length === 1
    ? [`${written(highest)}.`]
    : [`Highest${drawn} ${written(highest)}; lowest${drawn} ${written(lowest)}.`];
}

function sliceFigures(spec: SlicesSpec): string[] {
  const total = sum(spec.slices.map(({ value }) => value)) ?? 0;
  const whole = spec.kind === 'funnel' ? (spec.slices[0]?.value ?? 0) : total;
  const listed = spec.slices.slice(0, MAX_LISTED).map(({ name, value }) => {
    const share = whole > 0 ? ` (${((value / whole) * 100).toFixed(1)}%)` : '';
    return `${short(name)} ${formatValue(value, spec.format)}${share}`;
  });
  const more = spec.slices.length - listed.length;
  return [
    `${listed.join('; ')}${more > 0 ? `; ${more} smaller` : ''}.`,
    ...(spec.additive ? [`Total ${formatValue(total, spec.format)}.`] : []),
  ];
}

const heatmapPoints = ({ x, y, cells, format }: HeatmapSpec): Point[] =>
  cells.flatMap((row, down) =>
    row.flatMap((value, across) =>
      value === null ? [] : [{ at: `${y.values[down]}, ${x.values[across]}`, value, format }],
    ),
  );
