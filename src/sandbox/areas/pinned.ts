import * as z from 'zod';
import { isAllowed, projectFor } from '../access/permissions.ts';
import { looseNumber } from '../http/body-validation.ts';
import { forbidden, notFound } from '../http/refusals.ts';
import { type Call, route } from '../http/route.ts';
import type { JsonObject } from '../store/records.ts';
import { pinnedItems, spaceView } from '../views/spaces.ts';

const base = '/api/v1/projects/{projectUuid}/pinned-lists/{pinnedListUuid}/items';

/** Items of a list; a list that is not the project's has none. */
function items(call: Call<'projectUuid' | 'pinnedListUuid'>): JsonObject[] {
  const project = projectFor(call, call.params.projectUuid);
  if (project.pinnedListUuid !== call.params.pinnedListUuid) return [];
  return pinnedItems(call.store, call.user, project.projectUuid);
}

const order = z.array(
  z.object({
    type: z.enum(['chart', 'dashboard', 'space']),
    data: z.looseObject({ uuid: z.string(), pinnedListOrder: looseNumber }),
  }),
);

/** A single item is read as a list of one. */
const orderBody = z.preprocess((body) => (Array.isArray(body) ? body : [body]), order);

/** Routes of pins. */
export const pinnedRoutes = [
  route('GET', base, {}, items),
  route('PATCH', `${base}/order`, { body: orderBody }, (call) => {
    const { projectUuid } = projectFor(call, call.params.projectUuid, 'arrange pinned items');
    const { charts, dashboards, spaces } = call.store;
    for (const { type, data } of call.body) {
      const item = { chart: charts, dashboard: dashboards, space: spaces }[type].get(data.uuid);
      if (item?.projectUuid === projectUuid && item.pinnedOrder !== null) item.pinnedOrder = data.pinnedListOrder;
    }
    return items(call);
  }),
  route('PATCH', '/api/v1/projects/{projectUuid}/spaces/{spaceUuid}/pinning', {}, (call) => {
    const { store, user, params } = call;
    const space = store.spaces.get(params.spaceUuid);
    if (!space) throw notFound(`Space with spaceUuid ${params.spaceUuid} does not exist`);
    const project = projectFor(call, space.projectUuid);
    if (!isAllowed(store, user, project, 'arrange pinned items')) throw forbidden();
    space.pinnedOrder = space.pinnedOrder === null ? 100 : null;
    return spaceView(store, space);
  }),
];
