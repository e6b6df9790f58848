import { type JsonObject, text } from '../../text/json.ts';
import type { Diagnostics } from '../diagnostics.ts';
import { fieldId } from '../fields/explore.ts';
import type { FieldIndex } from '../fields/field.ts';
import { resolveField } from '../fields/resolve.ts';

const REFERENCE = /\$\{\s*([^}]+?)\s*\}/g;

/**
 * Checks `${table.field}` in a calculation against what the query selects, for the server fails on anything else; an id or
 * a label in the braces is rewritten to `table.field`.
 */
export function checkReferences(
  index: FieldIndex,
  calculations: readonly JsonObject[],
  selected: ReadonlySet<string>,
  findings: Diagnostics,
): readonly JsonObject[] {
  return calculations.map((calculation) => {
    const sql = text(calculation.sql);
    if (!sql) return calculation;
    const rewritten = sql.replace(REFERENCE, (whole, reference: string) => {
      const found = resolveField(index, reference, undefined, { suggest: !findings.isFull });
      const name = text(calculation.name);
      if ('problem' in found) {
        findings.problem(`Table calculation ${name}: ${found.problem}`);
        return whole;
      }
      const { field } = found;
      if (!selected.has(field.id)) {
        findings.problem(
          `Table calculation ${name} uses ${field.id}, which is not selected: add it to ${field.kind === 'dimension' ? 'dimensions' : 'metrics'}.`,
        );
        return whole;
      }
      const proper = fieldId(field.table, field.name) === field.id ? `${field.table}.${field.name}` : field.id;
      return reference === proper ? whole : `\${${proper}}`;
    });
    return rewritten === sql ? calculation : { ...calculation, sql: rewritten };
  });
}

/**
 * A filter on a calculation that states no type is compared as text by the server; calculations are numbers far more often.
 * Gives each filtered calculation the type that the filter was read with.
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
