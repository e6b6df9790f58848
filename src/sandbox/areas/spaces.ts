import * as z from 'zod';
import { spacesOf } from '../access/content.ts';
import { canManageSpace, canView, projectFor } from '../access/permissions.ts';
import { looseBoolean } from '../http/body-validation.ts';
import { forbidden, notFound, unexpected } from '../http/refusals.ts';
import { type Call, route, type UserContext } from '../http/route.ts';
import { SPACE_ROLES, type Space } from '../store/records.ts';
import { removeSpace } from '../store/removal.ts';
import { newUuid, slugFor } from '../store/store.ts';
import { spaceListItem, spaceView } from '../views/spaces.ts';

/** @param subject how the real server begins its sentence: with a small letter when reading */
function spaceFor({ store }: Pick<Call, 'store'>, spaceUuid: string, subject = 'Space'): Space {
  const space = store.spaces.get(spaceUuid);
  if (!space) throw notFound(`${subject} with spaceUuid ${spaceUuid} does not exist`);
  return space;
}

/** @throws 404 for an unknown space, 403 unless the user manages it */
function managedSpace(call: UserContext, spaceUuid: string): Space {
  const space = spaceFor(call, spaceUuid);
  if (!canManageSpace(call.store, call.user, space)) throw forbidden();
  return space;
}

const base = '/api/v1/projects/{projectUuid}/spaces';
const spaceRole = z.enum(SPACE_ROLES);
const newSpace = z.object({
  name: z.string(),
  isPrivate: looseBoolean.optional(),
  access: z.array(z.object({ userUuid: z.string(), role: spaceRole })).optional(),
});

/** Routes of spaces. */
export const spaceRoutes = [
  route('GET', base, {}, (call) => {
    const { store, user } = call;
    const project = projectFor(call, call.params.projectUuid);
    const visible = spacesOf(store, project.projectUuid).filter((space) => canView(store, user, space));
    const pinnedFirst = [...visible].sort((a, b) => Number(a.pinnedOrder === null) - Number(b.pinnedOrder === null));
    return pinnedFirst.map((space) => spaceListItem(store, user, space));
  }),
  route('POST', base, { body: newSpace }, (call) => {
    const { store, user, body } = call;
    const { projectUuid } = projectFor(call, call.params.projectUuid, 'create spaces');
    const slugs = spacesOf(store, projectUuid).map((space) => space.slug);
    const space: Space = {
      uuid: newUuid(),
      projectUuid,
      name: body.name,
      slug: slugFor(body.name, slugs),
      // Left out means private.
      isPrivate: body.isPrivate ?? true,
      pinnedOrder: null,
      users: [{ userUuid: user.userUuid, role: 'admin' }],
      groups: [],
    };
    for (const access of body.access ?? []) {
      if (!store.users.has(access.userUuid)) throw unexpected();
      if (access.userUuid !== user.userUuid) space.users.push(access);
    }
    store.spaces.set(space.uuid, space);
    const { name, isPrivate, uuid, slug } = space;
    const pinned = { pinnedListUuid: null, pinnedListOrder: null };
    // The real server answers with empty lists of access in any case.
    const empty = { dashboards: [], access: [], groupsAccess: [] };
    return { name, queries: [], isPrivate, uuid, projectUuid, ...empty, ...pinned, slug };
  }),
  route('GET', `${base}/{spaceUuid}`, {}, (call) => {
    const space = spaceFor(call, call.params.spaceUuid, 'space');
    if (!canView(call.store, call.user, space)) throw forbidden();
    return spaceView(call.store, space);
  }),
  route('PATCH', `${base}/{spaceUuid}`, { body: z.object({ name: z.string(), isPrivate: looseBoolean }) }, (call) => {
    const space = managedSpace(call, call.params.spaceUuid);
    Object.assign(space, call.body);
    return spaceView(call.store, space);
  }),
  route('DELETE', `${base}/{spaceUuid}`, {}, (call) => {
    removeSpace(call.store, managedSpace(call, call.params.spaceUuid).uuid);
  }),
  route('POST', `${base}/{spaceUuid}/share`, { body: z.object({ userUuid: z.string(), spaceRole }) }, (call) => {
    const space = managedSpace(call, call.params.spaceUuid);
    const { userUuid, spaceRole: role } = call.body;
    if (!call.store.users.has(userUuid)) throw unexpected();
    space.users = [...space.users.filter((access) => access.userUuid !== userUuid), { userUuid, role }];
  }),
  route('DELETE', `${base}/{spaceUuid}/share/{userUuid}`, {}, (call) => {
    const space = managedSpace(call, call.params.spaceUuid);
    space.users = space.users.filter((access) => access.userUuid !== call.params.userUuid);
  }),
  route('POST', `${base}/{spaceUuid}/group/share`, { body: z.object({ groupUuid: z.string(), spaceRole }) }, (call) => {
    const space = managedSpace(call, call.params.spaceUuid);
    const { groupUuid, spaceRole: role } = call.body;
    if (!call.store.groups.has(groupUuid)) throw unexpected();
    space.groups = [...space.groups.filter((access) => access.groupUuid !== groupUuid), { groupUuid, role }];
  }),
  route('DELETE', `${base}/{spaceUuid}/group/share/{groupUuid}`, {}, (call) => {
    const space = managedSpace(call, call.params.spaceUuid);
    space.groups = space.groups.filter((access) => access.groupUuid !== call.params.groupUuid);
  }),
];
