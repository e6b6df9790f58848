import * as z from 'zod';
import { mapConcurrent } from '../../async/map-concurrent.ts';
import { ignoreApiError } from '../../lightdash/errors.ts';
import { page as pageSchema, projectUuid as project, schedulerUuid as uuid } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import { deliveryRunLogs, deliveryRuns } from '../../operations/routes/deliveries.ts';
import { joinFields, renderWithinBudget } from '../../render/page.ts';
import { formatTimestamp, pluralize } from '../../text/format.ts';
import { finite, isObject, type JsonObject, objects, text } from '../../text/json.ts';
import { truncate } from '../../text/plain-text.ts';
import { defineTool } from '../operation-tool.ts';
import type { ToolContext } from '../tool.ts';

const PAGE_SIZE = 50;
/** Runs whose steps are read for the cause of their failure. */
const MAX_CAUSES = 5;
const CONCURRENCY = 3;
const MAX_CAUSE_LENGTH = 300;

/** Lists the runs of deliveries. */
export const listSchedulerRuns = defineTool({
  name: 'list_scheduler_runs',
  title: 'Did a delivery, mail or report arrive, go out or fail?',
  description:
    'Did the scheduled deliveries (emails) run or go out? Runs of a project or one delivery, the failed ones with cause.',
  toolset: 'schedulers',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({
    projectUuid: project(),
    schedulerUuid: uuid().optional(),
    failed: z.boolean().optional().describe('Only failures'),
    page: pageSchema().optional(),
  }),
  async run({ projectUuid, schedulerUuid, failed = false, page = 1 }, context) {
    const { isNewer } = await context.server.get();
    const args = { projectUuid, schedulerUuid, failed, page };
    const { runs, position } = isNewer ? await newerRuns(args, context) : await loggedRuns(args, context);
    const noun = `${failed ? 'failed run' : 'run'}${schedulerUuid === undefined ? '' : ' of that delivery'}`;
    // An unknown delivery has no runs, either.
    if (runs.length === 0 && schedulerUuid !== undefined)
      await context.read(operationById('getScheduler'), { schedulerUuid });
    if (runs.length === 0)
      return { text: `Lightdash has no record of a ${noun}${page > 1 ? ` on page ${page}` : ''}.`, data: [] };
    const causes = await readCauses(runs, context);
    const lines = runs.map((run) => runLine(run, causes.get(run) ?? causeOf(run.details)));
    const head = `${position ?? pluralize(runs.length, noun)}: time (UTC)|delivery|sends|status|sent to|cause|schedulerUuid`;
    const text = renderWithinBudget([head], lines, context.budget, 'runs', 'name a schedulerUuid, or a later page');
    return { text, data: runs };
  },
});

interface RunsArguments {
  readonly projectUuid: string;
  readonly schedulerUuid: string | undefined;
  readonly failed: boolean;
  readonly page: number;
}

interface Runs {
  readonly runs: readonly JsonObject[];
  /** Part of the list that is shown, if it is not whole. */
  readonly position?: string;
}

async function newerRuns(args: RunsArguments, context: ToolContext): Promise<Runs> {
  const { projectUuid, schedulerUuid, failed, page } = args;
  const { results } = await context.execute(deliveryRuns, {
    projectUuid,
    page,
    pageSize: PAGE_SIZE,
    ...(schedulerUuid !== undefined && { schedulerUuids: schedulerUuid }),
    ...(failed && { statuses: 'failed,partial_failure' }),
  });
  const source = isObject(results) ? results : {};
  const { totalPageCount, totalResults } = isObject(source.pagination) ? source.pagination : {};
  const [pages, total] = [finite(totalPageCount) ?? 1, finite(totalResults)];
  const noun = failed ? 'failed run' : 'run';
  const next = page < pages ? `; the next with page ${page + 1}` : '';
  return {
    runs: objects(source.data),
    ...(total !== undefined && {
      position: `${pluralize(total, noun)}${pages > 1 ? `, page ${page} of ${pages}${next}` : ''}`,
    }),
  };
}

/** 0.1366 has the runs among its logs, and the names of deliveries separately. */
async function loggedRuns({ projectUuid, schedulerUuid, failed }: RunsArguments, context: ToolContext): Promise<Runs> {
  const { results } = await context.execute(operationById('getSchedulerLogs'), { projectUuid });
  const source = isObject(results) ? results : {};
  const names = new Map(objects(source.schedulers).map((scheduler) => [scheduler.schedulerUuid, scheduler.name]));
  const runs = objects(source.logs)
    .filter((log) => schedulerUuid === undefined || log.schedulerUuid === schedulerUuid)
    .filter(({ status }) => !failed || status === 'error')
    .map((log) => ({ ...log, schedulerName: names.get(log.schedulerUuid) }));
  return { runs };
}

/** The causes of failures that a list of runs leaves out: in the steps of each, for the first few. */
async function readCauses(runs: readonly JsonObject[], context: ToolContext): Promise<ReadonlyMap<JsonObject, string>> {
  const unexplained = runs.filter(
    (run) => /fail/.test(String(run.runStatus)) && text(run.runId) !== undefined && causeOf(run.details) === '',
  );
  const explained = await mapConcurrent(unexplained.slice(0, MAX_CAUSES), CONCURRENCY, async (run) => {
    const read = await context.execute(deliveryRunLogs, { runId: run.runId }).catch(ignoreApiError);
    const steps = objects(isObject(read?.results) ? read.results.logs : undefined);
    const causes = steps.filter(({ status }) => status === 'error').map(({ details }) => causeOf(details));
    return [run, causes.find((cause) => cause !== '') ?? ''] as const;
  });
  return new Map(explained);
}

/** The cause of a failure in the details of a run or a step: a text, or an object with a message. */
export function causeOf(details: unknown): string {
  if (!isObject(details)) return '';
  const { error } = details;
  const message = isObject(error) ? (text(error.message) ?? text(error.name)) : text(error);
  return message === undefined ? '' : truncate(message, MAX_CAUSE_LENGTH);
}

function runLine(run: JsonObject, cause: string): string {
  const { completed, total } = isObject(run.logCounts) ? run.logCounts : {};
  const alert = isObject(run.details) && run.details.thresholdStatus === 'not_met';
  return joinFields([
    formatTimestamp(run.scheduledTime) ?? formatTimestamp(run.createdAt) ?? '',
    text(run.schedulerName) ?? '',
    [text(run.resourceType), text(run.resourceName)].filter(Boolean).join(' ') || (text(run.task) ?? ''),
    text(run.runStatus) ?? text(run.status) ?? '',
    alert
      ? 'no one: the alert was not met'
      : finite(total) === undefined
        ? (text(run.target) ?? '')
        : `${completed} of ${total}`,
    cause,
    text(run.schedulerUuid) ?? '',
  ]);
}
