/** A question of an analyst, the arguments a sensible assistant sends for it, and SQL that answers it by itself. */
export interface AnalystQuestion {
  readonly text: string;
  readonly tool?: 'run_metric_query' | 'run_underlying_data_query';
  readonly args: Readonly<Record<string, unknown>>;
  /** Over the CSV files, in DuckDB's SQL: the same columns in the same order, numbers unrounded. */
  readonly sql: string;
  /** Greatest distance of a shown number from the exact one: half of its last decimal. */
  readonly within?: number;
  /** Facts of the answer in addition to the rows. */
  readonly expected?: RegExp;
}

const lines = 'orders o join order_items i on i.order_id = o.order_id';
const withProducts = `${lines} join products p on p.product_id = i.product_id`;
const revenue = 'sum(i.quantity * i.unit_price)';

export const questions: readonly AnalystQuestion[] = [
  {
    text: 'How did revenue develop month by month in 2024?',
    args: {
      exploreId: 'orders',
      dimensions: ['orders_ordered_at_month'],
      metrics: ['order_items_total_revenue'],
      filters: [{ field: 'orders_ordered_at', operator: 'equals', values: ['2024'] }],
      sorts: ['orders_ordered_at_month'],
    },
    sql: `select strftime(o.ordered_at, '%Y-%m'), ${revenue} from ${lines} where year(o.ordered_at) = 2024 group by 1 order by 1`,
  },
  {
    text: 'What were our five best sellers by revenue in the last quarter of 2024, and how many bags was that?',
    args: {
      exploreId: 'orders',
      dimensions: ['products_product_name'],
      metrics: ['order_items_total_revenue', 'order_items_total_quantity'],
      filters: [{ field: 'orders_ordered_at_quarter', operator: 'equals', values: ['2024-Q4'] }],
      sorts: ['-order_items_total_revenue'],
      limit: 5,
    },
    sql: `select p.product_name, ${revenue}, sum(i.quantity) from ${withProducts}
      where o.ordered_at >= '2024-10-01' and o.ordered_at < '2025-01-01' group by 1 order by 2 desc limit 5`,
    expected: /limit 5 reached: there may be more/,
  },
  {
    text: 'Which share of orders gets delivered, by sales channel?',
    args: {
      exploreId: 'orders',
      dimensions: ['orders_channel'],
      metrics: ['orders_delivery_rate', 'orders_order_count'],
      sorts: ['orders_channel'],
    },
    sql: `select channel, 100.0 * count(*) filter (status = 'delivered') / count(*), count(*) from orders group by 1 order by 1`,
    within: 0.05,
  },
  {
    text: 'How do customers in Germany and Portugal rate their delivered orders, by loyalty tier?',
    args: {
      exploreId: 'orders',
      dimensions: ['customers_loyalty_tier'],
      metrics: ['orders_average_rating'],
      filters: [
        { field: 'orders_status', operator: 'equals', values: ['delivered'] },
        { field: 'customers_country', operator: 'equals', values: ['Germany', 'Portugal'] },
      ],
      sorts: ['customers_loyalty_tier'],
    },
    sql: `select c.loyalty_tier, avg(o.rating) from orders o join customers c using (customer_id)
      where o.status = 'delivered' and c.country in ('Germany', 'Portugal') group by 1 order by 1`,
  },
  {
    text: 'How many orders came without a coupon in each quarter of 2023?',
    args: {
      exploreId: 'orders',
      dimensions: ['orders_ordered_at_quarter'],
      metrics: ['orders_order_count'],
      filters: [
        { field: 'orders_coupon_code', operator: 'isNull' },
        { field: 'orders_ordered_at_year', operator: 'equals', values: ['2023'] },
      ],
      sorts: ['orders_ordered_at_quarter'],
    },
    sql: `select year(ordered_at) || '-Q' || quarter(ordered_at), count(*) from orders
      where coupon_code is null and year(ordered_at) = 2023 group by 1 order by 1`,
  },
  {
    text: 'Who ordered more than 30 times?',
    args: {
      exploreId: 'orders',
      dimensions: ['customers_customer_id', 'customers_full_name'],
      metrics: ['orders_order_count'],
      filters: [{ field: 'orders_order_count', operator: 'greaterThan', values: [30] }],
      sorts: ['-orders_order_count', 'customers_customer_id'],
    },
    sql: `select customer_id, first_name || ' ' || last_name, count(*) from orders join customers using (customer_id)
      group by 1, 2 having count(*) > 30 order by 3 desc, 1`,
  },
  {
    text: 'What is our monthly recurring revenue by plan?',
    args: {
      exploreId: 'subscriptions',
      dimensions: ['subscriptions_plan'],
      metrics: ['subscriptions_mrr', 'subscriptions_active_subscription_count'],
      sorts: ['-subscriptions_mrr'],
    },
    sql: `select plan, sum(monthly_price), count(*) from subscriptions where status = 'active' group by 1 order by 2 desc`,
    within: 0.5,
    expected: /subscriptions_started_on in the past 10 years/,
  },
  {
    text: 'Where do we lose subscribers? Churn by country, leaving out the Office plan.',
    args: {
      exploreId: 'subscriptions',
      dimensions: ['customers_country'],
      metrics: ['subscriptions_churn_rate', 'subscriptions_subscription_count'],
      filters: [{ field: 'subscriptions_plan', operator: 'notEquals', values: ['Office'] }],
      sorts: ['-subscriptions_churn_rate'],
    },
    sql: `select c.country, 100.0 * count(*) filter (s.status = 'cancelled') / count(*), count(*)
      from subscriptions s join customers c using (customer_id) where s.plan <> 'Office' group by 1 order by 2 desc`,
    within: 0.05,
  },
  {
    text: 'How many orders did we ship in the last three full months, by month?',
    args: {
      exploreId: 'orders',
      dimensions: ['orders_ordered_at_month'],
      metrics: ['orders_order_count'],
      filters: [{ field: 'orders_ordered_at', operator: 'inThePast', values: [3], unit: 'completed months' }],
      sorts: ['orders_ordered_at_month'],
    },
    sql: `select strftime(ordered_at, '%Y-%m'), count(*) from orders
      where ordered_at >= '2024-10-01' and ordered_at < '2025-01-01' group by 1 order by 1`,
  },
  {
    text: 'And orders of the last 30 days by channel?',
    args: {
      exploreId: 'orders',
      dimensions: ['orders_channel'],
      metrics: ['orders_order_count'],
      filters: [{ field: 'orders_ordered_at', operator: 'inThePast', values: [30], unit: 'days' }],
      sorts: ['orders_channel'],
    },
    sql: `select channel, count(*) from orders
      where ordered_at >= timestamp '2025-01-15 09:30:00' - interval 30 days group by 1 order by 1`,
  },
  {
    text: 'What does an order bring in, by country?',
    args: {
      exploreId: 'orders',
      dimensions: ['customers_country'],
      metrics: ['order_items_total_revenue', 'orders_order_count'],
      tableCalculations: [
        {
          name: 'revenue_per_order',
          displayName: 'Revenue per order',
          sql: `\${order_items.total_revenue} / \${orders.order_count}`,
        },
      ],
      sorts: ['-revenue_per_order'],
    },
    sql: `select c.country, ${revenue}, count(distinct o.order_id), ${revenue} / count(distinct o.order_id)
      from ${lines} join customers c on c.customer_id = o.customer_id group by 1 order by 4 desc`,
  },
  {
    text: 'How much discount did each channel give away?',
    args: {
      exploreId: 'orders',
      dimensions: ['orders_channel'],
      metrics: ['orders_discount_sum'],
      additionalMetrics: [
        {
          table: 'orders',
          name: 'discount_sum',
          label: 'Discount given',
          type: 'sum',
          sql: `\${TABLE}.discount_amount`,
        },
      ],
      sorts: ['-orders_discount_sum'],
    },
    sql: 'select channel, sum(discount_amount) from orders group by 1 order by 2 desc',
  },
  {
    text: 'How many orders by weekday?',
    args: {
      exploreId: 'orders',
      dimensions: ['orders_ordered_at_day_of_week_name'],
      metrics: ['orders_order_count'],
      sorts: ['-orders_order_count'],
    },
    sql: 'select dayname(ordered_at), count(*) from orders group by 1 order by 2 desc',
  },
  {
    text: 'How long do parcels take to leave: median and 90th percentile for July to December 2024?',
    args: {
      exploreId: 'orders',
      dimensions: ['orders_ordered_at_month'],
      metrics: ['orders_median_hours_to_ship', 'orders_p90_hours_to_ship'],
      filters: [{ field: 'orders_ordered_at_month', operator: 'inBetween', values: ['2024-07', '2024-12'] }],
      sorts: ['orders_ordered_at_month'],
    },
    sql: `select strftime(ordered_at, '%Y-%m'), quantile_cont(epoch(shipped_at - ordered_at) / 3600, 0.5),
        quantile_cont(epoch(shipped_at - ordered_at) / 3600, 0.9)
      from orders where ordered_at >= '2024-07-01' and ordered_at < '2025-01-01' group by 1 order by 1`,
    within: 0.05,
  },
  {
    text: 'Decaf sent as gifts: revenue by roast level?',
    args: {
      exploreId: 'orders',
      dimensions: ['products_roast_level'],
      metrics: ['order_items_total_revenue'],
      filters: [
        { field: 'products_is_decaf', operator: 'equals', values: [true] },
        { field: 'orders_is_gift', operator: 'equals', values: [true] },
      ],
      sorts: ['products_roast_level'],
    },
    sql: `select p.roast_level, ${revenue} from ${withProducts} where p.is_decaf and o.is_gift group by 1 order by 1`,
  },
  {
    text: 'How many orders were gifts or used WELCOME10, by status?',
    args: {
      exploreId: 'orders',
      dimensions: ['orders_status'],
      metrics: ['orders_order_count'],
      filters: [
        {
          or: [
            { field: 'orders_is_gift', operator: 'equals', values: [true] },
            { field: 'orders_coupon_code', operator: 'equals', values: ['WELCOME10'] },
          ],
        },
      ],
      sorts: ['orders_status'],
    },
    sql: `select status, count(*) from orders where is_gift or coupon_code = 'WELCOME10' group by 1 order by 1`,
  },
  {
    text: 'Through which channel do we win wholesale customers?',
    args: {
      exploreId: 'customers',
      dimensions: ['customers_acquisition_channel'],
      metrics: ['customers_wholesale_customer_count', 'customers_customer_count'],
      sorts: ['customers_acquisition_channel'],
    },
    sql: 'select acquisition_channel, count(*) filter (is_wholesale), count(*) from customers group by 1 order by 1',
    expected: /only is_wholesale = true/,
  },
  {
    text: 'How many customers live in cities with "port" in the name?',
    args: {
      exploreId: 'customers',
      dimensions: ['customers_city'],
      metrics: ['customers_customer_count'],
      filters: [{ field: 'customers_city', operator: 'include', values: ['port'] }],
      sorts: ['customers_city'],
    },
    sql: `select city, count(*) from customers where city ilike '%port%' group by 1 order by 1`,
  },
  {
    text: 'What do people pay for subscriptions begun between 1 March and 31 August 2024, by plan?',
    args: {
      exploreId: 'subscriptions',
      dimensions: ['subscriptions_plan'],
      metrics: ['subscriptions_average_monthly_price', 'subscriptions_subscription_count'],
      filters: [{ field: 'subscriptions_started_on', operator: 'inBetween', values: ['2024-03-01', '2024-08-31'] }],
      sorts: ['subscriptions_plan'],
    },
    sql: `select plan, avg(monthly_price), count(*) from subscriptions
      where started_on between '2024-03-01' and '2024-08-31' group by 1 order by 1`,
    within: 0.005,
  },
  {
    text: 'Orders over Christmas, 24 to 26 December 2024, day by day?',
    args: {
      exploreId: 'orders',
      dimensions: ['orders_ordered_at_day'],
      metrics: ['orders_order_count', 'orders_total_shipping'],
      filters: [{ field: 'orders_ordered_at', operator: 'inBetween', values: ['2024-12-24', '2024-12-26'] }],
      sorts: ['orders_ordered_at_day'],
    },
    sql: `select strftime(ordered_at, '%Y-%m-%d'), count(*), sum(shipping_fee) from orders
      where ordered_at::date between '2024-12-24' and '2024-12-26' group by 1 order by 1`,
  },
  {
    text: 'Bad ratings, below 3, on orders with a coupon: how many, by coupon?',
    args: {
      exploreId: 'orders',
      dimensions: ['orders_coupon_code'],
      metrics: ['orders_order_count'],
      filters: [
        { field: 'orders_rating', operator: 'lessThan', values: [3] },
        { field: 'orders_coupon_code', operator: 'notNull' },
      ],
      sorts: ['orders_coupon_code'],
    },
    sql: `select coupon_code, count(*) from orders where rating < 3 and coupon_code is not null group by 1 order by 1`,
  },
  {
    text: 'How are shipping fees spread, in bands of two dollars?',
    args: {
      exploreId: 'orders',
      dimensions: ['fee_band'],
      metrics: ['orders_order_count'],
      customDimensions: [
        {
          id: 'fee_band',
          name: 'Fee band',
          table: 'orders',
          type: 'sql',
          sql: `floor(\${orders.shipping_fee} / 2) * 2`,
          dimensionType: 'number',
        },
      ],
      sorts: ['fee_band'],
    },
    sql: 'select floor(shipping_fee / 2) * 2, count(*) from orders group by 1 order by 1',
  },
  {
    text: 'Show me the returned orders of Gold customers in December 2024.',
    tool: 'run_underlying_data_query',
    args: {
      exploreId: 'orders',
      dimensions: ['orders_order_id', 'orders_ordered_at', 'customers_full_name', 'orders_rating'],
      filters: [
        { field: 'orders_status', operator: 'equals', values: ['returned'] },
        { field: 'customers_loyalty_tier', operator: 'equals', values: ['Gold'] },
        { field: 'orders_ordered_at', operator: 'equals', values: ['2024-12'] },
      ],
      sorts: ['orders_order_id'],
    },
    sql: `select order_id, strftime(ordered_at, '%Y-%m-%dT%H:%M:%SZ'), first_name || ' ' || last_name, rating
      from orders join customers using (customer_id)
      where status = 'returned' and loyalty_tier = 'Gold' and ordered_at >= '2024-12-01' order by 1`,
  },
];
