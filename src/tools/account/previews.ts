import { ignoreApiError } from '../../lightdash/errors.ts';
import { personalAccessTokens } from '../../operations/routes/undocumented.ts';
import { ArgumentsError } from '../arguments.ts';
import { fetchMembers } from '../people/find-person.ts';
import { describeBelongings } from '../people/hand-over.ts';
import { isLastAdministrator, LAST_ADMINISTRATOR, onlyPendingAdministrators } from '../people/role-previews.ts';
import {
  itemWith,
  list,
  nameOf,
  notListed,
  object,
  type Preview,
  type PreviewClient,
  type Previews,
  personOf,
  quoted,
  results,
  text,
} from '../preview.ts';

/** The person whose account is deleted, and what else goes or stays. */
const previewDeleteAccount: Preview = async (_args, client) => {
  const user = object.parse(await results(client, 'GetAuthenticatedUser', {}));
  const person = { userUuid: text.parse(user.userUuid), email: text.parse(user.email) };
  const head = `Deletes your own account: ${personOf(user)}.`;
  // An administrator may see the members.
  const members = (await fetchMembers(client).catch(ignoreApiError)) ?? [];
  const member = members.find(({ userUuid }) => userUuid === person.userUuid);
  if (member && isLastAdministrator(member, members))
    throw new ArgumentsError([`${member.label} ${LAST_ADMINISTRATOR}`]);
  const pending = member ? onlyPendingAdministrators(member, members) : '';
  const belongings = await describeBelongings(client, person).catch(ignoreApiError);
  return `${head}${pending} ${belongings ?? 'What is to hand over could not be read.'}`;
};

/** The token that is replaced, and that the old one stops working. */
const previewRotateToken: Preview = async ({ personalAccessTokenUuid, expiresAt }, client) => {
  const token = `${String(personalAccessTokenUuid)}${await tokenDescription(personalAccessTokenUuid, client)}`;
  return `Replaces the personal access token ${token} by a new one that expires ${String(expiresAt)}. Whatever uses the old one is signed out at once.`;
};

/** The warehouse credentials that are deleted. */
const previewDeleteCredentials: Preview = async ({ uuid }, client) => {
  const credentials = list.parse(await results(client, 'getWarehouseCredentials', {}));
  const item = itemWith(credentials, 'uuid', uuid);
  return `Deletes the warehouse credentials ${item ? nameOf(item) : notListed(uuid)}; projects that require them stop answering you.`;
};

/** The token of a connection is shown nowhere: it has to be had again for a new one. Undefined if there is no connection. */
const previewSemanticLayer: Preview = async ({ projectUuid }, client) => {
  const project = object.parse(await results(client, 'GetProject', { projectUuid }));
  const connection = object.parse(project.semanticLayerConnection);
  if (connection.type === undefined) return undefined;
  return `Disconnects the semantic layer ${quoted(String(connection.type))} from the project ${nameOf(project)}; its token has to be entered again to connect it.`;
};

/** Only a session may list tokens on 0.1366: without one the preview has the uuid alone. */
async function tokenDescription(uuid: unknown, { read }: PreviewClient): Promise<string> {
  const tokens = await read(personalAccessTokens, {}).catch(ignoreApiError);
  const description = list.parse(tokens).find((item) => item.uuid === uuid)?.description;
  return typeof description === 'string' ? ` (${quoted(description)})` : '';
}

/** Previews of what cannot be undone: the own account and its credentials. */
export const accountPreviews = {
  DeleteMe: previewDeleteAccount,
  'Rotate personal access token': previewRotateToken,
  deleteWarehouseCredentials: previewDeleteCredentials,
  deleteProjectSemanticLayerConnection: previewSemanticLayer,
} satisfies Previews;
