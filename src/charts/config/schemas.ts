import * as z from 'zod';

/*
 * The configurations of saved charts that Lightdash 0.1366 and 1.219 save and return. Every schema is loose: keys it
 * does not name are kept, and a value of an unexpected type reads as absent, so no release makes a chart unreadable.
 */

const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

/** A list that leaves out the items it cannot read. */
const listOf = <Schema extends z.ZodType>(item: Schema) =>
  maybe(
    z.array(z.unknown()).transform((items) =>
      items.flatMap((candidate): z.output<Schema>[] => {
        const read = item.safeParse(candidate);
        return read.success ? [read.data] : [];
      }),
    ),
  );

/** A map that leaves out the entries it cannot read. */
const mapOf = <Schema extends z.ZodType>(value: Schema) =>
  maybe(
    z.record(z.string(), z.unknown()).transform((map) => {
      const read = Object.entries(map).flatMap(([key, item]) => {
        const result = value.safeParse(item);
        return result.success ? [[key, result.data] as const] : [];
      });
      return Object.fromEntries(read);
    }),
  );

const text = z.string().min(1);
const texts = listOf(text);
const flag = maybe(z.boolean());
const amount = maybe(z.number());
/** Bounds of axes are saved as text. */
const bound = maybe(z.union([text, z.number()]));

const fieldReference = z.looseObject({
  field: text,
  pivotValues: listOf(z.looseObject({ field: text, value: z.unknown().optional() })),
});

const markLine = z.looseObject({
  data: listOf(
    z.looseObject({
      name: maybe(text),
      value: maybe(z.union([text, z.number()])),
      xAxis: maybe(z.union([text, z.number()])),
      yAxis: maybe(z.union([text, z.number()])),
      dynamicValue: maybe(text),
    }),
  ),
});

const series = z.looseObject({
  type: maybe(text),
  encode: maybe(z.looseObject({ xRef: maybe(fieldReference), yRef: maybe(fieldReference) })),
  /** Present, even empty: the area below the line is filled. */
  areaStyle: maybe(z.looseObject({})),
  stack: maybe(text),
  yAxisIndex: amount,
  name: maybe(text),
  color: maybe(text),
  hidden: flag,
  isFilteredOut: flag,
  label: maybe(z.looseObject({ show: flag, position: maybe(text) })),
  smooth: flag,
  showSymbol: flag,
  markLine: maybe(markLine),
});

const axis = z.looseObject({
  name: maybe(text),
  min: bound,
  max: bound,
  inverse: flag,
  rotate: amount,
  sortType: maybe(text),
});

/** The rows a chart shows or hides at the beginning or the end of its result. */
const rowLimit = maybe(
  z.looseObject({ mode: z.enum(['show', 'hide']), direction: z.enum(['first', 'last']), count: z.number() }),
);

/** Colours by series: the key is the hash of its pivot reference. */
const metadata = mapOf(z.looseObject({ color: maybe(text) }));

/** Bars, lines, areas and scatter charts. */
export const cartesianConfig = z.looseObject({
  layout: maybe(
    z.looseObject({
      xField: maybe(text),
      yField: texts,
      flipAxes: flag,
      stack: maybe(z.union([z.boolean(), text])),
      connectNulls: flag,
      colorByCategory: flag,
    }),
  ),
  eChartsConfig: maybe(
    z.looseObject({
      series: listOf(series),
      xAxis: listOf(axis),
      yAxis: listOf(axis),
      legend: maybe(z.looseObject({ show: flag, selected: mapOf(z.boolean()) })),
    }),
  ),
  metadata,
  rowLimit,
  columnLimit: amount,
});

/** Pies and donuts. */
export const pieConfig = z.looseObject({
  groupFieldIds: texts,
  metricId: maybe(text),
  isDonut: flag,
  valueLabel: maybe(text),
  showValue: flag,
  showPercentage: flag,
  showLegend: flag,
  groupLabelOverrides: mapOf(text),
  groupColorOverrides: mapOf(text),
  groupSortOverrides: texts,
  metadata,
});

/** Funnels. */
export const funnelConfig = z.looseObject({
  /** `column`: steps are the rows, by `fieldId`. `row`: steps are the numeric columns of the first row. */
  dataInput: maybe(z.enum(['row', 'column'])),
  fieldId: maybe(text),
  labelOverrides: mapOf(text),
  colorOverrides: mapOf(text),
  showLegend: flag,
});

/** One number, with an optional comparison. */
export const bigNumberConfig = z.looseObject({
  selectedField: maybe(text),
  label: maybe(text),
  /** A compact unit: `thousands` on 0.1366, `thousand` or `K` on 1.219. */
  style: maybe(text),
  showBigNumberLabel: flag,
  showComparison: flag,
  comparisonField: maybe(text),
  comparisonFormat: maybe(text),
  comparisonLabel: maybe(text),
  flipColors: flag,
});

/** Tables: columns by field id. */
export const tableConfig = z.looseObject({
  columns: mapOf(z.looseObject({ name: maybe(text), visible: flag, frozen: flag })),
  showTableNames: flag,
  hideRowNumbers: flag,
  showColumnCalculation: flag,
  showRowCalculation: flag,
  showSubtotals: flag,
  showResultsTotal: flag,
  metricsAsRows: flag,
  rowLimit,
});

/** Treemaps. */
export const treemapConfig = z.looseObject({
  groupFieldIds: texts,
  sizeMetricId: maybe(text),
  colorMetricId: maybe(text),
});

/** Gauges. */
export const gaugeConfig = z.looseObject({
  selectedField: maybe(text),
  min: amount,
  max: amount,
  maxFieldId: maybe(text),
  customLabel: maybe(text),
  showPercentage: flag,
  sections: listOf(
    z.looseObject({
      min: amount,
      max: amount,
      minFieldId: maybe(text),
      maxFieldId: maybe(text),
      color: maybe(text),
    }),
  ),
});

/** Maps: by region, or by latitude and longitude. */
export const mapConfig = z.looseObject({
  mapType: maybe(text),
  locationType: maybe(text),
  locationFieldId: maybe(text),
  latitudeFieldId: maybe(text),
  longitudeFieldId: maybe(text),
  valueFieldId: maybe(text),
  sizeFieldId: maybe(text),
});

/** Sankey diagrams. */
export const sankeyConfig = z.looseObject({
  sourceFieldId: maybe(text),
  targetFieldId: maybe(text),
  metricFieldId: maybe(text),
});

/** A Vega-Lite specification. */
export const customConfig = z.looseObject({ spec: maybe(z.looseObject({})) });

/** Data apps: charts that an organization wrote itself. */
export const dataAppConfig = z.looseObject({ dataAppVizUuid: maybe(text), fieldMapping: maybe(z.looseObject({})) });

/** Fields that become columns, and those that stay rows, of a pivoted result. */
export const pivotConfig = z.looseObject({ columns: texts, rows: texts });

/** Order of a result's columns by field id; table calculations by name. */
export const columnsConfig = z.looseObject({ columnOrder: texts });

/** Config of bars, lines, areas and scatter charts. */
export type CartesianConfig = z.infer<typeof cartesianConfig>;
/** One series of a cartesian chart, as ECharts takes it. */
export type CartesianSeries = z.infer<typeof series>;
/** Rows that a chart shows or hides, counted from the start or the end. */
export type RowLimit = NonNullable<z.infer<typeof rowLimit>>;
/** Config of pies and donuts. */
export type PieConfig = z.infer<typeof pieConfig>;
/** Config of funnels. */
export type FunnelConfig = z.infer<typeof funnelConfig>;
/** Config of one number. */
export type BigNumberConfig = z.infer<typeof bigNumberConfig>;
/** Config of tables. */
export type TableConfig = z.infer<typeof tableConfig>;
/** Config of treemaps. */
export type TreemapConfig = z.infer<typeof treemapConfig>;
/** Config of gauges. */
export type GaugeConfig = z.infer<typeof gaugeConfig>;
/** Config of maps. */
export type MapConfig = z.infer<typeof mapConfig>;
/** Config of sankey diagrams. */
export type SankeyConfig = z.infer<typeof sankeyConfig>;
/** Config of a Vega-Lite chart. */
export type CustomConfig = z.infer<typeof customConfig>;
/** Config of data apps. */
export type DataAppConfig = z.infer<typeof dataAppConfig>;
