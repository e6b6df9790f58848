import { quoteInput } from '../../text/plain-text.ts';
import type { Field, FieldIndex } from '../fields/field.ts';
import { type ConditionTree, isNull, notNull, type ReadCondition, splitRange, type WrittenRule } from './condition.ts';
import { readDateCondition } from './date-conditions.ts';
import { type Operator, operatorsOf } from './operators.ts';
import { isForeignCurrency, type ShownNumber, shownNumber } from './shown-number.ts';

/** Converts a rule on a field to conditions, or returns a problem with a remedy. */
export function readCondition(index: FieldIndex, field: Field, rule: WrittenRule): ReadCondition {
  const { operator } = rule;
  if (!operatorsOf[field.filterType].includes(operator)) return { problem: operatorError(index, field, operator) };
  if (operator === 'isNull' || operator === 'notNull') {
    const opposite = operator === 'isNull' ? 'notNull' : 'isNull';
    if (rule.values.some((value) => readBoolean(value) === false))
      return { problem: `${field.id} ${operator} takes no values: for the opposite write ${opposite}.` };
    return { tree: operator === 'isNull' ? isNull : notNull };
  }
  const values = rule.values.filter((value) => value !== null);
  if (values.length < rule.values.length) return withNulls(index, field, { ...rule, values });
  if (field.filterType === 'date' || field.filterType === 'timestamp') return readDateCondition(index, field, rule);
  if (values.length === 0)
    return { problem: `The filter ${field.id} ${operator} has no values: add them, or leave the filter out.` };
  switch (field.filterType) {
    case 'string':
      return readTextCondition(field, operator, values);
    case 'number':
      return readNumberCondition(index, field, operator, values);
    case 'boolean':
      return readBooleanCondition(field, operator, values);
  }
}

/** The server silently ignores a null among the values: it becomes a separate condition. */
function withNulls(index: FieldIndex, field: Field, rule: WrittenRule): ReadCondition {
  const { operator, values } = rule;
  if (operator !== 'equals' && operator !== 'notEquals')
    return { problem: `${field.id} ${operator} takes no null; use isNull or notNull for rows without a value.` };
  const nullCondition = operator === 'equals' ? isNull : notNull;
  if (values.length === 0) return { tree: nullCondition };
  const rest = readCondition(index, field, rule);
  if ('problem' in rest) return rest;
  return {
    ...rest,
    tree: operator === 'equals' ? { or: [rest.tree, nullCondition] } : { and: [rest.tree, nullCondition] },
  };
}

function operatorError(index: FieldIndex, field: Field, operator: Operator): string {
  const allowed = operatorsOf[field.filterType].join(', ');
  const source = field.aggregates && index.fields.get(field.aggregates);
  if (source && field.valueType !== field.filterType)
    return `${field.id} is a ${field.type}, which Lightdash filters as a number: filter ${source.id} (${source.label}) instead, or use ${allowed}.`;
  return `${operator} does not work on ${field.id} (${field.filterType}): use ${allowed}.`;
}

function readTextCondition(field: Field, operator: Operator, values: readonly unknown[]): ReadCondition {
  const texts: string[] = [];
  for (const value of values) {
    if (typeof value === 'object') return { problem: `${field.id}: ${JSON.stringify(value)} is not a text.` };
    texts.push(String(value));
  }
  const isWhole = operator === 'equals' || operator === 'notEquals';
  if (!isWhole && texts.includes(''))
    return { problem: `${field.id} ${operator} "": every text has that; leave the filter out, or use notNull.` };
  const wildcard = !isWhole && texts.find((value) => /[%_]/.test(value));
  return {
    tree: { operator, values: texts },
    note: wildcard
      ? `In ${field.id} ${operator} "${quoteInput(wildcard)}", % stands for any text and _ for any one character.`
      : undefined,
  };
}

function readNumberCondition(
  index: FieldIndex,
  field: Field,
  operator: Operator,
  values: readonly unknown[],
): ReadCondition {
  const expanded = values.length === 1 && isBetween(operator) ? splitRange(values[0]) : values;
  const numbers: (number | string)[] = [];
  const shown = new Map<number, ShownNumber>();
  const shownNotes: string[] = [];
  const isEquality = operator === 'equals' || operator === 'notEquals';
  for (const value of expanded) {
    const number = readNumber(value, field);
    if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
      return {
        problem: `${field.id}: a number of more than 15 digits loses its last ones in JSON: write it as text, "${value}" with all digits.`,
      };
    if (number === undefined) return { problem: notANumber(index, field, value) };
    if (isForeignCurrency(value, field))
      return {
        problem: `${field.id} is in ${field.format.unit}, and ${quoteInput(String(value))} is another currency.`,
      };
    numbers.push(number);
    const range = typeof number === 'number' ? shownNumber(value, field) : undefined;
    if (range === undefined) continue;
    if (range.isWhole) shown.set(Number(number), range);
    else if (isEquality)
      shownNotes.push(
        `${quoteInput(String(value))} was read as exactly ${number}; values shown as it are inBetween [${range.low}, ${range.high}].`,
      );
  }
  const notes = [
    ...shownNotes,
    ...(field.format.style === 'percent' && numbers.some((number) => Math.abs(Number(number)) > 1.5)
      ? [`${field.id} is compared as a ratio: 0.85 is 85%.`]
      : []),
  ];
  const note = notes.length > 0 ? notes.join(' ') : undefined;
  if (isEquality) return { tree: equalityTree(field, operator, numbers, shown), note };
  const [first, second] = numbers;
  const bound = (side: Operator, number: number | string) => shownBound(field, side, number, shown.get(Number(number)));
  if (!isBetween(operator)) {
    if (numbers.length > 1) return { problem: `${field.id} ${operator} takes one value, not ${numbers.length}.` };
    return { tree: { operator, values: numbers.map((number) => bound(operator, number)) }, note };
  }
  if (first === undefined || second === undefined || numbers.length > 2)
    return { problem: `${field.id} ${operator} takes two values, the lowest and the highest.` };
  if (Number(first) > Number(second))
    return {
      problem: `${field.id} ${operator} [${first}, ${second}] is the wrong way round: write [${second}, ${first}].`,
    };
  const tree: ConditionTree =
    operator === 'inBetween'
      ? {
          and: [
            { operator: 'greaterThanOrEqual', values: [bound('greaterThanOrEqual', first)] },
            { operator: 'lessThanOrEqual', values: [bound('lessThanOrEqual', second)] },
          ],
        }
      : {
          or: [
            { operator: 'lessThan', values: [bound('lessThan', first)] },
            { operator: 'greaterThan', values: [bound('greaterThan', second)] },
          ],
        };
  return { tree, note };
}

/** Significant digits that answers show of a number that a calculation made longer; more for one with a long whole part. */
const SHOWN_DIGITS = 12;

/** Significant digits that a double holds of any decimal. */
const MAX_EXACT_DIGITS = 15;

/**
 * Equality with numbers. A decimal stands for all that an answer shows as it, binary noise and cut digits included: half of
 * its last shown digit to both sides.
 */
function equalityTree(
  field: Field,
  operator: 'equals' | 'notEquals',
  numbers: readonly (number | string)[],
  shown: ReadonlyMap<number, ShownNumber>,
): ConditionTree {
  const inexact = numbers
    .filter((number) => typeof number === 'number' && (shown.has(number) || isInexact(field, number)))
    .map(Number);
  if (inexact.length === 0) return { operator, values: numbers };
  const exact = numbers.filter((number) => !inexact.includes(Number(number)));
  const rest: readonly ConditionTree[] = exact.length > 0 ? [{ operator, values: exact }] : [];
  const ranges = inexact.map((number): ConditionTree => {
    const written = shown.get(number);
    const [low, high] = written ? [written.low, written.high] : limitsOf(number);
    return operator === 'equals'
      ? {
          and: [
            { operator: 'greaterThanOrEqual', values: [low] },
            { operator: 'lessThanOrEqual', values: [high] },
          ],
        }
      : { or: [{ operator: 'lessThan', values: [low] }, { operator: 'greaterThan', values: [high] }, isNull] };
  });
  const [only, ...others] = [...ranges, ...rest];
  if (only && others.length === 0) return only;
  return operator === 'equals' ? { or: [...ranges, ...rest] } : { and: [...ranges, ...rest] };
}

/**
 * A bound that an answer showed cut, or that is written as it was shown: moved by half of its last digit, so that rows which
 * show it are on its side.
 */
function shownBound(
  field: Field,
  operator: Operator,
  number: number | string,
  written: ShownNumber | undefined,
): number | string {
  const isLow = operator === 'greaterThanOrEqual' || operator === 'lessThan';
  if (written !== undefined) return isLow ? written.low : written.high;
  // The last digits of a calculated one may be zeros, which are not shown.
  const digits = isCalculated(field) ? SHOWN_DIGITS - 2 : SHOWN_DIGITS;
  if (typeof number !== 'number' || !isCut(number, digits)) return number;
  // A longer one is of no answer: a bound that was moved before, as in a saved chart that is run again.
  if (digitsOf(number) > Math.min(MAX_EXACT_DIGITS - 1, shownDigits(number))) return number;
  const [low, high] = limitsOf(number);
  return isLow ? low : high;
}

/** Part of the last shown digit to both sides of a number; not quite a half, so that the limits have more digits than it. */
const HALF = 0.4999;

/** The least and the greatest number that an answer shows as this one. */
function limitsOf(number: number): readonly [number, number] {
  const half = shownUnit(number) * HALF;
  return [Number((number - half).toPrecision(MAX_EXACT_DIGITS)), Number((number + half).toPrecision(MAX_EXACT_DIGITS))];
}

/** Metrics whose values are those of rows, or counts. */
const EXACT_TYPES: readonly string[] = ['count', 'count_distinct', 'min', 'max'];

/** True for a result of a calculation, and for any number of as many digits as a cut one has. */
function isInexact(field: Field, number: number): boolean {
  if (number === 0 || String(number).includes('e')) return false;
  return isCalculated(field) || isCut(number);
}

/** True for a metric of which binary noise is a part. */
const isCalculated = ({ kind, type }: Field): boolean => kind !== 'dimension' && !EXACT_TYPES.includes(type);

/** True for a decimal of as many digits as an answer shows. */
const isCut = (number: number, digits = SHOWN_DIGITS): boolean =>
  !Number.isInteger(number) && !String(number).includes('e') && digitsOf(number) >= digits;

/** Significant digits that an answer shows of a number: four decimals at least, of a long one. */
const shownDigits = (number: number): number =>
  Math.min(MAX_EXACT_DIGITS, Math.max(SHOWN_DIGITS, String(Math.trunc(Math.abs(number))).length + 4));

/** The unit of the last digit that an answer shows, or of the last one of a longer number. */
function shownUnit(number: number): number {
  const ofShown = Math.floor(Math.log10(Math.abs(number))) + 1 - shownDigits(number);
  return 10 ** (decimalsOf(number) > 0 && digitsOf(number) >= SHOWN_DIGITS ? -decimalsOf(number) : ofShown);
}

const digitsOf = (number: number): number => String(number).replace(/^-?0*\.?0*|\./g, '').length;
const decimalsOf = (number: number): number => String(number).split('.')[1]?.length ?? 0;

const isBetween = (operator: Operator): boolean => operator === 'inBetween' || operator === 'notInBetween';

/**
 * A number for a filter: from `1,234.5`, `$20`, and for a ratio also `85%`. Whole numbers too big for a double stay text of
 * digits: the server writes them into the SQL unchanged, so nothing else may pass.
 */
export function readNumber(value: unknown, field: Pick<Field, 'format'>): number | string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim().replace(/^([-+]?)[$€£¥]/, '$1');
  const percent = /^([-+]?[\d.]+)\s*%$/.exec(text);
  if (percent?.[1])
    return field.format.style === 'percent' ? Number((Number(percent[1]) / 100).toPrecision(12)) : undefined;
  const plain = /^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) ? text.replaceAll(',', '') : text;
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain)) return undefined;
  const number = Number(plain);
  return /^-?\d+$/.test(plain) && !Number.isSafeInteger(number) ? plain : number;
}

function notANumber(index: FieldIndex, field: Field, value: unknown): string {
  const source = field.aggregates && index.fields.get(field.aggregates);
  if (source && field.valueType !== 'number')
    return `${field.id} is a ${field.type}, which Lightdash filters as a number: filter ${source.id} (${source.label}) instead.`;
  return `${field.id} is compared with numbers, and ${JSON.stringify(value)} is not one.`;
}

function readBooleanCondition(field: Field, operator: Operator, values: readonly unknown[]): ReadCondition {
  const booleans = new Set(values.map(readBoolean));
  const [boolean] = booleans;
  if (booleans.has(undefined))
    return { problem: `${field.id} is true or false: write [true] or [false], not ${JSON.stringify(values)}.` };
  if (booleans.size > 1)
    return { problem: `${field.id} ${operator} takes one value, true or false; rows that have either are notNull.` };
  return { tree: { operator, values: [boolean] } };
}

/** Converts text to a boolean: the server takes any text, even `"false"`, for true. */
function readBoolean(value: unknown): boolean | undefined {
  const text = String(value).trim().toLowerCase();
  if (['true', 't', 'yes', 'y', '1'].includes(text)) return true;
  return ['false', 'f', 'no', 'n', '0'].includes(text) ? false : undefined;
}
