import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { renderWithinBudget } from '../../render/page.ts';
import { formatPerson, pluralize } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { Budget } from '../../text/token-budget.ts';
import { ArgumentsError } from '../arguments.ts';
import type { ToolHandlers } from '../operation-tool.ts';
import { itemWith, list, results as resultsOf } from '../preview.ts';
import type { ToolArguments, ToolContext } from '../tool.ts';
import { assertNameIsFree, assertValuesFit } from './attribute-previews.ts';
import { groupNames } from './group-names.ts';
import { withUuids } from './named-holders.ts';

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

/**
 * An attribute as it is after a write, as get_user_attributes lists it.
 *
 * @param before the attribute as listed before a change: one without a difference is not called changed.
 */
async function answerWithAttribute(
  verb: 'Created' | 'Changed',
  results: unknown,
  context: ToolContext,
  before?: JsonObject,
) {
  const written = isObject(results) ? results : {};
  const listed = (await attributesNow(context))?.find(({ uuid }) => uuid === written.uuid);
  const attribute = listed ?? written;
  const uuids = [attribute, before]
    .flatMap((item) => objects(item?.groups))
    .flatMap(({ groupUuid }) => text(groupUuid) ?? []);
  const names = await groupNames(uuids, context);
  const lines = attributeLines(attribute, names);
  const isSame =
    before !== undefined && listed !== undefined && attributeLines(before, names).join('\n') === lines.join('\n');
  const head = `${isSame ? 'Nothing changed:' : verb} the user attribute ${lines[0] ?? ''}`;
  return { text: [head, ...lines.slice(1)].join('\n'), data: results };
}

/** The user attributes; undefined if they cannot be read. */
async function attributesNow({ execute }: ToolContext): Promise<readonly JsonObject[] | undefined> {
  const response = await execute(operationById('getUserAttributes'), {}).catch(ignoreApiError);
  return response && objects(response.results);
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
function completed(args: ToolArguments, attribute: JsonObject | undefined): ToolArguments {
  const written = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
  if (attribute !== undefined) return { ...argumentsOf(attribute), ...written };
  if (isWhole(args)) return args;
  throw new ArgumentsError(['userAttributeUuid: get_user_attributes does not list it']);
}

/** Handlers of user attributes. */
export const userAttributeHandlers = {
  async getUserAttributes(operation, args, context) {
    const { results } = await context.execute(operation, args);
    const groups = objects(results).flatMap((attribute) => objects(attribute.groups));
    const uuids = groups.flatMap(({ groupUuid }) => text(groupUuid) ?? []);
    return { text: renderAttributes(results, await groupNames(uuids, context), context.budget), data: results };
  },
  async createUserAttribute(operation, args, context) {
    await assertValuesFit(args, context);
    assertNameIsFree(await attributesNow(context), args.name);
    const { results } = await context.execute(operation, await withUuids(args, context));
    return answerWithAttribute('Created', results, context);
  },
  async updateUserAttribute(operation, args, context) {
    await assertValuesFit(args, context);
    // Without all of it in the call, an attribute that cannot be read is not written.
    const attributes = isWhole(args)
      ? ((await attributesNow(context)) ?? [])
      : list.parse(await resultsOf(context, 'getUserAttributes', {}));
    const attribute = itemWith(attributes, 'uuid', args.userAttributeUuid);
    const wanted = completed(await withUuids(args, context), attribute);
    assertNameIsFree(attributes, args.name, args.userAttributeUuid);
    const { results } = await context.execute(operation, wanted);
    return answerWithAttribute('Changed', results, context, attribute);
  },
} satisfies ToolHandlers;
