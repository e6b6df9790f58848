import * as z from 'zod';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { deleteSqlChart } from '../../operations/routes/content-writing.ts';
import { chartDeliveries, sqlChartDeliveries } from '../../operations/routes/deliveries.ts';
import { dashboardsOfChart } from '../../operations/routes/undocumented.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { ArgumentsError } from '../arguments.ts';
import { readAllCode } from '../content/as-code-item.ts';
import { freshRead } from '../content/project-content.ts';
import { assertSqlChartWrites, sendSqlChart } from '../content/send-sql-chart.ts';
import { inWordsOf, type ToolHandlers } from '../operation-tool.ts';
import {
  count,
  nameOf,
  object,
  type PreviewOf,
  type Previews,
  quoted,
  results,
  shown,
  withDeliveries,
} from '../preview.ts';
import type { ToolContext } from '../tool.ts';
import { type FoundSqlChart, orSqlChart, readSqlChart } from './sql-chart-run.ts';

/** Requests for the code of all dashboards. */
const MAX_REQUESTS = 5;

/** The chart or SQL chart that a deletion removes, with its place and deliveries. */
const previewDeleteChart: PreviewOf<'deleteSavedChart'> = async ({ chartUuid }, context) =>
  orSqlChart(
    chartUuid,
    context,
    () => describeChart(chartUuid, context),
    (chart) => describeSqlChart(chart, context),
  );

async function describeChart(chartUuid: string, context: ToolContext): Promise<string> {
  const chart = object.parse(await results(context, 'GetSavedChart', { chartUuid }));
  const deliveries = await context.execute(chartDeliveries, { chartUuid });
  const place =
    typeof chart.dashboardName === 'string'
      ? `dashboard ${quoted(chart.dashboardName)}`
      : `space ${quoted(text(chart.spaceName) ?? '?')}`;
  const { projectUuid } = chart;
  const response = await context.execute(dashboardsOfChart, { projectUuid, chartUuid }).catch(ignoreApiError);
  const dashboards = z.array(object).safeParse(response?.results).data;
  return `Deletes the chart ${nameOf(chart)} of ${place}${withDeliveries(deliveries.results)}; ${emptyTiles(dashboards)}`;
}

/** The dashboards that lose a chart; undefined if they cannot be listed. */
function emptyTiles(dashboards: readonly JsonObject[] | undefined): string {
  if (dashboards === undefined) return 'dashboards that show it keep an empty tile.';
  return dashboards.length === 0
    ? 'no dashboard that you see shows it.'
    : `${count(dashboards, 'dashboard')} that you see ${dashboards.length === 1 ? 'keeps' : 'keep'} an empty tile in its place (${shown(dashboards.map(nameOf))}).`;
}

async function describeSqlChart(listed: FoundSqlChart, context: ToolContext): Promise<string> {
  await assertSqlChartWrites(context);
  const chart = await readSqlChart(listed, context);
  const { projectUuid, savedSqlUuid } = listed;
  const deliveries = await context.execute(sqlChartDeliveries, { projectUuid, savedSqlUuid }).catch(ignoreApiError);
  const space = isObject(chart.space) ? text(chart.space.name) : undefined;
  const sent = deliveries === undefined ? '; its deliveries could not be read' : withDeliveries(deliveries.results);
  const dashboards = await dashboardsOfSqlChart(projectUuid, text(chart.slug), context);
  return `Deletes the SQL chart ${nameOf(chart)} of space ${quoted(space ?? '?')}${sent}; ${emptyTiles(dashboards)}`;
}

/** The dashboards with a tile of an SQL chart, by their code: no list has them. Undefined if not all of them can be read. */
async function dashboardsOfSqlChart(
  projectUuid: string,
  slug: string | undefined,
  context: ToolContext,
): Promise<readonly JsonObject[] | undefined> {
  const all = await readAllCode('dashboard', projectUuid, { read: freshRead(context) }, MAX_REQUESTS).catch(
    (error: unknown) => {
      if (!(error instanceof ArgumentsError)) return ignoreApiError(error);
    },
  );
  if (all === undefined || all.items.length < all.total || slug === undefined) return undefined;
  return all.items.filter(({ tiles }) =>
    objects(tiles).some(({ properties }) => isObject(properties) && properties.chartSlug === slug),
  );
}

/** Previews of what cannot be undone: charts. */
export const chartPreviews = { deleteSavedChart: previewDeleteChart } satisfies Previews;

/** Handler of the operation that deletes charts, SQL charts too. */
export const deleteChartHandlers = {
  deleteSavedChart: inWordsOf(previewDeleteChart, (operation, args, context) =>
    orSqlChart(
      args.chartUuid,
      context,
      () => context.execute(operation, args),
      ({ projectUuid, savedSqlUuid }) => sendSqlChart(context, deleteSqlChart, { projectUuid, savedSqlUuid }),
    ),
  ),
} satisfies ToolHandlers;
