import { setTimeout as delay } from 'node:timers/promises';
import { untilAborted } from './abort.ts';

/** Time limit of a call that polls. Sleeping is injected, so that tests need not wait. */
export interface PollingOptions {
  /** Aborts when the host must have its answer. */
  readonly deadline: AbortSignal;
  /** Resolves after `milliseconds`; rejects as soon as the signal aborts. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Resolves after the milliseconds; rejects with an AbortError as soon as the signal aborts. */
export const sleep: PollingOptions['sleep'] = (milliseconds, signal) => delay(milliseconds, undefined, { signal });

/** Interval of progress reports, in milliseconds. */
export const PROGRESS_INTERVAL_MS = 3_000;

interface PollRequest extends PollingOptions {
  /** Cancels the polling. */
  readonly signal: AbortSignal;
  readonly minIntervalMs: number;
  readonly maxIntervalMs: number;
  /** Called about every three seconds with the milliseconds slept so far. */
  onProgress(sleptMs: number): void;
}

/**
 * Requests a state at growing intervals until there is one; undefined if the deadline comes first.
 *
 * @throws the reason of `signal` if it aborts, and what `request` throws.
 */
export async function poll<State>(
  request: () => Promise<State | undefined>,
  { deadline, sleep, signal, minIntervalMs, maxIntervalMs, onProgress }: PollRequest,
): Promise<State | undefined> {
  const stopped = AbortSignal.any([signal, deadline]);
  const deadlinePassed = Symbol('deadline passed');
  let slept = 0;
  let reported = 0;
  for (let interval = minIntervalMs; ; interval = Math.min(maxIntervalMs, interval * 1.5)) {
    await sleep(interval, stopped).catch(() => undefined);
    signal.throwIfAborted();
    if (deadline.aborted) return undefined;
    const state = await untilAborted(request(), deadline, () => deadlinePassed).catch((error: unknown) => {
      if (error === deadlinePassed) return undefined;
      throw error;
    });
    if (state !== undefined) return state;
    slept += interval;
    if (slept - reported >= PROGRESS_INTERVAL_MS) {
      reported = slept;
      onProgress(slept);
    }
  }
}
