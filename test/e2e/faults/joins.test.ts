import { describe, expect, test } from 'vitest';
import { expectLine } from '../../helpers/answers.ts';
import { expectNoNote, expectNote, hasNote } from '../../helpers/notes.ts';
import { answerOf, expectRows, RELEASES, useRoastery } from '../setup.ts';

describe.each(RELEASES)('Joins that multiply, on %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);
  const run = (args: Record<string, unknown>) =>
    answerOf(roastery(), 'run_metric_query', { exploreId: 'orders', ...args });
  const expectInflated = (text: string) =>
    expectNote(text, 'inflated', 'orders_total_shipping', 'may', 'order_items', 'orders');
  const grind = { table: 'orders', name: 'grind', type: 'max' };

  test.each([
    [
      'a custom dimension',
      {
        dimensions: ['g'],
        metrics: ['orders_total_shipping'],
        customDimensions: [
          { id: 'g', name: 'G', table: 'orders', type: 'sql', sql: '${order_items.grind}', dimensionType: 'string' },
        ],
      },
    ],
    [
      'a custom metric',
      {
        metrics: ['orders_total_shipping', 'orders_grind'],
        additionalMetrics: [{ ...grind, sql: '${order_items.grind}' }],
      },
    ],
    [
      'a filter of a custom metric',
      {
        metrics: ['orders_total_shipping', 'orders_grind'],
        additionalMetrics: [
          {
            ...grind,
            sql: '${TABLE}.order_id',
            filters: [{ field: 'order_items_grind', operator: 'equals', values: ['filter'] }],
          },
        ],
      },
    ],
  ])('are warned of if %s reads another table', async (_name, args) => {
    expectInflated(await run(args));
  });

  test('are not warned of if a total does not join', async () => {
    const text = await answerOf(roastery(), 'calculate_query_totals', {
      exploreId: 'orders',
      dimensions: ['order_items_grind'],
      metrics: ['orders_total_shipping'],
    });
    const [[shipping] = []] = await roastery().data.rows('select sum(shipping_fee) from orders');
    expect(text).toContain(`: ${Number(shipping).toFixed(2)}`);
    expectNoNote(text, 'inflated');
    const filtered = await answerOf(roastery(), 'calculate_query_totals', {
      exploreId: 'orders',
      metrics: ['orders_total_shipping'],
      filters: [{ field: 'order_items_grind', operator: 'equals', values: ['filter'] }],
    });
    expectInflated(filtered);
  });

  test('let one order count in several rows, with a note', async () => {
    const text = await run({
      dimensions: ['products_category'],
      metrics: ['orders_order_count'],
      sorts: ['products_category'],
    });
    expectRows(
      text,
      await roastery().data.rows(
        'select category, count(distinct order_id) from order_items join products using (product_id) group by 1 order by 1',
      ),
    );
    expectNote(text, 'overlapping rows', 'orders_order_count');
    for (const dimension of ['orders_status', 'customers_country'])
      expectNoNote(await run({ dimensions: [dimension], metrics: ['orders_order_count'] }), 'overlapping rows');
    const one = { field: 'products_category', values: ['Filter'] };
    const counts = { dimensions: ['products_category'], metrics: ['orders_order_count', 'order_items_total_revenue'] };
    expectNoNote(await run({ ...counts, filters: [one] }), 'overlapping rows');
    const line = expectLine(await run(counts), 'Rows may overlap');
    expect(line).not.toContain('order_items_total_revenue');
  });

  // The metric, the dimension, and the SQL of the rows and of the whole.
  const CUSTOMERS = 'count(distinct o.customer_id)';
  const ORDERS = 'from orders o join customers c using (customer_id)';
  test.each([
    ['orders_ordering_customers', 'orders_channel', CUSTOMERS, 'o.channel', ORDERS],
    ['orders_ordering_customers', 'orders_ordered_at_year', CUSTOMERS, 'year(o.ordered_at)', ORDERS],
    ['customers_customer_count', 'orders_status', CUSTOMERS, 'o.status', ORDERS],
    ['orders_ordering_customers', 'customers_country', CUSTOMERS, 'c.country', ORDERS],
    ['customers_customer_count', 'customers_loyalty_tier', CUSTOMERS, 'c.loyalty_tier', ORDERS],
    ['orders_order_count', 'orders_channel', 'count(distinct o.order_id)', 'o.channel', ORDERS],
  ])(
    'of %s by %s: a note stands if and only if the rows add up to more',
    async (metric, dimension, count, by, from) => {
      const { data } = roastery();
      const parts = await data.rows(`select ${by}, ${count} ${from} group by 1 order by 1`);
      const [[whole] = []] = await data.rows(`select ${count} ${from}`);
      const text = await run({ dimensions: [dimension], metrics: [metric], sorts: [dimension] });
      expectRows(text, parts);
      const isOverlapping = parts.reduce((sum, [, part]) => sum + Number(part), 0) > Number(whole);
      expect(hasNote(text, 'overlapping rows'), text).toBe(isOverlapping);
    },
  );

  test('let a custom distinct count do the same, with a note', async () => {
    const buyers = { table: 'orders', name: 'buyers', type: 'count_distinct', sql: '${TABLE}.customer_id' };
    const args = { metrics: ['orders_buyers'], additionalMetrics: [buyers] };
    expectNote(await run({ ...args, dimensions: ['orders_channel'] }), 'overlapping rows', 'orders_buyers');
    expectNoNote(await run({ ...args, dimensions: ['customers_country'] }), 'overlapping rows');
  });
});
