import { tableColumns } from '../../charts/config/layout.ts';
import { readChart } from '../../charts/config/read-chart.ts';
import { savedQueryOf } from '../../query/builder/saved-query.ts';
import { type ResultTable, readResultTable } from '../../query/execution/result-table.ts';
import type { QueryResult } from '../../query/execution/run-query.ts';
import { describeFilters, describeRule } from '../../query/filters/describe-filters.ts';
import { filterKinds } from '../../query/filters/lightdash-filters.ts';
import type { RowsOptions } from '../../render/rows.ts';
import { finite, isObject, type JsonObject, list, objects, text } from '../../text/json.ts';
import { truncate } from '../../text/plain-text.ts';
import { filterContext } from '../query/prepare-query.ts';
import type { StoredResult, ToolContext } from '../tool.ts';
import { type ChartNotes, ranQuery } from './chart-notes.ts';
import { activeRules } from './chart-query.ts';
import type { LoadedChart } from './load-chart.ts';
import { withNextRow } from './row-after-limit.ts';

const MAX_DESCRIPTION_LENGTH = 500;

/** Options of the rows of a chart. */
interface ChartRowsOptions {
  readonly formatted?: boolean | undefined;
  readonly chartNotes: ChartNotes;
  /** Filters to name in place of those that ran; those of a dashboard stand above its tiles. */
  readonly filtersShown?: ((table: ResultTable) => unknown) | undefined;
}

/** The rows of any operation that runs a chart; titled by the explore if the chart could not be read. */
export async function chartRows(
  { results, api, warnings }: QueryResult,
  loaded: LoadedChart,
  { formatted = false, chartNotes, filtersShown }: ChartRowsOptions,
  context: ToolContext,
): Promise<StoredResult> {
  const { chart } = loaded;
  const source = savedQueryOf(results) ?? {};
  const ran = ranQuery(results, loaded);
  const explore = text(source.exploreName) ?? text(chart?.tableName) ?? '?';
  const description = text(chart?.description);
  const projectUuid = text(chart?.projectUuid);
  const words = ran && (await filterContext(ran.index, { projectUuid, ...ran.query }, context));
  const sent = readResultTable(results, undefined, undefined, words);
  const limit = ran?.query.limit ?? finite(source.limit);
  const whole = api === 'v1' && ran ? await withNextRow(sent, limit, results, loaded, context) : sent;
  // A row more than the limit was requested, as in `limitToSend`.
  const looksAhead = limit !== undefined && sent.rows.length === limit + 1;
  const table = looksAhead ? { ...sent, rows: sent.rows.slice(0, limit) } : sent;
  const notes = ran ? await chartNotes.notes(ran, { table, whole }, results, context) : [];
  const isGrouped = list(source.dimensions).length > 0;
  const filters = filtersShown?.(table) ?? source.filters;
  return {
    table,
    renderOptions: {
      title: chartTitle(chart, explore) ?? explore,
      ...(description && { heading: [truncate(description, MAX_DESCRIPTION_LENGTH)] }),
      // Without dimensions there is one row, whatever the limit.
      limit: isGrouped ? limit : undefined,
      sorted: objects(source.sorts).length > 0 || api === 'v2',
      ...(isGrouped &&
        list(source.metrics).length + list(source.tableCalculations).length === 0 && { isDistinct: true }),
      filters: describeFilters(filters, words),
      notes: [...warnings, ...notes],
      ...(formatted && { format: 'formatted' }),
      ...(chart && lookOf(chart)),
    },
  };
}

/** The dimensions whose values a chart shows as columns or series, and the columns that its table hides. */
function lookOf(source: JsonObject): Pick<RowsOptions, 'pivot' | 'hidden'> {
  const { chart, pivotColumns: pivot } = readChart(source);
  if (chart.type === 'table') return { pivot, hidden: tableColumns(chart.config).hidden };
  return chart.type === 'cartesian' ? { pivot } : {};
}

/** `Orders by status (chart of orders)`; undefined for a chart without a name. */
export function chartTitle(chart: JsonObject | undefined, explore: string): string | undefined {
  const name = text(chart?.name);
  return name === undefined ? undefined : `${name} (chart of ${explore})`;
}

/** The requested dashboard filters, in words, that `appliedDashboardFilters` of a response lacks. */
export function droppedFilters(requested: JsonObject, results: unknown): readonly string[] {
  const applied = isObject(results) ? results.appliedDashboardFilters : undefined;
  if (!isObject(applied)) return [];
  return filterKinds.flatMap((kind) => {
    const used = objects(applied[kind]).map(filterKey);
    return activeRules(requested, kind)
      .filter((rule) => !used.includes(filterKey(rule)))
      .flatMap((rule) => describeRule(rule) ?? []);
  });
}

const filterKey = ({ id, target, operator, values }: JsonObject): string =>
  JSON.stringify([id, isObject(target) ? target.fieldId : undefined, operator, values]);
