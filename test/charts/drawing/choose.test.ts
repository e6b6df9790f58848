import { describe, expect, it } from 'vitest';
import { CHART_TYPES } from '../../../src/charts/spec/chart-types.ts';
import { type ChartRequest, choosePlan } from '../../../src/charts/spec/choose.ts';
import type { ChartData } from '../../../src/charts/spec/data.ts';
import { ChartRefusal } from '../../../src/charts/spec/plan.ts';
import { category, data, margin, month, months, names, orders, revenue, wave } from './samples.ts';

const trend = (count: number, ...metrics: (typeof revenue)[]) =>
  data(
    [month, ...metrics],
    months(count).map((at, index) => [at, ...metrics.map((_, metric) => wave(index + metric))]),
  );
const categories = (list: readonly string[], ...metrics: (typeof revenue)[]) =>
  data(
    [category('product'), ...metrics],
    list.map((name, index) => [name, ...metrics.map((_, metric) => wave(index + metric))]),
  );
const split = (
  metric: typeof revenue,
  groups: readonly string[],
  series: readonly string[],
  first = category('product'),
) =>
  data(
    [first, category('channel'), metric],
    groups.flatMap((at, y) => series.map((name, x) => [at, name, wave(y + x * 9)])),
  );

/** The kind in the words of `as`. */
function kindOf(rows: ChartData, request?: ChartRequest): string {
  const { kind, y, horizontal, splitBy } = choosePlan(rows, request);
  if (kind !== 'cartesian') return kind;
  const types = [...new Set(y.map(({ type, stack }) => (stack ? `stacked ${type}` : type)))].join(' + ');
  return `${horizontal ? 'lying ' : ''}${types}${splitBy.length > 0 ? ' split' : ''}`;
}

describe('numbers without a unit', () => {
  const rating = { ...orders, id: 'rating', label: 'Rating', additive: false };
  const rows = (scale: number) =>
    data(
      [month, orders, rating],
      months(6).map((at, index) => [at, 400 + index, scale + index / 10]),
    );
  const axesOf = (chart: ChartData) => choosePlan(chart).y.map(({ column, type, axis }) => [column, type, axis]);

  it('stand on two axes if one is more than twenty times the other', () => {
    expect(axesOf(rows(4))).toEqual([
      ['orders', 'bar', 0],
      ['rating', 'line', 1],
    ]);
  });

  it('share one axis otherwise', () => {
    expect(axesOf(rows(100)).map(([, , axis]) => axis)).toEqual([0, 0]);
  });
});

describe('without a request', () => {
  it.each([
    ['one number', data([revenue], [[1]]), 'number'],
    ['one row of one metric', categories(['Web'], revenue), 'number'],
    ['numbers of one unit', data([orders, { ...orders, id: 'returns' }], [[3, 1]]), 'lying bar'],
    ['numbers of different units', data([orders, revenue], [[3, 1]]), 'table'],
    ['12 months of a sum', trend(12, revenue), 'bar'],
    ['13 months of a sum', trend(13, revenue), 'line'],
    ['12 months of a share', trend(12, margin), 'line'],
    ['a sum and a share by month', trend(12, revenue, margin), 'bar + line'],
    ['a sum by month and category', split(revenue, months(12), ['A', 'B'], month), 'stacked bar split'],
    ['a share by month and category', split(margin, months(12), ['A', 'B'], month), 'line split'],
    ['a sum by 30 months and category', split(revenue, months(30), ['A', 'B'], month), 'line split'],
    ['few short names', categories(['Web', 'Mail'], revenue), 'bar'],
    ['many names', categories(names(9), revenue), 'lying bar'],
    ['a long name', categories(['Ethiopia Yirgacheffe', 'B'], revenue), 'lying bar'],
    ['two metrics of 20 rows', categories(names(20), revenue, margin), 'scatter'],
    ['two small categories', split(revenue, ['A', 'B'], ['C', 'D']), 'bar split'],
    ['two larger categories of a sum', split(revenue, names(9), names(6)), 'lying stacked bar split'],
    ['two larger categories of a share', split(margin, names(9), names(6)), 'heatmap'],
  ])('draws %s as %s', (_, rows, expected) => {
    expect(kindOf(rows)).toBe(expected);
  });

  it('puts a second unit on a second axis, and leaves a third out with a note', () => {
    const days = { ...orders, id: 'days', label: 'Days', format: { style: 'number', suffix: ' d' } } as const;
    const { y, notes } = choosePlan(trend(6, revenue, margin, days));
    expect(y.map(({ column, axis }) => [column, axis])).toEqual([
      ['revenue', 0],
      ['margin', 1],
    ]);
    expect(notes?.join()).toContain('Days not drawn');
  });

  it('orders categories by value, but weekdays by the week', () => {
    expect(choosePlan(categories(['A', 'B', 'C'], revenue)).order).toBe('value');
    const weekday = { ...category('weekday'), type: 'ordinal' } as const;
    expect(
      choosePlan(
        data(
          [weekday, revenue],
          [
            ['Mon', 1],
            ['Tue', 3],
            ['Wed', 2],
          ],
        ),
      ).order,
    ).toBe('natural');
  });
});

describe('a request', () => {
  it('names columns by id, label, or the end of an id', () => {
    const columns = [{ ...month, id: 'orders_ordered_at_month' }, { ...revenue, id: 'orders_total' }, margin];
    const rows = data(
      columns,
      months(3).map((at) => [at, 1, 0.1]),
    );
    expect(choosePlan(rows, { y: ['margin'] }).y[0]?.column).toBe('margin');
    expect(choosePlan(rows, { y: ['Total'] }).y[0]?.column).toBe('orders_total');
    expect(choosePlan(rows, { x: 'order month' }).x).toBe('orders_ordered_at_month');
    expect(() => choosePlan(rows, { y: ['profit'] })).toThrow(/orders_total/);
  });

  it.each([
    ['pie', trend(3, revenue), 'one category'],
    ['pie', categories(['A', 'B'], margin), 'does not add up'],
    [
      'pie',
      data(
        [category('p'), revenue],
        [
          ['A', -1],
          ['B', 2],
        ],
      ),
      '0 or more',
    ],
    ['stacked_bar', categories(['A', 'B'], revenue), 'second category'],
    ['stacked_bar', split(margin, ['A', 'B'], ['C', 'D']), 'add up'],
    ['line', categories(['A', 'B'], revenue), 'dates'],
    ['scatter', trend(3, revenue), 'two metrics'],
    ['number', trend(3, revenue), 'one row'],
    ['heatmap', trend(3, revenue), 'two dimensions'],
    ['funnel', split(revenue, ['A', 'B'], ['C', 'D']), 'one category'],
  ] as const)('for %s that does not fit is refused with kinds that fit', (as, rows, need) => {
    expect(() => choosePlan(rows, { as })).toThrow(ChartRefusal);
    expect(() => choosePlan(rows, { as })).toThrow(new RegExp(`${need}.* fits\\.`));
  });

  it('adds sums up over a dimension that it leaves out, and refuses averages', () => {
    const of = (metric: typeof revenue) => data([month, category('channel'), metric], [[months(1)[0] ?? '', 'A', 1]]);
    expect(choosePlan(of(revenue), { x: 'channel', splitBy: 'channel' }).notes?.join()).toMatch(
      /added up .*Order month/,
    );
    expect(() => choosePlan(of(margin), { x: 'channel', splitBy: 'channel' })).toThrow(/not add up .*Order month/);
  });

  it('without rows or without numbers has nothing to draw', () => {
    expect(() => choosePlan(data([month, revenue], []))).toThrow(ChartRefusal);
    expect(() => choosePlan(data([category('p')], [['A']]))).toThrow(/add a metric/);
  });

  it('of any kind gives a plan or a refusal, never another error', () => {
    const shapes = [
      trend(1, revenue),
      trend(30, revenue, margin),
      categories(names(40), margin),
      split(revenue, names(3), names(3)),
      data([revenue, margin], [[1, 2]]),
    ];
    for (const rows of shapes) {
      for (const as of CHART_TYPES) {
        try {
          expect(choosePlan(rows, { as }).y.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(ChartRefusal);
        }
      }
    }
  });
});
