import { ignoreApiError, NotFoundError, ServerFaultError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { renderWithinBudget } from '../../render/page.ts';
import { formatTimestamp, pluralize, sentence } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { changeReadBack, rendered, type ToolHandler, type ToolHandlers } from '../operation-tool.ts';
import { itemWith } from '../preview.ts';
import type { ToolContext } from '../tool.ts';

/** `"My login": postgres as lightdash, created 2026-11-23 19:53 (uuid …)`; no secret is in an answer. */
function describeCredentials({ name, credentials, createdAt, uuid }: JsonObject): string {
  const { type, user } = isObject(credentials) ? credentials : {};
  const created = formatTimestamp(createdAt);
  return plainText(
    `"${text(name) ?? '?'}": ${text(type) ?? '?'}${text(user) ? ` as ${text(user)}` : ''}${created ? `, created ${created}` : ''} (uuid ${text(uuid) ?? '?'})`,
  );
}

/** The credentials that queries of the user run with in a project; undefined for none. */
const describePreferred = (results: unknown): string | undefined =>
  isObject(results) && text(results.uuid) !== undefined
    ? `your queries in this project use the credentials ${describeCredentials(results)}`
    : undefined;

/** The warehouse credentials of the user; undefined if they cannot be read. */
async function ownCredentials({ execute }: ToolContext): Promise<readonly JsonObject[] | undefined> {
  const response = await execute(operationById('getWarehouseCredentials'), {}).catch(ignoreApiError);
  return response && objects(response.results);
}

const create: ToolHandler<'createWarehouseCredentials'> = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
  const created = isObject(results) ? results : {};
  const others = ((await ownCredentials(context)) ?? []).filter(
    ({ uuid, name }) => uuid !== created.uuid && name === created.name,
  );
  const note = others.map((item) => `\nNote: there are others of that name: ${describeCredentials(item)}.`).join('');
  return { text: `Created the warehouse credentials ${describeCredentials(created)}.${note}`, data: results };
};

/** @throws {NotFoundError} for credentials that no list shows: Lightdash answers 500 (recorded) */
const update: ToolHandler<'updateWarehouseCredentials'> = async (operation, args, context) => {
  const { results } = await context.execute(operation, args).catch(async (error: unknown) => {
    if (!(error instanceof ServerFaultError)) throw error;
    const own = await ownCredentials(context);
    if (own === undefined || itemWith(own, 'uuid', args.uuid)) throw error;
    throw new NotFoundError(`${error.message} You have no warehouse credentials with the uuid ${args.uuid}.`, {
      advice: 'Nothing was changed; get_warehouse_credentials lists yours.',
    });
  });
  const changed = isObject(results) ? results : {};
  return { text: `Changed the warehouse credentials ${describeCredentials(changed)}.`, data: results };
};

/** The public half of a pair whose private half stays in Lightdash. */
const renderKeyPair = (results: unknown): string | undefined => {
  const key = isObject(results) ? text(results.publicKey) : undefined;
  return key && plainText(`Created an SSH key pair. Its public key, for the server in front of the warehouse: ${key}`);
};

/** Handlers of the warehouse credentials of the signed-in user. */
export const warehouseCredentialsHandlers = {
  getWarehouseCredentials: rendered((results, budget) => {
    if (!Array.isArray(results)) return undefined;
    const lines = objects(results).map((item) => `- ${describeCredentials(item)}`);
    if (lines.length === 0) return 'You have no warehouse credentials of your own.';
    const head = `${pluralize(lines.length, 'set')} of your own warehouse credentials:`;
    return renderWithinBudget([head], lines, budget, 'lines', 'LIGHTDASH_MAX_RESULT_TOKENS sets how much is shown');
  }),
  getUserWarehouseCredentialsPreference: rendered((results) => {
    const preferred = describePreferred(results);
    return preferred && sentence(`${preferred}.`);
  }),
  updateUserWarehouseCredentialsPreference: changeReadBack(
    'get_user_warehouse_credentials_preference',
    async ({ projectUuid }, { execute }) =>
      describePreferred(
        (await execute(operationById('getUserWarehouseCredentialsPreference'), { projectUuid })).results,
      ),
  ),
  createWarehouseCredentials: create,
  updateWarehouseCredentials: update,
  createSshKeyPair: rendered(renderKeyPair),
} satisfies ToolHandlers;
