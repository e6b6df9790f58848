import { describe, expect, test } from 'vitest';
import { tableOf } from '../../helpers/answers.ts';
import { tell } from '../../helpers/client.ts';
import { answerOf, expectRows, RELEASES, useRoastery } from '../setup.ts';

describe.each(RELEASES)('A number, on %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);
  const exactly = 1e-9;

  test('is not rounded to the decimals of its format', async () => {
    const args = { exploreId: 'subscriptions', metrics: ['subscriptions_mrr'] };
    const mrr = "sum(monthly_price) from subscriptions where status = 'active'";
    const text = await answerOf(roastery(), 'run_metric_query', {
      ...args,
      dimensions: ['subscriptions_plan'],
      sorts: ['subscriptions_plan'],
    });
    expectRows(text, await roastery().data.rows(`select plan, ${mrr} group by 1 order by 1`), exactly);
    const [[total] = []] = await roastery().data.rows(`select ${mrr}`);
    expect(await answerOf(roastery(), 'calculate_query_totals', args)).toContain(`: ${Number(total).toFixed(2)}`);
  });

  test('of money has the same decimals throughout its column', async () => {
    const text = await answerOf(roastery(), 'run_metric_query', {
      exploreId: 'orders',
      dimensions: ['orders_ordered_at_month'],
      metrics: ['order_items_total_revenue'],
    });
    for (const [, money] of tableOf(text).rows) expect(money).toMatch(/^\d+\.\d\d$/);
  });

  test('of SQL is sent on to its last digit', async () => {
    const text = await answerOf(roastery(), 'run_sql_query', { sql: 'select 38.7222524 a, 1.23456789 b' });
    expect(tableOf(text).rows).toEqual([['38.7222524', '1.23456789']]);
  });

  test('that JSON cannot hold is refused in a filter, and taken as text', async () => {
    const asked = (value: unknown) =>
      tell(roastery().connection.client, 'run_metric_query', {
        exploreId: 'orders',
        metrics: ['orders_order_count'],
        filters: [{ field: 'orders_discount_amount', operator: 'lessThan', values: [value] }],
      });
    expect(await asked(2 ** 53)).toMatchObject({ isError: true });
    expect((await asked('9007199254740993')).text).toContain('9007199254740993');
  });
});
