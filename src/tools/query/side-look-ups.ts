import { untilAborted } from '../../async/abort.ts';
import { LightdashError } from '../../lightdash/errors.ts';
import type { ToolContext } from '../tool.ts';

/** Time that an answer with its rows waits for look-ups, in milliseconds. */
const MAX_WAIT_MS = 2_000;

/** The context of a call, whose requests also end with a signal. */
export function withSignal(context: ToolContext, signal: AbortSignal): ToolContext {
  return {
    ...context,
    signal: AbortSignal.any([context.signal, signal]),
    execute: (operation, args, options) => context.execute(operation, args, { ...options, signal }),
  };
}

/**
 * Waits at most two seconds for a look-up, and then ends it.
 *
 * @param look receives the signal that ends it, and must settle then.
 */
export async function waitForLookUp<Value>(
  look: (signal: AbortSignal) => Promise<Value>,
  { polling, signal }: ToolContext,
): Promise<Value> {
  const late = new AbortController();
  const value = look(late.signal);
  const waiting = polling.sleep(MAX_WAIT_MS, AbortSignal.any([late.signal, signal]));
  try {
    await Promise.race([value, waiting.catch(() => undefined)]);
  } finally {
    late.abort();
  }
  return value;
}

/** A look-up without which the answer is whole: undefined if it fails or is ended. */
export async function optionalLookUp<Value>(
  look: Promise<Value>,
  signal: AbortSignal,
  context: ToolContext,
): Promise<Value | undefined> {
  try {
    return await untilAborted(look, signal);
  } catch (error) {
    if (context.signal.aborted || !(error instanceof LightdashError || signal.aborted)) throw error;
    return undefined;
  }
}
