import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject, list, objects, text } from '../../text/json.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { FieldIndex } from '../fields/field.ts';
import { readFilters } from './filters.ts';
import type { FilterNode } from './lightdash-filters.ts';

/** A filter of a custom metric; its target is a reference such as `orders.status`. */
interface MetricFilter {
  readonly id: string;
  readonly target: { readonly fieldRef: string };
  readonly operator: string;
  readonly values?: readonly unknown[];
  readonly settings?: JsonObject;
}

/**
 * Reads the filters of a custom metric, written like those of the query or in Lightdash's form. Lightdash has only a list
 * of rules here, all of which must hold.
 */
export function readMetricFilters(
  index: FieldIndex,
  argument: unknown,
  diagnostics: Diagnostics,
): readonly MetricFilter[] {
  const written = Array.isArray(argument) ? argument.map(withFieldId) : argument;
  const { dimensions, metrics, tableCalculations } = readFilters(index, written, diagnostics);
  if (metrics ?? tableCalculations)
    diagnostics.problem('The filters of a custom metric are on dimensions, not on metrics.');
  const rules = dimensions ? rulesOf(index, dimensions, diagnostics) : [];
  return isUnchanged(argument, rules) ? argument : rules;
}

/** True if the filters were in Lightdash's form already and mean the same: they keep their ids. */
function isUnchanged(argument: unknown, rules: readonly MetricFilter[]): argument is readonly MetricFilter[] {
  const withoutId = (rule: unknown) => (isObject(rule) ? { ...rule, id: '' } : rule);
  return Array.isArray(argument) && isDeepStrictEqual(argument.map(withoutId), rules.map(withoutId));
}

/** `orders.status` is read like any other way to write a field. */
function withFieldId(rule: unknown): unknown {
  if (!isObject(rule) || !isObject(rule.target)) return rule;
  const { fieldRef, ...target } = rule.target;
  return fieldRef === undefined ? rule : { ...rule, target: { ...target, fieldId: fieldRef } };
}

const IN_SQL = 'Write the condition in its sql: CASE WHEN … THEN … END.';

const fieldsOf = (node: FilterNode): readonly string[] => {
  if ('target' in node) return [node.target.fieldId];
  return [...new Set(('or' in node ? node.or : node.and).flatMap(fieldsOf))];
};

const ALTERNATIVES: readonly unknown[] = ['include', 'startsWith', 'endsWith'];

/**
 * Refuses a custom metric with several values of a rule on parts of text in addition to another rule: 0.1366 writes
 * `a OR b AND c` without parentheses, which counts other rows.
 */
export function refuseLooseAlternatives(metrics: readonly JsonObject[], diagnostics: Diagnostics): void {
  for (const { name, filters } of metrics) {
    const rules = objects(filters);
    const loose = rules.find(({ operator, values }) => ALTERNATIVES.includes(operator) && list(values).length > 1);
    if (loose && rules.length > 1)
      diagnostics.problem(
        `The custom metric ${text(name)} has a rule ${text(loose.operator)} with several values next to other rules, which this release of Lightdash reads as another condition. ${IN_SQL}`,
      );
  }
}

function rulesOf(index: FieldIndex, node: FilterNode, diagnostics: Diagnostics): readonly MetricFilter[] {
  if ('or' in node) {
    diagnostics.problem(
      `The filters of a custom metric must all hold, and that on ${fieldsOf(node).join(', ')} needs an "or", which is not possible there. ${IN_SQL}`,
    );
    return [];
  }
  if ('and' in node) return node.and.flatMap((child) => rulesOf(index, child, diagnostics));
  const field = index.fields.get(node.target.fieldId);
  if (field === undefined) return [];
  const { target: _, ...rule } = node;
  return [{ ...rule, target: { fieldRef: `${field.table}.${field.name}` } }];
}
