import * as z from 'zod';
import * as schemas from './schemas.ts';

/** A chart's configuration by its type; `unknown` is a type of a later release, or no type. */
export type SavedChartConfig =
  | { readonly type: 'cartesian'; readonly config: schemas.CartesianConfig }
  | { readonly type: 'pie'; readonly config: schemas.PieConfig }
  | { readonly type: 'funnel'; readonly config: schemas.FunnelConfig }
  | { readonly type: 'big_number'; readonly config: schemas.BigNumberConfig }
  | { readonly type: 'table'; readonly config: schemas.TableConfig }
  | { readonly type: 'treemap'; readonly config: schemas.TreemapConfig }
  | { readonly type: 'gauge'; readonly config: schemas.GaugeConfig }
  | { readonly type: 'map'; readonly config: schemas.MapConfig }
  | { readonly type: 'sankey'; readonly config: schemas.SankeyConfig }
  | { readonly type: 'custom'; readonly config: schemas.CustomConfig }
  | { readonly type: 'data_app_viz'; readonly config: schemas.DataAppConfig }
  | { readonly type: 'unknown'; readonly config: { readonly type?: string | undefined } };

const savedConfig = z.looseObject({ type: z.string().optional().catch(undefined), config: z.unknown().optional() });

/** Reads `chartConfig`, `{type, config}`. A missing configuration is an empty one: the web app shows its defaults. */
export function readChartConfig(chartConfig: unknown): SavedChartConfig {
  const { type, config } = savedConfig.safeParse(chartConfig).data ?? {};
  const read = <Schema extends z.ZodType>(schema: Schema): z.output<Schema> => {
    const result = schema.safeParse(config);
    return result.success ? result.data : schema.parse({});
  };
  switch (type) {
    case 'cartesian':
      return { type, config: read(schemas.cartesianConfig) };
    case 'pie':
      return { type, config: read(schemas.pieConfig) };
    case 'funnel':
      return { type, config: read(schemas.funnelConfig) };
    case 'big_number':
      return { type, config: read(schemas.bigNumberConfig) };
    case 'table':
      return { type, config: read(schemas.tableConfig) };
    case 'treemap':
      return { type, config: read(schemas.treemapConfig) };
    case 'gauge':
      return { type, config: read(schemas.gaugeConfig) };
    case 'map':
      return { type, config: read(schemas.mapConfig) };
    case 'sankey':
      return { type, config: read(schemas.sankeyConfig) };
    case 'custom':
      return { type, config: read(schemas.customConfig) };
    case 'data_app_viz':
      return { type, config: read(schemas.dataAppConfig) };
    default:
      return { type: 'unknown', config: { type: type || undefined } };
  }
}
