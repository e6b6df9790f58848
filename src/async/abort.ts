/** What ended a call from our side; undefined where nothing did. */
export function abortCause(signal: AbortSignal | undefined): 'deadline' | 'cancelled' | undefined {
  if (!signal?.aborted) return undefined;
  const { reason } = signal;
  return reason instanceof Error && reason.name === 'TimeoutError' ? 'deadline' : 'cancelled';
}

/** The reason that says a signal was aborted for want of time; that of `AbortSignal.timeout`. */
export const timeoutReason = (): DOMException => new DOMException('The time is up.', 'TimeoutError');

/**
 * Resolves or rejects as the promise does; rejects as soon as the signal aborts.
 *
 * @param reason what it rejects with then; the signal's reason unless told otherwise.
 */
export function untilAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
  reason: () => unknown = () => signal.reason,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(reason());
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
