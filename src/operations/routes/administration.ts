import type { Endpoint } from '../../lightdash/endpoint.ts';
import { get, write, writeBody } from './endpoint.ts';
import { content, projectRoles } from './newer-releases.ts';

// Routes for administration that have no tool of their own, recorded on 1.219; 0.1366 has some of them.

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

/** Every delivery of a project; 0.2904 and later, for admins and developers. */
const projectDeliveries = get('projectDeliveries', '/api/v1/schedulers/{projectUuid}/list');

/** Deliveries of a project: 0.2904 and later list all of them, 0.1366 inside of its log. */
export const deliveriesOfProject: Endpoint = {
  ...get('deliveriesOfProject', '/api/v1/schedulers/{projectUuid}/logs'),
  successor: { since: '0.2904', run: ({ projectUuid }, send) => send(projectDeliveries, { projectUuid }) },
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
export const createInviteLink = write('createInviteLink', 'POST', '/api/v1/invite-links');

/** Number of deliveries that a person runs, by project (1.219). */
export const deliveriesOfUser = get('deliveriesOfUser', '/api/v1/org/user/{userUuid}/schedulers-summary');

/** Gives all deliveries of a person to another one (1.219). */
export const reassignDeliveries = write(
  'reassignDeliveries',
  'PATCH',
  '/api/v1/org/user/{userUuid}/reassign-schedulers',
);

const tokens = '/api/v1/user/me/personal-access-tokens';

/** The signed-in user's tokens without secrets, as 0.2904 and later return them to a token; 0.1366 to a session alone. */
export const ownTokens = get('ownTokens', tokens);

/** Creates a token; the response has its secret. */
export const createToken: Endpoint = { ...write('createToken', 'POST', tokens), auth: 'session' };

/** Deletes a token. 1.219 answers ok for one that is not there. */
export const deleteToken: Endpoint = {
  ...write('deleteToken', 'DELETE', `${tokens}/{personalAccessTokenUuid}`),
  auth: 'session',
};

/** Use of a project: counts of people, queries and views; 1.219, for admins of the organization. */
export const userActivity = get('userActivity', '/api/v1/analytics/user-activity/{projectUuid}');

const rename = '/api/v1/projects/{projectUuid}/rename';

/** Charts, dashboards, alerts and deliveries that a renaming would change (1.219). */
export const renamePreview: Endpoint = {
  id: 'renamePreview',
  method: 'POST',
  path: `${rename}/preview`,
  readOnly: true,
  auth: 'token',
  neverCached: true,
};

/** Renames a field or model in all saved content, as a job (1.219). */
export const renameInContent = write('renameInContent', 'POST', rename);

/** Compiles a project from its dbt connection, as a job. */
export const refreshProject = write('refreshProject', 'POST', '/api/v1/projects/{projectUuid}/refresh');

/** State of a job that compiles a project, with its steps. */
export const compileJob: Endpoint = { ...get('compileJob', '/api/v1/jobs/{jobUuid}'), neverCached: true };

/** Latest compilations of a project with what they found (1.219). */
export const compileLogs = get('compileLogs', '/api/v1/projects/{projectUuid}/compile-logs', ['page', 'pageSize']);

const defaults = '/api/v2/projects/{projectUuid}/defaults';

/** Defaults of a project for its queries and labels (1.219); no results if there are none. */
export const projectDefaults: Endpoint = { ...get('projectDefaults', defaults), mayLackResults: true };

/** Replaces all defaults of a project by `body`. */
export const replaceProjectDefaults = writeBody('replaceProjectDefaults', 'PUT', defaults);

const patch = (id: string, path: string): Endpoint => ({ id, method: 'PATCH', path, readOnly: false, auth: 'token' });

/** Time zone of a project's queries (1.219); null for UTC. */
export const setQueryTimezone = patch('setQueryTimezone', '/api/v1/projects/{projectUuid}/queryTimezoneSettings');

/** End of a preview project, in hours from now (1.219). */
export const setPreviewEnd = patch('setPreviewEnd', '/api/v1/projects/{projectUuid}/preview-expiration');

/** Name of a project (1.219). */
export const setProjectName = patch('setProjectName', '/api/v1/projects/{projectUuid}/details');
