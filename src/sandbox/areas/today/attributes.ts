import * as z from 'zod';
import { administeredOrganization } from '../../access/permissions.ts';
import { unexpected } from '../../http/refusals.ts';
import { type Call, route } from '../../http/route.ts';
import type { JsonObject, UserAttribute } from '../../store/records.ts';
import { newUuid, type Store } from '../../store/store.ts';

const since = '1.219';
const base = '/api/v1/org/attributes';

/** One value, or several of them. */
const values = { value: z.string().optional(), values: z.array(z.string()).optional() };
const body = z.object({
  name: z.string(),
  description: z.string().optional(),
  attributeDefault: z.string().nullish(),
  attributeDefaults: z.array(z.string()).nullish(),
  users: z.array(z.object({ userUuid: z.string(), ...values })),
  groups: z.array(z.object({ groupUuid: z.string(), ...values })),
});

const flattenValues = <Assignee extends object>(
  list: readonly (Assignee & { value?: string | undefined; values?: string[] | undefined })[],
) =>
  list.flatMap(({ value, values: list, ...holder }) =>
    (list ?? (value === undefined ? [] : [value])).map((item) => ({ ...holder, value: item })),
  );

/** Values by who has them: `value` is the first, for clients that know of one alone. */
function groupValues<Key extends string>(list: readonly ({ value: string } & Record<Key, string>)[], key: Key) {
  const ids = [...new Set(list.map((item) => item[key]))];
  return ids.map((id) => {
    const values = list.filter((item) => item[key] === id).map((item) => item.value);
    return { [key]: id, values: values, value: values[0] };
  });
}

function attributeView(store: Store, attribute: UserAttribute): JsonObject {
  const { uuid, createdAt, name, organizationUuid, description, attributeDefaults } = attribute;
  const hasDefault = attributeDefaults.length > 0;
  return {
    ...{ uuid, createdAt, name, organizationUuid },
    ...(description === null ? {} : { description }),
    attributeDefaults: hasDefault ? attributeDefaults : null,
    attributeDefault: attributeDefaults[0] ?? null,
    users: groupValues(attribute.users, 'userUuid').map((item) => ({
      ...item,
      email: store.users.get(String(item.userUuid))?.email,
    })),
    groups: groupValues(attribute.groups, 'groupUuid'),
  };
}

/** Writes the whole attribute: values that are not sent are lost. */
function write(call: Call<string, z.output<typeof body>>, uuid: string, createdAt: string): JsonObject {
  const { store } = call;
  const organizationUuid = administeredOrganization(call);
  const { name, description = null, attributeDefault, attributeDefaults } = call.body;
  for (const other of store.attributes.values()) {
    if (other.name === name && other.organizationUuid === organizationUuid && other.uuid !== uuid) throw unexpected();
  }
  const users = flattenValues(call.body.users);
  const groups = flattenValues(call.body.groups);
  const unknownAssignees =
    users.some((user) => !store.users.has(user.userUuid)) || groups.some((group) => !store.groups.has(group.groupUuid));
  if (unknownAssignees) throw unexpected();
  const defaults = attributeDefaults ?? (attributeDefault ? [attributeDefault] : []);
  const attribute = {
    uuid,
    organizationUuid,
    name,
    description,
    attributeDefaults: defaults,
    createdAt,
    users,
    groups,
  };
  store.attributes.set(uuid, attribute);
  return attributeView(store, attribute);
}

/** Routes of user attributes on 1.219. */
export const attributeRoutes = [
  route('GET', base, { since }, (call) => {
    const organizationUuid = administeredOrganization(call);
    return [...call.store.attributes.values()]
      .filter((attribute) => attribute.organizationUuid === organizationUuid)
      .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
      .map((attribute) => attributeView(call.store, attribute));
  }),
  route('POST', base, { since, status: 201, body }, (call) => write(call, newUuid(), call.now().toISOString())),
  route('PUT', `${base}/{userAttributeUuid}`, { since, status: 201, body }, (call) => {
    administeredOrganization(call);
    const attribute = call.store.attributes.get(call.params.userAttributeUuid);
    if (!attribute) throw unexpected();
    return write(call, attribute.uuid, attribute.createdAt);
  }),
];
