import { joinFields, renderWithinBudget } from '../../render/page.ts';
import { formatTimestamp, personOf, pluralize } from '../../text/format.ts';
import { isObject, type JsonObject, objects, text } from '../../text/json.ts';
import type { Budget } from '../../text/token-budget.ts';

/**
 * The deliveries of a project with their latest runs (getSchedulerLogs): what is sent when, to whom, and what came of it.
 *
 * @param logs what 0.1366 answers, or the `data` of a page on newer servers.
 */
export function renderDeliveries(logs: unknown, budget: Budget): string {
  const known = isObject(logs) ? logs : {};
  const [schedulers, runs] = [objects(known.schedulers), objects(known.logs)];
  if (schedulers.length === 0 && runs.length === 0) return 'No deliveries.';
  const names = new Map<unknown, string>([
    ...objects(known.charts).map(({ savedChartUuid, name }) => [savedChartUuid, text(name) ?? '?'] as const),
    ...objects(known.dashboards).map(({ dashboardUuid, name }) => [dashboardUuid, text(name) ?? '?'] as const),
    ...objects(known.users).map((user) => [user.userUuid, personOf(user) ?? '?'] as const),
    ...schedulers.map(({ schedulerUuid, name }) => [schedulerUuid, text(name) ?? '?'] as const),
  ]);
  const deliveries = schedulers.map((scheduler) =>
    joinFields([
      text(scheduler.name) ?? '',
      text(scheduler.schedulerUuid) ?? '',
      contentOf(scheduler, names),
      [text(scheduler.cron), text(scheduler.timezone)].filter(Boolean).join(' '),
      text(scheduler.format) ?? '',
      objects(scheduler.targets).map(targetOf).join(', '),
      names.get(scheduler.createdBy) ?? '',
      scheduler.enabled === false ? 'switched off' : '',
    ]),
  );
  const told = runs.map((run) =>
    joinFields([
      formatTimestamp(run.scheduledTime) ?? formatTimestamp(run.createdAt) ?? '',
      names.get(run.schedulerUuid) ?? text(run.schedulerUuid) ?? '',
      text(run.task) ?? '',
      text(run.status) ?? '',
      text(run.target) ?? '',
      reasonOf(run.details),
      text(run.jobId) ?? '',
    ]),
  );
  const head = `${pluralize(schedulers.length, 'delivery', 'deliveries')}: name|schedulerUuid|sends|cron|format|to|made by`;
  const runsHead =
    told.length === 0
      ? 'No runs are recorded.'
      : `${pluralize(told.length, 'run')}: time|delivery|task|status|to|reason|jobId`;
  const lines = [...deliveries, runsHead, ...told];
  return renderWithinBudget([head], lines, budget, 'lines', 'page and pageSize bring them in parts on newer servers');
}

function contentOf({ savedChartUuid, dashboardUuid }: JsonObject, names: ReadonlyMap<unknown, string>): string {
  const [kind, uuid] = text(savedChartUuid) ? ['chart', savedChartUuid] : ['dashboard', dashboardUuid];
  return uuid ? `${kind} ${names.get(uuid) ?? '?'} (${uuid})` : '';
}

/** Whom a delivery goes to: an address, a channel of Slack, or a sheet. */
const targetOf = (target: JsonObject): string =>
  text(target.recipient) ?? (text(target.channel) ? `Slack ${target.channel}` : (text(target.type) ?? '?'));

/** Why a run failed, where it says so. */
function reasonOf(details: unknown): string {
  if (!isObject(details)) return '';
  return text(details.error) ?? (isObject(details.error) ? (text(details.error.message) ?? '') : '');
}
