import { setImmediate as nextTurn } from 'node:timers/promises';
import * as z from 'zod';
import { mapConcurrent } from '../../async/map-concurrent.ts';
import type { Endpoint } from '../../lightdash/endpoint.ts';
import { LightdashError, NotFoundError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { nearest } from '../../text/suggest.ts';
import { readExplore } from './explore.ts';
import type { FieldIndex } from './field.ts';

/** Reads through the cache. */
export type Read = (operation: Endpoint, args: Readonly<Record<string, unknown>>) => Promise<unknown>;

const summaries = z
  .array(
    z.looseObject({ name: z.string(), label: z.string().optional().catch(undefined), errors: z.unknown().optional() }),
  )
  .catch([]);

/** Indexes by cached response, so that an explore is read once. */
const indexes = new WeakMap<object, FieldIndex>();

/**
 * The fields of an explore.
 *
 * @throws {NotFoundError} with the nearest names, if there is none of that name; other errors of the client.
 */
export async function exploreOf(read: Read, projectUuid: unknown, exploreId: string): Promise<FieldIndex> {
  let response: unknown;
  try {
    response = await read(operationById('GetExplore'), { projectUuid, exploreId });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const name = await exploreLabelled(read, projectUuid, exploreId);
    if (name !== undefined) return exploreOf(read, projectUuid, name);
    throw await withNearest(error, read, projectUuid, exploreId);
  }
  if (typeof response !== 'object' || response === null) return readExplore(response);
  // Thousands of fields take a while, as parsing the response did: other requests get their turn between.
  if (!indexes.has(response)) await nextTurn();
  const index = indexes.get(response) ?? readExplore(response);
  indexes.set(response, index);
  return index;
}

/** The only explore that has a text as its label, or as its name but for case. */
async function exploreLabelled(read: Read, projectUuid: unknown, written: string): Promise<string | undefined> {
  const explores = summaries.parse(await read(operationById('GetExplores'), { projectUuid }).catch(() => []));
  const wanted = written.trim().toLowerCase();
  const named = explores.filter(
    ({ name, label }) => name !== written && [name, label ?? ''].some((text) => text.toLowerCase() === wanted),
  );
  return named.length === 1 ? named[0]?.name : undefined;
}

/** The names of a project's explores, without those that do not compile: they cannot be queried. */
export async function exploreNames(read: Read, projectUuid: unknown): Promise<string[]> {
  const explores = summaries.parse(await read(operationById('GetExplores'), { projectUuid }));
  return explores.filter(({ errors }) => !Array.isArray(errors) || errors.length === 0).map(({ name }) => name);
}

/** Explores requested at the same time. */
const CONCURRENCY = 4;

/**
 * Every explore of a project that can be queried, or those of some names; those that cannot be read are only named.
 */
export async function allExplores(
  read: Read,
  projectUuid: unknown,
  only?: readonly string[],
): Promise<{ explores: FieldIndex[]; unreadable: string[] }> {
  const unreadable: string[] = [];
  const names = only ?? (await exploreNames(read, projectUuid));
  const explores = await mapConcurrent(names, CONCURRENCY, (name) =>
    exploreOf(read, projectUuid, name).catch((error: unknown) => {
      if (!(error instanceof LightdashError)) throw error;
      unreadable.push(name);
      return undefined;
    }),
  );
  return { explores: explores.filter((explore) => explore !== undefined), unreadable };
}

/** Explores read at most to find those with a field. */
const MAX_ELSEWHERE = 20;

/** The explores of a project that is small enough to look through them for a field that another one lacks. */
export async function exploresElsewhere(read: Read, projectUuid: unknown): Promise<readonly FieldIndex[]> {
  const names = await exploreNames(read, projectUuid);
  return names.length > MAX_ELSEWHERE ? [] : (await allExplores(read, projectUuid, names)).explores;
}

async function withNearest(error: NotFoundError, read: Read, projectUuid: unknown, exploreId: string): Promise<Error> {
  const names = await exploreNames(read, projectUuid).catch((): string[] => []);
  if (names.length === 0 || names.includes(exploreId)) return error;
  return new NotFoundError(error.message, {
    status: 404,
    advice: `Nothing was run. The project's explores: ${nearest(exploreId, names, { max: 5 }).join(', ')}${names.length > 5 ? ', … (get_explores lists all)' : ''}.`,
  });
}
