import { mapConcurrent } from '../../async/map-concurrent.ts';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { isObject, text } from '../../text/json.ts';
import type { ToolContext } from '../tool.ts';

const CONCURRENCY = 6;

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
