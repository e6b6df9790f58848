import * as z from 'zod';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { type OperationId, operationById } from '../../operations/index.ts';
import { formatPerson } from '../../text/format.ts';
import { isObject } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { unread } from '../operation-tool.ts';
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

/** Name of a person, or of a group in quotes; the uuid if it cannot be read. */
export async function fetchLabel(context: AccessClient, kind: 'person' | 'group', uuid: string): Promise<string> {
  const results =
    kind === 'group'
      ? await tryFetchList(context, 'getGroup', { groupUuid: uuid })
      : await tryFetchList(context, 'GetOrganizationMemberByUuid', { userUuid: uuid });
  if (!isObject(results)) return uuid;
  if (kind === 'group') return `group "${plainText(namedGroup.parse(results).name)}"`;
  return plainText(formatPerson(results)) || uuid;
}

/**
 * Answer to a write whose effect no list shows to this token.
 *
 * @param sent the change in words.
 * @param tool the tool that reads it.
 */
export const notReadBack = (sent: string, tool: string): string =>
  `Lightdash answered ok to this: ${sent}. ${unread(tool)}`;
