import type { Job, JsonObject, Scheduler, SchedulerRun, SchedulerTarget } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';
import { fullName } from '../people.ts';

/** The content of a delivery: a chart, a dashboard or a SQL chart. */
export function subjectOf(store: Store, scheduler: Scheduler) {
  const chart = store.charts.get(scheduler.savedChartUuid ?? '');
  if (chart) return { resourceType: 'chart', uuid: chart.uuid, name: chart.name, projectUuid: chart.projectUuid };
  const dashboard = store.dashboards.get(scheduler.dashboardUuid ?? '');
  if (dashboard) {
    const { uuid, name, projectUuid } = dashboard;
    return { resourceType: 'dashboard', uuid, name, projectUuid };
  }
  const sqlChart = store.sqlCharts.get(scheduler.savedSqlUuid ?? '');
  if (!sqlChart) return undefined;
  const { savedSqlUuid: uuid, name, projectUuid } = sqlChart;
  return { resourceType: 'sqlChart', uuid, name, projectUuid };
}

function targetView({ schedulerUuid }: Scheduler, target: SchedulerTarget): JsonObject {
  const { targetUuid, createdAt, updatedAt, recipient, channel, webhook, googleChatWebhook } = target;
  const common = { createdAt, updatedAt, schedulerUuid };
  if (recipient !== undefined) return { schedulerEmailTargetUuid: targetUuid, ...common, recipient };
  if (channel !== undefined) return { schedulerSlackTargetUuid: targetUuid, ...common, channel };
  if (webhook !== undefined) return { schedulerMsTeamsTargetUuid: targetUuid, ...common, webhook };
  return { schedulerGoogleChatTargetUuid: targetUuid, ...common, googleChatWebhook };
}

const optionalField = <Value>(key: string, value: Value | null | undefined): JsonObject =>
  value === null || value === undefined ? {} : { [key]: value };

/**
 * A delivery by itself. Keys without a value are absent.
 * @param isListed adds the fields of lists
 */
export function schedulerView(store: Store, scheduler: Scheduler, isListed = false): JsonObject {
  const subject = subjectOf(store, scheduler);
  const project = store.projects.get(subject?.projectUuid ?? '');
  const nameOf = (type: string) => (subject?.resourceType === type ? subject.name : null);
  return {
    schedulerUuid: scheduler.schedulerUuid,
    slug: scheduler.slug ?? scheduler.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    name: scheduler.name,
    message: scheduler.message,
    createdAt: scheduler.createdAt,
    updatedAt: scheduler.updatedAt,
    createdBy: scheduler.createdBy,
    createdByName: fullName(store, scheduler.createdBy),
    cron: scheduler.cron,
    ...optionalField('timezone', scheduler.timezone),
    ...(isListed ? optionalField('projectSchedulerTimezone', project?.schedulerTimezone) : {}),
    savedChartUuid: scheduler.savedChartUuid,
    savedChartName: nameOf('chart'),
    dashboardUuid: scheduler.dashboardUuid,
    dashboardName: nameOf('dashboard'),
    savedSqlUuid: scheduler.savedSqlUuid ?? null,
    savedSqlName: nameOf('sqlChart'),
    appUuid: null,
    appName: null,
    format: scheduler.format,
    options: scheduler.options,
    ...optionalField('filters', scheduler.filters),
    ...optionalField('parameters', scheduler.parameters),
    ...optionalField('customViewportWidth', scheduler.customViewportWidth),
    ...optionalField('thresholds', scheduler.thresholds),
    enabled: scheduler.enabled,
    ...optionalField('notificationFrequency', scheduler.notificationFrequency),
    includeLinks: scheduler.includeLinks,
    plainTextEmail: scheduler.plainTextEmail ?? false,
    projectUuid: subject?.projectUuid ?? null,
    ...(isListed ? { projectName: project?.name ?? null } : {}),
    ...(scheduler.dashboardUuid === null ? {} : { selectedTabs: scheduler.selectedTabs }),
    targets: scheduler.targets.map((target) => targetView(scheduler, target)),
  };
}

const STATUSES: Record<Job['status'], string> = {
  scheduled: 'scheduled',
  started: 'running',
  completed: 'completed',
  error: 'failed',
};

/** The outcome of a run, or undefined once its job has expired. */
export function runView(store: Store, run: SchedulerRun): JsonObject | undefined {
  const scheduler = store.schedulers.get(run.schedulerUuid);
  const job = store.jobs.get(run.jobId);
  const subject = scheduler && subjectOf(store, scheduler);
  if (!scheduler || !job || !subject) return undefined;
  // An alert that was not met sends nothing, so that there is nothing to count.
  const isSent = job.details?.thresholdStatus !== 'not_met';
  const count = (status: Job['status']) => (isSent && job.status === status ? scheduler.targets.length : 0);
  const logCounts = {
    total: isSent ? scheduler.targets.length : 0,
    scheduled: count('scheduled'),
    started: count('started'),
    completed: count('completed'),
    error: count('error'),
  };
  return {
    runId: String(run.jobId),
    schedulerUuid: run.schedulerUuid,
    schedulerName: scheduler.name,
    scheduledTime: run.scheduledTime,
    status: job.status,
    runStatus: STATUSES[job.status],
    createdAt: job.createdAt,
    details: job.details,
    logCounts,
    resourceType: subject.resourceType,
    resourceUuid: subject.uuid,
    resourceName: subject.name,
    createdByUserUuid: scheduler.createdBy,
    createdByUserName: fullName(store, scheduler.createdBy),
    format: scheduler.format,
  };
}

/** The log of a run, step by step. */
export function runLogs(store: Store, run: SchedulerRun): JsonObject[] {
  const job = store.jobs.get(run.jobId);
  const scheduler = store.schedulers.get(run.schedulerUuid);
  if (!job || !scheduler) return [];
  const line = (task: string, status: string, target: SchedulerTarget | null, isParent: boolean) => ({
    jobId: String(run.jobId),
    jobGroup: String(run.jobId),
    task,
    status,
    scheduledTime: run.scheduledTime,
    createdAt: job.createdAt,
    target: target?.recipient ?? target?.channel ?? target?.webhook ?? target?.googleChatWebhook ?? null,
    targetType: target && targetType(target),
    details: job.details,
    isParent,
  });
  const steps = job.status === 'started' ? ['scheduled', 'started'] : ['scheduled', 'started', job.status];
  const isSent = job.status === 'completed' && job.details?.thresholdStatus !== 'not_met';
  return [
    ...steps.map((status) => line('handleScheduledDelivery', status, null, true)),
    ...(isSent ? scheduler.targets : []).flatMap((target) =>
      ['started', 'completed'].map((status) => line('sendEmailNotification', status, target, false)),
    ),
  ];
}

/** The address of a target, with the API's names. */
export function targetType({ recipient, channel, webhook }: SchedulerTarget): string {
  if (recipient !== undefined) return 'email';
  if (channel !== undefined) return 'slack';
  return webhook === undefined ? 'googlechat' : 'msteams';
}
