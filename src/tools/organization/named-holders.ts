import { isUuid } from '../../operations/fields.ts';
import { type JsonObject, objects, text } from '../../text/json.ts';
import { ArgumentsError } from '../arguments.ts';
import { fetchGroups, fetchMembers, findMember, groupNamed, type PeopleClient } from '../people/find-person.ts';
import { readAll } from '../read-all.ts';
import type { ToolArguments } from '../tool.ts';

/** Arguments that list people or groups, with the key of their uuids. */
const LISTS = [
  { argument: 'members', key: 'userUuid' },
  { argument: 'users', key: 'userUuid' },
  { argument: 'access', key: 'userUuid' },
  { argument: 'groups', key: 'groupUuid' },
] as const;

/**
 * The arguments of a call with uuids, in lower case, in place of the people and groups that its lists name.
 *
 * @throws {ArgumentsError} if there is none or more than one of a name, or one of them is listed twice.
 */
export async function withUuids<Args extends ToolArguments>(args: Args, client: PeopleClient): Promise<Args> {
  const lists = LISTS.filter(({ argument }) => Array.isArray(args[argument]));
  const isNamed = (wanted: string) =>
    lists.some(
      ({ argument, key }) => key === wanted && objects(args[argument]).some((item) => !isUuid(text(item[key]) ?? '')),
    );
  const members = isNamed('userUuid') ? await fetchMembers(client) : [];
  const groups = isNamed('groupUuid') ? await fetchGroups(client) : [];
  const uuidOf = async (name: string, key: string, argument: string): Promise<string> => {
    if (isUuid(name)) return name.toLowerCase();
    if (key === 'groupUuid') return groupNamed(groups, name, argument).uuid;
    return (await findMember(client, members, name, { argument })).userUuid;
  };
  const resolved: Record<string, readonly JsonObject[]> = {};
  for (const { argument, key } of lists) {
    const items = objects(args[argument]);
    const uuids = await readAll(
      items.map((item, index) => uuidOf(text(item[key]) ?? '', key, `${argument}[${index}].${key}`)),
    );
    const isSecond = (uuid: string, index: number) => uuids.indexOf(uuid) < index;
    const twice = uuids.findIndex(isSecond);
    // Of two values for one person only one could count; a member is one however often they are listed.
    if (twice >= 0 && argument !== 'members')
      throw new ArgumentsError([`${argument}[${twice}].${key}: ${text(items[twice]?.[key])} is listed twice`]);
    resolved[argument] = uuids.flatMap((uuid, index) =>
      isSecond(uuid, index) ? [] : [{ ...items[index], [key]: uuid }],
    );
  }
  return { ...args, ...resolved };
}
