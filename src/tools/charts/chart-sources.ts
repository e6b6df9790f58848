import type { LookRequest } from '../../charts/config/look.ts';
import { readChart } from '../../charts/config/read-chart.ts';
import { readSqlChart as readSqlConfig, sqlLook } from '../../charts/config/sql-chart.ts';
import type { Aggregations } from '../../charts/spec/aggregate.ts';
import type { SavedChart } from '../../charts/spec/from-saved.ts';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { type ArgumentsOf, operationById } from '../../operations/index.ts';
import { runQuery, waitForResult } from '../../query/execution/run-query.ts';
import { isObject, type JsonObject, objects, text, texts } from '../../text/json.ts';
import { normalizeName } from '../../text/names.ts';
import { ArgumentsError, parseArguments } from '../arguments.ts';
import { titleOf } from '../content/render-dashboard.ts';
import { chartOfTile, tileRun } from '../dashboards/run-tile.ts';
import { operationTool } from '../operation-tool.ts';
import { type QueryRun, stillRunning } from '../query/query-answer.ts';
import { metricQueryRun } from '../query/run-metric-query.ts';
import { resultNotKept, storedResult } from '../query/stored-result.ts';
import type { StoredResult, ToolAnswer, ToolArguments, ToolContext } from '../tool.ts';
import { chartData } from './chart-data.ts';
import { chartRun } from './run-chart.ts';
import { orSqlChart, type SqlChartRun, sqlChartRun } from './sql-chart-run.ts';

/** Rows to draw, and how they are saved to be drawn. */
export interface ChartSource {
  readonly stored: StoredResult;
  readonly saved?: SavedChart;
  readonly sqlChart?: SavedSqlChart;
}

/** An SQL chart as it is saved; its look as far as its columns are still there. */
interface SavedSqlChart extends Pick<SavedChart, 'title' | 'url'> {
  readonly look: LookRequest;
  readonly aggregations: Aggregations;
}

const metricQueryTool = operationTool(operationById('RunMetricQuery'), 'query');

/** Parsed arguments that name the source of a chart. */
export interface ChartSourceArguments {
  readonly chartUuid?: string | undefined;
  readonly dashboardUuid?: string | undefined;
  readonly tileUuid?: string | undefined;
  readonly resultId?: string | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly projectUuid?: string | undefined;
  /** Of a chart or tile; a query has its own. */
  readonly parameters?: Record<string, unknown> | undefined;
}

const SOURCES = ['chartUuid', 'dashboardUuid', 'resultId', 'query'] as const;

/** Rows of the source that the arguments name; an answer instead if its query outlasts the call. */
export function loadSource(args: ChartSourceArguments, context: ToolContext): Promise<ChartSource | ToolAnswer> {
  const sources = SOURCES.filter((name) => args[name] !== undefined);
  const [source] = sources;
  if (source === undefined || sources.length > 1)
    throw new ArgumentsError([`give one of ${SOURCES.join(', ')} (dashboardUuid with tileUuid)`]);
  if (source === 'resultId' && args.parameters !== undefined)
    throw new ArgumentsError(['parameters: the rows of a resultId are read already; give chartUuid or query']);
  switch (source) {
    case 'chartUuid':
      return ofChart(args, context);
    case 'dashboardUuid':
      return ofTile(args, context);
    case 'resultId':
      return ofResult(args.resultId ?? '', context);
    case 'query':
      return ofQuery(args, context);
    default:
      return source satisfies never;
  }
}

async function ofChart(args: ChartSourceArguments, context: ToolContext): Promise<ChartSource | ToolAnswer> {
  const { chartUuid = '', parameters } = args;
  const { loaded, ...query } = chartRun({ chartUuid, formatted: false, invalidateCache: false, parameters }, context);
  return orSqlChart(
    chartUuid,
    context,
    () => run(query, context, async () => savedChart((await loaded).chart, context)),
    (chart) => {
      const sqlRun = sqlChartRun(chart, context, { parameters: { written: parameters } });
      return ofSqlChart(sqlRun, chart.projectUuid, undefined, context);
    },
  );
}

/** The rows of an SQL chart, with its saved look, title and page; without those if its definition cannot be read. */
async function ofSqlChart(
  sqlRun: SqlChartRun,
  projectUuid: string,
  tileTitle: string | undefined,
  context: ToolContext,
): Promise<ChartSource | ToolAnswer> {
  const source = await run(sqlRun, context);
  const { name, slug, config } = (await sqlRun.definition.catch(ignoreApiError)) ?? {};
  const url = text(slug) && context.lightdash.pageUrl(`/projects/${projectUuid}/sql-runner/${text(slug)}`);
  const title = tileTitle ?? text(name);
  if (!('stored' in source) || title === undefined) return source;
  const columns = chartData(source.stored).columns.map(({ id }) => id);
  const saved = readSqlConfig(config);
  const aggregations = new Map(
    (saved.fieldConfig?.y ?? []).map(({ reference, aggregation = 'sum' }) => [reference, aggregation]),
  );
  return { ...source, sqlChart: { title, look: sqlLook(saved, columns), aggregations, ...(url && { url }) } };
}

async function ofTile(args: ChartSourceArguments, context: ToolContext): Promise<ChartSource | ToolAnswer> {
  const { dashboardUuid = '' } = args;
  const { results } = await context.execute(operationById('GetDashboard'), { dashboardUuid });
  const dashboard = isObject(results) ? results : {};
  const { tile, chartUuid } = tileOf(objects(dashboard.tiles), args.tileUuid);
  const tiled = tileRun({ tile, chartUuid, dashboard, parameters: args.parameters }, context, 'all');
  const [title] = namesOfTile(tile);
  const projectUuid = text(dashboard.projectUuid) ?? '';
  // The page of the chart shows it without the filters of the dashboard.
  const url = context.lightdash.pageUrl(`/projects/${projectUuid}/dashboards/${String(dashboard.uuid)}/view`);
  if ('definition' in tiled) {
    const source = await ofSqlChart(tiled, projectUuid, title, context);
    return 'sqlChart' in source && source.sqlChart ? { ...source, sqlChart: { ...source.sqlChart, url } } : source;
  }
  const { loaded, ...query } = tiled;
  return run(query, context, async () => {
    const chart = savedChart((await loaded).chart, context, title);
    return chart && { ...chart, url };
  });
}

function tileOf(tiles: readonly JsonObject[], wanted: string | undefined) {
  const charts = tiles.flatMap((tile) => {
    const chartUuid = chartOfTile(tile);
    return chartUuid === undefined ? [] : [{ tile, chartUuid, title: text(titleOf(tile)) ?? '' }];
  });
  const matches = [
    ({ tile }: (typeof charts)[number]) => tile.uuid === wanted,
    ({ title, tile }: (typeof charts)[number]) =>
      [title, ...namesOfTile(tile)].some((name) => normalizeName(name) === normalizeName(wanted ?? '')),
  ];
  const [matching = []] = matches.map((match) => charts.filter(match)).filter(({ length }) => length > 0);
  if (matching.length > 1)
    throw new ArgumentsError([
      `tileUuid "${wanted}" names ${matching.length} tiles: ${matching.map(({ tile }) => String(tile.uuid)).join(', ')}`,
    ]);
  const [chart] = wanted === undefined && charts.length === 1 ? charts : matching;
  if (chart) return chart;
  const names = charts.map(({ title, tile }) => title || String(tile.uuid));
  throw new ArgumentsError([
    names.length === 0
      ? 'the dashboard has no charts that can be drawn'
      : `tileUuid should be a chart's tile of the dashboard, by uuid or title: ${names.join(', ')}`,
  ]);
}

/** The tile's own title, and the name of its chart. */
function namesOfTile({ properties }: JsonObject): readonly string[] {
  const { title, chartName } = isObject(properties) ? properties : {};
  return [title, chartName].flatMap((name) => text(name) ?? []);
}

async function ofResult(id: string, context: ToolContext): Promise<ChartSource | ToolAnswer> {
  const stored = storedResult(id, context);
  if (stored) return { stored };
  // The queryUuid of a query that was still running.
  const pending = context.pending.get(id);
  if (!pending) throw resultNotKept(id, 'give query');
  const outcome = await waitForResult(pending.handle, pending.label, context);
  return outcome.state === 'ready'
    ? { stored: await pending.describe(outcome, context) }
    : pendingAnswer(pending.label, outcome.handle);
}

async function ofQuery(
  { projectUuid, query, parameters }: ChartSourceArguments,
  context: ToolContext,
): Promise<ChartSource | ToolAnswer> {
  if (projectUuid === undefined) throw new ArgumentsError(['projectUuid is missing: it goes with query']);
  const parts = query ?? {};
  if (parts.projectUuid !== undefined && parts.projectUuid !== projectUuid)
    throw new ArgumentsError(['projectUuid goes next to query, not inside it']);
  const args = parseArguments(metricQueryTool, {
    ...(parameters !== undefined && { parameters }),
    ...parts,
    projectUuid,
  });
  return run(await metricQuerySource.load(args, context), context);
}

/** The arguments of `load` are those of run_metric_query, as its schema has parsed them. */
const metricQuerySource: { load(args: ToolArguments, context: ToolContext): Promise<QueryRun> } = {
  load: (args: ArgumentsOf<'RunMetricQuery'>, context) => metricQueryRun(args, context),
};

async function run(
  { request, describe, end }: QueryRun,
  context: ToolContext,
  saved?: () => Promise<SavedChart | undefined>,
): Promise<ChartSource | ToolAnswer> {
  try {
    const outcome = await runQuery(request, context);
    if (outcome.state !== 'ready') {
      context.pending.put({ handle: outcome.handle, label: request.label, describe });
      return pendingAnswer(request.label, outcome.handle);
    }
    const [stored, look] = await Promise.all([describe(outcome, context), saved?.()]);
    return { stored, ...(look && { saved: look }) };
  } finally {
    end?.();
  }
}

function pendingAnswer(label: string, handle: Parameters<typeof stillRunning>[1]): ToolAnswer {
  const answer = stillRunning(label, handle);
  const draw = `show_chart ${JSON.stringify({ resultId: handle.queryUuid })} draws it then.`;
  return { ...answer, text: `${answer.text}\n${draw}` };
}

/** Undefined if the chart's definition cannot be read; then its rows are drawn by their shape. */
function savedChart(chart: JsonObject | undefined, context: ToolContext, title?: string): SavedChart | undefined {
  if (!chart) return undefined;
  const { uuid, projectUuid } = chart;
  const palette = texts(chart.colorPalette).filter((color) => /^#[0-9a-f]{6}$/i.test(color));
  return {
    model: readChart(chart),
    title: title ?? text(chart.name) ?? 'Chart',
    ...(palette.length > 0 && { palette }),
    ...(text(uuid) &&
      text(projectUuid) && { url: context.lightdash.pageUrl(`/projects/${projectUuid}/saved/${uuid}`) }),
  };
}
