import type { Field, FieldIndex, Join } from '../fields/field.ts';

/** Aggregations that come out the same however often a row is repeated. */
const SAFE = new Set([
  'count_distinct',
  'min',
  'max',
  'sum_distinct',
  'average_distinct',
  'boolean',
  'string',
  'date',
  'timestamp',
]);

/**
 * Warns of metrics that a join repeats rows under: those of a table other than the one that a "to many" join adds, and
 * those of a looked-up table, whose row counts once for each row that refers to it. Where the explore does not state the
 * relationship (before 0.2904 none does), the key of the join is judged, and the sentence says "may".
 */
export function fanOutWarnings(index: FieldIndex, used: readonly Field[]): readonly string[] {
  const tables = tablesNeeded(index, used);
  const multiplying = index.joins.filter(
    (join) => tables.has(join.table) && (join.multiplies === 'yes' || join.multiplies === 'likely'),
  );
  const warnings: string[] = [];
  for (const table of tables) {
    const metrics = used.filter((field) => field.kind === 'metric' && field.table === table && repeats(field));
    if (metrics.length === 0) continue;
    const causes = multiplying.filter((join) => join.table !== table && !isJoinedThrough(index, join.table, table));
    const own = joinOf(index, table);
    const lookedUp = own?.multiplies === 'no' && own.relationship !== 'one-to-one';
    if ((causes.length === 0 && !lookedUp) || isProtected(index, table)) continue;
    const certain = causes.some((join) => join.multiplies === 'yes');
    const why =
      causes.length > 0
        ? `joining ${causes.map((join) => join.table).join(', ')} repeats rows of ${table}`
        : `each row of ${table} counts once for every row that refers to it`;
    const be = certain ? (metrics.length > 1 ? 'are' : 'is') : 'may be';
    warnings.push(`${metrics.map((field) => field.id).join(', ')} ${be} inflated: ${why}.`);
  }
  return warnings;
}

/** Newer servers, those that state relationships, count the rows of a table with a primary key once. */
export const isProtected = (index: FieldIndex, table: string): boolean =>
  index.tables.some((each) => each.name === table && each.hasPrimaryKey) &&
  index.joins.every((join) => join.relationship !== undefined);

/** A calculated metric (`number`) may be built of anything, mostly of ratios of distinct counts: it is not accused. */
const repeats = (metric: Field): boolean => !SAFE.has(metric.type) && metric.type !== 'number';

/** The tables that the query joins: of its fields, and those on the way to them. */
function tablesNeeded(index: FieldIndex, used: readonly Field[]): ReadonlySet<string> {
  const needed = new Set([index.baseTable]);
  const add = (table: string): void => {
    if (table === '' || needed.has(table)) return;
    needed.add(table);
    for (const other of joinOf(index, table)?.needs ?? []) add(other);
  };
  for (const field of used) add(field.table);
  return needed;
}

const joinOf = (index: FieldIndex, table: string): Join | undefined => index.joins.find((join) => join.table === table);

/** Whether `table` is joined through `through`: its rows are then as many as that join makes them. */
function isJoinedThrough(index: FieldIndex, through: string, table: string, seen: readonly string[] = []): boolean {
  const needs = joinOf(index, table)?.needs ?? [];
  if (needs.includes(through)) return true;
  return needs.some((need) => !seen.includes(need) && isJoinedThrough(index, through, need, [...seen, table]));
}
