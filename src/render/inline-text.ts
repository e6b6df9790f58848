import { isObject } from '../text/json.ts';

/**
 * A value as text without JSON: lists by commas, objects as `name: value`, what is nested in parentheses. For people and
 * models; programs get the data.
 */
export function inlineText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(nestedText).join(value.some(isObject) ? '; ' : ', ');
  if (!isObject(value)) return String(value);
  return Object.entries(value)
    .map(([name, inner]) => `${name}: ${nestedText(inner)}`)
    .join(', ');
}

function nestedText(value: unknown): string {
  if (!Array.isArray(value) && !isObject(value)) return inlineText(value);
  const isShort = Array.isArray(value) ? value.length < 2 : Object.keys(value).length < 2;
  return isShort ? inlineText(value) : `(${inlineText(value)})`;
}
