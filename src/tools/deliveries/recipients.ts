import * as z from 'zod';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { type JsonObject, objects, text } from '../../text/json.ts';
import { nearestAmong } from '../../text/suggest.ts';
import { ArgumentsError } from '../arguments.ts';
import { fetchMembers, isOwnName, ownUser } from '../people/find-person.ts';
import { fetchAssignments, roleSources } from '../people/project-assignments.ts';
import type { PreviewClient } from '../preview.ts';

/** A recipient as Lightdash takes it, and in words. */
interface Recipient {
  readonly target: Readonly<Record<string, string>>;
  readonly shown: string;
}

/** Recipients of a delivery; a Google sheet is a format of its own in Lightdash, and goes alone. */
export interface Recipients {
  readonly recipients: readonly Recipient[];
  /** Options of a delivery to a Google sheet. */
  readonly sheet?: JsonObject;
}

const email = z.email();
const FORMS = 'an e-mail address, "me", "#channel" of Slack, or the https address of a Teams webhook or Google sheet';

/**
 * Reads recipients as people write them. Lightdash checks none of them: a mistyped one would be saved, and the delivery
 * would reach no one.
 *
 * @throws {ArgumentsError} with what is wrong with each.
 */
export async function readRecipients(
  written: readonly string[],
  argument: string,
  client: PreviewClient,
): Promise<Recipients> {
  const sheets = written.filter((address) => sheetId(address) !== undefined);
  if (sheets.length > 0) {
    if (written.length > 1)
      throw new ArgumentsError([`${argument}: a Google sheet goes alone, without other recipients`]);
    return { recipients: [], sheet: sheetOptions(sheets[0] ?? '') };
  }
  const recipients: Recipient[] = [];
  for (const address of written) {
    const recipient = await readRecipient(address.trim(), argument, client);
    if (!recipients.some(({ target }) => isSameTarget(target, recipient.target))) recipients.push(recipient);
  }
  return { recipients };
}

async function readRecipient(written: string, argument: string, client: PreviewClient): Promise<Recipient> {
  if (isOwnName(written)) {
    const own = await ownEmail(client);
    return { target: { recipient: own }, shown: own };
  }
  if (/^#|^[CGD][A-Z0-9]{7,}$/.test(written)) return slackChannel(written, argument, client);
  if (/^https:\/\/chat\.googleapis\.com\//.test(written))
    return { target: { googleChatWebhook: written }, shown: 'Google Chat' };
  if (/^https:\/\//.test(written)) {
    if (URL.canParse(written)) return { target: { webhook: written }, shown: `Teams at ${new URL(written).host}` };
  } else if (email.safeParse(written).success) return { target: { recipient: written }, shown: written };
  throw new ArgumentsError([`${argument}: "${written.slice(0, 100)}" is not ${FORMS}`]);
}

async function ownEmail(client: PreviewClient): Promise<string> {
  const { email: own } = await ownUser(client);
  if (own === undefined) throw new ArgumentsError(['to: the signed-in user has no e-mail address']);
  return own;
}

/** Lightdash keeps the ids of channels. @throws {ArgumentsError} if Slack is not connected, or has no such channel. */
async function slackChannel(written: string, argument: string, client: PreviewClient): Promise<Recipient> {
  const channels = objects(await client.read(operationById('getSlackChannels'), {}).catch(ignoreApiError));
  if (channels.length === 0)
    throw new ArgumentsError([
      `${argument}: Slack is not connected to this Lightdash, so "${written}" cannot be reached`,
    ]);
  const bare = (name: unknown) => String(name).replace(/^#/, '').toLowerCase();
  const match = channels.find(({ id, name }) => id === written || bare(name) === bare(written));
  const [id, name] = [text(match?.id), text(match?.name)];
  if (id !== undefined) return { target: { channel: id }, shown: `Slack #${bare(name)}` };
  const names = channels.flatMap((channel) => text(channel.name) ?? []);
  throw new ArgumentsError([`${argument}: Slack has no channel "${written}"${nearestAmong(written, names)}`]);
}

const sheetId = (written: string): string | undefined =>
  /^https:\/\/docs\.google\.com\/spreadsheets\/d\/([\w-]+)/.exec(written.trim())?.[1];

const sheetOptions = (url: string): JsonObject => ({
  gdriveId: sheetId(url) ?? '',
  gdriveName: 'Google sheet',
  gdriveOrganizationName: '',
  url: url.trim(),
});

const kinds = ['recipient', 'channel', 'webhook', 'googleChatWebhook'] as const;

/** The target alone: with its uuid, 1.219 drops one that was replaced meanwhile without a word. */
export function bareTarget(target: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const value = text(target[kind]);
      return value === undefined ? [] : [[kind, value] as const];
    }),
  );
}

/** True if a recipient is in a list: the same address or channel. */
export const includesTarget = (targets: readonly JsonObject[], target: JsonObject): boolean =>
  targets.some((other) => isSameTarget(other, target));

const isSameTarget = (left: JsonObject, right: JsonObject): boolean =>
  kinds.every((kind) => String(left[kind]).toLowerCase() === String(right[kind]).toLowerCase());

/** A target of a saved delivery in words. */
export function describeTarget(target: JsonObject): string {
  const webhook = text(target.webhook);
  const channel = text(target.channel);
  if (text(target.recipient) !== undefined) return String(target.recipient);
  if (channel !== undefined) return `Slack ${channel}`;
  if (webhook !== undefined) return URL.canParse(webhook) ? `Teams at ${new URL(webhook).host}` : 'Teams';
  return text(target.googleChatWebhook) === undefined ? (text(target.type) ?? '?') : 'Google Chat';
}

/**
 * Sentences on the e-mail addresses that no member of the organization has, and on members without a role in the project;
 * empty if there are none, or none can be listed.
 */
export async function describeOutsiders(
  targets: readonly JsonObject[],
  projectUuid: string | undefined,
  client: PreviewClient,
): Promise<string> {
  const addresses = targets.flatMap(({ recipient }) => text(recipient) ?? []);
  if (addresses.length === 0) return '';
  const members = await fetchMembers(client).catch(ignoreApiError);
  if (members === undefined || members.length === 0) return '';
  const memberOf = (address: string) => members.find(({ email }) => email.toLowerCase() === address.toLowerCase());
  const outsiders = addresses.filter((address) => memberOf(address) === undefined);
  const isEachOutside = outsiders.length === addresses.length;
  const assignments =
    projectUuid === undefined || isEachOutside
      ? undefined
      : await fetchAssignments(client, projectUuid).catch(ignoreApiError);
  const withoutRole = addresses.filter((address) => {
    const member = memberOf(address);
    return member !== undefined && assignments !== undefined && roleSources(member, assignments).length === 0;
  });
  return [
    ...(outsiders.length > 0 ? [` No member of the organization: ${outsiders.join(', ')}.`] : []),
    ...(withoutRole.length > 0
      ? [` Without a role in the project, so they cannot open it in Lightdash: ${withoutRole.join(', ')}.`]
      : []),
  ].join('');
}
