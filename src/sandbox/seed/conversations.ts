import type { Comment, Notification, Scheduler } from '../store/records.ts';
import { ids } from './ids.ts';

const delivery = {
  createdBy: ids.users.ada,
  format: 'csv',
  customViewportWidth: null,
  enabled: true,
  notificationFrequency: null,
  selectedTabs: null,
  includeLinks: true,
};

/** Scheduled deliveries of the seed. */
export const schedulers: readonly Scheduler[] = [
  {
    ...delivery,
    schedulerUuid: '4910fc9a-0bfa-4c28-bc43-aef83c252003',
    name: 'Weekly country table',
    message: 'Here is the week',
    createdAt: '2026-11-23T19:53:11.156Z',
    updatedAt: '2026-11-23T19:53:11.157Z',
    cron: '0 9 * * 1',
    timezone: 'UTC',
    savedChartUuid: ids.charts.countryTable,
    dashboardUuid: null,
    options: { limit: 'table', formatted: true },
    filters: null,
    targets: [
      {
        targetUuid: 'd036435e-03d8-4f3e-b508-0a50a0b52462',
        createdAt: '2026-11-23T19:53:11.156Z',
        updatedAt: '2026-11-23T19:53:11.159Z',
        recipient: 'ada@roastery.example',
      },
    ],
  },
  {
    ...delivery,
    schedulerUuid: '51ed0edc-b9c8-4579-8711-ea9dd9104912',
    name: 'Daily sales',
    message: null,
    createdAt: '2026-11-23T19:53:11.223Z',
    updatedAt: '2026-11-23T19:53:11.223Z',
    cron: '0 8 * * *',
    timezone: null,
    savedChartUuid: null,
    dashboardUuid: ids.dashboards.sales,
    options: { limit: 'all', formatted: false },
    filters: [],
    targets: [
      {
        targetUuid: '9d70ac41-6084-4202-b45f-0e2d349367f2',
        createdAt: '2026-11-23T19:53:11.223Z',
        updatedAt: '2026-11-23T19:53:11.224Z',
        recipient: 'vic@roastery.example',
      },
    ],
  },
];

/** Comments of the seed. */
export const comments: readonly Comment[] = [
  {
    commentId: ids.comments.question,
    dashboardUuid: ids.dashboards.sales,
    dashboardTileUuid: ids.tiles.revenueByMonth,
    text: 'Why the dip in March?',
    textHtml: '<p>Why the dip in March?</p>',
    replyTo: null,
    userUuid: ids.users.ada,
    createdAt: '2026-11-23T19:53:11.424Z',
    resolved: false,
    mentions: [ids.users.edie],
  },
  {
    commentId: ids.comments.reply,
    dashboardUuid: ids.dashboards.sales,
    dashboardTileUuid: ids.tiles.revenueByMonth,
    text: 'Stock-out of Copper Kettle',
    textHtml: '<p>Stock-out of Copper Kettle</p>',
    replyTo: ids.comments.question,
    userUuid: ids.users.edie,
    createdAt: '2026-11-23T19:53:11.500Z',
    resolved: false,
    mentions: [],
  },
];

/** Notifications of the seed. */
export const notifications: readonly Notification[] = [
  {
    notificationId: 'd8c93025-4413-40f0-81dd-0781d223f4fc',
    userUuid: ids.users.edie,
    message: 'Ada Abara tagged you in dashboard "Sales overview" in tile "Monthly revenue"',
    viewed: false,
    createdAt: '2026-11-23T19:53:11.439Z',
    commentId: ids.comments.question,
    dashboardUuid: ids.dashboards.sales,
    dashboardTileUuid: ids.tiles.revenueByMonth,
    dashboardTileName: 'Monthly revenue',
  },
];
