import type { Chart, Dashboard, Scheduler, Space, SqlChart } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { ids } from './ids.ts';

/** Made in the evening, so that they are younger than all that the recorded server held. */
const CREATED_AT = '2026-11-24T18:00:00.000Z';

/** Uuids of the content that only the sandbox's 1.219 has; the recorded server never had these. */
export const todaysIds = {
  spaces: {
    europe: '0e0c5a10-7b0d-4c1e-9a51-3d2f60a7c001',
    iberia: '0e0c5a10-7b0d-4c1e-9a51-3d2f60a7c002',
    board: '0e0c5a10-7b0d-4c1e-9a51-3d2f60a7c003',
  },
  charts: {
    germany: '0e0c5a10-7b0d-4c1e-9a51-3d2f60a7c011',
    portugal: '0e0c5a10-7b0d-4c1e-9a51-3d2f60a7c012',
    retired: '0e0c5a10-7b0d-4c1e-9a51-3d2f60a7c013',
  },
  sqlCharts: { boardRevenue: '0e0c5a10-7b0d-4c1e-9a51-3d2f60a7c021' },
  dashboards: { iberia: '0e0c5a10-7b0d-4c1e-9a51-3d2f60a7c031' },
  attributes: { markets: '0e0c5a10-7b0d-4c1e-9a51-3d2f60a7c041' },
} as const;

const space = (uuid: string, name: string, parentSpaceUuid: string, rest: Partial<Space> = {}): Space => ({
  uuid,
  projectUuid: ids.project,
  name,
  slug: name.toLowerCase().replaceAll(' ', '-'),
  isPrivate: false,
  parentSpaceUuid,
  pinnedOrder: null,
  users: [],
  groups: [],
  createdAt: CREATED_AT,
  createdByUserUuid: ids.users.ada,
  ...rest,
});

/** Two levels below Sales, open like it; and one below the private Finance space, for its group. */
const spaces: readonly Space[] = [
  space(todaysIds.spaces.europe, 'Europe', ids.spaces.sales),
  space(todaysIds.spaces.iberia, 'Iberia', todaysIds.spaces.europe),
  space(todaysIds.spaces.board, 'Board', ids.spaces.finance, {
    isPrivate: true,
    users: [{ userUuid: ids.users.ada, role: 'admin' }],
    groups: [{ groupUuid: ids.groups.finance, role: 'viewer' }],
  }),
];

function countryChart(uuid: string, name: string, country: string, spaceUuid: string, by: string): Chart {
  const rule = { id: 'country', target: { fieldId: 'customers_country' }, operator: 'equals', values: [country] };
  return {
    uuid,
    projectUuid: ids.project,
    name,
    description: `Orders by channel, ${country} alone`,
    slug: name.toLowerCase().replaceAll(' ', '-'),
    spaceUuid,
    dashboardUuid: null,
    views: 0,
    firstViewedAt: null,
    pinnedOrder: null,
    versions: [
      {
        versionUuid: `${uuid.slice(0, -3)}${uuid.slice(-2)}f`,
        createdAt: CREATED_AT,
        createdByUserUuid: by,
        tableName: 'orders',
        metricQuery: {
          exploreName: 'orders',
          dimensions: ['orders_channel'],
          metrics: ['orders_order_count'],
          filters: { dimensions: { id: 'root', and: [rule] } },
          sorts: [{ fieldId: 'orders_order_count', descending: true }],
          limit: 500,
          tableCalculations: [],
          additionalMetrics: [],
          customDimensions: [],
        },
        chartConfig: {
          type: 'cartesian',
          config: {
            layout: { xField: 'orders_channel', yField: ['orders_order_count'] },
            eChartsConfig: {
              series: [
                {
                  type: 'bar',
                  encode: { xRef: { field: 'orders_channel' }, yRef: { field: 'orders_order_count' } },
                  yAxisIndex: 0,
                },
              ],
            },
          },
        },
        tableConfig: { columnOrder: ['orders_channel', 'orders_order_count'] },
      },
    ],
  };
}

const charts: readonly Chart[] = [
  countryChart(todaysIds.charts.germany, 'Orders in Germany', 'Germany', todaysIds.spaces.europe, ids.users.edie),
  countryChart(todaysIds.charts.portugal, 'Orders in Portugal', 'Portugal', todaysIds.spaces.iberia, ids.users.dev),
];

/** In the bin since its maker thought better of it. */
const retiredChart = countryChart(
  todaysIds.charts.retired,
  'Orders in Canada',
  'Canada',
  todaysIds.spaces.europe,
  ids.users.edie,
);

const sqlCharts: readonly SqlChart[] = [
  {
    savedSqlUuid: todaysIds.sqlCharts.boardRevenue,
    projectUuid: ids.project,
    spaceUuid: todaysIds.spaces.board,
    name: 'Orders by status for the board',
    description: null,
    slug: 'orders-by-status-for-the-board',
    sql: 'select status, count(*) as orders from roastery.orders group by 1 order by 2 desc',
    limit: 100,
    config: {
      type: 'vertical_bar',
      metadata: { version: 1 },
      fieldConfig: { x: { reference: 'status', type: 'category' }, y: [{ reference: 'orders', aggregation: 'sum' }] },
      display: {},
    },
    chartKind: 'vertical_bar',
    createdAt: CREATED_AT,
    createdByUserUuid: ids.users.ada,
    views: 0,
    firstViewedAt: null,
  },
];

const dashboards: readonly Dashboard[] = [
  {
    uuid: todaysIds.dashboards.iberia,
    projectUuid: ids.project,
    spaceUuid: todaysIds.spaces.iberia,
    name: 'Iberian orders',
    description: null,
    slug: 'iberian-orders',
    versionId: 4,
    updatedAt: CREATED_AT,
    updatedByUserUuid: ids.users.dev,
    createdAt: CREATED_AT,
    createdByUserUuid: ids.users.dev,
    views: 0,
    firstViewedAt: null,
    pinnedOrder: null,
    tiles: [
      {
        uuid: '0e0c5a10-7b0d-4c1e-9a51-3d2f60a7c032',
        type: 'saved_chart',
        x: 0,
        y: 0,
        w: 18,
        h: 9,
        tabUuid: null,
        properties: { savedChartUuid: todaysIds.charts.portugal },
      },
    ],
    tabs: [],
    filters: { metrics: [], dimensions: [], tableCalculations: [] },
  },
];

const schedulerUuid = (number: number) => `0e0c5a10-7b0d-4c1e-9a51-3d2f60a7c05${number}`;

function delivery(number: number, fields: Partial<Scheduler> & Pick<Scheduler, 'name' | 'format'>): Scheduler {
  return {
    schedulerUuid: schedulerUuid(number),
    message: null,
    createdAt: CREATED_AT,
    updatedAt: CREATED_AT,
    createdBy: ids.users.ada,
    cron: '0 7 * * 1',
    timezone: 'Europe/Berlin',
    savedChartUuid: null,
    dashboardUuid: null,
    savedSqlUuid: null,
    options: { formatted: true, limit: 'table' },
    filters: null,
    customViewportWidth: null,
    enabled: true,
    notificationFrequency: null,
    selectedTabs: null,
    includeLinks: true,
    ...fields,
    targets: (
      fields.targets ?? [
        { targetUuid: '', createdAt: CREATED_AT, updatedAt: CREATED_AT, recipient: 'ada@roastery.example' },
      ]
    ).map((schedulerTarget, index) => ({
      ...schedulerTarget,
      targetUuid: `0e0c5a10-7b0d-4c1e-9a51-3d2f60a7c0${number + 5}${index}`,
    })),
  };
}

const target = (address: { recipient?: string; channel?: string; webhook?: string }) => ({
  targetUuid: '',
  createdAt: CREATED_AT,
  updatedAt: CREATED_AT,
  ...address,
});

/** One of each kind that the recorded content lacks: spreadsheet, picture, alert, SQL chart; Slack, Teams and mail. */
const schedulers: readonly Scheduler[] = [
  delivery(1, {
    name: 'German orders as a spreadsheet',
    format: 'xlsx',
    savedChartUuid: todaysIds.charts.germany,
    createdBy: ids.users.edie,
    targets: [target({ recipient: 'edie@roastery.example' }), target({ recipient: 'vic@roastery.example' })],
  }),
  delivery(2, {
    name: 'Iberian picture',
    format: 'image',
    options: { withPdf: false },
    dashboardUuid: todaysIds.dashboards.iberia,
    createdBy: ids.users.dev,
    targets: [target({ channel: 'C024BE91L' }), target({ webhook: 'https://hooks.roastery.example/teams' })],
  }),
  delivery(3, {
    name: 'Few orders',
    format: 'image',
    options: {},
    cron: '0 * * * *',
    savedChartUuid: ids.charts.ordersByChannel,
    thresholds: [{ fieldId: 'orders_order_count', operator: 'lessThan', value: 10 }],
    notificationFrequency: 'once',
  }),
  delivery(4, {
    name: 'Status for the board',
    format: 'csv',
    enabled: false,
    savedSqlUuid: todaysIds.sqlCharts.boardRevenue,
  }),
];

/** Content that only 1.219 can hold. */
export function addTodaysContent(store: Store): void {
  for (const space of spaces) store.spaces.set(space.uuid, structuredClone(space));
  for (const chart of charts) store.charts.set(chart.uuid, structuredClone(chart));
  for (const sqlChart of sqlCharts) store.sqlCharts.set(sqlChart.savedSqlUuid, structuredClone(sqlChart));
  for (const dashboard of dashboards) store.dashboards.set(dashboard.uuid, structuredClone(dashboard));
  for (const scheduler of schedulers) store.schedulers.set(scheduler.schedulerUuid, structuredClone(scheduler));
  store.next.dashboardVersion = 5;
  const verification = { verifiedByUserUuid: ids.users.ada, verifiedAt: CREATED_AT };
  const chart = store.charts.get(ids.charts.revenueByMonth);
  const dashboard = store.dashboards.get(ids.dashboards.sales);
  if (chart) chart.verification = { ...verification };
  if (dashboard) dashboard.verification = { ...verification };
  store.attributes.set(todaysIds.attributes.markets, {
    uuid: todaysIds.attributes.markets,
    organizationUuid: ids.organization,
    name: 'markets',
    description: 'Countries that somebody looks after',
    attributeDefaults: ['Germany', 'Portugal'],
    createdAt: CREATED_AT,
    users: [
      { userUuid: ids.users.edie, value: 'Germany' },
      { userUuid: ids.users.edie, value: 'Portugal' },
      { userUuid: ids.users.edie, value: 'United Kingdom' },
    ],
    groups: [
      { groupUuid: ids.groups.baristas, value: 'Canada' },
      { groupUuid: ids.groups.baristas, value: 'Australia' },
    ],
  });
  store.deleted.set(retiredChart.uuid, {
    uuid: retiredChart.uuid,
    contentType: 'chart',
    projectUuid: ids.project,
    deletedAt: CREATED_AT,
    deletedByUserUuid: ids.users.edie,
    spaces: [],
    charts: [structuredClone(retiredChart)],
    sqlCharts: [],
    dashboards: [],
    schedulers: [],
    comments: [],
    emptiedTiles: [],
  });
}
