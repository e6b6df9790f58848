import { readCell } from '../../lightdash/rows/cell.ts';
import type { Row, Rows } from '../../lightdash/rows/rows.ts';
import { isObject, type JsonObject } from '../../text/json.ts';
import type { Field, FieldIndex } from '../fields/field.ts';

/** More groups than this make a filter that servers and warehouses take badly. */
const MAX_GROUPS = 500;

/**
 * A filter in Lightdash's form that holds for exactly these groups of a query; undefined if there is none: a dimension in
 * bins cannot be filtered, and more than 500 groups are too many.
 */
export function filterOfGroups(index: FieldIndex, dimensions: readonly string[], rows: Rows): JsonObject | undefined {
  const fields = dimensions.flatMap((id) => index.fields.get(id) ?? []).filter(({ type }) => type !== 'bin');
  if (rows.length > MAX_GROUPS || fields.length < dimensions.length) return undefined;
  const [only] = fields;
  if (fields.length === 1 && only && isListable(only)) return { id: 'groups', or: anyOf(only, [...rows]) };
  return {
    id: 'groups',
    or: Array.from(rows, (row, at) => ({
      id: `group${at}`,
      and: fields.flatMap((field) => anyOf(field, [row], `_${at}`)),
    })),
  };
}

/** The server reads one value alone of a date and of a boolean. */
const isListable = ({ filterType }: Field): boolean => filterType === 'string' || filterType === 'number';

function anyOf(field: Field, rows: readonly Row[], suffix = ''): JsonObject[] {
  const values = rows.map((row) => cellValue(field, row));
  const present = values.filter((value) => value !== null);
  const rule = { target: { fieldId: field.id } };
  return [
    ...(present.length > 0
      ? [{ ...rule, id: `${field.id}${suffix}`, operator: 'equals', values: present, settings: {} }]
      : []),
    ...(present.length < values.length
      ? [{ ...rule, id: `${field.id}${suffix}_null`, operator: 'isNull', values: [] }]
      : []),
  ];
}

function cellValue(field: Field, row: Row): unknown {
  const { raw } = readCell(row[field.id]);
  if (raw === undefined || raw === null) return null;
  return field.filterType === 'date' && typeof raw === 'string' ? raw.slice(0, 10) : raw;
}

/** The filter on dimensions of a query, and another one. */
export const withDimensionFilter = (filters: unknown, added: JsonObject): JsonObject => {
  const existing = isObject(filters) && isObject(filters.dimensions) ? [filters.dimensions] : [];
  return { dimensions: { id: 'totals', and: [...existing, added] } };
};

/** True if the rules of one kind have any that hold. */
export function hasRules(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(hasRules);
  if (!isObject(node) || node.disabled === true) return false;
  if ('and' in node || 'or' in node) return hasRules(node.and ?? node.or);
  return node.target !== undefined;
}
