import { get, write, writeBody } from './endpoint.ts';

// Routes for charts, dashboards and spaces alike (recorded on 1.219). Older servers have the pins alone.

const contentPath = '/api/v2/content';

/** Moves all of the items or none. Charts are sent with their `source`; a null target is the root, for spaces. */
export const moveContentItems = writeBody('moveContentItems', 'POST', `${contentPath}/bulk-action/{projectUuid}/move`);

/** Deleted content that the token may see: an admin sees all, others what they deleted themselves. */
export const deletedContent = get('deletedContent', `${contentPath}/deleted`, [
  'projectUuids',
  'search',
  'page',
  'pageSize',
]);

/** Takes back a deletion, on servers that keep deleted content. */
export const restoreDeletedContent = writeBody('restoreDeletedContent', 'POST', `${contentPath}/{projectUuid}/restore`);

const chartVerification = '/api/v1/saved/{uuid}/verification';
const dashboardVerification = '/api/v1/dashboards/{uuid}/verification';

/** Marks as verified by the caller, who has to be an admin or a developer. */
export const verifyChart = write('verifyChart', 'POST', chartVerification);
/** Takes the verified mark off a chart. */
export const unverifyChart = write('unverifyChart', 'DELETE', chartVerification);
/** Marks a dashboard as verified. */
export const verifyDashboard = write('verifyDashboard', 'POST', dashboardVerification);
/** Takes the verified mark off a dashboard. */
export const unverifyDashboard = write('unverifyDashboard', 'DELETE', dashboardVerification);

/** Each turns the pin over: pinned content is unpinned. */
export const toggleChartPin = write('toggleChartPin', 'PATCH', '/api/v1/saved/{uuid}/pinning');
/** Pins a dashboard, or unpins a pinned one. */
export const toggleDashboardPin = write('toggleDashboardPin', 'PATCH', '/api/v1/dashboards/{uuid}/pinning');
/** Pins a space, or unpins a pinned one. */
export const toggleSpacePin = write('toggleSpacePin', 'PATCH', '/api/v1/projects/{projectUuid}/spaces/{uuid}/pinning');
