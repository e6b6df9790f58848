import type { MetricQuery } from '../../query/builder/metric-query.ts';
import { text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { nearestAmong } from '../../text/suggest.ts';
import { ArgumentsError } from '../arguments.ts';

/** The columns of a query in their order in a file. */
export const columnsOf = ({ dimensions, metrics, tableCalculations }: MetricQuery): readonly string[] => [
  ...dimensions,
  ...metrics,
  ...tableCalculations.flatMap(({ name }) => text(name) ?? []),
];

/** A line with the columns and the filters of a file's rows. */
export const summaryOf = (explore: string, columns: readonly string[], filters: readonly string[]): string =>
  plainText(
    `Rows of ${explore} with ${columns.join(', ')}. ${filters.length > 0 ? `Filters: ${filters.join('; ')}.` : 'No filters.'}`,
  );

interface Layout {
  readonly columnOrder?: readonly string[] | undefined;
  readonly customLabels?: Readonly<Record<string, string>> | undefined;
  readonly pivotColumns?: readonly string[] | undefined;
  readonly hiddenFields?: readonly string[] | undefined;
}

/** @throws {ArgumentsError} for a column that the query does not select: Lightdash would leave it out of account. */
export function refuseUnknownColumns(
  { columnOrder = [], pivotColumns = [] }: Layout,
  columns: readonly string[],
): void {
  const named = { columnOrder, pivotColumns };
  const problems = Object.entries(named).flatMap(([argument, ids]) =>
    ids
      .filter((id) => !columns.includes(id))
      .map((id) => `${argument}: the query selects no ${id}${nearestAmong(id, columns)} (${columns.join(', ')})`),
  );
  if (problems.length > 0) throw new ArgumentsError(problems);
}

/** Notes about columns of the layout that the query does not select: they change nothing. */
export function unusedLayoutNotes(
  { hiddenFields = [], customLabels = {} }: Layout,
  columns: readonly string[],
): readonly string[] {
  return Object.entries({ hiddenFields, customLabels: Object.keys(customLabels) }).flatMap(([argument, ids]) =>
    ids
      .filter((id) => !columns.includes(id))
      .map((id) => `${argument} names ${id}, which the query does not select${nearestAmong(id, columns)}.`),
  );
}
