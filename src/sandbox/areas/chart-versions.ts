import { editableChart, visibleChart } from '../access/content.ts';
import { notFound } from '../http/refusals.ts';
import { route } from '../http/route.ts';
import type { Chart, ChartVersion, JsonObject } from '../store/records.ts';
import { newUuid, type Store } from '../store/store.ts';
import { chartView } from '../views/charts.ts';
import { byline } from '../views/people.ts';

/** @param sentence how the real server says it: reading a version and running it differ */
export function versionOf(chart: Chart, versionUuid: string, sentence: string): ChartVersion {
  const version = chart.versions.find((chartVersion) => chartVersion.versionUuid === versionUuid);
  if (!version) throw notFound(sentence);
  return version;
}

function summary(store: Store, chart: Chart, { versionUuid, createdAt, createdByUserUuid }: ChartVersion): JsonObject {
  return { chartUuid: chart.uuid, versionUuid, createdAt, createdBy: byline(store, createdByUserUuid) };
}

/** Routes of versions of charts. */
export const chartVersionRoutes = [
  route('GET', '/api/v1/saved/{chartUuid}/history', {}, (call) => {
    const chart = visibleChart(call, call.params.chartUuid);
    return { history: chart.versions.map((version) => summary(call.store, chart, version)).reverse() };
  }),
  route('GET', '/api/v1/saved/{chartUuid}/version/{versionUuid}', {}, (call) => {
    const chart = visibleChart(call, call.params.chartUuid);
    const version = versionOf(chart, call.params.versionUuid, 'Chart version not found');
    return { ...summary(call.store, chart, version), chart: chartView(call.store, call.user, chart, version) };
  }),
  route('POST', '/api/v1/saved/{chartUuid}/rollback/{versionUuid}', {}, (call) => {
    const chart = editableChart(call, call.params.chartUuid);
    const version = versionOf(chart, call.params.versionUuid, 'Saved query not found');
    chart.versions.push({
      ...structuredClone(version),
      versionUuid: newUuid(),
      createdAt: call.now().toISOString(),
      createdByUserUuid: call.user.userUuid,
    });
  }),
];
