import { Diagnostics } from '../query/diagnostics.ts';
import type { FieldIndex } from '../query/fields/field.ts';
import { resolveField } from '../query/fields/resolve.ts';
import { readFilters } from '../query/filters/filters.ts';
import {
  type FilterGroup,
  type FilterKind,
  type FilterNode,
  type FilterRule,
  filterKinds,
} from '../query/filters/lightdash-filters.ts';
import { isObject, type JsonObject, objects, text } from '../text/json.ts';
import { truncate } from '../text/plain-text.ts';
import type { DashboardFilters } from './dashboard.ts';

type ReadDashboardFilters =
  | { readonly ok: true; readonly filters: DashboardFilters; readonly notes: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Keys of a rule that say how viewers see it, in addition to those of a query's rule. */
const ownKeys = ['label', 'required', 'singleValue', 'disabled'] as const;

/**
 * Reads filters, written as those of a query, as the filters of a dashboard. A field alone is a filter without a value, for
 * viewers to set. A rule of a field that is filtered already keeps its id, label and the tiles that it leaves out.
 *
 * @param explores those of the project: the first one with a field says what can be filtered in it.
 */
export function readDashboardFilters(
  written: readonly JsonObject[],
  explores: readonly FieldIndex[],
  previous: DashboardFilters,
): ReadDashboardFilters {
  const diagnostics = new Diagnostics();
  const rules: { readonly kind: FilterKind; readonly rule: JsonObject }[] = [];
  for (const { label, required, singleValue, disabled, ...rule } of ungrouped(written)) {
    const name = writtenField(rule);
    if (name === undefined) {
      const why = 'or' in rule ? 'dashboards join their rules by "and" alone' : 'a rule names its field';
      diagnostics.problem(`filters: ${why}; not so ${truncate(JSON.stringify(rule), MAX_RULE_LENGTH)}.`);
      continue;
    }
    const index = explores.find((item) => 'field' in resolveField(item, name));
    if (index === undefined) {
      diagnostics.problem(`filters: no explore was found that has the field "${name}"; find_fields gives ids.`);
      continue;
    }
    const shown = { label, required, singleValue, disabled };
    const read = hasCondition(rule) ? rulesOf(index, rule, diagnostics) : openRule(index, name);
    if (read.length === 0)
      diagnostics.problem(`filters: dashboards join their rules by "and" alone; ${JSON.stringify(rule)} needs more.`);
    for (const { kind, rule: filterRule } of read)
      rules.push({ kind, rule: withShown(filterRule, shown, previous[kind]) });
  }
  if (diagnostics.problems.length > 0) return { ok: false, problems: diagnostics.problems };
  const ofKind = (kind: FilterKind) => rules.flatMap((item) => (item.kind === kind ? [{ ...item.rule }] : []));
  return {
    ok: true,
    filters: {
      ...previous,
      dimensions: ofKind('dimensions'),
      metrics: ofKind('metrics'),
      tableCalculations: ofKind('tableCalculations'),
    },
    notes: diagnostics.notes,
  };
}

const MAX_RULE_LENGTH = 200;

/** The rules of groups that are joined by "and", as all filters of a dashboard are. */
export const ungrouped = (written: readonly JsonObject[]): readonly JsonObject[] =>
  written.flatMap((rule) => {
    const { and, ...others } = rule;
    return Array.isArray(and) && Object.keys(others).length === 0 ? ungrouped(objects(and)) : [rule];
  });

/** The field of a rule as a model or as Lightdash writes it. */
export const writtenField = ({ field, fieldId, target }: JsonObject): string | undefined =>
  text(field) ?? text(fieldId) ?? text(isObject(target) ? target.fieldId : undefined);

const hasCondition = (rule: JsonObject): boolean =>
  ['operator', 'op', 'values', 'value'].some((key) => rule[key] !== undefined);

interface PlacedRule {
  readonly kind: FilterKind;
  readonly rule: JsonObject;
}

/** The rules of one written rule, such as two for a range of dates; none if it needs an "or". */
function rulesOf(index: FieldIndex, rule: JsonObject, diagnostics: Diagnostics): readonly PlacedRule[] {
  const before = diagnostics.problems.length;
  const read = readFilters(index, [rule], diagnostics);
  if (diagnostics.problems.length > before) return [{ kind: 'dimensions', rule: {} }];
  return filterKinds.flatMap((kind) => {
    const flat = flattened(read[kind]);
    return (flat ?? []).map((item) => ({ kind, rule: targeted(index, item) }));
  });
}

function flattened(node: FilterGroup | FilterNode | undefined): readonly FilterRule[] | undefined {
  if (node === undefined) return [];
  if ('or' in node) {
    const [only, ...others] = node.or;
    return others.length === 0 ? flattened(only) : undefined;
  }
  if (!('and' in node)) return [node];
  const parts = node.and.map(flattened);
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}

function openRule(index: FieldIndex, name: string): readonly PlacedRule[] {
  const resolved = resolveField(index, name);
  if (!('field' in resolved)) return [];
  const { field } = resolved;
  const kind = field.kind === 'metric' ? 'metrics' : 'dimensions';
  const rule = { id: field.id, target: { fieldId: field.id }, operator: 'equals', values: [], disabled: true };
  return [{ kind, rule: targeted(index, rule) }];
}

/** Dashboards refuse a target without its table (422 on 1.219). */
function targeted(index: FieldIndex, { target, ...rule }: FilterRule): JsonObject {
  return { ...rule, target: { fieldId: target.fieldId, tableName: index.fields.get(target.fieldId)?.table } };
}

function withShown(
  rule: JsonObject,
  shown: Partial<Record<(typeof ownKeys)[number], unknown>>,
  previous: readonly JsonObject[],
): JsonObject {
  const fieldId = isObject(rule.target) ? rule.target.fieldId : undefined;
  const previousRule = previous.find(({ target }) => isObject(target) && target.fieldId === fieldId);
  const {
    operator: _operator,
    values: _values,
    settings: _settings,
    disabled: _disabled,
    ...kept
  } = previousRule ?? {};
  const shownKeys = Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined));
  return { ...rule, ...kept, ...shownKeys };
}
