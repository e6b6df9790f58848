import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChartField, completeLook, type LookKind } from '../../src/charts/config/look.ts';
import { choosePlan } from '../../src/charts/spec/choose.ts';
import type { ChartColumn } from '../../src/charts/spec/data.ts';
import type { ChartPlan } from '../../src/charts/spec/plan.ts';
import { category, data, margin, month, months, orders, revenue } from './drawing/samples.ts';

const fieldOf = ({ id, role, type, additive, format }: ChartColumn): ChartField => ({
  id,
  role,
  isNumeric: type === 'number',
  isTime: type === 'time',
  isAdditive: additive === true,
  unit: format.style === 'percent' ? '%' : format.currency,
});

/** A plan in the words of saved charts; Lightdash has no heatmap, and saves lying bars as bars of their own kind. */
function showOf({ kind, y }: ChartPlan): LookKind {
  if (kind === 'number') return 'big_number';
  if (kind === 'heatmap') return 'bar';
  if (kind !== 'cartesian') return kind === 'scatter' || kind === 'table' ? kind : 'bar';
  const types = new Set(y.map(({ type }) => type));
  if (types.size > 1) return 'mixed';
  if (types.has('line')) return 'line';
  return y.some(({ stack }) => stack !== undefined) ? 'stacked_bar' : 'bar';
}

describe('a chart saved without a kind', () => {
  it('has the kind in which its rows were drawn', () => {
    const shapes = fc.record({
      x: fc.constantFrom(month, category('product')),
      metrics: fc.constantFrom([revenue], [margin], [orders], [revenue, margin], [orders, revenue]),
      groups: fc.integer({ min: 2, max: 30 }),
      series: fc.constantFrom(0, 2, 6),
      hasNegatives: fc.boolean(),
    });
    fc.assert(
      fc.property(shapes, ({ x, metrics, groups, series, hasNegatives }) => {
        const names = x === month ? months(groups) : Array.from({ length: groups }, (_, index) => `P${index}`);
        const splits = series > 0 ? Array.from({ length: series }, (_, index) => `C${index}`) : [undefined];
        const columns = [x, ...(series > 0 ? [category('channel')] : []), ...metrics];
        const rows = names.flatMap((name, at) =>
          splits.map((split) => [
            name,
            ...(split === undefined ? [] : [split]),
            ...metrics.map(() => (hasNegatives && at === 0 ? -3 : 3 + at)),
          ]),
        );
        const look = completeLook({}, columns.map(fieldOf), () => ({
          count: rows.length,
          groups,
          series: metrics.length * Math.max(1, series),
          hasNegatives,
        }));
        expect(look.show).toBe(showOf(choosePlan(data(columns, rows))));
      }),
    );
  });
});
