import { readCell } from '../../lightdash/rows/cell.ts';
import type { Row, Rows } from '../../lightdash/rows/rows.ts';
import { isObject, type JsonObject, list, text } from '../../text/json.ts';
import { nearest } from '../../text/suggest.ts';
import { modelField } from '../fields/explore.ts';
import type { FieldIndex } from '../fields/field.ts';
import { filterKinds } from './lightdash-filters.ts';

/** A text that a filter compares a dimension with. */
export interface ComparedText {
  readonly fieldId: string;
  readonly value: string;
  /** The field should have a value that equals the text, begins or ends so, or contains it. */
  readonly comparison: Comparison;
  readonly ignoresCase: boolean;
  /** False for a negative operator and for the filters of a metric: no row of the result shows the value. */
  readonly isShown: boolean;
}

/** Relation of a value to the text of a filter that should find it. */
export type Comparison = 'equals' | 'startsWith' | 'endsWith' | 'include';

/** Operators that compare texts, with what a value must do to the text that they should find. */
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  ...{ equals: 'equals', notEquals: 'equals', startsWith: 'startsWith', endsWith: 'endsWith' },
  ...{ include: 'include', doesNotInclude: 'include' },
};
const NEGATIVE: readonly string[] = ['notEquals', 'doesNotInclude'];

/** The parts of a query that have texts to verify. */
interface QuerySelection {
  readonly dimensions: readonly string[];
  /** By kind, as groups or as a dashboard's lists of rules. */
  readonly filters: unknown;
  readonly additionalMetrics?: readonly JsonObject[];
}

/**
 * Every text that a query compares a text dimension with: in each branch of its filters, under negative operators, and in the
 * filters of its custom metrics. The case matters but to `include` of 0.1366 and to rules that say otherwise (measured).
 *
 * @param index the explore, with the dimensions that the query defines.
 */
export function comparedTexts(
  index: FieldIndex,
  { dimensions, filters, additionalMetrics }: QuerySelection,
  { isNewer }: { readonly isNewer: boolean },
): readonly ComparedText[] {
  const ofQuery = isObject(filters)
    ? filterKinds.flatMap((kind) => textsIn(filters[kind], idOf(index, ''), isNewer))
    : [];
  const ofMetrics = (additionalMetrics ?? []).flatMap((metric) =>
    textsIn(list(metric.filters), idOf(index, text(metric.table) ?? index.baseTable), isNewer).map((compared) => ({
      ...compared,
      isShown: false,
    })),
  );
  const seen = new Set<string>();
  return [...ofQuery, ...ofMetrics]
    .filter((compared) => {
      const key = JSON.stringify(compared);
      return !seen.has(key) && seen.add(key);
    })
    .map((compared) => ({ ...compared, isShown: compared.isShown && dimensions.includes(compared.fieldId) }));
}

/** Finds the id of a rule's field if it is a text dimension of the explore: no other has values to look up. */
const idOf =
  (index: FieldIndex, table: string) =>
  (target: JsonObject): string | undefined => {
    const reference = text(target.fieldId) ?? text(target.fieldRef) ?? '';
    const field = modelField(index, table, reference);
    return field?.kind === 'dimension' && field.filterType === 'string' ? field.id : undefined;
  };

function textsIn(
  node: unknown,
  fieldOf: (target: JsonObject) => string | undefined,
  isNewer: boolean,
): readonly ComparedText[] {
  if (Array.isArray(node)) return node.flatMap((child) => textsIn(child, fieldOf, isNewer));
  if (!isObject(node) || node.disabled === true) return [];
  if (Array.isArray(node.and) || Array.isArray(node.or)) return textsIn(node.and ?? node.or, fieldOf, isNewer);
  const fieldId = isObject(node.target) ? fieldOf(node.target) : undefined;
  const operator = text(node.operator) ?? '';
  const comparison = COMPARISONS[operator];
  if (fieldId === undefined || comparison === undefined) return [];
  const ignoresCase = isNewer ? node.caseSensitive === false : comparison === 'include';
  const isShown = !NEGATIVE.includes(operator);
  return list(node.values).flatMap((value) =>
    // % and _ are wildcards of a part of a text.
    typeof value === 'string' && !(comparison !== 'equals' && /[%_]/.test(value))
      ? [{ fieldId, value, comparison, ignoresCase, isShown }]
      : [],
  );
}

/** True if a value is one that the comparison finds. */
export function fits({ value, comparison, ignoresCase }: ComparedText, candidate: string): boolean {
  const [wanted, found] = ignoresCase ? [value.toUpperCase(), candidate.toUpperCase()] : [value, candidate];
  switch (comparison) {
    case 'equals':
      return found === wanted;
    case 'startsWith':
      return found.startsWith(wanted);
    case 'endsWith':
      return found.endsWith(wanted);
    case 'include':
      return found.includes(wanted);
    default:
      return comparison satisfies never;
  }
}

/** The texts that no row shows. */
export function notInRows(compared: readonly ComparedText[], rows: Rows): readonly ComparedText[] {
  if (compared.length === 0) return [];
  const values = new Map<string, Set<string>>();
  for (const { fieldId } of compared) values.set(fieldId, new Set());
  for (const row of rows) for (const [fieldId, shown] of values) shown.add(String(readCell(row[fieldId]).raw));
  return compared.filter((text) => ![...(values.get(text.fieldId) ?? [])].some((shown) => fits(text, shown)));
}

/**
 * The texts that look doubtful without a look-up: all that are compared for equality if nothing was found (no row, or rows
 * without dimensions that hold only zeros), else those that no row has although their dimension is shown.
 */
export function textsToVerify(
  compared: readonly ComparedText[],
  { dimensions, limit }: { readonly dimensions: readonly string[]; readonly limit: number },
  rows: Rows,
): readonly ComparedText[] {
  const equal = compared.filter(({ comparison }) => comparison === 'equals');
  const isNothing = (row: Row) =>
    Object.values(row).every((cell) => [null, undefined, 0, '0'].some((zero) => readCell(cell).raw === zero));
  if (rows.length === 0 || (dimensions.length === 0 && [...rows].every(isNothing))) return equal;
  // A result cut by the limit may have them in the missing rows.
  return rows.length >= limit
    ? []
    : notInRows(
        equal.filter(({ isShown }) => isShown),
        rows,
      );
}

/** The three values most similar to the wanted one, best first. */
export const nearestValues = (wanted: string, values: readonly string[]): readonly string[] =>
  nearest(wanted, values, { minSimilarity: 0.5, max: 3 });
