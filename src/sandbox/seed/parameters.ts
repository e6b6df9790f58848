import type { Chart, Dashboard, JsonObject } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { ids } from './ids.ts';

/** Younger than all that the recorded server held. */
const CREATED_AT = '2026-11-24T18:30:00.000Z';

/** Parameters exist since 1.219: the explore `market_orders` refers to them. */
export const parameterIds = {
  chart: '0e0c5a10-7b0d-4c1e-9a51-3d2f60a7c081',
  dashboard: '0e0c5a10-7b0d-4c1e-9a51-3d2f60a7c082',
  tile: '0e0c5a10-7b0d-4c1e-9a51-3d2f60a7c083',
} as const;

/** The parameters of the project: one with a default, one required, one that takes several values. */
const projectParameters: Readonly<Record<string, JsonObject>> = {
  market: {
    label: 'Market',
    description: 'The country to look at',
    default: 'Portugal',
    options: ['Australia', 'Canada', 'Germany', 'Portugal', 'United Kingdom', 'United States'],
  },
  least_rating: { label: 'Least rating', type: 'number', options: [1, 2, 3, 4, 5] },
  channels: {
    label: 'Channels',
    multiple: true,
    default: ['web', 'mobile'],
    options_from_dimension: { model: 'orders', dimension: 'channel' },
  },
};

const metrics = ['market_orders_market_order_count', 'market_orders_market_share'];

const chart: Chart = {
  uuid: parameterIds.chart,
  projectUuid: ids.project,
  name: 'Orders in the market',
  description: 'Orders of one market and their share, by year',
  slug: 'orders-in-the-market',
  spaceUuid: ids.spaces.sales,
  dashboardUuid: null,
  views: 0,
  firstViewedAt: null,
  pinnedOrder: null,
  versions: [
    {
      versionUuid: '0e0c5a10-7b0d-4c1e-9a51-3d2f60a7c084',
      createdAt: CREATED_AT,
      createdByUserUuid: ids.users.ada,
      tableName: 'market_orders',
      metricQuery: {
        exploreName: 'market_orders',
        dimensions: ['market_orders_ordered_at_year'],
        metrics,
        filters: {},
        sorts: [{ fieldId: 'market_orders_ordered_at_year', descending: false }],
        limit: 500,
        tableCalculations: [],
        additionalMetrics: [],
        customDimensions: [],
      },
      chartConfig: { type: 'table', config: {} },
      tableConfig: { columnOrder: ['market_orders_ordered_at_year', ...metrics] },
    },
  ],
};

/** Shows the chart for another market than the parameter's default. */
const dashboard: Dashboard = {
  uuid: parameterIds.dashboard,
  projectUuid: ids.project,
  spaceUuid: ids.spaces.sales,
  name: 'German market',
  description: null,
  slug: 'german-market',
  versionId: 5,
  updatedAt: CREATED_AT,
  updatedByUserUuid: ids.users.ada,
  createdAt: CREATED_AT,
  createdByUserUuid: ids.users.ada,
  views: 0,
  firstViewedAt: null,
  pinnedOrder: null,
  tiles: [
    {
      uuid: parameterIds.tile,
      type: 'saved_chart',
      x: 0,
      y: 0,
      w: 18,
      h: 9,
      tabUuid: null,
      properties: { savedChartUuid: parameterIds.chart },
    },
  ],
  tabs: [],
  filters: { metrics: [], dimensions: [], tableCalculations: [] },
  parameters: { market: { parameterName: 'market', value: 'Germany' } },
};

/** Adds the model's parameters, with a chart and a dashboard that use them. */
export function addParameters(store: Store): void {
  store.parameters.set(ids.project, structuredClone({ ...projectParameters }));
  store.charts.set(chart.uuid, structuredClone(chart));
  store.dashboards.set(dashboard.uuid, structuredClone(dashboard));
  store.next.dashboardVersion = 6;
}
