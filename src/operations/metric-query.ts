import * as z from 'zod';
import { anyObject, exploreId, projectUuid } from './fields.ts';

/** The parts of a metric query, side by side with the explore they are asked of. */
export const metricQuery = () => ({
  projectUuid: projectUuid(),
  exploreId: exploreId(),
  dimensions: z.array(z.string()).default([]).describe('Field ids to group by'),
  metrics: z.array(z.string()).default([]).describe('Field ids to aggregate'),
  filters: anyObject().default({}),
  sorts: z.array(z.strictObject({ fieldId: z.string(), descending: z.boolean() })).default([]),
  limit: z.int().min(0).default(500),
  tableCalculations: z.array(anyObject()).default([]),
  additionalMetrics: z.array(anyObject()).optional(),
  customDimensions: z.array(anyObject()).optional(),
  timezone: z.string().optional(),
});

/** Arguments that make up the `metricQuery` object; everything else in a call is about where and how. */
type MetricQueryArguments = z.output<z.ZodObject<ReturnType<typeof metricQuery>>>;

/** The metric query as the API takes it: every required key present, `exploreName` repeating the path. */
export function metricQueryBody(args: MetricQueryArguments) {
  const { exploreId: exploreName, dimensions, metrics, filters, sorts, limit, tableCalculations } = args;
  const { additionalMetrics, customDimensions, timezone } = args;
  return {
    exploreName,
    dimensions,
    metrics,
    filters,
    sorts,
    limit,
    tableCalculations,
    ...(additionalMetrics && { additionalMetrics }),
    ...(customDimensions && { customDimensions }),
    ...(timezone && { timezone }),
  };
}
