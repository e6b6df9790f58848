import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChartField, completeLook, LookError, type LookRequest, lookKinds } from '../../src/charts/config/look.ts';
import { changeLook, lookOfChart } from '../../src/charts/config/look-of-chart.ts';
import { readChart } from '../../src/charts/config/read-chart.ts';
import { readSqlChart, writeSqlChart } from '../../src/charts/config/sql-chart.ts';
import { type PreviousChart, writeChart } from '../../src/charts/config/write-chart.ts';
import { type RecordedChart, savedChart, savedCharts } from './saved-charts.ts';

const field = (id: string, more: Partial<ChartField> = {}): ChartField => ({
  id,
  role: 'metric',
  isNumeric: true,
  isTime: false,
  isAdditive: true,
  ...more,
});
const dimension = (id: string, more: Partial<ChartField> = {}): ChartField =>
  field(id, {
    role: 'dimension',
    isNumeric: false,
    isAdditive: false,
    isTime: /_(day|week|month|quarter|year)$/.test(id),
    ...more,
  });

const list = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : []).filter((id): id is string => typeof id === 'string');

/** The fields of a recorded chart's query; of several metrics the rating is no sum and has a unit of its own. */
function fieldsOf({ metricQuery }: RecordedChart): readonly ChartField[] {
  const calculations = Array.isArray(metricQuery.tableCalculations) ? metricQuery.tableCalculations : [];
  return [
    ...list(metricQuery.dimensions).map((id) => dimension(id)),
    ...list(metricQuery.metrics).map((id) =>
      field(id, id === 'orders_average_rating' ? { unit: '★', isAdditive: false } : {}),
    ),
    ...calculations.map(({ name }: { name: string }) => field(name, { role: 'calculation', isAdditive: false })),
  ];
}

function write(name: string, request: LookRequest, splitValues?: readonly (readonly unknown[])[]) {
  const chart = savedChart(name);
  return writeChart(completeLook(request, fieldsOf(chart)), fieldsOf(chart), { splitValues });
}

describe('a written chart configuration', () => {
  it.each<[string, LookRequest, (readonly (readonly unknown[])[])?]>([
    ['Kind cartesian bar', { show: 'bar' }],
    ['Kind cartesian horizontal bar', { show: 'horizontal_bar' }],
    ['Kind cartesian line', { show: 'line' }],
    ['Kind cartesian area', { show: 'area' }],
    ['Kind cartesian scatter', { show: 'scatter' }],
    ['Kind cartesian mixed', { show: 'mixed' }],
    ['Kind big_number', { show: 'big_number' }],
    ['Kind treemap', { show: 'treemap' }],
    ['Kind map', { show: 'map' }],
    ['Kind sankey', { show: 'sankey' }],
    ['Kind pie', { show: 'donut' }],
    ['Kind gauge', { show: 'gauge' }],
    ['Kind table', { show: 'table' }],
    ['Kind cartesian stacked bar, pivoted', { show: 'stacked_bar' }, [['online'], ['store']]],
  ])('equals the one that a server returned for "%s", apart from personal choices', (name, request, splitValues) => {
    const { chartConfig, tableConfig, pivotConfig } = savedChart(name);
    const written = write(name, request, splitValues);
    expect(written.tableConfig).toEqual(tableConfig);
    expect(written.pivotConfig).toEqual(pivotConfig);
    expect(chosenByPeople(written.chartConfig)).toEqual(chosenByPeople(chartConfig));
  });

  it('saves the steps of a funnel as rows if there is a dimension, else as the metrics of one row', () => {
    const two = [field('visits'), field('orders')];
    const asRows = writeChart(completeLook({ show: 'funnel' }, [dimension('step'), ...two]), two);
    expect(asRows.chartConfig.config).toEqual({ dataInput: 'column', fieldId: 'visits' });
    expect(writeChart(completeLook({ show: 'funnel' }, two), two).chartConfig.config).toEqual({
      dataInput: 'row',
      fieldId: 'visits',
    });
  });

  it('has one series for all values of a split field that has no values yet', () => {
    const { chartConfig, pivotConfig } = write('Orders by channel', { show: 'stacked_bar' });
    expect(pivotConfig).toEqual({ columns: ['orders_channel'] });
    expect(chartConfig.config).toMatchObject({
      layout: { stack: 'stack' },
      eChartsConfig: {
        series: [{ type: 'bar', stack: 'orders_order_count', encode: { yRef: { field: 'orders_order_count' } } }],
      },
    });
  });

  it.each<[string, readonly ChartField[], string]>([
    ['one metric', [field('revenue')], 'big_number'],
    ['metrics alone', [field('revenue'), field('orders')], 'table'],
    ['time and a metric', [dimension('date_month'), field('revenue')], 'line'],
    [
      'time and metrics of two units',
      [dimension('date_month'), field('revenue', { unit: 'USD' }), field('orders')],
      'mixed',
    ],
    ['time and a category', [dimension('channel'), dimension('date_month'), field('orders')], 'line'],
    ['a category', [dimension('channel'), field('orders')], 'bar'],
    ['two categories of a sum', [dimension('channel'), dimension('status'), field('orders')], 'stacked_bar'],
    [
      'two categories of an average',
      [dimension('channel'), dimension('status'), field('rating', { isAdditive: false })],
      'bar',
    ],
    ['no number', [dimension('channel')], 'table'],
    ['three dimensions', [dimension('a'), dimension('b'), dimension('c'), field('orders')], 'table'],
  ])('shows %s in a sensible kind by itself', (_, fields, kind) => {
    expect(completeLook({}, fields).show).toBe(kind);
  });

  it('puts time on x and splits by the other dimension', () => {
    const fields = [dimension('channel'), dimension('date_month'), field('orders')];
    expect(completeLook({}, fields)).toMatchObject({ x: 'date_month', y: ['orders'], splitBy: ['channel'] });
  });

  it.each<[string, LookRequest, readonly ChartField[]]>([
    ['a field that the query lacks', { x: 'orders_nope' }, [dimension('channel'), field('orders')]],
    ['bars without a dimension', { show: 'bar' }, [field('orders')]],
    ['a pie without a number', { show: 'pie' }, [dimension('channel')]],
    ['a text as y', { show: 'line', y: ['channel'] }, [dimension('date_month'), dimension('channel')]],
    ['a sankey diagram with one dimension', { show: 'sankey' }, [dimension('channel'), field('orders')]],
  ])('refuses %s', (_, request, fields) => {
    expect(() => completeLook(request, fields)).toThrow(LookError);
  });

  it('reads back as the look that it was written from', () => {
    const fields = [dimension('date_month'), dimension('channel'), field('orders'), field('revenue', { unit: 'USD' })];
    const request = fc.record(
      { show: fc.constantFrom(...lookKinds), splitBy: fc.constantFrom<readonly string[]>([], ['channel']) },
      { requiredKeys: ['show'] },
    );
    fc.assert(
      fc.property(request, (chartRequest) => {
        const look = tryLook(chartRequest, fields);
        if (!look) return;
        const read = lookOfChart(readChart(writeChart(look, fields)));
        expect(read.show).toBe(look.show);
        if (look.show !== 'table' && look.show !== 'funnel') {
          expect(read.x).toBe(look.x);
          expect(read.y).toEqual(look.y);
          expect(read.splitBy ?? []).toEqual(look.splitBy);
        }
      }),
    );
  });
});

describe('a changed chart configuration', () => {
  const drawn = savedCharts.filter(({ chartConfig }) => chartConfig.config && chartConfig.type !== 'custom');

  it('stays the same if nothing of the look changes', () => {
    for (const chart of drawn.filter(({ name }) => !/series empty|not in the query|Zombie/.test(name))) {
      const fields = fieldsOf(chart);
      const request = changeLook(readChart(chart), {}, new Set(fields.map(({ id }) => id)));
      const look = tryLook(request, fields);
      if (!look) continue;
      const written = writeChart(look, fields, { previous: chart });
      expect(chosenByWriter(written), chart.name).toEqual(chosenByWriter(chart));
    }
  });

  it('keeps every key that the look does not decide', () => {
    const extra = fc.dictionary(fc.constantFrom('legend', 'metadata', 'rowLimit', 'later'), fc.jsonValue());
    fc.assert(
      fc.property(fc.constantFrom(...drawn), extra, fc.jsonValue(), (chart, keys, seriesColor) => {
        const config = withSeriesKey({ ...chart.chartConfig.config, ...keys }, 'color', seriesColor);
        const previous = { ...chart, chartConfig: { ...chart.chartConfig, config } };
        const fields = fieldsOf(chart);
        const look = tryLook(changeLook(readChart(previous), {}, new Set(fields.map(({ id }) => id))), fields);
        if (!look) return;
        const written = writeChart(look, fields, { previous });
        expect(written.chartConfig.config).toMatchObject(keys);
        expect(colours(written).slice(0, colours(previous).length)).toEqual(colours(previous));
      }),
    );
  });

  it('turns bars into lines with their axes, names and colours', () => {
    const chart = savedChart('Kind cartesian mixed');
    const series = [{ color: '#123456', name: 'Orders' }, { markLine: { data: [{ yAxis: '4' }] } }];
    const previous = {
      ...chart,
      chartConfig: {
        ...chart.chartConfig,
        config: {
          ...chart.chartConfig.config,
          eChartsConfig: { ...seriesWith(chart, series), legend: { show: false } },
        },
      },
    };
    const fields = fieldsOf(chart);
    const look = completeLook(
      changeLook(readChart(previous), { show: 'line' }, new Set(fields.map(({ id }) => id))),
      fields,
    );
    expect(writeChart(look, fields, { previous }).chartConfig.config).toMatchObject({
      eChartsConfig: {
        legend: { show: false },
        series: [
          { type: 'line', color: '#123456', name: 'Orders', yAxisIndex: 0 },
          { type: 'line', markLine: { data: [{ yAxis: '4' }] }, yAxisIndex: 1 },
        ],
      },
    });
  });

  it('carries the fields over to another kind, and drops what that kind does not have', () => {
    const chart = savedChart('Kind cartesian stacked bar, pivoted');
    const fields = fieldsOf(chart);
    const look = completeLook(
      changeLook(readChart(chart), { show: 'pie', x: 'orders_channel' }, new Set(fields.map(({ id }) => id))),
      fields,
    );
    const written = writeChart(look, fields, { previous: chart });
    expect(written.pivotConfig).toBeUndefined();
    expect(written.chartConfig).toMatchObject({
      type: 'pie',
      config: { groupFieldIds: ['orders_channel'], metricId: 'orders_order_count' },
    });
    expect(written.chartConfig.config).not.toHaveProperty('layout');
  });

  it('keeps the order of columns, and appends those that are new', () => {
    const chart = savedChart('Orders by country and status');
    const fields = [...fieldsOf(chart).filter(({ id }) => id !== 'orders_status'), field('orders_new')];
    const { columnOrder } = writeChart(completeLook({ show: 'table' }, fields), fields, {
      previous: chart,
    }).tableConfig;
    expect(columnOrder).not.toContain('orders_status');
    expect(columnOrder.at(-1)).toBe('orders_new');
    expect(columnOrder[0]).toBe('customers_country');
  });

  it('changes no chart that only the web app writes, unless the call has a kind', () => {
    const chart = savedChart('Kind custom (Vega-Lite)');
    const fields = new Set(fieldsOf(chart).map(({ id }) => id));
    expect(() => changeLook(readChart(chart), { y: [] }, fields)).toThrow(LookError);
    expect(changeLook(readChart(chart), { show: 'bar' }, fields)).toMatchObject({ show: 'bar' });
  });
});

describe('a written SQL chart', () => {
  const columns = [
    { name: 'status', isNumeric: false, isTime: false },
    { name: 'n', isNumeric: true, isTime: false },
  ];

  it.each<[string, LookRequest, unknown]>([
    [
      'bars',
      {},
      {
        type: 'vertical_bar',
        metadata: { version: 1 },
        fieldConfig: {
          x: { reference: 'status', type: 'category' },
          y: [{ reference: 'n', aggregation: 'sum' }],
          groupBy: [],
        },
        display: {},
      },
    ],
    [
      'a ring',
      { show: 'donut' },
      {
        type: 'pie',
        metadata: { version: 1 },
        fieldConfig: {
          x: { reference: 'status', type: 'category' },
          y: [{ reference: 'n', aggregation: 'sum' }],
          groupBy: [],
        },
        display: { isDonut: true },
      },
    ],
    ['a table', { show: 'table' }, { type: 'table', metadata: { version: 1 }, columns: {} }],
    [
      'a big number',
      { show: 'big_number' },
      {
        type: 'big_number',
        metadata: { version: 1 },
        fieldConfig: { y: [{ reference: 'n', aggregation: 'sum' }] },
        display: {},
      },
    ],
  ])('of %s equals the one that the server accepted', (_, request, expected) => {
    expect(writeSqlChart(request, columns)).toEqual(expected);
  });

  it('keeps settings of the web app, and refuses kinds that SQL charts lack', () => {
    const previous = {
      ...writeSqlChart({}, columns),
      display: { legend: { position: 'top', align: 'end' } },
      later: 1,
    };
    const written = writeSqlChart({ show: 'stacked_bar' }, columns, previous);
    expect(written).toMatchObject({ later: 1, display: { legend: { position: 'top', align: 'end' }, stack: true } });
    expect(readSqlChart(writeSqlChart({ show: 'bar' }, columns, written)).display?.stack).toBe(false);
    expect(() => writeSqlChart({ show: 'funnel' }, columns)).toThrow(LookError);
  });
});

function tryLook(request: LookRequest, fields: readonly ChartField[]) {
  try {
    return completeLook(request, fields);
  } catch (error) {
    if (error instanceof LookError) return undefined;
    throw error;
  }
}

/** Without what the person who saved the recorded chart typed: a label, a bound, a heading. */
function chosenByPeople(chartConfig: unknown): unknown {
  return JSON.parse(JSON.stringify(chartConfig), (key, value) =>
    key === 'label' || key === 'max' || key === 'stack' || key === 'columns' ? undefined : value,
  );
}

/** Keys that are always written and that old charts leave out. */
function chosenByWriter({ chartConfig, pivotConfig }: PreviousChart): unknown {
  return JSON.parse(JSON.stringify({ chartConfig, pivotConfig }), (key, value) =>
    key === 'yAxisIndex' || key === 'dataInput' ? undefined : value,
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function seriesOf(chart: PreviousChart): readonly Record<string, unknown>[] {
  const config = isObject(chart.chartConfig) && isObject(chart.chartConfig.config) ? chart.chartConfig.config : {};
  const eCharts = isObject(config.eChartsConfig) ? config.eChartsConfig : {};
  return (Array.isArray(eCharts.series) ? eCharts.series : []).filter(isObject);
}

const colours = (chart: PreviousChart): unknown[] => seriesOf(chart).map(({ color }) => color);

function withSeriesKey(config: Record<string, unknown>, key: string, value: unknown): Record<string, unknown> {
  if (!isObject(config.eChartsConfig)) return config;
  const series = seriesOf({ chartConfig: { config } }).map((entry) => ({ ...entry, [key]: value }));
  return { ...config, eChartsConfig: { ...config.eChartsConfig, series } };
}

const seriesWith = (chart: PreviousChart, keys: readonly Record<string, unknown>[]) => ({
  series: seriesOf(chart).map((entry, index) => ({ ...entry, ...keys[index] })),
});
