import * as z from 'zod';
import { poll } from '../../async/poll.ts';
import { CancelledError, ServerFaultError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import type { ToolHandler } from '../operation-tool.ts';
import type { ToolContext } from '../tool.ts';
import { renderDeliveries } from './render-deliveries.ts';
import { renderValidation } from './render-validation.ts';

/** Jobs take 0.2 to 1 s on an idle server. */
const MIN_POLL_INTERVAL_MS = 200;
const MAX_POLL_INTERVAL_MS = 2_000;

const started = z.looseObject({ jobId: z.union([z.string(), z.number()]).transform(String) });
const jobStatus = z.looseObject({ status: z.string().catch('unknown'), details: z.unknown().optional() });

/** The id of the job that an operation started: a number on 0.1366, digits on newer servers. */
export function jobIdOf(results: unknown): string | undefined {
  return started.safeParse(results).data?.jobId;
}

/**
 * Polls a job until it ends; undefined if the deadline of the call comes first.
 *
 * @param request returns the state, undefined while the job runs.
 */
export async function pollJob<Outcome>(
  { signal, progress, polling }: Pick<ToolContext, 'signal' | 'progress' | 'polling'>,
  label: string,
  request: () => Promise<Outcome | undefined>,
): Promise<Outcome | undefined> {
  const onProgress = () => progress(`${label} is running`);
  const intervals = { minIntervalMs: MIN_POLL_INTERVAL_MS, maxIntervalMs: MAX_POLL_INTERVAL_MS };
  try {
    return await poll(request, { ...polling, ...intervals, signal, onProgress });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CancelledError('The call was cancelled; the job goes on in Lightdash.');
  }
}

/** Waits for a background job. Returns undefined if it still runs at the deadline. Throws if it failed. */
export async function waitForJob(context: ToolContext, jobId: string, what: string): Promise<'completed' | undefined> {
  return pollJob(context, what, async () => {
    const { results } = await context.execute(operationById('getSchedulerJobStatus'), { jobId });
    const { status, details } = jobStatus.parse(results);
    if (status === 'completed') return 'completed' as const;
    if (status === 'error') throw new ServerFaultError(`${what} failed: ${failureReason(details)}`);
    return undefined;
  });
}

/** Why a job failed, in whichever of the five forms Lightdash tells it (or does not). */
function failureReason(details: unknown): string {
  const { error } = z.looseObject({ error: z.unknown() }).catch({ error: undefined }).parse(details);
  if (typeof error === 'string') return error;
  const named = z.looseObject({ message: z.string().optional(), name: z.string().optional() }).safeParse(error).data;
  return named?.message ?? named?.name ?? 'Lightdash gives no reason';
}

/** Validates and waits, so that one call answers "what is broken?". */
const validate: ToolHandler = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
  const jobId = jobIdOf(results);
  const { projectUuid } = args;
  // The results of a run with given explores stand under their job alone.
  const which = args.explores === undefined || jobId === undefined ? {} : { jobId };
  if (jobId !== undefined && (await waitForJob(context, jobId, 'The validation')) === undefined) {
    return {
      text: `The validation is still running as job ${jobId}. Follow it with get_scheduler_job_status, then call get_latest_validation_results.`,
      data: results,
    };
  }
  const found = await context.execute(operationById('GetLatestValidationResults'), { projectUuid, ...which });
  const errors = Array.isArray(found.results) ? found.results : [];
  return { text: `Validated. ${renderValidation(errors, context.budget)}`, data: { jobId, errors } };
};

const logPage = z.looseObject({
  data: z.looseObject({}),
  pagination: z.looseObject({ page: z.number(), totalPageCount: z.number(), totalResults: z.number() }),
});

/** Deliveries and their runs: all at once on older servers, page by page inside of `data` on newer ones. */
const schedulerLogs: ToolHandler = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
  const paged = logPage.safeParse(results).data;
  if (paged === undefined) return { text: renderDeliveries(results, context.budget), data: results };
  const { page, totalPageCount, totalResults } = paged.pagination;
  const which = `Page ${page} of ${Math.max(totalPageCount, 1)}, ${totalResults} in all.`;
  const more = page < totalPageCount ? ` The next with page ${page + 1}.` : '';
  return { text: `${which}${more}\n${renderDeliveries(paged.data, context.budget)}`, data: results };
};

/** What the tools that start jobs do instead of passing the job's id on, by operation. */
export const jobHandlers: Readonly<Record<string, ToolHandler>> = {
  ValidateProject: validate,
  async GetLatestValidationResults(operation, args, { execute, budget }) {
    const { results } = await execute(operation, args);
    return { text: renderValidation(results, budget), data: results };
  },
  getSchedulerLogs: schedulerLogs,
};
