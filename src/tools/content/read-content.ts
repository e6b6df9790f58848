import { ignoreApiError } from '../../lightdash/errors.ts';
import { type OperationId, operationById } from '../../operations/index.ts';
import { fitLines } from '../../render/budget.ts';
import { isObject, objects, text } from '../../text/json.ts';
import { loadChart } from '../charts/load-chart.ts';
import { orSqlChart, readSqlChart } from '../charts/sql-chart-run.ts';
import { rendered, type ToolHandler, type ToolHandlers } from '../operation-tool.ts';
import type { ToolArguments, ToolContext } from '../tool.ts';
import { listPage } from './list-page.ts';
import { renderChart } from './render-chart.ts';
import { dashboardsMatching, renderDashboards, renderProjects, renderSpaces } from './render-content-lists.ts';
import { renderDashboard } from './render-dashboard.ts';
import { renderSpace } from './render-space.ts';
import { renderSqlChart } from './render-sql-chart.ts';

// The resources of charts, dashboards and spaces read through these tools too.

/** Advice for a chart or dashboard that is longer than the budget. */
const NO_PAGES = 'LIGHTDASH_MAX_RESULT_TOKENS sets how much is shown; the rest is visible in Lightdash.';

const tryRead = (context: ToolContext, operationId: OperationId, args: ToolArguments): Promise<unknown> =>
  context.read(operationById(operationId), args).catch(ignoreApiError);

const readAnyChart: ToolHandler<'GetSavedChart'> = (operation, args, context) =>
  orSqlChart(
    args.chartUuid,
    context,
    () => readChart(operation, args, context),
    async (listed) => {
      const chart = await readSqlChart(listed, context);
      const lines = renderSqlChart(chart, listed.projectUuid, context);
      return { text: fitLines(lines, context.budget, NO_PAGES), data: chart };
    },
  );

const readChart: ToolHandler<'GetSavedChart'> = async (operation, args, context) => {
  const [{ results }, history] = await Promise.all([
    context.execute(operation, args),
    tryRead(context, 'GetChartHistory', args),
  ]);
  const loaded = await loadChart(Promise.resolve(isObject(results) ? results : undefined), context);
  const pageUrl = (path: string) => context.lightdash.pageUrl(path);
  return {
    text: fitLines(renderChart(results, { pageUrl, history, ...loaded }), context.budget, NO_PAGES),
    data: results,
  };
};

const readDashboard: ToolHandler<'GetDashboard'> = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
  const lines = renderDashboard(results, (path) => context.lightdash.pageUrl(path));
  return { text: fitLines(lines, context.budget, NO_PAGES), data: results };
};

const listDashboards: ToolHandler<'getDashboards'> = async (operation, args, context) => {
  const { projectUuid } = args;
  const [{ results }, spaces] = await Promise.all([
    context.execute(operation, { projectUuid }),
    tryRead(context, 'ListSpacesInProject', { projectUuid }),
  ]);
  const page = listPage(args, context);
  const { matching: data, notes } =
    page.search === undefined ? { matching: results, notes: [] } : dashboardsMatching(results, spaces, page.search);
  return { text: [renderDashboards(data, spaces, page), ...notes].join('\n'), data };
};

const listProjects: ToolHandler<'ListOrganizationProjects'> = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
  const data = objects(results).filter(({ projectUuid, name }) =>
    context.allows({ projectUuid: text(projectUuid) ?? '', name: text(name) ?? '' }),
  );
  return { text: renderProjects(data, context.budget), data };
};

/** The list of spaces counts charts without SQL charts (recorded on 0.1366 and 1.219); those are counted here. */
const listSpaces: ToolHandler<'ListSpacesInProject'> = async (operation, args, context) => {
  const [{ results }, charts] = await Promise.all([
    context.execute(operation, args),
    tryRead(context, 'ListChartsInProject', args),
  ]);
  return { text: renderSpaces(results, charts, context.budget), data: results };
};

/** Handlers that read charts, dashboards and spaces. */
export const contentHandlers = {
  GetSavedChart: readAnyChart,
  GetDashboard: readDashboard,
  getDashboards: listDashboards,
  GetSpace: rendered(renderSpace),
  ListSpacesInProject: listSpaces,
  ListOrganizationProjects: listProjects,
} satisfies ToolHandlers;
