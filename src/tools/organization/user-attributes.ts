import { renderWithinBudget } from '../../render/page.ts';
import { formatPerson, pluralize } from '../../text/format.ts';
import { objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { Budget } from '../../text/token-budget.ts';
import type { ToolHandlers } from '../operation-tool.ts';
import { groupNames } from './group-names.ts';

/** A single value as it is, several as a JSON list; newer servers also send the first of several as `value`. */
function valuesOf(values: unknown, value: unknown): string | undefined {
  if (Array.isArray(values) && values.length > 0)
    return values.length === 1 ? String(values[0]) : JSON.stringify(values);
  return value === null || value === undefined ? undefined : String(value);
}

/**
 * The user attributes (getUserAttributes), each with its default and its values by person and group. With ids, because
 * update_user_attribute replaces all values.
 *
 * @param names names of groups by uuid.
 */
export function renderAttributes(answer: unknown, names: ReadonlyMap<string, string>, budget: Budget): string {
  const attributes = objects(answer);
  if (attributes.length === 0) return 'No user attributes.';
  const lines = attributes.flatMap((attribute) => {
    const { description } = attribute;
    const about = text(description) ? `: ${text(description)}` : '';
    const defaults = valuesOf(attribute.attributeDefaults, attribute.attributeDefault);
    const fallback = defaults === undefined ? 'no default' : `default ${defaults}`;
    const people = objects(attribute.users).map(
      (each) => `- ${formatPerson(each)} (userUuid ${each.userUuid}) = ${valuesOf(each.values, each.value)}`,
    );
    const groups = objects(attribute.groups).map(
      ({ groupUuid, value, values }) =>
        `- group ${names.get(text(groupUuid) ?? '') ?? '?'} (groupUuid ${groupUuid}) = ${valuesOf(values, value)}`,
    );
    const head = `${text(attribute.name) ?? '?'} (userAttributeUuid ${text(attribute.uuid) ?? '?'}, ${fallback})${about}`;
    return [head, ...people, ...groups].map(plainText);
  });
  return renderWithinBudget(
    [`${pluralize(attributes.length, 'user attribute')}:`],
    lines,
    budget,
    'lines',
    'LIGHTDASH_MAX_RESULT_TOKENS sets how much is shown',
  );
}

export const userAttributeHandlers = {
  async getUserAttributes(operation, args, context) {
    const { results } = await context.execute(operation, args);
    const groups = objects(results).flatMap((attribute) => objects(attribute.groups));
    const uuids = groups.flatMap(({ groupUuid }) => text(groupUuid) ?? []);
    return { text: renderAttributes(results, await groupNames(uuids, context), context.budget), data: results };
  },
} satisfies ToolHandlers;
