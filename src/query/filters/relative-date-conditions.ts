import type { Field } from '../fields/field.ts';
import type { ReadCondition, WrittenRule } from './condition.ts';
import { type NewerOperator, type Operator, operatorsOf } from './operators.ts';
import { type RelativeWindow, readDuration, readUnit, timeUnits } from './parse-relative-date.ts';

/** The end of a sentence about a date that cannot be read. */
export const HOW_TO_WRITE =
  'Write 2024-03-15, 2024-03, 2024-Q1 or 2024; for a window that moves with today use inThePast with values [3] and unit "months" (or "completed months"), or inTheCurrent with unit "months".';

/** `equals "last month"`: a window in words, as Lightdash's operator for it. */
export function equalsWindow(field: Field, operator: Operator, window: RelativeWindow, written: string): ReadCondition {
  const { operator: relative, count, unit, completed } = window;
  const settings = { unitOfTime: unit, completed };
  const negated = operator === 'notEquals' || operator === 'notInBetween';
  if (!negated && operator !== 'equals' && operator !== 'inBetween')
    return {
      problem: `${field.id}: "${written}" goes with equals, not with ${operator}; ${operator} takes a date. ${HOW_TO_WRITE}`,
    };
  if (negated && relative !== 'inThePast')
    return {
      problem: `${field.id}: not "${written}" has no operator in Lightdash; use ${operatorsOf.date.join(', ')}.`,
    };
  const note =
    relative === 'inThePast' && !completed
      ? `"${written}" was read as the ${count} ${unit} up to now; for whole ones before the current use unit "completed ${unit}".`
      : undefined;
  return { tree: { operator: negated ? 'notInThePast' : relative, values: [count], settings }, note };
}

/** `inThePast 3 completed months` and similar: a number, a unit, and if only whole units count. */
export function readRelativeCondition(
  field: Field,
  operator: 'inThePast' | 'notInThePast' | 'inTheNext' | 'inTheCurrent',
  rule: WrittenRule,
): ReadCondition {
  const [value = operator === 'inTheCurrent' ? 1 : undefined] = rule.values;
  const duration = typeof value === 'string' ? (readDuration(value) ?? durationOfUnit(value)) : undefined;
  const count = duration?.count ?? Number(value);
  if (rule.values.length > 1 || !Number.isInteger(count) || count < 1)
    return {
      problem: `${field.id} ${operator} takes one whole number and a unit: values [3], unit "months" or "completed months".`,
    };
  const writtenUnit =
    rule.unit ?? (typeof rule.settings?.unitOfTime === 'string' ? rule.settings.unitOfTime : undefined);
  const unit = writtenUnit === undefined ? duration : readUnit(writtenUnit);
  if (writtenUnit !== undefined && !unit)
    return {
      problem: `"${writtenUnit}" is not a unit of time: use ${timeUnits.join(', ')}, or "completed" before one of them.`,
    };
  const completed = rule.settings?.completed === true || unit?.completed === true || duration?.completed === true;
  if (operator === 'inTheCurrent' && (count > 1 || completed))
    return {
      problem: `${field.id} inTheCurrent takes one unit, such as "months": for several or completed ones use inThePast.`,
    };
  const settings = { unitOfTime: unit?.unit ?? 'days', completed };
  return {
    tree: { operator, values: [count], settings },
    note: unit ? undefined : `${field.id} ${operator} ${count} was counted in days: give a unit for anything else.`,
  };
}

/** A rule with an operator of newer servers: passed on, with its unit as they write it. */
export function readNewerCondition(
  field: Field,
  operator: NewerOperator,
  { unit: written, values }: Pick<WrittenRule, 'unit' | 'values'>,
  isNewer: boolean,
): ReadCondition {
  const unit = readUnit(written ?? String(values[0] ?? ''));
  if (!unit) return { problem: `${field.id} ${operator} takes a unit: ${timeUnits.join(', ')}.` };
  const tree = { operator, values: [1], settings: { unitOfTime: unit.unit, completed: false } };
  const doubt = `${operator} on ${field.id} was passed unchanged: not every release of Lightdash has that operator.`;
  return { tree, note: isNewer ? undefined : doubt };
}

const durationOfUnit = (value: string) => {
  const unit = readUnit(value);
  return unit && { ...unit, count: 1 };
};
