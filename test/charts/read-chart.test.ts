import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chartKindName } from '../../src/charts/config/chart-kinds.ts';
import { describeLayout } from '../../src/charts/config/describe-layout.ts';
import { seriesKey, seriesType, shownFields, stackingOf, tableColumns } from '../../src/charts/config/layout.ts';
import { readChart } from '../../src/charts/config/read-chart.ts';
import { readChartConfig } from '../../src/charts/config/saved-config.ts';
import { readSqlChart } from '../../src/charts/config/sql-chart.ts';
import { savedChart, savedCharts } from './saved-charts.ts';

const model = (name: string) => readChart(savedChart(name));

describe('the model of a saved chart', () => {
  it.each([
    ['Revenue by month', 'vertical_bar', ['orders_ordered_at_month', 'order_items_total_revenue']],
    ['Kind cartesian horizontal bar', 'horizontal_bar', ['orders_channel', 'orders_order_count']],
    ['Kind cartesian area', 'area', ['orders_ordered_at_month', 'order_items_total_revenue']],
    ['Kind cartesian scatter', 'scatter', ['orders_order_count', 'orders_average_rating']],
    ['Kind cartesian mixed', 'mixed', ['orders_status', 'orders_order_count', 'orders_average_rating']],
    ['Orders by channel', 'line', ['orders_ordered_at_quarter', 'orders_order_count', 'orders_channel']],
    ['Kind cartesian without config', 'vertical_bar', []],
    ['Kind pie', 'pie', ['orders_channel', 'orders_order_count']],
    ['Kind funnel', 'funnel', ['orders_order_count']],
    ['Kind big_number', 'big_number', ['order_items_total_revenue']],
    ['Kind treemap', 'treemap', ['orders_channel', 'orders_order_count']],
    ['Kind gauge', 'gauge', ['order_items_total_revenue']],
    ['Kind map', 'map', ['customers_country', 'customers_customer_count']],
    ['Kind sankey', 'sankey', ['orders_channel', 'orders_status', 'orders_order_count']],
    ['Kind custom (Vega-Lite)', 'custom', []],
    ['Kind table', 'table', []],
  ])('reads the kind and the fields of "%s"', (name, kind, fields) => {
    expect(model(name)).toMatchObject({ kind });
    expect(shownFields(model(name))).toEqual(fields);
  });

  it('reads the series of a pivoted chart with their references, type and stack', () => {
    const { chart, pivotColumns } = model('Kind cartesian stacked bar, pivoted');
    if (chart.type !== 'cartesian') throw new Error(chart.type);
    const series = chart.config.eChartsConfig?.series ?? [];
    expect(series.map(seriesKey)).toEqual([
      'orders_order_count.orders_channel.online',
      'orders_order_count.orders_channel.store',
    ]);
    expect(series.map(seriesType)).toEqual(['bar', 'bar']);
    expect(stackingOf(chart.config)).toBe('stack');
    expect(pivotColumns).toEqual(['orders_channel']);
  });

  it.each([
    [true, 'stack'],
    ['stack', 'stack'],
    ['stack100', 'stack100'],
    [false, 'none'],
    ['none', 'none'],
  ])('reads the stacking %s of a layout as %s', (stack, expected) => {
    const read = readChartConfig({ type: 'cartesian', config: { layout: { stack } } });
    expect(read.type === 'cartesian' && stackingOf(read.config)).toBe(expected);
  });

  it('reads hidden columns, headings and the order of a table', () => {
    const { chart, columnOrder } = model('Orders by country and status');
    if (chart.type !== 'table') throw new Error(chart.type);
    const { hidden, headings } = tableColumns(chart.config);
    expect(hidden).toEqual(['orders_average_rating']);
    expect(headings.get('orders_order_count')).toBe('# orders');
    expect(columnOrder[0]).toBe('customers_country');
  });

  it('describes the layout of every recorded kind that names fields', () => {
    for (const chart of savedCharts) {
      const read = readChart(chart);
      const words = describeLayout(read).join('; ');
      for (const field of shownFields(read)) expect(words).toContain(field);
    }
  });

  it.each([
    ['vertical_bar', { layout: { flipAxes: false }, eChartsConfig: { series: [{ type: 'bar' }] } }],
    ['horizontal_bar', { layout: { flipAxes: true }, eChartsConfig: { series: [{ type: 'bar' }, { type: 'bar' }] } }],
    ['area', { layout: {}, eChartsConfig: { series: [{ type: 'line', areaStyle: {} }] } }],
    ['mixed', { layout: {}, eChartsConfig: { series: [{ type: 'line' }, { type: 'bar' }] } }],
    ['vertical_bar', {}],
  ])('names a cartesian chart %s by its series', (kind, config) => {
    expect(readChart({ chartConfig: { type: 'cartesian', config } }).kind).toBe(kind);
  });

  it('describes axes, split, hidden and renamed columns', () => {
    const cartesian = { type: 'cartesian', config: { layout: { xField: 'a', yField: ['b', 'c'], stack: 'stack' } } };
    expect(describeLayout(readChart({ chartConfig: cartesian, pivotConfig: { columns: ['d'] } }))).toEqual([
      'x a',
      'y b, c',
      'split by d',
      'stacked',
    ]);
    const columns = { a: { visible: false }, b: { name: 'Bee' }, c: { frozen: true } };
    expect(describeLayout(readChart({ chartConfig: { type: 'table', config: { columns } } }))).toEqual([
      'hidden a',
      'b headed "Bee"',
    ]);
    expect(describeLayout(readChart(null))).toEqual([]);
  });

  it('has the names of kinds that people use', () => {
    expect(['vertical_bar', 'big_number', 'treemap', 'constructor', undefined].map(chartKindName)).toEqual([
      'bar chart',
      'big number',
      'treemap',
      'constructor',
      'chart',
    ]);
  });

  it('reads a type of a later release by its own name', () => {
    expect(chartKindName(readChart({ chartConfig: { type: 'radar_plot', config: {} } }).kind)).toBe('radar plot');
    expect(chartKindName(readChart({}).kind)).toBe('chart');
  });

  it('reads an SQL chart', () => {
    const read = readSqlChart({
      type: 'vertical_bar',
      metadata: { version: 1 },
      fieldConfig: {
        x: { reference: 'status', type: 'category' },
        y: [{ reference: 'n', aggregation: 'sum' }],
        groupBy: [],
      },
    });
    expect(read.fieldConfig?.x?.reference).toBe('status');
    expect(read.fieldConfig?.y).toEqual([{ reference: 'n', aggregation: 'sum' }]);
  });

  it('keeps every key of a recorded configuration, and keys it does not know at any depth', () => {
    for (const { chartConfig } of savedCharts) {
      const { config } = readChartConfig(chartConfig);
      expect(config).toEqual(chartConfig.config ?? {});
    }
    const recorded = fc.constantFrom(...savedCharts.filter(({ chartConfig }) => chartConfig.config));
    const property = fc.property(recorded, fc.json(), fc.nat(), ({ chartConfig }, extra, seed) => {
      const changed = withUnknownKey(chartConfig.config, 'key of a later release', JSON.parse(extra), seed);
      expect(readChartConfig({ ...chartConfig, config: changed }).config).toEqual(changed);
    });
    fc.assert(property);
  });

  it('reads any JSON without throwing, and keeps the fields that it can read', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        readChart(value);
        readChart({ chartConfig: value, tableConfig: value, pivotConfig: value });
        for (const { chartConfig } of savedCharts) readChartConfig({ type: chartConfig.type, config: value });
        readSqlChart(value);
      }),
      { numRuns: 50 },
    );
    const read = readChart({
      chartConfig: { type: 'pie', config: { groupFieldIds: 7, metricId: 'orders_order_count' } },
    });
    expect(shownFields(read)).toEqual(['orders_order_count']);
  });
});

/** Adds a key to one of the objects of a configuration, chosen by `seed`; maps by field id are left alone. */
function withUnknownKey(config: unknown, key: string, value: unknown, seed: number): unknown {
  const objects: Record<string, unknown>[] = [];
  const copy: unknown = structuredClone(config);
  collect(copy, '', objects);
  const chosen = objects[seed % objects.length];
  if (chosen) chosen[key] = value;
  return copy;
}

function collect(node: unknown, name: string, objects: Record<string, unknown>[]): void {
  if (Array.isArray(node)) for (const item of node) collect(item, name, objects);
  else if (isRecord(node)) {
    if (name !== 'columns') objects.push(node);
    for (const [key, item] of Object.entries(node)) collect(item, key, objects);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
