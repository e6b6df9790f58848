import { LightdashError } from '../lightdash/errors.ts';

/**
 * For the `catch` of a look-up beside the real call: nothing where Lightdash does not give it, because the call must not
 * depend on it.
 */
export function ignoreApiError(error: unknown): undefined {
  if (error instanceof LightdashError) return undefined;
  throw error;
}
