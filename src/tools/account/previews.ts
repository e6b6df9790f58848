import { ignoreApiError } from '../../lightdash/errors.ts';
import { personalAccessTokens } from '../../operations/routes/undocumented.ts';
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
} from '../preview.ts';

/** The person whose account is deleted. */
const previewDeleteAccount: Preview = async (_args, client) => {
  return `Deletes your own account: ${personOf(await results(client, 'GetAuthenticatedUser', {}))}.`;
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
