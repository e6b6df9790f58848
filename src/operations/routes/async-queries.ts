import type { Endpoint } from '../../lightdash/route.ts';

// Queries as newer Lightdashes run them: started, asked for until they are ready, read in pages (measured on 0.2904).
// They stand behind the tools that run queries and are no tools themselves.

const base = '/api/v2/projects/{projectUuid}/query';

/** A route that starts a query. What it starts only reads, so it may be sent again where no answer came. */
const start = (kind: string, readOnly = true): Endpoint => ({
  id: `start ${kind}`,
  method: 'POST',
  path: `${base}/${kind}`,
  readOnly,
  auth: 'token',
  neverCached: true,
});

export const startMetricQuery = start('metric-query');
export const startChart = start('chart');
export const startDashboardChart = start('dashboard-chart');
export const startFieldValues = start('field-values');
/** SQL might do more than read, so it is sent once. */
export const startSql = start('sql', false);

/** The state of a query and, once it is ready, a page of its rows. */
export const queryPage: Endpoint = {
  id: 'query page',
  method: 'GET',
  path: `${base}/{queryUuid}`,
  readOnly: true,
  auth: 'token',
  neverCached: true,
};

/** Stops a query in the warehouse; of a finished one it throws the rows away. May be repeated. */
export const stopQuery: Endpoint = {
  id: 'stop query',
  method: 'POST',
  path: `${base}/{queryUuid}/cancel`,
  readOnly: true,
  auth: 'token',
  neverCached: true,
};

/** Writes the rows of a finished query to a file. */
export const queryFile: Endpoint = {
  id: 'query file',
  method: 'POST',
  path: `${base}/{queryUuid}/download`,
  readOnly: true,
  auth: 'token',
  neverCached: true,
};
