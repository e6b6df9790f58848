/** Cause of an abort; undefined if the signal is not aborted. */
export function abortCause(signal: AbortSignal | undefined): 'deadline' | 'cancelled' | undefined {
  if (!signal?.aborted) return undefined;
  const { reason } = signal;
  return reason instanceof Error && reason.name === 'TimeoutError' ? 'deadline' : 'cancelled';
}

/** Abort reason of a timeout, as of `AbortSignal.timeout`. */
export const timeoutReason = (): DOMException => new DOMException('The time is up.', 'TimeoutError');

/**
 * Resolves or rejects as the promise does; rejects as soon as the signal aborts.
 *
 * @param reason the rejection on abort; the signal's reason by default.
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

/**
 * Aborts a controller with a signal, by the signal's reason. `AbortSignal.any` does the same, and takes longer than the
 * rest of a request's bookkeeping together.
 *
 * @returns ends the link; to be called when the work is over.
 */
export function abortWith(controller: AbortController, signal: AbortSignal | undefined): () => void {
  if (signal === undefined) return () => undefined;
  const onAbort = () => controller.abort(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return () => signal.removeEventListener('abort', onAbort);
}
