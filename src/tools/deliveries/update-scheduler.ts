import { operationById } from '../../operations/index.ts';
import { inlineText } from '../../render/inline-text.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import { changeReadBack, type ToolHandler, type ToolHandlers } from '../operation-tool.ts';
import { type Preview, type PreviewClient, quoted } from '../preview.ts';
import { orUnverified } from '../query/saved-filter-notes.ts';
import type { ToolContext } from '../tool.ts';
import { describeAlert } from './alert.ts';
import { deliveredContent, projectTimezone } from './content.ts';
import { formatBody, messageLine } from './create-scheduler.ts';
import { doubtsOfBody, overriddenFilters } from './dashboard-overrides.ts';
import { describeRecipients, describeScheduler, filtersOf, schedulerFacts } from './describe-scheduler.ts';
import { assertSupported } from './older-releases.ts';
import { describeSending } from './previews.ts';
import { bareTarget, describeTarget, includesTarget, readRecipients } from './recipients.ts';
import { describeSchedule, readSchedule, zoneOf } from './schedule.ts';
import { checkedTimezone, timezoneOrUnknown } from './timezone.ts';
import { readWholeBody } from './whole-body.ts';

/** The arguments that name what changes; the others of the delivery stay. */
interface Changes {
  readonly name?: string | undefined;
  readonly when?: string | undefined;
  readonly timezone?: string | undefined;
  readonly to?: readonly string[] | undefined;
  readonly add?: readonly string[] | undefined;
  readonly remove?: readonly string[] | undefined;
  readonly format?: 'csv' | 'xlsx' | 'image' | undefined;
  readonly message?: string | undefined;
  readonly filters?: readonly JsonObject[] | undefined;
  readonly enabled?: boolean | undefined;
}

/** Keys of a read delivery that a written one does not have. */
const READ_ONLY = new Set([
  ...['schedulerUuid', 'slug', 'createdAt', 'updatedAt', 'createdBy', 'createdByName', 'projectUuid', 'projectName'],
  ...['savedChartUuid', 'savedChartName', 'dashboardUuid', 'dashboardName', 'savedSqlUuid', 'savedSqlName'],
  ...['appUuid', 'appName', 'projectSchedulerTimezone', 'latestRun', 'targets'],
]);

/** Reads a delivery, changes what is named, writes the whole of it and reads it back. */
const updateScheduler: ToolHandler<'updateScheduler'> = async (operation, args, context) => {
  const { schedulerUuid, scheduler: whole, ...changes } = args;
  if (whole !== undefined && Object.values(changes).some((change) => change !== undefined))
    throw new ArgumentsError(['scheduler: it replaces the delivery whole, and goes without the other arguments']);
  const before = await read(schedulerUuid, context);
  const { body, notes } =
    whole === undefined ? await changedBody(before, changes, context) : await readWholeBody(whole, before, context);
  const written = body && (await context.execute(operation, { schedulerUuid, scheduler: body })).results;
  if (changes.enabled !== undefined)
    await context.execute(operationById('updateSchedulerEnabled'), { schedulerUuid, enabled: changes.enabled });
  const after = whole !== undefined && isObject(written) ? written : await read(schedulerUuid, context);
  const changed = differences(before, after);
  const lines = [...changed, ...notes.map((note) => `Note: ${note}`)];
  return answer(changed.length > 0 ? 'Changed' : 'Nothing changed; so it was already:', after, lines, context);
};

async function read(schedulerUuid: unknown, client: PreviewClient): Promise<JsonObject> {
  const { results } = await client.execute(operationById('getScheduler'), { schedulerUuid });
  return isObject(results) ? results : {};
}

async function answer(
  verb: string,
  scheduler: JsonObject,
  lines: readonly string[],
  context: Parameters<ToolHandler<'updateScheduler'>>[2],
) {
  const facts = await schedulerFacts(scheduler, context);
  const described = describeScheduler(facts, context);
  return { text: [`${verb} the delivery ${described}`, ...lines.map(plainText)].join('\n'), data: scheduler };
}

interface ChangedBody {
  /** Undefined if nothing of it changes. */
  readonly body: JsonObject | undefined;
  readonly notes: readonly string[];
  /** Those about values of filters that do not exist: a reason to ask. */
  readonly doubts: readonly string[];
}

/** The whole delivery with the changes, as it is written. @throws {ArgumentsError} */
async function changedBody(before: JsonObject, changes: Changes, client: ToolContext): Promise<ChangedBody> {
  const { name, when, timezone, format, message, filters } = changes;
  const parts: JsonObject[] = [];
  const notes: string[] = [];
  const doubts: string[] = [];
  if (name !== undefined) parts.push({ name });
  if (message !== undefined) parts.push({ message });
  if (when !== undefined) {
    const schedule = readSchedule(when, timezone === 'project' ? undefined : timezone);
    parts.push({ cron: schedule.cron, ...(schedule.timezone !== undefined && { timezone: schedule.timezone }) });
    notes.push(...schedule.notes);
  }
  if (timezone !== undefined) parts.push({ timezone: timezone === 'project' ? null : checkedTimezone(timezone) });
  const recipients = await changedTargets(before, changes, client);
  if (recipients !== undefined) parts.push({ targets: recipients.targets });
  if (recipients?.sheet !== undefined) parts.push(formatBody('csv', { recipients: [], sheet: recipients.sheet }));
  else if (format !== undefined)
    parts.push(isFile(format) && isFile(before.format) ? { format } : formatBody(format, { recipients: [] }));
  else if (recipients !== undefined && before.format === 'gsheets')
    throw new ArgumentsError([
      'format: the delivery goes to a Google sheet; for other recipients give csv, xlsx or image',
    ]);
  if (filters !== undefined) {
    const content = await deliveredContent(before, client);
    if (content.kind !== 'dashboard')
      throw new ArgumentsError(['filters: only the delivery of a dashboard takes them']);
    const read = await overriddenFilters(filters, content, client);
    parts.push({ filters: read.rules });
    notes.push(...read.notes, ...read.doubts);
    doubts.push(...read.doubts);
  }
  if (parts.length === 0) return { body: undefined, notes, doubts };
  await assertSupported({ body: Object.assign({}, ...parts) }, recipients?.targets ?? [], client);
  const kept = Object.entries(before).filter(([key]) => !READ_ONLY.has(key));
  const whole = { ...Object.fromEntries(kept), targets: objects(before.targets).map(bareTarget) };
  const changed = Object.entries(Object.assign(whole, ...parts));
  // A key without a value means the same as one that is left out, and 1.219 refuses some of them.
  const body = Object.fromEntries(changed.filter(([, value]) => value !== null && value !== undefined));
  return { body: { ...body, appUuid: null, appName: null }, notes, doubts };
}

/** csv and xlsx have the same options, which stay. */
const isFile = (format: unknown): boolean => format === 'csv' || format === 'xlsx';

/** The recipients after the change; undefined if none is named. @throws {ArgumentsError} */
async function changedTargets(
  before: JsonObject,
  { to, add, remove }: Changes,
  client: PreviewClient,
): Promise<{ readonly targets: readonly JsonObject[]; readonly sheet?: JsonObject } | undefined> {
  if (to === undefined && add === undefined && remove === undefined) return undefined;
  if (to !== undefined && (add !== undefined || remove !== undefined))
    throw new ArgumentsError(['to: it sets all recipients, and goes without add and remove']);
  const current = objects(before.targets).map(bareTarget);
  if (to !== undefined) {
    const { recipients, sheet } = await readRecipients(to, 'to', client);
    return { targets: recipients.map(({ target }) => target), ...(sheet && { sheet }) };
  }
  const added = await readRecipients(add ?? [], 'add', client);
  if (added.sheet) throw new ArgumentsError(['add: a Google sheet goes alone: set it with to']);
  const removed = (await readRecipients(remove ?? [], 'remove', client)).recipients.map(({ target }) => target);
  const absent = removed.find((target) => !includesTarget(current, target));
  if (absent !== undefined)
    throw new ArgumentsError([
      `remove: ${Object.values(absent).join()} does not get this delivery; it goes to ${describeRecipients(before)}`,
    ]);
  const kept = current.filter((target) => !includesTarget(removed, target));
  const newOnes = added.recipients.map(({ target }) => target).filter((target) => !includesTarget(kept, target));
  const targets = [...kept, ...newOnes];
  if (targets.length === 0)
    throw new ArgumentsError(['remove: no one would get it any more; enabled:false or delete_scheduler stops it']);
  return { targets };
}

/** Confirmed by the person if someone gets the delivery who did not, or if it is switched on again. */
export const previewUpdateScheduler: Preview = async ({ schedulerUuid, scheduler: whole, ...changes }, client) => {
  const before = await read(schedulerUuid, client);
  const { body, doubts } = isObject(whole)
    ? {
        ...(await readWholeBody(whole, before, client)),
        doubts: await orUnverified(doubtsOfBody(whole, before, client)),
      }
    : await changedBody(before, changes, client);
  const targets = objects(body?.targets).map(bareTarget);
  const current = objects(before.targets).map(bareTarget);
  const isNew = targets.some((target) => !includesTarget(current, target));
  const isResumed = changes.enabled === true && before.enabled === false;
  if (!isNew && !isResumed && doubts.length === 0 && body?.format !== 'gsheets') return undefined;
  const after: JsonObject = { ...before, ...body };
  const lost = body?.targets === undefined ? [] : current.filter((target) => !includesTarget(targets, target));
  const isOff = changes.enabled === false || (before.enabled === false && !isResumed);
  const content = await deliveredContent(after, client);
  const zone = await zoneOf(text(after.timezone), content.projectUuid, client);
  const sending = await describeSending(after, client, content);
  const filters = filtersOf(after);
  return plainText(
    [
      `Changes a delivery. ${isResumed ? 'It is switched on again. ' : ''}From now on: ${sending} When: ${describeSchedule(text(after.cron) ?? '', zone)}.`,
      ...(lost.length === 0 ? [] : [`No longer to ${lost.map(describeTarget).join(', ')}.`]),
      ...(isOff ? ['It is switched off: nothing is sent until it is switched on.'] : []),
      ...(after.message === before.message ? [] : messageLine(after)),
      ...(filters.length === 0 ? [] : [`Filters: ${filters.join('; ')}.`]),
      ...doubts.map((doubt) => `Note: ${doubt}`),
    ].join(' '),
  );
};

/** Lines on the parts that are different now. */
function differences(before: JsonObject, after: JsonObject): readonly string[] {
  const parts: readonly (readonly [string, (scheduler: JsonObject) => string])[] = [
    ['name', ({ name }) => String(name)],
    ['when', ({ cron }) => String(cron)],
    ['timezone', ({ timezone }) => text(timezone) ?? 'of the project'],
    ['recipients', describeRecipients],
    ['format', ({ format }) => String(format)],
    ['message', ({ message }) => text(message) ?? 'none'],
    ['alert', (scheduler) => describeAlert(scheduler) ?? 'none'],
    ['options', ({ options, includeLinks }) => inlineText({ ...(isObject(options) && options), includeLinks })],
    ['filters', (scheduler) => filtersOf(scheduler).join('; ') || 'none'],
    ['state', ({ enabled }) => (enabled === false ? 'off' : 'on')],
  ];
  return parts.flatMap(([label, show]) => {
    const [from, to] = [show(before), show(after)];
    return from === to ? [] : [`- ${label}: ${from} -> ${to}`];
  });
}

/** Reads one delivery as lines. */
const getScheduler: ToolHandler<'getScheduler'> = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
  const scheduler = isObject(results) ? results : {};
  const facts = await schedulerFacts(scheduler, context);
  return { text: `The delivery ${describeScheduler(facts, context)}`, data: results };
};

/** Switches a delivery on or off, and reads it back. */
const updateSchedulerEnabled: ToolHandler<'updateSchedulerEnabled'> = async (operation, args, context) => {
  const before = await read(args.schedulerUuid, context);
  await context.execute(operation, args);
  const after = await read(args.schedulerUuid, context);
  const isOn = after.enabled !== false;
  const state = isOn ? 'on' : 'off';
  if (isOn !== args.enabled) return answer(`Lightdash answered ok, but it is still ${state}:`, after, [], context);
  return answer(
    (before.enabled !== false) === isOn ? `Nothing changed; it was ${state} already:` : `Switched ${state}`,
    after,
    [],
    context,
  );
};

/** A zone moves all deliveries that have none of their own; undefined if it stays. 0.1366 saves a wrong one, and fails from then on. */
export const previewTimezone: Preview = async ({ projectUuid, schedulerTimezone }, client) => {
  const { name, isKnown } = timezoneOrUnknown(String(schedulerTimezone));
  const current = await projectTimezone(text(projectUuid), client);
  if (current === name) return undefined;
  const doubt = isKnown
    ? 'They may run earlier or later from then on.'
    : 'It is not among the known ones: a wrong one can stop them for good.';
  return `Sets the time zone ${quoted(name)} for all deliveries without one of their own (now ${current ?? 'unknown'}). ${doubt}`;
};

const setTimezone = changeReadBack<'updateSchedulerSettings'>('get_project', async ({ projectUuid }, { execute }) => {
  const { results } = await execute(operationById('GetProject'), { projectUuid });
  if (!isObject(results)) return undefined;
  const zone = text(results.schedulerTimezone) ?? '?';
  return plainText(`deliveries of ${text(results.name) ?? projectUuid} without a zone of their own run in ${zone}`);
});

/** Sets the zone of deliveries without one of their own. */
const updateSchedulerSettings: ToolHandler<'updateSchedulerSettings'> = (operation, args, context) => {
  const { name: schedulerTimezone } = timezoneOrUnknown(args.schedulerTimezone);
  return setTimezone(operation, { ...args, schedulerTimezone }, context);
};

/** Handlers of operations on saved deliveries. */
export const schedulerHandlers = {
  getScheduler,
  updateScheduler,
  updateSchedulerEnabled,
  updateSchedulerSettings,
} satisfies ToolHandlers;
