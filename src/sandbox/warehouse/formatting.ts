import type { Release } from '../release/releases.ts';
import type { CustomFormat } from './explore.ts';
import { formatByExpression } from './format-expression.ts';
import type { Item } from './item-map.ts';
import { zoneOffset } from './relative-dates.ts';

/**
 * The cell's `raw`: date and timestamp fields lose their milliseconds, and on 1.219 dates their time; any other Date turns
 * into ISO text.
 */
export function toRawValue(item: Item | undefined, value: unknown, release: Release = '0.1366'): unknown {
  if (!(value instanceof Date)) return value;
  const isDateField = item?.fieldType !== undefined && (item.type === 'date' || item.type === 'timestamp');
  if (isDateField && item.type === 'date' && release !== '0.1366') return value.toISOString().slice(0, 10);
  return isDateField ? value.toISOString().replace(/\.\d+Z$/, 'Z') : value.toISOString();
}

/**
 * The formatted value of a column as Lightdash shows it; `item` is undefined for columns without a definition.
 * @param timeZone on whose clocks times are shown; UTC when absent
 */
export function formatItemValue(
  item: Item | undefined,
  value: unknown,
  release: Release = '0.1366',
  timeZone?: string,
): string {
  if (value === null) return '∅';
  if (value === undefined) return '-';
  if (!item) return release === '0.1366' ? formatDefault(value) : plainText(value);
  const interval = item.fieldType === 'dimension' ? item.timeInterval : undefined;
  switch (item.dimensionType ?? item.type) {
    case 'string':
      return String(value);
    case 'boolean':
      return ['True', 'true', 'yes', 'Yes', '1', 'T'].includes(String(value)) ? 'True' : 'False';
    case 'date':
      return formatDate(value, interval);
    case 'timestamp':
      return formatTimestamp(value, interval, timeZone);
    case 'min':
    case 'max':
      if (value instanceof Date) return formatTimestamp(value, undefined, timeZone);
      break;
    case 'number':
      if (interval === 'YEAR_NUM') return String(value);
      break;
  }
  // A formula that gives a bigint has no type, and so no format.
  if (item.formula !== undefined && item.format === undefined && typeof value === 'string') return value;
  const expression = typeof item.format === 'string' && !isNotNumeric(value) ? item.format : '';
  return formatByExpression(Number(value), expression) ?? applyFormat(value, getFormat(item));
}

const plainText = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));

interface NumberFormat {
  readonly type?: unknown;
  readonly round?: number | undefined;
  readonly currency?: string | undefined;
  readonly compact?: string | undefined;
  readonly separator?: string | undefined;
  readonly prefix?: string | undefined;
  readonly suffix?: string | undefined;
  readonly timeInterval?: string | undefined;
}

function getFormat(item: Item): NumberFormat | undefined {
  if (isFormat(item.formatOptions)) return item.formatOptions;
  // A table calculation has no field type and its format is an object.
  if (item.fieldType === undefined) return isFormat(item.format) ? item.format : undefined;
  const round = typeof item.round === 'number' ? item.round : undefined;
  const compact = typeof item.compact === 'string' ? item.compact : undefined;
  switch (item.format) {
    case 'usd':
    case 'eur':
    case 'gbp':
    case 'dkk':
    case 'jpy':
      return { type: 'currency', currency: item.format.toUpperCase(), round, compact };
    case 'km':
    case 'mi':
      return { type: 'number', suffix: ` ${item.format}`, round, compact };
    case 'percent':
      return { type: 'percent', round, compact };
    case 'id':
      return { type: 'id' };
    default:
      return { type: 'number', round, compact };
  }
}

function isFormat(value: unknown): value is CustomFormat {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function applyFormat(value: unknown, format: NumberFormat | undefined): string {
  if (format?.type === undefined) return formatDefault(value);
  if (value === '') return '';
  if (value instanceof Date && format.type !== 'date' && format.type !== 'timestamp') {
    return formatTimestamp(value, undefined);
  }
  if (isNotNumeric(value)) return formatDefault(value);
  const { value: compacted, suffix } = compactNumber(Number(value), format.compact);
  switch (format.type) {
    case 'id':
      return String(value);
    case 'percent':
      return `${formatNumber(Number(value) * 100, format)}%`;
    case 'currency':
      return formatNumber(compacted, format).replace(/\u00a0/, ' ') + suffix;
    case 'number':
      return `${format.prefix ?? ''}${formatNumber(compacted, format)}${suffix}${format.suffix ?? ''}`;
    case 'date':
      return formatDate(value, format.timeInterval);
    case 'timestamp':
      return formatTimestamp(value, format.timeInterval);
    default:
      return formatDefault(value);
  }
}

function formatDefault(value: unknown): string {
  return isNotNumeric(value) ? String(value) : formatNumber(Number(value));
}

function isNotNumeric(value: unknown): boolean {
  return typeof value === 'boolean' || Number.isNaN(Number(value));
}

const COMPACT_SUFFIXES: readonly (readonly [readonly string[], number, string])[] = [
  [['thousands', 'thousand', 'K'], 1e3, 'K'],
  [['millions', 'million', 'M'], 1e6, 'M'],
  [['billions', 'billion', 'B'], 1e9, 'B'],
  [['trillions', 'trillion', 'T'], 1e12, 'T'],
];

function compactNumber(value: number, compact: string | undefined): { value: number; suffix: string } {
  const [, divisor, suffix] = COMPACT_SUFFIXES.find(([names]) => compact !== undefined && names.includes(compact)) ?? [
    [],
    1,
    '',
  ];
  return { value: value / divisor, suffix };
}

function formatNumber(value: number, format: NumberFormat = {}): string {
  const options: Intl.NumberFormatOptions = {};
  if (format.type === 'currency' && format.currency) {
    options.style = 'currency';
    options.currency = format.currency;
  }
  // Without a rounding Intl keeps up to three decimals, or the currency's own.
  if (format.round !== undefined && format.round < 0) {
    options.maximumSignificantDigits = Math.max(String(Math.floor(value)).length + format.round, 1);
    options.maximumFractionDigits = 0;
  } else if (format.round !== undefined) {
    options.maximumFractionDigits = Math.min(format.round, 20);
    options.minimumFractionDigits = options.maximumFractionDigits;
  }
  switch (format.separator) {
    case 'spacePeriod':
      return numberFormat('en-US', options).format(value).replaceAll(',', ' ');
    case 'periodComma':
      return numberFormat('de-DE', options).format(value);
    case 'noSeparatorPeriod':
      return numberFormat('en-US', { ...options, useGrouping: false }).format(value);
    default:
      return numberFormat('en-US', options).format(value);
  }
}

const numberFormats = new Map<string, Intl.NumberFormat>();

/** Making a format takes longer than running most queries: they are kept, as many as formats in use would ever be. */
function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  const cached = numberFormats.get(key);
  if (cached) return cached;
  if (numberFormats.size >= 100) numberFormats.clear();
  const format = new Intl.NumberFormat(locale, options);
  numberFormats.set(key, format);
  return format;
}

function toDate(value: unknown): Date | undefined {
  const date = value instanceof Date ? value : new Date(typeof value === 'number' ? value : String(value));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function formatDate(value: unknown, interval: unknown): string {
  const date = toDate(value);
  if (!date) return 'Invalid date';
  const [year = '', month = '', day = ''] = date.toISOString().slice(0, 10).split('-');
  switch (interval) {
    case 'YEAR':
      return year;
    case 'QUARTER':
      return `${year}-Q${Math.ceil(Number(month) / 3)}`;
    case 'MONTH':
      return `${year}-${month}`;
    default:
      return `${year}-${month}-${day}`;
  }
}

/** `2023-01-01, 22:19:17:000 (+00:00)` */
function formatTimestamp(value: unknown, interval: unknown, timeZone = 'UTC'): string {
  const moment = toDate(value);
  if (!moment) return 'Invalid date';
  const offset = timeZone === 'UTC' ? 0 : zoneOffset(moment, timeZone);
  const date = new Date(moment.getTime() + offset);
  const [day = '', time = ''] = date.toISOString().slice(0, -1).split('T');
  const length = { HOUR: 2, MINUTE: 5, SECOND: 8 }[String(interval)] ?? 12;
  const minutes = Math.abs(offset) / 60_000;
  const twoDigits = (number: number) => String(Math.floor(number)).padStart(2, '0');
  const zone = `${offset < 0 ? '-' : '+'}${twoDigits(minutes / 60)}:${twoDigits(minutes % 60)}`;
  return `${day}, ${time.slice(0, length).replace('.', ':')} (${zone})`;
}
