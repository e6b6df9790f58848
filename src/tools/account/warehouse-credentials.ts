import { operationById } from '../../operations/index.ts';
import { renderWithinBudget } from '../../render/page.ts';
import { formatTimestamp, pluralize, sentence } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { changeReadBack, rendered, type ToolHandler, type ToolHandlers } from '../operation-tool.ts';

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

const written =
  (verb: string): ToolHandler<'createWarehouseCredentials' | 'updateWarehouseCredentials'> =>
  async (operation, args, { execute }) => {
    const { results } = await execute(operation, args);
    return {
      text: `${verb} the warehouse credentials ${describeCredentials(isObject(results) ? results : {})}.`,
      data: results,
    };
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
  createWarehouseCredentials: written('Created'),
  updateWarehouseCredentials: written('Changed'),
} satisfies ToolHandlers;
