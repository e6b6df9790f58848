import * as z from 'zod';
import { anyObject, looseNumber } from '../../http/body-validation.ts';
import { unexpected } from '../../http/refusals.ts';
import type { Call } from '../../http/route.ts';
import { CHART_TYPES, type ChartVersion } from '../../store/records.ts';
import { newUuid } from '../../store/store.ts';
import type {
  AdditionalMetric,
  CustomDimension,
  Filters,
  MetricQuery,
  TableCalculation,
} from '../../warehouse/index.ts';

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The required fields of a metric query; their content is not checked. */
const metricQuery = z.looseObject({
  dimensions: z.array(z.string()),
  metrics: z.array(z.string()),
  filters: z.custom<Filters>(isObject),
  sorts: z.array(z.looseObject({ fieldId: z.string(), descending: z.boolean() })),
  limit: looseNumber,
  tableCalculations: z.array(z.custom<TableCalculation>(isObject)).optional(),
  additionalMetrics: z.array(z.custom<AdditionalMetric>(isObject)).nullish(),
  customDimensions: z.array(z.custom<CustomDimension>(isObject)).nullish(),
  metricOverrides: anyObject.nullish(),
});

/** The required fields of a chart or a new version; without one 1.219 answers 500. */
export const chartFields = z.object({
  tableName: z.string(),
  metricQuery,
  chartConfig: z.looseObject({ type: z.enum(CHART_TYPES), config: z.unknown().optional() }),
  tableConfig: z.looseObject({ columnOrder: z.array(z.string()) }),
  pivotConfig: z.looseObject({ columns: z.array(z.string()) }).nullish(),
  parameters: anyObject.nullish(),
});
/** Body of a version of a chart on 1.219, parsed. */
export type ChartBody = z.output<typeof chartFields>;

const SERIES_TYPES = ['line', 'bar', 'scatter', 'area'];
const series = z.looseObject({
  eChartsConfig: z.looseObject({ series: z.array(z.looseObject({ type: z.string() })).optional() }).optional(),
});

/** Columns of the table in the order sent, without unknown ones, then the other columns of the query. */
function columnOrder(order: readonly string[], columns: readonly string[]): string[] {
  const existing = order.filter((id) => columns.includes(id));
  return [...existing, ...columns.filter((id) => !existing.includes(id))];
}

/** A query as the real tables keep it: what they have no column for is dropped, the time zone too. */
function stored(query: z.output<typeof metricQuery>, exploreName: string): MetricQuery {
  const { dimensions, metrics, filters, sorts, limit } = query;
  return {
    exploreName,
    dimensions,
    metrics,
    filters,
    sorts,
    limit,
    metricOverrides: query.metricOverrides ?? {},
    tableCalculations: query.tableCalculations ?? [],
    additionalMetrics: (query.additionalMetrics ?? []).map((metric) => ({ uuid: newUuid(), ...metric })),
    customDimensions: query.customDimensions ?? [],
  };
}

/** Makes a version of what was sent; its explore is that of the table, whatever the query says. */
export function makeVersion({ user, now }: Pick<Call, 'user' | 'now'>, body: ChartBody): ChartVersion {
  const { tableName, chartConfig, tableConfig, pivotConfig, parameters } = body;
  const drawn = chartConfig.type === 'cartesian' ? series.safeParse(chartConfig.config).data : undefined;
  const types = (drawn?.eChartsConfig?.series ?? []).map((entry) => entry.type);
  if (types.some((type) => !SERIES_TYPES.includes(type))) throw unexpected();
  const query = stored(body.metricQuery, tableName);
  const calculations = (body.metricQuery.tableCalculations ?? []).map((tableCalculation) => tableCalculation.name);
  return {
    versionUuid: newUuid(),
    createdAt: now().toISOString(),
    createdByUserUuid: user.userUuid,
    tableName,
    metricQuery: query,
    chartConfig,
    tableConfig: {
      columnOrder: columnOrder(tableConfig.columnOrder, [...query.dimensions, ...query.metrics, ...calculations]),
    },
    ...(pivotConfig ? { pivotConfig } : {}),
    ...(parameters ? { parameters } : {}),
  };
}
