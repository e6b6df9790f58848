import { readCell } from '../../lightdash/rows/cell.ts';
import type { Row, Rows } from '../../lightdash/rows/rows.ts';
import { isObject, list, text } from '../../text/json.ts';
import { nearest } from '../../text/suggest.ts';
import { filterKinds } from './lightdash-filters.ts';

/** A text that a filter compares with, as a question for the values the field really has. */
export interface ComparedText {
  readonly fieldId: string;
  readonly value: string;
}

/** What of a query decides which of its texts are in doubt. */
interface QuerySelection {
  readonly dimensions: readonly string[];
  readonly filters: unknown;
  readonly limit: number;
}

/**
 * The texts of a query's filters that its rows give cause to doubt, to be looked up: all of them where nothing was found (no
 * row, or one without dimensions that holds nothing but zeros), and those that no row has although their dimension is shown.
 */
export function valuesToVerify({ dimensions, filters, limit }: QuerySelection, rows: Rows): readonly ComparedText[] {
  const compared = comparedTexts(filters);
  if (compared.length === 0) return [];
  const isNothing = (row: Row) =>
    Object.values(row).every((cell) => [null, undefined, 0, '0'].some((none) => readCell(cell).raw === none));
  if (rows.length === 0 || (dimensions.length === 0 && [...rows].every(isNothing))) return compared;
  const shown = compared.filter(({ fieldId }) => dimensions.includes(fieldId));
  // Of a result that the limit cut, nobody knows what else there is.
  if (shown.length === 0 || rows.length >= limit) return [];
  const met = new Set<string>();
  for (const row of rows) for (const { fieldId } of shown) met.add(`${fieldId} ${readCell(row[fieldId]).raw}`);
  return shown.filter(({ fieldId, value }) => !met.has(`${fieldId} ${value}`));
}

/** The texts that a query's `equals` rules ask for. */
export function comparedTexts(filters: unknown): readonly ComparedText[] {
  if (!isObject(filters)) return [];
  return filterKinds.flatMap((kind) => textsIn(filters[kind]));
}

function textsIn(node: unknown): readonly ComparedText[] {
  if (!isObject(node) || node.disabled === true) return [];
  if (Array.isArray(node.and) || Array.isArray(node.or)) return list(node.and ?? node.or).flatMap(textsIn);
  const fieldId = isObject(node.target) ? text(node.target.fieldId) : undefined;
  if (fieldId === undefined || node.operator !== 'equals') return [];
  return list(node.values).flatMap((value) =>
    typeof value === 'string' && !/^\d/.test(value) ? [{ fieldId, value }] : [],
  );
}

/** The values most similar to the wanted one, best first. */
export const nearestValues = (wanted: string, values: readonly string[], max = 3): readonly string[] =>
  nearest(wanted, values, { minSimilarity: 0.5, max });
