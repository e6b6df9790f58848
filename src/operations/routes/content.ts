import type { Endpoint } from '../../lightdash/route.ts';

// Routes for charts, dashboards and spaces alike (recorded on 1.219). Older servers have the pins alone.

const write = (id: string, method: 'POST' | 'PATCH' | 'DELETE', path: string, hasBody = true): Endpoint => ({
  id,
  method,
  path,
  ...(hasBody && { body: ({ body }) => body }),
  readOnly: false,
  auth: 'token',
});

const contentPath = '/api/v2/content';

/** Moves all of the items or none. Charts are sent with their `source`; a null target is the root, for spaces. */
export const moveContentItems = write('moveContentItems', 'POST', `${contentPath}/bulk-action/{projectUuid}/move`);

/** Deleted content that the token may see: an admin sees all, others what they deleted themselves. */
export const deletedContent: Endpoint = {
  id: 'deletedContent',
  method: 'GET',
  path: `${contentPath}/deleted`,
  query: ['projectUuids', 'search', 'page', 'pageSize'],
  readOnly: true,
  auth: 'token',
};

export const restoreDeletedContent = write('restoreDeletedContent', 'POST', `${contentPath}/{projectUuid}/restore`);

const chartVerification = '/api/v1/saved/{uuid}/verification';
const dashboardVerification = '/api/v1/dashboards/{uuid}/verification';

/** Marks as verified by the caller, who has to be an admin or a developer. */
export const verifyChart = write('verifyChart', 'POST', chartVerification, false);
export const unverifyChart = write('unverifyChart', 'DELETE', chartVerification, false);
export const verifyDashboard = write('verifyDashboard', 'POST', dashboardVerification, false);
export const unverifyDashboard = write('unverifyDashboard', 'DELETE', dashboardVerification, false);

/** Each turns the pin over: pinned content is unpinned. */
export const toggleChartPin = write('toggleChartPin', 'PATCH', '/api/v1/saved/{uuid}/pinning', false);
export const toggleDashboardPin = write('toggleDashboardPin', 'PATCH', '/api/v1/dashboards/{uuid}/pinning', false);
export const toggleSpacePin = write(
  'toggleSpacePin',
  'PATCH',
  '/api/v1/projects/{projectUuid}/spaces/{uuid}/pinning',
  false,
);
