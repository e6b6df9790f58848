import { isObject, type JsonObject, objects, text, unwrapJson } from '../../text/json.ts';
import { nearestAmong } from '../../text/suggest.ts';
import type { Diagnostics } from '../diagnostics.ts';
import { fieldId } from '../fields/explore.ts';
import { type Field, type FieldIndex, isValueType, PLAIN_NUMBER } from '../fields/field.ts';
import { readNumberFormat } from '../fields/number-format.ts';
import { readMetricFilters } from '../filters/metric-filters.ts';
import { checkKeys } from '../known-keys.ts';
import { checkBins, withOpenEnds, withOwnTable } from './custom-bins.ts';
import {
  CUSTOM_DIMENSION,
  CUSTOM_METRIC,
  FORMAT,
  METRIC_TYPES,
  NEWER_METRIC_TYPES,
  TABLE_CALCULATION,
} from './custom-field-keys.ts';

/** Metrics, dimensions and calculations that a query defines, and an index with them and the fields of the explore. */
interface CustomFields {
  readonly index: FieldIndex;
  readonly additionalMetrics: readonly JsonObject[] | undefined;
  readonly customDimensions: readonly JsonObject[] | undefined;
  readonly tableCalculations: readonly JsonObject[];
}

interface CustomArguments {
  readonly additionalMetrics?: unknown;
  readonly customDimensions?: unknown;
  readonly tableCalculations?: unknown;
}

/** Reads the fields that a query defines. Complete ones pass unchanged; one that lacks a part is refused with its name. */
export function readCustomFields(index: FieldIndex, args: CustomArguments, diagnostics: Diagnostics): CustomFields {
  const metrics = readList(args.additionalMetrics, 'additionalMetrics', diagnostics)?.map((metric) =>
    completeMetric(index, metric, diagnostics),
  );
  const dimensions = readList(args.customDimensions, 'customDimensions', diagnostics)?.map((dimension) =>
    withOwnTable(index, withOpenEnds(dimension)),
  );
  const calculations = readList(args.tableCalculations, 'tableCalculations', diagnostics)?.map(completeCalculation);
  const fields = new Map(index.fields);
  for (const metric of metrics ?? []) {
    const field = metricField(index, metric, diagnostics);
    if (field) define(fields, field, diagnostics);
  }
  for (const dimension of dimensions ?? []) {
    const field = dimensionField(index, dimension, diagnostics);
    if (field) define(fields, field, diagnostics);
  }
  for (const calculation of calculations ?? []) {
    const field = calculationField(calculation, diagnostics);
    if (field) define(fields, field, diagnostics);
  }
  return {
    index: fields.size > index.fields.size ? { ...index, fields } : index,
    additionalMetrics: metrics,
    customDimensions: dimensions,
    tableCalculations: calculations ?? [],
  };
}

function define(fields: Map<string, Field>, field: Field, diagnostics: Diagnostics): void {
  if (fields.has(field.id))
    diagnostics.problem(`The ${field.kind} ${field.id} has the id of an existing field: give it another name.`);
  fields.set(field.id, field);
}

function readList(argument: unknown, name: string, diagnostics: Diagnostics): readonly JsonObject[] | undefined {
  const value = unwrapJson(argument);
  if (value === undefined || value === null) return undefined;
  const items = Array.isArray(value) ? value.map(unwrapJson) : isObject(value) ? [value] : [];
  if (items.length > 0 && items.every(isObject)) return objects(items);
  if (Array.isArray(value) && value.length === 0) return [];
  diagnostics.problem(`${name} is a list of objects, not ${JSON.stringify(value)}.`);
  return undefined;
}

function missingParts(source: JsonObject, names: readonly string[]): string | undefined {
  const absent = names.filter((name) => text(source[name]) === undefined);
  return absent.length > 0 ? absent.join(', ') : undefined;
}

/** Custom metric with its filters in Lightdash's form, and an expression in parentheses: the server casts its end alone. */
function completeMetric(index: FieldIndex, metric: JsonObject, diagnostics: Diagnostics): JsonObject {
  const { sql } = metric;
  const isPeriodOverPeriod = metric.generationType !== undefined;
  const isExpression = typeof sql === 'string' && /[^\w.${}"`\s]/.test(sql) && !/^\(.*\)$/s.test(sql.trim());
  const filters = unwrapJson(metric.filters);
  const hasFilters = filters !== undefined && filters !== null && filters !== '';
  const { format, ...rest } = metric;
  // The object has this name in a table calculation, and is ignored in a metric.
  const isFormatObject = isObject(format) && metric.formatOptions === undefined;
  return {
    ...(isFormatObject ? { ...rest, formatOptions: format } : metric),
    ...(isExpression && !isPeriodOverPeriod && AGGREGATIONS.includes(text(metric.type) ?? '') && { sql: `(${sql})` }),
    ...(hasFilters && { filters: readMetricFilters(index, filters, diagnostics) }),
  };
}

/** Aggregations around whose argument the server writes a cast. */
const AGGREGATIONS: readonly string[] = ['average', 'sum', 'percentile', 'median', 'sum_distinct', 'average_distinct'];

function metricField(index: FieldIndex, metric: JsonObject, diagnostics: Diagnostics): Field | undefined {
  const absent = missingParts(metric, ['name', 'table', 'type', 'sql']);
  const { name, table, type } = { name: text(metric.name), table: text(metric.table), type: text(metric.type) };
  if (absent || !name || !table || !type) {
    diagnostics.problem(
      `The custom metric ${name ?? JSON.stringify(metric)} lacks ${absent}: write {"name":"discount_sum","table":"${index.baseTable}","type":"sum","sql":"\${TABLE}.discount"}.`,
    );
    return undefined;
  }
  checkKeys(metric, CUSTOM_METRIC, diagnostics);
  checkFormat(metric.formatOptions, diagnostics);
  if (!checkTable(index, table, `The custom metric ${name}`, diagnostics)) return undefined;
  if (![...METRIC_TYPES, ...NEWER_METRIC_TYPES].includes(type)) {
    diagnostics.problem(
      `The custom metric ${name} has the type ${type.slice(0, 100)}${nearestAmong(type, METRIC_TYPES)}. Types: ${METRIC_TYPES.join(', ')}.`,
    );
  }
  if (type === 'percentile') checkPercentile(metric, fieldId(table, name), diagnostics);
  const valueType = isValueType(type) ? type : 'number';
  const label = text(metric.label) ?? name;
  const field = customField({
    id: fieldId(table, name),
    kind: 'metric',
    table,
    label,
    type,
    valueType,
    format: readNumberFormat(metric),
  });
  return { ...field, sql: text(metric.sql), readsTables: tablesRead(index, metric) };
}

/** Releases without these types compute the SQL as it is, without a word. */
export function refuseNewerTypes(metrics: readonly JsonObject[], diagnostics: Diagnostics): void {
  for (const { name, type } of metrics) {
    if (!NEWER_METRIC_TYPES.some((newer) => newer === type)) continue;
    diagnostics.problem(
      `The custom metric ${name} has the type ${type}, which this release of Lightdash lacks: a table calculation may do it, with sql such as "1.0 * \${table.metric} / SUM(\${table.metric}) OVER ()". Types: ${METRIC_TYPES.join(', ')}.`,
    );
  }
}

/** Lightdash takes the 0.9th percentile for the least value without a word. */
function checkPercentile({ name, percentile }: JsonObject, id: string, diagnostics: Diagnostics): void {
  const prefix = `The custom metric ${text(name)}`;
  if (typeof percentile !== 'number')
    diagnostics.problem(`${prefix} lacks percentile, a number from 0 to 100, such as "percentile": 90.`);
  else if (percentile > 0 && percentile < 1)
    diagnostics.problem(
      `${prefix}: percentile is a number from 0 to 100: write "percentile": ${Number((percentile * 100).toPrecision(12))}, not ${percentile}.`,
    );
  else if (percentile < 0 || percentile > 100)
    diagnostics.problem(`${prefix}: percentile is a number from 0 to 100, not ${percentile}.`);
  else diagnostics.note(`${id} is percentile ${percentile} (of 100).`);
}

function dimensionField(index: FieldIndex, dimension: JsonObject, diagnostics: Diagnostics): Field | undefined {
  const [id, kind] = [text(dimension.id), text(dimension.type)];
  const absent = missingParts(dimension, [
    'id',
    'name',
    'table',
    'type',
    ...(kind === 'bin' ? ['dimensionId', 'binType'] : ['sql', 'dimensionType']),
  ]);
  const table = text(dimension.table);
  if (absent || !id || !table) {
    diagnostics.problem(
      `The custom dimension ${id ?? JSON.stringify(dimension)} lacks ${absent}: write {"id":"band","name":"Band","table":"${index.baseTable}","type":"sql","sql":"\${TABLE}.x","dimensionType":"string"}, or type "bin" with dimensionId, binType "fixed_width" and binWidth.`,
    );
    return undefined;
  }
  checkKeys(dimension, CUSTOM_DIMENSION, diagnostics);
  if (!checkTable(index, table, `The custom dimension ${id}`, diagnostics)) return undefined;
  if (kind === 'bin') checkBins(index, dimension, id, diagnostics);
  const type = kind === 'bin' ? 'bin' : (text(dimension.dimensionType) ?? 'string');
  const label = text(dimension.name) ?? id;
  const valueType = isValueType(type) ? type : 'string';
  const field = customField({ id, kind: 'dimension', table, label, type, valueType, format: PLAIN_NUMBER });
  return { ...field, readsTables: tablesRead(index, dimension) };
}

/** The tables that the SQL and the filters of a custom field read, and that of the dimension in its bins. */
function tablesRead(index: FieldIndex, { sql, filters, dimensionId }: JsonObject): readonly string[] {
  const tables = index.tables.map(({ name }) => name);
  const inSql = [...(text(sql) ?? '').matchAll(/\$\{\s*(\w+)\.\w+\s*\}|\b(\w+)\.\w+/g)].map(
    ([, quoted, bare]) => quoted ?? bare,
  );
  const inFilters = objects(filters).map(({ target }) =>
    isObject(target) ? text(target.fieldRef)?.split('.')[0] : '',
  );
  const binned = index.fields.get(text(dimensionId) ?? '')?.table;
  return tables.filter((name) => [...inSql, ...inFilters, binned].includes(name));
}

/** A format may also be a word: `usd`. */
function checkFormat(format: unknown, diagnostics: Diagnostics): void {
  if (isObject(format)) checkKeys(format, FORMAT, diagnostics);
}

/** Completes name and display name from each other: the server requires both. */
function completeCalculation(written: JsonObject): JsonObject {
  const { formatOptions, ...rest } = written;
  // The object has this name in a metric, and is ignored in a table calculation.
  const isFormatObject = isObject(formatOptions) && written.format === undefined;
  const calculation = isFormatObject ? { ...rest, format: formatOptions } : written;
  const [name, displayName] = [text(calculation.name), text(calculation.displayName) ?? text(calculation.label)];
  if (name && text(calculation.displayName)) return calculation;
  const derivedName =
    name ??
    displayName
      ?.toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '_')
      .replace(/^_|_$/g, '');
  return { ...calculation, name: derivedName, displayName: displayName ?? name };
}

function calculationField(calculation: JsonObject, diagnostics: Diagnostics): Field | undefined {
  const name = text(calculation.name);
  const formula = text(calculation.sql) ?? text(calculation.formula) ?? calculation.template;
  if (!name || !formula) {
    diagnostics.problem(
      `The table calculation ${name ?? JSON.stringify(calculation)} lacks ${name ? 'sql' : 'a name'}: write {"name":"per_order","displayName":"Per order","sql":"\${table.field} / \${table.other}"}.`,
    );
    return undefined;
  }
  checkKeys(calculation, TABLE_CALCULATION, diagnostics);
  checkFormat(calculation.format, diagnostics);
  const type = text(calculation.type) ?? '';
  const label = text(calculation.displayName) ?? name;
  return customField({
    id: name,
    kind: 'calculation',
    table: '',
    label,
    type: type || 'calculation',
    valueType: isValueType(type) ? type : 'number',
    format: readNumberFormat(calculation),
  });
}

function checkTable(index: FieldIndex, table: string, label: string, diagnostics: Diagnostics): boolean {
  const tables = index.tables.map(({ name }) => name);
  if (tables.includes(table)) return true;
  diagnostics.problem(
    `${label} is of table ${table}, which ${index.name} does not have: its tables are ${tables.join(', ')}.`,
  );
  return false;
}

function customField(own: Pick<Field, 'id' | 'kind' | 'table' | 'label' | 'type' | 'valueType' | 'format'>): Field {
  const { id, table, valueType } = own;
  return {
    ...own,
    name: table !== '' && id.startsWith(`${table}_`) ? id.slice(table.length + 1) : id,
    description: undefined,
    filterType: valueType,
    tableLabel: table,
    hidden: false,
    interval: undefined,
    intervalBase: undefined,
    filters: [],
    readsTables: [],
    aggregates: undefined,
    parameters: [],
    hint: undefined,
  };
}
