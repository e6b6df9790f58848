import { readCell } from '../../lightdash/rows/cell.ts';
import type { Rows } from '../../lightdash/rows/rows.ts';
import { pluralize } from '../../text/format.ts';
import { isObject, type JsonObject, text } from '../../text/json.ts';
import type { MetricQuery } from '../builder/metric-query.ts';
import { overlapNotes } from '../builder/overlap-notes.ts';
import type { ResultTable } from '../execution/result-table.ts';
import { type Field, type FieldIndex, intervalName, PLAIN_NUMBER } from '../fields/field.ts';
import type { Today } from '../filters/relative-window.ts';
import { filteredFields } from '../filters/required-filters.ts';
import { sqlParts } from '../sql/sql-parts.ts';
import { dividesWhole } from '../sql/whole-quotient.ts';
import { periodNotes } from './periods.ts';

/** Notes about the rows of a query that the numbers themselves do not show. */
export function rowNotes(index: FieldIndex, query: MetricQuery, table: ResultTable, today: Today): string[] {
  const shown = withShownGrains(index, table);
  return [
    // One row does not add up to anything.
    ...(table.rows.length > 1 ? overlapNotes(shown, query) : []),
    ...zoomedFilterNotes(index, shown, query),
    ...periodNotes(shown, query, table, today),
    ...emptyFirstNote(query, table.rows),
    ...outsideRangesNotes(query, table.rows),
    ...wholeNumberNotes(index, query, table.rows),
    ...filteredWindowNotes(query),
  ];
}

/** The fields with the grains of the result's columns: a date zoom changes those of the query. */
function withShownGrains(index: FieldIndex, { columns }: ResultTable): FieldIndex {
  const zoomed = columns.flatMap(({ id, interval, valueType }): [string, Field][] => {
    const field = index.fields.get(id);
    return field?.interval === undefined || interval === undefined || interval === field.interval
      ? []
      : [[id, { ...field, interval, valueType: valueType ?? field.valueType }]];
  });
  return zoomed.length > 0 ? { ...index, fields: new Map([...index.fields, ...zoomed]) } : index;
}

/** Filters on a grain that a date zoom changes: the server compares the new grain with the value of the old one. */
function zoomedFilterNotes(index: FieldIndex, shown: FieldIndex, { filters }: MetricQuery): string[] {
  return [...new Set(filteredFields(filters))].flatMap((id) => {
    const [grain, zoomed] = [index.fields.get(id), shown.fields.get(id)];
    if (grain?.interval === undefined || zoomed?.interval === undefined || grain.interval === zoomed.interval)
      return [];
    const [saved, now] = [grain.interval, zoomed.interval].map((interval) => `${intervalName(interval)}s`);
    return [
      `The filter on ${id} compares ${now}, not ${saved}, at this granularity: filter ${grain.intervalBase} instead.`,
    ];
  });
}

/** Columns with numbers of more digits than JSON carries: Lightdash sends them rounded. */
export function roundedNumberNotes({ columns, rows }: ResultTable): string[] {
  const ids = columns.map(({ id }) => id);
  const rounded = new Set<string>();
  for (const row of rows)
    for (const id of ids) {
      const { raw } = readCell(row[id]);
      if (typeof raw === 'number' && Math.abs(raw) > Number.MAX_SAFE_INTEGER) rounded.add(id);
    }
  return rounded.size > 0
    ? [`${[...rounded].join(', ')}: numbers of more than 15 digits came rounded; cast them to text for all digits.`]
    : [];
}

/** Rows without the value that the query sorts by, greatest first: most warehouses put them before all others. */
function emptyFirstNote({ sorts }: MetricQuery, rows: Rows): string[] {
  const [sort] = sorts;
  if (sort?.descending !== true) return [];
  let empty = 0;
  for (const row of rows) {
    if (readCell(row[sort.fieldId]).raw !== null) break;
    empty += 1;
  }
  return empty === 0
    ? []
    : [`${pluralize(empty, 'row')} without ${sort.fieldId} come first; a filter on it with notNull leaves them out.`];
}

/** Bins of ranges: rows without the number, and those in none of the ranges, have no label, on 1.219 each a row of its own. */
function outsideRangesNotes({ customDimensions = [], dimensions }: MetricQuery, rows: Rows): string[] {
  return customDimensions.flatMap(({ id, binType, dimensionId }) => {
    const bin = text(id) ?? '';
    if (binType !== 'custom_range' || !dimensions.includes(bin)) return [];
    let empty = 0;
    for (const row of rows) if (readCell(row[bin]).raw === null) empty += 1;
    return empty === 0
      ? []
      : [`${bin} is empty for rows without ${text(dimensionId)} and for values in none of its ranges.`];
  });
}

/**
 * A note if the first row after the limit ties with the last one before it, so that the limit cuts between equals.
 *
 * @param rows one more than the limit, if there are as many.
 */
export function tieNotes({ sorts, limit }: MetricQuery, rows: Rows): string[] {
  const [last, next] = rows.slice(limit - 1, limit + 1);
  if (last === undefined || next === undefined || sorts.length === 0) return [];
  const isTie = sorts.every(
    ({ fieldId }) => String(readCell(last[fieldId]).raw) === String(readCell(next[fieldId]).raw),
  );
  return isTie
    ? [
        `The next row ties with the last one by ${sorts.map(({ fieldId }) => fieldId).join(', ')}: the limit cuts between equals.`,
      ]
    : [];
}

/** Windows of calculations: the server filters metrics before it computes them (measured), so that a share is of fewer rows. */
function filteredWindowNotes({ filters, tableCalculations }: MetricQuery): string[] {
  if (filters.metrics === undefined) return [];
  const ids = tableCalculations.flatMap(({ name, sql, template }) =>
    isObject(template) || sqlParts(text(sql) ?? '').some((part) => /^over$/i.test(part)) ? [text(name) ?? ''] : [],
  );
  const verb = ids.length === 1 ? 'is' : 'are';
  return ids.length === 0
    ? []
    : [`${ids.join(', ')} ${verb} computed over the rows that pass the filters on metrics, not over all.`];
}

const REFERENCE = /^\$\{\s*([^}]+?)\s*\}$/;

/**
 * Calculations that divide whole numbers and came out whole everywhere: Postgres, Redshift, Trino and SQL Server cut such a
 * quotient.
 */
function wholeNumberNotes(
  { fields }: FieldIndex,
  { tableCalculations, additionalMetrics = [] }: MetricQuery,
  rows: Rows,
): string[] {
  const calculations = [
    ...tableCalculations.map((calculation) => ({ id: text(calculation.name) ?? '', sql: text(calculation.sql) })),
    ...additionalMetrics.filter(isNumber).map(({ table, name, sql }) => ({ id: `${table}_${name}`, sql: text(sql) })),
  ];
  const hasDecimals = (part: string): boolean => {
    const id = idOf(part);
    if (id === undefined) return false;
    if (fields.get(id)?.type === 'average') return true;
    for (const row of rows) if (!isWhole(readCell(row[id]).raw)) return true;
    return false;
  };
  const aggregated = additionalMetrics.flatMap((metric) => cutInsideNotes(metric, fields, rows));
  const ofCalculations = calculations.flatMap(({ id, sql }) => {
    const parts = sqlParts(sql ?? '');
    if (!dividesWhole(parts, hasDecimals) || !isWholeEverywhere(id, rows) || isExact(id, parts, rows)) return [];
    return [`${id} divides whole numbers, and the warehouse may cut the quotient: write 1.0 * before the division.`];
  });
  return [...ofCalculations, ...aggregated];
}

/** Aggregations whose results have decimals, whatever they aggregate. */
const AVERAGES: readonly unknown[] = ['average', 'median', 'percentile', 'average_distinct'];

/** A custom metric that aggregates a quotient, of numbers that may be whole. */
function cutInsideNotes({ type, table, name, sql }: JsonObject, fields: FieldIndex['fields'], rows: Rows): string[] {
  const id = `${table}_${name}`;
  if (type === 'number' || (!AVERAGES.includes(type) && !isWholeEverywhere(id, rows))) return [];
  const hasDecimals = (part: string): boolean => {
    const { style, decimals = 0 } = fields.get(idOf(part) ?? `${table}_${part}`)?.format ?? PLAIN_NUMBER;
    return style === 'currency' || decimals > 0;
  };
  return dividesWhole(sqlParts(text(sql) ?? ''), hasDecimals)
    ? [`${id}: if both sides are whole numbers, the warehouse may cut its quotient: write 1.0 * before the division.`]
    : [];
}

/** Id of the field that a part of an expression refers to. */
const idOf = (part: string | undefined): string | undefined => REFERENCE.exec(part ?? '')?.[1]?.replace('.', '_');

function isWholeEverywhere(id: string, rows: Rows): boolean {
  let isPresent = false;
  for (const row of rows) {
    const { raw } = readCell(row[id]);
    if (raw === null || raw === undefined) continue;
    if (!isWhole(raw)) return false;
    isPresent = true;
  }
  return isPresent;
}

/** True if a calculation is one field divided by another, and no row lost a remainder. */
function isExact(id: string, [first, operator, ...rest]: readonly string[], rows: Rows): boolean {
  const [dividend, divisor] = [idOf(first), idOf(rest.find((part) => idOf(part) !== undefined))];
  const isPlain = rest.length === 1 || (rest[0]?.toLowerCase() === 'nullif' && rest.length === 6);
  if (dividend === undefined || divisor === undefined || operator !== '/' || !isPlain) return false;
  const numberIn = (cell: unknown) => Number(readCell(cell).raw ?? Number.NaN);
  for (const row of rows) {
    const quotient = readCell(row[id]).raw;
    if (quotient !== null && Number(quotient) * numberIn(row[divisor]) !== numberIn(row[dividend])) return false;
  }
  return true;
}

const isNumber = ({ type }: JsonObject): boolean => type === 'number';
const isWhole = (value: unknown): boolean => value === null || value === undefined || /^-?\d+$/.test(String(value));
