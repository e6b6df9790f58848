import { isObject, type JsonObject, list, text } from '../../text/json.ts';
import type { Diagnostics } from '../diagnostics.ts';
import { modelField } from '../fields/explore.ts';
import type { Field, FieldIndex } from '../fields/field.ts';
import type { FilterGroup, FilterNode, FilterRule, Filters } from './lightdash-filters.ts';

/**
 * Adds the filters that the model requires of the base table, unless the query filters that field (or a time grain of it)
 * itself. Lightdash's web app does this; its server does not, and returns different numbers without them.
 */
export function addRequiredFilters(index: FieldIndex, filters: Filters, diagnostics: Diagnostics): Filters {
  const filtered = filteredFields(filters).flatMap((id) => index.fields.get(id) ?? []);
  const families = new Set(filtered.map(family));
  const added = index.requiredFilters.flatMap((required, position) => {
    const field = modelField(index, index.baseTable, required.fieldRef);
    if (field?.kind !== 'dimension' || families.has(family(field)) || required.rule.disabled === true) return [];
    const operator = text(required.rule.operator);
    if (!operator) return [];
    const rule: FilterRule = {
      id: `required${position + 1}`,
      target: { fieldId: field.id },
      operator,
      values: list(required.rule.values),
      ...(isObject(required.rule.settings) && { settings: required.rule.settings }),
    };
    const kind = isDefaultFilter(required.rule) ? "the model's default filter" : 'the filter that the model requires';
    diagnostics.note(`Added ${kind} on ${field.id}; one of yours on it takes its place.`);
    return [rule];
  });
  return added.length > 0 ? { ...filters, dimensions: join(filters.dimensions, added) } : filters;
}

/** True for a filter of the model that a query may do without (`required: false`, newer releases). */
export const isDefaultFilter = (rule: JsonObject): boolean => rule.required === false;

function join(group: FilterGroup | undefined, rules: readonly FilterRule[]): FilterGroup {
  if (!group) return { id: 'required', and: rules };
  if ('and' in group) return { ...group, and: [...group.and, ...rules] };
  return { id: 'required', and: [group, ...rules] };
}

const family = (field: Field): string => field.intervalBase ?? field.id;

/** Ids of the filtered fields, without those of disabled rules. */
export function filteredFields(filters: Filters): readonly string[] {
  return [filters.dimensions, filters.metrics, filters.tableCalculations].flatMap((group) =>
    group ? fieldsOf(group) : [],
  );
}

function fieldsOf(node: FilterNode): readonly string[] {
  if ('and' in node) return node.and.flatMap(fieldsOf);
  if ('or' in node) return node.or.flatMap(fieldsOf);
  return 'disabled' in node && node.disabled === true ? [] : [node.target.fieldId];
}
