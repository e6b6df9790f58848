import * as z from 'zod';
import { spacesOf } from '../../access/content.ts';
import { canView, projectFor } from '../../access/permissions.ts';
import { looseBoolean } from '../../http/body-validation.ts';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { forbidden, notFound, unexpected, wrongParameter } from '../../http/refusals.ts';
import { route, type UserContext, type WriteContext } from '../../http/route.ts';
import { SPACE_ROLES, type Space } from '../../store/records.ts';
import { newUuid, type Store, slugFor } from '../../store/store.ts';
import { namedAccess } from '../../views/today/people.ts';
import { deleteImpact, everyAccess, spaceListItem, spaceView } from '../../views/today/spaces.ts';
import { deleteContent } from './deleting.ts';
import { canManageSpace } from './find-by-id.ts';

const base = '/api/v1/projects/{projectUuid}/spaces';
const spacePath = `${base}/{spaceUuid}` as const;
const since = '1.219';

/** @throws 404 for an unknown space, 403 for one that is closed to the user */
function openSpace({ store, user }: UserContext, spaceUuid: string): Space {
  const space = store.spaces.get(spaceUuid);
  if (!space) throw notFound(`space with spaceUuid ${spaceUuid} does not exist`);
  if (!canView(store, user, space)) throw forbidden();
  return space;
}

/** @throws 403 unless the user manages the space, also for an unknown one */
function managedSpace({ store, user }: UserContext, spaceUuid: string): Space {
  const space = store.spaces.get(spaceUuid);
  if (!space || !canManageSpace(store, user, space)) throw forbidden();
  return space;
}

/** Creates a space: by default private at the top level, inheriting inside another one. */
export function makeSpace(
  { store, user, now }: WriteContext,
  values: { projectUuid: string; name: string; slug?: string; parent?: Space; inherits?: boolean | undefined },
): Space {
  const { projectUuid, name, parent } = values;
  const slugs = spacesOf(store, projectUuid).map((space) => space.slug);
  const space: Space = {
    uuid: newUuid(),
    projectUuid,
    name,
    slug: slugFor(values.slug ?? name, slugs),
    isPrivate: !(values.inherits ?? parent !== undefined),
    parentSpaceUuid: parent?.uuid ?? null,
    pinnedOrder: null,
    users: [{ userUuid: user.userUuid, role: 'admin' }],
    groups: [],
    createdAt: now().toISOString(),
    createdByUserUuid: user.userUuid,
  };
  store.spaces.set(space.uuid, space);
  return space;
}

const newSpace = z.object({
  name: z.string(),
  parentSpaceUuid: z.string().nullish(),
  inheritParentPermissions: looseBoolean.optional(),
});
const changes = z.object({
  name: z.string(),
  inheritParentPermissions: looseBoolean.optional(),
  colorPaletteUuid: z.string().nullish(),
});
const spaceRole = z.enum(SPACE_ROLES);

function knownMember(store: Store, userUuid: string): string {
  if (!store.users.get(userUuid)?.organizationUuid) {
    throw notFound('Cannot share space: user is not a member of this organization');
  }
  return userUuid;
}

/** Routes of spaces on 1.219. */
export const spaceRoutes = [
  route('GET', base, { since }, (call) => {
    const { store, user } = call;
    const project = projectFor(call, call.params.projectUuid);
    return spacesOf(store, project.projectUuid)
      .filter((space) => canView(store, user, space))
      .map((space) => spaceListItem(store, user, space));
  }),
  route('POST', base, { since, body: newSpace }, (call) => {
    const { store, user, body } = call;
    const { projectUuid } = projectFor(call, call.params.projectUuid, 'create spaces');
    const parent = body.parentSpaceUuid ? store.spaces.get(body.parentSpaceUuid) : undefined;
    if (body.parentSpaceUuid && !parent) throw notFound(`Space with spaceUuid ${body.parentSpaceUuid} does not exist`);
    const inherits = body.inheritParentPermissions;
    return spaceView(
      store,
      user,
      makeSpace(call, { projectUuid, name: body.name, inherits, ...(parent && { parent }) }),
    );
  }),
  route('GET', spacePath, { since }, (call) => {
    projectFor(call, call.params.projectUuid);
    return spaceView(call.store, call.user, openSpace(call, call.params.spaceUuid));
  }),
  route('PATCH', spacePath, { since, body: changes }, (call) => {
    const space = managedSpace(call, call.params.spaceUuid);
    const { name, inheritParentPermissions, colorPaletteUuid } = call.body;
    if (colorPaletteUuid) throw wrongParameter('Color palette does not belong to this organization');
    space.name = name;
    if (inheritParentPermissions !== undefined) space.isPrivate = !inheritParentPermissions;
    return spaceView(call.store, call.user, space);
  }),
  route('DELETE', spacePath, { since }, (call) => {
    deleteContent(call, 'space', managedSpace(call, call.params.spaceUuid));
  }),
  route(
    'GET',
    `${spacePath}/access`,
    { since, query: z.object({ ...pageQuery, searchQuery: z.string().optional() }) },
    (call) => {
      projectFor(call, call.params.projectUuid);
      const { store, user, query } = call;
      const words = query.searchQuery?.toLowerCase() ?? '';
      const entries = everyAccess(store, user, openSpace(call, call.params.spaceUuid)).filter((access) =>
        `${access.firstName} ${access.lastName} ${access.email}`.toLowerCase().includes(words),
      );
      return pageOf(entries.map(namedAccess), query);
    },
  ),
  route('GET', `${spacePath}/delete-impact`, { since }, (call) =>
    deleteImpact(call.store, managedSpace(call, call.params.spaceUuid)),
  ),
  route('POST', `${spacePath}/share`, { since, body: z.object({ userUuid: z.string(), spaceRole }) }, (call) => {
    const space = managedSpace(call, call.params.spaceUuid);
    const { spaceRole: role } = call.body;
    const userUuid = knownMember(call.store, call.body.userUuid);
    space.users = [...space.users.filter((access) => access.userUuid !== userUuid), { userUuid, role }];
  }),
  route('DELETE', `${spacePath}/share/{userUuid}`, { since }, (call) => {
    const space = managedSpace(call, call.params.spaceUuid);
    space.users = space.users.filter((access) => access.userUuid !== call.params.userUuid);
  }),
  route('POST', `${spacePath}/group/share`, { since, body: z.object({ groupUuid: z.string(), spaceRole }) }, (call) => {
    const space = managedSpace(call, call.params.spaceUuid);
    const { groupUuid, spaceRole: role } = call.body;
    if (!call.store.groups.has(groupUuid)) throw unexpected();
    space.groups = [...space.groups.filter((access) => access.groupUuid !== groupUuid), { groupUuid, role }];
  }),
  route('DELETE', `${spacePath}/group/share/{groupUuid}`, { since }, (call) => {
    const space = managedSpace(call, call.params.spaceUuid);
    space.groups = space.groups.filter((access) => access.groupUuid !== call.params.groupUuid);
  }),
  route('PATCH', `${spacePath}/pinning`, { since }, (call) => {
    const space = openSpace(call, call.params.spaceUuid);
    projectFor(call, space.projectUuid, 'arrange pinned items');
    space.pinnedOrder = space.pinnedOrder === null ? 100 : null;
    return spaceView(call.store, call.user, space);
  }),
];
