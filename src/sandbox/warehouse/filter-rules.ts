import { SandboxError } from '../errors.ts';
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

/** What relative dates need to know. */
export interface FilterContext {
  readonly now: Date;
  /** Where "the current day" begins; UTC when absent. All other windows are in UTC. */
  readonly timeZone?: string | null | undefined;
}

/**
 * The condition that a rule sets on a dimension or metric, for every operator that Lightdash 0.1366 knows for the type.
 * @throws SandboxError 400 CompileError for any other operator.
 */
export function renderFieldRule(rule: FilterRule, type: string, sql: string, context: FilterContext): string {
  if (rule.disabled) return '1=1';
  switch (type) {
    case 'string':
      return renderStringRule(rule, sql);
    case 'date':
      return renderDateRule(rule, sql, formatDay, context);
    case 'timestamp':
      return renderDateRule(rule, sql, formatSecond, context);
    case 'boolean':
      return renderBooleanRule(rule, sql);
    default:
      return renderNumberRule(rule, sql);
  }
}

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
        ? renderNumberRule(rule, sql)
        : renderStringRule(rule, sql);
  }
}

function renderStringRule(rule: FilterRule, sql: string): string {
  const values = (rule.values ?? []).map((value) => String(value).replaceAll("'", "''"));
  const list = values.map((value) => `'${value}'`).join(',');
  const likes = (like: (value: string) => string, joiner: string) =>
    values.map(like).join(`\n  ${joiner}\n  `) || 'true';
  switch (rule.operator) {
    case 'equals':
      return values.length > 0 ? `(${sql}) IN (${list})` : 'true';
    case 'notEquals':
      return values.length > 0 ? `((${sql}) NOT IN (${list} ) OR (${sql}) IS NULL)` : 'true';
    case 'include':
      // Neither % nor _ is escaped; several values are not put into parentheses, but a rule always is.
      return likes((value) => `LOWER(${sql}) LIKE LOWER('%${value}%')`, 'OR');
    case 'doesNotInclude':
      return likes((value) => `LOWER(${sql}) NOT LIKE LOWER('%${value}%')`, 'AND');
    case 'startsWith':
      return likes((value) => `(${sql}) LIKE '${value}%'`, 'OR');
    case 'endsWith':
      return likes((value) => `(${sql}) LIKE '%${value}'`, 'OR');
    default:
      return renderNullRule(rule, sql, 'string');
  }
}

function renderNumberRule(rule: FilterRule, sql: string): string {
  const values = rule.values ?? [];
  const list = values.map(String).join(',');
  const compare = (operator: string) =>
    values.length > 0 ? `(${sql}) ${operator} (${String(values[0] || 0)})` : 'true';
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

function renderDateRule(
  rule: FilterRule,
  sql: string,
  format: (date: Date) => string,
  { now, timeZone }: FilterContext,
): string {
  const literal = (date: Date | undefined) =>
    `('${date && !Number.isNaN(date.getTime()) ? format(date) : 'Invalid date'}')`;
  const value = (index: number) => literal(parseFilterDate(rule.values?.[index], now));
  const between = (from: string, operator: '<' | '<=', until: string) =>
    `((${sql}) >= ${from} AND (${sql}) ${operator} ${until})`;
  const unit = isUnitOfTime(rule.settings?.unitOfTime) ? rule.settings.unitOfTime : 'days';
  const amount = Number(rule.values?.[0] ?? 0);

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
    case 'inThePast':
    case 'notInThePast': {
      const not = rule.operator === 'notInThePast' ? 'NOT ' : '';
      const until = rule.settings?.completed ? startOfUnit(now, unit) : now;
      const operator = rule.settings?.completed ? '<' : '<=';
      return not + between(literal(addUnits(until, -amount, unit)), operator, literal(until));
    }
    case 'inTheNext': {
      const from = rule.settings?.completed ? startOfUnit(addUnits(now, 1, unit), unit) : now;
      const operator = rule.settings?.completed ? '<' : '<=';
      return between(literal(from), operator, literal(addUnits(from, amount, unit)));
    }
    case 'inTheCurrent':
      return between(
        literal(onClocksOf(timeZone, now, (local) => startOfUnit(local, unit))),
        '<=',
        literal(onClocksOf(timeZone, now, (local) => endOfUnit(local, unit))),
      );
    default:
      return renderNullRule(rule, sql, 'date');
  }
}

/** Calculates on the wall clocks of a zone. */
function onClocksOf(timeZone: string | null | undefined, date: Date, calculate: (local: Date) => Date): Date {
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
