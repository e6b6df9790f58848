import { operationById } from '../../operations/index.ts';
import { readCatalogFields } from '../../query/fields/catalog-fields.ts';
import { allExplores, exploreNames, type Read } from '../../query/fields/explores.ts';
import type { Field, FieldIndex } from '../../query/fields/field.ts';
import { isObject } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { ContentContext } from '../content-context.ts';
import type { ListableItem } from './listable-items.ts';

/** The metrics of an explore, for as long as the explore is remembered. */
const metricsByIndex = new WeakMap<FieldIndex, readonly ListableItem[]>();

/** Projects of more explores are not read whole for a list of names. */
const MAX_EXPLORES = 40;
/** Metrics of the catalog in one request: about 1 MB. */
const CATALOG_PAGE_SIZE = 2_000;

/**
 * The metrics of a project's explores, each once; in a large project those of the metrics catalog, which lacks the metrics
 * of tables that are only ever joined.
 */
export async function metricsOf(
  projectUuid: string,
  context: Pick<ContentContext, 'read'>,
): Promise<readonly ListableItem[]> {
  const read: Read = (operation, args) => context.read(operation, args);
  const names = await exploreNames(read, projectUuid);
  if (names.length > MAX_EXPLORES) return catalogMetrics(projectUuid, read);
  const { explores } = await allExplores(read, projectUuid, names);
  return [...new Map(explores.flatMap(metricsIn).map((metric) => [metric.id, metric])).values()];
}

async function catalogMetrics(projectUuid: string, read: Read): Promise<readonly ListableItem[]> {
  const args = { projectUuid, page: 1, pageSize: CATALOG_PAGE_SIZE };
  const page = await read(operationById('getMetricsCatalog'), args);
  return readCatalogFields(isObject(page) ? page.data : undefined).map(listableItem);
}

const listableItem = ({ id, label, description }: Field): ListableItem => ({
  id,
  names: [plainText(label), id],
  description: plainText(description ?? ''),
});

function metricsIn(explore: FieldIndex): readonly ListableItem[] {
  const before = metricsByIndex.get(explore);
  if (before) return before;
  const metrics = [...explore.fields.values()]
    .filter((field) => field.kind === 'metric' && !field.hidden)
    .map(listableItem);
  metricsByIndex.set(explore, metrics);
  return metrics;
}
