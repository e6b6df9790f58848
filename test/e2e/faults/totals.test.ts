import { describe, expect, test } from 'vitest';
import { expectLine } from '../../helpers/answers.ts';
import { answerOf, RELEASES, useRoastery } from '../setup.ts';

const perLine = 'orders o join customers c using (customer_id) left join order_items i on i.order_id = o.order_id';
const revenueBy = (group: string) =>
  `select ${group} g, sum(i.quantity * i.unit_price) r, count(distinct o.order_id) n
   from ${perLine} left join products p using (product_id) group by 1`;

describe.each(RELEASES)('A total, on %s', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);
  const call = (args: Record<string, unknown>) =>
    answerOf(roastery(), 'calculate_query_totals', { exploreId: 'orders', ...args });
  const value = async (sql: string) => Number((await roastery().data.rows(sql))[0]?.[0]);
  const totalOf = (text: string, id: string) =>
    Number(new RegExp(`^${id}\\b.*: ([\\d.]+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  const above = (field: string, operator: string, limit: number) => [{ field, operator, values: [limit] }];

  test('applies a filter on a metric', async () => {
    const orders = await call({
      dimensions: ['customers_customer_id'],
      metrics: ['orders_order_count'],
      filters: above('orders_order_count', 'greaterThan', 30),
    });
    expect(totalOf(orders, 'orders_order_count')).toBe(163);
    const cells = await call({
      dimensions: ['orders_status', 'customers_country'],
      metrics: ['orders_order_count'],
      filters: above('orders_order_count', 'greaterThan', 200),
    });
    const groups = 'select status, country, count(*) n from orders join customers using (customer_id) group by 1, 2';
    expect(totalOf(cells, 'orders_order_count')).toBe(await value(`select sum(n) from (${groups}) where n > 200`));
    expect(totalOf(cells, 'orders_order_count')).toBe(2_388);
    const products = await call({
      dimensions: ['products_product_name'],
      metrics: ['order_items_total_revenue'],
      filters: above('order_items_total_revenue', 'greaterThan', 30_000),
    });
    expect(totalOf(products, 'order_items_total_revenue')).toBe(
      await value(`select sum(r) from (${revenueBy('p.product_name')}) where r > 30000`),
    );
    const countries = await call({
      dimensions: ['customers_country'],
      metrics: ['order_items_total_revenue'],
      filters: above('order_items_total_revenue', 'lessThan', 50_000),
    });
    expect(totalOf(countries, 'order_items_total_revenue')).toBe(34_524.18);
  });

  test('applies a filter on a calculation, also with two dimensions of which one is empty', async () => {
    const double = { name: 'dbl', displayName: 'Double', sql: '${orders.order_count} * 2' };
    const byCountry = await call({
      dimensions: ['customers_country'],
      metrics: ['orders_order_count'],
      tableCalculations: [double],
      filters: above('dbl', 'greaterThan', 1_000),
    });
    expect(totalOf(byCountry, 'orders_order_count')).toBe(2_483);
    const byMonth = await call({
      dimensions: ['orders_coupon_code', 'orders_ordered_at_month'],
      metrics: ['orders_order_count'],
      tableCalculations: [double],
      filters: above('dbl', 'greaterThan', 100),
    });
    const groups = `select coupon_code, date_trunc('month', ordered_at) m, count(*) n from orders group by 1, 2`;
    expect(totalOf(byMonth, 'orders_order_count')).toBe(
      await value(`select sum(n) from (${groups}) where n * 2 > 100`),
    );
  });

  test('of a distinct count and an average is computed on the rows, not on the groups', async () => {
    const text = await call({
      dimensions: ['products_product_name'],
      metrics: ['orders_order_count', 'order_items_total_revenue'],
      filters: above('order_items_total_revenue', 'greaterThan', 30_000),
    });
    expect(totalOf(text, 'orders_order_count')).toBe(
      await value(`select count(distinct o.order_id) from ${perLine} left join products p using (product_id)
        where p.product_name in (select g from (${revenueBy('p.product_name')}) where r > 30000)`),
    );
  });

  test('of a query whose groups all fail says so', async () => {
    const text = await call({
      dimensions: ['customers_country'],
      metrics: ['orders_order_count'],
      filters: above('orders_order_count', 'greaterThan', 1_000_000),
    });
    expect(text).toContain('No group passes');
  });

  test('over more groups than a filter can name is returned only if it adds up', async () => {
    const text = await call({
      dimensions: ['orders_order_id'],
      metrics: ['order_items_total_revenue', 'orders_average_rating'],
      filters: above('order_items_total_revenue', 'greaterThan', 50),
    });
    expect(totalOf(text, 'order_items_total_revenue')).toBeCloseTo(
      await value(`select sum(r) from (${revenueBy('o.order_id')}) where r > 50`),
      2,
    );
    expect(totalOf(text, 'orders_average_rating')).toBeNaN();
    expectLine(text, 'No total', 'orders_average_rating');
  });

  test('over groups in bins, which no filter can name, is returned only if it adds up', async () => {
    const text = await call({
      dimensions: ['band'],
      metrics: ['orders_order_count', 'orders_total_shipping'],
      customDimensions: [
        {
          ...{ id: 'band', name: 'Band', type: 'bin', table: 'orders', dimensionId: 'orders_rating' },
          ...{ binType: 'custom_range', customRange: [{ to: 3 }, { from: 3 }] },
        },
      ],
      filters: above('orders_order_count', 'greaterThan', 500),
    });
    const bands = `select case when rating < 3 then 'low' when rating >= 3 then 'high' end, sum(shipping_fee) s, count(*) n
                   from orders group by 1`;
    expect(totalOf(text, 'orders_total_shipping')).toBeCloseTo(
      await value(`select sum(s) from (${bands}) where n > 500`),
      2,
    );
    expectLine(text, 'No total of orders_order_count');
  });

  test('over more groups than one query returns is refused', async () => {
    const text = await call({
      dimensions: ['order_items_order_item_id'],
      metrics: ['order_items_total_revenue'],
      filters: above('order_items_total_revenue', 'greaterThan', 0),
    });
    expect(totalOf(text, 'order_items_total_revenue')).toBeNaN();
    expectLine(text, 'More than', /5,?000/, 'groups');
  });

  test('of a chart applies its filter on a metric', async () => {
    // A chart of orders by country and status with orders_order_count > 2: the value is of the fault list.
    const list = await answerOf(roastery(), 'list_chart_summaries_in_project', { search: 'country and status' });
    const chartUuid = /\|([0-9a-f-]{36})/.exec(list)?.[1];
    const text = await answerOf(roastery(), 'calculate_chart_totals', { chartUuid });
    expect(totalOf(text, 'orders_order_count')).toBe(1489);
    expect(totalOf(text, 'order_items_total_revenue')).toBe(270_380.62);
  });

  test('of a chart with a limit says that it is not of the rows shown', async () => {
    const list = await answerOf(roastery(), 'list_chart_summaries_in_project', { search: 'Top' });
    const chartUuid = /\|([0-9a-f-]{36})/.exec(list)?.[1];
    expectLine(await answerOf(roastery(), 'calculate_chart_totals', { chartUuid }), 'limit', 'not applied');
  });
});
