import * as z from 'zod';
import { isAllowed, projectFor } from '../../access/permissions.ts';
import { atLeast, projectRole } from '../../access/roles.ts';
import { looseBoolean, textList } from '../../http/body-validation.ts';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { forbidden, notFound, wrongParameter } from '../../http/refusals.ts';
import { type Call, route, type UserContext, type WriteContext } from '../../http/route.ts';
import type { JsonObject, Project, Scheduler, SchedulerRun } from '../../store/records.ts';
import { newUuid, type Store, slugFor } from '../../store/store.ts';
import { byline } from '../../views/people.ts';
import { runLogs, runView, schedulerView, subjectOf, targetType } from '../../views/today/schedulers.ts';
import { chartFor, dashboardFor, projectAs, sqlChartFor } from './find-by-id.ts';
import { delivery, readFreeForm, settingsOf } from './scheduler-bodies.ts';
import { send, sendUnsaved } from './send-delivery.ts';

const since = '1.219';
const base = '/api/v1/schedulers';
const schedulerPath = `${base}/{schedulerUuid}` as const;
const ofSqlChart = '/api/v1/projects/{projectUuid}/sqlRunner/saved/{savedSqlUuid}/schedulers';

/** @throws 404 for an unknown delivery or one whose content is deleted; 403 outside the project */
function schedulerFor(call: UserContext, schedulerUuid: string): { scheduler: Scheduler; project: Project } {
  const scheduler = call.store.schedulers.get(schedulerUuid);
  const subject = scheduler && subjectOf(call.store, scheduler);
  if (!scheduler || !subject) throw notFound('Scheduler not found');
  return { scheduler, project: projectFor(call, subject.projectUuid) };
}

/** A delivery is changed by who owns it, and by admins. */
function managed(call: UserContext, schedulerUuid: string): Scheduler {
  const { scheduler, project } = schedulerFor(call, schedulerUuid);
  const role = projectRole(call.store, call.user, project)?.role;
  const isOwn = scheduler.createdBy === call.user.userUuid && atLeast(role, 'interactive_viewer');
  if (!isOwn && role !== 'admin') throw forbidden();
  return scheduler;
}

type ScheduledContent = Pick<Scheduler, 'savedChartUuid' | 'dashboardUuid' | 'savedSqlUuid'>;
type Settings = ReturnType<typeof settingsOf>;

function apply<Fields extends Settings>({ thresholds, ...fields }: Fields) {
  return { ...fields, ...(thresholds === undefined ? {} : { thresholds }) };
}

function keep(
  call: WriteContext,
  projectUuid: string,
  subject: ScheduledContent,
  read: () => Settings,
  enabled: boolean,
) {
  const { store, user } = call;
  const project = projectFor(call, projectUuid);
  if (!isAllowed(store, user, project, 'schedule deliveries')) throw forbidden();
  const settings = read();
  const slugs = [...store.schedulers.values()].map((scheduler) => scheduler.slug ?? '');
  const scheduler: Scheduler = {
    ...apply(settings),
    ...subject,
    schedulerUuid: newUuid(),
    slug: slugFor(settings.name, slugs),
    createdAt: settings.updatedAt,
    createdBy: user.userUuid,
    enabled,
  };
  store.schedulers.set(scheduler.schedulerUuid, scheduler);
  return schedulerView(store, scheduler);
}

const unassigned = { savedChartUuid: null, dashboardUuid: null, savedSqlUuid: null };
const inProject = (store: Store, projectUuid: string) =>
  [...store.schedulers.values()].filter((scheduler) => subjectOf(store, scheduler)?.projectUuid === projectUuid);

const listQuery = z.object({
  ...pageQuery,
  searchQuery: z.string().optional(),
  sortBy: z.union([z.literal('name'), z.literal('createdAt')]).optional(),
  sortDirection: z.union([z.literal('asc'), z.literal('desc')]).optional(),
  formats: z.string().optional(),
  resourceType: z.string().optional(),
  resourceUuids: z.string().optional(),
  destinations: z.string().optional(),
  createdByUserUuids: z.string().optional(),
  includeLatestRun: looseBoolean.optional(),
});
type ListQuery = z.output<typeof listQuery>;

const split = (list: string | undefined) => list?.split(',').filter((item) => item !== '');

/** Matching deliveries, by name by default. Unknown destinations are ignored. */
function listed(store: Store, schedulers: readonly Scheduler[], query: ListQuery): JsonObject[] {
  const [formats, uuids, creatorUuids] = [query.formats, query.resourceUuids, query.createdByUserUuids].map(split);
  const destinations = split(query.destinations)?.filter((item) =>
    ['email', 'slack', 'msteams', 'googlechat'].includes(item),
  );
  const words = query.searchQuery?.toLowerCase() ?? '';
  const matchesQuery = (scheduler: Scheduler) =>
    scheduler.name.toLowerCase().includes(words) &&
    (formats?.includes(scheduler.format) ?? true) &&
    (query.resourceType === undefined || subjectOf(store, scheduler)?.resourceType === query.resourceType) &&
    (uuids?.includes(subjectOf(store, scheduler)?.uuid ?? '') ?? true) &&
    (creatorUuids?.includes(scheduler.createdBy) ?? true) &&
    (!destinations?.length || scheduler.targets.some((target) => destinations.includes(targetType(target))));
  const key = (scheduler: Scheduler) =>
    query.sortBy === 'createdAt' ? scheduler.createdAt : scheduler.name.toLowerCase();
  const sign = query.sortDirection === 'desc' ? -1 : 1;
  return schedulers
    .filter(matchesQuery)
    .sort((a, b) => (key(a) < key(b) ? -1 : 1) * sign)
    .map((scheduler) => ({
      ...schedulerView(store, scheduler, true),
      ...(query.includeLatestRun ? { latestRun: latestRun(store, scheduler) } : {}),
    }));
}

const runsOf = (store: Store, matchesQuery: (run: SchedulerRun) => boolean): JsonObject[] =>
  [...store.schedulerRuns.values()]
    .filter(matchesQuery)
    .reverse()
    .map((run) => runView(store, run))
    .filter((view) => view !== undefined);

const latestRun = (store: Store, { schedulerUuid }: Scheduler) =>
  runsOf(store, (run) => run.schedulerUuid === schedulerUuid)[0] ?? null;

const STATUSES = ['completed', 'partial_failure', 'failed', 'running', 'scheduled'];
const runQuery = z.object({
  ...pageQuery,
  statuses: z.string().optional(),
  schedulerUuids: textList.optional(),
  resourceType: z.string().optional(),
});

function runs(call: Call<'projectUuid', unknown, z.output<typeof runQuery>>) {
  const { store, query } = call;
  const { projectUuid } = projectAs(call, call.params.projectUuid, 'admin');
  const statuses = split(query.statuses);
  const unknownStatus = statuses?.find((status) => !STATUSES.includes(status));
  if (unknownStatus)
    throw wrongParameter(`Invalid statuses value: ${unknownStatus}. Must be one of: ${STATUSES.join(', ')}`);
  const schedulersByUuid = new Set(inProject(store, projectUuid).map((scheduler) => scheduler.schedulerUuid));
  const runs = runsOf(store, (run) => schedulersByUuid.has(run.schedulerUuid))
    .filter((run) => statuses?.includes(String(run.runStatus)) ?? true)
    .filter((run) => query.schedulerUuids?.includes(String(run.schedulerUuid)) ?? true)
    .filter((run) => query.resourceType === undefined || run.resourceType === query.resourceType);
  return pageOf(runs, query);
}

function reassign(call: Call<'projectUuid', { schedulerUuids: string[]; newOwnerUserUuid: string }>): JsonObject[] {
  const { store, body } = call;
  const project = projectFor(call, call.params.projectUuid);
  if (projectRole(store, call.user, project)?.role !== 'admin') throw forbidden();
  if (body.schedulerUuids.length === 0) throw wrongParameter('At least one scheduler UUID is required');
  const schedulersByUuid = new Map(
    inProject(store, project.projectUuid).map((scheduler) => [scheduler.schedulerUuid, scheduler]),
  );
  const unknown = body.schedulerUuids.filter((uuid) => !schedulersByUuid.has(uuid));
  if (unknown.length > 0) throw notFound(`Schedulers not found or not in project: ${unknown.join(', ')}`);
  const owner = store.users.get(body.newOwnerUserUuid);
  if (owner?.organizationUuid !== project.organizationUuid) {
    throw notFound('New owner not found or not a member of the organization');
  }
  if (!isAllowed(store, owner, project, 'schedule deliveries')) {
    throw forbidden('New owner does not have permission to create scheduled deliveries');
  }
  const moved = body.schedulerUuids.flatMap((uuid) => schedulersByUuid.get(uuid) ?? []);
  for (const scheduler of moved) {
    scheduler.createdBy = owner.userUuid;
    scheduler.updatedAt = call.now().toISOString();
  }
  return moved.map((scheduler) => schedulerView(store, scheduler));
}

/** Every delivery of a project with the log lines of their runs, the newest run first. */
function logs(call: Call<'projectUuid', unknown, { page?: number | undefined; pageSize?: number | undefined }>) {
  const { store, params, query } = call;
  const { projectUuid, organizationUuid } = projectAs(call, params.projectUuid, 'developer');
  const schedulers = inProject(store, projectUuid);
  const lines = [...store.schedulerRuns.values()]
    .filter((run) => schedulers.some(({ schedulerUuid }) => schedulerUuid === run.schedulerUuid))
    .reverse()
    .flatMap((run) =>
      runLogs(store, run).map(({ isParent: _, target, targetType: kind, details: __, ...line }) => ({
        ...line,
        schedulerUuid: run.schedulerUuid,
        ...(target === null ? {} : { target, targetType: kind }),
        details: { projectUuid, organizationUuid, createdByUserUuid: run.createdByUserUuid },
      })),
    );
  const { data, pagination } = pageOf(lines, { page: query.page ?? 1, pageSize: query.pageSize ?? 10 });
  const distinct = (uuids: readonly (string | null)[]) => [...new Set(uuids)].filter((uuid) => uuid !== null);
  return {
    pagination,
    data: {
      schedulers: schedulers.map((scheduler) => schedulerView(store, scheduler)),
      users: distinct(schedulers.map((scheduler) => scheduler.createdBy)).map((uuid) => byline(store, uuid)),
      charts: distinct(schedulers.map((scheduler) => scheduler.savedChartUuid)).map((savedChartUuid) => ({
        ...{ name: store.charts.get(savedChartUuid)?.name, savedChartUuid },
      })),
      dashboards: distinct(schedulers.map((scheduler) => scheduler.dashboardUuid)).map((dashboardUuid) => ({
        ...{ name: store.dashboards.get(dashboardUuid)?.name, dashboardUuid },
      })),
      logs: data,
    },
  };
}

const ofChart = (store: Store, uuid: string) =>
  [...store.schedulers.values()].filter((scheduler) => scheduler.savedChartUuid === uuid);
const ofDashboard = (store: Store, uuid: string) =>
  [...store.schedulers.values()].filter((scheduler) => scheduler.dashboardUuid === uuid);
const chartRuns = '/api/v2/saved/{chartUuid}/schedulers/{schedulerUuid}/runs';
const dashboardRuns = '/api/v2/dashboards/{dashboardUuid}/schedulers/{schedulerUuid}/runs';
const ownRuns = (call: Call<'schedulerUuid'>) => {
  const { scheduler } = schedulerFor(call, call.params.schedulerUuid);
  return pageOf(
    runsOf(call.store, (run) => run.schedulerUuid === scheduler.schedulerUuid),
    {},
  );
};

/** Routes of scheduled deliveries on 1.219. */
export const schedulerRoutes = [
  route('POST', `${base}/send`, { since }, sendUnsaved),
  route('GET', `${base}/job/{jobId}/status`, { since }, ({ store, user, params }) => {
    const job = store.jobs.get(Number(params.jobId));
    if (!job) throw notFound('Job not found');
    if (job.createdByUserUuid !== user.userUuid) throw forbidden();
    return { status: job.status, details: job.details };
  }),
  route('GET', `${base}/user-schedulers`, { since, query: listQuery }, (call) => {
    const deliveries = [...call.store.schedulers.values()].filter(
      (scheduler) => scheduler.createdBy === call.user.userUuid,
    );
    return pageOf(listed(call.store, deliveries, call.query), call.query);
  }),
  route('GET', `${base}/runs/{runId}/logs`, { since }, (call) => {
    const { runId } = call.params;
    const run = call.store.schedulerRuns.get(Number(runId));
    if (!run) throw notFound(`Run with ID ${runId} not found`);
    const { scheduler, project } = schedulerFor(call, run.schedulerUuid);
    projectAs(call, project.projectUuid, 'admin');
    const { schedulerUuid, scheduledTime } = run;
    return { runId, schedulerUuid, schedulerName: scheduler.name, scheduledTime, logs: runLogs(call.store, run) };
  }),
  route('GET', `${base}/{projectUuid}/list`, { since, query: listQuery }, (call) => {
    const { projectUuid } = projectAs(call, call.params.projectUuid, 'developer');
    return pageOf(listed(call.store, inProject(call.store, projectUuid), call.query), call.query);
  }),
  route('GET', `${base}/{projectUuid}/logs`, { since, query: z.object(pageQuery) }, logs),
  route('GET', `${base}/{projectUuid}/runs`, { since, query: runQuery }, runs),
  route(
    'PATCH',
    `${base}/{projectUuid}/reassign-owner`,
    { since, body: z.object({ schedulerUuids: z.array(z.string()), newOwnerUserUuid: z.string() }) },
    reassign,
  ),
  route('POST', `${schedulerPath}/send`, { since }, (call) => {
    const { scheduler, project } = schedulerFor(call, call.params.schedulerUuid);
    if (!isAllowed(call.store, call.user, project, 'schedule deliveries')) throw forbidden();
    return send(call, project, scheduler);
  }),
  route('GET', schedulerPath, { since }, (call) =>
    schedulerView(call.store, schedulerFor(call, call.params.schedulerUuid).scheduler),
  ),
  route('PATCH', schedulerPath, { since }, (call) => {
    const scheduler = managed(call, call.params.schedulerUuid);
    const settings = settingsOf(readFreeForm(call.body), scheduler.targets, call.now().toISOString());
    delete scheduler.thresholds;
    return schedulerView(call.store, Object.assign(scheduler, apply(settings)));
  }),
  route('PATCH', `${schedulerPath}/enabled`, { since, body: z.object({ enabled: looseBoolean }) }, (call) => {
    const scheduler = managed(call, call.params.schedulerUuid);
    scheduler.enabled = call.body.enabled;
    scheduler.updatedAt = call.now().toISOString();
    return schedulerView(call.store, scheduler);
  }),
  route('DELETE', schedulerPath, { since }, (call) => {
    call.store.schedulers.delete(managed(call, call.params.schedulerUuid).schedulerUuid);
  }),
  route('POST', '/api/v1/saved/{chartUuid}/schedulers', { since, body: delivery }, (call) => {
    const { uuid, projectUuid } = chartFor(call, call.params.chartUuid);
    const read = () => settingsOf(call.body, [], call.now().toISOString());
    return keep(call, projectUuid, { ...unassigned, savedChartUuid: uuid }, read, call.body.enabled);
  }),
  route('POST', '/api/v1/dashboards/{dashboardUuid}/schedulers', { since, uncheckedIds: ['dashboardUuid'] }, (call) => {
    const { uuid, projectUuid } = dashboardFor(call, call.rawParams.dashboardUuid);
    const read = () => settingsOf(readFreeForm(call.body), [], call.now().toISOString());
    const { enabled = true } = z.looseObject({ enabled: looseBoolean.optional() }).safeParse(call.body).data ?? {};
    return keep(call, projectUuid, { ...unassigned, dashboardUuid: uuid }, read, enabled);
  }),
  route('POST', ofSqlChart, { since, status: 201, body: delivery }, (call) => {
    const { savedSqlUuid, projectUuid } = sqlChartFor(call, call.params.savedSqlUuid);
    const read = () => settingsOf(call.body, [], call.now().toISOString());
    return keep(call, projectUuid, { ...unassigned, savedSqlUuid }, read, call.body.enabled);
  }),
  route('GET', '/api/v1/saved/{chartUuid}/schedulers', { since }, (call) =>
    listed(call.store, ofChart(call.store, chartFor(call, call.params.chartUuid).uuid), {}),
  ),
  route('GET', '/api/v1/dashboards/{dashboardUuid}/schedulers', { since, uncheckedIds: ['dashboardUuid'] }, (call) =>
    listed(call.store, ofDashboard(call.store, dashboardFor(call, call.rawParams.dashboardUuid).uuid), {}),
  ),
  route('GET', ofSqlChart, { since }, (call) => {
    const { savedSqlUuid } = sqlChartFor(call, call.params.savedSqlUuid);
    return [...call.store.schedulers.values()]
      .filter((scheduler) => scheduler.savedSqlUuid === savedSqlUuid)
      .map((scheduler) => schedulerView(call.store, scheduler));
  }),
  route('GET', '/api/v2/saved/{chartUuid}/schedulers', { since, query: listQuery }, (call) => {
    const { uuid } = chartFor(call, call.params.chartUuid);
    return pageOf(listed(call.store, ofChart(call.store, uuid), call.query), call.query);
  }),
  route(
    'GET',
    '/api/v2/dashboards/{dashboardUuid}/schedulers',
    { since, query: listQuery, uncheckedIds: ['dashboardUuid'] },
    (call) => {
      const { uuid } = dashboardFor(call, call.rawParams.dashboardUuid);
      return pageOf(listed(call.store, ofDashboard(call.store, uuid), call.query), call.query);
    },
  ),
  route('GET', chartRuns, { since }, ownRuns),
  route('GET', dashboardRuns, { since }, ownRuns),
];
