import * as z from 'zod';
import { isAllowed, projectFor } from '../../access/permissions.ts';
import { atLeast, projectRole } from '../../access/roles.ts';
import { looseBoolean } from '../../http/body-validation.ts';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { forbidden, notFound, wrongParameter } from '../../http/refusals.ts';
import { type Call, route, type UserContext, type WriteContext } from '../../http/route.ts';
import type { JsonObject, Project, Scheduler } from '../../store/records.ts';
import { newUuid, type Store, slugFor } from '../../store/store.ts';
import { runLogs, schedulerView, subjectOf } from '../../views/today/schedulers.ts';
import { chartFor, dashboardFor, projectAs, sqlChartFor } from './find-by-id.ts';
import { delivery, readFreeForm, settingsOf } from './scheduler-bodies.ts';
import { inProject, listed, listQuery, logs, runQuery, runs, runsOf } from './scheduler-lists.ts';
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
