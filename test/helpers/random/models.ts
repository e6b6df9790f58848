/** The tables of Roastery: orders, customers, order_items, products, subscriptions. */
export type Alias = 'o' | 'c' | 'i' | 'p' | 's';

/** A field as its model defines it, written in SQL over the aliases of the tables. */
export interface Column {
  readonly id: string;
  /** Its value as an answer shows it. */
  readonly sql: string;
  readonly table: Alias;
  /** SQL to sort by, if it differs from the value shown; the same for all rows of a value. */
  readonly order?: string;
  /** An aggregate in binary fractions, whose noise decides between equals. */
  readonly isInexact?: boolean;
  /** A share: answers show it as percent. */
  readonly isPercent?: boolean;
}

/** A field to filter by, with values of the data and some that no row has. */
export interface FilterField {
  readonly id: string;
  readonly sql: string;
  readonly table: Alias;
  readonly kind: 'text' | 'number' | 'boolean' | 'day' | 'moment';
  readonly values: readonly (string | number)[];
  /** The moment in UTC, of a field whose `sql` is on the clocks of a zone. */
  readonly utc?: string;
}

/** An explore as `models.cjs` of Roastery defines it. */
export interface Model {
  readonly explore: string;
  readonly base: Alias;
  /** The SQL after FROM, by the tables that a query needs. */
  readonly from: (tables: ReadonlySet<Alias>) => string;
  readonly dimensions: readonly Column[];
  readonly metrics: readonly Column[];
  readonly filterFields: readonly FilterField[];
  /** Number dimensions to put in bins and to aggregate. */
  readonly numbers: readonly Column[];
  /** The condition that the model requires. */
  readonly required: string;
}

/** Names of the tables in Lightdash and in SQL. */
export const TABLES: Readonly<Record<Alias, string>> = {
  o: 'orders',
  c: 'customers',
  i: 'order_items',
  p: 'products',
  s: 'subscriptions',
};

/** A moment in UTC on the clocks of a zone. */
export const onClocksOf = (zone: string | undefined, sql: string): string =>
  zone === undefined ? sql : `timezone('${zone}', timezone('UTC', ${sql}))`;

type Interval = 'day' | 'week' | 'month' | 'quarter' | 'year';
const GRAINS: Readonly<Record<Interval, (sql: string) => string>> = {
  day: (sql) => `strftime(${sql}, '%Y-%m-%d')`,
  week: (sql) => `strftime(date_trunc('week', ${sql}), '%Y-%m-%d')`,
  month: (sql) => `strftime(${sql}, '%Y-%m')`,
  quarter: (sql) => `year(${sql}) || '-Q' || quarter(${sql})`,
  year: (sql) => `strftime(${sql}, '%Y')`,
};
const grains = (id: string, table: Alias, sql: string, intervals: readonly Interval[]): readonly Column[] =>
  intervals.map((interval) => ({ id: `${id}_${interval}`, table, sql: GRAINS[interval](sql) }));
const ALL = ['day', 'week', 'month', 'quarter', 'year'] as const;

const moment = (id: string, table: Alias, sql: string): Column => ({
  ...{ id, table },
  sql: `strftime(${sql}, '%Y-%m-%dT%H:%M:%SZ')`,
});
const columns = (table: Alias, prefix: string, names: string): readonly Column[] =>
  names.split(' ').map((name) => ({ id: `${prefix}_${name}`, sql: `${table}.${name}`, table }));
const WEEKDAYS = "['Sunday','Monday','Tuesday','Wednesday','Thursday','Friday','Saturday']";

const distinct = (id: string, table: Alias, sql: string, condition?: string): Column => ({
  ...{ id, table },
  sql: `count(distinct ${condition ? `case when ${condition} then ${sql} end` : sql})`,
});
const inexact = (id: string, table: Alias, sql: string): Column => ({ id, table, sql, isInexact: true });
const percent = (id: string, table: Alias, sql: string): Column => ({ ...inexact(id, table, sql), isPercent: true });
const exact = (id: string, table: Alias, sql: string): Column => ({ id, table, sql });

const text = (id: string, sql: string, values: readonly string[]): FilterField => ({
  ...{ id, sql, values, kind: 'text' },
  table: aliasOf(sql),
});
const number = (id: string, sql: string, values: readonly number[]): FilterField => ({
  ...{ id, sql, values, kind: 'number' },
  table: aliasOf(sql),
});
const flag = (id: string, sql: string): FilterField => ({
  ...{ id, sql, values: [], kind: 'boolean' },
  table: aliasOf(sql),
});
const day = (id: string, sql: string): FilterField => ({
  ...{ id, sql, values: [], kind: 'day' },
  table: aliasOf(sql),
});
const time = (id: string, utc: string, zone: string | undefined): FilterField => ({
  ...{ id, utc, sql: onClocksOf(zone, utc), values: [], kind: 'moment' },
  table: aliasOf(utc),
});

function aliasOf(sql: string): Alias {
  const letter = /\b([ocips])\./.exec(sql)?.[1];
  if (letter === 'o' || letter === 'c' || letter === 'i' || letter === 'p' || letter === 's') return letter;
  throw new Error(`no table in ${sql}`);
}

const customerDimensions = (zone: string | undefined): readonly Column[] => [
  ...columns('c', 'customers', 'city country acquisition_channel loyalty_tier birth_year is_wholesale referral_code'),
  { id: 'customers_full_name', table: 'c', sql: "c.first_name || ' ' || c.last_name" },
  moment('customers_created_at', 'c', 'c.created_at'),
  ...grains('customers_created_at', 'c', onClocksOf(zone, 'c.created_at'), ALL),
];
const CUSTOMER_METRICS: readonly Column[] = [
  distinct('customers_customer_count', 'c', 'c.customer_id'),
  distinct('customers_wholesale_customer_count', 'c', 'c.customer_id', 'c.is_wholesale'),
  inexact('customers_average_birth_year', 'c', 'avg(c.birth_year)'),
];
const CUSTOMER_FILTERS: readonly FilterField[] = [
  text('customers_country', 'c.country', ['Portugal', 'Germany', 'France', 'United States', 'portugal']),
  text('customers_referral_code', 'c.referral_code', ['FBB6DE', 'nothing']),
  text('customers_loyalty_tier', 'c.loyalty_tier', ['Gold', 'Silver', 'Bronze']),
  number('customers_birth_year', 'c.birth_year', [1960, 1984, 1999]),
  flag('customers_is_wholesale', 'c.is_wholesale'),
];

const HOURS_TO_SHIP = 'extract(epoch from (o.shipped_at - o.ordered_at)) / 3600';

function orders(zone: string | undefined): Model {
  const orderedAt = onClocksOf(zone, 'o.ordered_at');
  const shippedAt = onClocksOf(zone, 'o.shipped_at');
  return {
    explore: 'orders',
    base: 'o',
    from: (tables) =>
      [
        'orders o',
        tables.has('c') ? 'left join customers c on c.customer_id = o.customer_id' : '',
        tables.has('i') || tables.has('p') ? 'left join order_items i on i.order_id = o.order_id' : '',
        tables.has('p') ? 'left join products p on p.product_id = i.product_id' : '',
      ].join(' '),
    dimensions: [
      ...columns(
        'o',
        'orders',
        'status channel coupon_code rating is_gift shipping_fee discount_amount subscription_id',
      ),
      { id: 'orders_delivered_on', table: 'o', sql: "strftime(o.delivered_on, '%Y-%m-%d')" },
      ...grains('orders_delivered_on', 'o', 'o.delivered_on', ['day', 'week', 'month']),
      moment('orders_ordered_at', 'o', 'o.ordered_at'),
      ...grains('orders_ordered_at', 'o', orderedAt, ALL),
      ...grains('orders_ordered_at', 'o', orderedAt, ALL),
      {
        ...{ id: 'orders_ordered_at_day_of_week_name', table: 'o', sql: `dayname(${orderedAt})` },
        order: `list_position(${WEEKDAYS}, dayname(${orderedAt}))`,
      },
      ...grains('orders_shipped_at', 'o', shippedAt, ['day', 'week', 'month']),
      { id: 'orders_hours_to_ship', table: 'o', sql: HOURS_TO_SHIP },
      ...columns('c', 'customers', 'country loyalty_tier is_wholesale birth_year'),
      ...grains('customers_created_at', 'c', onClocksOf(zone, 'c.created_at'), ['month', 'quarter']),
      ...columns('i', 'order_items', 'grind quantity unit_price'),
      { id: 'order_items_line_total', table: 'i', sql: 'i.quantity * i.unit_price' },
      ...columns('p', 'products', 'category origin_country roast_level is_decaf product_name'),
    ],
    metrics: [
      distinct('orders_order_count', 'o', 'o.order_id'),
      exact('orders_order_rows', 'o', 'count(o.order_id)'),
      distinct('orders_delivered_order_count', 'o', 'o.order_id', "o.status = 'delivered'"),
      distinct('orders_ordering_customers', 'o', 'o.customer_id'),
      exact('orders_total_shipping', 'o', 'sum(o.shipping_fee)'),
      exact('orders_cheapest_shipping', 'o', 'min(o.shipping_fee)'),
      inexact('orders_average_discount', 'o', 'avg(o.discount_amount)'),
      exact('orders_largest_discount', 'o', 'max(o.discount_amount)'),
      inexact('orders_average_rating', 'o', 'avg(o.rating)'),
      inexact('orders_median_hours_to_ship', 'o', `quantile_cont((${HOURS_TO_SHIP})::double, 0.5)`),
      inexact('orders_p90_hours_to_ship', 'o', `quantile_cont((${HOURS_TO_SHIP})::double, 0.9)`),
      percent(
        'orders_delivery_rate',
        'o',
        "count(distinct case when o.status = 'delivered' then o.order_id end)::double / nullif(count(distinct o.order_id), 0)",
      ),
      inexact(
        'orders_orders_per_customer',
        'o',
        'count(distinct o.order_id)::double / nullif(count(distinct o.customer_id), 0)',
      ),
      ...CUSTOMER_METRICS,
      exact('order_items_total_revenue', 'i', 'sum(i.quantity * i.unit_price)'),
      exact('order_items_total_quantity', 'i', 'sum(i.quantity)'),
      inexact('order_items_average_line_value', 'i', 'avg(i.quantity * i.unit_price)'),
    ],
    filterFields: [
      text('orders_status', 'o.status', ['delivered', 'shipped', 'returned', 'cancelled', 'Delivered']),
      text('orders_channel', 'o.channel', ['web', 'phone', 'mobile', 'wholesale_portal', 'Web']),
      text('orders_coupon_code', 'o.coupon_code', ['WELCOME10', 'nothing', 'welcome10']),
      number('orders_rating', 'o.rating', [1, 2, 3, 4, 5]),
      number('orders_shipping_fee', 'o.shipping_fee', [0, 3.5, 4.9, 7.25]),
      number('orders_discount_amount', 'o.discount_amount', [0, 1.5, 10]),
      flag('orders_is_gift', 'o.is_gift'),
      time('orders_ordered_at', 'o.ordered_at', zone),
      time('orders_ordered_at', 'o.ordered_at', zone),
      day('orders_delivered_on', 'o.delivered_on'),
      ...CUSTOMER_FILTERS,
      text('order_items_grind', 'i.grind', ['filter', 'french press', 'whole bean']),
      number('order_items_quantity', 'i.quantity', [1, 2, 11]),
      text('products_category', 'p.category', ['Filter', 'Espresso', 'Equipment', 'espresso']),
      flag('products_is_decaf', 'p.is_decaf'),
    ],
    numbers: [
      ...columns('o', 'orders', 'rating shipping_fee discount_amount'),
      ...columns('i', 'order_items', 'quantity unit_price'),
      ...columns('c', 'customers', 'birth_year'),
    ],
    required: 'true',
  };
}

const customers = (zone: string | undefined): Model => ({
  explore: 'customers',
  base: 'c',
  from: () => 'customers c',
  dimensions: customerDimensions(zone),
  metrics: CUSTOMER_METRICS,
  filterFields: [...CUSTOMER_FILTERS, time('customers_created_at', 'c.created_at', zone)],
  numbers: columns('c', 'customers', 'birth_year'),
  required: 'true',
});

const subscriptions = (zone: string | undefined, today: string): Model => ({
  explore: 'subscriptions',
  base: 's',
  from: (tables) =>
    ['subscriptions s', tables.has('c') ? 'inner join customers c on c.customer_id = s.customer_id' : ''].join(' '),
  dimensions: [
    ...columns('s', 'subscriptions', 'plan cadence_weeks monthly_price status is_paused cancel_reason'),
    ...grains('subscriptions_started_on', 's', 's.started_on', ALL),
    ...grains('subscriptions_cancelled_on', 's', 's.cancelled_on', ['day', 'month']),
    ...customerDimensions(zone),
  ],
  metrics: [
    exact('subscriptions_subscription_count', 's', 'count(s.subscription_id)'),
    exact(
      'subscriptions_active_subscription_count',
      's',
      "count(case when s.status = 'active' then s.subscription_id end)",
    ),
    exact('subscriptions_mrr', 's', "sum(case when s.status = 'active' then s.monthly_price end)"),
    inexact('subscriptions_average_monthly_price', 's', 'avg(s.monthly_price)'),
    percent(
      'subscriptions_churn_rate',
      's',
      "count(case when s.status = 'cancelled' then s.subscription_id end)::double / nullif(count(s.subscription_id), 0)",
    ),
    ...CUSTOMER_METRICS,
  ],
  filterFields: [
    text('subscriptions_plan', 's.plan', ['Taster', 'Regular', 'Office', 'regular']),
    text('subscriptions_cancel_reason', 's.cancel_reason', ['too expensive', 'nothing']),
    number('subscriptions_monthly_price', 's.monthly_price', [14, 26.5, 41]),
    flag('subscriptions_is_paused', 's.is_paused'),
    day('subscriptions_cancelled_on', 's.cancelled_on'),
    ...CUSTOMER_FILTERS,
  ],
  numbers: columns('s', 'subscriptions', 'monthly_price cadence_weeks'),
  required: `s.started_on >= date '${today}' - interval 10 years`,
});

const products: Model = {
  explore: 'products',
  base: 'p',
  from: () => 'products p',
  dimensions: [
    ...columns('p', 'products', 'category origin_country roast_level is_decaf product_name weight_grams unit_price'),
    ...grains('products_launched_on', 'p', 'p.launched_on', ALL),
    { id: 'products_discontinued_on', table: 'p', sql: "strftime(p.discontinued_on, '%Y-%m-%d')" },
  ],
  metrics: [
    exact('products_product_count', 'p', 'count(p.product_id)'),
    inexact('products_average_list_price', 'p', 'avg(p.unit_price)'),
    exact('products_highest_list_price', 'p', 'max(p.unit_price)'),
    exact('products_lowest_list_price', 'p', 'min(p.unit_price)'),
    percent(
      'products_gross_margin',
      'p',
      '(sum(p.unit_price) - sum(p.unit_cost))::double / nullif(sum(p.unit_price), 0)',
    ),
  ],
  filterFields: [
    text('products_category', 'p.category', ['Filter', 'Espresso', 'Equipment', 'espresso']),
    text('products_roast_level', 'p.roast_level', ['Dark', 'Light']),
    number('products_weight_grams', 'p.weight_grams', [250, 340, 500]),
    number('products_unit_price', 'p.unit_price', [19.09, 50]),
    flag('products_is_decaf', 'p.is_decaf'),
    day('products_discontinued_on', 'p.discontinued_on'),
  ],
  numbers: columns('p', 'products', 'weight_grams unit_price'),
  required: 'true',
};

/** The explores of Roastery; moments are on the clocks of `zone`. */
export const modelsOf = (zone: string | undefined, today: string): readonly Model[] => [
  orders(zone),
  customers(zone),
  subscriptions(zone, today),
  products,
];
