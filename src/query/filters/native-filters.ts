import { isObject, type JsonObject, list, text } from '../../text/json.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { Field, FieldIndex, FieldKind } from '../fields/field.ts';
import { readNumber } from './conditions.ts';
import { coarseGrain } from './date-bounds.ts';
import { type FilterKind, type Filters, filterKinds } from './lightdash-filters.ts';
import { isUnknownOperator, operatorsOf, readNewerOperator } from './operators.ts';
import { midnightAsDay, readDate, startOf } from './parse-date.ts';

const KIND_OF: Readonly<Record<FilterKind, FieldKind>> = {
  dimensions: 'dimension',
  metrics: 'metric',
  tableCalculations: 'calculation',
};

const RULE_KEYS = [
  'id',
  'target',
  'operator',
  'values',
  'settings',
  'disabled',
  'label',
  'required',
  'singleValue',
  'includeNull',
  'caseSensitive',
];
const TARGET_KEYS = ['fieldId', 'tableName', 'fallbackType'];

const hasOnlyKeys = (object: JsonObject, allowed: readonly string[]): boolean =>
  Object.keys(object).every((key) => allowed.includes(key));

/**
 * True if filters in Lightdash's form can be passed unchanged: groups are well-formed, and each rule has a field of its list,
 * and an operator and values that the server interprets correctly. Otherwise they are read like any other filters.
 */
export function isNativeFilter(
  index: FieldIndex,
  filters: JsonObject,
  diagnostics: Diagnostics,
): filters is JsonObject & Filters {
  const notes: string[] = [];
  const isValid =
    hasOnlyKeys(filters, filterKinds) &&
    filterKinds.every((kind) => filters[kind] === undefined || isValidGroup(index, filters[kind], kind, notes));
  if (isValid) for (const note of notes) diagnostics.note(note);
  return isValid;
}

function isValidGroup(index: FieldIndex, group: unknown, kind: FilterKind, notes: string[]): boolean {
  if (!isObject(group) || Array.isArray(group.and) === Array.isArray(group.or)) return false;
  if (!hasOnlyKeys(group, ['id', 'and', 'or'])) return false;
  return list(group.and ?? group.or).every((node) =>
    isObject(node) && ('and' in node || 'or' in node)
      ? isValidGroup(index, node, kind, notes)
      : isValidRule(index, node, kind, notes),
  );
}

function isValidRule(index: FieldIndex, rule: unknown, kind: FilterKind, notes: string[]): boolean {
  if (!isObject(rule) || !isObject(rule.target) || !hasOnlyKeys(rule, RULE_KEYS)) return false;
  if (!hasOnlyKeys(rule.target, TARGET_KEYS)) return false;
  if (isObject(rule.settings) && !hasOnlyKeys(rule.settings, ['unitOfTime', 'completed'])) return false;
  const field = index.fields.get(text(rule.target.fieldId) ?? '');
  const operator = text(rule.operator) ?? '';
  if (!field || field.kind !== KIND_OF[kind] || field.type === 'bin') return false;
  if (rule.disabled === true) {
    notes.push(`The filter on ${field.id} is disabled: Lightdash ignores it.`);
    return true;
  }
  if (readNewerOperator(operator) === operator || isUnknownOperator(operator)) {
    notes.push(`${operator} on ${field.id} was passed unchanged: not every release of Lightdash has that operator.`);
    return true;
  }
  if (!operatorsOf[field.filterType].some((allowed) => allowed === operator) && operator !== 'notInBetween')
    return false;
  const values = list(rule.values);
  if (values.length === 0 && operator !== 'isNull' && operator !== 'notNull' && operator !== 'inTheCurrent') {
    notes.push(`The filter ${field.id} ${operator} has no values: Lightdash ignores it.`);
    return true;
  }
  if (values.includes(null))
    notes.push(`Lightdash ignores the null among the values of ${field.id}: use isNull for it.`);
  return areValidValues(
    field,
    operator,
    values.filter((value) => value !== null),
  );
}

function areValidValues(field: Field, operator: string, values: readonly unknown[]): boolean {
  const takesList = operator === 'equals' || operator === 'notEquals';
  switch (field.filterType) {
    case 'number':
      if (operator.endsWith('nBetween') || (!takesList && values.length > 1)) return false;
      return values.every((value) =>
        typeof value === 'number'
          ? Number.isInteger(value)
            ? Number.isSafeInteger(value)
            : String(value).length < 12
          : readNumber(value, field) === Number(value),
      );
    case 'boolean':
      return values.length <= 1 && values.every((value) => typeof value === 'boolean');
    case 'date':
    case 'timestamp':
      if (operator.startsWith('inThe') || operator.startsWith('notInThe')) return true;
      return values.length <= (operator === 'inBetween' ? 2 : 1) && values.every((value) => isExactDate(field, value));
    default:
      return true;
  }
}

/**
 * True if the server takes a date for what it says: a moment of a timestamp, a day, a period of the field's own grain. Other
 * periods it takes for one midnight.
 */
function isExactDate(field: Field, value: unknown): boolean {
  const date = typeof value === 'string' ? readDate(value) : undefined;
  if (date === undefined || field.interval === 'WEEK') return false;
  if (field.filterType === 'timestamp') return date.kind === 'moment' && !date.isLocal;
  const day = midnightAsDay(date);
  if (day.kind !== 'period') return false;
  const grain = coarseGrain(field);
  if (grain === undefined) return day.precision === 'day';
  return day.precision === grain || (day.precision === 'day' && startOf(day.start, grain) === day.start);
}
