import type { Endpoint } from '../../lightdash/endpoint.ts';

// The v2 queries of newer releases: started, polled, read in pages (measured on 0.2904). The tools that run queries use
// them; they have no tools.

const base = '/api/v2/projects/{projectUuid}/query';

/** Time to wait for a request that runs its statement before it answers; shorter ones would lose what the warehouse does. */
export const STATEMENT_TIMEOUT_MS = 600_000;

/** A route that starts a query. A query only reads, so the request may be repeated after a failure. */
const start = (kind: string, readOnly = true): Endpoint => ({
  id: `start ${kind}`,
  method: 'POST',
  path: `${base}/${kind}`,
  readOnly,
  auth: 'token',
  neverCached: true,
});

/** SQL runs once with LIMIT 1, for its columns, before the query has an id (1.219). */
const startStatement = (kind: string, readOnly?: boolean): Endpoint => ({
  ...start(kind, readOnly),
  timeoutMs: STATEMENT_TIMEOUT_MS,
});

/** Starts a query of dimensions and metrics. */
export const startMetricQuery = start('metric-query');
/** Starts the query of a saved chart. */
export const startChart = start('chart');
/** Starts the query of a chart with the filters of a dashboard. */
export const startDashboardChart = start('dashboard-chart');
/** Starts a search for values of a field. */
export const startFieldValues = start('field-values');
/** Starts the SQL of a saved SQL chart: it reads, so it may be sent again. */
export const startSqlChart = startStatement('sql-chart');
/** The same as a tile of a dashboard. */
export const startDashboardSqlChart = startStatement('dashboard-sql-chart');
/** SQL may write, so it is sent once. */
export const startSql: Endpoint = { ...startStatement('sql', false), rawSql: 'runs' };

/** State of a query and, once it is ready, a page of its rows. */
export const queryPage: Endpoint = {
  id: 'query page',
  method: 'GET',
  path: `${base}/{queryUuid}`,
  readOnly: true,
  auth: 'token',
  neverCached: true,
};

/** Starts a query of the totals of an earlier query: `kind` grandTotal (1.219). It obeys filters on metrics. */
export const queryTotal: Endpoint = {
  id: 'query total',
  method: 'POST',
  path: `${base}/{queryUuid}/calculate-total`,
  readOnly: true,
  auth: 'token',
  neverCached: true,
};

/** Stops a query in the warehouse; deletes the rows of a finished one. May be repeated. */
export const stopQuery: Endpoint = {
  id: 'stop query',
  method: 'POST',
  path: `${base}/{queryUuid}/cancel`,
  readOnly: true,
  auth: 'token',
  mayLackResults: true,
  neverCached: true,
};

/** Starts a job that writes the rows of a finished query to a file; its details have the link (1.219). */
const queryFileJob: Endpoint = {
  id: 'query file job',
  method: 'POST',
  path: `${base}/{queryUuid}/schedule-download`,
  readOnly: true,
  auth: 'token',
  neverCached: true,
};

/** Writes the rows of a finished query to a file. On 1.219 a job does, and this route is marked deprecated. */
export const queryFile: Endpoint = {
  id: 'query file',
  method: 'POST',
  path: `${base}/{queryUuid}/download`,
  readOnly: true,
  auth: 'token',
  neverCached: true,
  successor: { since: '1.219', run: (args, send) => send(queryFileJob, args) },
};
