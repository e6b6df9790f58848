import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { trueTypeOf } from '../../../scripts/charts-fonts.mjs';
import { DEFAULT_PALETTE, THEMES } from '../../../src/charts/kit/theme.ts';
import { fontFinder } from '../../../src/charts/picture/system-fonts.ts';
import type { ChartSpec } from '../../../src/charts/spec/spec.ts';
import { type decode, draw, drawSpec, labelsOf, overlaps, specOf } from './pictures.ts';
import { category, data, day, days, margin, month, months, names, orders, revenue, wave } from './samples.ts';

const [BLUE = '', ORANGE = '', GREEN = ''] = DEFAULT_PALETTE;

const byMonth = (values: readonly (number | null)[]) =>
  data(
    [month, revenue],
    values.flatMap((value, index) => (value === null ? [] : [[months(24)[index] ?? '', value]])),
  );

/** Length of the bar in the middle of each span of a color, in pixels. */
function barLengths(pixels: ReturnType<typeof decode>, color: string): number[] {
  return pixels.spansOf(color).map(({ from, to }) => pixels.rowsOf(Math.round((from + to) / 2), color).length);
}

describe('bars', () => {
  it('are as long as their values, from a baseline at zero', async () => {
    const values = [800, 1200, 300, 950, 1100, 640];
    const { pixels } = await draw(byMonth(values));
    const lengths = barLengths(pixels, BLUE);
    expect(lengths).toHaveLength(values.length);
    const scale = Math.max(...lengths) / Math.max(...values);
    lengths.forEach((length, index) => {
      expect(Math.abs(length - (values[index] ?? 0) * scale)).toBeLessThan(3);
    });
  });

  it('of negative values hang below zero', async () => {
    const { pixels } = await draw(
      data(
        [category('channel'), revenue],
        [
          ['Web', -6000],
          ['Mail', 6000],
        ],
      ),
    );
    const [below, above] = pixels.spansOf(BLUE).map(({ from, to }) => pixels.rowsOf(Math.round((from + to) / 2), BLUE));
    expect(Math.min(...(above ?? []))).toBeLessThan(Math.min(...(below ?? [])));
    expect(Math.abs(Math.max(...(above ?? [])) - Math.min(...(below ?? [])))).toBeLessThan(4);
    expect(Math.abs((below ?? []).length - (above ?? []).length)).toBeLessThan(4);
  });

  it('leave a gap for a missing month', async () => {
    const { pixels, svg } = await draw(byMonth([100, 110, null, 130, 140]));
    const middles = pixels.spansOf(BLUE).map(({ from, to }) => (from + to) / 2);
    const steps = middles.slice(1).map((middle, index) => middle - (middles[index] ?? 0));
    expect(steps).toHaveLength(3);
    expect(steps[1]).toBeCloseTo((steps[0] ?? 0) * 2, -1);
    expect((await labelsOf(svg)).map(({ text }) => text)).toContain('Mar');
  });

  it('are stacked on each other', async () => {
    const rows = months(3).flatMap((at) => [[at, 'A', 200] as const, [at, 'B', 100] as const]);
    const { pixels } = await draw(data([month, category('channel'), revenue], rows));
    const [span] = pixels.spansOf(BLUE).toSorted((left, right) => right.to - right.from - (left.to - left.from));
    const middle = Math.round(((span?.from ?? 0) + (span?.to ?? 0)) / 2);
    const lower = pixels.rowsOf(middle, BLUE);
    const upper = pixels.rowsOf(middle, ORANGE);
    expect(Math.max(...upper)).toBeLessThan(Math.min(...lower));
    expect(lower.length / upper.length).toBeCloseTo(2, 1);
  });
});

describe('every kind', () => {
  const products = names(7);
  const kinds: Record<string, ChartSpec> = {
    line: specOf(byMonth([5, 3, 8]), { as: 'line' }),
    area: specOf(byMonth([5, 3, 8]), { as: 'area' }),
    scatter: specOf(
      data(
        [category('p'), revenue, margin],
        products.map((name, index) => [name, wave(index), wave(index + 50)]),
      ),
      {
        as: 'scatter',
      },
    ),
    pie: specOf(
      data(
        [category('p'), revenue],
        products.map((name, index) => [name, 10 - index]),
      ),
      { as: 'pie' },
    ),
    funnel: specOf(
      data(
        [category('p'), revenue],
        products.map((name, index) => [name, 10 - index]),
      ),
      { as: 'funnel' },
    ),
    treemap: {
      kind: 'treemap',
      title: 'Areas',
      notes: [],
      label: 'P',
      valueLabel: 'V',
      format: { style: 'number' },
      slices: [
        { name: 'A', value: 3 },
        { name: 'B', value: 1 },
      ],
    },
    gauge: {
      kind: 'gauge',
      title: 'Progress',
      notes: [],
      label: 'Done',
      value: 30,
      format: { style: 'number' },
      min: 0,
      max: 100,
      sections: [{ from: 0, to: 100, color: BLUE }],
    },
  };

  it.each(Object.entries(kinds))('%s is drawn in its colour on its background', async (_, spec) => {
    const { pixels, svg } = await drawSpec(spec);
    expect(pixels.width).toBe(800);
    expect(pixels.at(2, 2)).toBe('#ffffff');
    expect(pixels.coloured()).toBeGreaterThan(100);
    expect(overlaps(await labelsOf(svg))).toEqual([]);
  });

  it('heatmap colours its cells by value', async () => {
    const rows = ['Mon', 'Tue'].flatMap((at, y) => names(6).map((name, x) => [name, at, (x + y * 6) / 11] as const));
    const { pixels } = await draw(data([category('p'), category('weekday'), margin], rows), { as: 'heatmap' });
    expect(pixels.count('#eef2fb')).toBeGreaterThan(500);
    expect(pixels.count('#27408f')).toBeGreaterThan(500);
  });

  it('line stays inside an axis that ends before its values', async () => {
    const spec = specOf(
      data(
        [day, revenue],
        days(70).map((at, index) => [at, wave(index)] as const),
      ),
    );
    if (spec.kind !== 'cartesian') throw new Error(spec.kind);
    const top = ({ pixels }: { pixels: ReturnType<typeof decode> }) => {
      const rows = pixels.spansOf(BLUE).flatMap(({ from, to }) => [from, to].flatMap((x) => pixels.rowsOf(x, BLUE)));
      return Math.min(...rows);
    };
    const bounded = { ...spec, axes: spec.axes.map((axis) => ({ ...axis, min: 0, max: 0.5 })) };
    const whole = await drawSpec(spec);
    const cut = await drawSpec(bounded);
    expect(overlaps(await labelsOf(cut.svg))).toEqual([]);
    const ticks = (await labelsOf(cut.svg)).filter(({ text }) => text.startsWith('$'));
    const plotTop = Math.min(...ticks.map((tick) => (tick.top + tick.bottom) / 2));
    expect(top(cut)).toBeGreaterThanOrEqual(plotTop - 2);
    expect(top(cut)).toBeLessThan(plotTop + 20);
    // A clip takes longer to draw than the line, so there is one only where something is cut.
    expect(whole.svg).not.toContain('<g clip-path');
  });

  it('number shows its figure', async () => {
    const { svg, pixels } = await draw(data([revenue], [[1424102.08]]));
    expect((await labelsOf(svg)).map(({ text }) => text)).toContain('$1,424,102.08');
    expect(pixels.count(THEMES.light.text)).toBeGreaterThan(200);
  });

  it('pie gives each slice its share of the circle', async () => {
    const { pixels } = await draw(
      data(
        [category('p'), revenue],
        [
          ['A', 50],
          ['B', 30],
          ['C', 20],
        ],
      ),
      { as: 'pie' },
    );
    const areas = [BLUE, ORANGE, GREEN].map((color) => pixels.count(color));
    const whole = areas.reduce((sum, area) => sum + area, 0);
    expect(areas.map((area) => Math.round((area / whole) * 20) * 5)).toEqual([50, 30, 20]);
  });
});

describe('a gauge', () => {
  it('has no colour in the gaps between its sections', async () => {
    const scale = { label: 'Done', value: 30, format: { style: 'number' as const }, min: 0, max: 100 };
    const sections = [
      { from: 70, to: 100, color: GREEN },
      { from: 0, to: 30, color: ORANGE },
    ];
    const { pixels } = await drawSpec({ kind: 'gauge', title: 'Progress', notes: [], ...scale, sections });
    const [left, right] = [pixels.spansOf(ORANGE)[0], pixels.spansOf(GREEN).at(-1)];
    expect(left?.to).toBeLessThan(390);
    expect(right?.from).toBeGreaterThan(410);
  });

  it('draws sections that overlap, or reach beyond its scale, as far as they go', async () => {
    const scale = { label: 'Done', value: 30, format: { style: 'number' as const }, min: 0, max: 100 };
    const sections = [
      { from: 40, to: 300, color: GREEN },
      { from: -50, to: 50, color: ORANGE },
    ];
    const { pixels } = await drawSpec({ kind: 'gauge', title: 'Progress', notes: [], ...scale, sections });
    const [left, right] = [pixels.spansOf(ORANGE), pixels.spansOf(GREEN)];
    expect(Math.abs((left.at(-1)?.to ?? 0) - 400)).toBeLessThan(4);
    expect(Math.abs((right[0]?.from ?? 0) - 400)).toBeLessThan(4);
    // The arc is as wide on either side.
    expect(Math.abs(400 - (left[0]?.from ?? 0) - ((right.at(-1)?.to ?? 0) - 400))).toBeLessThan(4);
  });
});

describe('labels', () => {
  it('of few points are their names, inside the picture and apart from each other', async () => {
    const towns = ['Porto', 'Leeds', 'Lisbon', 'A town with a rather long name of its own'];
    const rows = towns.map((town, index) => [town, 100 + index * 50, 1000 + index * 400] as const);
    const { svg } = await draw(data([category('town'), orders, revenue], rows), { as: 'scatter' });
    const labels = await labelsOf(svg);
    for (const town of towns.slice(0, 3)) expect(labels.map(({ text }) => text)).toContain(town);
    expect(labels.some(({ text }) => text.startsWith('A town with'))).toBe(true);
    expect(Math.max(...labels.map(({ right }) => right))).toBeLessThan(800);
    expect(overlaps(labels)).toEqual([]);
  });

  it('of points that are too close are left out, and counted', async () => {
    const towns = names(20);
    const rows = towns.map((town, index) => [town, 100 + (index % 4), 1000 + (index % 3) * 400] as const);
    const { svg, hidden } = await draw(data([category('town'), orders, revenue], rows), { as: 'scatter' });
    const shown = (await labelsOf(svg)).filter(({ text }) => towns.includes(text)).length;
    expect(shown).toBeGreaterThan(0);
    expect(hidden).toBe(towns.length - shown);
    const many = names(41).map((town, index) => [town, 100 + index * 10, 1000 + index * 40] as const);
    expect((await draw(data([category('town'), orders, revenue], many), { as: 'scatter' })).hidden).toBe(41);
  });

  it('of a treemap stand on the areas of their values', async () => {
    const values = [73, 36, 24, 18];
    const slices = names(4).map((name, index) => ({ name, value: values[index] ?? 0 }));
    const texts = { title: 'Areas', notes: [], label: 'Product', valueLabel: 'Revenue' };
    const { svg, pixels } = await drawSpec({ ...texts, kind: 'treemap', format: { style: 'number' }, slices });
    const labels = await labelsOf(svg);
    slices.forEach(({ name, value }, index) => {
      const own = DEFAULT_PALETTE[index] ?? '';
      const label = labels.find(({ text }) => text === name);
      expect(pixels.at(Math.round(label?.left ?? 0) - 8, Math.round(label?.top ?? 0))).toBe(own);
      const written = labels.find(({ text }) => text === String(value));
      expect(pixels.at(Math.round(written?.left ?? 0) - 8, Math.round(written?.top ?? 0))).toBe(own);
    });
    const areas = slices.map((_, index) => pixels.count(DEFAULT_PALETTE[index] ?? ''));
    expect(areas.toSorted((left, right) => right - left)).toEqual(areas);
  });

  it('of a funnel stand right of their steps', async () => {
    const steps = data(
      [category('step'), orders],
      [
        ['Seen', 1000],
        ['Put in the cart', 80],
        ['Paid', 40],
      ],
    );
    const { svg, pixels } = await draw(steps, { as: 'funnel' });
    const seen = (await labelsOf(svg)).find(({ text }) => text === 'Seen');
    const row = Math.round(seen?.top ?? 0);
    const blue = Array.from({ length: 800 }, (_, x) => x).filter((x) => pixels.at(x, row) === BLUE);
    expect(blue.length).toBeGreaterThan(10);
    expect(seen?.left).toBeGreaterThan(Math.max(...blue));
  });

  it('below ten thousand are whole, and weekdays stand in the order of the week', async () => {
    const weekday = { ...category('weekday'), type: 'ordinal' } as const;
    const rows = [['Sunday', 1262] as const, ['Monday', 893.5] as const, ['Friday', 12_345] as const];
    const spec = specOf(data([weekday, revenue], rows));
    if (spec.kind !== 'cartesian') throw new Error(spec.kind);
    expect(spec.x.values).toEqual(['Monday', 'Friday', 'Sunday']);
    const texts = (await labelsOf((await drawSpec(spec)).svg)).map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining(['$1,262', '$893.5', '$12.3K']));
  });

  it('leave out series without values, and name the one left', () => {
    const rows = ['A', 'B'].flatMap((name) => [[name, 'active', 5] as const, [name, 'paused', null] as const]);
    const spec = specOf(data([category('plan'), category('status'), revenue], rows));
    if (spec.kind !== 'cartesian') throw new Error(spec.kind);
    expect(spec.series.map(({ name }) => name)).toEqual(['active']);
    expect(spec.notes).toEqual(
      expect.arrayContaining([expect.stringMatching(/only active/), expect.stringMatching(/without .*paused/)]),
    );
  });

  it('of thirty long names are all there and do not overlap', async () => {
    const long = names(30, 'Ethiopia Yirgacheffe Natural Process Whole Bean 1 kg');
    const { svg, height } = await draw(
      data(
        [category('product'), revenue],
        long.map((name, index) => [name, 600 - index]),
      ),
    );
    const labels = await labelsOf(svg);
    expect(labels.filter(({ text }) => text.startsWith('Ethiopia'))).toHaveLength(30);
    expect(overlaps(labels)).toEqual([]);
    expect(height).toBeGreaterThan(600);
    for (const { left, right } of labels) expect(left >= 0 && right <= 800).toBe(true);
  });

  it.each([
    [
      '12 months',
      data(
        [month, revenue],
        months(12).map((at, index) => [at, 1e6 * (1 + wave(index))]),
      ),
    ],
    [
      '90 days',
      data(
        [day, revenue],
        days(90).map((at, index) => [at, wave(index)]),
      ),
    ],
    [
      'two axes',
      data(
        [month, revenue, margin],
        months(12).map((at, index) => [at, 1e6 * wave(index), wave(index + 9)]),
      ),
    ],
    [
      'ten series',
      data(
        [month, category('p'), margin],
        months(6).flatMap((at) => names(10, 'A product with a name').map((name, index) => [at, name, wave(index)])),
      ),
    ],
  ])('of %s do not overlap', async (_, rows) => {
    const { svg } = await draw(rows);
    expect(overlaps(await labelsOf(svg))).toEqual([]);
  });

  it('of a bar that ends at a tick do not cover the notes', async () => {
    const rows = data(
      [category('p'), orders],
      [
        ['Web', 200],
        ['Mail', 73],
      ],
      ['where the country is Germany'],
    );
    const { svg } = await draw(rows);
    const labels = await labelsOf(svg);
    expect(labels.map(({ text }) => text)).toContain('200');
    expect(overlaps(labels)).toEqual([]);
  });

  it('of two units stand on two axes', async () => {
    const { svg } = await draw(
      data(
        [month, revenue, margin],
        months(12).map((at, index) => [at, 1e6 + index, 0.2 + index / 100]),
      ),
    );
    const labels = await labelsOf(svg);
    const money = labels.filter(({ text }) => /^\$[\d.]+[KM]?$/.test(text));
    const percent = labels.filter(({ text }) => /^\d+%$/.test(text));
    expect(money.length).toBeGreaterThan(3);
    expect(percent.length).toBeGreaterThan(3);
    expect(Math.max(...money.map(({ right }) => right))).toBeLessThan(Math.min(...percent.map(({ left }) => left)));
  });

  it('keep hostile names as text', async () => {
    const hostile = '{a|b}<img src=x onerror=alert(1)></script>';
    const { svg } = await draw(
      data(
        [category('p'), revenue],
        [
          [hostile, 1],
          ['B', 2],
        ],
      ),
    );
    expect((await labelsOf(svg)).map(({ text }) => text)).toContain(hostile);
    expect(svg).not.toContain('<img');
  });

  it('in scripts that the font lacks are counted', async () => {
    const rows = data(
      [category('p'), orders],
      [
        ['拿铁咖啡', 1],
        ['Σκέτος', 2],
        ['Эспрессо', 3],
        ['Cà phê sữa đá', 4],
        ['☕\ufe0f', 5],
      ],
    );
    expect((await draw(rows)).missing).toBe(2);
  });

  it("are drawn by a further font if the package's own lack them", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lightdash-mcp-font-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'math.ttf');
    // A subset that the package leaves out.
    writeFileSync(path, await trueTypeOf('math-400'));
    const rows = data(
      [category('p'), orders],
      [
        ['∫ 65', 2],
        ['C', 1],
      ],
    );
    const boxes = await draw(rows);
    const drawn = await draw(rows, {}, { findFont: fontFinder(path) });
    expect([boxes.missing, drawn.missing]).toEqual([1, 0]);
    expect(drawn.png.equals(boxes.png)).toBe(false);
    expect((await draw(rows, {}, { findFont: fontFinder(join(folder, 'absent.ttf')) })).missing).toBe(1);
    writeFileSync(join(folder, 'broken.ttf'), 'not a font');
    expect((await draw(rows, {}, { findFont: fontFinder(join(folder, 'broken.ttf')) })).missing).toBe(1);
  });
});

describe('a picture', () => {
  it('is dark on request', async () => {
    const { pixels } = await draw(byMonth([1, 2]), {}, { theme: 'dark' });
    expect(pixels.at(2, 2)).toBe(THEMES.dark.background);
    expect(pixels.count(BLUE)).toBeGreaterThan(1000);
  });

  it('is twice as large for a file', async () => {
    const { pixels, width } = await draw(byMonth([1, 2]), {}, { scale: 2 });
    expect([width, pixels.width, pixels.height]).toEqual([1600, 1600, 900]);
  });

  it('lists in the picture what is not drawn', async () => {
    const { svg } = await draw(
      data(
        [category('p'), margin],
        names(50).map((name, index) => [name, wave(index)]),
        ['500 rows, the limit'],
      ),
    );
    expect(svg).toContain('500 rows, the limit · 20 of 50 categories not drawn');
  });

  it.each([
    ['12 points', byMonth(months(12).map((_, index) => 1e6 * wave(index))), 20_000],
    [
      '500 points',
      data(
        [day, revenue],
        days(500).map((at, index) => [at, 1000 + index * 10 + 800 * wave(index)]),
      ),
      36_000,
    ],
    [
      '10 series',
      data(
        [month, category('p'), margin],
        months(12).flatMap((at, y) => names(10).map((name, x) => [at, name, wave(x * 12 + y)])),
      ),
      48_000,
    ],
    [
      '30 bars',
      data(
        [category('p'), revenue],
        names(30, 'A coffee with a long name').map((name, index) => [name, 1000 - index]),
      ),
      72_000,
    ],
  ])('of %s stays within its budget of base64', async (_, rows, budget) => {
    const { png } = await draw(rows);
    expect(png.toString('base64').length).toBeLessThan(budget);
  });
});
