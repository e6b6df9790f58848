import { describe, expect, it } from 'vitest';
import { readChart } from '../../../src/charts/config/read-chart.ts';
import { isDrawn } from '../../../src/charts/kit/option.ts';
import type { Cell, ChartColumn, ChartData } from '../../../src/charts/spec/data.ts';
import { specFromSaved } from '../../../src/charts/spec/from-saved.ts';
import type { CartesianSpec, ChartSpec } from '../../../src/charts/spec/spec.ts';
import { savedChart, savedCharts } from '../saved-charts.ts';
import { drawSpec, labelsOf, overlaps } from './pictures.ts';
import { category, data, margin, month, months, orders, revenue, wave } from './samples.ts';

/** Rows as the chart's own query would give them, with values of our own: three places a dimension. */
function rowsFor(query: Record<string, unknown>): ChartData {
  const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
  const dimensions = list(query.dimensions).map((id): ChartColumn => {
    if (id.endsWith('_month')) return { ...month, id };
    return id.endsWith('_quarter') ? { ...month, id, grain: 'quarter' } : category(id);
  });
  const metrics = list(query.metrics).map(
    (id): ChartColumn => (id.includes('average') ? { ...margin, id, label: id } : { ...orders, id, label: id }),
  );
  const places = (column: ChartColumn): string[] =>
    column.type === 'time'
      ? months(7).filter((_, index) => (column.grain === 'quarter' ? index % 3 === 0 : index < 3))
      : ['online', 'store', 'web'];
  const combinations = dimensions.reduce<Cell[][]>(
    (rows, column) => rows.flatMap((row) => places(column).map((place) => [...row, place])),
    [[]],
  );
  return data(
    [...dimensions, ...metrics],
    combinations.map((cells, index) => [
      ...cells,
      ...metrics.map((_, metric) => Math.round(100 * wave(index + metric * 9)) + 10),
    ]),
  );
}

const specOfRecorded = (name: string): ChartSpec => {
  const recorded = savedChart(name);
  return specFromSaved(rowsFor(recorded.metricQuery), { model: readChart(recorded), title: name });
};

describe('a recorded chart', () => {
  it.each([
    ['Revenue by month', 'cartesian'],
    ['Copy', 'cartesian'],
    ['Kind cartesian area', 'cartesian'],
    ['Kind cartesian scatter', 'cartesian'],
    ['Kind cartesian mixed', 'cartesian'],
    ['Kind cartesian without config', 'cartesian'],
    ['Kind cartesian, xField not in the query', 'cartesian'],
    ['Kind pie', 'pie'],
    ['Kind pie without config', 'pie'],
    ['Kind funnel', 'funnel'],
    ['Kind treemap', 'treemap'],
    ['Kind gauge', 'gauge'],
    ['Kind big_number', 'number'],
    ['Kind big_number without config', 'number'],
    ['Kind table', 'table'],
    ['Kind map', 'table'],
    ['Kind sankey', 'table'],
    ['Kind custom (Vega-Lite)', 'table'],
  ])('"%s" becomes a %s', (name, kind) => {
    expect(specOfRecorded(name).kind).toBe(kind);
  });

  it.each(savedCharts.map(({ release, name }) => [release, name]))(
    'of %s, "%s", is drawn or shown as a table',
    async (_, name) => {
      const spec = specOfRecorded(name);
      if (!isDrawn(spec)) {
        expect(spec).toMatchObject({ kind: 'table', rows: expect.any(Array) });
        return;
      }
      const { pixels, svg } = await drawSpec(spec);
      // A number is black, and a gauge of nearly nothing grey.
      expect(['number', 'gauge'].includes(spec.kind) || pixels.coloured() > 100).toBe(true);
      expect(overlaps(await labelsOf(svg))).toEqual([]);
    },
  );

  it('keeps series, stack and axes', () => {
    const stacked = specOfRecorded('Kind cartesian stacked bar, pivoted');
    if (stacked.kind !== 'cartesian') throw new Error(stacked.kind);
    expect(stacked.series.map(({ name, type, stack }) => [name, type, stack])).toEqual(
      ['online', 'store', 'web'].map((name) => [name, 'bar', 'orders_order_count']),
    );
    const mixed = specOfRecorded('Kind cartesian mixed');
    if (mixed.kind !== 'cartesian') throw new Error(mixed.kind);
    expect(mixed.series.map(({ type, axis }) => [type, axis])).toEqual([
      ['bar', 0],
      ['line', 1],
    ]);
    expect(specOfRecorded('Copy')).toMatchObject({ horizontal: true });
    expect(specOfRecorded('Orders by channel')).toMatchObject({ x: { values: ['Q1 2025', 'Q2 2025', 'Q3 2025'] } });
  });

  it('whose field is missing says so', () => {
    expect(specOfRecorded('Kind cartesian, xField not in the query').notes).toEqual([
      expect.stringMatching(/no longer .*orders_nope/),
    ]);
  });

  it('that is not drawn names its kind', () => {
    expect(specOfRecorded('Kind sankey').notes.join()).toContain('sankey');
  });
});

/** A cartesian chart over months by channel, with a configuration. */
function cartesian(config: object, pivot: readonly string[] = ['channel']): CartesianSpec {
  const rows = months(3).flatMap((at, y) =>
    ['web', 'store', 'phone'].map((name, x) => [at, name, (x + 1) * 10 + y] as const),
  );
  const model = readChart({ chartConfig: { type: 'cartesian', config }, pivotConfig: { columns: pivot } });
  const spec = specFromSaved(data([month, category('channel'), revenue], rows), {
    model,
    title: 'T',
    palette: ['#102030'],
  });
  if (spec.kind !== 'cartesian') throw new Error(spec.kind);
  return spec;
}

const ref = (value: string) => ({
  encode: { xRef: { field: 'month' }, yRef: { field: 'revenue', pivotValues: [{ field: 'channel', value }] } },
});
const layout = { xField: 'month', yField: ['revenue'] };

describe('a saved configuration', () => {
  it('names, colours and hides its series; new values get the style of the others', () => {
    const { series, notes, palette } = cartesian({
      layout,
      eChartsConfig: {
        series: [
          { type: 'line', ...ref('web'), name: 'The web', color: '#123456', smooth: true },
          { type: 'line', ...ref('store'), hidden: true },
        ],
      },
    });
    expect(series).toMatchObject([
      { name: 'The web', color: '#123456', type: 'line', smooth: true },
      { name: 'phone', type: 'line' },
    ]);
    expect(notes).toEqual([expect.stringMatching(/hidden.*store/)]);
    expect(palette).toEqual(['#102030']);
  });

  it('stacks to 100 %', () => {
    const spec = cartesian({
      layout: { ...layout, stack: 'stack100' },
      eChartsConfig: { series: [{ type: 'bar', ...ref('web') }] },
    });
    expect(spec.percentStack).toBe(true);
    expect(new Set(spec.series.map(({ stack }) => stack))).toEqual(new Set(['revenue']));
  });

  it('draws reference lines and averages', () => {
    const markLine = { data: [{ yAxis: '15', name: 'Target' }, { dynamicValue: 'average' }] };
    const { series } = cartesian({ layout, eChartsConfig: { series: [{ type: 'line', ...ref('web'), markLine }] } });
    expect(series[0]?.lines).toEqual([
      { on: 'value', at: 15, label: 'Target' },
      { on: 'value', at: 11, label: 'average' },
    ]);
  });

  it('limits axes, and rows before our own limits', () => {
    const spec = cartesian({
      layout,
      rowLimit: { mode: 'show', direction: 'last', count: 2 },
      eChartsConfig: {
        series: [{ type: 'line', ...ref('web') }],
        yAxis: [{ name: 'Money', min: '5', max: '100' }],
        xAxis: [{ name: 'When' }],
      },
    });
    expect(spec.x.values).toEqual(['Feb 2025', 'Mar 2025']);
    expect(spec.axes[0]).toMatchObject({ label: 'Money', min: 5, max: 100 });
    expect(spec.x.label).toBe('When');
    expect(spec.notes.join()).toContain('only the last 2 of Order month');
  });

  it('compares a big number', () => {
    const model = readChart({
      chartConfig: {
        type: 'big_number',
        config: {
          selectedField: 'revenue',
          style: 'K',
          showComparison: true,
          comparisonFormat: 'percentage',
          label: 'Sales',
        },
      },
    });
    expect(
      specFromSaved(
        data(
          [month, revenue],
          [
            [months(1)[0] ?? '', 1500],
            [months(2)[1] ?? '', 1200],
          ],
        ),
        { model, title: 'T' },
      ),
    ).toMatchObject({
      kind: 'number',
      label: 'Sales',
      value: 1500,
      format: { compact: 'thousands' },
      comparison: { text: '+25.0%', good: true },
    });
  });
});

describe('a gauge', () => {
  it('reports a value outside of its scale', () => {
    const model = readChart(savedChart('Kind gauge'));
    const specWith = (value: number) => {
      const rows = rowsFor(savedChart('Kind gauge').metricQuery);
      const filled = rows.rows.map((row) => Object.fromEntries(Object.keys(row).map((id) => [id, value])));
      return specFromSaved({ ...rows, rows: filled }, { model, title: 'Margin' });
    };
    expect(specWith(1e9).notes.join()).toMatch(/outside/);
    expect(specWith(1).notes.join()).not.toMatch(/outside/);
  });

  const gaugeOf = (config: Record<string, unknown>, row: Record<string, Cell> = { orders: 30, target: null }) =>
    specFromSaved(
      { columns: [orders, { ...orders, id: 'target', label: 'Target' }], rows: [row], notes: [] },
      {
        model: readChart({ chartConfig: { type: 'gauge', config: { selectedField: 'orders', ...config } } }),
        title: 'G',
      },
    );

  it.each([
    [{ min: 50, max: 50 }, { orders: 30 }],
    [{ min: 100, max: 0 }, { orders: 30 }],
    [{ maxFieldId: 'target' }, { orders: 30, target: 0 }],
  ])('whose scale %j has no length is a number, and says so', (config, row) => {
    const spec = gaugeOf(config, row);
    expect(spec).toMatchObject({ kind: 'number', value: 30 });
    expect(spec.notes.join()).toMatch(/scale would run from \d+ to \d+/);
  });

  it('says that its target has no value, and which sections are not drawn', () => {
    expect(gaugeOf({ maxFieldId: 'target' }).notes.join()).toContain('Target has no value');
    const sections = [
      { min: 60, max: 40 },
      { min: 0, max: 60 },
      { min: 100, max: 120 },
    ];
    const notes = gaugeOf({ min: 0, max: 100, sections }).notes.join();
    for (const section of ['60 to 40', '100 to 120']) expect(notes).toContain(section);
    expect(notes).not.toContain('0 to 60,');
  });
});
