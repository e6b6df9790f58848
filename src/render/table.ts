import { isObject } from '../text/json.ts';
import { inlineText } from './inline-text.ts';
import { csvCell } from './rows-cells.ts';

type Row = Readonly<Record<string, unknown>>;

/** A list of objects as a table: one row an object, one column a path such as `updatedByUser.firstName`. */
interface Table {
  /** Paths whose value is the same in every row. */
  readonly shared: Row;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Depth to which nested objects become columns; deeper ones are text in a cell. */
const MAX_DEPTH = 2;

/**
 * Converts a list of objects to a table, without nulls and empty lists: a column without values is left out, and one with
 * the same value everywhere is in `shared`.
 */
export function tabulate(objects: readonly Row[]): Table {
  const flat = objects.map((object) => new Map(flatten(object)));
  const columns = [...new Set(flat.flatMap((row) => [...row.keys()]))];
  const shared: [string, unknown][] = [];
  const varying = columns.filter((column) => {
    const first = cell(flat[0]?.get(column));
    if (flat.length < 3 || first === '' || flat.some((row) => cell(row.get(column)) !== first)) return true;
    shared.push([column, flat[0]?.get(column)]);
    return false;
  });
  return {
    shared: Object.fromEntries(shared),
    columns: varying,
    rows: flat.map((row) => varying.map((column) => cell(row.get(column)))),
  };
}

/** CSV of a table's rows, headings first, without a line break at the end. */
export function toCsv(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const csvLine = (cells: readonly string[]) => cells.map((cell) => (cell === '' ? '' : csvCell(cell))).join(',');
  return [columns, ...rows].map(csvLine).join('\n');
}

/** Pairs rather than an object: a key such as `__proto__` is data like any other. */
function flatten(object: Row, prefix = '', depth = MAX_DEPTH): [string, unknown][] {
  return Object.entries(object).flatMap(([key, value]): [string, unknown][] => {
    if (isEmpty(value)) return [];
    return depth > 0 && isObject(value) ? flatten(value, `${prefix}${key}.`, depth - 1) : [[prefix + key, value]];
  });
}

/** True for null, and for lists and objects without content. */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

const cell = (value: unknown): string => inlineText(value);
