import type { Field } from '../fields/field.ts';

/** A number written as answers and charts show it, `€1,234.50` or `12.3 %`, with the numbers that are shown so. */
export interface ShownNumber {
  readonly low: number;
  readonly high: number;
  /** False if the field is shown with more digits: then the text stands for the number itself, such as `$20`. */
  readonly isWhole: boolean;
}

/** Currencies of a sign. Other dollars are written with $, too, so it is another currency only than these. */
const CURRENCIES: Readonly<Record<string, readonly string[]>> = { '€': ['EUR'], '£': ['GBP'], '¥': ['JPY', 'CNY'] };

/** True for a number with the sign of another currency than that of its field. */
export function isForeignCurrency(value: unknown, { format }: Pick<Field, 'format'>): boolean {
  const sign = typeof value === 'string' ? /[$€£¥]/.exec(value)?.[0] : undefined;
  if (sign === undefined || format.style !== 'currency' || format.unit === undefined) return false;
  const { unit } = format;
  return sign === '$'
    ? Object.values(CURRENCIES).some((currencies) => currencies.includes(unit))
    : CURRENCIES[sign]?.includes(unit) !== true;
}

/** Decimals of a format that sets none. */
const DECIMALS: Readonly<Record<string, number>> = { currency: 2, percent: 1 };

/** Undefined for a number without the sign of a currency or of percent, and for one with an exponent. */
export function shownNumber(value: unknown, { format }: Pick<Field, 'format'>): ShownNumber | undefined {
  if (typeof value !== 'string' || !/^[^e]*[$€£¥%][^e]*$/i.test(value)) return undefined;
  const digits = value.replace(/[^\d.+-]/g, '');
  const number = Number(digits);
  if (digits === '' || Number.isNaN(number)) return undefined;
  const decimals = digits.split('.')[1]?.length ?? 0;
  const scale = value.includes('%') ? 100 : 1;
  const half = 0.5 * 10 ** -decimals;
  const exact = (limit: number) => Number((limit / scale).toPrecision(15));
  return {
    low: exact(number - half),
    // The upper limit itself is rounded to the next number.
    high: exact(number + half * 0.9999),
    isWhole: decimals >= (format.decimals ?? DECIMALS[format.style] ?? 0),
  };
}
