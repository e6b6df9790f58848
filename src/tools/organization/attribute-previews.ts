import { ignoreApiError } from '../../lightdash/errors.ts';
import { formatPerson } from '../../text/format.ts';
import { type JsonObject, objects } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import {
  defaultOf,
  describeValueChanges,
  effectOfValues,
  heldBy,
  heldDirectly,
  NO_VALUE,
  valueChanges,
} from '../people/attribute-values.ts';
import { fetchMembers, type Member } from '../people/find-person.ts';
import {
  count,
  cutMark,
  itemWith,
  list,
  nameOf,
  notListed,
  type Preview,
  type PreviewClient,
  quoted,
  results,
  shown,
} from '../preview.ts';
import type { ToolArguments } from '../tool.ts';
import { groupNames } from './group-names.ts';
import { withUuids } from './named-holders.ts';

/** A written value in the form of getUserAttributes. */
const asListed = ({ value, ...holder }: JsonObject): JsonObject =>
  Array.isArray(value) ? { ...holder, values: value } : { ...holder, value };

/** An attribute as it is after a write: what the arguments leave out stays. */
function afterWrite(attribute: JsonObject, { attributeDefault, users, groups }: ToolArguments): JsonObject {
  const { attributeDefaults: _, ...rest } = attribute;
  const fallback = Array.isArray(attributeDefault) ? { attributeDefaults: attributeDefault } : { attributeDefault };
  return {
    ...(attributeDefault === undefined ? attribute : { ...rest, ...fallback }),
    ...(users !== undefined && { users: objects(users).map(asListed) }),
    ...(groups !== undefined && { groups: objects(groups).map(asListed) }),
  };
}

const valueOrNone = (value: string | undefined): string => (value === undefined ? NO_VALUE : quoted(value));

/** A value that is set, changed or removed. */
interface WrittenValue {
  /** Uuid of a person; undefined for a group and the default. */
  readonly userUuid?: string;
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

/** The values of people, groups and everyone else that a write changes. */
async function writtenValues(
  before: JsonObject,
  after: JsonObject,
  members: readonly Member[] | undefined,
  client: PreviewClient,
): Promise<readonly WrittenValue[]> {
  const changed = (list: 'users' | 'groups', key: 'userUuid' | 'groupUuid') => {
    const items = [...objects(before[list]), ...objects(after[list])];
    return [...new Set(items.map((item) => String(item[key])))].flatMap((uuid) => {
      const [had, has] = [before, after].map((attribute) => heldDirectly(attribute[list], key, uuid));
      return had === has ? [] : [{ uuid, before: valueOrNone(had), after: valueOrNone(has) }];
    });
  };
  const people = changed('users', 'userUuid');
  const groups = changed('groups', 'groupUuid');
  const names = await groupNames(
    groups.map(({ uuid }) => uuid),
    client,
  );
  const personLabel = (uuid: string): string => {
    const member = members?.find(({ userUuid }) => userUuid === uuid)?.label;
    const entry = itemWith(list.parse(before.users), 'userUuid', uuid);
    return member ?? (entry ? plainText(formatPerson(entry)) : uuid);
  };
  /** The value that counts for a person, if it changes with their own. */
  const counting = (uuid: string) => {
    const member = members?.find(({ userUuid }) => userUuid === uuid);
    return member && valueChanges([heldBy(before, member)], [heldBy(after, member)])[0];
  };
  const [had, has] = [before, after].map((attribute) => valueOrNone(defaultOf(attribute)));
  return [
    ...people.map(({ uuid, ...change }) => ({
      ...(counting(uuid) ?? change),
      userUuid: uuid,
      label: personLabel(uuid),
    })),
    ...groups.map(({ uuid, ...change }) => ({ ...change, label: `group ${quoted(names.get(uuid) ?? uuid)}` })),
    ...(had === undefined || has === undefined || had === has
      ? []
      : [{ label: 'the default', before: had, after: has }]),
  ];
}

/** Sentences on the values that a write changes, and on everyone who has another one then. */
async function describeValues(
  head: string,
  before: JsonObject,
  after: JsonObject,
  client: PreviewClient,
): Promise<string | undefined> {
  const members = await fetchMembers(client).catch(ignoreApiError);
  const written = await writtenValues(before, after, members, client);
  if (written.length === 0) return undefined;
  const people = (members ?? []).map((member) => ({
    ...member,
    changes: valueChanges([heldBy(before, member)], [heldBy(after, member)]),
  }));
  const isSaid = ({ userUuid }: Member) => written.some((item) => item.userUuid === userUuid);
  const values = written.map(({ label, before: had, after: has }) => `${label} from ${had} to ${has}`);
  const all = people.flatMap(({ changes }) => changes);
  const sentences = [
    `${head}: ${shown(values)}.`,
    describeValueChanges(people.filter((member) => !isSaid(member))),
    ...(members === undefined ? ['Who has another value then could not be read.'] : []),
    effectOfValues(members === undefined ? written : all),
  ].filter((sentence) => sentence !== '');
  const reached = people.filter(({ changes }) => changes.length > 0).map(({ userUuid }) => userUuid);
  const mark = cutMark([...written.map(({ label, after: has }) => `${label} ${has}`), ...reached]);
  return `${sentences.join(' ')}${mark}`;
}

/**
 * Lightdash answers 500 to a name that another attribute has (recorded on 0.1366 and 1.219).
 *
 * @throws {ArgumentsError} if one of the attributes, but the one with the uuid, has the name.
 */
export function assertNameIsFree(attributes: readonly JsonObject[] | undefined, name: unknown, uuid?: unknown): void {
  const taken = name === undefined ? undefined : attributes?.find((item) => item.name === name && item.uuid !== uuid);
  if (taken !== undefined)
    throw new ArgumentsError([
      `name: there is a user attribute ${nameOf(taken)} already (userAttributeUuid ${String(taken.uuid)})`,
    ]);
}

/** Every value that is set, changed or removed, and another name; undefined if there is none. */
export const previewUpdateUserAttribute: Preview = async (raw, client) => {
  const attributes = list.parse(await results(client, 'getUserAttributes', {}));
  const attribute = itemWith(attributes, 'uuid', raw.userAttributeUuid);
  if (attribute === undefined) return undefined;
  assertNameIsFree(attributes, raw.name, attribute.uuid);
  const args = await withUuids(raw, client);
  const head = `Changes the user attribute ${nameOf(attribute)}`;
  const values = await describeValues(head, attribute, afterWrite(attribute, args), client);
  const isRenamed = args.name !== undefined && args.name !== attribute.name;
  const parts = [
    ...(values === undefined ? [] : [values]),
    ...(isRenamed ? [renaming(nameOf(attribute), quoted(String(args.name)))] : []),
  ];
  return parts.length === 0 ? undefined : plainText(parts.join(' '));
};

const renaming = (before: string, after: string): string =>
  `Renames the user attribute ${before} to ${after}: rules of the dbt model name it, and those with the old name find no value any more. Rows and fields that need it are hidden from everyone, or their queries fail, until the model is changed.`;

/** The members of groups that get a value; undefined without groups. */
export const previewCreateUserAttribute: Preview = async (raw, client) => {
  if (objects(raw.groups).length === 0) return undefined;
  assertNameIsFree(list.parse(await results(client, 'getUserAttributes', {})), raw.name);
  const args = await withUuids(raw, client);
  const none = { name: args.name, users: [], groups: [] };
  return describeValues(`Creates the user attribute ${nameOf(none)}`, none, afterWrite(none, args), client);
};

/** The attribute with its default, and the people and groups that have a value. */
export const previewRemoveUserAttribute: Preview = async ({ userAttributeUuid }, client) => {
  const attributes = list.parse(await results(client, 'getUserAttributes', {}));
  const attribute = itemWith(attributes, 'uuid', userAttributeUuid);
  const name = attribute ? nameOf(attribute) : notListed(userAttributeUuid);
  const users = list.parse(attribute?.users);
  const groups = list.parse(attribute?.groups);
  const names = await groupNames(
    groups.map(({ groupUuid }) => String(groupUuid)),
    client,
  );
  const labels = groups.map(({ groupUuid }) => quoted(names.get(String(groupUuid)) ?? String(groupUuid)));
  const fallback = attribute && defaultOf(attribute);
  const holders = [
    `${count(users, 'person', 'people')}${users.length > 0 ? ` (${shown(users.map((user) => plainText(formatPerson(user))))})` : ''}`,
    `${count(groups, 'group')}${groups.length > 0 ? ` (${shown(labels)})` : ''}`,
    ...(fallback === undefined ? [] : [`the default ${quoted(fallback)}`]),
  ];
  return `Deletes the user attribute ${name} with the values of ${holders.join(' and ')}. Rows and fields that require it are hidden from everyone afterwards.`;
};
