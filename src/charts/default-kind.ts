/** The kinds that are chosen for a chart without a requested one. */
type DefaultKind = 'number' | 'table' | 'bar' | 'stacked_bar' | 'line' | 'mixed' | 'scatter' | 'heatmap';

/** The parts of a chart as far as its kind depends on them. */
export interface ChartShape {
  /** Type of the dimension along x; undefined without dimensions. */
  readonly x: 'time' | 'category' | 'ordinal' | 'number' | undefined;
  /** Number of dimensions whose values become series. */
  readonly splits: number;
  /** Number of metrics. */
  readonly metrics: number;
  /** Number of units among the metrics. */
  readonly units: number;
  /** The metrics on the left axis add up: sums and counts. */
  readonly isAdditive: boolean;
  /** Undefined for a query whose rows are not read. */
  readonly rows?: RowFacts | undefined;
}

/** Facts about the rows of a chart. */
export interface RowFacts {
  readonly count: number;
  /** Number of distinct values along x. */
  readonly groups: number;
  readonly series: number;
  readonly hasNegatives: boolean;
}

/** Periods up to which a trend of sums is drawn as bars. */
const MAX_BAR_PERIODS = 12;
const MAX_STACKED_PERIODS = 24;
const MAX_SERIES_SIDE_BY_SIDE = 4;
const MAX_GROUPS_SIDE_BY_SIDE = 8;
const MIN_SCATTER_POINTS = 20;

/**
 * The kind that suits the fields best, and the rows if they are read: the default of pictures and of new saved charts.
 * Bars without a dimension have a metric each; `mixed` is bars with a line or points on a second axis.
 */
export function defaultKind(shape: ChartShape): DefaultKind {
  const { x, splits, metrics, units, rows } = shape;
  if (metrics === 0) return 'table';
  if (x === undefined) return metrics === 1 ? 'number' : units === 1 ? 'bar' : 'table';
  if (rows?.count === 1 && metrics === 1) return 'number';
  if (x === 'time') return overTime(shape);
  if (splits > 0) return byTwoCategories(shape);
  if (metrics === 2 && x === 'category' && rows && rows.count >= MIN_SCATTER_POINTS) return 'scatter';
  return units > 1 ? 'mixed' : 'bar';
}

function overTime({ splits, metrics, units, isAdditive, rows }: ChartShape): DefaultKind {
  if (splits > 0) {
    const isStackable = isAdditive && metrics === 1 && rows && !rows.hasNegatives && rows.groups <= MAX_STACKED_PERIODS;
    return isStackable ? 'stacked_bar' : 'line';
  }
  if (units > 1) return isAdditive && (rows?.groups ?? 0) <= MAX_BAR_PERIODS ? 'mixed' : 'line';
  return isAdditive && rows && rows.groups <= MAX_BAR_PERIODS ? 'bar' : 'line';
}

function byTwoCategories({ splits, metrics, units, isAdditive, rows }: ChartShape): DefaultKind {
  const bars = units > 1 ? 'mixed' : 'bar';
  if (rows && rows.series <= MAX_SERIES_SIDE_BY_SIDE && rows.groups <= MAX_GROUPS_SIDE_BY_SIDE) return bars;
  if (metrics === 1 && isAdditive && !rows?.hasNegatives) return 'stacked_bar';
  return rows && metrics === 1 && splits === 1 ? 'heatmap' : bars;
}
