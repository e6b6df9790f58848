import * as z from 'zod';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { type OperationId, operationById } from '../../operations/index.ts';
import type { ToolArguments, ToolContext } from '../tool.ts';

// Lightdash answers "ok" to writes that change nothing: a grant to a member of a group, a revoke for an unknown person.
// The tools that change access read these lists back and report what they show.

/** People of an access list; empty if it has another shape. */
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

/** People of an access list. */
export type People = z.output<typeof people>;

/** A group, or `?` for a response without its name. */
export const namedGroup = z.looseObject({ name: z.string() }).catch({ name: '?' });

/** The client that reads access lists: tools and previews have it. */
export type AccessClient = Pick<ToolContext, 'execute'>;

/** Current response of a reading operation, never from the cache. */
export const fetchList = async (context: AccessClient, operationId: OperationId, args: ToolArguments) =>
  (await context.execute(operationById(operationId), args)).results;

/** The same for a list that the call does not depend on; undefined if it cannot be read. */
export const tryFetchList = (context: AccessClient, operationId: OperationId, args: ToolArguments): Promise<unknown> =>
  fetchList(context, operationId, args).catch(ignoreApiError);

/** Note of a write whose result could not be read. */
export const notReadBack = 'The access list could not be read back; get_space_access or the access lists show it.';
