import type { Endpoint } from '../../lightdash/endpoint.ts';
import { writeBody } from './endpoint.ts';

// Routes by which the web app writes charts and dashboards (recorded on 0.1366 and 1.219); the API document lacks most
// of them. The tools that write send whole bodies through them.

/** Creates a chart; an error may come after it was saved (1.219). */
export const createSavedChart = writeBody('createSavedChart', 'POST', '/api/v1/projects/{projectUuid}/saved');

/** Saves another version of a chart: the whole query and configuration. */
export const createSavedChartVersion = writeBody(
  'createSavedChartVersion',
  'POST',
  '/api/v1/saved/{chartUuid}/version',
);

/** Changes name, description or space of a chart. */
export const updateSavedChart = writeBody('updateSavedChart', 'PATCH', '/api/v1/saved/{chartUuid}');

/** Changes a dashboard. A body with tiles replaces the whole version: parts that it leaves out are emptied. */
export const updateDashboard = writeBody('updateDashboard', 'PATCH', '/api/v1/dashboards/{dashboardUuid}');

const sqlCharts = '/api/v1/projects/{projectUuid}/sqlRunner/saved';

/** Creates an SQL chart. */
export const createSqlChart = writeBody('createSqlChart', 'POST', sqlCharts);

/** Changes `unversionedData` (name, description, space) or `versionedData` (sql, limit, config): each needs all its keys. */
export const updateSqlChart = writeBody('updateSqlChart', 'PATCH', `${sqlCharts}/{savedSqlUuid}`);

/** Deletes an SQL chart; not on 0.1366. */
export const deleteSqlChart = writeBody('deleteSqlChart', 'DELETE', `${sqlCharts}/{savedSqlUuid}`);

/** An SQL chart by uuid or slug. */
export const savedSqlChart: Endpoint = {
  id: 'savedSqlChart',
  method: 'GET',
  path: `${sqlCharts}/{savedSqlUuid}`,
  readOnly: true,
  auth: 'token',
};

const duplicate = (id: string, path: string): Endpoint => writeBody(id, 'POST', path, ['duplicateFrom']);

/** Copies a chart, by `duplicateFrom`; one that is inside of a dashboard is copied into the same dashboard. */
export const duplicateSavedChart = duplicate('duplicateSavedChart', '/api/v1/projects/{projectUuid}/saved');

/** Copies a dashboard, by `duplicateFrom`, with the charts inside of it. */
export const duplicateDashboard = duplicate('duplicateDashboard', '/api/v1/projects/{projectUuid}/dashboards');
