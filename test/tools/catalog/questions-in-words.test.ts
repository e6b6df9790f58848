import { describe, expect, test } from 'vitest';
import { answerOf, RELEASES, useRoastery } from '../../e2e/setup.ts';

// Kind 19 of the faults: sentences as people write them, with the fields that answer them.
const QUESTIONS: readonly (readonly [search: string, ...fields: string[]])[] = [
  ['orders per month', 'orders_order_count', 'orders_ordered_at'],
  ['how many orders per customer country last month', 'orders_order_count', 'customers_country'],
  ['orders over time', 'orders_order_count', 'orders_ordered_at'],
  ['late orders', 'orders_order_count', 'orders_hours_to_ship'],
  ['orders not shipped', 'orders_order_count', 'orders_status'],
  ['unshipped orders', 'orders_order_count', 'orders_status'],
  ['orders by weekday', 'orders_order_count', 'orders_ordered_at'],
  ['orders without a rating', 'orders_order_count', 'orders_rating'],
  ['returned orders last month', 'orders_order_count', 'orders_status', 'orders_ordered_at'],
  ['customers who never ordered', 'customers_customer_count'],
  ['cities with the unhappiest customers', 'customers_city', 'orders_average_rating'],
  ['churned subscribers by plan last quarter', 'subscriptions_cancelled_subscription_count', 'subscriptions_plan'],
  ['cancellations by month', 'subscriptions_cancelled_subscription_count', 'subscriptions_cancelled_on'],
  ['which plan has the most subscribers', 'subscriptions_subscription_count', 'subscriptions_plan'],
  ['growth of subscriptions', 'subscriptions_subscription_count', 'subscriptions_started_on'],
  ['average delivery time', 'orders_median_hours_to_ship', 'orders_delivered_on'],
  ['delayed shipments by channel', 'orders_hours_to_ship', 'orders_channel'],
  ['bags sold per origin', 'order_items_total_quantity', 'products_origin_country'],
  ['shipments this month', 'orders_order_count', 'orders_shipped_at'],
  ['shipments per country', 'orders_order_count', 'customers_country'],
  ['signups this week', 'customers_customer_count', 'customers_created_at'],
  ['launches last year', 'products_product_count', 'products_launched_on'],
  ['returns this quarter', 'orders_order_count', 'orders_status', 'orders_ordered_at'],
  ['churn this month', 'subscriptions_churn_rate', 'subscriptions_cancelled_on'],
  ['plans this month', 'subscriptions_subscription_count', 'subscriptions_plan', 'subscriptions_started_on'],
  ['order items this month', 'order_items_total_quantity', 'order_items_total_revenue', 'orders_ordered_at'],
  ['customers in march', 'customers_customer_count', 'customers_created_at'],
  ['orders in may', 'orders_order_count', 'orders_ordered_at'],
  ['revenue in 2024 so far', 'order_items_total_revenue', 'orders_ordered_at'],
  ['subscriptions since january', 'subscriptions_subscription_count', 'subscriptions_started_on'],
  ['profit by product', 'products_gross_margin', 'products_product_name'],
];
/** Lines of an answer: more are as hard to choose from as none. */
const MAX_LINES = 20;

describe.each(RELEASES)('find_fields, on %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);
  const idsFor = async (search: string) =>
    [...(await answerOf(roastery(), 'find_fields', { search })).matchAll(/^(?!explores that)[\w, ]+: (\w+)[{|]/gm)].map(
      ([, id]) => id,
    );

  test.each(QUESTIONS)('%s', async (search, ...fields) => {
    const ids = await idsFor(search);
    expect(ids).toEqual(expect.arrayContaining([...fields]));
    expect(ids.length).toBeLessThanOrEqual(MAX_LINES);
  });

  test('words of time and their endings are not searched as names', async () => {
    for (const search of ['orders this month', 'orders until june', 'orders in march so far'])
      expect(await answerOf(roastery(), 'find_fields', { search })).not.toMatch(/"(?:thi|this|until|march|so|far)"/);
  });

  test('a word does not match a longer word that begins with it', async () => {
    expect(await idsFor('customer email')).not.toContain('orders_order_count');
    expect((await idsFor('late orders')).indexOf('orders_latest_order')).not.toBe(0);
  });
});
