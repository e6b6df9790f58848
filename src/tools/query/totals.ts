import { readResultTable } from '../../query/execution/result-table.ts';
import type { Field } from '../../query/fields/field.ts';
import { cellWriter } from '../../render/rows-cells.ts';
import { isObject } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';

export interface TotalsOptions {
  /** What the totals are of: an explore's or a chart's name. */
  readonly of: string;
  readonly filters: readonly string[];
  readonly notes?: readonly string[];
  /** The fields of the explore, where they are known. */
  readonly fields?: ReadonlyMap<string, Field> | undefined;
}

/** The total of each metric on a line, as calculate-total answers it: `{metricId: number}`. */
export function renderTotals(totals: unknown, { of, filters, notes = [], fields }: TotalsOptions): string {
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
    lines.length === 0 ? 'No totals: the query has no metrics.' : `Totals over all rows of ${plainText(of)}${under}:`;
  return [head, ...notes.map((note) => `Note: ${plainText(note)}`), ...lines].join('\n');
}
