import * as z from 'zod';
import { chartKind } from './chart-kinds.ts';
import { readChartConfig, type SavedChartConfig } from './saved-config.ts';
import { columnsConfig, pivotConfig } from './schemas.ts';

/** The saved look of a chart. */
export interface ChartModel {
  readonly chart: SavedChartConfig;
  /** As Lightdash's lists name it: vertical_bar, horizontal_bar, line, area, scatter, mixed, pie, … */
  readonly kind: string;
  /** Fields whose values become series, or columns of a table. */
  readonly pivotColumns: readonly string[];
  readonly pivotRows: readonly string[];
  /** Field ids in the order of the result's columns. */
  readonly columnOrder: readonly string[];
}

const savedChart = z.looseObject({
  chartConfig: z.unknown().optional(),
  pivotConfig: pivotConfig.optional().catch(undefined),
  tableConfig: columnsConfig.optional().catch(undefined),
});

/**
 * Reads how a saved chart looks. `chart` is what GET /api/v1/saved/{chartUuid} answers, a version of it, or a chart as
 * code. Never throws: what cannot be read is absent.
 */
export function readChart(chart: unknown): ChartModel {
  const saved = savedChart.safeParse(chart).data;
  const config = readChartConfig(saved?.chartConfig);
  return {
    chart: config,
    kind: chartKind(config),
    pivotColumns: saved?.pivotConfig?.columns ?? [],
    pivotRows: saved?.pivotConfig?.rows ?? [],
    columnOrder: saved?.tableConfig?.columnOrder ?? [],
  };
}
