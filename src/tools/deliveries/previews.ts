import { isObject, type JsonObject, objects, text as textOf } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import {
  list,
  nameOf,
  object,
  type Preview,
  type PreviewClient,
  type Previews,
  quoted,
  results,
  shown,
  text,
} from '../preview.ts';
import { describeAlert } from './alert.ts';
import { type DeliveredContent, deliveredContent } from './content.ts';
import { describeRecipients, schedulerFacts } from './describe-scheduler.ts';
import { describeOutsiders, describeTarget } from './recipients.ts';
import { describeSchedule } from './schedule.ts';
import { assertSendable, visibleContent } from './whole-body.ts';

/** The delivery, with its times and its recipients. */
const previewDeleteScheduler: Preview = async ({ schedulerUuid }, client) => {
  const scheduler = object.parse(await results(client, 'getScheduler', { schedulerUuid }));
  const targets = list.parse(scheduler.targets).map((target) => plainText(describeTarget(target)));
  return `Deletes the scheduled delivery ${nameOf(scheduler)} (${text.parse(scheduler.cron)}) to ${shown(targets) || 'no one'}.`;
};

/** Content and recipients of a saved delivery that is sent at once. */
export const previewSendNow: Preview = async ({ schedulerUuid }, client) => {
  const scheduler = await saved(schedulerUuid, client);
  return plainText(`Sends now: ${await describeSending(scheduler, client)}`);
};

/** Content and recipients of a body that is sent at once without being saved. */
export const previewSend: Preview = async ({ scheduler }, client) => {
  const body = isObject(scheduler) ? scheduler : {};
  assertSendable(body);
  return plainText(`Sends now: ${await describeSending(body, client, await visibleContent(body, client))}`);
};

/** Content, recipients and schedule, for a delivery that is off; undefined if it is on, or is switched off. */
export const previewEnable: Preview = async ({ schedulerUuid, enabled }, client) => {
  if (enabled !== true) return undefined;
  const scheduler = await saved(schedulerUuid, client);
  if (scheduler.enabled !== false) return undefined;
  const { content, zone } = await schedulerFacts(scheduler, client);
  const times = describeSchedule(textOf(scheduler.cron) ?? '', zone);
  return plainText(`Switches on again: ${await describeSending(scheduler, client, content)} When: ${times}.`);
};

async function saved(schedulerUuid: unknown, client: PreviewClient): Promise<JsonObject> {
  const scheduler = await results(client, 'getScheduler', { schedulerUuid });
  return isObject(scheduler) ? scheduler : {};
}

/** The content, format and recipients of a delivery in words. */
export async function describeSending(
  scheduler: JsonObject,
  client: PreviewClient,
  content?: DeliveredContent,
): Promise<string> {
  const { kind, name, projectUuid } = content ?? (await deliveredContent(scheduler, client));
  const alert = describeAlert(scheduler);
  const outsiders = await describeOutsiders(objects(scheduler.targets), projectUuid, client);
  return `the ${kind} ${quoted(name)} as ${String(scheduler.format)} to ${describeRecipients(scheduler)} (delivery ${nameOf(scheduler)}).${alert === undefined ? '' : ` ${alert}`}${outsiders}`;
}

/** Previews of what cannot be undone: deliveries. */
export const deliveryPreviews = {
  deleteScheduler: previewDeleteScheduler,
} satisfies Previews;
