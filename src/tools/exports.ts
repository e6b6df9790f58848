import * as z from 'zod';
import { NotFoundError, ServerFaultError } from '../lightdash/errors.ts';
import { queryFile } from '../operations/async-queries.ts';
import { operationById } from '../operations/index.ts';
import type { Operation } from '../operations/operation.ts';
import { chartDefinition } from '../query/chart-definition.ts';
import { describeRule } from '../query/filter-words.ts';
import { isObject, type JsonObject, objects, text, texts } from '../query/json.ts';
import { filterKinds } from '../query/lightdash-filters.ts';
import { chartQuestion, metricQuestion } from '../query/questions.ts';
import { readResult } from '../query/result-table.ts';
import { begin, isWithoutStorage, type Question, rowCount, type Started } from '../query/run.ts';
import { renderAnswer } from '../render/answer.ts';
import { onEither } from './either.ts';
import { jobIdOf, untilDone, waitForJob } from './jobs.ts';
import type { Behaviour } from './operation-tool.ts';
import { prepare } from './query.ts';
import type { PendingQuery } from './running.ts';
import { lookingAt } from './saved.ts';
import type { ToolAnswer, ToolArguments, ToolContext } from './tool.ts';

// CSV files: a job with a link on older servers, the download of a finished query on newer ones. The file itself is
// fetched nowhere: it may be of any size, and its link needs no token.

/** How the rows of a query are written to a file, under v2's names. */
export interface FileLayout {
  readonly onlyRaw: unknown;
  readonly showTableNames?: unknown;
  readonly columnOrder?: unknown;
  readonly customLabels?: unknown;
  readonly hiddenFields?: unknown;
  readonly pivotConfig?: unknown;
  readonly attachmentDownloadName?: unknown;
}

interface CsvFile {
  readonly url: string;
  readonly truncated: boolean;
  /** Rows that the query gave, where that is known. */
  readonly rows?: number;
  readonly limit?: number | undefined;
}

const csvStatus = z.looseObject({
  status: z.string().catch('unknown'),
  url: z.string().nullish(),
  truncated: z.boolean().nullish(),
});

/** Starts a job of v1 that writes the file, and waits for its link. */
async function byJob(operation: Operation, args: ToolArguments, context: ToolContext): Promise<ToolAnswer> {
  const { results } = await context.perform(operation, args);
  const jobId = jobIdOf(results);
  if (jobId === undefined) throw new ServerFaultError('Lightdash started no export job.');
  const file = await untilDone(context, 'The export', async () => {
    const reply = await context.perform(operationById('getCsvUrl'), { jobId });
    const state = csvStatus.parse(reply.results);
    if (state.status === 'error') {
      await waitForJob(context, jobId, 'The export');
      throw new ServerFaultError('The export failed: Lightdash gives no reason.');
    }
    return state.status === 'completed' && state.url
      ? { url: state.url, truncated: state.truncated === true }
      : undefined;
  });
  if (file === undefined) {
    return {
      text: `The export is still running as job ${jobId}; get_csv_url gives its link when it is ready.`,
      data: results,
    };
  }
  return { text: tellFile(file), data: { jobId, ...file } };
}

/** Runs the query on v2 and has its rows written to a file. */
async function byQuery(question: Question, layout: FileLayout, context: ToolContext): Promise<ToolAnswer> {
  const started = await begin(question, context);
  if (started === undefined) throw new NotFoundError('The chart was not found, or has no project to export it in.');
  return whenWritten(started, question.what, layout, context);
}

const written = z.looseObject({ fileUrl: z.string(), truncated: z.boolean().optional() });

/** The file of a query that was started; a handle to come back with, where the query outlasts the call. */
async function whenWritten(
  started: Started,
  what: string,
  layout: FileLayout,
  context: ToolContext,
): Promise<ToolAnswer> {
  const { projectUuid, queryUuid } = started;
  try {
    const rows = await rowCount(started, what, context);
    if (rows === undefined) return laterFile({ started, what, file: layout, describe: asRows }, context);
    const { results } = await context.perform(queryFile, { projectUuid, queryUuid, type: 'csv', ...layout });
    const file = written.safeParse(results).data;
    if (file === undefined) throw new ServerFaultError('Lightdash gave no link to the file.');
    const { metricQuery } = started.start;
    const limit = isObject(metricQuery) ? Number(metricQuery.limit) : undefined;
    const told = { url: file.fileUrl, truncated: file.truncated === true, rows, limit };
    return { text: tellFile(told), data: { queryUuid, url: told.url, truncated: told.truncated, rows } };
  } catch (error) {
    if (!isWithoutStorage(error)) throw error;
    context.server.withoutPages();
    throw new ServerFaultError('This Lightdash writes no files: it has no object storage, which exports need.', {
      status: 501,
      advice: 'Read the rows with run_metric_query or run_saved_chart, or ask who runs it to set up object storage.',
    });
  }
}

const asRows: PendingQuery['describe'] = ({ results }) => ({ table: readResult(results), about: { of: 'the query' } });

function laterFile(query: PendingQuery, context: ToolContext): ToolAnswer {
  context.pending.put(query);
  const { projectUuid, queryUuid } = query.started;
  return {
    text: [
      `${query.what} is still running in the warehouse. It was not stopped, and need not be asked again:`,
      `get_csv_url ${JSON.stringify({ jobId: queryUuid })} waits for its file, as often as it takes;`,
      `cancel_query ${JSON.stringify({ projectUuid, queryUuid })} stops it.`,
    ].join('\n'),
    data: { status: 'running', projectUuid, queryUuid },
  };
}

function tellFile({ url, truncated, rows, limit }: CsvFile): string {
  const count = rows === undefined ? '' : ` of ${rows} row${rows === 1 ? '' : 's'}`;
  const whole = truncated
    ? 'INCOMPLETE: it was cut at the limit of cells per file of this server; ask for fewer columns or narrower filters.'
    : rows !== undefined && rows === limit
      ? `The limit of ${limit} rows was reached: there may be more.`
      : 'It is complete.';
  return `CSV file${count}: ${url}\n${whole} Anyone who has the link can open it without signing in, ${lifeOf(url)}.`;
}

const SECONDS_A_DAY = 86_400;

/** How long a link works: those of an object storage say it themselves. */
function lifeOf(url: string): string {
  const query = URL.canParse(url) ? new URL(url).searchParams : new URLSearchParams();
  const seconds = Number(query.get('X-Amz-Expires'));
  const [, year, month, day, hour, minute] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)/.exec(query.get('X-Amz-Date') ?? '') ?? [];
  const signed = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
  if (!(seconds > 0) || Number.isNaN(signed)) return 'for as long as the server keeps the file';
  const until = new Date(signed + seconds * 1_000).toISOString().slice(0, 16).replace('T', ' ');
  const days = Math.round((seconds / SECONDS_A_DAY) * 10) / 10;
  return `until ${until} UTC (${days} day${days === 1 ? '' : 's'} from its making)`;
}

/** The most rows of a file, where all are wanted: newer servers have no ceiling of their own. */
async function allRows(query: JsonObject, { server }: ToolContext): Promise<number> {
  const { csvCellsLimit } = await server.facts();
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

const exportQuery: Behaviour = async (operation, asked, context) => {
  const { notes, args, query } = await prepare(asked, context);
  const answer = await onEither(context, {
    older: () => byJob(operation, args, context),
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
      return byQuery(metricQuestion(parts), layout, context);
    },
  });
  return { ...answer, text: [...notes.map((note) => `Note: ${note}`), answer.text].join('\n') };
};

const calculationNames = ({ tableCalculations }: { readonly tableCalculations: readonly JsonObject[] }) =>
  tableCalculations.flatMap(({ name }) => text(name) ?? []);

/** How a saved chart's own settings shape its file: v1 does that by itself, v2 wants to be told. */
function layoutOf({ chartConfig, tableConfig }: JsonObject, onlyRaw: unknown): FileLayout {
  const { type, config } = isObject(chartConfig) ? chartConfig : {};
  const settings = type === 'table' && isObject(config) ? config : {};
  const columns = Object.entries(isObject(settings.columns) ? settings.columns : {});
  const labels = columns.flatMap(([id, column]) => {
    const name = isObject(column) ? text(column.name) : undefined;
    return name === undefined ? [] : [[id, name] as const];
  });
  const hidden = columns.flatMap(([id, column]) => (isObject(column) && column.visible === false ? [id] : []));
  return {
    onlyRaw,
    showTableNames: settings.showTableNames === true,
    columnOrder: texts(isObject(tableConfig) ? tableConfig.columnOrder : undefined),
    customLabels: Object.fromEntries(labels),
    hiddenFields: hidden,
  };
}

const exportChart: Behaviour = (operation, args, context) =>
  onEither(context, {
    older: () => byJob(operation, args, context),
    async newer() {
      const { chartUuid, csvLimit, onlyRaw, dashboardFilters } = args;
      const { seen, find } = lookingAt(chartDefinition(context.read, String(chartUuid)), context);
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
        const answer = await byQuery(chartQuestion({ chartUuid }, place), layout, context);
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
      const answer = await byQuery({ ...metricQuestion(parts), what: 'The chart' }, layout, context);
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
const csvUrl: Behaviour = async (operation, args, context) => {
  const pending = context.pending.get(String(args.jobId));
  if (pending?.file) return whenWritten(pending.started, pending.what, pending.file, context);
  try {
    const { results } = await context.perform(operation, args);
    return { text: renderAnswer(results, context.budget, 'Nothing is told of that job.'), data: results };
  } catch (error) {
    if (!(error instanceof NotFoundError) || !(await context.server.facts()).isNewer) throw error;
    throw new NotFoundError(error.message, { status: 404, advice: operation.newer?.how ?? '' });
  }
};

/** What the tools that export CSV files do, by operation. */
export const exportBehaviours: Readonly<Record<string, Behaviour>> = {
  DownloadCsvFromExplore: exportQuery,
  DownloadCsvFromSavedChart: exportChart,
  getCsvUrl: csvUrl,
};
