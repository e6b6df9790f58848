import { type JsonObject, text } from '../../text/json.ts';
import type { Diagnostics } from '../diagnostics.ts';
import { fieldId } from '../fields/explore.ts';
import type { FieldIndex } from '../fields/field.ts';
import { resolveField } from '../fields/resolve.ts';

const REFERENCE = /\$\{\s*([^}]+?)\s*\}/g;

/**
 * Checks `${table.field}` in a calculation against the selected fields, because the server fails on any other; an id or a
 * label in the braces is rewritten to `table.field`.
 */
export function checkReferences(
  index: FieldIndex,
  calculations: readonly JsonObject[],
  selected: ReadonlySet<string>,
  diagnostics: Diagnostics,
): readonly JsonObject[] {
  return calculations.map((calculation) => {
    const sql = text(calculation.sql);
    if (!sql) return calculation;
    const rewritten = sql.replace(REFERENCE, (whole, reference: string) => {
      const resolved = resolveField(index, reference, undefined, { suggest: diagnostics.suggestsFor(index) });
      const name = text(calculation.name);
      if ('problem' in resolved) {
        diagnostics.problem(`Table calculation ${name}: ${resolved.problem}`);
        return whole;
      }
      const { field } = resolved;
      if (!selected.has(field.id)) {
        diagnostics.problem(
          `Table calculation ${name} uses ${field.id}, which is not selected: add it to ${field.kind === 'dimension' ? 'dimensions' : 'metrics'}.`,
        );
        return whole;
      }
      const canonical = fieldId(field.table, field.name) === field.id ? `${field.table}.${field.name}` : field.id;
      return reference === canonical ? whole : `\${${canonical}}`;
    });
    return rewritten === sql ? calculation : { ...calculation, sql: rewritten };
  });
}

/**
 * The server compares a filter on a calculation without a type as text, but most calculations are numbers: gives each
 * filtered calculation the type that its filter was read with.
 */
export function typeFilteredCalculations(
  calculations: readonly JsonObject[],
  filtered: ReadonlySet<string>,
): readonly JsonObject[] {
  return calculations.map((calculation) =>
    filtered.has(text(calculation.name) ?? '') && text(calculation.type) === undefined
      ? { ...calculation, type: 'number' }
      : calculation,
  );
}
