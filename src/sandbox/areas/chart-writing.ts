import * as z from 'zod';
import { defaultSpace, NOT_YOUR_CHART_SPACE, visibleChart } from '../access/content.ts';
import { canEditContent, projectFor, spaceOf } from '../access/permissions.ts';
import { anyObject } from '../http/body-validation.ts';
import { forbidden, unexpected } from '../http/refusals.ts';
import type { Call, UserContext } from '../http/route.ts';
import { parsedOrUnexpected } from '../http/unvalidated.ts';
import { exploreFor } from '../store/explores.ts';
import type { Chart, ChartVersion, JsonObject, Space } from '../store/records.ts';
import { newUuid, slugFor } from '../store/store.ts';
import { chartView, latestVersion } from '../views/charts.ts';
import { type MetricQuery, parseMetricQueryRequest } from '../warehouse/index.ts';

/** Body of a version of a chart, as 0.1366 checks it. */
export const versionFields = z.object({
  tableName: z.string(),
  metricQuery: anyObject,
  chartConfig: z.looseObject({ type: z.string(), config: z.unknown().optional() }),
  tableConfig: z.object({ columnOrder: z.array(z.string()) }),
  pivotConfig: z.object({ columns: z.array(z.string()) }).optional(),
});

/** The query of a version is read as loosely as the body of a query route; unknown keys are dropped, as in the real tables. */
function storedMetricQuery({ timezone, ...sent }: JsonObject): MetricQuery {
  try {
    const { metricQuery } = parseMetricQueryRequest(timezone ? { ...sent, timezone } : sent);
    const additionalMetrics = (metricQuery.additionalMetrics ?? []).map((metric) => ({ uuid: newUuid(), ...metric }));
    return { ...metricQuery, additionalMetrics };
  } catch {
    throw unexpected();
  }
}

/** A version from a body, made now by the user. */
export function newVersion(
  { user, now }: Pick<Call, 'user' | 'now'>,
  { tableName, metricQuery, chartConfig, tableConfig, pivotConfig }: z.output<typeof versionFields>,
): ChartVersion {
  return {
    versionUuid: newUuid(),
    createdAt: now().toISOString(),
    createdByUserUuid: user.userUuid,
    tableName,
    metricQuery: storedMetricQuery(metricQuery),
    chartConfig,
    tableConfig,
    ...(pivotConfig ? { pivotConfig } : {}),
  };
}

const newChart = versionFields.extend({
  name: z.string(),
  description: z.string().nullish(),
  spaceUuid: z.string().nullish(),
  dashboardUuid: z.string().nullish(),
});
const chartCopy = z.object({ chartName: z.string(), chartDesc: z.string() });

/** Makes a chart from a body of POST saved. */
export function createChart(call: Call<'projectUuid'>): JsonObject {
  const { store, user } = call;
  const project = projectFor(call, call.params.projectUuid);
  const body = parsedOrUnexpected(newChart, call.body);
  const dashboard = body.dashboardUuid ? store.dashboards.get(body.dashboardUuid) : undefined;
  const spaceUuid = dashboard?.spaceUuid ?? body.spaceUuid ?? defaultSpace(call, project.projectUuid)?.uuid;
  const space = store.spaces.get(spaceUuid ?? '');
  if (!space || !canEditContent(store, user, space)) throw forbidden();
  const view = keep(call, {
    name: body.name,
    description: body.description ?? null,
    space,
    dashboardUuid: dashboard?.uuid ?? null,
    version: newVersion(call, body),
  });
  // The real server saves the chart before it looks for the explore.
  exploreFor(call, project, body.tableName);
  return view;
}

/** Makes a copy of a chart, with its latest version only. */
export function duplicateChart(call: Call<'projectUuid'>, sourceUuid: string): JsonObject {
  const body = parsedOrUnexpected(chartCopy, call.body);
  const source = visibleChart(call, sourceUuid);
  const space = spaceOf(call.store, source);
  if (!canEditContent(call.store, call.user, space)) throw forbidden();
  const stamp = { versionUuid: newUuid(), createdAt: call.now().toISOString(), createdByUserUuid: call.user.userUuid };
  const version = { ...structuredClone(latestVersion(source)), ...stamp };
  return keep(call, {
    name: body.chartName,
    description: body.chartDesc,
    space,
    dashboardUuid: source.dashboardUuid,
    version,
  });
}

function keep(
  { store, user }: UserContext,
  values: {
    name: string;
    description: string | null;
    space: Space;
    dashboardUuid: string | null;
    version: ChartVersion;
  },
): JsonObject {
  const { name, description, space, dashboardUuid, version } = values;
  const slugs = [...store.charts.values()]
    .filter((chart) => chart.projectUuid === space.projectUuid)
    .map((chart) => chart.slug);
  const chart: Chart = {
    uuid: newUuid(),
    projectUuid: space.projectUuid,
    name,
    description,
    slug: slugFor(name, slugs),
    spaceUuid: space.uuid,
    dashboardUuid,
    views: 0,
    firstViewedAt: null,
    pinnedOrder: null,
    versions: [version],
  };
  store.charts.set(chart.uuid, chart);
  return chartView(store, user, chart);
}

/** Body of a change of name, description or space. */
export const chartChanges = z.object({
  name: z.string().optional(),
  description: z.string().optional(),
  spaceUuid: z.string().optional(),
});

/** Renames, describes or moves a chart; none of these makes a version. */
export function updateChart(call: UserContext, chart: Chart, body: z.output<typeof chartChanges>): JsonObject {
  const { spaceUuid } = body;
  if (Object.keys(body).length === 0) throw unexpected();
  if (spaceUuid !== undefined) {
    const space = call.store.spaces.get(spaceUuid);
    if (space?.projectUuid !== chart.projectUuid) throw unexpected();
    if (!canEditContent(call.store, call.user, space)) throw forbidden(NOT_YOUR_CHART_SPACE);
    // A chart moved out of its dashboard stands on its own.
    Object.assign(chart, { spaceUuid, dashboardUuid: null });
  }
  if (body.name !== undefined) chart.name = body.name;
  if (body.description !== undefined) chart.description = body.description;
  return chartView(call.store, call.user, chart);
}
