import type { Field, FieldIndex } from '../fields/field.ts';
import { isProtected, isReferredToByMany, mayMultiply, pathOf, tablesNeeded, tablesOf } from './fan-out-warnings.ts';

/** Aggregations that count a thing once in a row, however often the row has it. */
const DISTINCT_TYPES = new Set(['count_distinct', 'sum_distinct']);
/** Aggregations that newer servers make so on tables whose rows they protect from repetition. */
const PROTECTED_TYPES = new Set(['sum', 'count']);

/**
 * Notes that a thing may be in several rows: orders counted by the category of their items, or customers by the channel of
 * their orders, add up to more than there are.
 *
 * @param index with the fields that the query defines.
 */
export function overlapNotes(
  index: FieldIndex,
  query: Readonly<Record<'dimensions' | 'metrics', readonly string[]>>,
): readonly string[] {
  const [dimensions, metrics] = [query.dimensions, query.metrics].map((ids) =>
    ids.flatMap((id) => index.fields.get(id) ?? []),
  );
  if (!dimensions || !metrics) return [];
  const needed = tablesNeeded(index, [...dimensions, ...metrics]);
  const distinctCounts = metrics.filter(
    ({ type, table }) => DISTINCT_TYPES.has(type) || (PROTECTED_TYPES.has(type) && isProtected(index, table, needed)),
  );
  const several = dimensions.filter((dimension) =>
    distinctCounts.some((metric) => isOfSeveral(index, dimension, metric)),
  );
  const overlapping = distinctCounts.filter((metric) =>
    several.some((dimension) => isOfSeveral(index, dimension, metric)),
  );
  if (overlapping.length === 0) return [];
  return [
    `Rows may overlap in ${idsOf(overlapping)}: what has several of ${idsOf(several)} counts in each, so rows do not add up to the total.`,
  ];
}

const idsOf = (fields: readonly Field[]): string => fields.map(({ id }) => id).join(', ');

/** True if one of the things that a metric counts may have several values of a dimension. */
function isOfSeveral(index: FieldIndex, dimension: Field, metric: Field): boolean {
  const counted = index.fields.get(metric.aggregates ?? '');
  if (counted && (dimension.id === counted.id || isGrainOf(dimension, counted))) return false;
  const countedName = countedTable(index, metric);
  return countedName === undefined || mayHaveSeveral(index, countedName, dimension);
}

/** True if a row of a table may have several values of a dimension. */
export function mayHaveSeveral(index: FieldIndex, ofTable: string, dimension: Field): boolean {
  const up = pathOf(index, ofTable);
  return tablesOf(dimension).some((table) => {
    const down = pathOf(index, table);
    return (
      up.some((join) => !down.includes(join) && isReferredToByMany(join)) ||
      down.some((join) => !up.includes(join) && mayMultiply(join))
    );
  });
}

/** True for a period that each counted date is in one of; weeks lie across months. */
const isGrainOf = (dimension: Field, counted: Field): boolean =>
  dimension.intervalBase !== undefined &&
  dimension.intervalBase === (counted.intervalBase ?? counted.id) &&
  counted.interval !== 'WEEK';

/**
 * The table whose rows a metric counts: that of the key in its SQL, `customers` for distinct `orders.customer_id`; undefined
 * if it counts values that are no key.
 */
function countedTable(index: FieldIndex, { type, table, aggregates, sql }: Field): string | undefined {
  if (type !== 'count_distinct') return table;
  const columns = [...(sql ?? '').matchAll(/(?:\$\{\s*(?:TABLE\s*\}\.|\w+\.)?|\b\w+"?\."?)(\w+)\b/g)].map(
    ([, column = '']) => column,
  );
  const name = aggregates && index.fields.get(aggregates)?.name;
  const counted = new Set([...columns, ...(name ? [name] : [])].map((column) => column.toLowerCase()));
  const isKey = (keys: ReadonlySet<string>) => [...counted].some((column) => keys.has(column));
  const own = index.tables.find((other) => other.name === table);
  // A count without a column is mostly one of rows.
  if (counted.size === 0 || (own && isKey(own.keys))) return table;
  return index.joins.find((join) => join.from.some((column) => counted.has(column.toLowerCase())) && !mayMultiply(join))
    ?.table;
}
