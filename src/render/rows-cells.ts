import { readCell } from '../lightdash/rows/cell.ts';
import type { Column } from '../query/execution/result-table.ts';
import { plainText, truncate } from '../text/plain-text.ts';

/** `raw` is the exact value, `formatted` the text that Lightdash shows to people. */
export type CellFormat = 'raw' | 'formatted';

/** A time, or on 1.219 a date alone. */
const ISO_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?$/;
/** Lightdash's format of a date at its grain: `2024`, `2024-Q1`, `2024-03`, `2024-03-15`. */
const AT_ITS_GRAIN = /^\d{4}(-(Q[1-4]|\d{2}(-\d{2})?))?$/;

/** A cell as CSV, and if it was cut at the maximum length. */
export interface WrittenCell {
  readonly csv: string;
  readonly truncated: boolean;
}

/** Makes the function that writes one column's cells as CSV. A null is an empty cell, an empty text is `""`. */
export function cellWriter(
  column: Column,
  format: CellFormat,
  maxLength = Number.POSITIVE_INFINITY,
): (cell: unknown) => WrittenCell {
  const textOf = cellText(column, format);
  return (cell) => {
    const text = textOf(cell);
    if (text === undefined) return { csv: '', truncated: false };
    return { csv: csvCell(truncate(text, maxLength)), truncated: text.length > maxLength };
  };
}

/** Makes the function that writes one column's cells as text; undefined for a null. */
export function cellText(column: Column, format: CellFormat): (cell: unknown) => string | undefined {
  const write = valueWriter(column);
  return (cell) => {
    const { raw, formatted } = readCell(cell);
    if (raw === null || raw === undefined) return undefined;
    return format === 'formatted' && formatted !== undefined ? formatted : write(raw, formatted);
  };
}

function valueWriter(column: Column): (raw: unknown, formatted: string | undefined) => string {
  const writeNumber = numberWriter(column);
  const temporal = column.valueType !== 'string' && column.valueType !== 'number' && column.valueType !== 'boolean';
  return (raw, formatted) => {
    if (typeof raw === 'number') return writeNumber(raw);
    if (typeof raw === 'string') {
      if (column.valueType === 'number' && /^-?\d+(\.\d+)?$/.test(raw)) return writeNumber(raw);
      return temporal && ISO_TIME.test(raw) ? writeDate(column, raw, formatted) : raw;
    }
    return typeof raw === 'object' ? (intervalText(raw) ?? JSON.stringify(raw)) : String(raw);
  };
}

const INTERVAL_UNITS: readonly string[] = ['years', 'months', 'days', 'hours', 'minutes', 'seconds', 'milliseconds'];

/** `84 days`, of an interval as Postgres' driver writes it: `{"days": 84}`; undefined for any other object. */
function intervalText(raw: object | null): string | undefined {
  const parts = Object.entries(raw ?? {});
  if (parts.length === 0 || parts.some(([unit, count]) => !INTERVAL_UNITS.includes(unit) || typeof count !== 'number'))
    return undefined;
  return parts.map(([unit, count]) => `${count} ${count === 1 ? unit.slice(0, -1) : unit}`).join(' ');
}

/**
 * Numbers as Lightdash sent them, without separators or signs: the heading has the unit. Nothing is rounded but the noise of
 * binary fractions (`exactDigits`). A ratio formatted as percent is written 85.6 under `[%]`: 0.856 is easily quoted wrongly.
 */
function numberWriter({ format }: Column): (value: number | string) => string {
  switch (format.style) {
    case 'id':
      return String;
    case 'percent':
      return (value) => exactDigits(Number(value) * 100);
    case 'currency': {
      const decimals = currencyDecimals(format.unit);
      return (value) => withDecimals(exactNumeral(value), decimals);
    }
    default:
      return exactNumeral;
  }
}

/** A numeral that came as text (a bigint or a decimal, on newer servers) keeps all its digits but trailing zeros. */
const exactNumeral = (value: number | string): string =>
  typeof value === 'number' ? exactDigits(value) : value.includes('.') ? value.replace(/\.?0+$/, '') : value;

/** Significant digits that a double holds for certain, and those of a number that binary fractions made longer. */
const [CERTAIN_DIGITS, MEANINGFUL_DIGITS] = [15, 12];

/**
 * The digits of a number. A decimal of a warehouse has at most 15; more of them come of binary fractions or of a division
 * without end, and 12 are kept. So is a number that has at most 9 of these 12: 541507.570000001 is a sum with noise.
 */
function exactDigits(value: number): string {
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value || 0);
  const whole = String(Math.trunc(Math.abs(value))).length;
  const kept = Number(value.toPrecision(Math.min(CERTAIN_DIGITS, Math.max(MEANINGFUL_DIGITS, whole + 4))));
  const isNoise = digitsOf(value) > CERTAIN_DIGITS || digitsOf(kept) <= MEANINGFUL_DIGITS - 3;
  return decimalText(isNoise ? kept : value);
}

const digitsOf = (value: number): number =>
  String(value)
    .replace(/e.*$/, '')
    .replace(/^[-0.]+|\./g, '').length;

/** `0.00000001` in place of `1e-8`, which a reader takes for a name; very small ones stay short. */
const decimalText = (value: number): string =>
  Math.abs(value) < 1e-6 && Math.abs(value) >= 1e-12 ? value.toFixed(20).replace(/0+$/, '') : String(value);

function withDecimals(numeral: string, decimals: number): string {
  if (decimals === 0 || numeral.includes('e')) return numeral;
  const [whole = '', fraction = ''] = numeral.split('.');
  return `${whole}.${fraction.padEnd(decimals, '0')}`;
}

/** Decimals of a currency, 2 if its code is unknown. */
function currencyDecimals(code: string | undefined): number {
  if (code === undefined || !/^[A-Za-z]{3}$/.test(code)) return 2;
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions().maximumFractionDigits ?? 2
  );
}

/** Dates cut to their grain, in Lightdash's format if there is one; times without empty fractions. */
function writeDate(column: Column, raw: string, formatted: string | undefined): string {
  if (formatted !== undefined && AT_ITS_GRAIN.test(formatted)) return formatted;
  const day = raw.slice(0, 10);
  switch (column.interval) {
    case 'YEAR':
      return raw.slice(0, 4);
    case 'QUARTER':
      return `${raw.slice(0, 4)}-Q${Math.ceil(Number(raw.slice(5, 7)) / 3)}`;
    case 'MONTH':
      return raw.slice(0, 7);
    case 'WEEK':
    case 'DAY':
      return day;
    default:
      return column.valueType === 'date' ? day : raw.replace(/\.0+(?=Z|[+-]|$)/, '');
  }
}

/** Quotes a cell if CSV readers could misread it. */
export function csvCell(text: string): string {
  const plain = plainText(text);
  return plain === '' || /[",]|^\s|\s$/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
