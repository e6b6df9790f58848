import * as z from 'zod';
import { exploreId, parameters, projectUuid } from './fields.ts';

type Hint = Readonly<Record<string, unknown>>;

const text = { type: 'string' };
const object = { type: 'object' };
const listOf = (items: Hint) => ({ type: 'array', items });
const objectOf = (properties: Readonly<Record<string, Hint>>) => ({ type: 'object', properties });

/** Accepts any value; models see the JSON schema. */
const describedUnknown = (schema: Hint, description?: string) =>
  z
    .unknown()
    .optional()
    .meta({ ...schema, ...(description && { description }) });

const filterRule = objectOf({
  field: text,
  operator: text,
  values: listOf({ anyOf: [text, { type: 'number' }] }),
  unit: { type: 'string', description: 'days, months, "completed months", ...' },
});

/**
 * The parts of a metric query and its explore. The schema describes them to a model in few tokens; `buildMetricQuery` checks
 * them, because it knows the explore and can suggest a correction.
 */
export const metricQuery = () => ({
  projectUuid: projectUuid(),
  exploreId: exploreId().describe('Explore name'),
  dimensions: describedUnknown(listOf(text), 'Field ids to group by, e.g. orders_ordered_at_month'),
  metrics: describedUnknown(listOf(text)),
  filters: describedUnknown(
    listOf(filterRule),
    'All must hold; {"or":[rules]} for either. Operators: equals, notEquals, isNull, notNull; text: include, doesNotInclude, startsWith, endsWith; numbers and dates: lessThan(OrEqual), greaterThan(OrEqual), inBetween; dates: inThePast, notInThePast, inTheNext, inTheCurrent with unit. Dates: 2024-03-15, 2024-03, 2024-Q1, 2024',
  ),
  sorts: describedUnknown(listOf(text), 'Selected fields, "-id" for descending'),
  limit: describedUnknown({ type: 'integer', default: 500 }),
  tableCalculations: describedUnknown(
    listOf(object),
    `{name, displayName, sql}; sql over the result, with \${table.field} of selected fields`,
  ),
  additionalMetrics: describedUnknown(
    listOf(object),
    `{table, name, type: "sum", sql: "\${TABLE}.fee"}; select as table_name`,
  ),
  customDimensions: describedUnknown(
    listOf(object),
    '{id, name, table, type: "sql", sql, dimensionType} or {…, type: "bin", dimensionId, binType: "fixed_width", binWidth}; select by id',
  ),
  timezone: describedUnknown(text),
  parameters: parameters().describe('{name: value}'),
});

/**
 * The same for tools whose description refers to run_metric_query: only names and types, because some hosts refuse an empty
 * schema.
 */
export const metricQueryShort = () => ({
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
  parameters: parameters(),
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

/** The request body of a metric query, with every required key; `exploreName` repeats the path. */
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
