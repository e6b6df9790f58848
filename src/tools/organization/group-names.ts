import { mapConcurrent } from '../../async/map-concurrent.ts';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { isObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { ToolContext } from '../tool.ts';

const CONCURRENCY = 6;

/** End of a sentence on people who lose their value of a user attribute. */
export const OTHER_ROWS = 'they may see other rows and fields than now, or more';

/**
 * A sentence on the values of user attributes that people lose with a group: without one of their own, a default or nothing
 * counts. Empty if the group has none; said if they cannot be read.
 */
export async function lostGroupValues(groupUuid: unknown, { execute }: Pick<ToolContext, 'execute'>): Promise<string> {
  const response = await execute(operationById('getUserAttributes'), {}).catch(ignoreApiError);
  if (response === undefined) return ' Its values of user attributes could not be read.';
  const attributes = objects(response.results).flatMap((attribute) => {
    const value = objects(attribute.groups).find((item) => item.groupUuid === groupUuid);
    return value === undefined ? [] : [`"${text(attribute.name) ?? '?'}"`];
  });
  if (attributes.length === 0) return '';
  return plainText(
    ` Its values of the user attributes ${attributes.join(', ')} no longer apply to them; their own value or the default does: ${OTHER_ROWS}.`,
  );
}

/** Names of groups by uuid, of those that can be read. */
export async function groupNames(
  groupUuids: readonly string[],
  { read }: Pick<ToolContext, 'read'>,
): Promise<ReadonlyMap<string, string>> {
  const names = await mapConcurrent([...new Set(groupUuids)], CONCURRENCY, async (groupUuid) => {
    const group = await read(operationById('getGroup'), { groupUuid }).catch(ignoreApiError);
    const name = isObject(group) ? text(group.name) : undefined;
    return name === undefined ? [] : [[groupUuid, name] as const];
  });
  return new Map(names.flat());
}
