import { mapConcurrent } from '../../async/map-concurrent.ts';
import { chartDefinition } from '../../charts/chart-definition.ts';
import { operationById } from '../../operations/index.ts';
import { githubConfiguration } from '../../operations/routes/newer-releases.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import { readAllCode } from '../content/as-code-item.ts';
import { rendered, renderResults, type ToolHandler, type ToolHandlers } from '../operation-tool.ts';
import { runForRelease } from '../release-fallback.ts';
import type { ToolContext } from '../tool.ts';

/** State of the write-back to git, per project on older servers and per organization on newer ones. */
const gitIntegration: ToolHandler<'GetConfiguration'> = async (operation, args, context) => {
  const results = await runForRelease(context, {
    older: async () => (await context.execute(operation, args)).results,
    newer: async () => (await context.execute(githubConfiguration, {})).results,
  });
  const isEnabled = isObject(results) ? results.enabled : undefined;
  const text =
    isEnabled === false
      ? 'The write-back to git is off: this Lightdash is connected to no repository.'
      : renderResults(operation, results, context.budget);
  return { text, data: results };
};

/** Opens a pull request for custom metrics. Older servers take ids, newer ones the definitions in the charts. */
const customMetricsPullRequest: ToolHandler<'CreatePullRequestForCustomMetrics'> = async (operation, args, context) => {
  const { isNewer } = await context.server.get();
  const customMetrics = isNewer ? await definitionsOf(args.customMetrics, args.projectUuid, context) : undefined;
  const { results } = await context.execute(operation, { ...args, ...(customMetrics && { customMetrics }) });
  return { text: renderResults(operation, results, context.budget), data: results };
};

/** Each chart takes two requests. */
const CONCURRENCY = 5;

async function definitionsOf(
  ids: readonly string[],
  projectUuid: string,
  context: ToolContext,
): Promise<readonly JsonObject[]> {
  // 1.219 marks the list of custom metrics to go.
  const charts = (await context.server.has('1.219'))
    ? (await readAllCode('chart', projectUuid, context)).items
    : await chartsWithCustomMetrics(ids, projectUuid, context);
  const defined = charts.flatMap((chart) =>
    objects(isObject(chart?.metricQuery) ? chart.metricQuery.additionalMetrics : undefined),
  );
  const fields = ids.map((id) =>
    defined.find((metric) => metric.uuid === id || `${metric.table}_${metric.name}` === id),
  );
  const unknown = ids.filter((_, position) => fields[position] === undefined);
  if (unknown.length > 0) {
    throw new ArgumentsError([
      `customMetrics: no chart of the project defines ${unknown.join(', ')}; get_custom_metrics gives the ids`,
    ]);
  }
  return fields.flatMap((metric) => (metric === undefined ? [] : [metric]));
}

/** The charts that the list of custom metrics names. */
async function chartsWithCustomMetrics(
  ids: readonly string[],
  projectUuid: string,
  { read }: ToolContext,
): Promise<readonly (JsonObject | undefined)[]> {
  const listed = objects(await read(operationById('getCustomMetrics'), { projectUuid }));
  const wanted = listed.filter(({ name }) => ids.includes(text(name) ?? ''));
  // An id that is not listed may be written as `table_name`, which any chart with custom metrics may define.
  const candidates = wanted.length === ids.length ? wanted : listed;
  const chartUuids = [
    ...new Set(candidates.flatMap(({ chartUrl }) => /\/saved\/([0-9a-f-]{36})/.exec(text(chartUrl) ?? '')?.[1] ?? [])),
  ];
  return mapConcurrent(chartUuids, CONCURRENCY, (chartUuid) => chartDefinition(read, chartUuid));
}

/** The address that a person opens: nothing is installed before. */
const renderInstallation = (results: unknown): string | undefined => {
  const address = isObject(results) ? text(results.open) : undefined;
  return address && plainText(`Nothing is installed yet. A person installs the GitHub app at this address: ${address}`);
};

/** Handlers of GitHub. */
export const integrationHandlers = {
  installGithubAppForOrganization: rendered(renderInstallation),
  GetConfiguration: gitIntegration,
  CreatePullRequestForCustomMetrics: customMetricsPullRequest,
} satisfies ToolHandlers;
