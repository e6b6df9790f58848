import { describeChartChanges } from '../../charts/chart-changes.ts';
import { chartDefinition } from '../../charts/chart-definition.ts';
import { readDashboard } from '../../dashboards/dashboard.ts';
import { describeDashboardChanges } from '../../dashboards/dashboard-changes.ts';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { fitLines } from '../../render/budget.ts';
import { pluralize } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { describeSavedChart } from '../charts/write-chart.ts';
import { describeDashboard } from '../dashboards/write-dashboard.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { type Preview, type PreviewClient, results as resultsOf } from '../preview.ts';

/** An item of a promotion: what happens to it upstream, and as what it arrives. */
interface Promoted {
  readonly kind: 'space' | 'dashboard' | 'chart';
  readonly action: string;
  readonly data: JsonObject;
}

function promotedItems(diff: unknown): readonly Promoted[] {
  const { spaces, dashboards, charts } = isObject(diff) ? diff : {};
  const items = (kind: Promoted['kind'], list: unknown) =>
    objects(list).map(
      ({ action, data }): Promoted => ({ kind, action: text(action) ?? '?', data: isObject(data) ? data : {} }),
    );
  return [...items('dashboard', dashboards), ...items('chart', charts), ...items('space', spaces)];
}

const UNCHANGED = 'no changes';
const VERBS: Readonly<Record<string, string>> = { create: 'created', update: 'overwritten', delete: 'deleted' };

/** Changes of a promotion upstream, an item a line; items that stay as they are are counted. */
async function describePromotion(diff: unknown, client: PreviewClient): Promise<readonly string[]> {
  const items = promotedItems(diff);
  const changed = items.filter(({ action }) => action !== UNCHANGED);
  const lines = await Promise.all(changed.map((item) => describeItem(item, client)));
  const unchangedCount = items.length - changed.length;
  return [
    ...lines.flat().map(plainText),
    ...(unchangedCount > 0
      ? [
          `- ${pluralize(unchangedCount, 'item')} upstream ${unchangedCount === 1 ? 'stays as it is' : 'stay as they are'}`,
        ]
      : []),
  ];
}

async function describeItem({ kind, action, data }: Promoted, client: PreviewClient): Promise<readonly string[]> {
  const head = `- ${kind} "${text(data.name) ?? '?'}" is ${VERBS[action] ?? action}`;
  if (action !== 'update') return [head];
  const changes = (await changesUpstream(kind, data, client)) ?? [];
  return [head, ...changes.map((change) => `  - ${change}`)];
}

/** Differences to what is upstream now; undefined if that cannot be read. */
async function changesUpstream(
  kind: Promoted['kind'],
  data: JsonObject,
  { read }: PreviewClient,
): Promise<readonly string[] | undefined> {
  const uuid = text(data.uuid);
  if (uuid === undefined) return undefined;
  if (kind === 'chart') {
    const upstream = await chartDefinition(read, uuid).catch(ignoreApiError);
    return upstream && describeChartChanges(upstream, data);
  }
  if (kind !== 'dashboard') return undefined;
  const upstream = readDashboard(
    await read(operationById('GetDashboard'), { dashboardUuid: uuid }).catch(ignoreApiError),
  );
  const promoted = readDashboard(data);
  return upstream && promoted && describeDashboardChanges(upstream, promoted);
}

type DiffId = 'promoteChartDiff' | 'promoteDashboardDiff';

const diff: ToolHandler<DiffId> = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
  const lines = await describePromotion(results, context);
  const changes = promotedItems(results).filter(({ action }) => action !== UNCHANGED).length;
  const head =
    changes === 0
      ? 'Promoting would change nothing upstream:'
      : `Promoting changes ${pluralize(changes, 'item')} upstream:`;
  return { text: fitLines([head, ...lines].join('\n'), context.budget, 'The rest is in Lightdash.'), data: results };
};

const preview =
  (id: DiffId): Preview =>
  async (args, client) => {
    const lines = await describePromotion(await resultsOf(client, id, args), client);
    return ['Copies to the upstream project, for everyone there:', ...lines].join('\n');
  };

/** The changes of a promotion upstream, as Lightdash lists them. */
export const previewPromoteChart = preview('promoteChartDiff');
/** The changes of a promotion upstream, as Lightdash lists them. */
export const previewPromoteDashboard = preview('promoteDashboardDiff');

/** Handlers of promotions to the upstream project. */
export const promotionHandlers = {
  promoteChartDiff: diff,
  promoteDashboardDiff: diff,
  async promoteChart(operation, args, context) {
    const { results } = await context.execute(operation, args);
    const chart = isObject(results) ? results : {};
    return { text: `Promoted. Upstream there is now ${describeSavedChart(chart, context)}`, data: results };
  },
  async promoteDashboard(operation, args, context) {
    const { results } = await context.execute(operation, args);
    const dashboard = isObject(results) ? results : {};
    return { text: `Promoted. Upstream there is now ${describeDashboard(dashboard, context)}`, data: results };
  },
} satisfies ToolHandlers;
