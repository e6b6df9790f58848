import { SandboxError } from '../errors.ts';
import type { Release } from '../release/releases.ts';
import type { FilterRule, TableCalculation } from './metric-query.ts';
import {
  addUnits,
  endOfUnit,
  formatDay,
  formatSecond,
  isUnitOfTime,
  parseFilterDate,
  startOfUnit,
  zoneOffset,
} from './relative-dates.ts';

/** Context of a rule: clock, time zone, release. */
export interface FilterContext {
  readonly release: Release;
  readonly now: Date;
  /** Time zone of the start of a day, for "the current day" (0.1366) or for all relative dates (1.219); UTC if absent. */
  readonly timeZone?: string | null | undefined;
}

/** The releases differ in operators and units. */
const isOlder = ({ release }: FilterContext) => release === '0.1366';

/**
 * The SQL condition of a rule on a dimension or metric, for every operator that the release has for the type.
 * @throws SandboxError 400 CompileError for any other operator.
 */
export function renderFieldRule(rule: FilterRule, type: string, sql: string, context: FilterContext): string {
  if (rule.disabled) return '1=1';
  switch (type) {
    case 'string':
      return renderStringRule(rule, sql, context);
    case 'date':
      return renderDateRule(rule, sql, formatDay, context);
    case 'timestamp':
      return renderDateRule(rule, sql, isOlder(context) ? formatSecond : formatMoment, context);
    case 'boolean':
      return renderBooleanRule(rule, sql);
    default:
      return renderNumberRule(rule, sql, context);
  }
}

/** `2024-03-31 23:59:59+00:00` */
const formatMoment = (date: Date) => `${formatSecond(date)}+00:00`;

/** The condition on a table calculation; its type, or else its format, decides: text if it has neither. */
export function renderTableCalculationRule(
  rule: FilterRule,
  calculation: TableCalculation | undefined,
  context: FilterContext,
): string {
  if (!calculation) return '1=1';
  const sql = `"${calculation.name}"`;
  switch (calculation.type) {
    case 'number':
    case 'string':
    case 'boolean':
      return renderFieldRule({ ...rule, disabled: false }, calculation.type, sql, context);
    case 'date':
    case 'timestamp':
      return renderFieldRule({ ...rule, disabled: false }, 'date', sql, context);
    default:
      return ['percent', 'currency', 'number'].includes(calculation.format?.type ?? '')
        ? renderNumberRule(rule, sql, context)
        : renderStringRule(rule, sql, context);
  }
}

function renderStringRule(rule: FilterRule, sql: string, context: FilterContext): string {
  const isOldRelease = isOlder(context);
  const ignoresCase = !isOldRelease && rule.caseSensitive === false;
  const values = (rule.values ?? []).map((value) => String(value).replaceAll("'", "''"));
  const list = values.map((value) => `'${ignoresCase ? value.toUpperCase() : value}'`).join(',');
  const column = ignoresCase ? `(UPPER(${sql}))` : `(${sql})`;
  // Neither % nor _ is escaped.
  const likePattern = (pattern: string, negation = '') => {
    if (ignoresCase) return `UPPER(${sql}) ${negation}LIKE UPPER('${pattern}')`;
    const ignoresAlways = isOldRelease && pattern.startsWith('%') && pattern.endsWith('%');
    return ignoresAlways
      ? `LOWER(${sql}) ${negation}LIKE LOWER('${pattern}')`
      : `(${sql}) ${negation}LIKE '${pattern}'`;
  };
  const matchAny = (pattern: (value: string) => string) => {
    const conditions = values.map((value) => likePattern(pattern(value)));
    const joined = conditions.join('\n  OR\n  ');
    return !isOldRelease && conditions.length > 1 ? `(${joined})` : joined || 'true';
  };
  switch (rule.operator) {
    case 'equals':
      return values.length > 0 ? `${column} IN (${list})` : 'true';
    case 'notEquals':
      return values.length > 0 ? `(${column} NOT IN (${list}${isOldRelease ? ' ' : ''}) OR (${sql}) IS NULL)` : 'true';
    case 'include':
      return matchAny((value) => `%${value}%`);
    case 'doesNotInclude': {
      const excluded = values.map((value) => likePattern(`%${value}%`, 'NOT ')).join('\n  AND\n  ');
      if (excluded === '') return 'true';
      return isOldRelease ? excluded : `(${excluded} OR (${sql}) IS NULL)`;
    }
    case 'startsWith':
      return matchAny((value) => `${value}%`);
    case 'endsWith':
      return matchAny((value) => `%${value}`);
    default:
      return renderNullRule(rule, sql, 'string');
  }
}

/** @throws SandboxError 400 CompileError for a value that is not a number (1.219; 0.1366 passes it on) */
function numberLiteral(value: unknown, context: FilterContext): string {
  if (isOlder(context)) return String(value);
  const number = Number(value);
  if (Number.isFinite(number)) return String(number);
  throw new SandboxError(
    400,
    'CompileError',
    `Invalid number value in filter: ${JSON.stringify(value)}. Expected a valid number.`,
  );
}

function renderNumberRule(rule: FilterRule, sql: string, context: FilterContext): string {
  const values = (rule.values ?? []).map((value) => numberLiteral(value, context));
  const list = values.join(',');
  const compare = (operator: string, index = 0) =>
    values.length > 0 ? `(${sql}) ${operator} (${values[index] || 0})` : 'true';
  switch (rule.operator) {
    case 'equals':
      return values.length > 0 ? `(${sql}) IN (${list})` : 'true';
    case 'notEquals':
      return values.length > 0 ? `((${sql}) NOT IN (${list}) OR (${sql}) IS NULL)` : 'true';
    case 'greaterThan':
      return compare('>');
    case 'greaterThanOrEqual':
      return compare('>=');
    case 'lessThan':
      return compare('<');
    case 'lessThanOrEqual':
      return compare('<=');
    case 'inBetween':
      if (isOlder(context)) return renderNullRule(rule, sql, 'number');
      return `${compare('>=')} AND ${compare('<=', 1)}`;
    case 'notInBetween':
      if (isOlder(context)) return renderNullRule(rule, sql, 'number');
      return `${compare('<')} OR ${compare('>', 1)}`;
    default:
      return renderNullRule(rule, sql, 'number');
  }
}

function renderBooleanRule(rule: FilterRule, sql: string): string {
  const value = ['true', 't', 'yes', '1'].includes(String(rule.values?.[0]).toLowerCase());
  switch (rule.operator) {
    case 'equals':
      return `(${sql}) = ${value}`;
    case 'notEquals':
      return `((${sql}) != ${value} OR (${sql}) IS NULL)`;
    default:
      return renderNullRule(rule, sql, 'boolean');
  }
}

function renderDateRule(rule: FilterRule, sql: string, format: (date: Date) => string, context: FilterContext): string {
  const { now } = context;
  const literal = (date: Date | undefined) =>
    `('${date && !Number.isNaN(date.getTime()) ? format(date) : 'Invalid date'}')`;
  const value = (index: number) => literal(parseFilterDate(rule.values?.[index], now));
  const between = (from: string, operator: '<' | '<=', until: string) =>
    `((${sql}) >= ${from} AND (${sql}) ${operator} ${until})`;
  switch (rule.operator) {
    case 'equals':
      return `(${sql}) = ${value(0)}`;
    case 'notEquals':
      return `((${sql}) != ${value(0)} OR (${sql}) IS NULL)`;
    case 'greaterThan':
      return `(${sql}) > ${value(0)}`;
    case 'greaterThanOrEqual':
      return `(${sql}) >= ${value(0)}`;
    case 'lessThan':
      return `(${sql}) < ${value(0)}`;
    case 'lessThanOrEqual':
      return `(${sql}) <= ${value(0)}`;
    case 'inBetween':
      return between(value(0), '<=', value(1));
    default: {
      const window = relativeWindow(rule, context);
      if (window === undefined) return renderOtherDateRule(rule, sql, context);
      // On 1.219 days are those of the zone: the literal of a date is the day on its clocks.
      const isDay = format === formatDay && !isOlder(context);
      const bound = (date: Date) => literal(isDay ? onItsClocks(date, context) : date);
      const condition = between(bound(window.from), window.operator, bound(window.until));
      if (rule.operator === 'notInThePast') return `NOT ${condition}`;
      return rule.operator === 'notInTheCurrent' ? `(NOT ${condition})` : condition;
    }
  }
}

interface Window {
  readonly from: Date;
  readonly operator: '<' | '<=';
  readonly until: Date;
}

/** The period of a relative rule; undefined for an operator that is not relative, or that the release lacks. */
function relativeWindow(rule: FilterRule, context: FilterContext): Window | undefined {
  const { now, timeZone } = context;
  const isOldRelease = isOlder(context);
  const unitSetting = rule.settings?.unitOfTime;
  const unit = isUnitOfTime(unitSetting) ? unitSetting : 'days';
  // On 1.219 an unknown unit adds nothing.
  const amount =
    isOldRelease || unitSetting === undefined || isUnitOfTime(unitSetting) ? Number(rule.values?.[0] ?? 0) : 0;
  const completed = rule.settings?.completed === true;
  const operator = completed ? '<' : '<=';
  const firstDay = isOldRelease ? 0 : 1;
  const zone = isOldRelease ? null : timeZone;
  const local = (calculate: (date: Date) => Date) => inTimeZone(zone, now, calculate);
  const start = (date: Date) => (completed ? startOfUnit(date, unit, firstDay) : date);
  switch (rule.operator) {
    case 'inThePast':
    case 'notInThePast':
      return { from: local((date) => addUnits(start(date), -amount, unit)), operator, until: local(start) };
    case 'inTheNext': {
      const first = (date: Date) => (completed ? start(addUnits(date, 1, unit)) : date);
      return { from: local(first), operator, until: local((date) => addUnits(first(date), amount, unit)) };
    }
    case 'notInTheCurrent':
    case 'inTheCurrent':
      if (isOldRelease && rule.operator === 'notInTheCurrent') return undefined;
      return {
        from: inTimeZone(timeZone, now, (date) => startOfUnit(date, unit, firstDay)),
        operator: '<=',
        until: inTimeZone(timeZone, now, (date) => endOfUnit(date, unit, firstDay)),
      };
    default:
      return undefined;
  }
}

/** The part of a year, quarter, month or week so far, in every one of them: by its number in that unit (measured for years). */
const DATE_PARTS: Readonly<Record<string, string>> = { years: 'DOY', months: 'DAY', weeks: 'ISODOW' };

function renderOtherDateRule(rule: FilterRule, sql: string, context: FilterContext): string {
  const datePart = DATE_PARTS[rule.settings?.unitOfTime ?? ''];
  if (rule.operator !== 'inPeriodToDate' || isOlder(context) || datePart === undefined) {
    return renderNullRule(rule, sql, 'date');
  }
  const today = onItsClocks(context.now, context);
  const numbers: Readonly<Record<string, number>> = {
    DOY: Math.floor((today.getTime() - Date.UTC(today.getUTCFullYear(), 0, 1)) / 86_400_000) + 1,
    DAY: today.getUTCDate(),
    ISODOW: today.getUTCDay() || 7,
  };
  return `(EXTRACT(${datePart} FROM ${sql}) <= ${numbers[datePart]})`;
}

/** A moment as the wall clocks of the zone show it. */
function onItsClocks(date: Date, { timeZone }: FilterContext): Date {
  return timeZone ? new Date(date.getTime() + zoneOffset(date, timeZone)) : date;
}

/** Calculates on the wall clocks of a zone. */
function inTimeZone(timeZone: string | null | undefined, date: Date, calculate: (local: Date) => Date): Date {
  if (!timeZone) return calculate(date);
  const local = calculate(new Date(date.getTime() + zoneOffset(date, timeZone)));
  const guess = new Date(local.getTime() - zoneOffset(date, timeZone));
  return new Date(local.getTime() - zoneOffset(guess, timeZone));
}

function renderNullRule(rule: FilterRule, sql: string, type: string): string {
  if (rule.operator === 'isNull') return `(${sql}) IS NULL`;
  if (rule.operator === 'notNull') return `(${sql}) IS NOT NULL`;
  throw new SandboxError(
    400,
    'CompileError',
    `No function has been implemented to render SQL for the filter operator "${rule.operator}" on "${rule.target.fieldId}" field of type "${type}"`,
  );
}
