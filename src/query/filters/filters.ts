import { isObject, type JsonObject, list, text, unwrapJson } from '../../text/json.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { Field, FieldIndex } from '../fields/field.ts';
import { resolveField } from '../fields/resolve.ts';
import { checkKeys, type KnownObject } from '../known-keys.ts';
import { type ConditionTree, exampleOfRule } from './condition.ts';
import { readCondition } from './conditions.ts';
import { type Filters, filterKinds } from './lightdash-filters.ts';
import { isNativeFilter } from './native-filters.ts';
import { nearestOperator, operatorsOf, readNewerOperator, readOperator } from './operators.ts';
import { readRelativeWindow } from './parse-relative-date.ts';
import { readNewerCondition } from './relative-date-conditions.ts';
import { type Group, isContained, type Node, nodeOf, writeFilters } from './write-filters.ts';

const HOW_TO_WRITE =
  'Write filters as [{"field": "<field id>", "operator": "equals", "values": ["..."]}], all of which must hold; {"or": [...]} holds when one does.';

const RULE_EXAMPLE = '{"field": "orders_status", "operator": "equals", "values": ["delivered"]}';
const NEGATION = 'write a negative operator, such as notEquals or doesNotInclude';
const JOINING = 'put the rules in {"or": [...]} or {"and": [...]}';

const FILTER_RULE: KnownObject = {
  label: 'A filter rule',
  keys: [
    ...['field', 'fieldId', 'target', 'operator', 'op', 'values', 'value'],
    ...['unit', 'unitOfTime', 'settings', 'caseSensitive'],
    // Written by Lightdash and its own MCP server; without effect on the rows.
    ...['id', 'disabled', 'label', 'required', 'singleValue', 'fieldType', 'fieldFilterType'],
  ],
  example: RULE_EXAMPLE,
  advice: {
    ...{ negate: NEGATION, not: NEGATION, exclude: NEGATION, negated: NEGATION },
    ...{ logic: JOINING, conjunction: JOINING, combinator: JOINING, join: JOINING, and: JOINING, or: JOINING },
  },
};
const FILTER_GROUP: KnownObject = {
  label: 'A filter group',
  keys: ['and', 'or', 'AND', 'OR', 'id'],
  example: `{"or": [${RULE_EXAMPLE}, …]}; a rule goes inside its group`,
};
const FILTERS_BY_KIND: KnownObject = {
  label: 'The object of filters',
  keys: [...filterKinds, 'type', 'id'],
  example: `{"type": "and", "dimensions": [${RULE_EXAMPLE}]}`,
};
const FILTER_TARGET: KnownObject = {
  label: 'The target of a filter rule',
  keys: ['fieldId', 'fieldRef', 'tableName', 'fallbackType', 'isSqlColumn'],
  example: '{"target": {"fieldId": "orders_status"}}',
};
const FILTER_SETTINGS: KnownObject = {
  label: 'The settings of a filter rule',
  keys: ['unitOfTime', 'completed'],
  example: '{"settings": {"unitOfTime": "months", "completed": true}}',
};

/**
 * Reads the `filters` argument: a list of rules, `{and: []}` or `{or: []}` of rules, a single rule, a map of field to
 * value, or Lightdash's own filters. Each rule goes to the list of its field's kind. Unreadable rules become problems.
 */
export function readFilters(index: FieldIndex, argument: unknown, diagnostics: Diagnostics): Filters {
  const filters = unwrapJson(argument);
  if (filters === undefined || filters === null || filters === '') return {};
  // Lightdash writes the absence of filters so.
  if (isObject(filters) && Object.keys(filters).length === 0) return {};
  if (isObject(filters) && filterKinds.some((kind) => kind in filters)) {
    if (isNativeFilter(index, filters, diagnostics)) return filters;
    checkKeys(filters, FILTERS_BY_KIND, diagnostics);
    const join = readJoin(filters.type, diagnostics);
    const nodes = filterKinds.flatMap((kind) => readKind(index, filters[kind], join, diagnostics));
    return writeFilters({ join, nodes }, diagnostics);
  }
  const nodes = readNode(index, filters, diagnostics);
  return writeFilters({ join: 'and', nodes }, diagnostics);
}

/** The rules of one kind: Lightdash's group, or a list of rules that `type` joins. */
function readKind(index: FieldIndex, rules: unknown, join: Group['join'], diagnostics: Diagnostics): readonly Node[] {
  const value = unwrapJson(rules);
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => readNode(index, item, diagnostics));
  // An empty group is how Lightdash writes the absence of filters.
  if (isObject(value) && [value.and, value.or].some((list) => Array.isArray(list) && list.length === 0)) return [];
  const nodes = readNode(index, value, diagnostics);
  return join === 'or' ? [{ join: 'and', nodes }] : nodes;
}

/** The join of `{type: "and" | "or", dimensions, metrics}`, the form that Lightdash's own MCP server teaches. */
function readJoin(type: unknown, diagnostics: Diagnostics): Group['join'] {
  const join = text(type)?.toLowerCase() ?? 'and';
  if (join === 'and' || join === 'or') return join;
  diagnostics.problem(`The type of filters is "and" or "or", not ${JSON.stringify(type)}.`);
  return 'and';
}

function readNode(index: FieldIndex, node: unknown, diagnostics: Diagnostics): readonly Node[] {
  if (Array.isArray(node)) return [{ join: 'and', nodes: node.flatMap((item) => readNode(index, item, diagnostics)) }];
  if (!isObject(node)) {
    diagnostics.problem(`The filter ${JSON.stringify(node)} is not a rule. ${HOW_TO_WRITE}`);
    return [];
  }
  if (Object.keys(node).length === 0) {
    diagnostics.problem(`A filter is empty. ${HOW_TO_WRITE}`);
    return [];
  }
  const [and, or] = [node.and ?? node.AND, node.or ?? node.OR];
  if (and !== undefined && or !== undefined) {
    diagnostics.problem('A filter group has both "and" and "or": put one inside the other.');
    return [];
  }
  if (and !== undefined || or !== undefined) {
    checkKeys(node, FILTER_GROUP, diagnostics);
    const rules = list(unwrapJson(and ?? or));
    if (rules.length === 0) {
      diagnostics.problem(`A filter group has no rules. ${HOW_TO_WRITE}`);
      return [];
    }
    return [
      { join: or === undefined ? 'and' : 'or', nodes: rules.flatMap((item) => readNode(index, item, diagnostics)) },
    ];
  }
  return readRule(index, node, diagnostics);
}

function readRule(index: FieldIndex, rule: JsonObject, diagnostics: Diagnostics): readonly Node[] {
  const target = isObject(rule.target) ? rule.target : {};
  const written = text(rule.field) ?? text(rule.fieldId) ?? text(target.fieldId) ?? text(target.fieldRef);
  if (
    !written ||
    (rule.operator === undefined && rule.op === undefined && rule.values === undefined && rule.value === undefined)
  )
    return readMap(index, rule, diagnostics);
  checkRuleKeys(rule, diagnostics);
  if (rule.disabled === true || rule.disabled === 'true') {
    diagnostics.note(`The filter on ${written} is disabled: it was left out.`);
    return [];
  }
  const resolved = resolveField(index, written, undefined, { suggest: diagnostics.suggestsFor(index) });
  if ('problem' in resolved) {
    diagnostics.problem(`Filter: ${resolved.problem}`);
    return [];
  }
  const { field } = resolved;
  diagnostics.readAs(written, field);
  const condition = readConditionOf(index, field, rule, diagnostics);
  if ('problem' in condition) {
    diagnostics.problem(condition.problem);
    return [];
  }
  if (condition.note) diagnostics.note(condition.note);
  return [nodeOf(field, withCase(field, condition.tree, rule.caseSensitive, diagnostics))];
}

/** The condition with the `caseSensitive` of its rule, which Lightdash takes on texts. */
function withCase(field: Field, tree: ConditionTree, written: unknown, diagnostics: Diagnostics): ConditionTree {
  if (written === undefined || written === null) return tree;
  const caseSensitive = written === 'true' || written === 'false' ? written === 'true' : written;
  if (typeof caseSensitive !== 'boolean' || field.filterType !== 'string' || !('operator' in tree)) {
    diagnostics.problem(`caseSensitive on ${field.id}: it is true or false, on a rule that compares one text field.`);
    return tree;
  }
  if (!diagnostics.isNewer && (caseSensitive || !isContained(tree.operator)))
    diagnostics.note(
      `caseSensitive ${caseSensitive} on ${field.id} was passed on: older releases of Lightdash, such as 0.1366, ignore it.`,
    );
  return { ...tree, caseSensitive };
}

function checkRuleKeys(rule: JsonObject, diagnostics: Diagnostics): void {
  checkKeys(rule, { ...FILTER_RULE, example: exampleOfRule(rule) }, diagnostics);
  if (isObject(rule.target)) checkKeys(rule.target, FILTER_TARGET, diagnostics);
  if (isObject(rule.settings)) checkKeys(rule.settings, FILTER_SETTINGS, diagnostics);
}

function readConditionOf(index: FieldIndex, field: Field, rule: JsonObject, { isNewer }: Diagnostics) {
  if (field.type === 'bin')
    return { problem: `Lightdash cannot filter ${field.id}, a dimension in bins: filter the dimension that it bins.` };
  const written = text(rule.operator) ?? text(rule.op) ?? 'equals';
  const value = unwrapJson('values' in rule ? rule.values : rule.value);
  const values = Array.isArray(value) ? value : value === undefined ? [] : [value];
  const dates = field.filterType === 'date' || field.filterType === 'timestamp';
  const window = dates && values.length === 0 ? readRelativeWindow(written) : undefined;
  const newerOperator = dates ? readNewerOperator(written) : undefined;
  if (newerOperator)
    return readNewerCondition(
      field,
      newerOperator,
      { unit: text(rule.unit) ?? text(rule.unitOfTime), values },
      isNewer,
    );
  const operator = window ? 'equals' : readOperator(written);
  if (!operator) {
    const suggestion = nearestOperator(written, field.filterType);
    const allowed = operatorsOf[field.filterType].join(', ');
    return {
      problem: `${written} is not an operator of ${field.id} (${field.filterType})${suggestion ? `; did you mean ${suggestion}?` : ':'} It takes ${allowed}.`,
    };
  }
  const likeRule = /like/i.test(written) ? likeAsOperator(values) : undefined;
  return readCondition(index, field, {
    operator: likeRule ? (operator === 'doesNotInclude' ? operator : likeRule.operator) : operator,
    values: window ? [written] : (likeRule?.values ?? values),
    unit: text(rule.unit) ?? text(rule.unitOfTime),
    settings: isObject(rule.settings) ? rule.settings : undefined,
  });
}

/** The operator equivalent to SQL's `LIKE 'Po%'`. */
function likeAsOperator(values: readonly unknown[]) {
  const [value] = values;
  if (values.length !== 1 || typeof value !== 'string') return undefined;
  const [starts, ends] = [value.startsWith('%'), value.endsWith('%')];
  const operator = starts === ends ? 'include' : starts ? 'endsWith' : 'startsWith';
  return { operator, values: [value.replace(/^%|%$/g, '')] } as const;
}

/** `{"orders_status": "delivered"}`, a form of filter in other tools. */
function readMap(index: FieldIndex, map: JsonObject, diagnostics: Diagnostics): readonly Node[] {
  const pairs = Object.entries(map);
  const plain = pairs.every(([key, value]) => {
    const items = Array.isArray(value) ? value : [value];
    return (
      items.every((item) => item === null || typeof item !== 'object') &&
      'field' in resolveField(index, key, undefined, { suggest: false })
    );
  });
  if (!plain) {
    diagnostics.problem(`The filter ${JSON.stringify(map)} has no field or no operator. ${HOW_TO_WRITE}`);
    return [];
  }
  return pairs.flatMap(([field, values]) => readRule(index, { field, operator: 'equals', values }, diagnostics));
}
