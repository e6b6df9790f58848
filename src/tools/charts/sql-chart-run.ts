import { mapConcurrent } from '../../async/map-concurrent.ts';
import { ignoreApiError, NotFoundError, ServerFaultError } from '../../lightdash/errors.ts';
import { isUuid } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import { savedSqlChart } from '../../operations/routes/content-writing.ts';
import type { RequestedParameters } from '../../query/execution/query-parameters.ts';
import { sqlChartRequest } from '../../query/execution/query-requests.ts';
import { readResultTable } from '../../query/execution/result-table.ts';
import { describeRule } from '../../query/filters/describe-filters.ts';
import { sqlNotes } from '../../query/notes/sql-notes.ts';
import { lowestLimit } from '../../query/sql/select-columns.ts';
import { finite, isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { truncate } from '../../text/plain-text.ts';
import type { QueryRun } from '../query/query-answer.ts';
import type { Describe, ToolContext } from '../tool.ts';
import { activeRules } from './chart-query.ts';
import { droppedFilters } from './chart-rows.ts';
import type { LoadedChart } from './load-chart.ts';

/** Projects whose charts are searched for an SQL chart; its own route needs its project. */
const MAX_PROJECTS = 50;
const CONCURRENCY = 4;

/** An SQL chart and its project. */
export interface FoundSqlChart {
  readonly projectUuid: string;
  readonly savedSqlUuid: string;
  readonly name?: string | undefined;
}

/** Finds an SQL chart by its uuid among the projects of the token; undefined if there is none. */
async function searchSqlChart(uuid: string, context: ToolContext): Promise<FoundSqlChart | undefined> {
  const listed = objects(await context.read(operationById('ListOrganizationProjects'), {}).catch(ignoreApiError));
  const projects = listed.flatMap(({ projectUuid, name }) => {
    const id = text(projectUuid);
    return id !== undefined && context.allows({ projectUuid: id, name: text(name) ?? '' }) ? [id] : [];
  });
  const matches = await mapConcurrent(projects.slice(0, MAX_PROJECTS), CONCURRENCY, async (projectUuid) => {
    const charts = await context.read(operationById('ListChartsInProject'), { projectUuid }).catch(ignoreApiError);
    const chart = objects(charts).find(({ source, uuid: id }) => source === 'sql' && isSame(id, uuid));
    return chart ? [{ projectUuid, savedSqlUuid: uuid, name: text(chart.name) }] : [];
  });
  return matches.flat()[0];
}

const isSame = (id: unknown, uuid: string) => text(id)?.toLowerCase() === uuid.toLowerCase();

/** Reads an SQL chart. It counts as a view. */
export async function readSqlChart({ projectUuid, savedSqlUuid }: FoundSqlChart, context: ToolContext) {
  const { results } = await context.execute(savedSqlChart, { projectUuid, savedSqlUuid });
  if (!isObject(results)) throw new ServerFaultError('Lightdash returned no SQL chart.');
  return results;
}

/**
 * Runs a request for a chart; if only an SQL chart has that uuid, runs the one for it.
 *
 * @throws the error of the first if there is no SQL chart either.
 */
export async function orSqlChart<Outcome>(
  chartUuid: string,
  context: ToolContext,
  run: () => Promise<Outcome>,
  runSqlChart: (chart: FoundSqlChart) => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const sqlChart = await searchSqlChart(chartUuid, context);
    if (sqlChart === undefined) throw error;
    return runSqlChart(sqlChart);
  }
}

/** Tools of charts that take SQL charts, too. */
const SQL_CHART_TOOLS = [
  'get_saved_chart',
  'run_saved_chart',
  'download_chart_csv',
  'update_sql_chart',
  'delete_chart',
];

/**
 * The error of a tool that takes no SQL charts, if the chart of a call is one: Lightdash only says that there is none. Else the
 * error as it is.
 */
export async function explainSqlChart(
  error: NotFoundError,
  tool: string,
  args: unknown,
  context: ToolContext,
): Promise<unknown> {
  const chartUuid = isObject(args) ? text(args.chartUuid) : undefined;
  if (chartUuid === undefined || !isUuid(chartUuid) || SQL_CHART_TOOLS.includes(tool)) return error;
  const chart = await searchSqlChart(chartUuid, context);
  if (chart === undefined) return error;
  return new NotFoundError(
    `"${chart.name ?? chartUuid}" is an SQL chart, and this tool takes charts of explores alone.`,
    { status: 404, advice: `SQL charts are for ${SQL_CHART_TOOLS.join(', ')}.` },
  );
}

/** Arguments of a tile of an SQL chart. */
interface SqlTile {
  readonly dashboardUuid: string;
  readonly tileUuid: string;
  readonly dashboardFilters: Readonly<Record<'dimensions' | 'metrics' | 'tableCalculations', readonly JsonObject[]>>;
}

/** The run of an SQL chart, with its definition, which is read meanwhile. */
export interface SqlChartRun extends QueryRun {
  readonly definition: Promise<JsonObject>;
  readonly loaded: Promise<LoadedChart>;
}

/** The run of an SQL chart, by itself or as a tile of a dashboard. */
export function sqlChartRun(
  chart: FoundSqlChart,
  context: ToolContext,
  options: {
    readonly formatted?: boolean | undefined;
    readonly parameters?: RequestedParameters;
    readonly tile?: SqlTile;
  } = {},
): SqlChartRun {
  const { formatted, parameters, tile } = options;
  const definition = readSqlChart(chart, context);
  // The run may fail first; `describe` awaits it.
  const loaded = definition.catch(ignoreApiError);
  const describe: Describe = async ({ results, warnings, api }) => {
    const source = (await loaded) ?? {};
    const table = readResultTable(results);
    const [limit, sql] = [finite(source.limit), text(source.sql)];
    const description = text(source.description);
    return {
      table: limit === undefined ? table : { ...table, rows: table.rows.slice(0, limit) },
      renderOptions: {
        title: `${text(source.name) ?? 'the SQL chart'} (SQL chart)`,
        ...(description && { heading: [truncate(description, 500)] }),
        limit: lowestLimit(sql ?? '', limit),
        notes: [
          ...warnings,
          ...(sql === undefined ? [] : sqlNotes(sql, table)),
          ...(tile ? tileNotes(tile, results, api) : []),
        ],
        ...(formatted && { format: 'formatted' }),
      },
    };
  };
  const readSql = async () => text((await definition).sql) ?? '';
  return {
    definition,
    loaded: Promise.resolve({ chart: undefined }),
    request: sqlChartRequest({
      ...chart,
      readSql,
      ...(parameters && { parameters }),
      ...(tile && { onDashboard: { ...tile, dashboardSorts: [] } }),
    }),
    describe,
  };
}

/** The filters of the dashboard that the SQL did not get: only those that name a column of it are applied. */
function tileNotes({ dashboardFilters }: SqlTile, results: unknown, api: 'v1' | 'v2'): readonly string[] {
  const dropped =
    api === 'v2'
      ? droppedFilters(dashboardFilters, results)
      : activeRules(dashboardFilters, 'dimensions').flatMap((rule) => describeRule(rule) ?? []);
  return dropped.map((rule) => `Without the dashboard's ${rule}: it names no column of the SQL.`);
}
