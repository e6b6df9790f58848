import * as z from 'zod';
import { SandboxError } from '../errors.ts';
import { type Explore, getFieldId } from './explore.ts';
import {
  type CompiledField,
  listDimensions,
  listMetrics,
  listReferencedTables,
  parseReference,
  replaceReferences,
  toCompiledField,
} from './fields.ts';
import { type FilterContext, renderFieldRule } from './filter-rules.ts';
import type { AdditionalMetric, BinDimension, MetricQuery, SqlDimension, TableCalculation } from './metric-query.ts';

/** The SQL of a table calculation: references become the names of columns that the query selects. */
function compileTableCalculation(calculation: TableCalculation, query: MetricQuery): string {
  const selected = [...query.dimensions, ...query.metrics];
  if (selected.includes(calculation.name)) {
    throw compileError(`Table calculation has a name that already exists in the query: ${calculation.name}`);
  }
  if (calculation.sql === undefined) return compileWithoutSql(calculation, selected);
  return replaceReferences(calculation.sql, (reference) => {
    const id = reference.replace('.', '_').replaceAll('.', '__');
    if (selected.includes(id)) return `"${id}"`;
    throw compileError(
      `Table calculation contains a reference ${reference} to a field that isn't included in the query.`,
    );
  });
}

const percentOfTotal = z.object({ type: z.literal('percent_of_column_total'), fieldId: z.string() });

/** A calculation by template or by formula: those that were seen on a real 1.219, a share of the total and arithmetic. */
function compileWithoutSql({ name, template, formula }: TableCalculation, selected: readonly string[]): string {
  const share = percentOfTotal.safeParse(template).data;
  if (share) return `CAST("${share.fieldId}" AS DOUBLE) / SUM("${share.fieldId}") OVER ()`;
  if (formula !== undefined && /^=[\w\s+*/().-]+$/.test(formula)) {
    return formula.slice(1).replace(/[a-z_]\w*/gi, (id) => (selected.includes(id) ? `"${id}"` : id));
  }
  throw compileError(`Table calculation "${name}" cannot be compiled`);
}

/** A custom SQL dimension; its references are dimensions of the explore. */
function compileSqlDimension(dimension: SqlDimension, explore: Explore): CompiledField {
  const compiled = compileReferences(dimension.sql, dimension.table, explore);
  return { id: dimension.id, type: dimension.dimensionType, ...compiled };
}

/** A custom metric: its aggregate over its SQL, for rows that match its own filters. */
function compileAdditionalMetric(metric: AdditionalMetric, explore: Explore, context: FilterContext): CompiledField {
  if (metric.generationType === 'periodOverPeriod') {
    throw new SandboxError(501, 'NotImplemented', 'The sandbox does not compare a metric with that of another period');
  }
  if (/_distinct$|^percent_of|^running_total$/.test(metric.type) && metric.type !== 'count_distinct') {
    throw new SandboxError(501, 'NotImplemented', `The sandbox computes no custom metric of the type ${metric.type}`);
  }
  if (!explore.tables[metric.table]) {
    throw compileError(`Custom metric "${metric.name}" references a table that doesn't exist "${metric.table}"`);
  }
  const { compiledSql, tables } = compileReferences(metric.sql, metric.table, explore);
  const filterTables: string[] = [];
  const conditions = (metric.filters ?? []).map((rule) => {
    const { table, name } = parseReference(rule.target.fieldRef, metric.table);
    const dimension = explore.tables[table]?.dimensions[name];
    if (!dimension) {
      throw compileError(
        `Filter for metric "${metric.name}" has a reference to an unknown dimension: ${rule.target.fieldRef}`,
      );
    }
    filterTables.push(...(dimension.tablesReferences ?? [table]));
    return renderFieldRule(
      { ...rule, target: { fieldId: rule.target.fieldRef } },
      dimension.type,
      dimension.compiledSql,
      context,
    );
  });
  const sql =
    conditions.length > 0 ? `CASE WHEN (${conditions.join(' AND ')}) THEN (${compiledSql}) ELSE NULL END` : compiledSql;
  return {
    id: getFieldId(metric),
    type: metric.type,
    compiledSql: aggregate(metric, sql),
    tables: [...new Set([metric.table, ...tables, ...filterTables])],
  };
}

function aggregate(metric: AdditionalMetric, sql: string): string {
  switch (metric.type) {
    case 'average':
      // Recorded averages of custom metrics carry the rounding of floats.
      return `AVG(${sql}::DOUBLE PRECISION)`;
    case 'count':
      return `COUNT(${sql})`;
    case 'count_distinct':
      return `COUNT(DISTINCT ${sql})`;
    case 'sum':
      return `SUM(${sql})`;
    case 'min':
      return `MIN(${sql})`;
    case 'max':
      return `MAX(${sql})`;
    case 'median':
      return `PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY ${sql})`;
    case 'percentile':
      return `PERCENTILE_CONT(${(metric.percentile ?? 50) / 100}) WITHIN GROUP (ORDER BY ${sql})`;
    default:
      return sql;
  }
}

/** Puts the SQL of dimensions (in metrics, of metrics too) instead of references; `${TABLE}` is the table itself. */
function compileReferences(sql: string, currentTable: string, explore: Explore) {
  const tables = new Set(listReferencedTables(sql, currentTable));
  const compiledSql = replaceReferences(sql, (reference) => {
    if (reference === 'TABLE') return `"${currentTable}"`;
    const { table, name } = parseReference(reference, currentTable);
    const field = explore.tables[table]?.dimensions[name] ?? explore.tables[table]?.metrics[name];
    if (!field) {
      throw compileError(
        `Model "${currentTable}" has a dimension reference: \${${reference}} which matches no dimension`,
      );
    }
    for (const referenced of field.tablesReferences ?? []) tables.add(referenced);
    return `(${field.compiledSql})`;
  });
  return { compiledSql, tables: [...tables] };
}

function compileError(message: string): SandboxError {
  return new SandboxError(400, 'CompileError', message);
}

/** The fields that a query may use, by id, and its table calculations. */
export interface QueryFields {
  readonly dimensions: ReadonlyMap<string, CompiledField>;
  readonly metrics: ReadonlyMap<string, CompiledField>;
  readonly bins: ReadonlyMap<string, BinDimension>;
  readonly sqlDimensions: ReadonlyMap<string, CompiledField>;
  readonly calculations: readonly { readonly name: string; readonly sql: string }[];
}

/** Compiles the fields of an explore and the custom ones of a query. */
export function compileFields(explore: Explore, query: MetricQuery, context: FilterContext): QueryFields {
  const calculations = query.tableCalculations.map((calculation) => ({
    name: calculation.name,
    sql: compileTableCalculation(calculation, query),
  }));
  const additional = (query.additionalMetrics ?? []).map((metric) => compileAdditionalMetric(metric, explore, context));
  const custom = query.customDimensions ?? [];
  const isSql = (dimension: (typeof custom)[number]): dimension is SqlDimension => dimension.type === 'sql';
  const isBin = (dimension: (typeof custom)[number]): dimension is BinDimension => dimension.type === 'bin';
  const byId = (fields: readonly CompiledField[]) => new Map(fields.map((field) => [field.id, field]));
  return {
    calculations,
    dimensions: byId(listDimensions(explore).map(toCompiledField)),
    metrics: byId([...additional, ...listMetrics(explore).map(toCompiledField)]),
    bins: new Map(custom.filter(isBin).map((bin) => [bin.id, bin])),
    sqlDimensions: byId(custom.filter(isSql).map((dimension) => compileSqlDimension(dimension, explore))),
  };
}
