import * as z from 'zod';

const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

/** A tile on the grid of its tab: `x` and `w` in columns of 36, `y` and `h` in rows. Loose: unknown keys are kept. */
const tileSchema = z.looseObject({
  uuid: z.string(),
  type: z.string(),
  x: z.number(),
  y: z.number(),
  w: z.number(),
  h: z.number(),
  tabUuid: z.string().nullish(),
  properties: z.looseObject({
    title: maybe(z.string().nullable()),
    chartName: maybe(z.string().nullable()),
    text: maybe(z.string()),
    savedChartUuid: maybe(z.string().nullable()),
    savedSqlUuid: maybe(z.string().nullable()),
    /** The chart is kept inside of the dashboard, and deleted with its tile's dashboard. */
    belongsToDashboard: maybe(z.boolean()),
  }),
});

const tabSchema = z.looseObject({ uuid: z.string(), name: z.string(), order: z.number() });

const rules = z.array(z.looseObject({}));
const filtersSchema = z.looseObject({
  dimensions: rules.default([]),
  metrics: rules.default([]),
  tableCalculations: rules.default([]),
});

/**
 * The parts of a dashboard that a change of its tiles sends: those left out are emptied by the server, so all of them go
 * back (measured on 1.219).
 */
const dashboardSchema = z.object({
  tiles: z.array(tileSchema),
  tabs: z.array(tabSchema).default([]),
  filters: filtersSchema,
  config: z.looseObject({}).nullish(),
  parameters: z.looseObject({}).nullish(),
});

/** A tile as Lightdash stores it; x, y, w and h are cells of a grid of 36 columns. */
export type Tile = z.infer<typeof tileSchema>;
/** A tab; `order` is its position from 0. */
export type Tab = z.infer<typeof tabSchema>;
/** Filter rules that all tiles of a dashboard get, by kind of field. */
export type DashboardFilters = z.infer<typeof filtersSchema>;

/** The content of one version of a dashboard. `config` and `parameters` are absent on 0.1366. */
export interface DashboardContent {
  readonly tiles: readonly Tile[];
  readonly tabs: readonly Tab[];
  readonly filters: DashboardFilters;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** No rules: the filters of a new dashboard. */
export const noFilters: DashboardFilters = { dimensions: [], metrics: [], tableCalculations: [] };

/** Reads the content of what GET dashboard answers. Undefined if it has another shape: then nothing may be written. */
export function readDashboard(source: unknown): DashboardContent | undefined {
  const { data } = dashboardSchema.safeParse(source);
  if (data === undefined) return undefined;
  const { tiles, tabs, filters, config, parameters } = data;
  return { tiles, tabs, filters, ...(config && { config }), ...(parameters && { parameters }) };
}

/** The name under which a tile is seen: its title, else its chart's name, else the text of a heading. */
export function tileName({ type, properties }: Tile): string {
  return properties.title || properties.chartName || properties.text || type.replaceAll('_', ' ');
}
