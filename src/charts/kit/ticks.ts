import { formatValue } from '../spec/formats.ts';
import type { CartesianSpec, SpecSeries, ValueFormat } from '../spec/spec.ts';

interface TickOptions {
  /** Distance of the ticks. */
  readonly step?: number | undefined;
  readonly locale?: string | undefined;
}

/** Ticks need their own decimals, whatever the model rounds values to. */
export function tickLabel(value: number, { digits: _, ...format }: ValueFormat, { step, locale }: TickOptions): string {
  return formatValue(value, format, {
    width: 'short',
    ...(step !== undefined && { step }),
    ...(locale !== undefined && { locale }),
  });
}

/** The least distance of ticks that ECharts chooses for values on about five of them. */
export const tickStep = (values: readonly number[]): number => (Math.max(...values) - Math.min(...values)) / 10;

/** Distance of the ticks of an axis. Undefined for stacks, whose axis is longer than any of their values. */
export function stepOf({ percentStack }: CartesianSpec, series: readonly SpecSeries[]): number | undefined {
  if (percentStack || series.some(({ stack }) => stack !== undefined)) return undefined;
  const values = series.flatMap((item) => item.values.filter((value) => value !== null));
  if (values.length === 0) return undefined;
  return tickStep(startsAtZero(series) ? [0, ...values] : values);
}

/** Bars that do not start at zero lie about their lengths. */
export const startsAtZero = (series: readonly SpecSeries[]): boolean =>
  series.some(({ type }) => type === 'bar' || type === 'area');
