import { ignoreApiError, LightdashError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { UnreadableExplore } from '../../query/fields/explore.ts';
import { exploreOf } from '../../query/fields/explores.ts';
import { fitLines } from '../../render/budget.ts';
import { isObject, objects, text } from '../../text/json.ts';
import type { ToolHandler } from '../operation-tool.ts';
import type { ToolArguments, ToolContext } from '../tool.ts';
import { chartsUsing, describeChartFields, fieldsOfCharts } from './chart-fields.ts';
import { type ChartContext, renderChart } from './render-chart.ts';
import {
  chartsMatching,
  dashboardsMatching,
  inOrder,
  type ListPart,
  renderCharts,
  renderDashboards,
  renderProjects,
  renderSpaces,
} from './render-content-lists.ts';
import { renderDashboard } from './render-dashboard.ts';
import { renderSpace } from './render-space.ts';

/** What a look-up beside the real call answers; undefined where it fails, because the call must not depend on it. */
const lookUp = (context: ToolContext, operationId: string, args: ToolArguments): Promise<unknown> =>
  context.read(operationById(operationId), args).catch(ignoreApiError);

async function exploreBehind(
  chart: unknown,
  context: ToolContext,
): Promise<Pick<ChartContext, 'explore' | 'exploreProblem'>> {
  const source = isObject(chart) ? chart : {};
  const [projectUuid, exploreId] = [text(source.projectUuid), text(source.tableName)];
  if (projectUuid === undefined || exploreId === undefined) return {};
  try {
    return { explore: await exploreOf(context.read, projectUuid, exploreId) };
  } catch (error) {
    if (error instanceof LightdashError || error instanceof UnreadableExplore) return { exploreProblem: error.message };
    throw error;
  }
}

const partOf = ({ search, offset }: ToolArguments, { budget }: ToolContext): ListPart => ({
  search: typeof search === 'string' ? text(search.trim()) : undefined,
  offset: typeof offset === 'number' ? offset : undefined,
  budget,
});

/** What to do where one chart or dashboard is longer than an answer may be. */
const NO_MORE = 'LIGHTDASH_MAX_RESULT_TOKENS sets how much is shown; the rest is to be seen in Lightdash.';

/** A list of charts, narrowed by words and by a field that they use, with what they are made of where that is asked. */
const listCharts: ToolHandler = async (operation, args, context) => {
  const { search: _search, offset: _offset, usesField, fields, ...sent } = args;
  const { results } = await context.execute(operation, sent);
  const part = partOf(args, context);
  const matching = part.search === undefined ? objects(results) : chartsMatching(results, part.search);
  const field = typeof usesField === 'string' ? text(usesField.trim()) : undefined;
  const using = field ? await chartsUsing(matching, field, args.projectUuid, context) : undefined;
  const data = inOrder(using?.charts ?? matching);
  if (fields !== true) {
    const told = renderCharts(data, { ...part, usesField: field }, using?.uses);
    return { text: [told, ...(using?.notes ?? [])].join('\n'), data };
  }
  const page = data.slice(part.offset ?? 0, (part.offset ?? 0) + MOST_WITH_FIELDS);
  const made = await fieldsOfCharts(page, context);
  const details = new Map([...made].map(([uuid, each]) => [uuid, describeChartFields(each)]));
  const told = renderCharts(data, { ...part, usesField: field, most: MOST_WITH_FIELDS }, details);
  return {
    text: [told, ...(using?.notes ?? [])].join('\n'),
    data: data.map((chart) => ({ ...chart, fields: made.get(text(chart.uuid) ?? '') })),
  };
};

/** Reading what a chart is made of takes two requests; a page has room for about so many. */
const MOST_WITH_FIELDS = 100;

/** Tools that tell charts, dashboards, spaces and projects; the resources of the same things read through them. */
export const contentHandlers: Readonly<Record<string, ToolHandler>> = {
  async GetSavedChart(operation, args, context) {
    const [{ results }, history] = await Promise.all([
      context.execute(operation, args),
      lookUp(context, 'GetChartHistory', args),
    ]);
    const known = await exploreBehind(results, context);
    const pageUrl = (path: string) => context.lightdash.pageUrl(path);
    return {
      text: fitLines(renderChart(results, { pageUrl, history, ...known }), context.budget, NO_MORE),
      data: results,
    };
  },
  async GetDashboard(operation, args, context) {
    const { results } = await context.execute(operation, args);
    const told = renderDashboard(results, (path) => context.lightdash.pageUrl(path));
    return { text: fitLines(told, context.budget, NO_MORE), data: results };
  },
  ListChartSummariesInProject: listCharts,
  ListChartsInProject: listCharts,
  async getDashboards(operation, args, context) {
    const { projectUuid } = args;
    const [{ results }, spaces] = await Promise.all([
      context.execute(operation, { projectUuid }),
      lookUp(context, 'ListSpacesInProject', { projectUuid }),
    ]);
    const part = partOf(args, context);
    const data = part.search === undefined ? results : dashboardsMatching(results, spaces, part.search);
    return { text: renderDashboards(data, spaces, part), data };
  },
  async GetSpace(operation, args, context) {
    const { results } = await context.execute(operation, args);
    return { text: renderSpace(results, context.budget), data: results };
  },
  async ListSpacesInProject(operation, args, context) {
    const { results } = await context.execute(operation, args);
    return { text: renderSpaces(results, context.budget), data: results };
  },
  async ListOrganizationProjects(operation, args, context) {
    const { results } = await context.execute(operation, args);
    const data = objects(results).filter(({ projectUuid, name }) =>
      context.allows({ projectUuid: text(projectUuid) ?? '', name: text(name) ?? '' }),
    );
    return { text: renderProjects(data, context.budget), data };
  },
};
