import * as z from 'zod';
import { looseBoolean } from '../../http/body-validation.ts';
import { type Call, route, type WriteContext } from '../../http/route.ts';
import { isBroken } from '../../store/explores.ts';
import type { Chart, ChartVersion, Dashboard, JsonObject, Scheduler } from '../../store/records.ts';
import { newUuid, type StoredExplore } from '../../store/store.ts';
import { latestVersion } from '../../views/charts.ts';
import { getFieldId } from '../../warehouse/index.ts';
import { presentOf, replaceVersion } from './dashboard-versions.ts';
import { chartFor, dashboardFor, projectAs } from './find-by-id.ts';

const since = '1.219';
const base = '/api/v1/projects/{projectUuid}/rename';

const kinds = z.enum(['model', 'field']);
const itemRename = z.object({
  type: kinds,
  model: z.string().optional(),
  from: z.string(),
  to: z.string(),
  dryRun: looseBoolean.optional(),
});
const nameRename = z.object({ type: kinds, from: z.string(), to: z.string(), fixAll: looseBoolean.optional() });
type Rename = z.output<typeof itemRename>;

const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Forms of a name in saved content, old and new. Fields of a model are listed without it. */
function replacements({ type, model, from, to }: Rename): readonly [RegExp, string][] {
  if (type === 'model') {
    return [
      [new RegExp(`"${literal(from)}"`, 'g'), `"${to}"`],
      [new RegExp(`"${literal(from)}_`, 'g'), `"${to}_`],
      [new RegExp(String.raw`\$\{${literal(from)}\.`, 'g'), `\${${to}.`],
    ];
  }
  const id = (name: string) => (model === undefined ? name : `${model}_${name}`);
  return [
    [new RegExp(`"${literal(id(from))}"`, 'g'), `"${id(to)}"`],
    [new RegExp(String.raw`\$\{${literal(model ?? '')}\.${literal(from)}\}`, 'g'), `\${${model}.${to}}`],
  ];
}

/** The value with the new names, or undefined if it has none of the old ones. */
function renamed<Value>(value: Value, rename: Rename): Value | undefined {
  const before = JSON.stringify(value);
  const after = replacements(rename).reduce((text, [old, next]) => text.replaceAll(old, () => next), before);
  return after === before ? undefined : JSON.parse(after);
}

const termsOf = ({ tableName, metricQuery, chartConfig, tableConfig, pivotConfig }: ChartVersion) => ({
  ...{ tableName, metricQuery, chartConfig, tableConfig },
  ...(pivotConfig ? { pivotConfig } : {}),
});

interface Change {
  uuid: string;
  name: string;
  apply: () => void;
}

function ofChart(call: WriteContext, chart: Chart, rename: Rename): Change[] {
  const latest = latestVersion(chart);
  const terms = renamed(termsOf(latest), rename);
  if (!terms) return [];
  const stamp = { versionUuid: newUuid(), createdAt: call.now().toISOString(), createdByUserUuid: call.user.userUuid };
  return [{ uuid: chart.uuid, name: chart.name, apply: () => chart.versions.push({ ...latest, ...terms, ...stamp }) }];
}

function ofDashboard(call: WriteContext, dashboard: Dashboard, rename: Rename): Change[] {
  const filters = renamed(dashboard.filters, rename);
  if (!filters) return [];
  const apply = () =>
    replaceVersion(dashboard, {
      ...presentOf(dashboard),
      filters,
      versionId: call.store.next.dashboardVersion++,
      versionUuid: newUuid(),
      updatedAt: call.now().toISOString(),
      updatedByUserUuid: call.user.userUuid,
    });
  return [{ uuid: dashboard.uuid, name: dashboard.name, apply }];
}

/** Alerts change with their thresholds, and are listed only if their chart changes. */
function ofAlert(alert: Scheduler, rename: Rename, charts: readonly Change[]): Change[] {
  const thresholds = renamed(alert.thresholds ?? [], rename);
  if (!thresholds && !charts.some(({ uuid }) => uuid === alert.savedChartUuid)) return [];
  const apply = () => {
    if (thresholds) alert.thresholds = thresholds;
  };
  return [{ uuid: alert.schedulerUuid, name: alert.name, apply }];
}

function ofDelivery(delivery: Scheduler, rename: Rename): Change[] {
  const filters = renamed(delivery.filters, rename);
  if (!filters) return [];
  const apply = () => {
    delivery.filters = filters;
  };
  return [{ uuid: delivery.schedulerUuid, name: delivery.name, apply }];
}

/** All of the project that would change. */
function changesOf(call: WriteContext, projectUuid: string, rename: Rename) {
  const { store } = call;
  const inProject = <Item extends { projectUuid: string }>(items: Iterable<Item>) =>
    [...items].filter((item) => item.projectUuid === projectUuid);
  const ofProject = (uuid: string | null, items: Map<string, Chart | Dashboard>) =>
    items.get(uuid ?? '')?.projectUuid === projectUuid;
  const schedulers = [...store.schedulers.values()];
  const charts = inProject(store.charts.values()).flatMap((chart) => ofChart(call, chart, rename));
  return {
    charts,
    dashboards: inProject(store.dashboards.values()).flatMap((dashboard) => ofDashboard(call, dashboard, rename)),
    alerts: schedulers
      .filter(
        (scheduler) =>
          scheduler.thresholds && scheduler.thresholds.length > 0 && ofProject(scheduler.savedChartUuid, store.charts),
      )
      .flatMap((alert) => ofAlert(alert, rename, charts)),
    dashboardSchedulers: schedulers
      .filter((scheduler) => ofProject(scheduler.dashboardUuid, store.dashboards))
      .flatMap((delivery) => ofDelivery(delivery, rename)),
  };
}

type Changes = ReturnType<typeof changesOf>;
const changesView = (changes: Changes): JsonObject =>
  Object.fromEntries(
    Object.entries(changes).map(([kind, list]) => [kind, list.map(({ uuid, name }) => ({ uuid, name }))]),
  );

function startRename(call: WriteContext & Pick<Call, 'jobs'>, projectUuid: string, rename: Rename): string {
  const { store, now, user, jobs } = call;
  const job = { task: 'renameResources', projectUuid, userUuid: user.userUuid };
  const jobId = jobs.start(store, now, job, async () => {
    const changes = changesOf(call, projectUuid, rename);
    if (!rename.dryRun) for (const { apply } of Object.values(changes).flat()) apply();
    return changesView(changes);
  });
  return String(jobId);
}

/** Ids of the fields of an explore, by the table they are of. */
function fieldsByTable(explore: StoredExplore): Record<string, string[]> {
  if (isBroken(explore)) return {};
  return Object.fromEntries(
    Object.entries(explore.tables).map(([name, { dimensions, metrics }]) => [
      name,
      [dimensions, metrics].flatMap((fields) => Object.values(fields).map(getFieldId)),
    ]),
  );
}

const exploresOf = ({ store }: Pick<Call, 'store'>, projectUuid: string) => store.explores.get(projectUuid)?.all ?? [];

/** Routes of renamed fields on 1.219. */
export const renameRoutes = [
  route('POST', `${base}/preview`, { since, body: itemRename }, (call) => {
    const { projectUuid } = projectAs(call, call.params.projectUuid, 'developer');
    return changesView(changesOf(call, projectUuid, call.body));
  }),
  route('POST', base, { since, body: itemRename }, (call) => {
    const { projectUuid } = projectAs(call, call.params.projectUuid, 'developer');
    return { jobId: startRename(call, projectUuid, call.body) };
  }),
  route('POST', `${base}/chart/{chartUuid}`, { since, body: nameRename }, (call) => {
    const { projectUuid } = projectAs(call, call.params.projectUuid, 'developer');
    const chart = chartFor(call, call.params.chartUuid, { project: projectUuid });
    for (const { apply } of ofChart(call, chart, call.body)) apply();
    return call.body.fixAll ? { jobId: startRename(call, projectUuid, call.body) } : {};
  }),
  route('POST', `${base}/dashboard/{dashboardUuid}`, { since, body: nameRename }, (call) => {
    const { projectUuid } = projectAs(call, call.params.projectUuid, 'developer');
    const dashboard = dashboardFor(call, call.params.dashboardUuid, { project: projectUuid });
    for (const { apply } of ofDashboard(call, dashboard, call.body)) apply();
    return call.body.fixAll ? { jobId: startRename(call, projectUuid, call.body) } : {};
  }),
  route('GET', `${base}/chart/{chartUuid}/fields`, { since }, (call) => {
    const { projectUuid } = projectAs(call, call.params.projectUuid, 'developer');
    const { tableName } = latestVersion(chartFor(call, call.params.chartUuid, { project: projectUuid }));
    const explore = exploresOf(call, projectUuid).find(({ name }) => name === tableName);
    return { fields: explore ? fieldsByTable(explore) : {} };
  }),
  route('GET', `${base}/dashboard/{dashboardUuid}/fields`, { since }, (call) => {
    const { projectUuid } = projectAs(call, call.params.projectUuid, 'developer');
    const { tiles } = dashboardFor(call, call.params.dashboardUuid, { project: projectUuid });
    const charts = tiles.flatMap(({ properties }) => call.store.charts.get(String(properties.savedChartUuid)) ?? []);
    const names = new Set(charts.map((chart) => latestVersion(chart).tableName));
    const explores = exploresOf(call, projectUuid).filter(({ name }) => names.has(name));
    return { fields: Object.assign({}, ...explores.map(fieldsByTable)) };
  }),
];
