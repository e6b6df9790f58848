import { type JsonObject, list, text } from '../../text/json.ts';
import { truncate } from '../../text/plain-text.ts';
import type { Operator } from './operators.ts';

/** A condition on a field, in operators that every Lightdash renders. */
export interface Condition {
  readonly operator: string;
  readonly values?: readonly unknown[];
  readonly settings?: JsonObject;
  /** Of texts; the server's default if undefined. */
  readonly caseSensitive?: boolean;
}

/** Conditions of one rule: some rules need several conditions of Lightdash. */
export type ConditionTree =
  | Condition
  | { readonly and: readonly ConditionTree[] }
  | { readonly or: readonly ConditionTree[] };

/** A rule as it was written, split into its parts. */
export interface WrittenRule {
  readonly operator: Operator;
  readonly values: readonly unknown[];
  readonly unit: string | undefined;
  readonly settings: JsonObject | undefined;
}

/** A written condition as a tree, with a note if it was interpreted; or the problem that it has. */
export type ReadCondition =
  | { readonly tree: ConditionTree; readonly note?: string | undefined }
  | { readonly problem: string };

/** The value is missing. */
export const isNull: Condition = { operator: 'isNull' };
/** The value is there. */
export const notNull: Condition = { operator: 'notNull' };

/** `10 to 20`, `2024-01..2024-03`: two values written as one. */
export function splitRange(value: unknown): readonly unknown[] {
  if (typeof value !== 'string') return [value];
  const parts = value.split(/\s*(?:\.\.+|\s+(?:to|and|until|through|–|—)\s+)\s*/i);
  return parts.length === 2 ? parts : [value];
}

/** A rule in the form that is read, with the field and the values of one that is not. */
export function exampleOfRule({ field, fieldId, values, value }: JsonObject): string {
  const id = text(field) ?? text(fieldId) ?? 'orders_status';
  const written = list(values).length > 0 ? list(values).slice(0, 2) : [value ?? '...'];
  return truncate(JSON.stringify({ field: id, operator: 'equals', values: written }), 200);
}
