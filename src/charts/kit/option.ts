import type { ChartSpec, TableSpec } from '../spec/spec.ts';
import { cartesianOption } from './cartesian-option.ts';
import type { Canvas } from './layout.ts';
import { gaugeOption, heatmapOption, numberOption, slicesOption } from './other-options.ts';

/** Specs that are drawn; a table stays text. */
export type DrawnSpec = Exclude<ChartSpec, TableSpec>;

/** True for all specs but tables, which are text. */
export const isDrawn = (spec: ChartSpec): spec is DrawnSpec => spec.kind !== 'table';

/** ECharts option of a spec. Everything is placed here: ECharts' defaults differ between releases. */
export function echartsOption(spec: DrawnSpec, canvas: Canvas): Record<string, unknown> {
  return {
    backgroundColor: canvas.theme.background,
    useUTC: true,
    animation: false,
    textStyle: { fontFamily: canvas.theme.fontFamily },
    ...optionOf(spec, canvas),
  };
}

function optionOf(spec: DrawnSpec, canvas: Canvas): object {
  switch (spec.kind) {
    case 'cartesian':
      return cartesianOption(spec, canvas);
    case 'pie':
    case 'funnel':
    case 'treemap':
      return slicesOption(spec, canvas);
    case 'number':
      return numberOption(spec, canvas);
    case 'gauge':
      return gaugeOption(spec, canvas);
    case 'heatmap':
      return heatmapOption(spec, canvas);
    default:
      return spec satisfies never;
  }
}
