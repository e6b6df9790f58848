import type { Field, FieldIndex, Join } from '../fields/field.ts';

/** Aggregations that repeated rows do not change. */
const REPETITION_SAFE_TYPES = new Set([
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
 * Warns of metrics whose rows a join repeats: those of a table other than the one that a "to many" join adds, and those of
 * a looked-up table, whose row counts once for each row that refers to it. If the explore does not state the relationship
 * (none does before 0.2904), it is guessed from the key of the join, and the sentence says "may".
 */
export function fanOutWarnings(index: FieldIndex, used: readonly Field[]): readonly string[] {
  const tables = tablesNeeded(index, used);
  const multiplying = index.joins.filter(
    (join) => tables.has(join.table) && (join.multiplies === 'yes' || join.multiplies === 'likely'),
  );
  const warnings: string[] = [];
  for (const table of tables) {
    const metrics = used.filter(
      (field) => field.kind === 'metric' && field.table === table && isChangedByRepetition(field),
    );
    if (metrics.length === 0) continue;
    const causes = multiplying.filter((join) => join.table !== table && !isJoinedThrough(index, join.table, table));
    const join = joinOf(index, table);
    const lookedUp = join?.multiplies === 'no' && join.relationship !== 'one-to-one';
    if ((causes.length === 0 && !lookedUp) || isProtected(index, table)) continue;
    const isCertain = causes.some((join) => join.multiplies === 'yes');
    const reason =
      causes.length > 0
        ? `joining ${causes.map((join) => join.table).join(', ')} repeats rows of ${table}`
        : `each row of ${table} counts once for every row that refers to it`;
    const verb = isCertain ? (metrics.length > 1 ? 'are' : 'is') : 'may be';
    warnings.push(`${metrics.map((field) => field.id).join(', ')} ${verb} inflated: ${reason}.`);
  }
  return warnings;
}

/** Servers that state relationships count each row of a table with a primary key once. */
export const isProtected = (index: FieldIndex, table: string): boolean =>
  index.tables.some(({ name, hasPrimaryKey }) => name === table && hasPrimaryKey) &&
  index.joins.every((join) => join.relationship !== undefined);

/** A calculated metric (`number`) is mostly a ratio of distinct counts: it is not warned of. */
const isChangedByRepetition = (metric: Field): boolean =>
  !REPETITION_SAFE_TYPES.has(metric.type) && metric.type !== 'number';

/** The tables that the query joins: those of its fields, and those that their joins need. */
function tablesNeeded(index: FieldIndex, used: readonly Field[]): ReadonlySet<string> {
  const needed = new Set([index.baseTable]);
  const add = (table: string): void => {
    if (table === '' || needed.has(table)) return;
    needed.add(table);
    for (const neededTable of joinOf(index, table)?.needs ?? []) add(neededTable);
  };
  for (const field of used) add(field.table);
  return needed;
}

const joinOf = (index: FieldIndex, table: string): Join | undefined => index.joins.find((join) => join.table === table);

/** True if `table` is joined through `through`, whose join then determines its number of rows. */
function isJoinedThrough(index: FieldIndex, through: string, table: string, visited: readonly string[] = []): boolean {
  const needs = joinOf(index, table)?.needs ?? [];
  if (needs.includes(through)) return true;
  return needs.some((need) => !visited.includes(need) && isJoinedThrough(index, through, need, [...visited, table]));
}
