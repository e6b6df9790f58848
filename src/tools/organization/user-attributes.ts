import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { renderWithinBudget } from '../../render/page.ts';
import { formatPerson, pluralize } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { Budget } from '../../text/token-budget.ts';
import { ArgumentsError } from '../arguments.ts';
import type { ToolHandlers } from '../operation-tool.ts';
import { fetchMembers } from '../people/find-person.ts';
import {
  itemWith,
  list,
  nameOf,
  type Preview,
  type PreviewClient,
  personOf,
  quoted,
  results as resultsOf,
  shown,
} from '../preview.ts';
import type { ToolArguments, ToolContext } from '../tool.ts';
import { groupNames, OTHER_ROWS } from './group-names.ts';

/** The values of an attribute; newer servers also send the first of several as `value`. */
function valuesOf(values: unknown, value: unknown): string | undefined {
  if (Array.isArray(values) && values.length > 0) return values.map(String).join(', ');
  return value === null || value === undefined ? undefined : String(value);
}

/**
 * The user attributes (getUserAttributes), each with its default and its values by person and group. With ids, because
 * update_user_attribute replaces all values.
 *
 * @param names names of groups by uuid.
 */
export function renderAttributes(results: unknown, names: ReadonlyMap<string, string>, budget: Budget): string {
  const attributes = objects(results);
  if (attributes.length === 0) return 'No user attributes.';
  const lines = attributes.flatMap((attribute) => attributeLines(attribute, names));
  return renderWithinBudget(
    [`${pluralize(attributes.length, 'user attribute')}:`],
    lines,
    budget,
    'lines',
    'LIGHTDASH_MAX_RESULT_TOKENS sets how much is shown',
  );
}

/** An attribute with its default, and a line for each value of a person or group. */
function attributeLines(attribute: JsonObject, names: ReadonlyMap<string, string>): string[] {
  const { description } = attribute;
  const suffix = text(description) ? `: ${text(description)}` : '';
  const defaults = valuesOf(attribute.attributeDefaults, attribute.attributeDefault);
  const fallback = defaults === undefined ? 'no default' : `default ${defaults}`;
  const people = objects(attribute.users).map(
    (item) => `- ${formatPerson(item)} (userUuid ${item.userUuid}) = ${valuesOf(item.values, item.value)}`,
  );
  const groups = objects(attribute.groups).map(
    ({ groupUuid, value, values }) =>
      `- group ${names.get(text(groupUuid) ?? '') ?? '?'} (groupUuid ${groupUuid}) = ${valuesOf(values, value)}`,
  );
  const head = `${text(attribute.name) ?? '?'} (userAttributeUuid ${text(attribute.uuid) ?? '?'}, ${fallback})${suffix}`;
  return [head, ...people, ...groups].map(plainText);
}

/** An attribute as it is after a write, as get_user_attributes lists it. */
async function answerWithAttribute(verb: string, results: unknown, context: ToolContext) {
  const written = isObject(results) ? results : {};
  const all = await context.execute(operationById('getUserAttributes'), {}).catch(ignoreApiError);
  const attribute = objects(all?.results).find(({ uuid }) => uuid === written.uuid) ?? written;
  const uuids = objects(attribute.groups).flatMap(({ groupUuid }) => text(groupUuid) ?? []);
  const lines = attributeLines(attribute, await groupNames(uuids, context));
  return { text: [`${verb} the user attribute ${lines[0] ?? ''}`, ...lines.slice(1)].join('\n'), data: results };
}

/** Values as a write takes them; undefined if there are none. */
const writtenValues = ({ values, value }: JsonObject): string | string[] | undefined => {
  if (Array.isArray(values) && values.length > 1) return values.map(String);
  const [only = value] = Array.isArray(values) ? values : [];
  return typeof only === 'string' ? only : undefined;
};

/** An attribute as the arguments that write it unchanged: Lightdash replaces all of it. */
function argumentsOf(attribute: JsonObject) {
  const { attributeDefaults: values, attributeDefault: value } = attribute;
  const withValue = (key: 'userUuid' | 'groupUuid') => (item: JsonObject) => ({
    [key]: item[key],
    value: writtenValues(item),
  });
  return {
    name: attribute.name,
    description: text(attribute.description),
    attributeDefault: writtenValues({ values, value }) ?? null,
    users: objects(attribute.users).map(withValue('userUuid')),
    groups: objects(attribute.groups).map(withValue('groupUuid')),
  };
}

/** All that Lightdash wants of an attribute. */
const isWhole = (args: ToolArguments): boolean =>
  ['name', 'attributeDefault', 'users', 'groups'].every((name) => args[name] !== undefined);

/** Arguments of a change with what they leave out as it is now. @throws {ArgumentsError} if no list has the attribute */
async function completed(args: ToolArguments, context: ToolContext): Promise<ToolArguments> {
  if (isWhole(args) && args.description !== undefined) return args;
  const attributes = list.parse(await resultsOf(context, 'getUserAttributes', {}));
  const attribute = itemWith(attributes, 'uuid', args.userAttributeUuid);
  if (attribute !== undefined) return { ...argumentsOf(attribute), ...args };
  if (isWhole(args)) return args;
  throw new ArgumentsError(['userAttributeUuid: get_user_attributes does not list it']);
}

const valueText = ({ values, value }: JsonObject): string => valuesOf(values, value) ?? 'none';

/** Items of a list that the list in its place lacks; none if there is no such list. */
function lostItems(items: unknown, written: unknown, key: string): JsonObject[] {
  if (written === undefined) return [];
  const kept = new Set(objects(written).map((item) => String(item[key]).toLowerCase()));
  return objects(items).filter((item) => !kept.has(String(item[key]).toLowerCase()));
}

/**
 * Effects of a change that reach people whom it may not mean: lost values, another default, another name. Undefined if there
 * are none.
 */
export const previewUpdateUserAttribute: Preview = async (args, client) => {
  const attributes = list.parse(await resultsOf(client, 'getUserAttributes', {}));
  const attribute = itemWith(attributes, 'uuid', args.userAttributeUuid);
  if (attribute === undefined) return undefined;
  const lostPeople = lostItems(attribute.users, args.users, 'userUuid');
  const lostGroups = lostItems(attribute.groups, args.groups, 'groupUuid');
  const names = await groupNames(
    lostGroups.map(({ groupUuid }) => String(groupUuid)),
    client,
  );
  const lost = [
    ...lostPeople.map((item) => `${personOf(item)} (${valueText(item)})`),
    ...lostGroups.map((group) => {
      const uuid = String(group.groupUuid);
      return `group ${quoted(names.get(uuid) ?? uuid)} (${valueText(group)})`;
    }),
  ];
  const before = valuesOf(attribute.attributeDefaults, attribute.attributeDefault);
  const after = args.attributeDefault === undefined ? before : valuesOf(args.attributeDefault, args.attributeDefault);
  const isRenamed = args.name !== undefined && args.name !== attribute.name;
  const parts = [
    ...(lost.length > 0 ? [`Takes from the user attribute ${nameOf(attribute)} the values of ${shown(lost)}.`] : []),
    ...(lost.length > 0 ? [valueAfterwards(after)] : []),
    ...(before === after ? [] : [defaultChange(nameOf(attribute), before, after)]),
    ...(isRenamed ? [renaming(nameOf(attribute), quoted(String(args.name)))] : []),
  ];
  if (parts.length === 0) return undefined;
  return plainText([...parts, ...(await valuesGiven(attribute, args, client))].join(' '));
};

/** A sentence on the people and groups that get a value, or another one than now. */
async function valuesGiven(attribute: JsonObject, args: ToolArguments, client: PreviewClient): Promise<string[]> {
  const isNew = (items: unknown, key: string) => (item: JsonObject) => {
    const held = objects(items).find((other) => String(other[key]).toLowerCase() === String(item[key]).toLowerCase());
    return held === undefined || valueText(held) !== valuesOf(item.value, item.value);
  };
  const people = objects(args.users).filter(isNew(attribute.users, 'userUuid'));
  const groups = objects(args.groups).filter(isNew(attribute.groups, 'groupUuid'));
  if (people.length === 0 && groups.length === 0) return [];
  const uuids = groups.map(({ groupUuid }) => String(groupUuid));
  const [members, names] = await Promise.all([
    people.length === 0 ? [] : fetchMembers(client).catch(ignoreApiError),
    groupNames(uuids, client),
  ]);
  const personName = (uuid: string) => members?.find(({ userUuid }) => userUuid === uuid)?.label ?? uuid;
  const holders = [
    ...people.map(({ userUuid, value }) => `${personName(String(userUuid))} (${valuesOf(value, value)})`),
    ...groups.map(({ groupUuid, value }) => {
      const uuid = String(groupUuid);
      return `group ${quoted(names.get(uuid) ?? uuid)} (${valuesOf(value, value)})`;
    }),
  ];
  return [`Gives values to ${shown(holders)}.`];
}

/** The value that counts for people without their own: that of a group, else the default. */
const valueAfterwards = (fallback: string | undefined): string =>
  fallback === undefined
    ? 'Without a value of a group of theirs, rows and fields that need one are hidden from them afterwards.'
    : `Without a value of a group of theirs, the default ${fallback} counts for them afterwards: ${OTHER_ROWS}.`;

const defaultChange = (name: string, before: string | undefined, after: string | undefined): string =>
  `The default of ${name} changes from ${before ?? 'none'} to ${after ?? 'none'} for everyone without a value of their own or of a group: ${
    after === undefined ? 'rows and fields that need one are hidden from them afterwards.' : `${OTHER_ROWS}.`
  }`;

const renaming = (before: string, after: string): string =>
  `Renames the user attribute ${before} to ${after}: rules of the dbt model name it, and those with the old name find no value any more. Rows and fields that need it are hidden from everyone, or their queries fail, until the model is changed.`;

/** Handlers of user attributes. */
export const userAttributeHandlers = {
  async getUserAttributes(operation, args, context) {
    const { results } = await context.execute(operation, args);
    const groups = objects(results).flatMap((attribute) => objects(attribute.groups));
    const uuids = groups.flatMap(({ groupUuid }) => text(groupUuid) ?? []);
    return { text: renderAttributes(results, await groupNames(uuids, context), context.budget), data: results };
  },
  async createUserAttribute(operation, args, context) {
    const { results } = await context.execute(operation, args);
    return answerWithAttribute('Created', results, context);
  },
  async updateUserAttribute(operation, args, context) {
    const { results } = await context.execute(operation, await completed(args, context));
    return answerWithAttribute('Changed', results, context);
  },
} satisfies ToolHandlers;
