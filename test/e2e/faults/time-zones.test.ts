import { describe, expect, test } from 'vitest';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { expectLine } from '../../helpers/answers.ts';
import { answerOf, expectRows, useRoastery } from '../setup.ts';

// Section 16 of the faults: the server groups by the days of a zone, and our bounds were those of UTC.

const project = { projectUuid: ids.project };
const LOS_ANGELES = 'America/Los_Angeles';
const parts = {
  exploreId: 'orders',
  dimensions: ['orders_ordered_at_month'],
  metrics: ['orders_order_count'],
  sorts: ['orders_ordered_at_month'],
};
const byMonth = { ...project, ...parts };
const inQuarter = { filters: [{ field: 'orders_ordered_at', operator: 'equals', values: ['2024-Q4'] }] };
const monthsIn = (zone: string) =>
  `with local as (select (ordered_at at time zone 'UTC') at time zone '${zone}' as moment from orders)
   select strftime(moment, '%Y-%m'), count(*) from local
   where moment >= timestamp '2024-10-01' and moment < timestamp '2025-01-01' group by 1 order by 1`;

describe('on 1.219', () => {
  const roastery = useRoastery({}, '1.219');

  test('2024-Q4 by month in Los Angeles has its three months', async () => {
    const text = await answerOf(roastery(), 'run_metric_query', { ...byMonth, ...inQuarter, timezone: LOS_ANGELES });
    expect(text).not.toContain('2024-09');
    expectRows(text, await roastery().data.rows(monthsIn(LOS_ANGELES)));
    expect(text).toContain('2024-10-01T07:00:00Z');
    expectLine(text, 'America/Los_Angeles', 'query');
  });

  test.each([
    ['America/New_York', 139],
    ['UTC', 140],
  ])('orders of 2024-03 in %s are %i', async (timezone, expected) => {
    const text = await answerOf(roastery(), 'run_metric_query', {
      ...project,
      exploreId: 'orders',
      metrics: ['orders_order_count'],
      filters: [{ field: 'orders_ordered_at', operator: 'equals', values: ['2024-03'] }],
      timezone,
    });
    expectRows(text, [[expected]]);
  });

  // 09:30 UTC is 23:30 of the day before in Honolulu.
  test("a moving window has the dates of the query's zone", async () => {
    const windows = (timezone: string) =>
      answerOf(roastery(), 'run_metric_query', {
        ...project,
        exploreId: 'orders',
        metrics: ['orders_order_count'],
        filters: [{ field: 'orders_ordered_at_day', operator: 'inThePast', values: [30], unit: 'completed days' }],
        timezone,
      });
    expect(await windows('UTC')).toContain('(2024-12-16 to 2025-01-14)');
    const text = await windows('Pacific/Honolulu');
    expect(text).toContain('(2024-12-15 to 2025-01-13)');
    const [[expected] = []] = await roastery().data.rows(
      `select count(*) from orders
       where (ordered_at at time zone 'UTC') at time zone 'Pacific/Honolulu' >= timestamp '2024-12-15'
         and (ordered_at at time zone 'UTC') at time zone 'Pacific/Honolulu' < timestamp '2025-01-14'`,
    );
    expectRows(text, [[expected ?? null]]);
  });

  test('a custom metric filters by the same days', async () => {
    const text = await answerOf(roastery(), 'run_metric_query', {
      ...project,
      exploreId: 'orders',
      metrics: ['orders_last_quarter'],
      additionalMetrics: [
        { table: 'orders', name: 'last_quarter', type: 'count_distinct', sql: '${TABLE}.order_id', ...inQuarter },
      ],
      timezone: LOS_ANGELES,
    });
    const months = await roastery().data.rows(monthsIn(LOS_ANGELES));
    expectRows(text, [[months.reduce((sum, [, count]) => sum + Number(count), 0)]]);
  });

  test("the file and the totals of a chart describe a moving window in the project's zone", async () => {
    const window = { field: 'orders_ordered_at_day', operator: 'inThePast', values: [30], unit: 'completed days' };
    const query = { exploreId: 'orders', metrics: ['orders_order_count'], filters: [window] };
    const made = await answerOf(roastery(), 'create_chart', { ...project, name: 'Window', space: 'Sales', query });
    const chartUuid = /saved\/([0-9a-f-]{36})/.exec(made)?.[1];
    const set = (queryTimezone: string | null) =>
      answerOf(roastery(), 'run_write_operation', {
        operation: 'updateQueryTimezoneSettings',
        arguments: { ...project, queryTimezone },
      });
    await set('Pacific/Honolulu');
    try {
      for (const tool of ['download_chart_csv', 'calculate_chart_totals', 'run_saved_chart'])
        expect(await answerOf(roastery(), tool, { chartUuid }), tool).toContain('(2024-12-15 to 2025-01-13)');
    } finally {
      await set(null);
    }
  });

  test('a time without an offset is one of the zone, one with it is not', async () => {
    const since = async (time: string) =>
      answerOf(roastery(), 'run_metric_query', {
        ...{ ...project, exploreId: 'orders', metrics: ['orders_order_count'], timezone: LOS_ANGELES },
        filters: [{ field: 'orders_ordered_at', operator: '>=', values: [time] }],
      });
    const countSince = (time: string) =>
      roastery().data.rows(`select count(*) from orders where ordered_at >= '${time}'`);
    expectRows(await since('2024-12-25 08:30'), await countSince('2024-12-25 16:30'));
    expectRows(await since('2024-12-25T08:30:00Z'), await countSince('2024-12-25 08:30'));
    expectRows(await since('2024-12-25 08:30 -05:00'), await countSince('2024-12-25 13:30'));
  });

  test("the project's zone applies to queries, dashboards and the filters of a chart until it is removed", async () => {
    const set = (queryTimezone: string | null) =>
      answerOf(roastery(), 'run_write_operation', {
        operation: 'updateQueryTimezoneSettings',
        arguments: { ...project, queryTimezone },
      });
    await set(LOS_ANGELES);
    try {
      const text = await answerOf(roastery(), 'run_metric_query', { ...byMonth, ...inQuarter });
      expectRows(text, await roastery().data.rows(monthsIn(LOS_ANGELES)));
      expectLine(text, 'America/Los_Angeles', 'project');
      const made = await answerOf(roastery(), 'create_dashboard', {
        ...project,
        name: 'Last quarter',
        tiles: [{ newChart: { name: 'By month', query: parts } }],
        ...inQuarter,
      });
      const dashboardUuid = /dashboards\/([0-9a-f-]{36})/.exec(made)?.[1];
      const shown = await answerOf(roastery(), 'run_dashboard', { dashboardUuid });
      expect(shown).toContain('2024-10-01T07:00:00Z');
      expect(shown).not.toContain('2024-09');
    } finally {
      await set(null);
    }
    const text = await answerOf(roastery(), 'run_metric_query', { ...byMonth, ...inQuarter });
    expectRows(text, await roastery().data.rows(monthsIn('UTC')));
  });
});

describe('a time zone', () => {
  const inNewYork = (query: object) => ({
    ...{ ...project, exploreId: 'orders', metrics: ['orders_order_count'], timezone: 'America/New_York' },
    ...query,
  });
  const sinceNoon = inNewYork({
    metrics: ['orders_since_noon'],
    additionalMetrics: [
      {
        ...{ table: 'orders', name: 'since_noon', type: 'count_distinct', sql: '${TABLE}.order_id' },
        filters: [{ field: 'orders_ordered_at', operator: '>=', values: ['2024-12-31 12:00'] }],
      },
    ],
  });
  const byDelivery = inNewYork({ dimensions: ['orders_delivered_on_day'], limit: 1 });

  describe.each([
    ['0.1366', '12:00', 'shifts nothing'],
    ['1.219', '17:00', 'of the query'],
  ] as const)('on %s', (version, utc, note) => {
    const roastery = useRoastery({}, version);

    test('of which a time in the filter of a custom metric is gets a note', async () => {
      const text = await answerOf(roastery(), 'run_metric_query', sinceNoon);
      expectRows(
        text,
        await roastery().data.rows(`select count(*) from orders where ordered_at >= '2024-12-31 ${utc}'`),
      );
      expectLine(text, 'Note', 'America/New_York', note);
    });

    test('that no field of the query depends on gets none', async () => {
      expect(await answerOf(roastery(), 'run_metric_query', byDelivery)).not.toContain('America/New_York');
    });
  });
});
