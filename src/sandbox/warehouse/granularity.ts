import { type Explore, type ExploreField, getFieldId } from './explore.ts';
import { listDimensions } from './fields.ts';
import type { MetricQuery } from './metric-query.ts';

const GRAINS = ['DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'];

/** The first selected dimension that is a grain of a date: what a date zoom changes. */
function findZoomedDimension(explore: Explore, query: MetricQuery): ExploreField | undefined {
  const grains = new Map(
    listDimensions(explore).flatMap((field) =>
      field.timeInterval && field.timeIntervalBaseDimensionName ? [[getFieldId(field), field] as const] : [],
    ),
  );
  const id = query.dimensions.find((dimension) => grains.has(dimension));
  return id === undefined ? undefined : grains.get(id);
}

/**
 * The explore with another grain ("Year") instead of the first selected one; it keeps that one's id. Anything
 * that is not a grain changes nothing.
 */
export function zoomExplore(explore: Explore, query: MetricQuery, granularity: string | undefined): Explore {
  const grain = granularity?.toUpperCase();
  if (grain === undefined || !GRAINS.includes(grain)) return explore;
  const zoomed = findZoomedDimension(explore, query);
  const table = zoomed && explore.tables[zoomed.table];
  const base = table?.dimensions[zoomed?.timeIntervalBaseDimensionName ?? ''];
  if (!zoomed || !table || !base) return explore;
  const dimension: ExploreField = {
    ...base,
    name: zoomed.name,
    label: `${base.label} ${grain.toLowerCase()}`,
    type: 'date',
    timeInterval: grain,
    sql: `DATE_TRUNC('${grain}', ${base.sql})`,
    compiledSql: `DATE_TRUNC('${grain}', ${base.compiledSql})`,
  };
  const dimensions = { ...table.dimensions, [zoomed.name]: dimension };
  return { ...explore, tables: { ...explore.tables, [table.name]: { ...table, dimensions } } };
}
