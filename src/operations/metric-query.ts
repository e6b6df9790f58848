import * as z from 'zod';
import { exploreId, projectUuid } from './fields.ts';

type Hint = Readonly<Record<string, unknown>>;

const text = { type: 'string' };
const object = { type: 'object' };
const listOf = (items: Hint) => ({ type: 'array', items });
const objectOf = (properties: Readonly<Record<string, Hint>>) => ({ type: 'object', properties });

/** Takes anything, and shows a model the given JSON schema. */
const hinted = (schema: Hint, description: string) =>
  z
    .unknown()
    .optional()
    .meta({ ...schema, description });

const filterRule = objectOf({
  field: text,
  operator: text,
  values: listOf({ anyOf: [text, { type: 'number' }, { type: 'boolean' }] }),
  unit: { type: 'string', description: 'days, months, "completed months", ...' },
});

/**
 * The parts of a metric query, side by side with the explore it is asked of. The schema tells a model what to write, in
 * few tokens; `buildMetricQuery` is what checks it, for it knows the explore and can say what to write instead.
 */
export const metricQuery = () => ({
  projectUuid: projectUuid(),
  exploreId: exploreId(),
  dimensions: hinted(listOf(text), 'Field ids to group by, e.g. orders_ordered_at_month'),
  metrics: hinted(listOf(text), 'Field ids to compute'),
  filters: hinted(
    { anyOf: [listOf(filterRule), { type: 'object' }] },
    'All must hold; an item {"or":[rules]} holds if one does. Operators: equals, notEquals, isNull, notNull; text: include, doesNotInclude, startsWith, endsWith; numbers and dates: lessThan(OrEqual), greaterThan(OrEqual), inBetween; dates: inThePast, notInThePast, inTheNext, inTheCurrent with unit. Dates: 2024-03-15, 2024-03, 2024-Q1, 2024',
  ),
  sorts: hinted(listOf({ anyOf: [text, { type: 'object' }] }), 'Selected fields, "-id" for descending'),
  limit: hinted({ type: 'integer' }, 'Rows, 500 by default'),
  tableCalculations: hinted(
    listOf(objectOf({ name: text, displayName: text, sql: text })),
    `Columns over the result: SQL with \${table.field} of selected fields`,
  ),
  additionalMetrics: hinted(
    listOf(objectOf({ table: text, name: text, type: text, sql: text })),
    `Metrics of your own, e.g. type sum, sql \${TABLE}.fee; select them as table_name`,
  ),
  customDimensions: hinted(
    listOf(objectOf({ id: text, name: text, table: text, type: text })),
    'Dimensions of your own: type "sql" with sql and dimensionType, or "bin" with dimensionId, binType "fixed_width", binWidth; select by id',
  ),
  timezone: hinted(text, 'e.g. Europe/Lisbon'),
});

/**
 * The same for tools whose description sends the reader to run_metric_query: the names, and of the types what some hosts
 * insist on (a schema that says nothing is refused by some, or warned of).
 */
export const terseMetricQuery = () => ({
  projectUuid: projectUuid(),
  exploreId: exploreId(),
  dimensions: typed(listOf(text)),
  metrics: typed(listOf(text)),
  filters: typed(listOf(object)),
  sorts: typed(listOf(text)),
  limit: typed({ type: 'integer' }),
  tableCalculations: typed(listOf(object)),
  additionalMetrics: typed(listOf(object)),
  customDimensions: typed(listOf(object)),
  timezone: typed(text),
});

const typed = (schema: Hint) => z.unknown().optional().meta(schema);

interface MetricQueryArguments {
  readonly exploreId: string;
  readonly dimensions?: unknown;
  readonly metrics?: unknown;
  readonly filters?: unknown;
  readonly sorts?: unknown;
  readonly limit?: unknown;
  readonly tableCalculations?: unknown;
  readonly additionalMetrics?: unknown;
  readonly customDimensions?: unknown;
  readonly timezone?: unknown;
}

/** The metric query as the API takes it: every required key present, `exploreName` repeating the path. */
export function metricQueryBody(args: MetricQueryArguments) {
  const { exploreId: exploreName, dimensions, metrics, filters, sorts, limit, tableCalculations } = args;
  const { additionalMetrics, customDimensions, timezone } = args;
  return {
    exploreName,
    dimensions: dimensions ?? [],
    metrics: metrics ?? [],
    filters: filters ?? {},
    sorts: sorts ?? [],
    limit: limit ?? 500,
    tableCalculations: tableCalculations ?? [],
    ...(additionalMetrics !== undefined && { additionalMetrics }),
    ...(customDimensions !== undefined && { customDimensions }),
    ...(timezone !== undefined && { timezone }),
  };
}
