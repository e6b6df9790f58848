import { isObject, list, text } from '../../text/json.ts';
import { truncate } from '../../text/plain-text.ts';
import { modelField } from '../fields/explore.ts';
import { type Field, type FieldIndex, intervalName } from '../fields/field.ts';
import { filterKinds } from './lightdash-filters.ts';
import { addDays } from './parse-date.ts';
import { datesOfWindow, type Today } from './relative-window.ts';
import { shownEquality } from './shown-equality.ts';

/** Facts that say what a filter is about, in addition to its rules. */
export interface FilterContext {
  /** The fields: months and weeks are written as such. */
  readonly index: FieldIndex;
  /** Gives relative filters their dates. */
  readonly today: Today;
  /** True if `doesNotInclude` keeps rows without a value: 1.219 does, 0.1366 does not (measured); undefined if unknown. */
  readonly keepsEmpty: boolean | undefined;
}

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

/**
 * The filters of a Lightdash query in words, one phrase per filter that must hold: `orders_status = delivered`. With a context
 * also the dates of relative filters, and what negative operators do with rows without a value.
 */
export function describeFilters(filters: unknown, context?: FilterContext): readonly string[] {
  if (!isObject(filters)) return [];
  const rules = filterKinds.flatMap((kind) => {
    const group = filters[kind];
    if (!isObject(group)) return [];
    if (Array.isArray(group.and)) return describeNodes(group.and, context);
    return describeNode(group, context) ?? [];
  });
  return rules.length > MAX_RULES ? [...rules.slice(0, MAX_RULES), `and ${rules.length - MAX_RULES} more`] : rules;
}

/** Nodes that must all hold; the two bounds of a week are one phrase. */
function describeNodes(nodes: readonly unknown[], context: FilterContext | undefined): readonly string[] {
  return nodes.flatMap((node, at) => {
    const equality = shownEquality(nodes.slice(at, at + 2), '=');
    if (equality !== undefined) return equality;
    if (at > 0 && shownEquality(nodes.slice(at - 1, at + 1), '=') !== undefined) return [];
    const [low, high] = [
      boundOfWeek(node, 'greaterThan', context),
      boundOfWeek(nodes[at + 1], 'lessThanOrEqual', context),
    ];
    if (low && high && low.fieldId === high.fieldId) {
      const first = addDays(low.day, 7);
      const last = high.day;
      return first === last
        ? `${low.fieldId} = week of ${last}`
        : `${low.fieldId} from week of ${first} to that of ${last}`;
    }
    const before = boundOfWeek(nodes[at - 1], 'greaterThan', context);
    const isSaid = before && boundOfWeek(node, 'lessThanOrEqual', context)?.fieldId === before.fieldId;
    return isSaid ? [] : (describeNode(node, context) ?? []);
  });
}

function describeNode(node: unknown, context: FilterContext | undefined): string | undefined {
  if (!isObject(node) || node.disabled === true) return undefined;
  const join = Array.isArray(node.or) ? ' or ' : ' and ';
  if (node.and === undefined && node.or === undefined) return describeRule(node, context);
  const all = list(node.and ?? node.or);
  const more = all.length > MAX_RULES ? [`${all.length - MAX_RULES} more`] : [];
  const shown = all.slice(0, MAX_RULES);
  const inequality = node.or === undefined ? undefined : shownEquality(all, '≠');
  if (inequality !== undefined) return `${inequality}${context ? KEEPS : ''}`;
  const parts = [
    ...(node.or === undefined
      ? describeNodes(shown, context)
      : shown.flatMap((child) => describeNode(child, context) ?? [])),
    ...more,
  ];
  if (parts.length < 2) return parts[0];
  return `(${parts.join(join)})${context && isOutside(shown) ? LEAVES_OUT : ''}`;
}

const [KEEPS, LEAVES_OUT] = [' (empty kept)', ' (empty left out)'];

/** True for `< a or > b` on one field: a number or date not between two. */
function isOutside(nodes: readonly unknown[]): boolean {
  const [low, high] = nodes.filter(isObject);
  if (nodes.length !== 2 || !isObject(low?.target) || !isObject(high?.target)) return false;
  const [below, above] = [text(low.operator), text(high.operator)];
  return (
    low.target.fieldId === high.target.fieldId && /^lessThan/.test(below ?? '') && /^greaterThan/.test(above ?? '')
  );
}

/** A bound on the weeks of a field: see `weekBounds`. */
function boundOfWeek(node: unknown, operator: string, context: FilterContext | undefined) {
  if (!isObject(node) || node.operator !== operator) return undefined;
  const field = context && filteredField(context.index, node);
  const [day] = list(node.values);
  if (field?.interval !== 'WEEK' || typeof day !== 'string') return undefined;
  return { fieldId: field.id, day };
}

/** The interval of a field; without its explore by the end of its id, if a date is the first of such a period. */
function intervalOf(fieldId: string, date: string, context: FilterContext | undefined): string | undefined {
  if (context !== undefined) return context.index.fields.get(fieldId)?.interval;
  return FIRST_DAYS.find(
    ([interval, firstDay]) => fieldId.endsWith(`_${interval.toLowerCase()}`) && firstDay.test(date),
  )?.[0];
}

const FIRST_DAYS = [
  ['YEAR', /-01-01$/],
  ['QUARTER', /-(01|04|07|10)-01$/],
  ['MONTH', /-01$/],
] as const;

/** A day of a period as the period: `2024-03`. */
function periodText(fieldId: string, value: string, context: FilterContext | undefined): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  switch (intervalOf(fieldId, value, context)) {
    case 'YEAR':
      return value.slice(0, 4);
    case 'QUARTER':
      return `${value.slice(0, 4)}-Q${Math.ceil(Number(value.slice(5, 7)) / 3)}`;
    case 'MONTH':
      return value.slice(0, 7);
    default:
      return value;
  }
}

/** The effect of a negative operator on rows without a value; empty for the others. */
function emptyRows(operator: string, { keepsEmpty }: FilterContext): string {
  if (operator === 'notEquals') return KEEPS;
  if (operator === 'doesNotInclude') return keepsEmpty === undefined ? '' : keepsEmpty ? KEEPS : LEAVES_OUT;
  return /^not(In|Between)/.test(operator) ? LEAVES_OUT : '';
}

/** The field of a rule, also of one of a metric (`fieldRef`); undefined if the explore lacks it. */
export function filteredField(index: FieldIndex, { target }: Readonly<Record<string, unknown>>): Field | undefined {
  const reference = isObject(target) ? (text(target.fieldId) ?? text(target.fieldRef)) : undefined;
  return reference === undefined ? undefined : modelField(index, index.baseTable, reference);
}

/** One rule in words, also a model's (`fieldRef`); undefined if the server ignores it because it has no values. */
export function describeRule(rule: Readonly<Record<string, unknown>>, context?: FilterContext): string | undefined {
  const phrase = describeComparison(rule, context);
  if (phrase === undefined || context === undefined) return phrase;
  const target = filteredField(context.index, rule);
  const dates = datesOfWindow(rule, context.today, target?.filterType === 'timestamp');
  const begins = dates?.includes('since') || dates?.includes('until') ? beginning(target) : '';
  return `${phrase}${dates === undefined ? '' : ` (${begins}${dates})`}${emptyRows(text(rule.operator) ?? '', context)}`;
}

/** A period passes a window that ends now if its first day does. */
const beginning = (field: Field | undefined): string =>
  field?.interval !== undefined && /^(WEEK|MONTH|QUARTER|YEAR)$/.test(field.interval)
    ? `${intervalName(field.interval)}s that begin `
    : '';

function describeComparison(
  rule: Readonly<Record<string, unknown>>,
  context: FilterContext | undefined,
): string | undefined {
  const target = isObject(rule.target) ? rule.target : {};
  const field = text(target.fieldId) ?? text(target.fieldRef) ?? '?';
  const source = context && filteredField(context.index, rule);
  const operator = text(rule.operator) ?? '';
  const sign = SIGNS[operator] ?? operator;
  const values = list(rule.values).map((value) =>
    typeof value === 'string' ? truncate(periodText(source?.id ?? field, value, context), MAX_VALUE_LENGTH) : value,
  );
  const [after, upTo] = ['greaterThan', 'lessThanOrEqual'].map((side) => boundOfWeek(rule, side, context));
  if (after) return `${field} ≥ week of ${addDays(after.day, 7)}`;
  if (upTo) return `${field} ≤ week of ${upTo.day}`;
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
