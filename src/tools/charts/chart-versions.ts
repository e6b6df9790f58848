import { describeChartChanges } from '../../charts/chart-changes.ts';
import { chartDefinition, chartVersion } from '../../charts/chart-definition.ts';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { fitLines } from '../../render/budget.ts';
import { changed, pluralize } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { renderChart } from '../content/render-chart.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { nameOf, type PreviewOf } from '../preview.ts';
import type { CachedRead, ToolContext } from '../tool.ts';
import { loadChart } from './load-chart.ts';
import { currentChart, describeSavedChart } from './write-chart.ts';

/** Versions that are compared with the one before: each is a request. */
const MAX_COMPARED = 6;

/** Lists the versions of a chart, with the differences of the latest ones. */
const history: ToolHandler<'GetChartHistory'> = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
  const versions = objects(isObject(results) ? results.history : undefined);
  const uuids = versions.slice(0, MAX_COMPARED + 1).map(({ versionUuid }) => text(versionUuid) ?? '');
  const charts = await Promise.all(uuids.map((uuid) => readVersion(args.chartUuid, uuid, context)));
  const lines = versions.map((version, index) => {
    const saved = changed(version.createdAt, version.createdBy) ?? '?';
    const changes = changesBetween(charts[index + 1], charts[index]);
    return plainText([text(version.versionUuid) ?? '?', saved, index === 0 ? 'current' : '', changes].join('|'));
  });
  const head =
    versions.length === 0
      ? 'No versions are kept of this chart.'
      : `${pluralize(versions.length, 'version')} of the last 30 days, the latest first: versionUuid|saved|state|changes`;
  const table = [head, ...lines.map((line) => line.replace(/\|+$/, ''))].join('\n');
  return { text: fitLines(table, context.budget, 'get_chart_version reads one.'), data: results };
};

/** A version is read through the cache: it never changes. */
const readVersion = async (chartUuid: string, versionUuid: string, { read }: ToolContext) =>
  versionUuid.trim() === '' ? undefined : chartVersion(read, chartUuid, versionUuid).catch(ignoreApiError);

function changesBetween(before: JsonObject | undefined, after: JsonObject | undefined): string {
  if (before === undefined || after === undefined) return '';
  return describeChartChanges(before, after).join('; ') || 'no difference';
}

/** Rolls a chart back and returns what is true now, and how to take it back. */
const rollback: ToolHandler<'postChartVersionRollback'> = async (operation, args, context) => {
  const before = await currentChart(args.chartUuid, context).catch(ignoreApiError);
  if (before !== undefined && before.versionUuid === args.versionUuid)
    return { text: `Nothing to do: that version is the current one of ${describeSavedChart(before.chart, context)}` };
  const { results } = await context.execute(operation, args);
  const after = await readVersion(args.chartUuid, args.versionUuid, context);
  const restored = { ...before?.chart, ...after };
  const changes = before ? describeChartChanges(before.chart, restored) : [];
  const { versionUuid } = before ?? {};
  return {
    text: [
      `Rolled back: ${describeSavedChart(restored, context)}`,
      ...changes.map((change) => plainText(`- ${change}`)),
      ...(before !== undefined && changes.length === 0
        ? ['- no difference: the chart was as that version already']
        : []),
      ...(versionUuid === undefined
        ? []
        : [`rollback_chart_version ${JSON.stringify({ chartUuid: args.chartUuid, versionUuid })} takes this back.`]),
    ].join('\n'),
    data: results ?? restored,
  };
};

/** A version as get_saved_chart describes a chart, with who saved it and what the latest version has otherwise. */
const version: ToolHandler<'GetChartVersion'> = async (operation, args, context) => {
  const [{ results }, latest] = await Promise.all([
    context.execute(operation, args),
    chartDefinition(context.read, args.chartUuid).catch(ignoreApiError),
  ]);
  const source = isObject(results) ? results : {};
  const saved = isObject(source.chart) ? source.chart : {};
  const loaded = await loadChart(Promise.resolve(saved), context);
  const pageUrl = (path: string) => context.lightdash.pageUrl(path);
  const head = `Version ${text(source.versionUuid) ?? args.versionUuid}, saved ${changed(source.createdAt, source.createdBy) ?? '?'}.`;
  const changes = latest === undefined ? undefined : describeChartChanges(saved, latest);
  const since =
    changes === undefined
      ? []
      : [changes.length === 0 ? 'It is as the current version.' : `Changed since: ${changes.join('; ')}.`];
  const lines = [plainText(head), ...since.map(plainText), renderChart(saved, { pageUrl, ...loaded })];
  return { text: fitLines(lines.join('\n'), context.budget, 'The rest is in Lightdash.'), data: results };
};

/** Changes of a rollback, in words; undefined if the version is as the current one. */
export const previewRollback: PreviewOf<'postChartVersionRollback'> = async ({ chartUuid, versionUuid }, client) => {
  const fresh: CachedRead = async (operation, values) => (await client.execute(operation, values)).results;
  const current = await chartDefinition(fresh, chartUuid);
  const version = await chartVersion(fresh, chartUuid, versionUuid);
  if (current === undefined || version === undefined) return undefined;
  const changes = describeChartChanges(current, version);
  if (changes.length === 0) return undefined;
  const by = changed(version.updatedAt, version.updatedByUser);
  return plainText(
    `Rolls the chart ${nameOf(current)} back${by ? ` to the version of ${by}` : ''}, for everyone: ${changes.join('; ')}.`,
  );
};

/** Handlers of the operations on versions of charts. */
export const chartVersionHandlers = {
  GetChartHistory: history,
  GetChartVersion: version,
  postChartVersionRollback: rollback,
} satisfies ToolHandlers;
