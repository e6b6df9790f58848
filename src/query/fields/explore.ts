import { ServerFaultError } from '../../lightdash/errors.ts';
import { entries, isObject, type JsonObject, objects, text, texts } from '../../text/json.ts';
import { singular } from '../../text/names.ts';
import { plainText } from '../../text/plain-text.ts';
import {
  type Field,
  type FieldIndex,
  type FieldKind,
  isValueType,
  type Join,
  type ModelFilter,
  type NumberFormat,
  type Table,
  type ValueType,
} from './field.ts';
import { readNumberFormat } from './number-format.ts';

/** A response of GetExplore without tables: an explore that failed to compile, or something else. */
export class UnreadableExplore extends ServerFaultError {}

/**
 * Reads an explore from `results` of GetExplore; missing and new parts are ignored.
 *
 * @throws {UnreadableExplore} if it has no table.
 */
export function readExplore(explore: unknown): FieldIndex {
  const source = isObject(explore) ? explore : {};
  const name = text(source.name) ?? '';
  const tablesByName = new Map(entries(source.tables));
  const baseTable = text(source.baseTable) ?? [...tablesByName.keys()][0] ?? '';
  const base = tablesByName.get(baseTable);
  if (!base)
    throw new UnreadableExplore(`Lightdash returned the explore ${name || '(without a name)'} without tables.`, {
      advice: 'It may not compile: get_explores names the explores that do not, with the reason.',
    });

  const joined = objects(source.joinedTables);
  const order = [baseTable, ...joined.flatMap((join) => text(join.table) ?? []), ...tablesByName.keys()];
  const hiddenTables = new Set(joined.filter((join) => join.hidden === true).map((join) => text(join.table)));
  const tables: Table[] = [];
  const fields = new Map<string, Field>();
  for (const tableName of new Set(order)) {
    const table = tablesByName.get(tableName);
    if (!table) continue;
    const hidden = table.hidden === true || hiddenTables.has(tableName);
    tables.push({
      name: tableName,
      label: displayText(table.label) ?? tableName,
      description: displayText(table.description),
      hidden,
      hasPrimaryKey: objectsOrTexts(table.primaryKey).length > 0,
      keys: keysOf(tableName, table),
    });
    for (const kind of ['dimension', 'metric'] as const) {
      for (const field of readFields(table, kind, tableName, hidden)) fields.set(field.id, field);
    }
  }
  return {
    name,
    label: displayText(source.label) ?? name,
    description: displayText(source.description) ?? displayText(base.description),
    baseTable,
    tables,
    joins: joined.flatMap((join) => readJoin(join, tablesByName)),
    fields: withAggregatedTypes(fields),
    requiredFilters: readModelFilters(base.requiredFilters),
    hint: readHint(source.aiHint ?? base.aiHint),
  };
}

/** The id of a field as Lightdash makes it: table and name joined by `_`, dots in the name doubled to `__`. */
export const fieldId = (table: string, name: string): string => `${table}_${name.replaceAll('.', '__')}`;

/** A hint is a text or a list of them. */
const readHint = (hint: unknown): string | undefined => displayText(Array.isArray(hint) ? texts(hint).join(' ') : hint);

/** A text of the model without invisible characters. */
const displayText = (value: unknown): string | undefined => text(plainText(text(value) ?? ''));

function readFields(table: JsonObject, kind: FieldKind, tableName: string, tableHidden: boolean): Field[] {
  const tableLabel = displayText(table.label) ?? tableName;
  const columns = entries(table.dimensions).filter(([, source]) => source.isAdditionalDimension !== true);
  const columnDescriptions = new Set(columns.map(([, source]) => source.description));
  return entries(kind === 'dimension' ? table.dimensions : table.metrics).map(([key, source]) => {
    const name = text(source.name) ?? key;
    const type = text(source.type) ?? 'string';
    const owner = text(source.table) ?? tableName;
    const valueType = isValueType(type) ? type : 'number';
    const intervalBase = text(source.timeIntervalBaseDimensionName);
    return {
      id: fieldId(owner, name),
      table: owner,
      name,
      label: displayText(source.label) ?? name.replaceAll('_', ' '),
      tableLabel: displayText(source.tableLabel) ?? tableLabel,
      kind,
      type,
      valueType,
      filterType: valueType,
      description: repeatsColumnDescription(source, columnDescriptions) ? undefined : displayText(source.description),
      hidden: tableHidden || source.hidden === true,
      format: readFormat(source, kind, valueType),
      interval: text(source.timeInterval),
      intervalBase: intervalBase && fieldId(owner, intervalBase),
      filters: readModelFilters(source.filters),
      readsTables: readTables(source),
      aggregates: text(source.dimensionReference),
      parameters: texts(source.parameterReferences),
      ...(kind === 'metric' && { sql: displayText(source.sql) }),
      hint: readHint(source.aiHint),
    };
  });
}

/** The tables of a field's SQL and of its filters. */
function readTables(source: JsonObject): string[] {
  const filtered = readModelFilters(source.filters).flatMap(({ fieldRef }) => fieldRef.split('.').slice(0, -1));
  return [...new Set([...texts(source.tablesReferences), ...filtered])];
}

/** A dimension computed from a column repeats the column's description if it has none: a wrong one. */
const repeatsColumnDescription = (source: JsonObject, columnDescriptions: ReadonlySet<unknown>): boolean =>
  source.isAdditionalDimension === true && columnDescriptions.has(source.description);

function readFormat(source: JsonObject, kind: FieldKind, valueType: ValueType): NumberFormat {
  const format = readNumberFormat(source);
  const counts = kind === 'metric' && /^count/.test(text(source.type) ?? '');
  return valueType === 'number' && counts && format.decimals === undefined ? { ...format, decimals: 0 } : format;
}

/** `min` and `max` have values of the dimension that they aggregate, but the server filters them as numbers. */
function withAggregatedTypes(fields: Map<string, Field>): ReadonlyMap<string, Field> {
  for (const [id, field] of fields) {
    if (field.type !== 'min' && field.type !== 'max') continue;
    const aggregated = field.aggregates && fields.get(field.aggregates);
    if (aggregated) fields.set(id, { ...field, valueType: aggregated.valueType });
  }
  return fields;
}

function readModelFilters(source: unknown): ModelFilter[] {
  return objects(source).flatMap((rule, position) => {
    const target = isObject(rule.target) ? rule.target : {};
    const reference = text(target.fieldRef) ?? text(target.fieldId);
    if (!reference) return [];
    const table = text(target.tableName);
    const fieldRef = table && !reference.includes('.') ? `${table}.${reference}` : reference;
    return [{ id: text(rule.id) ?? `model${position + 1}`, fieldRef, rule }];
  });
}

/** The field of a model's `fieldRef`: `table.field`, `field` of that table, or an id. */
export function modelField(index: FieldIndex, table: string, fieldRef: string): Field | undefined {
  const [first, ...rest] = fieldRef.split('.');
  const qualified = first && rest.length > 0 ? fieldId(first, rest.join('.')) : fieldId(table, fieldRef);
  return index.fields.get(qualified) ?? index.fields.get(fieldRef);
}

function readJoin(join: JsonObject, tables: ReadonlyMap<string, JsonObject>): Join[] {
  const table = text(join.table);
  if (!table) return [];
  const condition = text(join.sqlOn) ?? '';
  // Columns may stand in the condition without the braces of a reference.
  const references = [...condition.matchAll(/\$\{\s*(\w+)\.(\w+)\s*\}|"?\b(\w+)"?\."?(\w+)\b/g)]
    .map((match) => ({ table: match[1] ?? match[3] ?? '', column: match[2] ?? match[4] ?? '' }))
    .filter((reference) => tables.has(reference.table));
  const relationship = text(join.relationship);
  const keys = references.filter((reference) => reference.table === table).map((reference) => reference.column);
  return [
    {
      table,
      relationship,
      multiplies: relationship
        ? statedMultiplication(relationship)
        : guessedMultiplication(table, keys, tables.get(table)),
      from: references.filter((reference) => reference.table !== table).map((reference) => reference.column),
      needs: [...new Set(references.map((reference) => reference.table))].filter((name) => name !== table),
    },
  ];
}

const statedMultiplication = (relationship: string): Join['multiplies'] =>
  relationship.endsWith('-to-many') ? 'yes' : 'no';

/**
 * Without a stated relationship: a join on the table's declared primary key, or on a column named after the table
 * (`customers.customer_id`, `customers.id`), finds one row; any other key likely finds several.
 */
function guessedMultiplication(table: string, keys: readonly string[], source?: JsonObject): Join['multiplies'] {
  if (keys.length === 0) return 'unknown';
  const primaryKey = objectsOrTexts(source?.primaryKey);
  if (primaryKey.length > 0) return primaryKey.every((column) => keys.includes(column)) ? 'no' : 'likely';
  const own = keysOf(table, source);
  return keys.some((key) => own.has(key.toLowerCase())) ? 'no' : 'likely';
}

/** Columns that are a key of a table alone; see `Table`. */
function keysOf(table: string, source?: JsonObject): ReadonlySet<string> {
  const primaryKey = objectsOrTexts(source?.primaryKey).map((column) => column.toLowerCase());
  if (primaryKey.length > 0) return new Set(primaryKey.length === 1 ? primaryKey : []);
  const original = text(source?.originalName) ?? table;
  const own = [table, original].map((name) => name.toLowerCase()).flatMap((name) => [name, singular(name)]);
  return new Set([...KEY_NAMES, ...own.flatMap((name) => KEY_NAMES.map((key) => `${name}_${key}`))]);
}

/** Names of unique columns, alone or after the table's name. */
const KEY_NAMES = ['id', 'key', 'uuid', 'identifier', 'pk', 'sk', 'guid'];

const objectsOrTexts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === 'string');
