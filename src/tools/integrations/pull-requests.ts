import { mapConcurrent } from '../../async/map-concurrent.ts';
import { chartDefinition } from '../../charts/chart-definition.ts';
import { operationById } from '../../operations/index.ts';
import { githubConfiguration } from '../../operations/routes/newer-releases.ts';
import { renderAnswer } from '../../render/answer.ts';
import { isObject, type JsonObject, objects, text, texts } from '../../text/json.ts';
import { ArgumentsError } from '../arguments.ts';
import { doneSentence, type ToolHandler } from '../operation-tool.ts';
import { runForRelease } from '../release-fallback.ts';
import type { ToolContext } from '../tool.ts';

/** Whether write-back is set up: told of a project by older servers, of the organization by newer ones. */
const gitIntegration: ToolHandler = async (operation, args, context) => {
  const results = await runForRelease(context, {
    older: async () => (await context.execute(operation, args)).results,
    newer: async () => (await context.execute(githubConfiguration, {})).results,
  });
  return { text: renderAnswer(results, context.budget, 'Lightdash tells nothing of it.'), data: results };
};

/**
 * Opens a pull request for custom metrics. Older servers take ids, newer ones the metrics themselves, which stand in the
 * charts that define them.
 */
const customMetricsPullRequest: ToolHandler = async (operation, args, context) => {
  const { isNewer } = await context.server.get();
  const customMetrics = isNewer ? await definitionsOf(texts(args.customMetrics), args.projectUuid, context) : undefined;
  const { results } = await context.execute(operation, { ...args, ...(customMetrics && { customMetrics }) });
  return { text: renderAnswer(results, context.budget, doneSentence(operation.title, args)), data: results };
};

/** Each look takes two requests. */
const AT_A_TIME = 5;

async function definitionsOf(
  ids: readonly string[],
  projectUuid: unknown,
  { read }: ToolContext,
): Promise<readonly JsonObject[]> {
  const listed = objects(await read(operationById('getCustomMetrics'), { projectUuid }));
  const wanted = listed.filter(({ name }) => ids.includes(text(name) ?? ''));
  // An id that the list does not have may be written as `table_name`: any chart that has custom metrics may define it.
  const among = wanted.length === ids.length ? wanted : listed;
  const chartUuids = [
    ...new Set(among.flatMap(({ chartUrl }) => /\/saved\/([0-9a-f-]{36})/.exec(text(chartUrl) ?? '')?.[1] ?? [])),
  ];
  const charts = await mapConcurrent(chartUuids, AT_A_TIME, (chartUuid) => chartDefinition(read, chartUuid));
  const defined = charts.flatMap((chart) =>
    objects(isObject(chart?.metricQuery) ? chart.metricQuery.additionalMetrics : undefined),
  );
  const found = ids.map((id) =>
    defined.find((metric) => metric.uuid === id || `${metric.table}_${metric.name}` === id),
  );
  const unknown = ids.filter((_, position) => found[position] === undefined);
  if (unknown.length > 0) {
    throw new ArgumentsError([
      `customMetrics: no chart of the project defines ${unknown.join(', ')}; get_custom_metrics gives the ids`,
    ]);
  }
  return found.flatMap((metric) => (metric === undefined ? [] : [metric]));
}

/** What the tools of integrations do instead of passing Lightdash's answer on, by operation. */
export const integrationHandlers: Readonly<Record<string, ToolHandler>> = {
  GetConfiguration: gitIntegration,
  CreatePullRequestForCustomMetrics: customMetricsPullRequest,
};
