import * as z from 'zod';

/**
 * The arguments of a metric query as a zod shape, for the tools that take one. The schema tells a model what to write, in few
 * tokens; `buildMetricQuery` is what checks it, for it can say in a sentence what is wrong and what to write instead.
 * Built when called: nothing of zod runs on import.
 */
export function metricQueryInput() {
  return {
    dimensions: hinted(
      { type: 'array', items: { type: 'string' } },
      'Field ids to group by, e.g. orders_ordered_at_month',
    ),
    metrics: hinted({ type: 'array', items: { type: 'string' } }, 'Field ids to compute'),
    filters: hinted(
      { anyOf: [{ type: 'array', items: filterRule }, { type: 'object' }] },
      'All must hold; an item {"or":[rules]} holds if one does. Operators: equals, notEquals, isNull, notNull; text: include, doesNotInclude, startsWith, endsWith; numbers and dates: lessThan(OrEqual), greaterThan(OrEqual), inBetween; dates: inThePast, notInThePast, inTheNext, inTheCurrent with unit. Dates: 2024-03-15, 2024-03, 2024-Q1, 2024',
    ),
    sorts: hinted(
      { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'object' }] } },
      'Selected fields, "-id" for descending',
    ),
    limit: hinted({ type: 'integer' }, 'Rows, 500 by default'),
    tableCalculations: hinted(
      { type: 'array', items: objectOf({ name: text, displayName: text, sql: text }) },
      `Columns over the result: SQL with \${table.field} of selected fields`,
    ),
    additionalMetrics: hinted(
      { type: 'array', items: objectOf({ table: text, name: text, type: text, sql: text }) },
      `Metrics of your own, e.g. type sum, sql \${TABLE}.fee; select them as table_name`,
    ),
    customDimensions: hinted(
      { type: 'array', items: objectOf({ id: text, name: text, table: text, type: text }) },
      'Dimensions of your own: type "sql" with sql and dimensionType, or "bin" with dimensionId, binType "fixed_width", binWidth; select by id',
    ),
    timezone: hinted(text, 'e.g. Europe/Lisbon'),
  };
}

const text = { type: 'string' };

const objectOf = (properties: Readonly<Record<string, unknown>>) => ({ type: 'object', properties });

const filterRule = objectOf({
  field: text,
  operator: text,
  values: { type: 'array', items: { anyOf: [text, { type: 'number' }, { type: 'boolean' }] } },
  unit: { type: 'string', description: 'days, months, "completed months", ...' },
});

/** Takes anything, and shows a model the given JSON schema. */
const hinted = (schema: Readonly<Record<string, unknown>>, description: string) =>
  z
    .unknown()
    .optional()
    .meta({ ...schema, description });
