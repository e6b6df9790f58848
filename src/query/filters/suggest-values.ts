import { readCell } from '../../lightdash/rows/cell.ts';
import type { Row, Rows } from '../../lightdash/rows/rows.ts';
import { isObject, list, text } from '../../text/json.ts';
import { nearest } from '../../text/suggest.ts';
import { filterKinds } from './lightdash-filters.ts';

/** A text that a filter compares a field with. */
export interface ComparedText {
  readonly fieldId: string;
  readonly value: string;
}

/** The parts of a query that determine which of its texts to verify. */
interface QuerySelection {
  readonly dimensions: readonly string[];
  readonly filters: unknown;
  readonly limit: number;
}

/**
 * The texts of a query's filters to look up, because the field may not have them: all if nothing was found (no row, or rows
 * without dimensions that hold only zeros), else those that no row has although their dimension is shown.
 */
export function valuesToVerify({ dimensions, filters, limit }: QuerySelection, rows: Rows): readonly ComparedText[] {
  const compared = comparedTexts(filters);
  if (compared.length === 0) return [];
  const isNothing = (row: Row) =>
    Object.values(row).every((cell) => [null, undefined, 0, '0'].some((zero) => readCell(cell).raw === zero));
  if (rows.length === 0 || (dimensions.length === 0 && [...rows].every(isNothing))) return compared;
  const shown = compared.filter(({ fieldId }) => dimensions.includes(fieldId));
  // A result cut by the limit may have them in the missing rows.
  if (shown.length === 0 || rows.length >= limit) return [];
  const values = new Set<string>();
  for (const row of rows) for (const { fieldId } of shown) values.add(`${fieldId} ${readCell(row[fieldId]).raw}`);
  return shown.filter(({ fieldId, value }) => !values.has(`${fieldId} ${value}`));
}

/** The texts in the `equals` rules of a query. */
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
