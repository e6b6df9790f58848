import { isObject, type JsonObject, text } from '../../text/json.ts';

/** A rule in a Lightdash query. */
export interface FilterRule {
  readonly id: string;
  readonly target: { readonly fieldId: string };
  readonly operator: string;
  readonly values?: readonly unknown[];
  readonly settings?: JsonObject;
}

/** Rules and groups that are joined by "and" or by "or". */
export type FilterGroup =
  | { readonly id: string; readonly and: readonly FilterNode[] }
  | { readonly id: string; readonly or: readonly FilterNode[] };

/** A rule, or a group of them. */
export type FilterNode = FilterRule | FilterGroup;

/** Filters of a Lightdash query: on rows before aggregation, on metrics after it, and on table calculations. */
export interface Filters {
  readonly dimensions?: FilterGroup;
  readonly metrics?: FilterGroup;
  readonly tableCalculations?: FilterGroup;
}

/** The three lists that Lightdash keeps filters in, in the order it writes them. */
export const filterKinds = ['dimensions', 'metrics', 'tableCalculations'] as const;
/** Kind of the filtered field: dimensions before aggregation, metrics and table calculations after it. */
export type FilterKind = (typeof filterKinds)[number];

/** The filters of a saved query, without groups of no rule. */
export function readSavedFilters(source: unknown): Filters {
  const filters: { [Kind in FilterKind]?: FilterGroup } = {};
  for (const kind of filterKinds) {
    const node = isObject(source) ? readSavedNode(source[kind]) : undefined;
    if (node === undefined || 'target' in node) continue;
    if (('and' in node ? node.and : node.or).length > 0) filters[kind] = node;
  }
  return filters;
}

function readSavedNode(node: unknown): FilterNode | undefined {
  if (!isObject(node)) return undefined;
  const { and, or, values, settings, target, ...rest } = node;
  const id = text(node.id) ?? '';
  if (Array.isArray(and)) return { id, and: and.flatMap(partsOfAnd) };
  if (Array.isArray(or)) return { id, or: or.flatMap((child) => readSavedNode(child) ?? []) };
  const [fieldId, operator] = [isObject(target) ? text(target.fieldId) : undefined, text(node.operator)];
  if (fieldId === undefined || operator === undefined) return undefined;
  return {
    ...rest,
    ...{ id, operator, target: { fieldId } },
    ...(Array.isArray(values) && { values }),
    ...(isObject(settings) && { settings }),
  };
}

/** A node of an "and"; a group in it that is one too is equivalent to its nodes. */
function partsOfAnd(child: unknown): readonly FilterNode[] {
  const node = readSavedNode(child);
  return node === undefined ? [] : 'and' in node ? node.and : [node];
}
