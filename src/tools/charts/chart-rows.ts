import { chartFields } from '../../charts/chart-definition.ts';
import { readCustomFields } from '../../query/builder/custom-fields.ts';
import { fanOutWarnings } from '../../query/builder/fan-out-warnings.ts';
import { Diagnostics } from '../../query/diagnostics.ts';
import { readResultTable } from '../../query/execution/result-table.ts';
import type { QueryResult } from '../../query/execution/run-query.ts';
import type { FieldIndex } from '../../query/fields/field.ts';
import { describeFilters, describeRule } from '../../query/filters/describe-filters.ts';
import { filterKinds } from '../../query/filters/lightdash-filters.ts';
import { finite, isObject, type JsonObject, list, objects, text } from '../../text/json.ts';
import { truncate } from '../../text/plain-text.ts';
import type { StoredResult } from '../tool.ts';
import type { LoadedChart } from './load-chart.ts';

const MAX_DESCRIPTION_LENGTH = 500;

/** The rows of any operation that runs a chart; titled by the explore if the chart could not be read. */
export function chartRows(
  { results, api, warnings }: QueryResult,
  { chart, explore: index }: LoadedChart,
  formatted = false,
): StoredResult {
  const query = isObject(results) && isObject(results.metricQuery) ? results.metricQuery : {};
  const explore = text(query.exploreName) ?? text(chart?.tableName) ?? '?';
  const description = text(chart?.description);
  return {
    table: readResultTable(results),
    renderOptions: {
      title: chartTitle(chart, explore) ?? explore,
      ...(description && { heading: [truncate(description, MAX_DESCRIPTION_LENGTH)] }),
      // Without dimensions there is one row, whatever the limit.
      limit: list(query.dimensions).length > 0 ? finite(query.limit) : undefined,
      sorted: objects(query.sorts).length > 0 || api === 'v2',
      filters: describeFilters(query.filters),
      notes: [...warnings, ...(index ? fanOutNotes(index, query) : [])],
      ...(formatted && { format: 'formatted' }),
    },
  };
}

/** `Orders by status (chart of orders)`; undefined for a chart without a name. */
export function chartTitle(chart: JsonObject | undefined, explore: string): string | undefined {
  const name = text(chart?.name);
  return name === undefined ? undefined : `${name} (chart of ${explore})`;
}

/** Warnings about sums and averages that a join of the query inflates. */
export function fanOutNotes(index: FieldIndex, query: JsonObject): readonly string[] {
  const { fields } = readCustomFields(index, query, new Diagnostics()).index;
  const { selected, filtered } = chartFields({ metricQuery: query });
  const used = [...new Set([...selected, ...filtered])].flatMap((id) => fields.get(id) ?? []);
  return fanOutWarnings(index, used);
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

/** The rules of one kind of dashboard filters that are not disabled. */
export const activeRules = (filters: unknown, kind: (typeof filterKinds)[number]): readonly JsonObject[] =>
  objects(isObject(filters) ? filters[kind] : undefined).filter((rule) => rule.disabled !== true);

const filterKey = ({ id, target, operator, values }: JsonObject): string =>
  JSON.stringify([id, isObject(target) ? target.fieldId : undefined, operator, values]);
