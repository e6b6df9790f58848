import type { Project, ShareUrl, Space, Tag, ValidationError } from '../store/records.ts';
import { ids } from './ids.ts';

/** The project of the seed. */
export const project: Project = {
  projectUuid: ids.project,
  organizationUuid: ids.organization,
  name: 'Roastery',
  type: 'DEFAULT',
  dbtConnection: { type: 'none', target: 'prod' },
  warehouseConnection: {
    type: 'postgres',
    host: '127.0.0.1',
    port: 5432,
    dbname: 'roastery',
    schema: 'roastery',
    sslmode: 'disable',
    threads: 2,
    searchPath: '',
    role: '',
    startOfWeek: 0,
  },
  dbtVersion: 'v1.7',
  schedulerTimezone: 'UTC',
  createdByUserUuid: ids.users.ada,
  createdAt: '2026-11-23T19:53:08.950Z',
  pinnedListUuid: ids.pinnedList,
  upstreamProjectUuid: null,
  semanticLayerConnection: null,
  members: [
    { userUuid: ids.users.edie, role: 'editor' },
    { userUuid: ids.users.dev, role: 'developer' },
  ],
  groups: [{ groupUuid: ids.groups.baristas, role: 'interactive_viewer' }],
};

const space = (
  uuid: string,
  name: string,
  slug: string,
  rest: Partial<Pick<Space, 'isPrivate' | 'pinnedOrder' | 'users' | 'groups'>>,
): Space => ({
  uuid,
  projectUuid: ids.project,
  name,
  slug,
  isPrivate: false,
  pinnedOrder: null,
  users: [{ userUuid: ids.users.ada, role: 'admin' }],
  groups: [],
  ...rest,
});

/** Spaces of the seed. */
export const spaces: readonly Space[] = [
  space(ids.spaces.shared, 'Shared', 'shared', { users: [] }),
  space(ids.spaces.sales, 'Sales', 'sales', {}),
  space(ids.spaces.customers, 'Customer team', 'customer-team', {
    pinnedOrder: 100,
    groups: [{ groupUuid: ids.groups.baristas, role: 'viewer' }],
  }),
  space(ids.spaces.finance, 'Finance (private)', 'finance-private', {
    isPrivate: true,
    users: [
      { userUuid: ids.users.ada, role: 'admin' },
      { userUuid: ids.users.edie, role: 'editor' },
    ],
  }),
];

const tag = (tagUuid: string, name: string, color: string): Tag => ({
  tagUuid,
  projectUuid: ids.project,
  name,
  color,
  createdAt: '2026-11-23T19:53:11.350Z',
  createdByUserUuid: ids.users.ada,
});

/** Tags of the seed. */
export const tags: readonly Tag[] = [
  tag(ids.tags.finance, 'finance', '#2b8a3e'),
  tag(ids.tags.marketing, 'marketing', '#e67700'),
  tag(ids.tags.core, 'core', '#1864ab'),
];

/** Errors of the only validation before the recording. */
export const validationErrors: readonly ValidationError[] = [
  {
    validationId: 1,
    projectUuid: ids.project,
    createdAt: '2026-11-23T19:53:11.638Z',
    jobId: null,
    source: 'chart',
    error: "Dimension error: the field 'orders_store_region' no longer exists",
    errorType: 'dimension',
    chartUuid: ids.charts.broken,
    fieldName: 'orders_store_region',
    tableName: 'orders',
    name: 'Old chart (broken)',
  },
];

/** Share links of the seed. */
export const shareUrls: readonly ShareUrl[] = [
  {
    nanoid: '4AKg8u1BQ5u3eJk77uKX8',
    path: `/projects/${ids.project}/tables/orders`,
    params: '?create_saved_chart_version=%7B%7D',
    organizationUuid: ids.organization,
    createdByUserUuid: ids.users.ada,
  },
];
