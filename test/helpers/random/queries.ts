import fc from 'fast-check';
import { type CustomField, customDimension, customMetric, resultRule, tableCalculation } from './custom-fields.ts';
import { type RandomFilter, randomFilters, randomRules } from './filters.ts';
import { type Alias, type Column, type Model, modelsOf } from './models.ts';

/** A metric query, and SQL for the same rows. */
export interface RandomQuery {
  readonly args: Record<string, unknown>;
  readonly sql: string;
  /** The columns of the SQL. */
  readonly ids: readonly string[];
  /** The dimensions, which tell rows apart. */
  readonly dimensions: readonly string[];
  /** False if the query leaves the order of its rows open. */
  readonly isOrdered: boolean;
  readonly parts: QueryParts;
}

interface ResultRule {
  readonly written: object;
  readonly sql: string;
}
interface RandomSort {
  readonly at: number;
  readonly isDescending: boolean;
  readonly nullsFirst: boolean | undefined;
}

/** The parts of a query that its SQL is written of. */
export interface QueryParts {
  readonly model: Model;
  readonly dimensions: readonly Column[];
  readonly metrics: readonly Column[];
  readonly customMetrics: readonly CustomField[];
  readonly customDimension: CustomField | undefined;
  readonly calculation: CustomField | undefined;
  readonly filter: RandomFilter | undefined;
  readonly resultRules: readonly ResultRule[];
  readonly joinsRules: 'and' | 'or';
  readonly sort: RandomSort | undefined;
  readonly limit: number;
  readonly timezone: string | undefined;
}

export type SqlRelease = '0.1366' | '1.219';

const optional = <Value>(values: fc.Arbitrary<Value>, freq: number): fc.Arbitrary<Value | undefined> =>
  fc.option(values, { nil: undefined, freq });

/** Queries on every explore, with filters of every kind, custom fields, sorts, limits, grains and zones. */
export function randomQueries(release: SqlRelease, today: string): fc.Arbitrary<RandomQuery> {
  const zones = fc.constantFrom(undefined, undefined, 'America/New_York', 'Asia/Tokyo', 'Asia/Kolkata', 'UTC');
  return zones.chain((timezone) => {
    // 0.1366 shifts nothing.
    const models = modelsOf(release === '1.219' ? timezone : undefined, today);
    const [orders] = models;
    if (orders === undefined) throw new Error('no model');
    return fc
      .oneof({ weight: 2, arbitrary: fc.constant(orders) }, { weight: 1, arbitrary: fc.constantFrom(...models) })
      .chain((model) => partsOf(model, release))
      .map((parts) => toQuery({ ...parts, timezone }, release));
  });
}

function partsOf(model: Model, release: SqlRelease): fc.Arbitrary<Omit<QueryParts, 'timezone'>> {
  const filters = randomFilters({ fields: model.filterFields, keepsEmpty: release === '1.219' });
  const rules = randomRules({ fields: model.filterFields, keepsEmpty: release === '1.219' });
  const byId = { selector: ({ id }: Column) => id };
  return fc
    .record({
      dimensions: fc.uniqueArray(fc.constantFrom(...model.dimensions), { ...byId, maxLength: 3 }),
      metrics: fc.uniqueArray(fc.constantFrom(...model.metrics), { ...byId, minLength: 1, maxLength: 3 }),
      customMetrics: fc.uniqueArray(customMetric(model, rules), {
        selector: ({ column }) => column.id,
        maxLength: 2,
      }),
      customDimension: optional(customDimension(model), 1),
      filter: optional(filters, 3),
      sort: optional(
        fc.record({
          at: fc.nat(),
          isDescending: fc.boolean(),
          nullsFirst: release === '1.219' ? fc.constantFrom(undefined, undefined, true, false) : fc.constant(undefined),
        }),
        4,
      ),
      limit: fc.constantFrom(5_000, 1, 3, 25),
      joinsRules: fc.constantFrom('and' as const, 'and' as const, 'or' as const),
    })
    .chain((parts) =>
      optional(tableCalculation(parts.metrics), 1).chain((calculation) => {
        const [metric] = parts.metrics;
        const ids = [
          ...(metric && metric.isPercent !== true ? [metric.id] : []),
          // A metric that only a filter names.
          ...model.metrics.map(({ id }) => id).slice(0, 1),
          ...parts.customMetrics.map(({ column }) => column.id),
        ];
        const onResult = fc.array(
          fc.constantFrom(...ids).chain((id) => resultRule(id)),
          { maxLength: 2 },
        );
        const ofCalculation = calculation ? fc.array(resultRule('calc'), { maxLength: 1 }) : fc.constant([]);
        return fc.tuple(optional(onResult, 1), ofCalculation).map(([own = [], calculated]) => ({
          ...parts,
          ...{ model, calculation },
          resultRules: [...own, ...calculated],
        }));
      }),
    );
}

function toQuery(parts: QueryParts, release: SqlRelease): RandomQuery {
  const { model, calculation, sort, limit, timezone } = parts;
  const { dimensions, metrics } = columnsOf(parts);
  const shown = [...dimensions, ...metrics, ...(calculation ? [calculation.column] : [])];
  const sortable = shown.filter(({ isInexact }) => isInexact !== true);
  const sorted = sort && sortable[sort.at % sortable.length];
  const isDescending = sort?.isDescending === true;
  // The rest of the dimensions decides between equals.
  const ties = dimensions.filter(({ id }) => id !== sorted?.id);
  const nullsFirst = sort?.nullsFirst ?? (isDescending && release === '0.1366');
  const orders = sorted
    ? [
        `${orderOf(sorted)} ${isDescending ? 'desc' : 'asc'} nulls ${nullsFirst ? 'first' : 'last'}`,
        ...ties.map((column) => `${orderOf(column)} nulls last`),
      ]
    : [];
  const usedLimit = sorted ? limit : 5_000;
  const args = {
    exploreId: model.explore,
    dimensions: dimensions.map(({ id }) => id),
    metrics: metrics.map(({ id }) => id),
    ...filtersOf(parts),
    ...(sorted && {
      sorts: [
        sort?.nullsFirst === undefined
          ? `${isDescending ? '-' : ''}${sorted.id}`
          : { fieldId: sorted.id, descending: isDescending, nullsFirst: sort.nullsFirst },
        ...ties.map(({ id }) => id),
      ],
    }),
    ...(timezone && { timezone }),
    limit: usedLimit,
    ...(parts.customMetrics.length > 0 && { additionalMetrics: parts.customMetrics.map(({ argument }) => argument) }),
    ...(parts.customDimension && { customDimensions: [parts.customDimension.argument] }),
    ...(calculation && { tableCalculations: [calculation.argument] }),
  };
  const ids = shown.map(({ id }) => id);
  const result = resultSql(parts);
  const sql = [
    `select ${shown.map(({ id, isPercent }) => (isPercent ? `"${id}" * 100` : `"${id}"`)).join(', ')} from (${result}) as result`,
    orders.length > 0 ? `order by ${orders.join(', ')}` : '',
    `limit ${usedLimit}`,
  ].join('\n');
  return { args, sql, ids, dimensions: dimensions.map(({ id }) => id), isOrdered: sorted !== undefined, parts };
}

/** A column that sorts by something else carries it as `<id>/order`. */
const orderOf = ({ id, order }: Column): string => (order === undefined ? `"${id}"` : `"${id}/order"`);

/** The rules of all kinds in one argument. */
function filtersOf({ filter, resultRules, joinsRules }: QueryParts): { filters?: unknown } {
  if (resultRules.length === 0) return filter ? { filters: filter.written } : {};
  const rules = resultRules.map(({ written }) => written);
  const hasCalculation = JSON.stringify(rules).includes('"calc"');
  const result = joinsRules === 'or' && !hasCalculation && rules.length > 1 ? [{ or: rules }] : rules;
  if (!filter) return { filters: result };
  const { written } = filter;
  const own = typeof written === 'string' ? JSON.parse(written) : written;
  const isTyped = typeof own === 'object' && own !== null && 'type' in own;
  const dimensions = isTyped ? { or: own.dimensions } : Array.isArray(own) ? { and: own } : own;
  return { filters: [dimensions, ...result] };
}

/** The columns of a query: its dimensions, and its metrics with custom ones. */
const columnsOf = ({ dimensions, customDimension, metrics, customMetrics }: QueryParts) => ({
  dimensions: [...dimensions, ...(customDimension ? [customDimension.column] : [])],
  metrics: [...metrics, ...customMetrics.map(({ column }) => column)],
});

/** The rows of the groups, with every filter, before they are sorted. */
function resultSql(parts: QueryParts): string {
  const { model, filter, calculation, resultRules, joinsRules } = parts;
  const { dimensions, metrics } = columnsOf(parts);
  const filteredOnly = model.metrics.slice(0, 1).filter(({ id }) => metrics.every((metric) => metric.id !== id));
  const hasHidden = resultRules.some(({ sql }) => filteredOnly.some(({ id }) => sql.includes(`"${id}"`)));
  const aggregates = hasHidden ? [...metrics, ...filteredOnly] : metrics;
  const selected = [
    ...dimensions.map(({ id, sql }) => `${sql} as "${id}"`),
    ...dimensions.flatMap(({ id, order }) => (order === undefined ? [] : [`any_value(${order}) as "${id}/order"`])),
    ...aggregates.map(({ id, sql }) => `${sql} as "${id}"`),
  ];
  const groups = dimensions.length > 0 ? `group by ${dimensions.map((_, at) => at + 1).join(', ')}` : '';
  const grouped = `select ${selected.join(',\n')} from ${model.from(tablesOf(parts, [...dimensions, ...aggregates]))}
    where ${model.required} and ${filter?.sql ?? 'true'} ${groups}`;
  const calculated = calculation ? `, ${calculation.column.sql} as calc` : '';
  const hasCalculation = resultRules.some(({ sql }) => sql.includes('"calc"'));
  const joined = resultRules.map(({ sql }) => `(${sql})`).join(` ${hasCalculation ? 'and' : joinsRules} `);
  return `select * from (select *${calculated} from (${grouped}) as grouped) as calculated where ${joined || 'true'}`;
}

const tablesOf = ({ model, customMetrics, filter }: QueryParts, columns: readonly Column[]) =>
  new Set<Alias>([
    model.base,
    ...columns.map(({ table }) => table),
    ...customMetrics.flatMap((metric) => metric.tables),
    ...(filter?.tables ?? []),
  ]);

/** The same query for the records behind it: its dimensions alone. */
export const recordsOf = ({ parts }: RandomQuery, release: SqlRelease): RandomQuery =>
  toQuery({ ...parts, metrics: [], customMetrics: [], calculation: undefined, resultRules: [], limit: 5_000 }, release);

/** The same query without a filter of its own. */
export const unfiltered = ({ parts }: RandomQuery, release: SqlRelease): RandomQuery =>
  toQuery({ ...parts, filter: undefined, resultRules: [] }, release);

/** The same query under another filter. */
export const filteredBy = ({ parts }: RandomQuery, filter: RandomFilter, release: SqlRelease): RandomQuery =>
  toQuery({ ...parts, filter, resultRules: [] }, release);

/** Rules that all hold on the fields of a query's explore. */
export const rulesFor = ({ parts: { model } }: RandomQuery, release: SqlRelease): fc.Arbitrary<RandomFilter> =>
  randomRules({ fields: model.filterFields, keepsEmpty: release === '1.219' });

/** The totals of a query in one row: each metric over the rows of the groups that pass its filters. */
export function totalsSql({ parts }: RandomQuery): string {
  const { model, filter, resultRules } = parts;
  const { dimensions, metrics } = columnsOf(parts);
  const isGrouped = resultRules.length > 0;
  const selected = metrics.map(({ id, sql, isPercent }) => `${isPercent ? `100 * (${sql})` : sql} as "${id}"`);
  const same = dimensions.map(({ id, sql }) => `passing."${id}" is not distinct from ${sql}`);
  const passing = isGrouped
    ? `exists (select 1 from (${resultSql(parts)}) passing where ${same.join(' and ') || 'true'})`
    : 'true';
  return `select ${selected.join(',\n')} from ${model.from(tablesOf(parts, isGrouped ? [...dimensions, ...metrics] : metrics))}
    where ${model.required} and ${filter?.sql ?? 'true'} and ${passing}`;
}
