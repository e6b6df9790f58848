import { ignoreApiError } from '../../lightdash/errors.ts';
import { health, isSince, versionOf } from '../../lightdash/server-release.ts';
import { formatPerson } from '../../text/format.ts';
import { type JsonObject, objects } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import {
  defaultOf,
  describeValueChanges,
  effectOfValues,
  entryValue,
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

/** The first release with several values of one holder. */
const SEVERAL_VALUES_SINCE = '0.3243';

/**
 * Lightdash before several values answers that a value is required to a list of them (recorded on 0.1366).
 *
 * @throws {ArgumentsError} for several values on such a release.
 */
export async function assertValuesFit(
  { attributeDefault, users, groups }: ToolArguments,
  { read }: Pick<PreviewClient, 'read'>,
): Promise<void> {
  const isSeveral = (value: unknown) => Array.isArray(value) && value.length > 1;
  if (![attributeDefault, ...[...objects(users), ...objects(groups)].map(({ value }) => value)].some(isSeveral)) return;
  const version = versionOf(await read(health, {}).catch(ignoreApiError));
  if (version !== undefined && !isSince(version, SEVERAL_VALUES_SINCE))
    throw new ArgumentsError([
      `this Lightdash (${version}) takes one value for each person, group and default, not a list of several`,
    ]);
}

/** Every value that is set, changed or removed, and another name; undefined if there is none. */
export const previewUpdateUserAttribute: Preview = async (raw, client) => {
  await assertValuesFit(raw, client);
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

/** The members of groups, and everyone by the default, who get a value; undefined without groups and default. */
export const previewCreateUserAttribute: Preview = async (raw, client) => {
  await assertValuesFit(raw, client);
  if (objects(raw.groups).length === 0 && (raw.attributeDefault ?? null) === null) return undefined;
  assertNameIsFree(list.parse(await results(client, 'getUserAttributes', {})), raw.name);
  const args = await withUuids(raw, client);
  const none = { name: args.name, users: [], groups: [] };
  return describeValues(`Creates the user attribute ${nameOf(none)}`, none, afterWrite(none, args), client);
};

/** The attribute with its default, and the values of people and groups: they can be entered again from this text alone. */
export const previewRemoveUserAttribute: Preview = async ({ userAttributeUuid }, client) => {
  const attributes = list.parse(await results(client, 'getUserAttributes', {}));
  const attribute = itemWith(attributes, 'uuid', userAttributeUuid);
  if (attribute === undefined) return `Deletes the user attribute ${notListed(userAttributeUuid)}. ${HIDDEN}`;
  const [users, groups] = [objects(attribute.users), objects(attribute.groups)];
  const names = await groupNames(
    groups.map(({ groupUuid }) => String(groupUuid)),
    client,
  );
  const ofPeople = users.map((user) => `${plainText(formatPerson(user))} = ${entryValue(user)}`);
  const ofGroups = groups.map(
    (group) => `${quoted(names.get(String(group.groupUuid)) ?? String(group.groupUuid))} = ${entryValue(group)}`,
  );
  const fallback = defaultOf(attribute);
  const parts = [
    ...(users.length > 0 ? [`the values of ${count(users, 'person', 'people')} (${shown(ofPeople)})`] : []),
    ...(groups.length > 0 ? [`the values of ${count(groups, 'group')} (${shown(ofGroups)})`] : []),
    ...(fallback === undefined ? [] : [`the default ${quoted(fallback)}`]),
  ];
  const marks = [...ofPeople, ...ofGroups];
  return `Deletes the user attribute ${nameOf(attribute)} with ${parts.join(' and ') || 'no value of anyone'}. ${HIDDEN}${cutMark(marks)}`;
};

const HIDDEN = 'Rows and fields that require it are hidden from everyone afterwards.';
