import type { AccessToken, Group, Organization, User, UserAttribute, WarehouseCredentials } from '../store/records.ts';
import { ids } from './ids.ts';

/** Every seeded person signs in with this password, as on the recorded server. */
export const SEED_PASSWORD = 'Roastery!1366';
/** The organization's administrator. */
export const ADMIN_EMAIL = 'ada@roastery.example';

/** The organization of the seed. */
export const organization: Organization = {
  organizationUuid: ids.organization,
  name: 'Roastery',
  createdAt: '2026-11-23T19:53:08.797Z',
  chartColors: null,
  defaultProjectUuid: null,
  emailDomains: { emailDomains: ['roastery.example'], role: 'viewer', projects: [] },
};

type Person = Pick<
  User,
  'userUuid' | 'userId' | 'email' | 'firstName' | 'lastName' | 'role' | 'createdAt' | 'updatedAt'
>;

const person = (fields: Person): User => ({
  ...fields,
  password: SEED_PASSWORD,
  isMarketingOptedIn: false,
  isTrackingAnonymized: true,
  isSetupComplete: true,
  isPending: false,
  organizationUuid: ids.organization,
  isEmailVerified: false,
  passcode: null,
});

/** People of the seed. */
export const users: readonly User[] = [
  {
    ...person({
      userUuid: ids.users.ada,
      userId: 1,
      email: ADMIN_EMAIL,
      firstName: 'Ada',
      lastName: 'Abara',
      role: 'admin',
      createdAt: '2026-11-23T19:53:08.463Z',
      updatedAt: '2026-11-23T19:53:08.855Z',
    }),
    passcode: { code: '204816', createdAt: '2026-11-23T19:53:08.603Z', numberOfAttempts: 0 },
  },
  person({
    userUuid: ids.users.vic,
    userId: 2,
    email: 'vic@roastery.example',
    firstName: 'Vic',
    lastName: 'Viewer',
    role: 'viewer',
    createdAt: '2026-11-23T19:53:09.146Z',
    updatedAt: '2026-11-23T19:53:09.460Z',
  }),
  person({
    userUuid: ids.users.edie,
    userId: 3,
    email: 'edie@roastery.example',
    firstName: 'Edie',
    lastName: 'Editor',
    role: 'member',
    createdAt: '2026-11-23T19:53:09.500Z',
    updatedAt: '2026-11-23T19:53:09.828Z',
  }),
  person({
    userUuid: ids.users.val,
    userId: 4,
    email: 'val@roastery.example',
    firstName: 'Val',
    lastName: 'Plain',
    role: 'viewer',
    createdAt: '2026-11-23T20:16:02.529Z',
    updatedAt: '2026-11-23T20:16:02.951Z',
  }),
  person({
    userUuid: ids.users.dev,
    userId: 5,
    email: 'dev@roastery.example',
    firstName: 'Dev',
    lastName: 'Eloper',
    role: 'member',
    createdAt: '2026-11-23T20:17:02.500Z',
    updatedAt: '2026-11-23T20:17:02.800Z',
  }),
  person({
    userUuid: ids.users.mem,
    userId: 6,
    email: 'mem@roastery.example',
    firstName: 'Mem',
    lastName: 'Ber',
    role: 'member',
    createdAt: '2026-11-23T20:18:02.864Z',
    updatedAt: '2026-11-23T20:18:03.100Z',
  }),
];

const accessToken = (
  token: Pick<AccessToken, 'userUuid' | 'uuid' | 'token' | 'description' | 'createdAt'>,
): AccessToken => ({ ...token, rotatedAt: null, lastUsedAt: null, expiresAt: '2030-01-01T00:00:00.000Z' });

/** The tokens of the recorded server; they open nothing but a sandbox. */
export const tokens = {
  admin: {
    ...accessToken({
      userUuid: ids.users.ada,
      uuid: 'dc6e160e-9096-4e27-b1b9-6e1772a9242f',
      token: '581293262aa8f0804af9ab98e6685d82',
      description: 'reference admin token',
      createdAt: '2026-11-23T19:53:08.914Z',
    }),
    expiresAt: null,
  },
  viewer: accessToken({
    userUuid: ids.users.vic,
    uuid: '78084743-d208-495e-b3ea-4cbcf7bd6add',
    token: '26042afa40468b489ee74ebfcd32f9ce',
    description: 'Vic token',
    createdAt: '2026-11-23T19:53:09.478Z',
  }),
  editor: accessToken({
    userUuid: ids.users.edie,
    uuid: 'fa61ba68-1fdf-4264-a175-13be7c9f170c',
    token: 'a63460a1c4c9fd6e82e5a19fde2d092d',
    description: 'Edie token',
    createdAt: '2026-11-23T19:53:09.840Z',
  }),
  plainViewer: accessToken({
    userUuid: ids.users.val,
    uuid: '260bf08f-6dba-436a-8d31-513f8ecd8db2',
    token: '961b4f1dba0cba071fd50e9166483f5e',
    description: 'Val token',
    createdAt: '2026-11-23T20:16:02.969Z',
  }),
  developer: accessToken({
    userUuid: ids.users.dev,
    uuid: '0f4e1c52-6f0c-4b7e-9d0b-5b0c1b9e7a11',
    token: 'b7d1f0a92c5e4836a1d07f3c9e2b6854',
    description: 'Dev token',
    createdAt: '2026-11-23T20:17:02.820Z',
  }),
  member: accessToken({
    userUuid: ids.users.mem,
    uuid: '5c8a7d36-2b1f-4e90-8a53-91d6c4f0be27',
    token: '3e9c64d8b0f14a7792c5d81e6fa0b34d',
    description: 'Mem token',
    createdAt: '2026-11-23T20:18:03.120Z',
  }),
} as const;

/** Groups of the seed. */
export const groups: readonly Group[] = [
  {
    uuid: ids.groups.baristas,
    organizationUuid: ids.organization,
    name: 'Baristas',
    createdAt: '2026-11-23T19:53:09.884Z',
    createdByUserUuid: ids.users.ada,
    updatedAt: '2026-11-23T19:53:09.884Z',
    updatedByUserUuid: null,
    memberUuids: [ids.users.vic],
  },
  {
    uuid: ids.groups.finance,
    organizationUuid: ids.organization,
    name: 'Finance',
    createdAt: '2026-11-23T19:53:09.919Z',
    createdByUserUuid: ids.users.ada,
    updatedAt: '2026-11-23T19:53:09.919Z',
    updatedByUserUuid: null,
    memberUuids: [ids.users.edie],
  },
];

/** User attributes of the seed. */
export const attributes: readonly UserAttribute[] = [
  {
    uuid: 'c519f085-c130-43cb-bcb8-b8cb2bb5373b',
    organizationUuid: ids.organization,
    name: 'can_see_pii',
    description: 'May see e-mail addresses',
    attributeDefaults: [],
    createdAt: '2026-11-23T19:53:10.000Z',
    users: [{ userUuid: ids.users.ada, value: 'yes' }],
    groups: [],
  },
  {
    uuid: 'feac6ae7-a8db-45d2-be11-31b760783d06',
    organizationUuid: ids.organization,
    name: 'region',
    description: 'Sales region',
    attributeDefaults: ['all'],
    createdAt: '2026-11-23T19:53:10.022Z',
    users: [{ userUuid: ids.users.edie, value: 'Europe' }],
    groups: [{ groupUuid: ids.groups.baristas, value: 'Americas' }],
  },
];

/** Personal warehouse credentials of the seed. */
export const credentials: readonly WarehouseCredentials[] = [
  {
    uuid: '5a610470-6271-4664-a76f-59a7f806647c',
    userUuid: ids.users.ada,
    name: 'My roastery login',
    createdAt: '2026-11-23T19:53:11.584Z',
    updatedAt: '2026-11-23T19:53:11.584Z',
    credentials: { type: 'postgres', user: 'lightdash' },
  },
];
