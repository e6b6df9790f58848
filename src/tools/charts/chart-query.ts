import { chartFields } from '../../charts/chart-definition.ts';
import { readCustomFields } from '../../query/builder/custom-fields.ts';
import { fanOutWarnings } from '../../query/builder/fan-out-warnings.ts';
import { Diagnostics } from '../../query/diagnostics.ts';
import type { FieldIndex } from '../../query/fields/field.ts';
import { dashboardRules } from '../../query/filters/dashboard-filters.ts';
import { describeRule } from '../../query/filters/describe-filters.ts';
import { type FilterKind, filterKinds } from '../../query/filters/lightdash-filters.ts';
import { isObject, type JsonObject, objects } from '../../text/json.ts';

/** The rules of dashboard filters that are not disabled, of all kinds or of one. */
export const activeRules = (filters: unknown, kind?: FilterKind): readonly JsonObject[] =>
  dashboardRules(filters, kind && [kind]).filter((rule) => rule.disabled !== true);

/**
 * A chart's query under filters of a dashboard. On 1.219 one of them replaces the chart's rules on its field; on 0.1366 it
 * holds in addition to them (measured).
 */
export function withDashboardRules(
  query: JsonObject,
  dashboardFilters: unknown,
  explore: FieldIndex | undefined,
  { isNewer }: { readonly isNewer: boolean },
): JsonObject {
  const filters = asObject(query.filters);
  const kinds = filterKinds.flatMap((kind) => {
    const rules = activeRules(dashboardFilters, kind).filter(
      (rule) => describeRule(rule) !== undefined && explore?.fields.has(String(targetOf(rule))) !== false,
    );
    if (rules.length === 0) return [];
    const replaced = new Set(isNewer ? rules.map(targetOf) : []);
    const own = asObject(filters[kind]);
    const kept = Array.isArray(own.and) ? objects(own.and).filter((rule) => !replaced.has(targetOf(rule))) : [own];
    return [
      [kind, { id: `dashboard_${kind}`, and: [...kept.filter((node) => Object.keys(node).length > 0), ...rules] }],
    ];
  });
  return { ...query, filters: { ...filters, ...Object.fromEntries(kinds) } };
}

/** Warnings about sums and averages that a join of the query inflates. */
export function fanOutNotes(index: FieldIndex, query: JsonObject): readonly string[] {
  const { fields } = readCustomFields(index, query, new Diagnostics()).index;
  const { selected, filtered } = chartFields({ metricQuery: query });
  const used = [...new Set([...selected, ...filtered])].flatMap((id) => fields.get(id) ?? []);
  return fanOutWarnings(index, used);
}

const asObject = (value: unknown): JsonObject => (isObject(value) ? value : {});
const targetOf = (rule: JsonObject): unknown => (isObject(rule.target) ? rule.target.fieldId : rule);
