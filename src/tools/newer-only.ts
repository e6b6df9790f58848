import { UnknownRouteError } from '../lightdash/errors.ts';

/**
 * Result of a request that older releases do not have.
 *
 * @param ability what the release lacks, after "This Lightdash cannot": `rename fields`.
 * @throws {UnknownRouteError} in words, if the route does not exist.
 */
export async function newerOnly<Result>(ability: string, request: Promise<Result>, instead = ''): Promise<Result> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof UnknownRouteError)) throw error;
    throw new UnknownRouteError(`This Lightdash cannot ${ability}; newer releases can (measured on 1.219).`, {
      advice: ['Nothing was changed.', instead].filter(Boolean).join(' '),
    });
  }
}
