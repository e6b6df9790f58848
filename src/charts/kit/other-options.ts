import { formatValue } from '../spec/formats.ts';
import type { GaugeSpec, HeatmapSpec, NumberSpec, SlicesSpec } from '../spec/spec.ts';
import { type Canvas, headerOf, MARGIN, TEXT_SIZE, truncate } from './layout.ts';
import { DEFAULT_PALETTE, inkOn } from './theme.ts';

const HEAT = ['#eef2fb', '#b9c7ec', '#5470c6', '#27408f'];

const text = ({ theme }: Canvas) => ({ color: theme.muted, fontSize: TEXT_SIZE, fontFamily: theme.fontFamily });

/** ECharts option of a pie, a funnel or a treemap. */
export function slicesOption(spec: SlicesSpec, canvas: Canvas): object {
  const { theme, measure } = canvas;
  const header = headerOf(spec, canvas);
  const palette = spec.palette?.length ? spec.palette : DEFAULT_PALETTE;
  const total = spec.slices.reduce((sum, { value }) => sum + value, 0);
  const whole = spec.kind === 'funnel' ? (spec.slices[0]?.value ?? 0) : total;
  const { value: showValue, percentage } = spec.show ?? { value: true, percentage: true };
  const figuresOf = (value: number) => {
    const share = whole > 0 ? `${((value / whole) * 100).toFixed(1)}%` : '';
    const written = formatValue(value, spec.format, { width: 'label' });
    // Areas of a treemap are narrow rather than low.
    return [...(showValue ? [written] : []), ...(percentage && share ? [share] : [])].join(
      spec.kind === 'treemap' ? '\n' : ' · ',
    );
  };
  const data = spec.slices.map(({ name, value, color }, index) => {
    const lines = [truncate(name, 150, TEXT_SIZE, measure), figuresOf(value)].filter((line) => line !== '');
    return { name, value, text: lines.join('\n'), itemStyle: { color: color ?? palette[index % palette.length] } };
  });
  // Not by dataIndex: in a treemap that counts the root, too.
  const formatter = ({ data: slice }: { data?: { text?: string } }) => slice?.text ?? '';
  const label = { ...text(canvas), lineHeight: 15, formatter };
  const top = header.height + 8;
  const common = { animation: false, data };
  if (spec.kind === 'pie')
    return {
      title: header.title,
      series: {
        ...common,
        type: 'pie',
        center: ['50%', (top + canvas.height - MARGIN) / 2],
        radius: [spec.donut ? '34%' : 0, Math.max(40, (canvas.height - top - MARGIN) / 2 - 24)],
        startAngle: 90,
        label: { ...label, show: true },
        labelLine: { length: 10, length2: 12, lineStyle: { color: theme.axis } },
        itemStyle: { borderColor: theme.background, borderWidth: 1 },
      },
    };
  if (spec.kind === 'funnel') {
    const steps = data.map((step, index) => ({ ...step, labelLine: { length: stepLine(spec, index, canvas) } }));
    return {
      title: header.title,
      series: {
        ...common,
        data: steps,
        type: 'funnel',
        sort: 'none',
        left: '20%',
        right: '35%',
        top,
        bottom: MARGIN,
        minSize: '2%',
        gap: 2,
        label: { ...label, position: 'right' },
        labelLine: { lineStyle: { color: theme.axis } },
        itemStyle: { borderWidth: 0 },
      },
    };
  }
  return {
    title: header.title,
    series: {
      ...common,
      data: data.map((slice) => ({ ...slice, label: { color: inkOn(String(slice.itemStyle.color)) } })),
      type: 'treemap',
      left: MARGIN,
      right: MARGIN,
      top,
      bottom: MARGIN,
      roam: false,
      nodeClick: false,
      breadcrumb: { show: false },
      itemStyle: { borderColor: theme.background, borderWidth: 1, gapWidth: 1 },
      label: { ...label, overflow: 'truncate', lineOverflow: 'truncate' },
    },
  };
}

const FUNNEL_WIDTH = 0.45;
const STEP_LINE = 14;

/** A label stands right of its whole step: a step narrows to the next, and its line begins in the middle. */
function stepLine({ slices }: SlicesSpec, index: number, { width }: Canvas): number {
  const largest = Math.max(...slices.map(({ value }) => value));
  const partOf = (at: number) => (largest > 0 ? (slices[at]?.value ?? 0) / largest : 0);
  const narrowing = Math.max(0, partOf(index) - partOf(index + 1));
  return STEP_LINE + (narrowing * FUNNEL_WIDTH * width) / 4;
}

/** ECharts option of one number with its comparison. */
export function numberOption(spec: NumberSpec, canvas: Canvas): object {
  const { theme, locale } = canvas;
  const header = headerOf(spec, canvas);
  const { value } = spec;
  const written =
    value === undefined
      ? 'no value'
      : typeof value === 'string'
        ? value
        : formatValue(value, spec.format, { width: 'model', ...(locale !== undefined && { locale }) });
  const middle = (header.height + canvas.height) / 2;
  const centred = (top: number, content: string, style: object) => ({
    text: content,
    left: 'center',
    top,
    textStyle: style,
  });
  const size = 52;
  const room = canvas.width - 2 * MARGIN;
  const fitted = Math.min(size, (size * room) / Math.max(1, canvas.measure(written, size) * 1.06));
  return {
    title: [
      header.title,
      centred(middle - 44, written, {
        fontSize: fitted,
        lineHeight: size,
        fontFamily: theme.titleFamily,
        fontWeight: theme.titleWeight,
        color: theme.text,
      }),
      ...(spec.label === spec.title
        ? []
        : [centred(middle + 18, spec.label, { ...text(canvas), fontSize: 14, fontWeight: 400, lineHeight: 18 })]),
      ...(spec.comparison
        ? [
            centred(middle + 42, `${spec.comparison.text} ${spec.comparison.label}`, {
              ...text(canvas),
              fontWeight: 400,
              lineHeight: 18,
              color: spec.comparison.good === undefined ? theme.muted : spec.comparison.good ? '#2f9e60' : '#e0524d',
            }),
          ]
        : []),
    ],
  };
}

/** Ends of the sections as shares of the scale, ascending, with their colours, and the gaps between them. */
function sectionEnds({ sections, min, max }: GaugeSpec, gap: string): readonly (readonly [number, string])[] {
  const shareOf = (value: number) => (value - min) / (max - min);
  const ends: (readonly [number, string])[] = [];
  let end = min;
  for (const { from, to, color } of sections.toSorted((left, right) => left.from - right.from)) {
    const start = Math.max(from, end);
    const stop = Math.min(to, max);
    // ECharts draws nonsense of ends that do not ascend.
    if (stop <= start) continue;
    if (start > end) ends.push([shareOf(start), gap]);
    ends.push([shareOf(stop), color]);
    end = stop;
  }
  return end < max ? [...ends, [1, gap]] : ends;
}

/** ECharts option of a gauge with its sections. */
export function gaugeOption(spec: GaugeSpec, canvas: Canvas): object {
  const { theme } = canvas;
  const header = headerOf(spec, canvas);
  return {
    title: header.title,
    series: {
      type: 'gauge',
      animation: false,
      min: spec.min,
      max: spec.max,
      center: ['50%', '62%'],
      radius: '72%',
      startAngle: 200,
      endAngle: -20,
      splitNumber: 4,
      axisLine: { lineStyle: { width: 14, color: sectionEnds(spec, theme.grid) } },
      ...(spec.sections.length === 0 && {
        progress: { show: true, width: 14, itemStyle: { color: spec.palette?.[0] ?? DEFAULT_PALETTE[0] } },
      }),
      pointer: { width: 5, itemStyle: { color: theme.text } },
      axisTick: { show: false },
      splitLine: { length: 6, distance: 4, lineStyle: { color: theme.axis } },
      axisLabel: {
        ...text(canvas),
        distance: 18,
        formatter: (value: number) => formatValue(value, spec.format, { width: 'short' }),
      },
      title: { ...text(canvas), offsetCenter: [0, '48%'] },
      detail: {
        fontSize: 30,
        fontFamily: theme.titleFamily,
        fontWeight: theme.titleWeight,
        color: theme.text,
        offsetCenter: [0, '28%'],
        formatter: () => formatValue(spec.value, spec.format, { width: 'model' }),
      },
      data: [{ value: spec.value, name: spec.label }],
    },
  };
}

/** ECharts option of a heatmap. */
export function heatmapOption(spec: HeatmapSpec, canvas: Canvas): object {
  const { theme, measure } = canvas;
  const header = headerOf(spec, canvas);
  const values = spec.cells.flat().filter((value) => value !== null);
  const min = Math.min(...values);
  const max = Math.max(...values);
  const widthPerValue = (canvas.width - 200) / Math.max(1, spec.x.values.length);
  const short = (value: number) => formatValue(value, spec.format, { width: 'label' });
  const fits = values.every((value) => measure(short(value), 11) + 6 <= widthPerValue);
  const widest = Math.max(0, ...spec.x.values.map((name) => measure(name, TEXT_SIZE)));
  const turned = widest + 8 > widthPerValue;
  const step = Math.max(1, Math.ceil((turned ? 17 : widest + 8) / widthPerValue));
  const colorAt = (value: number) => HEAT[Math.min(3, Math.floor(((value - min) / (max - min || 1)) * 4))] ?? '#5470c6';
  const names = (values: readonly string[], width: number) =>
    values.map((name) => truncate(name, width, TEXT_SIZE, measure));
  const x = names(spec.x.values, 130).map((name, index) => (index % step === 0 ? name : ''));
  const y = names(spec.y.values, 220);
  const axis = (labels: readonly string[]) => ({
    type: 'category',
    data: labels.map((_, index) => String(index)),
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { ...text(canvas), interval: 0, formatter: (position: string) => labels[Number(position)] ?? '' },
  });
  const along = axis(x);
  return {
    title: header.title,
    grid: {
      left: MARGIN,
      right: MARGIN,
      top: header.height + 6,
      bottom: 52,
      outerBoundsMode: 'same',
      outerBoundsContain: 'all',
    },
    xAxis: { ...along, axisLabel: { ...along.axisLabel, rotate: turned ? 60 : 0 } },
    yAxis: { ...axis(y), inverse: true },
    visualMap: {
      type: 'continuous',
      min,
      max: max === min ? min + 1 : max,
      calculable: false,
      orient: 'horizontal',
      left: 'center',
      bottom: 10,
      itemHeight: 160,
      itemWidth: 10,
      text: [short(max), short(min)],
      textStyle: text(canvas),
      inRange: { color: HEAT },
    },
    series: {
      type: 'heatmap',
      animation: false,
      progressive: 0,
      itemStyle: { borderColor: theme.background, borderWidth: 1 },
      label: {
        show: fits,
        fontSize: 11,
        fontFamily: theme.fontFamily,
        formatter: ({ data }: { data: { value: number[] } }) => short(data.value[2] ?? 0),
      },
      data: spec.cells.flatMap((row, down) =>
        row.flatMap((value, across) =>
          value === null ? [] : [{ value: [across, down, value], label: { color: inkOn(colorAt(value)) } }],
        ),
      ),
    },
  };
}
