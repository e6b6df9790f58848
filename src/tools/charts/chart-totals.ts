import { chartDefinition } from '../../charts/chart-definition.ts';
import type { Endpoint } from '../../lightdash/route.ts';
import { refuseParameters } from '../../query/execution/query-parameters.ts';
import { chartRequest } from '../../query/execution/query-requests.ts';
import { describeFilters, describeRule } from '../../query/filters/describe-filters.ts';
import { filterKinds } from '../../query/filters/lightdash-filters.ts';
import { readParameterValues } from '../../query/parameters/parameter.ts';
import { finite, isObject, type JsonObject, list, text, texts } from '../../text/json.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { renderTotals, type TotalsOptions, totalsFacts } from '../query/render-totals.ts';
import { hasFilterOnGroups, type Totals, totalOfChart, totalsOf } from '../query/totals.ts';
import { activeRules, fanOutNotes, withDashboardRules } from './chart-query.ts';
import { chartTitle } from './chart-rows.ts';
import { type LoadedChart, prefetchChart } from './load-chart.ts';
import { requestedFilters } from './requested-filters.ts';

const totals: ToolHandler<'CalculateTotalFromSavedChart'> = async (operation, args, context) => {
  // Not by the cache: a remembered definition would put old filters on a new number.
  const readNow = async (endpoint: Endpoint, values: JsonObject) => (await context.execute(endpoint, values)).results;
  const lookup = chartDefinition(readNow, args.chartUuid);
  const { loaded, find } = prefetchChart(lookup, context);
  const requested = await requestedFilters(args.dashboardFilters, loaded, context);
  const dashboardRules = filterKinds.flatMap((kind) => activeRules(requested?.filters, kind));
  const onV2 =
    dashboardRules.length > 0
      ? undefined
      : await totalOfChart(
          chartRequest(
            { chartUuid: args.chartUuid, invalidateCache: args.invalidateCache, parameters: args.parameters },
            find,
          ),
          context,
        );
  const { chart, explore } = await loaded;
  const saved = isObject(chart?.metricQuery) ? chart.metricQuery : {};
  const query = onV2?.query ?? withDashboardRules(saved, requested?.filters, explore);
  const isOurs = hasFilterOnGroups({
    filters: onV2 ? { tableCalculations: filtersOf(query).tableCalculations } : query.filters,
  });
  const totalOnV1 = async () => {
    refuseParameters({ written: args.parameters });
    const sent = requested ? { ...args, dashboardFilters: requested.filters } : args;
    return asObject((await context.execute(operation, sent)).results);
  };
  const totals: Totals =
    chart && (isOurs || (dashboardRules.length > 0 && onV2 === undefined && (await context.server.get()).isNewer))
      ? await totalsOf(
          {
            projectUuid: text(chart.projectUuid) ?? '',
            exploreId: text(chart.tableName) ?? '',
            query,
            index: explore,
            parameters: { written: args.parameters, saved: readParameterValues(chart.parameters) },
          },
          context,
        )
      : (onV2 ?? { totals: await totalOnV1(), notes: [] });
  return answer(
    { ...totals, notes: [...(requested?.notes ?? []), ...totals.notes] },
    { ...(await loaded), query },
    dashboardRules,
  );
};

function answer(
  { totals: found, notes }: Totals,
  { chart, explore, query }: LoadedChart & { readonly query: JsonObject },
  dashboardRules: readonly JsonObject[],
) {
  const limit = finite(query.limit);
  const isLimited = list(query.dimensions).length > 0 && limit !== undefined && limit < DEFAULT_LIMIT;
  const options: TotalsOptions = {
    title: chartTitle(chart, text(chart?.tableName) ?? '?') ?? 'the chart',
    filters: describeFilters(query.filters),
    notes: [
      ...dashboardRules
        .flatMap((rule) => describeRule(rule) ?? [])
        .map((rule) => `Dashboard filter, if the chart's explore has the table: ${rule}.`),
      ...(isLimited ? [`The chart shows ${limit} rows at most: its limit is not applied here.`] : []),
      ...(explore ? fanOutNotes(explore, query) : []),
      ...notes,
    ],
    hasMetrics: texts(query.metrics).length > 0,
    fields: explore?.fields,
  };
  return { text: renderTotals(found, options), data: totalsFacts(found, options), isWholeInData: true } as const;
}

/** The limit of a chart that sets none. */
const DEFAULT_LIMIT = 500;

const asObject = (value: unknown): JsonObject => (isObject(value) ? value : {});
const filtersOf = (query: JsonObject): JsonObject => asObject(query.filters);

export const chartTotalsHandlers = { CalculateTotalFromSavedChart: totals } satisfies ToolHandlers;
