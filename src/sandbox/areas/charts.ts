import * as z from 'zod';
import { editableChart, NOT_YOUR_CHART_SPACE, visibleChart } from '../access/content.ts';
import { canView, projectFor, spaceOf } from '../access/permissions.ts';
import { looseBoolean } from '../http/body-validation.ts';
import { NO_ACCESS } from '../http/refusals.ts';
import { route } from '../http/route.ts';
import { parsedOrUnexpected } from '../http/unvalidated.ts';
import type { Chart } from '../store/records.ts';
import { removeChart } from '../store/removal.ts';
import type { Store } from '../store/store.ts';
import { chartListItem, chartSummary, chartView, latestVersion, projectOf, sqlChartListItem } from '../views/charts.ts';
import { chartChanges, createChart, duplicateChart, newVersion, updateChart, versionFields } from './chart-writing.ts';

const base = '/api/v1/projects/{projectUuid}';

const chartsOf = (store: Store, projectUuid: string): Chart[] =>
  [...store.charts.values()].filter((chart) => chart.projectUuid === projectUuid);

const newestFirst = (a: Chart, b: Chart) => latestVersion(b).createdAt.localeCompare(latestVersion(a).createdAt);

/** Routes of saved charts. */
export const chartRoutes = [
  route('GET', `${base}/charts`, {}, (call) => {
    const { store, user } = call;
    const { projectUuid } = projectFor(call, call.params.projectUuid);
    const visible = chartsOf(store, projectUuid).filter((chart) => canView(store, user, spaceOf(store, chart)));
    const sqlCharts = [...store.sqlCharts.values()].filter(
      (chart) => chart.projectUuid === projectUuid && canView(store, user, spaceOf(store, chart)),
    );
    return [
      ...visible
        .filter((chart) => chart.dashboardUuid === null)
        .sort(newestFirst)
        .map((chart) => chartListItem(store, chart)),
      ...sqlCharts.map((chart) => sqlChartListItem(store, chart)),
    ];
  }),
  route(
    'GET',
    `${base}/chart-summaries`,
    { query: z.object({ excludeChartsSavedInDashboard: looseBoolean.optional() }) },
    (call) => {
      const { store, user, query } = call;
      const { projectUuid } = projectFor(call, call.params.projectUuid);
      return chartsOf(store, projectUuid)
        .filter((chart) => canView(store, user, spaceOf(store, chart)))
        .filter((chart) => !query.excludeChartsSavedInDashboard || chart.dashboardUuid === null)
        .map((chart) => chartSummary(store, chart));
    },
  ),
  route('POST', `${base}/saved`, { query: z.object({ duplicateFrom: z.string().optional() }) }, (call) =>
    call.query.duplicateFrom === undefined ? createChart(call) : duplicateChart(call, call.query.duplicateFrom),
  ),
  route('PATCH', `${base}/saved`, {}, (call) => {
    const list = parsedOrUnexpected(z.array(chartChanges.extend({ uuid: z.string() })), call.body);
    const charts = list.map(({ uuid }) => editableChart(call, uuid));
    return charts.map((chart, index) => {
      const { uuid: _, ...body } = list[index] ?? { uuid: '' };
      return updateChart(call, chart, body);
    });
  }),
  route('GET', '/api/v1/saved/{chartUuid}', {}, (call) => {
    const chart = visibleChart(call, call.params.chartUuid, NOT_YOUR_CHART_SPACE);
    chart.views += 1;
    chart.firstViewedAt ??= call.now().toISOString();
    return chartView(call.store, call.user, chart);
  }),
  route('PATCH', '/api/v1/saved/{chartUuid}', {}, (call) => {
    const chart = editableChart(call, call.params.chartUuid);
    return updateChart(call, chart, parsedOrUnexpected(chartChanges, call.body));
  }),
  route('POST', '/api/v1/saved/{chartUuid}/version', {}, (call) => {
    const chart = editableChart(call, call.params.chartUuid);
    chart.versions.push(newVersion(call, parsedOrUnexpected(versionFields, call.body)));
    return chartView(call.store, call.user, chart);
  }),
  route('DELETE', '/api/v1/saved/{chartUuid}', {}, (call) => {
    removeChart(call.store, editableChart(call, call.params.chartUuid, NO_ACCESS).uuid);
  }),
  route('GET', '/api/v1/saved/{chartUuid}/views', {}, (call) => {
    const { views, firstViewedAt } = visibleChart(call, call.params.chartUuid);
    return { views, firstViewedAt };
  }),
  route('PATCH', '/api/v1/saved/{chartUuid}/pinning', {}, (call) => {
    const chart = visibleChart(call, call.params.chartUuid);
    projectFor(call, chart.projectUuid, 'arrange pinned items');
    const { projectUuid, pinnedListUuid } = projectOf(call.store, chart);
    chart.pinnedOrder = chart.pinnedOrder === null ? 100 : null;
    return { projectUuid, spaceUuid: chart.spaceUuid, pinnedListUuid, isPinned: chart.pinnedOrder !== null };
  }),
];
