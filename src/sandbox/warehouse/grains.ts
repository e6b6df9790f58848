import { type Explore, type ExploreField, getFieldId } from './explore.ts';
import { type CompiledField, listDimensions } from './fields.ts';

/** Grains that a query may use though the model does not list them (measured on 1.219). */
const FINE_GRAINS = ['SECOND', 'MINUTE', 'HOUR'];
const DATE_GRAINS = ['DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'];

/** The grains of dates as 1.219 writes them: cut on the clocks of a zone, and cast to dates. */
export function withTodaysGrains(explore: Explore, timeZone: string | null | undefined): Explore {
  const tables = Object.entries(explore.tables).map(([name, table]) => {
    const dimensions = Object.entries(table.dimensions).map(([id, field]): [string, ExploreField] => {
      const base = table.dimensions[field.timeIntervalBaseDimensionName ?? ''];
      const sql = base && field.timeInterval ? grainSql(field.timeInterval, base, timeZone) : undefined;
      return [id, sql === undefined ? field : { ...field, compiledSql: sql }];
    });
    return [name, { ...table, dimensions: Object.fromEntries(dimensions) }] as const;
  });
  return { ...explore, tables: Object.fromEntries(tables) };
}

/** The SQL of a grain of a date or timestamp; undefined for one that stays as the explore has it. */
function grainSql(interval: string, base: ExploreField, timeZone: string | null | undefined): string | undefined {
  const isZoned = base.type === 'timestamp' && timeZone && timeZone !== 'UTC';
  const sql = isZoned ? `(${base.compiledSql})::timestamptz AT TIME ZONE '${timeZone}'` : base.compiledSql;
  if (interval === 'WEEK') {
    return `CAST((DATE_TRUNC('WEEK', (${sql} - interval '0 days')) + interval '0 days') AS DATE)`;
  }
  if (DATE_GRAINS.includes(interval)) return `CAST(DATE_TRUNC('${interval}', ${sql}) AS DATE)`;
  if (FINE_GRAINS.includes(interval)) return `DATE_TRUNC('${interval}', ${base.compiledSql})`;
  if (interval === 'DAY_OF_WEEK_NAME') return `TO_CHAR(${sql}, 'FMDay')`;
  return undefined;
}

/**
 * A grain that the model lacks (`orders_ordered_at_hour`): 1.219 selects it under the id of its base, and has neither its type nor
 * its format. Undefined for any other id.
 */
export function findUnlistedGrain(explore: Explore, id: string): CompiledField | undefined {
  const grain = FINE_GRAINS.find((fineGrain) => id.endsWith(`_${fineGrain.toLowerCase()}`));
  if (grain === undefined) return undefined;
  const baseId = id.slice(0, -grain.length - 1);
  const base = listDimensions(explore).find((field) => getFieldId(field) === baseId && field.type === 'timestamp');
  if (!base) return undefined;
  const compiledSql = grainSql(grain, base, undefined) ?? base.compiledSql;
  return { id: baseId, type: 'timestamp', compiledSql, tables: base.tablesReferences ?? [base.table] };
}

/** The date zoom of a v2 query. */
interface DateZoom {
  readonly granularity?: string | undefined;
  /** The dimension to change; the first selected grain by default. */
  readonly xAxisFieldId?: string | undefined;
}

/**
 * The explore with another grain ("Year") instead of a selected one, under the same id. An unknown grain changes nothing.
 */
export function withDateZoom(explore: Explore, dimensions: readonly string[], { granularity, xAxisFieldId }: DateZoom) {
  const interval = granularity?.toUpperCase() ?? '';
  const isDate = DATE_GRAINS.includes(interval);
  if (!isDate && !FINE_GRAINS.includes(interval)) return explore;
  const zoomed = listDimensions(explore).find(
    (field) =>
      field.timeIntervalBaseDimensionName !== undefined &&
      (xAxisFieldId === undefined ? dimensions.includes(getFieldId(field)) : getFieldId(field) === xAxisFieldId),
  );
  const table = zoomed && explore.tables[zoomed.table];
  const base = table?.dimensions[zoomed?.timeIntervalBaseDimensionName ?? ''];
  if (!zoomed || !table || !base) return explore;
  const dimension: ExploreField = {
    ...zoomed,
    label: `${base.label} ${interval.toLowerCase()}`,
    type: isDate ? 'date' : 'timestamp',
    timeInterval: interval,
    timeIntervalBaseDimensionType: base.type,
  };
  const changed = { ...table, dimensions: { ...table.dimensions, [zoomed.name]: dimension } };
  return { ...explore, tables: { ...explore.tables, [table.name]: changed } };
}
