import * as z from 'zod';
import { type ChartField, completeLook, LookError, type LookKind, type LookRequest } from './look.ts';

const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

/**
 * The configuration of an SQL chart, `{type, metadata, fieldConfig, display}`: columns of the result by name instead of
 * field ids. `type` is vertical_bar, line, pie, table, and since 1.219 big_number. Loose, as the schemas of charts.
 */
const sqlChartConfig = z.looseObject({
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

/** Config of an SQL chart: its own shape, unlike that of other charts. */
export type SqlChartConfig = z.infer<typeof sqlChartConfig>;

/** Reads the `config` of an SQL chart; never throws. */
export function readSqlChart(config: unknown): SqlChartConfig {
  return sqlChartConfig.safeParse(config).data ?? {};
}

/** A column of an SQL result. */
export interface SqlColumn {
  readonly name: string;
  readonly isNumeric: boolean;
  readonly isTime: boolean;
}

/** The kinds that SQL charts have, by the kinds of looks; `big_number` since 1.219. */
const sqlKinds: Readonly<Partial<Record<LookKind, string>>> = {
  bar: 'vertical_bar',
  stacked_bar: 'vertical_bar',
  stacked_bar_100: 'vertical_bar',
  line: 'line',
  pie: 'pie',
  donut: 'pie',
  table: 'table',
  big_number: 'big_number',
};

/**
 * The configuration of an SQL chart. The web app aggregates the values of each x, so a sum is saved for numbers.
 * @throws {LookError} if SQL charts have no such kind, or a column is missing.
 */
export function writeSqlChart(request: LookRequest, columns: readonly SqlColumn[], previous?: unknown): SqlChartConfig {
  const old = previous === undefined ? {} : readSqlChart(previous);
  const look = completeLook(request, columns.map(asField));
  const type = sqlKinds[look.show];
  if (type === undefined) {
    throw new LookError(
      `An SQL chart can be a ${Object.keys(sqlKinds).join(', ')}; not a ${look.show.replaceAll('_', ' ')}.`,
    );
  }
  const base: SqlChartConfig = { metadata: { version: 1 }, ...(old.type === type ? old : {}), type };
  if (type === 'table') return { ...base, columns: old.columns ?? {} };
  const x = columns.find(({ name }) => name === look.x);
  const y = look.y.map((reference) => ({
    reference,
    aggregation: old.fieldConfig?.y?.find((item) => item.reference === reference)?.aggregation ?? 'sum',
  }));
  const fieldConfig = {
    ...base.fieldConfig,
    ...(x && { x: { reference: x.name, type: x.isTime ? 'time' : 'category' } }),
    y,
    ...(type === 'big_number' ? {} : { groupBy: look.splitBy.map((reference) => ({ reference })) }),
  };
  const display = { ...base.display, ...displayOf(look.show, base.display?.stack !== undefined) };
  return { ...base, fieldConfig, display };
}

/** The look that an SQL chart has, as far as its columns are still there. */
export function sqlLook({ type, fieldConfig, display }: SqlChartConfig, columns: readonly string[]): LookRequest {
  const isThere = (name: string) => columns.includes(name);
  const y = fieldConfig?.y?.map(({ reference }) => reference).filter(isThere);
  const x = fieldConfig?.x?.reference;
  return {
    show: sqlShow(type, display),
    x: x !== undefined && isThere(x) ? x : undefined,
    y: y && y.length > 0 ? y : undefined,
    splitBy: fieldConfig?.groupBy?.map(({ reference }) => reference).filter(isThere),
  };
}

function sqlShow(type: string | undefined, display: SqlChartConfig['display']): LookKind | undefined {
  switch (type) {
    case 'vertical_bar':
      if (display?.stack === 'stack100') return 'stacked_bar_100';
      return display?.stack === true || display?.stack === 'stack' ? 'stacked_bar' : 'bar';
    case 'pie':
      return display?.isDonut === true ? 'donut' : 'pie';
    case 'line':
    case 'table':
    case 'big_number':
      return type;
    default:
      return undefined;
  }
}

/** 0.1366 knows stacking as true or false alone. */
function displayOf(
  show: LookKind,
  hasStack: boolean,
): { readonly stack?: string | boolean; readonly isDonut?: boolean } {
  if (show === 'pie' || show === 'donut') return { isDonut: show === 'donut' };
  if (show === 'stacked_bar_100') return { stack: 'stack100' };
  if (show === 'stacked_bar') return { stack: true };
  return hasStack ? { stack: false } : {};
}

const asField = ({ name, isNumeric, isTime }: SqlColumn): ChartField => ({
  id: name,
  role: isNumeric ? 'metric' : 'dimension',
  isNumeric,
  isTime,
  isAdditive: isNumeric,
});
