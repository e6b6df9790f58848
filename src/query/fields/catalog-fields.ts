import { list, objects, text, texts } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { fieldId } from './explore.ts';
import { type Field, isValueType, PLAIN_NUMBER } from './field.ts';
import { type FieldFamily, foldGrains } from './grains.ts';

/** An explore as the catalog lists it. */
export interface CatalogTable {
  readonly name: string;
  readonly label: string;
  /** Names of the joined tables; an alias is a name of its own. */
  readonly joined: readonly string[];
}

/**
 * The explores of a response of getCatalog with `type=table`, without those that do not compile.
 * Joins are objects with `table` on 0.1366 and names on 1.219 (recorded).
 */
export function readCatalogTables(results: unknown): readonly CatalogTable[] {
  return objects(results).flatMap((item) => {
    const name = text(item.name);
    if (name === undefined || item.type === 'field' || list(item.errors).length > 0) return [];
    const joined = list(item.joinedTables).flatMap((join) => text(join) ?? objects([join]).map(tableOf) ?? []);
    return [{ name, label: text(item.label) ?? name, joined: joined.flatMap((table) => table ?? []) }];
  });
}

const tableOf = ({ table }: Readonly<Record<string, unknown>>): string | undefined => text(table);

/**
 * The fields of a response of getCatalog with `type=field`. The catalog has no hidden fields and of a date only its
 * grains; 0.1366 returns the value type of a field, not its aggregation (recorded).
 */
export const readCatalogFields = (results: unknown): readonly Field[] =>
  objects(results).flatMap((item) => {
    const table = text(item.tableName);
    const name = text(item.name);
    if (table === undefined || name === undefined || item.type === 'table') return [];
    const kind = item.fieldType === 'metric' ? 'metric' : 'dimension';
    const basicType = text(item.basicType) ?? 'string';
    const valueType = isValueType(basicType) ? basicType : 'number';
    return [
      {
        id: fieldId(table, name),
        table,
        name,
        label: plainText(text(item.label) ?? name.replaceAll('_', ' ')),
        tableLabel: plainText(text(item.tableLabel) ?? table),
        kind,
        type: text(item.fieldValueType) ?? basicType,
        valueType,
        filterType: valueType,
        description: plainText(text(item.description) ?? '') || undefined,
        hidden: false,
        format: PLAIN_NUMBER,
        interval: undefined,
        intervalBase: undefined,
        filters: [],
        aggregates: undefined,
        parameters: [],
        hint: plainText(texts(item.aiHints).join(' ')) || undefined,
      } satisfies Field,
    ];
  });

/** Endings of the names of time grains, and of their labels: `Ordered day of the week (name)`. */
const GRAIN_NAME = /^(.+)_(raw|second|minute|hour|day|week|month|quarter|year|day_of_week_name|day_of_week_index)$/;
const GRAIN_LABEL = /^(.+) (?:raw|second|minute|hour|day|week|month|quarter|year|day of the week \(\w+\))$/i;

/**
 * Fields with the grains of a date on one line. The base that grains were made from is not in the catalog but can be
 * queried: it stands for them if at least two values of time share its name.
 */
export function foldCatalogFields(fields: readonly Field[]): readonly FieldFamily[] {
  const timesByBase = new Map<string, number>();
  for (const field of fields) {
    const base = grainBase(field);
    if (base && isTime(field)) timesByBase.set(base.id, (timesByBase.get(base.id) ?? 0) + 1);
  }
  const bases = new Set<string>();
  const all = fields.flatMap((field) => {
    const base = grainBase(field);
    if (base === undefined || (timesByBase.get(base.id) ?? 0) < 2) return [field];
    const grain: Field = { ...field, interval: base.interval, intervalBase: base.id };
    if (bases.has(base.id)) return [grain];
    bases.add(base.id);
    const { id, name, label } = base;
    return [{ ...field, id, name, label }, grain];
  });
  return foldGrains(all);
}

const isTime = ({ valueType }: Field): boolean => valueType === 'date' || valueType === 'timestamp';

function grainBase({
  table,
  kind,
  ...field
}: Field): { id: string; name: string; label: string; interval: string } | undefined {
  const [, name, grain] = GRAIN_NAME.exec(field.name) ?? [];
  const [, label] = GRAIN_LABEL.exec(field.label) ?? [];
  if (kind !== 'dimension' || name === undefined || grain === undefined || label === undefined) return undefined;
  return { id: fieldId(table, name), name, label, interval: grain.toUpperCase() };
}
