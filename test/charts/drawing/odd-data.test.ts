import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { cartesianOption } from '../../../src/charts/kit/cartesian-option.ts';
import { DEFAULT_PALETTE, THEMES } from '../../../src/charts/kit/theme.ts';
import { buildSpec } from '../../../src/charts/spec/build-spec.ts';
import { choosePlan } from '../../../src/charts/spec/choose.ts';
import { formatValue } from '../../../src/charts/spec/formats.ts';
import { MAX_SERIES } from '../../../src/charts/spec/limits.ts';
import { grainOfTimes } from '../../../src/charts/spec/periods.ts';
import { summarize } from '../../../src/charts/spec/summary.ts';
import { draw, labelsOf, specOf } from './pictures.ts';
import { category, data, day, margin, month, orders, revenue } from './samples.ts';

const [channel, status, country] = [category('channel'), category('status'), category('country')];
const number = { style: 'number' as const };

describe('a heatmap', () => {
  const rows = [
    ['web', 'paid', 'PT', 10],
    ['web', 'paid', 'DE', 5],
    ['web', 'open', 'DE', null],
    ['shop', 'paid', 'PT', 2],
  ] as const;

  it('adds up the rows of a cell, and leaves a cell without values empty', () => {
    const spec = specOf(data([channel, status, country, revenue], rows), {
      as: 'heatmap',
      x: 'channel',
      splitBy: 'status',
    });
    expect(spec).toMatchObject({
      cells: [
        [15, 2],
        [null, null],
      ],
    });
    expect(spec.notes.join()).toContain('added up over country');
  });

  it('says that it draws the last of several rows that do not add up', () => {
    const twice = [
      ['web', 'paid', 0.1],
      ['web', 'paid', 0.2],
      ['shop', 'open', 0.3],
    ] as const;
    const spec = specOf(data([channel, status, margin], twice), { as: 'heatmap' });
    expect(spec.notes.join()).toContain('the last Margin is drawn');
  });
});

describe('parts of a whole', () => {
  it.each(['pie', 'funnel'] as const)('of zeros alone are bars in place of a %s: it would draw equal parts', (as) => {
    const spec = specOf(
      data(
        [channel, revenue],
        [
          ['web', 0],
          ['shop', 0],
        ],
      ),
      { as },
    );
    expect(spec.kind).toBe('cartesian');
    expect(spec.notes.join()).toContain('no value is above 0');
  });

  it('leave out those without a value, and name them', () => {
    const spec = specOf(
      data(
        [channel, revenue],
        [
          ['web', 3],
          ['shop', null],
          ['phone', 0],
        ],
      ),
      { as: 'pie' },
    );
    expect(spec).toMatchObject({ slices: [{ name: 'web' }, { name: 'phone', value: 0 }] });
    expect(spec.notes.join()).toContain('without values: shop');
  });

  it('with negative steps are bars in place of a funnel', () => {
    const spec = specOf(
      data(
        [channel, orders],
        [
          ['visit', 100],
          ['cart', -30],
        ],
      ),
      { as: 'funnel' },
    );
    expect(spec).toMatchObject({ kind: 'cartesian', series: [{ values: [100, -30] }] });
  });
});

describe('groups', () => {
  it('without a value, without characters, and with the text null are three', () => {
    const rows = [null, '', 'null'].map((name, index) => ['web', name, index + 1] as const);
    const spec = specOf(data([channel, status, margin], rows), { as: 'bar', splitBy: 'status' });
    if (spec.kind !== 'cartesian') throw new Error(spec.kind);
    expect(spec.series.map(({ name, values }) => [name, ...values])).toEqual([
      ['(empty)', 1],
      ['""', 2],
      ['null', 3],
    ]);
    expect(spec.notes).toEqual([]);
  });

  it('have a colour each', () => {
    expect(new Set(DEFAULT_PALETTE).size).toBeGreaterThanOrEqual(MAX_SERIES);
  });

  it('without an order have a span in the text, and long names are cut there', () => {
    const long = 'x'.repeat(500);
    const rows = ['b', 'a', 'c'].flatMap((name, index) => [
      [name, 'one', [0.2, 0.5, 0.1][index] ?? 0] as const,
      [name, long, 0.3] as const,
    ]);
    const text = summarize(specOf(data([channel, status, margin], rows), { as: 'bar' }));
    expect(text).toContain('between 10% and 50%');
    expect(text).not.toContain(long.slice(0, 100));
  });
});

describe('a stack', () => {
  const rows = [
    ['2025-01-01', 'web', 3],
    ['2025-01-01', 'shop', 4],
    ['2025-02-01', 'web', 5],
    ['2025-04-01', 'shop', -6],
  ] as const;
  const columns = [month, channel, orders];

  it('of areas is none if values are negative: they would cover each other', () => {
    const spec = specOf(data(columns, rows), { as: 'area' });
    if (spec.kind !== 'cartesian') throw new Error(spec.kind);
    expect(spec.series.map(({ type, stack }) => [type, stack])).toEqual([
      ['area', undefined],
      ['area', undefined],
    ]);
  });

  it('of areas has no hole if a part is missing, and one if all are', () => {
    const spec = specOf(data(columns, [...rows.slice(0, 3), ['2025-04-01', 'shop', 6]]), { as: 'area' });
    if (spec.kind !== 'cartesian') throw new Error(spec.kind);
    const canvas = { width: 800, height: 450, theme: THEMES.light, measure: (text: string) => text.length * 6 };
    expect(cartesianOption(spec, canvas)).toMatchObject({
      series: [{ data: [3, 5, '-', 0] }, { data: [4, 0, '-', 6] }],
    });
    expect(spec.series.map(({ values }) => values)).toEqual([
      [3, 5, null, null],
      [4, null, null, 6],
    ]);
  });

  it('of shares says that some values are negative', () => {
    const planned = choosePlan(data(columns, rows), { as: 'stacked_bar' });
    expect(buildSpec(data(columns, rows), { ...planned, percentStack: true }).notes.join()).toContain('negative');
    expect(buildSpec(data(columns, rows.slice(0, 3)), { ...planned, percentStack: true }).notes).toEqual([]);
  });
});

it('a chart of nothing says so', () => {
  expect(
    specOf(
      data(
        [channel, revenue],
        [
          ['web', null],
          ['shop', null],
        ],
      ),
    ).notes,
  ).toEqual(['there are no values to draw']);
});

describe('numbers that would read alike', () => {
  it.each([
    [0.0000000025, {}, '2.5E-9'],
    [-0.0012, {}, '-0.0012'],
    [-0.001, { digits: 2 }, '0'],
    [1_000_002, { step: 0.3 }, '1,000,002'],
    [1_200_000, { step: 200_000 }, '1.2M'],
    [1.0025, { step: 0.0005 }, '1.0025'],
    [0, { step: 1e-9 }, '0'],
  ])('%d with %j is written %s', (value, { step, digits }: { step?: number; digits?: number }, written) => {
    const format = { ...number, ...(digits !== undefined && { digits }) };
    expect(formatValue(value, format, { width: 'short', ...(step !== undefined && { step }) })).toBe(written);
  });

  it.each([
    [1_000_001, 1_000_002, 1_000_004],
    [0.00001, 0.00002, 0.00004],
    [4.001, 4.002, 4.003],
    [-3, 5, 2],
  ])('have ticks that differ: %d, %d, %d', async (...values) => {
    const rows = values.map((value, index) => [`2025-0${index + 1}-01`, value] as const);
    const { svg } = await draw(data([month, orders], rows), { as: 'line' });
    const ticks = (await labelsOf(svg)).filter(
      ({ text }) => /^-?[\d.,]+(?:E-?\d+)?[KM]?$/.test(text) && text !== '2025',
    );
    expect(ticks.length).toBeGreaterThan(2);
    expect(new Set(ticks.map(({ text }) => text)).size).toBe(ticks.length);
  });
});

describe('two axes', () => {
  const canvas = { width: 800, height: 450, theme: THEMES.light, measure: (text: string) => text.length * 6 };
  const axesOf = (...rows: readonly (readonly [number, number])[]) => {
    const dated = rows.map(([left, right], at) => [`2025-0${at + 1}-01`, left, right] as const);
    const spec = specOf(data([month, revenue, margin], dated), { as: 'line' });
    if (spec.kind !== 'cartesian' || spec.axes.length !== 2) throw new Error(spec.kind);
    const scale = z.object({ min: z.number().optional(), max: z.number().optional() });
    return z.object({ yAxis: z.array(scale) }).parse(cartesianOption(spec, canvas)).yAxis;
  };

  it('have their zeros on one line if a value is negative, and room for every value', () => {
    const amount = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    const share = fc.double({ min: -1, max: 1, noNaN: true });
    const rows = fc.array(fc.tuple(amount, share), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(rows, (values) => {
        fc.pre(values.flat().some((value) => value < 0));
        const [left, right] = axesOf(...values);
        const zeroAt = ({ min = 0, max = 0 }) => -min / (max - min);
        expect(zeroAt(left ?? {})).toBeCloseTo(zeroAt(right ?? {}), 9);
        for (const [at, axis] of [left, right].entries()) {
          const own = values.map((row) => row[at] ?? 0);
          expect(Math.min(...own)).toBeGreaterThanOrEqual((axis?.min ?? 0) - 1e-9);
          expect(Math.max(...own)).toBeLessThanOrEqual((axis?.max ?? 0) + 1e-9);
        }
      }),
      {
        numRuns: 50,
        examples: [
          [
            [
              [-5e-324, 1],
              [0, 0],
            ],
          ],
          [
            [
              [0, -5e-324],
              [1e9, 0],
            ],
          ],
        ],
      },
    );
  });

  it('keep their own scales if no value is negative', () => {
    for (const { min, max } of axesOf([10, 0.2], [30, 0.4])) expect([min, max]).toEqual([undefined, undefined]);
  });
});

describe('dates without a stated grain', () => {
  const grainOf = (...dates: string[]) => grainOfTimes(dates.map((date) => Date.parse(`${date}Z`)));

  it.each([
    [['2024-01-01', '2025-01-01'], 'year'],
    [['2024-01-01', '2024-07-01'], 'quarter'],
    [['2024-01-01', '2024-03-01'], 'month'],
    [['2024-01-01', '2024-01-15'], 'week'],
    [['2024-01-01', '2024-01-03'], 'day'],
    [['2024-01-01T08:00', '2024-02-01T00:00'], undefined],
    [['2024-01-01'], undefined],
  ])('%j are each a %s', (dates, grain) => {
    expect(grainOf(...dates)).toBe(grain);
  });

  it('are joined by a line if hardly any follows another at once', () => {
    const rows = ['2025-01-03', '2025-01-20', '2025-03-02', '2025-03-03', '2025-05-30'].map(
      (date, n) => [date, n] as const,
    );
    const spec = specOf(data([day, orders], rows), { as: 'line' });
    expect(spec).toMatchObject({ x: { type: 'time' }, series: [{ values: [0, 1, 2, 3, 4] }] });
    expect(specOf(data([day, orders], rows), { as: 'bar' })).toMatchObject({ x: { type: 'category' } });
  });
});
