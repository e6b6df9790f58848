import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { type JsonObject, objects, text } from '../../text/json.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import type { ToolContext } from '../tool.ts';
import { chartsUsing, describeChartFields, fieldsOfCharts } from './chart-fields.ts';
import { listPage } from './list-page.ts';
import { chartsMatching, inOrder, renderCharts } from './render-content-lists.ts';

/** Charts per page with `fields`: the fields of a chart take two requests, and a line each. */
const MAX_WITH_FIELDS = 100;

const NOT_SEARCHED =
  'Not searched: the filters of dashboards, and what this list does not have; search_content searches all that it can.';

/** Sentence for a list that shows nothing of what was looked for. */
export const INSIDE_NOT_LISTED =
  'Charts that are saved inside of a dashboard are not listed: get_dashboard shows them.';

/** Lists charts, narrowed by words or by a field that they use, and with their fields on request. */
const listCharts: ToolHandler<'ListChartSummariesInProject' | 'ListChartsInProject'> = async (
  operation,
  args,
  context,
) => {
  const { search: _search, offset: _offset, usesField, fields: withFields, ...sent } = args;
  const { results: listed } = await context.execute(operation, sent);
  // The list of summaries leaves SQL charts out.
  const added = operation.id === 'ListChartSummariesInProject' ? await sqlChartsOf(args.projectUuid, context) : [];
  const unread = added === undefined ? ['SQL charts could not be listed: there may be some.'] : [];
  const results = [...objects(listed), ...(added ?? [])];
  const page = { ...listPage(args, context), usesField: text(usesField?.trim()) };
  const { matching, notes: spelling } =
    page.search === undefined ? { matching: results, notes: [] } : chartsMatching(results, page.search);
  const using = page.usesField
    ? await chartsUsing(matching, page.usesField, args.projectUuid, context)
    : { charts: matching, uses: undefined, notes: [] };
  const notSearched = page.usesField ? [NOT_SEARCHED] : [];
  const charts = inOrder(using.charts);
  // Newer servers list no charts that are saved inside of a dashboard.
  const isWithInside = objects(listed).some(({ dashboardUuid }) => text(dashboardUuid) !== undefined);
  const inside = charts.length === 0 && !isWithInside ? [INSIDE_NOT_LISTED] : [];
  const notes = [...spelling, ...using.notes, ...notSearched, ...inside, ...unread];
  if (!withFields) {
    return {
      text: [renderCharts(charts, page, using.uses), ...notes].join('\n'),
      data: charts,
    };
  }
  const offset = page.offset ?? 0;
  const fields = await fieldsOfCharts(charts.slice(offset, offset + MAX_WITH_FIELDS), context);
  const details = new Map([...fields].map(([uuid, chartFields]) => [uuid, describeChartFields(chartFields)]));
  return {
    text: [
      renderCharts(charts, { ...page, maxLines: MAX_WITH_FIELDS }, details),
      ...spelling,
      ...using.notes,
      ...notSearched,
      ...unread,
    ].join('\n'),
    data: charts.map((chart) => ({ ...chart, fields: fields.get(text(chart.uuid) ?? '') })),
  };
};

/** The SQL charts of a project with the keys of a summary; undefined if they cannot be listed. */
async function sqlChartsOf(projectUuid: string, { read }: ToolContext): Promise<readonly JsonObject[] | undefined> {
  const charts = await read(operationById('ListChartsInProject'), { projectUuid }).catch(ignoreApiError);
  if (charts === undefined) return undefined;
  return objects(charts)
    .filter(({ source }) => source === 'sql')
    .map(({ uuid, name, description, slug, spaceUuid, spaceName, chartKind, source }) => ({
      ...{ uuid, name, description, slug, spaceUuid, spaceName, chartKind, source, projectUuid },
    }));
}

/** Handlers of the two lists of charts, which have the same text. */
export const listChartsHandlers = {
  ListChartSummariesInProject: listCharts,
  ListChartsInProject: listCharts,
} satisfies ToolHandlers;
