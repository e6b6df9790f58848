import * as z from 'zod';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { anyObject, projectUuid as project } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import {
  createChartDelivery,
  createDashboardDelivery,
  createSqlChartDelivery,
} from '../../operations/routes/deliveries.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import { asObject } from '../charts/chart-draft.ts';
import { defineTool } from '../operation-tool.ts';
import { nameOf, type PreviewClient, quoted } from '../preview.ts';
import type { ToolContext } from '../tool.ts';
import { alertInput, describeAlert, thresholdOf } from './alert.ts';
import { type DeliveredContent, findDelivered } from './content.ts';
import { overriddenFilters } from './dashboard-overrides.ts';
import { deliveriesOf } from './deliveries-of.ts';
import { describeScheduler, filtersOf, schedulerFacts } from './describe-scheduler.ts';
import { assertSupported } from './older-releases.ts';
import { bareTarget, describeOutsiders, includesTarget, type Recipients, readRecipients } from './recipients.ts';
import { describeSchedule, readSchedule, type Schedule, zoneOf } from './schedule.ts';

const formats = ['csv', 'xlsx', 'image'] as const;

const input = () => ({
  projectUuid: project(),
  name: z.string().min(1).optional(),
  chart: z.string().min(1).optional().describe('Or SQL chart'),
  dashboard: z.string().min(1).optional(),
  to: z.array(z.string().min(1)).min(1).describe('Emails, "me", "#slack", Teams webhook or Google sheet'),
  when: z.string().describe('"every Monday 8:00" or cron'),
  timezone: z.string().optional().describe('IANA'),
  format: z
    .enum(formats)
    .default('csv')
    .meta({ enum: undefined, default: undefined, description: formats.join(', ') }),
  message: z.string().optional(),
  filters: z.array(anyObject().meta(asObject)).optional(),
  alert: alertInput()
    .optional()
    .meta({ ...asObject, description: '{field, operator: < > increasedBy decreasedBy, value}' }),
  confirmation: z.string().optional(),
});

type CreateArguments = z.infer<z.ZodObject<ReturnType<typeof input>>>;

/** Makes a delivery of a chart or dashboard. It is confirmed first: it sends data to people. */
export const createScheduler = defineTool({
  name: 'create_scheduler',
  title: 'Schedule a delivery: mail or share a weekly report, warn when a value drops (alert)',
  description:
    'Sends (mails) a chart or dashboard to people by email or Slack on a schedule, every morning or Monday, or as an alert: tells you when a number falls below or rises above.',
  toolset: 'schedulers',
  readOnly: false,
  destructive: false,
  idempotent: false,
  input,
  async preview(args, context) {
    return previewText(await planDelivery(readArguments(args), context), context);
  },
  async run(args, context) {
    const { content, body, schedule, notes } = await planDelivery(args, context);
    const { results } = await create(content, body, context);
    const created = isObject(results) ? results : {};
    const saved = await context.execute(operationById('getScheduler'), { schedulerUuid: created.schedulerUuid });
    const scheduler = isObject(saved.results) ? { ...created, ...saved.results } : created;
    const facts = { ...(await schedulerFacts(scheduler, context)), content };
    const lines = [
      `Scheduled the delivery ${describeScheduler(facts, context)}`,
      ...[...schedule.notes, ...notes].map((note) => `Note: ${note}`),
      `delete_scheduler {"schedulerUuid":"${text(scheduler.schedulerUuid) ?? ''}"} takes it back.`,
    ];
    return { text: lines.join('\n'), data: scheduler };
  },
});

// The policy hands a preview the arguments after parsing.
const readArguments = (args: unknown): CreateArguments => z.object(input()).parse(args);

interface DeliveryPlan {
  readonly name: string;
  readonly content: DeliveredContent;
  readonly schedule: Schedule;
  readonly recipients: Recipients;
  readonly body: JsonObject;
  readonly notes: readonly string[];
}

/** Everything that can be refused is refused here, before the confirmation. @throws {ArgumentsError} */
async function planDelivery(args: CreateArguments, client: ToolContext): Promise<DeliveryPlan> {
  const { projectUuid, to, when, timezone, format, message, filters, alert } = args;
  const schedule = readSchedule(when, timezone);
  const content = await findDelivered(args, projectUuid, client);
  const { name = content.name } = args;
  const recipients = await readRecipients(to, 'to', client);
  if (filters !== undefined && content.kind !== 'dashboard')
    throw new ArgumentsError(['filters: only a dashboard takes them; save the chart with its filters instead']);
  const overridden = filters === undefined ? undefined : await overriddenFilters(filters, content, client);
  const threshold = alert === undefined ? undefined : await thresholdOf(alert, content, client);
  const targets = recipients.recipients.map(({ target }) => target);
  const formatted = formatBody(format, recipients);
  await assertSupported({ body: formatted, kind: content.kind }, targets, client);
  const body = {
    name,
    cron: schedule.cron,
    ...(schedule.timezone !== undefined && { timezone: schedule.timezone }),
    ...(message !== undefined && { message }),
    ...formatted,
    targets,
    enabled: true,
    includeLinks: true,
    // 1.219 wants both of a chart; older releases ignore them.
    appUuid: null,
    appName: null,
    ...(content.kind === 'dashboard' && { filters: overridden?.rules ?? [] }),
    ...(threshold && { thresholds: [threshold.threshold], notificationFrequency: alert?.notify }),
  };
  const notes = [
    ...(overridden ? [...overridden.notes, ...overridden.doubts] : []),
    ...(threshold?.notes ?? []),
    ...(format === 'image'
      ? ['a picture needs the headless browser of the Lightdash instance; send_scheduler_now tries it out.']
      : []),
  ];
  return {
    name,
    content,
    schedule,
    recipients,
    body,
    notes: [...notes, ...(await duplicateNotes(body, content, client))],
  };
}

/** A note if the same is sent to the same recipients at the same time already, as after a call that was made twice. */
async function duplicateNotes(
  body: JsonObject,
  content: DeliveredContent,
  context: ToolContext,
): Promise<readonly string[]> {
  const current = await deliveriesOf(content, String(content.projectUuid), context).catch(ignoreApiError);
  const targets = objects(body.targets);
  const sheetOf = ({ options }: JsonObject) => text(isObject(options) ? options.url : undefined);
  const isDuplicate = (other: JsonObject): boolean => {
    const others = objects(other.targets).map(bareTarget);
    return (
      [other.cron, text(other.timezone), sheetOf(other), describeAlert(other)].join() ===
        [body.cron, text(body.timezone), sheetOf(body), describeAlert(body)].join() &&
      others.length === targets.length &&
      targets.every((target) => includesTarget(others, target))
    );
  };
  const duplicates = (current ?? []).filter(isDuplicate);
  return duplicates.map(
    (duplicate) =>
      `it is sent to the same people at this time already: ${nameOf(duplicate)} (schedulerUuid ${text(duplicate.schedulerUuid) ?? '?'}).`,
  );
}

/** Format and options of a body. */
export function formatBody(format: (typeof formats)[number], { sheet }: Recipients): JsonObject {
  if (sheet !== undefined) return { format: 'gsheets', options: sheet };
  return { format, options: format === 'image' ? { withPdf: false } : { formatted: true, limit: 'table' } };
}

/** The question to the person: recipients, content and schedule. */
async function previewText(plan: DeliveryPlan, client: PreviewClient): Promise<string> {
  const { name, content, schedule, recipients, body, notes } = plan;
  const to = recipients.sheet
    ? String(recipients.sheet.url)
    : recipients.recipients.map(({ shown }) => shown).join(', ');
  const zone = await zoneOf(schedule.timezone, content.projectUuid, client);
  const alert = describeAlert(body);
  return plainText(
    [
      `Makes the delivery ${quoted(name)}: the ${content.kind} ${quoted(content.name)} as ${String(body.format)} to ${to}.`,
      `When: ${describeSchedule(schedule.cron, zone)}.`,
      ...(alert === undefined ? [] : [alert]),
      ...messageLine(body),
      ...filtersLine(body),
      ...[...schedule.notes, ...notes].map((note) => `Note: ${note}`),
    ].join(' ') +
      (await describeOutsiders(
        recipients.recipients.map(({ target }) => target),
        content.projectUuid,
        client,
      )),
  );
}

/** The message that goes with a delivery, as far as a person reads it. */
export const messageLine = ({ message }: JsonObject): readonly string[] =>
  text(message) === undefined ? [] : [`Message: ${quoted(String(message))}.`];

const filtersLine = (body: JsonObject): readonly string[] => {
  const filters = filtersOf(body);
  return filters.length === 0 ? [] : [`Filters: ${filters.join('; ')}.`];
};

async function create(content: DeliveredContent, body: JsonObject, context: ToolContext) {
  const { uuid, kind, projectUuid } = content;
  if (kind === 'dashboard') return context.execute(createDashboardDelivery, { dashboardUuid: uuid, body });
  if (kind === 'chart') return context.execute(createChartDelivery, { chartUuid: uuid, body });
  return context.execute(createSqlChartDelivery, { projectUuid, savedSqlUuid: uuid, body });
}
