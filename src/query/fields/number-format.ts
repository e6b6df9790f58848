import { finite, isObject, type JsonObject, text } from '../../text/json.ts';
import type { NumberFormat } from './field.ts';

/** ISO codes of every currency: a model names one in lower case. */
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
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
  if (CURRENCIES.has(format.toUpperCase())) return { style: 'currency', decimals, unit: format.toUpperCase() };
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

/** A pattern of a spreadsheet (`$#,##0.00`, `[$€]#,##0.00`, `0.0%`, `0.00" kg"`); its first section is of positive numbers. */
function readPattern(pattern: string): NumberFormat {
  const [positive = ''] = pattern.split(';');
  const decimals = /\.([0#]+)/.exec(positive)?.[1]?.length ?? 0;
  if (positive.includes('%')) return { style: 'percent', decimals, unit: '%' };
  const bracketed = /\[\$([^\]-]+)(?:-[^\]]*)?\]/.exec(positive)?.[1]?.trim();
  const bare = positive.replace(/\[[^\]]*\]/g, '');
  const symbol = bracketed ?? Object.keys(SYMBOLS).find((character) => bare.includes(character));
  if (symbol !== undefined) return { style: 'currency', decimals, unit: SYMBOLS[symbol] ?? symbol };
  const word = bare
    .replace(/E[+-]0+/g, '')
    .replace(/[\d#?.,_*\\"()\s+-]+/g, ' ')
    .trim();
  const unit = word === '' || /^(General|@)$/i.test(word) ? undefined : word;
  if (unit !== undefined && CURRENCIES.has(unit)) return { style: 'currency', decimals, unit };
  return { style: 'plain', decimals: /[0#]/.test(positive) ? decimals : undefined, unit };
}
