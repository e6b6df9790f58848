import { z } from 'zod';

const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

/**
 * The configuration of an SQL chart, `{type, metadata, fieldConfig, display}`: columns of the result by name instead of
 * field ids. `type` is vertical_bar, line, pie, table, and since 1.219 big_number. Loose, as the schemas of charts.
 */
export const sqlChartConfig = z.looseObject({
  type: maybe(z.string()),
  fieldConfig: maybe(
    z.looseObject({
      x: maybe(z.looseObject({ reference: z.string(), type: maybe(z.string()) })),
      y: maybe(z.array(z.looseObject({ reference: z.string(), aggregation: maybe(z.string()) }))),
      groupBy: maybe(z.array(z.looseObject({ reference: z.string() }))),
      stack: maybe(z.union([z.boolean(), z.string()])),
    }),
  ),
  display: maybe(z.looseObject({ stack: maybe(z.union([z.boolean(), z.string()])), isDonut: maybe(z.boolean()) })),
  columns: maybe(z.record(z.string(), z.unknown())),
});

export type SqlChartConfig = z.infer<typeof sqlChartConfig>;

/** Reads the `config` of an SQL chart; never throws. */
export function readSqlChart(config: unknown): SqlChartConfig {
  return sqlChartConfig.safeParse(config).data ?? {};
}
