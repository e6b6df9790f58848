import { objects, text } from '../../text/json.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { chartsUsing, describeChartFields, fieldsOfCharts } from './chart-fields.ts';
import { listPage } from './list-page.ts';
import { chartsMatching, inOrder, renderCharts } from './render-content-lists.ts';

/** Charts per page with `fields`: the fields of a chart take two requests, and a line each. */
const MAX_WITH_FIELDS = 100;

/** Lists charts, narrowed by words or by a field that they use, and with their fields on request. */
const listCharts: ToolHandler<'ListChartSummariesInProject' | 'ListChartsInProject'> = async (
  operation,
  args,
  context,
) => {
  const { search: _search, offset: _offset, usesField, fields: withFields, ...sent } = args;
  const { results } = await context.execute(operation, sent);
  const page = { ...listPage(args, context), usesField: text(usesField?.trim()) };
  const matching = page.search === undefined ? objects(results) : chartsMatching(results, page.search);
  const using = page.usesField
    ? await chartsUsing(matching, page.usesField, args.projectUuid, context)
    : { charts: matching, uses: undefined, notes: [] };
  const charts = inOrder(using.charts);
  if (!withFields) {
    return { text: [renderCharts(charts, page, using.uses), ...using.notes].join('\n'), data: charts };
  }
  const offset = page.offset ?? 0;
  const fields = await fieldsOfCharts(charts.slice(offset, offset + MAX_WITH_FIELDS), context);
  const details = new Map([...fields].map(([uuid, each]) => [uuid, describeChartFields(each)]));
  return {
    text: [renderCharts(charts, { ...page, most: MAX_WITH_FIELDS }, details), ...using.notes].join('\n'),
    data: charts.map((chart) => ({ ...chart, fields: fields.get(text(chart.uuid) ?? '') })),
  };
};

export const listChartsHandlers = {
  ListChartSummariesInProject: listCharts,
  ListChartsInProject: listCharts,
} satisfies ToolHandlers;
