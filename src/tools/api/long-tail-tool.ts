import * as z from 'zod';
import {
  ignoreApiError,
  LightdashError,
  NotAllowedError,
  NotSignedInError,
  UnknownRouteError,
} from '../../lightdash/errors.ts';
import type { LongTail, LongTailOperation } from '../../operations/long-tail/catalog.ts';
import { isWidelyFelt } from '../../operations/long-tail/equivalents.ts';
import { describe, operationOf } from '../../operations/long-tail/operation-of.ts';
import { organization } from '../../operations/routes/newer-releases.ts';
import { hideSecrets, renderOperationAnswer } from '../../render/operation-answer.ts';
import { isObject } from '../../text/json.ts';
import { doneSentence } from '../operation-tool.ts';
import type { Preview, Tool, ToolAnswer, ToolArguments, ToolContext } from '../tool.ts';
import { currentState } from './current-state.ts';
import { namesIn, previewOperation } from './preview.ts';

/**
 * An operation without a tool, as a tool: checked, scoped, confirmed and recorded as every other.
 *
 * @param options.offset items of the answer's list to leave out at its beginning.
 * @param options.isEquivalentConfirmed true if a tool that does the same is confirmed.
 */
export function longTailTool(
  entry: LongTailOperation,
  longTail: LongTail,
  { offset = 0, isEquivalentConfirmed = false }: { offset?: number | undefined; isEquivalentConfirmed?: boolean } = {},
): Tool {
  const operation = operationOf(entry, longTail);
  const { readOnly, destructive, idempotent, irreversible } = operation;
  const isConfirmed = irreversible || isWidelyFelt(entry) || (isEquivalentConfirmed && !readOnly);
  return {
    name: entry.id,
    title: entry.title,
    description: describe(entry, longTail),
    toolset: 'api',
    readOnly,
    destructive,
    idempotent,
    operation,
    acrossProjects: entry.acrossProjects,
    input: () => ({
      ...operation.input(),
      ...(entry.required.includes(ORGANIZATION) && { [ORGANIZATION]: z.string().optional() }),
      ...(isConfirmed && { confirmation: z.string().optional() }),
    }),
    ...(isConfirmed && { preview: previewOf(entry, longTail) }),
    run: (args, context) => run(entry, longTail, args, context, offset),
  };
}

const previewOf =
  (entry: LongTailOperation, longTail: LongTail): Preview =>
  async (args, client) => {
    try {
      return await previewOperation(entry, longTail, await withOrganization(entry, args, client), client);
    } catch (error) {
      throw await explained(error, entry);
    }
  };

async function run(
  entry: LongTailOperation,
  longTail: LongTail,
  args: ToolArguments,
  { execute, read, server, budget }: ToolContext,
  offset: number,
): Promise<ToolAnswer> {
  const { title, secrets, givesSecret } = entry;
  try {
    const { results } = await execute(operationOf(entry, longTail), await withOrganization(entry, args, { read }));
    const shown = givesSecret ? results : hideSecrets(results, secrets);
    if (shown !== undefined && shown !== null)
      return { text: renderOperationAnswer({ title, results: shown, offset, budget }), data: shown };
    const names = await namesIn(args, { execute });
    const done = [doneSentence(title, args), names].filter(Boolean).join(' ');
    const now = await stateAfter(entry, longTail, args, { execute });
    const isNow = now === undefined ? [] : [renderOperationAnswer({ title: 'Now', results: now, offset: 0, budget })];
    return { text: [done, ...isNow].join('\n'), data: now ?? done };
  } catch (error) {
    throw await explained(error, entry, server);
  }
}

/** The object of a write without an answer, as it is now; of a larger object the fields that were sent. */
async function stateAfter(
  entry: LongTailOperation,
  longTail: LongTail,
  args: ToolArguments,
  client: Pick<ToolContext, 'execute'>,
): Promise<unknown> {
  if (entry.kind === 'reads' || entry.method === 'DELETE') return undefined;
  const state = await currentState(entry, longTail, args, client).catch(ignoreApiError);
  if (!isObject(state)) return state;
  const changed = Object.entries(state).filter(([name]) => name in args);
  return changed.length > 0 ? Object.fromEntries(changed) : state;
}

const ORGANIZATION = 'organizationUuid';

/** The arguments with the organization of the signed-in person, which has only one, if none is named. */
async function withOrganization(
  { required }: LongTailOperation,
  args: ToolArguments,
  { read }: Pick<ToolContext, 'read'>,
): Promise<ToolArguments> {
  if (!required.includes(ORGANIZATION) || args[ORGANIZATION] !== undefined) return args;
  const own = await read(organization, {});
  return { ...args, [ORGANIZATION]: isObject(own) ? own[ORGANIZATION] : undefined };
}

/** Answer of a server without a licence: measured on 1.219. */
const WITHOUT_LICENCE =
  /no factory or provider|enterprise licen[sc]e|not available in this edition|service not available/i;

/** The error, with its relation to licence and release if there is one. */
async function explained(
  error: unknown,
  operation: LongTailOperation,
  server?: ToolContext['server'],
): Promise<unknown> {
  if (!(error instanceof LightdashError)) return error;
  const { title, enterprise, deprecated, successor, since } = operation;
  const details = { ...(error.status !== undefined && { status: error.status }), cause: error };
  if (enterprise && WITHOUT_LICENCE.test(error.message)) {
    return new NotAllowedError(
      `${title}: needs an Enterprise licence of Lightdash, and this server has none.`,
      details,
    );
  }
  if (error instanceof NotSignedInError && operation.path.startsWith('/api/v1/scim/')) {
    return new NotSignedInError(`${title}: SCIM takes the token of a service account, not that of a person.`, details);
  }
  if (error instanceof UnknownRouteError) {
    const version = (await server?.get())?.version;
    const serverName = version === undefined ? 'this Lightdash' : `this Lightdash (${version})`;
    return new UnknownRouteError(
      deprecated && successor !== undefined
        ? `${title}: ${serverName} does not have it any more; ${successor} does the same.`
        : `${title}: ${serverName} does not have it; Lightdash has it since ${since}, as far as measured.`,
      details,
    );
  }
  return error;
}
