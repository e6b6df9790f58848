import * as z from 'zod';
import { poll } from '../../async/poll.ts';
import { CancelledError, ServerFaultError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { isObject, type JsonObject } from '../../text/json.ts';
import type { ToolContext } from '../tool.ts';

/** Jobs take 0.2 to 1 s on an idle server. */
const MIN_POLL_INTERVAL_MS = 200;
const MAX_POLL_INTERVAL_MS = 2_000;

const startResponse = z.looseObject({ jobId: z.union([z.string(), z.number()]).transform(String) });
const jobStatus = z.looseObject({ status: z.string().catch('unknown'), details: z.unknown().optional() });

/** Id of a started job: a number on 0.1366, digits on newer servers. */
export function jobIdOf(results: unknown): string | undefined {
  return startResponse.safeParse(results).data?.jobId;
}

/**
 * Polls a job until it ends; undefined if the deadline of the call comes first.
 *
 * @param label its name at the start of a sentence: `The export`.
 * @param request returns the state, undefined while the job runs.
 */
export async function pollJob<Outcome>(
  { signal, progress, polling }: Pick<ToolContext, 'signal' | 'progress' | 'polling'>,
  label: string,
  request: () => Promise<Outcome | undefined>,
): Promise<Outcome | undefined> {
  const onProgress = () => progress(`${label} is running`);
  const { deadline, sleep } = polling;
  const intervals = { minIntervalMs: MIN_POLL_INTERVAL_MS, maxIntervalMs: MAX_POLL_INTERVAL_MS };
  try {
    return await poll(request, { deadline, sleep, ...intervals, signal, onProgress });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CancelledError('The call was cancelled; the job goes on in Lightdash.');
  }
}

/**
 * Waits for a background job.
 *
 * @returns its details; undefined if it still runs at the deadline.
 * @throws {ServerFaultError} if it failed.
 */
export async function waitForJob(context: ToolContext, jobId: string, label: string): Promise<JsonObject | undefined> {
  return pollJob(context, label, async () => {
    const { results } = await context.execute(operationById('getSchedulerJobStatus'), { jobId });
    const { status, details } = jobStatus.parse(results);
    if (status === 'completed') return isObject(details) ? details : {};
    if (status === 'error') throw new ServerFaultError(`${label} failed: ${failureReason(details)}`);
    return undefined;
  });
}

/** The reason of a failed job, in any of the five forms that Lightdash uses. */
function failureReason(details: unknown): string {
  const { error } = z.looseObject({ error: z.unknown() }).catch({ error: undefined }).parse(details);
  if (typeof error === 'string') return error;
  const named = z.looseObject({ message: z.string().optional(), name: z.string().optional() }).safeParse(error).data;
  return named?.message ?? named?.name ?? 'Lightdash returned no reason';
}
