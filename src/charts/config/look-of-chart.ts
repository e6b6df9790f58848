import { cartesianFields, stackingOf } from './layout.ts';
import { LookError, type LookKind, type LookRequest } from './look.ts';
import type { ChartModel } from './read-chart.ts';

/**
 * The look that a saved chart has, as a request to change from: its parts may name fields that its query no longer has.
 * @throws {LookError} for kinds that only the web app writes (Vega-Lite, data apps).
 */
export function lookOfChart({ chart, kind, pivotColumns }: ChartModel): LookRequest {
  switch (chart.type) {
    case 'cartesian': {
      const { x, y } = cartesianFields(chart.config);
      return { show: cartesianKind(kind, stackingOf(chart.config)), x, y, splitBy: pivotColumns };
    }
    case 'pie': {
      const { groupFieldIds = [], metricId, isDonut } = chart.config;
      return { show: isDonut === true ? 'donut' : 'pie', x: groupFieldIds[0], ...values(metricId) };
    }
    case 'funnel':
      return { show: 'funnel', ...values(chart.config.fieldId) };
    case 'big_number':
      return { show: 'big_number', ...values(chart.config.selectedField) };
    case 'table':
      return { show: 'table', splitBy: pivotColumns };
    case 'treemap': {
      const [x, ...splitBy] = chart.config.groupFieldIds ?? [];
      return { show: 'treemap', x, splitBy, ...values(chart.config.sizeMetricId, chart.config.colorMetricId) };
    }
    case 'gauge':
      return { show: 'gauge', ...values(chart.config.selectedField) };
    case 'map':
      return { show: 'map', x: chart.config.locationFieldId, ...values(chart.config.valueFieldId) };
    case 'sankey': {
      const { sourceFieldId, targetFieldId, metricFieldId } = chart.config;
      return {
        show: 'sankey',
        x: sourceFieldId,
        splitBy: targetFieldId ? [targetFieldId] : [],
        ...values(metricFieldId),
      };
    }
    case 'custom':
    case 'data_app_viz':
    case 'unknown':
      throw new LookError(
        `Only Lightdash's web app changes how a ${kind.replaceAll('_', ' ')} chart looks; give show to make it another kind.`,
      );
    default:
      return chart satisfies never;
  }
}

function values(...ids: readonly (string | undefined)[]): { readonly y?: readonly string[] } {
  const present = ids.flatMap((id) => id ?? []);
  return present.length > 0 ? { y: present } : {};
}

function cartesianKind(kind: string, stacking: 'none' | 'stack' | 'stack100'): LookKind {
  switch (kind) {
    case 'line':
    case 'area':
    case 'scatter':
    case 'mixed':
      return kind;
    default:
      if (stacking !== 'none') return stacking === 'stack100' ? 'stacked_bar_100' : 'stacked_bar';
      return kind === 'horizontal_bar' ? 'horizontal_bar' : 'bar';
  }
}

/** Kinds that show no series split by a field. */
const withoutSplit: ReadonlySet<LookKind> = new Set(['pie', 'donut', 'funnel', 'big_number', 'gauge', 'map']);

/**
 * Lays a request over the look that a chart has. Fields carry over to another kind as far as it uses them; fields that
 * the query no longer has are left out.
 */
export function changeLook(model: ChartModel, request: LookRequest, queryFields: ReadonlySet<string>): LookRequest {
  const current = request.show === undefined ? lookOfChart(model) : lookIfReadable(model);
  const show = request.show ?? current.show;
  const x = current.x !== undefined && queryFields.has(current.x) ? current.x : undefined;
  const y = current.y?.filter((id) => queryFields.has(id));
  const splitBy = show && withoutSplit.has(show) ? undefined : current.splitBy?.filter((id) => queryFields.has(id));
  const taken = new Set([...(request.y ?? []), ...(request.splitBy ?? [])]);
  return {
    show,
    x: request.x ?? (x !== undefined && taken.has(x) ? undefined : x),
    y: request.y ?? (y && y.length > 0 ? y.filter((id) => id !== request.x) : undefined),
    splitBy: request.splitBy ?? splitBy?.filter((id) => id !== request.x),
  };
}

function lookIfReadable(model: ChartModel): LookRequest {
  try {
    return lookOfChart(model);
  } catch (error) {
    if (error instanceof LookError) return {};
    throw error;
  }
}
