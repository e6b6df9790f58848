import { readResultTable } from '../../query/execution/result-table.ts';
import type { Field } from '../../query/fields/field.ts';
import { columnFacts, rowValues } from '../../render/result-facts.ts';
import { cellWriter } from '../../render/rows-cells.ts';
import { isObject } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';

/** Source, filters and notes of totals. */
export interface TotalsOptions {
  /** Name of the explore or chart. */
  readonly title: string;
  readonly filters: readonly string[];
  readonly notes?: readonly string[];
  /** False if the query has no metrics, the reason why it has no totals. */
  readonly hasMetrics: boolean;
  /** Fields of the explore, if known. */
  readonly fields?: ReadonlyMap<string, Field> | undefined;
}

/** The totals as data, with every fact of their text. */
export function totalsFacts(totals: unknown, { title, filters, notes = [], fields }: TotalsOptions) {
  const row = isObject(totals) ? totals : {};
  const { columns } = readResultTable({ rows: [row] }, undefined, fields);
  return { title, totals: rowValues(row, columns, false), columns: columns.map(columnFacts), filters, notes };
}

/** A line with the total of each metric, from a response of calculate-total: `{metricId: number}`. */
export function renderTotals(
  totals: unknown,
  { title, filters, notes = [], hasMetrics, fields }: TotalsOptions,
): string {
  const row = isObject(totals) ? totals : {};
  const { columns } = readResultTable({ rows: [row] }, undefined, fields);
  const lines = columns.map((column) => {
    const unit = column.format.unit === undefined ? '' : ` [${column.format.unit}]`;
    const label = column.label === undefined ? '' : ` (${plainText(column.label)})`;
    const only = column.only.length === 0 ? '' : `, only ${plainText(column.only.join(', '))}`;
    return `${column.id}${unit}${label}${only}: ${cellWriter(column, 'raw', 200)(row[column.id]).csv}`;
  });
  const under = filters.length > 0 ? `, filters: ${filters.map(plainText).join('; ')}` : '';
  const head =
    lines.length === 0
      ? hasMetrics
        ? `No totals of ${plainText(title)}${under}.`
        : 'No totals: the query has no metrics.'
      : `Totals over all rows of ${plainText(title)}${under}:`;
  return [head, ...notes.map((note) => `Note: ${plainText(note)}`), ...lines].join('\n');
}
