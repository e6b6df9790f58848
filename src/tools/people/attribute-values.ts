import { operationById } from '../../operations/index.ts';
import { type JsonObject, objects, text, texts } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { quoted, shown } from '../preview.ts';
import type { Group, Member, PeopleClient } from './find-person.ts';
import { ifAllowed } from './user-access-facts.ts';

/** A user attribute with what a person has of it. */
export interface HeldAttribute {
  readonly name: string;
  /** Values of their own and, with the group, of their groups; several of one holder are joined by commas. */
  readonly values: readonly { readonly value: string; readonly group?: Group }[];
  /** The default. */
  readonly fallback: string | undefined;
}

/** The user attributes with the values of a member; undefined if this token may not read attributes. */
export async function fetchAttributes(
  client: PeopleClient,
  member: Member,
): Promise<readonly HeldAttribute[] | undefined> {
  const response = await ifAllowed(client.execute(operationById('getUserAttributes'), {}));
  return response && objects(response.results).map((attribute) => heldBy(attribute, member));
}

/** One user attribute, as getUserAttributes lists it, with what a person has of it. */
export function heldBy(
  attribute: JsonObject,
  { userUuid, groups }: Pick<Member, 'userUuid' | 'groups'>,
): HeldAttribute {
  const own = objects(attribute.users).filter((entry) => entry.userUuid === userUuid);
  const byGroup = objects(attribute.groups).flatMap((entry) => {
    const group = groups.find(({ uuid }) => entry.groupUuid === uuid);
    return group ? [{ value: entryValue(entry), group }] : [];
  });
  return {
    name: plainText(text(attribute.name) ?? '?'),
    values: [...own.map((entry) => ({ value: entryValue(entry) })), ...byGroup],
    fallback: defaultOf(attribute),
  };
}

/** The values of one holder, joined by commas; newer servers also send the first of several as `value`. */
export const entryValue = ({ values, value }: JsonObject): string =>
  plainText((texts(values).length > 0 ? texts(values) : [String(value)]).join(', '));

/** The value that a list of an attribute has for one person or group; undefined for none. */
export function heldDirectly(holders: unknown, key: string, uuid: string): string | undefined {
  const entries = objects(holders).filter((item) => item[key] === uuid);
  return entries.length === 0 ? undefined : entries.map(entryValue).join(', ');
}

/** The default of an attribute, several joined by commas; undefined for none. */
export function defaultOf({ attributeDefaults, attributeDefault }: JsonObject): string | undefined {
  const several = texts(attributeDefaults);
  const single = text(attributeDefault);
  const all = several.length > 0 ? several : single === undefined ? [] : [single];
  return all.length > 0 ? plainText(all.join(', ')) : undefined;
}

/** Another value of an attribute than before, as `"Americas"`, `"all" (default)` or `none`. */
export interface ValueChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** Word for no value. */
export const NO_VALUE = 'none';
/** Changes in one sentence, each with the people whom it reaches. */
const MAX_CHANGES = 10;

/**
 * The values that count for a person: their own and those of their groups, else the default. Both are named, as it is not
 * measured which one counts of the two.
 */
function valueThatCounts({ values, fallback }: HeldAttribute): string {
  const held = [...new Set(values.map(({ value }) => quoted(value)))].join(' and ');
  return held || (fallback === undefined ? NO_VALUE : `${quoted(fallback)} (default)`);
}

/** The attributes whose value for a person differs, by name; one that is gone has no value. */
export function valueChanges(before: readonly HeldAttribute[], after: readonly HeldAttribute[]): ValueChange[] {
  return before.flatMap((held) => {
    const now = after.find(({ name }) => name === held.name);
    const [had, has] = [valueThatCounts(held), now === undefined ? NO_VALUE : valueThatCounts(now)];
    return had === has ? [] : [{ name: held.name, before: had, after: has }];
  });
}

/** Without the value of a group. */
export const withoutGroup = (held: HeldAttribute, { uuid }: Pick<Group, 'uuid'>): HeldAttribute => ({
  ...held,
  values: held.values.filter(({ group }) => group?.uuid !== uuid),
});

/** `"region" from "Americas" to "all" (default)`, for each of some changes. */
const changeWords = (changes: readonly ValueChange[]): string =>
  changes.map(({ name, before, after }) => `${quoted(name)} from ${before} to ${after}`).join(' and ');

/** A person with the values that change for them. */
interface PersonChanges {
  readonly label: string;
  readonly changes: readonly ValueChange[];
}

/** Sentences on people whose values of user attributes change; empty for none. */
export function describeValueChanges(people: readonly PersonChanges[]): string {
  const labelsByChange = new Map<string, string[]>();
  for (const { label, changes } of people) {
    if (changes.length === 0) continue;
    const words = changeWords(changes);
    labelsByChange.set(words, [...(labelsByChange.get(words) ?? []), label]);
  }
  if (labelsByChange.size === 0) return '';
  const parts = [...labelsByChange].map(([words, labels]) => `${words} for ${shown(labels)}`);
  return `Values of user attributes change: ${parts.slice(0, MAX_CHANGES).join('; ')}${parts.length > MAX_CHANGES ? `; and ${parts.length - MAX_CHANGES} other changes` : ''}.`;
}

/** Sentences on the rows that people see with other values, or without one; empty for no changes. */
export function effectOfValues(changes: readonly Pick<ValueChange, 'after'>[]): string {
  const hides = changes.some(({ after }) => after === NO_VALUE);
  const shows = changes.some(({ after }) => after !== NO_VALUE);
  const sentences = [
    ...(hides ? ['Without a value, rows and fields that need one are hidden from them.'] : []),
    ...(shows ? ['They may see other rows and fields than before, or more.'] : []),
  ];
  return sentences.join(' ');
}

/** Both, for people whose changes are all in them. */
export function describeChangesWithEffect(people: readonly PersonChanges[]): string {
  return [describeValueChanges(people), effectOfValues(people.flatMap(({ changes }) => changes))]
    .filter((sentence) => sentence !== '')
    .join(' ');
}
