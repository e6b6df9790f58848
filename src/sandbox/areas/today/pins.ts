import * as z from 'zod';
import { canView, projectFor, spaceOf } from '../../access/permissions.ts';
import { looseNumber } from '../../http/body-validation.ts';
import { forbidden, notFound } from '../../http/refusals.ts';
import { type Call, route, type UserContext } from '../../http/route.ts';
import type { Chart, Dashboard, JsonObject } from '../../store/records.ts';
import { latestVersion } from '../../views/charts.ts';
import { chartListItem } from '../../views/today/charts.ts';
import { dashboardListItem } from '../../views/today/dashboards.ts';
import { chartPin, dashboardPin, spacePin } from '../../views/today/pins.ts';
import { chartFor, dashboardFor, isUuid } from './find-by-id.ts';

const since = '1.219';
const project = '/api/v1/projects/{projectUuid}';
const list = `${project}/pinned-lists/{pinnedListUuid}/items`;
const TYPES = ['chart', 'dashboard', 'space', 'data_app'] as const;
const MAX_ITEMS = 10;

/** Content of a project that the user may see. */
function visible({ store, user }: UserContext, projectUuid: string) {
  const open = (item: { projectUuid: string; spaceUuid: string }) =>
    item.projectUuid === projectUuid && canView(store, user, spaceOf(store, item));
  return {
    spaces: [...store.spaces.values()].filter(
      (space) => space.projectUuid === projectUuid && canView(store, user, space),
    ),
    charts: [...store.charts.values()].filter(open),
    dashboards: [...store.dashboards.values()].filter(open),
  };
}

/** Items of a list; a list that is not the project's has none. */
function pins(call: Call<'projectUuid' | 'pinnedListUuid'>): JsonObject[] {
  const { store } = call;
  const { projectUuid, pinnedListUuid } = projectFor(call, call.params.projectUuid);
  if (pinnedListUuid !== call.params.pinnedListUuid) return [];
  const { spaces, charts, dashboards } = visible(call, projectUuid);
  const isPinned = ({ pinnedOrder }: { pinnedOrder: number | null }) => pinnedOrder !== null;
  return [
    ...spaces.filter(isPinned).map((space) => spacePin(store, space, true)),
    ...charts.filter(isPinned).map((chart) => chartPin(store, chart, true)),
    ...dashboards.filter(isPinned).map((dashboard) => dashboardPin(store, dashboard, true)),
  ];
}

const order = z.array(
  z.object({ type: z.enum(TYPES), data: z.looseObject({ uuid: z.string(), pinnedListOrder: looseNumber }) }),
);
const orderBody = z.preprocess((body) => (Array.isArray(body) ? body : [body]), order);

/** Refuses what there is not, or what is closed to the user. */
function refuseUnknown(call: UserContext, contentType: (typeof TYPES)[number], uuid: string): void {
  if (contentType === 'chart') chartFor(call, isUuid(uuid) ? uuid : '');
  else if (contentType === 'dashboard') dashboardFor(call, uuid);
  else {
    const space = call.store.spaces.get(uuid);
    if (!space) throw notFound(`Space with spaceUuid ${uuid} does not exist`);
    if (!canView(call.store, call.user, space)) throw forbidden();
  }
}

function favorites(call: Call<'projectUuid'>): JsonObject[] {
  const { store, user } = call;
  const { projectUuid } = projectFor(call, call.params.projectUuid);
  const { spaces, charts, dashboards } = visible(call, projectUuid);
  const isMine = (type: string) => (item: { uuid: string }) =>
    store.favorites.has(`${user.userUuid} ${type} ${item.uuid}`);
  return [
    ...spaces.filter(isMine('space')).map((space) => spacePin(store, space, false)),
    ...dashboards.filter(isMine('dashboard')).map((dashboard) => dashboardPin(store, dashboard, false)),
    ...charts.filter(isMine('chart')).map((chart) => chartPin(store, chart, false)),
  ];
}

const changedAt = (item: Chart | Dashboard) => ('versions' in item ? latestVersion(item).createdAt : item.updatedAt);

/** Routes of pins on 1.219. */
export const pinRoutes = [
  route('GET', list, { since }, pins),
  route('PATCH', `${list}/order`, { since, body: orderBody }, (call) => {
    const { projectUuid } = projectFor(call, call.params.projectUuid, 'arrange pinned items');
    const { charts, dashboards, spaces } = call.store;
    for (const { type, data } of call.body) {
      if (type === 'data_app') continue;
      const item = { chart: charts, dashboard: dashboards, space: spaces }[type].get(data.uuid);
      if (item?.projectUuid === projectUuid && item.pinnedOrder !== null) item.pinnedOrder = data.pinnedListOrder;
    }
    return pins(call);
  }),
  route('GET', `${project}/favorites`, { since }, favorites),
  route(
    'PATCH',
    `${project}/favorites`,
    { since, body: z.object({ contentType: z.enum(TYPES), contentUuid: z.string() }) },
    (call) => {
      projectFor(call, call.params.projectUuid);
      const { contentType, contentUuid } = call.body;
      refuseUnknown(call, contentType, contentUuid);
      const key = `${call.user.userUuid} ${contentType} ${contentUuid}`;
      const isFavorite = !call.store.favorites.delete(key);
      if (isFavorite) call.store.favorites.add(key);
      return { isFavorite, contentType, contentUuid };
    },
  ),
  route('GET', `${project}/most-popular-and-recently-updated`, { since }, (call) => {
    const { store } = call;
    const { projectUuid } = projectFor(call, call.params.projectUuid);
    const { charts, dashboards } = visible(call, projectUuid);
    const pinView = (item: Chart | Dashboard) =>
      'versions' in item ? chartListItem(store, item) : dashboardListItem(store, item);
    const all = [...charts.filter((chart) => chart.dashboardUuid === null), ...dashboards];
    const popular = all.filter((item) => item.views > 0).sort((a, b) => b.views - a.views);
    const recent = all.toSorted((a, b) => (changedAt(a) < changedAt(b) ? 1 : -1));
    return {
      mostPopular: popular.slice(0, MAX_ITEMS).map(pinView),
      recentlyUpdated: recent.slice(0, MAX_ITEMS).map(pinView),
    };
  }),
];
