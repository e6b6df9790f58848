import { formatItemValue } from './formatting.ts';
import type { Item } from './item-map.ts';
import type { CsvFile, CsvOptions } from './results.ts';

/** As many cells as one CSV file may have: rows are cut at this number divided by the columns. */
export const CSV_CELLS_LIMIT = 100_000;

/**
 * Writes the columns of a query as CSV: headings are labels (with the table's if requested), dates and timestamps are written
 * plainly, other values raw or formatted.
 */
export function writeCsv(
  columns: readonly string[],
  items: Readonly<Record<string, Item>>,
  rows: readonly Readonly<Record<string, unknown>>[],
  options: CsvOptions,
): CsvFile {
  const hidden = new Set(options.hiddenFields);
  const { columnOrder } = options;
  const ids = columns.filter((id) => !hidden.has(id)).sort((a, b) => columnOrder.indexOf(a) - columnOrder.indexOf(b));
  const headings = ids.map((id) => options.customLabels?.[id] ?? getLabel(items[id] ?? {}, options.showTableNames));
  const lines = rows.map((row) => ids.map((id) => toCsvValue(items[id], row[id], options.onlyRaw)));
  const text = [headings, ...lines].map((line) => `${line.map(quote).join(',')}\n`).join('');
  const maximum = Math.floor(CSV_CELLS_LIMIT / Math.max(columns.length, 1));
  return { text, rowCount: rows.length, truncated: rows.length >= maximum };
}

function getLabel(item: Item, showTableNames: boolean): string {
  const label = String(item.label ?? item.displayName ?? item.name ?? '');
  return showTableNames && item.tableLabel !== undefined ? `${item.tableLabel} ${label}` : label;
}

function toCsvValue(item: Item | undefined, value: unknown, onlyRaw: boolean): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date && item?.fieldType !== undefined) {
    if (item.type === 'timestamp') return value.toISOString().slice(0, -1).replace('T', ' ');
    if (item.type === 'date') return value.toISOString().slice(0, 10);
  }
  if (!onlyRaw) return formatItemValue(item, value);
  // The CSV library of the real server writes dates as milliseconds, true as 1 and false as nothing.
  if (value instanceof Date) return String(value.getTime());
  if (typeof value === 'boolean') return value ? '1' : '';
  return String(value);
}

function quote(value: string): string {
  return /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
