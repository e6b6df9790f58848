import { chartDefinition } from '../../charts/chart-definition.ts';
import { tableColumns } from '../../charts/config/layout.ts';
import { readChart } from '../../charts/config/read-chart.ts';
import { savedQueryOf } from '../../query/builder/saved-query.ts';
import { refuseParameters } from '../../query/execution/query-parameters.ts';
import { chartRequest, type FindChart, metricQueryRequest } from '../../query/execution/query-requests.ts';
import type { QueryRequest } from '../../query/execution/run-query.ts';
import type { FieldIndex } from '../../query/fields/field.ts';
import { noDashboardFilters } from '../../query/filters/dashboard-filters.ts';
import { describeFilters, describeRule } from '../../query/filters/describe-filters.ts';
import { readParameterValues } from '../../query/parameters/parameter.ts';
import { finite, isObject, type JsonObject, text, texts } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import { verifyChart } from '../charts/chart-notes.ts';
import { activeRules, withDashboardRules } from '../charts/chart-query.ts';
import { chartTitle } from '../charts/chart-rows.ts';
import { type LoadedChart, prefetchChart } from '../charts/load-chart.ts';
import { requestedFilters } from '../charts/requested-filters.ts';
import { orSqlChart, sqlChartRun } from '../charts/sql-chart-run.ts';
import { fileFolder } from '../files/saved-file.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { savedFilterContext } from '../query/prepare-query.ts';
import { runForRelease } from '../release-fallback.ts';
import type { FileLayout, ToolContext } from '../tool.ts';
import { fileByJob, fileByQuery } from './csv-file.ts';
import { rawBooleanNotes } from './raw-booleans.ts';
import { limitOfFile, rowLimit } from './row-limit.ts';

const exportAnyChart: ToolHandler<'DownloadCsvFromSavedChart'> = (operation, args, context) =>
  orSqlChart(
    args.chartUuid,
    context,
    () => exportChart(operation, args, context),
    async (chart) => {
      if (!(await context.server.get()).isNewer)
        throw new ArgumentsError([
          `chartUuid: this Lightdash makes no file of an SQL chart; run_saved_chart has its rows`,
        ]);
      const { onlyRaw, parameters: written, csvLimit, dashboardFilters } = args;
      const problems = [
        ...(csvLimit === undefined ? [] : ['csvLimit: an SQL chart has its own limit, which update_sql_chart sets']),
        ...(dashboardFilters === undefined
          ? []
          : ['dashboardFilters: the file of an SQL chart takes none; its parameters filter it, or a WHERE of its own']),
      ];
      if (problems.length > 0) throw new ArgumentsError(problems);
      const { request, definition } = sqlChartRun(chart, context, { parameters: { written } });
      const save = saveTarget(args, chart.name, context);
      const limit = finite((await definition).limit);
      return fileByQuery(request, { layout: { onlyRaw }, limit, save }, context);
    },
  );

/** @throws {ArgumentsError} if the file is to be saved, and the settings name no folder. */
const saveTarget = (
  { save }: { readonly save?: boolean | undefined },
  title: string | undefined,
  context: ToolContext,
) => (save ? { folder: fileFolder(context), title: title ?? 'chart' } : undefined);

const exportChart: ToolHandler<'DownloadCsvFromSavedChart'> = (operation, args, context) =>
  runForRelease(context, {
    async older() {
      refuseParameters({ written: args.parameters });
      const { loaded } = prefetchChart(currentChart(args.chartUuid, context), context);
      const requested = await requestedFilters(args.dashboardFilters, loaded, context);
      const dashboardFilters = requested?.filters ?? args.dashboardFilters ?? noDashboardFilters;
      const { chart } = await loaded;
      const save = saveTarget(args, text(chart?.name), context);
      const query = savedQueryOf(chart) ?? {};
      const limit = chart === undefined && args.csvLimit === undefined ? 'unread' : limitOfFile(args.csvLimit, query);
      const verification = verifyChart(loaded, { dashboardFilters, parameters: undefined }, context);
      const run = fileByJob(operation, { ...args, dashboardFilters }, context, limit, save);
      run.catch(verification.end);
      const answer = await run;
      const summary = await rowsSummary(loaded, dashboardFilters, args.onlyRaw, context);
      const lines = [...(requested?.notes ?? []), answer.text, ...summary, ...(await noteLines(verification))];
      return { ...answer, text: lines.join('\n') };
    },
    async newer() {
      const { chartUuid, csvLimit, onlyRaw, dashboardFilters, parameters: written } = args;
      const { loaded, find } = prefetchChart(currentChart(chartUuid, context), context);
      const { chart = {}, explore } = await loaded;
      const query = isObject(chart.metricQuery) ? chart.metricQuery : {};
      const limit = await rowLimit(csvLimit, query, context);
      const requested = await requestedFilters(dashboardFilters, loaded, context);
      const notes = foreignFilterNotes(requested?.filters, explore);
      const isFiltered = activeRules(requested?.filters).length > 0;
      const findWithLimit: FindChart = async () => {
        const source = await find();
        return source && { ...source, limit: limit ?? source.limit };
      };
      // v2 takes dashboard filters only with a dashboard, which this operation does not name.
      const filtered = withDashboardRules(query, requested?.filters, explore, { isNewer: true });
      const request = isFiltered
        ? await filteredRequest(chart, filtered, findWithLimit)
        : chartRequest({ chartUuid }, findWithLimit);
      const saved = isFiltered ? readParameterValues(chart.parameters) : undefined;
      const save = saveTarget(args, text(chart.name), context);
      const verification = verifyChart(loaded, { dashboardFilters: requested?.filters, parameters: written }, context);
      const layout = layoutOf(chart, onlyRaw);
      const run = fileByQuery({ ...request, parameters: { written, saved } }, { layout, save }, context);
      run.catch(verification.end);
      const answer = await run;
      const summary = await rowsSummary(loaded, requested?.filters, onlyRaw, context);
      const lines = [
        ...(requested?.notes ?? []),
        ...notes,
        ...(args.tileUuid === undefined ? [] : ['Note: tileUuid has no effect in this release of Lightdash.']),
        answer.text,
        ...summary,
        ...(await noteLines(verification)),
      ];
      return { ...answer, text: lines.join('\n') };
    },
  });

/** Not by the cache: a remembered definition would put old filters on new rows. */
const currentChart = (chartUuid: string, { execute }: ToolContext) =>
  chartDefinition(async (endpoint, values) => (await execute(endpoint, values)).results, chartUuid);

/** A line with the chart and the filters of a file's rows. */
async function rowsSummary(
  loaded: Promise<LoadedChart>,
  dashboardFilters: unknown,
  onlyRaw: boolean | undefined,
  context: ToolContext,
): Promise<readonly string[]> {
  const { chart, explore } = await loaded;
  const saved = savedQueryOf(chart);
  if (saved === undefined) return [];
  const { filters } = withDashboardRules(saved, dashboardFilters, explore, await context.server.get());
  const words = describeFilters(
    filters,
    explore && (await savedFilterContext(explore, filters, chart?.projectUuid, context)),
  );
  const title = chartTitle(chart, text(chart?.tableName) ?? '?') ?? 'the chart';
  const ids = [...texts(saved.dimensions), ...texts(saved.metrics)];
  const notes = rawBooleanNotes(
    ids.map((id) => explore?.fields.get(id)),
    onlyRaw,
  );
  return [
    plainText(`Rows of ${title}. ${words.length > 0 ? `Filters: ${words.join('; ')}.` : 'No filters.'}`),
    ...notes.map((note) => `Note: ${note}`),
  ];
}

const noteLines = async ({ notes }: ReturnType<typeof verifyChart>): Promise<readonly string[]> =>
  (await notes()).map((note) => `Note: ${plainText(note)}`);

/** The query of a chart with other filters. */
async function filteredRequest(chart: JsonObject, query: JsonObject, find: FindChart): Promise<QueryRequest> {
  const request = metricQueryRequest({
    ...query,
    limit: (await find())?.limit ?? query.limit,
    timezone: query.timezone ?? undefined,
    projectUuid: text(chart.projectUuid) ?? '',
    exploreId: text(chart.tableName) ?? '',
  });
  return { ...request, label: 'The chart' };
}

/** The layout in a chart's own settings, which v1 applies by default and v2 only on request. */
function layoutOf(saved: JsonObject, onlyRaw: boolean): FileLayout {
  const { chart, columnOrder } = readChart(saved);
  const settings = chart.type === 'table' ? chart.config : {};
  const { hidden, headings } = tableColumns(settings);
  return {
    onlyRaw,
    showTableNames: settings.showTableNames === true,
    columnOrder,
    customLabels: Object.fromEntries(headings),
    hiddenFields: hidden,
  };
}

/** Notes about dashboard filters on tables that the chart's explore lacks. */
function foreignFilterNotes(dashboard: unknown, explore: FieldIndex | undefined): readonly string[] {
  const tables = explore && new Set(explore.tables.map(({ name }) => name));
  return activeRules(dashboard).flatMap((rule) => {
    const table = isObject(rule.target) ? text(rule.target.tableName) : undefined;
    if (table === undefined || tables === undefined || tables.has(table)) return [];
    return [`Not applied, as the chart's explore lacks the table: ${describeRule(rule) ?? 'a filter'}.`];
  });
}

/** Handler of a chart's rows as a file. */
export const exportChartHandlers = { DownloadCsvFromSavedChart: exportAnyChart } satisfies ToolHandlers;
