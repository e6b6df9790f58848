import * as z from 'zod';
import { ignoreApiError, NotFoundError, NotSignedInError } from '../../lightdash/errors.ts';
import { health } from '../../lightdash/server-release.ts';
import { uuid } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import { createToken, deleteToken, ownTokens } from '../../operations/routes/administration.ts';
import { renderWithinBudget } from '../../render/page.ts';
import { SecretString } from '../../secrets/secret-string.ts';
import { formatPerson, formatTimestamp, pluralize } from '../../text/format.ts';
import { finite, isObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import { defineTool } from '../operation-tool.ts';
import type { Preview, Tool, ToolContext } from '../tool.ts';
import { isOwnTokenRefused } from './token-rotation.ts';

type Client = Pick<ToolContext, 'execute' | 'read'>;

interface Token {
  readonly uuid: string;
  readonly description: string;
  readonly createdAt: string | undefined;
  readonly lastUsedAt: string | undefined;
  readonly expiresAt: string | undefined;
}

/** The tokens of the signed-in user; 0.1366 returns them to a session alone. */
async function fetchTokens({ execute }: Client): Promise<readonly Token[]> {
  const list = await execute(ownTokens, {}).catch((error: unknown) => {
    if (error instanceof NotSignedInError) return execute({ ...ownTokens, auth: 'session' }, {});
    throw error;
  });
  return objects(list.results).map((token) => ({
    uuid: text(token.uuid) ?? '',
    description: plainText(text(token.description) ?? 'without a description'),
    createdAt: formatTimestamp(token.createdAt),
    lastUsedAt: formatTimestamp(token.lastUsedAt),
    expiresAt: formatTimestamp(token.expiresAt),
  }));
}

/** By days: the time of the last use changes with each call of the token. */
const describeToken = ({ description, createdAt, lastUsedAt, expiresAt }: Token): string =>
  `${description}; created ${dayOf(createdAt) ?? '?'}, last used ${dayOf(lastUsedAt) ?? 'never'}, ${expiresAt ? `expires ${dayOf(expiresAt)}` : 'never expires'}`;

const dayOf = (time: string | undefined) => time?.slice(0, 10);

const listTokens = defineTool({
  name: 'list_personal_access_tokens',
  title: 'List my personal access tokens',
  description: 'Your own API tokens (access keys): description, last use, when they expire; no secrets.',
  toolset: 'account',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({}),
  async run(_args, context) {
    const tokens = await fetchTokens(context);
    if (tokens.length === 0) return { text: 'You have no personal access tokens.', data: tokens };
    const lines = tokens.map((token) => `- ${describeToken(token)} (personalAccessTokenUuid ${token.uuid})`);
    const head = `${pluralize(tokens.length, 'personal access token')} of yours:`;
    return { text: renderWithinBudget([head], lines, context.budget, 'tokens', 'delete some'), data: tokens };
  },
});

const newTokenArguments = () => ({
  description: z.string().min(1),
  expiresAt: z.string().optional().describe('Date'),
});

/** @throws {ArgumentsError} for a date that is not valid, is past, or is later than this Lightdash allows. */
async function expiryOf(expiresAt: string | undefined, client: Client): Promise<string | null> {
  const facts = await client.read(health, {});
  const auth = isObject(facts) && isObject(facts.auth) ? facts.auth : {};
  const days = isObject(auth.pat) ? finite(auth.pat.maxExpirationTimeInDays) : undefined;
  const limit = days === undefined ? '' : `; this Lightdash allows at most ${days} days`;
  if (expiresAt === undefined) {
    if (days !== undefined) throw new ArgumentsError([`expiresAt is missing${limit}`]);
    return null;
  }
  const time = Date.parse(expiresAt);
  if (Number.isNaN(time)) throw new ArgumentsError(['expiresAt should be a date such as 2027-06-01']);
  if (time <= Date.now()) throw new ArgumentsError(['expiresAt should be in the future']);
  if (days !== undefined && time > Date.now() + days * 86_400_000)
    throw new ArgumentsError([`expiresAt is too late${limit}`]);
  return new Date(time).toISOString();
}

const previewCreate: Preview = async (raw, client) => {
  const { description, expiresAt } = z.object(newTokenArguments()).parse(raw);
  const expiry = formatTimestamp(await expiryOf(expiresAt, client));
  const session = { ...operationById('GetAuthenticatedUser'), auth: 'session', neverCached: true } as const;
  const { results } = await client.execute(session, {});
  const user = isObject(results) ? plainText(formatPerson(results)) : 'the signed-in user';
  const until = expiry ? `expires ${expiry} UTC` : 'never expires';
  const tokens = (await fetchTokens(client).catch(ignoreApiError)) ?? [];
  const same = tokens.filter((token) => token.description === plainText(description));
  // A second one after an answer that was lost: the secret of the first is shown nowhere.
  const others =
    same.length > 0 ? ` You have one of that description already: ${same.map(describeToken).join('; ')}.` : '';
  return `Creates the personal access token "${plainText(description)}" of ${user}, which ${until}. Whoever has it can do what this user can; its secret is shown once, in this conversation.${others}`;
};

const createPersonalToken = defineTool({
  name: 'create_personal_access_token',
  title: 'Create a personal access token: a key for a script',
  description: 'Makes an API token (key) of yours; its secret is shown once.',
  toolset: 'account',
  readOnly: false,
  destructive: false,
  idempotent: false,
  preview: previewCreate,
  input: newTokenArguments,
  async run({ description, expiresAt }, context) {
    const expiry = await expiryOf(expiresAt, context);
    const { results } = await context.execute(createToken, { description, expiresAt: expiry, autoGenerated: false });
    const created = isObject(results) ? results : {};
    const secret = text(created.token);
    if (secret === undefined) return { text: 'Done, but Lightdash returned no token.' };
    const id = text(created.uuid) ?? '?';
    const until = formatTimestamp(created.expiresAt);
    const head = `Created the token "${plainText(description)}" (personalAccessTokenUuid ${id}), ${until ? `valid until ${until} UTC` : 'which never expires'}.`;
    const once = 'It is shown only this time, and this conversation now holds it: move it to where it is used.';
    return {
      text: `${head} Token: ${secret}\n${once}`,
      data: results,
      carriesSecret: new SecretString(secret),
    };
  },
});

const deletionArguments = () => ({
  personalAccessTokenUuid: uuid('list_personal_access_tokens', 'From list_personal_access_tokens'),
});

/** @throws {NotFoundError} if the signed-in user has no such token: 1.219 answers ok all the same. */
async function ownTokenWith(tokenUuid: string, client: Client): Promise<Token> {
  const token = (await fetchTokens(client)).find((item) => item.uuid === tokenUuid);
  if (token === undefined)
    throw new NotFoundError('You have no personal access token with that uuid.', {
      advice: 'Nothing was changed; list_personal_access_tokens has yours.',
    });
  return token;
}

const previewDelete: Preview = async (raw, client) => {
  const { personalAccessTokenUuid } = z.object(deletionArguments()).parse(raw);
  const token = await ownTokenWith(personalAccessTokenUuid, client);
  return `Deletes your personal access token: ${describeToken(token)}. Whatever uses it is signed out at once, this server too if it is its token. This cannot be undone.`;
};

const deletePersonalToken = defineTool({
  name: 'delete_personal_access_token',
  title: 'Delete a personal access token: revoke a key',
  description: 'Deletes (revokes) an API token or key of yours, such as a leaked one: whatever uses it is signed out.',
  toolset: 'account',
  readOnly: false,
  destructive: true,
  idempotent: true,
  preview: previewDelete,
  input: deletionArguments,
  async run({ personalAccessTokenUuid }, context) {
    const token = await ownTokenWith(personalAccessTokenUuid, context);
    await context.execute(deleteToken, { personalAccessTokenUuid: token.uuid });
    if (await isOwnTokenRefused(context))
      return {
        text: `Done: the token ${token.description} is deleted. It was the token of this server, whose next calls are refused: set another LIGHTDASH_API_KEY and restart it.`,
      };
    const left = await fetchTokens(context);
    return left.some((item) => item.uuid === token.uuid)
      ? { text: `Lightdash answered ok, but its list still shows the token ${token.description}.` }
      : { text: `Done: the token ${token.description} is deleted; ${pluralize(left.length, 'token')} left.` };
  },
});

/** The tools for the tokens of the signed-in user. */
export const personalTokenTools: readonly Tool[] = [listTokens, createPersonalToken, deletePersonalToken];
