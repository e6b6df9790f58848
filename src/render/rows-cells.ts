import { readCell } from '../lightdash/rows/cell.ts';
import type { Column } from '../query/execution/result-table.ts';
import { plainText, truncate } from '../text/plain-text.ts';

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
  const write = valueWriter(column);
  return (cell) => {
    const { raw, formatted } = readCell(cell);
    if (raw === null || raw === undefined) return { csv: '', truncated: false };
    const text = format === 'formatted' && formatted !== undefined ? formatted : write(raw, formatted);
    return { csv: csvCell(truncate(text, maxLength)), truncated: text.length > maxLength };
  };
}

function valueWriter(column: Column): (raw: unknown, formatted: string | undefined) => string {
  const writeNumber = numberWriter(column);
  const temporal = column.valueType !== 'string' && column.valueType !== 'number' && column.valueType !== 'boolean';
  return (raw, formatted) => {
    if (typeof raw === 'number') return writeNumber(raw);
    if (typeof raw === 'string') {
      if (column.valueType === 'number' && /^-?\d+(\.\d+)?$/.test(raw)) return writeNumeral(raw, writeNumber);
      return temporal && ISO_TIME.test(raw) ? writeDate(column, raw, formatted) : raw;
    }
    return typeof raw === 'object' ? JSON.stringify(raw) : String(raw);
  };
}

/** A whole number sent as text (a bigint, on newer servers) keeps all its digits. */
function writeNumeral(raw: string, writeNumber: (value: number) => string): string {
  const exact = !raw.includes('.') && !Number.isSafeInteger(Number(raw));
  return exact ? raw : writeNumber(Number(raw));
}

/**
 * Numbers with no more decimals than their format shows, without separators or signs: the heading has the unit.
 * A ratio formatted as percent is written 85.6 under a heading with `[%]`, for 0.856 is quoted wrongly too easily; where the
 * model states no decimals for it, with one, though Lightdash shows none.
 */
function numberWriter({ format }: Column): (value: number) => string {
  switch (format.style) {
    case 'id':
      return String;
    case 'percent': {
      const decimals = format.decimals ?? 1;
      return (value) => rounded(value * 100, decimals);
    }
    case 'currency': {
      const decimals = format.decimals ?? (format.unit === 'JPY' ? 0 : 2);
      return (value) => rounded(value, decimals);
    }
    default: {
      const { decimals } = format;
      return decimals === undefined ? readable : (value) => rounded(value, decimals);
    }
  }
}

const rounded = (value: number, decimals: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toFixed(Math.min(Math.max(decimals, 0), 20))) || 0);

/** Without a format: three decimals, as Lightdash shows, and four significant digits where those would leave less. */
const readable = (value: number): string =>
  Math.abs(value) >= 1 ? rounded(value, 3) : String(Number(value.toPrecision(4)));

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
