// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Lightdash writes SQL references so.
import type { Chart, SqlChart } from '../store/records.ts';
import { ids } from './ids.ts';

/** The eleven saved charts of the recorded server, one of them broken on purpose, and its SQL chart. */
export const charts: readonly Chart[] = [
  {
    uuid: ids.charts.revenueByMonth,
    projectUuid: ids.project,
    name: 'Revenue by month',
    description: 'Bar chart of monthly revenue',
    slug: 'revenue-by-month',
    spaceUuid: ids.spaces.sales,
    dashboardUuid: null,
    views: 0,
    firstViewedAt: null,
    pinnedOrder: 100,
    versions: [
      {
        versionUuid: '2917180b-5d93-47ef-97df-e1f07fa635c8',
        createdAt: '2026-11-23T19:53:10.243Z',
        createdByUserUuid: ids.users.ada,
        tableName: 'orders',
        metricQuery: {
          exploreName: 'orders',
          dimensions: ['orders_ordered_at_month'],
          metrics: ['order_items_total_revenue'],
          filters: {},
          sorts: [{ fieldId: 'orders_ordered_at_month', descending: false }],
          limit: 500,
          tableCalculations: [],
          additionalMetrics: [],
          customDimensions: [],
        },
        chartConfig: {
          type: 'cartesian',
          config: {
            layout: { xField: 'orders_ordered_at_month', yField: ['order_items_total_revenue'], flipAxes: false },
            eChartsConfig: {
              series: [
                {
                  type: 'bar',
                  encode: { xRef: { field: 'orders_ordered_at_month' }, yRef: { field: 'order_items_total_revenue' } },
                  yAxisIndex: 0,
                },
              ],
            },
          },
        },
        tableConfig: { columnOrder: ['orders_ordered_at_month', 'order_items_total_revenue'] },
      },
      {
        versionUuid: '0755e957-8383-4a60-b8ab-039ae88da9eb',
        createdAt: '2026-11-23T19:53:10.788Z',
        createdByUserUuid: ids.users.ada,
        tableName: 'orders',
        metricQuery: {
          exploreName: 'orders',
          dimensions: ['orders_ordered_at_month'],
          metrics: ['order_items_total_revenue'],
          filters: {},
          sorts: [{ fieldId: 'orders_ordered_at_month', descending: false }],
          limit: 24,
          tableCalculations: [],
          additionalMetrics: [],
          customDimensions: [],
        },
        chartConfig: {
          type: 'cartesian',
          config: {
            layout: { xField: 'orders_ordered_at_month', yField: ['order_items_total_revenue'], flipAxes: false },
            eChartsConfig: {
              series: [
                {
                  type: 'bar',
                  encode: { xRef: { field: 'orders_ordered_at_month' }, yRef: { field: 'order_items_total_revenue' } },
                  yAxisIndex: 0,
                },
              ],
            },
          },
        },
        tableConfig: { columnOrder: ['orders_ordered_at_month', 'order_items_total_revenue'] },
      },
      {
        versionUuid: '7ddc66b4-04c0-44de-be5a-ef193ee5bea7',
        createdAt: '2026-11-23T19:53:10.843Z',
        createdByUserUuid: ids.users.ada,
        tableName: 'orders',
        metricQuery: {
          exploreName: 'orders',
          dimensions: ['orders_ordered_at_month'],
          metrics: ['order_items_total_revenue'],
          filters: {},
          sorts: [{ fieldId: 'orders_ordered_at_month', descending: false }],
          limit: 36,
          tableCalculations: [],
          additionalMetrics: [],
          customDimensions: [],
        },
        chartConfig: {
          type: 'cartesian',
          config: {
            layout: { xField: 'orders_ordered_at_month', yField: ['order_items_total_revenue'], flipAxes: false },
            eChartsConfig: {
              series: [
                {
                  type: 'bar',
                  encode: { xRef: { field: 'orders_ordered_at_month' }, yRef: { field: 'order_items_total_revenue' } },
                  yAxisIndex: 0,
                },
              ],
            },
          },
        },
        tableConfig: { columnOrder: ['orders_ordered_at_month', 'order_items_total_revenue'] },
      },
    ],
  },
  {
    uuid: ids.charts.ordersByChannel,
    projectUuid: ids.project,
    name: 'Orders by channel',
    description: 'Line per sales channel',
    slug: 'orders-by-channel',
    spaceUuid: ids.spaces.sales,
    dashboardUuid: null,
    views: 0,
    firstViewedAt: null,
    pinnedOrder: null,
    versions: [
      {
        versionUuid: '7c1d0000-0000-4000-8000-000000000001',
        createdAt: '2026-11-23T19:53:10.328Z',
        createdByUserUuid: ids.users.ada,
        tableName: 'orders',
        metricQuery: {
          exploreName: 'orders',
          dimensions: ['orders_ordered_at_quarter', 'orders_channel'],
          metrics: ['orders_order_count'],
          filters: {},
          sorts: [{ fieldId: 'orders_ordered_at_quarter', descending: false }],
          limit: 500,
          tableCalculations: [],
          additionalMetrics: [],
          customDimensions: [],
        },
        chartConfig: {
          type: 'cartesian',
          config: {
            layout: { xField: 'orders_ordered_at_quarter', yField: ['orders_order_count'], flipAxes: false },
            eChartsConfig: {
              series: [
                {
                  type: 'line',
                  encode: {
                    xRef: { field: 'orders_ordered_at_quarter' },
                    yRef: { field: 'orders_order_count', pivotValues: [{ field: 'orders_channel', value: 'web' }] },
                  },
                },
                {
                  type: 'line',
                  encode: {
                    xRef: { field: 'orders_ordered_at_quarter' },
                    yRef: { field: 'orders_order_count', pivotValues: [{ field: 'orders_channel', value: 'mobile' }] },
                  },
                },
                {
                  type: 'line',
                  encode: {
                    xRef: { field: 'orders_ordered_at_quarter' },
                    yRef: { field: 'orders_order_count', pivotValues: [{ field: 'orders_channel', value: 'phone' }] },
                  },
                },
                {
                  type: 'line',
                  encode: {
                    xRef: { field: 'orders_ordered_at_quarter' },
                    yRef: {
                      field: 'orders_order_count',
                      pivotValues: [{ field: 'orders_channel', value: 'wholesale_portal' }],
                    },
                  },
                },
              ],
            },
          },
        },
        tableConfig: { columnOrder: ['orders_ordered_at_quarter', 'orders_channel', 'orders_order_count'] },
        pivotConfig: { columns: ['orders_channel'] },
      },
    ],
  },
  {
    uuid: ids.charts.topProducts,
    projectUuid: ids.project,
    name: 'Top coffees',
    description: 'Ten best-selling coffees',
    slug: 'top-coffees',
    spaceUuid: ids.spaces.sales,
    dashboardUuid: null,
    views: 0,
    firstViewedAt: null,
    pinnedOrder: null,
    versions: [
      {
        versionUuid: '7c1d0000-0000-4000-8000-000000000002',
        createdAt: '2026-11-23T19:53:10.383Z',
        createdByUserUuid: ids.users.ada,
        tableName: 'orders',
        metricQuery: {
          exploreName: 'orders',
          dimensions: ['products_product_name'],
          metrics: ['order_items_total_revenue', 'order_items_total_quantity'],
          filters: {
            dimensions: {
              id: 'root',
              and: [
                {
                  id: 'f-products_category-equals',
                  target: { fieldId: 'products_category' },
                  values: ['Filter', 'Espresso'],
                  operator: 'equals',
                },
              ],
            },
          },
          sorts: [{ fieldId: 'order_items_total_revenue', descending: true }],
          limit: 10,
          tableCalculations: [],
          additionalMetrics: [],
          customDimensions: [],
        },
        chartConfig: {
          type: 'cartesian',
          config: {
            layout: { xField: 'products_product_name', yField: ['order_items_total_revenue'], flipAxes: true },
            eChartsConfig: {
              series: [
                {
                  type: 'bar',
                  encode: { xRef: { field: 'products_product_name' }, yRef: { field: 'order_items_total_revenue' } },
                  yAxisIndex: 0,
                },
              ],
            },
          },
        },
        tableConfig: {
          columnOrder: ['products_product_name', 'order_items_total_revenue', 'order_items_total_quantity'],
        },
      },
    ],
  },
  {
    uuid: ids.charts.countryTable,
    projectUuid: ids.project,
    name: 'Orders by country and status',
    description: 'Table with a custom metric and a table calculation',
    slug: 'orders-by-country-and-status',
    spaceUuid: ids.spaces.sales,
    dashboardUuid: null,
    views: 0,
    firstViewedAt: null,
    pinnedOrder: null,
    versions: [
      {
        versionUuid: '7c1d0000-0000-4000-8000-000000000003',
        createdAt: '2026-11-23T19:53:10.437Z',
        createdByUserUuid: ids.users.ada,
        tableName: 'orders',
        metricQuery: {
          exploreName: 'orders',
          dimensions: ['customers_country', 'orders_status'],
          metrics: [
            'orders_order_count',
            'order_items_total_revenue',
            'orders_average_rating',
            'orders_discount_amount_sum',
          ],
          filters: {
            metrics: {
              id: 'mroot',
              and: [
                {
                  id: 'f-orders_order_count-greaterThan',
                  target: { fieldId: 'orders_order_count' },
                  values: [2],
                  operator: 'greaterThan',
                },
              ],
            },
            dimensions: {
              id: 'root',
              and: [
                {
                  id: 'f-orders_ordered_at_year-equals',
                  target: { fieldId: 'orders_ordered_at_year' },
                  values: ['2024-01-01'],
                  operator: 'equals',
                },
                {
                  id: 'or1',
                  or: [
                    {
                      id: 'f-customers_is_wholesale-equals',
                      target: { fieldId: 'customers_is_wholesale' },
                      values: [false],
                      operator: 'equals',
                    },
                    {
                      id: 'f-orders_is_gift-equals',
                      target: { fieldId: 'orders_is_gift' },
                      values: [true],
                      operator: 'equals',
                    },
                  ],
                },
              ],
            },
          },
          sorts: [{ fieldId: 'order_items_total_revenue', descending: true }],
          limit: 100,
          tableCalculations: [
            {
              name: 'revenue_per_order',
              displayName: 'Revenue per order',
              sql: '${order_items.total_revenue} / NULLIF(${orders.order_count}, 0)',
              format: { type: 'currency', round: 2, currency: 'USD' },
            },
          ],
          additionalMetrics: [
            {
              name: 'discount_amount_sum',
              label: 'Sum of discount',
              description: 'Custom metric',
              uuid: 'bfb1dee6-779d-4fab-9946-92628b8687a4',
              sql: '${TABLE}.discount_amount',
              table: 'orders',
              type: 'sum',
              baseDimensionName: 'discount_amount',
            },
          ],
          customDimensions: [],
        },
        chartConfig: {
          type: 'table',
          config: {
            columns: { orders_order_count: { name: '# orders' }, orders_average_rating: { visible: false } },
            hideRowNumbers: false,
            showTableNames: false,
            showColumnCalculation: true,
            conditionalFormattings: [],
          },
        },
        tableConfig: {
          columnOrder: [
            'customers_country',
            'orders_status',
            'orders_order_count',
            'order_items_total_revenue',
            'orders_average_rating',
            'orders_discount_amount_sum',
            'revenue_per_order',
          ],
        },
      },
    ],
  },
  {
    uuid: ids.charts.totalRevenue,
    projectUuid: ids.project,
    name: 'Total revenue',
    description: 'Big number',
    slug: 'total-revenue',
    spaceUuid: ids.spaces.sales,
    dashboardUuid: null,
    views: 0,
    firstViewedAt: null,
    pinnedOrder: null,
    versions: [
      {
        versionUuid: '8cfa2c1d-48ff-438a-9676-17f1b9a3d934',
        createdAt: '2026-11-23T19:53:10.517Z',
        createdByUserUuid: ids.users.ada,
        tableName: 'orders',
        metricQuery: {
          exploreName: 'orders',
          dimensions: [],
          metrics: ['order_items_total_revenue'],
          filters: {},
          sorts: [],
          limit: 1,
          tableCalculations: [],
          additionalMetrics: [],
          customDimensions: [],
        },
        chartConfig: {
          type: 'big_number',
          config: { label: 'All-time revenue', style: 'thousands', selectedField: 'order_items_total_revenue' },
        },
        tableConfig: { columnOrder: ['order_items_total_revenue'] },
      },
    ],
  },
  {
    uuid: ids.charts.mrrByPlan,
    projectUuid: ids.project,
    name: 'MRR by plan',
    description: 'Pie of MRR',
    slug: 'mrr-by-plan',
    spaceUuid: ids.spaces.finance,
    dashboardUuid: null,
    views: 0,
    firstViewedAt: null,
    pinnedOrder: null,
    versions: [
      {
        versionUuid: '7c1d0000-0000-4000-8000-000000000004',
        createdAt: '2026-11-23T19:53:10.565Z',
        createdByUserUuid: ids.users.ada,
        tableName: 'subscriptions',
        metricQuery: {
          exploreName: 'subscriptions',
          dimensions: ['subscriptions_plan'],
          metrics: ['subscriptions_mrr'],
          filters: {},
          sorts: [{ fieldId: 'subscriptions_mrr', descending: true }],
          limit: 500,
          tableCalculations: [],
          additionalMetrics: [],
          customDimensions: [],
        },
        chartConfig: {
          type: 'pie',
          config: { isDonut: true, metricId: 'subscriptions_mrr', groupFieldIds: ['subscriptions_plan'] },
        },
        tableConfig: { columnOrder: ['subscriptions_plan', 'subscriptions_mrr'] },
      },
    ],
  },
  {
    uuid: ids.charts.customersByCountry,
    projectUuid: ids.project,
    name: 'Customers by country',
    description: 'Table of customers',
    slug: 'customers-by-country',
    spaceUuid: ids.spaces.customers,
    dashboardUuid: null,
    views: 0,
    firstViewedAt: null,
    pinnedOrder: null,
    versions: [
      {
        versionUuid: '7c1d0000-0000-4000-8000-000000000005',
        createdAt: '2026-11-23T19:53:10.604Z',
        createdByUserUuid: ids.users.ada,
        tableName: 'customers',
        metricQuery: {
          exploreName: 'customers',
          dimensions: ['customers_country', 'customers_loyalty_tier'],
          metrics: ['customers_customer_count', 'customers_wholesale_customer_count'],
          filters: {},
          sorts: [{ fieldId: 'customers_customer_count', descending: true }],
          limit: 500,
          tableCalculations: [],
          additionalMetrics: [],
          customDimensions: [],
        },
        chartConfig: { type: 'table', config: { columns: {}, showTableNames: true } },
        tableConfig: {
          columnOrder: [
            'customers_country',
            'customers_loyalty_tier',
            'customers_customer_count',
            'customers_wholesale_customer_count',
          ],
        },
      },
    ],
  },
  {
    uuid: ids.charts.churnByCohort,
    projectUuid: ids.project,
    name: 'Churn by start quarter',
    description: 'Churn rate of each quarterly cohort',
    slug: 'churn-by-start-quarter',
    spaceUuid: ids.spaces.finance,
    dashboardUuid: null,
    views: 0,
    firstViewedAt: null,
    pinnedOrder: null,
    versions: [
      {
        versionUuid: '7c1d0000-0000-4000-8000-000000000006',
        createdAt: '2026-11-23T19:53:10.646Z',
        createdByUserUuid: ids.users.ada,
        tableName: 'subscriptions',
        metricQuery: {
          exploreName: 'subscriptions',
          dimensions: ['subscriptions_started_on_quarter'],
          metrics: ['subscriptions_churn_rate', 'subscriptions_subscription_count'],
          filters: {},
          sorts: [{ fieldId: 'subscriptions_started_on_quarter', descending: false }],
          limit: 500,
          tableCalculations: [],
          additionalMetrics: [],
          customDimensions: [],
        },
        chartConfig: {
          type: 'cartesian',
          config: {
            layout: {
              xField: 'subscriptions_started_on_quarter',
              yField: ['subscriptions_churn_rate'],
              flipAxes: false,
            },
            eChartsConfig: {
              series: [
                {
                  type: 'bar',
                  encode: {
                    xRef: { field: 'subscriptions_started_on_quarter' },
                    yRef: { field: 'subscriptions_churn_rate' },
                  },
                  yAxisIndex: 0,
                },
              ],
            },
          },
        },
        tableConfig: {
          columnOrder: [
            'subscriptions_started_on_quarter',
            'subscriptions_churn_rate',
            'subscriptions_subscription_count',
          ],
        },
      },
    ],
  },
  {
    uuid: ids.charts.catalogueTable,
    projectUuid: ids.project,
    name: 'Catalogue by category',
    description: 'Products and margin',
    slug: 'catalogue-by-category',
    spaceUuid: ids.spaces.sales,
    dashboardUuid: null,
    views: 0,
    firstViewedAt: null,
    pinnedOrder: null,
    versions: [
      {
        versionUuid: '7c1d0000-0000-4000-8000-000000000007',
        createdAt: '2026-11-23T19:53:10.688Z',
        createdByUserUuid: ids.users.ada,
        tableName: 'products',
        metricQuery: {
          exploreName: 'products',
          dimensions: ['products_category', 'products_roast_level'],
          metrics: ['products_product_count', 'products_average_list_price', 'products_gross_margin'],
          filters: {},
          sorts: [{ fieldId: 'products_category', descending: false }],
          limit: 500,
          tableCalculations: [],
          additionalMetrics: [],
          customDimensions: [],
        },
        chartConfig: { type: 'table', config: { columns: {} } },
        tableConfig: {
          columnOrder: [
            'products_category',
            'products_roast_level',
            'products_product_count',
            'products_average_list_price',
            'products_gross_margin',
          ],
        },
      },
    ],
  },
  {
    uuid: ids.charts.broken,
    projectUuid: ids.project,
    name: 'Old chart (broken)',
    description: 'Refers to a field that was removed',
    slug: 'old-chart-broken',
    spaceUuid: ids.spaces.sales,
    dashboardUuid: null,
    views: 0,
    firstViewedAt: null,
    pinnedOrder: null,
    versions: [
      {
        versionUuid: '7c1d0000-0000-4000-8000-000000000008',
        createdAt: '2026-11-23T19:53:10.733Z',
        createdByUserUuid: ids.users.ada,
        tableName: 'orders',
        metricQuery: {
          exploreName: 'orders',
          dimensions: ['orders_store_region'],
          metrics: ['orders_order_count'],
          filters: {},
          sorts: [],
          limit: 500,
          tableCalculations: [],
          additionalMetrics: [],
          customDimensions: [],
        },
        chartConfig: { type: 'table', config: {} },
        tableConfig: { columnOrder: ['orders_store_region', 'orders_order_count'] },
      },
    ],
  },
  {
    uuid: ids.charts.insideDashboard,
    projectUuid: ids.project,
    name: 'Ratings by status',
    description: 'Belongs to the Sales overview dashboard',
    slug: 'ratings-by-status',
    spaceUuid: ids.spaces.sales,
    dashboardUuid: ids.dashboards.sales,
    views: 0,
    firstViewedAt: null,
    pinnedOrder: null,
    versions: [
      {
        versionUuid: '7c1d0000-0000-4000-8000-000000000009',
        createdAt: '2026-11-23T19:53:10.977Z',
        createdByUserUuid: ids.users.ada,
        tableName: 'orders',
        metricQuery: {
          exploreName: 'orders',
          dimensions: ['orders_status'],
          metrics: ['orders_average_rating', 'orders_delivery_rate'],
          filters: {},
          sorts: [],
          limit: 500,
          tableCalculations: [],
          additionalMetrics: [],
          customDimensions: [],
        },
        chartConfig: { type: 'table', config: {} },
        tableConfig: { columnOrder: ['orders_status', 'orders_average_rating', 'orders_delivery_rate'] },
      },
    ],
  },
];

/** SQL charts of the seed. */
export const sqlCharts: readonly SqlChart[] = [
  {
    savedSqlUuid: 'c1f27ef2-bb34-46d0-a378-a2a8f19d335f',
    projectUuid: ids.project,
    spaceUuid: ids.spaces.sales,
    name: 'Raw orders by day',
    description: 'SQL chart',
    slug: 'raw-orders-by-day',
    sql: 'select ordered_at::date as day, count(*) as orders from roastery.orders group by 1 order by 1',
    limit: 500,
    config: { type: 'table', metadata: { version: 1 }, columns: {} },
    chartKind: 'table',
    createdAt: '2026-11-23T19:53:11.565Z',
    createdByUserUuid: ids.users.ada,
    views: 0,
    firstViewedAt: null,
  },
];
