import { isObject, list, text } from '../../text/json.ts';
import { truncate } from '../../text/plain-text.ts';
import { filterKinds } from './lightdash-filters.ts';

const SIGNS: Readonly<Record<string, string>> = {
  equals: '=',
  notEquals: '≠',
  lessThan: '<',
  lessThanOrEqual: '≤',
  greaterThan: '>',
  greaterThanOrEqual: '≥',
  include: 'contains',
  doesNotInclude: 'does not contain',
  startsWith: 'starts with',
  endsWith: 'ends with',
  isNull: 'is empty',
  notNull: 'is not empty',
  inThePast: 'in the past',
  notInThePast: 'not in the past',
  inTheNext: 'in the next',
  inTheCurrent: 'in the current',
  notInTheCurrent: 'not in the current',
  inPeriodToDate: 'in the part to date of each',
  inBetween: 'from',
  notInBetween: 'not from',
};

const MAX_VALUES = 12;
const MAX_VALUE_LENGTH = 120;
const MAX_RULES = 40;

/** The filters of a Lightdash query in words, one phrase per filter that must hold: `orders_status = delivered`. */
export function describeFilters(filters: unknown): readonly string[] {
  if (!isObject(filters)) return [];
  const rules = filterKinds.flatMap((kind) => {
    const group = filters[kind];
    if (!isObject(group)) return [];
    if (Array.isArray(group.and)) return group.and.flatMap((node) => describeNode(node) ?? []);
    return describeNode(group) ?? [];
  });
  return rules.length > MAX_RULES ? [...rules.slice(0, MAX_RULES), `and ${rules.length - MAX_RULES} more`] : rules;
}

function describeNode(node: unknown): string | undefined {
  if (!isObject(node) || node.disabled === true) return undefined;
  const join = Array.isArray(node.or) ? ' or ' : ' and ';
  if (node.and === undefined && node.or === undefined) return describeRule(node);
  const all = list(node.and ?? node.or);
  const more = all.length > MAX_RULES ? [`${all.length - MAX_RULES} more`] : [];
  const parts = [...all.slice(0, MAX_RULES).flatMap((child) => describeNode(child) ?? []), ...more];
  return parts.length > 1 ? `(${parts.join(join)})` : parts[0];
}

/** One rule in words, also a model's (`fieldRef`); undefined if the server ignores it because it has no values. */
export function describeRule(rule: Readonly<Record<string, unknown>>): string | undefined {
  const target = isObject(rule.target) ? rule.target : {};
  const field = text(target.fieldId) ?? text(target.fieldRef) ?? '?';
  const operator = text(rule.operator) ?? '';
  const sign = SIGNS[operator] ?? operator;
  const values = list(rule.values).map((value) =>
    typeof value === 'string' ? truncate(value, MAX_VALUE_LENGTH) : value,
  );
  if (operator === 'isNull' || operator === 'notNull') return `${field} ${sign}`;
  if (isObject(rule.settings) && rule.settings.unitOfTime !== undefined)
    return `${field} ${describeWindow(sign, operator, values, rule.settings)}`;
  if (/^(not)?inThe(Past|Next)$/i.test(operator)) return `${field} ${sign} ${values.join(' ')} days`;
  if (values.length === 0) return undefined;
  if (operator.endsWith('nBetween')) return `${field} ${sign} ${values.join(' to ')}`;
  const shown = values.slice(0, MAX_VALUES).map((value) => (value === '' ? '""' : String(value)));
  const more = values.length > MAX_VALUES ? ` or ${values.length - MAX_VALUES} more` : '';
  return `${field} ${sign} ${shown.join(operator === 'notEquals' || operator === 'doesNotInclude' ? ', ' : ' or ')}${more}`;
}

function describeWindow(
  sign: string,
  operator: string,
  values: readonly unknown[],
  settings: Readonly<Record<string, unknown>>,
): string {
  const unit = String(settings.unitOfTime);
  if (/current|PeriodToDate/i.test(operator)) return `${sign} ${unit.replace(/s$/, '')}`;
  return `${sign} ${values.join(' ')} ${settings.completed === true ? 'completed ' : ''}${values[0] === 1 ? unit.replace(/s$/, '') : unit}`;
}
