import { z } from 'zod';
import { canView, projectFor, spaceOf } from '../../access/permissions.ts';
import { looseNumber } from '../../http/body-validation.ts';
import { forbidden, notFound } from '../../http/refusals.ts';
import { type Call, route } from '../../http/route.ts';
import type { Chart, Dashboard, JsonObject } from '../../store/records.ts';
import { latestVersion } from '../../views/charts.ts';
import { chartListItem } from '../../views/today/charts.ts';
import { dashboardListItem } from '../../views/today/dashboards.ts';
import { chartPin, dashboardPin, spacePin } from '../../views/today/pins.ts';
import { type Asking, chartFor, dashboardFor, isUuid } from './finding.ts';

const since = '1.219';
const project = '/api/v1/projects/{projectUuid}';
const list = `${project}/pinned-lists/{pinnedListUuid}/items`;
const TYPES = ['chart', 'dashboard', 'space', 'data_app'] as const;
const SHOWN = 10;

/** What the user may see of a project. */
function visible({ store, user }: Asking, projectUuid: string) {
  const open = (item: { projectUuid: string; spaceUuid: string }) =>
    item.projectUuid === projectUuid && canView(store, user, spaceOf(store, item));
  return {
    spaces: [...store.spaces.values()].filter((one) => one.projectUuid === projectUuid && canView(store, user, one)),
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
    ...spaces.filter(isPinned).map((one) => spacePin(store, one, true)),
    ...charts.filter(isPinned).map((one) => chartPin(store, one, true)),
    ...dashboards.filter(isPinned).map((one) => dashboardPin(store, one, true)),
  ];
}

const order = z.array(
  z.object({ type: z.enum(TYPES), data: z.looseObject({ uuid: z.string(), pinnedListOrder: looseNumber }) }),
);
const orderBody = z.preprocess((body) => (Array.isArray(body) ? body : [body]), order);

/** Refuses what there is not, or what is closed to the user. */
function refuseUnknown(call: Asking, contentType: (typeof TYPES)[number], uuid: string): void {
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
  const isMine = (type: string) => (one: { uuid: string }) =>
    store.favorites.has(`${user.userUuid} ${type} ${one.uuid}`);
  return [
    ...spaces.filter(isMine('space')).map((one) => spacePin(store, one, false)),
    ...dashboards.filter(isMine('dashboard')).map((one) => dashboardPin(store, one, false)),
    ...charts.filter(isMine('chart')).map((one) => chartPin(store, one, false)),
  ];
}

const changedAt = (one: Chart | Dashboard) => ('versions' in one ? latestVersion(one).createdAt : one.updatedAt);

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
    const view = (one: Chart | Dashboard) =>
      'versions' in one ? chartListItem(store, one) : dashboardListItem(store, one);
    const all = [...charts.filter((one) => one.dashboardUuid === null), ...dashboards];
    const popular = all.filter((one) => one.views > 0).sort((a, b) => b.views - a.views);
    const recent = all.toSorted((a, b) => (changedAt(a) < changedAt(b) ? 1 : -1));
    return {
      mostPopular: popular.slice(0, SHOWN).map(view),
      recentlyUpdated: recent.slice(0, SHOWN).map(view),
    };
  }),
];
