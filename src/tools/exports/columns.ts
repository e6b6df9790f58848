import type { MetricQuery } from '../../query/builder/metric-query.ts';
import { text } from '../../text/json.ts';
import { nearestAmong } from '../../text/suggest.ts';
import { ArgumentsError } from '../arguments.ts';

/** The columns of a query in their order in a file. */
export const columnsOf = ({ dimensions, metrics, tableCalculations }: MetricQuery): readonly string[] => [
  ...dimensions,
  ...metrics,
  ...tableCalculations.flatMap(({ name }) => text(name) ?? []),
];

interface Layout {
  readonly columnOrder?: readonly string[] | undefined;
  readonly customLabels?: Readonly<Record<string, string>> | undefined;
  readonly pivotColumns?: readonly string[] | undefined;
  readonly hiddenFields?: readonly string[] | undefined;
}

/** @throws {ArgumentsError} for a column that the query does not select: Lightdash would leave it out of account. */
export function refuseUnknownColumns(
  { columnOrder = [], customLabels = {}, pivotColumns = [] }: Layout,
  columns: readonly string[],
): void {
  const named = { columnOrder, customLabels: Object.keys(customLabels), pivotColumns };
  const problems = Object.entries(named).flatMap(([argument, ids]) =>
    ids
      .filter((id) => !columns.includes(id))
      .map((id) => `${argument}: the query selects no ${id}${nearestAmong(id, columns)} (${columns.join(', ')})`),
  );
  if (problems.length > 0) throw new ArgumentsError(problems);
}

/** A note about columns to hide that the query does not select. */
export function hiddenNotes({ hiddenFields = [] }: Layout, columns: readonly string[]): readonly string[] {
  const unselected = hiddenFields.filter((id) => !columns.includes(id));
  return unselected.length > 0 ? [`hiddenFields names ${unselected.join(', ')}, which the query does not select.`] : [];
}
