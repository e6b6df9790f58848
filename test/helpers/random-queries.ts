import fc from 'fast-check';
import { type FilterSetting, randomFilters } from './random-filters.ts';

/** A metric query on the explore `orders`, and SQL for the same rows. */
export interface RandomQuery {
  readonly args: Record<string, unknown>;
  readonly sql: string;
  /** False if the query leaves the order of its rows open. */
  readonly isOrdered: boolean;
}

/** A column: its id, its SQL, and the tables besides orders that it needs. */
interface Column {
  readonly id: string;
  readonly sql: string;
  readonly needs?: 'c' | 'i' | 'p';
}

const grains = (local: string): readonly Column[] => [
  { id: 'orders_ordered_at_day', sql: `strftime(${local}, '%Y-%m-%d')` },
  { id: 'orders_ordered_at_week', sql: `strftime(date_trunc('week', ${local}), '%Y-%m-%d')` },
  { id: 'orders_ordered_at_month', sql: `strftime(${local}, '%Y-%m')` },
  { id: 'orders_ordered_at_quarter', sql: `year(${local}) || '-Q' || quarter(${local})` },
  { id: 'orders_ordered_at_year', sql: `strftime(${local}, '%Y')` },
];
const DIMENSIONS: readonly Column[] = [
  { id: 'orders_status', sql: 'o.status' },
  { id: 'orders_channel', sql: 'o.channel' },
  { id: 'orders_coupon_code', sql: 'o.coupon_code' },
  { id: 'orders_rating', sql: 'o.rating' },
  { id: 'orders_is_gift', sql: 'o.is_gift' },
  { id: 'orders_delivered_on', sql: "strftime(o.delivered_on, '%Y-%m-%d')" },
  { id: 'customers_country', sql: 'c.country', needs: 'c' },
  { id: 'customers_loyalty_tier', sql: 'c.loyalty_tier', needs: 'c' },
  { id: 'order_items_grind', sql: 'i.grind', needs: 'i' },
  { id: 'products_category', sql: 'p.category', needs: 'p' },
];
const METRICS: readonly Column[] = [
  { id: 'orders_order_count', sql: 'count(distinct o.order_id)' },
  { id: 'orders_order_rows', sql: 'count(o.order_id)' },
  { id: 'orders_delivered_order_count', sql: "count(distinct case when o.status = 'delivered' then o.order_id end)" },
  { id: 'orders_total_shipping', sql: 'sum(o.shipping_fee)' },
  { id: 'orders_average_rating', sql: 'avg(o.rating)' },
  { id: 'orders_largest_discount', sql: 'max(o.discount_amount)' },
  { id: 'customers_customer_count', sql: 'count(distinct c.customer_id)', needs: 'c' },
  { id: 'order_items_total_revenue', sql: 'sum(i.quantity * i.unit_price)', needs: 'i' },
  { id: 'order_items_total_quantity', sql: 'sum(i.quantity)', needs: 'i' },
];
const CUSTOM = [
  {
    type: 'sum',
    sql: `\${TABLE}.shipping_fee - \${TABLE}.discount_amount`,
    of: 'sum',
    expression: 'o.shipping_fee - o.discount_amount',
  },
  {
    type: 'average',
    sql: `\${TABLE}.shipping_fee - \${TABLE}.discount_amount`,
    of: 'avg',
    expression: 'o.shipping_fee - o.discount_amount',
  },
  { type: 'max', sql: `\${TABLE}.rating`, of: 'max', expression: 'o.rating' },
] as const;
const CONDITIONS = [
  [undefined, 'true'],
  [[{ field: 'orders_channel', operator: 'equals', values: ['phone', 'web'] }], "o.channel in ('phone', 'web')"],
  [[{ field: 'orders_rating', operator: '>=', values: [4] }], 'o.rating >= 4'],
  [[{ field: 'orders_is_gift', operator: 'equals', values: [true] }], 'o.is_gift = true'],
] as const;

/** The instant of an order on the clocks of a zone. */
export const onClocksOf = (zone: string | undefined): string =>
  zone === undefined ? 'o.ordered_at' : `timezone('${zone}', timezone('UTC', o.ordered_at))`;

/** Queries with filters, sorts, limits, grains, custom metrics and zones, as a server of a release answers them. */
export function randomQueries(release: '0.1366' | '1.219'): fc.Arbitrary<RandomQuery> {
  const zones = fc.constantFrom(undefined, undefined, 'America/New_York', 'Asia/Tokyo');
  return zones.chain((timezone) => {
    // 0.1366 shifts nothing.
    const orderedAt = onClocksOf(release === '1.219' ? timezone : undefined);
    const setting: FilterSetting = { orderedAt, keepsEmpty: release === '1.219' };
    const dimensions = fc.oneof(
      fc.uniqueArray(fc.constantFrom(...DIMENSIONS), { maxLength: 2 }),
      fc.tuple(fc.constantFrom(...grains(orderedAt)), fc.constantFrom(...DIMENSIONS)).map((pair) => [...pair]),
      fc.constantFrom(...grains(orderedAt)).map((grain) => [grain]),
    );
    return fc
      .record({
        dimensions,
        metrics: fc.uniqueArray(fc.constantFrom(...METRICS), { minLength: 1, maxLength: 3 }),
        custom: fc.option(fc.tuple(fc.constantFrom(...CUSTOM), fc.constantFrom(...CONDITIONS)), { nil: undefined }),
        filter: fc.option(randomFilters(setting), { nil: undefined }),
        sort: fc.option(fc.tuple(fc.nat(), fc.boolean()), { nil: undefined }),
        limit: fc.constantFrom(5_000, 1, 3, 25),
      })
      .map((parts) => toQuery({ ...parts, timezone }, release));
  });
}

interface Parts {
  readonly dimensions: readonly Column[];
  readonly metrics: readonly Column[];
  readonly custom: readonly [(typeof CUSTOM)[number], (typeof CONDITIONS)[number]] | undefined;
  readonly filter: { readonly written: unknown; readonly sql: string } | undefined;
  readonly sort: readonly [number, boolean] | undefined;
  readonly limit: number;
  readonly timezone: string | undefined;
}

function toQuery({ dimensions, metrics, custom, filter, sort, limit, timezone }: Parts, release: string): RandomQuery {
  const [metric, condition] = custom ?? [];
  const customColumn: readonly Column[] =
    metric && condition
      ? [{ id: 'orders_made_up', sql: `${metric.of}(case when ${condition[1]} then ${metric.expression} end)` }]
      : [];
  const columns = [...dimensions, ...metrics, ...customColumn];
  // An average of decimals is one of binary fractions, whose noise decides between equals.
  const sortable = metric?.type === 'average' ? [...dimensions, ...metrics] : columns;
  const sorted = sort && sortable[sort[0] % sortable.length];
  const isDescending = sort?.[1] === true;
  // The rest of the dimensions decides between equals.
  const ties = dimensions.filter(({ id }) => id !== sorted?.id);
  const sorts = sorted ? [`${isDescending ? '-' : ''}${sorted.id}`, ...ties.map(({ id }) => id)] : undefined;
  const nulls = isDescending && release === '0.1366' ? 'nulls first' : 'nulls last';
  const order = sorted
    ? [`"${sorted.id}" ${isDescending ? 'desc' : 'asc'} ${nulls}`, ...ties.map(({ id }) => `"${id}" nulls last`)]
    : [];
  const usedLimit = sorted ? limit : 5_000;
  const needs = new Set([
    ...columns.map((column) => column.needs),
    ...(filter?.sql.includes('c.') ? ['c' as const] : []),
  ]);
  const hasItems = needs.has('i') || needs.has('p');
  const sql = [
    `select ${columns.map((column) => `${column.sql} as "${column.id}"`).join(', ')} from orders o`,
    needs.has('c') ? 'left join customers c on c.customer_id = o.customer_id' : '',
    hasItems ? 'left join order_items i on i.order_id = o.order_id' : '',
    needs.has('p') ? 'left join products p on p.product_id = i.product_id' : '',
    filter ? `where ${filter.sql}` : '',
    dimensions.length > 0 ? `group by ${dimensions.map((_, at) => at + 1).join(', ')}` : '',
    order.length > 0 ? `order by ${order.join(', ')}` : '',
    `limit ${usedLimit}`,
  ].join('\n');
  const args = {
    exploreId: 'orders',
    dimensions: dimensions.map(({ id }) => id),
    metrics: [...metrics, ...customColumn].map(({ id }) => id),
    ...(filter && { filters: filter.written }),
    ...(sorts && { sorts }),
    ...(timezone && { timezone }),
    limit: usedLimit,
    ...(metric && {
      additionalMetrics: [
        {
          ...{ table: 'orders', name: 'made_up', type: metric.type, sql: metric.sql },
          ...(condition?.[0] && { filters: condition[0] }),
        },
      ],
    }),
  };
  return { args, sql, isOrdered: sorted !== undefined };
}
