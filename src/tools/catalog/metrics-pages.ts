import { operationById } from '../../operations/index.ts';
import { finite, isObject, type JsonObject, objects } from '../../text/json.ts';
import type { PreviewClient } from '../preview.ts';

/** The API's largest page of the metrics catalog. */
const PAGE_SIZE = 5_000;

/** All metrics of the catalog of a project, or those with a tag: newer servers answer 50 unless a page is requested. */
export async function catalogMetrics(
  args: { readonly projectUuid: unknown; readonly categories?: readonly unknown[] },
  { execute }: Pick<PreviewClient, 'execute'>,
): Promise<readonly JsonObject[]> {
  const metrics: JsonObject[] = [];
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const { results } = await execute(operationById('getMetricsCatalog'), { ...args, page, pageSize: PAGE_SIZE });
    const { data, pagination } = isObject(results) ? results : {};
    metrics.push(...objects(data));
    const { totalPageCount, totalResults, pageSize } = isObject(pagination) ? pagination : {};
    const size = Math.max(finite(pageSize) ?? PAGE_SIZE, 1);
    // More pages than the total fills are an error of the server.
    pages = Math.min(finite(totalPageCount) ?? 1, Math.ceil((finite(totalResults) ?? 0) / size));
  }
  return metrics;
}
