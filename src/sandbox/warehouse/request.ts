import * as z from 'zod';
import { SandboxError } from '../errors.ts';
import type { Release } from '../release/releases.ts';
import type { BinDimension, Filters, MetricQuery, SqlDimension } from './metric-query.ts';
import type { ParameterValues } from './parameters.ts';

/** A body of `runQuery`, `runUnderlyingDataQuery` or `compileQuery`, checked. */
interface MetricQueryRequest {
  /** To be echoed: unknown keys, `granularity` and `csvLimit` are gone, numbers that came as strings are numbers. */
  readonly metricQuery: MetricQuery;
  readonly options: QueryOptions;
}

/** Options of a run. */
export interface QueryOptions {
  /** "Day", "Week", "Month", "Quarter", "Year": replaces the grain of a selected date dimension. */
  readonly granularity?: string;
  /** The dimension whose grain is replaced; the first selected one by default. v2 only. */
  readonly xAxisFieldId?: string;
  /** The zone in which 1.219 cuts days and counts relative dates; that of the query (0.1366) or UTC when absent. */
  readonly timeZone?: string;
  /** Values for the parameters that the SQL refers to. */
  readonly parameters?: ParameterValues;
  /** Replaces the query's limit; null means as many rows as 100,000 cells allow. */
  readonly csvLimit?: number | null;
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null;
const number = z.preprocess(
  (value) => (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)) ? Number(value) : value),
  z.number(),
);

/** The order of the keys is the one in which the real server lists what is missing. */
const metricQueryBody = z.object({
  granularity: z.string().exactOptional(),
  csvLimit: number.exactOptional(),
  timezone: z.string().exactOptional(),
  metadata: z.unknown().exactOptional(),
  customDimensions: z.array(z.custom<BinDimension | SqlDimension>(isObject)).exactOptional(),
  additionalMetrics: z
    .array(z.looseObject({ table: z.string(), name: z.string(), type: z.string(), sql: z.string() }))
    .exactOptional(),
  tableCalculations: z.array(z.looseObject({ name: z.string(), displayName: z.string(), sql: z.string() })),
  limit: number,
  sorts: z.array(z.looseObject({ fieldId: z.string(), descending: z.boolean() })),
  filters: z.custom<Filters>(isObject),
  metrics: z.array(z.string()),
  dimensions: z.array(z.string()),
  exploreName: z.string(),
});

/** On 1.219 a table calculation may have a template or a formula in place of SQL, and formats may be overridden. */
const todaysBody = metricQueryBody.omit({ granularity: true }).extend({
  tableCalculations: z.array(
    z.looseObject({
      name: z.string(),
      displayName: z.string(),
      sql: z.string().exactOptional(),
      formula: z.string().exactOptional(),
    }),
  ),
  metricOverrides: z.record(z.string(), z.looseObject({})).exactOptional(),
  dimensionOverrides: z.record(z.string(), z.looseObject({})).exactOptional(),
});

type TodaysBody = z.output<typeof todaysBody> & { granularity?: string };

/**
 * Checks the body of `runQuery`, `runUnderlyingDataQuery` or `compileQuery` (or the `metricQuery` of calculate-total,
 * with `path` "body.metricQuery").
 * @param fullBody the body around the query, for routes of 1.219 that report all problems under its name
 * @throws SandboxError 422 ValidateError with the problems keyed by path in `data`, as the real server does.
 */
export function parseMetricQueryRequest(
  body: unknown,
  path = 'body',
  release: Release = '0.1366',
  fullBody?: unknown,
): MetricQueryRequest {
  const parsed = (release === '0.1366' ? metricQueryBody : todaysBody).safeParse(body, { reportInput: true });
  if (!parsed.success) {
    const data = Object.fromEntries(parsed.error.issues.map((issue) => describeIssue(issue, path)));
    if (fullBody === undefined) throw new SandboxError(422, 'ValidateError', '', data);
    // All of them in one sentence, under the body's own name.
    const message = `Could not match the intersection against every type. Issues: [${JSON.stringify(data)}]`;
    throw new SandboxError(422, 'ValidateError', '', { body: { message, value: fullBody } });
  }
  const { granularity, csvLimit, ...metricQuery }: z.output<typeof metricQueryBody> | TodaysBody = parsed.data;
  return {
    metricQuery,
    options: { ...(granularity !== undefined && { granularity }), ...(csvLimit !== undefined && { csvLimit }) },
  };
}

function describeIssue(issue: z.core.$ZodIssue, path: string): [string, { message: string; value?: unknown }] {
  const keys = issue.path.map((key) => (typeof key === 'number' ? `$${key}` : String(key)));
  const location = [path, ...keys].join('.');
  if (issue.input === undefined) return [location, { message: `'${keys.at(-1) ?? path}' is required` }];
  const expected = issue.code === 'invalid_type' ? issue.expected : 'object';
  const messages: Readonly<Record<string, string>> = {
    number: 'invalid float number',
    string: 'invalid string value',
    array: 'invalid array',
    boolean: 'invalid boolean value',
  };
  return [location, { message: messages[expected] ?? 'invalid object', value: issue.input }];
}
