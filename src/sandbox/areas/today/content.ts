import * as z from 'zod';
import { canEditContent, projectFor, spaceOf } from '../../access/permissions.ts';
import { SandboxError } from '../../errors.ts';
import { looseNumber, textList } from '../../http/body-validation.ts';
import { forbidden, notFound, wrongParameter } from '../../http/refusals.ts';
import { type Call, route, type UserContext, type WriteContext } from '../../http/route.ts';
import type { DeletedContent, JsonObject, Space } from '../../store/records.ts';
import { type ContentItem, contentItems, deletedItem } from '../../views/today/content.ts';
import { treeOf } from '../../views/today/spaces.ts';
import { type ContentType, deleteContent, restoreContent } from './deleting.ts';
import { canManageSpace, chartFor, dashboardFor, roleIn, sqlChartFor, targetSpace } from './find-by-id.ts';

const since = '1.219';
const base = '/api/v2/content';
const DEFAULT_PAGE_SIZE = 10;
const TYPES = ['chart', 'dashboard', 'space', 'data_app'] as const;
const SORTS = ['name', 'space_name', 'last_updated_at', 'views'] as const;

const pageQuery = { page: looseNumber.optional(), pageSize: looseNumber.optional() };
const direction = z.union([z.literal('asc'), z.literal('desc')]).optional();
const types = z.preprocess(
  (value) => (value === undefined || Array.isArray(value) ? value : [value]),
  z.array(z.enum(TYPES)).optional(),
);
const listQuery = z.object({
  ...pageQuery,
  projectUuids: textList.optional(),
  spaceUuids: textList.optional(),
  uuids: textList.optional(),
  contentTypes: types,
  search: z.string().optional(),
  sortBy: z.enum(SORTS).optional(),
  sortDirection: direction,
});

/** One page: ten items by default, also for 0. */
function page<Item>(items: readonly Item[], query: { page?: number | undefined; pageSize?: number | undefined }) {
  const number = query.page || 1;
  const pageSize = query.pageSize || DEFAULT_PAGE_SIZE;
  const totalPageCount = Math.ceil(items.length / pageSize);
  return {
    pagination: { page: number, pageSize, totalPageCount, totalResults: items.length },
    data: items.slice((number - 1) * pageSize, number * pageSize),
  };
}

const sortKey = (item: ContentItem, by: (typeof SORTS)[number] | undefined): string | number => {
  if (by === 'views') return item.views;
  if (by === 'name') return item.name.toLowerCase();
  return by === 'space_name' ? item.space.name.toLowerCase() : item.lastUpdatedAt;
};

function list(call: Call<never, unknown, z.output<typeof listQuery>>) {
  const { query } = call;
  const { contentTypes, sortBy, sortDirection = 'desc' } = query;
  const search = query.search?.toLowerCase() ?? '';
  const types = contentTypes ?? ['chart', 'dashboard'];
  const items = contentItems(call)
    .filter((item) => types.includes(item.contentType))
    .filter((item) => query.projectUuids === undefined || query.projectUuids.includes(item.project.uuid))
    .filter((item) => query.spaceUuids === undefined || query.spaceUuids.includes(item.space.uuid))
    .filter((item) => query.uuids === undefined || query.uuids.includes(item.uuid))
    .filter((item) => item.name.toLowerCase().includes(search))
    // Of spaces it lists only those at the top.
    .filter((item) => item.contentType !== 'space' || item.parentSpaceUuid === null);
  const sign = sortDirection === 'asc' ? 1 : -1;
  items.sort((a, b) => {
    const [x, y] = [sortKey(a, sortBy), sortKey(b, sortBy)];
    return x === y ? 0 : (x < y ? -1 : 1) * sign;
  });
  return page(items, query);
}

const source = z.enum(['dbt_explore', 'sql']);
const item = z.union([
  z.object({ contentType: z.literal('chart'), uuid: z.string(), source }),
  z.object({ contentType: z.literal('dashboard'), uuid: z.string() }),
  z.object({ contentType: z.literal('space'), uuid: z.string() }),
  z.object({ contentType: z.literal('data_app'), uuid: z.string() }),
]);
type Item = z.output<typeof item>;
const move = z.object({ type: z.literal('move'), targetSpaceUuid: z.string().nullable() });
const remove = z.object({ type: z.literal('delete') });

interface LocatedItem {
  contentType: ContentType;
  /** Its name in the refusal of a change. */
  word: string;
  uuid: string;
  projectUuid: string;
  /** Puts it into another space. */
  place: (space: Space | null) => void;
  isEditable: boolean;
}

/** @throws 404 if there is none of that kind, 403 without access to its space */
function find(call: UserContext, { contentType, uuid, ...rest }: Item): LocatedItem {
  const { store, user } = call;
  if (contentType === 'data_app') throw notFound('Data app not found');
  if (contentType === 'space') {
    const space = store.spaces.get(uuid);
    if (!space) throw notFound(`Space with spaceUuid ${uuid} does not exist`);
    const place = (target: Space | null) => {
      space.parentSpaceUuid = target?.uuid ?? null;
      // From now on it has the permissions of its space.
    };
    const { projectUuid } = space;
    return { contentType, word: 'Space', uuid, projectUuid, place, isEditable: canManageSpace(store, user, space) };
  }
  if (contentType === 'dashboard') {
    const dashboard = dashboardFor(call, uuid);
    const place = (target: Space | null) => {
      if (!target) throw wrongParameter('You cannot move a dashboard outside of a space');
      dashboard.spaceUuid = target.uuid;
      for (const chart of store.charts.values()) if (chart.dashboardUuid === uuid) chart.spaceUuid = target.uuid;
    };
    const isEditable = canEditContent(store, user, spaceOf(store, dashboard));
    return { contentType, word: 'Dashboard', uuid, projectUuid: dashboard.projectUuid, place, isEditable };
  }
  const isSql = 'source' in rest && rest.source === 'sql';
  const chart = isSql ? sqlChartFor(call, uuid) : chartIn(call, uuid);
  const place = (target: Space | null) => {
    if (!target) throw wrongParameter('You cannot move a chart outside of a space');
    chart.spaceUuid = target.uuid;
    // A chart moved out of its dashboard stands on its own.
    if ('dashboardUuid' in chart) chart.dashboardUuid = null;
  };
  const isEditable = canEditContent(store, user, spaceOf(store, chart));
  return { contentType: 'chart', word: 'Chart', uuid, projectUuid: chart.projectUuid, place, isEditable };
}

const chartIn = (call: UserContext, uuid: string) =>
  chartFor(call, uuid, { refusal: "You don't have access to update this Chart" });

/** Checks that an item may go into a space. Returns the function that moves it. */
function checkedMove(call: UserContext, reference: Item, targetSpaceUuid: string | null): () => void {
  const item = find(call, reference);
  if (!item.isEditable) throw forbidden(`You don't have access to update this ${item.word}`);
  if (targetSpaceUuid === null) {
    if (item.contentType !== 'space') throw wrongParameter(`You cannot move a ${item.contentType} outside of a space`);
    return () => item.place(null);
  }
  const target = targetSpace(call.store, targetSpaceUuid);
  if (!canEditContent(call.store, call.user, target)) {
    throw forbidden(`You don't have access to update this ${item.word}`);
  }
  const moved = item.contentType === 'space' ? call.store.spaces.get(item.uuid) : undefined;
  if (moved && treeOf(call.store, moved).includes(target)) {
    throw wrongParameter(
      'You cannot move a space into one of its own nested-spaces. Please choose a different location.',
    );
  }
  return () => item.place(target);
}

function removeItem(call: WriteContext, item: Item): void {
  const { contentType, isEditable, uuid, projectUuid } = find(call, item);
  if (!isEditable) throw forbidden();
  deleteContent(call, contentType, { uuid, projectUuid });
}

const NOT_FOUND_MESSAGES: Record<Item['contentType'], string> = {
  chart: 'Saved query not found',
  dashboard: 'Dashboard not found',
  space: 'Space not found',
  data_app: 'Data app not found',
};

/** A deleted item of that kind. @throws 404 if there is none, 403 if another user deleted it, unless the user is an admin */
function binned(call: UserContext, { contentType, uuid, ...rest }: Item, verb: string): DeletedContent {
  const { store, user } = call;
  const entry = store.settings.softDelete ? store.deleted.get(uuid) : undefined;
  if (entry?.contentType !== contentType) {
    throw notFound('source' in rest && rest.source === 'sql' ? 'Saved sql not found' : NOT_FOUND_MESSAGES[contentType]);
  }
  const isAdmin = roleIn(store, user, entry.projectUuid) === 'admin';
  if (!isAdmin && entry.deletedByUserUuid !== user.userUuid) {
    throw forbidden(`You can only ${verb} content you deleted`);
  }
  return entry;
}

const deletedQuery = z.object({
  ...pageQuery,
  projectUuids: textList,
  contentTypes: types,
  search: z.string().optional(),
  deletedByUserUuids: textList.optional(),
});

function listDeleted(call: Call<never, unknown, z.output<typeof deletedQuery>>) {
  const { store, user, query } = call;
  for (const projectUuid of query.projectUuids) projectFor(call, projectUuid);
  if (!store.settings.softDelete) return page([], query);
  const search = query.search?.toLowerCase() ?? '';
  const items = [...store.deleted.values()]
    .filter((entry) => query.projectUuids.includes(entry.projectUuid))
    .filter((entry) => entry.deletedByUserUuid === user.userUuid || roleIn(store, user, entry.projectUuid) === 'admin')
    .filter((entry) => query.contentTypes?.includes(entry.contentType) ?? true)
    .filter((entry) => query.deletedByUserUuids?.includes(entry.deletedByUserUuid) ?? true)
    .sort((a, b) => (a.deletedAt < b.deletedAt ? 1 : -1))
    .map((entry) => deletedItem(store, entry))
    .filter((item) => String(item.name).toLowerCase().includes(search));
  return page(items, query);
}

const project = (call: Call<'projectUuid'>) => projectFor(call, call.params.projectUuid);

/** Routes of the list of content on 1.219. */
export const contentRoutes = [
  route('GET', base, { since, query: listQuery }, list),
  route('GET', `${base}/deleted`, { since, query: deletedQuery }, listDeleted),
  route('POST', `${base}/{projectUuid}/move`, { since, body: z.object({ item, action: move }) }, (call) => {
    project(call);
    checkedMove(call, call.body.item, call.body.action.targetSpaceUuid)();
  }),
  route(
    'POST',
    `${base}/bulk-action/{projectUuid}/move`,
    { since, body: z.object({ content: z.array(item), action: move }) },
    (call) => {
      project(call);
      // All or nothing.
      const applyMoves = call.body.content.map((item) => checkedMove(call, item, call.body.action.targetSpaceUuid));
      for (const apply of applyMoves) apply();
    },
  ),
  route('POST', `${base}/{projectUuid}/delete`, { since, body: z.object({ item, action: remove }) }, (call) => {
    project(call);
    removeItem(call, call.body.item);
  }),
  route(
    'POST',
    `${base}/bulk-action/{projectUuid}/delete`,
    { since, body: z.object({ content: z.array(item), action: remove }) },
    (call) => {
      project(call);
      const skipped: JsonObject[] = [];
      // Each by itself: what can be deleted is.
      for (const item of call.body.content) {
        try {
          removeItem(call, item);
        } catch (error) {
          if (!(error instanceof SandboxError)) throw error;
          skipped.push({ uuid: item.uuid, contentType: item.contentType, reason: error.message });
        }
      }
      return { deletedCount: call.body.content.length - skipped.length, skipped };
    },
  ),
  route('POST', `${base}/{projectUuid}/restore`, { since, body: z.object({ item }) }, (call) => {
    project(call);
    restoreContent(call.store, binned(call, call.body.item, 'restore'));
  }),
  route('DELETE', `${base}/{projectUuid}/permanent`, { since, body: z.object({ item }) }, (call) => {
    project(call);
    call.store.deleted.delete(binned(call, call.body.item, 'permanently delete').uuid);
  }),
];
