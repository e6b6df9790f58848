import { defaultKind, type RowFacts } from '../default-kind.ts';

/** The kinds of charts that can be written. */
export const lookKinds = [
  'bar',
  'horizontal_bar',
  'stacked_bar',
  'stacked_bar_100',
  'line',
  'area',
  'scatter',
  'mixed',
  'pie',
  'donut',
  'funnel',
  'table',
  'big_number',
  'treemap',
  'gauge',
  'map',
  'sankey',
] as const;

/** A kind of chart that can be saved. */
export type LookKind = (typeof lookKinds)[number];

/** The look of a chart, by field ids. */
export interface Look {
  readonly show: LookKind;
  /** The field along the axis; the groups of a pie, a treemap or a map; the source of a sankey diagram. */
  readonly x?: string | undefined;
  /** The fields drawn as values. */
  readonly y: readonly string[];
  /** Fields whose values become series, or columns of a table; the target of a sankey diagram. */
  readonly splitBy: readonly string[];
}

/** A request for a look; parts that are left out are filled in. */
export interface LookRequest {
  readonly show?: LookKind | undefined;
  readonly x?: string | undefined;
  readonly y?: readonly string[] | undefined;
  readonly splitBy?: readonly string[] | undefined;
}

/** Facts about the rows of the query for the fields of a look; undefined if the rows are not read. */
export type RowsOf = (look: Omit<Look, 'show'> & { readonly x: string }) => RowFacts | undefined;

/** A column of the chart's query, in the order of the query: dimensions, metrics, table calculations. */
export interface ChartField {
  readonly id: string;
  readonly role: 'dimension' | 'metric' | 'calculation';
  readonly isNumeric: boolean;
  /** A date, a time, or a grain of one. */
  readonly isTime: boolean;
  /** Its values have an order of their own: weekdays, numbers. */
  readonly isOrdinal?: boolean | undefined;
  /** Its values add up: sums and counts. */
  readonly isAdditive: boolean;
  /** An average, an extreme or a ratio: values that never add up. */
  readonly isAverage?: boolean | undefined;
  /** `USD`, `%`, …; values of different units have different axes. */
  readonly unit?: string | undefined;
}

/** The requested look does not fit the query; the message lists what would. */
export class LookError extends Error {
  override readonly name = 'LookError';
}

/**
 * Fills in what a request leaves out and checks it against the fields of the query.
 * @throws {LookError} if a field is not in the query, or the kind needs other fields.
 */
export function completeLook(request: LookRequest, fields: readonly ChartField[], rowsOf?: RowsOf): Look {
  for (const id of [request.x, ...(request.y ?? []), ...(request.splitBy ?? [])]) {
    if (id !== undefined && !fields.some((field) => field.id === id)) throw new LookError(notInQuery(id, fields));
  }
  const look = withFields(request.show ?? defaultShow(request, fields, rowsOf), request, fields);
  const problem = lookProblem(look, fields);
  if (problem !== undefined) throw new LookError(problem);
  return look;
}

const notInQuery = (id: string, fields: readonly ChartField[]): string =>
  `${id} is not in the chart's query, which has ${fields.map((field) => field.id).join(', ') || 'no fields'}.`;

/** The kind of a request that leaves it out. A chart splits by one field by itself; Lightdash has no heatmap. */
function defaultShow(request: LookRequest, fields: readonly ChartField[], rowsOf: RowsOf | undefined): LookKind {
  const dimensions = fields.filter(({ role }) => role === 'dimension');
  const values = valuesOf(request, fields);
  const x = fields.find(({ id }) => id === request.x) ?? dimensions.find(({ isTime }) => isTime) ?? dimensions[0];
  const splits = request.splitBy ?? dimensions.filter((field) => field !== x).map(({ id }) => id);
  if (dimensions.length > 2 && request.splitBy === undefined) return 'table';
  if (x !== undefined && x.role !== 'dimension') return 'scatter';
  const [unit] = values.map((value) => value.unit);
  const kind = defaultKind({
    x: x && (x.isTime ? 'time' : x.isNumeric ? 'number' : 'category'),
    splits: splits.length,
    metrics: values.length,
    units: new Set(values.map((value) => value.unit)).size,
    isAdditive: values.filter((value) => value.unit === unit).every(({ isAdditive }) => isAdditive),
    rows: x && rowsOf?.({ x: x.id, y: values.map(({ id }) => id), splitBy: splits }),
  });
  if (kind === 'number') return 'big_number';
  if (kind === 'heatmap') return 'bar';
  return x === undefined ? 'table' : kind;
}

function valuesOf({ x, y }: LookRequest, fields: readonly ChartField[]): readonly ChartField[] {
  if (y !== undefined) return y.flatMap((id) => fields.find((field) => field.id === id) ?? []);
  return fields.filter(({ id, role, isNumeric }) => role !== 'dimension' && isNumeric && id !== x);
}

function withFields(show: LookKind, request: LookRequest, fields: readonly ChartField[]): Look {
  const values = valuesOf(request, fields).map(({ id }) => id);
  const dimensions = fields.filter(({ role }) => role === 'dimension');
  const ids = dimensions.map(({ id }) => id);
  switch (show) {
    case 'table':
      return { show, x: request.x, y: values, splitBy: request.splitBy ?? [] };
    case 'big_number':
    case 'gauge':
      return { show, y: values.slice(0, 1), splitBy: [] };
    case 'funnel':
      return { show, x: request.x ?? ids[0], y: ids.length === 0 ? values : values.slice(0, 1), splitBy: [] };
    case 'scatter': {
      const [first, ...others] = values;
      const x = request.x ?? (values.length > 1 ? first : ids[0]);
      return { show, x, y: request.y ?? (x === first ? others : values), splitBy: request.splitBy ?? [] };
    }
    case 'pie':
    case 'donut':
    case 'treemap':
    case 'map':
    case 'sankey': {
      const x = request.x ?? ids[0];
      const others = ids.filter((id) => id !== x);
      const isNested = show === 'sankey' || show === 'treemap';
      return {
        show,
        x,
        y: values.slice(0, show === 'treemap' ? 2 : 1),
        splitBy: request.splitBy ?? (isNested ? others : []),
      };
    }
    case 'bar':
    case 'horizontal_bar':
    case 'stacked_bar':
    case 'stacked_bar_100':
    case 'line':
    case 'area':
    case 'mixed': {
      const split = request.splitBy ?? [];
      const free = dimensions.filter(({ id }) => !split.includes(id));
      const x = request.x ?? (free.find(({ isTime }) => isTime) ?? free[0])?.id;
      const others = ids.filter((id) => id !== x && !values.includes(id));
      return { show, x, y: values, splitBy: request.splitBy ?? (others.length === 1 ? others : []) };
    }
    default:
      return show satisfies never;
  }
}

/** The reason why a look does not fit, in one sentence; undefined if it fits. */
function lookProblem({ show, x, y, splitBy }: Look, fields: readonly ChartField[]): string | undefined {
  if (show === 'table') return undefined;
  const name = show.replaceAll('_', ' ');
  const text = y.find((id) => fields.some((field) => field.id === id && !field.isNumeric));
  if (y.length === 0) return `A ${name} chart needs a numeric field for y; the query has none.`;
  if (text !== undefined && show !== 'big_number')
    return `${text} is not a number, so it cannot be y of a ${name} chart.`;
  if (show === 'big_number' || show === 'gauge' || show === 'funnel') return undefined;
  if (x === undefined)
    return `A ${name} chart needs a field for x, and the query has no dimension; big_number or table fit.`;
  if (y.includes(x) || splitBy.includes(x)) return `${x} is x already; y and split_by take other fields.`;
  if (show === 'sankey' && splitBy.length !== 1) {
    return `A sankey diagram needs x (from) and one split_by (to); the query has ${splitBy.length === 0 ? 'one dimension' : 'more dimensions'}.`;
  }
  if ((show === 'pie' || show === 'donut' || show === 'map') && splitBy.length > 0)
    return `A ${name} chart has no split_by.`;
  return undefined;
}
