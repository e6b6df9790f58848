import { SandboxError } from '../errors.ts';
import { compileBin } from './bins.ts';
import { compileFields, type QueryFields } from './compile-fields.ts';
import { type Explore, getFieldId } from './explore.ts';
import { type CompiledField, getField, listMetrics, listReferencedTables, listReferences } from './fields.ts';
import { listRules, renderGroup } from './filter-groups.ts';
import { type FilterContext, renderFieldRule, renderTableCalculationRule } from './filter-rules.ts';
import { findUnlistedGrain } from './grains.ts';
import type { FilterRule, MetricQuery } from './metric-query.ts';
import { orderBy } from './order-by.ts';

/** Context of a query's SQL. */
export interface BuildContext extends FilterContext {
  /** True for SQL to show instead of to run: parts that do not compile are left out or noted in a comment, as on 1.219. */
  readonly isLenient?: boolean;
  /** A further condition on the rows that are aggregated, with the tables that it reads. */
  readonly condition?: { readonly sql: string; readonly tables: readonly string[] };
}

/** Differences between the SQL to run and the SQL to show. */
interface Execution {
  /** Columns that Postgres would have as bigint and DuckDB has as HUGEINT (its sums): made bigint for table calculations. */
  readonly integerColumns: readonly string[];
}

/** The SQL of a metric query and, for table calculations, of the part below them. */
interface BuiltQuery {
  readonly sql: string;
  readonly metricsSql: string;
}

const JOINS = {
  left: 'LEFT OUTER JOIN',
  inner: 'INNER JOIN',
  right: 'RIGHT OUTER JOIN',
  full: 'FULL OUTER JOIN',
};

/**
 * Compiles a metric query to SQL in the structure that Lightdash 0.1366 gives it for Postgres. With `execution` the text is
 * for running on DuckDB: rows that the query leaves in any order come ordered by its dimensions, as Postgres' grouping
 * mostly has them, so that answers are the same each time.
 * @throws SandboxError 400 FieldReferenceError, CompileError; 500 for filters out of shape.
 */
export function buildQuery(
  explore: Explore,
  query: MetricQuery,
  context: BuildContext,
  execution?: Execution,
): BuiltQuery {
  const isOlder = context.release === '0.1366';
  const fields = compileFields(explore, query, context);
  const { dimensions, metrics, bins, sqlDimensions } = fields;

  const dimensionRules = listRules(query.filters.dimensions);
  const metricRules = listRules(query.filters.metrics);

  const groups = selectGroups(explore, query, context, { fields, execution });
  // A metric that only a filter names becomes a column too: that is how Lightdash can filter on it.
  const filteredIds = metricRules.map((rule) => rule.target.fieldId);
  const percentileParts = isOlder ? [] : partsOf(explore, query.metrics);
  const selectedMetrics = [...new Set([...query.metrics, ...percentileParts, ...filteredIds])]
    .filter((id) => !context.isLenient || metrics.has(id))
    .map((id) => getField(metrics, 'metric', id));
  const selects = [...groups.selects, ...selectedMetrics.map(({ id, compiledSql }) => `  ${compiledSql} AS "${id}"`)];

  const filterDimensions = new Map([...dimensions, ...sqlDimensions]);
  const tables = [
    ...(context.condition?.tables ?? []),
    ...selectedMetrics.flatMap((field) => field.tables),
    ...groups.tables,
    ...dimensionRules.flatMap((rule) => getField(filterDimensions, 'dimension', rule.target.fieldId).tables),
  ];

  const { conditions, metricFilter, calculationFilter } = compileFilters(explore, query, context, {
    dimensions: filterDimensions,
    metrics,
  });

  const orders = query.sorts.map((sort) => orderBy(sort, explore, bins, isOlder));
  const isNameSort = orders.some((order) => order.startsWith('('));
  // 1.219 leaves out a metric that only a filter names.
  const hidden = isOlder
    ? []
    : filteredIds.filter((id) => !query.metrics.includes(id) && !percentileParts.includes(id));
  const selectColumns = hidden.length === 0 ? ['  *'] : visibleColumns(query, percentileParts);
  const isWrapped = fields.calculations.length > 0 || metricFilter !== undefined || isNameSort;
  const positions = groups.selects.map((_, index) => index + 1).join(',');
  const ties = execution
    ? [...new Set(query.dimensions)].filter((id) => groups.ids.has(id)).map((id) => `"${id}"`)
    : [];
  const orderLine = [...orders, ...ties].length > 0 ? `ORDER BY ${[...orders, ...ties].join(', ')}` : '';
  const limitLine = `LIMIT ${execution ? Math.round(query.limit) : query.limit}`;

  const { binCtes, binJoins } = groups;
  const body = [
    `SELECT\n${execution && selects.length === 0 ? '  1' : selects.join(',\n')}`,
    `FROM ${tableOf(explore)} AS "${explore.baseTable}"`,
    joinTables(explore, tables),
    ...(binJoins.length > 0 ? [`CROSS JOIN ${binJoins.join(',\n')}`] : []),
    conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '',
    positions ? `GROUP BY ${positions}${execution && isWrapped ? ` ORDER BY ${positions}` : ''}` : '',
  ].join('\n');
  const metricsSql = `${binCtes.length > 0 ? `WITH ${binCtes.join(',\n')}\n` : ''}${body}`;
  if (!isWrapped) return { sql: [metricsSql, orderLine, limitLine].join('\n'), metricsSql };

  const calculations = fields.calculations.map(({ name, sql }) => `  ${sql} AS "${name}"`);
  const select = [
    `SELECT\n${[...selectColumns, ...calculations].join(',\n')}`,
    `FROM ${metricsSource(execution)}`,
    metricFilter ? `WHERE ${metricFilter}` : '',
  ].join('\n');
  const ctes = [...binCtes, `metrics AS (\n${body}\n)`];
  let last = select;
  if (calculationFilter) {
    ctes.push(`table_calculations AS (\n${select}\n)`);
    last = `SELECT * FROM table_calculations WHERE ${calculationFilter}`;
  }
  return { sql: [`WITH ${ctes.join(',\n')}`, last, orderLine, limitLine].join('\n'), metricsSql };
}

/** The columns that a query groups by: dimensions, bins and custom dimensions in SQL, with what they need. */
function selectGroups(
  explore: Explore,
  query: MetricQuery,
  context: BuildContext,
  { fields, execution }: { readonly fields: QueryFields; readonly execution: Execution | undefined },
) {
  const { dimensions, bins, sqlDimensions } = fields;
  const sortedIds = new Set(query.sorts.map((sort) => sort.fieldId));
  const plainDimensions = query.dimensions
    .filter((id) => !bins.has(id) && !sqlDimensions.has(id))
    .flatMap((id) => findDimension(explore, dimensions, id, context) ?? []);
  const selectedBins = [...bins.values()].filter((bin) => query.dimensions.includes(bin.id));
  const binSql = selectedBins.map((bin) =>
    compileBin(
      bin,
      getField(dimensions, 'dimension', bin.dimensionId).compiledSql,
      explore.tables[bin.table]?.sqlTable ?? tableOf(explore),
      context.release !== '0.1366' || sortedIds.has(bin.id),
      textOf(execution),
    ),
  );
  const selectedSqlDimensions = [...sqlDimensions.values()].filter(({ id }) => query.dimensions.includes(id));
  return {
    ids: new Set([...plainDimensions, ...selectedBins, ...selectedSqlDimensions].map(({ id }) => id)),
    selects: [
      ...plainDimensions.map(({ id, compiledSql }) => `  ${compiledSql} AS "${id}"`),
      ...binSql.flatMap(({ selects }) => selects),
      ...selectedSqlDimensions.map(({ id, compiledSql }) => `  (${compiledSql}) AS "${id}"`),
    ],
    tables: [
      ...plainDimensions.flatMap((field) => field.tables),
      ...selectedBins.map((bin) => bin.table),
      ...selectedSqlDimensions.flatMap((field) => field.tables),
    ],
    binCtes: binSql.flatMap(({ cte }) => cte ?? []),
    binJoins: binSql.flatMap(({ join }) => join ?? []),
  };
}

/** The base table in SQL. */
const tableOf = (explore: Explore) => explore.tables[explore.baseTable]?.sqlTable ?? `"${explore.baseTable}"`;

/** Writes a number of a bin as text; as it is unless the SQL runs on DuckDB. */
const textOf = (execution: Execution | undefined) => (sql: string, decimals: number) => {
  if (!execution) return sql;
  return decimals > 0 ? `printf('%.${decimals}f', ${sql})` : `postgres_text(${sql})`;
};

/** The conditions on rows, and the filters on metrics and table calculations; undefined for none. */
function compileFilters(
  explore: Explore,
  query: MetricQuery,
  context: BuildContext,
  { dimensions, metrics }: Pick<QueryFields, 'dimensions' | 'metrics'>,
) {
  const conditions = [
    context.condition?.sql,
    explore.tables[explore.baseTable]?.sqlWhere,
    renderGroup(query.filters.dimensions, (rule) => {
      const field = getField(dimensions, 'dimension', rule.target.fieldId);
      return renderOrExplain(rule, context, () => renderFieldRule(rule, field.type, field.compiledSql, context));
    }),
  ].filter((condition) => condition !== undefined);
  const metricFilter = renderGroup(query.filters.metrics, (rule) =>
    renderOrExplain(rule, context, () => {
      const { fieldId } = rule.target;
      return renderFieldRule(rule, getField(metrics, 'metric', fieldId).type, `"${fieldId}"`, context);
    }),
  );
  const calculationFilter = renderGroup(query.filters.tableCalculations, (rule: FilterRule) =>
    renderOrExplain(rule, context, () =>
      renderTableCalculationRule(
        rule,
        query.tableCalculations.find(({ name }) => name === rule.target.fieldId),
        context,
      ),
    ),
  );
  return { conditions, metricFilter, calculationFilter };
}

/** The condition that holds for the rows of the groups that pass a query's filters on metrics. */
export function inPassingGroups(
  explore: Explore,
  query: MetricQuery,
  context: BuildContext,
): NonNullable<BuildContext['condition']> {
  const { dimensions } = compileFields(explore, query, context);
  const groups = buildQuery(explore, { ...query, sorts: [], limit: Number.MAX_SAFE_INTEGER }, context).sql;
  const fields = query.dimensions.map((id) => getField(dimensions, 'dimension', id));
  const isSameGroup = fields.map(({ id, compiledSql }) => `passing."${id}" IS NOT DISTINCT FROM (${compiledSql})`);
  return {
    sql: `EXISTS (SELECT 1 FROM (\n${groups}\n) AS passing WHERE ${isSameGroup.join(' AND ') || 'true'})`,
    tables: fields.flatMap(({ tables }) => tables),
  };
}

/**
 * A dimension to select; undefined for one that is left out.
 * @throws SandboxError 400 FieldReferenceError
 */
function findDimension(
  explore: Explore,
  dimensions: ReadonlyMap<string, CompiledField>,
  id: string,
  { release, isLenient }: BuildContext,
): CompiledField | undefined {
  const unlisted = release === '0.1366' ? undefined : findUnlistedGrain(explore, id);
  if (dimensions.has(id) || unlisted === undefined) {
    return isLenient && !dimensions.has(id) ? undefined : getField(dimensions, 'dimension', id);
  }
  return unlisted;
}

/** Metrics that the selected number metrics refer to: 1.219 selects them too. */
function partsOf(explore: Explore, ids: readonly string[]): string[] {
  const metrics = new Map(listMetrics(explore).map((field) => [getFieldId(field), field]));
  return ids.flatMap((id) => {
    const metric = metrics.get(id);
    return metric?.type === 'number'
      ? listReferences(metric.sql, metric.table).filter((reference) => metrics.has(reference))
      : [];
  });
}

const visibleColumns = ({ dimensions, metrics }: MetricQuery, percentileParts: readonly string[]): string[] =>
  [...new Set([...dimensions, ...metrics, ...percentileParts])].map((id) => `  "${id}"`);

/** A condition; in SQL to show, one that does not compile becomes a comment. */
function renderOrExplain(rule: FilterRule, { isLenient }: BuildContext, render: () => string): string {
  try {
    return render();
  } catch (error) {
    if (!isLenient || !(error instanceof SandboxError)) throw error;
    const values = (rule.values ?? []).map((value) => JSON.stringify(value)).join(', ');
    return `/* ERROR: ${error.message} */ ${rule.target.fieldId} ${rule.operator} (${values})`;
  }
}

function metricsSource(execution: Execution | undefined): string {
  if (!execution || execution.integerColumns.length === 0) return 'metrics';
  const casts = execution.integerColumns.map((id) => `CAST("${id}" AS BIGINT) AS "${id}"`);
  return `(SELECT * REPLACE (${casts.join(', ')}) FROM metrics) AS metrics`;
}

/** Only the joins that the tables need, directly or through the conditions of other joins. */
function joinTables(explore: Explore, tables: readonly string[]): string {
  const needed = new Set(tables);
  for (let size = -1; size !== needed.size; ) {
    size = needed.size;
    for (const join of explore.joinedTables) {
      if (!needed.has(join.table)) continue;
      const condition = typeof join.sqlOn === 'string' ? join.sqlOn : '';
      for (const table of listReferencedTables(condition, join.table)) needed.add(table);
    }
  }
  return explore.joinedTables
    .filter((join) => needed.has(join.table) || join.always)
    .map(
      (join) =>
        `${JOINS[join.type ?? 'left']} ${explore.tables[join.table]?.sqlTable} AS "${join.table}"\n  ON ${join.compiledSqlOn}`,
    )
    .join('\n');
}
