import { unexpectedServerError } from '../errors.ts';
import type { FilterGroup, FilterRule } from './metric-query.ts';

/** The rules of a group and of its nested groups. Lightdash does not check their shape: a wrong one is a 500. */
export function listRules(group: FilterGroup | undefined): FilterRule[] {
  if (!group) return [];
  return items(group).flatMap((item) => {
    if (isGroup(item)) return listRules(item);
    if (typeof item.target?.fieldId !== 'string') throw unexpectedServerError();
    return [item];
  });
}

/** `((…) AND (…))`; undefined when the group sets no condition. */
export function renderGroup(
  group: FilterGroup | undefined,
  renderRule: (rule: FilterRule) => string,
): string | undefined {
  if (!group) return undefined;
  const conditions = items(group).flatMap((item) => {
    const condition = isGroup(item) ? renderGroup(item, renderRule) : `(\n  ${renderRule(item)}\n)`;
    return condition ? [condition] : [];
  });
  return conditions.length > 0 ? `(${conditions.join(group.and ? ' AND ' : ' OR ')})` : undefined;
}

function items(group: FilterGroup): readonly (FilterGroup | FilterRule)[] {
  const items = group.and ?? group.or;
  if (!Array.isArray(items)) throw unexpectedServerError();
  return items;
}

function isGroup(item: FilterGroup | FilterRule): item is FilterGroup {
  return 'and' in item || 'or' in item;
}
