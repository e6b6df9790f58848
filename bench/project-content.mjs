// Charts and dashboards of a project of any size, in the shapes that were recorded on 1.219.
import { exploreName, projectUuid } from './project.mjs';

const uuid = (kind, position) => `00000000-0000-4000-8000-${kind}${String(position).padStart(11, '0')}`;
export const chartUuid = (position) => uuid(1, position);
/** The dashboard with so many tiles. */
export const dashboardUuid = (tiles) => uuid(2, tiles);

const person = { userUuid: uuid(3, 0), firstName: 'Ada', lastName: 'Abara' };
const ROWS = 50;
/** Rows of a query that is not of a chart. */
const MAX_ROWS = 5_000;

/** Results of a request for content; undefined if it is for something else. */
export function contentResults(method, target, body, charts) {
  const { pathname, searchParams } = new URL(target, 'http://localhost');
  if (pathname === '/api/v2/content')
    return contentPage(Number(searchParams.get('page')), Number(searchParams.get('pageSize')), charts);
  if (pathname.startsWith('/api/v1/dashboards/')) return dashboard(Number(pathname.slice(-11)));
  if (method === 'POST' && pathname.startsWith('/api/v1/saved/')) {
    const [id] = pathname.slice('/api/v1/saved/'.length).split('/');
    return { ...rowsOf(id), ...startedQuery({ chartUuid: id }) };
  }
  if (pathname.startsWith('/api/v1/saved/')) return savedChart(pathname.slice('/api/v1/saved/'.length));
  const queries = `/api/v2/projects/${projectUuid}/query/`;
  if (!pathname.startsWith(queries)) return undefined;
  return method === 'POST' ? startedQuery(JSON.parse(body)) : rowsOf(pathname.slice(queries.length));
}

function contentPage(page, pageSize, charts) {
  const first = (page - 1) * pageSize;
  const count = Math.max(0, Math.min(pageSize, charts - first));
  return {
    pagination: { page, pageSize, totalPageCount: Math.ceil(charts / pageSize), totalResults: charts },
    data: Array.from({ length: count }, (_, offset) => listedChart(first + offset)),
  };
}

const listedChart = (position) => ({
  contentType: 'chart',
  source: 'dbt_explore',
  uuid: chartUuid(position),
  slug: `chart-${position}`,
  name: `Revenue of region ${position} by month`,
  description: 'As agreed with the finance team; refreshed each night.',
  createdAt: '2026-11-25T18:47:39.444Z',
  lastUpdatedAt: '2026-11-25T19:36:01.697Z',
  lastUpdatedBy: { uuid: person.userUuid, firstName: 'Ada', lastName: 'Abara' },
  project: { uuid: projectUuid, name: 'Large' },
  organization: { uuid: uuid(4, 0), name: 'Large' },
  space: { uuid: uuid(5, position % 40), name: `Space ${position % 40}` },
  dashboard: null,
  pinnedList: null,
  chartType: 'cartesian',
  chartKind: 'vertical_bar',
  views: position % 100,
  verification: null,
});

const fieldsOf = (position) => {
  const explore = exploreName(position % 10);
  return { explore, dimension: `${explore}_net_revenue_0`, metric: `${explore}_actual_revenue_3` };
};

function metricQueryOf(position) {
  const { explore, dimension, metric } = fieldsOf(position);
  return {
    exploreName: explore,
    dimensions: [dimension],
    metrics: [metric],
    filters: {},
    sorts: [{ fieldId: dimension, descending: false }],
    limit: 500,
    metricOverrides: {},
    tableCalculations: [],
    additionalMetrics: [],
    customDimensions: [],
    timezone: 'project_timezone',
  };
}

/** A chart, its history of one version, or that version. */
function savedChart(path) {
  const [id, part, version] = path.split('/');
  const position = Number(id.slice(-11));
  if (part === 'history')
    return { history: [{ versionUuid: uuid(9, position), createdAt: '2026-11-25T19:39:33.703Z', createdBy: person }] };
  return version === undefined ? chart(position) : { versionUuid: version, chart: chart(position) };
}

const chart = (position) => ({
  uuid: chartUuid(position),
  projectUuid,
  name: `Chart ${position}`,
  tableName: fieldsOf(position).explore,
  metricQuery: metricQueryOf(position),
  chartConfig: { type: 'table', config: {} },
  tableConfig: { columnOrder: [] },
  updatedAt: '2026-11-25T19:39:33.703Z',
  updatedByUser: person,
  spaceUuid: uuid(5, 0),
  spaceName: 'Space 0',
  slug: `chart-${position}`,
});

const dashboard = (tiles) => ({
  projectUuid,
  uuid: dashboardUuid(tiles),
  name: `${tiles} tiles`,
  updatedAt: '2026-11-25T18:47:39.758Z',
  tiles: Array.from({ length: tiles }, (_, position) => ({
    uuid: uuid(6, position),
    x: 0,
    y: position,
    h: 1,
    w: 36,
    tabUuid: null,
    type: 'saved_chart',
    properties: { title: `Tile ${position}`, savedChartUuid: chartUuid(position), chartName: `Chart ${position}` },
  })),
  tabs: [],
  filters: { dimensions: [], metrics: [], tableCalculations: [] },
});

function startedQuery({ chartUuid: id, query }) {
  const position = id === undefined ? 0 : Number(id.slice(-11));
  return {
    queryUuid: uuid(query === undefined ? 7 : 8, position),
    cacheMetadata: { cacheHit: false },
    appliedDashboardFilters: { dimensions: [], metrics: [], tableCalculations: [] },
    metricQuery: query ?? metricQueryOf(position),
    fields: {},
    parameterReferences: [],
    usedParametersValues: {},
    resolvedTimezone: 'UTC',
  };
}

function rowsOf(queryUuid) {
  const count = queryUuid === uuid(8, 0) ? MAX_ROWS : ROWS;
  const { dimension, metric } = fieldsOf(Number(queryUuid.slice(-11)));
  const cell = (raw) => ({ value: { raw, formatted: String(raw) } });
  return {
    rows: Array.from({ length: count }, (_, row) => ({
      [dimension]: cell(new Date(1.7e12 + row * 86_400_000).toISOString()),
      [metric]: cell(row * 13.5),
    })),
    columns: { [dimension]: { type: 'date', reference: dimension }, [metric]: { type: 'number', reference: metric } },
    totalPageCount: 1,
    totalResults: count,
    queryUuid,
    pageSize: count,
    page: 1,
    status: 'ready',
    pivotDetails: null,
  };
}
