import { ignoreApiError } from '../../lightdash/errors.ts';
import { isUuid } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import { formatPerson } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { nearest } from '../../text/suggest.ts';
import { ArgumentsError } from '../arguments.ts';
import type { ToolContext } from '../tool.ts';

/** The client that reads people and roles: tools and previews have it. */
export type PeopleClient = Pick<ToolContext, 'execute' | 'read'>;

/** A group of the organization. */
export interface Group {
  readonly uuid: string;
  readonly name: string;
}

/** A member of the organization. */
export interface Member {
  readonly userUuid: string;
  /** Name and e-mail. */
  readonly label: string;
  readonly email: string;
  /** Role in the organization. */
  readonly role: string;
  readonly groups: readonly Group[];
  readonly isPending: boolean;
  readonly isInviteExpired: boolean;
  readonly createdAt: string | undefined;
}

/** Maximum number of groups listed for each member. */
const MAX_GROUPS = 1_000;
const MAX_SUGGESTIONS = 3;

/** Everyone in the organization with role and groups, in one request. */
export async function fetchMembers(client: PeopleClient): Promise<readonly Member[]> {
  const args = { includeGroups: MAX_GROUPS };
  const { results } = await client.execute(operationById('ListOrganizationMembers'), args);
  return objects(isObject(results) ? results.data : results).map(memberOf);
}

/** The member with a uuid; one whom the list lacks is read alone. @throws {NotFoundError} if Lightdash has no such member */
export async function memberWith(client: PeopleClient, members: readonly Member[], userUuid: string): Promise<Member> {
  const listed = members.find((member) => member.userUuid === userUuid);
  if (listed !== undefined) return listed;
  const { results } = await client.execute(operationById('GetOrganizationMemberByUuid'), { userUuid });
  return memberOf(isObject(results) ? results : {});
}

function memberOf(person: JsonObject): Member {
  return {
    userUuid: text(person.userUuid) ?? '',
    label: plainText(formatPerson(person)),
    email: text(person.email) ?? '',
    role: text(person.role) ?? 'member',
    groups: objects(person.groups).map(groupOf),
    isPending: person.isPending === true,
    isInviteExpired: person.isInviteExpired === true,
    createdAt: text(person.userCreatedAt),
  };
}

const groupOf = (group: JsonObject): Group => ({
  uuid: text(group.uuid) ?? '',
  name: plainText(text(group.name) ?? '?'),
});

/** All groups of the organization. */
export async function fetchGroups(client: PeopleClient): Promise<readonly Group[]> {
  const { results } = await client.execute(operationById('ListGroupsInOrganization'), { includeMembers: 0 });
  return objects(isObject(results) ? results.data : results).map(groupOf);
}

const isSame = (left: string, right: string) => left.trim().toLowerCase() === right.trim().toLowerCase();

/** True for the word that stands for the user of the token. */
export const isOwnName = (person: string): boolean => /^(me|myself)$/i.test(person.trim());

/** The user of the token. @throws {ArgumentsError} if Lightdash does not say who it is */
export async function ownUser({
  read,
}: Pick<PeopleClient, 'read'>): Promise<{ userUuid: string; email: string | undefined }> {
  const user = await read(operationById('GetAuthenticatedUser'), {});
  const userUuid = isObject(user) ? text(user.userUuid) : undefined;
  if (!isObject(user) || userUuid === undefined)
    throw new ArgumentsError(['me: Lightdash does not say whose token this is']);
  return { userUuid, email: text(user.email) };
}

/**
 * A sentence for people of whom one is the user of the token, or may be as that cannot be read; empty if none is.
 *
 * @param sentence the one for the user of the token.
 */
export async function ifOwnUser(
  userUuids: readonly string[],
  { read }: Pick<PeopleClient, 'read'>,
  sentence: string,
): Promise<string> {
  const user = await read(operationById('GetAuthenticatedUser'), {}).catch(ignoreApiError);
  const own = isObject(user) ? text(user.userUuid) : undefined;
  if (own === undefined) return ' That may be you: the user of this token could not be read.';
  return userUuids.includes(own) ? ` ${sentence}` : '';
}

/** The member with a name as `memberNamed` takes it, or the user of the token for `me`. @throws {ArgumentsError} */
export async function findMember(
  client: PeopleClient,
  members: readonly Member[],
  user: string,
  options?: Parameters<typeof memberNamed>[2],
): Promise<Member> {
  return memberNamed(members, isOwnName(user) ? (await ownUser(client)).userUuid : user, options);
}

/**
 * The member with a uuid, an e-mail address or a full name; to look one up, also with a part of a name that only one has.
 *
 * @throws {ArgumentsError} if there is none or more than one.
 */
function memberNamed(members: readonly Member[], user: string, { argument = 'user', takesParts = false } = {}): Member {
  const nameOf = ({ label }: Member) => label.replace(/\s*<.*$/, '');
  const exact = members.filter(
    (member) => isSame(member.userUuid, user) || isSame(member.email, user) || isSame(nameOf(member), user),
  );
  const wanted = user.trim().toLowerCase();
  const matches =
    exact.length > 0 || isUuid(user) || !takesParts
      ? exact
      : members.filter(({ label }) => label.toLowerCase().includes(wanted));
  const [only] = matches;
  if (only && matches.length === 1) return only;
  const short = plainText(user.slice(0, 100));
  if (only)
    throw new ArgumentsError([
      `${argument}: ${matches.length} members match "${short}": ${labels(matches)}. Their e-mail addresses are unique`,
    ]);
  const close = nearest(
    user,
    members.map(({ label }) => label),
    { max: MAX_SUGGESTIONS },
  );
  throw new ArgumentsError([
    `${argument}: no member of the organization matches "${short}"${close.length > 0 ? `; the nearest: ${close.join(', ')}` : ''}`,
  ]);
}

const labels = (members: readonly Member[]) =>
  members
    .slice(0, 5)
    .map(({ label }) => label)
    .join(', ');

/**
 * The group with a uuid or a name.
 *
 * @throws {ArgumentsError} if there is none or more than one.
 */
export function groupNamed(groups: readonly Group[], group: string, argument = 'group'): Group {
  const matches = groups.filter(({ uuid, name }) => isSame(uuid, group) || isSame(name, group));
  const [only] = matches;
  if (only && matches.length === 1) return only;
  const short = plainText(group.slice(0, 100));
  if (only) throw new ArgumentsError([`${argument}: ${matches.length} groups are named "${short}"; the uuid decides`]);
  const names = nearest(
    group,
    groups.map(({ name }) => name),
    { max: MAX_SUGGESTIONS },
  );
  throw new ArgumentsError([
    `${argument}: there is no group "${short}"${names.length > 0 ? `; the nearest: ${names.join(', ')}` : ''}`,
  ]);
}
