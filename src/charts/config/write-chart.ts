import { isObject, type JsonObject } from '../../text/json.ts';
import { type Stacking, stackingOf } from './layout.ts';
import type { ChartField, Look, LookKind } from './look.ts';
import { readChartConfig } from './saved-config.ts';

/** The parts of a saved chart that say how it looks, as Lightdash saves them. */
interface WrittenChart {
  readonly chartConfig: { readonly type: string; readonly config: JsonObject };
  readonly tableConfig: { readonly columnOrder: readonly string[] };
  /** Left out if no field is pivoted. */
  readonly pivotConfig?: { readonly columns: readonly string[] };
}

interface WriteOptions {
  /** Values of the split fields in the order of the series, each with one value a field. Unknown if left out. */
  readonly splitValues?: readonly (readonly unknown[])[] | undefined;
  /** The chart to change: keys that the look does not decide stay as they are. */
  readonly previous?: PreviousChart | undefined;
}

/** The saved parts that a new look keeps as far as they fit. */
export interface PreviousChart {
  readonly chartConfig?: unknown;
  readonly tableConfig?: unknown;
  readonly pivotConfig?: unknown;
}

/**
 * The configuration that shows a query in a given look. Lightdash checks none of it when it saves, so the look has to
 * come from `completeLook`. Without the values of the split fields one series stands for all: the web app adds the
 * others in its type and stack.
 */
export function writeChart(look: Look, fields: readonly ChartField[], options: WriteOptions = {}): WrittenChart {
  const previous = configOf(options.previous?.chartConfig);
  const { type, decided, defaults } = configFor(look, fields, options);
  const isSameType = previous?.type === type;
  const config = isSameType ? merged(previous.config, decided) : { ...defaults, ...decided };
  const pivot = isPivoted(look) ? { columns: look.splitBy } : undefined;
  return {
    chartConfig: { ...(isSameType ? previous.rest : {}), type, config: withoutUndefined(config) },
    tableConfig: writeColumnOrder(options.previous?.tableConfig, fields),
    ...(pivot && {
      pivotConfig: { ...(isObject(options.previous?.pivotConfig) ? options.previous.pivotConfig : {}), ...pivot },
    }),
  };
}

/** Keeps the order there is, drops columns that the query no longer has, and appends its new ones. */
export function writeColumnOrder(
  previous: unknown,
  fields: readonly ChartField[],
): { readonly columnOrder: readonly string[] } {
  const rest = isObject(previous) ? previous : {};
  const ids = fields.map(({ id }) => id);
  const kept = (Array.isArray(rest.columnOrder) ? rest.columnOrder : []).filter((id): id is string => ids.includes(id));
  return { ...rest, columnOrder: [...kept, ...ids.filter((id) => !kept.includes(id))] };
}

interface Configuration {
  readonly type: string;
  /** Keys that the look decides; an undefined value removes the key. */
  readonly decided: JsonObject;
  /** Further keys of a new chart. */
  readonly defaults: JsonObject;
}

function configFor(look: Look, fields: readonly ChartField[], options: WriteOptions): Configuration {
  const { show, x, y, splitBy } = look;
  const [value] = y;
  switch (show) {
    case 'pie':
    case 'donut':
      return {
        type: 'pie',
        decided: { groupFieldIds: x === undefined ? [] : [x], metricId: value, isDonut: show === 'donut' },
        defaults: { valueLabel: 'outside', showValue: true, showPercentage: true, showLegend: true },
      };
    case 'funnel':
      return {
        type: 'funnel',
        decided: { dataInput: x === undefined ? 'row' : 'column', fieldId: value },
        defaults: {},
      };
    case 'big_number':
      return { type: 'big_number', decided: { selectedField: value }, defaults: {} };
    case 'table':
      return {
        type: 'table',
        decided: {},
        defaults: { columns: {}, conditionalFormattings: [], showTableNames: false },
      };
    case 'treemap': {
      const groups = x === undefined ? splitBy : [x, ...splitBy];
      return {
        type: 'treemap',
        decided: { groupFieldIds: groups, sizeMetricId: value, colorMetricId: y[1] },
        defaults: {},
      };
    }
    case 'gauge':
      return { type: 'gauge', decided: { selectedField: value }, defaults: gaugeRange(value, fields) };
    case 'map':
      return {
        type: 'map',
        decided: { locationFieldId: x, valueFieldId: value },
        defaults: { mapType: 'world', locationType: 'area' },
      };
    case 'sankey':
      return {
        type: 'sankey',
        decided: { sourceFieldId: x, targetFieldId: splitBy[0], metricFieldId: value },
        defaults: {},
      };
    case 'bar':
    case 'horizontal_bar':
    case 'stacked_bar':
    case 'stacked_bar_100':
    case 'line':
    case 'area':
    case 'scatter':
    case 'mixed':
      return { type: 'cartesian', decided: cartesian(look, show, fields, options), defaults: {} };
    default:
      return show satisfies never;
  }
}

/** A percentage runs to 1; other gauges start as those of the web app, from 0 to 100. */
function gaugeRange(value: string | undefined, fields: readonly ChartField[]): JsonObject {
  const unit = fields.find(({ id }) => id === value)?.unit;
  return { min: 0, max: unit === '%' ? 1 : 100 };
}

type CartesianKind = Extract<
  LookKind,
  'bar' | 'horizontal_bar' | 'stacked_bar' | 'stacked_bar_100' | 'line' | 'area' | 'scatter' | 'mixed'
>;

function cartesian(look: Look, show: CartesianKind, fields: readonly ChartField[], options: WriteOptions): JsonObject {
  const previous = configOf(options.previous?.chartConfig)?.config ?? {};
  const layout = isObject(previous.layout) ? previous.layout : {};
  const eCharts = isObject(previous.eChartsConfig) ? previous.eChartsConfig : {};
  const stacking = show === 'stacked_bar_100' ? 'stack100' : show === 'stacked_bar' ? 'stack' : 'none';
  const stack = stacking === previousStacking(options.previous) ? undefined : stacking;
  const flipAxes = show === 'horizontal_bar' || (isStackedBar(show) && layout.flipAxes === true);
  return {
    layout: {
      ...layout,
      ...(look.x === undefined ? {} : { xField: look.x }),
      yField: look.y,
      ...(flipAxes || layout.flipAxes !== undefined ? { flipAxes } : {}),
      ...(stack && { stack }),
    },
    eChartsConfig: { ...eCharts, series: writeSeries(look, show, fields, eCharts.series, options.splitValues) },
  };
}

function previousStacking(previous: PreviousChart | undefined): Stacking {
  const chart = readChartConfig(previous?.chartConfig);
  return chart.type === 'cartesian' ? stackingOf(chart.config) : 'none';
}

const isStackedBar = (show: LookKind): boolean => show === 'stacked_bar' || show === 'stacked_bar_100';

function writeSeries(
  look: Look,
  show: CartesianKind,
  fields: readonly ChartField[],
  previous: unknown,
  splitValues: WriteOptions['splitValues'],
): readonly JsonObject[] {
  const { x, y, splitBy } = look;
  const previousSeries = (Array.isArray(previous) ? previous : []).filter(isObject);
  const units = new Map(fields.map(({ id, unit }) => [id, unit]));
  // The first unit has the left axis, the others share the right one.
  const isRight = (id: string) => units.get(id) !== units.get(y[0] ?? '');
  const isStacked =
    isStackedBar(show) || (show === 'area' && (splitBy.length > 0 || (y.length > 1 && !y.some(isRight))));
  return y.flatMap((field, index) => {
    const old = previousSeries.filter((item) => referenceOf(item)?.field === field);
    const combinations = splitBy.length === 0 ? [undefined] : (splitValues ?? splitsOf(old, splitBy));
    return combinations.map((values) => {
      const pivotValues = values?.map((value, at) => ({ field: splitBy[at], value }));
      const yRef = { field, ...(pivotValues && { pivotValues }) };
      const same = old.find((item) => sameReference(referenceOf(item), yRef));
      return withoutUndefined({
        ...same,
        encode: { ...(isObject(same?.encode) ? same.encode : {}), xRef: { field: x }, yRef },
        type: show === 'mixed' ? (index === 0 ? 'bar' : 'line') : SERIES_TYPES[show],
        yAxisIndex: same?.yAxisIndex ?? (isRight(field) ? 1 : 0),
        areaStyle: show === 'area' ? (same?.areaStyle ?? {}) : undefined,
        stack: isStacked ? (splitBy.length > 0 ? field : 'stack-all-series') : undefined,
      });
    });
  });
}

const SERIES_TYPES = {
  bar: 'bar',
  horizontal_bar: 'bar',
  stacked_bar: 'bar',
  stacked_bar_100: 'bar',
  line: 'line',
  area: 'line',
  scatter: 'scatter',
} as const;

/** The split values of series there are, if they are split by the same fields; else one series without values. */
function splitsOf(
  series: readonly JsonObject[],
  splitBy: readonly string[],
): readonly (readonly unknown[] | undefined)[] {
  const splits = series.flatMap((item) => {
    const values = referenceOf(item)?.pivotValues ?? [];
    const isSame = values.length === splitBy.length && values.every(({ field }, at) => field === splitBy[at]);
    return isSame ? [values.map(({ value }) => value)] : [];
  });
  return splits.length > 0 ? splits : [undefined];
}

interface Reference {
  readonly field: unknown;
  readonly pivotValues?: readonly { readonly field: unknown; readonly value: unknown }[] | undefined;
}

function referenceOf(series: JsonObject): Reference | undefined {
  const { yRef } = isObject(series.encode) ? series.encode : {};
  if (!isObject(yRef)) return undefined;
  const values = Array.isArray(yRef.pivotValues) ? yRef.pivotValues.filter(isObject) : undefined;
  return { field: yRef.field, pivotValues: values?.map(({ field, value }) => ({ field, value })) };
}

function sameReference(left: Reference | undefined, right: Reference): boolean {
  const key = ({ field, pivotValues }: Reference) =>
    JSON.stringify([field, (pivotValues ?? []).map(({ field: id, value }) => [id, String(value)])]);
  return left !== undefined && key(left) === key(right);
}

/** Treemaps and sankey diagrams name their groups in their configuration instead. */
const isPivoted = ({ show, splitBy }: Look): boolean => splitBy.length > 0 && show !== 'treemap' && show !== 'sankey';

function configOf(
  chartConfig: unknown,
): { readonly type: unknown; readonly config: JsonObject; readonly rest: JsonObject } | undefined {
  if (!isObject(chartConfig)) return undefined;
  const { type, config, ...rest } = chartConfig;
  return { type, config: isObject(config) ? config : {}, rest };
}

const merged = (previous: JsonObject, decided: JsonObject): JsonObject => ({ ...previous, ...decided });

const withoutUndefined = (source: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined));
