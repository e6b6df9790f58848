import * as z from 'zod';
import { administeredOrganization } from '../access/permissions.ts';
import { unexpected } from '../http/refusals.ts';
import { type Call, route } from '../http/route.ts';
import type { JsonObject, UserAttribute } from '../store/records.ts';
import { newUuid, type Store } from '../store/store.ts';

const body = z.object({
  name: z.string(),
  description: z.string().optional(),
  attributeDefault: z.string().nullable(),
  users: z.array(z.object({ userUuid: z.string(), value: z.string() })),
  groups: z.array(z.object({ groupUuid: z.string(), value: z.string() })),
});
const createOptions = { status: 201, body, bodyStyle: 'intersection' } as const;

function attributeView(store: Store, attribute: UserAttribute): JsonObject {
  const { uuid, createdAt, name, organizationUuid, description, groups } = attribute;
  const attributeDefault = attribute.attributeDefaults[0] ?? null;
  const users = attribute.users.map((user) => ({ ...user, email: store.users.get(user.userUuid)?.email }));
  const text = description === null ? {} : { description };
  return { uuid, createdAt, name, organizationUuid, ...text, attributeDefault, users, groups };
}

function write(call: Call<string, z.output<typeof body>>, uuid: string, createdAt: string): JsonObject {
  const { store } = call;
  const { description = null, attributeDefault, ...rest } = call.body;
  const attributeDefaults = attributeDefault === null ? [] : [attributeDefault];
  const organizationUuid = administeredOrganization(call);
  for (const other of store.attributes.values()) {
    if (other.name === rest.name && other.organizationUuid === organizationUuid && other.uuid !== uuid) {
      throw unexpected();
    }
  }
  const hasUnknownAssignee =
    rest.users.some((user) => !store.users.has(user.userUuid)) ||
    rest.groups.some((group) => !store.groups.has(group.groupUuid));
  if (hasUnknownAssignee) throw unexpected();
  const attribute: UserAttribute = { ...rest, attributeDefaults, uuid, organizationUuid, createdAt, description };
  store.attributes.set(uuid, attribute);
  return attributeView(store, attribute);
}

/** Routes of user attributes. */
export const attributeRoutes = [
  route('GET', '/api/v1/org/attributes', {}, (call) => {
    const organizationUuid = administeredOrganization(call);
    return [...call.store.attributes.values()]
      .filter((attribute) => attribute.organizationUuid === organizationUuid)
      .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
      .map((attribute) => attributeView(call.store, attribute));
  }),
  route('POST', '/api/v1/org/attributes', createOptions, (call) => write(call, newUuid(), call.now().toISOString())),
  route('PUT', '/api/v1/org/attributes/{userAttributeUuid}', createOptions, (call) => {
    const { userAttributeUuid } = call.params;
    administeredOrganization(call);
    const attribute = call.store.attributes.get(userAttributeUuid);
    if (!attribute) throw unexpected();
    return write(call, userAttributeUuid, attribute.createdAt);
  }),
  route('DELETE', '/api/v1/org/attributes/{userAttributeUuid}', {}, (call) => {
    administeredOrganization(call);
    if (!call.store.attributes.delete(call.params.userAttributeUuid)) throw unexpected();
  }),
];
