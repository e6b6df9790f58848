import * as z from 'zod';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import type { ToolArguments, ToolContext } from '../tool.ts';

// Lightdash answers "ok" to much that changed nothing: a grant to a group member, a revoke of nobody. What the tools
// about access say is read back from these lists, never taken from its "ok".

export const people = z
  .array(
    z.looseObject({
      userUuid: z.string(),
      firstName: z.string().nullish(),
      lastName: z.string().nullish(),
      email: z.string().nullish(),
      role: z.string().nullish(),
    }),
  )
  .catch([]);

export const namedGroup = z.looseObject({ name: z.string() }).catch({ name: '?' });

/** What an operation answers now, not from memory. */
export const fetchMembers = async (context: ToolContext, operationId: string, args: ToolArguments) =>
  (await context.execute(operationById(operationId), args)).results;

/** What a look-up beside the real call answers; undefined where it fails, because the call must not depend on it. */
export const tryFetchMembers = (context: ToolContext, operationId: string, args: ToolArguments): Promise<unknown> =>
  fetchMembers(context, operationId, args).catch(ignoreApiError);

export const notReadBack = 'It could not be read back who has access now; get_space_access or the access lists tell.';
