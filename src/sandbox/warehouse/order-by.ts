import { SandboxError } from '../errors.ts';
import { type Explore, getFieldId } from './explore.ts';
import { listDimensions } from './fields.ts';
import type { BinDimension, Sort } from './metric-query.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

/**
 * On 0.1366 the field id goes into the SQL unchecked, and the database reports the error.
 * @throws SandboxError 400 CompileError for a quote in it, on 1.219
 */
export function orderBy(
  { fieldId, descending, nullsFirst }: Sort,
  explore: Explore,
  bins: ReadonlyMap<string, BinDimension>,
  isOlder: boolean,
): string {
  if (!isOlder && /["\\]/.test(fieldId)) {
    const message = `Invalid sort field "${fieldId}": identifiers cannot contain quote or backslash characters.`;
    throw new SandboxError(400, 'CompileError', message);
  }
  const nulls = isOlder || nullsFirst === undefined ? '' : ` NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`;
  const direction = `${descending ? ' DESC' : ''}${nulls}`;
  if (bins.has(fieldId)) return `"${fieldId}_order"${direction}`;
  const interval = listDimensions(explore).find((field) => getFieldId(field) === fieldId)?.timeInterval;
  const names = interval === 'DAY_OF_WEEK_NAME' ? DAYS : interval === 'MONTH_NAME' ? MONTHS : undefined;
  if (!names) return `"${fieldId}"${direction}`;
  const whens = names.map((name, index) => `    WHEN "${fieldId}" = '${name}' THEN ${index + 1}`);
  return `(\n  CASE\n${whens.join('\n')}\n    ELSE 0\n  END\n)${direction}`;
}
