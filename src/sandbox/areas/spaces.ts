import { z } from 'zod';
import { spacesOf } from '../access/content.ts';
import { canManageSpace, canView, projectFor } from '../access/permissions.ts';
import { looseBoolean } from '../http/body-validation.ts';
import { forbidden, notFound, unexpected } from '../http/refusals.ts';
import { type Call, route } from '../http/route.ts';
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
function managedSpace(call: Pick<Call, 'store' | 'user'>, spaceUuid: string): Space {
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

/** `isPrivate` means nothing on 1.219. */
const todaysSpace = newSpace.omit({ isPrivate: true }).extend({
  inheritParentPermissions: looseBoolean.optional(),
  parentSpaceUuid: z.string().optional(),
});
const todaysChanges = z.object({ name: z.string().optional(), inheritParentPermissions: looseBoolean.optional() });

function createSpace(
  call: Call<'projectUuid', z.output<typeof newSpace>>,
  { isPrivate, parentSpaceUuid }: Pick<Space, 'isPrivate' | 'parentSpaceUuid'>,
) {
  const { store, user, body } = call;
  const { projectUuid } = projectFor(call, call.params.projectUuid, 'create spaces');
  if (parentSpaceUuid !== undefined) spaceFor(call, parentSpaceUuid);
  const slugs = spacesOf(store, projectUuid).map((space) => space.slug);
  const space: Space = {
    uuid: newUuid(),
    projectUuid,
    name: body.name,
    slug: slugFor(body.name, slugs),
    isPrivate,
    ...(parentSpaceUuid === undefined ? {} : { parentSpaceUuid }),
    pinnedOrder: null,
    users: [{ userUuid: user.userUuid, role: 'admin' }],
    groups: [],
  };
  for (const access of body.access ?? []) {
    if (!store.users.has(access.userUuid)) throw unexpected();
    if (access.userUuid !== user.userUuid) space.users.push(access);
  }
  store.spaces.set(space.uuid, space);
  const { name, uuid, slug } = space;
  const pinned = { pinnedListUuid: null, pinnedListOrder: null };
  // The real server answers with empty lists of access, whoever was let in.
  const empty = { dashboards: [], access: [], groupsAccess: [] };
  return { name, queries: [], isPrivate, uuid, projectUuid, ...empty, ...pinned, slug };
}

export const spaceRoutes = [
  route('GET', base, {}, (call) => {
    const { store, user } = call;
    const project = projectFor(call, call.params.projectUuid);
    const visible = spacesOf(store, project.projectUuid).filter((space) => canView(store, user, space));
    const pinnedFirst = [...visible].sort((a, b) => Number(a.pinnedOrder === null) - Number(b.pinnedOrder === null));
    return pinnedFirst.map((space) => spaceListItem(store, user, space));
  }),
  route('POST', base, { until: '0.1366', body: newSpace }, (call) =>
    createSpace(call, { isPrivate: call.body.isPrivate ?? true }),
  ),
  route('POST', base, { since: '1.219', body: todaysSpace }, (call) => {
    const { parentSpaceUuid, inheritParentPermissions } = call.body;
    const parent = parentSpaceUuid === undefined ? {} : { parentSpaceUuid };
    // At the top closed unless it inherits; inside of another space it inherits unless told otherwise.
    return createSpace(call, { isPrivate: !(inheritParentPermissions ?? parentSpaceUuid !== undefined), ...parent });
  }),
  route('GET', `${base}/{spaceUuid}`, {}, (call) => {
    const space = spaceFor(call, call.params.spaceUuid, 'space');
    if (!canView(call.store, call.user, space)) throw forbidden();
    return spaceView(call.store, space);
  }),
  route(
    'PATCH',
    `${base}/{spaceUuid}`,
    { until: '0.1366', body: z.object({ name: z.string(), isPrivate: looseBoolean }) },
    (call) => spaceView(call.store, Object.assign(managedSpace(call, call.params.spaceUuid), call.body)),
  ),
  route('PATCH', `${base}/{spaceUuid}`, { since: '1.219', body: todaysChanges }, (call) => {
    const space = managedSpace(call, call.params.spaceUuid);
    const { name = space.name, inheritParentPermissions = !space.isPrivate } = call.body;
    return spaceView(call.store, Object.assign(space, { name, isPrivate: !inheritParentPermissions }));
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
