import { finite, isObject, type JsonObject, text } from '../../text/json.ts';
import type { NumberFormat } from './field.ts';

const CURRENCIES: Readonly<Record<string, string>> = { usd: 'USD', gbp: 'GBP', eur: 'EUR', jpy: 'JPY', dkk: 'DKK' };
const SYMBOLS: Readonly<Record<string, string>> = { $: 'USD', '£': 'GBP', '€': 'EUR', '¥': 'JPY' };

/**
 * Number format of a field: from `format` with `round` (models), from `formatOptions` (fields and custom metrics), or from
 * the `format` object of a table calculation. Compact display (`1.2K`) is ignored: numbers are shown in full, and its
 * `round` is about the shortened number.
 */
export function readNumberFormat(source: JsonObject): NumberFormat {
  if (isObject(source.formatOptions)) return readFormatOptions(source.formatOptions);
  if (isObject(source.format)) return readFormatOptions(source.format);
  const decimals = source.compact ? undefined : finite(source.round);
  const format = text(source.format);
  if (!format) return { style: 'plain', decimals, unit: undefined };
  if (format === 'percent') return { style: 'percent', decimals, unit: '%' };
  if (format === 'id') return { style: 'id', decimals: undefined, unit: undefined };
  const currency = CURRENCIES[format];
  if (currency) return { style: 'currency', decimals, unit: currency };
  if (/[0#]/.test(format)) return readPattern(format);
  return { style: 'plain', decimals, unit: format };
}

function readFormatOptions(options: JsonObject): NumberFormat {
  const decimals = options.compact ? undefined : finite(options.round);
  switch (options.type) {
    case 'percent':
      return { style: 'percent', decimals, unit: '%' };
    case 'currency':
      return { style: 'currency', decimals, unit: text(options.currency) ?? 'USD' };
    case 'id':
      return { style: 'id', decimals: undefined, unit: undefined };
    case 'custom':
      return readPattern(text(options.custom) ?? '');
    default:
      return { style: 'plain', decimals, unit: (text(options.suffix) ?? text(options.prefix))?.trim() };
  }
}

/** A spreadsheet-like pattern (`$#,##0.00`, `0.0%`), which newer models use. */
function readPattern(pattern: string): NumberFormat {
  const decimals = /\.([0#]+)/.exec(pattern)?.[1]?.length ?? 0;
  if (pattern.includes('%')) return { style: 'percent', decimals, unit: '%' };
  const symbol = Object.keys(SYMBOLS).find((character) => pattern.includes(character));
  return symbol
    ? { style: 'currency', decimals, unit: SYMBOLS[symbol] }
    : { style: 'plain', decimals: /[0#]/.test(pattern) ? decimals : undefined, unit: undefined };
}
