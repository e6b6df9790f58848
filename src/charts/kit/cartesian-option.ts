import { formatValue } from '../spec/formats.ts';
import { OTHER_COLOR } from '../spec/limits.ts';
import type { CartesianSpec, SpecAxis, SpecSeries, ValueFormat } from '../spec/spec.ts';
import { type Canvas, headerOf, legendOf, MARGIN, TEXT_SIZE, truncate } from './layout.ts';
import { fitNames, pointNames } from './names.ts';
import { DEFAULT_PALETTE } from './theme.ts';
import { startsAtZero, stepOf, tickLabel, tickStep } from './ticks.ts';
import { alignZeros } from './zero-lines.ts';

const PERCENT: ValueFormat = { style: 'percent', digits: 0 };
const MAX_SIDE_NAME = 290;
/** Lines of more points show no symbols: they would touch. */
const MAX_SYMBOLS = 60;

/** ECharts option of bars, lines, areas and points over one axis. */
export function cartesianOption(spec: CartesianSpec, canvas: Canvas): object {
  const header = headerOf(spec, canvas);
  const legend = legendOf(
    spec.series.map(({ name }) => name),
    header.height,
    canvas,
  );
  const top = header.height + (legend?.height ?? 0) + (spec.axes.some(({ label }) => label) ? 6 : 2);
  const scales = alignZeros(spec);
  const values = spec.axes.map((axis, index) => ({ ...valueAxis(spec, axis, index, canvas), ...scales?.[index] }));
  const names = nameAxis(spec, canvas, axisRoom(spec, canvas));
  return {
    title: header.title,
    ...(legend && { legend: legend.option }),
    grid: {
      left: MARGIN,
      // The label of the longest lying bar stands right of it.
      right: MARGIN + (spec.horizontal && spec.series.some(({ labels }) => labels) ? 36 : 0),
      top,
      bottom: MARGIN,
      outerBoundsMode: 'same',
      outerBoundsContain: 'all',
    },
    xAxis: spec.horizontal ? values : names,
    yAxis: spec.horizontal ? names : values,
    series: spec.series.map((series, index) => seriesOption(spec, series, index, canvas)),
  };
}

/** Pixels that value axes take from the width, roughly. */
function axisRoom(spec: CartesianSpec, { measure }: Canvas): number {
  return spec.axes.reduce((room, axis, index) => {
    const own = spec.series.filter((series) => series.axis === index);
    const widest = Math.max(0, ...own.flatMap(({ values }) => values.map((value) => Math.abs(value ?? 0))));
    const label = tickLabel(-widest, axisFormat(spec, axis), { step: stepOf(spec, own) });
    return room + measure(label, TEXT_SIZE) + 12 + (axis.label ? 20 : 0);
  }, 2 * MARGIN);
}

const axisFormat = (spec: CartesianSpec, { format }: SpecAxis) => (spec.percentStack ? PERCENT : format);

function textStyle({ theme }: Canvas) {
  return { color: theme.muted, fontSize: TEXT_SIZE, fontFamily: theme.fontFamily };
}

function valueAxis(spec: CartesianSpec, axis: SpecAxis, index: number, canvas: Canvas): object {
  const { theme, locale } = canvas;
  const own = spec.series.filter((series) => series.axis === index);
  const fromZero = startsAtZero(own);
  const hasLabels = own.some(({ type, labels, stack }) => type === 'bar' && labels === true && stack === undefined);
  const format = axisFormat(spec, axis);
  const step = stepOf(spec, own);
  return {
    type: 'value',
    scale: !fromZero,
    ...(axis.min !== undefined && !fromZero && { min: axis.min }),
    ...(axis.max !== undefined && { max: axis.max }),
    ...(spec.percentStack && { max: 1 }),
    ...(axis.inverse && { inverse: true }),
    ...(spec.axes.length > 1 && { alignTicks: true }),
    // Room for labels beyond the longest bars, which may end at the last tick.
    ...(hasLabels && { boundaryGap: [own.some(labelsBelow) ? '8%' : 0, spec.horizontal ? 0 : '6%'] }),
    position: (spec.horizontal ? (['bottom', 'top'] as const) : (['left', 'right'] as const))[index],
    ...axisName(axis.label, spec.horizontal ? 'below' : 'side', canvas),
    axisLabel: {
      ...textStyle(canvas),
      hideOverlap: true,
      formatter: (value: number) => tickLabel(value, format, { step, locale }),
    },
    splitNumber: spec.horizontal ? 6 : 5,
    splitLine: { show: index === 0, lineStyle: { color: theme.grid } },
    axisLine: { show: false },
    axisTick: { show: false },
  };
}

function axisName(label: string | undefined, place: 'side' | 'below', canvas: Canvas): object {
  if (!label) return {};
  return {
    name: truncate(label, 240, TEXT_SIZE, canvas.measure),
    nameLocation: 'middle',
    nameMoveOverlap: true,
    nameGap: place === 'side' ? 12 : 8,
    nameTextStyle: textStyle(canvas),
  };
}

/** The axis of categories, periods or points. */
function nameAxis(spec: CartesianSpec, canvas: Canvas, taken: number): object {
  const { theme, measure } = canvas;
  const { x } = spec;
  const line = { axisLine: { show: true, onZero: true, lineStyle: { color: theme.axis } }, axisTick: { show: false } };
  if (x.type === 'time')
    return {
      type: 'time',
      ...line,
      axisLabel: { ...textStyle(canvas), hideOverlap: true },
      splitLine: { show: false },
    };
  if (x.type === 'number') {
    const { format } = x;
    const step = x.values.length > 0 ? tickStep(x.values) : undefined;
    return {
      type: 'value',
      scale: true,
      ...line,
      ...axisName(x.label, 'below', canvas),
      axisLabel: {
        ...textStyle(canvas),
        hideOverlap: true,
        formatter: (value: number) => tickLabel(value, format, { step, locale: canvas.locale }),
      },
      splitLine: { show: false },
    };
  }
  const names = spec.horizontal
    ? x.values.map((name) => truncate(name, MAX_SIDE_NAME, TEXT_SIZE, measure))
    : fitNames(x.ticks ?? x.values, x.ticks !== undefined, canvas, canvas.width - taken);
  const labels = Array.isArray(names) ? { texts: names, rotate: 0 } : names;
  return {
    type: 'category',
    data: x.values.map((_, index) => String(index)),
    ...line,
    ...(spec.horizontal && { inverse: true }),
    axisLabel: {
      ...textStyle(canvas),
      lineHeight: 15,
      interval: 0,
      rotate: labels.rotate,
      formatter: (position: string) => labels.texts[Number(position)] ?? '',
    },
  };
}

function seriesOption(spec: CartesianSpec, series: SpecSeries, index: number, canvas: Canvas): object {
  const palette = spec.palette?.length ? spec.palette : DEFAULT_PALETTE;
  const color = series.color ?? palette[index % palette.length];
  const { format } = series;
  const data = pointsOf(spec, series);
  const label = {
    show: series.labels === true,
    fontSize: 11,
    fontFamily: canvas.theme.fontFamily,
    color: canvas.theme.muted,
    formatter: ({ dataIndex }: { dataIndex: number }) => {
      const value = series.values[dataIndex];
      return typeof value === 'number'
        ? formatValue(value, format, { width: 'label', ...(canvas.locale && { locale: canvas.locale }) })
        : '';
    },
  };
  const common = {
    name: series.name,
    data,
    [spec.horizontal ? 'xAxisIndex' : 'yAxisIndex']: series.axis,
    animation: false,
    itemStyle: { color },
    labelLayout: { hideOverlap: true },
    emphasis: { focus: 'series' },
    ...(series.stack !== undefined && { stack: `${series.stack} ${series.axis}` }),
    ...(series.lines?.length && { markLine: markLine(spec, series, canvas) }),
  };
  switch (series.type) {
    case 'bar':
      return {
        ...common,
        type: 'bar',
        barMaxWidth: 64,
        itemStyle: { color, borderRadius: series.stack === undefined ? 3 : 0 },
        label: {
          ...label,
          position: series.stack === undefined ? 'outside' : 'inside',
          ...(series.stack !== undefined && { color: 'inherit' }),
        },
      };
    case 'line':
    case 'area': {
      // A point between two gaps would be invisible without a symbol.
      const show = series.symbols ?? (series.values.length <= MAX_SYMBOLS || hasLonelyPoint(series.values));
      return {
        ...common,
        type: 'line',
        showSymbol: show,
        symbol: 'circle',
        symbolSize: 5,
        lineStyle: { color, width: 2 },
        ...(series.type === 'area' && { areaStyle: { color, opacity: series.stack === undefined ? 0.25 : 0.7 } }),
        ...(series.smooth && { smooth: true }),
        ...(series.connectNulls && { connectNulls: true }),
        label: { ...label, position: 'top' },
      };
    }
    case 'scatter':
      return {
        ...common,
        type: 'scatter',
        symbolSize: spec.x.type === 'number' ? 7 : 9,
        itemStyle: { color, opacity: 0.8 },
        label: { ...label, position: 'top' },
        ...pointNames(spec, canvas, label),
      };
    default:
      return series.type satisfies never;
  }
}

/** Labels of negative bars stand at their lower end, near the names of the axis. */
const labelsBelow = ({ type, labels, values }: SpecSeries): boolean =>
  type === 'bar' && labels === true && values.some((value) => (value ?? 0) < 0);

const hasLonelyPoint = (values: readonly (number | null)[]): boolean =>
  values.some((value, index) => value !== null && values[index - 1] == null && values[index + 1] == null);

/** Data of a series as ECharts takes it: by position for categories, pairs on continuous axes. */
function pointsOf(spec: CartesianSpec, series: SpecSeries): readonly unknown[] {
  const values = withoutHoles(spec, series, spec.percentStack ? shares(spec, series) : series.values);
  if (spec.x.type === 'category') {
    const other = spec.x.hasOther && spec.series.length === 1 ? values.length - 1 : -1;
    return values.map((value, index) =>
      index === other ? { value: value ?? '-', itemStyle: { color: OTHER_COLOR } } : (value ?? '-'),
    );
  }
  const along = spec.x.values;
  return values.map((value, index) => [along[index], value ?? '-']);
}

/** A missing part of a stack adds nothing; an area with a hole would not lie on the others. */
function withoutHoles(
  { series: all }: CartesianSpec,
  { stack, axis, type }: SpecSeries,
  values: readonly (number | null)[],
) {
  if (stack === undefined || type === 'bar') return values;
  const others = all.filter((item) => item.stack === stack && item.axis === axis);
  return values.map((value, index) => value ?? (others.some((item) => item.values[index] != null) ? 0 : null));
}

/** Values as parts of their stack's total at each x. */
export function shares(spec: CartesianSpec, series: SpecSeries): readonly (number | null)[] {
  const group = spec.series.filter(({ stack, axis }) => stack === series.stack && axis === series.axis);
  return series.values.map((value, index) => {
    const total = group.reduce((sum, { values }) => sum + Math.abs(values[index] ?? 0), 0);
    return value === null || total === 0 ? null : value / total;
  });
}

function markLine(spec: CartesianSpec, series: SpecSeries, { theme, locale }: Canvas): object {
  const axis = spec.axes[series.axis];
  const categories = spec.x.type === 'category' ? spec.x.values : [];
  const data = (series.lines ?? []).flatMap(({ at, on, label }) => {
    const position = on === 'value' ? at : categories.indexOf(String(at));
    if (position === -1 && on === 'category') return [];
    const along = (on === 'value') === (spec.horizontal === true) ? 'xAxis' : 'yAxis';
    const text = label ?? (typeof at === 'number' && axis ? tickLabel(at, axis.format, { locale }) : String(at));
    return [{ [along]: position, label: { formatter: text } }];
  });
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    lineStyle: { color: theme.muted, type: 'dashed', width: 1 },
    label: { color: theme.muted, fontSize: 11, fontFamily: theme.fontFamily, position: 'insideEndTop' },
    data,
  };
}
