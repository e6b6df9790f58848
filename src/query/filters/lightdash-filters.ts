import type { JsonObject } from '../../text/json.ts';

/** A rule in a Lightdash query. */
export interface FilterRule {
  readonly id: string;
  readonly target: { readonly fieldId: string };
  readonly operator: string;
  readonly values?: readonly unknown[];
  readonly settings?: JsonObject;
}

export type FilterGroup =
  | { readonly id: string; readonly and: readonly FilterNode[] }
  | { readonly id: string; readonly or: readonly FilterNode[] };

export type FilterNode = FilterRule | FilterGroup;

/** Filters of a Lightdash query: on rows before aggregation, on metrics after it, and on table calculations. */
export interface Filters {
  readonly dimensions?: FilterGroup;
  readonly metrics?: FilterGroup;
  readonly tableCalculations?: FilterGroup;
}

/** The three lists that Lightdash keeps filters in, in the order it writes them. */
export const filterKinds = ['dimensions', 'metrics', 'tableCalculations'] as const;
export type FilterKind = (typeof filterKinds)[number];
