import { finite, isObject, type JsonObject, list, text } from '../../text/json.ts';
import { joinWithOr } from '../../text/names.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { FieldIndex } from '../fields/field.ts';
import { nearestFields } from '../fields/resolve.ts';
import { checkKeys } from '../known-keys.ts';
import { BIN_TYPES, CUSTOM_RANGE } from './custom-field-keys.ts';

/** Each kind of bins needs a value of its own: without it the server makes bins of width 1, or fails. */
export function checkBins(index: FieldIndex, dimension: JsonObject, id: string, diagnostics: Diagnostics): void {
  const binType = text(dimension.binType) ?? '';
  const isPositive = (value: unknown) => typeof value === 'number' && value > 0;
  const problem =
    binType === 'fixed_width'
      ? !isPositive(dimension.binWidth) && 'needs binWidth, a number over 0'
      : binType === 'fixed_number'
        ? !isPositive(dimension.binNumber) && 'needs binNumber, a whole number over 0'
        : binType === 'custom_range'
          ? list(dimension.customRange).length === 0 && 'needs customRange, a list of {from, to}'
          : binType === 'custom_group'
            ? list(dimension.customGroups).length === 0 &&
              'needs customGroups, a list of {name, values: [{value, matchType: "exact"}]}'
            : !BIN_TYPES.includes(binType) && `has the binType ${binType}, which is not one of ${BIN_TYPES.join(', ')}`;
  if (problem) diagnostics.problem(`The custom dimension ${id} ${problem}.`);
  if (binType === 'custom_range') checkRanges(list(dimension.customRange), id, diagnostics);
  const binned = text(dimension.dimensionId) ?? '';
  const field = index.fields.get(binned);
  const wanted = binType === 'custom_group' ? 'string' : 'number';
  if (field?.filterType !== wanted) {
    const suggestions = nearestFields(index, binned, 'dimension').filter(({ filterType }) => filterType === wanted);
    const remedy =
      field?.filterType === 'string'
        ? `. Texts are grouped with type "sql", dimensionType "string" and sql "CASE WHEN \${${field.table}.${field.name}} IN ('a', 'b') THEN 'group' ELSE 'others' END".`
        : suggestions.length > 0
          ? `; did you mean ${joinWithOr(suggestions.map((suggested) => suggested.id))}?`
          : '.';
    diagnostics.problem(
      `The custom dimension ${id} bins ${binned}, which is not a ${wanted} dimension of ${index.name}${remedy}`,
    );
  }
}

/** An open end of a range is left out: the server writes null and "" into its SQL, as another number or as an error. */
export function withOpenEnds(dimension: JsonObject): JsonObject {
  const { customRange } = dimension;
  if (!Array.isArray(customRange)) return dimension;
  const ranges = customRange.map((range) =>
    isObject(range)
      ? Object.fromEntries(
          Object.entries(range).flatMap(([key, end]) => {
            if (end === null || end === '') return [];
            return [[key, typeof end === 'string' && Number.isFinite(Number(end)) ? Number(end) : end]];
          }),
        )
      : range,
  );
  return { ...dimension, customRange: ranges };
}

/** Bins are of the table of their dimension: the server joins, and reads the bounds of, the table that is named. */
export function withOwnTable(index: FieldIndex, dimension: JsonObject): JsonObject {
  const binned = dimension.type === 'bin' ? index.fields.get(text(dimension.dimensionId) ?? '') : undefined;
  return binned === undefined ? dimension : { ...dimension, table: binned.table };
}

/** A range holds its lower end and not its upper one; a value of several ranges is in the first. */
function checkRanges(ranges: readonly unknown[], id: string, diagnostics: Diagnostics): void {
  const read: { readonly from: number; readonly to: number }[] = [];
  for (const range of ranges) {
    const shown = JSON.stringify(range).slice(0, 100);
    if (!isObject(range)) {
      diagnostics.problem(`The custom dimension ${id} has the range ${shown}: write ${CUSTOM_RANGE.example}.`);
      continue;
    }
    if (!checkKeys(range, CUSTOM_RANGE, diagnostics)) continue;
    const [from, to] = [range.from, range.to].map((end) =>
      end === undefined ? undefined : (finite(end) ?? Number.NaN),
    );
    const ends = { from: from ?? Number.NEGATIVE_INFINITY, to: to ?? Number.POSITIVE_INFINITY };
    if ((from === undefined && to === undefined) || !(ends.from < ends.to))
      diagnostics.problem(
        `The custom dimension ${id} has the range ${shown}: from and to are numbers, the lower one first.`,
      );
    read.push(ends);
  }
  const overlaps = read.some((range, at) =>
    read.slice(0, at).some((before) => range.from < before.to && before.from < range.to),
  );
  if (overlaps) diagnostics.note(`Ranges of ${id} overlap: a value in several counts in the first of them alone.`);
}
