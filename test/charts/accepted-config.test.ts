import { readFileSync } from 'node:fs';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ChartField, completeLook, lookKinds } from '../../src/charts/config/look.ts';
import { writeSqlChart } from '../../src/charts/config/sql-chart.ts';
import { writeChart } from '../../src/charts/config/write-chart.ts';
import { savedCharts } from './saved-charts.ts';

const document = z
  .record(z.string(), z.unknown())
  .parse(JSON.parse(readFileSync(new URL('../fixtures/charts/chart-config-schema.json', import.meta.url), 'utf8')));

const validator = (name: string) => new Ajv2019({ strict: false }).compile({ ...document, $ref: `#/$defs/${name}` });

const field = (id: string, more: Partial<ChartField> = {}): ChartField => ({
  id,
  role: 'metric',
  isNumeric: true,
  isTime: false,
  isAdditive: true,
  ...more,
});
const fields = [
  field('orders_ordered_at_month', { role: 'dimension', isNumeric: false, isTime: true }),
  field('orders_channel', { role: 'dimension', isNumeric: false }),
  field('orders_order_count'),
  field('order_items_total_revenue', { unit: 'USD' }),
];

/** The types of the API document of 1.219, closed: a key that it does not name is refused. */
describe('the chart configurations of the API document', () => {
  const isChart = validator('ChartConfig');

  it('allow every recorded chart, and refuse an unknown key', () => {
    for (const { name, chartConfig } of savedCharts) {
      const { type, config } = chartConfig;
      if (name === 'Zombie layout') continue;
      expect(isChart(config ? { type, config } : { type }), name).toBe(true);
    }
    expect(isChart({ type: 'pie', config: { groupField: 'orders_channel' } })).toBe(false);
  });

  it.each(lookKinds)('accept a written %s chart', (show) => {
    const look = completeLook({ show }, fields);
    for (const splitValues of [undefined, [['web'], [null]], [[true], [3]]]) {
      const { chartConfig } = writeChart(look, fields, { splitValues });
      expect(isChart(chartConfig), JSON.stringify(isChart.errors)).toBe(true);
    }
  });

  it.each(['bar', 'stacked_bar', 'stacked_bar_100', 'line', 'pie', 'donut', 'table', 'big_number'] as const)(
    'accept a written %s chart of SQL',
    (show) => {
      const isSqlChart = validator('AllVizChartConfig');
      const columns = [
        { name: 'day', isNumeric: false, isTime: true },
        { name: 'n', isNumeric: true, isTime: false },
      ];
      expect(isSqlChart(writeSqlChart({ show }, columns)), JSON.stringify(isSqlChart.errors)).toBe(true);
    },
  );
});
