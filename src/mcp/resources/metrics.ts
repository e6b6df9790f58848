import { allExplores } from '../../query/fields/explores.ts';
import type { FieldIndex } from '../../query/fields/field.ts';
import { plainText } from '../../text/plain-text.ts';
import type { ContentContext } from '../content-context.ts';
import type { NamedItem } from './named-items.ts';

/** The metrics of an explore, for as long as the explore is remembered. */
const metricsByIndex = new WeakMap<FieldIndex, readonly NamedItem[]>();

/**
 * The metrics of a project's explores, each once. Not from the metrics catalog, which lists those of base tables alone:
 * a metric of a table that is only ever joined would be missed.
 */
export async function metricsOf(
  projectUuid: string,
  context: Pick<ContentContext, 'read'>,
): Promise<readonly NamedItem[]> {
  const { explores } = await allExplores((operation, args) => context.read(operation, args), projectUuid);
  return [...new Map(explores.flatMap(metricsIn).map((metric) => [metric.id, metric])).values()];
}

function metricsIn(explore: FieldIndex): readonly NamedItem[] {
  const before = metricsByIndex.get(explore);
  if (before) return before;
  const metrics = [...explore.fields.values()]
    .filter((field) => field.kind === 'metric' && !field.hidden)
    .map(({ id, label, description }) => ({ id, names: [plainText(label), id], about: plainText(description ?? '') }));
  metricsByIndex.set(explore, metrics);
  return metrics;
}
