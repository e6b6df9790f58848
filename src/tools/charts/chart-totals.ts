import { chartDefinition } from '../../charts/chart-definition.ts';
import type { Endpoint } from '../../lightdash/endpoint.ts';
import { refuseParameters } from '../../query/execution/query-parameters.ts';
import { chartRequest, type FindChart } from '../../query/execution/query-requests.ts';
import { describeFilters, describeRule } from '../../query/filters/describe-filters.ts';
import { readParameterValues } from '../../query/parameters/parameter.ts';
import { finite, isObject, type JsonObject, list, text, texts } from '../../text/json.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { savedFilterContext } from '../query/prepare-query.ts';
import { renderTotals, type TotalsOptions, totalsFacts } from '../query/render-totals.ts';
import { hasFilterOnGroups, type Totals, totalOfChart, totalsOf } from '../query/totals.ts';
import type { ToolContext } from '../tool.ts';
import { verifyChart } from './chart-notes.ts';
import { activeRules, fanOutNotes, withDashboardRules } from './chart-query.ts';
import { chartTitle } from './chart-rows.ts';
import { type LoadedChart, prefetchChart } from './load-chart.ts';
import { type RequestedFilters, requestedFilters } from './requested-filters.ts';

const totals: ToolHandler<'CalculateTotalFromSavedChart'> = async (operation, args, context) => {
  // Not by the cache: a remembered definition would put old filters on a new number.
  const readNow = async (endpoint: Endpoint, values: JsonObject) => (await context.execute(endpoint, values)).results;
  const lookup = chartDefinition(readNow, args.chartUuid);
  const { loaded, find } = prefetchChart(lookup, context);
  const requested = await requestedFilters(args.dashboardFilters, loaded, context);
  const dashboardRules = activeRules(requested?.filters);
  const verification = verifyChart(
    loaded,
    { parameters: args.parameters, dashboardFilters: requested?.filters },
    context,
  );
  try {
    const { query, ...totals } = await totalsUnder(
      operation,
      args,
      { loaded, find, requested, dashboardRules },
      context,
    );
    const notes = [...(requested?.notes ?? []), ...totals.notes, ...(await verification.notes())];
    const { chart, explore } = await loaded;
    const words = explore && (await savedFilterContext(explore, query.filters, chart?.projectUuid, context));
    const filters = describeFilters(query.filters, words);
    return answer({ ...totals, notes }, { chart, ...(explore && { explore }), query }, { dashboardRules, filters });
  } finally {
    verification.end();
  }
};

interface ChartUnderFilters {
  readonly loaded: Promise<LoadedChart>;
  readonly find: FindChart;
  readonly requested: RequestedFilters | undefined;
  readonly dashboardRules: readonly JsonObject[];
}

/** The totals by the route that obeys the filters, and the query that they are of. */
async function totalsUnder(
  operation: Parameters<typeof totals>[0],
  args: Parameters<typeof totals>[1],
  { loaded, find, requested, dashboardRules }: ChartUnderFilters,
  context: ToolContext,
): Promise<Totals & { readonly query: JsonObject }> {
  const { chartUuid, invalidateCache, parameters } = args;
  const release = await context.server.get();
  const onV2 =
    dashboardRules.length > 0
      ? undefined
      : await totalOfChart(chartRequest({ chartUuid, invalidateCache, parameters }, find), context);
  const { chart, explore } = await loaded;
  const saved = isObject(chart?.metricQuery) ? chart.metricQuery : {};
  const query = onV2?.query ?? withDashboardRules(saved, requested?.filters, explore, release);
  const isOurs = hasFilterOnGroups({
    filters: onV2 ? { tableCalculations: filtersOf(query).tableCalculations } : query.filters,
  });
  if (chart && (isOurs || (dashboardRules.length > 0 && release.isNewer))) {
    const toTotal = {
      ...{ projectUuid: text(chart.projectUuid) ?? '', exploreId: text(chart.tableName) ?? '', query, index: explore },
      parameters: { written: parameters, saved: readParameterValues(chart.parameters) },
    };
    return { ...(await totalsOf(toTotal, context)), query };
  }
  if (onV2) return onV2;
  refuseParameters({ written: parameters });
  const sent = requested ? { ...args, dashboardFilters: requested.filters } : args;
  return { totals: asObject((await context.execute(operation, sent)).results), notes: [], query };
}

function answer(
  { totals: found, notes }: Totals,
  { chart, explore, query }: LoadedChart & { readonly query: JsonObject },
  { dashboardRules, filters }: { readonly dashboardRules: readonly JsonObject[]; readonly filters: readonly string[] },
) {
  const limit = finite(query.limit);
  const isLimited = list(query.dimensions).length > 0 && limit !== undefined && limit < DEFAULT_LIMIT;
  const options: TotalsOptions = {
    title: chartTitle(chart, text(chart?.tableName) ?? '?') ?? 'the chart',
    filters,
    notes: [
      ...(chart === undefined ? ['The chart could not be read: its filters hold, and are not named here.'] : []),
      ...dashboardRules
        .flatMap((rule) => describeRule(rule) ?? [])
        .map((rule) => `Dashboard filter, if the chart's explore has the table: ${rule}.`),
      ...(isLimited ? [`The chart shows ${limit} rows at most: its limit is not applied here.`] : []),
      ...(explore ? fanOutNotes(explore, query) : []),
      ...notes,
    ],
    hasMetrics: chart === undefined || texts(query.metrics).length > 0,
    fields: explore?.fields,
  };
  return { text: renderTotals(found, options), data: totalsFacts(found, options), isWholeInData: true } as const;
}

/** The limit of a chart that sets none. */
const DEFAULT_LIMIT = 500;

const asObject = (value: unknown): JsonObject => (isObject(value) ? value : {});
const filtersOf = (query: JsonObject): JsonObject => asObject(query.filters);

/** Handler of the totals of a saved chart. */
export const chartTotalsHandlers = { CalculateTotalFromSavedChart: totals } satisfies ToolHandlers;
