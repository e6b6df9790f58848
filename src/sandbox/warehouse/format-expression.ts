import type { CustomFormat } from './explore.ts';

/** A format as spreadsheets write it, such as `[$€]#,##0.00` or `#,##0" stars"`: the text before and after one number pattern. */
const EXPRESSION = /^((?:\[\$[^\]]*\]|"[^"]*"|[^#0"[])*)([#0,]*0(?:\.(0+))?)(%)?((?:\[\$[^\]]*\]|"[^"]*"|[^#0"[])*)$/;

/** The literal text around the number: `[$€]` is the symbol, quotes hold words. */
const stripQuotes = (text: string): string => text.replace(/\[\$([^\]-]*)[^\]]*\]|"([^"]*)"/g, '$1$2');

/** A number in a spreadsheet's format; undefined if the expression is not one of these. */
export function formatByExpression(value: number, expression: string): string | undefined {
  const [, before = '', pattern = '', decimals = '', percent, behind = ''] = EXPRESSION.exec(expression) ?? [];
  if (pattern === '') return undefined;
  const number = Math.abs(percent ? value * 100 : value).toLocaleString('en-US', {
    minimumFractionDigits: decimals.length,
    maximumFractionDigits: decimals.length,
    useGrouping: pattern.includes(','),
  });
  return `${value < 0 ? '-' : ''}${stripQuotes(before)}${number}${percent ?? ''}${stripQuotes(behind)}`;
}

/** The expression for a format that a query gives a field; undefined for one that is not a number's. */
export function formatExpression({ type, round = 0, prefix, suffix, currency }: CustomFormat): string | undefined {
  const pattern = `#,##0${round > 0 ? `.${'0'.repeat(round)}` : ''}`;
  const quoted = (text: string | undefined) => (text ? `"${text}"` : '');
  if (type === 'percent') return `${pattern}%`;
  if (type === 'currency' && currency) return `[$${currency}]${pattern}`;
  return type === 'number' ? `${quoted(prefix)}${pattern}${quoted(suffix)}` : undefined;
}
