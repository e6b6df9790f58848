import * as z from 'zod';
import { LightdashError } from '../lightdash/errors.ts';
import type { Route } from '../operations/reader.ts';
import { health } from '../operations/unlisted.ts';

/** What a Lightdash tells of itself, as far as queries depend on it. */
export interface ServerFacts {
  /** Such as `0.1366.1`; undefined where it could not be asked. */
  readonly version: string | undefined;
  /** The most rows that a query may ask for. */
  readonly maxLimit: number;
}

/** Of a Lightdash that nobody configured otherwise. */
const DEFAULT_MAX_LIMIT = 5_000;

const answer = z
  .looseObject({
    version: z.string().optional(),
    query: z.looseObject({ maxLimit: z.number().optional() }).optional(),
  })
  .catch({});

/** Asks once a minute at most; a server that does not tell is taken for one as it comes. */
export async function serverFacts(
  read: (operation: Route, args: Readonly<Record<string, unknown>>) => Promise<unknown>,
): Promise<ServerFacts> {
  try {
    const { version, query } = answer.parse(await read(health, {}));
    return { version, maxLimit: query?.maxLimit ?? DEFAULT_MAX_LIMIT };
  } catch (error) {
    if (!(error instanceof LightdashError)) throw error;
    return { version: undefined, maxLimit: DEFAULT_MAX_LIMIT };
  }
}
