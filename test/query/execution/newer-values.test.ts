import { describe, expect, test } from 'vitest';
import { buildMetricQuery } from '../../../src/query/builder/metric-query.ts';
import { startSandbox } from '../../../src/sandbox/index.ts';
import { ArgumentsError, parseArguments } from '../../../src/tools/arguments.ts';
import { renderChart } from '../../../src/tools/content/render-chart.ts';
import { toolNamed } from '../../../src/tools/index.ts';
import { expectLine } from '../../helpers/answers.ts';
import { callTool, connectInMemory } from '../../helpers/client.ts';
import { roastery } from '../roastery.ts';

// Values and shapes that a newer Lightdash may know and this server does not: passed on with a note, typing errors refused.

const built = (filters: unknown) => buildMetricQuery(roastery.orders, { metrics: ['orders_order_count'], filters });
const ready = (operator: string, fieldId = 'orders_ordered_at') => ({
  dimensions: { id: 'g', and: [{ id: 'r', target: { fieldId }, operator, values: [1] }] },
});

describe('an operator', () => {
  test.each(['notInTheCurrent', 'inPeriodToDate'])(
    'of newer releases, %s, goes on with its unit, and that is said',
    (operator) => {
      const query = built([{ field: 'orders_ordered_at', operator, unit: 'months' }]);
      if (!query.ok) throw new Error(query.problems.join());
      expect(query.query.filters.dimensions).toMatchObject({
        and: [{ operator, values: [1], settings: { unitOfTime: 'months', completed: false } }],
      });
      expectLine(query.notes.join(), operator, 'orders_ordered_at', 'unchanged');
    },
  );

  test('of newer releases without its unit is refused', () => {
    expect(built([{ field: 'orders_ordered_at', operator: 'inPeriodToDate' }])).toMatchObject({ ok: false });
  });

  test("that is unknown is sent unchanged in Lightdash's own JSON, with a note", () => {
    const filters = ready('overlapsHoliday');
    const query = built(filters);
    expect(query).toMatchObject({ ok: true, query: { filters } });
    expectLine(query.ok ? query.notes.join() : '', 'overlapsHoliday', 'orders_ordered_at', 'unchanged');
  });

  test.each(['eqals', 'greaterThanOrEquel', 'inTheCurent'])(
    '%s is taken for a typing error in either form',
    (operator) => {
      expect(built(ready(operator))).toMatchObject({ ok: false });
      expect(built([{ field: 'orders_ordered_at', operator, values: [1] }])).toMatchObject({ ok: false });
    },
  );
});

describe('an enum that grows with the releases', () => {
  const parse = (granularity: string) =>
    parseArguments(toolNamed('run_metric_query'), { projectUuid: 'p', exploreId: 'orders', granularity }).granularity;

  test.each(['Month', 'Hour', 'fiscal_period'])('takes %s', (granularity) => {
    expect(parse(granularity)).toBe(granularity);
  });

  test.each(['Mnth', 'monthly', 'Years'])('refuses %s, and lists the options', (granularity) => {
    expect(() => parse(granularity)).toThrow(ArgumentsError);
    expect(() => parse(granularity)).toThrow(/Day.*Week.*Month.*Quarter.*Year/);
  });

  test('notes in the answer that a value was passed on', async () => {
    const sandbox = await startSandbox({ version: '1.219' });
    const { client, close } = await connectInMemory({
      LIGHTDASH_URL: sandbox.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
    });
    const { text } = await callTool(client, 'run_metric_query', {
      projectUuid: 'Roastery',
      exploreId: 'orders',
      dimensions: ['orders_ordered_at_month'],
      metrics: ['orders_order_count'],
      granularity: 'Hour',
      limit: 2,
    });
    expectLine(text, 'granularity', 'Hour', 'unchanged');
    await close();
    await sandbox.close();
  });
});

describe('a chart of a newer release', () => {
  const chart = {
    name: 'Flow',
    tableName: 'orders',
    chartConfig: { type: 'sankey' },
    metricQuery: {
      dimensions: ['orders_status'],
      metrics: ['orders_order_count'],
      filters: {
        dimensions: {
          id: 'g',
          and: [
            {
              id: 'r',
              target: { fieldId: 'orders_ordered_at' },
              operator: 'inPeriodToDate',
              values: [1],
              settings: { unitOfTime: 'months' },
            },
          ],
        },
      },
      tableCalculations: [
        { name: 'fx', displayName: 'Twice', formula: '=orders_order_count * 2' },
        {
          name: 'pct',
          displayName: 'Share',
          template: { type: 'percent_of_column_total', fieldId: 'orders_order_count' },
        },
      ],
      customDimensions: [
        { id: 'tier', name: 'Tier', type: 'bin', binType: 'custom_group', dimensionId: 'orders_status' },
      ],
    },
  };

  test('shows kinds, formulas, templates and operators under their names', () => {
    const answer = renderChart(chart, { pageUrl: (path) => path });
    expectLine(answer, 'Sankey diagram', 'orders');
    expect(answer).toContain('table calculation fx|Twice||=orders_order_count * 2');
    expectLine(answer, 'table calculation pct|Share', 'percent', 'column', 'orders_order_count');
    expectLine(answer, 'Filters', 'orders_ordered_at', 'to date', 'month');
  });
});
