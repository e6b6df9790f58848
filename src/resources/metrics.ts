import { LightdashError } from '../lightdash/errors.ts';
import { operationById } from '../operations/index.ts';
import { readExplore, UnreadableExplore } from '../query/explore.ts';
import { plainText } from '../render/text.ts';
import { itemsOf, type NamedItem } from './contents.ts';
import type { ContentOptions } from './options.ts';

/** Explores are big answers: in a project with more of them, only these are looked through. */
const MOST_EXPLORES = 100;

/** Metrics already read out of an explore, for as long as the reader keeps its answer. */
const known = new WeakMap<object, readonly NamedItem[]>();

/**
 * The metrics of a project's explores, each once. Not from the metrics catalog, which lists those of base tables alone: a metric of a
 * table that is only ever joined would be missed.
 */
export async function metricsOf(
  projectUuid: string,
  options: Pick<ContentOptions, 'read'>,
  signal?: AbortSignal,
): Promise<readonly NamedItem[]> {
  const explores = await itemsOf('explores', projectUuid, options, signal);
  const lists = await Promise.all(
    explores.slice(0, MOST_EXPLORES).map(async ({ id }) => {
      try {
        return metricsIn(await options.read(operationById('GetExplore'), { projectUuid, exploreId: id }, signal));
      } catch (error) {
        // One explore that does not compile leaves the others.
        if (error instanceof LightdashError || error instanceof UnreadableExplore) return [];
        throw error;
      }
    }),
  );
  return [...new Map(lists.flat().map((metric) => [metric.id, metric])).values()];
}

function metricsIn(answer: unknown): readonly NamedItem[] {
  const held = typeof answer === 'object' && answer !== null ? answer : undefined;
  const before = held && known.get(held);
  if (before) return before;
  const metrics = [...readExplore(answer).fields.values()]
    .filter((field) => field.kind === 'metric' && !field.hidden)
    .map((field) => ({
      id: field.id,
      names: [plainText(field.label), field.id],
      about: plainText(field.description ?? ''),
    }));
  if (held) known.set(held, metrics);
  return metrics;
}
