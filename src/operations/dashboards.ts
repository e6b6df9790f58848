import * as z from 'zod';
import { anyObject, dashboardUuid, projectUuid, spaceUuid, uuid } from './fields.ts';
import { operation } from './operation.ts';

/** Operations on dashboards and their tiles. */
export const dashboards = [
  operation({
    id: 'getDashboards',
    method: 'GET',
    path: '/api/v1/projects/{projectUuid}/dashboards',
    tool: 'list_dashboards',
    title: 'List dashboards',
    description: 'Every dashboard of a project, found by words it is about, with space, views and last change.',
    input: () => ({
      projectUuid: projectUuid(),
      search: z.string().optional(),
      offset: z.int().min(0).optional(),
    }),
    clientOnlyArguments: ['search', 'offset'],
  }),
  operation({
    // The API document lacks it; the web app reads dashboards by it, on every release from 0.1366 to 0.2904.
    id: 'GetDashboard',
    method: 'GET',
    path: '/api/v1/dashboards/{dashboardUuid}',
    tool: 'get_dashboard',
    title: 'What is on a dashboard?',
    description: 'Reads a dashboard: its tiles in order, tabs, filters. Counts as a view.',
    input: () => ({ dashboardUuid: dashboardUuid() }),
  }),
  operation({
    id: 'createDashboard',
    mayAnswerEmpty: true,
    nestedReferences: ['tiles'],
    method: 'POST',
    path: '/api/v1/projects/{projectUuid}/dashboards',
    tool: 'create_dashboard',
    title: 'Build or make a dashboard with charts',
    description:
      'Builds a dashboard (overview page) and lays its tiles out, or copies one (duplicateFrom). Without a space it goes to the first one you see.',
    input: () => ({
      projectUuid: projectUuid(),
      name: z.string().min(1),
      description: z.string().optional(),
      spaceUuid: spaceUuid().optional(),
      space: z.string().min(1).optional().describe('Name'),
      tiles: z
        .array(anyObject())
        .default([])
        .describe(
          'In order: {chart | sqlChart: name or uuid}, {newChart: {name, query, show, x, y, split_by}}, {markdown}, {heading}; title, tab, width (full, half, third, quarter)',
        ),
      tabs: z
        .array(z.union([z.string(), z.looseObject({ uuid: z.string(), name: z.string() })]))
        .default([])
        .meta({ items: { type: 'string' } }),
      filters: z
        .union([z.array(anyObject()), anyObject()])
        .optional()
        .meta({ anyOf: undefined, type: 'array', items: { type: 'object' }, description: 'As in a query' }),
      duplicateFrom: dashboardUuid().optional().describe('dashboardUuid'),
    }),
    clientOnlyArguments: ['space', 'duplicateFrom'],
    body: ({ name, description, spaceUuid: space, tiles, tabs, filters }) => ({
      name,
      ...(description !== undefined && { description }),
      ...(space && { spaceUuid: space }),
      tiles,
      // Newer servers require `hidden` on each tab; 0.1366 ignores it.
      tabs: tabs.map((tab) => (typeof tab === 'string' ? tab : { hidden: false, ...tab })),
      ...(filters && { filters }),
    }),
    releaseNote: {
      status: 'changed',
      note: 'Each tab needs `hidden`, which is always sent; the answer has no `isPrivate` and no names of who has access.',
    },
  }),
  operation({
    id: 'updateDashboards',
    nestedReferences: ['dashboards'],
    method: 'PATCH',
    path: '/api/v1/projects/{projectUuid}/dashboards',
    tool: 'update_dashboards',
    title: 'Rename or move dashboards',
    description: 'Renames, moves or describes dashboards; names do for uuids. name and spaceUuid are always written.',
    input: () => ({
      projectUuid: projectUuid(),
      dashboards: z
        .array(
          z.strictObject({
            uuid: z.string().min(1),
            name: z.string().min(1),
            spaceUuid: z.string().min(1),
            description: z.string().optional(),
          }),
        )
        .min(1),
    }),
    body: (args) => args.dashboards,
    idempotent: true,
    releaseNote: { status: 'changed', note: 'No `isPrivate`, no names of who has access; a tile may be in no tab.' },
  }),
  operation({
    // Not in the API document; the web app deletes dashboards by it on 0.1366 and 1.219.
    id: 'deleteDashboard',
    method: 'DELETE',
    path: '/api/v1/dashboards/{dashboardUuid}',
    tool: 'delete_dashboard',
    title: 'Delete a dashboard: remove it, throw it away',
    description: 'Removes a dashboard with the charts inside of it, its deliveries and comments.',
    input: () => ({ dashboardUuid: dashboardUuid() }),
    irreversible: true,
    restorable: true,
  }),
  operation({
    id: 'getDashboardHistory',
    since: '1.219',
    method: 'GET',
    path: '/api/v1/dashboards/{dashboardUuid}/history',
    tool: 'get_dashboard_history',
    title: 'List versions of a dashboard',
    description: 'Who changed (edited) a dashboard when, with versionUuids.',
    input: () => ({ dashboardUuid: dashboardUuid() }),
  }),
  operation({
    id: 'postDashboardVersionRollback',
    since: '1.219',
    method: 'POST',
    path: '/api/v1/dashboards/{dashboardUuid}/rollback/{versionUuid}',
    tool: 'rollback_dashboard_version',
    title: 'Roll a dashboard back: undo changes, as it was before',
    description: 'Restores an earlier version of a dashboard, for everyone.',
    input: () => ({ dashboardUuid: dashboardUuid(), versionUuid: uuid('get_dashboard_history') }),
    destructive: true,
  }),
  operation({
    id: 'promoteDashboardDiff',
    reachesUpstream: true,
    method: 'GET',
    path: '/api/v1/dashboards/{dashboardUuid}/promoteDiff',
    tool: 'promote_dashboard_diff',
    title: 'Preview promoting a dashboard',
    description: 'What promote_dashboard would change upstream.',
    input: () => ({ dashboardUuid: dashboardUuid() }),
    releaseNote: { status: 'changed', note: 'Spaces without `isPrivate` and `access`; also SQL charts.' },
  }),
  operation({
    id: 'promoteDashboard',
    reachesUpstream: true,
    method: 'POST',
    path: '/api/v1/dashboards/{dashboardUuid}/promote',
    tool: 'promote_dashboard',
    title: 'Promote a dashboard: from development to production',
    description:
      'Pushes it live: copies it with its charts to the upstream project (production), over those there; promote_dashboard_diff previews it.',
    input: () => ({ dashboardUuid: dashboardUuid() }),
    releaseNote: { status: 'changed', note: 'A tile may be in no tab and have no title.' },
  }),
] as const;
