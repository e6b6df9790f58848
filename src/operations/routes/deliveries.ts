import type { Endpoint, Successor } from '../../lightdash/endpoint.ts';
import { isObject, objects } from '../../text/json.ts';
import { get, write, writeBody } from './endpoint.ts';

// Routes that make, list and send deliveries (recorded on 0.1366 and 1.219); the API document lacks those that create.

/** Makes a delivery of a chart. 1.219 checks the body; 0.1366 ignores `enabled`. */
export const createChartDelivery = writeBody('createChartDelivery', 'POST', '/api/v1/saved/{chartUuid}/schedulers');
/** Makes a delivery of a dashboard; its body is not checked by Lightdash. */
export const createDashboardDelivery = writeBody(
  'createDashboardDelivery',
  'POST',
  '/api/v1/dashboards/{dashboardUuid}/schedulers',
);
const ofSqlChart = '/api/v1/projects/{projectUuid}/sqlRunner/saved/{savedSqlUuid}/schedulers';
/** Makes a delivery of an SQL chart; not on 0.1366. */
export const createSqlChartDelivery = writeBody('createSqlChartDelivery', 'POST', ofSqlChart);

/** The deliveries of an object: 1.219 marks the list of v1 to go, and v2 returns it as a page. */
function deliveriesOf(id: string, path: string): Endpoint {
  const page = get(`${id} v2`, `/api/v2/${path}/schedulers`);
  const run: Successor['run'] = async (args, send) => {
    const results = await send(page, args);
    return isObject(results) ? results.data : results;
  };
  return get(id, `/api/v1/${path}/schedulers`, [], { since: '1.219', run });
}

/** Deliveries of a chart. */
export const chartDeliveries = deliveriesOf('chartDeliveries', 'saved/{chartUuid}');
/** Deliveries of a dashboard. */
export const dashboardDeliveries = deliveriesOf('dashboardDeliveries', 'dashboards/{dashboardUuid}');
/** Deliveries of an SQL chart. */
export const sqlChartDeliveries = get('sqlChartDeliveries', ofSqlChart);

/** All deliveries of a project with the latest run of each; for admins and developers (1.219). */
export const projectDeliveryList = get('projectDeliveryList', '/api/v1/schedulers/{projectUuid}/list', [
  'includeLatestRun',
]);

/** The deliveries of the caller, in all projects. */
const ownDeliveryList = get('ownDeliveryList', '/api/v1/schedulers/user-schedulers', ['includeLatestRun']);

/** The deliveries of a project: without pages the newer list is whole. Older servers have them in the logs. */
export const projectDeliveries = get('projectDeliveries', '/api/v1/schedulers/{projectUuid}/logs', [], {
  since: '0.2904',
  run: async ({ projectUuid }, send) => {
    const results = await send(projectDeliveryList, { projectUuid, includeLatestRun: true });
    return { schedulers: isObject(results) ? results.data : results };
  },
});

/** The deliveries of the caller in a project, for roles that may not list all of them. Not on 0.1366. */
export const ownDeliveries = get('ownDeliveries', '/api/v1/schedulers/user-schedulers', [], {
  since: '0.2904',
  run: async ({ projectUuid }, send) => {
    const results = await send(ownDeliveryList, { includeLatestRun: true });
    const own = objects(isObject(results) ? results.data : results);
    return { schedulers: own.filter((scheduler) => scheduler.projectUuid === projectUuid) };
  },
});

/** A page of the runs of a project's deliveries, the latest first; for admins (1.219). */
export const deliveryRuns = get('deliveryRuns', '/api/v1/schedulers/{projectUuid}/runs', [
  'page',
  'pageSize',
  'statuses',
  'schedulerUuids',
]);

/** The steps of one run, with the errors. */
export const deliveryRunLogs = get('deliveryRunLogs', '/api/v1/schedulers/runs/{runId}/logs');

/** Sends a saved delivery at once; not on 0.1366. */
export const sendDeliveryNow = write('sendDeliveryNow', 'POST', '/api/v1/schedulers/{schedulerUuid}/send');
