import { randomUUID } from 'node:crypto';
import { untilAborted } from '../../async/abort.ts';
import { type PollingOptions, PROGRESS_INTERVAL_MS } from '../../async/poll.ts';
import type { Endpoint } from '../../lightdash/endpoint.ts';
import { CancelledError, InvalidInputError, TimedOutError } from '../../lightdash/errors.ts';

// The request that starts a query may outlast its call: 1.219 runs SQL once with LIMIT 1 before the query has an id, and
// releases without v2 answer with the rows alone.

/** A request that was sent: its answer names the query, or has its rows. */
export interface SentStart<Outcome> {
  readonly outcome: Promise<Outcome>;
  /** Gives the query up, at once or as soon as Lightdash names it. */
  cancel(): void;
}

/** A query that Lightdash had not answered when its call had to end. */
export interface HeldStart<Outcome> extends SentStart<Outcome> {
  /** Made by this process: Lightdash's own id is not there yet. */
  readonly queryUuid: string;
  readonly projectUuid?: undefined;
}

/** True if Lightdash has not answered the start: there is no id of a query yet. */
export const isHeld = <Start extends object>(start: Start): start is Extract<Start, HeldStart<unknown>> =>
  'outcome' in start;

/** Each holds one of the client's eight connections. */
const MAX_HELD = 4;

/** The unanswered starts of the process. */
export class HeldStarts {
  #count = 0;

  /** @throws {InvalidInputError} while as many as may be are unanswered. */
  assertFree(): void {
    if (this.#count < MAX_HELD) return;
    throw new InvalidInputError(`${MAX_HELD} queries of earlier calls are still unanswered.`, {
      advice: 'This one was not sent. Wait for one of them with get_query_result, or give one up with cancel_query.',
    });
  }

  hold<Outcome>({ outcome, cancel }: SentStart<Outcome>): HeldStart<Outcome> {
    this.#count += 1;
    const release = () => {
      this.#count -= 1;
    };
    // A failure is thrown to the call that waits for it next.
    outcome.then(release, release);
    return { queryUuid: randomUUID(), outcome, cancel };
  }
}

/** The parts of a call that waiting uses. */
interface WaitContext {
  readonly polling: PollingOptions;
  /** Aborts when the host cancels the call. */
  readonly signal: AbortSignal;
  progress(sentence: string): void;
}

/** 1.219 marks the query's record, and the warehouse goes on with the statement. */
export const CANCELLED = 'The call was cancelled, and its query given up; the warehouse may finish the statement.';

/** The answer to a start; at the deadline of the call the start is held, and goes on. */
export async function outcomeOrHold<Outcome>(
  label: string,
  start: SentStart<Outcome>,
  context: WaitContext & { readonly starts: HeldStarts },
): Promise<Outcome | HeldStart<Outcome>> {
  return (await untilAnswered(label, start, context)) ?? context.starts.hold(start);
}

/** The answer to a start; undefined if the deadline of the call comes first. Cancelling the call gives the query up. */
export async function untilAnswered<Outcome>(
  label: string,
  start: SentStart<Outcome>,
  context: WaitContext,
): Promise<Outcome | undefined> {
  const { deadline } = context.polling;
  const deadlinePassed = Symbol('deadline passed');
  const inTime = untilAborted(start.outcome, deadline, () => deadlinePassed);
  try {
    return await withProgress(label, context, untilCancelled(inTime, start, context));
  } catch (error) {
    if (error !== deadlinePassed) throw error;
    return undefined;
  }
}

/** @throws {CancelledError} as soon as the host cancels the call; its query is given up. */
export async function untilCancelled<Value>(
  wait: Promise<Value>,
  { cancel }: Pick<SentStart<unknown>, 'cancel'>,
  { signal }: Pick<WaitContext, 'signal'>,
): Promise<Value> {
  try {
    return await untilAborted(wait, signal, () => new CancelledError(CANCELLED));
  } catch (error) {
    if (signal.aborted) cancel();
    throw error;
  }
}

/** The error of a start; for a statement that outlasts the longest wait, advice that helps: LIGHTDASH_TIMEOUT does not. */
export function statementError(error: unknown, { timeoutMs }: Endpoint): unknown {
  if (!(error instanceof TimedOutError) || timeoutMs === undefined) return error;
  return new TimedOutError(error.message, {
    outcomeUnknown: error.outcomeUnknown,
    advice:
      'The warehouse may still be at it, and nothing can fetch or stop it from here. Make the query cheaper: fewer rows to sort, group or join.',
  });
}

/** Reports progress to the host every few seconds while a request runs. */
export async function withProgress<Value>(
  label: string,
  { progress }: Pick<WaitContext, 'progress'>,
  request: Promise<Value>,
): Promise<Value> {
  let seconds = 0;
  const timer = setInterval(() => {
    seconds += PROGRESS_INTERVAL_MS / 1_000;
    progress(`${label} is running (${seconds} s)`);
  }, PROGRESS_INTERVAL_MS);
  try {
    return await request;
  } finally {
    clearInterval(timer);
  }
}
