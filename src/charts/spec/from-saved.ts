import { cartesianFields, seriesType, stackingOf, tableColumns } from '../config/layout.ts';
import type { ChartModel } from '../config/read-chart.ts';
import type { CartesianConfig, FunnelConfig, PieConfig, RowLimit, TreemapConfig } from '../config/schemas.ts';
import { buildSpec } from './build-spec.ts';
import { choosePlan } from './choose.ts';
import { dimensionsOf, metricsOf } from './columns.ts';
import { type ChartColumn, type ChartData, cellName } from './data.ts';
import { type ChartPlan, ChartRefusal, type PlannedMetric, type SavedStyle } from './plan.ts';
import { savedGauge, savedNumber } from './saved-number.ts';
import { savedSeriesStyle } from './saved-series.ts';
import type { ChartSpec } from './spec.ts';

/** A saved chart as far as its picture needs it. */
export interface SavedChart {
  readonly model: ChartModel;
  readonly title: string;
  readonly url?: string | undefined;
  /** Colours of the organization that Lightdash sends with a chart. */
  readonly palette?: readonly string[] | undefined;
}

/** Kinds of charts that are not drawn; their rows are shown. */
const NOT_DRAWN: Readonly<Record<string, string>> = {
  map: 'a map',
  sankey: 'a sankey diagram',
  custom: 'a custom (Vega-Lite) chart',
  data_app_viz: 'a data app',
};

/**
 * Draws rows as their chart is saved. Fields that the rows lack fall back to the defaults.
 *
 * @throws ChartRefusal if there is nothing to draw.
 */
export function specFromSaved(data: ChartData, saved: SavedChart): ChartSpec {
  const { model, title, url, palette } = saved;
  const { chart } = model;
  if (data.rows.length === 0) throw new ChartRefusal('There are no rows to draw.');
  const look = (plan: ChartPlan): ChartSpec =>
    buildSpec(data, palette ? { ...plan, style: { ...plan.style, palette } } : plan, url);
  switch (chart.type) {
    case 'cartesian': {
      const { rows, note } = limitRows(data, cartesianFields(chart.config).x, chart.config.rowLimit);
      const plan = cartesianPlan(rows, model, chart.config, title);
      const notes = [...(plan.notes ?? []), ...(note ? [note] : [])];
      return buildSpec(rows, { ...plan, notes, ...(palette && { style: { ...plan.style, palette } }) }, url);
    }
    case 'pie':
      return look(piePlan(data, chart.config, title));
    case 'treemap':
      return look(treemapPlan(data, chart.config, title));
    case 'funnel':
      return look(funnelPlan(data, chart.config, title));
    case 'big_number':
      return { ...savedNumber(data, chart.config, title), ...(url !== undefined && { url }) };
    case 'gauge':
      return { ...savedGauge(data, chart.config, title), ...(url !== undefined && { url }) };
    case 'table': {
      const { hidden, headings } = tableColumns(chart.config);
      const columns = data.columns
        .filter(({ id }) => !hidden.includes(id))
        .map((column) => ({ ...column, label: headings.get(column.id) ?? column.label }));
      return buildSpec({ ...data, columns }, tablePlan(title), url);
    }
    case 'map':
    case 'sankey':
    case 'custom':
    case 'data_app_viz':
      return buildSpec(data, tablePlan(title, `${NOT_DRAWN[chart.type]} is not drawn here; Lightdash shows it`), url);
    case 'unknown':
      return look(choosePlan(data, { title }));
    default:
      return chart satisfies never;
  }
}

const tablePlan = (title: string, note?: string): ChartPlan => ({
  kind: 'table',
  title,
  y: [],
  splitBy: [],
  notes: note === undefined ? [] : [note],
});

const has = ({ columns }: ChartData, id: string | undefined): id is string =>
  id !== undefined && columns.some((column) => column.id === id);

function cartesianPlan(data: ChartData, model: ChartModel, config: CartesianConfig, title: string): ChartPlan {
  const fields = cartesianFields(config);
  const present = fields.y.filter((id) => has(data, id));
  const split = model.pivotColumns.filter((id) => has(data, id) && id !== fields.x);
  const dimensions = dimensionsOf(data).filter(({ id }) => !split.includes(id));
  const x = has(data, fields.x) ? fields.x : (dimensions.find(({ type }) => type === 'time') ?? dimensions[0])?.id;
  const y =
    present.length > 0
      ? present
      : metricsOf(data)
          .slice(0, 1)
          .map(({ id }) => id);
  if (x === undefined || y.length === 0) return choosePlan(data, { title });
  const lost = [fields.x, ...fields.y].filter((id) => id !== undefined && !has(data, id));
  const xColumn = data.columns.find(({ id }) => id === x);
  const series = config.eChartsConfig?.series ?? [];
  if (series.length > 0 && series.every((item) => seriesType(item) === 'scatter') && xColumn?.role === 'metric')
    return scatterPlan(data, x, y, title);
  const stacking = stackingOf(config);
  const style = cartesianStyle(config, model.pivotColumns);
  const unused = dimensions.filter(({ id }) => id !== x && !y.includes(id));
  return {
    kind: 'cartesian',
    title,
    x,
    y: y.map((column) => plannedMetric(column, config, split.length > 0, stacking !== 'none')),
    splitBy: split,
    order: orderOf(config),
    ...(config.layout?.flipAxes && series.every((item) => seriesType(item) === 'bar') && { horizontal: true }),
    ...(stacking === 'stack100' && { percentStack: true }),
    style,
    notes: [
      ...(lost.length > 0 ? [`no longer in the query: ${lost.join(', ')}`] : []),
      ...(unused.length > 0 ? [`not split by ${unused.map(({ label }) => label).join(', ')}`] : []),
    ],
  };
}

function plannedMetric(column: string, config: CartesianConfig, isPivoted: boolean, isStacked: boolean): PlannedMetric {
  const own = (config.eChartsConfig?.series ?? []).find(({ encode }) => encode?.yRef?.field === column);
  const type = own ? seriesType(own) : 'bar';
  const canStack = type === 'bar' || type === 'area';
  // Parts of one metric are stacked on each other; metrics without parts among themselves.
  const stack = canStack && isStacked ? (isPivoted ? column : 'all') : undefined;
  return { column, type, axis: own?.yAxisIndex === 1 ? 1 : 0, ...(stack !== undefined && { stack }) };
}

function orderOf({ eChartsConfig }: CartesianConfig): NonNullable<ChartPlan['order']> {
  const sort = eChartsConfig?.xAxis?.[0]?.sortType;
  return sort === 'bar_totals' ? 'value' : sort === 'category' ? 'name' : 'rows';
}

function cartesianStyle(config: CartesianConfig, pivotColumns: readonly string[]): SavedStyle {
  const { xAxis = [], yAxis = [] } = config.eChartsConfig ?? {};
  const xLabel = xAxis[0]?.name;
  const bound = (value: string | number | undefined): number | undefined => {
    const number = value === undefined ? Number.NaN : Number(value);
    return Number.isFinite(number) ? number : undefined;
  };
  return {
    series: savedSeriesStyle(config, pivotColumns),
    ...(xLabel !== undefined && { xLabel }),
    ...(xAxis[0]?.inverse && { reverse: true }),
    axes: yAxis.map(({ name, min, max, inverse }) => {
      const [least, most] = [bound(min), bound(max)];
      return {
        ...(name !== undefined && { label: name }),
        ...(least !== undefined && { min: least }),
        ...(most !== undefined && { max: most }),
        ...(inverse && { inverse: true }),
      };
    }),
  };
}

function scatterPlan(data: ChartData, x: string, y: readonly string[], title: string): ChartPlan {
  return {
    kind: 'scatter',
    title,
    x,
    y: y.slice(0, 1).map((column) => ({ column, type: 'scatter', axis: 0 })),
    splitBy: dimensionsOf(data).map(({ id }) => id),
  };
}

const barOf = (column: string): PlannedMetric => ({ column, type: 'bar', axis: 0 });

const firstMetric = (data: ChartData): string => {
  const [metric] = metricsOf(data);
  if (!metric) throw new ChartRefusal('There is no number to draw.');
  return metric.id;
};

const groupsOf = (data: ChartData, saved: readonly string[] | undefined): readonly string[] => {
  const present = (saved ?? []).filter((id) => has(data, id));
  return present.length > 0
    ? present
    : dimensionsOf(data)
        .slice(0, 1)
        .map(({ id }) => id);
};

function piePlan(data: ChartData, config: PieConfig, title: string): ChartPlan {
  const [x, ...splitBy] = groupsOf(data, config.groupFieldIds);
  if (x === undefined) return choosePlan(data, { title });
  const metric = has(data, config.metricId) ? config.metricId : firstMetric(data);
  return {
    kind: 'pie',
    title,
    x,
    y: [barOf(metric)],
    splitBy,
    style: {
      ...(config.isDonut && { donut: true }),
      show: { value: config.showValue ?? false, percentage: config.showPercentage ?? true },
      slice: (name) => overrides(name, config.groupLabelOverrides, config.groupColorOverrides),
    },
  };
}

function overrides(
  name: string,
  labels: Readonly<Record<string, string>> | undefined,
  colors: Readonly<Record<string, string>> | undefined,
) {
  const label = labels?.[name];
  const color = colors?.[name];
  return { ...(label !== undefined && { name: label }), ...(color !== undefined && { color }) };
}

function treemapPlan(data: ChartData, config: TreemapConfig, title: string): ChartPlan {
  const [x, ...splitBy] = groupsOf(data, config.groupFieldIds);
  if (x === undefined) return choosePlan(data, { title });
  const metric = has(data, config.sizeMetricId) ? config.sizeMetricId : firstMetric(data);
  return { kind: 'treemap', title, x, y: [barOf(metric)], splitBy };
}

/** `row`: the metrics of the first row are the steps; else each row is one. */
function funnelPlan(data: ChartData, config: FunnelConfig, title: string): ChartPlan {
  const style: SavedStyle = { slice: (name) => overrides(name, config.labelOverrides, config.colorOverrides) };
  if (config.dataInput === 'row')
    return { kind: 'funnel', title, y: metricsOf(data).map(({ id }) => barOf(id)), splitBy: [], style };
  const metric = has(data, config.fieldId) ? config.fieldId : firstMetric(data);
  const [x] = dimensionsOf(data);
  return { kind: 'funnel', title, ...(x && { x: x.id }), y: [barOf(metric)], splitBy: [], style };
}

/** Shows or hides the first or last places along x, before our own limits. */
function limitRows(
  data: ChartData,
  x: string | undefined,
  limit: RowLimit | undefined,
): { rows: ChartData; note?: string } {
  if (!has(data, x) || limit === undefined) return { rows: data };
  const names = [...new Set(data.rows.map((row) => cellName(row[x])))];
  const { mode, direction, count } = limit;
  const [start, end] = direction === 'first' ? [0, count] : [Math.max(0, names.length - count), names.length];
  const inside = new Set(names.slice(start, end));
  const kept = data.rows.filter((row) => inside.has(cellName(row[x])) === (mode === 'show'));
  const label = data.columns.find((column: ChartColumn) => column.id === x)?.label ?? x;
  return {
    rows: { ...data, rows: kept },
    note: `as saved, ${mode === 'show' ? 'only' : 'without'} the ${direction} ${count} of ${label}`,
  };
}
