import * as z from 'zod';
import { NotAllowedError, NotFoundError } from '../lightdash/errors.ts';
import { type OperationId, operationById } from '../operations/index.ts';
import type { ReferenceKind } from '../operations/references.ts';
import { dashboardContent } from '../operations/routes/undocumented.ts';
import type { CachedRead, ToolArguments } from '../tools/tool.ts';

// Finds the project of a thing by the lists of the allowed projects. The lists have no side effects: reading a chart or
// dashboard itself would count as a view of it.

type Item = Readonly<Record<string, unknown>>;

/** The list of a project that holds a kind of thing. */
interface Membership {
  readonly operationId: OperationId;
  readonly args?: ToolArguments;
  /** The keys that may hold the id: they changed between versions of Lightdash. */
  readonly idKeys: readonly string[];
  /** The items of a response: the response itself, its `data`, or the one object. */
  readonly itemsKey?: string;
  /** Newer servers answer a page at a time. */
  readonly paged?: true;
  /** The kind whose list is looked at if this one lacks the id. */
  readonly otherwise?: ReferenceKind;
}

/** Newer servers return 50 metrics at a time unless both are set. */
const PAGE_SIZE = 1_000;
const MAX_PAGES = 100;

const memberships: Readonly<Partial<Record<ReferenceKind, Membership>>> = {
  // Tools of charts take SQL charts, which are in a list of their own.
  chart: { operationId: 'ListChartSummariesInProject', idKeys: ['uuid'], otherwise: 'sqlChart' },
  sqlChart: { operationId: 'ListChartsInProject', idKeys: ['uuid'] },
  dashboard: { operationId: 'getDashboards', idKeys: ['uuid'] },
  space: { operationId: 'ListSpacesInProject', idKeys: ['uuid'] },
  tag: { operationId: 'getTags', idKeys: ['tagUuid'] },
  catalogItem: { operationId: 'getMetricsCatalog', idKeys: ['catalogSearchUuid'], paged: true },
  pinnedList: { operationId: 'GetProject', idKeys: ['pinnedListUuid'] },
  validation: { operationId: 'GetLatestValidationResults', idKeys: ['validationId', 'validationUuid'] },
  job: { operationId: 'getSchedulerLogs', idKeys: ['jobId'], itemsKey: 'logs' },
};

const pagination = z
  .looseObject({ pagination: z.looseObject({ totalPageCount: z.number() }) })
  .transform((page) => page.pagination.totalPageCount)
  .catch(1);

/** True if a list of the project holds the thing. A list that is missing or not allowed holds nothing. */
export async function isInProject(
  kind: ReferenceKind,
  id: string,
  projectUuid: string,
  read: CachedRead,
): Promise<boolean> {
  const membership = memberships[kind];
  if (membership === undefined) return false;
  const { operationId, args, idKeys, paged, otherwise } = membership;
  for (let page = 1; ; page += 1) {
    const which = { projectUuid, ...args, ...(paged && { page, pageSize: PAGE_SIZE }) };
    const results = await ignoreMissing(read(operationById(operationId), which));
    const items = itemsOf(results, membership.itemsKey);
    if (items.some((item) => idKeys.some((key) => isSame(item[key], id)))) return true;
    // A server that reports pages without end must not be followed.
    if (!paged || items.length === 0 || page >= Math.min(pagination.parse(results), MAX_PAGES)) break;
  }
  return otherwise !== undefined && isInProject(otherwise, id, projectUuid, read);
}

/** True if the dashboard has the tile. Only the dashboard itself lists its tiles, and reading it counts as a view. */
export async function hasTile(dashboardUuid: string, tileUuid: string, read: CachedRead): Promise<boolean> {
  const dashboard = await ignoreMissing(read(dashboardContent, { dashboardUuid }));
  return itemsOf(dashboard, 'tiles').some((tile) => isSame(tile.uuid, tileUuid));
}

/** True if a comment, or a reply to one, is on a dashboard. */
export async function hasComment(dashboardUuid: string, commentId: string, read: CachedRead): Promise<boolean> {
  const byTile = await ignoreMissing(read(operationById('getComments'), { dashboardUuid }));
  if (typeof byTile !== 'object' || byTile === null) return false;
  const threads = Object.values(byTile).flatMap((comments) => itemsOf(comments));
  const all = threads.flatMap((thread) => [thread, ...itemsOf(thread.replies)]);
  return all.some((comment) => isSame(comment.commentId, commentId));
}

async function ignoreMissing(lookup: Promise<unknown>): Promise<unknown> {
  try {
    return await lookup;
  } catch (error) {
    if (error instanceof NotFoundError || error instanceof NotAllowedError) return undefined;
    throw error;
  }
}

const isSame = (left: unknown, right: string) =>
  (typeof left === 'string' || typeof left === 'number') && String(left).toLowerCase() === right.toLowerCase();

const isItem = (value: unknown): value is Item => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects of a list, of a page of one, of one of its keys, or the one object itself. */
function itemsOf(results: unknown, key?: string): Item[] {
  const content = isItem(results) && 'data' in results ? results.data : results;
  const list = key === undefined ? content : isItem(content) ? content[key] : undefined;
  return (Array.isArray(list) ? list : [list]).filter(isItem);
}
