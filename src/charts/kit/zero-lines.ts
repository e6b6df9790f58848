import type { CartesianSpec } from '../spec/spec.ts';

/** The scale of a value axis. */
interface AxisScale {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
}

/** Ticks from zero to the largest value of an axis, about. */
const TICKS = 4;
/** Less is zero: powers of ten end there. */
const MIN_STEP = 1e-300;
const NICE_STEPS = [1, 2, 2.5, 5, 10];

/**
 * Scales of two axes whose zeros are on one line if a value is below 0: else a number above zero on one axis stands below
 * the zero of the other. Undefined if there is nothing to align, or a chart has ends of its own.
 */
export function alignZeros(spec: CartesianSpec): readonly AxisScale[] | undefined {
  const hasOwnEnds = spec.axes.some(({ min, max, inverse }) => min !== undefined || max !== undefined || inverse);
  if (spec.axes.length < 2 || spec.percentStack || hasOwnEnds) return undefined;
  const extents = spec.axes.map((_, axis) => extentOf(spec, axis));
  if (extents.every(({ min }) => min === 0)) return undefined;
  const steps = extents.map(({ min, max }) => niceStep(Math.max(-min, max) / TICKS));
  const below = Math.max(...extents.map(({ min }, axis) => Math.ceil(-min / (steps[axis] ?? 1))));
  const above = Math.max(...extents.map(({ max }, axis) => Math.ceil(max / (steps[axis] ?? 1))));
  return steps.map((interval) => ({ min: -below * interval, max: above * interval, interval }));
}

/** The lowest and highest end of the marks of an axis, and zero; stacks grow up and down from it. */
function extentOf({ series, x }: CartesianSpec, axis: number): { readonly min: number; readonly max: number } {
  const ends = x.values.flatMap((_, at) => {
    const sums = new Map<string, number>();
    const single: number[] = [];
    for (const { axis: own, stack, values } of series) {
      const value = values[at] ?? 0;
      if (own !== axis) continue;
      const key = `${stack} ${value < 0}`;
      if (stack === undefined) single.push(value);
      else sums.set(key, (sums.get(key) ?? 0) + value);
    }
    return [...single, ...sums.values()];
  });
  return { min: Math.min(0, ...ends), max: Math.max(0, ...ends) };
}

/** The next larger step that reads well: 0.25, 20, 5000. */
function niceStep(least: number): number {
  if (least < MIN_STEP) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  return (NICE_STEPS.find((step) => step * power >= least * (1 - Number.EPSILON)) ?? 10) * power;
}
