import { readCell } from '../../lightdash/rows/cell.ts';
import type { Rows } from '../../lightdash/rows/rows.ts';
import { pluralize } from '../../text/format.ts';
import { type JsonObject, text } from '../../text/json.ts';
import type { MetricQuery } from '../builder/metric-query.ts';
import type { ResultTable } from '../execution/result-table.ts';
import { type Field, type FieldIndex, intervalName } from '../fields/field.ts';
import { filteredFields } from '../filters/required-filters.ts';
import { periodNotes } from './periods.ts';

/** Notes about the rows of a query that the numbers themselves do not show. */
export function rowNotes(index: FieldIndex, query: MetricQuery, table: ResultTable, now: Date): string[] {
  const shown = withShownGrains(index, table);
  return [
    ...zoomedFilterNotes(index, shown, query),
    ...periodNotes(shown, query, table, now),
    ...emptyFirstNote(query, table.rows),
    ...outsideRangesNotes(query, table.rows),
    ...wholeNumberNotes(query, table.rows),
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

/** A decimal in an expression, or something that makes one. */
const MAKES_DECIMALS = /\d\.\d|::|\bcast\b|\bsafe_divide\b|\bround\s*\([^()]*,/i;
const REFERENCE = /\$\{\s*([^}]+?)\s*\}/g;

/**
 * Calculations that divide whole numbers and came out whole everywhere: Postgres, Redshift, Trino and SQL Server cut such a
 * quotient.
 */
function wholeNumberNotes({ tableCalculations, additionalMetrics = [] }: MetricQuery, rows: Rows): string[] {
  const calculations = [
    ...tableCalculations.map((calculation) => ({ id: text(calculation.name) ?? '', sql: text(calculation.sql) })),
    ...additionalMetrics.filter(isNumber).map(({ table, name, sql }) => ({ id: `${table}_${name}`, sql: text(sql) })),
  ];
  return calculations.flatMap(({ id, sql }) => {
    if (sql === undefined || !sql.includes('/') || MAKES_DECIMALS.test(sql)) return [];
    const references = [...sql.matchAll(REFERENCE)].map(([, reference = '']) => reference.replace('.', '_'));
    let isCut = false;
    for (const row of rows) {
      const value = readCell(row[id]).raw;
      const operands = references.map((reference) => readCell(row[reference]).raw);
      if (value === null || value === undefined) continue;
      if (!isWhole(value) || operands.some((operand) => operand !== undefined && !isWhole(operand))) return [];
      isCut = true;
    }
    return isCut && rows.length > 0
      ? [`${id} divides whole numbers, and the warehouse may cut the quotient: write 1.0 * before the division.`]
      : [];
  });
}

const isNumber = ({ type }: JsonObject): boolean => type === 'number';
const isWhole = (value: unknown): boolean => value === null || /^-?\d+$/.test(String(value));
