import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatValue } from '../../../src/charts/spec/formats.ts';
import { fillPeriods, parseTime, periodName } from '../../../src/charts/spec/periods.ts';
import type { CartesianSpec, SpecSeries } from '../../../src/charts/spec/spec.ts';
import { summarize } from '../../../src/charts/spec/summary.ts';
import { specOf } from './pictures.ts';
import { category, data, day, days, margin, month, months, names, orders, revenue, wave } from './samples.ts';

function cartesian(...args: Parameters<typeof specOf>): CartesianSpec {
  const spec = specOf(...args);
  if (spec.kind !== 'cartesian') throw new Error(spec.kind);
  return spec;
}

const totalOf = (series: readonly SpecSeries[]) =>
  series.flatMap(({ values }) => values).reduce<number>((sum, value) => sum + (value ?? 0), 0);

describe('limits', () => {
  it('keep the largest nine series and add the rest up, so that nothing is lost', () => {
    const values = names(25).flatMap((name, x) => months(4).map((at) => [at, name, x + 1] as const));
    const { series, notes } = cartesian(data([month, category('p'), revenue], values));
    expect(series.map(({ name }) => name)).toEqual([...names(25).slice(16), 'Other (16)']);
    expect(totalOf(series)).toBe(values.reduce((sum, [, , value]) => sum + value, 0));
    expect(notes).toEqual([expect.stringMatching(/16 of 25 .*Other/)]);
  });

  it('never add up averages', () => {
    const values = names(25).flatMap((name, x) => months(2).map((at) => [at, name, x] as const));
    const { series, notes } = cartesian(data([month, category('p'), margin], values));
    expect(series.map(({ name }) => name)).toEqual(names(25).slice(15));
    expect(notes).toEqual(['15 of 25 series not drawn']);
  });

  it('keep 30 categories, whatever their number and values', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 2, maxLength: 80 }), (values) => {
        const { x, series } = cartesian(
          data(
            [category('p'), orders],
            values.map((value, index) => [`P${index}`, value]),
          ),
        );
        expect(x.values.length).toBe(Math.min(30, values.length));
        expect(totalOf(series)).toBe(values.reduce((sum, value) => sum + value, 0));
      }),
      { numRuns: 50 },
    );
  });

  it('are eight slices of a pie', () => {
    const spec = specOf(
      data(
        [category('p'), orders],
        names(20).map((name, index) => [name, index + 1]),
      ),
      { as: 'pie' },
    );
    if (spec.kind !== 'pie') throw new Error(spec.kind);
    expect(spec.slices).toHaveLength(8);
    expect(spec.slices.reduce((sum, { value }) => sum + value, 0)).toBe(210);
  });

  it('add more days of a sum than a chart shows up by month, so that nothing is lost', () => {
    const values = days(2_500).map((at, index) => [at, index + 1] as const);
    const { x, series, notes } = cartesian(data([day, revenue], values));
    const byMonth = new Map<string, number>();
    for (const [at, value] of values) byMonth.set(at.slice(0, 7), (byMonth.get(at.slice(0, 7)) ?? 0) + value);
    expect(x.values).toHaveLength(byMonth.size);
    expect(series[0]?.values).toEqual([...byMonth.values()]);
    expect(notes).toEqual([expect.stringMatching(/added up by month.*2,500 days.*2,000/)]);
  });

  it('refuse more points of an average: averages do not add up', () => {
    expect(() =>
      specOf(
        data(
          [day, margin],
          days(2_001).map((at) => [at, 1]),
        ),
      ),
    ).toThrow(/coarser/);
  });

  it('pass the notes of the query on', () => {
    expect(
      cartesian(
        data(
          [month, revenue],
          [
            [months(1)[0] ?? '', 1],
            [months(2)[1] ?? '', 2],
          ],
          ['cut'],
        ),
      ).notes,
    ).toEqual(['cut']);
  });
});

describe('values', () => {
  it('stand at their own period; missing ones are null, not zero', () => {
    const [first = '', , third = ''] = months(3);
    const { x, series } = cartesian(
      data(
        [month, revenue],
        [
          [third, 30],
          [first, 10],
        ],
      ),
    );
    expect(x.values).toEqual(['Jan 2025', 'Feb 2025', 'Mar 2025']);
    expect(series[0]?.values).toEqual([10, null, 30]);
  });

  it('that are null, boolean or empty in a split have names', () => {
    const [at = ''] = months(1);
    const rows = data(
      [month, category('new'), revenue],
      [
        [at, true, 1],
        [at, null, 2],
        [months(2)[1] ?? '', false, 3],
      ],
    );
    expect(cartesian(rows).series.map(({ name }) => name)).toEqual(['true', '(empty)', 'false']);
  });

  it('sent as text are numbers', () => {
    const rows = data(
      [month, revenue],
      [
        [months(1)[0] ?? '', '12.5'],
        [months(2)[1] ?? '', 3],
      ],
    );
    expect(cartesian(rows).series[0]?.values).toEqual([12.5, 3]);
  });
});

describe('periods', () => {
  it.each([
    ['2024-03-01', 'month', 'Mar 2024'],
    ['2024-03-01T00:00:00Z', 'month', 'Mar 2024'],
    ['2024-Q2', 'quarter', 'Q2 2024'],
    ['2024', 'year', '2024'],
    ['2024-03-01 13:45:00', 'hour', 'Mar 1, 2024, 13:45'],
  ] as const)('%s by %s reads %s', (raw, grain, expected) => {
    expect(periodName(parseTime(raw) ?? Number.NaN, grain)).toBe(expected);
  });

  it.each(['soon', '12', '2024-13-01', null, true])('%s is not a date', (raw) => {
    expect(parseTime(raw)).toBeUndefined();
  });

  it('are filled whatever the time zone of the machine, over leap days too', () => {
    const times = ['2024-01-01', '2024-04-01'].map((raw) => parseTime(raw) ?? 0);
    expect(fillPeriods(times, 'month')?.map((time) => new Date(time).toISOString().slice(0, 10))).toEqual([
      '2024-01-01',
      '2024-02-01',
      '2024-03-01',
      '2024-04-01',
    ]);
    expect(fillPeriods(times, 'day')).toHaveLength(92);
  });

  it('that do not fit their grain stay unchanged', () => {
    expect(fillPeriods([0, 1000 * 60 * 60 * 36], 'day')).toBeUndefined();
  });
});

describe('formats', () => {
  it.each([
    [1234567.891, revenue.format, '$1,234,567.89', '$1.2M'],
    [0.1 + 0.2, orders.format, '0.3', '0.3'],
    [0.1234, margin.format, '12.3%', '12.3%'],
    [1500, { style: 'currency', currency: 'EUR' }, '€1,500', '€1.5K'],
    [12, { style: 'number', suffix: ' km' }, '12 km', '12 km'],
    [20240001, { style: 'id' }, '20240001', '20240001'],
  ] as const)('write %s exactly and short', (value, format, exact, short) => {
    expect(formatValue(value, format)).toBe(exact);
    expect(formatValue(value, format, { width: 'short' })).toBe(short);
  });

  it('keep every number exact to 12 digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e11, max: 1e11 }), fc.integer({ min: 0, max: 3 }), (whole, decimals) => {
        const value = Number((whole / 10 ** decimals).toPrecision(12));
        expect(Number(formatValue(value, { style: 'number' }).replaceAll(',', ''))).toBe(value);
      }),
    );
  });
});

describe('the text', () => {
  it('names the highest, lowest, first, last and total of a sum', () => {
    const values = [800, 1200.5, 300, 950];
    const text = summarize(
      specOf(
        data(
          [month, revenue],
          values.map((value, index) => [months(4)[index] ?? '', value]),
        ),
      ),
    );
    for (const fact of [
      '4 periods',
      'Jan 2025 to Apr 2025',
      'Highest Feb 2025 $1,200.50',
      'lowest Mar 2025 $300',
      'Jan 2025 $800',
      'last Apr 2025 $950',
      'total $3,250.50',
    ])
      expect(text).toContain(fact);
  });

  it('counts the sum of the others as neither the highest nor the lowest', () => {
    const products = names(40);
    const bars = specOf(
      data(
        [category('p'), revenue],
        products.map((name, index) => [name, 100 - index]),
      ),
    );
    expect(bars.notes.join()).toContain('together as Other');
    expect(summarize(bars)).toContain('Highest drawn Product 1 $100');
    const lines = specOf(
      data(
        [month, category('p'), revenue],
        months(3).flatMap((at) => products.map((name, index) => [at, name, 100 - index])),
      ),
    );
    expect(lines.notes.join()).toContain('together as Other');
    expect(summarize(lines)).toMatch(/Highest drawn \w+ 2025, Product 1 \$100/);
  });

  it('takes a series of the colour of the others for one of its own', () => {
    const bars = specOf(
      data(
        [category('p'), revenue],
        [
          ['a', 1],
          ['b', 2],
        ],
      ),
    );
    if (bars.kind !== 'cartesian') throw new Error('no bars');
    const grey = { ...bars, series: bars.series.map((series) => ({ ...series, color: '#98a2b3' })) };
    expect(summarize(grey)).toContain('Highest b $2');
  });

  it('counts the points that lack a value', () => {
    const rows = [
      ['A', 1, 2],
      ['B', null, 3],
      ['C', 4, null],
      ['D', 5, 6],
    ] as const;
    expect(summarize(specOf(data([category('p'), orders, revenue], rows), { as: 'scatter' }))).toMatch(
      /not drawn: 2\b/,
    );
  });

  it('totals no averages', () => {
    const text = summarize(
      specOf(
        data(
          [month, margin],
          months(4).map((at, index) => [at, index / 10]),
        ),
      ),
    );
    expect(text).not.toMatch(/total/i);
  });

  it('names every series, slice and step', () => {
    const series = specOf(
      data(
        [month, category('p'), revenue],
        months(3).flatMap((at) => names(10).map((name) => [at, name, 1.5])),
      ),
    );
    for (const name of names(10)) expect(summarize(series)).toContain(`${name} total $4.50`);
    const pie = specOf(
      data(
        [category('p'), orders],
        [
          ['A', 3],
          ['B', 1],
        ],
      ),
      { as: 'pie' },
    );
    expect(summarize(pie)).toMatch(/A 3 \(75\.0%\)[\s\S]*Total 4/);
    const funnel = specOf(
      data(
        [category('p'), orders],
        [
          ['Visits', 10],
          ['Orders', 4],
        ],
      ),
      { as: 'funnel' },
    );
    expect(summarize(funnel)).toContain('Orders 4 (40.0%)');
  });

  it('stays short', () => {
    const wide = specOf(
      data(
        [month, category('p'), revenue],
        months(24).flatMap((at, y) =>
          names(40, 'A product with a long name').map((name, x) => [at, name, 1000 * wave(x + y)]),
        ),
      ),
    );
    expect(summarize(wide).length).toBeLessThan(1000);
  });
});
