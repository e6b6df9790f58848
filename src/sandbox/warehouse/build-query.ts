import { type BinSql, compileBin } from './bins.ts';
import { compileAdditionalMetric, compileSqlDimension, compileTableCalculation } from './compile-fields.ts';
import { type Explore, getFieldId } from './explore.ts';
import {
  type CompiledField,
  getField,
  listDimensions,
  listMetrics,
  listReferencedTables,
  toCompiledField,
} from './fields.ts';
import { listRules, renderGroup } from './filter-groups.ts';
import { renderFieldRule, renderTableCalculationRule } from './filter-rules.ts';
import type { BinDimension, FilterRule, MetricQuery, Sort, SqlDimension } from './metric-query.ts';

/** How the text to run differs from the text to show. */
export interface Execution {
  /** Columns that Postgres would have as bigint and DuckDB has as HUGEINT (its sums): made bigint for table calculations. */
  readonly integerColumns: readonly string[];
}

/** The SQL of a metric query and, for table calculations, of the part below them. */
export interface BuiltQuery {
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
export function buildQuery(explore: Explore, query: MetricQuery, now: Date, execution?: Execution): BuiltQuery {
  const fields = compileFields(explore, query, now);
  const { dimensions, metrics, bins, sqlDimensions } = fields;

  const dimensionRules = listRules(query.filters.dimensions);
  const metricRules = listRules(query.filters.metrics);
  const sortedIds = new Set(query.sorts.map((sort) => sort.fieldId));
  const baseTable = explore.tables[explore.baseTable]?.sqlTable ?? `"${explore.baseTable}"`;

  const plainDimensions = query.dimensions
    .filter((id) => !bins.has(id) && !sqlDimensions.has(id))
    .map((id) => getField(dimensions, 'dimension', id));
  const selectedBins = [...bins.values()].filter((bin) => query.dimensions.includes(bin.id));
  const binSql = selectedBins.map((bin): BinSql & { tables: readonly string[] } => {
    const dimension = getField(dimensions, 'dimension', bin.dimensionId);
    const table = explore.tables[bin.table]?.sqlTable ?? baseTable;
    const toText = (sql: string, decimals: number) => {
      if (!execution) return sql;
      return decimals > 0 ? `printf('%.${decimals}f', ${sql})` : `postgres_text(${sql})`;
    };
    return { ...compileBin(bin, dimension.compiledSql, table, sortedIds.has(bin.id), toText), tables: [bin.table] };
  });
  const selectedSqlDimensions = [...sqlDimensions.values()].filter(({ id }) => query.dimensions.includes(id));
  const groupSelects = [
    ...plainDimensions.map(({ id, compiledSql }) => `  ${compiledSql} AS "${id}"`),
    ...binSql.flatMap(({ selects }) => selects),
    ...selectedSqlDimensions.map(({ id, compiledSql }) => `  (${compiledSql}) AS "${id}"`),
  ];
  // A metric that only a filter names becomes a column too: that is how Lightdash can filter on it.
  const selectedMetrics = [...new Set([...query.metrics, ...metricRules.map((rule) => rule.target.fieldId)])].map(
    (id) => getField(metrics, 'metric', id),
  );
  const selects = [...groupSelects, ...selectedMetrics.map(({ id, compiledSql }) => `  ${compiledSql} AS "${id}"`)];

  const filterDimensions = new Map([...dimensions, ...sqlDimensions]);
  const tables = [
    ...selectedMetrics.flatMap((field) => field.tables),
    ...plainDimensions.flatMap((field) => field.tables),
    ...binSql.flatMap((bin) => bin.tables),
    ...selectedSqlDimensions.flatMap((field) => field.tables),
    ...dimensionRules.flatMap((rule) => getField(filterDimensions, 'dimension', rule.target.fieldId).tables),
  ];

  const context = { now, timeZone: query.timezone };
  const where = [
    explore.tables[explore.baseTable]?.sqlWhere,
    renderGroup(query.filters.dimensions, (rule) => {
      const field = getField(filterDimensions, 'dimension', rule.target.fieldId);
      return renderFieldRule(rule, field.type, field.compiledSql, context);
    }),
  ].filter((condition) => condition !== undefined);
  const metricFilter = renderGroup(query.filters.metrics, (rule) =>
    renderFieldRule(rule, getField(metrics, 'metric', rule.target.fieldId).type, `"${rule.target.fieldId}"`, context),
  );
  const calculationFilter = renderGroup(query.filters.tableCalculations, (rule: FilterRule) =>
    renderTableCalculationRule(
      rule,
      query.tableCalculations.find(({ name }) => name === rule.target.fieldId),
      context,
    ),
  );

  const orders = query.sorts.map((sort) => orderBy(sort, explore, bins));
  const isNameSort = orders.some((order) => order.startsWith('('));
  const isWrapped = fields.calculations.length > 0 || metricFilter !== undefined || isNameSort;
  const groups = groupSelects.map((_, index) => index + 1).join(',');
  const ties = execution ? [...new Set(query.dimensions)].map((id) => `"${id}"`) : [];
  const orderLine = [...orders, ...ties].length > 0 ? `ORDER BY ${[...orders, ...ties].join(', ')}` : '';
  const limitLine = `LIMIT ${execution ? Math.round(query.limit) : query.limit}`;

  const binCtes = binSql.flatMap(({ cte }) => cte ?? []);
  const binJoins = binSql.flatMap(({ join }) => join ?? []);
  const body = [
    `SELECT\n${execution && selects.length === 0 ? '  1' : selects.join(',\n')}`,
    `FROM ${baseTable} AS "${explore.baseTable}"`,
    joinTables(explore, tables),
    ...(binJoins.length > 0 ? [`CROSS JOIN ${binJoins.join(',\n')}`] : []),
    where.length > 0 ? `WHERE ${where.join(' AND ')}` : '',
    groups ? `GROUP BY ${groups}${execution && isWrapped ? ` ORDER BY ${groups}` : ''}` : '',
  ].join('\n');
  const binWith = binCtes.length > 0 ? `WITH ${binCtes.join(',\n')}\n` : '';
  if (!isWrapped) return { sql: [binWith + body, orderLine, limitLine].join('\n'), metricsSql: binWith + body };

  const calculations = fields.calculations.map(({ name, sql }) => `  ${sql} AS "${name}"`);
  const select = [
    `SELECT\n${['  *', ...calculations].join(',\n')}`,
    `FROM ${metricsSource(execution)}`,
    metricFilter ? `WHERE ${metricFilter}` : '',
  ].join('\n');
  const ctes = [...binCtes, `metrics AS (\n${body}\n)`];
  let last = select;
  if (calculationFilter) {
    ctes.push(`table_calculations AS (\n${select}\n)`);
    last = `SELECT * FROM table_calculations WHERE ${calculationFilter}`;
  }
  return {
    sql: [`WITH ${ctes.join(',\n')}`, last, orderLine, limitLine].join('\n'),
    metricsSql: binWith + body,
  };
}

interface QueryFields {
  readonly dimensions: ReadonlyMap<string, CompiledField>;
  readonly metrics: ReadonlyMap<string, CompiledField>;
  readonly bins: ReadonlyMap<string, BinDimension>;
  readonly sqlDimensions: ReadonlyMap<string, CompiledField>;
  readonly calculations: readonly { readonly name: string; readonly sql: string }[];
}

function compileFields(explore: Explore, query: MetricQuery, now: Date): QueryFields {
  const calculations = query.tableCalculations.map((calculation) => ({
    name: calculation.name,
    sql: compileTableCalculation(calculation, query),
  }));
  const additional = (query.additionalMetrics ?? []).map((metric) => compileAdditionalMetric(metric, explore, now));
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

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

/** The field id goes into the SQL as it is: Lightdash 0.1366 checks nothing here, and the database says what is wrong. */
function orderBy(sort: Sort, explore: Explore, bins: ReadonlyMap<string, BinDimension>): string {
  const direction = sort.descending ? ' DESC' : '';
  if (bins.has(sort.fieldId)) return `"${sort.fieldId}_order"${direction}`;
  const interval = listDimensions(explore).find((field) => getFieldId(field) === sort.fieldId)?.timeInterval;
  const names = interval === 'DAY_OF_WEEK_NAME' ? DAYS : interval === 'MONTH_NAME' ? MONTHS : undefined;
  if (!names) return `"${sort.fieldId}"${direction}`;
  const whens = names.map((name, index) => `    WHEN "${sort.fieldId}" = '${name}' THEN ${index + 1}`);
  return `(\n  CASE\n${whens.join('\n')}\n    ELSE 0\n  END\n)${direction}`;
}
