import * as z from 'zod';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { type OperationId, operationById } from '../../operations/index.ts';
import type { ToolArguments, ToolContext } from '../tool.ts';

// Lightdash answers "ok" to writes that change nothing: a grant to a member of a group, a revoke for an unknown person.
// The tools that change access read these lists back and report what they show.

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

export type People = z.output<typeof people>;

export const namedGroup = z.looseObject({ name: z.string() }).catch({ name: '?' });

/** The client that reads access lists: tools and previews have it. */
export type AccessClient = Pick<ToolContext, 'execute'>;

/** Current response of a reading operation, never from the cache. */
export const fetchList = async (context: AccessClient, operationId: OperationId, args: ToolArguments) =>
  (await context.execute(operationById(operationId), args)).results;

/** The same for a list that the call does not depend on; undefined if it cannot be read. */
export const tryFetchList = (context: AccessClient, operationId: OperationId, args: ToolArguments): Promise<unknown> =>
  fetchList(context, operationId, args).catch(ignoreApiError);

export const notReadBack = 'The access list could not be read back; get_space_access or the access lists show it.';
