import { chartDefinition } from '../../charts/chart-definition.ts';
import { tableColumns } from '../../charts/config/layout.ts';
import { readChart } from '../../charts/config/read-chart.ts';
import { NotFoundError } from '../../lightdash/errors.ts';
import { chartRequest, metricQueryRequest } from '../../query/execution/query-requests.ts';
import { describeRule } from '../../query/filters/describe-filters.ts';
import { filterKinds } from '../../query/filters/lightdash-filters.ts';
import { renderAnswer } from '../../render/answer.ts';
import { isObject, type JsonObject, objects, text, texts } from '../../text/json.ts';
import { prefetchChart } from '../charts/run-chart.ts';
import type { ToolHandler } from '../operation-tool.ts';
import { prepare } from '../query/metric-query.ts';
import { runForRelease } from '../release-fallback.ts';
import type { FileLayout, ToolContext } from '../tool.ts';
import { fileByJob, fileByQuery, fileOfQuery } from './csv-file.ts';

/** The most rows of a file, where all are wanted: newer servers have no ceiling of their own. */
async function allRows(query: JsonObject, { server }: ToolContext): Promise<number> {
  const { csvCellsLimit } = await server.get();
  const columns = [query.dimensions, query.metrics, query.tableCalculations].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  return Math.max(1, Math.floor(csvCellsLimit / Math.max(columns.length, 1)));
}

/** `csvLimit` as v1 reads it: null for all rows, left out for those that the query itself asks for. */
async function rowLimit(csvLimit: unknown, query: JsonObject, context: ToolContext): Promise<number | undefined> {
  if (csvLimit === undefined) return undefined;
  const most = await allRows(query, context);
  return csvLimit === null ? most : Math.min(Number(csvLimit), most);
}

const exportQuery: ToolHandler = async (operation, asked, context) => {
  const { notes, args, query } = await prepare(asked, context);
  const answer = await runForRelease(context, {
    older: () => fileByJob(operation, args, context),
    async newer() {
      const { onlyRaw, showTableNames, columnOrder, customLabels, hiddenFields, chartName } = args;
      const limit = (await rowLimit(args.csvLimit, { ...query }, context)) ?? query.limit;
      const parts = { ...args, ...query, limit, projectUuid: String(args.projectUuid), exploreId: query.exploreName };
      const pivotDimensions = texts(args.pivotColumns);
      const layout = {
        onlyRaw,
        showTableNames,
        columnOrder: columnOrder ?? [...query.dimensions, ...query.metrics, ...calculationNames(query)],
        ...(customLabels !== undefined && { customLabels }),
        ...(hiddenFields !== undefined && { hiddenFields }),
        ...(chartName !== undefined && { attachmentDownloadName: chartName }),
        ...(pivotDimensions.length > 0 && { pivotConfig: { pivotDimensions, metricsAsRows: false } }),
      };
      return fileByQuery(metricQueryRequest(parts), layout, context);
    },
  });
  return { ...answer, text: [...notes.map((note) => `Note: ${note}`), answer.text].join('\n') };
};

const calculationNames = ({ tableCalculations }: { readonly tableCalculations: readonly JsonObject[] }) =>
  tableCalculations.flatMap(({ name }) => text(name) ?? []);

/** The settings of a saved chart that shape its file: v1 applies them by itself, v2 has to be given them. */
function layoutOf(saved: JsonObject, onlyRaw: unknown): FileLayout {
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

const exportChart: ToolHandler = (operation, args, context) =>
  runForRelease(context, {
    older: () => fileByJob(operation, args, context),
    async newer() {
      const { chartUuid, csvLimit, onlyRaw, dashboardFilters } = args;
      const { seen, find } = prefetchChart(chartDefinition(context.read, String(chartUuid)), context);
      const { chart, index } = await seen;
      const query = isObject(chart?.metricQuery) ? chart.metricQuery : {};
      const limit = await rowLimit(csvLimit, query, context);
      const layout = layoutOf(chart ?? {}, onlyRaw);
      const tables = index && new Set(index.tables.map(({ name }) => name));
      const { filters, notes } = underDashboard(query.filters, dashboardFilters, tables);
      const place = async () => {
        const found = await find();
        return found && { ...found, limit: limit ?? found.limit };
      };
      if (filters === undefined || chart === undefined) {
        const answer = await fileByQuery(chartRequest({ chartUuid }, place), layout, context);
        return { ...answer, text: [...notes, answer.text].join('\n') };
      }
      // v2 takes the filters of a dashboard with the dashboard alone, which is not told here: they are laid over the chart's.
      const found = await place();
      const parts = {
        ...query,
        filters,
        limit: found?.limit ?? query.limit,
        timezone: query.timezone ?? undefined,
        projectUuid: text(chart.projectUuid) ?? '',
        exploreId: text(chart.tableName) ?? '',
      };
      const answer = await fileByQuery({ ...metricQueryRequest(parts), label: 'The chart' }, layout, context);
      return { ...answer, text: [...notes, answer.text].join('\n') };
    },
  });

/** A chart's filters with those of a dashboard that its explore has the table of; undefined where none are added. */
function underDashboard(
  own: unknown,
  dashboard: unknown,
  tables: ReadonlySet<string> | undefined,
): { readonly filters: JsonObject | undefined; readonly notes: readonly string[] } {
  const filters: Record<string, unknown> = isObject(own) ? { ...own } : {};
  const notes: string[] = [];
  let added = 0;
  for (const kind of filterKinds) {
    const rules = objects(isObject(dashboard) ? dashboard[kind] : undefined).filter((rule) => rule.disabled !== true);
    const fits = rules.filter(({ target }) => {
      const table = isObject(target) ? text(target.tableName) : undefined;
      return table === undefined || tables === undefined || tables.has(table);
    });
    for (const rule of rules.filter((each) => !fits.includes(each))) {
      notes.push(`Not applied, as the chart's explore lacks the table: ${describeRule(rule) ?? 'a filter'}.`);
    }
    if (fits.length === 0) continue;
    added += fits.length;
    const group = filters[kind];
    const rulesOf = fits.map(({ target, ...rule }) => ({
      ...rule,
      target: { fieldId: isObject(target) ? target.fieldId : undefined },
    }));
    filters[kind] = { id: `dashboard-${kind}`, and: [...(isObject(group) ? [group] : []), ...rulesOf] };
  }
  return { filters: added > 0 ? filters : undefined, notes };
}

/** The link of an export: of a job, or on newer servers of a query whose call ended before it did. */
const csvUrl: ToolHandler = async (operation, args, context) => {
  const pending = context.pending.get(String(args.jobId));
  if (pending?.file) return fileOfQuery(pending.started, pending.what, pending.file, context);
  try {
    const { results } = await context.execute(operation, args);
    return { text: renderAnswer(results, context.budget, 'Nothing is told of that job.'), data: results };
  } catch (error) {
    if (!(error instanceof NotFoundError) || !(await context.server.get()).isNewer) throw error;
    throw new NotFoundError(error.message, { status: 404, advice: operation.newer?.how ?? '' });
  }
};

/** What the tools that export CSV files do, by operation. */
export const exportHandlers: Readonly<Record<string, ToolHandler>> = {
  DownloadCsvFromExplore: exportQuery,
  DownloadCsvFromSavedChart: exportChart,
  getCsvUrl: csvUrl,
};
