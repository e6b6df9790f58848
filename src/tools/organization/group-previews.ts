import { fetchLabel } from '../access/access-lists.ts';
import {
  count,
  cutMark,
  list,
  nameOf,
  type Preview,
  type PreviewClient,
  type PreviewOf,
  personOf,
  quoted,
  results,
  shown,
} from '../preview.ts';
import { effectOfMembership, labelOf, readGroupRights, valuesAndUnread, valuesOfGroup } from './group-rights.ts';
import { withUuids } from './named-holders.ts';

/** The members of a group now. */
async function membersOf(groupUuid: unknown, client: PreviewClient) {
  return list.parse(await results(client, 'getGroupMembers', { groupUuid }));
}

/** The gains of a new member of a group; undefined without any, for one who is in it already, and for an unknown person. */
export const previewAddToGroup: PreviewOf<'addUserToGroup'> = async ({ groupUuid, userUuid }, client) => {
  if ((await membersOf(groupUuid, client)).some((member) => member.userUuid === userUuid)) return undefined;
  const rights = await readGroupRights(groupUuid, client);
  const isKnown = rights.members === undefined || rights.members.some((member) => member.userUuid === userUuid);
  const effect = effectOfMembership(rights, { leaving: [], coming: [userUuid] });
  if (!isKnown || effect === '') return undefined;
  return `Puts ${labelOf(rights, userUuid)} into the ${await fetchLabel(client, 'group', groupUuid)}.${effect}`;
};

/** The losses, or other rows, of a member without the group; undefined without any, and for one who is not in it. */
export const previewRemoveFromGroup: PreviewOf<'removeUserFromGroup'> = async ({ groupUuid, userUuid }, client) => {
  const member = (await membersOf(groupUuid, client)).find((item) => item.userUuid === userUuid);
  if (member === undefined) return undefined;
  const rights = await readGroupRights(groupUuid, client);
  const effect = effectOfMembership(rights, { leaving: [userUuid], coming: [] });
  if (effect === '') return undefined;
  return `Takes ${personOf(member)} out of the ${await fetchLabel(client, 'group', groupUuid)}.${effect}`;
};

/** The people who leave and join a group whose members are replaced; undefined without any, or if joining gives nothing. */
export const previewUpdateGroup: Preview = async (args, client) => {
  const { groupUuid, members, name } = await withUuids(args, client);
  if (!Array.isArray(members)) return undefined;
  const wanted = list.parse(members).map(({ userUuid }) => String(userUuid));
  const current = await membersOf(groupUuid, client);
  const leaving = current.filter((member) => !wanted.some((uuid) => uuid === member.userUuid));
  const coming = wanted.filter((uuid) => !current.some((member) => uuid === member.userUuid));
  if (leaving.length === 0 && coming.length === 0) return undefined;
  const group = await results(client, 'getGroup', { groupUuid });
  const rights = await readGroupRights(String(groupUuid), client);
  const effect = effectOfMembership(rights, { leaving: leaving.map(({ userUuid }) => String(userUuid)), coming });
  if (leaving.length === 0 && effect === '') return undefined;
  const names = coming.map((userUuid) => labelOf(rights, userUuid));
  const moves = [
    ...(leaving.length > 0
      ? [
          `Takes ${count(leaving, 'person', 'people')} out of the group ${nameOf(group)}: ${shown(leaving.map(personOf))}.`,
        ]
      : []),
    ...(names.length > 0
      ? [
          `Puts ${count(names, 'person', 'people')} into ${leaving.length > 0 ? 'it' : `the group ${nameOf(group)}`}: ${shown(names)}.`,
        ]
      : []),
  ];
  const people = [...leaving.map(({ userUuid }) => String(userUuid)), ...coming];
  const renamed = typeof name === 'string' && quoted(name) !== nameOf(group) ? ` Renames it to ${quoted(name)}.` : '';
  return `${moves.join(' ')}${effect}${renamed}${cutMark(people)}`;
};

/** The group with everything that it gives, and the members who lose it. */
export const previewDeleteGroup: PreviewOf<'deleteGroup'> = async ({ groupUuid }, client) => {
  // One after the other: nothing is read on once the group cannot be read.
  const group = await results(client, 'getGroup', { groupUuid });
  const members = await membersOf(groupUuid, client);
  const rights = await readGroupRights(groupUuid, client);
  const own = [...rights.roles, ...valuesOfGroup(rights.attributes ?? [], groupUuid)];
  const deletions =
    own.length > 0 ? ` With it go: ${shown(own)}; its members lose what nothing else gives them.` : NOTHING_GIVEN;
  const people = `${count(members, 'member')} (${shown(members.map(personOf)) || 'none'})`;
  const leaving = members.map(({ userUuid }) => String(userUuid));
  return `Deletes the group ${nameOf(group)} with ${people}.${deletions}${valuesAndUnread(rights, { leaving, coming: [] })}${cutMark(leaving)}`;
};

const NOTHING_GIVEN = ' No role, share of a space or value of an attribute of it was found.';
