import { describeFilters } from '../query/filters/describe-filters.ts';
import { finite, isObject, type JsonObject, objects, text, texts } from '../text/json.ts';
import { chartKindName } from './config/chart-kinds.ts';
import { describeLayout } from './config/describe-layout.ts';
import { readChart } from './config/read-chart.ts';

/**
 * The differences between two states of a chart, a sentence part each: `limit 500 -> 24`, `dimensions: added
 * orders_status`. Both are what GET /api/v1/saved/{chartUuid} answers, or versions of it. Empty if they look alike.
 */
export function describeChartChanges(before: JsonObject, after: JsonObject): readonly string[] {
  const [old, now] = [queryOf(before), queryOf(after)];
  return [
    ...fromTo('name', quoted(before.name), quoted(after.name)),
    ...fromTo('description', quoted(before.description), quoted(after.description)),
    ...fromTo('space', text(before.spaceName), text(after.spaceName)),
    ...fromTo('explore', text(before.tableName), text(after.tableName)),
    ...listChange('dimensions', texts(old.dimensions), texts(now.dimensions)),
    ...listChange('metrics', texts(old.metrics), texts(now.metrics)),
    ...definitionChange('table calculations', 'name', old.tableCalculations, now.tableCalculations),
    ...definitionChange('custom metrics', 'name', old.additionalMetrics, now.additionalMetrics),
    ...definitionChange('custom dimensions', 'id', old.customDimensions, now.customDimensions),
    ...fromTo(
      'filters',
      describeFilters(old.filters).join('; ') || 'none',
      describeFilters(now.filters).join('; ') || 'none',
    ),
    ...fromTo('sorts', sortsOf(old), sortsOf(now)),
    ...fromTo('limit', finite(old.limit), finite(now.limit)),
    ...lookChange(before, after),
  ];
}

function lookChange(before: JsonObject, after: JsonObject): readonly string[] {
  const [old, now] = [readChart(before), readChart(after)];
  const parts = [
    ...fromTo('kind', chartKindName(old.kind), chartKindName(now.kind)),
    ...fromTo('layout', describeLayout(old).join('; ') || 'default', describeLayout(now).join('; ') || 'default'),
    ...(isSame([...old.columnOrder].sort(), [...now.columnOrder].sort())
      ? fromTo('column order', old.columnOrder.join(', '), now.columnOrder.join(', '))
      : []),
  ];
  if (parts.length > 0 || isSame(before.chartConfig, after.chartConfig)) return parts;
  return ['settings of its look (colours, axes, labels …)'];
}

const queryOf = (chart: JsonObject): JsonObject => (isObject(chart.metricQuery) ? chart.metricQuery : {});

const quoted = (value: unknown): string | undefined => {
  const words = text(value);
  return words === undefined ? undefined : `"${words}"`;
};

const sortsOf = (query: JsonObject): string =>
  objects(query.sorts)
    .map(({ fieldId, descending }) => `${text(fieldId) ?? '?'}${descending === true ? ' descending' : ''}`)
    .join(', ') || 'none';

function fromTo(name: string, before: string | number | undefined, after: string | number | undefined): string[] {
  return before === after ? [] : [`${name} ${before ?? 'none'} -> ${after ?? 'none'}`];
}

function listChange(name: string, before: readonly string[], after: readonly string[]): string[] {
  const added = after.filter((id) => !before.includes(id));
  const removed = before.filter((id) => !after.includes(id));
  const parts = [
    ...(added.length > 0 ? [`added ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`removed ${removed.join(', ')}`] : []),
  ];
  return parts.length > 0 ? [`${name}: ${parts.join('; ')}`] : [];
}

/** Objects by name: which were added, removed, or defined anew. */
function definitionChange(name: string, key: string, before: unknown, after: unknown): string[] {
  const byKey = (list: unknown) => new Map(objects(list).map((object) => [text(object[key]) ?? '?', object]));
  const [old, now] = [byKey(before), byKey(after)];
  const redefined = [...now].flatMap(([id, definition]) => {
    const previous = old.get(id);
    return previous !== undefined && !isSame(previous, definition) ? [id] : [];
  });
  return [
    ...listChange(name, [...old.keys()], [...now.keys()]),
    ...(redefined.length > 0 ? [`${name}: changed ${redefined.join(', ')}`] : []),
  ];
}

/** Equal as JSON, whatever the order of keys: servers return them in an order of their own. */
const isSame = (left: unknown, right: unknown): boolean =>
  JSON.stringify(inOrder(left)) === JSON.stringify(inOrder(right));

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isObject(value)) return value;
  const sorted = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, item]) => [key, inOrder(item)]));
}
