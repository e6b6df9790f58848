import type { Endpoint } from '../lightdash/endpoint.ts';
import { operationById } from '../operations/index.ts';
import { filterKinds } from '../query/filters/lightdash-filters.ts';
import { isObject, type JsonObject, list, objects, text, texts } from '../text/json.ts';

type Read = (operation: Endpoint, args: Readonly<Record<string, unknown>>) => Promise<unknown>;

/**
 * The latest version of a saved chart, read from its history: reading the chart would count as a view.
 * Undefined if the history is empty. Throws the client's errors.
 */
export async function chartDefinition(read: Read, chartUuid: string): Promise<JsonObject | undefined> {
  const response = await read(operationById('GetChartHistory'), { chartUuid });
  const [latest] = objects(isObject(response) ? response.history : undefined);
  const versionUuid = text(latest?.versionUuid);
  return versionUuid === undefined ? undefined : chartVersion(read, chartUuid, versionUuid);
}

/** A version of a chart; its name and space are the current ones. */
export async function chartVersion(
  read: Read,
  chartUuid: string,
  versionUuid: string,
): Promise<JsonObject | undefined> {
  const version = await read(operationById('GetChartVersion'), { chartUuid, versionUuid });
  return isObject(version) && isObject(version.chart) ? version.chart : undefined;
}

/** Ids of the fields that a chart uses. */
export interface ChartFields {
  readonly explore: string | undefined;
  /** Dimensions and metrics, also custom ones. */
  readonly selected: readonly string[];
  readonly filtered: readonly string[];
  /** Fields of its sorts, calculations and custom fields that are neither selected nor filtered. */
  readonly other: readonly string[];
}

/** Reads the fields of a chart by use. */
export function chartFields(chart: JsonObject): ChartFields {
  const query = isObject(chart.metricQuery) ? chart.metricQuery : {};
  const selected = new Set([...texts(query.dimensions), ...texts(query.metrics)]);
  const filters = isObject(query.filters) ? query.filters : {};
  const filtered = new Set(filterKinds.flatMap((kind) => targetsIn(filters[kind])));
  const referenced = [
    ...objects(query.sorts).flatMap((sort) => text(sort.fieldId) ?? []),
    ...objects(query.tableCalculations).flatMap((calculation) => referencesIn(calculation.sql)),
    ...objects(query.customDimensions).flatMap((dimension) => [
      ...texts([dimension.dimensionId]),
      ...referencesIn(dimension.sql, text(dimension.table)),
    ]),
    ...objects(query.additionalMetrics).flatMap((metric) => {
      const table = text(metric.table) ?? '';
      const base = text(metric.baseDimensionName);
      return [
        ...(base ? [`${table}_${base}`] : []),
        ...objects(metric.filters).flatMap((rule) => modelReference(rule, table)),
        ...referencesIn(metric.sql, table),
      ];
    }),
  ];
  const other = new Set(referenced.filter((id) => !selected.has(id) && !filtered.has(id)));
  return {
    explore: text(chart.tableName) ?? text(query.exploreName),
    selected: [...selected],
    filtered: [...filtered],
    other: [...other],
  };
}

function targetsIn(node: unknown): string[] {
  if (!isObject(node)) return [];
  const target = isObject(node.target) ? text(node.target.fieldId) : undefined;
  return [...(target ? [target] : []), ...[...list(node.and), ...list(node.or)].flatMap(targetsIn)];
}

/** The filters of a custom metric name fields as the model does: `table.field`, or `field` of its own table. */
function modelReference(rule: JsonObject, table: string): string[] {
  const reference = isObject(rule.target) ? (text(rule.target.fieldRef) ?? text(rule.target.fieldId)) : undefined;
  if (reference === undefined) return [];
  return [reference.includes('.') ? reference.replace('.', '_') : `${table}_${reference}`];
}

/** The fields that SQL refers to as `${table.field}`, or as `${field}` if it belongs to a table. */
function referencesIn(sql: unknown, table?: string): string[] {
  return [...(text(sql) ?? '').matchAll(/\$\{\s*([\w.]+)\s*\}/g)].flatMap(([, name = '']) => {
    if (name === 'TABLE') return [];
    if (name.includes('.')) return [name.replace('.', '_')];
    return table === undefined ? [] : [`${table}_${name}`];
  });
}
