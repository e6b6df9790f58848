/**
 * ECharts with the parts that our charts need, and what turns a spec into its option. Built into one file that the picture
 * loads in Node and the App in the browser.
 */
import {
  BarChart,
  FunnelChart,
  GaugeChart,
  HeatmapChart,
  LineChart,
  PieChart,
  ScatterChart,
  TreemapChart,
} from 'echarts/charts';
import {
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import { init, setPlatformAPI, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';

use([
  BarChart,
  FunnelChart,
  GaugeChart,
  HeatmapChart,
  LineChart,
  PieChart,
  ScatterChart,
  TreemapChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  TooltipComponent,
  VisualMapComponent,
  LabelLayout,
  SVGRenderer,
]);

export { formatValue } from '../spec/formats.ts';
export { xNames } from '../spec/summary.ts';
export { csvOf, tableOf } from '../spec/table.ts';
export { shares } from './cartesian-option.ts';
export { heightFor, type Measure } from './layout.ts';
export { countHiddenNames } from './names.ts';
export { echartsOption, isDrawn } from './option.ts';
export { THEMES } from './theme.ts';
export { init, setPlatformAPI };
