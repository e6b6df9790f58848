import type { Endpoint } from '../../lightdash/endpoint.ts';
import { get, write } from './endpoint.ts';

// Routes of newer releases that replace the routes of tools (measured on 0.2904 and 1.219).

/** The GitHub app of the organization; older servers have it per project. */
export const githubConfiguration: Endpoint = {
  ...get('githubConfiguration', '/api/v1/github/config'),
  // Measured on 1.219: tokens are refused.
  auth: 'session',
};

/** The organization of the token. */
export const organization = get('organization', '/api/v1/org');
/** Members of the organization, in pages. */
export const organizationMembers = get('organizationMembers', '/api/v1/org/users');
/** Sets the role of a member in the organization. */
export const organizationRoleOfUser = write(
  'organizationRoleOfUser',
  'POST',
  '/api/v2/orgs/{orgUuid}/roles/assignments/user/{userUuid}',
);

/** A group with up to `includeMembers` of its members. */
export const groupWithMembers = get('groupWithMembers', '/api/v1/groups/{groupUuid}', ['includeMembers']);
/** `members` replaces all members. */
export const groupUpdate = write('groupUpdate', 'PATCH', '/api/v1/groups/{groupUuid}');

/** Direct roles of people and groups in a project; not what they have by the organization. */
export const projectRoles = get('projectRoles', '/api/v2/projects/{projectUuid}/roles/assignments');
const projectUserRole = '/api/v2/projects/{projectUuid}/roles/assignments/user/{userUuid}';
/** Gives a person a role in a project, or replaces it. */
export const setProjectUserRole = write('setProjectUserRole', 'POST', projectUserRole);
/** Takes the role of a person in a project away. */
export const removeProjectUserRole = write('removeProjectUserRole', 'DELETE', projectUserRole);
const projectGroupRole = '/api/v2/projects/{projectUuid}/roles/assignments/group/{groupUuid}';
/** Gives a group a role in a project. */
export const setProjectGroupRole = write('setProjectGroupRole', 'POST', projectGroupRole);
/** Replaces the role of a group in a project. */
export const updateProjectGroupRole = write('updateProjectGroupRole', 'PATCH', projectGroupRole);
/** Takes the role of a group in a project away. */
export const removeProjectGroupRole = write('removeProjectGroupRole', 'DELETE', projectGroupRole);

/** Charts, dashboards and spaces of projects, in pages. */
export const content = get('content', '/api/v2/content', [
  'projectUuids',
  'contentTypes',
  'page',
  'pageSize',
  'sortBy',
  'sortDirection',
  'search',
]);

/** A space as GetSpace returns it: since 1.104 its access list has the caller alone. */
export const spaceContent = get('spaceContent', '/api/v1/projects/{projectUuid}/spaces/{spaceUuid}');
/** Everyone with access to a space, with the reasons. */
export const spaceAccessList = get('spaceAccessList', '/api/v1/projects/{projectUuid}/spaces/{spaceUuid}/access');
/** All spaces, charts and dashboards that go with a space, at any depth. */
export const spaceDeleteImpact = get(
  'spaceDeleteImpact',
  '/api/v1/projects/{projectUuid}/spaces/{spaceUuid}/delete-impact',
);

/** One version of a dashboard, with who saved it. */
export const dashboardVersion = get('dashboardVersion', '/api/v1/dashboards/{dashboardUuid}/version/{versionUuid}');

/** An explore, as GetExplore returns it. */
export const exploreContent = get('exploreContent', '/api/v1/projects/{projectUuid}/explores/{exploreId}');

/** Replaces all explores of a project: without `complete` 1.219 keeps those that the list lacks. */
export const completeExplores: Endpoint = {
  ...write('completeExplores', 'PUT', '/api/v1/projects/{projectUuid}/explores'),
  query: ['complete'],
  body: ({ explores }) => explores,
};

/** The parameters of a project, those of its models included; without a page all of them. */
export const projectParameters = get('projectParameters', '/api/v2/projects/{projectUuid}/parameters/list');
