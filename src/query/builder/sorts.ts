import { isObject, text, unwrapJson } from '../../text/json.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { FieldIndex } from '../fields/field.ts';
import { resolveField } from '../fields/resolve.ts';
import { checkKeys, type KnownObject } from '../known-keys.ts';

/** A sort in Lightdash's form. */
export interface Sort {
  readonly fieldId: string;
  readonly descending: boolean;
  /** Releases from 0.2904 on. */
  readonly nullsFirst?: boolean;
}

/**
 * The sort of a query that names none: periods in their order. Servers leave them unsorted (0.1366) or put the latest first
 * (1.219).
 */
export function defaultSorts(index: FieldIndex, dimensions: readonly string[]): readonly Sort[] {
  const time = dimensions.find((id) => {
    const valueType = index.fields.get(id)?.valueType;
    return valueType === 'date' || valueType === 'timestamp';
  });
  return time === undefined ? [] : [{ fieldId: time, descending: false }];
}

/** Rows without the value last, also if the greatest come first: Postgres puts them before all others. */
export const emptyLast = (sorts: readonly Sort[]): readonly Sort[] =>
  sorts.map((sort) => (sort.descending && sort.nullsFirst === undefined ? { ...sort, nullsFirst: false } : sort));

const SORT: KnownObject = {
  label: 'A sort',
  keys: [
    ...['fieldId', 'field', 'id', 'column', 'name', 'descending', 'desc', 'direction', 'order', 'sort'],
    ...['nullsFirst', 'pivotValues'],
  ],
  example: '{"fieldId": "orders_revenue", "descending": true}',
};

const HOW_TO_WRITE = 'Write "-field_id" for descending, "field_id" for ascending.';

/**
 * Reads `sorts`: `"-id"`, `"id desc"`, `{fieldId, descending}` and similar forms. Only selected fields are allowed, because
 * the server puts an unknown id into its SQL without escaping it.
 */
export function readSorts(
  index: FieldIndex,
  argument: unknown,
  selected: ReadonlySet<string>,
  diagnostics: Diagnostics,
): readonly Sort[] {
  const value = unwrapJson(argument);
  if (value === undefined || value === null || value === '') return [];
  const items = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [value];
  return items.flatMap((item) => readSort(index, unwrapJson(item), selected, diagnostics));
}

function readSort(
  index: FieldIndex,
  item: unknown,
  selected: ReadonlySet<string>,
  diagnostics: Diagnostics,
): readonly Sort[] {
  if (isObject(item)) {
    checkKeys(item, SORT, diagnostics);
    const problem = sortProblem(item);
    if (problem) diagnostics.problem(`The sort ${JSON.stringify(item)} ${problem}.`);
  }
  const sort = typeof item === 'string' ? parse(item) : isObject(item) ? fromObject(item) : undefined;
  if (!sort) {
    diagnostics.problem(`The sort ${JSON.stringify(item)} names no field. ${HOW_TO_WRITE}`);
    return [];
  }
  if (selected.has(sort.written)) return [sort.asWritten ?? { fieldId: sort.written, descending: sort.descending }];
  const resolved = resolveField(index, sort.written, undefined, { suggest: false });
  if ('field' in resolved && selected.has(resolved.field.id)) {
    diagnostics.readAs(sort.written, resolved.field);
    return [{ ...sort.asWritten, fieldId: resolved.field.id, descending: sort.descending }];
  }
  const reason =
    selected.size > 0 ? `can be sorted by what is selected: ${[...selected].join(', ')}` : 'selects nothing to sort by';
  const add = 'field' in resolved ? `, or select ${resolved.field.id} too` : '';
  diagnostics.problem(`The query cannot be sorted by ${sort.written}; it ${reason}${add}.`);
  return [];
}

interface WrittenSort {
  readonly written: string;
  readonly descending: boolean;
  /** A sort already in Lightdash's form, passed unchanged. */
  readonly asWritten?: Sort;
}

function parse(item: string): WrittenSort | undefined {
  const match = /^\s*([-+]?)\s*(.*?)(?:\s*[\s:]\s*(asc|desc)(?:ending)?)?\s*$/i.exec(item);
  const written = match?.[2];
  if (!match || !written) return undefined;
  return { written, descending: match[1] === '-' || match[3]?.toLowerCase() === 'desc' };
}

const isTrue = (value: unknown) => value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
const isFalse = (value: unknown) => value === false || (typeof value === 'string' && value.toLowerCase() === 'false');

/** The reason why a sort cannot be read one way only; undefined if it can. */
function sortProblem(item: Readonly<Record<string, unknown>>): string | undefined {
  const direction = text(item.direction) ?? text(item.order) ?? text(item.sort);
  const directions = [item.descending, item.desc].filter((value) => value !== undefined && value !== null);
  if (directions.some((value) => !isTrue(value) && !isFalse(value)))
    return 'has a descending that is neither true nor false';
  if (direction !== undefined && !/^(-|\+|asc|desc)/i.test(direction)) return 'has a direction other than asc and desc';
  const isDescending = [...directions.map(isTrue), ...(direction === undefined ? [] : [/^(desc|-)/i.test(direction)])];
  if (new Set(isDescending).size > 1) return 'says both ascending and descending';
  const { nullsFirst } = item;
  const isNone = nullsFirst === undefined || nullsFirst === null;
  return isNone || isTrue(nullsFirst) || isFalse(nullsFirst)
    ? undefined
    : 'has a nullsFirst that is neither true nor false';
}

function fromObject(item: Readonly<Record<string, unknown>>): WrittenSort | undefined {
  const written = text(item.fieldId) ?? text(item.field) ?? text(item.id) ?? text(item.column) ?? text(item.name);
  if (!written) return undefined;
  if (isSort(item)) return { written, descending: item.descending, asWritten: item };
  const direction = text(item.direction) ?? text(item.order) ?? text(item.sort) ?? '';
  const prefixed = parse(written);
  if (prefixed === undefined) return undefined;
  const descending =
    isTrue(item.descending) || isTrue(item.desc) || /^(desc|-)/i.test(direction) || prefixed.descending;
  if (!isTrue(item.nullsFirst) && !isFalse(item.nullsFirst)) return { written: prefixed.written, descending };
  const nullsFirst = isTrue(item.nullsFirst);
  return { written: prefixed.written, descending, asWritten: { fieldId: prefixed.written, descending, nullsFirst } };
}

/** True for a sort in Lightdash's own form, which passes as it is. */
const isSort = (item: object): item is Sort =>
  'fieldId' in item &&
  typeof item.fieldId === 'string' &&
  'descending' in item &&
  typeof item.descending === 'boolean' &&
  (!('nullsFirst' in item) || typeof item.nullsFirst === 'boolean');
