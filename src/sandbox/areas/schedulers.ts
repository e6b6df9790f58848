import { z } from 'zod';
import { canView, may, projectFor, spaceOf } from '../access/permissions.ts';
import { isCron, isMoreOftenThanHourly, runsToday } from '../cron.ts';
import { anyObject, looseBoolean } from '../http/body-validation.ts';
import { forbidden, notFound, unexpected, wrongParameter } from '../http/refusals.ts';
import { type Call, route } from '../http/route.ts';
import { JobFailure } from '../jobs.ts';
import type { JsonObject, Project, Scheduler, SchedulerTarget } from '../store/records.ts';
import { newUuid, type Store } from '../store/store.ts';
import { isTimezone } from '../timezone.ts';
import { projectOf } from '../views/charts.ts';
import { byline } from '../views/people.ts';
import { visibleChart } from './charts.ts';
import { visibleDashboard } from './dashboards.ts';

/** A delivery as every operation on it answers; a time zone that was never given is left out. */
function schedulerView({ timezone, thresholds, targets, ...scheduler }: Scheduler): JsonObject {
  const { schedulerUuid } = scheduler;
  return {
    ...scheduler,
    ...(timezone === null ? {} : { timezone }),
    ...(thresholds === undefined ? {} : { thresholds }),
    targets: targets.map(({ targetUuid, createdAt, updatedAt, recipient, channel }) =>
      recipient === undefined
        ? { schedulerSlackTargetUuid: targetUuid, createdAt, updatedAt, schedulerUuid, channel }
        : { schedulerEmailTargetUuid: targetUuid, createdAt, updatedAt, schedulerUuid, recipient },
    ),
  };
}

/** The chart or dashboard that a delivery sends. */
function contentOf(
  store: Store,
  { savedChartUuid, dashboardUuid }: Pick<Scheduler, 'savedChartUuid' | 'dashboardUuid'>,
) {
  return savedChartUuid === null ? store.dashboards.get(dashboardUuid ?? '') : store.charts.get(savedChartUuid);
}

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
function managedScheduler(call: Pick<Call, 'store' | 'user'>, schedulerUuid: string): Scheduler {
  const scheduler = schedulerFor(call, schedulerUuid);
  const { store, user } = call;
  const project = projectOfScheduler(call, scheduler);
  const isOwn = scheduler.createdBy === user.userUuid && may(store, user, project, 'schedule deliveries');
  if (!isOwn && !may(store, user, project, 'manage deliveries')) throw forbidden();
  return scheduler;
}

function checkCron(cron: string): void {
  if (!isCron(cron) || isMoreOftenThanHourly(cron)) {
    throw wrongParameter('Frequency not allowed, custom input is limited to hourly');
  }
}

const target = z.looseObject({
  schedulerEmailTargetUuid: z.string().optional(),
  schedulerSlackTargetUuid: z.string().optional(),
  recipient: z.string().optional(),
  channel: z.string().optional(),
});
const delivery = z.object({
  name: z.string(),
  message: z.string().nullish(),
  cron: z.string(),
  timezone: z.string().nullish(),
  format: z.string(),
  options: anyObject,
  targets: z.array(target),
  includeLinks: z.boolean().default(true),
  filters: z.array(z.unknown()).nullish(),
  customViewportWidth: z.number().nullish(),
  thresholds: z.array(z.unknown()).optional(),
  notificationFrequency: z.string().nullish(),
  selectedTabs: z.array(z.string()).nullish(),
});
type Delivery = z.output<typeof delivery>;

/** These bodies are free-form in the API: what is missing ends in a 500. */
function readDelivery(body: unknown): Delivery {
  const result = delivery.safeParse(body);
  if (!result.success) throw unexpected();
  checkCron(result.data.cron);
  return result.data;
}

function targetsOf(sent: Delivery['targets'], known: readonly SchedulerTarget[], now: string): SchedulerTarget[] {
  return sent.map(({ schedulerEmailTargetUuid, schedulerSlackTargetUuid, recipient, channel }) => {
    const uuid = schedulerEmailTargetUuid ?? schedulerSlackTargetUuid;
    const before = known.find((one) => one.targetUuid === uuid);
    return {
      targetUuid: before?.targetUuid ?? newUuid(),
      createdAt: before?.createdAt ?? now,
      updatedAt: now,
      ...(recipient === undefined ? {} : { recipient }),
      ...(channel === undefined ? {} : { channel }),
    };
  });
}

function settings(sent: Delivery, updatedAt: string) {
  const { name, message, cron, timezone, format, options, includeLinks, filters, thresholds } = sent;
  return {
    name,
    message: message ?? null,
    updatedAt,
    cron,
    timezone: timezone ?? null,
    format,
    options,
    filters: filters ?? null,
    customViewportWidth: sent.customViewportWidth ?? null,
    notificationFrequency: sent.notificationFrequency ?? null,
    selectedTabs: sent.selectedTabs ?? null,
    includeLinks,
    ...(thresholds === undefined ? {} : { thresholds }),
  };
}

type Subject = Pick<Scheduler, 'savedChartUuid' | 'dashboardUuid'>;

function create(call: Call, project: Project, subject: Subject): JsonObject {
  const { store, user } = call;
  if (!may(store, user, project, 'schedule deliveries')) throw forbidden();
  const sent = readDelivery(call.body);
  const now = call.now().toISOString();
  const scheduler: Scheduler = {
    ...settings(sent, now),
    schedulerUuid: newUuid(),
    createdAt: now,
    createdBy: user.userUuid,
    ...subject,
    // Whatever `enabled` said.
    enabled: true,
    targets: targetsOf(sent.targets, [], now),
  };
  store.schedulers.set(scheduler.schedulerUuid, scheduler);
  return schedulerView(scheduler);
}

function update(call: Call<'schedulerUuid'>): JsonObject {
  const scheduler = managedScheduler(call, call.params.schedulerUuid);
  const sent = readDelivery(call.body);
  const now = call.now().toISOString();
  Object.assign(scheduler, settings(sent, now), { targets: targetsOf(sent.targets, scheduler.targets, now) });
  // The real server has saved by the time it stumbles over a time zone that is none.
  if (sent.timezone && !isTimezone(sent.timezone)) throw unexpected();
  return schedulerView(scheduler);
}

const sending = delivery.partial().extend({
  savedChartUuid: z.string().nullish(),
  dashboardUuid: z.string().nullish(),
});

function send(call: Call): JsonObject {
  const { store, user, now, jobs } = call;
  const body = sending.safeParse(call.body);
  if (!body.data?.name) throw wrongParameter('You must give a name to this scheduled delivery');
  const { savedChartUuid = null, dashboardUuid = null, format, cron } = body.data;
  if (cron !== undefined) checkCron(cron);
  const subject = { savedChartUuid: savedChartUuid ?? null, dashboardUuid: dashboardUuid ?? null };
  const content = contentOf(store, subject);
  if (!content) throw notFound(subject.savedChartUuid === null ? 'Dashboard not found' : 'Saved query not found');
  if (!canView(store, user, spaceOf(store, content))) throw forbidden();
  const { projectUuid } = content;
  const jobId = jobs.start(
    store,
    now,
    { task: 'handleScheduledDelivery', projectUuid, userUuid: user.userUuid },
    async () => {
      if (format === 'image') {
        throw new JobFailure("Can't get screenshot if HEADLESS_BROWSER_HOST env variable is not defined");
      }
      return null;
    },
  );
  return { jobId };
}

function logs({ store, user, params }: Call<'projectUuid'>): JsonObject {
  const project = store.projects.get(params.projectUuid);
  if (project && !may(store, user, project, 'manage deliveries')) throw forbidden();
  const schedulers = [...store.schedulers.values()].filter(
    (scheduler) => contentOf(store, scheduler)?.projectUuid === params.projectUuid,
  );
  const distinct = (uuids: readonly (string | null)[]) => [...new Set(uuids)].filter((uuid) => uuid !== null);
  return {
    schedulers: schedulers.map(schedulerView),
    users: distinct(schedulers.map((one) => one.createdBy)).map((uuid) => byline(store, uuid)),
    charts: distinct(schedulers.map((one) => one.savedChartUuid)).map((savedChartUuid) => ({
      name: store.charts.get(savedChartUuid)?.name,
      savedChartUuid,
    })),
    dashboards: distinct(schedulers.map((one) => one.dashboardUuid)).map((dashboardUuid) => ({
      name: store.dashboards.get(dashboardUuid)?.name,
      dashboardUuid,
    })),
    logs: [],
  };
}

export const schedulerRoutes = [
  route('POST', '/api/v1/schedulers/send', {}, send),
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
  route('PATCH', '/api/v1/schedulers/{schedulerUuid}', {}, update),
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
    return create(call, projectOf(call.store, chart), { savedChartUuid: chart.uuid, dashboardUuid: null });
  }),
  route('GET', '/api/v1/saved/{chartUuid}/schedulers', {}, (call) => {
    const { uuid } = visibleChart(call, call.params.chartUuid);
    return [...call.store.schedulers.values()].filter((one) => one.savedChartUuid === uuid).map(schedulerView);
  }),
  route('POST', '/api/v1/dashboards/{dashboardUuid}/schedulers', {}, (call) => {
    const dashboard = visibleDashboard(call, call.params.dashboardUuid);
    return create(call, projectOf(call.store, dashboard), { savedChartUuid: null, dashboardUuid: dashboard.uuid });
  }),
  route('GET', '/api/v1/dashboards/{dashboardUuid}/schedulers', {}, (call) => {
    const { uuid } = visibleDashboard(call, call.params.dashboardUuid);
    return [...call.store.schedulers.values()].filter((one) => one.dashboardUuid === uuid).map(schedulerView);
  }),
];
