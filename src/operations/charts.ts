import * as z from 'zod';
import {
  anyObject,
  chartUuid,
  dashboardUuid,
  formatted,
  granularity,
  parameters,
  projectUuid,
  save,
  versionUuid,
} from './fields.ts';
import { operation } from './operation.ts';
import { chartSummaries } from './successors.ts';

/** Arguments of the lists of charts that this server applies, not Lightdash. */
const listing = () => ({
  search: z.string().optional(),
  usesField: z.string().optional(),
  fields: z.boolean().optional().describe('Show them'),
  offset: z.int().min(0).optional(),
});
const listingArguments = ['search', 'usesField', 'fields', 'offset'] as const;

const invalidateCache = () => z.boolean().optional();

/** Filters of a dashboard, by kind of field. */
const dashboardFilters = () =>
  z
    .union([z.array(anyObject()), anyObject()])
    .optional()
    .meta({ anyOf: undefined, type: 'array', items: { type: 'object' } });

/** Operations on saved charts and their versions. */
export const charts = [
  operation({
    id: 'ListChartSummariesInProject',
    successor: chartSummaries,
    method: 'GET',
    path: '/api/v1/projects/{projectUuid}/chart-summaries',
    tool: 'list_chart_summaries_in_project',
    title: 'List charts: find a saved chart',
    description: 'All saved charts, SQL charts too: finds a chart (chartUuid) by words it is about or a field it uses.',
    input: () => ({
      projectUuid: projectUuid(),
      excludeChartsSavedInDashboard: z.boolean().optional(),
      ...listing(),
    }),
    clientOnlyArguments: listingArguments,
    releaseNote: { status: 'deprecated', note: 'Read from GET /api/v2/content from 1.219 on.' },
  }),
  operation({
    id: 'ListChartsInProject',
    method: 'GET',
    path: '/api/v1/projects/{projectUuid}/charts',
    tool: 'list_charts_in_project',
    title: 'List charts with views and owners',
    description:
      'Charts with views, last change, validation errors: SQL charts too, not those inside dashboards. Shows what is unused.',
    input: () => ({ projectUuid: projectUuid(), ...listing() }),
    clientOnlyArguments: listingArguments,
  }),
  operation({
    // The API document lacks it; the web app reads charts by it, on every release from 0.1366 to 0.2904.
    id: 'GetSavedChart',
    method: 'GET',
    path: '/api/v1/saved/{chartUuid}',
    tool: 'get_saved_chart',
    title: 'What does a saved chart show?',
    description: 'A saved chart: explore, fields, filters, sorts, kind, space. Counts as a view.',
    input: () => ({ chartUuid: chartUuid() }),
  }),
  operation({
    id: 'PostChartResults',
    method: 'POST',
    path: '/api/v1/saved/{chartUuid}/results',
    tool: 'run_saved_chart',
    title: 'Open or run a saved chart: its numbers',
    description: 'The rows (numbers) a saved chart gives now.',
    input: () => ({
      chartUuid: chartUuid(),
      invalidateCache: invalidateCache(),
      parameters: parameters(),
      formatted: formatted(),
    }),
    clientOnlyArguments: ['formatted', 'parameters'],
    readOnly: true,
    releaseNote: {
      status: 'deprecated',
      note: 'Sent to the v2 queries: POST /api/v2/projects/{projectUuid}/query/chart.',
    },
  }),
  operation({
    id: 'PostDashboardTile',
    method: 'POST',
    path: '/api/v1/saved/{chartUuid}/chart-and-results',
    tool: 'run_dashboard_chart',
    title: 'Run a chart as on its dashboard',
    description: 'The rows of a chart as on a dashboard, under the filters given.',
    input: () => ({
      chartUuid: chartUuid(),
      dashboardUuid: dashboardUuid(),
      dashboardFilters: dashboardFilters().describe('In place of its own; written as filters of run_metric_query'),
      dashboardSorts: z
        .array(z.strictObject({ fieldId: z.string(), descending: z.boolean() }))
        .default([])
        .meta({ items: { type: 'object' }, description: '{fieldId, descending}' }),
      granularity: granularity().meta({ description: undefined }).optional(),
      invalidateCache: invalidateCache(),
      autoRefresh: z.boolean().optional(),
      parameters: parameters(),
      formatted: formatted(),
    }),
    clientOnlyArguments: ['formatted', 'parameters'],
    readOnly: true,
    releaseNote: {
      status: 'deprecated',
      note: 'Sent to the v2 queries: POST /api/v2/projects/{projectUuid}/query/dashboard-chart.',
    },
  }),
  operation({
    id: 'CalculateTotalFromSavedChart',
    method: 'POST',
    mayBeEmptyMap: true,
    path: '/api/v1/saved/{chartUuid}/calculate-total',
    tool: 'calculate_chart_totals',
    title: 'Total a saved chart: the sum of all rows',
    description: 'The total of each metric of a saved chart over all rows.',
    input: () => ({
      chartUuid: chartUuid(),
      invalidateCache: invalidateCache(),
      dashboardFilters: dashboardFilters(),
      parameters: parameters(),
    }),
    clientOnlyArguments: ['parameters'],
    readOnly: true,
    releaseNote: {
      status: 'deprecated',
      since: '1.219',
      sunset: '2026-08-29',
      note: 'Sent as calculate-total of the v2 queries; the older route of 1.219 answers nothing for some charts.',
    },
  }),
  operation({
    id: 'DownloadCsvFromSavedChart',
    method: 'POST',
    path: '/api/v1/saved/{chartUuid}/downloadCsv',
    tool: 'download_chart_csv',
    title: 'Export a saved chart as CSV: its data as a file for Excel',
    description: 'Exports a saved chart as a CSV file, by link.',
    input: () => ({
      chartUuid: chartUuid(),
      onlyRaw: z.boolean().default(false),
      csvLimit: z.int().min(1).nullable().optional().describe('Rows; null for all'),
      tileUuid: z.string().optional(),
      dashboardFilters: dashboardFilters(),
      parameters: parameters(),
      save: save(),
    }),
    clientOnlyArguments: ['parameters', 'save'],
    readOnly: true,
    releaseNote: {
      status: 'replaced',
      note: 'Sent to the v2 queries: 0.2904 returns the link at once, 1.219 by a job.',
    },
  }),
  operation({
    id: 'GetChartHistory',
    method: 'GET',
    path: '/api/v1/saved/{chartUuid}/history',
    tool: 'get_chart_history',
    title: 'List versions of a chart',
    description: 'Who changed a chart and when, in the last 30 days, with versionUuids.',
    input: () => ({ chartUuid: chartUuid() }),
    releaseNote: { status: 'changed', note: 'Who made a version may be null.' },
  }),
  operation({
    id: 'GetChartVersion',
    method: 'GET',
    path: '/api/v1/saved/{chartUuid}/version/{versionUuid}',
    tool: 'get_chart_version',
    title: 'Read a version of a chart',
    description: 'A chart as it was in one version.',
    input: () => ({ chartUuid: chartUuid(), versionUuid: versionUuid() }),
    releaseNote: {
      status: 'changed',
      note: 'No `isPrivate`, no names of who has access; calculations may have a formula or template instead of SQL.',
    },
  }),
  operation({
    id: 'getChartVersionResults',
    method: 'POST',
    path: '/api/v1/saved/{chartUuid}/version/{versionUuid}/results',
    tool: 'run_chart_version',
    title: 'Run a version of a chart',
    description: 'The rows that an earlier version of a chart gives today.',
    input: () => ({
      chartUuid: chartUuid(),
      versionUuid: versionUuid(),
      parameters: parameters(),
      formatted: formatted(),
    }),
    clientOnlyArguments: ['formatted', 'parameters'],
    readOnly: true,
    releaseNote: { status: 'deprecated', note: 'Sent to the v2 queries with the versionUuid.' },
  }),
  operation({
    id: 'postChartVersionRollback',
    method: 'POST',
    path: '/api/v1/saved/{chartUuid}/rollback/{versionUuid}',
    tool: 'rollback_chart_version',
    title: 'Roll a chart back: undo changes, as it was before',
    description: 'Undoes changes: restores an earlier version of a chart, for everyone.',
    input: () => ({ chartUuid: chartUuid(), versionUuid: versionUuid() }),
    destructive: true,
  }),
  operation({
    // Not in the API document; the web app deletes charts by it on 0.1366 and 1.219.
    id: 'deleteSavedChart',
    method: 'DELETE',
    path: '/api/v1/saved/{chartUuid}',
    tool: 'delete_chart',
    title: 'Delete a chart: remove it, throw it away',
    description: 'Removes a saved chart with its deliveries; its tiles stay, empty.',
    input: () => ({ chartUuid: chartUuid() }),
    irreversible: true,
    restorable: true,
  }),
  operation({
    id: 'promoteChartDiff',
    reachesUpstream: true,
    method: 'GET',
    path: '/api/v1/saved/{chartUuid}/promoteDiff',
    tool: 'promote_chart_diff',
    title: 'Preview promoting a chart',
    description: 'What promote_chart would change upstream.',
    input: () => ({ chartUuid: chartUuid() }),
    releaseNote: { status: 'changed', note: 'Spaces without `isPrivate` and `access`; also SQL charts.' },
  }),
  operation({
    id: 'promoteChart',
    reachesUpstream: true,
    method: 'POST',
    path: '/api/v1/saved/{chartUuid}/promote',
    tool: 'promote_chart',
    title: 'Promote a chart: from development to production',
    description: 'Copies it to the upstream project (production), over the one there; promote_chart_diff previews it.',
    input: () => ({ chartUuid: chartUuid() }),
    releaseNote: {
      status: 'changed',
      note: 'New keys in the chart; calculations may have a formula or template instead of SQL.',
    },
  }),
] as const;
