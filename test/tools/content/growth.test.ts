import { afterAll, beforeAll, expect, test } from 'vitest';
import { exploreName, joinedMetric, largeProject, projectUuid } from '../../../bench/project.mjs';
import { contentResults, dashboardUuid } from '../../../bench/project-content.mjs';
import { type Connection, callTool, connectInMemory } from '../../helpers/client.ts';
import { answerJson, answerResults, type Loopback, openLoopback } from '../../helpers/loopback.ts';

const CHARTS = 20;
const project = largeProject({ explores: 300, fields: 40, joinEvery: 100 });
let server: Loopback;
let host: Connection;
let requests: string[] = [];
let written: unknown;

beforeAll(async () => {
  server = await openLoopback(({ method, target, body }, response) => {
    requests.push(target);
    const { pathname } = new URL(target, 'http://localhost');
    const [, table] = /\/dataCatalog\/([^/]+)\/analytics$/.exec(pathname) ?? [];
    if (method === 'PATCH') written = JSON.parse(body);
    if (pathname.endsWith('/dashboards')) return answerResults(response, []);
    const results =
      (table === undefined ? undefined : chartsOn(table)) ??
      contentResults(method, target, body, CHARTS) ??
      project.results(target);
    if (results === undefined) return answerJson(response, 404, { status: 'error', error: { message: 'not found' } });
    return answerResults(response, results);
  });
  host = await connectInMemory({
    LIGHTDASH_URL: server.url.href,
    LIGHTDASH_API_KEY: 'ldpat_growth',
    LIGHTDASH_PROJECT: projectUuid,
  });
});
afterAll(async () => {
  await host.close();
  await server.close();
});

/** The charts of the first ten explores, in the form of getAnalytics. */
function chartsOn(table: string) {
  const charts = Array.from({ length: CHARTS }, (_, position) => position).filter(
    (position) => exploreName(position % 10) === table,
  );
  return {
    charts: charts.map((position) => ({ uuid: `00000000-0000-4000-8000-1${String(position).padStart(11, '0')}` })),
  };
}

async function call(tool: string, args: Readonly<Record<string, unknown>>) {
  requests = [];
  const answer = await callTool(host.client, tool, args);
  return { ...answer, explores: requests.filter((target) => /\/explores\/[^/]+$/.test(target)).length };
}

test('the charts that use a field are found without reading every explore', async () => {
  const { text, isError, explores } = await call('list_chart_summaries_in_project', {
    usesField: `${exploreName(3)}_actual_revenue_3`,
  });
  expect(isError, text).toBe(false);
  expect(explores).toBeLessThanOrEqual(3);
  expect(text).toMatch(/^2 charts/);
  expect(text).toContain('shows');
});

test('the same by its label', async () => {
  const { text, isError, explores } = await call('list_chart_summaries_in_project', {
    usesField: `Actual revenue 3 ${exploreName(3)}`,
  });
  expect(isError, text).toBe(false);
  expect(explores).toBeLessThanOrEqual(12);
});

test('a filter of a dashboard is described from the explores with its table', async () => {
  const field = joinedMetric(200).replace('urgency_index', 'net_revenue_0');
  const filters = [{ field, operator: 'equals', values: ['2024-03'] }];
  const { text, isError, explores } = await call('update_dashboard', { dashboardUuid: dashboardUuid(5), filters });
  expect(isError, text).toBe(false);
  expect(explores).toBeLessThanOrEqual(3);
  expect(JSON.stringify(written)).toContain(field);
});
