import { UnknownRouteError } from '../lightdash/errors.ts';
import type { ToolContext } from './tool.ts';

/** One task in both ways: by the route of older releases, and by the one that replaced it. */
interface ReleaseVariants<Outcome> {
  older(): Promise<Outcome>;
  newer(): Promise<Outcome>;
}

/** Runs the variant of the server's release; of an unknown one the newer, once the older fails with an unknown route. */
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
