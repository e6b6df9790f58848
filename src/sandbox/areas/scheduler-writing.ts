import * as z from 'zod';
import { canView, isAllowed, spaceOf } from '../access/permissions.ts';
import { isCron, isMoreOftenThanHourly } from '../cron.ts';
import { anyObject } from '../http/body-validation.ts';
import { forbidden, notFound, unexpected, wrongParameter } from '../http/refusals.ts';
import type { Call } from '../http/route.ts';
import { parsedOrUnexpected } from '../http/unvalidated.ts';
import { JobFailure } from '../jobs.ts';
import type { JsonObject, Project, Scheduler, SchedulerTarget } from '../store/records.ts';
import { newUuid } from '../store/store.ts';
import { isTimezone } from '../timezone.ts';
import { contentOf, schedulerView } from '../views/schedulers.ts';

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
  const values = parsedOrUnexpected(delivery, body);
  checkCron(values.cron);
  return values;
}

function targetsOf(
  delivery: Delivery['targets'],
  existing: readonly SchedulerTarget[],
  now: string,
): SchedulerTarget[] {
  return delivery.map(({ schedulerEmailTargetUuid, schedulerSlackTargetUuid, recipient, channel }) => {
    const uuid = schedulerEmailTargetUuid ?? schedulerSlackTargetUuid;
    const previous = existing.find((schedulerTarget) => schedulerTarget.targetUuid === uuid);
    return {
      targetUuid: previous?.targetUuid ?? newUuid(),
      createdAt: previous?.createdAt ?? now,
      updatedAt: now,
      ...(recipient === undefined ? {} : { recipient }),
      ...(channel === undefined ? {} : { channel }),
    };
  });
}

function settings(delivery: Delivery, updatedAt: string) {
  const { name, message, cron, timezone, format, options, includeLinks, filters, thresholds } = delivery;
  return {
    name,
    message: message ?? null,
    updatedAt,
    cron,
    timezone: timezone ?? null,
    format,
    options,
    filters: filters ?? null,
    customViewportWidth: delivery.customViewportWidth ?? null,
    notificationFrequency: delivery.notificationFrequency ?? null,
    selectedTabs: delivery.selectedTabs ?? null,
    includeLinks,
    ...(thresholds === undefined ? {} : { thresholds }),
  };
}

type ScheduledContent = Pick<Scheduler, 'savedChartUuid' | 'dashboardUuid'>;

/** Makes a delivery of a chart or a dashboard. */
export function createScheduler(call: Call, project: Project, subject: ScheduledContent): JsonObject {
  const { store, user } = call;
  if (!isAllowed(store, user, project, 'schedule deliveries')) throw forbidden();
  const delivery = readDelivery(call.body);
  const now = call.now().toISOString();
  const scheduler: Scheduler = {
    ...settings(delivery, now),
    schedulerUuid: newUuid(),
    createdAt: now,
    createdBy: user.userUuid,
    ...subject,
    // Whatever `enabled` said.
    enabled: true,
    targets: targetsOf(delivery.targets, [], now),
  };
  store.schedulers.set(scheduler.schedulerUuid, scheduler);
  return schedulerView(scheduler);
}

/** Sets everything of a delivery anew. */
export function updateScheduler(call: Pick<Call, 'body' | 'now'>, scheduler: Scheduler): JsonObject {
  const delivery = readDelivery(call.body);
  const now = call.now().toISOString();
  Object.assign(scheduler, settings(delivery, now), { targets: targetsOf(delivery.targets, scheduler.targets, now) });
  // The real server saves before it fails on an unknown time zone.
  if (delivery.timezone && !isTimezone(delivery.timezone)) throw unexpected();
  return schedulerView(scheduler);
}

const deliveryChanges = delivery.partial().extend({
  savedChartUuid: z.string().nullish(),
  dashboardUuid: z.string().nullish(),
});

/** Sends a delivery now: a job that finishes by itself. */
export function sendNow(call: Call): JsonObject {
  const { store, user, now, jobs } = call;
  const body = deliveryChanges.safeParse(call.body);
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
