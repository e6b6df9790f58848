import { UnknownRouteError } from '../lightdash/errors.ts';
import type { ToolContext } from './tool.ts';

/** One thing in two ways: as older releases do it, and as newer ones that lost the older route. */
export interface ReleaseVariants<Outcome> {
  older(): Promise<Outcome>;
  newer(): Promise<Outcome>;
}

/** Does it in the way that this Lightdash has; where that could not be found out beforehand, by trying. */
export async function runForRelease<Outcome>(
  { server }: Pick<ToolContext, 'server'>,
  { older, newer }: ReleaseVariants<Outcome>,
): Promise<Outcome> {
  if ((await server.get()).isNewer) return newer();
  try {
    return await older();
  } catch (error) {
    if (error instanceof UnknownRouteError) return newer();
    throw error;
  }
}
