import { readCell } from '../../lightdash/rows/cell.ts';
import { type Row, type Rows, rowsOf } from '../../lightdash/rows/rows.ts';
import { entries, isObject, type JsonObject, list, objects, text, texts } from '../../text/json.ts';
import { type Field, type FieldKind, type NumberFormat, PLAIN_NUMBER, type ValueType } from '../fields/field.ts';
import { readNumberFormat } from '../fields/number-format.ts';
import { describeRule, type FilterContext } from '../filters/describe-filters.ts';

/** A column of a result, with what a reader must know to read its cells. */
export interface Column {
  readonly id: string;
  /** Undefined if it has no name but its id, as in SQL results. */
  readonly label: string | undefined;
  /** `sum`, `count_distinct`, `string`, ...; undefined if unknown. */
  readonly type: string | undefined;
  readonly valueType: ValueType | undefined;
  readonly interval: string | undefined;
  /** Undefined in SQL results. */
  readonly kind: FieldKind | undefined;
  readonly format: NumberFormat;
  /** The filters of a metric, in words. */
  readonly only: readonly string[];
}

/** A result of any query: columns in the requested order, rows as Lightdash sent them. */
export interface ResultTable {
  readonly columns: readonly Column[];
  readonly rows: Rows;
}

/**
 * Reads the response of any query: of v1 (`{value: {raw, formatted}}`), of SQL (bare values), of v2 (a page with `columns`).
 *
 * @param startResponse of v2, which has the `fields`.
 * @param exploreFields have a metric that a filter adds: it is in the rows but not in `fields`.
 * @param context gives the filters of metrics their dates, and a note on rows without a value.
 */
export function readResultTable(
  response: unknown,
  startResponse?: unknown,
  exploreFields?: ReadonlyMap<string, Field>,
  context?: FilterContext,
): ResultTable {
  const result = isObject(response) ? response : {};
  const start = isObject(startResponse) ? startResponse : {};
  const typed = new Map(entries(result.columns));
  const described = new Map([...entries(result.columns), ...entries(start.fields), ...entries(result.fields)]);
  const query = isObject(result.metricQuery)
    ? result.metricQuery
    : isObject(start.metricQuery)
      ? start.metricQuery
      : {};
  const calculations = objects(query.tableCalculations).flatMap((calculation) => text(calculation.name) ?? []);
  const requested = [...texts(query.dimensions), ...texts(query.metrics), ...calculations];
  const rows = rowsOf(result.rows);
  const [first = {}] = rows.slice(0, 1);
  // The rows have the order of SQL's columns; newer servers describe them in the order of their database.
  const ids = new Set([...requested, ...Object.keys(first), ...described.keys()]);
  // Newer servers add a column for the order of a bin's ranges.
  for (const { id } of objects(query.customDimensions)) ids.delete(`${String(id)}_order`);
  // The columns of a pivoted result have ids of their own.
  if (!isObject(result.pivotDetails))
    for (const id of unrequestedParts(first, requested, isObject(result.fields) ? result : start, query))
      ids.delete(id);
  const kinds = new Map<string, FieldKind>([
    ...texts(query.dimensions).map((id) => [id, 'dimension'] as const),
    ...texts(query.metrics).map((id) => [id, 'metric'] as const),
    ...calculations.map((id) => [id, 'calculation'] as const),
  ]);
  const read = [...ids].map((id) => readColumn(id, described.get(id), exploreFields?.get(id), kinds.get(id), context));
  const columns = withOwnLabels(
    read,
    (id) => text(described.get(id)?.tableLabel) ?? exploreFields?.get(id)?.tableLabel,
  );
  const numeric = columns.filter(({ id, valueType }) => valueType === 'number' || typed.get(id)?.type === 'number');
  return {
    rows: withNumbers(
      rows,
      numeric.map(({ id }) => id),
    ),
    columns,
  };
}

/** Columns that share a label get the label of their table before it. */
function withOwnLabels(
  columns: readonly Column[],
  tableLabelOf: (id: string) => string | undefined,
): readonly Column[] {
  const isShared = ({ id, label }: Column) => columns.some((other) => other.id !== id && other.label === label);
  return columns.map((column) => {
    const tableLabel = column.label !== undefined && isShared(column) ? tableLabelOf(column.id) : undefined;
    return tableLabel ? { ...column, label: `${tableLabel} ${column.label}` } : column;
  });
}

/**
 * Columns that 1.219 adds to a result: the metrics of a ratio, which have no definition in `fields`. Metrics of filters, which
 * 0.1366 adds, are kept; a grain that the model lacks is returned under the id of its base.
 */
function unrequestedParts(
  row: Row,
  requested: readonly string[],
  { fields }: JsonObject,
  query: JsonObject,
): readonly string[] {
  if (requested.length === 0 || !isObject(fields)) return [];
  const filtered = JSON.stringify(isObject(query.filters) ? (query.filters.metrics ?? null) : null);
  return Object.keys(row).filter(
    (id) =>
      !requested.includes(id) &&
      !Object.hasOwn(fields, id) &&
      !filtered.includes(`"${id}"`) &&
      !requested.some((requestedId) => requestedId.startsWith(`${id}_`)),
  );
}

/**
 * Rows with numbers in columns of numbers: newer servers send every bigint (counts, sums of whole numbers) as text. One that
 * a number cannot hold exactly stays text.
 */
function withNumbers(rows: Rows, numeric: readonly string[]): Rows {
  const isText = (cell: unknown) => typeof readCell(cell).raw === 'string';
  const change = (row: Row): Row => {
    const written = numeric.filter((id) => Object.hasOwn(row, id) && isText(row[id]));
    if (written.length === 0) return row;
    return Object.fromEntries(
      Object.entries(row).map(([id, cell]) => [id, written.includes(id) ? asNumber(cell) : cell]),
    );
  };
  return numeric.length === 0 ? rows : rows.map(change);
}

function asNumber(cell: unknown): unknown {
  if (isObject(cell) && isObject(cell.value))
    return { ...cell, value: { ...cell.value, raw: exactNumber(cell.value.raw) } };
  return exactNumber(cell);
}

/** The number of a text of digits, if a number holds it exactly; anything else unchanged. */
export function exactNumber(value: unknown): unknown {
  if (typeof value !== 'string' || !/^-?\d+$/.test(value)) return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function readColumn(
  id: string,
  source: JsonObject | undefined,
  field: Field | undefined,
  kind: FieldKind | undefined,
  context: FilterContext | undefined,
): Column {
  const type = text(source?.type) ?? field?.type;
  const isCalculation = source?.displayName !== undefined;
  return {
    id,
    label: text(source?.label) ?? text(source?.displayName) ?? (source?.id === id ? text(source.name) : field?.label),
    type: isCalculation ? 'calculation' : type,
    valueType: valueTypeOf(source, type) ?? field?.valueType,
    kind: kind ?? field?.kind,
    interval: text(source?.timeInterval) ?? (source && 'fieldType' in source ? undefined : field?.interval),
    format:
      source && ('fieldType' in source || isCalculation) ? readNumberFormat(source) : (field?.format ?? PLAIN_NUMBER),
    only: (source ? list(source.filters) : (field?.filters ?? []).map(({ rule }) => rule)).flatMap((rule) =>
      isObject(rule) ? (describeRule(rule, context) ?? []) : [],
    ),
  };
}

/** Undefined for `min` and `max`, whose values may be dates as well as numbers: it depends on their cells. */
function valueTypeOf(source: JsonObject | undefined, type: string | undefined): ValueType | undefined {
  switch (text(source?.dimensionType) ?? type) {
    case 'string':
    case 'bin':
      return 'string';
    case 'date':
      return 'date';
    case 'timestamp':
      return 'timestamp';
    case 'boolean':
      return 'boolean';
    case 'min':
    case 'max':
    case undefined:
      return undefined;
    default:
      return 'number';
  }
}
