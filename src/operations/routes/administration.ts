import type { Endpoint } from '../../lightdash/route.ts';
import { content, projectRoles } from './newer-releases.ts';

// Routes for administration that have no tool of their own, recorded on 1.219; 0.1366 has some of them.

const get = (id: string, path: string, query: readonly string[] = []): Endpoint => ({
  id,
  method: 'GET',
  path,
  query,
  readOnly: true,
  auth: 'token',
});

/**
 * Roles of people in a project. 1.219 returns role assignments, which include groups and custom roles; older releases the
 * list of members.
 */
export const projectRoleAssignments: Endpoint = {
  ...get('projectRoleAssignments', '/api/v1/projects/{projectUuid}/access'),
  successor: { since: '1.219', run: ({ projectUuid }, send) => send(projectRoles, { projectUuid }) },
};

/** System and custom roles with their scopes; 1.219, for admins of the organization. */
export const organizationRoles = get('organizationRoles', '/api/v2/orgs/{orgUuid}/roles');

/** Every delivery of a project; 1.219, for admins and developers. */
const projectDeliveries = get('projectDeliveries', '/api/v1/schedulers/{projectUuid}/list');

/** Deliveries of a project: 1.219 lists all of them, older releases inside of their log. */
export const deliveriesOfProject: Endpoint = {
  ...get('deliveriesOfProject', '/api/v1/schedulers/{projectUuid}/logs'),
  successor: { since: '1.219', run: ({ projectUuid }, send) => send(projectDeliveries, { projectUuid }) },
};

/** The API's largest page. */
const CONTENT_PAGE_SIZE = 5_000;

/** Charts and dashboards of a project with who created them (1.219), or charts with who changed them last. */
export const contentWithPeople: Endpoint = {
  ...get('contentWithPeople', '/api/v1/projects/{projectUuid}/charts'),
  successor: {
    since: '1.219',
    async run({ projectUuid }, send) {
      const args = { projectUuids: projectUuid, contentTypes: ['chart', 'dashboard'], pageSize: CONTENT_PAGE_SIZE };
      return send(content, { ...args, page: 1 });
    },
  },
};

/** Invites a person by e-mail; the API document of 0.1366 lacks it. 1.219 ignores `expiresAt`: a link lasts three days. */
export const createInviteLink: Endpoint = {
  id: 'createInviteLink',
  method: 'POST',
  path: '/api/v1/invite-links',
  readOnly: false,
  auth: 'token',
};

/** Number of deliveries that a person runs, by project (1.219). */
export const deliveriesOfUser = get('deliveriesOfUser', '/api/v1/org/user/{userUuid}/schedulers-summary');

/** Gives all deliveries of a person to another one (1.219). */
export const reassignDeliveries: Endpoint = {
  id: 'reassignDeliveries',
  method: 'PATCH',
  path: '/api/v1/org/user/{userUuid}/reassign-schedulers',
  readOnly: false,
  auth: 'token',
};

const tokens = '/api/v1/user/me/personal-access-tokens';

/** The signed-in user's tokens without secrets, as 0.2904 and later return them to a token; 0.1366 to a session alone. */
export const ownTokens = get('ownTokens', tokens);

/** Creates a token; the response has its secret. */
export const createToken: Endpoint = {
  id: 'createToken',
  method: 'POST',
  path: tokens,
  readOnly: false,
  auth: 'session',
};

/** Deletes a token. 1.219 answers ok for one that is not there. */
export const deleteToken: Endpoint = {
  id: 'deleteToken',
  method: 'DELETE',
  path: `${tokens}/{personalAccessTokenUuid}`,
  readOnly: false,
  auth: 'session',
};
