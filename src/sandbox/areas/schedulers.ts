import * as z from 'zod';
import { visibleChart, visibleDashboard } from '../access/content.ts';
import { isAllowed, projectFor } from '../access/permissions.ts';
import { runsToday } from '../cron.ts';
import { looseBoolean } from '../http/body-validation.ts';
import { forbidden, notFound } from '../http/refusals.ts';
import { type Call, route, type UserContext } from '../http/route.ts';
import type { JsonObject, Project, Scheduler } from '../store/records.ts';
import { projectOf } from '../views/charts.ts';
import { byline } from '../views/people.ts';
import { contentOf, schedulerView } from '../views/schedulers.ts';
import { createScheduler, sendNow, updateScheduler } from './scheduler-writing.ts';

/** @throws 404 for an unknown delivery */
function schedulerFor({ store }: Pick<Call, 'store'>, schedulerUuid: string): Scheduler {
  const scheduler = store.schedulers.get(schedulerUuid);
  if (!scheduler) throw notFound('Scheduler not found');
  return scheduler;
}

function projectOfScheduler(call: Pick<Call, 'store'>, scheduler: Scheduler): Project {
  const content = contentOf(call.store, scheduler);
  if (!content) throw notFound('Scheduler not found');
  return projectOf(call.store, content);
}

/** A delivery is changed by who made it, and by the editors of the project. */
function managedScheduler(call: UserContext, schedulerUuid: string): Scheduler {
  const scheduler = schedulerFor(call, schedulerUuid);
  const { store, user } = call;
  const project = projectOfScheduler(call, scheduler);
  const isOwn = scheduler.createdBy === user.userUuid && isAllowed(store, user, project, 'schedule deliveries');
  if (!isOwn && !isAllowed(store, user, project, 'manage deliveries')) throw forbidden();
  return scheduler;
}

function logs({ store, user, params }: Call<'projectUuid'>): JsonObject {
  const project = store.projects.get(params.projectUuid);
  if (project && !isAllowed(store, user, project, 'manage deliveries')) throw forbidden();
  const schedulers = [...store.schedulers.values()].filter(
    (scheduler) => contentOf(store, scheduler)?.projectUuid === params.projectUuid,
  );
  const distinct = (uuids: readonly (string | null)[]) => [...new Set(uuids)].filter((uuid) => uuid !== null);
  return {
    schedulers: schedulers.map(schedulerView),
    users: distinct(schedulers.map((scheduler) => scheduler.createdBy)).map((uuid) => byline(store, uuid)),
    charts: distinct(schedulers.map((scheduler) => scheduler.savedChartUuid)).map((savedChartUuid) => ({
      name: store.charts.get(savedChartUuid)?.name,
      savedChartUuid,
    })),
    dashboards: distinct(schedulers.map((scheduler) => scheduler.dashboardUuid)).map((dashboardUuid) => ({
      name: store.dashboards.get(dashboardUuid)?.name,
      dashboardUuid,
    })),
    logs: [],
  };
}

/** Routes of scheduled deliveries. */
export const schedulerRoutes = [
  route('POST', '/api/v1/schedulers/send', {}, sendNow),
  route('GET', '/api/v1/schedulers/job/{jobId}/status', {}, ({ store, params }) => {
    const job = store.jobs.get(Number(params.jobId));
    if (!job) throw notFound('Job not found');
    return { status: job.status, details: job.details };
  }),
  route('GET', '/api/v1/schedulers/{projectUuid}/logs', {}, logs),
  route('GET', '/api/v1/schedulers/{schedulerUuid}', {}, (call) => {
    const scheduler = schedulerFor(call, call.params.schedulerUuid);
    projectFor(call, projectOfScheduler(call, scheduler).projectUuid);
    return schedulerView(scheduler);
  }),
  route('GET', '/api/v1/schedulers/{schedulerUuid}/jobs', {}, (call) => {
    const scheduler = schedulerFor(call, call.params.schedulerUuid);
    projectFor(call, projectOfScheduler(call, scheduler).projectUuid);
    if (!scheduler.enabled) return [];
    return runsToday(scheduler.cron, call.now()).map((date, index) => ({ id: index + 1, date: date.toISOString() }));
  }),
  route('PATCH', '/api/v1/schedulers/{schedulerUuid}', {}, (call) =>
    updateScheduler(call, managedScheduler(call, call.params.schedulerUuid)),
  ),
  route(
    'PATCH',
    '/api/v1/schedulers/{schedulerUuid}/enabled',
    { body: z.object({ enabled: looseBoolean }) },
    (call) => {
      const scheduler = managedScheduler(call, call.params.schedulerUuid);
      scheduler.enabled = call.body.enabled;
      scheduler.updatedAt = call.now().toISOString();
      return schedulerView(scheduler);
    },
  ),
  route('DELETE', '/api/v1/schedulers/{schedulerUuid}', {}, (call) => {
    call.store.schedulers.delete(managedScheduler(call, call.params.schedulerUuid).schedulerUuid);
  }),
  route('POST', '/api/v1/saved/{chartUuid}/schedulers', {}, (call) => {
    const chart = visibleChart(call, call.params.chartUuid);
    return createScheduler(call, projectOf(call.store, chart), { savedChartUuid: chart.uuid, dashboardUuid: null });
  }),
  route('GET', '/api/v1/saved/{chartUuid}/schedulers', {}, (call) => {
    const { uuid } = visibleChart(call, call.params.chartUuid);
    return [...call.store.schedulers.values()]
      .filter((scheduler) => scheduler.savedChartUuid === uuid)
      .map(schedulerView);
  }),
  route('POST', '/api/v1/dashboards/{dashboardUuid}/schedulers', {}, (call) => {
    const dashboard = visibleDashboard(call, call.params.dashboardUuid);
    return createScheduler(call, projectOf(call.store, dashboard), {
      savedChartUuid: null,
      dashboardUuid: dashboard.uuid,
    });
  }),
  route('GET', '/api/v1/dashboards/{dashboardUuid}/schedulers', {}, (call) => {
    const { uuid } = visibleDashboard(call, call.params.dashboardUuid);
    return [...call.store.schedulers.values()]
      .filter((scheduler) => scheduler.dashboardUuid === uuid)
      .map(schedulerView);
  }),
];
