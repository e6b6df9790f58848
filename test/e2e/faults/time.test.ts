import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { expectLine, linesWith, tableOf } from '../../helpers/answers.ts';
import { callTool, connectInMemory } from '../../helpers/client.ts';
import { interceptLightdash } from '../../helpers/intercepting-lightdash.ts';
import { expectNoNote, expectNote, hasNote } from '../../helpers/notes.ts';
import { answerOf, expectRows, RELEASES, TODAY, useRoastery } from '../setup.ts';

describe.each(RELEASES)('Time, on %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);
  const sql = (text: string) => roastery().data.rows(text);
  const count = (filters: unknown, more: Record<string, unknown> = {}) =>
    answerOf(roastery(), 'run_metric_query', {
      exploreId: 'orders',
      metrics: ['orders_order_count'],
      filters,
      ...more,
    });
  const rule = (field: string, operator: string, ...values: unknown[]) => [{ field, operator, values }];

  test.each([
    ['inBetween', ['2024-03-01T00:00:00Z', '2024-04-01T00:00:00Z'], "between '2024-03-01' and '2024-04-01'", 140],
    ['greaterThan', ['2024-03-31T00:00:00Z'], "> '2024-03-31'", 1342],
    ['lessThanOrEqual', ['2024-03-15T00:00:00Z'], "<= '2024-03-15'", 1587],
    ['equals', ['2024-03-15T00:00:00Z'], "= '2024-03-15'", 0],
    ['lessThanOrEqual', ['9999-12-31'], "< 'infinity'", 3000],
  ])('an instant is an instant, and %s %j compares with it', async (operator, values, condition, expectedCount) => {
    const expected = await sql(`select count(*) from orders where ordered_at ${condition}`);
    expect(expected).toEqual([[expectedCount]]);
    expectRows(await count(rule('orders_ordered_at', operator, ...values)), expected);
  });

  test('a period in Lightdash’s own form is that period, not its first midnight', async () => {
    const native = (operator: string, ...values: string[]) => ({
      dimensions: { id: 'g', and: [{ id: 'r', target: { fieldId: 'orders_ordered_at' }, operator, values }] },
    });
    expectRows(
      await count(native('equals', '2024-03')),
      await sql("select count(*) from orders where ordered_at >= '2024-03-01' and ordered_at < '2024-04-01'"),
    );
    expectRows(
      await count(native('inBetween', '2024-03-01', '2024-03-31')),
      await sql("select count(*) from orders where ordered_at >= '2024-03-01' and ordered_at < '2024-04-01'"),
    );
  });

  test('a month of another zone is cut in that zone, or a note says that the release has no zones', async () => {
    const text = await count(rule('orders_ordered_at', 'equals', '2024-03'), { timezone: 'America/New_York' });
    if (release === '1.219') {
      expectRows(text, [[139]]);
      expect(text).toContain('America/New_York');
    } else {
      expectRows(text, await sql("select count(*) from orders where strftime(ordered_at, '%Y-%m') = '2024-03'"));
      expectNote(text, 'zone without effect', 'America/New_York');
    }
  });

  test('weeks start as the project says everywhere, or a note says otherwise', async () => {
    const byWeek = await count(rule('orders_ordered_at', 'equals', '2024-W10'), {
      dimensions: ['orders_ordered_at_week'],
    });
    expectRows(byWeek, [['2024-03-04', 29]]);
    expectNote(byWeek, 'day of a week', 'Monday');
    expectRows(
      await count(rule('orders_ordered_at_week', 'equals', '2024-W10'), { dimensions: ['orders_ordered_at_week'] }),
      [['2024-03-04', 29]],
    );
    const last = await count(rule('orders_ordered_at', 'equals', 'last week'));
    const days = release === '1.219' ? ['2025-01-06', '2025-01-12'] : ['2025-01-05', '2025-01-11'];
    expectLine(last, 'Filters', 'orders_ordered_at', '1 completed week', ...days);
    if (release === '0.1366') expectNote(last, 'start of the week');
    else expectNoNote(last, 'start of the week');
  });

  test.each([
    [6, ['2025-01-05', '2025-01-11']],
    [2, ['2025-01-08', '2025-01-14']],
    [null, []],
  ])(
    'weeks of a relative filter begin on the day %s of the project, or a note says that it has none',
    async (startOfWeek, days) => {
      const { sandbox } = roastery();
      const project = await fetch(`${sandbox.url}/api/v1/projects/${ids.project}`, {
        headers: { authorization: `ApiKey ${sandbox.tokens.admin}` },
      });
      const results = z.object({ results: z.record(z.string(), z.unknown()) }).parse(await project.json()).results;
      const proxy = await interceptLightdash(sandbox.url, ['authorization']);
      const body = { status: 'ok', results: { ...results, warehouseConnection: { type: 'postgres', startOfWeek } } };
      const isProject = (request: string) => request.endsWith(`/projects/${ids.project}`);
      proxy.intercept(/^$/, { status: 500, body: {} }, (request) =>
        isProject(request) ? { status: 200, body } : undefined,
      );
      const host = await connectInMemory(
        { LIGHTDASH_URL: proxy.url, LIGHTDASH_API_KEY: sandbox.tokens.admin, LIGHTDASH_PROJECT: 'Roastery' },
        { clock: () => Date.parse(TODAY) },
      );
      const { text } = await callTool(host.client, 'run_metric_query', {
        ...{ exploreId: 'orders', metrics: ['orders_order_count'] },
        filters: rule('orders_ordered_at', 'equals', 'last week'),
      });
      await host.close();
      await proxy.close();
      expectLine(text, 'Filters', '1 completed week', ...days);
      if (days.length === 0) expectNote(text, 'unknown start of the week');
      else expectNoNote(text, 'unknown start of the week', 'start of the week');
    },
  );

  test('a range of weeks reads as weeks, a month as a month, a year as a year', async () => {
    const weeks = await count(rule('orders_ordered_at_week', 'inBetween', '2024-11-04', '2024-12-16'), {
      dimensions: ['orders_ordered_at_week'],
    });
    expectLine(weeks, 'Filters', 'orders_ordered_at_week', 'week of', '2024-11-04', '2024-12-16');
    expect(tableOf(weeks).rows.map(([week]) => week)).toEqual([
      ...['2024-11-04', '2024-11-11', '2024-11-18', '2024-11-25', '2024-12-02', '2024-12-09', '2024-12-16'],
    ]);
    expectNoNote(weeks, 'missing period', 'cut period');
    expect(await count(rule('orders_ordered_at_week', '>=', '2024-12-01'))).toContain('≥ week of 2024-12-01');
    expect(await count(rule('orders_ordered_at_month', 'equals', '2024-03'))).toContain(
      'orders_ordered_at_month = 2024-03.',
    );
    expect(await count(rule('orders_ordered_at_year', 'equals', '2024'))).toContain('orders_ordered_at_year = 2024.');
    expect(await count(rule('orders_ordered_at_quarter', '>=', '2024-Q2'))).toContain('≥ 2024-Q2');
  });

  test('a period cut by absolute dates is named', async () => {
    const months = await count(rule('orders_ordered_at', 'inBetween', '2024-01-15', '2024-03-14'), {
      dimensions: ['orders_ordered_at_month'],
    });
    expectNote(months, 'cut period', '2024-01', '2024-01-15', '2024-03', '2024-03-15');
    const weeks = await count(rule('orders_ordered_at', 'equals', '2024-03'), {
      dimensions: ['orders_ordered_at_week'],
    });
    expectNote(weeks, 'cut period', 'week of 2024-02-26', '2024-03-01');
    const ofWeeks = (first: string, last: string) =>
      count(rule('orders_ordered_at_week', 'inBetween', first, last), { dimensions: ['orders_ordered_at_month'] });
    expectNote(await ofWeeks('2024-04-01', '2024-04-29'), 'cut period', '2024-05', '2024-05-06');
    expectNoNote(await ofWeeks('2024-04-01', '2024-06-24'), 'cut period');
    for (const whole of ['2024', '2024-Q1'])
      expectNoNote(
        await count(rule('orders_ordered_at', 'equals', whole), { dimensions: ['orders_ordered_at_month'] }),
        'cut period',
      );
  });

  // Weeks of which a filter leaves a part: fewer orders under it than in the whole week.
  test.each([
    [
      'a list of months',
      rule('orders_ordered_at_month', 'equals', '2024-03', '2024-06'),
      "strftime(ordered_at, '%Y-%m') in ('2024-03', '2024-06')",
    ],
    [
      'two alternatives',
      { or: ['2024-03', '2024-06'].flatMap((month) => rule('orders_ordered_at', 'equals', month)) },
      "strftime(ordered_at, '%Y-%m') in ('2024-03', '2024-06')",
    ],
    [
      'all but a month',
      [...rule('orders_ordered_at_month', 'notEquals', '2024-05'), ...rule('orders_ordered_at', 'equals', '2024-Q2')],
      "strftime(ordered_at, '%Y-%m') in ('2024-04', '2024-06')",
    ],
    [
      'all but a day',
      [
        ...rule('orders_ordered_at_day', 'notEquals', '2024-03-13'),
        ...rule('orders_ordered_at_week', 'equals', '2024-03-13'),
      ],
      "ordered_at::date <> '2024-03-13' and date_trunc('week', ordered_at) = '2024-03-11'",
    ],
  ])('weeks cut by %s are named', async (_name, filters, where) => {
    const weeks = await sql(
      `select strftime(date_trunc('week', ordered_at), '%Y-%m-%d'), count(*) filter (${where}), count(*)
       from orders group by 1 having count(*) filter (${where}) > 0 order by 1`,
    );
    const text = await count(filters, { dimensions: ['orders_ordered_at_week'] });
    expectRows(
      text,
      weeks.map((row) => row.slice(0, 2)),
    );
    for (const [week, part, whole] of weeks) {
      const isNamed = linesWith(text, `week of ${week}`).some((line) => hasNote(line, 'cut period'));
      expect(isNamed, `${week} in ${text}`).toBe(part !== whole);
    }
  });

  // "Since" a day means its beginning, and such a window begins at the time of day that it is now.
  test('the bound of a moving window has its time of day', async () => {
    const window = (field: string) => [{ field, operator: 'inThePast', values: [45], unit: 'days' }];
    const orders = await count(window('orders_ordered_at'));
    expect(orders).toContain('(since 2024-12-01 09:30 UTC)');
    expectRows(orders, await sql("select count(*) from orders where ordered_at >= '2024-12-01 09:30:00'"));
    expect(await count(window('orders_delivered_on'))).toContain('(since 2024-12-01)');
  });

  test('a month without rows is named', async () => {
    const cancelled = (year: string) =>
      answerOf(roastery(), 'run_metric_query', {
        exploreId: 'subscriptions',
        dimensions: ['subscriptions_cancelled_on_month'],
        metrics: ['subscriptions_subscription_count'],
        filters: rule('subscriptions_cancelled_on', 'equals', year),
      });
    const text = await cancelled('2024');
    expectNote(text, 'missing period', '1 of 12 months', '2024-02');
    expectRows(
      text,
      await sql(
        "select strftime(cancelled_on, '%Y-%m'), count(*) from subscriptions where year(cancelled_on) = 2024 group by 1 order by 1",
      ),
    );
    // Of this year only what is over or under way.
    const orders = await count(rule('orders_ordered_at', 'since', '2024-11'), {
      dimensions: ['orders_ordered_at_month'],
    });
    expectNoNote(orders, 'missing period');
  });

  test('months without a sort come in their order, and a reached limit says so', async () => {
    const text = await count(rule('orders_ordered_at', 'equals', '2024'), {
      dimensions: ['orders_ordered_at_month'],
      limit: 5,
    });
    expect(tableOf(text).rows.map(([month]) => month)).toEqual(['2024-01', '2024-02', '2024-03', '2024-04', '2024-05']);
    expectNote(text, 'limit reached', 'limit 5', 'sorted by orders_ordered_at_month');
    const result = await count(rule('orders_ordered_at', 'equals', '2024'), {
      dimensions: ['orders_ordered_at_month'],
      sorts: ['-orders_ordered_at_month'],
      limit: 1,
    });
    expectRows(result, [['2024-12', 163]]);
  });

  test('a period that a moving window cuts is named, whatever the window and the grain', async () => {
    const [by, cut] = [
      (grain: string) => ({ dimensions: [`orders_ordered_at_${grain}`] }),
      (text: string, ...facts: string[]) => expectNote(text, 'cut period', ...facts),
    ];
    const window = (operator: string, value: number, unit: string) => [
      { field: 'orders_ordered_at', operator, values: [value], unit },
    ];
    const days = await count(window('inThePast', 20, 'days'), by('day'));
    expectRows(
      days,
      await sql(
        "select ordered_at::date::varchar, count(*) from orders where ordered_at >= '2024-12-26 09:30' group by 1 order by 1",
      ),
    );
    cut(days, '2024-12-26 09:30', 'completed days');
    cut(await count(window('inThePast', 2, 'completed months'), by('week')), 'week of 2024-10-28', '2024-11-01');
    cut(await count(window('inThePast', 2, 'completed months'), by('quarter')), '2024-Q4', '2024-11-01');
    expectNoNote(await count(window('inThePast', 2, 'completed months'), by('month')), 'cut period');
    const file = { exploreId: 'orders', metrics: ['orders_order_count'], ...by('month') };
    cut(
      await answerOf(roastery(), 'download_query_csv', { ...file, filters: window('inThePast', 40, 'days') }),
      '2024-12',
      '2024-12-06 09:30',
    );
  });

  test.runIf(release === '1.219')(
    'the part of each year to date goes by the number of its day, which is named',
    async () => {
      const text = await count([{ field: 'orders_ordered_at', operator: 'inPeriodToDate', unit: 'years' }], {
        dimensions: ['orders_ordered_at_year'],
      });
      expectRows(
        text,
        await sql(
          'select year(ordered_at), count(*) from orders where dayofyear(ordered_at) <= 15 group by 1 order by 1',
        ),
      );
      expectLine(text, 'Filters', 'part to date of each year', 'day 15');
    },
  );

  test('completed months name their dates', async () => {
    const text = await count([
      { field: 'orders_ordered_at', operator: 'inThePast', values: [3], unit: 'completed months' },
    ]);
    expectLine(text, 'Filters', '3 completed months', '2024-10-01', '2024-12-31');
    expectRows(
      text,
      await sql("select count(*) from orders where ordered_at >= '2024-10-01' and ordered_at < '2025-01-01'"),
    );
  });
});
