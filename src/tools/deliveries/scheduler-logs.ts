import * as z from 'zod';
import { joinFields, renderWithinBudget } from '../../render/page.ts';
import { formatTimestamp, personOf, pluralize } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import type { Budget } from '../../text/token-budget.ts';
import { rendered, type ToolHandlers } from '../operation-tool.ts';
import { describeTarget } from './recipients.ts';
import { causeOf } from './scheduler-runs.ts';

const logPage = z.looseObject({
  data: z.looseObject({}),
  pagination: z.looseObject({ page: z.number(), totalPageCount: z.number(), totalResults: z.number() }),
});

/** Older servers return all deliveries and runs at once, newer ones a page inside of `data`. */
function renderLogs(results: unknown, budget: Budget): string {
  const page = logPage.safeParse(results).data;
  if (page === undefined) return renderDeliveries(results, budget);
  const { page: number, totalPageCount, totalResults } = page.pagination;
  if (totalResults === 0) return renderDeliveries(page.data, budget);
  const deliveries = renderDeliveries(page.data, budget, number);
  if (totalPageCount <= 1 && number <= 1) return deliveries;
  const next = number < totalPageCount ? ` The next with page ${number + 1}.` : '';
  return `Page ${number} of ${totalPageCount}, ${totalResults} runs in all.${next}\n${deliveries}`;
}

/** 0.1366 answers an empty list for a project that does not exist. */
const NO_DELIVERIES = 'No deliveries that you may see; for an unknown project Lightdash may answer the same.';

/**
 * The deliveries of a project with the results of their latest runs (getSchedulerLogs).
 *
 * @param logs the response of 0.1366, or `data` of a page of newer servers.
 * @param page number of the page of runs.
 */
export function renderDeliveries(logs: unknown, budget: Budget, page = 1): string {
  const source = isObject(logs) ? logs : {};
  const [schedulers, runs] = [objects(source.schedulers), objects(source.logs)];
  if (schedulers.length === 0 && runs.length === 0) return NO_DELIVERIES;
  const names = new Map<unknown, string>([
    ...objects(source.charts).map(({ savedChartUuid, name }) => [savedChartUuid, text(name) ?? '?'] as const),
    ...objects(source.dashboards).map(({ dashboardUuid, name }) => [dashboardUuid, text(name) ?? '?'] as const),
    ...objects(source.users).map((user) => [user.userUuid, personOf(user) ?? '?'] as const),
    ...schedulers.map(({ schedulerUuid, name }) => [schedulerUuid, text(name) ?? '?'] as const),
  ]);
  const deliveries = schedulers.map((scheduler) =>
    joinFields([
      text(scheduler.name) ?? '',
      text(scheduler.schedulerUuid) ?? '',
      contentOf(scheduler, names),
      [text(scheduler.cron), text(scheduler.timezone)].filter(Boolean).join(' '),
      text(scheduler.format) ?? '',
      objects(scheduler.targets).map(describeTarget).join(', '),
      [formatTimestamp(scheduler.createdAt), names.get(scheduler.createdBy)].filter(Boolean).join(' by '),
      scheduler.enabled === false ? 'switched off' : '',
    ]),
  );
  const runLines = runs.map((run) =>
    joinFields([
      formatTimestamp(run.scheduledTime) ?? formatTimestamp(run.createdAt) ?? '',
      names.get(run.schedulerUuid) ?? text(run.schedulerUuid) ?? '',
      text(run.task) ?? '',
      text(run.status) ?? '',
      text(run.target) ?? '',
      causeOf(run.details),
      text(run.jobId) ?? '',
    ]),
  );
  const head = `${pluralize(schedulers.length, 'delivery', 'deliveries')}: name|schedulerUuid|sends|cron|format|to|made`;
  const runsHead =
    source.runsListed === false
      ? 'Their runs are for admins of the project.'
      : runLines.length === 0
        ? page > 1
          ? 'No runs on this page.'
          : 'No runs are recorded.'
        : `${pluralize(runLines.length, 'run')}: time|delivery|task|status|to|reason|jobId`;
  const lines = [...deliveries, runsHead, ...runLines];
  return renderWithinBudget([head], lines, budget, 'lines', 'newer servers return pages, with page and pageSize');
}

function contentOf(scheduler: JsonObject, names: ReadonlyMap<unknown, string>): string {
  const { savedChartUuid, dashboardUuid, savedSqlUuid } = scheduler;
  if (text(savedSqlUuid)) return `SQL chart ${text(scheduler.savedSqlName) ?? '?'} (${String(savedSqlUuid)})`;
  const [kind, uuid] = text(savedChartUuid) ? ['chart', savedChartUuid] : ['dashboard', dashboardUuid];
  return uuid ? `${kind} ${names.get(uuid) ?? '?'} (${uuid})` : '';
}

/** Handler of the logs of deliveries. */
export const deliveryHandlers = { getSchedulerLogs: rendered(renderLogs) } satisfies ToolHandlers;
