import { SandboxError } from '../errors.ts';
import { type Explore, type ExploreField, getFieldId } from './explore.ts';

/** A dimension or metric that can be put into SQL. */
export interface CompiledField {
  readonly id: string;
  readonly type: string;
  readonly compiledSql: string;
  /** The tables that its SQL reads. */
  readonly tables: readonly string[];
}

/** `${table.field}` or `${field}`, but not `${lightdash.…}`. */
const REFERENCE = /\$\{((?!(?:lightdash|ld)\.)[a-zA-Z0-9_.]+)\}/g;

/** The dimensions of all tables of an explore. */
export function listDimensions(explore: Explore): ExploreField[] {
  return Object.values(explore.tables).flatMap((table) => Object.values(table.dimensions));
}

/** The metrics of all tables of an explore. */
export function listMetrics(explore: Explore): ExploreField[] {
  return Object.values(explore.tables).flatMap((table) => Object.values(table.metrics));
}

/** A field as a query uses it. */
export function toCompiledField(field: ExploreField): CompiledField {
  return {
    id: getFieldId(field),
    type: field.type,
    compiledSql: field.compiledSql,
    tables: field.tablesReferences ?? [field.table],
  };
}

/** @throws SandboxError 400 FieldReferenceError, as for a field that the user's attributes hide. */
export function getField(fields: ReadonlyMap<string, CompiledField>, kind: 'dimension' | 'metric', id: string) {
  const field = fields.get(id);
  if (field) return field;
  throw new SandboxError(400, 'FieldReferenceError', `Tried to reference ${kind} with unknown field id: ${id}`);
}

/** Replaces each reference in a text; `replace` gets what stands between the braces. */
export function replaceReferences(sql: string, replace: (reference: string) => string): string {
  return sql.replace(REFERENCE, (_, reference: string) => replace(reference));
}

/** The tables that a text with references names. */
export function listReferencedTables(sql: string, currentTable: string): string[] {
  const tables: string[] = [];
  replaceReferences(sql, (reference) => {
    const dot = reference.indexOf('.');
    tables.push(dot < 0 ? currentTable : reference.slice(0, dot));
    return '';
  });
  return tables;
}

/** The ids of the fields that a text with references names. */
export function listReferences(sql: string, currentTable: string): string[] {
  const ids: string[] = [];
  replaceReferences(sql, (reference) => {
    if (reference !== 'TABLE') ids.push(getFieldId(parseReference(reference, currentTable)));
    return '';
  });
  return ids;
}

/** Splits `field` or `table.field`. */
export function parseReference(reference: string, currentTable: string): { table: string; name: string } {
  const dot = reference.indexOf('.');
  return dot < 0
    ? { table: currentTable, name: reference }
    : { table: reference.slice(0, dot), name: reference.slice(dot + 1) };
}
