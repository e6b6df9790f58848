import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import * as z from 'zod';
import { projectFor } from '../access/permissions.ts';
import { notFound, unexpected } from '../http/refusals.ts';
import { type Call, type Route, route } from '../http/route.ts';
import type { JsonObject, WarehouseCredentials } from '../store/records.ts';
import { newUuid, type Store } from '../store/store.ts';

const base = '/api/v1/user/warehouseCredentials';

const login = (type: string) => z.object({ type: z.literal(type), user: z.string(), password: z.string() });
const body = z.object({
  name: z.string(),
  credentials: z.union([
    login('redshift'),
    login('postgres'),
    login('snowflake'),
    login('trino'),
    z.object({ type: z.literal('bigquery'), keyfileContents: z.record(z.string(), z.string()) }),
    z.object({ type: z.literal('databricks'), personalAccessToken: z.string() }),
  ]),
});

/** Passwords and keys are not kept: nothing here signs in anywhere. */
function withoutSecrets(credentials: z.output<typeof body>['credentials']): WarehouseCredentials['credentials'] {
  return 'user' in credentials ? { type: credentials.type, user: credentials.user } : { type: credentials.type };
}

function credentialsView(warehouseCredentials: WarehouseCredentials): JsonObject {
  const { uuid, userUuid, name, createdAt, updatedAt, credentials } = warehouseCredentials;
  return { uuid, userUuid, name, createdAt, updatedAt, credentials };
}

const ownedBy = (store: Store, userUuid: string) =>
  [...store.credentials.values()].filter((warehouseCredentials) => warehouseCredentials.userUuid === userUuid);

const rsaKeyPair = promisify(generateKeyPair);

/** An RSA public key as OpenSSH writes it: three length-prefixed parts in base64. */
async function newSshPublicKey(madeAt: Date): Promise<string> {
  const { publicKey } = await rsaKeyPair('rsa', { modulusLength: 2048 });
  const { e = '', n = '' } = publicKey.export({ format: 'jwk' });
  const integer = (value: string) => {
    const bytes = Buffer.from(value, 'base64url');
    return (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  };
  const parts = [Buffer.from('ssh-rsa'), integer(e), integer(n)].flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return `ssh-rsa ${Buffer.concat(parts).toString('base64')} (generated_by_lightdash_at_${madeAt.toISOString()})`;
}

const preferenceKey = ({ user, params }: Call<'projectUuid'>) => `${user.userUuid} ${params.projectUuid}`;

/** For a session alone, and for tokens too on 1.219. */
const ownCredentials: readonly Route[] = [
  route('GET', base, { auth: 'session' }, ({ store, user }) => ownedBy(store, user.userUuid).map(credentialsView)),
  route('POST', base, { auth: 'session', body }, (call) => {
    const createdAt = call.now().toISOString();
    const created: WarehouseCredentials = {
      uuid: newUuid(),
      userUuid: call.user.userUuid,
      name: call.body.name,
      createdAt,
      updatedAt: createdAt,
      credentials: withoutSecrets(call.body.credentials),
    };
    call.store.credentials.set(created.uuid, created);
    return credentialsView(created);
  }),
  route('PATCH', `${base}/{uuid}`, { auth: 'session', body }, (call) => {
    const credentials = call.store.credentials.get(call.params.uuid);
    if (credentials?.userUuid !== call.user.userUuid) throw unexpected('Could not save credentials.');
    credentials.name = call.body.name;
    credentials.credentials = withoutSecrets(call.body.credentials);
    credentials.updatedAt = call.now().toISOString();
    return credentialsView(credentials);
  }),
  route('DELETE', `${base}/{uuid}`, { auth: 'session' }, ({ store, user, params }) => {
    if (store.credentials.get(params.uuid)?.userUuid === user.userUuid) store.credentials.delete(params.uuid);
  }),
];

/** Routes of personal warehouse credentials. */
export const credentialRoutes = [
  ...ownCredentials.map((route): Route => ({ ...route, until: '0.1366' })),
  ...ownCredentials.map((route): Route => ({ ...route, auth: 'token', since: '1.219' })),
  route('GET', '/api/v1/projects/{projectUuid}/user-credentials', {}, (call) => {
    const { store, user } = call;
    const project = projectFor(call, call.params.projectUuid);
    const chosen = store.credentials.get(store.credentialPreferences.get(preferenceKey(call)) ?? '');
    // Without a choice, the first that fits the project's warehouse.
    const matching = ownedBy(store, user.userUuid).find(
      (warehouseCredentials) => warehouseCredentials.credentials.type === project.warehouseConnection.type,
    );
    const credentials = chosen ?? matching;
    return credentials && credentialsView(credentials);
  }),
  route('PATCH', '/api/v1/projects/{projectUuid}/user-credentials/{userWarehouseCredentialsUuid}', {}, (call) => {
    projectFor(call, call.params.projectUuid);
    const uuid = call.params.userWarehouseCredentialsUuid;
    if (call.store.credentials.get(uuid)?.userUuid !== call.user.userUuid) {
      throw notFound('Warehouse credentials not found');
    }
    call.store.credentialPreferences.set(preferenceKey(call), uuid);
  }),
  route('POST', '/api/v1/ssh/key-pairs', { auth: 'session', status: 201 }, async ({ now }) => ({
    publicKey: await newSshPublicKey(now()),
  })),
];
