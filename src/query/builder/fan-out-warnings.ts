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
/** Lines of warnings about joins in an answer. */
const MAX_WARNINGS = 2;

/**
 * Warns of joins that multiply rows: metrics of a table other than the one that a "to many" join adds; metrics of a
 * looked-up table; dimensions of two "to many" joins. A relationship that the explore does not state (none does before
 * 0.2904) is guessed from the key of the join, and the sentence says "may".
 */
export function fanOutWarnings(index: FieldIndex, used: readonly Field[]): readonly string[] {
  const tables = tablesNeeded(index, used);
  const warnings = [...inflationWarnings(index, used, tables), ...branchWarnings(index, used)];
  return warnings.length > MAX_WARNINGS ? [warnings[0] ?? '', warnings.slice(1).join(' ')] : warnings;
}

function inflationWarnings(index: FieldIndex, used: readonly Field[], tables: ReadonlySet<string>): readonly string[] {
  const multiplying = index.joins.filter((join) => tables.has(join.table) && mayMultiply(join));
  const metrics = used.filter((field) => field.kind === 'metric' && isChangedByRepetition(field));
  const byReason = new Map<string, { readonly ids: string[]; isCertain: boolean }>();
  for (const table of tables) {
    const ids = metrics.filter((field) => field.table === table).map((field) => field.id);
    if (ids.length === 0 || isProtected(index, table, tables)) continue;
    const path = pathOf(index, table);
    const causes = multiplying.filter((join) => !path.includes(join));
    if (causes.length === 0 && !path.some(isReferredToByMany)) continue;
    const reason =
      causes.length > 0
        ? `joining ${causes.map((join) => join.table).join(', ')} repeats rows of ${table}`
        : `each row of ${table} counts once for every row that refers to it`;
    byReason.set(reason, { ids, isCertain: causes.some((join) => join.multiplies === 'yes') });
  }
  return [...byReason].map(([reason, { ids, isCertain }]) => {
    const verb = isCertain ? (ids.length > 1 ? 'are' : 'is') : 'may be';
    return `${ids.join(', ')} ${verb} inflated: ${reason}.`;
  });
}

/** Dimensions of two "to many" joins, neither of which is joined through the other: servers protect metrics alone. */
function branchWarnings(index: FieldIndex, used: readonly Field[]): readonly string[] {
  const dimensions = used.filter((field) => field.kind === 'dimension');
  const branches = dimensions.flatMap((field) =>
    tablesOf(field).map((table) => pathOf(index, table).filter(mayMultiply)),
  );
  for (const branch of branches) {
    for (const other of branches) {
      const [first] = branch.filter((join) => !other.includes(join));
      const [second] = other.filter((join) => !branch.includes(join));
      if (first === undefined || second === undefined) continue;
      const isCertain = first.multiplies === 'yes' && second.multiplies === 'yes';
      return [
        `Rows of ${first.table} and ${second.table} ${isCertain ? 'are' : 'may be'} combined each with each, for both are joined to many: these rows are no pairs that belong together. Query them apart.`,
      ];
    }
  }
  return [];
}

/**
 * True if the server counts each row of a table once: all relationships of the explore are stated and the table has a
 * primary key; a many-to-many join, or a bridge to another table without a key, defeats that.
 *
 * @param needed the tables that a query joins; all of the explore by default.
 */
export function isProtected(
  index: FieldIndex,
  table: string,
  needed: ReadonlySet<string> = new Set(index.tables.map(({ name }) => name)),
): boolean {
  const hasKey = (name: string) => index.tables.some((other) => other.name === name && other.hasPrimaryKey);
  const isOpen = (join: Join) =>
    join.relationship === 'many-to-many' ||
    (mayMultiply(join) && !hasKey(join.table) && index.joins.some(({ needs }) => needs.includes(join.table)));
  return (
    hasKey(table) &&
    index.joins.every((join) => join.relationship !== undefined) &&
    !index.joins.some((join) => needed.has(join.table) && isOpen(join))
  );
}

/** True if a row may find several rows of the joined table. */
export const mayMultiply = ({ multiplies }: Join): boolean => multiplies === 'yes' || multiplies === 'likely';

/** True if several rows may find the same row of the joined table. */
export const isReferredToByMany = ({ relationship, multiplies }: Join): boolean =>
  relationship === undefined ? multiplies === 'no' : relationship.startsWith('many-to-');

/** A calculated metric (`number`) is mostly a ratio of distinct counts: it is not warned of. */
const isChangedByRepetition = (metric: Field): boolean =>
  !REPETITION_SAFE_TYPES.has(metric.type) && metric.type !== 'number';

/** The tables that a field reads. */
export const tablesOf = ({ table, readsTables = [] }: Field): readonly string[] => [
  ...new Set([table, ...readsTables]),
];

/** The tables that the query joins: those of its fields, and those that their joins need. */
export function tablesNeeded(index: FieldIndex, used: readonly Field[]): ReadonlySet<string> {
  const needed = new Set([index.baseTable]);
  for (const table of used.flatMap(tablesOf)) {
    if (table === '') continue;
    needed.add(table);
    for (const join of pathOf(index, table)) needed.add(join.table);
  }
  return needed;
}

/** The joins by which a table is reached from the base table, its own first; empty for the base table. */
export function pathOf(index: FieldIndex, table: string, visited: readonly string[] = []): readonly Join[] {
  const join = index.joins.find((candidate) => candidate.table === table);
  if (join === undefined || visited.includes(table)) return [];
  const before = join.needs.flatMap((need) => pathOf(index, need, [...visited, table]));
  return [...new Set([join, ...before])];
}
