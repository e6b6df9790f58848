import { setFlagsFromString } from 'node:v8';

/** Flags of V8 for some work, and those that it has by default. */
interface EngineFlags {
  readonly during: readonly string[];
  readonly otherwise: readonly string[];
}

/**
 * Runs with flags of V8 set. They are of the process, so they are set for a synchronous call, in which nothing else runs.
 *
 * @see https://nodejs.org/api/v8.html#v8setflagsfromstringflags
 */
export function withFlags<Result>({ during, otherwise }: EngineFlags, work: () => Result): Result {
  for (const flag of during) setFlagsFromString(flag);
  try {
    return work();
  } finally {
    for (const flag of otherwise) setFlagsFromString(flag);
  }
}
