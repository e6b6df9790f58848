import type { EChartsType } from 'echarts/core';
import type { CartesianSpec, ChartSpec } from '../spec/spec.ts';
import { type Canvas, MARGIN, TEXT_SIZE, truncate } from './layout.ts';

const MAX_TURNED_NAME = 130;
/** Room around a name below its bar. */
const NAME_GAP = 8;
const MAX_NAMED_POINTS = 40;
const MAX_POINT_NAME = 120;
/** A point, and the gaps between it and a name on either side. */
const POINT_ROOM = 17;

interface Box {
  readonly x: number;
  readonly width: number;
}

/**
 * Names below the axis: as they are if they fit; periods thinned; others turned, more if need be, and thinned only if even
 * that does not fit.
 */
export function fitNames(names: readonly string[], isTime: boolean, { measure }: Canvas, width: number) {
  const widthPerName = width / Math.max(1, names.length);
  const widths = names.map((name) => Math.max(...name.split('\n').map((line) => measure(line, TEXT_SIZE))));
  const widest = Math.max(0, ...widths) + NAME_GAP;
  if (isTime || widest <= widthPerName)
    return { rotate: 0, texts: thin(names, Math.max(1, Math.ceil(widest / widthPerName))) };
  const short = names.map((name) => truncate(name, MAX_TURNED_NAME, TEXT_SIZE, measure));
  const rotate = widthPerName >= 26 ? 38 : 60;
  // Turned names need about a line's height each.
  const needed = rotate === 38 ? 24 : 17;
  return { rotate, texts: thin(short, Math.max(1, Math.ceil(needed / widthPerName))) };
}

/** Every nth name; the second line (the year) only if it changes. */
function thin(names: readonly string[], step: number): readonly string[] {
  let context: string | undefined;
  return names.map((name, index) => {
    if (index % step !== 0) return '';
    const [text = '', second] = name.split('\n');
    if (second === undefined || second === context) return text;
    context = second;
    return `${text}\n${second}`;
  });
}

/** Names right of points that are few enough to read them, left of those at the right edge. */
export function pointNames({ x }: CartesianSpec, { width, measure }: Canvas, label: object): object {
  const names = x.type === 'number' ? (x.names ?? []) : [];
  if (names.length === 0 || names.length > MAX_NAMED_POINTS) return {};
  const shown = names.map((name) => truncate(name, MAX_POINT_NAME, TEXT_SIZE, measure));
  return {
    label: {
      ...label,
      show: true,
      position: 'right',
      formatter: ({ dataIndex }: { dataIndex: number }) => shown[dataIndex] ?? '',
    },
    // By the point: the name may have been moved by an earlier drawing.
    labelLayout: ({ rect, labelRect }: { rect: Box; labelRect: Box }) => ({
      hideOverlap: true,
      dx: rect.x + POINT_ROOM + labelRect.width > width - MARGIN ? -labelRect.width - POINT_ROOM : 0,
    }),
  };
}

/** Number of points of a drawn chart without their names: there are too many of them, or others lie in their place. */
export function countHiddenNames(spec: ChartSpec, chart: EChartsType): number {
  if (spec.kind !== 'cartesian' || spec.x.type !== 'number') return 0;
  const { names = [] } = spec.x;
  if (names.length > MAX_NAMED_POINTS) return names.length;
  let hidden = 0;
  for (const root of chart.getZr().storage.getRoots()) {
    root.traverse((element) => {
      if (element.getTextContent()?.ignore) hidden += 1;
    });
  }
  return hidden;
}
