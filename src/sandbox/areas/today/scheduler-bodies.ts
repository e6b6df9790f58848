import * as z from 'zod';
import { isAtMostHourly, isCron, withoutNames } from '../../cron.ts';
import { anyObject, looseBoolean, looseNumber } from '../../http/body-validation.ts';
import { missingConfig, unexpected, wrongParameter } from '../../http/refusals.ts';
import { parsedOrUnexpected } from '../../http/unvalidated.ts';
import type { Scheduler, SchedulerTarget } from '../../store/records.ts';
import { newUuid } from '../../store/store.ts';
import { isTimezone } from '../../timezone.ts';

/** The body of a delivery on 1.219. */

/** No name is looked up: this one alone counts as there. */
const WEBHOOK_HOST = 'hooks.roastery.example';
const OPERATORS = ['greaterThan', 'lessThan', 'increasedBy', 'decreasedBy'] as const;

const commonFields = {
  schedulerEmailTargetUuid: z.string().optional(),
  schedulerSlackTargetUuid: z.string().optional(),
  schedulerMsTeamsTargetUuid: z.string().optional(),
  schedulerGoogleChatTargetUuid: z.string().optional(),
};
const target = z.union([
  z.looseObject({ ...commonFields, channel: z.string() }),
  z.looseObject({ ...commonFields, webhook: z.string() }),
  z.looseObject({ ...commonFields, googleChatWebhook: z.string() }),
  z.looseObject({ ...commonFields, recipient: z.string() }),
]);
type Target = z.output<typeof target>;
const threshold = z.looseObject({ fieldId: z.string(), operator: z.enum(OPERATORS), value: looseNumber });

/** Of a chart and of a SQL chart; checked by its type. */
export const delivery = z.object({
  name: z.string(),
  message: z.string().optional(),
  cron: z.string(),
  timezone: z.union([z.string()]).optional(),
  format: z.enum(['csv', 'xlsx', 'image', 'gsheets', 'pdf']),
  options: anyObject,
  targets: z.array(target),
  enabled: looseBoolean,
  includeLinks: looseBoolean,
  appUuid: z.string().nullable(),
  appName: z.string().nullable(),
  filters: z.union([z.array(z.unknown()), anyObject]).optional(),
  parameters: anyObject.optional(),
  // Twice, since a union of one member would report its problems differently.
  thresholds: z.union([z.array(threshold), z.array(threshold)]).optional(),
  notificationFrequency: z.enum(['once', 'always', 'daily']).optional(),
  plainTextEmail: looseBoolean.optional(),
  customViewportWidth: looseNumber.optional(),
  selectedTabs: z.array(z.string()).nullish(),
});
type Delivery = z.output<typeof delivery>;

/** Of a dashboard, and of every update: free-form, so that what is missing ends in a 500. */
const freeForm = z.object({
  name: z.string(),
  message: z.string().nullish(),
  cron: z.string(),
  timezone: z.string().nullish(),
  format: z.string(),
  options: anyObject,
  targets: z.array(
    z.looseObject({ ...commonFields, recipient: z.string().optional(), channel: z.string().optional() }),
  ),
  enabled: looseBoolean.default(true),
  includeLinks: looseBoolean.default(true),
  filters: z.unknown().optional(),
  parameters: anyObject.nullish(),
  thresholds: z.array(threshold).nullish(),
  notificationFrequency: z.string().nullish(),
  plainTextEmail: looseBoolean.nullish(),
  customViewportWidth: looseNumber.nullish(),
  selectedTabs: z.array(z.string()).nullish(),
});

function checkCron(cron: string): void {
  if (!isAtMostHourly(cron)) throw wrongParameter('Frequency not allowed, custom input is limited to hourly');
  if (!isCron(withoutNames(cron))) throw unexpected();
}

const isZone = (zone: string) => isTimezone(zone) || /^[+-]\d{2}:\d{2}$/.test(zone);

function checkWebhook(address: unknown): void {
  if (typeof address !== 'string') return;
  if (!address.startsWith('https://')) throw wrongParameter('Webhook URLs must start with https://.');
  if (new URL(address).hostname !== WEBHOOK_HOST) {
    throw wrongParameter("We couldn't find a server at that webhook URL. Check the hostname and try again.");
  }
}

type DeliveryBody = Delivery | z.output<typeof freeForm>;

/** @throws 400 for a cron that runs too often, an unknown zone or an invalid webhook; 422 for Google Sheets */
function check(delivery: DeliveryBody): void {
  if (delivery.format === 'gsheets') {
    throw missingConfig('Unable to validate Google Sheets file. Please ensure you have connected your Google account.');
  }
  checkCron(delivery.cron);
  if (typeof delivery.timezone === 'string' && !isZone(delivery.timezone)) {
    throw wrongParameter('Timezone string is not valid');
  }
  for (const target of delivery.targets) {
    checkWebhook('webhook' in target ? target.webhook : undefined);
    checkWebhook('googleChatWebhook' in target ? target.googleChatWebhook : undefined);
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);

/**
 * Targets as the real server keeps them: those without a uuid are new, and of those with one only what is still there is kept.
 * Targets that are left out are removed without a notice.
 */
function targetsOf(
  delivery: readonly (Target | Record<string, unknown>)[],
  previousTargets: readonly SchedulerTarget[],
  now: string,
) {
  return delivery.flatMap((entry): SchedulerTarget[] => {
    const place = {
      ...('recipient' in entry && text(entry.recipient) !== undefined ? { recipient: String(entry.recipient) } : {}),
      ...('channel' in entry && text(entry.channel) !== undefined ? { channel: String(entry.channel) } : {}),
      ...('webhook' in entry && text(entry.webhook) !== undefined ? { webhook: String(entry.webhook) } : {}),
      ...('googleChatWebhook' in entry ? { googleChatWebhook: String(entry.googleChatWebhook) } : {}),
    };
    const uuid = Object.keys(commonFields)
      .map((key) => (key in entry ? text(Reflect.get(entry, key)) : undefined))
      .find((value) => value !== undefined);
    if (uuid === undefined) return [{ targetUuid: newUuid(), createdAt: now, updatedAt: now, ...place }];
    const old = previousTargets.find((item) => item.targetUuid === uuid);
    return old ? [{ targetUuid: old.targetUuid, createdAt: old.createdAt, updatedAt: now, ...place }] : [];
  });
}

const anyFilters = z.union([z.array(z.json()), z.record(z.string(), z.json()), z.null()]).catch(null);

/** The fields of a delivery as it was sent. */
export function settingsOf(delivery: DeliveryBody, previousTargets: readonly SchedulerTarget[], now: string) {
  check(delivery);
  return {
    name: delivery.name,
    message: delivery.message ?? null,
    updatedAt: now,
    cron: delivery.cron,
    timezone: delivery.timezone ?? null,
    format: delivery.format,
    options: delivery.options,
    filters: anyFilters.parse(delivery.filters ?? null),
    parameters: delivery.parameters ?? null,
    customViewportWidth: delivery.customViewportWidth ?? null,
    notificationFrequency: delivery.notificationFrequency ?? null,
    selectedTabs: delivery.selectedTabs ?? null,
    includeLinks: delivery.includeLinks,
    plainTextEmail: delivery.plainTextEmail ?? false,
    thresholds: delivery.thresholds ?? undefined,
    targets: targetsOf(delivery.targets, previousTargets, now),
  } satisfies Omit<Partial<Scheduler>, 'thresholds'> & { thresholds: unknown };
}

/** A body of a route that checks none. @throws 400 without targets, 500 without the rest */
export function readFreeForm(body: unknown): z.output<typeof freeForm> {
  const delivery = z.looseObject({}).safeParse(body).data ?? {};
  if (Object.keys(delivery).length > 0 && 'cron' in delivery && !Array.isArray(delivery.targets)) {
    throw wrongParameter('Targets is required and must be an array');
  }
  return parsedOrUnexpected(freeForm, body);
}
