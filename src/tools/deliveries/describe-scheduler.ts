import { describeRule } from '../../query/filters/describe-filters.ts';
import { formatTimestamp, personOf } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText, truncate } from '../../text/plain-text.ts';
import type { PreviewClient } from '../preview.ts';
import type { ToolContext } from '../tool.ts';
import { describeAlert } from './alert.ts';
import { type DeliveredContent, deliveredContent, pagePath } from './content.ts';
import { describeTarget } from './recipients.ts';
import { describeNextRuns, describeSchedule, type Zone, zoneOf } from './schedule.ts';

const MAX_MESSAGE_LENGTH = 300;

/** A saved delivery, and the other facts of its answer. */
interface SchedulerFacts {
  readonly scheduler: JsonObject;
  readonly content: DeliveredContent;
  readonly zone: Zone;
}

/** Looks up the content and the zone of a saved delivery. */
export async function schedulerFacts(scheduler: JsonObject, client: PreviewClient): Promise<SchedulerFacts> {
  const content = await deliveredContent(scheduler, client);
  const zone = await zoneOf(text(scheduler.timezone), content.projectUuid, client);
  return { scheduler, content, zone };
}

/** Recipients: addresses, channels, or the sheet. */
export function describeRecipients(scheduler: JsonObject): string {
  const to = objects(scheduler.targets).map(describeTarget);
  if (to.length > 0) return to.join(', ');
  const sheet = isObject(scheduler.options) ? text(scheduler.options.url) : undefined;
  return sheet ?? 'no one';
}

/** One saved delivery in lines, with its zone, next runs and page. */
export function describeScheduler(
  { scheduler, content, zone }: SchedulerFacts,
  { lightdash }: Pick<ToolContext, 'lightdash'>,
): string {
  const cron = text(scheduler.cron) ?? '';
  const path = pagePath(content);
  const message = text(scheduler.message);
  const alert = describeAlert(scheduler);
  const filters = filtersOf(scheduler);
  return [
    `"${text(scheduler.name) ?? ''}" (schedulerUuid ${text(scheduler.schedulerUuid) ?? '?'}): ${content.kind} "${content.name}" as ${formatOf(scheduler)}.`,
    `To: ${describeRecipients(scheduler)}.`,
    `When: ${describeSchedule(cron, zone)}. ${scheduler.enabled === false ? 'It is switched off: nothing is sent.' : describeNextRuns(cron, zone)}`,
    ...(alert === undefined ? [] : [alert]),
    ...(filters.length === 0 ? [] : [`Filters: ${filters.join('; ')}.`]),
    ...(message === undefined ? [] : [`Message: ${truncate(message, MAX_MESSAGE_LENGTH)}`]),
    ...madeLine(scheduler),
    ...(path === undefined ? [] : [`Open: ${lightdash.pageUrl(path)}`]),
  ]
    .map(plainText)
    .join('\n');
}

/** `csv, formatted, at most as many rows as the chart shows`. */
function formatOf({ format, options }: JsonObject): string {
  const { formatted, limit, withPdf } = isObject(options) ? options : {};
  if (format === 'image') return withPdf === true ? 'image and PDF' : 'image';
  if (format !== 'csv' && format !== 'xlsx') return String(format);
  const rows = limit === 'all' ? ', all rows' : typeof limit === 'number' ? `, at most ${limit} rows` : '';
  return `${format}${formatted === false ? ', raw values' : ''}${rows}`;
}

/** The filters of a delivery: rules of a dashboard, or the groups of a query. */
export function filtersOf({ filters }: JsonObject): readonly string[] {
  return objects(filters).flatMap((rule) => describeRule(rule) ?? []);
}

/** Its maker; 0.1366 names the maker by uuid alone. */
export const makerOf = (scheduler: JsonObject): string | undefined =>
  text(scheduler.createdByName) ?? personOf(scheduler.createdByUser);

function madeLine(scheduler: JsonObject): readonly string[] {
  const at = formatTimestamp(scheduler.createdAt);
  const by = makerOf(scheduler);
  const creation = [at && `Made ${at} UTC`, by && `by ${by}`].filter(Boolean).join(' ');
  return creation === '' ? [] : [`${creation}.`];
}
